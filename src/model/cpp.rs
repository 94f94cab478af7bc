//! What a file of C++ says about tests, and what all of them come to. Refuses to know how it is written, and of whom a
//! test is a candidate: tests of C++ are counted, and nothing else.

use serde::Serialize;

/// The framework that a macro belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CppFramework {
    /// GoogleTest.
    Gtest,
    /// Catch2.
    Catch2,
    /// doctest.
    Doctest,
    /// Boost.Test.
    Boost,
    /// FuzzTest, and the entry point of libFuzzer.
    Fuzz,
    /// Google's library of benchmarks.
    Benchmark,
}

/// What decides how often a test of C++ runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CppKind {
    /// Once.
    Plain,
    /// Once for each value of each instantiation of its suite.
    Valued,
    /// Once for each type of its suite.
    Typed,
    /// Once for each type of each instantiation of its suite.
    TypePattern,
    /// As often as nothing in the source tells.
    Open,
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CppTest {
    /// The macro that makes it, as written: `TEST_F`, or one of the tree's own.
    pub form: String,
    /// Whose macro that is; `None` for one of the tree's own.
    pub framework: Option<CppFramework>,
    /// What decides how often it runs.
    pub kind: CppKind,
    /// The suite, fixture or group.
    pub suite: Option<String>,
    /// Its name.
    pub name: String,
    /// 1-based line of the macro.
    pub line: u32,
    /// Whether it is registered and not run: `DISABLED_`, `[.]`, `doctest::skip()`.
    pub disabled: bool,
    /// 1-based line of the first statement in it that skips.
    pub skip: Option<u32>,
    /// Sections that it is run again for: `SECTION`, `SUBCASE`.
    pub sections: u32,
    /// How many cases the macro itself lists; of one of the tree's own, how many tests it makes.
    pub own_cases: Option<u64>,
}

impl CppTest {
    /// What names it in the tree, whose file is at this path.
    pub fn id(&self, path: &str) -> String {
        match &self.suite {
            Some(suite) => format!("{path}::{suite}.{}", self.name),
            None => format!("{path}::{}", self.name),
        }
    }
}

/// A list of types, or what makes cases of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CppInstantiation {
    /// The suite.
    pub suite: String,
    /// Whether it is one of types.
    pub of_types: bool,
    /// How many values or types, where they can be counted.
    pub count: Option<u64>,
    /// The name of a list of types that stands elsewhere.
    pub list: Option<String>,
    /// 1-based.
    pub line: u32,
}

/// A macro that the file defines and that may make tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CppMacro {
    /// Its name.
    pub name: String,
    /// 1-based line of `#define`.
    pub line: u32,
    /// The macros that it calls, once for each call, those of frameworks among them.
    pub calls: Vec<String>,
}

/// A macro that is called, or handed to another one, outside of tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CppMacroUse {
    /// Its name.
    pub name: String,
    /// 1-based.
    pub line: u32,
    /// What it is given, shortened; `None` where it is itself an argument of another macro.
    pub arguments: Option<String>,
}

/// Everything that one file says about tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CppFacts {
    /// How many lines it has.
    pub lines: u32,
    /// Its tests in source order; those that macros of the tree's own make are not known here.
    pub tests: Vec<CppTest>,
    /// Lists of types and generators of values.
    pub instantiations: Vec<CppInstantiation>,
    /// Suites whose tests need not be instantiated, by the source's own word.
    pub allowed: Vec<String>,
    /// Named lists of types with their lengths.
    pub type_lists: Vec<(String, Option<u64>)>,
    /// Macros of its own that call others whose names speak of tests.
    pub macros: Vec<CppMacro>,
    /// Macros that are called outside of tests.
    pub uses: Vec<CppMacroUse>,
}

impl CppFacts {
    /// Whether anything was found that has to do with tests, apart from calls of macros that others may define.
    pub fn speaks_of_tests(&self) -> bool {
        !(self.tests.is_empty() && self.instantiations.is_empty() && self.macros.is_empty())
    }
}

/// A file of C++ with its tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CppFile {
    /// Relative to the root.
    pub path: String,
    /// Its lines.
    pub lines: u32,
    /// Its tests, those that macros of the tree's own make among them.
    pub tests: Vec<CppTest>,
    /// Of each test, how many cases it has, where that is known.
    pub cases: Vec<Option<u64>>,
}

/// Something that stands somewhere and has a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CppPlace {
    /// Relative to the root.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// The name.
    pub name: String,
}

/// A macro of the tree's own that makes tests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CppTestMacro {
    /// Its name.
    pub name: String,
    /// The file that defines it.
    pub path: String,
    /// 1-based line of its definition.
    pub line: u32,
    /// How many tests one call makes.
    pub tests_each: u64,
    /// How many calls there are.
    pub uses: usize,
    /// Where it is handed to another macro, which may call it any number of times.
    pub handed_on: usize,
}

/// The tests of C++ in the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CppSuite {
    /// Files with tests, sorted by path.
    pub files: Vec<CppFile>,
    /// Macros of the tree's own that make tests, sorted by name.
    pub macros: Vec<CppTestMacro>,
    /// Suites with tests for values or types that nobody gives them, each once.
    pub uninstantiated: Vec<CppPlace>,
}
