//! Tests that need something which is not everywhere: how many of which file, and what decides it. Reads the gates of the
//! suite; owns nothing but the counting.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

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
    let named =
        kinds.into_iter().map(|(kind, paths)| (kind, if paths.len() > MAX_NAMED { above(&paths) } else { paths }));
    named
        .filter(|(_, paths)| paths.len() <= MAX_NAMED)
        .map(|(kind, paths)| super::GuideCommand {
            command: format!(
                "pytest {}",
                paths.iter().map(|path| super::commands::quoted(path)).collect::<Vec<_>>().join(" ")
            ),
            what: format!("where there is {kind}"),
        })
        .collect()
}

/// The folders in which these files stand, without those that stand in one of the others.
fn above<'p>(paths: &[&'p str]) -> Vec<&'p str> {
    let folders: BTreeSet<&str> =
        paths.iter().map(|path| path.rsplit_once('/').map_or(".", |(folder, _)| folder)).collect();
    let has_above = |own: &str| folders.iter().any(|other| *other != own && is_below(own, other));
    folders.iter().copied().filter(|own| !has_above(own)).collect()
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
