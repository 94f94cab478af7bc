//! A skipped test that does not say why.
//!
//! # Why
//!
//! Nobody can tell later whether the reason still holds.
//!
//! # Example
//!
//! ```python
//! @pytest.mark.skip
//! def test_upload(): ...
//! ```
//!
//! # Better
//!
//! ```python
//! @pytest.mark.skip(reason="the server is gone, see issue 12")
//! def test_upload(): ...
//! ```
//!
//! # Limits
//!
//! Only decorators are read. Whether a reason means anything is not judged.

use super::{
    Context, Group, Report, Rule,
    decorators::{marks, region},
};
use crate::model::{Confidence, Expr, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "skip-without-reason",
    group: Group::Tests,
    severity: Severity::Note,
    needs: Wanted::COLLECTION,
    applies: |_| true,
    source: include_str!("skip_without_reason.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    for (file, _, decorator) in marks(context.suite, "skip") {
        let reason = decorator.call.as_ref().and_then(|call| call.argument(0, "reason"));
        if reason.is_none_or(|reason| *reason == Expr::Str(String::new())) {
            let finding = report.add(Confidence::High, region(file, decorator), "this skip has no reason");
            finding.help = Some("add `reason=\"…\"`".to_owned());
        }
    }
}
