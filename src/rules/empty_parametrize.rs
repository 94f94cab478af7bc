//! A list of parameters without any.
//!
//! # Why
//!
//! pytest makes one case of it and skips that: the test never runs. Most often the cases were commented out, or filtered away.
//!
//! # Example
//!
//! ```python
//! @pytest.mark.parametrize("size", [])
//! def test_upload(size): ...
//! ```
//!
//! # Better
//!
//! Give it cases, or skip the test with a reason.
//!
//! # Limits
//!
//! Only lists that are empty by what the source says. Those that are computed when the module is imported are not judged.

use std::collections::BTreeSet;

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Region, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "empty-parametrize",
    group: Group::Collection,
    severity: Severity::Warning,
    needs: Wanted::COLLECTION,
    applies: |_| true,
    source: include_str!("empty_parametrize.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let tests = context.suite.files.iter().flat_map(|file| &file.tests);
    let places: BTreeSet<&Region> = tests.flat_map(|test| &test.empty_lists).collect();
    for at in places {
        let finding = report.add(Confidence::High, at.clone(), "this list of parameters is empty: the test never runs");
        finding.help = Some("give it cases, or skip the test with a reason".to_owned());
    }
}
