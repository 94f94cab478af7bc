//! A configuration that pytest does not read.
//!
//! # Why
//!
//! Each file has its own name for pytest's section: `[pytest]` in `pytest.ini` and `tox.ini`, `[tool:pytest]` in `setup.cfg`,
//! `[tool.pytest.ini_options]` in `pyproject.toml`. Under any other name pytest reads nothing, and says nothing: strict markers,
//! `testpaths` and `filterwarnings` are believed to hold and do not. Of several files in one folder only one counts.
//!
//! # Example
//!
//! ```ini
//! ; pytest.ini
//! [tool:pytest]
//! addopts = --strict-markers
//! ```
//!
//! # Better
//!
//! ```ini
//! ; pytest.ini
//! [pytest]
//! addopts = --strict-markers
//! ```
//!
//! # Limits
//!
//! Files beside the configuration that is in effect; those of other folders count when pytest is run there. Less certain where
//! only releases of pytest that the project need not have installed pass the section.

use super::{Context, Group, Report, Rule};
use crate::model::{
    Confidence, Fix, Region, Severity, pytest::IgnoredReason, requirement::allows_below, settings::Wanted,
};

pub(super) const RULE: Rule = Rule {
    name: "ignored-pytest-config",
    group: Group::Configuration,
    severity: Severity::Error,
    needs: Wanted { requirements: true, ..Wanted::NOTHING },
    applies: |_| true,
    source: include_str!("ignored_pytest_config.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let pytest = &context.suite.pytest;
    for own in &pytest.ignored {
        let at = Region::line(&own.path, own.line);
        let section = &own.section;
        match &own.reason {
            IgnoredReason::WrongSection { expected } => {
                let message = format!("pytest does not read `[{section}]` in this file");
                let finding = report.add(Confidence::High, at, message);
                finding.help = Some(format!("write `[{expected}]`"));
                let (path, line) = (own.path.clone(), own.line);
                let (from, to) = (section.clone(), expected.clone());
                finding.fix = Some(Fix::RenameSection { path, line, from, to });
            }
            IgnoredReason::Refused { expected } => {
                let finding = report.add(Confidence::High, at, format!("pytest refuses `[{section}]` in this file"));
                finding.help = Some(format!("write `[{expected}]`"));
            }
            IgnoredReason::WrongTable { read } => {
                let message = format!("pytest 9 refuses `[{section}]` beside `[{read}]`");
                report.add(Confidence::High, at, message).help = Some(format!("move its options to `[{read}]`"));
            }
            IgnoredReason::Shadowed { by } => {
                // An older pytest, which does not know the stronger file, reads this one.
                let since = pytest.source.as_ref().is_some_and(|source| source.since.is_some());
                let confidence = if since { Confidence::Low } else { Confidence::High };
                let message = format!("pytest does not read `[{section}]`: `{by}` beside this file counts");
                report.add(confidence, at, message).help = Some(format!("move its options to `{by}`"));
            }
        }
    }
    if let Some(source) = &pytest.source
        && let Some(since) = source.since
    {
        let mut required = context.suite.requirements.of("pytest").peekable();
        let known = required.peek().is_some();
        let old = required.any(|own| allows_below(&own.specifier, since) == Some(true));
        if known && old {
            let message = format!("pytest before {since} does not read `[{}]` in this file", source.section);
            let finding = report.add(Confidence::Medium, Region::line(&source.path, source.line.unwrap_or(1)), message);
            finding.help = Some(format!("require `pytest>={since}`, or write what older releases read"));
        }
    }
}
