//! Which test files deserve fuzzing, how much, and why the others do not.
//!
//! Owns the decisions of the `fuzz` section: reasons, priority, rank, evidence shown. Knows neither how a signal was
//! found nor how the report looks.

mod advice;
mod custom;
mod strategy;
mod why_not;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::suite::Property;
use crate::model::{Evidence, FileRole, Language, Problem, Reason, Suite, Test, TestFile};

pub use custom::{CustomMatch, CustomMatches};
pub use strategy::{FuzzTotals, Strategy};

/// How the candidates are ranked, as every report explains it.
pub const RANKING: &str = "A file that is both parametrized and draws random values, or that uses property-based \
     testing, has high priority and ranks before every other; within a priority, files rank by how many of their tests \
     carry all of the file's reasons, then by how many carry any, then by the number of places that are evidence, then \
     by path.";

/// The line by which a file is marked as a candidate; exactly the words that apply stay of those in brackets.
pub const MARKING: &str = "# FUZZ_TESTING_CANDIDATE: This test uses [parametrized tests|random data \
     generation|property-based testing] and is suitable for fuzz testing";

/// How many places are shown for each reason of a file.
pub const SHOWN: usize = 3;

/// The `fuzz` section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fuzz {
    /// The candidates, sorted by path.
    pub files: Vec<Candidate>,
    /// All other test modules, sorted by path.
    pub non_candidates: Vec<NonCandidate>,
    /// Figures over all test modules.
    pub totals: FuzzTotals,
    /// [`RANKING`].
    pub ranking: &'static str,
    /// [`MARKING`].
    pub marking: &'static str,
    /// What to do, for each reason that occurs.
    pub strategies: Vec<Strategy>,
    /// What the detectors of the user's own found.
    pub custom: Vec<CustomMatches>,
}

/// How much a file deserves fuzzing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Parametrized and random, or property-based.
    High,
    /// Any other candidate.
    Medium,
}

impl Priority {
    /// The name used in JSON and in text.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
        }
    }

    fn of(reasons: &[Reason]) -> Self {
        let has = |reason| reasons.contains(&reason);
        if has(Reason::Property) || (has(Reason::Parametrized) && has(Reason::Random)) {
            Self::High
        } else {
            Self::Medium
        }
    }
}

/// A test module that deserves fuzzing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Relative to the root.
    pub path: String,
    /// Why, in the fixed order; never empty.
    pub reasons: Vec<Reason>,
    /// High or medium.
    pub priority: Priority,
    /// Position among all candidates, from 1; see [`RANKING`].
    pub rank: usize,
    /// Tests in the file.
    pub tests: usize,
    /// Tests that carry all of the file's reasons.
    pub tests_with_all: usize,
    /// Tests that carry any of them.
    pub tests_with_any: usize,
    /// Node ids of the tests that carry each reason, in source order.
    pub tests_with: BTreeMap<Reason, Vec<String>>,
    /// How many items pytest makes of the file's tests; `None` when that is unknown for any of them.
    pub cases: Option<u64>,
    /// At most [`SHOWN`] places for each reason, the strongest first.
    pub evidence: Vec<Site>,
    /// How many places there are for each reason.
    pub evidence_totals: BTreeMap<Reason, SiteCount>,
    /// What to do with this file, as one sentence without its full stop; names stand in backticks.
    pub advice: String,
}

impl Candidate {
    /// The places shown for one reason.
    pub fn sites(&self, reason: Reason) -> impl Iterator<Item = &Site> {
        self.evidence.iter().filter(move |site| site.reason == reason)
    }
}

/// A place that is evidence for a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Site {
    /// The reason.
    pub reason: Reason,
    /// 1-based.
    pub line: u32,
    /// The resolved name.
    pub what: String,
    /// The line's text.
    pub text: String,
    /// The fixture, helper or scope through which the file's tests have it.
    pub via: Option<String>,
}

/// How many places are evidence for a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SiteCount {
    /// All of them; the same thing twice on a line counts once.
    pub total: usize,
    /// Those that are not shown.
    pub more: usize,
}

/// A test module that is no candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NonCandidate {
    /// Relative to the root.
    pub path: String,
    /// Tests in the file.
    pub tests: usize,
    /// Why not; names stand in backticks.
    pub why: String,
}

