//! Where a function ends a test: skips, and what it calls that skips, each with what has to be so to go on.

use super::{
    super::{
        modules::Module,
        names::{Entity, Place, stem},
    },
    condition::{Env, Judge, MAX_DEPTH, inside},
    need::{Holds, Need},
};
use crate::model::{DefinitionKind, Evidence, Expr, Flow, FlowKind, GateKind, expr::Call};

/// How deeply calls are followed.
const MAX_CALLS: u8 = 5;

/// A place where a test may end.
pub(super) struct Exit<'w> {
    /// What has to be so to go on.
    pub(super) holds: Holds,
    pub(super) module: &'w Module,
    pub(super) evidence: &'w Evidence,
    /// The function that was called, where it is not the one that was asked about.
    pub(super) via: Option<&'w str>,
    /// Whether it returns and says nothing.
    pub(super) silent: bool,
}

/// How a statement ends a test.
enum End {
    Skip,
    Import(Option<String>),
}

impl<'w> Judge<'_, 'w> {
    /// The exits of a function, at one call of it. `ends`: whether to end the process ends the test alone, as where processes
    /// are started for each test.
    pub(super) fn exits(&self, function: Place<'w>, env: &Env<'w>, ends: bool, depth: u8) -> Vec<Exit<'w>> {
        let mut open = Vec::new();
        self.exits_of(function, env, ends, depth.min(MAX_CALLS), &mut open)
    }

    fn exits_of(
        &self,
        function: Place<'w>,
        env: &Env<'w>,
        ends: bool,
        depth: u8,
        open: &mut Vec<Place<'w>>,
    ) -> Vec<Exit<'w>> {
        let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
        if open.contains(&function) || self.step().is_none() {
            return Vec::new();
        }
        open.push(function);
        let mut found = Vec::new();
        for flow in function.module.flows_of(Some(function.id)) {
            if let Some(holds) = self.ends(function.module, flow, env, ends) {
                found.push(Exit { holds, module: function.module, evidence: &flow.evidence, via: None, silent: false });
                continue;
            }
            let FlowKind::Call(call) = &flow.kind else { continue };
            let Some((callee, method)) = self.called(function, call) else { continue };
            let at = inside(function.module, &Expr::Opaque);
            let inner = self.bind(callee, call, at, env, method);
            let exits = self.exits_of(callee, &inner, ends, depth, open);
            if exits.is_empty() {
                continue;
            }
            let unless = self.not_guards(function.module, flow.guard, env, MAX_DEPTH);
            for exit in exits {
                let holds = Holds::any([unless.clone(), exit.holds]);
                let via = Some(callee.definition().name.as_str());
                found.push(Exit { holds, via, ..exit });
            }
        }
        open.pop();
        found
    }

    /// What has to be so to go on behind a statement; `None` where it ends nothing.
    pub(super) fn ends(&self, module: &'w Module, flow: &'w Flow, env: &Env<'w>, exits: bool) -> Option<Holds> {
        let end = match &flow.kind {
            FlowKind::Raise(name) if is_skip_exception(name) => End::Skip,
            FlowKind::Call(call) => self.end(module, call, env, exits)?,
            FlowKind::Return(Some(Expr::Call(call))) => self.end(module, call, env, exits)?,
            _ => return None,
        };
        let unless = self.not_guards(module, flow.guard, env, MAX_DEPTH);
        Some(match end {
            End::Skip => unless,
            End::Import(package) => {
                let need = package.map_or_else(Holds::unknown, |package| {
                    Holds::needs(Need::of(GateKind::MissingDependency, package))
                });
                Holds::any([unless, need])
            }
        })
    }

    fn end(&self, module: &'w Module, call: &'w Call, env: &Env<'w>, exits: bool) -> Option<End> {
        let name = stem(&call.callee);
        match name {
            "pytest.skip" | "_pytest.outcomes.skip" | "?.skipTest" => Some(End::Skip),
            "sys.exit" | "os._exit" | "builtins.exit" if exits => Some(End::Skip),
            "pytest.importorskip" | "_pytest.outcomes.importorskip" => {
                let package = call.argument(0, "modname").and_then(|expr| self.text(inside(module, expr), env));
                let least = call.argument(1, "minversion").and_then(|expr| self.text(inside(module, expr), env));
                let least = least.map(|least| format!(" >= {least}")).unwrap_or_default();
                Some(End::Import(package.map(|package| format!("{package}{least}"))))
            }
            _ => name.ends_with(".skipTest").then_some(End::Skip),
        }
    }

    /// The function of the tree's tests that is called, and whether as a method.
    pub(super) fn called(&self, from: Place<'w>, call: &Call) -> Option<(Place<'w>, bool)> {
        let name = call.callee.as_str();
        if let Some(method) = name.strip_prefix("?.").filter(|_| call.receiver.as_ref().is_some_and(is_receiver)) {
            return self.method(method).map(|place| (place, true));
        }
        if let Some(method) = name.strip_prefix("builtins.super().") {
            return self.base_method(from, method).map(|place| (place, true));
        }
        if name.starts_with("builtins.")
            || name.contains('(')
            || !self.names.is_of_tests(from.module, name) && !speaks(name)
        {
            return None;
        }
        let Entity::Definition(place) = self.names.dotted(from.module, name) else { return None };
        let definition = place.definition();
        let is_method =
            definition.parent.is_some_and(|parent| place.module.facts.definition(parent).kind == DefinitionKind::Class);
        (definition.kind == DefinitionKind::Function).then_some((place, is_method))
    }

    /// The method of a name behind the class of a method, in the order of the class that collects the test.
    fn base_method(&self, from: Place<'w>, name: &str) -> Option<Place<'w>> {
        let own = from.definition().parent?;
        let order = self.classes.iter().find_map(|class| {
            let at = class.mro.iter().position(|place| place.id == own && std::ptr::eq(place.module, from.module))?;
            Some(&class.mro[at + 1..])
        })?;
        order.iter().find_map(|of| {
            let id = of.module.index().method(of.id, name)?;
            Some(Place { module: of.module, id })
        })
    }

    /// Where a test returns before it checks anything, for something that is missing.
    pub(super) fn silent_returns(&self, function: Place<'w>) -> Vec<Exit<'w>> {
        let module = function.module;
        let env = Env::default();
        let mut found = Vec::new();
        for flow in module.flows_of(Some(function.id)) {
            match &flow.kind {
                FlowKind::Check => break,
                FlowKind::Return(None | Some(Expr::None)) if flow.guard.is_some() => {
                    let holds = self.not_guards(module, flow.guard, &env, MAX_DEPTH);
                    let in_loop = module.guards(flow.guard).any(|guard| guard.kind == crate::model::GuardKind::Loop);
                    if !holds.unknown && !holds.needs.is_empty() && !in_loop {
                        found.push(Exit { holds, module, evidence: &flow.evidence, via: None, silent: true });
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// `self` or `cls`.
fn is_receiver(expr: &Expr) -> bool {
    matches!(expr, Expr::Local(name) if matches!(name.as_str(), "self" | "cls"))
}

/// Whether an exception skips a test.
pub(super) fn is_skip_exception(name: &str) -> bool {
    matches!(
        stem(name),
        "unittest.SkipTest"
            | "unittest.case.SkipTest"
            | "unittest2.SkipTest"
            | "pytest.skip.Exception"
            | "_pytest.outcomes.Skipped"
            | "nose.SkipTest"
    )
}

fn speaks(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    ["skip", "require", "need"].iter().any(|word| last.contains(word))
}
