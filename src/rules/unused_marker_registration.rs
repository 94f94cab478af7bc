//! A marker that is registered and put on no test.
//!
//! # Why
//!
//! `-m` with such a marker selects nothing, or everything but nothing: a job that runs `-m "not slow"` believes that it leaves
//! something out. Often the tests were renamed, or the marker misspelt on them.
//!
//! # Example
//!
//! ```toml
//! [tool.pytest.ini_options]
//! markers = ["slow: takes minutes", "gpu: needs a GPU"]   # no test is marked `gpu`
//! ```
//!
//! # Better
//!
//! Remove the registration, or mark the tests that it is for.
//!
//! # Limits
//!
//! Judged only when everything is read that pytest collects by default. A use anywhere in the tree counts, in a function or in
//! another source or text too. Markers that a published plugin registers are for others. Less certain where markers are put on
//! tests by computed names (`getattr(pytest.mark, name)`), and where parts of the tree could not be read.

use std::collections::BTreeSet;

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Region, Registrar, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "unused-marker-registration",
    group: Group::Markers,
    severity: Severity::Warning,
    needs: Wanted { markers: true, ..Wanted::NOTHING },
    applies: |_| true,
    source: include_str!("unused_marker_registration.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    if !suite.whole {
        return;
    }
    let carried = suite.files.iter().flat_map(|file| &file.tests).flat_map(|test| &test.markers);
    let accessed = suite.markers.uses.iter().map(|own| &own.name);
    // Who registers again what pytest or a plugin registers has not invented it.
    let provided = suite.markers.registered.iter().filter(|own| matches!(own.registrar, Registrar::Plugin(_)));
    let known: BTreeSet<&String> = carried.chain(accessed).chain(provided.map(|own| &own.name)).collect();
    for own in &suite.markers.registered {
        let (Registrar::Configuration(at) | Registrar::Call(at)) = &own.registrar else { continue };
        // What a published plugin registers is for others.
        if !known.contains(&own.name) && !suite.published.contains(&at.path) {
            let certain = suite.markers.computed_uses.is_empty() && context.is_wholly_read("");
            let confidence = if certain { Confidence::High } else { Confidence::Medium };
            let message = format!("`{}` is registered and used nowhere", own.name);
            let finding = report.add(confidence, Region::line(&at.path, at.line), message);
            finding.unless_mentioned = spellings(&own.name);
            finding.help = Some("remove the registration, or mark the tests that it is for".to_owned());
        }
    }
}

/// How a marker is written where it is used.
pub(super) fn spellings(name: &str) -> Vec<String> {
    vec![format!("mark.{name}"), format!("\"{name}\""), format!("'{name}'")]
}
