//! Markers are registered, and pytest does not insist on it.
//!
//! # Why
//!
//! Without `strict_markers` a misspelt marker is a warning among others, and takes its tests out of every job that selects by the
//! right name.
//!
//! # Example
//!
//! ```toml
//! [tool.pytest.ini_options]
//! markers = ["slow: takes minutes"]
//! ```
//!
//! # Better
//!
//! ```toml
//! [tool.pytest.ini_options]
//! markers = ["slow: takes minutes"]
//! addopts = ["--strict-markers"]      # from pytest 9 on: strict_markers = true
//! ```
//!
//! # Limits
//!
//! `--strict-markers` on the command line of a CI job is not seen.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Region, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "markers-not-strict",
    group: Group::Configuration,
    severity: Severity::Note,
    needs: Wanted::NOTHING,
    applies: |_| true,
    source: include_str!("markers_not_strict.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let pytest = &context.suite.pytest;
    let (Some(source), Some(marker)) = (&pytest.source, pytest.markers.first()) else { return };
    if !pytest.strict_markers {
        let at = Region::line(&source.path, marker.line);
        let finding = report.add(Confidence::High, at, "pytest only warns of markers that are not registered");
        finding.help = Some("add `--strict-markers` to `addopts`".to_owned());
    }
}
