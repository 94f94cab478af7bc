//! How many cases are declared for a test: the product over decorators, marks, fixtures and hooks that reach it.

use super::{
    fixtures,
    fold::Folder,
    index::Index,
    reach::{Scope, Via},
    reasons::counts,
};
use crate::model::{DefinitionKind, Expr, Role, Signal, SignalKind, expr::Call};

/// The count, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cases {
    /// All cases; `None` where unknown.
    pub(super) items: Option<u64>,
    /// The product of the lists that can be counted.
    pub(super) declared: Option<u64>,
    /// Whether a framework multiplies by something that is not in the source.
    pub(super) multiplied: bool,
}

/// What one parametrization multiplies by.
enum Factor {
    Known(u64),
    /// At most so many: a sample is drawn.
    AtMost(Option<u64>),
    Unknown,
}

impl Cases {
    /// Counts the cases of a test.
    pub(super) fn of(index: &Index<'_>, scope: &Scope) -> Self {
        let mut cases = Self { items: Some(1), declared: Some(1), multiplied: false };
        let mut torch = false;
        let lists = scope.all(index).filter(|(signal, via)| counts(scope, signal, via));
        for (signal, via) in lists {
            let factor = match signal.kind {
                SignalKind::ParametrizeCases => {
                    torch |= signal.name.starts_with("torch.");
                    factor(index, signal)
                }
                SignalKind::ParametrizeFixture => match via {
                    Via::Fixture { name, .. } if indirectly_replaced(index, scope, name) => continue,
                    _ => factor(index, signal),
                },
                SignalKind::ParametrizeHook => factor(index, signal),
                _ => continue,
            };
            let known = match factor {
                Factor::Known(count) => Some(count),
                Factor::AtMost(count) => {
                    cases.items = None;
                    count
                }
                Factor::Unknown => None,
            };
            cases.items = product(cases.items, known);
            cases.declared = product(cases.declared, known);
        }
        match instantiation(index, scope) {
            Instantiation::Devices => {
                cases.items = None;
                cases.multiplied = true;
            }
            // torch's `parametrize` only leaves a note: without the instantiation the test is never expanded.
            Instantiation::None if torch => cases.items = None,
            Instantiation::None | Instantiation::Parameters => {}
        }
        cases
    }
}

fn product(left: Option<u64>, right: Option<u64>) -> Option<u64> {
    left?.checked_mul(right?)
}

/// Whether an indirect parametrization supplies the fixture's values instead of its own `params`.
fn indirectly_replaced(index: &Index<'_>, scope: &Scope, fixture: &str) -> bool {
    let mut calls = scope.of(index, SignalKind::ParametrizeCases).filter_map(|(signal, _)| signal.call.as_ref());
    calls.any(|call| {
        fixtures::argument_names(call).is_some_and(|names| names.iter().any(|name| name == fixture))
            && fixtures::is_indirect(call, fixture)
    })
}

fn factor(index: &Index<'_>, signal: &Signal) -> Factor {
    let known = |count: Option<u64>| count.map_or(Factor::Unknown, Factor::Known);
    let Some(call) = &signal.call else { return Factor::Unknown };
    // Decorators of a method stand in the class body, those of a class or function around it.
    let scope = signal.owner.and_then(|owner| {
        let definition = index.definition(owner);
        let is_class = definition.kind == DefinitionKind::Class && signal.role == Role::Pytestmark;
        if is_class { Some(owner) } else { definition.parent }
    });
    let folder = Folder { facts: index.facts, scope, offset: signal.offset };
    match signal.cases.as_deref() {
        Some("argvalues" | "hook") => known(call.argument(1, "argvalues").and_then(|values| folder.length(values))),
        Some("params") => known(call.keyword("params").and_then(|values| folder.length(values))),
        Some("first") => known(first(&folder, call)),
        Some("arguments") => known(arguments(&folder, call)),
        Some("data") if call.keywords.is_empty() => known(folder.spread(&call.arguments)),
        Some("product") => known(grid(&folder, call)),
        Some("sample") => Factor::AtMost(grid(&folder, call)),
        Some("per-device") => Factor::AtMost(folder.spread(&call.arguments)),
        _ => Factor::Unknown,
    }
}

/// `parameterized.expand([…])`; `parameterized_class([{…}])` or `parameterized_class(names, [(…)])`.
fn first(folder: &Folder<'_>, call: &Call) -> Option<u64> {
    let list = match call.arguments.as_slice() {
        [Expr::Str(_) | Expr::Sequence(_) | Expr::Tuple(_), values, ..] if call.callee.ends_with("_class") => values,
        [list, ..] => list,
        [] => call.keyword("input")?,
    };
    folder.length(list)
}

/// absl: every positional argument is a case, unless there is only one and it is an iterable other than a tuple
/// (`parameterized.py::_apply_parameterized_decorator`).
fn arguments(folder: &Folder<'_>, call: &Call) -> Option<u64> {
    match call.arguments.as_slice() {
        [only] => match folder.follow(only)? {
            Expr::Tuple(_) | Expr::Int(_) | Expr::Bool(_) | Expr::None | Expr::Str(_) | Expr::Mapping(_) => Some(1),
            _ => folder.length(only),
        },
        several => folder.spread(several),
    }
}

/// Keyword arguments multiply, and so do positional ones, each a list of keyword mappings.
fn grid(folder: &Folder<'_>, call: &Call) -> Option<u64> {
    if call.keywords.iter().any(|(name, _)| name.is_empty()) {
        return None;
    }
    folder.product(call.arguments.iter().chain(call.keywords.iter().map(|(_, values)| values)))
}

/// What torch's instantiation does with a test's class.
enum Instantiation {
    None,
    Parameters,
    Devices,
}

fn instantiation(index: &Index<'_>, scope: &Scope) -> Instantiation {
    let mut found = Instantiation::None;
    for signal in &index.instantiations {
        let decorated = signal.owner.is_some_and(|owner| scope.classes.contains(&owner));
        let named = signal.call.as_ref().and_then(|call| call.arguments.first()).is_some_and(|class| {
            matches!(class, Expr::Name(name) if scope.classes.iter().any(|id| index.definition(*id).name == *name))
        });
        if decorated || named {
            if signal.name.ends_with("instantiate_device_type_tests") {
                return Instantiation::Devices;
            }
            found = Instantiation::Parameters;
        }
    }
    found
}
