//! Which tests reach the functions of a file, and by which way: the shortest from any test.

use std::collections::VecDeque;

use super::reach::Reach;
use crate::model::{code::UnitKind, graph::NodeId};

/// How a test reaches a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The function, with the classes and functions around it.
    pub name: String,
    /// 1-based line of its `def`.
    pub line: u32,
    /// How likely some test enters it.
    pub chance: f64,
    /// How many tests are known to reach it.
    pub tests: u32,
    /// The test's id; empty where none is known.
    pub test: String,
    /// The functions and classes between, as path, line and name, the function itself last.
    pub way: Vec<(String, u32, String)>,
}

/// The functions of a file with how tests reach them; `None` where the file is not measured.
pub fn explain(reach: &Reach<'_>, path: &str) -> Option<Vec<Explained>> {
    let graph = reach.graph();
    let file = graph.files.iter().position(|file| file.path == path && file.is_measured)?;
    let ways = reach.ways_out();
    let mut before: Vec<Option<NodeId>> = vec![None; graph.nodes()];
    let mut seen = vec![false; graph.nodes()];
    let mut pending: VecDeque<NodeId> = VecDeque::new();
    let tests = graph.roots.iter().filter(|root| !root.test.is_empty());
    for root in tests.chain(graph.roots.iter().filter(|root| root.test.is_empty())) {
        if !std::mem::replace(&mut seen[root.unit as usize], true) {
            pending.push_back(root.unit);
        }
    }
    while let Some(node) = pending.pop_front() {
        for to in ways.from(node) {
            if !std::mem::replace(&mut seen[*to as usize], true) {
                before[*to as usize] = Some(node);
                pending.push_back(*to);
            }
        }
    }
    let test_of = |node: NodeId| {
        let root = graph.roots.iter().find(|root| root.unit == node);
        root.map(|root| root.test.clone()).unwrap_or_default()
    };
    let own = (0u32..).zip(&graph.units).filter(|(_, unit)| unit.file as usize == file);
    let functions = own.filter(|(_, unit)| unit.kind == UnitKind::Function);
    let explained = functions.map(|(node, unit)| {
        let (mut way, mut at) = (vec![node], node);
        while let Some(earlier) = before[at as usize] {
            way.push(earlier);
            at = earlier;
        }
        way.reverse();
        let is_reached = seen[node as usize];
        Explained {
            name: unit.name.clone(),
            line: unit.line,
            chance: reach.final_chance(node),
            tests: reach.tests(node),
            test: if is_reached { test_of(at) } else { String::new() },
            way: if is_reached { way.into_iter().map(|node| place(reach, node)).collect() } else { Vec::new() },
        }
    });
    Some(explained.collect())
}

/// Where a node stands.
fn place(reach: &Reach<'_>, node: NodeId) -> (String, u32, String) {
    let graph = reach.graph();
    let path = graph.files[graph.file_of(node) as usize].path.clone();
    match graph.units.get(node as usize) {
        Some(unit) => (path, unit.line, unit.name.clone()),
        None => {
            let class = &graph.classes[node as usize - graph.units.len()];
            (path, graph.units[class.unit as usize].line, class.name.clone())
        }
    }
}
