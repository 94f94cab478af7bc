//! How large a suite is beside the product that it tests.

use crate::model::CallGraph;

/// Lines of tests by statements of the product.
pub(super) fn density(graph: &CallGraph) -> f64 {
    let tests = graph.roots.iter().filter(|root| !root.test.is_empty()).filter_map(|root| {
        let unit = graph.units.get(root.unit as usize)?;
        Some(f64::from(unit.end.saturating_sub(unit.line).max(1)))
    });
    tests.sum::<f64>() / statements(graph)
}

/// Statements of the product, at least one.
pub(super) fn statements(graph: &CallGraph) -> f64 {
    let measured = graph.files.iter().filter(|file| file.is_measured);
    measured.map(|file| f64::from(file.statements)).sum::<f64>().max(1.0)
}

/// Lines of the files that hold tests.
pub(super) fn test_lines(graph: &CallGraph) -> f64 {
    let mut ends = vec![0; graph.files.len()];
    for root in graph.roots.iter().filter(|root| !root.test.is_empty()) {
        ends[graph.file_of(root.unit) as usize] = 1;
    }
    for unit in &graph.units {
        let end = &mut ends[unit.file as usize];
        *end = if *end > 0 { unit.end.max(*end) } else { 0 };
    }
    ends.into_iter().map(f64::from).sum()
}
