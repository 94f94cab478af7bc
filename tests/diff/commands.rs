//! `testaudit diff` as it is run: audits of real trees, files that are none, exit codes.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::common::tree;

fn testaudit(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_testaudit")).args(arguments).current_dir(folder).output().unwrap()
}

/// Exit code, standard output and standard error.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = testaudit(folder, arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const BEFORE: &str = "import pytest\n\n@pytest.mark.parametrize('n', [1, 2, 3])\ndef test_n(n): ...\n\n\
                      def test_gone(): ...\n\ndef test_kept(): ...\n";
const AFTER: &str = "import pytest\n\n@pytest.mark.parametrize('n', [1, 2])\ndef test_n(n): ...\n\n\
                     @pytest.mark.slwo\n@pytest.mark.skip\ndef test_kept(): ...\n";

/// A folder with the audits of two trees, `old.json` and `new.json`, and of the old tree's inventory, `part.json`.
fn audits() -> tempfile::TempDir {
    let folder = tree(&[("old/pytest.ini", "[pytest]\n"), ("new/pytest.ini", "[pytest]\n")]);
    for (name, text) in [("old", BEFORE), ("new", AFTER)] {
        let below = folder.path().join(name);
        fs::write(below.join("test_a.py"), text).unwrap();
        assert_eq!(run(&below, &["audit", "-o", &format!("../{name}.json")]).0, 0);
    }
    assert_eq!(run(&folder.path().join("old"), &["audit", "--only", "inventory", "-o", "../part.json"]).0, 0);
    folder
}

#[test]
fn two_audits_of_real_trees_are_compared() {
    let folder = audits();
    let (code, out, err) = run(folder.path(), &["diff", "old.json", "new.json", "--format", "text"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    for line in [
        "Tests removed (1)\n  test_a.py::test_gone\n",
        "Tests newly skipped (1)\n  test_a.py::test_kept: never → always\n",
        "Tests with fewer cases (1)\n  test_a.py::test_n: 3 → 2\n",
        "Tests with other markers (1)\n  test_a.py::test_kept: none → skip, slwo\n",
        "Unregistered markers added (1)\n  slwo (test_a.py, line 6)\n",
    ] {
        assert!(out.contains(line), "{line} is not in\n{out}");
    }
    let (_, same, _) = run(folder.path(), &["diff", "old.json", "old.json"]);
    assert_eq!(same, "**Test audit:** no changes\n");
}

#[test]
fn conditions_decide_the_exit_code() {
    let folder = audits();
    let code = |conditions: &str| {
        let (code, _, err) = run(folder.path(), &["diff", "old.json", "new.json", "--fail-on", conditions]);
        (code, err)
    };
    assert_eq!(code("tests-added"), (0, String::new()));
    assert_eq!(code("tests-removed"), (1, "failed on tests-removed\n".to_owned()));
    let all = "problems,newly-skipped,unregistered-markers,newly-skipped";
    assert_eq!(code(all), (1, "failed on newly-skipped, unregistered-markers\n".to_owned()));
    let (code, message) = code("no-such");
    assert!(code == 2 && message.contains("[possible values: tests-removed, newly-skipped,"), "{message}");
}

#[test]
fn a_condition_that_an_audit_does_not_tell_cannot_pass() {
    let folder = audits();
    for (old, new) in [("part.json", "old.json"), ("old.json", "part.json"), ("part.json", "part.json")] {
        let (code, out, err) = run(folder.path(), &["diff", old, new, "--fail-on", "unregistered-markers"]);
        assert_eq!(code, 2, "{err}");
        assert!(out.contains("Not compared: "), "{out}");
        assert!(err.contains("`--fail-on unregistered-markers` cannot be decided"), "{err}");
        assert_eq!(run(folder.path(), &["diff", old, new, "--fail-on", "tests-removed,problems"]).0, 0);
    }
}

#[test]
fn the_report_goes_to_a_file_in_the_format_of_its_ending() {
    let folder = audits();
    for (name, begin) in [("d.json", "{\n  \"schema\": \"testaudit/diff/1\""), ("d.md", "**Test"), ("d", "**Test")] {
        let (code, out, _) = run(folder.path(), &["diff", "old.json", "new.json", "-o", name]);
        assert_eq!((code, out.as_str()), (0, ""));
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(text.starts_with(begin), "{name}: {text}");
    }
}

#[test]
fn a_file_that_is_no_audit_is_named_with_what_is_wrong() {
    let folder = audits();
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    file("not.json", "# Test Audit\n");
    file("hostile.json", "{\"schema\": \"\\u001b[2J\u{202e}\"}");
    file("long.json", &format!("{{\"schema\": \"{}\"}}", "x".repeat(1_000_000)));
    file("deep.json", &"[".repeat(1_000_000));
    file("later.json", "{\"schema\": \"testaudit/audit/99\"}");
    for (name, words) in [
        ("not.json", "is not JSON"),
        ("hostile.json", "has the schema `\\u{1b}[2J\\u{202e}`"),
        ("long.json", "has the schema `xxx"),
        ("deep.json", "is not an audit"),
        ("later.json", "this version reads `testaudit/audit/1`"),
        ("nowhere.json", "cannot be read"),
        ("old", "cannot be read"),
    ] {
        for arguments in [["diff", name, "new.json"], ["diff", "old.json", name]] {
            let (code, out, err) = run(folder.path(), &arguments);
            assert_eq!((code, out.as_str()), (2, ""), "{name}");
            assert!(err.starts_with(&format!("error: `{name}` ")) && err.contains(words), "{name}: {err}");
            assert!(err.len() < 1000, "{name}: {} bytes", err.len());
        }
    }
}
