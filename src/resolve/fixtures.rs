//! Fixtures of a file and which of them a test gets: by parameter, transitively, and those with `autouse`.
//!
//! As pytest's `FixtureManager.getfixtureclosure`, within one file: fixtures of conftest files and plugins are not seen
//! yet.

use super::index::Index;
use crate::model::{DefinitionId, Expr, FileFacts, Role, SignalKind, expr::Call};

/// A fixture of this file.
#[derive(Debug)]
pub(super) struct Fixture {
    pub(super) name: String,
    pub(super) definition: DefinitionId,
    pub(super) autouse: bool,
}

/// All fixtures of the file in source order.
pub(super) fn fixtures(facts: &FileFacts) -> Vec<Fixture> {
    let signals =
        facts.signals.iter().filter(|signal| signal.kind == SignalKind::Fixture && signal.role == Role::Decorator);
    let fixtures = signals.filter_map(|signal| {
        let definition = signal.owner?;
        let call = signal.call.as_ref();
        let name = match call.and_then(|call| call.keyword("name")) {
            Some(Expr::Str(name)) => name.clone(),
            _ => facts.definition(definition).name.clone(),
        };
        let autouse = call.and_then(|call| call.keyword("autouse")) == Some(&Expr::Bool(true));
        Some(Fixture { name, definition, autouse })
    });
    fixtures.collect()
}

/// The fixtures of this file that a test gets, and the names that it or one of them asks for. `replaced` are names that
/// a parametrization supplies directly, so that no fixture is called for them.
pub(super) fn closure<'a>(
    index: &'a Index<'_>,
    test: DefinitionId,
    replaced: &[String],
) -> (Vec<&'a Fixture>, Vec<String>) {
    let (facts, fixtures) = (index.facts, &index.fixtures);
    let ancestors: Vec<_> = facts.ancestors(Some(test)).collect();
    let visible =
        |fixture: &&Fixture| facts.definition(fixture.definition).parent.is_none_or(|class| ancestors.contains(&class));
    let mut wanted: Vec<String> = fixtures
        .iter()
        .filter(visible)
        .filter(|fixture| fixture.autouse)
        .map(|fixture| fixture.name.clone())
        .chain(parameters(facts, test))
        .collect();
    let mut found: Vec<&Fixture> = Vec::new();
    let mut next = 0;
    while let Some(name) = wanted.get(next).cloned() {
        next += 1;
        // The last one of a name counts, one of a class before one of the module.
        let candidates = fixtures.iter().filter(visible).filter(|fixture| fixture.name == name);
        let best = candidates
            .max_by_key(|fixture| (facts.definition(fixture.definition).parent.is_some(), fixture.definition));
        if let Some(fixture) = best.filter(|_| !replaced.contains(&name))
            && !found.iter().any(|known| known.definition == fixture.definition)
        {
            found.push(fixture);
            for parameter in parameters(facts, fixture.definition) {
                if !wanted.contains(&parameter) {
                    wanted.push(parameter);
                }
            }
        }
    }
    (found, wanted)
}

/// Parameters that fixtures are passed to: without a default, and not the receiver of a method
/// (`_pytest/compat.py::getfuncargnames`).
fn parameters(facts: &FileFacts, id: DefinitionId) -> impl Iterator<Item = String> {
    let definition = facts.definition(id);
    let is_static = definition.decorators.iter().any(|decorator| decorator.name == "builtins.staticmethod");
    let skip = usize::from(definition.parent.is_some() && !is_static);
    let names = definition.parameters.iter().skip(skip).filter(|parameter| !parameter.has_default);
    names.map(|parameter| parameter.name.clone())
}

/// The argument names of a `parametrize` call; `None` where they are not literal.
pub(super) fn argument_names(call: &Call) -> Option<Vec<String>> {
    match call.argument(0, "argnames")? {
        Expr::Str(names) => {
            Some(names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect())
        }
        Expr::Sequence(names) | Expr::Tuple(names) => names
            .iter()
            .map(|name| match name {
                Expr::Str(name) => Some(name.clone()),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

/// Which of the arguments are passed on to fixtures of the same name.
pub(super) fn is_indirect(call: &Call, name: &str) -> bool {
    match call.argument(2, "indirect") {
        Some(Expr::Bool(indirect)) => *indirect,
        Some(Expr::Sequence(names) | Expr::Tuple(names)) => names.contains(&Expr::Str(name.to_owned())),
        _ => false,
    }
}
