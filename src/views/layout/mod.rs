//! The `layout` section: where tests stand against where the project says that they belong, and what they do there that they
//! may not. Without such a table in the configuration it proposes one that is true of the tree as it is.

mod judge;
mod proposal;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Serialize;

use crate::model::layout::{Effect, LayoutRule};
use crate::model::{Language, Suite, TestFile};

/// The section.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Layout {
    /// Whether the configuration says where tests belong.
    pub configured: bool,
    /// The places that it states, in its order.
    pub places: Vec<LayoutPlace>,
    /// What is not as it says, sorted by path and line.
    pub departures: Vec<Departure>,
    /// A table that is true of the tree as it is, ready to paste; absent where there is one, or no test.
    pub proposal: Option<String>,
}

/// A place of tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LayoutPlace {
    /// The kind of its tests.
    pub category: String,
    /// Its globs.
    pub paths: Vec<String>,
    /// Whether tests of Rust within sources belong to it.
    pub inline: bool,
    /// What its tests may not do.
    pub forbid: Vec<Effect>,
    /// Markers of which each of its tests carries one.
    pub markers: Vec<String>,
    /// How many files with tests stand there.
    pub files: usize,
    /// How many tests.
    pub tests: usize,
}

/// Something that is not as the configuration says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Departure {
    /// What kind of departure.
    pub kind: DepartureKind,
    /// The file.
    pub path: String,
    /// The place that it stands in, by the kind of its tests; `None` where it stands in none.
    pub place: Option<String>,
    /// What is wrong, in a sentence.
    pub what: String,
    /// How many tests it concerns, where that is known.
    pub tests: usize,
    /// The first places that show it.
    pub sites: Vec<LayoutSite>,
    /// How many more there are.
    pub more: usize,
}

/// A kind of departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DepartureKind {
    /// A file of tests that stands in none of the places.
    Unplaced,
    /// A test that says of itself that it is of another kind.
    Misplaced,
    /// A test that does what its place forbids.
    Forbidden,
    /// A test without a marker that its place requires.
    MissingMarker,
    /// A library of Rust without any test inside, where its unit tests belong there.
    NoInlineTests,
}

/// A line that shows a departure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LayoutSite {
    /// 1-based.
    pub line: u32,
    /// What stands there, by its resolved name, or the test.
    pub what: String,
}

/// The rules with their globs compiled.
pub(super) struct Places<'s> {
    rules: Vec<(&'s LayoutRule, Gitignore)>,
}

impl<'s> Places<'s> {
    fn new(suite: &'s Suite) -> Self {
        let compiled = |rule: &'s LayoutRule| {
            let mut builder = GitignoreBuilder::new("");
            for glob in &rule.paths {
                // The configuration was refused otherwise: what cannot be compiled matches nothing.
                let _ = builder.add_line(None, glob);
            }
            (rule, builder.build().unwrap_or_else(|_| Gitignore::empty()))
        };
        Self { rules: suite.layout.iter().map(compiled).collect() }
    }

    /// The rule for a file: of several that match, the one stated last.
    fn of(&self, file: &TestFile) -> Option<&'s LayoutRule> {
        let matches = |globs: &Gitignore| globs.matched_path_or_any_parents(&file.path, false).is_ignore();
        let stated = self.rules.iter().rev().find(|(_, globs)| matches(globs)).map(|(rule, _)| *rule);
        stated.or_else(|| is_inline(file).then(|| self.inline()).flatten())
    }

    /// The rule that tests within sources belong to.
    fn inline(&self) -> Option<&'s LayoutRule> {
        self.rules.iter().map(|(rule, _)| *rule).find(|rule| rule.inline)
    }

    /// Whether some rule states where tests of a kind belong.
    fn states(&self, category: &str) -> bool {
        self.rules.iter().any(|(rule, _)| rule.category == category)
    }
}

/// Whether the tests of a file stand within the sources of a library or program of Rust.
fn is_inline(file: &TestFile) -> bool {
    let is_unit = |binary: &str| !binary.contains("::") || binary.contains("::bin/");
    file.language == Language::Rust && file.tests.iter().any(|test| test.binary.as_deref().is_some_and(is_unit))
}

/// Views a suite's layout.
pub fn layout(suite: &Suite) -> Layout {
    let places = Places::new(suite);
    let holding: Vec<&TestFile> = suite.files.iter().filter(|file| !file.tests.is_empty()).collect();
    if suite.layout.is_empty() {
        return Layout { proposal: proposal::proposal(suite, &holding), ..Layout::default() };
    }
    let mut stated: Vec<LayoutPlace> = suite
        .layout
        .iter()
        .map(|rule| LayoutPlace {
            category: rule.category.clone(),
            paths: rule.paths.clone(),
            inline: rule.inline,
            forbid: rule.forbid.clone(),
            markers: rule.markers.clone(),
            files: 0,
            tests: 0,
        })
        .collect();
    for file in &holding {
        let place = places.of(file).and_then(|rule| stated.iter_mut().find(|own| own.category == rule.category));
        if let Some(place) = place {
            place.files += 1;
            place.tests += file.tests.len();
        }
    }
    let departures = judge::departures(suite, &places, &holding);
    Layout { configured: true, places: stated, departures, proposal: None }
}
