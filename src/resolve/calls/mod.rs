//! The graph of calls across files: what each name, call and operator may mean, by following expressions, and why.
//!
//! A value is one of a few kinds ([`values`]); which an expression has is worked out on demand and within limits. Where
//! the receiver of a method is not known, every method of that name is a candidate; the kind of the edge says so.

mod arguments;
mod data;
mod edges;
mod evaluate;
mod externals;
mod measured;
mod members;
mod operators;
mod program;
mod reflection;
mod roots;
mod scopes;
mod strings;
mod tables;
mod values;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::{edges::Builder, evaluate::Evaluator, program::Program, values::Value};
use super::{modules::World, tests::Found, usage};
use crate::model::{
    CallGraph, CoverageConfig, EntryPoint, Test,
    code::{BlockKind, ExprId},
    graph::{Edge, GraphBlock, GraphClass, GraphFile, GraphUnit},
};

/// How many arguments that calls pass are kept for one parameter.
const MAX_ARGUMENTS: usize = 16;

/// What a parameter is given.
#[derive(Clone, Copy)]
enum Given {
    /// The argument that stands in a file.
    Argument(u32, ExprId),
    /// What a decorator is put on.
    Decorated(Value),
}

/// What calls pass to parameters whose annotation says nothing: by function and the parameter's place.
type Passed = FxHashMap<(u32, u32), Vec<Given>>;

/// One of these.
type Argument = ((u32, u32), Given);

/// The graph of all modules that have code; tests and fixtures are where it begins.
pub(super) fn graph<'w>(
    world: &'w World<'w>,
    found: &[Found],
    config: &CoverageConfig,
    entry_points: &'w [EntryPoint],
    test_data: &[(String, u64)],
) -> CallGraph {
    let mut program = Program::new(world);
    program.entry_points = entry_points.iter().filter(|point| point.group != EntryPoint::PYTEST).collect();
    program.is_measured = measured::measured(&program);
    program.is_omitted = measured::omitted(&program, config);
    program.link_methods();
    let passed = passed(&program);
    let files: Vec<u32> = (0u32..).take(program.files.len()).collect();
    let built: Vec<Vec<Edge>> = files.par_iter().map(|file| Builder::new(&program, &passed, *file).edges()).collect();
    let mut edges: Vec<Edge> = built.into_iter().flatten().collect();
    edges.extend(operators::of_classes(&program));
    // Those of files are sorted already, and those of classes: two runs to merge.
    edges.sort();
    edges.dedup();
    let roots = roots::roots(&program, world, found);
    CallGraph { data: data::lines(&program, test_data), ..finish(&program, edges, roots) }
}

/// What calls pass, one level deep.
fn passed(program: &Program<'_>) -> Passed {
    let files: Vec<u32> = (0u32..).take(program.files.len()).collect();
    let none = Passed::default();
    let found: Vec<Vec<Argument>> =
        files.par_iter().map(|file| Builder::new(program, &none, *file).arguments()).collect();
    let mut passed = Passed::default();
    for (parameter, argument) in found.into_iter().flatten() {
        let known = passed.entry(parameter).or_default();
        if known.len() < MAX_ARGUMENTS {
            known.push(argument);
        }
    }
    passed
}

fn finish(program: &Program<'_>, edges: Vec<Edge>, roots: Vec<crate::model::graph::Root>) -> CallGraph {
    let mut graph = CallGraph { edges, roots, ..CallGraph::default() };
    for (place, file) in (0u32..).zip(&program.files) {
        graph.files.push(GraphFile {
            path: file.path.to_owned(),
            is_measured: program.is_measured[place as usize],
            is_omitted: program.is_omitted[place as usize],
            statements: file.code.statements,
            module: file.units,
        });
        let evaluator = Evaluator::new(program, None);
        for (local, unit) in (0u32..).zip(&file.code.units) {
            let node = file.units + local;
            let body = if local == 0 { evaluator.body_chance(place) } else { 1.0 };
            let blocks = unit.blocks.iter().map(|block| GraphBlock {
                parent: block.parent,
                kind: block.kind,
                statements: block.statements,
                asks_parameter: block.asks_parameter,
                raises: block.raises,
                imports: match block.kind {
                    BlockKind::Body => body,
                    _ if block.imports.is_empty() => 1.0,
                    _ => evaluator.import_chance_in(place, &block.imports),
                },
            });
            let name = file.word(unit.name);
            graph.units.push(GraphUnit {
                file: place,
                kind: unit.kind,
                name: program.path_of(node),
                class: unit.class.map(|class| file.classes + class),
                parent: unit.parent.map(|parent| file.units + parent),
                defined_in: unit.defined_in,
                line: unit.line,
                end: unit.end,
                flags: unit.flags,
                is_patched: program.patched.contains(&name),
                is_mentioned: program.vocabulary.contains(&name),
                blocks: blocks.collect(),
                lines: unit.lines.clone(),
            });
        }
        for class in &file.code.classes {
            graph.classes.push(GraphClass {
                file: place,
                name: file.code.word(class.name).to_owned(),
                unit: file.units + class.unit,
                block: class.block,
            });
        }
    }
    graph.owners = program.owners.clone();
    graph
}

/// The unit of a test's function.
fn unit_of(program: &Program<'_>, test: &Test, path: &str) -> Option<u32> {
    let path = test.defined_in.as_deref().unwrap_or(path);
    program.unit_of(path, test.function?)
}

/// The fixtures that tests of a module get.
fn fixture_units<'f>(program: &'f Program<'_>, found: &'f Found) -> impl Iterator<Item = u32> + 'f {
    let mut keys: Vec<usage::Key> = found.got.keys().copied().collect();
    keys.sort_unstable();
    let units = keys.into_iter().filter_map(|(module, id)| program.unit_at(module, id));
    let mut units: Vec<u32> = units.collect();
    units.sort_unstable();
    units.into_iter()
}
