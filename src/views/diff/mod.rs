//! What changed between two audits, each read back from its JSON. Two documents in, plain data out.
//!
//! A section that is compared is a file here, a field of `snapshot::Sections` and a row of `ROWS`. Of a section that
//! an audit was made without, nothing is known: what it would list is neither gone nor new.

mod change;
mod coverage;
mod fuzz;
mod gaps;
mod inventory;
mod markers;
mod pairs;
mod problems;
mod risks;
mod snapshot;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use change::Found;
pub use change::{Change, ChangeKind, ChangeValue, DiffFigure};
pub use snapshot::Snapshot;

/// One section with everything that depends on which one it is.
struct Row {
    name: &'static str,
    /// In the order of every report: what takes something away before what adds something.
    kinds: &'static [&'static ChangeKind],
    is_in: fn(&Snapshot) -> bool,
    /// Called where both audits have the section.
    compare: fn(&Snapshot, &Snapshot, &mut Found),
}

/// Sections that say in another way what those that are compared say.
const TOLD_ELSEWHERE: [&str; 3] = ["gates", "layout", "guide"];

/// In the order of every report.
const ROWS: [Row; 7] = [
    Row {
        name: "inventory",
        kinds: inventory::KINDS,
        is_in: |audit| audit.sections.inventory.is_some(),
        compare: inventory::compare,
    },
    Row { name: "fuzz", kinds: fuzz::KINDS, is_in: |audit| audit.sections.fuzz.is_some(), compare: fuzz::compare },
    Row {
        name: "markers",
        kinds: markers::KINDS,
        is_in: |audit| audit.sections.markers.is_some(),
        compare: markers::compare,
    },
    Row { name: "risks", kinds: risks::KINDS, is_in: |audit| audit.sections.risks.is_some(), compare: risks::compare },
    Row {
        name: "coverage",
        kinds: coverage::KINDS,
        is_in: |audit| audit.sections.coverage.is_some(),
        compare: coverage::compare,
    },
    Row { name: "gaps", kinds: gaps::KINDS, is_in: |audit| audit.sections.gaps.is_some(), compare: gaps::compare },
    // Every audit has them, whatever its sections.
    Row { name: "problems", kinds: problems::KINDS, is_in: |_| true, compare: problems::compare },
];

impl ChangeKind {
    /// All kinds in the order of every report.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        ROWS.iter().flat_map(|row| row.kinds.iter().copied())
    }
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The root of the old audit.
    pub old_root: String,
    /// The root of the new audit.
    pub new_root: String,
    /// Numbers that both audits tell.
    pub figures: Vec<DiffFigure>,
    /// How many changes there are of each kind that could be told.
    pub counts: BTreeMap<&'static str, usize>,
    /// Every change: in the order of [`ChangeKind::all`], then by subject.
    pub changes: Vec<Change>,
    /// What could not be compared.
    pub not_compared: Vec<NotCompared>,
    /// What makes one doubt that the two audits can be compared.
    pub notes: Vec<String>,
}

/// A section, or a part of one, that was not compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotCompared {
    /// The section's name.
    pub section: String,
    /// What of it; `None` for all.
    pub part: Option<&'static str>,
    /// Why.
    pub why: Missing,
}

/// Why something was not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// The old audit was made without it.
    InOld,
    /// The new audit was made without it.
    InNew,
    /// Both were.
    InBoth,
    /// It is a section that this version does not compare.
    InThisVersion,
}

impl Missing {
    /// Where something is missing; `None` where it is in both audits.
    fn of(in_old: bool, in_new: bool) -> Option<Self> {
        match (in_old, in_new) {
            (true, true) => None,
            (false, true) => Some(Self::InOld),
            (true, false) => Some(Self::InNew),
            (false, false) => Some(Self::InBoth),
        }
    }

    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::InOld => "the old audit was made without",
            Self::InNew => "the new audit was made without",
            Self::InBoth => "both audits were made without",
            Self::InThisVersion => "this version does not compare",
        }
    }
}

