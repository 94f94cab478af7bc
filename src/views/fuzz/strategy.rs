//! Figures over all candidates, and what to do for each reason that occurs.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::words::count;
use super::{Candidate, Priority, carries, single_cases};
use crate::model::suite::Seeding;
use crate::model::{Language, Reason, Test, TestFile};

/// Figures over all test modules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FuzzTotals {
    /// Test modules.
    pub files: usize,
    /// Those that deserve fuzzing.
    pub candidates: usize,
    /// Those that do not.
    pub non_candidates: usize,
    /// Files with a list of cases.
    pub parametrized: usize,
    /// Files that draw random values.
    pub random: usize,
    /// Files with property-based testing.
    pub property: usize,
    /// Files that are parametrized and draw random values.
    pub both: usize,
    /// Candidates of high priority.
    pub high: usize,
    /// Candidates of medium priority.
    pub medium: usize,
    /// Tests in all test modules.
    pub tests: usize,
    /// Tests that a list of cases multiplies.
    pub parametrized_tests: usize,
    /// Of those, the ones with exactly one case.
    pub single_case_tests: usize,
    /// Of those, the ones whose number of cases is unknown.
    pub unknown_case_tests: usize,
    /// The cases of all parametrized tests whose number is known.
    pub known_cases: u64,
    /// Tests that draw random values.
    pub random_tests: usize,
    /// Tests with at least one draw that nothing seeds.
    pub unseeded_tests: usize,
    /// Tests whose draws are seeded only at import.
    pub seeded_at_import_tests: usize,
    /// Tests whose draws all have a fixed seed.
    pub seeded_tests: usize,
    /// Property-based tests.
    pub property_tests: usize,
}

/// What to do about one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Strategy {
    /// The reason.
    pub reason: Reason,
    /// What was found, with figures: one sentence.
    pub found: String,
    /// What to do, the first step first.
    pub steps: Vec<&'static str>,
}

/// Counts files and tests.
pub(super) fn totals(modules: &[&TestFile], candidates: &[Candidate]) -> FuzzTotals {
    let files = |test: &dyn Fn(&Candidate) -> bool| candidates.iter().filter(|file| test(file)).count();
    let has = |file: &Candidate, reason| file.reasons.contains(&reason);
    let tests =
        |test: &dyn Fn(&Test) -> bool| modules.iter().flat_map(|file| &file.tests).filter(|own| test(own)).count();
    let parametrized = |test: &Test| carries(test, Reason::Parametrized);
    let seeded =
        |seeding| tests(&|test| test.randomness.as_ref().is_some_and(|randomness| randomness.seeding == seeding));
    FuzzTotals {
        files: modules.len(),
        candidates: candidates.len(),
        non_candidates: modules.len() - candidates.len(),
        parametrized: files(&|file| has(file, Reason::Parametrized)),
        random: files(&|file| has(file, Reason::Random)),
        property: files(&|file| has(file, Reason::Property)),
        both: files(&|file| has(file, Reason::Parametrized) && has(file, Reason::Random)),
        high: files(&|file| file.priority == Priority::High),
        medium: files(&|file| file.priority == Priority::Medium),
        tests: tests(&|_| true),
        parametrized_tests: tests(&parametrized),
        single_case_tests: modules.iter().map(|file| single_cases(file)).sum(),
        unknown_case_tests: tests(&|test| parametrized(test) && test.cases.is_none()),
        known_cases: modules
            .iter()
            .flat_map(|file| &file.tests)
            .filter(|test| parametrized(test))
            .filter_map(|test| test.cases)
            .fold(0, u64::saturating_add),
        random_tests: tests(&|test| carries(test, Reason::Random)),
        unseeded_tests: seeded(Seeding::Unseeded),
        seeded_at_import_tests: seeded(Seeding::SeededAtImport),
        seeded_tests: seeded(Seeding::Seeded),
        property_tests: tests(&|test| carries(test, Reason::Property)),
    }
}

