//! A comment for testaudit that is silent about nothing.
//!
//! # Why
//!
//! What was once suppressed is often mended later; the comment then hides the next mistake in its place. One that names a rule
//! that does not exist, or no rule at all, never had an effect.
//!
//! # Example
//!
//! ```python
//! @pytest.mark.slow  # testaudit: ignore[unregistred-marker]
//! def test_upload(): ...
//! ```
//!
//! # Better
//!
//! ```python
//! @pytest.mark.slow
//! def test_upload(): ...
//! ```
//!
//! # Limits
//!
//! Judges only comments about rules that ran: with `--select` others are left alone.

use super::{Context, Group, Report, Rule, unknown_name};
use crate::model::{
    Confidence, Region, Severity,
    fact::{Suppression, SuppressionKind},
    settings::Wanted,
};

pub(super) const RULE: Rule = Rule {
    name: "unused-suppression",
    group: Group::Suppressions,
    severity: Severity::Warning,
    needs: Wanted::NOTHING,
    applies: |_| true,
    source: include_str!("unused_suppression.rs"),
    check: |_: &Context<'_>, _: &mut Report<'_>| {
        // When all others have run: `unused`.
    },
};

/// Reports comments that were silent about nothing. Each comes with the rules about which it was.
pub(super) fn unused<'s>(
    comments: impl Iterator<Item = (&'s str, &'s Suppression, Vec<&'static str>)>,
    is_running: &dyn Fn(&str) -> bool,
    report: &mut Report<'_>,
) {
    for (path, comment, used) in comments {
        let at = || Region::range(path, comment.line, comment.start, comment.end);
        match &comment.kind {
            SuppressionKind::Ignore(rules) if rules.is_empty() => {
                let finding = report.add(Confidence::High, at(), "this comment names no rule");
                finding.help = Some("write `testaudit: ignore[rule]`".to_owned());
            }
            SuppressionKind::Ignore(rules) => {
                for rule in rules {
                    if let Some(message) = unknown_name(rule).or_else(|| {
                        Rule::named(rule)
                            .is_none()
                            .then(|| format!("`{rule}` is a group of rules, name the rules one by one"))
                    }) {
                        report.add(Confidence::High, at(), message);
                    } else if !used.contains(&rule.as_str()) && is_running(rule) {
                        let finding = report.add(Confidence::High, at(), format!("nothing here violates `{rule}`"));
                        finding.help = Some("remove the comment".to_owned());
                    }
                }
            }
            SuppressionKind::Unknown => {
                let finding = report.add(Confidence::High, at(), "this comment for testaudit is not understood");
                finding.help = Some("write `testaudit: ignore[rule]` or `testaudit: skip-file`".to_owned());
            }
            // A file can be left out for what it may say tomorrow.
            SuppressionKind::SkipFile => {}
        }
    }
}
