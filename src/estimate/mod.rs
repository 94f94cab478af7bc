//! How much of the code the tests can be expected to run: an estimate for each statement, made of the graph of calls.
//!
//! [`reach`] works out how likely each function runs at all, [`branches`] how likely each block does when its function
//! does; a file's estimate is the mean over its statements. All numbers that were fitted stand in `constants.json`.

pub mod branches;
pub mod constants;
pub mod explain;
mod inline;
pub mod reach;
mod size;
pub mod units;

pub use constants::{Constants, Range};
pub use explain::{Explained, explain};
pub use reach::Reach;
pub use units::features as unit_features;

use crate::model::{
    CallGraph,
    code::{UnitFlags, UnitKind},
    coverage::{Coverage, FileCoverage, FunctionCoverage},
};

/// The estimate for the measured files of a graph.
pub fn estimate(graph: &CallGraph, constants: &Constants) -> Coverage {
    coverage(&Reach::of(graph, constants))
}

/// What a solved graph amounts to.
pub fn coverage(reach: &Reach<'_>) -> Coverage {
    coverage_within(reach, &reach.constants().range)
}

/// The same with other ranges than the constants ask for.
pub fn coverage_within(reach: &Reach<'_>, range: &Range) -> Coverage {
    let graph = reach.graph();
    let mut coverage = Coverage { tests: reach.test_count(), ..Coverage::default() };
    let mut sums: Vec<Sum> = vec![Sum::default(); graph.files.len()];
    for (node, unit) in (0u32..).zip(&graph.units) {
        let file = &graph.files[unit.file as usize];
        if !file.is_measured || unit.kind == UnitKind::Doctest {
            continue;
        }
        let chance = reach.final_chance(node);
        let own = within(reach, node);
        sums[unit.file as usize].add(chance, &own);
        if unit.kind == UnitKind::Function
            && !file.is_omitted
            && !unit.flags.has(UnitFlags::OVERLOAD)
            && own.statements > 0
        {
            coverage.functions.push(FunctionCoverage {
                path: file.path.clone(),
                line: unit.line,
                end: unit.end,
                name: unit.name.clone(),
                statements: own.statements,
                chance,
                tests: reach.tests(node),
            });
        }
    }
    for (place, file) in (0u32..).zip(&graph.files).filter(|(_, file)| file.is_measured) {
        let sum = &sums[place as usize];
        let (estimate, low, high) = sum.range(range);
        coverage.files.push(FileCoverage {
            path: file.path.clone(),
            statements: file.statements,
            estimate,
            low,
            high,
            tests: reach.tests_of_file(place),
            is_omitted: file.is_omitted,
        });
    }
    inline::with_tests(&mut coverage, reach);
    coverage
}

/// The logarithm of the odds of a chance that is at least so far from zero and one.
fn logit(chance: f64, least: f64) -> f64 {
    let chance = chance.clamp(least, 1.0 - least);
    (chance / (1.0 - chance)).ln()
}

/// The statements of one unit.
pub(crate) struct Within {
    /// How many there are.
    pub(crate) statements: u32,
    /// How many run when the unit does.
    pub(crate) expected: f64,
    /// The variance of that, if blocks were independent.
    pub(crate) variance: f64,
}

fn within(reach: &Reach<'_>, node: u32) -> Within {
    let unit = &reach.graph().units[node as usize];
    let mut counts = vec![0u32; unit.blocks.len()];
    for (_, block) in &unit.lines {
        counts[*block as usize] += 1;
    }
    let mut found = Within { statements: 0, expected: 0.0, variance: 0.0 };
    for (count, chance) in counts.iter().zip(reach.blocks(node)) {
        let count = f64::from(*count);
        found.expected += chance * count;
        found.variance += chance * (1.0 - chance) * count * count;
    }
    found.statements = counts.iter().sum();
    found
}

/// What the units of a file add up to.
#[derive(Clone, Default)]
struct Sum {
    statements: f64,
    expected: f64,
    variance: f64,
}

impl Sum {
    fn add(&mut self, chance: f64, unit: &Within) {
        self.statements += f64::from(unit.statements);
        self.expected += chance * unit.expected;
        self.variance += chance * (1.0 - chance) * unit.expected * unit.expected + chance * unit.variance;
    }

    /// The estimate with its range.
    fn range(&self, range: &Range) -> (f64, f64, f64) {
        if self.statements == 0.0 {
            return (1.0, 1.0, 1.0);
        }
        let estimate = (self.expected / self.statements).clamp(0.0, 1.0);
        let variance = self.variance / (self.statements * self.statements);
        // Errors within a file go together: a share of the doubt does not average out.
        let common = range.common * estimate * (1.0 - estimate);
        let spread = (range.least * range.least + range.spread * range.spread * variance + common * common).sqrt();
        let low = (estimate - range.below * spread).max(0.0);
        let high = (estimate + range.above * spread).min(1.0);
        (estimate, low, high)
    }
}
