//! Fits: branches and functions by regression on what ran, edges by descent along one coordinate at a time, ranges by
//! what holds often enough.

use std::time::Instant;

use rayon::prelude::*;
use testaudit::{
    estimate::{
        Constants, Range, Reach,
        branches::{self, fixed},
        constants::{BLOCKS, BRANCH_FEATURES, EDGES, REACH, block},
        coverage_within, unit_features,
    },
    model::code::UnitKind,
};

use crate::{
    logistic::{Row, regress},
    sample::Sample,
    score::{Errors, all, errors},
};

/// How much of the files a range has to hold.
const INSIDE: f64 = 0.83;

/// Fits all constants to these measurements, in so many rounds.
pub(crate) fn fit(samples: &[Sample], mut constants: Constants, rounds: usize, deadline: Instant) -> Constants {
    for round in 0..rounds {
        for _ in 0..2 {
            fit_branches(samples, &mut constants);
            fit_units(samples, &mut constants);
        }
        println!("  round {round}: loss {:.5} after regression", loss(samples, &constants));
        fit_edges(samples, &mut constants, if round == 0 { 0.8 } else { 0.4 }, deadline);
        println!("  round {round}: loss {:.5} after descent", loss(samples, &constants));
        if Instant::now() > deadline {
            break;
        }
    }
    for _ in 0..2 {
        fit_branches(samples, &mut constants);
        fit_units(samples, &mut constants);
    }
    fit_range(samples, &mut constants);
    println!("  loss {:.5}", loss(samples, &constants));
    constants
}

/// What is made small: the error of files, and of totals. Each project counts alike, whatever its size.
fn loss(samples: &[Sample], constants: &Constants) -> f64 {
    let errors = all(samples, constants);
    let one = |own: &Errors| {
        let squares: f64 = own.files.iter().map(|(real, said, ..)| (real - said).powi(2)).sum();
        let root = (squares / own.files.len().max(1) as f64).sqrt();
        // A measurement that no constant explains must not decide.
        (0.6 * own.mean() + 0.25 * root + 0.4 * own.total()).min(0.35)
    };
    let weight = |own: &Errors| (own.files.len() as f64).sqrt();
    let sum: f64 = errors.iter().map(|own| one(own) * weight(own)).sum();
    sum / errors.iter().map(weight).sum::<f64>()
}

/// The weight of each line of a sample, by file.
fn line_weight(statements: usize, files: usize) -> f64 {
    // All files of a measurement alike, larger measurements more.
    (files as f64).sqrt() / files as f64 / statements.max(1) as f64
}

/// Whether a measurement says something that the source could say: most of its tests ran.
fn is_usable(sample: &Sample, reach: &Reach<'_>) -> bool {
    let coverage = testaudit::estimate::coverage(reach);
    let errors = crate::score::errors(sample, &coverage);
    errors.totals[0].abs() < 0.35
}

fn fit_branches(samples: &[Sample], constants: &mut Constants) {
    let rows: Vec<Vec<Row>> = samples
        .par_iter()
        .map(|sample| {
            let reach = Reach::of(&sample.graph, constants);
            let mut rows = Vec::new();
            if !is_usable(sample, &reach) {
                return rows;
            }
            for (node, unit) in (0u32..).zip(&sample.graph.units) {
                let file = &sample.graph.files[unit.file as usize];
                let Some((executed, statements)) = sample.truth.get(&file.path) else { continue };
                if !file.is_measured {
                    continue;
                }
                let mut lines = vec![(0usize, 0usize); unit.blocks.len()];
                for (line, block) in &unit.lines {
                    let own = &mut lines[*block as usize];
                    own.0 += 1;
                    own.1 += usize::from(executed.contains(line));
                }
                // A block without lines of its own ran if one in it did.
                let mut ran: Vec<bool> = lines.iter().map(|(_, executed)| *executed > 0).collect();
                for place in (1..unit.blocks.len()).rev() {
                    if ran[place]
                        && let Some(parent) = unit.blocks[place].parent
                    {
                        ran[parent as usize] = true;
                    }
                }
                let weight = line_weight(*statements, sample.truth.len());
                for (place, own) in unit.blocks.iter().enumerate() {
                    let Some(parent) = own.parent else { continue };
                    if lines[place].0 == 0 || !ran[parent as usize] || fixed(&reach, own).is_some() {
                        continue;
                    }
                    let mut known = vec![0.0; BLOCKS.len() + BRANCH_FEATURES.len()];
                    known[block(own.kind)] = 1.0;
                    known[BLOCKS.len()..].copy_from_slice(&branches::features(&reach, node, own));
                    let weight = weight * lines[place].0 as f64;
                    rows.push(Row { known, happened: f64::from(u8::from(ran[place])), weight });
                }
            }
            rows
        })
        .collect();
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    let prior = vec![0.0; BLOCKS.len() + BRANCH_FEATURES.len()];
    let found = regress(&rows, &prior, 0.05);
    constants.kinds.copy_from_slice(&found[..BLOCKS.len()]);
    constants.branch.copy_from_slice(&found[BLOCKS.len()..]);
}

