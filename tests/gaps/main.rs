//! Trees through the `gaps` section: for each kind one where it is found and one where something closes it.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/mod.rs"]
mod common;

mod code;
mod project;

use std::path::PathBuf;

use testaudit::engine::{self, Progress};
use testaudit::model::gap::GapSettings;
use testaudit::model::{Settings, Suite};
use testaudit::views::{self, Gap, Gaps, Section};

/// The gaps of a tree.
pub(crate) fn gaps(files: &[(&str, &str)]) -> Gaps {
    gaps_with(files, GapSettings::default())
}

/// The gaps of a tree, with other constants.
pub(crate) fn gaps_with(files: &[(&str, &str)], own: GapSettings) -> Gaps {
    views::audit(&suite(files, own), &[Section::Gaps]).sections.gaps.unwrap()
}

/// The gaps of a tree of which this chance is expected for a function.
pub(crate) fn gaps_where(files: &[(&str, &str)], function: &str, chance: f64) -> Gaps {
    let mut suite = suite(files, GapSettings::default());
    let functions = &mut suite.coverage.as_mut().unwrap().functions;
    functions.iter_mut().find(|own| own.name == function).unwrap().chance = chance;
    views::audit(&suite, &[Section::Gaps]).sections.gaps.unwrap()
}

fn suite(files: &[(&str, &str)], own: GapSettings) -> Suite {
    let tree = common::tree(files);
    let wanted = Section::wanted(&[Section::Gaps]);
    let mut settings = Settings { wanted, gaps: own, ..Settings::default() };
    settings.discovery.root = Some(tree.path().to_owned());
    let paths = [PathBuf::from(tree.path())];
    engine::suite(&paths, &settings, Vec::new(), &|_: Progress| {}).unwrap()
}

/// The gaps of one kind.
pub(crate) fn of<'g>(gaps: &'g Gaps, kind: &str) -> Vec<&'g Gap> {
    gaps.gaps.iter().filter(|gap| gap.kind == kind).collect()
}

/// The places of all evidence of a kind.
pub(crate) fn places(gaps: &Gaps, kind: &str) -> Vec<(String, u32)> {
    of(gaps, kind).iter().flat_map(|gap| gap.evidence.iter().map(|own| (own.path.clone(), own.line))).collect()
}

/// Why a kind has no gap.
pub(crate) fn why(gaps: &Gaps, kind: &str) -> String {
    assert_eq!(of(gaps, kind).len(), 0, "{:#?}", of(gaps, kind));
    let row = gaps.kinds.iter().find(|row| row.kind == kind).expect("every kind has a row");
    row.why.clone().unwrap_or_default()
}

/// A module that does something.
pub(crate) const MODULE: &str = "import os\n\n\ndef work(path):\n    if not path:\n        return None\n    \
                                 name = os.path.basename(path)\n    return name.upper()\n";
/// A test that asserts something about nothing of the tree.
pub(crate) const TEST: &str = "def test_truth():\n    assert 1 + 1 == 2\n";
