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

use std::cmp::Reverse;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::{edges::Builder, evaluate::Evaluator, program::Program, values::Value};
use super::{modules::World, tests::Found, usage};
use crate::model::{
    CallGraph, CoverageConfig, EntryPoint, Test,
    code::{BlockKind, ExprId},
    graph::{Edge, GraphBlock, GraphClass, GraphFile, GraphUnit, Root},
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
    let mut built = of_files(&program, |file| Builder::new(&program, &passed, file).edges());
    built.push(operators::of_classes(&program));
    let mut edges = built.concat();
    drop(built);
    edges.par_sort_unstable();
    edges.dedup();
    let roots = roots::roots(&program, world, found);
    CallGraph { data: data::lines(&program, test_data), ..finish(&program, edges, roots) }
}

/// What is made of each file, in their order. The largest come first, so that no thread is left alone with one at the end.
fn of_files<T: Send>(program: &Program<'_>, make: impl Fn(u32) -> T + Sync) -> Vec<T> {
    let mut files: Vec<u32> = (0u32..).take(program.files.len()).collect();
    files.sort_by_key(|file| Reverse(program.files[*file as usize].code.expressions.len()));
    let mut made: Vec<(u32, T)> = files.into_par_iter().with_max_len(1).map(|file| (file, make(file))).collect();
    made.sort_unstable_by_key(|(file, _)| *file);
    made.into_iter().map(|(_, made)| made).collect()
}

/// What calls pass, one level deep.
fn passed(program: &Program<'_>) -> Passed {
    let none = Passed::default();
    let found = of_files(program, |file| Builder::new(program, &none, file).arguments());
    let mut passed = Passed::default();
    for (parameter, argument) in found.into_iter().flatten() {
        let known = passed.entry(parameter).or_default();
        if known.len() < MAX_ARGUMENTS {
            known.push(argument);
        }
    }
    passed
}

fn finish(program: &Program<'_>, edges: Vec<Edge>, roots: Vec<Root>) -> CallGraph {
    let places: Vec<u32> = (0u32..).take(program.files.len()).collect();
    let units: Vec<Vec<GraphUnit>> = places.par_iter().map(|place| units(program, *place)).collect();
    let mut graph = CallGraph { edges, roots, ..CallGraph::default() };
    graph.units = units.into_iter().flatten().collect();
    for (place, file) in (0u32..).zip(&program.files) {
        graph.files.push(GraphFile {
            path: file.path.to_owned(),
            is_measured: program.is_measured[place as usize],
            is_omitted: program.is_omitted[place as usize],
            statements: file.code.statements,
            module: file.units,
        });
        graph.classes.extend(file.code.classes.iter().map(|class| GraphClass {
            file: place,
            name: file.code.word(class.name).to_owned(),
            unit: file.units + class.unit,
            block: class.block,
        }));
    }
    graph.owners = program.owners.clone();
    graph
}

/// The units of a file.
fn units(program: &Program<'_>, place: u32) -> Vec<GraphUnit> {
    let file = &program.files[place as usize];
    let evaluator = Evaluator::new(program, None);
    let units = (0u32..).zip(&file.code.units).map(|(local, unit)| {
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
        GraphUnit {
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
        }
    });
    units.collect()
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
