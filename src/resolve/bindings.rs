//! What a module- or class-level name holds at a place, within one file.

use crate::model::{Binding, BindingValue, DefinitionId, Expr, FileFacts};

/// The expression that a plain name is bound to where `offset` is, seen from inside `scope`; `None` unless there is
/// exactly one possible binding. A name that is bound conditionally, twice, or changed in place is not one value.
pub(super) fn value<'f>(
    facts: &'f FileFacts,
    name: &str,
    scope: Option<DefinitionId>,
    offset: u32,
) -> Option<&'f Expr> {
    match &binding(facts, name, scope, offset)?.value {
        BindingValue::Value(value) => Some(value),
        _ => None,
    }
}

fn binding<'f>(facts: &'f FileFacts, name: &str, scope: Option<DefinitionId>, offset: u32) -> Option<&'f Binding> {
    let in_scope = |wanted: Option<DefinitionId>| {
        facts.bindings.iter().filter(move |binding| binding.scope == wanted && binding.name == name)
    };
    // A class body sees its own names and the module's, not those of an enclosing class.
    let scope = if scope.is_some() && in_scope(scope).any(|binding| binding.offset < offset) { scope } else { None };
    let before: Vec<_> = in_scope(scope).filter(|binding| binding.offset < offset).collect();
    let last = before.iter().rposition(|binding| !binding.conditional)?;
    match before[last..] {
        [only] => Some(only),
        _ => None,
    }
}
