//! How likely each unit runs at least once: the least solution of "it runs when something that leads to it does", where
//! evidence of different kinds is joined as if it were independent, damped.

mod solve;
mod ways;

use super::{branches, constants::Constants, size, units};
use crate::model::{
    CallGraph,
    code::UnitFlags,
    graph::{Gate, NodeId},
};

/// How often blocks and reach are worked out from each other.
const ROUNDS: usize = 2;

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
        let mut bundles: Vec<Bundle> = Vec::with_capacity(graph.edges.len());
        let mut starts = vec![0u32; nodes + 1];
        let mut last = None;
        for (place, edge) in (0u32..).zip(&graph.edges) {
            let is_strong = edge.kind.is_strong();
            let own = (edge.to, edge.from, edge.gate, is_strong);
            if last.replace(own) == Some(own) {
                bundles.last_mut().expect("the first edge of a bundle made it").count += 1;
                continue;
            }
            bundles.push(Bundle { from: edge.from, gate: edge.gate, is_strong, first: place, count: 1, chance: 0.0 });
            starts[edge.to as usize + 1] += 1;
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
        let dependents = self.dependents();
        self.blocks = branches::first(self);
        self.solve(&dependents, false);
        for _ in 0..ROUNDS {
            self.look_around();
            self.blocks = branches::fitted(self);
            self.solve(&dependents, true);
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
}
