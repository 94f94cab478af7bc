//! Whatever a tree holds, rules end without a defect of testaudit: cut and damaged sources, configurations and CI files.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::{fs, path::Path, process::Command};

use serde_json::Value;

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// A text cut at two places, with something else between.
fn damaged(text: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    const BETWEEN: [&[u8]; 8] =
        [b"", b"(", b"\"\"\"", b"\xff\xfe", b"\n\t", b"[a]\nb =", b"\\\r\n", b"# testaudit: ignore[x"];
    let start = numbers.below(text.len() + 1);
    let end = start + numbers.below(text.len() - start + 1);
    [&text[..start], BETWEEN[numbers.below(BETWEEN.len())], &text[end..]].concat()
}

/// The files of a folder; of one that holds several, each behind a line `=== `, each of them.
fn below(folder: &Path, files: &mut Vec<Vec<u8>>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            below(&path, files);
            continue;
        }
        let text = fs::read(path).unwrap();
        let parts: Vec<_> = String::from_utf8_lossy(&text).split("\n=== ").map(str::to_owned).collect();
        files.extend(parts.into_iter().map(String::into_bytes));
    }
}

/// The findings and problems of a tree.
fn lint(root: &Path) -> Value {
    let arguments = ["lint", "--select", "all", "--severity", "note", "--confidence", "low", "--format", "json"];
    let output = Command::new(env!("CARGO_BIN_EXE_testaudit")).args(arguments).current_dir(root).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{:?} {message}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn damaged_files_are_judged_as_far_as_they_are_understood() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    below(&root.join("fixtures/python"), &mut sources);
    let mut cases = Vec::new();
    below(&root.join("tests/rules/cases"), &mut cases);
    let mut commands = Vec::new();
    below(&root.join("tests/commands/cases"), &mut commands);
    assert!(sources.len() > 50 && cases.len() > 50 && commands.len() > 10);
    let mut numbers = Numbers(7);
    let folder = tempfile::tempdir().unwrap();
    let mut write = |path: String, text: &[u8]| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, damaged(text, &mut numbers)).unwrap();
    };
    for (number, text) in sources.iter().chain(&cases).enumerate() {
        for copy in 0..3 {
            write(format!("f{}/test_{number}_{copy}.py", number % 7), text);
        }
        if number % 40 == 0 {
            write(format!("f{}/conftest.py", number % 7), text);
        }
    }
    for (number, text) in commands.iter().enumerate() {
        write(format!(".github/workflows/w{number}.yml"), text);
        write(format!("scripts/s{number}.sh"), text);
    }
    let json = lint(folder.path());
    assert!(json["findings"].as_array().unwrap().len() > 100, "the damage leaves much to judge");
    let kinds: Vec<_> = json["problems"].as_array().unwrap().iter().map(|problem| &problem["kind"]).collect();
    assert!(kinds.iter().any(|kind| *kind == "syntax"));
    assert!(!kinds.iter().any(|kind| *kind == "internal"), "a defect: {kinds:?}");
}

#[test]
fn damaged_configurations_are_no_defect() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases = Vec::new();
    below(&root.join("tests/fix/cases"), &mut cases);
    assert!(cases.len() > 20);
    let mut numbers = Numbers(11);
    for (number, text) in cases.iter().enumerate() {
        let folder = common::tree(&[("test_a.py", "import pytest\n\n@pytest.mark.slow\ndef test_a(x): ...\n")]);
        let names =
            ["pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini", "pytest.toml", "requirements.txt", "Cargo.toml"];
        for name in [names[number % names.len()], names[(number + 3) % names.len()]] {
            fs::write(folder.path().join(name), damaged(text, &mut numbers)).unwrap();
        }
        let arguments = ["lint", "--select", "all", "--severity", "note", "--confidence", "low", "--format", "json"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_testaudit"));
        let output = command.args(arguments).current_dir(folder.path()).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        // A `pyproject.toml` can come to hold a wrong configuration of testaudit's own.
        assert!(matches!(output.status.code(), Some(0..=2)) && !message.contains("panicked"), "{message}");
    }
}
