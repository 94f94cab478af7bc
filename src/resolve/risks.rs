//! Which risks, and which remedies, take part in a test. What they amount to, the view of risks decides.

use super::{reach::Via, scope::Scope};
use crate::model::{RiskPart, SignalKind, TestPart};

/// Those of a test, nearest first.
pub(super) fn parts(scope: &Scope<'_>) -> Vec<RiskPart> {
    let is_risk = |kind| matches!(kind, SignalKind::RiskSite | SignalKind::RiskRelief | SignalKind::RiskUse);
    let heard = scope.all().filter(|heard| is_risk(heard.signal.kind));
    let parts = heard.map(|heard| RiskPart {
        path: (!heard.here).then(|| heard.path.to_owned()),
        signal: heard.place,
        part: part(heard.via),
        via: heard.via.words(),
    });
    parts.collect()
}

fn part(via: &Via) -> TestPart {
    match via {
        Via::Own => TestPart::Own,
        Via::Helper { .. } => TestPart::Helper,
        Via::Around(_) | Via::Decorator { .. } | Via::Hook => TestPart::Around,
        Via::Fixture { .. } => TestPart::Fixture,
        Via::SetUp { .. } => TestPart::SetUp,
        Via::TearDown { .. } => TestPart::TearDown,
    }
}
