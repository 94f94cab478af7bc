//! What may make tests fail without a defect: named risks, each with its place, the tests that it concerns, how bad and how
//! sure it is, and what to do. Nothing here says that a test is flaky: that is measured, and shown beside where it was.

mod judge;
mod measured;
mod random;
mod remedies;
mod retries;
mod rust;
mod state;
mod words;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::model::{
    Confidence, RiskKind, RiskPlace, RiskSeverity, Signal, SignalKind, Suite, Test, TestFile, TestPart,
};
pub use measured::{FindingRuns, FlakeRisk, FlakeRow, MeasuredFlakes};
use remedies::Remedies;

/// How many tests a finding names; the others are counted.
const MAX_TESTS: usize = 20;
/// How many files are listed as those with most findings.
const TOP_FILES: usize = 20;

/// The section.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Risks {
    /// Sorted by path and line.
    pub findings: Vec<RiskFinding>,
    /// How many there are.
    pub totals: RiskTotals,
    /// The kinds that were found, in the order of reports.
    pub kinds: Vec<RiskKindRow>,
    /// The files with most of them, the worst first.
    pub top_files: Vec<RiskFile>,
    /// What runs of the tests measured, where reports of them are given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<MeasuredFlakes>,
}

/// A named risk at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RiskFinding {
    /// What it is.
    pub kind: RiskKind,
    /// How bad it is if it is real.
    pub severity: RiskSeverity,
    /// How sure it is: `high` where the source itself says so.
    pub confidence: Confidence,
    /// The file.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// Ids of tests that it concerns, sorted, the first ones; none where it happens while the module is imported, or
    /// concerns all.
    pub tests: Vec<String>,
    /// How many tests it concerns.
    pub test_count: usize,
    /// How the first of them has it, where it does not stand in the test itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// What stands there, by its resolved name.
    pub what: String,
    /// The line.
    pub text: String,
    /// Why it is a risk, and what was seen that makes it more or less of one.
    pub why: String,
    /// What to do about it.
    pub mitigation: &'static str,
    /// What runs of those tests measured, where reports of them are given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<FindingRuns>,
}

/// How many findings there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RiskTotals {
    /// All.
    pub findings: usize,
    /// How many tests some finding concerns.
    pub tests: usize,
    /// How many tests were looked at.
    pub all_tests: usize,
    /// By kind; kinds without any are left out.
    pub by_kind: BTreeMap<&'static str, usize>,
    /// By severity.
    pub by_severity: BTreeMap<&'static str, usize>,
    /// By confidence.
    pub by_confidence: BTreeMap<&'static str, usize>,
    /// By folder.
    pub by_folder: BTreeMap<String, usize>,
}

/// A kind of risk with its findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RiskKindRow {
    /// The kind.
    pub kind: RiskKind,
    /// In words.
    pub title: &'static str,
    /// Why it is a risk.
    pub why: String,
    /// What to do about it.
    pub mitigation: &'static str,
    /// How many findings there are.
    pub findings: usize,
    /// How many of them are bad.
    pub high_severity: usize,
    /// How many of them the source itself makes certain.
    pub high_confidence: usize,
}

/// A file with its findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RiskFile {
    /// The file.
    pub path: String,
    /// How many there are.
    pub findings: usize,
    /// How many of them are bad.
    pub high: usize,
}

/// A test with how it has a place.
#[derive(Clone, Copy)]
struct Reached<'s> {
    file: &'s TestFile,
    test: &'s Test,
    part: TestPart,
    via: Option<&'s str>,
}

/// A place with the tests that have it.
struct Site<'s> {
    file: &'s TestFile,
    signal: &'s Signal,
    risk: &'s RiskPlace,
    tests: Vec<Reached<'s>>,
}

/// What is said of a place, and how sure it is.
struct Verdict {
    severity: RiskSeverity,
    confidence: Confidence,
    /// What was seen besides.
    notes: Vec<&'static str>,
}

impl Verdict {
    fn new(severity: RiskSeverity, confidence: Confidence) -> Self {
        Self { severity, confidence, notes: Vec::new() }
    }

    /// Makes it at most so sure.
    fn at_most(&mut self, confidence: Confidence, note: &'static str) {
        self.confidence = self.confidence.max(confidence);
        self.notes.push(note);
    }

    /// Makes it at most so bad.
    fn milder(&mut self, severity: RiskSeverity, note: &'static str) {
        self.severity = self.severity.max(severity);
        self.notes.push(note);
    }
}

/// The section of a suite.
pub fn risks(suite: &Suite) -> Risks {
    let mut findings: Vec<RiskFinding> = Vec::new();
    let remedies = Remedies::new(suite);
    for file in sites(suite) {
        findings.extend(file.iter().filter_map(|site| judge::finding_at(site, &remedies)));
        findings.extend(state::findings(&file));
    }
    findings.extend(random::findings(suite));
    findings.extend(rust::findings(suite));
    findings.extend(retries::findings(suite));
    findings.sort_by(|a, b| (&a.path, a.line, a.kind).cmp(&(&b.path, b.line, b.kind)));
    findings.dedup_by(|later, first| (&later.path, later.line, later.kind) == (&first.path, first.line, first.kind));
    let totals = totals(suite, &findings);
    let (kinds, top_files) = (kinds(&findings), top_files(&findings));
    let measured = measured::measured(&suite.runs, &mut findings);
    findings.iter_mut().for_each(|finding| finding.tests.truncate(MAX_TESTS));
    Risks { findings, totals, kinds, top_files, measured }
}

