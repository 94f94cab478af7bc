//! What decides at run time whether a test runs: decorators, marks and marker names, skips and returns in the test, its
//! fixtures and set-up, what its module does while it is imported, and conditions around its definition.
//!
//! Only conditions count: to choose a device, to count cases, or to give a reason is no gate.

mod compare;
mod condition;
mod decorators;
mod exits;
mod made;
mod need;
mod platform;
mod processes;
mod published;
mod text;
mod words;

use std::rc::Rc;

use self::{
    condition::{Env, Judge, MAX_DEPTH},
    decorators::Arguments,
    exits::Exit,
    need::{Holds, Need},
};
use super::{
    classes::Class,
    collection::Item,
    marks::Marks,
    modules::Module,
    names::{Located, Names, Place},
    reach::{Step, Via},
};
use crate::model::{
    BindingValue, DefinitionId, DefinitionKind, Expr, FlowKind, Gate, GateKind, GuardKind, gate::Mechanism,
    suite::Processes,
};

/// What a gate that nothing passes is told as.
pub(super) const ALWAYS: &str = "always";

/// What is asked of a test.
pub(super) struct Input<'i, 'a, 'w> {
    pub(super) names: &'i Names<'a, 'w>,
    pub(super) module: &'w Module,
    pub(super) item: &'i Item<'w>,
    pub(super) marks: &'i Marks<'w>,
    /// What takes part in it.
    pub(super) steps: &'i [Step<'w>],
    /// The gates of its module.
    pub(super) of_module: &'i [Gate],
}

/// The gates of a test, sorted by place, and the processes that it runs in.
pub(super) fn gates(input: &Input<'_, '_, '_>) -> (Vec<Gate>, Option<Processes>) {
    let Input { names, module, item, marks, steps, of_module } = input;
    let mut found = Gates { module, judge: Judge::new(names, &item.classes), gates: Vec::new() };
    if let Some(function) = item.function {
        found.definition(function);
    }
    for place in item.classes.iter().flat_map(|class: &Rc<Class<'_>>| class.mro.iter().copied()) {
        found.definition(place);
        found.pytestmark(place.module, Some(place.id));
        found.import(place.module, Some(place.id));
    }
    found.pytestmark(module, None);
    found.instantiated(module, item);
    found.markers(marks);
    if let Some(function) = item.function {
        let exits = found.judge.exits(function, &Env::default(), false, MAX_DEPTH);
        exits.into_iter().for_each(|exit| found.exit(&exit, Mechanism::SkipCall, None));
        let silent = found.judge.silent_returns(function);
        silent.into_iter().for_each(|exit| found.exit(&exit, Mechanism::EarlyReturn, None));
    }
    for step in steps.iter().filter(|step| step.depth == 0 && step.from.is_none()) {
        let mechanism = match &step.via {
            Via::Fixture { .. } => Mechanism::Fixture,
            Via::SetUp { .. } => Mechanism::SetUp,
            _ => continue,
        };
        let exits = found.judge.exits(step.place, &Env::default(), false, MAX_DEPTH);
        let name = step.place.definition().name.as_str();
        exits.into_iter().for_each(|exit| found.exit(&exit, mechanism, Some(name)));
        // What decorates `setUp` decides about it too.
        if mechanism == Mechanism::SetUp {
            found.definition(step.place);
        }
    }
    let mut processes = processes::processes(&found.judge, module, item, marks, steps);
    if let (Some(started), Some(class)) = (&mut processes, item.classes.first())
        && let Some(need) = processes::limited(&found.judge)
    {
        let devices = found.gates.iter().filter(|gate| gate.kind.needs_device());
        let least = devices.clone().filter_map(|gate| gate.min_devices).max();
        // With fewer devices there are fewer processes.
        started.count = started.count.filter(|count| Some(*count) <= least);
        if devices.count() == 0 {
            let (line, mechanism) = (started.line, Mechanism::SetUp);
            let condition = "world_size".to_owned();
            let module = class.mro[0].module;
            found.add(Holds::needs(need), &Source { module, line, mechanism, condition, via: None });
        }
    }
    let mut gates = found.gates;
    gates.extend(of_module.iter().cloned());
    refine(&mut gates);
    (finish(gates), processes)
}

/// What decides while a module is imported, and the packages around it before.
pub(super) fn of_module<'w>(names: &Names<'_, 'w>, module: &'w Module, packages: &[&'w Module]) -> Vec<Gate> {
    let mut found = Gates { module, judge: Judge::new(names, &[]), gates: Vec::new() };
    for imported in std::iter::once(&module).chain(packages) {
        found.import(imported, None);
    }
    finish(found.gates)
}

