//! What is not tested, as numbered gaps: each with its evidence, what it would cost, and how to close it.
//!
//! A kind of gap is a file here and a row of `KINDS`. It says what is missing and by what that is known; how bad that is and
//! how long it takes, `weigh` computes for all of them, from constants of the configuration.

mod benchmark_gate;
mod determinism;
mod doctests;
mod expected;
mod fuzz_targets;
mod import_smoke;
mod look;
mod paste;
mod properties;
mod protocol_version;
mod skipped_tests;
mod state_keys;
mod unreached_module;
mod unreached_symbol;
mod weak_tests;
mod weigh;

use serde::Serialize;

use crate::model::{
    Confidence, Suite,
    gap::{GapKind, Hundredths},
};
use look::Look;

/// The `gaps` section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gaps {
    /// The gaps, the worst first.
    pub gaps: Vec<Gap>,
    /// Gaps and hours by priority.
    pub totals: GapTotals,
    /// Numbers of gaps of P0 and P1 that take few hours, in order.
    pub quick_wins: Vec<String>,
    /// Kinds that were looked for, and what came of it.
    pub kinds: Vec<KindRow>,
    /// How priority and effort were computed.
    pub method: Method,
}

/// A gap in what is tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// `G01` for the first.
    pub id: String,
    /// The name of its kind.
    pub kind: &'static str,
    /// What is missing, in one line.
    pub title: String,
    /// How urgent it is.
    pub priority: GapPriority,
    /// How much a change of what it is about risks.
    pub risk: GapRisk,
    /// The number that priority and risk are made of, from 0 to 1.
    pub risk_score: Hundredths,
    /// What the number was computed from.
    pub factors: Factors,
    /// How sure it is that the gap is one.
    pub confidence: &'static str,
    /// How long it takes to close.
    pub effort_hours: Hundredths,
    /// What is missing.
    pub description: String,
    /// What comes of it.
    pub impact: String,
    /// What to do.
    pub recommendation: String,
    /// What the tests should do, step by step.
    pub test_plan: Vec<String>,
    /// A file that closes it, or begins to.
    pub file: Option<PasteFile>,
    /// The command that shows that it is closed.
    pub verification: Option<String>,
    /// Where it is seen.
    pub evidence: Vec<GapEvidence>,
    /// How many places there are, where more than are listed.
    pub evidence_total: usize,
}

/// How urgent a gap is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum GapPriority {
    /// Before any change.
    P0,
    /// Soon.
    P1,
    /// When its part is worked on.
    P2,
    /// Some day.
    P3,
}

/// How much a change risks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapRisk {
    /// From 0.75 on.
    VeryHigh,
    /// From 0.55 on.
    High,
    /// From 0.3 on.
    Medium,
    /// Below that.
    Low,
}

/// What a score was computed from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Factors {
    /// The weight of the kind.
    pub weight: Hundredths,
    /// How many modules import what it is about.
    pub importers: u32,
    /// How many statements that has.
    pub statements: u32,
    /// How many public names.
    pub symbols: u32,
    /// The items that the effort was computed from.
    pub items: u32,
}

/// A file, ready to paste.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PasteFile {
    /// Where it would stand.
    pub path: String,
    /// Its language, as Markdown names it.
    pub language: &'static str,
    /// What it holds.
    pub text: String,
}

/// Where a gap is seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct GapEvidence {
    /// Relative to the root.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// What stands there.
    pub what: String,
    /// The line, where it is known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// Figures over all gaps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GapTotals {
    /// Gaps.
    pub gaps: usize,
    /// Each priority.
    pub priorities: Vec<PriorityRow>,
    /// Hours for P0 and P1.
    pub urgent_hours: Hundredths,
    /// Hours for all.
    pub hours: Hundredths,
}

/// Gaps of one priority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriorityRow {
    /// The priority.
    pub priority: GapPriority,
    /// Gaps of it.
    pub gaps: usize,
    /// Hours to close them.
    pub hours: Hundredths,
}

/// What came of looking for a kind of gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KindRow {
    /// The kind's name.
    pub kind: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Gaps of it.
    pub gaps: usize,
    /// Where there is none, or it could not be judged: why.
    pub why: Option<String>,
    /// What closes it, where something does.
    pub closed_by: Vec<GapEvidence>,
    /// Its weight.
    pub weight: Hundredths,
    /// Hours for one gap of it.
    pub hours: Hundredths,
    /// Hours for each item more.
    pub hours_per_item: Hundredths,
}

