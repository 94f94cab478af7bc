//! Python files among the tests that pytest gets nothing out of, and that are made to be run by hand: benchmarks, profiles,
//! tests that a launcher starts in several processes.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::category::{self, Category, CategorySource};
use crate::model::{FileRole, Language, Problem, ProblemKind, SignalKind, Suite, TestFile};

/// A file that is run by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScriptRow {
    /// Relative to the root.
    pub path: String,
    /// Its lines.
    pub lines: u32,
    /// What its folder or name says that it is; `null` where they say nothing.
    pub category: Option<Category>,
    /// Why pytest gets no test out of it.
    pub why: &'static str,
    /// Line of `if __name__ == "__main__"`.
    pub main_guard: Option<u32>,
    /// Line of its parser of command lines, and its name.
    pub arguments: Option<(u32, String)>,
    /// Line where it reads what a launcher of several processes says.
    pub launcher: Option<u32>,
    /// Whether pytest would look for tests in it, by its name.
    pub named_like_a_test: bool,
}

/// All of them, sorted by path.
pub(super) fn scripts(suite: &Suite) -> Vec<ScriptRow> {
    let python = || suite.files.iter().filter(|file| file.language == Language::Python);
    let folder = |file: &TestFile| crate::model::path::folder(&file.path).to_owned();
    let with_tests: BTreeSet<String> =
        python().filter(|file| file.role == FileRole::TestModule && !file.tests.is_empty()).map(folder).collect();
    let is_among_tests = |file: &TestFile| {
        file.role == FileRole::TestModule
            || with_tests.contains(&folder(file))
            || folder(file).split('/').any(category::is_root)
    };
    // Tests that exist only once the file was imported are tests all the same.
    let hides = |problem: &&Problem| matches!(problem.kind, ProblemKind::MadeAtImport | ProblemKind::HiddenTests);
    let hidden: BTreeSet<&str> = suite.problems.iter().filter(hides).map(|problem| &*problem.path).collect();
    let mut found: Vec<ScriptRow> = python()
        .filter(|file| !hidden.contains(&*file.path))
        .filter_map(|file| script(file, is_among_tests(file)))
        .collect();
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn script(file: &TestFile, is_among_tests: bool) -> Option<ScriptRow> {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let is_other = matches!(file.role, FileRole::TestModule | FileRole::Other);
    if !is_other || matches!(name, "__main__.py" | "__init__.py" | "setup.py" | "conftest.py") {
        return None;
    }
    let decided = category::of_file(&file.path).decided;
    let category = (decided.source != CategorySource::Default).then_some(decided.category);
    let is_measuring = matches!(category, Some(Category::Benchmark | Category::Profiling));
    if !is_among_tests && !is_measuring {
        return None;
    }
    let signal = |kind| file.facts.signals.iter().find(|signal| signal.kind == kind);
    let at_top = |kind| file.facts.signals.iter().any(|own| own.kind == kind && own.owner.is_none());
    if file.facts.main_guard.is_none() && !at_top(SignalKind::ScriptArguments) {
        return None;
    }
    // What a runner of tests gets out of it is known to that runner.
    if at_top(SignalKind::ScriptRunner) {
        return None;
    }
    let why = if file.tests.is_empty() {
        "pytest collects nothing from it"
    } else if file.tests.iter().all(|test| !test.missing_fixtures.is_empty()) {
        "its functions ask for what no fixture provides"
    } else {
        return None;
    };
    Some(ScriptRow {
        path: file.path.clone(),
        lines: file.facts.lines,
        category,
        why,
        main_guard: file.facts.main_guard,
        arguments: signal(SignalKind::ScriptArguments).map(|own| (own.evidence.line, own.name.clone())),
        launcher: signal(SignalKind::ScriptLauncher).map(|own| own.evidence.line),
        named_like_a_test: file.role == FileRole::TestModule,
    })
}
