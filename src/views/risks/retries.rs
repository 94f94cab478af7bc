//! Configurations that run failing tests again: one finding for each line that says so.

use super::{RiskFinding, words};
use crate::model::{Confidence, RetrySetting, RiskKind, RiskSeverity, Suite};

/// The findings of all configurations.
pub(super) fn findings(suite: &Suite) -> Vec<RiskFinding> {
    suite.retries.iter().map(|setting| finding(suite, setting)).collect()
}

fn finding(suite: &Suite, setting: &RetrySetting) -> RiskFinding {
    let requirements = &suite.requirements;
    let is_installed = |plugin: &str| requirements.list.is_empty() || requirements.depends_on(plugin);
    let (confidence, notes) = match setting.plugin {
        Some(plugin) if !is_installed(plugin) => {
            (Confidence::Medium, &["the plugin that knows the option is not among what the project requires"][..])
        }
        _ => (Confidence::High, &[][..]),
    };
    RiskFinding {
        kind: RiskKind::RetrySetting,
        severity: RiskSeverity::Medium,
        confidence,
        path: setting.path.clone(),
        line: setting.evidence.line,
        tests: Vec::new(),
        test_count: 0,
        via: None,
        what: setting.evidence.what.clone(),
        text: setting.evidence.text.clone(),
        why: words::why(RiskKind::RetrySetting, notes),
        mitigation: words::mitigation(RiskKind::RetrySetting),
        measured: None,
    }
}
