//! Markers for readers: what each means, how many tests carry it, and how to select them.

use serde::Serialize;

use super::configuration::NotInEffect;
use crate::model::{Location, Suite};

/// A marker of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuideMarker {
    /// Its name.
    pub name: String,
    /// What its registration says; empty where it says nothing, or nobody registers it.
    pub meaning: String,
    /// Where it is registered, or written where that does not count; `None` where nobody does.
    pub at: Option<Location>,
    /// Whether the registration counts.
    pub registered: bool,
    /// How many tests carry it.
    pub tests: usize,
    /// In how many files.
    pub files: usize,
    /// How to select them.
    pub command: String,
}

/// A mark expression that the project uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsedExpression {
    /// As pytest gets it.
    pub expression: String,
    /// Where it stands first.
    pub at: Location,
}

/// The markers of the project itself, sorted by name.
pub(super) fn markers(suite: &Suite, not_in_effect: &[NotInEffect]) -> Vec<GuideMarker> {
    let view = crate::views::markers::markers(suite);
    let used = |name: &str| view.used.iter().find(|own| own.name == name);
    let mut found: Vec<GuideMarker> = Vec::new();
    let mut add = |name: &str, meaning: &str, at: Option<Location>, registered: bool| {
        if !found.iter().any(|own| own.name == name) {
            let used = used(name);
            found.push(GuideMarker {
                name: name.to_owned(),
                meaning: meaning.to_owned(),
                at,
                registered,
                tests: used.map_or(0, |own| own.count),
                files: used.map_or(0, |own| own.files),
                command: format!("pytest -m {}", super::commands::quoted(name)),
            });
        }
    };
    for own in &view.registered {
        let at = own.path.clone().zip(own.line).map(|(path, line)| Location { path, line });
        if at.is_some() {
            add(&own.name, &own.description, at, true);
        }
    }
    // What a section says that pytest does not read was still meant.
    for own in not_in_effect {
        for option in own.options.iter().filter(|option| option.name == "markers") {
            for line in &option.value {
                let (name, meaning) = line.split_once(':').unwrap_or((line, ""));
                let name = name.split('(').next().unwrap_or(name).trim();
                let at = Location { path: own.at.path.clone(), line: option.line };
                if !name.is_empty() {
                    add(name, meaning.trim(), Some(at), false);
                }
            }
        }
    }
    for own in &view.unregistered {
        add(&own.name, "", None, false);
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The mark expressions of the project, each once.
pub(super) fn expressions(suite: &Suite) -> Vec<UsedExpression> {
    let mut found: Vec<UsedExpression> = Vec::new();
    for own in &suite.selections {
        if !own.names.is_empty() && !found.iter().any(|known| known.expression == own.expression) {
            found.push(UsedExpression { expression: own.expression.clone(), at: own.at.clone() });
        }
    }
    found
}
