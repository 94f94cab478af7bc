//! The section on coverage: what tests can be expected to run of each file, beside what was measured, and the functions
//! that no test is expected to enter.

mod targets;

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::model::{
    Suite,
    coverage::FileCoverage,
    measured::{CoverageReport, LineCount},
};
pub use targets::{MissingFunction, TargetRow};

/// How many functions that no test enters are listed.
const MAX_FUNCTIONS: usize = 200;

/// A share between 0 and 1, to four places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

impl Share {
    /// Rounds a share.
    pub fn new(share: f64) -> Self {
        // A share lies between 0 and 1; whatever does not becomes the nearest that does.
        Self((share.clamp(0.0, 1.0) * 1e4).round() as u32)
    }

    /// The share as a number.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 1e4
    }

    /// The share in percent, rounded.
    pub fn percent(self) -> u32 {
        (self.0 + 50) / 100
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

/// How far one share lies above another, to four places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference(i32);

impl Difference {
    fn new(above: Share, below: Share) -> Self {
        // No share has more than ten thousand parts.
        Self(above.0 as i32 - below.0 as i32)
    }

    /// The difference in points of percent, rounded.
    pub fn points(self) -> i32 {
        (f64::from(self.0) / 100.0).round() as i32
    }
}

impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 1e4)
    }
}

/// What is expected of a file, a folder or the whole tree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CoverageRow {
    /// The file or folder, relative to the root; empty of the whole tree.
    pub path: String,
    /// How many statements coverage.py counts.
    pub statements: u64,
    /// The share of them that is expected to run.
    pub estimate: Share,
    /// The lower end of the range that holds the truth in four of five cases.
    pub low: Share,
    /// Its upper end.
    pub high: Share,
    /// What was measured.
    pub measured: Option<Share>,
    /// The estimate less that.
    pub difference: Option<Difference>,
    /// How many tests are known to reach it; of folders and the tree, how many reach the file that most do.
    pub tests: u32,
    /// Whether the configuration of coverage.py leaves the file out: it is no part of any sum.
    pub omitted: bool,
}

/// A function that no test is expected to enter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreachedFunction {
    /// The file.
    pub path: String,
    /// 1-based line of its `def`.
    pub line: u32,
    /// Its name, with those of the classes and functions around it.
    pub name: String,
    /// How many statements it has.
    pub statements: u32,
    /// How likely some test enters it all the same.
    pub chance: Share,
}

/// The section.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Files that coverage.py would measure, sorted by path.
    pub files: Vec<CoverageRow>,
    /// Folders with such files directly in them, sorted.
    pub packages: Vec<CoverageRow>,
    /// All of them.
    pub total: CoverageRow,
    /// Functions that no test is expected to enter, those with most statements first.
    pub functions: Vec<UnreachedFunction>,
    /// How many there are, those that are not listed included.
    pub unreached: usize,
    /// How many tests were followed.
    pub tests: u32,
    /// What coverage is wanted, and what is missing to reach it.
    pub targets: Vec<TargetRow>,
    /// How far what is expected lies from what was measured; of no file that was measured, nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// The reports that measured coverage was read from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<ReportRow>,
    /// How many paths in them are no file of the tree, or not clearly which.
    pub unmatched: usize,
}

/// What is expected beside what was measured, over the files that were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// How many files there are of both.
    pub files: usize,
    /// The mean distance of a file's estimate from its measured coverage.
    pub mean_error: Share,
    /// How many files were measured within the range of their estimate.
    pub in_range: usize,
    /// The share of their statements that is expected to run.
    pub estimate: Share,
    /// The share that ran.
    pub measured: Share,
}

/// A report of measured coverage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportRow {
    /// Where it stands, as it was given.
    pub path: String,
    /// What wrote it.
    pub format: &'static str,
    /// How many files it speaks of.
    pub files: usize,
    /// The lines that it counts.
    pub lines: u64,
    /// How many of them ran.
    pub covered: u64,
}

/// Sums up the files.
pub fn coverage(suite: &Suite) -> Coverage {
    let Some(estimated) = &suite.coverage else { return Coverage::default() };
    let mut folders: BTreeMap<&str, Sum> = BTreeMap::new();
    let mut total = Sum::default();
    let mut files = Vec::new();
    for file in &estimated.files {
        let measured = suite.measured.file(&file.path).map(|measured| measured.count.share());
        let folder = crate::model::path::folder(&file.path);
        if !file.is_omitted {
            folders.entry(folder).or_default().add(file, measured);
            total.add(file, measured);
        }
        files.push(CoverageRow {
            path: file.path.clone(),
            statements: file.statements.into(),
            estimate: Share::new(file.estimate),
            low: Share::new(file.low),
            high: Share::new(file.high),
            measured: measured.map(Share::new),
            difference: measured.map(|own| Difference::new(Share::new(file.estimate), Share::new(own))),
            tests: file.tests,
            omitted: file.is_omitted,
        });
    }
    let unreached = estimated.unreached();
    let functions = unreached.iter().take(MAX_FUNCTIONS).map(|function| UnreachedFunction {
        path: function.path.clone(),
        line: function.line,
        name: function.name.clone(),
        statements: function.statements,
        chance: Share::new(function.chance),
    });
    Coverage {
        files,
        packages: folders.into_iter().map(|(folder, sum)| sum.row(folder)).collect(),
        total: total.row(""),
        functions: functions.collect(),
        unreached: unreached.len(),
        tests: estimated.tests,
        targets: targets::targets(suite),
        comparison: comparison(suite, &estimated.files),
        reports: suite.measured.reports.iter().map(report).collect(),
        unmatched: suite.measured.unmatched.len(),
    }
}

