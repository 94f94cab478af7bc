//! Tests that need something which is not everywhere: how many of which file, and what decides it. Reads the gates of the
//! suite; owns nothing but the counting.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::path::folder;
use crate::model::path::is_below;
use crate::model::{GateKind, Suite, Test, TestFile};

/// A file with tests that need something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GatedFile {
    /// Relative to the root.
    pub path: String,
    /// How many tests it has.
    pub tests: usize,
    /// What they need, most tests first.
    pub needs: Vec<Need>,
}

/// Something that tests need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Need {
    /// The kind of gate: `cuda`, `missing-dependency` and others.
    pub kind: String,
    /// The most devices that one of the tests asks for.
    pub devices: Option<u32>,
    /// What exactly, each once: options, variables, versions.
    pub details: Vec<String>,
    /// How many tests.
    pub tests: usize,
    /// What decides it, where that first stands.
    pub mechanism: String,
    /// 1-based.
    pub line: u32,
}

/// Whether a kind of gate asks for a device.
fn is_device(kind: &str) -> bool {
    GateKind::from_name(kind).is_some_and(GateKind::needs_device)
}

/// The command that runs the files with tests which need one thing, where that is there.
pub(super) fn commands(files: &[GatedFile]) -> Vec<super::GuideCommand> {
    /// The most files or folders that a command names.
    const MAX_NAMED: usize = 6;
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.path.ends_with(".py")) {
        for need in file.needs.iter().filter(|need| is_device(&need.kind)) {
            kinds.entry(&need.kind).or_default().push(&file.path);
        }
    }
    kinds
        .into_iter()
        .map(|(kind, paths)| {
            let named = if paths.len() > MAX_NAMED { above(&paths, MAX_NAMED) } else { paths };
            let words: Vec<String> = named.iter().map(|path| super::commands::quoted(path)).collect();
            let command = format!("pytest {}", words.join(" ")).trim_end().to_owned();
            super::GuideCommand { command, what: format!("where there is {kind}") }
        })
        .collect()
}

/// The folders in which these files stand, so far up that they are at most so many; none where not even the uppermost are.
fn above<'p>(paths: &[&'p str], most: usize) -> Vec<&'p str> {
    let mut folders: BTreeSet<&str> = paths.iter().map(|path| folder(path)).collect();
    loop {
        let mut uppermost: BTreeSet<&str> = BTreeSet::new();
        // What stands in a folder comes behind it.
        for own in folders {
            if !uppermost.iter().any(|other| is_below(own, other)) {
                uppermost.insert(own);
            }
        }
        folders = uppermost;
        let deepest = folders.iter().map(|own| own.matches('/').count()).max().unwrap_or(0);
        if folders.len() <= most || deepest == 0 {
            break;
        }
        let lifted = |own: &'p str| if own.matches('/').count() == deepest { folder(own) } else { own };
        folders = folders.into_iter().map(lifted).collect();
    }
    let is_few = folders.len() <= most && !folders.contains("");
    if is_few { folders.into_iter().collect() } else { Vec::new() }
}

/// The tests of a file that something at run time decides about.
pub(super) fn gated_tests(file: &TestFile) -> impl Iterator<Item = &Test> {
    file.tests.iter().filter(|test| !test.gates.is_empty())
}

/// The files with such tests, sorted by path.
pub(super) fn gated(suite: &Suite) -> Vec<GatedFile> {
    let file = |file: &TestFile| {
        let mut needs: BTreeMap<&str, Need> = BTreeMap::new();
        for test in gated_tests(file) {
            let mut seen: Vec<&str> = Vec::new();
            for gate in &test.gates {
                let need = needs.entry(gate.kind.name()).or_insert_with(|| Need {
                    kind: gate.kind.name().to_owned(),
                    devices: None,
                    details: Vec::new(),
                    tests: 0,
                    mechanism: gate.condition.clone(),
                    // What stands in another file counts where the test begins.
                    line: if gate.path.is_none() { gate.line } else { test.line },
                });
                need.devices = need.devices.max(gate.min_devices);
                need.details
                    .extend(gate.detail.iter().filter(|own| !need.details.contains(own)).cloned().collect::<Vec<_>>());
                if !seen.contains(&gate.kind.name()) {
                    seen.push(gate.kind.name());
                    need.tests += 1;
                }
            }
        }
        let mut needs: Vec<_> = needs.into_values().collect();
        needs.sort_by(|a, b| b.tests.cmp(&a.tests).then_with(|| a.kind.cmp(&b.kind)));
        GatedFile { path: file.path.clone(), tests: file.tests.len(), needs }
    };
    suite.files.iter().map(file).filter(|file| !file.needs.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::above;

    #[test]
    fn many_files_are_named_by_folders_as_far_up_as_it_needs() {
        let paths = ["t/a/1.py", "t/a/2.py", "t/b/c/3.py", "t/b/d/4.py", "t/e/5.py"];
        assert_eq!(above(&paths, 4), ["t/a", "t/b/c", "t/b/d", "t/e"]);
        assert_eq!(above(&paths, 3), ["t/a", "t/b", "t/e"]);
        assert_eq!(above(&paths, 2), ["t"]);
        assert!(above(&["a/1.py", "b/1.py", "c/1.py"], 2).is_empty());
        assert!(above(&["1.py", "b/1.py"], 2).is_empty());
    }
}
