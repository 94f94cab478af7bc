//! One sentence of advice for a candidate, from its reasons and what was found. Reads one file, never the suite.

use std::collections::BTreeSet;

use super::super::words::{count, join};
use super::{carries, single_cases};
use crate::model::suite::Seeding;
use crate::model::{Language, Reason, SignalKind, Test, TestFile};

/// The advice: one clause for each reason.
pub(super) fn advice(file: &TestFile, reasons: &[Reason]) -> String {
    let clause = |reason: &Reason| match reason {
        Reason::Parametrized => parametrized(file),
        Reason::Random => random(file),
        Reason::Property => property(file),
    };
    reasons.iter().map(clause).collect::<Vec<_>>().join("; ")
}

fn parametrized(file: &TestFile) -> String {
    let tests = carrying(file, Reason::Parametrized);
    let unknown = tests.iter().filter(|test| test.cases.is_none()).count();
    let known = tests.iter().filter_map(|test| test.cases).fold(0, u64::saturating_add);
    let all = |cases: u64| tests.iter().all(|test| test.cases == Some(cases));
    match (tests.len(), unknown) {
        (0, _) => "no test found here is multiplied by the list of cases: find out why before widening it".to_owned(),
        _ if all(0) => "every list of cases is empty, so that none of its tests runs: fill it first".to_owned(),
        (tests, 0) if single_cases(file) == tests => {
            "every list has a single case: add cases before generating any".to_owned()
        }
        (tests, 0) => {
            format!("generate values around the {} that {} to", count(known, "case"), lists(tests))
        }
        (tests, unknown) if tests == unknown => {
            format!(
                "see how the cases of {} are made, the source does not say how many, then widen that",
                count(tests, "test")
            )
        }
        (tests, unknown) => format!(
            "generate values around the {} known for {} of {}, the source does not say how many the others have",
            count(known, "case"),
            tests - unknown,
            count(tests, "parametrized test")
        ),
    }
}

/// The parametrized tests as a subject with its verb.
fn lists(tests: usize) -> String {
    let verb = if tests == 1 { "adds up" } else { "add up" };
    format!("{} {verb}", count(tests, "parametrized test"))
}

fn random(file: &TestFile) -> String {
    let judged: Vec<Seeding> = file.tests.iter().filter_map(|test| Some(test.randomness.as_ref()?.seeding)).collect();
    let with = |seeding| judged.iter().filter(|own| **own == seeding).count();
    let from = match libraries(file) {
        libraries if libraries.is_empty() => String::new(),
        libraries => format!(" from {}", join(&libraries)),
    };
    let unseeded = with(Seeding::Unseeded);
    let at_import = with(Seeding::SeededAtImport);
    if unseeded > 0 {
        let verb = if unseeded == 1 { "draws" } else { "draw" };
        return format!(
            "make failures repeatable first, since {} of {} {verb}{from} without a fixed seed",
            unseeded,
            count(file.tests.len(), "test")
        );
    }
    if at_import > 0 {
        return format!(
            "seed inside each test, since the values{from} of {} depend on which tests ran before",
            count(at_import, "test")
        );
    }
    if judged.is_empty() {
        return format!("no test found here is known to reach the draws{from}: find out who calls them");
    }
    let (see, verb) = if judged.len() == 1 { ("test", "sees") } else { ("tests", "see") };
    format!("vary the fixed seed and log it, since {} {see} always {verb} the same values{from}", judged.len())
}

/// The generators that the file's draws concern, in backticks.
fn libraries(file: &TestFile) -> Vec<String> {
    if file.language == Language::Rust {
        // The crate that the generator's path begins with; a method's name does not tell.
        let draws = file.tests.iter().flat_map(|test| &test.reasons).filter(|own| own.reason == Reason::Random);
        let crates = draws.filter_map(|own| own.evidence.what.split_once("::")).map(|(first, _)| first);
        let crates: BTreeSet<&str> = crates.filter(|first| first.starts_with(char::is_lowercase)).collect();
        return crates.into_iter().map(|name| format!("`{name}`")).collect();
    }
    let draws = file.facts.signals.iter().filter(|signal| signal.kind.reason() == Some(Reason::Random));
    let libraries: BTreeSet<&str> = draws.filter_map(|signal| signal.library.as_deref()).collect();
    libraries.into_iter().map(|library| format!("`{library}`")).collect()
}

fn property(file: &TestFile) -> String {
    let tests = carrying(file, Reason::Property).len();
    let has = |kind| file.facts.signals.iter().any(|signal| signal.kind == kind);
    if tests > 0 {
        let tests = count(tests, "property test");
        return match file.language {
            Language::Rust => {
                format!("widen the strategies of {tests}, and let `cargo-fuzz` or `bolero` drive them in a nightly run")
            }
            _ => format!("widen the strategies of {tests} and try more examples in a nightly run"),
        };
    }
    if has(SignalKind::PropertyFuzzTarget) {
        return "run the fuzz target longer and keep its corpus".to_owned();
    }
    if has(SignalKind::PropertyMachine) {
        return "give the state machine more steps and more rules".to_owned();
    }
    "no test found here uses the strategies: write properties for them".to_owned()
}

fn carrying(file: &TestFile, reason: Reason) -> Vec<&Test> {
    file.tests.iter().filter(|test| carries(test, reason)).collect()
}
