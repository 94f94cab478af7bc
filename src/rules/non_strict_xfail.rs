//! An expected failure that may pass.
//!
//! # Why
//!
//! Without `strict` a test that begins to pass is reported as `XPASS` and nothing else: the mark stays, and when the test fails again
//! nobody learns of it.
//!
//! # Example
//!
//! ```python
//! @pytest.mark.xfail(reason="issue 12")
//! def test_upload(): ...
//! ```
//!
//! # Better
//!
//! ```python
//! @pytest.mark.xfail(reason="issue 12", strict=True)
//! def test_upload(): ...
//! ```
//!
//! or `xfail_strict = true` in pytest's configuration.
//!
//! # Limits
//!
//! A matter of taste where a test is flaky. Only decorators are read; `pytest.xfail(…)` within a test ends it in any case.

use super::{
    Context, Group, Report, Rule,
    decorators::{marks, region},
};
use crate::model::{Confidence, Expr, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "non-strict-xfail",
    group: Group::Tests,
    severity: Severity::Note,
    needs: Wanted::COLLECTION,
    applies: |_| true,
    source: include_str!("non_strict_xfail.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    if context.suite.pytest.strictness.xfail.as_ref().is_some_and(|switch| switch.on) {
        return;
    }
    for (file, _, decorator) in marks(context.suite, "xfail") {
        let strict = decorator.call.as_ref().and_then(|call| call.keyword("strict"));
        if matches!(strict, None | Some(Expr::Bool(false))) {
            let finding =
                report.add(Confidence::High, region(file, decorator), "this expected failure may pass unnoticed");
            finding.help = Some("add `strict=True`, or set `xfail_strict`".to_owned());
        }
    }
}
