//! What tests there are, by folder, by file and one by one. Counts and lists; judges nothing.

mod cpp;
mod doctests;
mod kinds;
mod measured;
mod scripts;

pub use cpp::{CppFileRow, CppFormRow, CppInventory, CppTestRow, CppTotals};
pub use doctests::{DoctestFile, DoctestRun, Doctests};
pub use kinds::CategoryRow;
pub use measured::{MeasuredRuns, TimedTest};
pub use scripts::ScriptRow;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Serialize;

use super::category::{self, Categorized, Category, CategoryEvidence, CategorySource, ComponentSource};
use crate::model::Gate;
use crate::model::runs::{Seconds, TestRun};
use crate::model::suite::{Property, Seeding};
use crate::model::{CargoTargetKind, DefinitionKind, FileRole, Language, Reason, SkipStatus, Suite, Test, TestFile};

/// The `inventory` section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inventory {
    /// Figures over everything.
    pub totals: InventoryTotals,
    /// The same by language; of languages that are there.
    pub languages: Vec<LanguageRow>,
    /// What cargo would run, sorted; left out of JSON where there is no Rust.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub binaries: Vec<BinaryRow>,
    /// Folders that directly hold test modules, sorted.
    pub folders: Vec<FolderRow>,
    /// Every file that was read, sorted by path.
    pub files: Vec<FileRow>,
    /// Every test: by path, then as they stand there.
    pub tests: Vec<TestRow>,
    /// Tests by category, language and place.
    pub categories: Vec<CategoryRow>,
    /// What reports of runs say; left out of JSON where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<MeasuredRuns>,
    /// Python files among the tests that are run by hand, sorted by path.
    pub scripts: Vec<ScriptRow>,
    /// Examples in docstrings of Python, and what runs them.
    pub doctests: Doctests,
    /// Tests of C++; left out of JSON where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpp: Option<CppInventory>,
}

/// Figures over everything that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InventoryTotals {
    /// Files of every role.
    pub files: usize,
    /// Files that pytest opens to collect tests, and files of Rust that have some.
    pub test_modules: usize,
    /// Test modules in which no test was found.
    pub test_modules_without_tests: usize,
    /// `conftest.py` files.
    pub conftest_files: usize,
    /// Files that define functions named like tests although pytest does not open them to collect any.
    pub other_files_with_test_functions: usize,
    /// Lines of all files.
    pub lines: u64,
    /// Tests.
    pub tests: usize,
    /// Classes with tests.
    pub suites: usize,
    /// Tests that are `async def`.
    pub async_tests: usize,
    /// Tests that a list of cases multiplies.
    pub parametrized_tests: usize,
    /// Tests that draw random values.
    pub random_tests: usize,
    /// Property-based tests.
    pub property_tests: usize,
    /// Items that pytest makes of the tests for which that is known.
    pub known_cases: u64,
    /// Tests for which it is not known.
    pub tests_with_unknown_cases: usize,
    /// Tests that a framework multiplies by something that is not in the source.
    pub multiplied_tests: usize,
    /// Tests with cases that exist at run time only.
    pub tests_with_runtime_subcases: usize,
    /// Tests of which weaker evidence says something else of how much they take in.
    pub category_conflicts: usize,
}

/// Figures of one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LanguageRow {
    /// The language.
    pub language: Language,
    /// Its files.
    pub files: usize,
    /// Those that are there for their tests.
    pub test_files: usize,
    /// Lines of all of them.
    pub lines: u64,
    /// Tests.
    pub tests: usize,
    /// Tests that are always skipped.
    pub skipped: usize,
}

/// A binary that cargo would build and run for its tests or benchmarks, a fuzz target, or the examples in a library's
/// documentation. Without tests it is listed only where something else runs in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BinaryRow {
    /// nextest's binary id.
    pub binary: String,
    /// `unit`, `integration`, `example`, `bench`, `fuzz` or `doc`: by the kind of its target.
    pub category: &'static str,
    /// Its tests; `None` where it brings a `main` of its own (`harness = false`, a fuzz target).
    pub tests: Option<usize>,
    /// Those that a plain run leaves out.
    pub ignored: usize,
}