/// The findings of waits for a fixed time, by file and line.
pub(super) fn sleeps(suite: &Suite) -> Vec<RiskFinding> {
    let remedies = Remedies::new(suite);
    let of_python = sites(suite).into_iter().flatten().filter(|site| site.risk.kind == RiskKind::Sleep);
    let of_python = of_python.filter_map(|site| judge::finding_at(&site, &remedies));
    let of_rust = rust::findings(suite).into_iter().filter(|finding| finding.kind == RiskKind::Sleep);
    let mut found: Vec<RiskFinding> = of_python.chain(of_rust).collect();
    found.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    found
}

/// The places of each file, with the tests that have them.
fn sites(suite: &Suite) -> Vec<Vec<Site<'_>>> {
    let by_path: FxHashMap<&str, usize> = suite.files.iter().map(|file| file.path.as_str()).zip(0..).collect();
    let mut reached: FxHashMap<(usize, usize), Vec<Reached<'_>>> = FxHashMap::default();
    for (own, file) in suite.files.iter().enumerate() {
        for test in &file.tests {
            for part in &test.risks {
                let place = part.path.as_ref().map_or(Some(own), |path| by_path.get(path.as_str()).copied());
                let Some(place) = place else { continue };
                let entry = reached.entry((place, part.signal)).or_default();
                entry.push(Reached { file, test, part: part.part, via: part.via.as_deref() });
            }
        }
    }
    let mut found = Vec::new();
    for (place, file) in suite.files.iter().enumerate() {
        let signals = file.facts.signals.iter().enumerate();
        let of_file = signals.filter_map(|(at, signal)| {
            let is_place = matches!(signal.kind, SignalKind::RiskSite | SignalKind::RiskUse);
            let risk = signal.risk.as_deref().filter(|_| is_place)?;
            Some(Site { file, signal, risk, tests: reached.remove(&(place, at)).unwrap_or_default() })
        });
        let of_file: Vec<_> = of_file.collect();
        if !of_file.is_empty() {
            found.push(of_file);
        }
    }
    found
}

/// A finding about a place that concerns these tests.
fn finding(site: &Site<'_>, tests: &[Reached<'_>], verdict: Verdict) -> RiskFinding {
    let evidence = &site.signal.evidence;
    let mut ids: Vec<String> = tests.iter().map(|reached| reached.test.id.clone()).collect();
    ids.sort();
    ids.dedup();
    let test_count = ids.len();
    RiskFinding {
        kind: site.risk.kind,
        severity: verdict.severity,
        confidence: verdict.confidence,
        path: site.file.path.clone(),
        line: evidence.line,
        tests: ids,
        test_count,
        via: tests.first().and_then(|reached| reached.via).map(str::to_owned),
        what: evidence.what.clone(),
        text: evidence.text.clone(),
        why: words::why(site.risk.kind, &verdict.notes),
        mitigation: words::mitigation(site.risk.kind),
        measured: None,
    }
}

fn totals(suite: &Suite, findings: &[RiskFinding]) -> RiskTotals {
    let mut totals = RiskTotals { findings: findings.len(), ..RiskTotals::default() };
    let mut tests: Vec<&str> = Vec::new();
    for finding in findings {
        *totals.by_kind.entry(finding.kind.name()).or_default() += 1;
        *totals.by_severity.entry(finding.severity.name()).or_default() += 1;
        *totals.by_confidence.entry(finding.confidence.name()).or_default() += 1;
        let folder = crate::model::path::folder(&finding.path);
        *totals.by_folder.entry(folder.to_owned()).or_default() += 1;
        tests.extend(finding.tests.iter().map(String::as_str));
    }
    tests.sort_unstable();
    tests.dedup();
    totals.tests = tests.len();
    totals.all_tests = suite.files.iter().map(|file| file.tests.len()).sum();
    totals
}

fn kinds(findings: &[RiskFinding]) -> Vec<RiskKindRow> {
    let row = |kind: &RiskKind| {
        let own = || findings.iter().filter(|finding| finding.kind == *kind);
        RiskKindRow {
            kind: *kind,
            title: words::title(*kind),
            why: words::why(*kind, &[]),
            mitigation: words::mitigation(*kind),
            findings: own().count(),
            high_severity: own().filter(|finding| finding.severity == RiskSeverity::High).count(),
            high_confidence: own().filter(|finding| finding.confidence == Confidence::High).count(),
        }
    };
    RiskKind::ALL.iter().map(row).filter(|row| row.findings > 0).collect()
}

fn top_files(findings: &[RiskFinding]) -> Vec<RiskFile> {
    let mut files: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for finding in findings {
        let (all, high) = files.entry(&finding.path).or_default();
        *all += 1;
        *high += usize::from(finding.severity == RiskSeverity::High);
    }
    let file = |(path, (findings, high)): (&str, _)| RiskFile { path: path.to_owned(), findings, high };
    let mut files: Vec<RiskFile> = files.into_iter().map(file).collect();
    files.sort_by_key(|file| (std::cmp::Reverse((file.high, file.findings)), file.path.clone()));
    files.truncate(TOP_FILES);
    files
}
