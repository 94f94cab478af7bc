//! What `--version` says, and where the build script finds the commit.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[allow(dead_code, unreachable_pub, clippy::print_stdout, reason = "it is a program of its own")]
#[path = "../build.rs"]
mod build;

use std::fs;
use std::path::Path;
use std::process::Command;

const SHA1: &str = "0123456789abcdef0123456789abcdef01234567";

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    // Within a hook of git these name the repository that the hook is of.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        git.env_remove(name);
    }
    git.env("GIT_CONFIG_GLOBAL", "/dev/null");
    let identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
    let output = git.current_dir(folder).args(identity).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A repository with a commit, and the commit.
fn repository() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["commit", "--quiet", "--allow-empty", "-m", "a"]);
    let commit = git(folder.path(), &["rev-parse", "HEAD"]);
    (folder, commit)
}

#[test]
fn the_short_flag_tells_the_version_and_the_long_one_no_less() {
    let run = |flag| {
        let output = Command::new(env!("CARGO_BIN_EXE_testaudit")).arg(flag).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let short = format!("testaudit {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(run("-V"), short);
    let long = run("--version");
    let commit = long.strip_prefix(short.trim_end()).unwrap().trim_end();
    let is_commit = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit()) && !text.is_empty();
    let inner = commit.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
    assert!(commit.is_empty() || inner.is_some_and(is_commit), "{long}");
}

#[test]
fn a_repository_tells_its_commit_and_so_does_a_work_tree_of_it() {
    let (folder, commit) = repository();
    assert_eq!(build::commit(folder.path()).as_deref(), Some(&commit[..12]));
    let other = tempfile::tempdir().unwrap();
    let tree = other.path().join("tree");
    git(folder.path(), &["worktree", "add", "--quiet", tree.to_str().unwrap()]);
    git(&tree, &["commit", "--quiet", "--allow-empty", "-m", "b"]);
    let in_tree = git(&tree, &["rev-parse", "HEAD"]);
    assert_ne!(in_tree, commit);
    assert_eq!(build::commit(&tree).as_deref(), Some(&in_tree[..12]));
}

#[test]
fn the_branch_that_moves_with_a_commit_is_watched() {
    let (folder, _) = repository();
    let branch = git(folder.path(), &["symbolic-ref", "HEAD"]);
    let watched = build::watched(folder.path());
    assert!(watched.contains(&folder.path().join(".git/HEAD")), "{watched:?}");
    assert!(watched.contains(&folder.path().join(".git").join(branch)), "{watched:?}");
    assert!(watched.iter().all(|path| path.exists()), "{watched:?}");
    assert_eq!(build::watched(Path::new("/nowhere")), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_package_tells_the_commit_that_cargo_left_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let with = |text: &str| {
        fs::write(folder.path().join(".cargo_vcs_info.json"), text).unwrap();
        build::commit(folder.path())
    };
    let info = format!("{{\n  \"git\": {{\n    \"sha1\": \"{SHA1}\"\n  }},\n  \"path_in_vcs\": \"\"\n}}");
    assert_eq!(with(&info).as_deref(), Some("0123456789ab"));
    assert_eq!(with(&info.replace("\"\n  },", "\",\n    \"dirty\": true\n  },")), None);
    for text in ["", "{}", "{\"git\": {\"sha1\": 1}}", "{\"git\": {\"sha1\": \"", &info.replace(SHA1, "main; rm")] {
        assert_eq!(with(text), None, "{text}");
    }
}

#[test]
fn a_folder_of_neither_tells_nothing_even_within_a_repository() {
    let (folder, _) = repository();
    let inner = folder.path().join("vendor/testaudit");
    fs::create_dir_all(&inner).unwrap();
    assert_eq!(build::commit(&inner), None);
    assert_eq!(build::commit(Path::new("/nowhere")), None);
    // What is no repository although it has its name.
    fs::create_dir(inner.join(".git")).unwrap();
    assert_eq!(build::commit(&inner), None);
}
