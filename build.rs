//! Tells the program which version it is: `TESTAUDIT_VERSION` is the version with the commit, where that is known.
//!
//! Only optimised builds tell it: they are what is handed on. Others are mostly of changed files, and would be compiled
//! again after every commit. Nothing here can fail a build, and nothing depends on the day or the machine.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// So many digits of a commit are told. A fixed number: git's own choice depends on how many objects a clone has.
const DIGITS: usize = 12;

#[allow(dead_code, reason = "a test includes this file")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let folder = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let commit = match env::var("PROFILE").as_deref() {
        Ok("release") => {
            watched(&folder).iter().for_each(|path| println!("cargo::rerun-if-changed={}", path.display()));
            commit(&folder)
        }
        _ => None,
    };
    let commit = commit.map(|commit| format!(" ({commit})")).unwrap_or_default();
    println!("cargo::rustc-env=TESTAUDIT_VERSION={version}{commit}");
}

/// The commit that a folder with a package is of: by git, where the folder is the top of a repository, else by the file
/// that `cargo package` leaves. A package that merely lies within somebody's repository is none of its commits.
pub(crate) fn commit(folder: &Path) -> Option<String> {
    if folder.join(".git").exists() {
        return shortened(git(folder, &["rev-parse", "HEAD"])?.trim());
    }
    let packaged = fs::read_to_string(folder.join(".cargo_vcs_info.json")).ok()?;
    // Of a package made from changed files nobody has the commit. This is the only file read: no parser for it.
    let packed: String = packaged.split_whitespace().collect();
    if packed.contains("\"dirty\":true") {
        return None;
    }
    shortened(packed.split_once("\"sha1\":\"")?.1.split('"').next()?)
}

/// The beginning of what is a commit, and of nothing else.
fn shortened(commit: &str) -> Option<String> {
    let is_commit = matches!(commit.len(), 40 | 64) && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_commit.then(|| commit[..DIGITS].to_owned())
}

/// What changes with the commit: a branch that is switched to, one that moves, references that are packed.
pub(crate) fn watched(folder: &Path) -> Vec<PathBuf> {
    let mut names = vec!["HEAD".to_owned(), "packed-refs".to_owned()];
    names.extend(git(folder, &["symbolic-ref", "--quiet", "HEAD"]).map(|branch| branch.trim().to_owned()));
    let paths = names.iter().filter_map(|name| git(folder, &["rev-parse", "--git-path", name]));
    // A path that does not exist would build anew each time.
    paths.map(|path| folder.join(path.trim_end())).filter(|path| path.exists()).collect()
}

/// What git prints. The repository is named: whoever builds within a hook of git has an environment that names another.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")).for_each(|(name, _)| {
        command.env_remove(name);
    });
    command.current_dir(folder).arg("--git-dir").arg(folder.join(".git")).args(arguments);
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}
