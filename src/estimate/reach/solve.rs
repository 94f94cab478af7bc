//! The least solution, from below.

use rayon::prelude::*;

use super::{super::constants::edge, Reach, ways::Ways};
use crate::model::{
    code::{UnitFlags, UnitKind},
    graph::{Gate, NodeId},
};

/// How often all nodes are looked at.
const MAX_SWEEPS: usize = 30;
/// A sweep that changes less is the last.
const SETTLED: f64 = 1e-3;
/// A node whose chance would grow by less keeps it.
const GROWN: f64 = 1e-4;

impl Reach<'_> {
    /// Works out how likely each bundle is followed.
    fn weigh(&mut self) {
        let patched = self.constants.reach("patched");
        let Self { graph, constants, bundles, blocks, block_starts, .. } = self;
        let units = graph.units.len();
        bundles.par_iter_mut().with_min_len(4096).for_each(|bundle| {
            bundle.chance = 0.0;
            for own in &graph.edges[bundle.first as usize..(bundle.first + bundle.count) as usize] {
                let mut chance =
                    if own.is_named { constants.named[edge(own.kind)] } else { constants.weights[edge(own.kind)] };
                let (from, to) = (own.from as usize, own.to as usize);
                if from < units {
                    chance *= blocks[(block_starts[from] + own.block) as usize];
                    let is_of_product = graph.files[graph.units[from].file as usize].is_measured;
                    if to < units && is_of_product && graph.units[to].is_patched {
                        chance *= patched;
                    }
                }
                bundle.chance = bundle.chance.max(chance);
            }
        });
    }

    /// How likely what a gate asks for is live.
    pub(super) fn gate(&self, gate: Gate) -> f64 {
        match gate {
            Gate::Open => 1.0,
            Gate::Class(node) => self.chances[node as usize],
            Gate::Owner(method) => {
                let owners = &self.graph.owners[method as usize];
                owners.iter().map(|node| self.chances[*node as usize]).fold(0.0, f64::max)
            }
        }
    }

    /// What a node of a file of the product has for nothing: not all that leads to it can be seen.
    fn prior(&self, node: NodeId, with_shares: bool) -> Option<(NodeId, f64, Gate)> {
        let (file, gate) = self.given(node)?;
        let names = if self.is_class(node) { ("class-base", "class-sibling") } else { ("base", "sibling") };
        let (base, sibling) = (self.constants.reach(names.0), self.constants.reach(names.1));
        let share = if with_shares { self.shares[file as usize] } else { 0.0 };
        let chance = 1.0 - (1.0 - base) * (1.0 - sibling * share * share);
        Some((self.graph.files[file as usize].module, chance, gate))
    }

    /// The file in which a node has a chance for nothing, and what must be live besides.
    fn given(&self, node: NodeId) -> Option<(u32, Gate)> {
        let unit = self.graph.units.get(node as usize);
        if !self.is_measured(node) || unit.is_some_and(|unit| unit.kind != UnitKind::Function) {
            return None;
        }
        let is_bound = |flags: UnitFlags| !flags.has(UnitFlags::STATIC) && !flags.has(UnitFlags::CLASS_METHOD);
        let is_method = unit.is_some_and(|unit| unit.class.is_some() && is_bound(unit.flags));
        Some((self.graph.file_of(node), if is_method { Gate::Owner(node) } else { Gate::Open }))
    }

    fn is_class(&self, node: NodeId) -> bool {
        node as usize >= self.graph.units.len()
    }

    /// The least solution from below, in the order of nodes: sweep after sweep over those that depend on what has grown.
    pub(super) fn solve(&mut self, dependents: &Ways, with_shares: bool) {
        self.weigh();
        self.chances.copy_from_slice(&self.roots);
        let nodes = u32::try_from(self.graph.nodes()).unwrap_or(u32::MAX);
        let priors: Vec<_> = (0..nodes).map(|node| self.prior(node, with_shares)).collect();
        let (closed, independent) = (self.constants.reach("closed"), self.constants.reach("independent"));
        let mut is_due = vec![true; nodes as usize];
        for _ in 0..MAX_SWEEPS {
            let mut change = 0.0f64;
            for node in 0..nodes {
                if !std::mem::replace(&mut is_due[node as usize], false) {
                    continue;
                }
                let chance = self.chance_now(node, priors[node as usize], closed, independent);
                let known = &mut self.chances[node as usize];
                if chance > *known + GROWN {
                    change = change.max(chance - *known);
                    *known = chance;
                    dependents.from(node).iter().for_each(|other| is_due[*other as usize] = true);
                }
            }
            if change < SETTLED {
                break;
            }
        }
    }

    fn chance_now(&self, node: NodeId, prior: Option<(NodeId, f64, Gate)>, closed: f64, independent: f64) -> f64 {
        let (mut none, mut best, mut weak) = (1.0f64, 0.0f64, 0.0f64);
        // Most edges to a method ask for the same classes.
        let mut owner: Option<(NodeId, f64)> = None;
        let mut opened = |gate| {
            let live = match (gate, owner) {
                (Gate::Open, _) => return 1.0,
                (Gate::Owner(method), Some((known, live))) if known == method => live,
                _ => self.gate(gate),
            };
            if let Gate::Owner(method) = gate {
                owner = Some((method, live));
            }
            closed + (1.0 - closed) * live
        };
        let range = self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize;
        for bundle in &self.bundles[range] {
            let mut chance = self.chances[bundle.from as usize] * bundle.chance;
            if chance <= 0.0005 {
                continue;
            }
            chance *= opened(bundle.gate);
            if bundle.is_strong {
                best = best.max(chance);
                none *= 1.0 - chance.min(0.9999);
            } else {
                weak = weak.max(chance);
            }
        }
        if let Some((from, chance, gate)) = prior {
            let chance = self.chances[from as usize] * chance * opened(gate);
            best = best.max(chance);
            none *= 1.0 - chance.min(0.9999);
        }
        best = best.max(weak);
        none *= 1.0 - weak.min(0.9999);
        let mut chance = (independent * (1.0 - none) + (1.0 - independent) * best) * self.caps[node as usize];
        // A function cannot run unless what defines it did.
        chance *= self.defined(node);
        1.0 - (1.0 - chance) * (1.0 - self.roots[node as usize])
    }

    /// How likely the block that defines a node runs.
    fn defined(&self, node: NodeId) -> f64 {
        self.defined_by(node).map_or(1.0, |(parent, block)| {
            self.chances[parent as usize] * self.blocks[(self.block_starts[parent as usize] + block) as usize]
        })
    }

    /// The unit and the block that define a node.
    fn defined_by(&self, node: NodeId) -> Option<(NodeId, u32)> {
        match self.graph.units.get(node as usize) {
            Some(unit) => Some((unit.parent?, unit.defined_in)),
            None => {
                let class = &self.graph.classes[node as usize - self.graph.units.len()];
                Some((class.unit, class.block))
            }
        }
    }

    /// For each node those whose chance depends on its own.
    pub(super) fn dependents(&self) -> Ways {
        let nodes = u32::try_from(self.graph.nodes()).unwrap_or(u32::MAX);
        let mut pairs = Vec::with_capacity(self.bundles.len());
        for node in 0..nodes {
            let mut owner = None;
            let mut ask = |gate: Gate, pairs: &mut Vec<(NodeId, NodeId)>| match gate {
                Gate::Open => {}
                Gate::Class(class) => pairs.push((class, node)),
                Gate::Owner(method) => {
                    if owner.replace(method) != Some(method) {
                        pairs.extend(self.graph.owners[method as usize].iter().map(|class| (*class, node)));
                    }
                }
            };
            for bundle in &self.bundles[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize] {
                pairs.push((bundle.from, node));
                ask(bundle.gate, &mut pairs);
            }
            if let Some((file, gate)) = self.given(node) {
                pairs.push((self.graph.files[file as usize].module, node));
                ask(gate, &mut pairs);
            }
            pairs.extend(self.defined_by(node).map(|(parent, _)| (parent, node)));
        }
        Ways::new(&pairs, self.graph.nodes())
    }
}
