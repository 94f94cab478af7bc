//! Tests by category, language and place. A file counts once, where most of its tests do: the rows add up.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::category::{self, Category, CategorySource};
use super::{FileRow, TestRow};
use crate::model::cpp::{CppFramework, CppTest};
use crate::model::runs::Seconds;
use crate::model::{Language, Suite};

/// The tests of one category and language in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryRow {
    /// The category.
    pub category: Category,
    /// The language.
    pub language: Language,
    /// The folder of tests with the next one below it, else the first two folders.
    pub location: String,
    /// Files of which most tests are here; test modules without tests by what their place says.
    pub files: usize,
    /// Tests.
    pub tests: usize,
    /// Cases of those tests for which that is known.
    pub known_cases: u64,
    /// Tests for which it is not known.
    pub tests_with_unknown_cases: usize,
    /// Lines of the files.
    pub lines: u64,
    /// How long the tests take that reports of runs speak of; left out of JSON where they speak of none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<Seconds>,
    /// How many of the tests each kind of evidence decided.
    pub decided_by: BTreeMap<CategorySource, usize>,
}

/// The category of most tests of each file, by its path.
pub(super) fn of_files(tests: &[TestRow]) -> BTreeMap<&str, Category> {
    let mut counts: BTreeMap<&str, BTreeMap<Category, usize>> = BTreeMap::new();
    for test in tests {
        *counts.entry(&test.path).or_default().entry(test.category).or_default() += 1;
    }
    // Of several that are as many, the first.
    let most = |counts: BTreeMap<Category, usize>| counts.into_iter().rev().max_by_key(|(_, count)| *count);
    counts.into_iter().filter_map(|(path, counts)| Some((path, most(counts)?.0))).collect()
}

type Key<'a> = (Category, Language, &'a str);

/// The rows, sorted.
pub(super) fn rows(suite: &Suite, files: &[FileRow], tests: &[TestRow]) -> Vec<CategoryRow> {
    let mut rows: BTreeMap<Key<'_>, CategoryRow> = BTreeMap::new();
    let languages: BTreeMap<&str, Language> =
        suite.files.iter().map(|file| (file.path.as_str(), file.language)).collect();
    for file in files {
        let Some(category) = file.category else { continue };
        let language = languages.get(file.path.as_str()).copied().unwrap_or(Language::Python);
        let row = row(&mut rows, (category, language, category::location(&file.path)));
        row.files += 1;
        row.lines += u64::from(file.lines);
    }
    for test in tests {
        let language = languages.get(test.path.as_str()).copied().unwrap_or(Language::Python);
        let row = row(&mut rows, (test.category, language, category::location(&test.path)));
        add(row, test.cases, test.category_by.source, test.seconds);
    }
    for file in &suite.cpp.files {
        let location = category::location(&file.path);
        let mut counts: BTreeMap<Category, usize> = BTreeMap::new();
        for (test, cases) in file.tests.iter().zip(&file.cases) {
            let (category, source) = of_cpp(&file.path, test);
            *counts.entry(category).or_default() += 1;
            let seconds = suite.runs.seconds(&test.id(&file.path));
            add(row(&mut rows, (category, Language::Cpp, location)), *cases, source, seconds);
        }
        let Some((category, _)) = counts.into_iter().rev().max_by_key(|(_, count)| *count) else { continue };
        let row = row(&mut rows, (category, Language::Cpp, location));
        row.files += 1;
        row.lines += u64::from(file.lines);
    }
    rows.into_values().collect()
}

fn row<'r, 'a>(rows: &'r mut BTreeMap<Key<'a>, CategoryRow>, key: Key<'a>) -> &'r mut CategoryRow {
    let (category, language, location) = key;
    rows.entry(key).or_insert_with(|| CategoryRow {
        category,
        language,
        location: location.to_owned(),
        files: 0,
        tests: 0,
        known_cases: 0,
        tests_with_unknown_cases: 0,
        lines: 0,
        seconds: None,
        decided_by: BTreeMap::new(),
    })
}

fn add(row: &mut CategoryRow, cases: Option<u64>, source: CategorySource, seconds: Option<Seconds>) {
    if let Some(seconds) = seconds {
        row.seconds = Some(row.seconds.unwrap_or_default().and(seconds));
    }
    row.tests += 1;
    row.known_cases = row.known_cases.saturating_add(cases.unwrap_or(0));
    row.tests_with_unknown_cases += usize::from(cases.is_none());
    *row.decided_by.entry(source).or_default() += 1;
}

/// The category of a test of C++: what its macro makes, else what its place says.
fn of_cpp(path: &str, test: &CppTest) -> (Category, CategorySource) {
    match test.framework {
        Some(CppFramework::Fuzz) => (Category::Fuzz, CategorySource::Runner),
        Some(CppFramework::Benchmark) => (Category::Benchmark, CategorySource::Runner),
        _ => {
            let decided = category::of_file(path).decided;
            (decided.category, decided.source)
        }
    }
}
