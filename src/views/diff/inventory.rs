//! Which tests came, went, moved, and changed in what decides whether and how often they run.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Missing, Snapshot,
    change::{Change, ChangeKind, ChangeValue, Found},
    pairs::pairs,
};
use crate::model::SkipStatus;

/// The section as far as it is compared.
#[derive(Debug, Deserialize)]
pub(super) struct InventorySnapshot {
    tests: Vec<TestSnapshot>,
}

/// A test as far as it is compared.
#[derive(Debug, Deserialize)]
pub(super) struct TestSnapshot {
    pub(super) id: String,
    pub(super) path: String,
    line: u32,
    suite: Option<String>,
    name: String,
    cases: Option<u64>,
    /// An audit that does not tell it tells neither gates nor markers.
    skip: Option<SkipStatus>,
    #[serde(default)]
    gates: Vec<GateSnapshot>,
    #[serde(default)]
    markers: Vec<String>,
}

impl TestSnapshot {
    /// The name within its file: its classes and its own.
    pub(super) fn name_in_file(&self) -> (Option<&str>, &str) {
        (self.suite.as_deref(), &self.name)
    }
}

/// A gate. Its line is no part of it: a gate that moves down is the same.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct GateSnapshot {
    kind: String,
    mechanism: String,
    min_devices: Option<u32>,
}

static TESTS_REMOVED: ChangeKind = ChangeKind {
    name: "tests-removed",
    noun: "test",
    happened: "removed",
    help: "a test is gone, and did not move to another file",
};
static NEWLY_SKIPPED: ChangeKind = ChangeKind {
    name: "newly-skipped",
    noun: "test",
    happened: "newly skipped",
    help: "a test that ran is skipped, or one that a condition skipped is always skipped",
};
static FEWER_CASES: ChangeKind = ChangeKind {
    name: "fewer-cases",
    noun: "test",
    happened: "with fewer cases",
    help: "a test has fewer cases than before",
};
static GATES_ADDED: ChangeKind = ChangeKind {
    name: "gates-added",
    noun: "gate",
    happened: "added",
    help: "something new decides at run time whether a test runs",
};
static CASES_UNKNOWN: ChangeKind = ChangeKind {
    name: "cases-unknown",
    noun: "test",
    happened: "with a number of cases that is no longer known",
    help: "the source no longer tells how many cases a test has",
};
static TESTS_ADDED: ChangeKind =
    ChangeKind { name: "tests-added", noun: "test", happened: "added", help: "a test is new" };
static TESTS_MOVED: ChangeKind = ChangeKind {
    name: "tests-moved",
    noun: "test",
    happened: "moved",
    help: "a test is gone from one file, and one of the same name is new in another",
};
static NO_LONGER_SKIPPED: ChangeKind = ChangeKind {
    name: "no-longer-skipped",
    noun: "test",
    happened: "no longer skipped",
    help: "a test that was skipped runs, or one that was always skipped is left to a condition",
};
static GATES_REMOVED: ChangeKind = ChangeKind {
    name: "gates-removed",
    noun: "gate",
    happened: "removed",
    help: "something that decided at run time whether a test runs is gone",
};
static MORE_CASES: ChangeKind = ChangeKind {
    name: "more-cases",
    noun: "test",
    happened: "with more cases",
    help: "a test has more cases than before",
};
static CASES_KNOWN: ChangeKind = ChangeKind {
    name: "cases-known",
    noun: "test",
    happened: "with a number of cases that is now known",
    help: "the source tells how many cases a test has, and did not before",
};
static MARKS_CHANGED: ChangeKind = ChangeKind {
    name: "test-markers-changed",
    noun: "test",
    happened: "with other markers",
    help: "a test carries other markers than before",
};

pub(super) const KINDS: &[&ChangeKind] = &[
    &TESTS_REMOVED,
    &NEWLY_SKIPPED,
    &FEWER_CASES,
    &CASES_UNKNOWN,
    &GATES_ADDED,
    &TESTS_MOVED,
    &TESTS_ADDED,
    &NO_LONGER_SKIPPED,
    &MORE_CASES,
    &CASES_KNOWN,
    &GATES_REMOVED,
    &MARKS_CHANGED,
];

/// What needs [`TestSnapshot::skip`] in both audits.
const SKIP_KINDS: &[&ChangeKind] = &[&NEWLY_SKIPPED, &NO_LONGER_SKIPPED, &GATES_ADDED, &GATES_REMOVED, &MARKS_CHANGED];

