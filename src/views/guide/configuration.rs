//! pytest's configuration for readers: what is in effect, and what is written and is not.

use serde::Serialize;

use crate::model::about::{WrittenOption, WrittenSection};
use crate::model::pytest::{IgnoredConfig, IgnoredReason};
use crate::model::{Location, Suite};

/// What pytest's configuration says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GuideConfiguration {
    /// The file; `None` where there is none.
    pub path: Option<String>,
    /// Its section or table; empty where the file counts without one.
    pub section: Option<String>,
    /// The options in effect, by line.
    pub options: Vec<WrittenOption>,
    /// What it means that markers are strict or not.
    pub strict_markers: String,
    /// What is written and is not in effect.
    pub not_in_effect: Vec<NotInEffect>,
}

/// Something that is written for pytest, and that it does not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotInEffect {
    /// Where.
    pub at: Location,
    /// The section or the option.
    pub what: String,
    /// Why it has no effect.
    pub why: String,
    /// What it would have said.
    pub options: Vec<WrittenOption>,
}

/// The configuration of a suite.
pub(super) fn configuration(suite: &Suite) -> GuideConfiguration {
    let source = suite.pytest.source.as_ref();
    let is_source =
        |own: &&WrittenSection| source.is_some_and(|source| (&source.path, source.line) == (&own.path, Some(own.line)));
    let unknown = &suite.ini_options.unknown;
    let is_unknown = |option: &WrittenOption| unknown.iter().any(|own| own.option.name == option.name);
    let options = suite.configuration.iter().find(is_source).map(|own| own.options.clone()).unwrap_or_default();
    let mut not_in_effect: Vec<NotInEffect> = suite.pytest.ignored.iter().map(|own| ignored(suite, own)).collect();
    not_in_effect.extend(unknown.iter().filter_map(|own| {
        let at = Location { path: source?.path.clone(), line: own.option.line };
        let meant = own.suggestion.as_ref().map(|name| format!("; `{name}` may be meant")).unwrap_or_default();
        let why = format!("neither pytest nor a known plugin has this option{meant}");
        let options = options.iter().filter(|option| option.name == own.option.name).cloned().collect();
        Some(NotInEffect { at, what: own.option.name.clone(), why, options })
    }));
    let strict_markers = match (&suite.pytest.strictness.markers, suite.pytest.strict_markers) {
        (Some(switch), true) => {
            format!("a marker that is not registered is an error (`{}`, line {})", switch.option, switch.line)
        }
        _ => "a marker that is not registered is a warning, and its tests run".to_owned(),
    };
    GuideConfiguration {
        path: source.map(|source| source.path.clone()),
        section: source.map(|source| source.section.clone()),
        options: options.into_iter().filter(|option| !is_unknown(option)).collect(),
        strict_markers,
        not_in_effect,
    }
}

fn ignored(suite: &Suite, own: &IgnoredConfig) -> NotInEffect {
    let why = match &own.reason {
        IgnoredReason::WrongSection { expected } => format!("pytest looks for `[{expected}]` in this file"),
        IgnoredReason::Refused { expected } => format!("pytest stops with an error and asks for `[{expected}]`"),
        IgnoredReason::WrongTable { read } => format!("`[{read}]` has options too: pytest reads one of them or stops"),
        IgnoredReason::Shadowed { by } => format!("`{by}` beside it is pytest's configuration"),
    };
    let options = suite.configuration.iter().find(|section| (&section.path, section.line) == (&own.path, own.line));
    NotInEffect {
        at: Location { path: own.path.clone(), line: own.line },
        what: format!("[{}]", own.section),
        why,
        options: options.map(|section| section.options.clone()).unwrap_or_default(),
    }
}
