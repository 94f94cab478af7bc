//! How bad a gap is and how long it takes: computed from its numbers and the constants of the configuration, for every kind
//! alike. Finds nothing.

use super::{Draft, Factors, Gap, GapPriority, GapRisk, GapTotals, MAX_EVIDENCE, Method, PriorityRow};
use crate::model::{
    Confidence,
    gap::{GapSettings, Hundredths},
};

/// Importers, statements and public names that count as many: more do not count more.
const MANY: [u32; 3] = [31, 1023, 63];

/// The gaps, weighed, in order and with their numbers.
pub(super) fn numbered(drafts: Vec<Draft>, settings: &GapSettings) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = drafts.into_iter().map(|draft| weighed(draft, settings)).collect();
    let key = |gap: &Gap| (gap.priority, std::cmp::Reverse(gap.risk_score));
    gaps.sort_by(|a, b| {
        let places = |gap: &Gap| gap.evidence.first().map(|own| (own.path.clone(), own.line));
        key(a)
            .cmp(&key(b))
            .then_with(|| a.kind.cmp(b.kind))
            .then_with(|| (places(a), &a.title).cmp(&(places(b), &b.title)))
    });
    for (place, gap) in gaps.iter_mut().enumerate() {
        gap.id = format!("G{:02}", place + 1);
    }
    gaps
}

fn weighed(draft: Draft, settings: &GapSettings) -> Gap {
    let constants = settings.of(draft.kind);
    let Draft { importers, statements, symbols, .. } = draft;
    let items = u32::try_from(draft.items).unwrap_or(u32::MAX);
    let factors = Factors { weight: constants.weight, importers, statements, symbols, items };
    let score = score(&factors, draft.confidence);
    let mut hours = constants.hours.0.saturating_add(constants.hours_per_item.0.saturating_mul(items));
    // A quarter of an hour is as exact as that can be.
    hours = hours.div_ceil(25).saturating_mul(25).clamp(25, settings.max_hours.0.max(25));
    let evidence_total = draft.evidence.len();
    let mut evidence = draft.evidence;
    evidence.truncate(MAX_EVIDENCE);
    Gap {
        id: String::new(),
        kind: constants.name,
        title: draft.title,
        priority: priority(score, settings),
        risk: risk(score),
        risk_score: score,
        factors,
        confidence: draft.confidence.name(),
        effort_hours: Hundredths(hours),
        description: draft.description,
        impact: draft.impact,
        recommendation: draft.recommendation,
        test_plan: draft.test_plan,
        file: draft.file,
        verification: draft.verification,
        evidence,
        evidence_total,
    }
}

/// The weight of the kind, half of it whatever the gap is about, half of it by how much hangs on that; less where it is not
/// sure.
fn score(factors: &Factors, confidence: Confidence) -> Hundredths {
    let share = |number: u32, many: u32| {
        let bits = |number: u32| f64::from(number).ln_1p();
        (bits(number) / bits(many)).min(1.0)
    };
    let [importers, statements, symbols] = MANY;
    let exposure =
        (share(factors.importers, importers) + share(factors.statements, statements) + share(factors.symbols, symbols))
            / 3.0;
    let sure = match confidence {
        Confidence::High => 1.0,
        Confidence::Medium => 0.75,
        Confidence::Low => 0.5,
    };
    let score = f64::from(factors.weight.0) * (0.5 + 0.5 * exposure) * sure;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 100")]
    Hundredths(score.round() as u32)
}

fn priority(score: Hundredths, settings: &GapSettings) -> GapPriority {
    let [p0, p1, p2] = settings.thresholds;
    match score {
        score if score >= p0 => GapPriority::P0,
        score if score >= p1 => GapPriority::P1,
        score if score >= p2 => GapPriority::P2,
        _ => GapPriority::P3,
    }
}

fn risk(score: Hundredths) -> GapRisk {
    match score.0 {
        75.. => GapRisk::VeryHigh,
        55.. => GapRisk::High,
        30.. => GapRisk::Medium,
        _ => GapRisk::Low,
    }
}

