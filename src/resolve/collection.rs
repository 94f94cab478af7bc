//! Which functions of a test module are tests, by pytest's rules and unittest's.
//!
//! pytest collects functions with the prefix `test` and classes with the prefix `Test` that have no constructor
//! (`_pytest/python.py`: `PyCollector.istestfunction`, `istestclass`, `Class.collect`); of a `unittest.TestCase` under any
//! name the methods with the prefix `test` (`_pytest/unittest.py`). Bases are followed within the file; a base from
//! elsewhere is judged by `frameworks`. Inherited tests are not listed yet.

use rustc_hash::FxHashMap;

use super::{cases::Cases, index::Index, reach::Scope, reasons, seeding};
use crate::model::{BindingValue, DefinitionId, DefinitionKind, Expr, FileFacts, SignalKind, Test};

/// A test before what reaches it is known.
struct Found {
    name: String,
    suite: Option<String>,
    definition: DefinitionId,
    line: u32,
}

/// The tests of a module in source order.
pub(super) fn tests(path: &str, facts: &FileFacts) -> Vec<Test> {
    let index = Index::new(facts);
    let mut suites = Suites { index: &index, known: FxHashMap::default() };
    let mut found: Vec<Found> = Vec::new();
    for (id, definition) in facts.enumerate() {
        let is_function = definition.kind == DefinitionKind::Function && definition.name.starts_with("test");
        if !is_function || index.owns(id, SignalKind::Fixture) {
            continue;
        }
        if let Some(suite) = suites.around(id) {
            found.push(Found { name: definition.name.clone(), suite, definition: id, line: definition.first_line() });
        }
    }
    found.extend(state_machines(&index));
    // A later definition of the same name replaces an earlier one.
    let mut last: FxHashMap<(Option<&str>, &str), DefinitionId> = FxHashMap::default();
    for test in &found {
        last.insert((test.suite.as_deref(), &test.name), test.definition);
    }
    let is_last = |test: &&Found| last.get(&(test.suite.as_deref(), &test.name)) == Some(&test.definition);
    let mut tests: Vec<Test> = found.iter().filter(is_last).map(|found| test(path, &index, found)).collect();
    tests.sort_by_key(|test| test.line);
    tests
}

fn test(path: &str, index: &Index<'_>, found: &Found) -> Test {
    let scope = Scope::new(index, found.definition);
    let cases = Cases::of(index, &scope);
    let suite = found.suite.as_ref().map(|suite| format!("{suite}::")).unwrap_or_default();
    Test {
        id: format!("{path}::{suite}{}", found.name),
        suite: found.suite.clone(),
        name: found.name.clone(),
        line: found.line,
        definition: found.definition,
        cases: cases.items,
        declared_cases: cases.declared,
        multiplied: cases.multiplied,
        reasons: reasons::reasons(index, &scope),
        randomness: seeding::randomness(index, &scope),
        runtime_subcases: scope.evidence(index, SignalKind::SubcasesCall),
        product_loop: scope.evidence(index, SignalKind::SubcasesLoop),
    }
}

/// Which classes pytest collects, each judged once.
struct Suites<'a, 'f> {
    index: &'a Index<'f>,
    known: FxHashMap<DefinitionId, bool>,
}

impl Suites<'_, '_> {
    /// The classes around a function if pytest collects functions there: `Some(None)` is the module.
    fn around(&mut self, function: DefinitionId) -> Option<Option<String>> {
        let index = self.index;
        let mut names = Vec::new();
        for class in index.facts.ancestors(index.definition(function).parent) {
            if !self.is_suite(class) {
                return None;
            }
            names.push(index.definition(class).name.as_str());
        }
        names.reverse();
        Some((!names.is_empty()).then(|| names.join("::")))
    }

    fn is_suite(&mut self, class: DefinitionId) -> bool {
        if let Some(known) = self.known.get(&class) {
            return *known;
        }
        let index = self.index;
        let definition = index.definition(class);
        let constructs = || ["__init__", "__new__"].iter().any(|name| index.method(class, name).is_some());
        let is_suite = definition.kind == DefinitionKind::Class
            && (index.is_test_case(class) || definition.name.starts_with("Test") && !constructs());
        self.known.insert(class, is_suite);
        is_suite
    }
}

/// `TestMachine = Machine.TestCase`: hypothesis makes a test case with one test, `runTest`, of a state machine.
fn state_machines(index: &Index<'_>) -> Vec<Found> {
    let machines = index.facts.bindings.iter().filter_map(|binding| {
        let BindingValue::Value(Expr::Name(value)) = &binding.value else { return None };
        let machine = index.find(value.strip_suffix(".TestCase")?)?;
        let is_machine = index.lineage(machine).into_iter().any(|class| index.owns(class, SignalKind::PropertyMachine));
        is_machine.then(|| Found {
            name: "runTest".to_owned(),
            suite: Some(binding.name.clone()),
            definition: machine,
            line: binding.line,
        })
    });
    machines.collect()
}
