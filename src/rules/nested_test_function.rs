//! A test within a function, which nobody collects or calls.
//!
//! # Why
//!
//! pytest collects functions of modules and methods of classes. A `def test_…` that slipped into another function,
//! mostly by its indentation, never runs, and nothing says so.
//!
//! # Example
//!
//! ```python
//! def test_upload():
//!     assert upload("a")
//!
//!     def test_download():
//!         assert download("a")
//! ```
//!
//! # Better
//!
//! ```python
//! def test_upload():
//!     assert upload("a")
//!
//!
//! def test_download():
//!     assert download("a")
//! ```
//!
//! # Limits
//!
//! The name must stand nowhere else in the function around, and nothing there may reach it by `locals()` and the like.
//! A function with a decorator that may register or call it is left alone, and so is one that is defined where a
//! failure is expected. The finding is less certain where the function around is no test, and where the name has no
//! underscore behind `test`.

use std::collections::HashSet;

use super::{
    Context, Group, Report, Rule,
    functions::{active_decorator, is_expected_to_fail, is_of_tests, lower, of_tests},
};
use crate::model::{Confidence, DefinitionKind, Region, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "nested-test-function",
    group: Group::Collection,
    severity: Severity::Warning,
    needs: Wanted { bodies: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("nested_test_function.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let collected = of_tests(context.suite);
    let collected: HashSet<_> = collected.iter().map(|test| (test.file.path.as_str(), test.id)).collect();
    for file in context.suite.files.iter().filter(|file| is_of_tests(file)) {
        for definition in file.facts.definitions.iter().filter(|definition| definition.name.starts_with("test")) {
            let (Some(body), Some(parent)) = (definition.body.as_deref(), definition.parent) else { continue };
            let around = file.facts.definition(parent);
            let Some(body_around) = around.body.as_deref().filter(|_| around.kind == DefinitionKind::Function) else {
                continue;
            };
            if body.is_mentioned_around
                || active_decorator(definition).is_some()
                || is_expected_to_fail(body_around, definition.span.start, definition.span.end)
            {
                continue;
            }
            let mut confidence = Confidence::High;
            if !collected.contains(&(file.path.as_str(), parent)) {
                confidence = lower(confidence);
            }
            if !definition.name.starts_with("test_") {
                confidence = lower(confidence);
            }
            let message = format!("`{}` is never collected or called: it stands in `{}`", definition.name, around.name);
            let finding = report.add(confidence, Region::name_of(&file.path, definition), message);
            finding.help = Some("move it out of the function, or remove it".to_owned());
            finding.related.push((Region::name_of(&file.path, around), "the function around it".to_owned()));
        }
    }
}