/// The strategies for the reasons that occur, for candidates in these languages.
pub(super) fn strategies(totals: &FuzzTotals, languages: &BTreeSet<Language>) -> Vec<Strategy> {
    let all = [
        (totals.parametrized, Reason::Parametrized, parametrized(totals)),
        (totals.random, Reason::Random, random(totals)),
        (totals.property, Reason::Property, property(totals)),
    ];
    let occurring = all.into_iter().filter(|(files, _, _)| *files > 0);
    occurring.map(|(_, reason, found)| Strategy { reason, found, steps: steps(reason, totals, languages) }).collect()
}

/// The steps that name a tool.
struct Tools {
    generate: &'static str,
    draw: &'static str,
}

impl Tools {
    const HYPOTHESIS: Self = Self {
        generate: "Generate the values, for instance with `hypothesis`, where a list only samples a range.",
        draw: "Draw through `hypothesis` strategies, so that a failing input is reduced and kept.",
    };
    const PROPTEST: Self = Self {
        generate: "Generate the values, for instance with `proptest`, where a list only samples a range.",
        draw: "Draw through `proptest` strategies or `bolero`, so that a failing input is reduced and kept.",
    };
    const BOTH: Self = Self {
        generate: "Generate the values, for instance with `hypothesis` or `proptest`, where a list only samples a range.",
        draw: "Draw through strategies of `hypothesis` or `proptest`, so that a failing input is reduced and kept.",
    };
}

fn parametrized(totals: &FuzzTotals) -> String {
    format!(
        "{} in {}: {} known, {} with a single case, {} with a number of cases that the source does not tell.",
        count(totals.parametrized_tests, "test"),
        count(totals.parametrized, "file"),
        count(totals.known_cases, "case"),
        count(totals.single_case_tests, "test"),
        count(totals.unknown_case_tests, "test"),
    )
}

fn random(totals: &FuzzTotals) -> String {
    format!(
        "{} in {}: {} without a fixed seed, {} seeded only at import, {} with a fixed seed.",
        count(totals.random_tests, "test"),
        count(totals.random, "file"),
        totals.unseeded_tests,
        totals.seeded_at_import_tests,
        totals.seeded_tests,
    )
}

fn property(totals: &FuzzTotals) -> String {
    format!("{} in {}.", count(totals.property_tests, "test"), count(totals.property, "file"))
}

fn steps(reason: Reason, totals: &FuzzTotals, languages: &BTreeSet<Language>) -> Vec<&'static str> {
    let rust = languages.contains(&Language::Rust);
    // What is said of hypothesis is said to everybody, but to those who have no Python.
    let tools = match (rust, languages.len() > 1) {
        (false, _) => Tools::HYPOTHESIS,
        (true, false) => Tools::PROPTEST,
        (true, true) => Tools::BOTH,
    };
    let mut steps = match reason {
        Reason::Parametrized => {
            vec!["Expand parameter ranges and add edge cases: empty, one, very large, negative.", tools.generate]
        }
        Reason::Random => vec!["Vary shapes, types and distributions, not only values.", tools.draw],
        Reason::Property => vec![
            "Run more examples in a nightly job than on every change.",
            "Keep each failing input as an explicit example.",
        ],
    };
    if reason == Reason::Property && rust {
        steps.push("Let a fuzzer drive the same property, with `bolero` or `cargo-fuzz`, and keep its corpus.");
    }
    if reason == Reason::Parametrized && totals.single_case_tests > 0 {
        steps.insert(0, "Give the lists with a single case more cases, or drop the list.");
    }
    if reason == Reason::Random && totals.unseeded_tests > 0 {
        steps.insert(0, "Fix a seed for each test and print it on failure, so that a failure can be repeated.");
    }
    if reason == Reason::Random && totals.seeded_at_import_tests > 0 {
        steps.insert(0, "Move seeds from import into the tests or an autouse fixture.");
    }
    steps
}
