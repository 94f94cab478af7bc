//! How likely each unit runs at least once: the least solution of "it runs when something that leads to it does", where
//! evidence of different kinds is joined as if it were independent, damped.

use std::collections::VecDeque;

use super::{
    branches,
    constants::{Constants, edge},
    size, units,
};
use crate::model::{
    CallGraph,
    code::{UnitFlags, UnitKind},
    graph::{EdgeKind, Gate, NodeId},
};

/// How often all nodes are looked at.
const MAX_SWEEPS: usize = 30;
/// A sweep that changes less is the last.
const SETTLED: f64 = 1e-3;
/// How often blocks and reach are worked out from each other.
const ROUNDS: usize = 2;
/// An edge this likely counts as a way from a test to a function.
const LEADS: f64 = 0.25;
/// A gate this likely is open.
const OPEN: f64 = 0.3;
/// Beyond so many tests they are counted by file.
const MAX_TESTS: usize = 4096;

/// Edges of one kind of evidence between two nodes.
struct Bundle {
    from: NodeId,
    gate: Gate,
    is_strong: bool,
    /// Its edges in the graph.
    first: u32,
    count: u32,
    /// How likely it is followed when its start runs.
    chance: f64,
}

/// A graph with what is known of its nodes.
pub struct Reach<'g> {
    graph: &'g CallGraph,
    constants: Constants,
    /// Edges by where they lead, from where, through what gate.
    order: Vec<u32>,
    bundles: Vec<Bundle>,
    /// Where the bundles of each node begin.
    starts: Vec<u32>,
    /// How likely each node runs.
    chances: Vec<f64>,
    roots: Vec<f64>,
    caps: Vec<f64>,
    /// How likely each block runs when its unit does.
    blocks: Vec<f64>,
    block_starts: Vec<u32>,
    /// Of each file, the share of its functions that is expected to run; the whole tree's share.
    shares: Vec<f64>,
    share: f64,
    /// How many functions of tests lead to each node directly.
    direct: Vec<u32>,
    /// Whether a way leads to it from a test.
    is_reached: Vec<bool>,
    tests: Vec<u32>,
    file_tests: Vec<u32>,
    test_count: u32,
    /// Statements of tests by those of the product.
    density: f64,
    /// The logarithm of the lines of data of tests by statements of the product.
    data: f64,
    /// The same of the lines of all files that hold tests.
    lines: f64,
    /// What is known at last of how likely each unit runs.
    last: Vec<f64>,
}

/// Whether edges of a kind are evidence of their own; of the others only the best counts.
fn is_strong(kind: EdgeKind) -> bool {
    matches!(
        kind,
        EdgeKind::Call
            | EdgeKind::Instance
            | EdgeKind::Operator
            | EdgeKind::Import
            | EdgeKind::Override
            | EdgeKind::Nested
            | EdgeKind::Constructor
            | EdgeKind::OneNamed
            | EdgeKind::Begins
            | EdgeKind::BeginsClass
            | EdgeKind::DottedString
            | EdgeKind::ListedString
            | EdgeKind::EntryPoint
    )
}

impl<'g> Reach<'g> {
    /// The solved graph.
    pub fn of(graph: &'g CallGraph, constants: &Constants) -> Self {
        let mut reach = Self::new(graph, constants);
        reach.solve_all();
        reach
    }

