//! Random values that nothing seeds, and cases that are drawn while the module is imported.

use std::collections::BTreeMap;

use super::{RiskFinding, words};
use crate::model::{
    Confidence, DefinitionId, FileFacts, FileRole, Reason, RiskKind, RiskSeverity, Role, Sight, Signal, SignalKind,
    Suite, Test, TestFile,
    suite::{Randomness, Seeding},
};

/// Bases that seed nothing.
const PLAIN_BASES: [&str; 4] =
    ["unittest.TestCase", "unittest.case.TestCase", "unittest.IsolatedAsyncioTestCase", "builtins.object"];
/// Draws of bytes, by which tests make names, keys and contents that most code treats all alike.
const OPAQUE: [&str; 5] = ["os.urandom", "secrets.", "random.randbytes", "random.getrandbits", "numpy.random.bytes"];
/// Draws of whole numbers, items and orders, by their last names.
const CHOICES: [&str; 14] = [
    "randint",
    "randrange",
    "randbelow",
    "randperm",
    "randint_like",
    "random_integers",
    "integers",
    "choice",
    "choices",
    "sample",
    "shuffle",
    "permutation",
    "permuted",
    "random_",
];
/// Hooks in which a conftest may seed for every test.
const HOOK: &str = "pytest_";

/// The findings of all files.
pub(super) fn findings(suite: &Suite) -> Vec<RiskFinding> {
    let seeded_by_plugin = suite.requirements.depends_on("pytest-randomly");
    let mut found = Vec::new();
    for file in &suite.files {
        let is_hooked = hooks_seed(suite, &file.path);
        let mut draws: BTreeMap<(u32, &str), Vec<(&Test, &Randomness)>> = BTreeMap::new();
        for test in &file.tests {
            let Some(random) = &test.randomness else { continue };
            let Some(evidence) = random.evidence.as_ref().filter(|_| random.seeding != Seeding::Seeded) else {
                continue;
            };
            draws.entry((evidence.line, evidence.what.as_str())).or_default().push((test, random));
        }
        for tests in draws.values().filter(|_| !seeded_by_plugin) {
            found.extend(unseeded(file, tests, is_hooked));
        }
        found.extend(file.facts.signals.iter().filter_map(|signal| drawn_case(file, signal)));
    }
    found
}

/// The finding of tests with the same draw.
fn unseeded(file: &TestFile, tests: &[(&Test, &Randomness)], is_hooked: bool) -> Option<RiskFinding> {
    let (_, random) = tests.first()?;
    let evidence = random.evidence.as_ref()?;
    let mut notes = vec![];
    let mut severity = RiskSeverity::Medium;
    let mut confidence = Confidence::High;
    if random.seeding == Seeding::SeededAtImport {
        severity = RiskSeverity::Low;
        confidence = Confidence::Medium;
        notes.push("a seed is set once, at import: the values depend on which tests ran before");
    }
    if is_hooked {
        confidence = Confidence::Low;
        notes.push("a hook of a conftest seeds, perhaps before each test");
    }
    match tests.iter().map(|(_, random)| random.sight).min() {
        Some(Sight::Unseen) => {
            confidence = Confidence::Low;
            notes.push("no assertion is seen to depend on the values");
        }
        Some(Sight::Asserted) => {
            confidence = confidence.max(Confidence::Medium);
            notes.push("the assertion has no tolerance and no bound: perhaps it holds for all values alike");
        }
        Some(Sight::Perhaps | Sight::Leaves) => {
            confidence = confidence.max(Confidence::Medium);
            notes.push("whether an assertion depends on the values is not seen");
        }
        _ => {}
    }
    if OPAQUE.iter().any(|name| evidence.what.starts_with(name)) {
        confidence = confidence.max(Confidence::Medium);
        notes.push("most code treats all bytes alike");
    } else if evidence.what.rsplit('.').next().is_some_and(|name| CHOICES.contains(&name)) {
        confidence = confidence.max(Confidence::Medium);
        notes.push("it chooses a number, an item or an order, and most code treats all of these alike");
    }
    if tests.iter().any(|(test, _)| has_unknown_base(&file.facts, test.definition)) {
        confidence = confidence.max(Confidence::Medium);
        notes.push("a base class that is not seen may seed");
    }
    if tests.iter().any(|(test, _)| !test.missing_fixtures.is_empty()) {
        confidence = confidence.max(Confidence::Medium);
        notes.push("a fixture that is not seen may seed");
    }
    let mut why = words::why(RiskKind::UnseededRandom, &notes);
    why.push_str(": ");
    why.push_str(&random.by);
    let mut ids: Vec<String> = tests.iter().map(|(test, _)| test.id.clone()).collect();
    ids.sort();
    let test_count = ids.len();
    Some(RiskFinding {
        kind: RiskKind::UnseededRandom,
        severity,
        confidence,
        path: file.path.clone(),
        line: evidence.line,
        tests: ids,
        test_count,
        via: None,
        what: evidence.what.clone(),
        text: evidence.text.clone(),
        why,
        mitigation: words::mitigation(RiskKind::UnseededRandom),
        measured: None,
    })
}

