//! A configuration that pytest does not read, before and after `lint --fix`, judged by pytest itself: `$TESTAUDIT_PYTEST`,
//! else `python3 -m pytest`. Skipped, with a message, where that is missing.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::tree;

const CONFIG: &str = "[tool:pytest]\n# Only what is registered.\naddopts = --strict-markers\nmarkers =\n    \
                      slow: takes longer than a minute\ntestpaths = tests\n";
const TESTS: &str = "import pytest\n\n\n@pytest.mark.slow\ndef test_slow():\n    assert len(str(1)) == 1\n\n\n\
                     @pytest.mark.unregistered_one\ndef test_one():\n    assert len(str(1)) == 1\n";

/// pytest with these arguments, if there is one.
fn pytest(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let command = std::env::var("TESTAUDIT_PYTEST").unwrap_or_else(|_| "python3 -m pytest".to_owned());
    let mut words = command.split_whitespace();
    let mut command = Command::new(words.next()?);
    command.args(words).args(["-p", "no:cacheprovider"]).args(arguments).current_dir(folder);
    // What is installed beside it, or set around it, is not the project's.
    command.env("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1").env_remove("PYTEST_ADDOPTS").env("PYTHONDONTWRITEBYTECODE", "1");
    command.output().ok()
}

fn is_there() -> bool {
    let version = pytest(Path::new("."), &["--version"]);
    let found = version.is_some_and(|output| output.status.success());
    if !found {
        println!("skipped: there is no pytest; set TESTAUDIT_PYTEST to a command that runs it");
    }
    assert!(found || std::env::var_os("TESTAUDIT_PYTEST").is_none(), "TESTAUDIT_PYTEST does not run");
    found
}

/// The markers that pytest says are registered, besides its own.
fn registered(folder: &Path) -> Vec<&'static str> {
    let output = pytest(folder, &["--markers"]).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let is_registered = |name: &&str| {
        text.lines()
            .any(|line| line.strip_prefix("@pytest.mark.").is_some_and(|rest| rest.split(':').next() == Some(name)))
    };
    ["slow", "unregistered_one"].into_iter().filter(is_registered).collect()
}

/// The rules with the names in their messages, as `lint` finds them.
fn found(folder: &Path) -> Vec<String> {
    let output = lint(folder, &["--format=json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = |finding: &serde_json::Value| {
        let named = finding["message"].as_str().unwrap().split('`').nth(1).unwrap_or_default().to_owned();
        format!("{} {named}", finding["rule"].as_str().unwrap())
    };
    json["findings"].as_array().unwrap().iter().map(finding).collect()
}

fn lint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_testaudit")).arg("lint").args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn pytest_agrees_with_what_is_found_before_and_with_what_is_left_after() {
    if !is_there() {
        return;
    }
    let folder = tree(&[("pytest.ini", CONFIG), ("tests/test_a.py", TESTS)]);
    let folder = folder.path();

    let unregistered = ["unregistered-marker slow", "unregistered-marker unregistered_one"];
    assert_eq!(found(folder), [&["ignored-pytest-config [tool:pytest]"][..], &unregistered].concat());
    assert_eq!(registered(folder), [""; 0]);
    // Nothing is strict, and pytest merely warns of both.
    assert!(pytest(folder, &["-q"]).unwrap().status.success());
    let warned = pytest(folder, &["-q", "-W", "error::pytest.PytestUnknownMarkWarning"]).unwrap();
    let said = String::from_utf8(warned.stdout).unwrap();
    assert!(!warned.status.success() && said.contains("pytest.mark.slow"), "{said}");

    let output = lint(folder, &["--fix"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "no findings\n");
    assert_eq!(found(folder), [""; 0]);
    assert_eq!(registered(folder), ["slow", "unregistered_one"]);
    for arguments in [&["-q"][..], &["-q", "--strict-markers", "-W", "error::pytest.PytestUnknownMarkWarning"]] {
        let output = pytest(folder, arguments).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    // What the section says holds now: a marker that is not registered is an error.
    let path = folder.join("tests/test_a.py");
    fs::write(&path, format!("{TESTS}\n\n@pytest.mark.another\ndef test_other():\n    assert len(str(1)) == 1\n"))
        .unwrap();
    let output = pytest(folder, &["-q"]).unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success() && said.contains("'another' not found in `markers`"), "{said}");
    assert_eq!(found(folder), ["unregistered-marker another"]);
}