fn report(report: &CoverageReport) -> ReportRow {
    let CoverageReport { path, format, files, count } = report.clone();
    ReportRow { path, format, files, lines: count.lines, covered: count.covered }
}

fn comparison(suite: &Suite, files: &[FileCoverage]) -> Option<Comparison> {
    let mut found = Comparison {
        files: 0,
        mean_error: Share::default(),
        in_range: 0,
        estimate: Share::default(),
        measured: Share::default(),
    };
    let (mut error, mut statements, mut expected, mut measured) = (0.0, 0.0, 0.0, LineCount::default());
    for file in files {
        let Some(own) = suite.measured.file(&file.path).filter(|own| own.count.lines > 0 && !file.is_omitted) else {
            continue;
        };
        let share = own.count.share();
        found.files += 1;
        error += (file.estimate - share).abs();
        found.in_range += usize::from(file.low <= share && share <= file.high);
        statements += f64::from(file.statements);
        expected += file.estimate * f64::from(file.statements);
        measured = measured.and(own.count);
    }
    if found.files == 0 {
        return None;
    }
    found.mean_error = Share::new(error / found.files as f64);
    found.estimate = Share::new(if statements > 0.0 { expected / statements } else { 1.0 });
    found.measured = Share::new(measured.share());
    Some(found)
}

/// What files add up to.
#[derive(Default)]
struct Sum {
    statements: f64,
    expected: f64,
    /// The sum of the halves of the ranges, and of their squares: errors of files are partly of one cause.
    below: [f64; 2],
    above: [f64; 2],
    measured: f64,
    measured_statements: f64,
    tests: u32,
}

impl Sum {
    fn add(&mut self, file: &FileCoverage, measured: Option<f64>) {
        let statements = f64::from(file.statements);
        self.statements += statements;
        self.expected += file.estimate * statements;
        let (below, above) = ((file.estimate - file.low) * statements, (file.high - file.estimate) * statements);
        self.below = [self.below[0] + below, self.below[1] + below * below];
        self.above = [self.above[0] + above, self.above[1] + above * above];
        if let Some(measured) = measured {
            self.measured += measured * statements;
            self.measured_statements += statements;
        }
        self.tests = self.tests.max(file.tests);
    }

    fn row(&self, path: &str) -> CoverageRow {
        let of = |value: f64| if self.statements > 0.0 { value / self.statements } else { 1.0 };
        let estimate = of(self.expected);
        // Half of the doubt is shared by all files, the other half averages out.
        let doubt = |[sum, squares]: [f64; 2]| {
            if self.statements > 0.0 { (0.5 * sum + 0.5 * squares.sqrt()) / self.statements } else { 0.0 }
        };
        CoverageRow {
            path: path.to_owned(),
            statements: self.statements as u64,
            estimate: Share::new(estimate),
            low: Share::new(estimate - doubt(self.below)),
            high: Share::new(estimate + doubt(self.above)),
            measured: (self.measured_statements > 0.0).then(|| Share::new(self.measured / self.measured_statements)),
            // Only where all of it was measured the two are of the same files.
            difference: (self.measured_statements >= self.statements && self.statements > 0.0)
                .then(|| Difference::new(Share::new(estimate), Share::new(self.measured / self.measured_statements))),
            tests: self.tests,
            omitted: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::coverage::{Coverage as Estimated, FunctionCoverage};

    fn file(path: &str, statements: u32, estimate: f64) -> FileCoverage {
        FileCoverage {
            path: path.to_owned(),
            statements,
            estimate,
            low: estimate - 0.1,
            high: estimate + 0.1,
            tests: 3,
            is_omitted: false,
        }
    }

    #[test]
    fn folders_and_the_total_weigh_files_by_their_statements() {
        let files = vec![file("pkg/a.py", 30, 0.8), file("pkg/b.py", 10, 0.4), file("pkg/sub/c.py", 60, 0.5)];
        let estimated = Estimated { files, ..Estimated::default() };
        let suite = Suite { coverage: Some(estimated), ..Suite::default() };
        let coverage = coverage(&suite);
        let shown: Vec<_> = coverage.packages.iter().map(|row| (row.path.as_str(), row.estimate.percent())).collect();
        assert_eq!(shown, [("pkg", 70), ("pkg/sub", 50)]);
        assert_eq!(coverage.total.estimate.percent(), 58);
        assert_eq!(coverage.total.statements, 100);
        // The range of a sum is narrower than those of its parts.
        assert!(coverage.total.low > Share::new(0.48) && coverage.total.high < Share::new(0.68));
    }

    #[test]
    fn functions_that_no_test_enters_are_listed_by_size_and_others_are_not() {
        let function = |name: &str, statements, chance| FunctionCoverage {
            path: "a.py".to_owned(),
            line: 1,
            end: 2,
            name: name.to_owned(),
            statements,
            chance,
            tests: 0,
        };
        let functions = vec![function("small", 2, 0.05), function("large", 20, 0.01), function("used", 30, 0.9)];
        let estimated = Estimated { functions, ..Estimated::default() };
        let suite = Suite { coverage: Some(estimated), ..Suite::default() };
        let names: Vec<_> = coverage(&suite).functions.into_iter().map(|function| function.name).collect();
        assert_eq!(names, ["large", "small"]);
    }
}
