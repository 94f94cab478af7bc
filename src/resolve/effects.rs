//! What a test does outside of its own process, each kind once, from the nearest place.

use super::scope::Scope;
use crate::model::{Role, SignalKind, suite::Effect};

/// The kinds in the order of every report.
const KINDS: [SignalKind; 6] = [
    SignalKind::EffectProcess,
    SignalKind::EffectNetwork,
    SignalKind::EffectService,
    SignalKind::EffectKill,
    SignalKind::EffectDownload,
    SignalKind::EffectBrowser,
];

/// The effects of a test: those in its own code, and in what takes part in it.
pub(super) fn effects(scope: &Scope<'_>) -> Vec<Effect> {
    let nearest = |kind: SignalKind| {
        // A decorator or a default is evaluated while the file is imported.
        let counts = |role: Role| role == Role::Body || role == Role::Header;
        let heard = scope.of(kind).find(|heard| counts(heard.signal.role))?;
        let path = (!heard.here).then(|| heard.path.to_owned());
        Some(Effect { kind, evidence: heard.signal.evidence.clone(), path, via: heard.via.words() })
    };
    KINDS.into_iter().filter_map(nearest).collect()
}
