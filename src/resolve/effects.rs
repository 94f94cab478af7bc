//! What a test does outside of its own process, each kind once, from the nearest place.

use std::rc::Rc;

use super::{classes::Class, scope::Scope};
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

/// The effects of a test: those in its own code, in what takes part in it, and those that the bases of its classes are known
/// for, over all files.
pub(super) fn effects(scope: &Scope<'_>, classes: &[Rc<Class<'_>>], here: &str) -> Vec<Effect> {
    let mut found = near(scope);
    if found.iter().all(|own| own.kind != SignalKind::EffectProcess) {
        found.extend(base(classes, here));
        found.sort_by_key(|own| own.kind);
    }
    found
}

/// A base that runs each test in processes.
fn base(classes: &[Rc<Class<'_>>], here: &str) -> Option<Effect> {
    classes.iter().flat_map(|class| &class.mro).find_map(|place| {
        let index = place.module.index();
        let owned = index.owned(place.id).iter().map(|signal| &place.module.facts.signals[*signal]);
        let mut bases = owned.filter(|own| own.kind == SignalKind::EffectProcess && own.role == Role::Header);
        let signal = bases.next()?;
        let path = (place.module.path() != here).then(|| place.module.path().to_owned());
        let via = Some(format!("base `{}`", index.definition(place.id).name));
        Some(Effect { kind: signal.kind, evidence: signal.evidence.clone(), path, via })
    })
}

fn near(scope: &Scope<'_>) -> Vec<Effect> {
    let nearest = |kind: SignalKind| {
        // A decorator or a default is evaluated while the file is imported.
        let counts = |role: Role| role == Role::Body || role == Role::Header;
        let heard = scope.of(kind).find(|heard| counts(heard.signal.role))?;
        let path = (!heard.here).then(|| heard.path.to_owned());
        Some(Effect { kind, evidence: heard.signal.evidence.clone(), path, via: heard.via.words() })
    };
    KINDS.into_iter().filter_map(nearest).collect()
}
