//! A class with tests that pytest does not collect.
//!
//! # Why
//!
//! pytest passes over a class with a constructor ("cannot collect test class because it has a __init__ constructor"), with a warning that
//! is easily overlooked. A class whose name is not one that `python_classes` asks for is passed over in silence. Its tests never run.
//!
//! # Example
//!
//! ```python
//! class TestUpload:
//!     def __init__(self):
//!         self.server = Server()
//!
//!     def test_upload(self): ...
//!
//! class UploadTests:          # `python_classes` is `Test`
//!     def test_again(self): ...
//! ```
//!
//! # Better
//!
//! ```python
//! class TestUpload:
//!     @pytest.fixture(autouse=True)
//!     def start(self):
//!         self.server = Server()
//!
//!     def test_upload(self): ...
//! ```
//!
//! # Limits
//!
//! Classes that others inherit from, abstract classes, and those with `__test__ = False` are left alone: their tests run elsewhere, or
//! are not meant to. So are those with another name whose name stands anywhere else in the sources. Less certain for a class with a base or a decorator that is not known, and for one whose name does not
//! speak of tests.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Severity, collected::UncollectedReason, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "uncollected-test-class",
    group: Group::Collection,
    severity: Severity::Error,
    needs: Wanted { judged: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("uncollected_test_class.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    for own in &context.suite.uncollected {
        let confidence = if own.certain { Confidence::High } else { Confidence::Low };
        let tests = if own.tests == 1 { "its test never runs" } else { "its tests never run" };
        let (message, help) = match &own.reason {
            UncollectedReason::Constructor(owner) if *owner == own.name => (
                format!("pytest does not collect `{}`, which has a constructor: {tests}", own.name),
                "set up in a fixture, or in `setup_method`".to_owned(),
            ),
            UncollectedReason::Constructor(owner) => (
                format!("pytest does not collect `{}`, to which `{owner}` gives a constructor: {tests}", own.name),
                "set up in a fixture, or in `setup_method`".to_owned(),
            ),
            UncollectedReason::ClassName => (
                format!("pytest does not collect `{}`, whose name does not match `python_classes`: {tests}", own.name),
                format!("name it like `{}…`, or set `__test__ = False`", prefix(&context.suite.pytest.python_classes)),
            ),
            UncollectedReason::FileName => continue,
        };
        let finding = report.add(confidence, own.at.clone(), message);
        finding.help = Some(help);
        // A template may be handed to something that makes tests of it.
        finding.unless_repeated = (own.reason == UncollectedReason::ClassName).then(|| own.name.clone());
    }
}

/// What names of classes begin with.
fn prefix(patterns: &[String]) -> &str {
    patterns.first().map_or("Test", |pattern| pattern.trim_matches('*'))
}
