//! What the detectors of the user's own found. Gives their matches no meaning.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{SignalKind, Suite};

/// The matches of one detector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustomMatches {
    /// Its name.
    pub detector: String,
    /// One line that says what it finds.
    pub title: String,
    /// In all files, by path and then as they stand there.
    pub matches: Vec<CustomMatch>,
}

/// One match of a detector of the user's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustomMatch {
    /// Relative to the root.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// The resolved name.
    pub what: String,
    /// The line's text.
    pub text: String,
}

/// The detectors in the order of the configuration, also those without a match.
pub(super) fn matches(suite: &Suite) -> Vec<CustomMatches> {
    let mut found: BTreeMap<&str, Vec<CustomMatch>> = BTreeMap::new();
    for file in &suite.files {
        for signal in file.facts.signals.iter().filter(|signal| signal.kind == SignalKind::Custom) {
            found.entry(&signal.detector).or_default().push(CustomMatch {
                path: file.path.clone(),
                line: signal.evidence.line,
                what: signal.evidence.what.clone(),
                text: signal.evidence.text.clone(),
            });
        }
    }
    let mut all: Vec<CustomMatches> = suite
        .custom_detectors
        .iter()
        .map(|(name, title)| CustomMatches {
            detector: name.clone(),
            title: title.clone(),
            matches: found.remove(name.as_str()).unwrap_or_default(),
        })
        .collect();
    // A match is never dropped, even if its detector was not announced.
    all.extend(found.into_iter().map(|(name, matches)| CustomMatches {
        detector: name.to_owned(),
        title: name.to_owned(),
        matches,
    }));
    all
}
