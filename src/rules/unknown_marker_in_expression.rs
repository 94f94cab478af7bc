//! A mark expression that asks for a marker which no test carries and nobody registers.
//!
//! # Why
//!
//! `-m nosuch` deselects every test, `-m "not nosuch"` none; pytest says nothing of it, even with strict markers. A job goes on
//! to run nothing, or all, after a marker was renamed.
//!
//! # Example
//!
//! ```yaml
//! - run: pytest -m "not slwo"
//! ```
//!
//! # Better
//!
//! ```yaml
//! - run: pytest -m "not slow"
//! ```
//!
//! # Limits
//!
//! Expressions in `addopts`, in the configuration of CI services, tox, nox, make, just and shell scripts, and in YAML values whose
//! key ends in `markers`. What holds a variable is not judged. Less certain where the expression is handed on by another tool.
//! Judged only when the whole tree is read.

use std::collections::BTreeSet;

use super::{Context, Group, Report, Rule, unused_marker_registration::spellings};
use crate::model::{Confidence, Region, Severity, nearest, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "unknown-marker-in-expression",
    group: Group::Markers,
    severity: Severity::Warning,
    needs: Wanted { markers: true, commands: true, ..Wanted::NOTHING },
    applies: |_| true,
    source: include_str!("unknown_marker_in_expression.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    if !suite.whole || !suite.markers.computed.is_empty() {
        return;
    }
    let tests = suite.files.iter().flat_map(|file| &file.tests);
    let in_cases = tests.clone().flat_map(|test| test.case_markers.iter().flatten().flatten());
    let known: BTreeSet<&String> = (tests.flat_map(|test| &test.markers).chain(in_cases))
        .chain(suite.markers.registered.iter().map(|own| &own.name))
        .chain(suite.markers.uses.iter().map(|own| &own.name))
        .chain(suite.markers.added.iter().map(|own| &own.name))
        .chain(&context.settings.allowed_markers)
        .collect();
    for selection in &suite.selections {
        for name in selection.names.iter().filter(|name| !known.contains(name)) {
            let confidence = if selection.certain { Confidence::High } else { Confidence::Medium };
            let at = Region::line(&selection.at.path, selection.at.line);
            let finding =
                report.add(confidence, at, format!("no test carries the marker `{name}` that is asked for here"));
            finding.unless_mentioned = spellings(name);
            let near = nearest(name, known.iter().map(|own| own.as_str()));
            finding.help = near.map(|near| format!("did you mean `{near}`?"));
        }
    }
}
