//! Tests of C++ over all files: which macros of the tree's own make some, and how many values or types each suite is given.
//! Reads facts only. What cannot be counted is not: a suite whose values some call computes has an unknown number of cases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::cpp::{
    CppFacts, CppFile, CppFramework, CppInstantiation, CppKind, CppPlace, CppSuite, CppTest, CppTestMacro,
};

/// Forms whose call in a macro's definition makes a test.
const MAKERS: [&str; 9] = [
    "TEST",
    "TEST_F",
    "TEST_P",
    "TYPED_TEST",
    "TYPED_TEST_P",
    "GTEST_TEST",
    "TEST_CASE",
    "TEST_CASE_METHOD",
    "BOOST_AUTO_TEST_CASE",
];

/// How often macros are looked for that call macros.
const MAX_ROUNDS: usize = 8;

/// Joins the facts of all files; those without tests are left out.
pub fn cpp(files: &[(String, Arc<CppFacts>)]) -> CppSuite {
    let macros = macros(files);
    let lists = type_lists(files);
    let mut given: BTreeMap<&str, Vec<&CppInstantiation>> = BTreeMap::new();
    for instantiation in files.iter().flat_map(|(_, facts)| &facts.instantiations) {
        given.entry(&instantiation.suite).or_default().push(instantiation);
    }
    let allowed: BTreeSet<&str> = files.iter().flat_map(|(_, facts)| &facts.allowed).map(String::as_str).collect();
    let mut suite = CppSuite::default();
    let mut missing: BTreeMap<&str, CppPlace> = BTreeMap::new();
    for (path, facts) in files {
        let mut tests = facts.tests.clone();
        tests.extend(made_by_macros(facts, &macros));
        tests.sort_by_key(|test| test.line);
        if tests.is_empty() {
            continue;
        }
        let cases = tests.iter().map(|test| cases(test, &given, &lists)).collect();
        for test in &facts.tests {
            let Some(name) = test.suite.as_deref().filter(|name| !given.contains_key(name)) else { continue };
            let needs = matches!(test.kind, CppKind::Valued | CppKind::Typed | CppKind::TypePattern);
            if needs && !allowed.contains(name) {
                let place = || CppPlace { path: path.clone(), line: test.line, name: name.to_owned() };
                missing.entry(name).or_insert_with(place);
            }
        }
        suite.files.push(CppFile { path: path.clone(), lines: facts.lines, tests, cases });
    }
    suite.files.sort_by(|a, b| a.path.cmp(&b.path));
    suite.uninstantiated = missing.into_values().collect();
    suite.uninstantiated.sort();
    suite.macros = macros.into_values().filter(|own| own.uses + own.handed_on > 0).collect();
    suite
}

/// The macros of the tree that make tests, by name. Of several definitions, which an `#if` may choose from, the one that makes
/// the most.
fn macros(files: &[(String, Arc<CppFacts>)]) -> BTreeMap<String, CppTestMacro> {
    let mut found: BTreeMap<String, CppTestMacro> = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        let before: BTreeMap<String, u64> = found.iter().map(|(name, own)| (name.clone(), own.tests_each)).collect();
        for (path, facts) in files {
            for own in facts.macros.iter().filter(|own| !MAKERS.contains(&own.name.as_str())) {
                let made = |call: &String| match MAKERS.contains(&call.as_str()) {
                    true => 1,
                    false if *call == own.name => 0,
                    false => before.get(call).copied().unwrap_or(0),
                };
                let tests_each = own.calls.iter().map(made).fold(0, u64::saturating_add).min(1_000);
                if tests_each == 0 || found.get(&own.name).is_some_and(|known| known.tests_each >= tests_each) {
                    continue;
                }
                let (name, path, line) = (own.name.clone(), path.clone(), own.line);
                found.insert(name.clone(), CppTestMacro { name, path, line, tests_each, uses: 0, handed_on: 0 });
            }
        }
        if found.iter().all(|(name, own)| before.get(name) == Some(&own.tests_each)) {
            break;
        }
    }
    for used in files.iter().flat_map(|(_, facts)| &facts.uses) {
        let Some(own) = found.get_mut(&used.name) else { continue };
        match used.arguments {
            Some(_) => own.uses += 1,
            None => own.handed_on += 1,
        }
    }
    found
}

/// The tests that calls of the tree's own macros make: one for each call, with as many cases as it makes tests.
fn made_by_macros<'f>(
    facts: &'f CppFacts,
    macros: &'f BTreeMap<String, CppTestMacro>,
) -> impl Iterator<Item = CppTest> + 'f {
    facts.uses.iter().filter_map(|used| {
        let own = macros.get(&used.name)?;
        let arguments = used.arguments.as_ref();
        let name = arguments.map_or_else(|| used.name.clone(), |arguments| format!("{}({arguments})", used.name));
        Some(CppTest {
            form: used.name.clone(),
            framework: None,
            kind: if arguments.is_some() { CppKind::Plain } else { CppKind::Open },
            suite: None,
            name,
            line: used.line,
            disabled: false,
            skip: None,
            sections: 0,
            own_cases: arguments.map(|_| own.tests_each),
        })
    })
}

/// Named lists of types; of a name that several files give to lists of different lengths nothing is known.
fn type_lists(files: &[(String, Arc<CppFacts>)]) -> BTreeMap<&str, Option<u64>> {
    let mut lists: BTreeMap<&str, Option<u64>> = BTreeMap::new();
    for (name, count) in files.iter().flat_map(|(_, facts)| &facts.type_lists) {
        let known = lists.entry(name).or_insert(*count);
        if known != count {
            *known = None;
        }
    }
    lists
}

fn cases(
    test: &CppTest,
    given: &BTreeMap<&str, Vec<&CppInstantiation>>,
    lists: &BTreeMap<&str, Option<u64>>,
) -> Option<u64> {
    let of_types = match test.kind {
        CppKind::Plain => return test.own_cases,
        CppKind::Open => return (test.framework == Some(CppFramework::Fuzz)).then_some(1),
        CppKind::Valued => false,
        CppKind::Typed | CppKind::TypePattern => true,
    };
    let Some(given) = given.get(test.suite.as_deref()?) else { return Some(0) };
    let count = |own: &&&CppInstantiation| match &own.list {
        Some(list) => lists.get(list.as_str()).copied().flatten(),
        None => own.count,
    };
    let wanted = given.iter().filter(|own| own.of_types == of_types);
    wanted.map(|own| count(&own)).try_fold(0_u64, |sum, count| sum.checked_add(count?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cpp::CppMacro;

    #[test]
    fn a_macro_that_calls_a_macro_that_makes_tests_makes_as_many_and_circles_end() {
        let own = |name: &str, calls: &[&str]| CppMacro {
            name: name.to_owned(),
            line: 1,
            calls: calls.iter().map(|call| (*call).to_owned()).collect(),
        };
        let facts = CppFacts {
            macros: vec![
                own("TWO_TESTS", &["TEST", "TEST_F"]),
                own("FOUR_TESTS", &["TWO_TESTS", "TWO_TESTS"]),
                own("TEST_A", &["TEST_B"]),
                own("TEST_B", &["TEST_A"]),
            ],
            ..CppFacts::default()
        };
        let found = macros(&[("a.h".to_owned(), Arc::new(facts))]);
        let each: Vec<_> = found.values().map(|own| (own.name.as_str(), own.tests_each)).collect();
        assert_eq!(each, [("FOUR_TESTS", 4), ("TWO_TESTS", 2)]);
    }
}