fn fit_units(samples: &[Sample], constants: &mut Constants) {
    let rows: Vec<Vec<Row>> = samples
        .par_iter()
        .map(|sample| {
            let reach = Reach::of(&sample.graph, constants);
            let mut rows = Vec::new();
            if !is_usable(sample, &reach) {
                return rows;
            }
            for (node, unit) in (0u32..).zip(&sample.graph.units) {
                let file = &sample.graph.files[unit.file as usize];
                let Some((executed, statements)) = sample.truth.get(&file.path) else { continue };
                if !file.is_measured || unit.kind != UnitKind::Function || unit.lines.is_empty() {
                    continue;
                }
                // A function of a module that was not imported says nothing.
                if reach.chance(file.module) < 0.5 || executed.is_empty() {
                    continue;
                }
                let ran = unit.lines.iter().any(|(line, _)| executed.contains(line));
                let weight = line_weight(*statements, sample.truth.len()) * unit.lines.len() as f64;
                let known = unit_features(&reach, node).to_vec();
                rows.push(Row { known, happened: f64::from(u8::from(ran)), weight });
            }
            rows
        })
        .collect();
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    let prior = vec![0.0; constants.unit.len()];
    let found = regress(&rows, &prior, 0.05);
    constants.unit.copy_from_slice(&found);
}

/// A constant by where it stands.
fn constant(constants: &mut Constants, place: usize) -> Option<&mut f64> {
    let (edges, reach) = (EDGES.len(), REACH.len());
    match place {
        _ if place < edges => Some(&mut constants.weights[place]),
        _ if place < 2 * edges => Some(&mut constants.named[place - edges]),
        _ if place < 2 * edges + reach => Some(&mut constants.reach[place - 2 * edges]),
        _ => None,
    }
}

/// Moves one constant at a time, on the scale of logits, as long as it helps.
fn fit_edges(samples: &[Sample], constants: &mut Constants, step: f64, deadline: Instant) {
    let mut best = loss(samples, constants);
    let mut place = 0;
    while let Some(own) = constant(constants, place).map(|own| *own) {
        let is_edge = place < EDGES.len();
        // What a compiler would know need not be fitted.
        let is_known = is_edge && EDGES[place].1 == "call" || Instant::now() > deadline;
        for direction in [step, -step].into_iter().filter(|_| !is_known) {
            let mut changed = constants.clone();
            let logit = (own.clamp(0.003, 0.997) / (1.0 - own.clamp(0.003, 0.997))).ln() + direction;
            let moved = 1.0 / (1.0 + (-logit).exp());
            if let Some(value) = constant(&mut changed, place) {
                *value = moved;
            }
            if is_edge && (changed.named[place] - own).abs() < 1e-9 {
                changed.named[place] = moved;
            }
            let loss = loss(samples, &changed);
            if loss < best - 2e-5 {
                best = loss;
                *constants = changed;
                break;
            }
        }
        place += 1;
    }
}

/// Widens ranges until they hold often enough, and makes them as narrow as that allows.
fn fit_range(samples: &[Sample], constants: &mut Constants) {
    let solved: Vec<(&Sample, Reach<'_>)> =
        samples.par_iter().map(|sample| (sample, Reach::of(&sample.graph, constants))).collect();
    let mut best: Option<(f64, Range)> = None;
    for least in [0.01, 0.02, 0.03, 0.045] {
        for spread in [0.5, 1.0, 1.5] {
            for common in [0.0, 0.25, 0.5, 0.75] {
                let mut scale = 0.3;
                while scale < 6.0 {
                    let range = Range { least, spread, common, below: scale, above: scale };
                    let (inside, width) = held(&solved, &range);
                    if inside >= INSIDE {
                        if best.as_ref().is_none_or(|(known, _)| width < *known) {
                            best = Some((width, range));
                        }
                        break;
                    }
                    scale *= 1.06;
                }
            }
        }
    }
    if let Some((_, range)) = best {
        constants.range = range;
    }
}

/// How many files ranges hold, and how wide they are.
fn held(solved: &[(&Sample, Reach<'_>)], range: &Range) -> (f64, f64) {
    let one = |(sample, reach): &(&Sample, Reach<'_>)| errors(sample, &coverage_within(reach, range)).files;
    let files: Vec<_> = solved.par_iter().flat_map_iter(one).collect();
    let count = files.len().max(1) as f64;
    let inside = files.iter().filter(|(real, _, low, high)| *low - 1e-4 <= *real && *real <= *high + 1e-4).count();
    (inside as f64 / count, files.iter().map(|(_, _, low, high)| high - low).sum::<f64>() / count)
}
