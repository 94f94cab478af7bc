//! Which files are searched for commands, and which are not opened.

use std::fs;

use testaudit::discover::commands;
use testaudit::model::ProblemKind;
use testaudit::model::settings::DiscoverySettings;

#[path = "../common/mod.rs"]
mod common;

use common::tree;

fn paths(folder: &std::path::Path, settings: &DiscoverySettings) -> Vec<String> {
    commands(folder, settings).unwrap().files.into_iter().map(|(path, _)| path).collect()
}

#[test]
fn hidden_and_ignored_files_of_ci_are_found_in_order_and_sources_are_not() {
    let folder = tree(&[
        (".gitignore", "ci\n"),
        ("tox.ini", ""),
        (".github/workflows/b.yml", ""),
        (".github/workflows/a.yaml", ""),
        (".github/ISSUE_TEMPLATE/bug.yml", ""),
        ("ci/run.sh", ""),
        ("src/run.sh", ""),
        ("README.md", "pytest -m x"),
        ("node_modules/x/Makefile", ""),
    ]);
    let found = paths(folder.path(), &DiscoverySettings::default());
    assert_eq!(found, [".github/workflows/a.yaml", ".github/workflows/b.yml", "ci/run.sh", "tox.ini"]);
}

#[test]
fn excluded_files_are_left_out() {
    let folder = tree(&[("tox.ini", ""), ("ci/run.sh", "")]);
    let settings = DiscoverySettings { exclude: vec!["ci".to_owned()], ..DiscoverySettings::default() };
    assert_eq!(paths(folder.path(), &settings), ["tox.ini"]);
}

#[test]
fn a_file_that_is_too_large_is_a_problem() {
    let folder = tree(&[("Makefile", "all:\n\tpytest -m slow\n")]);
    let settings = DiscoverySettings { max_file_size: 5, ..DiscoverySettings::default() };
    let found = commands(folder.path(), &settings).unwrap();
    assert_eq!(found.files, []);
    assert_eq!(found.problems[0].kind, ProblemKind::TooLarge);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_root_and_fifos_are_problems_and_links_within_are_read() {
    let outside = tree(&[("ci.yml", "secret"), ("workflows/x.yml", "secret")]);
    let folder = tree(&[("tox.ini", "text"), (".github/keep", "")]);
    let link = |from: std::path::PathBuf, to: &str| std::os::unix::fs::symlink(from, folder.path().join(to)).unwrap();
    link(outside.path().join("ci.yml"), ".travis.yml");
    link(outside.path().join("workflows"), ".github/workflows");
    link(outside.path().join("workflows"), ".circleci");
    link(folder.path().join("tox.ini"), "setup.cfg");
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("Makefile")).status().unwrap();
    assert!(made.success());
    let found = commands(folder.path(), &DiscoverySettings::default()).unwrap();
    let files: Vec<_> = found.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(files, [("setup.cfg", "text"), ("tox.ini", "text")]);
    let problems: Vec<_> = found.problems.iter().map(|problem| (problem.path.as_str(), problem.kind)).collect();
    assert_eq!(problems, [(".travis.yml", ProblemKind::Link), ("Makefile", ProblemKind::NotAFile)]);
    fs::remove_file(folder.path().join("Makefile")).unwrap();
}
