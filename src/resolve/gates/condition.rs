//! What has to be so for a condition to hold, or not to: logic, names bound to conditions here and elsewhere, functions
//! that answer. Comparisons are in `compare`.

use std::{cell::Cell, rc::Rc};

use super::{
    super::{
        classes::Class,
        modules::Module,
        names::{Entity, Located, Names, Place, stem},
    },
    need::{Holds, Need},
    published::{self, Role},
    words,
};
use crate::model::{
    Binding, BindingValue, Confidence, DefinitionKind, Expr, FlowKind, GateKind, GuardId, GuardKind, expr::Call,
};

/// How deeply conditions, names and functions are followed.
pub(super) const MAX_DEPTH: u8 = 24;
/// How many steps all questions about one test may take.
const MAX_STEPS: u32 = 4000;
/// How many guards around a statement are looked at.
const MAX_GUARDS: usize = 48;

/// What the parameters of a function stand for, at one call of it.
#[derive(Default)]
pub(super) struct Given<'w> {
    values: Vec<(&'w str, Located<'w>, Env<'w>)>,
}

/// The parameters around a place.
pub(super) type Env<'w> = Rc<Given<'w>>;

/// Judges conditions.
pub(super) struct Judge<'a, 'w> {
    pub(super) names: &'a Names<'a, 'w>,
    /// The classes that collect the test at hand, for attributes of `self`.
    pub(super) classes: Vec<Rc<Class<'w>>>,
    left: Cell<u32>,
}

