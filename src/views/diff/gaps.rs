//! Which gaps were closed, opened, or became more or less urgent.
//!
//! The number of a gap is its place in a list and says nothing about which one it is: two gaps are the same where they are
//! of one kind and are seen at the same places.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    Snapshot,
    change::{Change, ChangeKind, ChangeValue, Found},
};

/// The section as far as it is compared.
#[derive(Debug, Deserialize)]
pub(super) struct GapsSnapshot {
    gaps: Vec<GapSnapshot>,
}

/// A gap as far as it is compared.
#[derive(Debug, Deserialize)]
struct GapSnapshot {
    kind: String,
    title: String,
    priority: String,
    evidence: Vec<PlaceSnapshot>,
}

/// Where a gap is seen.
#[derive(Debug, Deserialize)]
struct PlaceSnapshot {
    path: String,
    line: u32,
    what: String,
}

static OPENED: ChangeKind = ChangeKind {
    name: "gaps-opened",
    noun: "gap",
    happened: "opened",
    help: "something is no longer tested, or is new and not tested",
};
static MORE_URGENT: ChangeKind = ChangeKind {
    name: "gaps-more-urgent",
    noun: "gap",
    happened: "that became more urgent",
    help: "a gap has a higher priority than before",
};
static CLOSED: ChangeKind = ChangeKind {
    name: "gaps-closed",
    noun: "gap",
    happened: "closed",
    help: "something that was not tested is, or is gone",
};
static LESS_URGENT: ChangeKind = ChangeKind {
    name: "gaps-less-urgent",
    noun: "gap",
    happened: "that became less urgent",
    help: "a gap has a lower priority than before",
};

pub(super) const KINDS: &[&ChangeKind] = &[&OPENED, &MORE_URGENT, &CLOSED, &LESS_URGENT];

pub(super) fn compare(old: &Snapshot, new: &Snapshot, found: &mut Found) {
    let (Some(old), Some(new)) = (&old.sections.gaps, &new.sections.gaps) else { return };
    found.figure("Gaps", old.gaps.len(), new.gaps.len());
    let (before, after) = (by_kind(&old.gaps), by_kind(&new.gaps));
    let kinds: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let none = Vec::new();
    for kind in kinds {
        of_kind(before.get(kind).unwrap_or(&none), after.get(kind).unwrap_or(&none), found);
    }
}

fn by_kind(gaps: &[GapSnapshot]) -> BTreeMap<&str, Vec<&GapSnapshot>> {
    let mut kinds: BTreeMap<&str, Vec<&GapSnapshot>> = BTreeMap::new();
    for gap in gaps {
        kinds.entry(&gap.kind).or_default().push(gap);
    }
    kinds
}

/// Compares the gaps of one kind. A kind of which each audit has a single one is seen at other places when code moves, and is
/// the same all the same.
fn of_kind(old: &[&GapSnapshot], new: &[&GapSnapshot], found: &mut Found) {
    let mut left: Vec<&GapSnapshot> = old.to_vec();
    for gap in new {
        let same = match (old, new) {
            ([_], [_]) => Some(0),
            _ => left.iter().position(|was| is_same(was, gap)),
        };
        match same.map(|place| left.remove(place)) {
            None => found.changes.push(change(&OPENED, gap).new_value(priority(gap))),
            Some(was) if was.priority == gap.priority => {}
            Some(was) => {
                // `P0` is the most urgent one.
                let kind = if gap.priority < was.priority { &MORE_URGENT } else { &LESS_URGENT };
                found.changes.push(change(kind, gap).old(priority(was)).new_value(priority(gap)));
            }
        }
    }
    found.changes.extend(left.into_iter().map(|gap| change(&CLOSED, gap).old(priority(gap))));
}

/// Whether both are seen at one place, wherever in its file that stands.
fn is_same(one: &GapSnapshot, other: &GapSnapshot) -> bool {
    let places: BTreeSet<(&str, &str)> =
        one.evidence.iter().map(|own| (own.path.as_str(), own.what.as_str())).collect();
    other.evidence.iter().any(|own| places.contains(&(own.path.as_str(), own.what.as_str())))
}

fn change(kind: &'static ChangeKind, gap: &GapSnapshot) -> Change {
    let change = Change::new(kind, &*gap.title);
    match gap.evidence.first() {
        Some(first) => change.at(&*first.path, Some(first.line)),
        None => change,
    }
}

fn priority(gap: &GapSnapshot) -> ChangeValue {
    ChangeValue::Name(gap.priority.clone())
}
