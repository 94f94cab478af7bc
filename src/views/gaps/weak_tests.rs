//! Tests that check nothing, as the rules of `lint` find them: stubs, and tests without an assertion. One finding there is one
//! item here.

use super::{
    Draft, Found, Kind,
    look::{Look, evidence},
};
use crate::model::{Confidence, Finding, gap::GapKind};
use crate::views::count;

pub(super) const KIND: Kind = Kind { kind: GapKind::WeakTests, title: "Tests that check nothing", find };

/// The rules, with what their findings are called and what is to be done.
const RULES: [(&str, &str, &str, &str); 2] = [
    ("empty-test", "stub", "do nothing and pass", "Write them, skip them with a reason, or remove them."),
    (
        "assertion-free-test",
        "assertion-free test",
        "check nothing but that nothing is raised",
        "Assert what should come of each.",
    ),
];

fn find(look: &Look<'_>) -> Found {
    let drafts: Vec<Draft> = RULES.iter().filter_map(|row| gap(look, *row)).collect();
    if drafts.is_empty() {
        return Found::closed("the rules `empty-test` and `assertion-free-test` find none", Vec::new());
    }
    Found { drafts, ..Found::default() }
}

fn gap(look: &Look<'_>, (rule, noun, what, advice): (&str, &str, &str, &str)) -> Option<Draft> {
    let findings: Vec<&Finding> = look.suite.weak.iter().filter(|own| own.rule == rule).collect();
    if findings.is_empty() {
        return None;
    }
    let total: usize = look.suite.files.iter().map(|file| file.tests.len()).sum();
    let mut draft = Draft::new(
        GapKind::WeakTests,
        Confidence::High,
        format!("{} of {}", count(findings.len(), noun), count(total, "test")),
    );
    draft.description = format!("These {what} (rule `{rule}`).");
    draft.impact = "They are counted among the tests that pass, whatever the code under test does.".to_owned();
    draft.recommendation = advice.to_owned();
    draft.verification = Some(format!("testaudit lint --select {rule}"));
    draft.evidence = findings.iter().map(|own| evidence(&own.at.path, own.at.line, own.message.clone(), "")).collect();
    draft.items = findings.len();
    draft.symbols = u32::try_from(findings.len()).unwrap_or(u32::MAX);
    Some(draft)
}