pub(super) fn compare(old: &Snapshot, new: &Snapshot, found: &mut Found) {
    let (old_root, new_root) = (&old.root, &new.root);
    let (Some(old), Some(new)) = (&old.sections.inventory, &new.sections.inventory) else { return };
    figures(&old.tests, &new.tests, found);
    let pairs = pairs(&old.tests, &new.tests);
    if pairs.same.is_empty() && !old.tests.is_empty() && !new.tests.is_empty() {
        found.notes.push(format!(
            "no test has the same id in both audits, whose roots are `{old_root}` and `{new_root}`: are they of the same folder?"
        ));
    }
    let tells = |audit: &InventorySnapshot| audit.tests.iter().all(|test| test.skip.is_some());
    if let Some(why) = Missing::of(tells(old), tells(new)) {
        found.untold.push((SKIP_KINDS, "skips, gates and markers of tests", why));
    }
    let at = |kind, test: &TestSnapshot| Change::new(kind, &*test.id).at(&*test.path, Some(test.line));
    found.changes.extend(pairs.removed.iter().map(|test| at(&TESTS_REMOVED, test)));
    found.changes.extend(pairs.added.iter().map(|test| at(&TESTS_ADDED, test)));
    for (old, new) in &pairs.moved {
        let name = match new.name_in_file() {
            (Some(suite), name) => format!("{suite}::{name}"),
            (None, name) => name.to_owned(),
        };
        let paths = [&old.path, &new.path].map(|path| ChangeValue::Name(path.clone()));
        let [from, to] = paths;
        let moved = Change::new(&TESTS_MOVED, name).at(&*new.path, Some(new.line)).old(from).new_value(to);
        found.changes.push(moved);
    }
    for (old, new) in pairs.same.iter().chain(&pairs.moved) {
        let change = |kind, from, to| at(kind, new).old(from).new_value(to);
        if let Some(kind) = cases_kind(old.cases, new.cases) {
            found.changes.push(change(kind, old.cases.into(), new.cases.into()));
        }
        let (Some(was), Some(is)) = (old.skip, new.skip) else { continue };
        if was != is {
            let kind = if was < is { &NEWLY_SKIPPED } else { &NO_LONGER_SKIPPED };
            let [was, is] = [was, is].map(|skip| ChangeValue::Words(skip.name().to_owned()));
            found.changes.push(change(kind, was, is));
        }
        let gates = gates(&old.gates, &new.gates);
        found.changes.extend(gates.iter().map(|(gate, added)| match added {
            true => at(&GATES_ADDED, new).new_value(words(gate)),
            false => at(&GATES_REMOVED, new).old(words(gate)),
        }));
        if old.markers != new.markers {
            let [was, is] = [old, new].map(|test| ChangeValue::Names(test.markers.clone()));
            found.changes.push(change(&MARKS_CHANGED, was, is));
        }
    }
}

fn figures(old: &[TestSnapshot], new: &[TestSnapshot], found: &mut Found) {
    found.figure("Tests", old.len(), new.len());
    let cases = |tests: &[TestSnapshot]| tests.iter().filter_map(|test| test.cases).fold(0, u64::saturating_add);
    found.figures.push(super::DiffFigure { name: "Known cases", old: cases(old), new: cases(new) });
}

fn cases_kind(old: Option<u64>, new: Option<u64>) -> Option<&'static ChangeKind> {
    match (old, new) {
        (Some(old), Some(new)) if old > new => Some(&FEWER_CASES),
        (Some(old), Some(new)) if old < new => Some(&MORE_CASES),
        (Some(_), None) => Some(&CASES_UNKNOWN),
        (None, Some(_)) => Some(&CASES_KNOWN),
        _ => None,
    }
}

/// Gates that are in one of the lists more often than in the other, each with whether it was added.
fn gates<'s>(old: &'s [GateSnapshot], new: &'s [GateSnapshot]) -> Vec<(&'s GateSnapshot, bool)> {
    let mut balance: BTreeMap<&GateSnapshot, isize> = BTreeMap::new();
    old.iter().for_each(|gate| *balance.entry(gate).or_default() -= 1);
    new.iter().for_each(|gate| *balance.entry(gate).or_default() += 1);
    let each = |(gate, balance): (_, isize)| std::iter::repeat_n((gate, balance > 0), balance.unsigned_abs());
    balance.into_iter().flat_map(each).collect()
}

fn words(gate: &GateSnapshot) -> ChangeValue {
    let devices = gate.min_devices.map(|devices| format!(", {}", crate::views::count(devices, "device")));
    ChangeValue::Words(format!("{} by `{}`{}", gate.kind, gate.mechanism, devices.unwrap_or_default()))
}
