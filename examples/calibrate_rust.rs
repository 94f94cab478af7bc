//! Refits `src/estimate/rust.json` from truths that `cargo llvm-cov` measured, and prints how well the estimate does.
//!
//!     cargo run --release --example calibrate_rust -- SOURCES [--fit]
//!
//! SOURCES holds a folder for each package of `fixtures/coverage/rust`, of the version that is named there. The truths are of
//! `cargo llvm-cov test --tests`: examples in documentation were not run, and do not count here. Some packages are fitted on,
//! the others only tested on.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program for the desk")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;
use testaudit::estimate::{
    Constants, Reach, branches,
    constants::{BLOCKS, BRANCH_FEATURES, EDGES, REACH, block},
    coverage, units,
};
use testaudit::model::{CallGraph, Settings, code::UnitKind, settings::Wanted};

/// What constants are fitted on; what is learned there is tested on the others.
const FITTED_ON: [&str; 6] = ["anyhow", "crossterm", "httparse", "semver", "serde_json", "tokio-util"];
/// Its library is not built for tests, so that what no test uses is missing from the measurement.
const LEFT_OUT: [&str; 1] = ["itertools"];

struct Package {
    name: String,
    graph: CallGraph,
    /// Whether each measured line was executed, by file.
    truth: BTreeMap<String, BTreeMap<u32, bool>>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let sources = PathBuf::from(&arguments[0]);
    let truths = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/coverage/rust");
    let mut names: Vec<PathBuf> = std::fs::read_dir(truths).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let packages: Vec<Package> = names.iter().map(|path| package(path, &sources)).collect();
    let mut constants = Constants::of_rust().clone();
    if arguments.iter().any(|argument| argument == "--fit") {
        let train: Vec<&Package> = packages.iter().filter(|own| FITTED_ON.contains(&&*own.name)).collect();
        for _ in 0..2 {
            fit_branches(&train, &mut constants);
            fit_edges(&train, &mut constants);
            fit_units(&train, &mut constants);
        }
        fit_branches(&train, &mut constants);
        fit_range(&train, &mut constants);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/estimate/rust.json");
        std::fs::write(path, constants.to_json()).unwrap();
    }
    scores(&packages, &constants, arguments.iter().any(|argument| argument == "--files"));
}

fn package(path: &Path, sources: &Path) -> Package {
    let truth: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let name = truth["package"].as_str().unwrap().to_owned();
    let mut settings =
        Settings { wanted: Wanted { coverage: true, rust: true, ..Wanted::COLLECTION }, ..Settings::default() };
    settings.features.all_features = truth["features"] == "all";
    let suite = testaudit::engine::suite(&[sources.join(&name)], &settings, Vec::new(), &|_| {}).unwrap();
    let mut graph = suite.rust_calls.unwrap();
    let is_example: Vec<bool> = graph.units.iter().map(|unit| unit.kind == UnitKind::Doctest).collect();
    graph.roots.retain(|root| !is_example[root.unit as usize]);
    let lines = |text: &Value, executed: bool| -> Vec<(u32, bool)> {
        let parts = text.as_str().unwrap().split(',').filter(|part| !part.is_empty());
        let range = parts.flat_map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            first.parse::<u32>().unwrap()..=last.parse::<u32>().unwrap()
        });
        range.map(|line| (line, executed)).collect()
    };
    let files = truth["files"].as_object().unwrap().iter().map(|(path, own)| {
        (path.clone(), lines(&own["executed"], true).into_iter().chain(lines(&own["missing"], false)).collect())
    });
    Package { name, graph, truth: files.collect() }
}

/// Whether a function of the product was entered, where that was measured.
fn entered(package: &Package, unit: usize) -> Option<bool> {
    let unit = &package.graph.units[unit];
    let file = &package.graph.files[unit.file as usize];
    if unit.kind != UnitKind::Function || !file.is_measured || unit.lines.is_empty() {
        return None;
    }
    package.truth.get(&file.path)?.get(&unit.line).copied()
}

/// Coefficients of a logistic model, drawn towards what they were.
fn logistic(rows: &[(Vec<f64>, f64, f64)], start: &[f64], pull: f64) -> Vec<f64> {
    let mut found = start.to_vec();
    let mut speed = vec![1e-8; start.len()];
    let weight: f64 = rows.iter().map(|row| row.2).sum::<f64>().max(1.0);
    for _ in 0..3000 {
        let mut gradient: Vec<f64> = found.iter().zip(start).map(|(own, was)| pull * (own - was) / weight).collect();
        for (features, truth, count) in rows {
            let logit: f64 = features.iter().zip(&found).map(|(x, c)| x * c).sum();
            let error = (1.0 / (1.0 + (-logit).exp()) - truth) * count / weight;
            gradient.iter_mut().zip(features).for_each(|(own, x)| *own += error * x);
        }
        for ((own, gradient), speed) in found.iter_mut().zip(&gradient).zip(&mut speed) {
            *speed += gradient * gradient;
            *own -= 0.1 * gradient / speed.sqrt();
        }
    }
    found
}