/// A folder that directly holds test modules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FolderRow {
    /// Relative to the root; empty for the root itself.
    pub folder: String,
    /// Test modules directly in it.
    pub test_files: usize,
    /// Their tests.
    pub tests: usize,
    /// Their lines.
    pub lines: u64,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileRow {
    /// Relative to the root.
    pub path: String,
    /// `test-module`, `conftest` or `other`.
    pub role: &'static str,
    /// Its lines.
    pub lines: u32,
    /// Its tests.
    pub tests: usize,
    /// Its classes with tests.
    pub classes: usize,
    /// What kind of tests most of its tests are; of a file without any, what its place says. `null` unless it is there for its
    /// tests.
    pub category: Option<Category>,
    /// Which part of the product it tests.
    pub component: Option<String>,
    /// What says so.
    pub component_by: Option<ComponentSource>,
}

impl FileRow {
    /// Whether it is there for tests, and was not read for what it defines alone.
    pub fn is_for_tests(&self) -> bool {
        self.tests > 0 || ![role_name(FileRole::Other), role_name(FileRole::Imported)].contains(&self.role)
    }
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestRow {
    /// pytest's node id without the parameter suffix.
    pub id: String,
    /// Relative to the root.
    pub path: String,
    /// 1-based line of its first decorator, else of `def`.
    pub line: u32,
    /// The enclosing classes.
    pub suite: Option<String>,
    /// The function's name.
    pub name: String,
    /// 1-based line of `def`, or of the class for a test that a class makes.
    pub def_line: u32,
    /// How many cases are declared for it, where that is known.
    pub cases: Option<u64>,
    /// The product of those lists of cases that can be counted, whatever else multiplies it.
    pub declared_cases: Option<u64>,
    /// Whether a framework multiplies it by something that is not in the source.
    pub multiplied: bool,
    /// Whether it is `async def`.
    #[serde(rename = "async")]
    pub is_async: bool,
    /// Its decorators in source order.
    pub decorators: Vec<DecoratorRow>,
    /// Why it deserves fuzzing.
    pub reasons: Vec<ReasonRow>,
    /// Whether its random values repeat.
    pub random: Option<RandomRow>,
    /// Where cases are made that exist at run time only.
    pub runtime_subcases: Option<u32>,
    /// Whether it is skipped.
    pub skip: SkipStatus,
    /// What decides at run time whether it runs; left out of JSON where nothing does, as for most tests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<Gate>,
    /// Names of its marks, sorted; left out of JSON where it has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub markers: Vec<String>,
    /// What kind of test it is.
    pub category: Category,
    /// Which evidence decides that.
    pub category_by: CategoryBy,
    /// How long it takes: the mean over the reports that tell; left out of JSON where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<Seconds>,
    /// What reports of runs say of it; left out of JSON where they say nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<TestRun>,
    /// Weaker evidence that says something else; left out of JSON where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category_conflicts: Vec<CategoryEvidence>,
}

/// The evidence that decides a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryBy {
    /// Which kind of evidence.
    pub source: CategorySource,
    /// The marker, folder, word or call.
    pub what: String,
    /// 1-based, where it stands in a file.
    pub line: Option<u32>,
}

/// A decorator of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecoratorRow {
    /// The resolved name.
    pub name: String,
    /// 1-based.
    pub line: u32,
}

/// Why a test deserves fuzzing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonRow {
    /// The reason.
    pub reason: Reason,
    /// 1-based.
    pub line: u32,
    /// The resolved name.
    pub what: String,
    /// The fixture, helper or scope through which the test has it.
    pub via: Option<String>,
}

/// Whether a test's random values repeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RandomRow {
    /// The verdict.
    pub seeding: Seeding,
    /// What decides it.
    pub by: String,
    /// Where that stands, if it stands in this file.
    pub line: Option<u32>,
}

/// Views a suite as an inventory.
pub fn inventory(suite: &Suite) -> Inventory {
    let mut files: Vec<&TestFile> = suite.files.iter().collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let rows_of = |file: &&TestFile| file.tests.iter().map(|test| test_row(suite, file, test)).collect::<Vec<_>>();
    let tests: Vec<TestRow> = files.par_iter().flat_map_iter(rows_of).collect();
    let of_files = kinds::of_files(&tests);
    let rows: Vec<FileRow> =
        files.iter().map(|file| file_row(suite, file, of_files.get(&*file.path).copied())).collect();
    let languages = Language::ALL.into_iter().filter_map(|language| language_row(&files, language));
    let cpp = cpp::cpp(&suite.cpp, &suite.runs);
    let of_cpp = cpp.as_ref().map(|cpp| LanguageRow {
        language: Language::Cpp,
        files: cpp.totals.files,
        test_files: cpp.totals.files,
        lines: cpp.totals.lines,
        tests: cpp.totals.tests,
        skipped: cpp.totals.disabled,
    });
    Inventory {
        totals: totals(&files, &rows, &tests),
        languages: languages.chain(of_cpp).collect(),
        binaries: binaries(suite),
        folders: folders(&rows),
        categories: kinds::rows(suite, &rows, &tests),
        measured: measured::measured(suite, &tests),
        scripts: scripts::scripts(suite),
        doctests: doctests::doctests(suite),
        files: rows,
        tests,
        cpp,
    }
}

