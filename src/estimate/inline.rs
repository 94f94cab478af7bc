//! Lines of tests that stand in the measured files themselves, as they do in Rust: they are measured with the others, and run
//! when the tests do.

use std::collections::HashMap;

use super::{Reach, within};
use crate::model::coverage::Coverage;

/// Adds the lines of tests to the files that they stand in: in the graph, a part of its own under the same path.
pub(super) fn with_tests(coverage: &mut Coverage, reach: &Reach<'_>) {
    let graph = reach.graph();
    let mut tests: HashMap<&str, (f64, f64)> = HashMap::new();
    for (node, unit) in (0u32..).zip(&graph.units) {
        let file = &graph.files[unit.file as usize];
        if file.is_measured || unit.lines.is_empty() {
            continue;
        }
        let own = within(reach, node);
        let sum = tests.entry(&file.path).or_default();
        sum.0 += f64::from(own.statements);
        sum.1 += reach.chance(node) * own.expected;
    }
    for file in &mut coverage.files {
        let Some((lines, run)) = tests.get(file.path.as_str()) else { continue };
        let statements = f64::from(file.statements);
        let joined = |share: f64| (share * statements + run) / (statements + lines).max(1.0);
        (file.estimate, file.low, file.high) = (joined(file.estimate), joined(file.low), joined(file.high));
        // Lines are whole numbers.
        file.statements += *lines as u32;
    }
}