fn fit_units(train: &[&Package], constants: &mut Constants) {
    let mut rows = Vec::new();
    for package in train {
        let reach = Reach::of(&package.graph, constants);
        for unit in 0..package.graph.units.len() {
            if let Some(entered) = entered(package, unit) {
                let features = units::features(&reach, u32::try_from(unit).unwrap()).to_vec();
                // A large function has more lines to be wrong about.
                let lines = package.graph.units[unit].lines.len() as f64;
                rows.push((
                    features,
                    f64::from(u8::from(entered)),
                    lines.sqrt() / package.graph.units.len() as f64 * 100.0,
                ));
            }
        }
    }
    let found = logistic(&rows, &constants.unit, 4.0);
    constants.unit.copy_from_slice(&found);
}

fn fit_branches(train: &[&Package], constants: &mut Constants) {
    let mut rows = Vec::new();
    for package in train {
        let reach = Reach::of(&package.graph, constants);
        for (at, unit) in package.graph.units.iter().enumerate() {
            if entered(package, at) != Some(true) {
                continue;
            }
            let truth = &package.truth[&package.graph.files[unit.file as usize].path];
            let mut run: Vec<Option<bool>> = vec![None; unit.blocks.len()];
            for (line, block) in &unit.lines {
                if let Some(own) = truth.get(line) {
                    let known = &mut run[*block as usize];
                    *known = Some(known.unwrap_or(false) || *own);
                }
            }
            for (place, own) in unit.blocks.iter().enumerate() {
                let Some(is_run) = run[place] else { continue };
                let around = own.parent.map_or(Some(true), |parent| run[parent as usize].or(Some(true)));
                if around == Some(false) || branches::fixed(&reach, own).is_some() {
                    continue;
                }
                let mut features = branches::features(&reach, u32::try_from(at).unwrap(), own).to_vec();
                let kinds = BLOCKS.iter().map(|(kind, _)| f64::from(u8::from(block(*kind) == block(own.kind))));
                features.extend(kinds);
                let lines = unit.lines.iter().filter(|(_, block)| *block as usize == place).count() as f64;
                rows.push((features, f64::from(u8::from(is_run)), lines.sqrt()));
            }
        }
    }
    let start: Vec<f64> = constants.branch.iter().chain(&constants.kinds).copied().collect();
    let found = logistic(&rows, &start, 4.0);
    constants.branch.copy_from_slice(&found[..BRANCH_FEATURES.len()]);
    constants.kinds.copy_from_slice(&found[BRANCH_FEATURES.len()..]);
}

/// How wrong the estimates are: of files, of functions, of the whole.
fn loss(train: &[&Package], constants: &Constants) -> f64 {
    let own = |package: &&Package| {
        let reach = Reach::of(&package.graph, constants);
        let (mut functions, mut weight) = (0.0, 0.0);
        for unit in 0..package.graph.units.len() {
            if let Some(entered) = entered(package, unit) {
                let chance = reach.final_chance(u32::try_from(unit).unwrap()).clamp(0.01, 0.99);
                let lines = (package.graph.units[unit].lines.len() as f64).sqrt();
                functions -= lines * if entered { chance.ln() } else { (1.0 - chance).ln() };
                weight += lines;
            }
        }
        let score = score(package, constants);
        functions / f64::max(weight, 1.0) + 2.0 * score.mean + 2.0 * (score.total - score.truth).abs()
    };
    train.par_iter().map(own).sum::<f64>() / train.len() as f64
}

/// Each constant of reach in turn, as long as that helps.
fn fit_edges(train: &[&Package], constants: &mut Constants) {
    let mut best = loss(train, constants);
    for step in [0.6, 0.3] {
        for place in 0..EDGES.len() + REACH.len() {
            let value = |constants: &Constants| match place.checked_sub(EDGES.len()) {
                None => constants.weights[place],
                Some(place) => constants.reach[place],
            };
            let is_edge =
                |own: &&Package| place >= EDGES.len() || own.graph.edges.iter().any(|edge| edge.kind as usize == place);
            if !train.iter().any(is_edge) {
                continue;
            }
            for direction in [-step, step] {
                let now = value(constants).clamp(0.003, 0.997);
                let moved = 1.0 / (1.0 + (-((now / (1.0 - now)).ln() + direction * 2.0)).exp());
                let mut tried = constants.clone();
                match place.checked_sub(EDGES.len()) {
                    None => (tried.weights[place], tried.named[place]) = (moved, moved),
                    Some(place) => tried.reach[place] = moved,
                }
                let found = loss(train, &tried);
                // What hardly helps here would not elsewhere.
                if found < best - 2e-4 {
                    (best, *constants) = (found, tried);
                }
            }
        }
        println!("loss {best:.4}");
    }
}

