//! Which tests ask for a device before they run: conditions on the test, its classes and its module, directly or by a mark
//! under another name.

use super::{
    collection::Item,
    marks::{Mark, Marks},
    modules::Module,
};
use crate::model::{Role, Signal, SignalKind, suite::Gate};

/// The conditions of an item that ask for a GPU.
pub(super) fn gates<'w>(item: &Item<'w>, module: &'w Module, marks: &Marks<'w>) -> Vec<Gate> {
    let mut found = Vec::new();
    let mut add = |signal: &Signal| {
        found.push(Gate {
            kind: "cuda".to_owned(),
            min_devices: Some(least(&signal.name)),
            mechanism: signal.name.clone(),
            line: signal.evidence.line,
        });
    };
    let places = item.function.into_iter().chain(item.classes.iter().flat_map(|class| class.mro.iter().copied()));
    for place in places {
        let owned = place.module.index().owned(place.id).iter();
        let signals = owned.map(|at| &place.module.facts.signals[*at]);
        signals.filter(|signal| is_gate(signal) && signal.role != Role::Body).for_each(&mut add);
    }
    let around = module.table().module_marks.iter().map(|at| &module.facts.signals[*at]);
    around.filter(|signal| is_gate(signal)).for_each(&mut add);
    marks.list.iter().filter_map(of_mark).for_each(&mut add);
    found.sort_by(|a, b| (a.line, &a.mechanism).cmp(&(b.line, &b.mechanism)));
    found.dedup();
    found
}

fn is_gate(signal: &Signal) -> bool {
    signal.kind == SignalKind::GateDevice
}

/// The condition of a `skipif` that was made elsewhere: that of the call by which it was made.
fn of_mark<'w>(mark: &Mark<'w>) -> Option<&'w Signal> {
    let call = mark.call.filter(|_| mark.name == "skipif")?;
    // A call over some lines has its condition first.
    let near = |signal: &&Signal| (call.line..=call.line + 2).contains(&signal.evidence.line);
    mark.module.facts.signals.iter().filter(|signal| is_gate(signal)).find(near)
}

/// The fewest devices with which a condition does not skip: `n` of `count() < n`.
fn least(condition: &str) -> u32 {
    let bound = condition.rsplit('<').next().and_then(|bound| bound.trim().parse().ok());
    bound.filter(|_| condition.contains('<')).unwrap_or(1)
}
