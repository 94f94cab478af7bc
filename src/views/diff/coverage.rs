//! Which folders tests are expected, or were measured, to run more or less of.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Snapshot,
    change::{Change, ChangeKind, ChangeValue, Found},
};

/// The section as far as it is compared.
#[derive(Debug, Deserialize)]
pub(super) struct CoverageSnapshot {
    packages: Vec<RowSnapshot>,
    total: RowSnapshot,
}

/// A folder, or the whole tree, as far as it is compared: shares between 0 and 1.
#[derive(Debug, Deserialize)]
struct RowSnapshot {
    path: String,
    estimate: f64,
    measured: Option<f64>,
}

static ESTIMATE_LOWER: ChangeKind = ChangeKind {
    name: "coverage-estimate-lower",
    noun: "folder",
    happened: "with less coverage expected",
    help: "tests are expected to run less of a folder, by a percentage point or more",
};
static MEASURED_LOWER: ChangeKind = ChangeKind {
    name: "coverage-measured-lower",
    noun: "folder",
    happened: "with less coverage measured",
    help: "tests were measured to run less of a folder, by a percentage point or more",
};
static ESTIMATE_HIGHER: ChangeKind = ChangeKind {
    name: "coverage-estimate-higher",
    noun: "folder",
    happened: "with more coverage expected",
    help: "tests are expected to run more of a folder, by a percentage point or more",
};
static MEASURED_HIGHER: ChangeKind = ChangeKind {
    name: "coverage-measured-higher",
    noun: "folder",
    happened: "with more coverage measured",
    help: "tests were measured to run more of a folder, by a percentage point or more",
};

pub(super) const KINDS: &[&ChangeKind] = &[&ESTIMATE_LOWER, &MEASURED_LOWER, &ESTIMATE_HIGHER, &MEASURED_HIGHER];

/// Less than this is no change: estimates are not that exact.
const LEAST: u8 = 1;

pub(super) fn compare(old: &Snapshot, new: &Snapshot, found: &mut Found) {
    let (Some(old), Some(new)) = (&old.sections.coverage, &new.sections.coverage) else { return };
    let mut figure = |name, was, is| found.figure(name, usize::from(percent(was)), usize::from(percent(is)));
    figure("Expected coverage, in percent", old.total.estimate, new.total.estimate);
    if let (Some(was), Some(is)) = (old.total.measured, new.total.measured) {
        figure("Measured coverage, in percent", was, is);
    }
    let before: BTreeMap<&str, &RowSnapshot> = old.packages.iter().map(|row| (row.path.as_str(), row)).collect();
    for row in &new.packages {
        let Some(was) = before.get(row.path.as_str()) else { continue };
        tell(row, was.estimate, row.estimate, [&ESTIMATE_LOWER, &ESTIMATE_HIGHER], found);
        if let (Some(was), Some(is)) = (was.measured, row.measured) {
            tell(row, was, is, [&MEASURED_LOWER, &MEASURED_HIGHER], found);
        }
    }
}

fn tell(row: &RowSnapshot, was: f64, is: f64, [lower, higher]: [&'static ChangeKind; 2], found: &mut Found) {
    let (was, is) = (percent(was), percent(is));
    if was.abs_diff(is) < LEAST {
        return;
    }
    // The folder that is the root has an empty path.
    let folder = if row.path.is_empty() { "." } else { &row.path };
    let change = Change::new(if is < was { lower } else { higher }, folder).at(folder, None);
    found.changes.push(change.old(ChangeValue::Percent(was.into())).new_value(ChangeValue::Percent(is.into())));
}

/// In whole percent. What is no share, in a document that somebody else wrote, becomes the nearest that is one.
fn percent(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u8
}