/// In the order of places, each once.
fn finish(mut gates: Vec<Gate>) -> Vec<Gate> {
    gates.sort_by(|one, other| {
        let key = |gate: &Gate| (gate.path.clone(), gate.line, gate.kind, gate.mechanism, gate.detail.clone());
        key(one).cmp(&key(other))
    });
    gates.dedup_by(|one, other| {
        (one.kind, one.mechanism, one.line, &one.path, &one.detail, one.min_devices)
            == (other.kind, other.mechanism, other.line, &other.path, &other.detail, other.min_devices)
    });
    gates
}

/// A number of any devices is one of the devices that the test asks for besides.
fn refine(gates: &mut [Gate]) {
    let mut named =
        gates.iter().filter(|gate| gate.kind.is_device() && gate.kind != GateKind::Gpu).map(|gate| gate.kind);
    let Some(first) = named.next() else { return };
    if named.all(|kind| kind == first) {
        let vague = |gate: &&mut Gate| {
            gate.kind == GateKind::Gpu && gate.detail.is_none() && gate.mechanism == Mechanism::Decorator
        };
        gates.iter_mut().filter(vague).for_each(|gate| gate.kind = first);
    }
}

/// The gates found so far.
struct Gates<'a, 'w> {
    module: &'w Module,
    judge: Judge<'a, 'w>,
    gates: Vec<Gate>,
}

/// Where a gate stands and how it is made.
struct Source<'s> {
    module: &'s Module,
    line: u32,
    mechanism: Mechanism,
    condition: String,
    via: Option<String>,
}

