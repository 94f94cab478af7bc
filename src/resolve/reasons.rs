//! Why a test deserves fuzzing, each reason once, from the nearest place.

use super::{
    fixtures,
    index::Index,
    reach::{Scope, Via},
};
use crate::model::{Reason, Role, Signal, SignalKind, suite::TestReason};

/// The reasons of a test in their fixed order.
pub(super) fn reasons(index: &Index<'_>, scope: &Scope) -> Vec<TestReason> {
    Reason::ALL
        .into_iter()
        .filter_map(|reason| {
            let mut signals = scope.all(index).filter(|(signal, via)| counts(scope, signal, via));
            let (signal, via) = signals.find(|(signal, _)| signal.kind.reason() == Some(reason))?;
            Some(TestReason { reason, evidence: signal.evidence.clone(), via: via.words() })
        })
        .collect()
}

/// Whether a signal says something about this test: the hook only parametrizes tests that ask for its argument.
pub(super) fn counts(scope: &Scope, signal: &Signal, via: &Via) -> bool {
    match signal.kind {
        SignalKind::ParametrizeHook => match signal.call.as_ref().map(fixtures::argument_names) {
            Some(Some(names)) => names.iter().any(|name| scope.wanted.contains(name)),
            // Decided while collecting.
            Some(None) => true,
            // The definition of the hook says nothing by itself.
            None => false,
        },
        // A machine's base says something about the machine only.
        SignalKind::PropertyMachine => *via == Via::Own,
        SignalKind::ParametrizeCases => matches!(via, Via::Own | Via::Around(_)) && signal.role != Role::Body,
        SignalKind::ParametrizeFixture => matches!(via, Via::Fixture { .. }),
        _ => true,
    }
}