fn language_row(files: &[&TestFile], language: Language) -> Option<LanguageRow> {
    let files: Vec<&&TestFile> = files.iter().filter(|file| file.language == language).collect();
    let tests = || files.iter().flat_map(|file| &file.tests);
    (!files.is_empty()).then(|| LanguageRow {
        language,
        files: files.len(),
        test_files: files.iter().filter(|file| file.holds_tests()).count(),
        lines: files.iter().map(|file| u64::from(file.facts.lines)).sum(),
        tests: tests().count(),
        skipped: tests().filter(|test| test.skip == SkipStatus::Always).count(),
    })
}

fn binaries(suite: &Suite) -> Vec<BinaryRow> {
    let mut found: BTreeMap<String, BinaryRow> = BTreeMap::new();
    let row = |binary: &str, category, tests| BinaryRow { binary: binary.to_owned(), category, tests, ignored: 0 };
    for package in suite.packages.iter().filter(|package| !package.orphan) {
        for target in &package.targets {
            let is_fuzz = target.kind == CargoTargetKind::Bin && package.is_fuzzed();
            let category = if is_fuzz { "fuzz" } else { category(target.kind) };
            let runs_tests = target.test && target.harness && !is_fuzz;
            let runs_itself = is_fuzz || !target.harness && (target.test || target.kind == CargoTargetKind::Bench);
            let tests = if runs_tests { Some(0) } else { None };
            let binary = target.binary_id(&package.name);
            if runs_tests || runs_itself {
                found.insert(binary.clone(), row(&binary, category, tests));
            }
        }
    }
    for test in suite.files.iter().flat_map(|file| &file.tests) {
        let Some(binary) = &test.binary else { continue };
        let own = found.entry(binary.clone()).or_insert_with(|| row(binary, "doc", None));
        *own.tests.get_or_insert(0) += 1;
        own.ignored += usize::from(test.skip == SkipStatus::Always);
    }
    found.into_values().filter(|row| row.tests != Some(0)).collect()
}

/// What the tests of a target are.
fn category(kind: CargoTargetKind) -> &'static str {
    match kind {
        CargoTargetKind::Lib | CargoTargetKind::ProcMacro | CargoTargetKind::Bin => "unit",
        CargoTargetKind::Test => "integration",
        CargoTargetKind::Example => "example",
        CargoTargetKind::Bench => "bench",
    }
}

fn file_row(suite: &Suite, file: &TestFile, category: Option<Category>) -> FileRow {
    // Of Rust they are modules.
    let tests = file.tests.iter().filter(|_| file.language == Language::Python);
    let classes: BTreeSet<&str> = tests.filter_map(|test| test.suite.as_deref()).collect();
    let component = file.holds_tests().then(|| category::component(suite, file)).flatten();
    FileRow {
        path: file.path.clone(),
        role: if file.holds_tests() { TEST_MODULE } else { role_name(file.role) },
        lines: file.facts.lines,
        tests: file.tests.len(),
        classes: classes.len(),
        category: file
            .holds_tests()
            .then(|| category.unwrap_or_else(|| category::of_file(&file.path).decided.category)),
        component_by: component.as_ref().map(|(_, by)| *by),
        component: component.map(|(name, _)| name),
    }
}

const TEST_MODULE: &str = "test-module";

fn role_name(role: FileRole) -> &'static str {
    match role {
        FileRole::TestModule => TEST_MODULE,
        FileRole::Conftest => "conftest",
        FileRole::Other => "other",
        FileRole::DoctestText => "doctest-text",
        FileRole::Imported => "imported",
    }
}