impl Diff {
    /// One line: how many changes there are of which kinds.
    pub fn summary(&self) -> String {
        let counted: Vec<_> = self.groups().map(|(kind, changes)| kind.counted(changes.len())).collect();
        match (counted.is_empty(), self.not_compared.is_empty()) {
            (false, _) => counted.join(", "),
            (true, true) => "no changes".to_owned(),
            (true, false) => "no changes in what was compared".to_owned(),
        }
    }

    /// The changes by kind, without kinds of which there are none.
    pub fn groups(&self) -> impl Iterator<Item = (&'static ChangeKind, &[Change])> {
        self.changes.chunk_by(|one, other| one.kind == other.kind).map(|changes| (changes[0].kind, changes))
    }

    /// What was not compared, one sentence for each reason; names stand in backticks.
    pub fn not_compared_words(&self) -> Vec<String> {
        /// So many names are told.
        const TOLD: usize = 10;
        let mut by_reason: BTreeMap<Missing, Vec<String>> = BTreeMap::new();
        for own in &self.not_compared {
            let name = match own.part {
                Some(part) => format!("{part} in `{}`", own.section),
                None => format!("`{}`", own.section),
            };
            by_reason.entry(own.why).or_default().push(name);
        }
        let sentence = |(why, names): (Missing, Vec<String>)| {
            let more = names.len().saturating_sub(TOLD);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            format!("{} {}{more}", why.words(), names.into_iter().take(TOLD).collect::<Vec<_>>().join(", "))
        };
        by_reason.into_iter().map(sentence).collect()
    }
}

/// Compares two audits.
pub fn diff(old: &Snapshot, new: &Snapshot) -> Diff {
    let mut diff = Diff {
        old_root: old.root.clone(),
        new_root: new.root.clone(),
        figures: Vec::new(),
        counts: BTreeMap::new(),
        changes: Vec::new(),
        not_compared: Vec::new(),
        notes: Vec::new(),
    };
    for row in &ROWS {
        match Missing::of((row.is_in)(old), (row.is_in)(new)) {
            None => add(&mut diff, row, old, new),
            Some(why) => {
                diff.not_compared.push(NotCompared { section: row.name.to_owned(), part: None, why });
            }
        }
    }
    let known = |name: &&String| ROWS.iter().any(|row| row.name == *name) || TOLD_ELSEWHERE.contains(&name.as_str());
    let names: BTreeSet<&String> = old.names.iter().chain(&new.names).filter(|name| !known(name)).collect();
    let unknown = |name: &String| NotCompared { section: name.clone(), part: None, why: Missing::InThisVersion };
    diff.not_compared.extend(names.into_iter().map(unknown));
    diff
}

fn add(diff: &mut Diff, row: &Row, old: &Snapshot, new: &Snapshot) {
    let mut found = Found::default();
    (row.compare)(old, new, &mut found);
    let untold = |kind: &ChangeKind| found.untold.iter().any(|(kinds, ..)| kinds.contains(&kind));
    let place = |change: &Change| row.kinds.iter().position(|kind| *kind == change.kind);
    found.changes.retain(|change| !untold(change.kind));
    found.changes.sort_by(|one, other| (place(one), &one.subject).cmp(&(place(other), &other.subject)));
    for kind in row.kinds.iter().filter(|kind| !untold(kind)) {
        diff.counts.insert(kind.name, found.changes.iter().filter(|change| change.kind == *kind).count());
    }
    let part = |(_, part, why): &(_, &'static str, Missing)| NotCompared {
        section: row.name.to_owned(),
        part: Some(*part),
        why: *why,
    };
    diff.not_compared.extend(found.untold.iter().map(part));
    diff.changes.append(&mut found.changes);
    diff.figures.append(&mut found.figures);
    diff.notes.append(&mut found.notes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_kinds_and_rows_are_told_apart() {
        let names: Vec<_> = ChangeKind::all().map(|kind| kind.name).collect();
        let unique: BTreeSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len());
        let rows: BTreeSet<_> = ROWS.iter().map(|row| row.name).collect();
        assert_eq!(rows.len(), ROWS.len());
    }
}
