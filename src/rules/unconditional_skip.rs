//! A test that is always skipped.
//!
//! # Why
//!
//! It is no test. Either what it needs will come, or it can be removed.
//!
//! # Example
//!
//! ```python
//! @pytest.mark.skip(reason="to do")
//! def test_upload(): ...
//! ```
//!
//! # Better
//!
//! Give the skip a condition, mend the test, or remove it.
//!
//! # Limits
//!
//! Skips that a mark, a decorator of unittest or the top of the module declares. A `pytest.skip()` within the test is not seen.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Region, Severity, SkipStatus, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "unconditional-skip",
    group: Group::Tests,
    severity: Severity::Note,
    needs: Wanted::COLLECTION,
    applies: |_| true,
    source: include_str!("unconditional_skip.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    for file in &context.suite.files {
        for test in file.tests.iter().filter(|test| test.skip == SkipStatus::Always && test.empty_lists.is_empty()) {
            let Some(definition) = test.definition.map(|id| file.facts.definition(id)) else { continue };
            let message = format!("`{}` is always skipped", test.name);
            report.add(Confidence::High, Region::name_of(&file.path, definition), message);
        }
    }
}
