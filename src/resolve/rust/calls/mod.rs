//! The graph of calls of a tree's Rust: functions, types, macros and examples, and what each may lead to. Names are joined by
//! their last parts, methods by the type of what they are called on where that is written somewhere; where it is not, every
//! method of that name is a candidate, and the kind of the edge says so.

mod collect;
mod edges;
mod index;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::macros::Library;
use super::walk::{self, Target};
use super::{Build, Configuration, Input, features};
use crate::model::code::{BlockKind, UnitFlags, UnitKind};
use crate::model::graph::{CallGraph, Edge, GraphBlock, GraphClass, GraphFile, GraphUnit, NodeId, Root};
use crate::model::rust::{RustBranchKind, RustCode, Token};
use crate::model::suite::{Property, SkipStatus};
use crate::model::{CargoTargetKind, Test};
use collect::{Callable, Collected, Collector};
use edges::Builder;
use index::Index;

/// How code is read that is not the body of a function: what this stage needs of a language, given from outside.
#[derive(Clone, Copy)]
pub struct CodeSyntax {
    /// What the rules of a macro by example do wherever it is called.
    pub of_macro: fn(&[Token]) -> RustCode,
    /// What an example in documentation does.
    pub of_text: fn(&str) -> RustCode,
}

/// How likely a test runs, by what is known of its being skipped.
const RUNS: f64 = 0.97;
/// The same where a condition decides.
const MAY_RUN: f64 = 0.6;

/// The graph of all targets that `cargo test` builds, with these tests of them.
pub fn graph(input: &Input<'_>, syntax: CodeSyntax, tests: &BTreeMap<Arc<str>, Vec<Test>>) -> CallGraph {
    let collected = collected(input, syntax);
    let index = Index::new(&collected);
    let built: Vec<Vec<Edge>> =
        (0..collected.callables.len()).into_par_iter().map(|at| Builder::new(&collected, &index, at).edges()).collect();
    let mut edges: Vec<Edge> = built.into_iter().flatten().collect();
    edges.extend(edges::of_types(&collected, &index));
    edges.par_sort_unstable();
    edges.dedup();
    finish(&collected, &index, edges, tests)
}

/// What all targets define.
fn collected(input: &Input<'_>, syntax: CodeSyntax) -> Collected {
    let (enabled, _) = features::enabled(&input.tree.packages, input.selection);
    let nothing = BTreeSet::new();
    let library = Library::new(input.sources.files);
    let mut all = Collected::default();
    for package in input.tree.packages.iter().filter(|package| !package.orphan) {
        let features = enabled.get(package.path.as_str()).unwrap_or(&nothing);
        let scripts: Vec<_> = package.build_scripts.iter().filter_map(|path| input.sources.facts(path)).collect();
        for built in &package.targets {
            if !built.required_features.iter().all(|feature| features.contains(feature)) {
                continue;
            }
            let is_product = matches!(built.kind, CargoTargetKind::Lib | CargoTargetKind::Bin);
            if !(is_product || built.test && built.harness) {
                continue;
            }
            let facts = scripts.iter().map(|facts| &**facts);
            let target = Target {
                package,
                sources: &input.sources,
                library: &library,
                configuration: Configuration::new(features, Build::Test, package.is_macro(), facts),
                syntax: input.syntax,
            };
            let mut collector = Collector::new(&target, syntax, input.documentation, built, is_product, &mut all);
            walk::walk(&target, &built.path, &mut collector);
        }
    }
    all
}

/// The graph of what was collected.
fn finish(
    collected: &Collected,
    index: &Index<'_>,
    edges: Vec<Edge>,
    tests: &BTreeMap<Arc<str>, Vec<Test>>,
) -> CallGraph {
    let parts: BTreeSet<(&str, bool)> = collected.callables.iter().map(Callable::part).collect();
    let places: HashMap<(&str, bool), u32> = parts.iter().copied().zip(0u32..).collect();
    let mentioned = words_of_tests(collected);
    let mut graph = CallGraph { edges, ..CallGraph::default() };
    let count = u32::try_from(collected.callables.len()).unwrap_or(u32::MAX);
    let mut claimed: HashMap<&str, HashSet<u32>> = HashMap::new();
    let mut statements = vec![0; parts.len()];
    for own in &collected.callables {
        let place = places[&own.part()];
        let mut unit = unit(own, place, count, claimed.entry(&own.file).or_default());
        unit.is_mentioned = mentioned.contains(&*own.name);
        statements[place as usize] += u32::try_from(unit.lines.len()).unwrap_or(u32::MAX);
        graph.units.push(unit);
    }
    for (((path, is_test), statements), node) in parts.iter().zip(statements).zip(count..) {
        // llvm says nothing of a file without code.
        let is_measured = !is_test && statements > 0 && collected.product.contains(*path);
        graph.files.push(GraphFile {
            path: (*path).to_owned(),
            is_measured,
            is_omitted: false,
            statements,
            module: node,
        });
        graph.units.push(module(places[&(*path, *is_test)]));
        graph.roots.push(Root { unit: node, chance: 1.0, test: String::new() });
    }
    for (name, callable) in index.types() {
        let file = callable.and_then(|at| places.get(&collected.callables[at].part())).copied().unwrap_or(0);
        let unit = graph.files.get(file as usize).map_or(0, |file| file.module);
        graph.classes.push(GraphClass { file, name: name.to_owned(), unit, block: 0 });
    }
    graph.owners = vec![Vec::new(); graph.units.len()];
    roots(collected, tests, &mut graph);
    graph
}

