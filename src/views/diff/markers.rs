//! Which markers began or ceased to be registered, unregistered or unused, and how often each is used.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Snapshot,
    change::{Change, ChangeKind, ChangeValue, Found},
};

/// The section as far as it is compared.
#[derive(Debug, Deserialize)]
pub(super) struct MarkersSnapshot {
    registered: Vec<RegisteredSnapshot>,
    used: Vec<UsedSnapshot>,
    unregistered: Vec<UsedSnapshot>,
    unused: Vec<RegisteredSnapshot>,
}

/// A registration as far as it is compared.
#[derive(Debug, Deserialize)]
struct RegisteredSnapshot {
    name: String,
    path: Option<String>,
    line: Option<u32>,
}

/// A used marker as far as it is compared.
#[derive(Debug, Deserialize)]
struct UsedSnapshot {
    name: String,
    count: u64,
    first: FirstUse,
}

/// Where a marker is used first.
#[derive(Debug, Deserialize)]
struct FirstUse {
    path: String,
    line: u32,
}

static UNREGISTERED: ChangeKind = ChangeKind {
    name: "unregistered-markers",
    noun: "unregistered marker",
    happened: "added",
    help: "a marker that nobody registers is new, or lost its registration",
};
static UNREGISTERED_GONE: ChangeKind = ChangeKind {
    name: "unregistered-markers-gone",
    noun: "unregistered marker",
    happened: "gone",
    help: "a marker that nobody registered is registered or no longer used",
};
static UNUSED: ChangeKind = ChangeKind {
    name: "unused-markers",
    noun: "unused marker",
    happened: "added",
    help: "a registered marker is no longer used, or is new and not used",
};
static UNUSED_GONE: ChangeKind = ChangeKind {
    name: "unused-markers-gone",
    noun: "unused marker",
    happened: "gone",
    help: "a registered marker that nobody used is used or no longer registered",
};
static REGISTERED_GONE: ChangeKind = ChangeKind {
    name: "registered-markers-gone",
    noun: "registered marker",
    happened: "gone",
    help: "the tree no longer registers a marker",
};
static REGISTERED: ChangeKind = ChangeKind {
    name: "registered-markers",
    noun: "registered marker",
    happened: "added",
    help: "the tree registers a new marker",
};
static USES: ChangeKind = ChangeKind {
    name: "marker-uses-changed",
    noun: "marker",
    happened: "on more or fewer tests",
    help: "a marker is on more or fewer tests than before",
};

pub(super) const KINDS: &[&ChangeKind] =
    &[&UNREGISTERED, &UNUSED, &REGISTERED_GONE, &UNREGISTERED_GONE, &UNUSED_GONE, &REGISTERED, &USES];

/// Where a marker stands.
type Place<'s> = (&'s str, Option<u32>);

pub(super) fn compare(old: &Snapshot, new: &Snapshot, found: &mut Found) {
    let (Some(old), Some(new)) = (&old.sections.markers, &new.sections.markers) else { return };
    let lists = [
        (first_uses(&old.unregistered), first_uses(&new.unregistered), &UNREGISTERED, &UNREGISTERED_GONE),
        (registrations(&old.unused), registrations(&new.unused), &UNUSED, &UNUSED_GONE),
        (registrations(&old.registered), registrations(&new.registered), &REGISTERED, &REGISTERED_GONE),
    ];
    found.figure("Unregistered markers", lists[0].0.len(), lists[0].1.len());
    for (old, new, came, went) in lists {
        found.changes.extend(missing(&new, &old).map(|(name, at)| Change::new(came, name).at(at.0, at.1)));
        found.changes.extend(missing(&old, &new).map(|(name, at)| Change::new(went, name).at(at.0, at.1)));
    }
    uses(&old.used, &new.used, found);
}

/// Those of the first that are not in the second.
fn missing<'m>(
    these: &'m BTreeMap<&str, Place<'_>>,
    those: &'m BTreeMap<&str, Place<'_>>,
) -> impl Iterator<Item = (&'m str, Place<'m>)> {
    these.iter().filter(|(name, _)| !those.contains_key(*name)).map(|(name, place)| (*name, *place))
}

fn first_uses(used: &[UsedSnapshot]) -> BTreeMap<&str, Place<'_>> {
    used.iter().map(|own| (own.name.as_str(), (own.first.path.as_str(), Some(own.first.line)))).collect()
}

/// The first registration of each. An audit lists those of plugins only where they are used, so only the tree's count.
fn registrations(registered: &[RegisteredSnapshot]) -> BTreeMap<&str, Place<'_>> {
    let mut places = BTreeMap::new();
    for own in registered {
        if let Some(path) = &own.path {
            places.entry(own.name.as_str()).or_insert((path.as_str(), own.line));
        }
    }
    places
}

fn uses(old: &[UsedSnapshot], new: &[UsedSnapshot], found: &mut Found) {
    let by_name = |used| -> BTreeMap<&str, &UsedSnapshot> {
        let used: &[UsedSnapshot] = used;
        used.iter().map(|own| (own.name.as_str(), own)).collect()
    };
    let (old, new) = (by_name(old), by_name(new));
    let names: std::collections::BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    for name in names {
        let (was, is) = (old.get(name), new.get(name));
        let Some(first) = is.or(was).map(|own| &own.first) else { continue };
        let [from, to] = [was, is].map(|own| own.map_or(0, |own| own.count));
        if from != to {
            let change = Change::new(&USES, name).at(&*first.path, Some(first.line));
            found.changes.push(change.old(ChangeValue::Number(from)).new_value(ChangeValue::Number(to)));
        }
    }
}
