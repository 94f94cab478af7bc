//! Which part of the product a file tests: by the folders below the tests, else by the package that it imports most, or by
//! the package of cargo.

use std::collections::BTreeMap;

use serde::Serialize;

use super::words;
use crate::model::{BindingValue, Language, Suite, TestFile};

/// What says which part it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentSource {
    /// The folders below that of the tests.
    Folder,
    /// The package that is imported most.
    Imports,
    /// The package of cargo.
    Package,
}

/// Roots of imports that are tools of tests, and not what is tested.
const TOOLS: [&str; 40] = [
    "pytest",
    "unittest",
    "hypothesis",
    "mock",
    "numpy",
    "__future__",
    "typing",
    "os",
    "sys",
    "re",
    "io",
    "json",
    "time",
    "math",
    "random",
    "functools",
    "itertools",
    "collections",
    "contextlib",
    "pathlib",
    "tempfile",
    "shutil",
    "subprocess",
    "threading",
    "logging",
    "warnings",
    "copy",
    "datetime",
    "dataclasses",
    "enum",
    "types",
    "inspect",
    "asyncio",
    "operator",
    "string",
    "textwrap",
    "abc",
    "typing_extensions",
    "parameterized",
    "pickle",
];

/// The part that a file tests; `None` where nothing says it.
pub fn component(suite: &Suite, file: &TestFile) -> Option<(String, ComponentSource)> {
    if file.language == Language::Rust {
        let holds = |folder: &str| {
            folder.is_empty() || file.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let own = suite.packages.iter().filter(|package| holds(package.folder()));
        let own = own.max_by_key(|package| package.folder().len())?;
        return Some((own.name.clone(), ComponentSource::Package));
    }
    let below = words::below_tests(&file.path);
    below
        .map(|folders| (folders, ComponentSource::Folder))
        .or_else(|| Some((imported(file)?, ComponentSource::Imports)))
}

/// The package that a file imports most, with the part of it where all of these imports are of one.
fn imported(file: &TestFile) -> Option<String> {
    let mut roots: BTreeMap<&str, usize> = BTreeMap::new();
    let mut parts: BTreeMap<String, usize> = BTreeMap::new();
    for binding in &file.facts.bindings {
        let (BindingValue::Import(name) | BindingValue::Star(name)) = &binding.value else { continue };
        let mut names = name.split('.');
        let Some(root) = names.next().filter(|root| !root.is_empty() && !TOOLS.contains(root)) else { continue };
        *roots.entry(root).or_default() += 1;
        let is_helper = |name: &&str| matches!(name.trim_start_matches('_'), "testing" | "tests" | "test" | "utils");
        // The last name of an import may be a class or a function.
        if let Some(part) = names.next().filter(|part| !is_helper(part) && part.starts_with(char::is_lowercase)) {
            *parts.entry(format!("{root}.{part}")).or_default() += 1;
        }
    }
    // Of several that are imported as often, the first by name.
    let (root, count) = roots.into_iter().rev().max_by_key(|(_, count)| *count)?;
    let part =
        parts.into_iter().rev().filter(|(part, _)| part.split('.').next() == Some(root)).max_by_key(|(_, own)| *own);
    Some(part.filter(|(_, own)| own * 2 > count).map_or_else(|| root.to_owned(), |(part, _)| part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Binding, FileFacts, FileRole};

    fn file(path: &str, imports: &[&str]) -> TestFile {
        let import = |name: &&str| Binding {
            name: "x".to_owned(),
            scope: None,
            offset: 0,
            line: 1,
            conditional: false,
            guard: None,
            value: BindingValue::Import((*name).to_owned()),
        };
        let facts = FileFacts { bindings: imports.iter().map(import).collect(), ..FileFacts::default() };
        let (path, language, role) = (path.to_owned(), Language::Python, FileRole::TestModule);
        TestFile { path, language, role, facts, tests: Vec::new() }
    }

    #[test]
    fn folders_below_the_tests_name_the_part_and_imports_where_there_are_none() {
        let of =
            |path: &str, imports: &[&str]| component(&Suite::default(), &file(path, imports)).map(|(name, _)| name);
        assert_eq!(of("tests/unit/ml/diloco/test_a.py", &[]).as_deref(), Some("ml/diloco"));
        assert_eq!(of("src/acme/tests/db/test_a.py", &[]).as_deref(), Some("db"));
        assert_eq!(
            of("tests/test_a.py", &["pytest", "os", "acme.db.Table", "acme.db", "other"]).as_deref(),
            Some("acme.db")
        );
        assert_eq!(of("tests/unit/test_a.py", &["acme.a", "acme.b", "acme.c"]).as_deref(), Some("acme"));
        assert_eq!(of("tests/test_a.py", &["pytest", ".helpers", "typing.Any"]), None);
    }
}
