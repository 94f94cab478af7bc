//! A repository of Python and Rust whose halves disagree, through `audit`, `list` and `lint`. Its tree is `fixtures/mixed`;
//! `UPDATE=1` writes what is expected anew: read it as a maintainer would.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "common/expected.rs"]
mod expected;

use std::{fs, path::Path, process::Command};

use expected::expect;
use tempfile::TempDir;
use walkdir::WalkDir;

/// A copy of the tree, in a repository of its own.
fn mixed() -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mixed");
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("mixed");
    fs::create_dir_all(tree.join(".git")).unwrap();
    for entry in WalkDir::new(&from).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file()) {
        let to = tree.join(entry.path().strip_prefix(&from).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(entry.path(), to).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_testaudit"));
    let output = command.args(arguments).arg("--quiet").current_dir(folder).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn both_halves_are_audited_listed_and_judged_together() {
    let folder = mixed();
    expect("mixed.md", &run(&folder.path().join("mixed"), &["audit"]));
    expect("mixed.list", &run(&folder.path().join("mixed"), &["list"]));
    expect("mixed.lint", &run(&folder.path().join("mixed"), &["lint", "--severity", "note", "--confidence", "medium"]));
    expect(
        "mixed.cuda.json",
        &run(&folder.path().join("mixed"), &["list", "--format", "json", "--features", "fuse-core/cuda"]),
    );
}
