//! pytest's `python_classes` and `python_functions`: prefixes or globs of names.

use std::ffi::OsStr;

use crate::model::{Fnmatch, PytestConfig};

/// The names that pytest collects.
pub(super) struct Patterns {
    classes: Vec<Pattern>,
    functions: Vec<Pattern>,
    /// `collect_imported_tests`.
    pub(super) imported: bool,
}

/// A prefix that may be a glob as well.
struct Pattern {
    prefix: String,
    glob: Option<Fnmatch>,
}

impl Patterns {
    pub(super) fn new(pytest: &PytestConfig) -> Self {
        let compiled = |patterns: &[String]| patterns.iter().map(|pattern| Pattern::new(pattern)).collect();
        Self {
            classes: compiled(&pytest.python_classes),
            functions: compiled(&pytest.python_functions),
            imported: pytest.collect_imported_tests,
        }
    }

    pub(super) fn is_class(&self, name: &str) -> bool {
        self.classes.iter().any(|pattern| pattern.matches(name))
    }

    pub(super) fn is_function(&self, name: &str) -> bool {
        self.functions.iter().any(|pattern| pattern.matches(name))
    }
}

impl Pattern {
    fn new(pattern: &str) -> Self {
        let glob = pattern.contains(['*', '?', '[']).then(|| Fnmatch::new(pattern));
        Self { prefix: pattern.to_owned(), glob }
    }

    /// `PyCollector._matches_prefix_or_glob_option` of `_pytest/python.py`.
    fn matches(&self, name: &str) -> bool {
        name.starts_with(&self.prefix) || self.glob.as_ref().is_some_and(|glob| glob.matches(OsStr::new(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_prefix_or_a_glob() {
        for (pattern, name, expected) in [
            ("test", "test_a", true),
            ("test", "atest", false),
            ("Test", "TestA", true),
            ("*Test", "WorkerTest", true),
            ("*Test", "WorkerTests", false),
            ("check_*", "check_a", true),
            ("check_*", "check", false),
            ("[Tt]est*", "TestA", true),
            ("[!T]est*", "TestA", false),
            ("it_*_works", "it_really_works", true),
            ("it_*_works", "it_really_work", false),
            ("[a", "[a", true),
            ("*", "", true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(name), expected, "{pattern} {name}");
        }
    }
}
