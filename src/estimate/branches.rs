//! How likely each block runs when its unit does: at first by the kind of its branch alone, then by a logistic model of
//! its kind, its size, and how well its surroundings are tested.

use super::{
    constants::{BRANCH_FEATURES, block},
    logit,
    reach::Reach,
};
use crate::model::{
    code::BlockKind,
    graph::{GraphBlock, GraphUnit, NodeId},
};

/// What is known of a block.
pub type Features = [f64; BRANCH_FEATURES.len()];

/// The chances of all blocks before anything is known.
pub(super) fn first(reach: &Reach<'_>) -> Vec<f64> {
    let constants = reach.constants();
    let graph = reach.graph();
    let mut found = Vec::new();
    for unit in &graph.units {
        let is_measured = graph.files[unit.file as usize].is_measured;
        let kinds = if is_measured { &constants.first } else { &constants.first_in_tests };
        joined(unit, &mut found, |own| by_kind(kinds, own));
    }
    found
}

/// The chances of all blocks by the model; code of tests keeps its own.
pub(super) fn fitted(reach: &Reach<'_>) -> Vec<f64> {
    let constants = reach.constants();
    let graph = reach.graph();
    let mut found = Vec::new();
    for (node, unit) in (0u32..).zip(&graph.units) {
        let is_measured = graph.files[unit.file as usize].is_measured;
        joined(unit, &mut found, |own| {
            if !is_measured {
                return by_kind(&constants.first_in_tests, own);
            }
            fixed(reach, own).unwrap_or_else(|| {
                let logit = constants.kinds[block(own.kind)]
                    + features(reach, node, own).iter().zip(&constants.branch).map(|(x, c)| x * c).sum::<f64>();
                1.0 / (1.0 + (-logit).exp())
            })
        });
    }
    found
}

/// The chance of a block by its kind and what it imports.
fn by_kind(kinds: &[f64], own: &GraphBlock) -> f64 {
    match own.kind {
        BlockKind::ImportFails => (1.0 - own.imports).max(0.02),
        BlockKind::Body => kinds[block(own.kind)] * own.imports,
        kind => kinds[block(kind)],
    }
}

/// Adds the chances of the blocks of a unit, each with those around it.
fn joined(unit: &GraphUnit, found: &mut Vec<f64>, own: impl Fn(&GraphBlock) -> f64) {
    let start = found.len();
    for block in &unit.blocks {
        // A block stands behind the one around it.
        let around = block.parent.map_or(1.0, |parent| found[start + parent as usize]);
        found.push(around * own(block));
    }
}

/// The chance of a block that the model does not judge.
pub fn fixed(reach: &Reach<'_>, own: &GraphBlock) -> Option<f64> {
    let first = &reach.constants().first;
    match own.kind {
        BlockKind::Body => Some(first[block(own.kind)] * own.imports),
        BlockKind::Always | BlockKind::Never | BlockKind::ThisPlatform | BlockKind::OtherPlatform => {
            Some(first[block(own.kind)])
        }
        BlockKind::ImportFails => Some(1.0 - own.imports),
        BlockKind::TryImport => Some(if own.imports > 0.8 { 0.99 } else { 0.9 }),
        _ => None,
    }
}

/// What is known of a block of a unit.
pub fn features(reach: &Reach<'_>, node: NodeId, own: &GraphBlock) -> Features {
    let unit = &reach.graph().units[node as usize];
    let is_rest = matches!(own.kind, BlockKind::AfterRaise | BlockKind::AfterReturn | BlockKind::AfterJump);
    let is_handler = own.kind == BlockKind::Except;
    let is_error = is_handler || own.raises && !is_rest;
    let flag = |condition: bool| f64::from(u8::from(condition));
    let size = f64::from(own.statements.max(1)).ln_1p();
    let direct = f64::from(reach.direct(node)).ln_1p();
    let density = (0.05 + reach.density()).ln();
    let share = reach.share(unit.file);
    let tests = f64::from(reach.tests(node)).ln_1p();
    let split = |value: f64| (value * flag(!is_error), value * flag(is_error));
    let ((direct, direct_e), (density, density_e)) = (split(direct), split(density));
    let ((share, share_e), (tests, tests_e)) = (split(share), split(tests));
    [
        1.0,
        if is_rest || is_handler { 0.0 } else { size },
        if is_handler { size } else { 0.0 },
        flag(own.asks_parameter && !is_rest),
        flag(!reach.is_reached(node) && !is_rest),
        flag(own.raises && !is_handler && !is_rest),
        direct,
        direct_e,
        density,
        density_e,
        share,
        share_e,
        tests,
        tests_e,
        reach.chance(node),
        reach.data(),
        reach.lines(),
        reach.project_share(),
        logit(reach.share(unit.file), 0.02),
        logit(reach.project_share(), 0.02),
    ]
}
