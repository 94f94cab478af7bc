//! Two cases of one parametrization that are the same, or that have the same id.
//!
//! # Why
//!
//! The same case runs twice, and the one that was meant is missing. Of equal ids pytest makes `a0` and `a1`, so that the id which
//! somebody wrote selects nothing; with `strict_parametrization_ids` it refuses them.
//!
//! # Example
//!
//! ```python
//! @pytest.mark.parametrize("size", [1, 2, 2])
//! def test_upload(size): ...
//! ```
//!
//! # Better
//!
//! ```python
//! @pytest.mark.parametrize("size", [1, 2, 3])
//! def test_upload(size): ...
//! ```
//!
//! # Limits
//!
//! Only literal cases in a literal list are compared.

use std::collections::BTreeSet;

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Expr, Region, Severity, SignalKind, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "duplicate-parametrize-id",
    group: Group::Collection,
    severity: Severity::Warning,
    needs: Wanted::COLLECTION,
    applies: |_| true,
    source: include_str!("duplicate_parametrize_id.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    for file in &context.suite.files {
        for signal in &file.facts.signals {
            if signal.kind != SignalKind::ParametrizeCases || signal.cases.as_deref() != Some("argvalues") {
                continue;
            }
            let Some(call) = &signal.call else { continue };
            let list = |expr: Option<&'_ Expr>| match expr {
                Some(Expr::Sequence(items) | Expr::Tuple(items)) => items.to_vec(),
                _ => Vec::new(),
            };
            let ids = list(call.keyword("ids"));
            let sets = list(call.argument(1, "argvalues"));
            let own_ids: Vec<Expr> = sets.iter().filter_map(own_id).collect();
            let message = if let Some(id) = twice(&ids).or_else(|| twice(&own_ids)) {
                format!("two cases have the id {id}")
            } else if let Some(set) = twice(&sets).filter(|_| ids.is_empty() && call.keyword("ids").is_none()) {
                format!("the case {set} is there twice")
            } else {
                continue;
            };
            report.add(Confidence::High, Region::of_signal(&file.path, signal), message);
        }
    }
}

/// The `id` of a `pytest.param`.
fn own_id(set: &Expr) -> Option<Expr> {
    match set {
        Expr::Call(call) if call.callee == "pytest.param" => call.keyword("id").cloned(),
        _ => None,
    }
}

/// A literal that occurs twice, as it is written.
fn twice(items: &[Expr]) -> Option<String> {
    let mut seen = BTreeSet::new();
    items.iter().filter_map(literal).find(|item| !seen.insert(item.clone()))
}

/// A literal as it is written; `None` for anything else.
fn literal(expr: &Expr) -> Option<String> {
    let all = |items: &[Expr]| items.iter().map(literal).collect::<Option<Vec<_>>>().map(|items| items.join(", "));
    Some(match expr {
        Expr::Int(number) => number.to_string(),
        // What an escape stands for depends on the prefix.
        Expr::Str(text) if !text.contains('\\') => format!("`\"{text}\"`"),
        Expr::Bytes(text) if !text.contains('\\') => format!("`b\"{text}\"`"),
        Expr::Bool(true) => "`True`".to_owned(),
        Expr::Bool(false) => "`False`".to_owned(),
        Expr::None => "`None`".to_owned(),
        Expr::Tuple(items) => format!("({})", all(items)?),
        Expr::Sequence(items) => format!("[{}]", all(items)?),
        // Marks and ids tell cases apart.
        Expr::Call(call) if call.callee == "pytest.param" && call.keywords.is_empty() => all(&call.arguments)?,
        _ => return None,
    })
}
