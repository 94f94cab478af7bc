//! A file with tests that pytest does not collect, because of its name.
//!
//! # Why
//!
//! pytest opens only files whose names match `python_files`, by default `test_*.py` and `*_test.py`. Tests in a file with another
//! name never run, and nothing says so.
//!
//! # Example
//!
//! `tests/unit/parser.py`:
//!
//! ```python
//! def test_empty(): ...
//! ```
//!
//! # Better
//!
//! `tests/unit/test_parser.py`
//!
//! # Limits
//!
//! Only files beside tests that are collected. A file that another one imports is left alone: its tests may be meant for
//! others to collect. So are one whose tests ask for fixtures that are not there, and one that a command names. Less certain for
//! files whose names do not speak of tests, which may be data, and for those that can be run as a script.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Severity, collected::UncollectedReason, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "uncollected-test-file",
    group: Group::Collection,
    severity: Severity::Warning,
    needs: Wanted { judged: true, commands: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("uncollected_test_file.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    // Who names a file gets it collected, whatever it is called.
    let given = |path: &str| {
        let words = suite.invocations.iter().flat_map(|invocation| &invocation.words);
        words.filter(|word| !word.text.is_empty()).any(|word| path.ends_with(word.text.trim_start_matches("./")))
    };
    for own in suite.uncollected.iter().filter(|own| own.reason == UncollectedReason::FileName) {
        if given(&own.at.path) {
            continue;
        }
        let speaks = own.name.to_ascii_lowercase().contains("test");
        let confidence = match (own.certain, speaks) {
            // An underscore hides a file on purpose.
            (true, true) if own.name.starts_with('_') => Confidence::Low,
            (true, true) => Confidence::High,
            (true, false) => Confidence::Medium,
            (false, _) => Confidence::Low,
        };
        let tests = match own.tests {
            1 => "its test never runs".to_owned(),
            count => format!("its {count} tests never run"),
        };
        let message = format!("the name `{}` does not match `python_files`: {tests}", own.name);
        let finding = report.add(confidence, own.at.clone(), message);
        finding.help = Some(format!("name the file like `{}`", suite.pytest.python_files.join("`, `")));
    }
}