impl<'a, 'w> Judge<'a, 'w> {
    pub(super) fn new(names: &'a Names<'a, 'w>, classes: &[Rc<Class<'w>>]) -> Self {
        Self { names, classes: classes.to_vec(), left: Cell::new(MAX_STEPS) }
    }

    /// Takes a step; `None` when there are none left.
    pub(super) fn step(&self) -> Option<()> {
        self.left.set(self.left.get().checked_sub(1)?);
        Some(())
    }

    /// What has to be so for an expression to be true (`wanted`) or false.
    pub(super) fn truth(&self, at: Located<'w>, env: &Env<'w>, wanted: bool, depth: u8) -> Holds {
        let (Some(depth), Some(())) = (depth.checked_sub(1), self.step()) else { return Holds::unknown() };
        let each = |parts: &'w [Expr], wanted| -> Vec<Holds> {
            parts.iter().map(|expr| self.truth(Located { expr, ..at }, env, wanted, depth)).collect()
        };
        match at.expr {
            Expr::Bool(value) => Holds::certain(*value == wanted),
            Expr::None => Holds::certain(!wanted),
            Expr::Int(value) => Holds::certain((*value != 0) == wanted),
            Expr::Str(text) => Holds::certain(text.is_empty() != wanted),
            Expr::Lambda(_) => Holds::certain(wanted),
            Expr::Not(inner) => self.truth(Located { expr: inner, ..at }, env, !wanted, depth),
            Expr::All(parts) if wanted => Holds::all(each(parts, true)),
            Expr::All(parts) => Holds::any(each(parts, false)),
            Expr::Any(parts) if wanted => Holds::any(each(parts, true)),
            Expr::Any(parts) => Holds::all(each(parts, false)),
            Expr::Choice(parts) => {
                let [condition, then, otherwise] = &**parts;
                let part = |expr, wanted| self.truth(Located { expr, ..at }, env, wanted, depth);
                let first = Holds::all([part(condition, true), part(then, wanted)]);
                let second = Holds::all([part(condition, false), part(otherwise, wanted)]);
                Holds::any([first, second])
            }
            Expr::Compare(left, sign, right) => {
                let [left, right] = [left, right].map(|expr| Located { expr, ..at });
                let sign = if wanted { *sign } else { sign.negated() };
                self.compare(left, sign, right, env, depth)
            }
            Expr::Local(written) => match self.given(env, written) {
                Some((value, env)) => self.truth(value, &env, wanted, depth),
                None => self.attribute_of_self(written, wanted, depth),
            },
            Expr::Dotted(dotted) => self.dotted(at.module, dotted, wanted, depth),
            Expr::Name(written) => self.name(at, written, wanted, depth),
            Expr::Call(call) => self.call(at, call, env, wanted, depth),
            Expr::Element(made, place) => self.element(at, made, *place, wanted, depth),
            Expr::Item(..) => self.environment(at).map_or_else(Holds::unknown, |name| variable(&name, wanted)),
            _ => Holds::unknown(),
        }
    }

    /// What a parameter stands for.
    pub(super) fn given(&self, env: &Env<'w>, name: &str) -> Option<(Located<'w>, Env<'w>)> {
        let (_, value, inner) = env.values.iter().find(|(known, ..)| *known == name)?;
        Some((*value, Rc::clone(inner)))
    }

    /// The parameters of a function at a call: what is passed, with where that is evaluated.
    pub(super) fn bind(
        &self,
        function: Place<'w>,
        call: &'w Call,
        at: Located<'w>,
        env: &Env<'w>,
        method: bool,
    ) -> Env<'w> {
        let mut values =
            env.values.iter().map(|(name, value, inner)| (*name, *value, Rc::clone(inner))).collect::<Vec<_>>();
        values.truncate(32);
        let parameters = function.definition().parameters.iter().skip(usize::from(method));
        let mut own = Vec::new();
        for (position, parameter) in parameters.enumerate() {
            let value = call.keyword(&parameter.name).or_else(|| call.arguments.get(position));
            if let Some(expr) = value.filter(|value| !matches!(value, Expr::Starred(_))) {
                own.push((parameter.name.as_str(), Located { expr, ..at }, Rc::clone(env)));
            }
        }
        // Of names of functions within functions the nearest counts.
        values.retain(|(name, ..)| !own.iter().any(|(known, ..)| known == name));
        own.extend(values);
        Rc::new(Given { values: own })
    }

    /// A name as it is written.
    fn name(&self, at: Located<'w>, written: &'w str, wanted: bool, depth: u8) -> Holds {
        if let Some(path) = written.strip_prefix(':') {
            return self.dotted(at.module, &format!(":{path}"), wanted, depth);
        }
        if !written.contains(['.', '(', '[']) {
            for scope in [at.scope, None] {
                let live = at.module.live(scope, written, at.offset);
                if !live.is_empty() {
                    return self.bindings(at.module, &live, wanted, depth);
                }
            }
        }
        match self.full_name(at, written) {
            Some(dotted) => self.dotted(at.module, &dotted, wanted, depth),
            None => Holds::unknown(),
        }
    }

    /// The dotted name of what is written, with calls as `()`.
    pub(super) fn full_name(&self, at: Located<'w>, written: &str) -> Option<String> {
        let plain = without_arguments(written);
        let (first, rest) = plain.split_at(plain.find(['.', '(', '[']).unwrap_or(plain.len()));
        match self.names.written(at, first) {
            // `config` and the like of conditions that are texts.
            Entity::External(dotted) => Some(format!(
                "{}{rest}",
                dotted.strip_prefix("builtins.").filter(|_| !rest.is_empty()).unwrap_or(&dotted)
            )),
            Entity::Module(_) | Entity::Folder(_) => {
                let live = at.module.live(None, first, at.offset);
                let import = live.iter().find_map(|binding| match &binding.value {
                    BindingValue::Import(dotted) => Some(dotted.as_str()),
                    _ => None,
                });
                import.map(|dotted| format!("{dotted}{rest}"))
            }
            Entity::Definition(place) if std::ptr::eq(place.module, at.module) => Some(format!(":{first}{rest}")),
            Entity::Value(value) => match value.expr {
                Expr::Call(call) if !call.callee.is_empty() && !rest.is_empty() => {
                    Some(format!("{}(){rest}", call.callee))
                }
                _ => Some(first.to_owned()).filter(|_| rest.is_empty()),
            },
            _ => None,
        }
    }

    /// A resolved dotted name.
    pub(super) fn dotted(&self, from: &'w Module, dotted: &str, wanted: bool, depth: u8) -> Holds {
        let (Some(depth), Some(())) = (depth.checked_sub(1), self.step()) else { return Holds::unknown() };
        if let Some(row) = published::row(stem(dotted)) {
            return match row.role {
                Role::Probe | Role::Count => present(row.own_need(), wanted),
                Role::Absent => present(row.own_need(), !wanted),
                _ => Holds::unknown(),
            };
        }
        if dotted.contains('(') {
            return Holds::unknown();
        }
        if let Some((module, name)) = self.split(from, dotted) {
            let live = module.live(None, &name, u32::MAX);
            if !live.is_empty() {
                return self.bindings(module, &live, wanted, depth);
            }
        }
        match self.names.dotted(from, dotted) {
            Entity::Value(value) => self.truth(value, &Env::default(), wanted, depth),
            Entity::Definition(_) | Entity::Module(_) => Holds::certain(wanted),
            Entity::External(name) => match published::row(&name).filter(|row| row.role == Role::Probe) {
                Some(row) => present(row.own_need(), wanted),
                None => by_words(&name, wanted),
            },
            Entity::Folder(_) | Entity::Unknown => by_words(dotted, wanted),
        }
    }

    /// The module of the tree in which a dotted name is bound, and its name there.
    fn split(&self, from: &'w Module, dotted: &str) -> Option<(&'w Module, String)> {
        if let Some(path) = dotted.strip_prefix(':') {
            return (!path.contains('.')).then(|| (from, path.to_owned()));
        }
        let name = dotted.rsplit('.').next()?;
        let prefix = dotted.strip_suffix(name)?;
        let prefix = if prefix.trim_start_matches('.').is_empty() { prefix } else { prefix.trim_end_matches('.') };
        match self.names.dotted(from, prefix) {
            Entity::Module(module) => Some((module, name.to_owned())),
            _ => None,
        }
    }

    /// What a name is bound to, each under what decides whether it is.
    fn bindings(&self, module: &'w Module, live: &[&'w Binding], wanted: bool, depth: u8) -> Holds {
        let known = live.iter().filter(|binding| binding.value != BindingValue::Unknown).copied();
        let known_in_all = live.len();
        let each = known.map(|binding| {
            let guard = self.guards(module, binding.guard, &Env::default(), depth);
            let value = match &binding.value {
                BindingValue::Import(dotted) => {
                    let is_plain = published::row(dotted).is_none() && words::probe(dotted).is_none();
                    match self.names.dotted(module, dotted) {
                        Entity::Module(_) | Entity::Definition(_) | Entity::Folder(_) if is_plain => {
                            Holds::certain(wanted)
                        }
                        // Something else is bound where it cannot be imported; else it is a value like any.
                        Entity::External(_) if is_plain && (known_in_all > 1 || binding.guard.is_some()) => {
                            Holds::certain(wanted)
                        }
                        _ => self.dotted(module, dotted, wanted, depth),
                    }
                }
                BindingValue::Value(expr) => {
                    let at = Located { module, scope: binding.scope, offset: binding.offset, expr };
                    self.truth(at, &Env::default(), wanted, depth)
                }
                BindingValue::Definition(_) => Holds::certain(wanted),
                BindingValue::Deleted => Holds::certain(!wanted),
                BindingValue::Star(_) | BindingValue::Unknown => Holds::unknown(),
            };
            Holds::all([guard, value])
        });
        let each: Vec<Holds> = each.collect();
        if each.is_empty() { Holds::unknown() } else { Holds::any(each) }
    }

    /// `self.name` of the classes that collect the test.
    fn attribute_of_self(&self, written: &str, wanted: bool, depth: u8) -> Holds {
        match self.attribute(written) {
            Some(value) => self.truth(value, &Env::default(), wanted, depth),
            None => Holds::unknown(),
        }
    }

    /// The value of an attribute of `self` that a class of the test binds.
    pub(super) fn attribute(&self, written: &str) -> Option<Located<'w>> {
        let name = written.strip_prefix("self.").or_else(|| written.strip_prefix("cls."))?;
        let (place, live) = self.classes.iter().find_map(|class| class.binder(name))?;
        let [only] = live.as_slice() else { return None };
        match &only.value {
            BindingValue::Value(expr) => {
                Some(Located { module: place.module, scope: Some(place.id), offset: only.offset, expr })
            }
            BindingValue::Definition(id) => self.only_return(Place { module: place.module, id: *id }),
            _ => None,
        }
    }

    /// What a function returns, where it returns one thing and nothing decides about that.
    pub(super) fn only_return(&self, function: Place<'w>) -> Option<Located<'w>> {
        let mut returns = function.module.flows_of(Some(function.id)).filter_map(|flow| match &flow.kind {
            FlowKind::Return(value) => Some(value.as_ref()),
            _ => None,
        });
        let expr = returns.next().filter(|_| returns.next().is_none())??;
        Some(Located { module: function.module, scope: None, offset: u32::MAX, expr })
    }

    fn call(&self, at: Located<'w>, call: &'w Call, env: &Env<'w>, wanted: bool, depth: u8) -> Holds {
        let callee = self.callee(at, call);
        let argument = |position: usize| call.arguments.get(position).map(|expr| Located { expr, ..at });
        if let Some(row) = published::row(stem(&callee)) {
            return match row.role {
                Role::Probe | Role::Count if !callee.contains('(') => present(row.own_need(), wanted),
                Role::Absent => present(row.own_need(), !wanted),
                Role::Module => match argument(0).and_then(|name| self.text(name, env)) {
                    Some(package) => present(Need::of(GateKind::MissingDependency, package), wanted),
                    None => Holds::unknown(),
                },
                _ => Holds::unknown(),
            };
        }
        if let Some(name) = self.environment(at) {
            return variable(&name, wanted);
        }
        match callee.as_str() {
            "builtins.hasattr" => {
                let Some(name) = argument(1).and_then(|name| self.text(name, env)) else { return Holds::unknown() };
                let need = match super::super::devices::device(&name) {
                    Some((kind, least)) => Need::devices(kind, Some(least)),
                    None => Need::of(GateKind::BuildFeature, name),
                };
                return present(Need { confidence: Confidence::Medium, ..need }, wanted);
            }
            "builtins.bool" | "builtins.any" | "builtins.all" | "builtins.int" | "builtins.len" => {
                return argument(0).map_or_else(Holds::unknown, |inner| match (callee.as_str(), inner.expr) {
                    ("builtins.len", _) => {
                        self.counted(at, env, depth).map_or_else(Holds::unknown, |need| present(need, wanted))
                    }
                    ("builtins.any" | "builtins.all", Expr::Sequence(parts) | Expr::Tuple(parts)) => {
                        let each = parts.iter().map(|expr| self.truth(Located { expr, ..at }, env, wanted, depth));
                        if (callee == "builtins.any") == wanted {
                            Holds::any(each.collect::<Vec<_>>())
                        } else {
                            Holds::all(each.collect::<Vec<_>>())
                        }
                    }
                    ("builtins.any" | "builtins.all", _) => Holds::unknown(),
                    _ => self.truth(inner, env, wanted, depth),
                });
            }
            _ => {}
        }
        if let Some(holds) = self.platform_method(at, call, &callee, wanted) {
            return holds;
        }
        if callee.ends_with("getoption") || callee.ends_with("config.getvalue") || callee.ends_with("config.getini") {
            let name = argument(0).and_then(|name| self.text(name, env)).unwrap_or_default();
            return present(Need::of(GateKind::Option, name), wanted);
        }
        let function = match self.names.dotted(at.module, &callee) {
            Entity::Definition(place) => Some((place, false)),
            _ => callee.strip_prefix("?.").and_then(|name| self.method(name)).map(|place| (place, true)),
        };
        let Some((place, method)) = function.filter(|(place, _)| place.definition().kind == DefinitionKind::Function)
        else {
            return by_words(&callee, wanted);
        };
        let outer = Env::clone(env);
        let env = self.bind(place, call, at, env, method);
        let found = self.answer(place, &env, wanted, depth);
        if found.needs.is_empty() && found.certain.is_none() {
            let told = by_words(&callee, wanted);
            if !told.needs.is_empty() {
                return told;
            }
            // `flag_from_env("RUN_SLOW")`.
            if callee.to_ascii_lowercase().contains("env")
                && let Some(name) = argument(0).and_then(|name| self.text(name, &outer))
            {
                let need = Need { confidence: Confidence::Medium, ..Need::of(GateKind::EnvironmentVariable, name) };
                return present(need, wanted);
            }
        }
        found
    }

    /// The name of what is called, as far as it can be told.
    pub(super) fn callee(&self, at: Located<'w>, call: &Call) -> String {
        // Names of a condition that is a text are those of its module.
        match call.callee.strip_prefix("builtins.").filter(|rest| rest.contains('.')) {
            Some(rest) => self.full_name(at, rest).unwrap_or_else(|| rest.to_owned()),
            None => call.callee.clone(),
        }
    }

    /// A method of the classes that collect the test.
    pub(super) fn method(&self, name: &str) -> Option<Place<'w>> {
        let found = self.classes.iter().find_map(|class| {
            class.mro.iter().find_map(|of| {
                let id = of.module.index().method(of.id, name)?;
                Some(Place { module: of.module, id })
            })
        });
        found.filter(|place| place.definition().kind == DefinitionKind::Function)
    }

    /// What has to be so for a function to return something true, or false.
    fn answer(&self, function: Place<'w>, env: &Env<'w>, wanted: bool, depth: u8) -> Holds {
        let (Some(depth), Some(())) = (depth.checked_sub(2), self.step()) else { return Holds::unknown() };
        let mut each = Vec::new();
        for flow in function.module.flows_of(Some(function.id)) {
            let FlowKind::Return(value) = &flow.kind else { continue };
            let value = match value {
                Some(expr) => {
                    let at = Located { module: function.module, scope: None, offset: u32::MAX, expr };
                    self.truth(at, env, wanted, depth)
                }
                None => Holds::certain(!wanted),
            };
            if value.is_never() {
                continue;
            }
            each.push(Holds::all([self.guards(function.module, flow.guard, env, depth), value]));
        }
        if each.is_empty() { Holds::unknown() } else { Holds::any(each) }
    }

    /// What has to be so for what stands under a guard to run.
    pub(super) fn guards(&self, module: &'w Module, guard: Option<GuardId>, env: &Env<'w>, depth: u8) -> Holds {
        let each = module.guards(guard).take(MAX_GUARDS).map(|guard| match &guard.kind {
            GuardKind::If(expr) => self.truth(inside(module, expr), env, true, depth),
            // What ended there is told where it stands.
            GuardKind::Passed { returns: false, .. } => Holds::certain(true),
            GuardKind::Passed { condition, .. } => {
                let found = self.truth(inside(module, condition), env, true, depth);
                // What is not known is taken to go on.
                if found.needs.is_empty() && found.unknown { Holds::certain(true) } else { found }
            }
            GuardKind::Try(imports) => self.guards_of_try(imports),
            GuardKind::Handler { .. } => Holds::unknown(),
            GuardKind::Loop => Holds::certain(true),
        });
        Holds::all(each.collect::<Vec<_>>())
    }

    /// What has to be so for all imports of a `try` to be there.
    pub(super) fn guards_of_try(&self, imports: &[String]) -> Holds {
        Holds::all(missing(imports).map(Holds::needs))
    }

    /// What has to be so for what stands under a guard not to run.
    pub(super) fn not_guards(&self, module: &'w Module, guard: Option<GuardId>, env: &Env<'w>, depth: u8) -> Holds {
        let each = module.guards(guard).take(MAX_GUARDS).filter_map(|guard| match &guard.kind {
            GuardKind::If(expr) => Some(self.truth(inside(module, expr), env, false, depth)),
            GuardKind::Passed { condition, returns: true } => {
                let found = self.truth(inside(module, condition), env, false, depth);
                (!found.unknown || !found.needs.is_empty()).then_some(found)
            }
            // What ended there did not go on.
            GuardKind::Passed { returns: false, .. } => None,
            GuardKind::Handler { imports, .. } => {
                let needs: Vec<Holds> = missing(imports).map(Holds::needs).collect();
                Some(if needs.is_empty() { Holds::unknown() } else { Holds::all(needs) })
            }
            GuardKind::Try(_) | GuardKind::Loop => None,
        });
        Holds::any(each.collect::<Vec<_>>())
    }
}

