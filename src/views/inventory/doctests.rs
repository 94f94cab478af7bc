//! Examples in docstrings of Python: where they are, and whether anything runs them.

use serde::Serialize;

use crate::model::{FileRole, Language, Program, SignalKind, Suite};

/// Examples in docstrings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Doctests {
    /// Docstrings with examples in files that are no tests.
    pub docstrings: usize,
    /// What runs examples, as far as configuration, commands and sources say; nothing where nobody is known to.
    pub runs: Vec<DoctestRun>,
    /// The files, sorted by path.
    pub files: Vec<DoctestFile>,
}

/// A file with examples in docstrings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DoctestFile {
    /// Relative to the root.
    pub path: String,
    /// Docstrings with examples.
    pub docstrings: usize,
    /// 1-based line of the first example.
    pub first: u32,
}

/// Something that runs examples.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DoctestRun {
    /// The file that says so, relative to the root.
    pub path: String,
    /// 1-based, where it is known.
    pub line: Option<u32>,
    /// The option or call.
    pub what: String,
}

/// Options of pytest and its plugins that search modules for examples.
const OPTIONS: [&str; 6] =
    ["--doctest-modules", "--doctest-plus", "--xdoctest", "--xdoctest-modules", "--doctest-cython", "--doctest-only"];

/// Views the examples.
pub(super) fn doctests(suite: &Suite) -> Doctests {
    let mut found = Doctests::default();
    for file in suite.files.iter().filter(|file| file.language == Language::Python) {
        let runs = file.facts.signals.iter().filter(|signal| signal.kind == SignalKind::DoctestRun);
        found.runs.extend(runs.map(|signal| DoctestRun {
            path: file.path.clone(),
            line: Some(signal.evidence.line),
            what: signal.name.clone(),
        }));
        if file.role != FileRole::Other {
            continue;
        }
        let own = file.facts.definitions.iter().filter_map(|definition| definition.doctest);
        let lines: Vec<u32> = file.facts.doctest.into_iter().chain(own).collect();
        let Some(first) = lines.iter().copied().min() else { continue };
        found.docstrings += lines.len();
        found.files.push(DoctestFile { path: file.path.clone(), docstrings: lines.len(), first });
    }
    let config = suite.pytest.addopts.doctest_modules.then(|| {
        let path = suite.pytest.source.as_ref().map_or_else(String::new, |source| source.path.clone());
        DoctestRun { path, line: None, what: "--doctest-modules".to_owned() }
    });
    found.runs.extend(config);
    for invocation in &suite.invocations {
        let word =
            invocation.words.iter().find(|word| OPTIONS.contains(&word.text.split('=').next().unwrap_or_default()));
        let script = match &invocation.program {
            Program::Script(script) => Some(script).filter(|script| script.text.contains("doctest")),
            _ => None,
        };
        if let Some(word) = word.or(script) {
            let (path, line) = (invocation.path.clone(), Some(word.line));
            found.runs.push(DoctestRun { path, line, what: word.text.clone() });
        }
    }
    found.files.sort_by(|one, other| one.path.cmp(&other.path));
    found.runs.sort();
    found.runs.dedup();
    found
}
