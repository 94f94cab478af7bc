//! Ways from tests to functions: which edges are likely enough to count, and how many tests lead where.

use std::collections::VecDeque;

use rayon::prelude::*;

use super::Reach;
use crate::model::{
    code::UnitKind,
    graph::{EdgeKind, NodeId, Root},
};

/// An edge this likely counts as a way from a test to a function.
const LEADS: f64 = 0.25;
/// A gate this likely is open.
const OPEN: f64 = 0.3;
/// Beyond so many tests they are counted by file.
const MAX_TESTS: usize = 4096;

impl Reach<'_> {
    /// Bundles that count as a way, as where they come from and lead to. What a module does when it is imported is done
    /// whoever imports it: it says nothing of a test.
    fn ways(&self) -> Vec<(NodeId, NodeId)> {
        let mut ways = Vec::new();
        for to in 0..self.graph.nodes() {
            if self.chances[to] < 0.1 {
                continue;
            }
            for bundle in &self.bundles[self.starts[to] as usize..self.starts[to + 1] as usize] {
                let from = bundle.from as usize;
                let is_module = self.graph.units.get(from).is_some_and(|unit| unit.kind == UnitKind::Module);
                if !is_module && bundle.chance >= LEADS && self.chances[from] >= 0.1 && self.gate(bundle.gate) >= OPEN {
                    ways.push((bundle.from, u32::try_from(to).unwrap_or(u32::MAX)));
                }
            }
        }
        ways
    }

    /// What branches and functions are judged by: direct uses, ways from tests, the share of each file.
    pub(super) fn look_around(&mut self) {
        let units = self.graph.units.len();
        self.direct.fill(0);
        for to in 0..self.graph.nodes() {
            for bundle in &self.bundles[self.starts[to] as usize..self.starts[to + 1] as usize] {
                let Some(from) = self.graph.units.get(bundle.from as usize) else { continue };
                let is_of_tests = !self.graph.files[from.file as usize].is_measured;
                if bundle.chance >= 0.2 && is_of_tests && from.kind == UnitKind::Function {
                    self.direct[to] += 1;
                }
            }
        }
        // Who uses a class uses its constructor.
        for own in self.graph.edges.iter().filter(|own| own.kind == EdgeKind::Constructor) {
            if own.from as usize >= units {
                self.direct[own.to as usize] = self.direct[own.to as usize].max(self.direct[own.from as usize]);
            }
        }
        let ways = self.ways_out();
        let mut reached = vec![false; self.graph.nodes()];
        let mut pending: Vec<NodeId> = self.graph.roots.iter().map(|root| root.unit).collect();
        pending.iter().for_each(|node| reached[*node as usize] = true);
        while let Some(node) = pending.pop() {
            for to in ways.from(node) {
                if !std::mem::replace(&mut reached[*to as usize], true) {
                    pending.push(*to);
                }
            }
        }
        self.is_reached = reached;
        let mut sums = vec![(0.0, 0.0); self.graph.files.len()];
        for (unit, chance) in self.graph.units.iter().zip(&self.chances) {
            if unit.kind == UnitKind::Function && !unit.lines.is_empty() {
                let sum = &mut sums[unit.file as usize];
                *sum = (sum.0 + chance, sum.1 + 1.0);
            }
        }
        let measured = self.graph.files.iter().zip(&sums).filter(|(file, _)| file.is_measured);
        let (total, count) = measured.fold((0.0, 0.0f64), |(total, count), (_, sum)| (total + sum.0, count + sum.1));
        self.share = total / count.max(1.0);
        self.shares = sums.iter().map(|(total, count)| (total + self.share) / (count + 1.0)).collect();
    }

    /// How many tests lead to each node: followed for 64 tests at a time.
    pub(super) fn count_tests(&mut self) {
        let is_test = |root: &&Root| !root.test.is_empty() && root.chance > 0.1;
        let tests: Vec<NodeId> = self.graph.roots.iter().filter(is_test).map(|root| root.unit).collect();
        self.test_count = u32::try_from(tests.len()).unwrap_or(u32::MAX);
        // Groups of tests that are followed together, and how many tests each stands for.
        let mut groups: Vec<Vec<NodeId>> = Vec::new();
        if tests.len() <= MAX_TESTS {
            groups.extend(tests.iter().map(|test| vec![*test]));
        } else {
            let mut file = None;
            for test in &tests {
                let own = Some(self.graph.units[*test as usize].file);
                if file != own {
                    groups.push(Vec::new());
                    file = own;
                }
                groups.last_mut().expect("the first test began a group").push(*test);
            }
        }
        let ways = self.ways_out();
        let parts = groups.par_chunks(64).map(|chunk| self.follow(&ways, chunk));
        let none = || (vec![0; self.graph.nodes()], vec![0; self.graph.files.len()]);
        let sum = |(mut nodes, mut files): (Vec<u32>, Vec<u32>), (other, other_files): (Vec<u32>, Vec<u32>)| {
            nodes.iter_mut().zip(other).for_each(|(own, other)| *own += other);
            files.iter_mut().zip(other_files).for_each(|(own, other)| *own += other);
            (nodes, files)
        };
        (self.tests, self.file_tests) = parts.reduce(none, sum);
    }

    /// How many tests of at most 64 groups lead to each node and to each file.
    fn follow(&self, ways: &Ways, groups: &[Vec<NodeId>]) -> (Vec<u32>, Vec<u32>) {
        let nodes = self.graph.nodes();
        let mut masks = vec![0u64; nodes];
        let (mut pending, mut is_pending) = (VecDeque::new(), vec![false; nodes]);
        for (bit, group) in groups.iter().enumerate() {
            for test in group {
                if masks[*test as usize] == 0 {
                    pending.push_back(*test);
                    is_pending[*test as usize] = true;
                }
                masks[*test as usize] |= 1 << bit;
            }
        }
        // First come, first followed: what many ways lead to has heard of most tests when its turn comes.
        while let Some(node) = pending.pop_front() {
            is_pending[node as usize] = false;
            let mask = masks[node as usize];
            for to in ways.from(node) {
                if mask & !masks[*to as usize] != 0 {
                    masks[*to as usize] |= mask;
                    if !std::mem::replace(&mut is_pending[*to as usize], true) {
                        pending.push_back(*to);
                    }
                }
            }
        }
        let mut files = vec![0u64; self.graph.files.len()];
        for (unit, mask) in self.graph.units.iter().zip(&masks) {
            files[unit.file as usize] |= mask;
        }
        let sizes: Vec<u32> = groups.iter().map(|group| u32::try_from(group.len()).unwrap_or(u32::MAX)).collect();
        let count = |mask: &u64| {
            let (mut mask, mut sum) = (*mask, 0);
            while mask != 0 {
                sum += sizes[mask.trailing_zeros() as usize];
                mask &= mask - 1;
            }
            sum
        };
        (masks.iter().map(count).collect(), files.iter().map(count).collect())
    }

    /// Where the ways from each node lead.
    pub(crate) fn ways_out(&self) -> Ways {
        Ways::new(&self.ways(), self.graph.nodes())
    }
}

/// For each node those that it leads to.
pub(crate) struct Ways {
    starts: Vec<u32>,
    to: Vec<NodeId>,
}

impl Ways {
    /// Of pairs, which keep their order.
    pub(super) fn new(pairs: &[(NodeId, NodeId)], nodes: usize) -> Self {
        let mut starts = vec![0u32; nodes + 1];
        for (from, _) in pairs {
            starts[*from as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let (mut next, mut ends) = (starts.clone(), vec![0; pairs.len()]);
        for (from, to) in pairs {
            let place = &mut next[*from as usize];
            ends[*place as usize] = *to;
            *place += 1;
        }
        Self { starts, to: ends }
    }

    /// The nodes that a node leads to.
    pub(crate) fn from(&self, node: NodeId) -> &[NodeId] {
        &self.to[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }
}
