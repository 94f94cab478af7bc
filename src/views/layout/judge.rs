//! What is not as the configuration says. One departure stands for all tests of a file that depart in the same way.

use std::collections::BTreeMap;

use super::{Departure, DepartureKind, LayoutSite, Places};
use crate::model::Gate;
use crate::model::layout::{Effect, LayoutRule};
use crate::model::suite::Property;
use crate::model::{Language, SignalKind, Suite, Test, TestFile};
use crate::views::category::{self, CategorySource};
use crate::views::{RiskFinding, count, risks};

/// Places that a departure shows.
const MAX_SITES: usize = 3;

/// Fixtures of pytest that hand out files.
const FILES: [&str; 5] = ["tmp_path", "tmp_path_factory", "tmpdir", "tmpdir_factory", "testdir"];

/// Every departure, sorted by path, kind and line.
pub(super) fn departures(suite: &Suite, places: &Places<'_>, holding: &[&TestFile]) -> Vec<Departure> {
    // What a sleep is, the section of risks says.
    let forbids_sleep = suite.layout.iter().any(|rule| rule.forbid.contains(&Effect::Sleep));
    let sleeps = if forbids_sleep { risks::sleeps(suite) } else { Vec::new() };
    let mut found = Vec::new();
    for file in holding {
        let Some(rule) = places.of(file) else {
            found.push(unplaced(file));
            continue;
        };
        for effect in &rule.forbid {
            found.extend(forbidden(file, rule, *effect, &sleeps));
        }
        found.extend(misplaced(suite, places, file, rule));
        found.extend(unmarked(file, rule));
    }
    if let Some(rule) = places.inline() {
        found.extend(without_inline_tests(suite, rule));
    }
    found.sort_by(|a, b| (&a.path, a.kind, &a.sites, &a.what).cmp(&(&b.path, b.kind, &b.sites, &b.what)));
    found
}

fn departure(
    kind: DepartureKind,
    file: &TestFile,
    rule: Option<&LayoutRule>,
    what: String,
    tests: usize,
    mut sites: Vec<LayoutSite>,
) -> Departure {
    sites.sort();
    sites.dedup();
    let more = sites.len().saturating_sub(MAX_SITES);
    sites.truncate(MAX_SITES);
    let place = rule.map(|rule| rule.category.clone());
    Departure { kind, path: file.path.clone(), place, what, tests, sites, more }
}

fn site(test: &Test) -> LayoutSite {
    LayoutSite { line: test.line, what: test.name.clone() }
}

fn unplaced(file: &TestFile) -> Departure {
    let what = format!("{} outside of every stated place", count(file.tests.len(), "test"));
    departure(
        DepartureKind::Unplaced,
        file,
        None,
        what,
        file.tests.len(),
        file.tests.first().map(site).into_iter().collect(),
    )
}

/// What the tests of a file do although their place forbids it.
fn forbidden(file: &TestFile, rule: &LayoutRule, effect: Effect, sleeps: &[RiskFinding]) -> Option<Departure> {
    let (verb, sites): (&str, Vec<LayoutSite>) = match effect {
        Effect::Sleep => {
            let own = sleeps.iter().filter(|sleep| sleep.path == file.path);
            let site = |sleep: &RiskFinding| LayoutSite { line: sleep.line, what: sleep.what.clone() };
            ("wait for a fixed time", own.map(site).collect())
        }
        Effect::Network => ("use the network", signals(file, &[SignalKind::EffectNetwork, SignalKind::EffectDownload])),
        Effect::Files => {
            let mut sites = signals(file, &[SignalKind::EffectFiles]);
            let with_fixture = |test: &&Test| test.fixtures.iter().any(|name| FILES.contains(&name.as_str()));
            sites.extend(file.tests.iter().filter(with_fixture).map(site));
            ("read or write files", sites)
        }
        Effect::Subprocess => ("start processes", signals(file, &[SignalKind::EffectProcess])),
        Effect::Gpu => {
            let gates = |test: &Test| {
                let gate = test.gates.iter().find(|gate| is_device(gate))?;
                Some(LayoutSite { line: gate.line, what: test.name.clone() })
            };
            ("need a GPU or another device", file.tests.iter().filter_map(gates).collect())
        }
    };
    if sites.is_empty() {
        return None;
    }
    let what = format!("tests of the kind `{}` may not {verb}", rule.category);
    let tests = sites.len();
    Some(departure(DepartureKind::Forbidden, file, Some(rule), what, tests, sites))
}

fn signals(file: &TestFile, kinds: &[SignalKind]) -> Vec<LayoutSite> {
    let own = file.facts.signals.iter().filter(|signal| kinds.contains(&signal.kind));
    own.map(|signal| LayoutSite { line: signal.evidence.line, what: signal.evidence.what.clone() }).collect()
}

/// Whether a gate asks for a device.
fn is_device(gate: &Gate) -> bool {
    gate.kind.needs_device()
}

/// The tests that say of themselves that they are of another kind, which has a place of its own.
fn misplaced(suite: &Suite, places: &Places<'_>, file: &TestFile, rule: &LayoutRule) -> Vec<Departure> {
    let mut kinds: BTreeMap<(&str, String), Vec<LayoutSite>> = BTreeMap::new();
    for test in &file.tests {
        let decided = category::of_test(suite, file, test).decided;
        let speaks = matches!(decided.source, CategorySource::Marker | CategorySource::File | CategorySource::Content);
        let name = decided.category.name();
        if speaks && name != rule.category && places.states(name) {
            kinds.entry((name, decided.what)).or_default().push(site(test));
        }
    }
    kinds
        .into_iter()
        .map(|((name, by), sites)| {
            let what = format!("by `{by}` of the kind `{name}`, and stands where `{}` belongs", rule.category);
            departure(DepartureKind::Misplaced, file, Some(rule), what, sites.len(), sites)
        })
        .collect()
}

/// The tests without any of the markers that their place requires.
fn unmarked(file: &TestFile, rule: &LayoutRule) -> Option<Departure> {
    if rule.markers.is_empty() || file.language != Language::Python {
        return None;
    }
    let lacks = |test: &&Test| {
        !test.properties.contains(&Property::Doctest) && !test.markers.iter().any(|name| rule.markers.contains(name))
    };
    let sites: Vec<LayoutSite> = file.tests.iter().filter(lacks).map(site).collect();
    let names = rule.markers.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let what = format!("without any of the markers {names}");
    (!sites.is_empty()).then(|| departure(DepartureKind::MissingMarker, file, Some(rule), what, sites.len(), sites))
}

/// Libraries of Rust whose unit tests should stand inside, and that have none there.
fn without_inline_tests(suite: &Suite, rule: &LayoutRule) -> Vec<Departure> {
    let has_tests =
        |name: &str| suite.files.iter().flat_map(|file| &file.tests).any(|test| test.binary.as_deref() == Some(name));
    let lacking = suite.packages.iter().filter(|package| !package.orphan && !has_tests(&package.name));
    lacking
        .filter_map(|package| {
            let library = package.library()?;
            Some(Departure {
                kind: DepartureKind::NoInlineTests,
                path: library.path.clone(),
                place: Some(rule.category.clone()),
                what: format!("the library of `{}` has no test inside", package.name),
                tests: 0,
                sites: Vec::new(),
                more: 0,
            })
        })
        .collect()
}
