//! What happens to files beyond their bytes: those that cannot be judged or written, modes, links.

use std::fs;

use crate::common::tree;
use crate::{CANDIDATE, RANDOM, annotate, assert_said, stderr, stdout};

#[test]
fn what_cannot_be_judged_is_left_with_a_message_and_the_others_are_done() {
    let large = format!("{CANDIDATE}{}", "#".repeat(2000));
    let folder = tree(&[
        ("testaudit.toml", "max-file-size = 1000\n"),
        ("test_a.py", &format!("{CANDIDATE}def (\n")),
        ("test_b.py", &large),
        ("test_c.py", "import random\nrandom.random()\0\n"),
        ("test_d.py", CANDIDATE),
        ("helper.py", "def (\n"),
    ]);
    fs::write(folder.path().join("test_e.py"), b"\xff\xfei\0m\0").unwrap();
    let output = annotate(folder.path(), &[]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), "test_d.py: header added\n".to_owned()));
    let said = stderr(&output);
    let paths: Vec<_> = said.lines().map(|line| line.split(':').nth(1).unwrap_or_default().trim()).collect();
    assert_eq!(paths, ["test_a.py", "test_b.py", "test_c.py", "test_e.py"], "{said}");
    assert!(said.lines().all(|line| line.starts_with("problem: ") && line.ends_with("; left as it is")), "{said}");
    assert_said(&annotate(folder.path(), &["--quiet"]), 0, "", "");
}

#[cfg(unix)]
mod unix {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn a_read_only_file_is_left_with_a_message_and_the_others_are_done() {
        let folder = tree(&[("test_a.py", CANDIDATE), ("test_b.py", CANDIDATE), ("test_c.py", CANDIDATE)]);
        let path = folder.path().join("test_b.py");
        fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        let output = annotate(folder.path(), &[]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stdout(&output), "test_a.py: header added\ntest_c.py: header added\n");
        assert!(stderr(&output).starts_with("error: `test_b.py` is left as it is: it "), "{output:?}");
        assert_eq!(fs::read_to_string(path).unwrap(), CANDIDATE);
    }

    #[test]
    fn the_mode_stays() {
        let folder = tree(&[("test_a.py", CANDIDATE)]);
        let path = folder.path().join("test_a.py");
        fs::set_permissions(&path, Permissions::from_mode(0o775)).unwrap();
        annotate(folder.path(), &[]);
        assert!(fs::read_to_string(&path).unwrap().starts_with(RANDOM));
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o775);
    }

    #[test]
    fn a_link_out_of_the_root_is_not_written_through() {
        let outside = tree(&[("test_shared.py", CANDIDATE)]);
        let folder = tree(&[("test_a.py", CANDIDATE)]);
        let target = outside.path().join("test_shared.py");
        symlink(&target, folder.path().join("test_link.py")).unwrap();
        let output = annotate(folder.path(), &[]);
        assert_eq!((output.status.code(), stdout(&output)), (Some(0), "test_a.py: header added\n".to_owned()));
        assert!(stderr(&output).contains("test_link.py: the link leads out of the root"), "{output:?}");
        let given = annotate(folder.path(), &["test_link.py"]);
        let expected = "error: `test_link.py` is left as it is: it lies outside of the root\n";
        assert_said(&given, 2, "", expected);
        assert_eq!(fs::read_to_string(target).unwrap(), CANDIDATE);
    }

    #[test]
    fn a_file_that_links_lead_to_changes_once_and_they_stay_links() {
        let folder = tree(&[("real/test_a.py", CANDIDATE)]);
        symlink("real/test_a.py", folder.path().join("test_b.py")).unwrap();
        let output = annotate(folder.path(), &[]);
        assert_said(&output, 0, "real/test_a.py: header added\n", "");
        assert!(fs::symlink_metadata(folder.path().join("test_b.py")).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(folder.path().join("test_b.py")).unwrap(), format!("{RANDOM}\n{CANDIDATE}"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_no_text_are_written_and_reach_the_terminal_escaped() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;
        let folder = tree(&[]);
        let path = folder.path().join(OsStr::from_bytes(b"test_\xff\x1b[2J\n.py"));
        fs::write(&path, CANDIDATE).unwrap();
        let output = annotate(folder.path(), &[]);
        assert_said(&output, 0, "test_\\xff\\u{1b}[2J\\n.py: header added\n", "");
        assert!(fs::read_to_string(path).unwrap().starts_with(RANDOM));
    }
}
