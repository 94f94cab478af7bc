//! What runs of the tests reported: how long each took and how it ended. Owns the words; refuses to know in which format a
//! runner wrote them down, and which test of the tree an entry means.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

/// A length of time, in whole microseconds; in JSON in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seconds(u64);

impl Seconds {
    /// So many seconds; nothing where that is no length of time.
    pub fn new(seconds: f64) -> Option<Self> {
        // A year is longer than any test.
        const MOST: f64 = 366.0 * 86_400.0;
        (0.0..=MOST).contains(&seconds).then(|| Self((seconds * 1e6).round() as u64))
    }

    /// As seconds.
    pub fn value(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// One of so many equal parts.
    #[must_use]
    pub fn part_of(self, parts: usize) -> Self {
        Self(self.0 / u64::try_from(parts.max(1)).unwrap_or(1))
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

/// How a test ended; of several cases the worst, which is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was not run.
    Skipped,
    /// It passed.
    Passed,
    /// An assertion failed.
    Failed,
    /// It could not be run to its end.
    Error,
}

/// An entry of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCase {
    /// The suite around it: of nextest the binary.
    pub suite: String,
    /// The class, as the runner names it, or the path of a node id.
    pub class: String,
    /// The name, with its parameters.
    pub name: String,
    /// The file, where the report names it.
    pub file: Option<String>,
    /// How long it took.
    pub seconds: Option<Seconds>,
    /// How it ended; a file of durations does not tell.
    pub outcome: Option<Outcome>,
    /// How often it was run again before that.
    pub reruns: u32,
}

/// A report of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunReport {
    /// The file, as it was given.
    pub path: String,
    /// `JUnit XML`, or `durations`.
    pub format: &'static str,
    /// Its entries.
    pub cases: Vec<RunCase>,
}

/// What one report says of one test, over all of its cases there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestRun {
    /// Which of the reports, from 0.
    pub report: usize,
    /// How many entries it has there.
    pub cases: usize,
    /// How long they took together.
    pub seconds: Option<Seconds>,
    /// How they ended: the worst of them.
    pub outcome: Option<Outcome>,
    /// How often cases were run again.
    pub reruns: u32,
}

/// How one case of a test ended, over all reports that have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseRuns {
    /// The id of the test.
    pub test: String,
    /// The name in the reports, with its parameters.
    pub name: String,
    /// In how many reports it was run.
    pub runs: usize,
    /// In how many of them it failed to the end.
    pub failed: usize,
    /// In how many of them it failed, was run again, and passed.
    pub rerun: usize,
}

impl CaseRuns {
    /// In how many reports it failed, whether or not it passed when it was run again.
    pub fn failures(&self) -> usize {
        self.failed + self.rerun
    }

    /// Whether it both passed and failed.
    pub fn is_unsteady(&self) -> bool {
        self.failures() > 0 && self.failed < self.runs
    }
}

/// A part of a whole; in JSON a number from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many.
    pub part: usize,
    /// Of so many.
    pub whole: usize,
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rate = self.part as f64 / self.whole.max(1) as f64;
        serializer.serialize_f64((rate * 1e4).round() / 1e4)
    }
}

/// A report as far as it was matched with the tests of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchedReport {
    /// The file, as it was given.
    pub path: String,
    /// Its format.
    pub format: &'static str,
    /// Its entries.
    pub cases: usize,
    /// Those of tests of the tree.
    pub matched: usize,
    /// How long all entries took together.
    pub seconds: Seconds,
}

/// An entry that no test of the tree is known for, or more than one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct UnmatchedCase {
    /// Which of the reports, from 0.
    pub report: usize,
    /// As the report names it.
    pub name: String,
    /// Whether several tests could be meant.
    pub ambiguous: bool,
}

/// Everything that runs reported of the tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runs {
    /// The reports, in the order in which they were given.
    pub reports: Vec<MatchedReport>,
    /// What they say of each test, by its id and in the order of reports.
    pub tests: BTreeMap<String, Vec<TestRun>>,
    /// How each case of those tests ended, sorted by test and name.
    pub cases: Vec<CaseRuns>,
    /// Entries without a test, sorted; those that differ in parameters only, once.
    pub unmatched: Vec<UnmatchedCase>,
}

impl Runs {
    /// What is reported of a test.
    pub fn of(&self, id: &str) -> &[TestRun] {
        self.tests.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// How long a test takes: the mean over the reports that tell.
    pub fn seconds(&self, id: &str) -> Option<Seconds> {
        let told: Vec<Seconds> = self.of(id).iter().filter_map(|run| run.seconds).collect();
        let sum = told.iter().fold(Seconds::default(), |sum, one| sum.and(*one));
        (!told.is_empty()).then(|| sum.part_of(told.len()))
    }
}