/// An expression in a function, or in a module that has run.
pub(super) fn inside<'w>(module: &'w Module, expr: &'w Expr) -> Located<'w> {
    Located { module, scope: None, offset: u32::MAX, expr }
}

/// The packages that are imported and may be missing.
fn missing(imports: &[String]) -> impl Iterator<Item = Need> {
    let mut packages: Vec<&str> = imports
        .iter()
        .filter(|dotted| !dotted.starts_with('.'))
        .map(|dotted| dotted.split('.').next().unwrap_or(dotted))
        .filter(|package| !super::platform::is_standard(package))
        .collect();
    packages.dedup();
    packages.into_iter().map(|package| Need::of(GateKind::MissingDependency, package))
}

/// Something that is there, or is not.
pub(super) fn present(need: Need, wanted: bool) -> Holds {
    if wanted {
        return Holds::needs(need);
    }
    let detail = need.detail.as_deref();
    let absent = match need.kind {
        kind if kind.needs_device() || kind == GateKind::LargeMemory => Need::of(GateKind::NoDevice, kind.name()),
        GateKind::Platform => match detail.and_then(|detail| detail.strip_prefix("not ")) {
            Some(rest) => Need::of(need.kind, rest),
            None => Need::of(need.kind, format!("not {}", detail.unwrap_or_default())),
        },
        kind => Need::of(kind, negated(detail.unwrap_or(kind.name()))),
    };
    Holds::needs(Need { confidence: need.confidence, ..absent })
}

/// The opposite of a detail.
pub(super) fn negated(detail: &str) -> String {
    let signs = [("< ", ">= "), (">= ", "< "), ("<= ", "> "), ("> ", "<= ")];
    let turned = signs.iter().find_map(|(sign, other)| detail.strip_prefix(sign).map(|rest| format!("{other}{rest}")));
    match (turned, detail.strip_prefix("not ").or_else(|| detail.strip_prefix("no "))) {
        (Some(turned), _) => turned,
        (None, Some(rest)) => rest.to_owned(),
        (None, None) => format!("no {detail}"),
    }
}

fn by_words(name: &str, wanted: bool) -> Holds {
    words::probe(name).map_or_else(Holds::unknown, |need| present(need, wanted))
}

/// A variable of the environment that is set, or is not.
pub(super) fn variable(name: &str, wanted: bool) -> Holds {
    present(Need::of(GateKind::EnvironmentVariable, name), wanted)
}

/// What is written, without what stands in parentheses.
fn without_arguments(written: &str) -> String {
    let mut depth = 0u32;
    written
        .chars()
        .filter(|character| {
            match character {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => return depth == 0 && !character.is_whitespace(),
            }
            *character == '(' && depth == 1 || *character == ')' && depth == 0
        })
        .collect()
}
