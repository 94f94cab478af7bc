//! The commands that run tests: those that the project itself uses, as a shell would take them, and those that follow from
//! where its tests stand. Owns how a command is written; refuses to know who runs it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::path::{folder_of_tests, is_below, is_of_tests};
use crate::model::{Invocation, Location, Program, Suite, TestFile, Word};

/// A command and what it does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct GuideCommand {
    /// As a shell takes it.
    pub command: String,
    /// What it runs.
    pub what: String,
}

/// A command of the project's own files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProjectCommand {
    /// As it is written there, what is computed included.
    pub command: String,
    /// The first place that has it.
    pub at: Location,
    /// How many places have it.
    pub places: usize,
    /// How many tests stand in what it names; `None` where that is computed, or some of them are selected.
    pub tests: Option<usize>,
}

/// A word as a shell needs it.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=:,+@%{}$".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    if word.chars().any(char::is_control) {
        // bash's `$'…'`: a command is one line.
        return format!("$'{}'", word.escape_default());
    }
    if word.contains(['$', '{']) && !word.contains('"') {
        return format!("\"{word}\"");
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// A command as it is written, in one line.
pub(super) fn text(invocation: &Invocation) -> String {
    let words = |words: &[Word]| words.iter().map(|word| quoted(&word.text)).collect::<Vec<_>>().join(" ");
    let rest = words(&invocation.words);
    let text = match &invocation.program {
        Program::Pytest => format!("pytest {rest}"),
        Program::Unittest => format!("python -m unittest {rest}"),
        Program::Script(file) => format!("{} {rest}", quoted(&file.text)),
        Program::Cargo => format!("cargo {rest}"),
        Program::Forwarded(tool) => format!("{tool} {rest}"),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The commands of the project's own files that run tests, each once, those in most places first.
pub(super) fn of_project(suite: &Suite) -> Vec<ProjectCommand> {
    let mut found: BTreeMap<String, (Vec<Location>, Option<usize>)> = BTreeMap::new();
    for invocation in &suite.invocations {
        // Any script may be called there; those in folders of tests are meant.
        if let Program::Script(file) = &invocation.program
            && !is_of_tests(&format!("{}/", file.text.trim_start_matches("./")))
        {
            continue;
        }
        let at = Location { path: invocation.path.clone(), line: invocation.line };
        let own = found.entry(text(invocation)).or_insert_with(|| (Vec::new(), named_tests(suite, invocation)));
        own.0.push(at);
    }
    let command = |(command, (mut places, tests)): (String, (Vec<Location>, Option<usize>))| {
        places.sort();
        ProjectCommand { command, places: places.len(), at: places.swap_remove(0), tests }
    };
    let mut found: Vec<_> = found.into_iter().map(command).collect();
    found.sort_by(|a, b| b.places.cmp(&a.places).then_with(|| a.at.cmp(&b.at)));
    found
}

/// How many tests stand in the files and folders that a command of pytest names; `None` where that is not known.
fn named_tests(suite: &Suite, invocation: &Invocation) -> Option<usize> {
    let selects = !invocation.mark_expressions().is_empty() || !invocation.keyword_expressions().is_empty();
    if invocation.program != Program::Pytest || selects || invocation.words.iter().any(|word| word.computed) {
        return None;
    }
    let default = &suite.pytest.testpaths;
    let named: Vec<&str> = invocation.paths().into_iter().map(|word| word.text.as_str()).collect();
    let named = if named.is_empty() { default.iter().map(String::as_str).collect() } else { named };
    let is_named = |path: &str| {
        named.is_empty() || named.iter().any(|own| is_below(path, own.trim_start_matches("./").trim_start_matches('.')))
    };
    Some(suite.files.iter().filter(|file| is_named(&file.path)).map(|file| file.tests.len()).sum())
}

/// The commands for the whole suite, its parts, one file and one test.
pub(super) fn quick(suite: &Suite, folders: &[(String, usize)]) -> Vec<GuideCommand> {
    let mut found = Vec::new();
    let mut add = |command: String, what: String| found.push(GuideCommand { command, what });
    let mut python: Vec<_> = suite
        .files
        .iter()
        .filter(|file| file.language == crate::model::Language::Python && !file.tests.is_empty())
        .collect();
    // The example is one that a reader will meet and can run: it stands where most tests do, and needs nothing.
    let has_above = |own: &str| folders.iter().any(|(other, _)| other != own && is_below(own, other));
    let largest = |deep: bool| folders.iter().filter(|own| has_above(&own.0) == deep).max_by_key(|own| own.1);
    let is_in = |file: &TestFile, own: Option<&(String, usize)>| own.is_some_and(|own| is_below(&file.path, &own.0));
    let (top, deep) = (largest(false), largest(true));
    python.sort_by_key(|file| {
        let needs_something = super::gated::gated_tests(file).next().is_some();
        (!is_in(file, top), needs_something, !is_in(file, deep))
    });
    if let Some(example) = python.first() {
        add("pytest".to_owned(), whole(suite));
        for (folder, tests) in folders {
            add(format!("pytest {}", quoted(folder)), crate::views::count(*tests, "test"));
        }
        let test = python.iter().flat_map(|file| &file.tests).find(|test| test.id.contains("::"));
        add(format!("pytest {}", quoted(&example.path)), "one file".to_owned());
        if let Some(test) = test {
            add(format!("pytest {}", quoted(&test.id)), "one test".to_owned());
        }
        let is_measured = suite
            .configuration
            .iter()
            .flat_map(|own| &own.options)
            .any(|own| own.name == "addopts" && own.value.iter().any(|words| words.contains("--cov")));
        if !is_measured
            && suite.requirements.depends_on("pytest-cov")
            && let Some(package) = product(suite)
        {
            add(format!("pytest --cov={package} --cov-report=term-missing"), "with coverage".to_owned());
        }
        if suite.requirements.depends_on("pytest-xdist") {
            add("pytest -n auto".to_owned(), "on all cores".to_owned());
        }
    }
    found
}

/// The package that most of the test files import which import any of the tree's.
fn product(suite: &Suite) -> Option<&str> {
    let mut importers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut importing = 0;
    for imported in suite.imported.values() {
        let own = imported.own.iter().filter(|own| !is_of_tests(&own.path)).filter_map(|own| package(&own.path));
        let own: BTreeSet<&str> = own.collect();
        importing += usize::from(!own.is_empty());
        for package in own {
            *importers.entry(package).or_default() += 1;
        }
    }
    let (package, files) = importers.into_iter().max_by_key(|(_, files)| *files)?;
    (files * 2 > importing).then_some(package)
}

/// What `pytest` without arguments runs.
fn whole(suite: &Suite) -> String {
    let paths = if suite.pytest.addopts.positional.is_empty() {
        &suite.pytest.testpaths
    } else {
        &suite.pytest.addopts.positional
    };
    let excluded =
        suite.pytest.addopts.markexpr.as_ref().map(|expression| format!(", only `-m {}`", quoted(expression)));
    let excluded = excluded.unwrap_or_default();
    if paths.is_empty() {
        format!("everything{excluded}")
    } else {
        format!(
            "everything below {}{excluded}",
            crate::views::words::join(&paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>())
        )
    }
}

/// The top-level package of a file of the product.
fn package(path: &str) -> Option<&str> {
    let inside = ["src/", "lib/", "python/"].iter().find_map(|start| path.strip_prefix(start)).unwrap_or(path);
    inside.split_once('/').map(|(package, _)| package)
}

/// The folders of tests that a reader would name: the uppermost ones, and below those what they consist of.
pub(super) fn folders(suite: &Suite) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for file in suite.files.iter().filter(|file| file.language == crate::model::Language::Python) {
        let Some(top) = folder_of_tests(&file.path).filter(|_| !file.tests.is_empty()) else { continue };
        *counts.entry(top.to_owned()).or_default() += file.tests.len();
        if let Some((below, _)) = file.path[top.len() + 1..].split_once('/') {
            *counts.entry(format!("{top}/{below}")).or_default() += file.tests.len();
        }
    }
    counts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        for (word, expected) in [
            ("tests/a.py::test_x", "tests/a.py::test_x"),
            ("a.py::test[x]", "'a.py::test[x]'"),
            ("not slow", "'not slow'"),
            ("it's", "'it'\\''s'"),
            ("$ARGS and more", "\"$ARGS and more\""),
            ("", "''"),
            ("a\nb", "$'a\\nb'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }

    #[test]
    fn a_product_has_a_package_below_its_folder_of_sources() {
        assert_eq!(package("src/acme/a/b.py"), Some("acme"));
        assert_eq!(package("acme/a.py"), Some("acme"));
        assert_eq!(package("setup.py"), None);
    }
}
