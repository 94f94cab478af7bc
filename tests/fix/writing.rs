//! What `--fix` and `--diff` do to files, beyond their contents.

use std::fs;
use std::path::Path;

use crate::common::tree;
use crate::{TESTS, lint, stderr, stdout};

const RULES: &str = "--select=unregistered-marker,ignored-pytest-config";

fn unregistered() -> tempfile::TempDir {
    tree(&[("pytest.ini", "[pytest]\naddopts = -ra\n"), ("test_a.py", TESTS)])
}

fn text(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap()
}

#[test]
fn a_diff_is_a_patch_of_what_fix_does() {
    let folder = unregistered();
    let output = lint(folder.path(), &["--diff", RULES]);
    assert_eq!(
        stdout(&output),
        "--- a/pytest.ini\n+++ b/pytest.ini\n@@ -1,2 +1,5 @@\n [pytest]\n addopts = -ra\n+markers =\n+    gpu\n+    mps\n"
    );
    assert_eq!((output.status.code(), stderr(&output)), (Some(1), String::new()));
    lint(folder.path(), &["--fix", RULES]);
    let output = lint(folder.path(), &["--diff", RULES]);
    assert_eq!((output.status.code(), stdout(&output), stderr(&output)), (Some(0), String::new(), String::new()));
}

#[test]
fn a_diff_goes_to_a_file_where_one_is_named() {
    let folder = unregistered();
    let output = lint(folder.path(), &["--diff", "-o", "fix.patch", RULES]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), String::new()));
    assert!(text(folder.path(), "fix.patch").starts_with("--- a/pytest.ini\n"));
}

#[test]
fn only_what_is_shown_is_fixed() {
    for arguments in [&["--ignore=unregistered-marker"][..], &["--select=empty-parametrize"], &["--baseline=b.json"]] {
        let folder = unregistered();
        lint(folder.path(), &["--write-baseline", "b.json"]);
        let output = lint(folder.path(), &[&["--fix"], arguments].concat());
        assert_eq!(stderr(&output), "nothing was fixed\n", "{arguments:?}");
        assert_eq!(text(folder.path(), "pytest.ini"), "[pytest]\naddopts = -ra\n", "{arguments:?}");
    }
}

#[test]
fn what_is_left_is_reported_in_every_format_and_decides_the_exit_code() {
    let folder = unregistered();
    fs::write(folder.path().join("test_b.py"), "def test_x():\n    pass\n\n\ndef test_x():\n    pass\n").unwrap();
    let output = lint(folder.path(), &["--fix", "--format=json", "--select=markers,shadowed-test"]);
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["rule"], "shadowed-test");
    fs::remove_file(folder.path().join("test_b.py")).unwrap();
    let output = lint(folder.path(), &["--fix", "--quiet", RULES]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), String::new()));
}

#[test]
fn paths_are_told_as_seen_from_the_current_directory() {
    let folder = unregistered();
    fs::create_dir(folder.path().join("sub")).unwrap();
    fs::write(folder.path().join("sub/test_c.py"), TESTS).unwrap();
    let output = lint(&folder.path().join("sub"), &["--fix", RULES]);
    assert_eq!(stderr(&output), "fixed 3 findings in `../pytest.ini`\n");
    assert!(text(folder.path(), "pytest.ini").contains("gpu"));
}

#[cfg(unix)]
mod unix {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::Command;

    use super::*;

    #[test]
    fn mode_stays() {
        let folder = unregistered();
        let path = folder.path().join("pytest.ini");
        fs::set_permissions(&path, Permissions::from_mode(0o664)).unwrap();
        lint(folder.path(), &["--fix", RULES]);
        assert!(text(folder.path(), "pytest.ini").contains("gpu"));
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o664);
    }

    #[test]
    fn a_read_only_file_is_left_with_a_message_and_its_findings() {
        let folder = unregistered();
        fs::set_permissions(folder.path().join("pytest.ini"), Permissions::from_mode(0o444)).unwrap();
        let output = lint(folder.path(), &["--fix", RULES]);
        let message = stderr(&output);
        assert!(message.starts_with("error: `pytest.ini` is left as it is: it "), "{message}");
        assert_eq!(output.status.code(), Some(1));
        assert!(stdout(&output).contains("3 findings: 3 errors"), "{}", stdout(&output));
        assert_eq!(text(folder.path(), "pytest.ini"), "[pytest]\naddopts = -ra\n");
    }

    #[test]
    fn a_link_out_of_the_root_is_not_written_through() {
        let outside = tree(&[("shared.ini", "[pytest]\naddopts = -ra\n")]);
        let folder = tree(&[("test_a.py", TESTS)]);
        symlink(outside.path().join("shared.ini"), folder.path().join("pytest.ini")).unwrap();
        let output = lint(folder.path(), &["--fix", RULES]);
        assert_eq!(
            stderr(&output),
            "nothing was fixed\nnot fixed: `pytest.ini`: it lies outside of the root\n",
            "{}",
            stdout(&output)
        );
        assert_eq!(text(outside.path(), "shared.ini"), "[pytest]\naddopts = -ra\n");
    }

    #[test]
    fn a_link_within_the_root_stays_one() {
        let folder = tree(&[("test_a.py", TESTS), ("config/pytest.ini", "[pytest]\naddopts = -ra\n")]);
        symlink("config/pytest.ini", folder.path().join("pytest.ini")).unwrap();
        let output = lint(folder.path(), &["--fix", RULES]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(fs::symlink_metadata(folder.path().join("pytest.ini")).unwrap().is_symlink());
        assert!(text(folder.path(), "config/pytest.ini").contains("    gpu\n"));
    }

    /// No file may grow beyond nothing, so the system ends the program when it writes.
    #[test]
    fn whoever_is_killed_while_writing_leaves_the_old_file() {
        let folder = unregistered();
        let program = env!("CARGO_BIN_EXE_testaudit");
        let output = Command::new("sh")
            .args(["-c", &format!("ulimit -c 0; ulimit -f 0; exec '{program}' lint --fix {RULES}")])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.signal().is_some(), "it was not killed: {output:?}");
        assert_eq!(text(folder.path(), "pytest.ini"), "[pytest]\naddopts = -ra\n");
        let output = lint(folder.path(), &["--fix", RULES]);
        assert_eq!(stderr(&output), "fixed 3 findings in `pytest.ini`\n");
    }

    #[test]
    fn names_of_folders_reach_the_terminal_escaped() {
        let folder = tree(&[("a\x1b[2Jb\n/test_a.py", TESTS), ("a\x1b[2Jb\n/pytest.ini", "[pytest]\n")]);
        for flag in ["--diff", "--fix"] {
            let output = lint(folder.path(), &[flag, "a\x1b[2Jb\n", RULES]);
            let said = stdout(&output) + &stderr(&output);
            assert!(said.contains("a\\u{1b}[2Jb\\n/pytest.ini"), "{said:?}");
            assert!(!said.contains('\x1b'), "{said:?}");
        }
    }
}

/// What is judged again are the texts with the fixes in them, and so are the comments in these.
#[test]
fn a_comment_is_still_about_the_line_below_it_when_lines_were_added_above() {
    let configuration =
        "[pytest]\nmarkers =\n    slow: minutes\n# testaudit: ignore[unknown-pytest-option]\ntestpath = a\n";
    let folder = tree(&[("pytest.ini", configuration), ("test_a.py", TESTS)]);
    let output = lint(folder.path(), &["--fix", "--select=unregistered-marker,unknown-pytest-option"]);
    assert!(text(folder.path(), "pytest.ini").contains("    mps\n# testaudit"));
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
}
