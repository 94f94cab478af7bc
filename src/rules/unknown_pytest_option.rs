//! An option in pytest's configuration that nobody knows.
//!
//! # Why
//!
//! pytest warns of it ("Unknown config option") and goes on: what the option was meant to do does not happen.
//!
//! # Example
//!
//! ```toml
//! [tool.pytest.ini_options]
//! testpath = ["tests"]
//! ```
//!
//! # Better
//!
//! ```toml
//! [tool.pytest.ini_options]
//! testpaths = ["tests"]
//! ```
//!
//! # Limits
//!
//! Options of pytest since 7.0, of well-known plugins, and those that conftest files and plugins of the tree add are known. Less
//! certain where the project depends on a plugin that is not known, or computes names of options.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Region, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "unknown-pytest-option",
    group: Group::Configuration,
    severity: Severity::Warning,
    needs: Wanted { markers: true, requirements: true, ..Wanted::NOTHING },
    applies: |_| true,
    source: include_str!("unknown_pytest_option.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    let Some(source) = &suite.pytest.source else { return };
    for own in &suite.ini_options.unknown {
        let certain = suite.ini_options.computed.is_empty() && context.knows_all_plugins;
        let confidence = match (&own.suggestion, certain) {
            (_, true) => Confidence::High,
            (Some(_), false) => Confidence::Medium,
            (None, false) => Confidence::Low,
        };
        let at = Region::line(&source.path, own.option.line);
        let finding = report.add(confidence, at, format!("pytest has no option `{}`", own.option.name));
        finding.help = own.suggestion.as_ref().map(|near| format!("did you mean `{near}`?"));
    }
}