/// Figures over all gaps.
pub(super) fn totals(gaps: &[Gap]) -> GapTotals {
    let hours = |wanted: &dyn Fn(&Gap) -> bool| {
        Hundredths(gaps.iter().filter(|gap| wanted(gap)).map(|gap| gap.effort_hours.0).fold(0, u32::saturating_add))
    };
    let priorities = [GapPriority::P0, GapPriority::P1, GapPriority::P2, GapPriority::P3];
    let row = |priority| PriorityRow {
        priority,
        gaps: gaps.iter().filter(|gap| gap.priority == priority).count(),
        hours: hours(&|gap| gap.priority == priority),
    };
    GapTotals {
        gaps: gaps.len(),
        priorities: priorities.map(row).into(),
        urgent_hours: hours(&|gap| gap.priority <= GapPriority::P1),
        hours: hours(&|_| true),
    }
}

/// What the report says of all this.
pub(super) fn method(settings: &GapSettings) -> Method {
    Method {
        score: "score = weight of the kind × (0.5 + 0.5 × exposure) × confidence. Exposure is the mean of three shares on a \
                logarithmic scale: modules that import what the gap is about (of 31), its statements (of 1023), its public \
                names (of 63). Confidence is 1 for high, 0.75 for medium, 0.5 for low",
        effort: "effort = hours of the kind + hours per item × items, in quarters of an hour: an estimate by size, not a measurement",
        thresholds: settings.thresholds,
        quick_hours: settings.quick_hours,
        max_hours: settings.max_hours,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::gap::GapKind;

    fn draft(kind: GapKind, statements: u32, items: usize) -> Draft {
        Draft { statements, items, ..Draft::new(kind, Confidence::High, "a gap") }
    }

    #[test]
    fn more_code_is_a_higher_risk_and_more_items_are_more_hours() {
        let settings = GapSettings::default();
        let small = weighed(draft(GapKind::UnreachedModule, 10, 1), &settings);
        let large = weighed(draft(GapKind::UnreachedModule, 1000, 9), &settings);
        assert!(large.risk_score > small.risk_score && large.effort_hours > small.effort_hours);
        assert_eq!(large.effort_hours, Hundredths(100 + 9 * 50));
    }

    #[test]
    fn doubt_lowers_the_priority() {
        let settings = GapSettings::default();
        let mut sure = draft(GapKind::ImportSmoke, 1000, 1);
        sure.importers = 31;
        sure.symbols = 63;
        let doubted = Draft { confidence: Confidence::Low, ..draft(GapKind::ImportSmoke, 1000, 1) };
        assert_eq!(weighed(sure, &settings).priority, GapPriority::P0);
        assert!(weighed(doubted, &settings).priority > GapPriority::P1);
    }

    #[test]
    fn numbers_go_by_priority_then_risk_whatever_the_order_of_finding() {
        let settings = GapSettings::default();
        let drafts = || {
            vec![
                draft(GapKind::Doctests, 5, 1),
                draft(GapKind::UnreachedModule, 900, 1),
                draft(GapKind::UnreachedModule, 20, 1),
            ]
        };
        let forth = numbered(drafts(), &settings);
        let back = numbered(drafts().into_iter().rev().collect(), &settings);
        assert_eq!(forth, back);
        assert_eq!(forth.iter().map(|gap| gap.id.as_str()).collect::<Vec<_>>(), ["G01", "G02", "G03"]);
        assert!(forth.is_sorted_by_key(|gap| (gap.priority, std::cmp::Reverse(gap.risk_score))));
    }

    #[test]
    fn totals_are_sums_over_priorities() {
        let gaps = numbered(
            vec![draft(GapKind::Doctests, 5, 1), draft(GapKind::UnreachedModule, 900, 3)],
            &GapSettings::default(),
        );
        let totals = totals(&gaps);
        assert_eq!(totals.hours.0, totals.priorities.iter().map(|row| row.hours.0).sum::<u32>());
        assert_eq!(totals.gaps, 2);
    }
}