    /// The graph, unsolved.
    pub fn new(graph: &'g CallGraph, constants: &Constants) -> Self {
        let nodes = graph.nodes();
        let key = |place: &u32| {
            let edge = &graph.edges[*place as usize];
            (edge.to, edge.from, edge.gate, is_strong(edge.kind), *place)
        };
        let mut order = by_target(graph);
        for own in order.chunk_by_mut(|a, b| graph.edges[*a as usize].to == graph.edges[*b as usize].to) {
            own.sort_unstable_by_key(key);
        }
        let mut bundles: Vec<Bundle> = Vec::new();
        let mut starts = vec![0u32; nodes + 1];
        let mut last = None;
        for (place, edge) in (0u32..).zip(&order) {
            let (to, from, gate, is_strong, _) = key(edge);
            if last == Some((to, from, gate, is_strong)) {
                bundles.last_mut().expect("the first edge of a bundle made it").count += 1;
                continue;
            }
            last = Some((to, from, gate, is_strong));
            bundles.push(Bundle { from, gate, is_strong, first: place, count: 1, chance: 0.0 });
            starts[to as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut block_starts = vec![0u32; graph.units.len() + 1];
        for (place, unit) in graph.units.iter().enumerate() {
            block_starts[place + 1] = block_starts[place] + u32::try_from(unit.blocks.len()).unwrap_or(u32::MAX);
        }
        let mut roots = vec![0.0; nodes];
        for root in &graph.roots {
            roots[root.unit as usize] = root.chance;
        }
        let files = graph.files.len();
        let mut reach = Self {
            graph,
            constants: constants.clone(),
            order,
            bundles,
            starts,
            chances: vec![0.0; nodes],
            roots,
            caps: Vec::new(),
            blocks: Vec::new(),
            block_starts,
            shares: vec![0.0; files],
            share: 0.0,
            direct: vec![0; nodes],
            is_reached: vec![false; nodes],
            tests: vec![0; nodes],
            file_tests: vec![0; files],
            test_count: 0,
            density: size::density(graph),
            data: (1.0 + graph.data / size::statements(graph)).ln(),
            lines: (0.05 + size::test_lines(graph) / size::statements(graph)).ln(),
            last: Vec::new(),
        };
        reach.caps = reach.caps();
        reach
    }

    fn solve_all(&mut self) {
        self.blocks = branches::first(self);
        self.solve(false);
        for _ in 0..ROUNDS {
            self.look_around();
            self.blocks = branches::fitted(self);
            self.solve(true);
        }
        self.look_around();
        self.count_tests();
        self.last = units::fitted(self);
    }

    /// The graph.
    pub fn graph(&self) -> &'g CallGraph {
        self.graph
    }

    /// The constants.
    pub fn constants(&self) -> &Constants {
        &self.constants
    }

    /// How likely a node runs, by the graph alone.
    pub fn chance(&self, node: NodeId) -> f64 {
        self.chances[node as usize]
    }

    /// How likely a unit runs, by all that is known.
    pub fn final_chance(&self, unit: NodeId) -> f64 {
        self.last[unit as usize]
    }

    /// How likely each block of a unit runs when the unit does.
    pub fn blocks(&self, unit: NodeId) -> &[f64] {
        let unit = unit as usize;
        &self.blocks[self.block_starts[unit] as usize..self.block_starts[unit + 1] as usize]
    }

    /// How many tests lead to a node.
    pub fn tests(&self, node: NodeId) -> u32 {
        self.tests[node as usize]
    }

    /// How many tests lead to a function of a file.
    pub fn tests_of_file(&self, file: u32) -> u32 {
        self.file_tests[file as usize]
    }

    /// How many tests there are.
    pub fn test_count(&self) -> u32 {
        self.test_count
    }

    /// How many functions of tests lead to a node directly.
    pub fn direct(&self, node: NodeId) -> u32 {
        self.direct[node as usize]
    }

    /// Whether a way leads to a node from a test.
    pub fn is_reached(&self, node: NodeId) -> bool {
        self.is_reached[node as usize]
    }

    /// Whether anything leads to a node.
    pub fn is_referenced(&self, node: NodeId) -> bool {
        self.starts[node as usize] < self.starts[node as usize + 1]
    }

    /// The share of the functions of a file that is expected to run.
    pub fn share(&self, file: u32) -> f64 {
        self.shares[file as usize]
    }

    /// The same of the whole tree.
    pub fn project_share(&self) -> f64 {
        self.share
    }

    /// Lines of tests by statements of the product.
    pub fn density(&self) -> f64 {
        self.density
    }

    /// How much data tests are made of: the logarithm of one and its lines by statements of the product.
    pub fn data(&self) -> f64 {
        self.data
    }

    /// The logarithm of the lines of files that hold tests by statements of the product.
    pub fn lines(&self) -> f64 {
        self.lines
    }

    fn is_measured(&self, node: NodeId) -> bool {
        self.graph.files[self.graph.file_of(node) as usize].is_measured
    }

    fn caps(&self) -> Vec<f64> {
        let cap = |flags: UnitFlags| match () {
            () if flags.has(UnitFlags::OVERLOAD) => self.constants.reach("overload"),
            () if flags.has(UnitFlags::NOT_IMPLEMENTED) => self.constants.reach("not-implemented"),
            () if flags.has(UnitFlags::ABSTRACT) => self.constants.reach("abstract"),
            () if flags.has(UnitFlags::STUB) => self.constants.reach("stub"),
            () => 1.0,
        };
        let units = self.graph.units.iter().map(|unit| cap(unit.flags));
        units.chain(self.graph.classes.iter().map(|_| 1.0)).collect()
    }

    /// Works out how likely each bundle is followed.
    fn weigh(&mut self) {
        let patched = self.constants.reach("patched");
        let Self { graph, constants, order, bundles, blocks, block_starts, .. } = self;
        let units = graph.units.len();
        for bundle in bundles {
            bundle.chance = 0.0;
            for place in &order[bundle.first as usize..(bundle.first + bundle.count) as usize] {
                let own = &graph.edges[*place as usize];
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
        }
    }

    /// How likely what a gate asks for is live.
    fn gate(&self, gate: Gate) -> f64 {
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
        if !self.is_measured(node) {
            return None;
        }
        let file = self.graph.file_of(node);
        let unit = self.graph.units.get(node as usize);
        let (base, sibling) = match unit {
            Some(unit) if unit.kind != UnitKind::Function => return None,
            Some(_) => ("base", "sibling"),
            None => ("class-base", "class-sibling"),
        };
        let share = if with_shares { self.shares[file as usize] } else { 0.0 };
        let chance = 1.0 - (1.0 - self.constants.reach(base)) * (1.0 - self.constants.reach(sibling) * share * share);
        let is_bound = |flags: UnitFlags| !flags.has(UnitFlags::STATIC) && !flags.has(UnitFlags::CLASS_METHOD);
        let is_method = unit.is_some_and(|unit| unit.class.is_some() && is_bound(unit.flags));
        let gate = if is_method { Gate::Owner(node) } else { Gate::Open };
        Some((self.graph.files[file as usize].module, chance, gate))
    }

    /// The least solution from below, in the order of nodes.
    fn solve(&mut self, with_shares: bool) {
        self.weigh();
        self.chances.copy_from_slice(&self.roots);
        let nodes = u32::try_from(self.graph.nodes()).unwrap_or(u32::MAX);
        let priors: Vec<_> = (0..nodes).map(|node| self.prior(node, with_shares)).collect();
        let (closed, independent) = (self.constants.reach("closed"), self.constants.reach("independent"));
        for _ in 0..MAX_SWEEPS {
            let mut change = 0.0f64;
            for node in 0..nodes {
                let chance = self.chance_now(node, priors[node as usize], closed, independent);
                let known = &mut self.chances[node as usize];
                if chance > *known + 1e-4 {
                    change = change.max(chance - *known);
                    *known = chance;
                }
            }
            if change < SETTLED {
                break;
            }
        }
    }

    fn chance_now(&self, node: NodeId, prior: Option<(NodeId, f64, Gate)>, closed: f64, independent: f64) -> f64 {
        let (mut none, mut best, mut weak) = (1.0f64, 0.0f64, 0.0f64);
        let opened = |gate| match gate {
            Gate::Open => 1.0,
            gate => closed + (1.0 - closed) * self.gate(gate),
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
        let (parent, block) = match self.graph.units.get(node as usize) {
            Some(unit) => match unit.parent {
                Some(parent) => (parent, unit.defined_in),
                None => return 1.0,
            },
            None => {
                let class = &self.graph.classes[node as usize - self.graph.units.len()];
                (class.unit, class.block)
            }
        };
        self.chances[parent as usize] * self.blocks[(self.block_starts[parent as usize] + block) as usize]
    }

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
        ways.sort_unstable();
        ways
    }

    /// What branches and functions are judged by: direct uses, ways from tests, the share of each file.
    fn look_around(&mut self) {
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
        let ways = Ways::new(self.ways(), self.graph.nodes());
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
    fn count_tests(&mut self) {
        let is_test = |root: &&crate::model::graph::Root| !root.test.is_empty() && root.chance > 0.1;
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
        let ways = Ways::new(self.ways(), self.graph.nodes());
        let mut masks = vec![0u64; self.graph.nodes()];
        let mut file_masks = vec![0u64; self.graph.files.len()];
        let (mut pending, mut is_pending) = (VecDeque::new(), vec![false; self.graph.nodes()]);
        self.tests.fill(0);
        self.file_tests.fill(0);
        for chunk in groups.chunks(64) {
            masks.fill(0);
            file_masks.fill(0);
            for (bit, group) in chunk.iter().enumerate() {
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
            let count = |mask: u64| {
                let own = chunk.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
                own.map(|(_, group)| u32::try_from(group.len()).unwrap_or(u32::MAX)).sum::<u32>()
            };
            for (node, mask) in masks.iter().enumerate().filter(|(_, mask)| **mask != 0) {
                self.tests[node] += count(*mask);
                if node < self.graph.units.len() {
                    file_masks[self.graph.units[node].file as usize] |= mask;
                }
            }
            for (file, mask) in file_masks.iter().enumerate().filter(|(_, mask)| **mask != 0) {
                self.file_tests[file] += count(*mask);
            }
        }
    }

    /// Where the ways from each node lead.
    pub(crate) fn ways_out(&self) -> Ways {
        Ways::new(self.ways(), self.graph.nodes())
    }
}

/// Where ways lead.
pub(crate) struct Ways {
    starts: Vec<u32>,
    to: Vec<NodeId>,
}

impl Ways {
    /// Of sorted pairs.
    fn new(pairs: Vec<(NodeId, NodeId)>, nodes: usize) -> Self {
        let mut starts = vec![0u32; nodes + 1];
        for (from, _) in &pairs {
            starts[*from as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        Self { starts, to: pairs.into_iter().map(|(_, to)| to).collect() }
    }

    /// The nodes that a node leads to.
    pub(crate) fn from(&self, node: NodeId) -> &[NodeId] {
        &self.to[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }
}

/// The places of edges, by where they lead.
fn by_target(graph: &CallGraph) -> Vec<u32> {
    let mut starts = vec![0u32; graph.nodes() + 1];
    for edge in &graph.edges {
        starts[edge.to as usize + 1] += 1;
    }
    for node in 1..starts.len() {
        starts[node] += starts[node - 1];
    }
    let mut order = vec![0u32; graph.edges.len()];
    for (place, edge) in (0u32..).zip(&graph.edges) {
        let next = &mut starts[edge.to as usize];
        order[*next as usize] = place;
        *next += 1;
    }
    order
}
