//! Which files became candidates for fuzzing or stopped being some, and why.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Snapshot,
    change::{Change, ChangeKind, ChangeValue, Found},
};

/// The section as far as it is compared.
#[derive(Debug, Deserialize)]
pub(super) struct FuzzSnapshot {
    files: Vec<CandidateSnapshot>,
}

/// A candidate as far as it is compared.
#[derive(Debug, Deserialize)]
struct CandidateSnapshot {
    path: String,
    reasons: Vec<String>,
}

static REMOVED: ChangeKind = ChangeKind {
    name: "candidates-removed",
    noun: "fuzzing candidate",
    happened: "gone",
    help: "a file is no longer a candidate for fuzzing, or is gone",
};
static ADDED: ChangeKind = ChangeKind {
    name: "candidates-added",
    noun: "fuzzing candidate",
    happened: "added",
    help: "a file is new as a candidate for fuzzing",
};
static REASONS: ChangeKind = ChangeKind {
    name: "reasons-changed",
    noun: "fuzzing candidate",
    happened: "for other reasons",
    help: "a file is a candidate for fuzzing for other reasons than before",
};

pub(super) const KINDS: &[&ChangeKind] = &[&REMOVED, &ADDED, &REASONS];

pub(super) fn compare(old: &Snapshot, new: &Snapshot, found: &mut Found) {
    let (Some(old), Some(new)) = (&old.sections.fuzz, &new.sections.fuzz) else { return };
    let (old, new) = (by_path(old), by_path(new));
    found.figure("Fuzzing candidates", old.len(), new.len());
    let at = |kind, path: &str| Change::new(kind, path).at(path, None);
    let names = |reasons: &[String]| ChangeValue::Names(reasons.to_vec());
    for (path, was) in &old {
        match new.get(path) {
            None => found.changes.push(at(&REMOVED, path).old(names(was))),
            Some(is) if is != was => found.changes.push(at(&REASONS, path).old(names(was)).new_value(names(is))),
            Some(_) => {}
        }
    }
    let added = new.iter().filter(|(path, _)| !old.contains_key(*path));
    found.changes.extend(added.map(|(path, is)| at(&ADDED, path).new_value(names(is))));
}

fn by_path(fuzz: &FuzzSnapshot) -> BTreeMap<&str, &[String]> {
    fuzz.files.iter().map(|file| (file.path.as_str(), file.reasons.as_slice())).collect()
}
