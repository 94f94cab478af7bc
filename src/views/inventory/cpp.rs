//! The tests of C++: by file, by macro, one by one, and what cannot be counted.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::cpp::{CppFramework, CppPlace, CppSuite, CppTest, CppTestMacro};
use crate::model::runs::{Runs, TestRun};

/// The tests of C++.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CppInventory {
    /// Figures over everything.
    pub totals: CppTotals,
    /// How many tests each macro makes, the most first.
    pub forms: Vec<CppFormRow>,
    /// Macros of the tree's own that make tests.
    pub macros: Vec<CppTestMacro>,
    /// Suites with tests for values or types that nobody gives them: none of these tests ever runs.
    pub uninstantiated: Vec<CppPlace>,
    /// Files with tests, sorted by path.
    pub files: Vec<CppFileRow>,
    /// Every test: by path, then as they stand there.
    pub tests: Vec<CppTestRow>,
}

/// Figures over all tests of C++.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CppTotals {
    /// Files with tests.
    pub files: usize,
    /// Their lines.
    pub lines: u64,
    /// Tests: each place that makes one, or of a macro of the tree's own each call.
    pub tests: usize,
    /// Cases of the tests for which that is known: values and types that suites are given.
    pub known_cases: u64,
    /// Tests for which it is not known.
    pub tests_with_unknown_cases: usize,
    /// Tests that are switched off.
    pub disabled: usize,
    /// Tests that may skip themselves.
    pub skipping: usize,
    /// Tests that macros of the tree's own make.
    pub made_by_macros: usize,
    /// Sections within tests.
    pub sections: u64,
}

/// The tests of one macro.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CppFormRow {
    /// The macro.
    pub form: String,
    /// Whose it is; `null` for one of the tree's own.
    pub framework: Option<CppFramework>,
    /// Its tests.
    pub tests: usize,
    /// Their cases, as far as known.
    pub known_cases: u64,
}

/// A file with tests of C++.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CppFileRow {
    /// Relative to the root.
    pub path: String,
    /// Its lines.
    pub lines: u32,
    /// Its tests.
    pub tests: usize,
    /// Their cases, as far as known.
    pub known_cases: u64,
    /// Those that are switched off.
    pub disabled: usize,
}

/// A test of C++.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CppTestRow {
    /// Relative to the root.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// The macro that makes it.
    pub form: String,
    /// The suite or fixture.
    pub suite: Option<String>,
    /// Its name.
    pub name: String,
    /// How many cases it has; `null` where the source does not tell, 0 where nobody instantiates it.
    pub cases: Option<u64>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// The line of the first statement in it that skips.
    pub skip: Option<u32>,
    /// What reports of runs say of it; left out of JSON where they say nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<TestRun>,
}

/// Views the tests of C++; `None` where there are none.
pub(super) fn cpp(suite: &CppSuite, runs: &Runs) -> Option<CppInventory> {
    let all = || suite.files.iter().flat_map(|file| file.tests.iter().zip(file.cases.iter().copied()));
    let having = |wanted: &dyn Fn(&CppTest) -> bool| all().filter(|(test, _)| wanted(test)).count();
    let mut forms: BTreeMap<(&str, Option<CppFramework>), (usize, u64)> = BTreeMap::new();
    for (test, cases) in all() {
        let (tests, known) = forms.entry((&test.form, test.framework)).or_default();
        *tests += 1;
        *known = known.saturating_add(cases.unwrap_or(0));
    }
    let mut forms: Vec<CppFormRow> = forms
        .into_iter()
        .map(|((form, framework), (tests, known_cases))| CppFormRow {
            form: form.to_owned(),
            framework,
            tests,
            known_cases,
        })
        .collect();
    forms.sort_by(|one, other| (other.tests, &one.form).cmp(&(one.tests, &other.form)));
    (!suite.files.is_empty()).then(|| CppInventory {
        totals: CppTotals {
            files: suite.files.len(),
            lines: suite.files.iter().map(|file| u64::from(file.lines)).sum(),
            tests: all().count(),
            known_cases: sum(all().map(|(_, cases)| cases)),
            tests_with_unknown_cases: all().filter(|(_, cases)| cases.is_none()).count(),
            disabled: having(&|test| test.disabled),
            skipping: having(&|test| test.skip.is_some()),
            made_by_macros: having(&|test| test.framework.is_none()),
            sections: all().map(|(test, _)| u64::from(test.sections)).sum(),
        },
        forms,
        macros: suite.macros.clone(),
        uninstantiated: suite.uninstantiated.clone(),
        files: suite
            .files
            .iter()
            .map(|file| CppFileRow {
                path: file.path.clone(),
                lines: file.lines,
                tests: file.tests.len(),
                known_cases: sum(file.cases.iter().copied()),
                disabled: file.tests.iter().filter(|test| test.disabled).count(),
            })
            .collect(),
        tests: suite
            .files
            .iter()
            .flat_map(|file| {
                file.tests.iter().zip(&file.cases).map(|(test, cases)| row(&file.path, test, *cases, runs))
            })
            .collect(),
    })
}

fn sum(cases: impl Iterator<Item = Option<u64>>) -> u64 {
    cases.flatten().fold(0, u64::saturating_add)
}

fn row(path: &str, test: &CppTest, cases: Option<u64>, runs: &Runs) -> CppTestRow {
    CppTestRow {
        path: path.to_owned(),
        line: test.line,
        form: test.form.clone(),
        suite: test.suite.clone(),
        name: test.name.clone(),
        cases,
        disabled: test.disabled,
        skip: test.skip,
        runs: runs.of(&test.id(path)).to_vec(),
    }
}
