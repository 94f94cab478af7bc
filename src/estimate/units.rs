//! What is known at last of how likely a function runs: the graph's answer, corrected by what else is known of it.

use super::{constants::UNIT_FEATURES, logit, reach::Reach};
use crate::model::{
    code::{UnitFlags, UnitKind},
    graph::NodeId,
};

/// The chances of all units.
pub(super) fn fitted(reach: &Reach<'_>) -> Vec<f64> {
    let graph = reach.graph();
    (0u32..)
        .zip(&graph.units)
        .map(|(node, unit)| {
            let file = &graph.files[unit.file as usize];
            if !file.is_measured {
                return reach.chance(node);
            }
            let module = decided(reach.chance(file.module));
            let body = reach.blocks(file.module).first().copied().unwrap_or(1.0);
            if unit.kind != UnitKind::Function {
                return module;
            }
            if unit.flags.has(UnitFlags::OVERLOAD) {
                return 0.0;
            }
            let logit = features(reach, node).iter().zip(&reach.constants().unit).map(|(x, c)| x * c).sum::<f64>();
            module * body / (1.0 + (-logit).exp())
        })
        .collect()
}

/// Whether a module is imported decides of a whole file at once: either nothing of it runs or much. What is more likely is the
/// better estimate than the mean of both.
fn decided(chance: f64) -> f64 {
    let (yes, no) = (chance.powi(3), (1.0 - chance).powi(3));
    yes / (yes + no)
}

/// What is known of a function of the product.
pub fn features(reach: &Reach<'_>, node: NodeId) -> [f64; UNIT_FEATURES.len()] {
    let unit = &reach.graph().units[node as usize];
    // Whether its module runs is judged by itself.
    let module = reach.chance(reach.graph().files[unit.file as usize].module);
    let flag = |condition: bool| f64::from(u8::from(condition));
    let name = unit.name.rsplit('.').next().unwrap_or_default();
    let is_special = name.starts_with("__") && name.ends_with("__");
    let statements = u32::try_from(unit.lines.len()).unwrap_or(u32::MAX);
    [
        1.0,
        logit(reach.chance(node) / module.max(0.01), 0.01),
        reach.share(unit.file),
        f64::from(reach.tests(node)).ln_1p(),
        flag(unit.is_mentioned && !is_special),
        flag(name.starts_with('_') && !is_special),
        flag(is_special),
        f64::from(statements).ln_1p(),
        f64::from(reach.direct(node)).ln_1p(),
        flag(!reach.is_referenced(node)),
        (0.05 + reach.density()).ln(),
        reach.project_share(),
        flag(unit.class.is_some()),
        flag(reach.is_reached(node)),
        logit(reach.share(unit.file), 0.02),
        reach.data(),
        reach.lines(),
        logit(reach.project_share(), 0.02),
    ]
}
