//! Which risks came and went. A risk that moves within its file is the same; of equal ones in a file their number counts.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Snapshot,
    change::{Change, ChangeKind, ChangeValue, Found},
};

/// The section as far as it is compared.
#[derive(Debug, Deserialize)]
pub(super) struct RisksSnapshot {
    findings: Vec<RiskSnapshot>,
}

/// A risk as far as it is compared.
#[derive(Debug, Deserialize)]
struct RiskSnapshot {
    kind: String,
    path: String,
    line: u32,
    what: String,
    text: String,
}

static ADDED: ChangeKind =
    ChangeKind { name: "risks-added", noun: "risk", happened: "added", help: "a test has a risk that it had not" };
static GONE: ChangeKind =
    ChangeKind { name: "risks-gone", noun: "risk", happened: "gone", help: "a risk is no longer there" };

pub(super) const KINDS: &[&ChangeKind] = &[&ADDED, &GONE];

pub(super) fn compare(old: &Snapshot, new: &Snapshot, found: &mut Found) {
    let (Some(old), Some(new)) = (&old.sections.risks, &new.sections.risks) else { return };
    found.figure("Risks", old.findings.len(), new.findings.len());
    let (before, after) = (same(&old.findings), same(&new.findings));
    let mut tell = |kind, these: &BTreeMap<_, Vec<&RiskSnapshot>>, those: &BTreeMap<_, Vec<&RiskSnapshot>>| {
        for (key, risks) in these {
            let more = risks.iter().skip(those.get(key).map_or(0, Vec::len));
            found.changes.extend(more.map(|risk| change(kind, risk)));
        }
    };
    tell(&ADDED, &after, &before);
    tell(&GONE, &before, &after);
}

/// Risks by what makes them the same.
fn same(risks: &[RiskSnapshot]) -> BTreeMap<[&str; 4], Vec<&RiskSnapshot>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for risk in risks {
        found.entry([&*risk.path, &*risk.kind, &*risk.what, &*risk.text]).or_default().push(risk);
    }
    found
}

fn change(kind: &'static ChangeKind, risk: &RiskSnapshot) -> Change {
    let what = ChangeValue::Name(risk.what.clone());
    let change = Change::new(kind, &*risk.kind).at(&*risk.path, Some(risk.line));
    if *kind == ADDED { change.new_value(what) } else { change.old(what) }
}
