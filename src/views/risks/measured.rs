//! What runs of the tests measured: which cases passed in some and failed in others, and what that says beside each risk.
//! Only reports are evidence here: a test that no report has both passing and failing is never in this list.

use std::collections::BTreeMap;

use serde::Serialize;

use super::RiskFinding;
use crate::model::RiskKind;
use crate::model::runs::{CaseRuns, Rate, Runs};

/// What the reports say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeasuredFlakes {
    /// How many reports there are.
    pub reports: usize,
    /// How many cases were run in at least one of them.
    pub cases: usize,
    /// How many cases were run in at least two of them.
    pub repeated: usize,
    /// The cases that both passed and failed, those that failed most often first.
    pub unsteady: Vec<FlakeRow>,
}

/// A case that both passed and failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlakeRow {
    /// The id of the test.
    pub id: String,
    /// The name in the reports, with its parameters.
    pub case: String,
    /// In how many reports it was run.
    pub runs: usize,
    /// In how many of them it failed, whether or not it passed when it was run again.
    pub failures: usize,
    /// In how many of those it passed when it was run again.
    pub rerun: usize,
    /// Failures of runs.
    pub rate: Rate,
    /// The risks found for its test.
    pub risks: Vec<FlakeRisk>,
}

/// A risk found for a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlakeRisk {
    /// What it is.
    pub kind: RiskKind,
    /// The file that it stands in.
    pub path: String,
    /// 1-based.
    pub line: u32,
}

/// What the reports say of the tests that a risk concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FindingRuns {
    /// How many runs of their cases there are.
    pub runs: usize,
    /// How many of their cases both passed and failed.
    pub unsteady: usize,
    /// How often those failed.
    pub failures: usize,
    /// Those failures of all runs.
    pub rate: Rate,
}

/// Adds to the findings what was measured of their tests, and tells what was measured at all; `None` without reports. The
/// findings name all of their tests.
pub(super) fn measured(runs: &Runs, findings: &mut [RiskFinding]) -> Option<MeasuredFlakes> {
    if runs.reports.is_empty() {
        return None;
    }
    let mut of_test: BTreeMap<&str, Vec<&CaseRuns>> = BTreeMap::new();
    for case in &runs.cases {
        of_test.entry(&case.test).or_default().push(case);
    }
    let mut risks: BTreeMap<&str, Vec<FlakeRisk>> = BTreeMap::new();
    for finding in findings {
        finding.measured = of_finding(&finding.tests, &of_test);
        for id in &finding.tests {
            let Some(cases) = of_test.get(id.as_str()).filter(|cases| cases.iter().any(|case| case.is_unsteady()))
            else {
                continue;
            };
            let risk = FlakeRisk { kind: finding.kind, path: finding.path.clone(), line: finding.line };
            risks.entry(&cases[0].test).or_default().push(risk);
        }
    }
    let row = |case: &CaseRuns| FlakeRow {
        id: case.test.clone(),
        case: case.name.clone(),
        runs: case.runs,
        failures: case.failures(),
        rerun: case.rerun,
        rate: Rate { part: case.failures(), whole: case.runs },
        risks: risks.get(case.test.as_str()).cloned().unwrap_or_default(),
    };
    let mut unsteady: Vec<FlakeRow> = runs.cases.iter().filter(|case| case.is_unsteady()).map(row).collect();
    // Rates are compared as fractions; the sort is stable.
    unsteady.sort_by(|one, other| (other.failures * one.runs).cmp(&(one.failures * other.runs)));
    let repeated = runs.cases.iter().filter(|case| case.runs > 1).count();
    Some(MeasuredFlakes { reports: runs.reports.len(), cases: runs.cases.len(), repeated, unsteady })
}

fn of_finding(tests: &[String], of_test: &BTreeMap<&str, Vec<&CaseRuns>>) -> Option<FindingRuns> {
    let cases = || tests.iter().filter_map(|id| of_test.get(id.as_str())).flatten();
    let runs: usize = cases().map(|case| case.runs).sum();
    let unsteady = cases().filter(|case| case.is_unsteady());
    let failures = unsteady.clone().map(|case| case.failures()).sum();
    let rate = Rate { part: failures, whole: runs };
    (runs > 0).then(|| FindingRuns { runs, unsteady: unsteady.count(), failures, rate })
}
