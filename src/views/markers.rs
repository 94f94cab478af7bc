//! Which markers are registered, which are used, and which are only one of these.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::pytest::{IgnoredConfig, IgnoredReason};
use crate::model::{Location, Registrar, Suite, nearest};

/// The `markers` section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Markers {
    /// Every registration, sorted by name: those of the tree, those of pytest itself, and of plugins those that are used.
    pub registered: Vec<RegisteredMarker>,
    /// Calls that register something that the source does not tell.
    pub computed: Vec<Location>,
    /// Sorted by name.
    pub used: Vec<UsedMarker>,
    /// Used, and registered by nobody; sorted by name.
    pub unregistered: Vec<UnregisteredMarker>,
    /// Registered by the tree alone and used nowhere, sorted by name.
    pub unused: Vec<UnusedMarker>,
    /// Where pytest's configuration stands.
    pub config: MarkersConfig,
}

/// One registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisteredMarker {
    /// The marker's name.
    pub name: String,
    /// The file; `None` where it is none of the tree.
    pub path: Option<String>,
    /// 1-based.
    pub line: Option<u32>,
    /// What the registration says about it; may be empty.
    pub description: String,
    /// `configuration`, `addinivalue_line`, or the distribution that registers it.
    pub source: String,
}

/// A marker that is put on tests, or that is asked for while pytest collects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsedMarker {
    /// The marker's name.
    pub name: String,
    /// How many tests carry it.
    pub count: usize,
    /// How many files use it.
    pub files: usize,
    /// The first use by path and line.
    pub first: Location,
}

/// A marker that is used, and registered by nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnregisteredMarker {
    /// The marker's name.
    pub name: String,
    /// How many tests carry it.
    pub count: usize,
    /// The first use by path and line.
    pub first: Location,
    /// The registered marker that it was meant to be, where one is near enough for that.
    pub suggestion: Option<String>,
}

/// A marker that is registered and used nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnusedMarker {
    /// The marker's name.
    pub name: String,
    /// Where it is registered.
    pub path: String,
    /// 1-based.
    pub line: u32,
}

/// What pytest's configuration says about markers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MarkersConfig {
    /// The file; `None` where there is none.
    pub path: Option<String>,
    /// Its section or table.
    pub section: Option<String>,
    /// Whether a marker that is not registered is an error.
    pub strict: bool,
    /// What was meant to be configuration and does not count, sorted by path and line. What pytest stops at with an
    /// error is a problem and not among it.
    pub ignored: Vec<IgnoredSection>,
}

/// A section that was meant for pytest, and that pytest passes over without an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IgnoredSection {
    /// The file.
    pub path: String,
    /// 1-based, of the section's header.
    pub line: u32,
    /// The section or table as written, without its brackets.
    pub section: String,
    /// Why it does not count.
    pub reason: String,
}

/// Views the markers of a suite.
pub fn markers(suite: &Suite) -> Markers {
    let used = used(suite);
    let registered: Vec<_> = suite
        .markers
        .registered
        .iter()
        .map(|own| {
            let (at, source) = match &own.registrar {
                Registrar::Configuration(at) => (Some(at), "configuration"),
                Registrar::Call(at) => (Some(at), "addinivalue_line"),
                Registrar::Plugin(name) => (None, name.as_str()),
            };
            RegisteredMarker {
                name: own.name.clone(),
                path: at.map(|at| at.path.clone()),
                line: at.map(|at| at.line),
                description: own.description.clone(),
                source: source.to_owned(),
            }
        })
        .collect();
    let names: BTreeSet<&str> = registered.iter().map(|own| own.name.as_str()).collect();
    let unregistered = used.iter().filter(|own| !names.contains(own.name.as_str()));
    let unregistered = unregistered.map(|own| UnregisteredMarker {
        name: own.name.clone(),
        count: own.count,
        first: own.first.clone(),
        suggestion: nearest(&own.name, names.iter().copied()).map(str::to_owned),
    });
    let unregistered = unregistered.collect();
    // A use in a function may put a marker on tests while pytest collects: too little to count, enough to be one.
    let anywhere: BTreeSet<&str> = used
        .iter()
        .map(|own| own.name.as_str())
        .chain(suite.markers.uses.iter().map(|own| own.name.as_str()))
        .collect();
    // Who registers again what pytest or a plugin registers, pytest itself above all, has not invented it.
    let provided: BTreeSet<&str> =
        registered.iter().filter(|own| own.path.is_none()).map(|own| own.name.as_str()).collect();
    let unused = registered
        .iter()
        .filter(|own| !anywhere.contains(own.name.as_str()) && !provided.contains(own.name.as_str()))
        .filter_map(|own| Some(UnusedMarker { name: own.name.clone(), path: own.path.clone()?, line: own.line? }));
    let unused = unused.collect();
    let config = suite.markers.config.as_ref();
    let config = MarkersConfig {
        path: config.map(|config| config.path.clone()),
        section: config.map(|config| config.section.clone()),
        strict: suite.markers.strict,
        ignored: suite.markers.ignored.iter().filter_map(ignored).collect(),
    };
    Markers { unregistered, unused, registered, computed: suite.markers.computed.clone(), used, config }
}

fn ignored(own: &IgnoredConfig) -> Option<IgnoredSection> {
    let reason = match &own.reason {
        IgnoredReason::WrongSection { expected } => format!("pytest looks for [{expected}] in this file"),
        IgnoredReason::Shadowed { by } => format!("{by} beside it is pytest's configuration"),
        IgnoredReason::Refused { .. } | IgnoredReason::WrongTable { .. } => return None,
    };
    Some(IgnoredSection { path: own.path.clone(), line: own.line, section: own.section.clone(), reason })
}

/// What is known of the uses of one marker.
#[derive(Default)]
struct Uses {
    tests: usize,
    /// Places of accesses.
    accesses: BTreeSet<Location>,
    /// The tests that carry it: they stand for accesses in files that were not walked.
    carriers: BTreeSet<Location>,
}

fn used(suite: &Suite) -> Vec<UsedMarker> {
    let mut found: BTreeMap<&str, Uses> = BTreeMap::new();
    for own in suite.markers.uses.iter().filter(|own| own.at_import) {
        let at = Location { path: own.at.path.clone(), line: own.at.line };
        found.entry(&own.name).or_default().accesses.insert(at);
    }
    for file in &suite.files {
        for test in &file.tests {
            let path = test.defined_in.as_ref().unwrap_or(&file.path);
            for name in &test.markers {
                let uses = found.entry(name).or_default();
                uses.tests += 1;
                if uses.accesses.is_empty() {
                    uses.carriers.insert(Location { path: path.clone(), line: test.line });
                }
            }
        }
    }
    let used = found.into_iter().filter_map(|(name, uses)| {
        let places: BTreeSet<&Location> = uses.accesses.iter().chain(&uses.carriers).collect();
        let files: BTreeSet<&str> = places.iter().map(|at| at.path.as_str()).collect();
        let first = (*places.first()?).clone();
        Some(UsedMarker { name: name.to_owned(), count: uses.tests, files: files.len(), first })
    });
    used.collect()
}
