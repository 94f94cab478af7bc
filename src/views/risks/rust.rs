//! What the bodies of Rust tests show, one finding for each place with the tests that reach it.

use std::collections::{BTreeMap, HashMap};

use super::{RiskFinding, words};
use crate::model::{BodyRisk, RiskKind, Suite, Test};

/// The findings of all files.
pub(super) fn findings(suite: &Suite) -> Vec<RiskFinding> {
    let mut in_binary: HashMap<&str, usize> = HashMap::new();
    for test in suite.files.iter().flat_map(|file| &file.tests) {
        *in_binary.entry(test.binary.as_deref().unwrap_or_default()).or_default() += 1;
    }
    // The only test of a binary has a process to itself.
    let is_alone = |test: &Test| test.binary.as_deref().is_some_and(|binary| in_binary.get(binary) == Some(&1));
    let mut found = Vec::new();
    for file in &suite.files {
        let mut places: BTreeMap<(u32, RiskKind), Vec<(&Test, &BodyRisk)>> = BTreeMap::new();
        for test in &file.tests {
            for risk in &test.body_risks {
                let is_of_process =
                    matches!(risk.kind, RiskKind::EnvironmentMutation | RiskKind::WorkingDirectoryMutation);
                let is_harmless = (is_of_process && is_alone(test)) || waits_for_nothing(risk);
                if !is_harmless {
                    places.entry((risk.evidence.line, risk.kind)).or_default().push((test, risk));
                }
            }
        }
        found.extend(places.into_values().filter_map(|tests| finding(&file.path, &tests)));
    }
    found
}

/// `sleep(Duration::ZERO)` and the like give way to others.
fn waits_for_nothing(risk: &BodyRisk) -> bool {
    let is_nothing = |form: &&str| risk.evidence.text.contains(form);
    risk.kind == RiskKind::Sleep
        && ["sleep(Duration::ZERO)", "sleep(Duration::from_millis(0))", "sleep(Duration::from_secs(0))"]
            .iter()
            .any(is_nothing)
}

fn finding(path: &str, tests: &[(&Test, &BodyRisk)]) -> Option<RiskFinding> {
    // The surest is that of the test which has it in its own body.
    let (_, risk) = tests.iter().min_by_key(|(_, risk)| (risk.confidence, risk.via.is_some()))?;
    let mut ids: Vec<String> = tests.iter().map(|(test, _)| test.id.clone()).collect();
    ids.sort();
    ids.dedup();
    let note = match risk.kind {
        RiskKind::EnvironmentMutation | RiskKind::WorkingDirectoryMutation => {
            &["`cargo test` runs other tests of the binary at the same time, nextest does not"][..]
        }
        _ => &[],
    };
    Some(RiskFinding {
        kind: risk.kind,
        severity: risk.severity,
        confidence: risk.confidence,
        path: path.to_owned(),
        line: risk.evidence.line,
        test_count: ids.len(),
        tests: ids,
        via: risk.via.clone(),
        what: risk.evidence.what.clone(),
        text: risk.evidence.text.clone(),
        why: words::why(risk.kind, note),
        mitigation: words::mitigation(risk.kind),
        measured: None,
    })
}