/// Widens or narrows the ranges until four of five hold.
fn fit_range(train: &[&Package], constants: &mut Constants) {
    let share = |constants: &Constants| {
        let scores: Vec<Score> = train.iter().map(|package| score(package, constants)).collect();
        scores.iter().map(|own| own.held).sum::<f64>() / scores.iter().map(|own| own.files).sum::<f64>()
    };
    let (below, above) = (constants.range.below, constants.range.above);
    let mut best = (f64::MAX, 1.0);
    for step in 1..40 {
        let factor = f64::from(step) * 0.1;
        (constants.range.below, constants.range.above) = (below * factor, above * factor);
        let distance = (share(constants) - 0.82).abs();
        if distance < best.0 {
            best = (distance, factor);
        }
    }
    (constants.range.below, constants.range.above) = (below * best.1, above * best.1);
}

#[derive(Default)]
struct Score {
    files: f64,
    mean: f64,
    total: f64,
    truth: f64,
    held: f64,
    width: f64,
    pairs: Vec<(f64, f64)>,
}

fn score(package: &Package, constants: &Constants) -> Score {
    let mut score = Score::default();
    let (mut lines, mut expected, mut measured, mut executed) = (0.0, 0.0, 0.0, 0.0);
    for file in coverage(&Reach::of(&package.graph, constants)).files {
        let Some(truth) = package.truth.get(&file.path).filter(|truth| !truth.is_empty()) else { continue };
        let run = truth.values().filter(|run| **run).count() as f64;
        let share = run / truth.len() as f64;
        score.files += 1.0;
        score.mean += (file.estimate - share).abs();
        score.held += f64::from(u8::from(file.low <= share + 0.005 && share <= file.high + 0.005));
        score.width += file.high - file.low;
        score.pairs.push((file.estimate, share));
        lines += f64::from(file.statements);
        expected += file.estimate * f64::from(file.statements);
        measured += truth.len() as f64;
        executed += run;
    }
    score.mean /= score.files.max(1.0);
    score.width /= score.files.max(1.0);
    (score.total, score.truth) = (expected / f64::max(lines, 1.0), executed / f64::max(measured, 1.0));
    score
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let below = |own: f64| values.iter().filter(|other| **other < own).count() as f64;
    let equal = |own: f64| values.iter().filter(|other| **other == own).count() as f64;
    values.iter().map(|own| below(*own) + equal(*own) / 2.0).collect()
}

fn spearman(pairs: &[(f64, f64)]) -> f64 {
    let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (a, b) = (ranks(&a), ranks(&b));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_a, mean_b) = (mean(&a), mean(&b));
    let product: f64 = a.iter().zip(&b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum();
    let square = |values: &[f64], mean: f64| values.iter().map(|own| (own - mean).powi(2)).sum::<f64>().sqrt();
    product / (square(&a, mean_a) * square(&b, mean_b))
}

fn scores(packages: &[Package], constants: &Constants, with_files: bool) {
    println!(
        "{:14} {:>7} {:>5} {:>6} {:>6} {:>6} {:>5} {:>6}",
        "package", "", "files", "error", "total", "truth", "held", "width"
    );
    for wanted in ["fitted", "tested", "left out"] {
        let mut all: Vec<Score> = Vec::new();
        for package in packages {
            let kind = match &*package.name {
                name if FITTED_ON.contains(&name) => "fitted",
                name if LEFT_OUT.contains(&name) => "left out",
                _ => "tested",
            };
            if kind != wanted {
                continue;
            }
            let own = score(package, constants);
            println!(
                "{:14} {kind:>7} {:5} {:6.3} {:6.3} {:6.3} {:5.2} {:6.2}",
                package.name,
                own.files,
                own.mean,
                own.total,
                own.truth,
                own.held / own.files,
                own.width
            );
            if with_files {
                for file in coverage(&Reach::of(&package.graph, constants)).files {
                    let truth = package.truth.get(&file.path);
                    let share = truth.map(|own| own.values().filter(|run| **run).count() as f64 / own.len() as f64);
                    println!("    {:50} {:5} {:.2} {share:.2?}", file.path, file.statements, file.estimate);
                }
            }
            all.push(own);
        }
        let count = all.len() as f64;
        let pairs: Vec<(f64, f64)> = all.iter().flat_map(|own| own.pairs.iter().copied()).collect();
        println!(
            "{wanted}: error per file {:.3} (mean of packages), of totals {:.3}, spearman {:.2}, held {:.2}\n",
            all.iter().map(|own| own.mean).sum::<f64>() / count,
            all.iter().map(|own| (own.total - own.truth).abs()).sum::<f64>() / count,
            spearman(&pairs),
            all.iter().map(|own| own.held).sum::<f64>() / all.iter().map(|own| own.files).sum::<f64>(),
        );
    }
}
