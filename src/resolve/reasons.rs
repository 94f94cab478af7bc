//! Why a test deserves fuzzing, each reason once, from the nearest place.

use super::{
    fixtures,
    reach::Via,
    scope::{Heard, Scope},
};
use crate::model::{Reason, Role, SignalKind, suite::TestReason};

/// The reasons of a test in their fixed order, as far as they stand in its file.
pub(super) fn reasons(scope: &Scope<'_>) -> Vec<TestReason> {
    Reason::ALL
        .into_iter()
        .filter_map(|reason| {
            let mut signals = scope.all().filter(|heard| heard.here && counts(scope, heard));
            let Heard { signal, via, .. } = signals.find(|heard| heard.signal.kind.reason() == Some(reason))?;
            Some(TestReason { reason, evidence: signal.evidence.clone(), via: via.words() })
        })
        .collect()
}

/// Whether a signal says something about this test: the hook only parametrizes tests that ask for its argument.
fn counts(scope: &Scope<'_>, Heard { signal, via, .. }: &Heard<'_>) -> bool {
    match signal.kind {
        SignalKind::ParametrizeHook => match signal.call.as_ref().map(fixtures::argument_names) {
            Some(Some(names)) => names.iter().any(|name| scope.wanted.contains(name)),
            // Decided while collecting.
            Some(None) => true,
            // The definition of the hook says nothing by itself.
            None => false,
        },
        // A machine's base says something about the machine only.
        SignalKind::PropertyMachine => **via == Via::Own,
        SignalKind::ParametrizeCases => matches!(via, Via::Own | Via::Around(_)) && signal.role != Role::Body,
        SignalKind::ParametrizeFixture => matches!(via, Via::Fixture { .. }),
        _ => true,
    }
}