fn test_row(suite: &Suite, file: &TestFile, test: &Test) -> TestRow {
    let Categorized { decided, conflicts } = category::of_test(suite, file, test);
    let definition = test.definition.map(|definition| file.facts.definition(definition));
    let decorator = |decorator: &crate::model::fact::Decorator| DecoratorRow {
        name: decorator.name.clone(),
        line: decorator.evidence.line,
    };
    let reason = |own: &crate::model::suite::TestReason| ReasonRow {
        reason: own.reason,
        line: own.evidence.line,
        what: own.evidence.what.clone(),
        via: own.via.clone(),
    };
    TestRow {
        id: test.id.clone(),
        path: file.path.clone(),
        line: test.line,
        suite: test.suite.clone(),
        name: test.name.clone(),
        def_line: definition.map_or(test.line, |definition| definition.line),
        cases: test.cases,
        declared_cases: test.declared_cases,
        multiplied: test.multiplied,
        is_async: test.properties.contains(&Property::Async),
        decorators: definition.into_iter().flat_map(|definition| &definition.decorators).map(decorator).collect(),
        reasons: test.reasons.iter().map(reason).collect(),
        random: test.randomness.as_ref().map(|randomness| RandomRow {
            seeding: randomness.seeding,
            by: randomness.by.clone(),
            line: randomness.evidence.as_ref().map(|evidence| evidence.line),
        }),
        runtime_subcases: test.runtime_subcases.as_ref().map(|evidence| evidence.line),
        skip: test.skip,
        gates: test.gates.clone(),
        markers: test.markers.clone(),
        category: decided.category,
        category_by: CategoryBy { source: decided.source, what: decided.what, line: decided.line },
        category_conflicts: conflicts,
        seconds: suite.runs.seconds(&test.id),
        runs: suite.runs.of(&test.id).to_vec(),
    }
}

fn totals(files: &[&TestFile], rows: &[FileRow], tests: &[TestRow]) -> InventoryTotals {
    let role = |role| files.iter().filter(|file| file.role == role).count();
    let having = |wanted: &dyn Fn(&TestRow) -> bool| tests.iter().filter(|test| wanted(test)).count();
    let carrying = |reason| having(&|test| test.reasons.iter().any(|own| own.reason == reason));
    InventoryTotals {
        files: files.len(),
        test_modules: files.iter().filter(|file| file.holds_tests()).count(),
        test_modules_without_tests: files
            .iter()
            .filter(|file| file.role == FileRole::TestModule && file.tests.is_empty())
            .count(),
        conftest_files: role(FileRole::Conftest),
        other_files_with_test_functions: files.iter().filter(|file| has_uncollected_tests(file)).count(),
        lines: rows.iter().map(|row| u64::from(row.lines)).sum(),
        tests: tests.len(),
        suites: rows.iter().map(|row| row.classes).sum(),
        async_tests: having(&|test| test.is_async),
        parametrized_tests: carrying(Reason::Parametrized),
        random_tests: carrying(Reason::Random),
        property_tests: carrying(Reason::Property),
        known_cases: tests.iter().filter_map(|test| test.cases).fold(0, u64::saturating_add),
        tests_with_unknown_cases: having(&|test| test.cases.is_none()),
        multiplied_tests: having(&|test| test.multiplied),
        tests_with_runtime_subcases: having(&|test| test.runtime_subcases.is_some()),
        category_conflicts: having(&|test| !test.category_conflicts.is_empty()),
    }
}

/// Functions at module level or directly in a class; one inside a function is a local helper.
fn has_uncollected_tests(file: &TestFile) -> bool {
    let at_module_or_class = |parent: Option<crate::model::DefinitionId>| {
        parent.is_none_or(|parent| file.facts.definition(parent).kind == DefinitionKind::Class)
    };
    file.role != FileRole::TestModule
        && file.facts.definitions.iter().any(|definition| {
            definition.kind == DefinitionKind::Function
                && definition.name.starts_with("test_")
                && at_module_or_class(definition.parent)
        })
}

fn folders(rows: &[FileRow]) -> Vec<FolderRow> {
    let mut folders: BTreeMap<&str, FolderRow> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.role == TEST_MODULE) {
        let folder = crate::model::path::folder(&row.path);
        let sum =
            folders.entry(folder).or_insert_with(|| FolderRow { folder: folder.to_owned(), ..FolderRow::default() });
        sum.test_files += 1;
        sum.tests += row.tests;
        sum.lines += u64::from(row.lines);
    }
    folders.into_values().collect()
}
