//! Which problems came or went: what could not be judged in one of the audits.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Snapshot,
    change::{Change, ChangeKind, ChangeValue, Found},
};

/// A problem as far as it is compared.
#[derive(Debug, Deserialize)]
pub(super) struct ProblemSnapshot {
    path: String,
    line: Option<u32>,
    kind: String,
    message: String,
}

static PROBLEMS: ChangeKind = ChangeKind {
    name: "problems",
    noun: "problem",
    happened: "added",
    help: "something can no longer be judged, or is new and cannot be",
};
static PROBLEMS_GONE: ChangeKind = ChangeKind {
    name: "problems-gone",
    noun: "problem",
    happened: "gone",
    help: "something that could not be judged is judged or gone",
};

pub(super) const KINDS: &[&ChangeKind] = &[&PROBLEMS, &PROBLEMS_GONE];

pub(super) fn compare(old: &Snapshot, new: &Snapshot, found: &mut Found) {
    found.figure("Problems", old.problems.len(), new.problems.len());
    let mut by_text: BTreeMap<_, (Vec<&ProblemSnapshot>, Vec<&ProblemSnapshot>)> = BTreeMap::new();
    for own in &old.problems {
        by_text.entry(key(own)).or_default().0.push(own);
    }
    for own in &new.problems {
        by_text.entry(key(own)).or_default().1.push(own);
    }
    let words = |own: &ProblemSnapshot| ChangeValue::Words(format!("{}: {}", own.kind, own.message));
    let at = |kind, own: &ProblemSnapshot| Change::new(kind, &*own.path).at(&*own.path, own.line);
    for (old, new) in by_text.into_values() {
        let both = old.len().min(new.len());
        found.changes.extend(old[both..].iter().map(|own| at(&PROBLEMS_GONE, own).old(words(own))));
        found.changes.extend(new[both..].iter().map(|own| at(&PROBLEMS, own).new_value(words(own))));
    }
}

/// What makes two problems the same. Lines are no part of it: what stands above moves them.
fn key(own: &ProblemSnapshot) -> (&str, &str, &str) {
    (&own.path, &own.kind, &own.message)
}