/// How priority and effort were computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Method {
    /// The score, in words.
    pub score: &'static str,
    /// The effort, in words.
    pub effort: &'static str,
    /// Scores from which on a gap is P0, P1 and P2.
    pub thresholds: [Hundredths; 3],
    /// Hours up to which a gap of P0 or P1 is a quick win.
    pub quick_hours: Hundredths,
    /// Hours beyond which no gap is estimated.
    pub max_hours: Hundredths,
}

/// A gap before it is weighed and numbered.
struct Draft {
    kind: GapKind,
    confidence: Confidence,
    title: String,
    description: String,
    impact: String,
    recommendation: String,
    test_plan: Vec<String>,
    file: Option<PasteFile>,
    verification: Option<String>,
    evidence: Vec<GapEvidence>,
    /// What its effort grows with.
    items: usize,
    importers: u32,
    statements: u32,
    symbols: u32,
}

impl Draft {
    /// A gap that is about nothing yet.
    fn new(kind: GapKind, confidence: Confidence, title: impl Into<String>) -> Self {
        Self {
            kind,
            confidence,
            title: title.into(),
            description: String::new(),
            impact: String::new(),
            recommendation: String::new(),
            test_plan: Vec::new(),
            file: None,
            verification: None,
            evidence: Vec::new(),
            items: 1,
            importers: 0,
            statements: 0,
            symbols: 0,
        }
    }
}

/// What a kind finds.
#[derive(Default)]
struct Found {
    drafts: Vec<Draft>,
    /// Why there is none, or why that is not known.
    why: Option<String>,
    /// What closes it.
    closed_by: Vec<GapEvidence>,
}

impl Found {
    fn gap(draft: Draft) -> Self {
        Self { drafts: vec![draft], ..Self::default() }
    }

    /// Nothing to test: there is no such thing here.
    fn nothing(why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..Self::default() }
    }

    fn closed(why: impl Into<String>, by: Vec<GapEvidence>) -> Self {
        Self { why: Some(why.into()), closed_by: by, ..Self::default() }
    }
}

/// One kind with what finds it.
struct Kind {
    kind: GapKind,
    title: &'static str,
    find: fn(&Look<'_>) -> Found,
}

/// In the order in which they are told.
const KINDS: [Kind; 12] = [
    import_smoke::KIND,
    unreached_module::KIND,
    unreached_symbol::KIND,
    protocol_version::KIND,
    state_keys::KIND,
    properties::KIND,
    determinism::KIND,
    doctests::KIND,
    weak_tests::KIND,
    fuzz_targets::KIND,
    benchmark_gate::KIND,
    skipped_tests::KIND,
];

/// Places of a gap that are listed.
const MAX_EVIDENCE: usize = 60;

/// Views a suite by what it does not test.
pub fn gaps(suite: &Suite) -> Gaps {
    let settings = &suite.gap_settings;
    let look = Look::new(suite);
    let mut drafts = Vec::new();
    let mut kinds = Vec::new();
    for kind in &KINDS {
        let is_ignored = settings.ignore.contains(&kind.kind);
        let found = match (is_ignored, suite.project.known) {
            (true, _) => Found::nothing("not looked for: the configuration ignores it"),
            (_, false) => Found::nothing("not looked for"),
            _ => (kind.find)(&look),
        };
        let constants = settings.of(kind.kind);
        kinds.push(KindRow {
            kind: constants.name,
            title: kind.title,
            gaps: found.drafts.len(),
            why: found.why,
            closed_by: found.closed_by,
            weight: constants.weight,
            hours: constants.hours,
            hours_per_item: constants.hours_per_item,
        });
        drafts.extend(found.drafts);
    }
    let gaps = weigh::numbered(drafts, settings);
    let quick = |gap: &&Gap| gap.priority <= GapPriority::P1 && gap.effort_hours <= settings.quick_hours;
    Gaps {
        totals: weigh::totals(&gaps),
        quick_wins: gaps.iter().filter(quick).map(|gap| gap.id.clone()).collect(),
        kinds,
        method: weigh::method(settings),
        gaps,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::gap::GAP_KINDS;

    #[test]
    fn every_kind_of_the_configuration_is_looked_for_once() {
        for row in GAP_KINDS {
            assert_eq!(KINDS.iter().filter(|kind| kind.kind == row.kind).count(), 1, "{}", row.name);
        }
    }
}
