//! What reports of runs say of the tests: how much of them was matched, and what takes the longest.

use serde::Serialize;

use super::TestRow;
use crate::model::Suite;
use crate::model::runs::{MatchedReport, Seconds, UnmatchedCase};

/// So many of the slowest tests are shown.
const SLOWEST: usize = 20;

/// Reports of runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeasuredRuns {
    /// The reports, in the order in which they were given.
    pub reports: Vec<MatchedReport>,
    /// Tests of the tree, without those of C++.
    pub tests: usize,
    /// Those that some report speaks of.
    pub matched: usize,
    /// How long those take together: of each the mean over the reports that tell.
    pub seconds: Seconds,
    /// The slowest of them, the slowest first.
    pub slowest: Vec<TimedTest>,
    /// Entries that no test of the tree is known for, or more than one.
    pub unmatched: Vec<UnmatchedCase>,
}

/// A test with its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimedTest {
    /// Its id.
    pub id: String,
    /// Relative to the root.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// How long it takes.
    pub seconds: Seconds,
}

/// Views the reports; `None` where none is given.
pub(super) fn measured(suite: &Suite, tests: &[TestRow]) -> Option<MeasuredRuns> {
    let runs = &suite.runs;
    let mut slowest: Vec<&TestRow> = tests.iter().filter(|test| test.seconds.is_some()).collect();
    slowest.sort_by(|one, other| (other.seconds, &one.id).cmp(&(one.seconds, &other.id)));
    let timed = |test: &&TestRow| {
        let (id, path, line) = (test.id.clone(), test.path.clone(), test.line);
        test.seconds.map(|seconds| TimedTest { id, path, line, seconds })
    };
    (!runs.reports.is_empty()).then(|| MeasuredRuns {
        reports: runs.reports.clone(),
        tests: tests.len(),
        matched: tests.iter().filter(|test| !test.runs.is_empty()).count(),
        seconds: slowest.iter().filter_map(|test| test.seconds).fold(Seconds::default(), Seconds::and),
        slowest: slowest.iter().take(SLOWEST).filter_map(timed).collect(),
        unmatched: runs.unmatched.clone(),
    })
}
