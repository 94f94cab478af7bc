//! Which tests of two audits are the same, and which one moved to another file. Compares nothing else of them.

use std::collections::{BTreeMap, BTreeSet};

use super::inventory::TestSnapshot;

/// The tests of two audits, each in exactly one place.
#[derive(Debug, Default)]
pub(super) struct Pairs<'s> {
    /// In both under the same id.
    pub(super) same: Vec<(&'s TestSnapshot, &'s TestSnapshot)>,
    /// In both under the same name, in different files.
    pub(super) moved: Vec<(&'s TestSnapshot, &'s TestSnapshot)>,
    /// In the old one alone.
    pub(super) removed: Vec<&'s TestSnapshot>,
    /// In the new one alone.
    pub(super) added: Vec<&'s TestSnapshot>,
}

/// Pairs the tests. Where several of a name were removed or added, which of them moved where is told only by the names
/// of their files, or by other tests that moved between the same files; else none did.
pub(super) fn pairs<'s>(old: &'s [TestSnapshot], new: &'s [TestSnapshot]) -> Pairs<'s> {
    let mut pairs = Pairs::default();
    let mut by_id: BTreeMap<&str, (Vec<&TestSnapshot>, Vec<&TestSnapshot>)> = BTreeMap::new();
    for test in old {
        by_id.entry(&test.id).or_default().0.push(test);
    }
    for test in new {
        by_id.entry(&test.id).or_default().1.push(test);
    }
    for (old, new) in by_id.into_values() {
        let both = old.len().min(new.len());
        pairs.removed.extend(&old[both..]);
        pairs.added.extend(&new[both..]);
        pairs.same.extend(old.into_iter().zip(new));
    }
    fn file_and_name(test: &TestSnapshot) -> Option<(&str, (Option<&str>, &str))> {
        Some((test.path.rsplit('/').next()?, test.name_in_file()))
    }
    move_unique(&mut pairs, file_and_name, file_and_name);
    move_unique(&mut pairs, |test| Some(test.name_in_file()), |test| Some(test.name_in_file()));
    let mut targets: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (old, new) in &pairs.moved {
        targets.entry(&old.path).or_default().insert(&new.path);
    }
    let target = |test: &'s TestSnapshot| {
        let paths = targets.get(test.path.as_str())?;
        let only = paths.first().filter(|_| paths.len() == 1)?;
        Some((*only, test.name_in_file()))
    };
    move_unique(&mut pairs, target, |test| Some((test.path.as_str(), test.name_in_file())));
    pairs
}

/// Takes out as moved what one removed and one added test have in common, and no other.
fn move_unique<'s, K: Ord>(
    pairs: &mut Pairs<'s>,
    old_key: impl Fn(&'s TestSnapshot) -> Option<K>,
    new_key: impl Fn(&'s TestSnapshot) -> Option<K>,
) {
    let mut by_key: BTreeMap<K, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (place, test) in pairs.removed.iter().enumerate() {
        if let Some(key) = old_key(test) {
            by_key.entry(key).or_default().0.push(place);
        }
    }
    for (place, test) in pairs.added.iter().enumerate() {
        if let Some(key) = new_key(test) {
            by_key.entry(key).or_default().1.push(place);
        }
    }
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    let mut come: BTreeSet<usize> = BTreeSet::new();
    for places in by_key.into_values() {
        let ([old], [new]) = (places.0.as_slice(), places.1.as_slice()) else { continue };
        if pairs.removed[*old].path != pairs.added[*new].path {
            pairs.moved.push((pairs.removed[*old], pairs.added[*new]));
            gone.insert(*old);
            come.insert(*new);
        }
    }
    let without = |tests: &[&'s TestSnapshot], places: &BTreeSet<usize>| {
        tests.iter().enumerate().filter(|(place, _)| !places.contains(place)).map(|(_, test)| *test).collect()
    };
    pairs.removed = without(&pairs.removed, &gone);
    pairs.added = without(&pairs.added, &come);
}
