//! Where tests begin: their functions, the fixtures that they get, what is imported and set up before them.

use std::collections::BTreeMap;

use super::{
    super::{modules::World, tests::import_skips},
    Found, fixture_units,
    program::Program,
    unit_of,
};
use crate::model::{FileRole, SkipStatus, Test, code::UnitKind, graph::Root, suite::Property};

/// How likely a test runs of which nothing speaks against it.
const RUNS: f64 = 0.97;
/// How likely one does that a condition may skip.
const PERHAPS: f64 = 0.6;
/// How likely what stands around tests does.
const AROUND: f64 = 0.95;

/// Methods and functions that run before or after tests.
const SET_UP: [&str; 19] = [
    "setUp",
    "tearDown",
    "setUpClass",
    "tearDownClass",
    "setup_method",
    "teardown_method",
    "setup_class",
    "teardown_class",
    "setup",
    "teardown",
    "asyncSetUp",
    "asyncTearDown",
    "setup_module",
    "teardown_module",
    "setup_function",
    "teardown_function",
    "setUpModule",
    "tearDownModule",
    "runtest",
];

/// The roots, sorted by unit.
pub(super) fn roots(program: &Program<'_>, world: &World<'_>, found: &[Found]) -> Vec<Root> {
    let mut roots: BTreeMap<u32, Root> = BTreeMap::new();
    let mut add = |unit: u32, chance: f64, test: &str| {
        let root = roots.entry(unit).or_insert_with(|| Root { unit, chance, test: test.to_owned() });
        root.chance = root.chance.max(chance);
        if root.test.is_empty() {
            test.clone_into(&mut root.test);
        }
    };
    for (module, found) in world.modules.iter().zip(found) {
        // What was read for its code alone pytest does not collect, nor its doctests.
        if module.file.role == FileRole::Imported {
            continue;
        }
        let Some(file) = program.file_at(module.path()) else { continue };
        let own = &program.files[file as usize];
        let is_conftest = module.file.role == FileRole::Conftest;
        let is_test_module = module.file.role == FileRole::TestModule;
        if !is_conftest && !is_test_module && found.tests.is_empty() {
            continue;
        }
        // What a package skips, its modules are not imported for.
        let packages = world.packages(module);
        let skips = packages.iter().flat_map(|package| import_skips(package).map(|(_, status)| status));
        add(own.units, likely(skips.max().unwrap_or(SkipStatus::Never), 1.0), "");
        let mut set_up: Vec<u32> = Vec::new();
        for test in &found.tests {
            let Some(unit) = unit_of(program, test, module.path()) else { continue };
            add(unit, chance(test), &test.id);
            set_up.extend(program.class_of(unit));
        }
        for unit in fixture_units(program, found) {
            add(unit, AROUND, "");
        }
        // The classes of the module that hold tests, with what they inherit from.
        let classes: Vec<u32> = (own.classes..).take(own.code.classes.len()).collect();
        let with_tests = classes
            .into_iter()
            .filter(|class| program.classes[*class as usize].order.iter().any(|base| set_up.contains(base)));
        let mut around: Vec<u32> = with_tests.flat_map(|class| program.classes[class as usize].order.clone()).collect();
        around.sort_unstable();
        around.dedup();
        for class in around {
            let info = &program.classes[class as usize];
            let file = &program.files[info.file as usize];
            for (name, unit) in &file.code.classes[info.local as usize].methods {
                if SET_UP.contains(&file.code.word(*name)) || file.code.word(*name) == "__init__" {
                    add(file.units + unit, RUNS, "");
                }
            }
            add(program.class_node(class), AROUND, "");
        }
        for (local, unit) in (0u32..).zip(&own.code.units) {
            let name = own.code.word(unit.name);
            let is_plain = unit.kind == UnitKind::Function && unit.parent == Some(0) && unit.class.is_none();
            if is_plain && (SET_UP.contains(&name) || is_conftest && name.starts_with("pytest_")) {
                add(own.units + local, AROUND, "");
            }
        }
    }
    roots.into_values().collect()
}

/// How likely a test runs.
fn chance(test: &Test) -> f64 {
    if test.properties.contains(&Property::Deselected) {
        return 0.0;
    }
    likely(test.skip, RUNS)
}

/// How likely what is skipped like this runs, where that is so likely without a skip.
fn likely(skip: SkipStatus, never: f64) -> f64 {
    match skip {
        SkipStatus::Always => 0.0,
        SkipStatus::Conditional => PERHAPS,
        SkipStatus::Never => never,
    }
}
