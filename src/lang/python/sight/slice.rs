//! What a set of places depends on: backwards from read to assignment, over what one function holds.
//!
//! An assignment counts for the reads behind it, up to the next one of the same name that always follows it; in a loop and
//! in a nested function for all reads.

use rustc_hash::FxHashSet;

use super::reader::{Edge, Flows, Range};

/// How many steps one function may take; beyond, what is left counts as not seen for certain.
const FUEL: usize = 400_000;

/// The places that others depend on, and the names that are read there.
pub(super) struct Slice<'t> {
    ranges: Vec<Range>,
    weak: bool,
    pub(super) names: FxHashSet<&'t str>,
}

impl<'t> Slice<'t> {
    /// What `roots` depend on; with `weak` also by what may carry a value.
    pub(super) fn new(flows: &Flows<'t>, roots: &[Range], weak: bool) -> Self {
        let mut slice = Self { ranges: roots.to_vec(), weak, names: FxHashSet::default() };
        let mut taken = vec![false; flows.edges.len()];
        let mut seen = vec![false; flows.reads.len()];
        let mut fuel = FUEL;
        let mut next = 0;
        while let Some(range) = slice.ranges.get(next).copied() {
            next += 1;
            let first = flows.reads.partition_point(|read| read.at < range.start);
            for (place, read) in flows.reads.iter().enumerate().skip(first).take_while(|(_, read)| read.at < range.end)
            {
                fuel = fuel.saturating_sub(1);
                if seen[place] || !shows(range, read.blind) || !weak && !shows(range, read.held) {
                    continue;
                }
                seen[place] = true;
                slice.names.insert(read.name);
                for at in flows.by_name.get(read.name).into_iter().flatten() {
                    fuel = fuel.saturating_sub(1);
                    let edge = &flows.edges[*at];
                    let reaches = edge.anywhere || read.nested || (edge.at <= read.at && read.at < edge.until);
                    if !taken[*at] && reaches && (weak || !edge.weak) {
                        taken[*at] = true;
                        slice.ranges.push(edge.from);
                    }
                }
            }
            if fuel == 0 {
                break;
            }
        }
        slice.ranges.sort_unstable_by_key(|range| (range.start, range.end));
        slice
    }

    /// Whether something at a place is part of it.
    pub(super) fn holds(&self, flows: &Flows<'t>, at: u32) -> bool {
        let innermost = |ranges: &[Range]| ranges.iter().rev().find(|range| range.holds(at)).copied();
        let (blind, held) = (innermost(&flows.blind), innermost(&flows.held).filter(|_| !self.weak));
        let mut before = self.ranges.iter().take_while(|range| range.start <= at);
        before.any(|range| range.holds(at) && shows(*range, blind) && shows(*range, held))
    }
}

/// Whether a place sees what stands in an expression that shows no values: only from within.
fn shows(range: Range, blind: Option<Range>) -> bool {
    blind.is_none_or(|blind| blind != range && blind.start <= range.start && range.end <= blind.end)
}

/// Ends each assignment at the next one that always follows it.
pub(super) fn bound(edges: &mut [Edge<'_>], kills: &[(&str, Range, Range)]) {
    let mut by_name: rustc_hash::FxHashMap<&str, Vec<(Range, Range)>> = rustc_hash::FxHashMap::default();
    for (name, block, statement) in kills {
        by_name.entry(name).or_default().push((*block, *statement));
    }
    for edge in edges.iter_mut() {
        let behind = by_name.get(edge.name).map_or(&[][..], |kills| {
            let first = kills.partition_point(|(_, statement)| statement.start <= edge.at);
            &kills[first..]
        });
        // One in a branch that the assignment does not stand in ends nothing; few stand between.
        let end = behind.iter().take(64).find(|(block, _)| block.holds(edge.at));
        edge.until = end.map_or(u32::MAX, |(_, statement)| statement.end);
    }
}
