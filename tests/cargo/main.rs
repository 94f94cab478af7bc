//! Manifests of cargo as they are read, and what a selection of features enables. Each expectation is what `cargo metadata`
//! or `cargo test --unit-graph` of cargo 1.95 says of the same files, but for what cargo refuses.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/mod.rs"]
mod common;
mod dependencies;
mod enabled;
mod features;
mod targets;
mod workspaces;

use std::path::Path;

use testaudit::discover::cargo;
use testaudit::model::settings::DiscoverySettings;
use testaudit::model::{CargoPackage, CargoTree, Problem};

/// What the manifests below a folder say.
fn read(root: &Path, settings: &DiscoverySettings) -> (CargoTree, Vec<Problem>) {
    let found = cargo(root, settings).unwrap();
    assert_eq!(found.problems, []);
    testaudit::config::cargo::read(root, &found.manifests)
}

/// What these files say, with problems as `path:line message`.
fn read_files(files: &[(&str, &str)]) -> (CargoTree, Vec<String>) {
    let folder = common::tree(files);
    let (tree, problems) = read(folder.path(), &DiscoverySettings::default());
    let shown = |problem: &Problem| {
        let line = problem.line.map_or(String::new(), |line| format!(":{line}"));
        format!("{}{line} {}", problem.path, problem.message)
    };
    (tree, problems.iter().map(shown).collect())
}

/// The packages of these files, which have no problem.
#[track_caller]
fn packages(files: &[(&str, &str)]) -> Vec<CargoPackage> {
    let (tree, problems) = read_files(files);
    assert_eq!(problems, [] as [String; 0]);
    tree.packages
}
