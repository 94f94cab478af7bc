//! A `skipif` with a condition and no reason, which pytest refuses.
//!
//! # Why
//!
//! Where the condition is no string, pytest ends every such test with the error "you need to specify reason=STRING when using
//! booleans as conditions" (`_pytest/skipping.py::evaluate_condition`).
//!
//! # Example
//!
//! ```python
//! @pytest.mark.skipif(sys.platform == "win32")
//! def test_upload(): ...
//! ```
//!
//! # Better
//!
//! ```python
//! @pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX file system")
//! def test_upload(): ...
//! ```
//!
//! # Limits
//!
//! A condition that is a name may hold a string, for which pytest needs no reason: then the finding is less certain. Arguments
//! that are unpacked (`**options`) may hold a reason: such marks are left alone.

use super::{
    Context, Group, Report, Rule,
    decorators::{marks, region},
};
use crate::model::{BindingValue, Confidence, Expr, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "skipif-without-reason",
    group: Group::Tests,
    severity: Severity::Error,
    needs: Wanted::COLLECTION,
    applies: |_| true,
    source: include_str!("skipif_without_reason.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    for (file, _, decorator) in marks(context.suite, "skipif") {
        let Some(call) = &decorator.call else { continue };
        let unpacked = call.keywords.iter().any(|(name, _)| name.is_empty())
            || call.arguments.iter().any(|argument| matches!(argument, Expr::Starred(_)));
        let condition = call.argument(0, "condition");
        let (Some(condition), false) = (condition, unpacked) else { continue };
        let strings = call.arguments.iter().all(|condition| matches!(condition, Expr::Str(_)));
        if call.keyword("reason").is_some() || matches!(condition, Expr::Str(_)) && strings {
            continue;
        }
        // A name of this file can be seen to hold a string.
        let bound = |name: &str| file.facts.bindings.iter().rev().find(|binding| binding.name == name);
        let confidence = match condition {
            Expr::Name(name) => match bound(name).map(|binding| &binding.value) {
                Some(BindingValue::Value(Expr::Str(_))) => continue,
                Some(BindingValue::Value(Expr::Bool(_))) => Confidence::High,
                _ => Confidence::Medium,
            },
            _ => Confidence::High,
        };
        let finding = report.add(confidence, region(file, decorator), "pytest refuses this condition without a reason");
        finding.help = Some("add `reason=\"…\"`".to_owned());
    }
}