/// Whether a class around a test inherits from something that is not known to seed nothing.
fn has_unknown_base(facts: &FileFacts, test: Option<DefinitionId>) -> bool {
    facts.ancestors(test).any(|id| {
        let mut bases = facts.definition(id).bases.iter();
        bases.any(|base| !PLAIN_BASES.contains(&base.as_str()) && !base.starts_with(':'))
    })
}

/// Whether a hook in a conftest above a file seeds something.
fn hooks_seed(suite: &Suite, path: &str) -> bool {
    let conftests = suite.files.iter().filter(|file| file.role == FileRole::Conftest);
    let mut above =
        conftests.filter(|file| path.starts_with(file.path.strip_suffix("conftest.py").unwrap_or(&file.path)));
    above.any(|file| {
        file.facts.signals.iter().any(|signal| {
            let owner = signal.owner.map(|owner| file.facts.definition(owner).name.as_str());
            signal.kind == SignalKind::Seed && owner.is_some_and(|name| name.starts_with(HOOK))
        })
    })
}

/// A value of a list of cases that is drawn while the module is imported, and that is part of an id: numbers and texts of
/// the standard library are, arrays are not.
fn drawn_case(file: &TestFile, signal: &Signal) -> Option<RiskFinding> {
    let is_draw = signal.kind.reason() == Some(Reason::Random) && signal.role == Role::Decorator;
    let owner = signal.owner.filter(|_| is_draw && signal.library.as_deref() == Some("stdlib"))?;
    let definition = file.facts.definition(owner);
    let decorator = definition.decorators.iter().find(|own| own.start <= signal.offset && signal.offset < own.end)?;
    if !decorator.name.contains("parametrize") {
        return None;
    }
    let test_of = |test: &&Test| test.definition == Some(owner);
    let ids: Vec<String> = file.tests.iter().filter(test_of).map(|test| test.id.clone()).collect();
    let seeds_at_import = file.facts.signals.iter().any(|own| {
        own.kind == SignalKind::Seed
            && own.owner.is_none()
            && own.library == signal.library
            && own.offset < signal.offset
    });
    let mut notes = Vec::new();
    if seeds_at_import {
        notes.push("a seed at import fixes them as long as nothing else draws before");
    }
    Some(RiskFinding {
        kind: RiskKind::RandomParametrizeValues,
        severity: if seeds_at_import { RiskSeverity::Medium } else { RiskSeverity::High },
        confidence: if seeds_at_import { Confidence::Medium } else { Confidence::High },
        path: file.path.clone(),
        line: signal.evidence.line,
        test_count: ids.len(),
        tests: ids,
        via: None,
        what: signal.evidence.what.clone(),
        text: signal.evidence.text.clone(),
        why: words::why(RiskKind::RandomParametrizeValues, &notes),
        mitigation: words::mitigation(RiskKind::RandomParametrizeValues),
        measured: None,
    })
}
