//! The inventory of small trees, from their files to JSON: categories with their evidence, scripts, examples in docstrings,
//! C++, and reports of runs.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod cpp;
mod kinds;
mod runs;
mod scripts;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A folder with these files.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Exit code, what was printed, and the message.
fn run(root: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_testaudit"));
    let output =
        command.current_dir(root).args(["audit", "--quiet", "--only", "inventory"]).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The section of a tree with these files.
fn inventory(files: &[(&str, &str)], arguments: &[&str]) -> Value {
    let folder = tree(files);
    let (code, out, message) = run(folder.path(), &[&["--format", "json"], arguments].concat());
    assert_eq!((code, message.as_str()), (Some(0), ""));
    let mut report: Value = serde_json::from_str(&out).unwrap();
    report["sections"]["inventory"].take()
}

/// One value of each row of a list.
fn column<'v>(rows: &'v Value, key: &str) -> Vec<&'v str> {
    rows.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap_or("-")).collect()
}
