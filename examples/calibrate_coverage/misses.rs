//! The functions that the estimate is most wrong about, with what leads to them: where the graph of calls lacks an edge.

use testaudit::{
    estimate::{Constants, Reach},
    model::{CallGraph, code::UnitKind, graph::NodeId},
};

use crate::sample::Sample;

/// How many edges are shown of each function.
const MAX_EDGES: usize = 6;

/// Prints the `count` worst functions of each measurement: by how many statements they put the estimate off.
pub(crate) fn print(samples: &[Sample], constants: &Constants, count: usize) {
    for sample in samples {
        let reach = Reach::of(&sample.graph, constants);
        let graph = &sample.graph;
        let mut worst: Vec<(f64, NodeId, bool)> = Vec::new();
        for (node, unit) in (0u32..).zip(&graph.units) {
            let Some((executed, _)) = sample.truth.get(&graph.files[unit.file as usize].path) else { continue };
            if unit.kind != UnitKind::Function || unit.lines.is_empty() {
                continue;
            }
            let was_entered = unit.lines.iter().any(|(line, _)| executed.contains(line));
            let off = reach.final_chance(node) - f64::from(u8::from(was_entered));
            worst.push((off.abs() * unit.lines.len() as f64, node, was_entered));
        }
        worst.sort_by(|a, b| b.0.total_cmp(&a.0));
        println!("{} {}:", sample.project, sample.variant);
        for (weight, node, was_entered) in worst.into_iter().take(count) {
            let entered = if was_entered { "entered" } else { "not entered" };
            println!("  {weight:5.1} {} {entered}, chance {:.2}", place(graph, node), reach.final_chance(node));
            let mut edges: Vec<_> = graph.edges.iter().filter(|edge| edge.to == node).collect();
            edges.sort_by(|a, b| reach.chance(b.from).total_cmp(&reach.chance(a.from)));
            for edge in edges.into_iter().take(MAX_EDGES) {
                let (chance, kind, gate) = (reach.chance(edge.from), edge.kind, edge.gate);
                println!("          {kind:?} {gate:?} from {} {chance:.2}", place(graph, edge.from));
            }
        }
    }
}

fn place(graph: &CallGraph, node: NodeId) -> String {
    let path = &graph.files[graph.file_of(node) as usize].path;
    match graph.units.get(node as usize) {
        Some(unit) => format!("{path}:{} {}", unit.line, unit.name),
        None => format!("{path} class {}", graph.classes[node as usize - graph.units.len()].name),
    }
}
