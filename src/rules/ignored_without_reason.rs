//! An ignored Rust test that does not say why.
//!
//! # Why
//!
//! Nobody can tell later whether the reason still holds. libtest prints the reason beside the test.
//!
//! # Example
//!
//! ```rust,ignore
//! #[test]
//! #[ignore]
//! fn uploads() {}
//! ```
//!
//! # Better
//!
//! ```rust,ignore
//! #[test]
//! #[ignore = "needs a server, see issue 12"]
//! fn uploads() {}
//! ```
//!
//! # Limits
//!
//! Less certain for `#[cfg_attr(…, ignore)]`, whose condition may say enough. What macros write is not seen, and whether a reason
//! means anything is not judged.

use super::{Context, Group, Report, Rule, rust::functions};
use crate::model::rust::Token;
use crate::model::{Confidence, Region, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "ignored-without-reason",
    group: Group::Tests,
    severity: Severity::Note,
    needs: Wanted { rust_files: true, ..Wanted::NOTHING },
    applies: |_| true,
    source: include_str!("ignored_without_reason.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    for file in &context.suite.files {
        let Some(facts) = &file.facts.rust else { continue };
        if !context.suite.rust.reached.contains_key(&file.path) {
            continue;
        }
        let mut found = Vec::new();
        functions(&facts.items, &mut |item| {
            for attribute in &item.attributes {
                let confidence = match &*attribute.path {
                    "ignore" if has_no_reason(&attribute.tokens) => Confidence::High,
                    "cfg_attr" if ignores_without_reason(attribute.arguments()) => Confidence::Medium,
                    _ => continue,
                };
                found.push((confidence, attribute.line, item.line));
            }
        });
        for (confidence, line, head) in found {
            let at = Region { head, ..Region::line(&file.path, line) };
            let finding = report.add(confidence, at, "this `ignore` has no reason");
            finding.help = Some("write `#[ignore = \"…\"]`".to_owned());
        }
    }
}

/// Whether what follows `ignore` is no reason.
fn has_no_reason(tokens: &[Token]) -> bool {
    match tokens {
        [] => true,
        [equals, value, ..] => equals.is_punct('=') && value.string().is_some_and(|reason| reason.trim().is_empty()),
        _ => false,
    }
}

/// Whether one of the attributes behind a condition is such an `ignore`.
fn ignores_without_reason(arguments: &[Token]) -> bool {
    let attributes = arguments.split(|token| token.is_punct(',')).skip(1);
    let mut named = attributes.filter_map(|tokens| tokens.split_first()).filter(|(name, _)| name.is_ident("ignore"));
    named.any(|(_, rest)| has_no_reason(rest))
}
