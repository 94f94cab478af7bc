//! Tests that are skipped whatever happens, where they are a large share of all.

use super::{
    Draft, Found, Kind,
    look::{Look, evidence},
};
use crate::model::{Confidence, SkipStatus, gap::GapKind, suite::Property};

pub(super) const KIND: Kind = Kind { kind: GapKind::SkippedTests, title: "Tests that never run", find };

fn find(look: &Look<'_>) -> Found {
    let tests = look.suite.files.iter().flat_map(|file| file.tests.iter().map(move |test| (file, test)));
    let tests = tests.filter(|(_, test)| !test.properties.contains(&Property::Doctest));
    let (mut total, mut skipped) = (0usize, Vec::new());
    for (file, test) in tests {
        total += 1;
        if test.skip == SkipStatus::Always {
            let why = test.skip_reason.as_deref().unwrap_or_default();
            skipped.push(evidence(&file.path, test.line, test.id.clone(), why));
        }
    }
    if total == 0 {
        return Found::nothing("there are no tests");
    }
    let share = skipped.len() * 100 / total;
    let limit = look.suite.gap_settings.skipped_share.0 as usize;
    if skipped.is_empty() || share < limit {
        return Found::nothing(format!("{} of {total} tests never run, below {limit} %", skipped.len()));
    }
    let mut draft = Draft::new(
        GapKind::SkippedTests,
        Confidence::High,
        format!("{} of {total} tests never run ({share} %)", skipped.len()),
    );
    draft.description = "They are skipped or ignored without a condition.".to_owned();
    draft.impact = "They rot: what they test changes, and they do not notice.".to_owned();
    draft.recommendation = "Mend each, give it the condition under which it holds, or remove it.".to_owned();
    draft.verification = Some("testaudit lint --select unconditional-skip,ignored-without-reason".to_owned());
    draft.items = skipped.len();
    draft.symbols = u32::try_from(skipped.len()).unwrap_or(u32::MAX);
    draft.evidence = skipped;
    Found::gap(draft)
}