impl<'w> Gates<'_, 'w> {
    /// One gate for each need; one for what is not known, or never holds.
    fn add(&mut self, holds: Holds, source: &Source<'_>) {
        let base = Gate {
            path: (!std::ptr::eq(source.module, self.module)).then(|| source.module.path().to_owned()),
            via: source.via.clone(),
            ..Gate::new(GateKind::Condition, source.mechanism, source.line, source.condition.clone())
        };
        if holds.is_never() {
            self.gates.push(Gate { detail: Some(ALWAYS.to_owned()), ..base });
        } else if holds.certain == Some(true) {
        } else if holds.needs.is_empty() {
            self.gates.push(base);
        } else {
            let gate = |need: Need| Gate {
                kind: need.kind,
                min_devices: need.least,
                detail: need.detail,
                confidence: need.confidence,
                ..base.clone()
            };
            self.gates.extend(holds.needs.into_iter().map(gate));
        }
    }

    /// The decorators of a function or class, and what decides whether it is defined.
    fn definition(&mut self, place: Place<'w>) {
        let module = place.module;
        let definition = place.definition();
        let scope = definition.parent.filter(|parent| module.facts.definition(*parent).kind == DefinitionKind::Class);
        for decorator in &definition.decorators {
            let at = Located { module, scope, offset: definition.span.start, expr: &Expr::Opaque };
            let call = decorator.call.as_ref();
            let arguments = call.map(|call| Arguments::of(call, at, &Env::default())).unwrap_or_default();
            let found = match decorator.name.starts_with("functools.partial()") {
                true => self.judge.by_alias(at, &decorator.evidence.text, &arguments),
                false => self.judge.decorated(at, &decorator.name, &arguments, MAX_DEPTH),
            };
            if let Some(holds) = found {
                let condition = text::decorator(&decorator.name, call, &decorator.evidence);
                let (line, mechanism) = (decorator.evidence.line, Mechanism::Decorator);
                self.add(holds, &Source { module, line, mechanism, condition, via: None });
            }
        }
        // Of a name that is bound in several branches some definition is there.
        let only = module.live(scope, &definition.name, u32::MAX).len() == 1;
        if only
            && module.guards(definition.guard).any(|guard| matches!(guard.kind, GuardKind::If(_) | GuardKind::Try(_)))
        {
            self.guarded(module, definition.guard);
        }
    }

    /// Each condition around a definition; what was passed on the way ends the module, and is told there.
    fn guarded(&mut self, module: &'w Module, guard: Option<crate::model::GuardId>) {
        for guard in module.guards(guard) {
            let (holds, condition) = match &guard.kind {
                GuardKind::If(expr) => (
                    self.judge.truth(condition::inside(module, expr), &Env::default(), true, MAX_DEPTH),
                    text::expr(expr),
                ),
                GuardKind::Try(imports) => (self.judge.guards_of_try(imports), "try".to_owned()),
                _ => continue,
            };
            if holds.needs.is_empty() && !holds.unknown {
                continue;
            }
            let (line, mechanism) = (guard.line, Mechanism::GuardedDefinition);
            self.add(holds, &Source { module, line, mechanism, condition, via: None });
        }
    }

    /// Devices that a call names which makes tests of a class for each of them.
    fn instantiated(&mut self, module: &'w Module, item: &Item<'w>) {
        for signal in module.index().instantiations() {
            let Some(call) = &signal.call else { continue };
            let Some(only) = call.keyword("only_for") else { continue };
            let is_class = |class: &Rc<Class<'w>>| {
                let name = &class.mro[0].definition().name;
                call.arguments.first() == Some(&Expr::Name(name.clone()))
            };
            if !item.classes.iter().any(is_class) {
                continue;
            }
            let mut at = condition::inside(module, only);
            if let Expr::Name(written) = only
                && let super::names::Entity::Value(value) = self.judge.names.written(at, written)
            {
                at = value;
            }
            let only = at.expr;
            let names: Vec<String> = match only {
                Expr::Tuple(items) | Expr::Sequence(items) => {
                    items.iter().filter_map(|expr| self.judge.text(Located { expr, ..at }, &Env::default())).collect()
                }
                _ => self.judge.text(at, &Env::default()).into_iter().collect(),
            };
            if names.is_empty() || names.iter().any(|name| name == "cpu" || name == "meta") {
                continue;
            }
            let holds = compare::on_devices(&names, true);
            let condition = format!("only_for={}", text::expr(only));
            let (line, mechanism) = (signal.evidence.line, Mechanism::GuardedDefinition);
            self.add(holds, &Source { module, line, mechanism, condition, via: None });
        }
    }

    /// `pytestmark` of a module or class.
    fn pytestmark(&mut self, module: &'w Module, scope: Option<DefinitionId>) {
        for binding in module.live(scope, "pytestmark", u32::MAX) {
            let BindingValue::Value(expr) = &binding.value else { continue };
            let at = Located { module, scope, offset: binding.offset, expr };
            for (at, line) in elements(at, binding.line) {
                let Some(holds) = self.judge.value(at, &Env::default(), &Arguments::default(), MAX_DEPTH) else {
                    continue;
                };
                let unless = self.judge.not_guards(module, binding.guard, &Env::default(), MAX_DEPTH);
                let condition = text::mark(at.expr);
                self.add(
                    Holds::any([unless, holds]),
                    &Source { module, line, mechanism: Mechanism::Decorator, condition, via: None },
                );
            }
        }
    }

    /// What ends the import of a module, or the body of a class.
    fn import(&mut self, module: &'w Module, owner: Option<DefinitionId>) {
        for flow in module.flows_of(owner) {
            let is_error = matches!(&flow.kind, FlowKind::Raise(name) if matches!(name.as_str(), "builtins.ImportError" | "builtins.ModuleNotFoundError"));
            let found = match self.judge.ends(module, flow, &Env::default(), owner.is_none()) {
                Some(found) => Some(found),
                None if is_error => Some(self.judge.not_guards(module, flow.guard, &Env::default(), MAX_DEPTH)),
                None => None,
            };
            let Some(holds) = found else { continue };
            let condition = flow.evidence.text.clone();
            let (line, mechanism) = (flow.evidence.line, Mechanism::ModuleLevel);
            self.add(holds, &Source { module, line, mechanism, condition, via: None });
        }
    }

    /// Markers that speak of devices.
    fn markers(&mut self, marks: &Marks<'w>) {
        for mark in marks
            .list
            .iter()
            .filter(|mark| !matches!(mark.name.as_str(), "skipif" | "skip" | "parametrize" | "usefixtures" | "xfail"))
        {
            let Some(need) = words::marker(&mark.name, mark.call) else { continue };
            let line = mark.call.map_or(0, |call| call.line);
            let line = if line > 0 { line } else { mark.module.line_at(mark.offset) };
            let condition = format!("pytest.mark.{}", mark.name);
            let need = match self.mark_number(mark) {
                Some(least) => Need { least: Some(least), ..need },
                None => need,
            };
            self.add(
                Holds::needs(need),
                &Source { module: mark.module, line, mechanism: Mechanism::Marker, condition, via: None },
            );
        }
    }

    /// The number that a keyword of a mark tells by a name.
    fn mark_number(&self, mark: &super::marks::Mark<'w>) -> Option<u32> {
        let call = mark.call?;
        let expr = words::NUMBERS.iter().find_map(|name| call.keyword(name))?;
        let at = Located { module: mark.module, scope: mark.scope, offset: mark.offset, expr };
        u32::try_from(self.judge.integer(at, &Env::default(), 6)?).ok()
    }

    fn exit(&mut self, exit: &Exit<'w>, mechanism: Mechanism, of: Option<&str>) {
        let via = exit.via.or(of).map(str::to_owned);
        let condition = if exit.silent { "return".to_owned() } else { exit.evidence.text.clone() };
        let line = exit.evidence.line;
        self.add(exit.holds.clone(), &Source { module: exit.module, line, mechanism, condition, via });
    }
}

/// The elements of a list of marks.
fn elements<'w>(at: Located<'w>, line: u32) -> Vec<(Located<'w>, u32)> {
    let line_of = |expr: &Expr| match expr {
        Expr::Call(call) => call.line,
        _ => line,
    };
    match at.expr {
        Expr::Sequence(items) | Expr::Tuple(items) => {
            items.iter().map(|expr| (Located { expr, ..at }, line_of(expr))).collect()
        }
        expr => vec![(at, line_of(expr))],
    }
}
