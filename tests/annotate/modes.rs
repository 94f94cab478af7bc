//! What is printed, which files are meant, and which code the program exits with.

use std::fs;

use crate::common::tree;
use crate::{CANDIDATE, OTHER, RANDOM, annotate, assert_said, stderr, stdout};

fn header(text: &str) -> String {
    format!("{RANDOM}\n{text}")
}

#[test]
fn one_line_is_printed_for_each_file_that_changed() {
    let stale = header("").replace("random data", "no") + CANDIDATE;
    let files =
        [("t/test_a.py", CANDIDATE), ("t/test_b.py", &header(OTHER)), ("t/test_c.py", &stale), ("t/test_d.py", OTHER)];
    let folder = tree(&files);
    let would = "t/test_a.py: header would be added\nt/test_b.py: header would be removed\n\
                 t/test_c.py: header would be updated\n";
    assert_said(&annotate(folder.path(), &["--check"]), 1, would, "");
    assert_said(&annotate(folder.path(), &["--check", "-q"]), 1, "", "");
    for (path, text) in files {
        assert_eq!(fs::read_to_string(folder.path().join(path)).unwrap(), text, "{path}");
    }
    assert_said(&annotate(folder.path(), &[]), 0, &would.replace("would be ", ""), "");
    assert_said(&annotate(folder.path(), &[]), 0, "", "");
    assert_said(&annotate(folder.path(), &["--check"]), 0, "", "");
}

#[test]
fn a_diff_is_a_patch_of_what_would_be_written() {
    let folder = tree(&[("sub/test_a.py", CANDIDATE)]);
    let expected = format!("--- a/test_a.py\n+++ b/test_a.py\n@@ -1,3 +1,4 @@\n+{RANDOM}\n import random\n \n \n");
    assert_said(&annotate(&folder.path().join("sub"), &["--diff"]), 1, &expected, "");
    annotate(folder.path(), &[]);
    assert_said(&annotate(folder.path(), &["--diff"]), 0, "", "");
    let output = annotate(folder.path(), &["--diff", "--remove"]);
    assert!(stdout(&output).contains(&format!("\n-{RANDOM}\n")), "{output:?}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn headers_are_removed_from_every_python_file() {
    let (candidate, helper) = (header(CANDIDATE), header("x = 1\n"));
    let broken = header("def (\n");
    let folder = tree(&[
        ("test_a.py", &candidate),
        ("test_b.py", OTHER),
        ("helper.py", &helper),
        ("conftest.py", &helper),
        ("test_c.py", &broken),
        ("test.txt", &helper),
    ]);
    let removed = "conftest.py: header removed\nhelper.py: header removed\ntest_a.py: header removed\n\
                   test_c.py: header removed\n";
    assert_said(
        &annotate(folder.path(), &["--remove", "--check"]),
        1,
        &removed.replace("header ", "header would be "),
        "",
    );
    assert_said(&annotate(folder.path(), &["--remove"]), 0, removed, "");
    assert_eq!(fs::read_to_string(folder.path().join("test_a.py")).unwrap(), CANDIDATE);
    assert_eq!(fs::read_to_string(folder.path().join("test.txt")).unwrap(), helper);
}

#[test]
fn given_files_that_are_no_test_modules_are_passed_in_silence() {
    let folder = tree(&[
        ("test_a.py", CANDIDATE),
        ("test_b.py", CANDIDATE),
        ("helper.py", CANDIDATE),
        ("conftest.py", CANDIDATE),
        ("README.md", "# a"),
        ("test.txt", ">>> 1\n"),
        ("Makefile", "all:\n"),
    ]);
    let others = ["helper.py", "conftest.py", "README.md", "test.txt", "Makefile"];
    assert_said(&annotate(folder.path(), &others), 0, "", "");
    let output = annotate(folder.path(), &[&others[..], &["test_a.py"]].concat());
    assert_said(&output, 0, "test_a.py: header added\n", "");
    assert_eq!(fs::read_to_string(folder.path().join("helper.py")).unwrap(), CANDIDATE);
    let output = annotate(folder.path(), &["test_a.py", "nowhere.py"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), String::new()));
}

#[test]
fn the_configuration_says_which_files_are_test_modules() {
    let folder = tree(&[
        ("pytest.ini", "[pytest]\npython_files = check_*.py\n"),
        ("check_a.py", CANDIDATE),
        ("test_a.py", CANDIDATE),
    ]);
    assert_said(&annotate(folder.path(), &["check_a.py", "test_a.py"]), 0, "check_a.py: header added\n", "");
}

#[test]
fn a_template_comes_from_the_configuration_or_the_command_line() {
    let folder = tree(&[
        ("testaudit.toml", "[annotate]\ntemplate = \"# FUZZ: {reasons}\"\n"),
        ("test_a.py", &header(CANDIDATE)),
    ]);
    let text = || fs::read_to_string(folder.path().join("test_a.py")).unwrap();
    annotate(folder.path(), &[]);
    assert_eq!(text(), format!("# FUZZ: random data generation\n{CANDIDATE}"));
    annotate(folder.path(), &["--template", "# FUZZ: because of {reasons}."]);
    // Those of the configuration are not known any more: both stay until they are removed by their own template.
    assert_eq!(text().lines().next(), Some("# FUZZ: random data generation"));
    annotate(folder.path(), &["--remove"]);
    assert_eq!(text(), CANDIDATE);
}

#[test]
fn a_template_that_has_no_meaning_is_an_error() {
    let folder = tree(&[("test_a.py", CANDIDATE)]);
    let output = annotate(folder.path(), &["--template", "{reasons}"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("`{reasons}` is no template of a header: a header is a comment"), "{output:?}");
    for (text, part) in [
        ("[annotate]\ntemplate = \"# {reasons}\"\n", "line 2, column 12: `# {reasons}` is no template"),
        ("[annotate]\ntemplate = 1\n", "`template` must be a string"),
        ("[annotate]\ntemplates = \"\"\n", "did you mean `template`?"),
    ] {
        fs::write(folder.path().join("testaudit.toml"), text).unwrap();
        let output = annotate(folder.path(), &[]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(part), "{output:?}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("test_a.py")).unwrap(), CANDIDATE);
}

#[test]
fn the_header_says_the_reasons_that_the_report_says() {
    let files = [
        ("test_a.py", CANDIDATE),
        ("test_b.py", OTHER),
        ("test_c.py", "import pytest\n\n@pytest.mark.parametrize('x', [1])\ndef test_a(x): ...\n"),
        ("test_d.py", "import helper\n\ndef test_a():\n    helper.draw()\n"),
        ("helper.py", "import random\n\ndef draw():\n    return random.random()\n"),
    ];
    let folder = tree(&files);
    annotate(folder.path(), &[]);
    let report = std::process::Command::new(env!("CARGO_BIN_EXE_testaudit"))
        .args(["audit", "--only=fuzz", "--format=json"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let candidates = json["sections"]["fuzz"]["files"].as_array().unwrap();
    assert_eq!(candidates.len(), 2, "{candidates:?}");
    for (path, _) in files {
        let marked = fs::read_to_string(folder.path().join(path)).unwrap().contains("# FUZZ_TESTING_CANDIDATE: ");
        assert_eq!(marked, candidates.iter().any(|file| file["path"] == path), "{path}");
    }
}
