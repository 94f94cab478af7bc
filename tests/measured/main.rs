//! Reports of measured coverage: of real tools, joined, from elsewhere, and broken.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod broken;
mod formats;
mod places;

use std::path::{Path, PathBuf};

use testaudit::measured::{MeasuredError, Tree, load};
use testaudit::model::{
    Settings,
    measured::{LineCount, Measured},
};

/// A report of the two small projects in `fixtures/measured`, written by `tools/coverage_reports.py`.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/measured/reports").join(name)
}

fn count(lines: u64, covered: u64) -> LineCount {
    LineCount { lines, covered }
}

/// Reports, seen from a tree of these files that is nowhere.
fn loaded(reports: &[PathBuf], files: &[&str]) -> Result<Measured, MeasuredError> {
    let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
    let nowhere = Path::new("/nowhere/at/all");
    load(reports, &Tree { root: nowhere, current: nowhere, files: &files, is_file: &|_| false })
}

#[test]
fn a_run_reads_the_reports_of_its_tree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/measured/python");
    let settings = Settings { coverage: vec![fixture("python.lcov")], ..Settings::default() };
    let suite = testaudit::engine::suite(&[root], &settings, Vec::new(), &|_| {}).unwrap();
    assert_eq!(suite.measured.file("src/shop/mail.py").unwrap().missing, [4, 5, 9]);
    assert_eq!((suite.measured.files.len(), suite.measured.unmatched.len()), (3, 0));
}

#[test]
fn a_report_that_cannot_be_used_ends_the_run() {
    let run = |report: &Path| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/measured/python");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_testaudit"));
        let output = command.args(["audit", "--only", "markers", "--coverage"]).args([report, &root]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run(&fixture("python.json")), (Some(0), String::new()));
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.json");
    std::fs::write(&broken, "{").unwrap();
    let (code, message) = run(&broken);
    assert_eq!(code, Some(2));
    assert!(
        message.ends_with("broken.json` is no report of coverage: EOF while parsing an object at line 1 column 1\n")
    );
}