/// Views a suite as candidates for fuzzing.
pub fn fuzz(suite: &Suite) -> Fuzz {
    let modules: Vec<&TestFile> = suite.files.iter().filter(|file| is_module(file)).collect();
    let mut files = Vec::new();
    let mut non_candidates = Vec::new();
    let mut first_problems: BTreeMap<&str, &Problem> = BTreeMap::new();
    for problem in &suite.problems {
        first_problems.entry(&problem.path).or_insert(problem);
    }
    for file in &modules {
        match candidate(file) {
            Some(candidate) => files.push(candidate),
            None => non_candidates.push(NonCandidate {
                path: file.path.clone(),
                tests: file.tests.len(),
                why: why_not::why_not(file, first_problems.get(file.path.as_str()).copied()),
            }),
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    non_candidates.sort_by(|one, other| one.path.cmp(&other.path));
    rank(&mut files);
    let totals = strategy::totals(&modules, &files);
    let is_candidate = |file: &&&TestFile| files.binary_search_by(|own| own.path.cmp(&file.path)).is_ok();
    let languages = modules.iter().filter(is_candidate).map(|file| file.language).collect();
    let strategies = strategy::strategies(&totals, &languages);
    let custom = custom::matches(suite);
    Fuzz { files, non_candidates, totals, ranking: RANKING, marking: MARKING, strategies, custom }
}

/// Whether it is a test module: of Rust, any file with a test that is no example in its documentation.
fn is_module(file: &TestFile) -> bool {
    match file.language {
        Language::Rust => file.tests.iter().any(|test| !test.properties.contains(&Property::Doctest)),
        _ => file.role == FileRole::TestModule,
    }
}

/// How many parametrized tests have exactly one case. In Rust each case is a test of its own: there it is those whose
/// function has no other.
fn single_cases(file: &TestFile) -> usize {
    let parametrized = || file.tests.iter().filter(|test| carries(test, Reason::Parametrized));
    if file.language != Language::Rust {
        return parametrized().filter(|test| test.cases == Some(1)).count();
    }
    // By binary, module and line: how many tests, and whether each is known to be one.
    let mut functions = BTreeMap::new();
    for test in parametrized() {
        let (tests, known) = functions.entry((&test.binary, &test.suite, test.line)).or_insert((0_usize, true));
        *tests += 1;
        *known &= test.cases == Some(1);
    }
    functions.values().filter(|own| **own == (1, true)).count()
}

/// Whether a test carries a reason.
fn carries(test: &Test, reason: Reason) -> bool {
    test.reasons.iter().any(|own| own.reason == reason)
}

fn candidate(file: &TestFile) -> Option<Candidate> {
    let mut reasons = Vec::new();
    let mut evidence = Vec::new();
    let mut evidence_totals = BTreeMap::new();
    for reason in Reason::ALL {
        let sites = sites(file, reason);
        if sites.is_empty() {
            continue;
        }
        reasons.push(reason);
        evidence_totals.insert(reason, SiteCount { total: sites.len(), more: sites.len().saturating_sub(SHOWN) });
        evidence.extend(sites.into_iter().take(SHOWN));
    }
    if reasons.is_empty() {
        return None;
    }
    let having = |all: bool| {
        let test_has = |test: &&Test| {
            let mut has = reasons.iter().map(|reason| carries(test, *reason));
            if all { has.all(|has| has) } else { has.any(|has| has) }
        };
        file.tests.iter().filter(test_has).count()
    };
    let ids = |reason: Reason| {
        file.tests.iter().filter(|test| carries(test, reason)).map(|test| test.id.clone()).collect::<Vec<_>>()
    };
    Some(Candidate {
        path: file.path.clone(),
        priority: Priority::of(&reasons),
        rank: 0,
        tests: file.tests.len(),
        tests_with_all: having(true),
        tests_with_any: having(false),
        tests_with: reasons.iter().map(|reason| (*reason, ids(*reason))).collect(),
        cases: file.tests.iter().try_fold(0, |sum: u64, test| sum.checked_add(test.cases?)),
        evidence,
        evidence_totals,
        advice: advice::advice(file, &reasons),
        reasons,
    })
}

/// All places for a reason, the strongest first: the file's own; those of its tests where it has none.
fn sites(file: &TestFile, reason: Reason) -> Vec<Site> {
    let site = |evidence: &Evidence, via: Option<&String>| Site {
        reason,
        line: evidence.line,
        what: evidence.what.clone(),
        text: evidence.text.clone(),
        via: via.cloned(),
    };
    let mut sites: Vec<Site> = file.evidence(reason).into_iter().map(|evidence| site(evidence, None)).collect();
    if sites.is_empty() {
        let reasons = file.tests.iter().flat_map(|test| &test.reasons).filter(|own| own.reason == reason);
        sites = reasons.map(|own| site(&own.evidence, own.via.as_ref())).collect();
    }
    let mut seen = std::collections::HashSet::new();
    sites.retain(|site| seen.insert((site.line, site.what.clone())));
    sites
}

/// Gives every candidate its rank and leaves their order alone.
fn rank(files: &mut [Candidate]) {
    let mut order: Vec<&mut Candidate> = files.iter_mut().collect();
    order.sort_by_cached_key(|file| {
        let places: usize = file.evidence_totals.values().map(|count| count.total).sum();
        let best_first = Reverse((file.tests_with_all, file.tests_with_any, places));
        (file.priority, best_first, file.path.clone())
    });
    for (position, file) in order.into_iter().enumerate() {
        file.rank = position + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::HeaderTemplate;

    #[test]
    fn the_marking_that_reports_explain_is_the_header_that_annotate_writes() {
        let phrases = Reason::ALL.map(Reason::phrase).join("|");
        assert_eq!(MARKING, HeaderTemplate::DEFAULT.replace("{reasons}", &format!("[{phrases}]")));
    }
}