/// Every word in the code of tests.
fn words_of_tests(collected: &Collected) -> HashSet<&str> {
    let tests = collected.callables.iter().filter(|own| own.is_test);
    tests.flat_map(|own| own.code.words.iter().flat_map(|word| word.split("::"))).collect()
}

/// Where tests begin.
fn roots(collected: &Collected, tests: &BTreeMap<Arc<str>, Vec<Test>>, graph: &mut CallGraph) {
    let mut by_line: HashMap<(&str, u32), Vec<&Test>> = HashMap::new();
    for (path, tests) in tests {
        for test in tests {
            by_line.entry((path, test.line)).or_default().push(test);
        }
    }
    let mut taken: HashSet<NodeId> = HashSet::new();
    for (node, own) in (0u32..).zip(&collected.callables) {
        let found = by_line.get(&(&*own.file, own.name_line)).or_else(|| by_line.get(&(&*own.file, own.line)));
        let is_example = own.kind == UnitKind::Doctest;
        let is_alike = |test: &&&Test| test.properties.contains(&Property::Doctest) == is_example;
        let Some(test) = found.and_then(|found| found.iter().find(is_alike)) else { continue };
        let is_run = !test
            .properties
            .iter()
            .any(|property| matches!(property, Property::NoRun | Property::CompileFail | Property::Deselected));
        let chance = match test.skip {
            SkipStatus::Never if is_run => RUNS,
            SkipStatus::Conditional if is_run => MAY_RUN,
            _ => 0.0,
        };
        if taken.insert(node) {
            graph.roots.push(Root { unit: node, chance, test: test.id.clone() });
        }
    }
}

fn module(file: u32) -> GraphUnit {
    GraphUnit {
        file,
        kind: UnitKind::Module,
        name: String::new(),
        class: None,
        parent: None,
        defined_in: 0,
        line: 1,
        end: 1,
        flags: UnitFlags::default(),
        is_patched: false,
        is_mentioned: false,
        blocks: vec![body(0)],
        lines: Vec::new(),
    }
}

fn body(statements: u32) -> GraphBlock {
    GraphBlock { parent: None, kind: BlockKind::Body, statements, asks_parameter: false, raises: false, imports: 1.0 }
}

fn unit(own: &Callable, file: u32, modules: u32, claimed: &mut HashSet<u32>) -> GraphUnit {
    let code = &own.code;
    let has_lines = own.kind == UnitKind::Function && own.has_body;
    let signature = if has_lines { own.line..code.begin + 1 } else { 0..0 };
    // A line that two functions share, as what one macro writes does, counts once.
    let mut lines: Vec<(u32, u32)> = signature.filter(|line| claimed.insert(*line)).map(|line| (line, 0)).collect();
    if has_lines {
        lines.extend(code.lines.iter().copied().filter(|(line, _)| claimed.insert(*line)));
    }
    let mut blocks: Vec<GraphBlock> = code
        .branches
        .iter()
        .map(|branch| GraphBlock {
            parent: branch.parent,
            kind: kind(branch.kind),
            statements: 0,
            asks_parameter: false,
            raises: branch.fails,
            imports: 1.0,
        })
        .collect();
    if blocks.is_empty() {
        blocks.push(body(0));
    }
    for (_, block) in &lines {
        blocks[*block as usize].statements += 1;
    }
    for at in (0..blocks.len()).rev() {
        if let Some(parent) = blocks[at].parent {
            blocks[parent as usize].statements += blocks[at].statements;
        }
    }
    GraphUnit {
        file,
        kind: own.kind,
        name: own.shown(),
        class: None,
        parent: Some(modules + file),
        defined_in: 0,
        line: own.line,
        end: own.end,
        flags: UnitFlags::default(),
        is_patched: false,
        is_mentioned: false,
        blocks,
        lines,
    }
}

/// The kind of branch that has the same part in the line model.
fn kind(kind: RustBranchKind) -> BlockKind {
    match kind {
        RustBranchKind::Body => BlockKind::Body,
        RustBranchKind::Always => BlockKind::Always,
        RustBranchKind::If => BlockKind::If,
        RustBranchKind::ElseIf => BlockKind::Elif,
        RustBranchKind::Else => BlockKind::Else,
        RustBranchKind::After => BlockKind::AfterReturn,
        RustBranchKind::LetElse | RustBranchKind::Fallback => BlockKind::Except,
        RustBranchKind::Arm => BlockKind::Case,
        RustBranchKind::CatchAll => BlockKind::LoopElse,
        RustBranchKind::Loop => BlockKind::For,
        RustBranchKind::Closure => BlockKind::TryElse,
        RustBranchKind::Configured => BlockKind::Platform,
    }
}
