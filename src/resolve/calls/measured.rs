//! Which files coverage.py would measure: what its configuration says, else the packages and modules of the tree that
//! are no tests, documentation or build scripts.

use std::ffi::OsStr;

use super::program::Program;
use crate::model::{CoverageConfig, FileRole, Fnmatch, code::CodeExpr};

/// Folders of tests, wherever they are.
const TESTS: [&str; 2] = ["tests", "test"];
/// Folders at the top whose code is not what tests are for.
const FOLDERS: [&str; 17] = [
    "docs",
    "doc",
    "examples",
    "example",
    "benchmarks",
    "benchmark",
    "bench",
    "build",
    "dist",
    "scripts",
    "script",
    "tools",
    "node_modules",
    "third_party",
    "vendor",
    "ci",
    "asv_bench",
];
/// Files at the top that build or configure.
const FILES: [&str; 9] = [
    "setup.py",
    "noxfile.py",
    "conftest.py",
    "tasks.py",
    "fabfile.py",
    "manage.py",
    "dodo.py",
    "toxfile.py",
    "conf.py",
];

/// Of each file whether it is code that tests are for.
pub(super) fn measured(program: &Program<'_>) -> Vec<bool> {
    let is_of_product = |path: &str| {
        let mut parts = path.split('/');
        let name = parts.next_back().unwrap_or(path);
        let is_of_tests = |folder: &str| TESTS.contains(&folder) || folder.ends_with("_tests");
        let top = path.split_once('/').map_or("", |(top, _)| top);
        !FILES.contains(&name) && !FOLDERS.contains(&top) && !parts.any(is_of_tests)
    };
    // A folder without `__init__.py` within a package is a part of it all the same.
    let is_packaged = |path: &str| {
        let mut folder = crate::model::path::folder(path);
        while !folder.is_empty() {
            if program.file_at(&format!("{folder}/__init__.py")).is_some() {
                return true;
            }
            folder = crate::model::path::folder(folder);
        }
        false
    };
    let imported = imported(program);
    let files = program.files.iter().zip(&imported);
    files
        .map(|(file, is_imported)| {
            let is_test = matches!(file.module.file.role, FileRole::TestModule | FileRole::Conftest);
            !is_test
                && !file.path.ends_with("/conftest.py")
                && is_of_product(file.path)
                && (is_packaged(file.path) || *is_imported)
        })
        .collect()
}

/// Of each file whether the configuration leaves it out. One that leaves nothing says nothing about this tree.
pub(super) fn omitted(program: &Program<'_>, config: &CoverageConfig) -> Vec<bool> {
    let matches = |globs: &[String], path: &str| globs.iter().any(|glob| matches_glob(glob, path));
    let is_below_source = |path: &str| config.source.iter().any(|source| is_below(path, source));
    let mut omitted = vec![false; program.files.len()];
    let measured = || program.files.iter().enumerate().filter(|(place, _)| program.is_measured[*place]);
    if measured().any(|(_, file)| is_below_source(file.path)) {
        measured().for_each(|(place, file)| omitted[place] |= !is_below_source(file.path));
    }
    if measured().any(|(_, file)| matches(&config.include, file.path)) {
        measured().for_each(|(place, file)| omitted[place] |= !matches(&config.include, file.path));
    }
    if measured().any(|(_, file)| !matches(&config.omit, file.path)) {
        measured().for_each(|(place, file)| omitted[place] |= matches(&config.omit, file.path));
    }
    omitted
}

/// Which files some other file imports.
fn imported(program: &Program<'_>) -> Vec<bool> {
    let mut found = vec![false; program.files.len()];
    for (place, file) in (0u32..).zip(&program.files) {
        for expression in &file.code.expressions {
            let (module, name) = match expression {
                CodeExpr::Module(module) => (*module, None),
                CodeExpr::Member(module, name) => (*module, Some(*name)),
                _ => continue,
            };
            let mut value = program.module(place, file.code.word(module));
            if let Some(child) = name.and_then(|name| program.child(value, file.word(name))) {
                value = child;
            }
            for other in program.with_packages(value) {
                found[other as usize] |= other != place;
            }
        }
    }
    found
}

/// Whether a path is that of a package or below a folder that `source` names.
fn is_below(path: &str, source: &str) -> bool {
    let folder = source.trim_start_matches("./").trim_end_matches('/');
    if matches!(folder, "" | ".") {
        return true;
    }
    let dotted = folder.replace('.', "/");
    let holds =
        |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/') || rest == ".py");
    let inner = path.split_once('/').map_or("", |(_, inner)| inner);
    holds(path, folder) || holds(path, &dotted) || holds(inner, &dotted)
}

/// Whether one of coverage.py's globs matches a path.
fn matches_glob(glob: &str, path: &str) -> bool {
    let glob = glob.trim_start_matches("./");
    if glob.starts_with(['*', '?']) {
        return Fnmatch::new(glob).matches(OsStr::new(&format!("/{path}")))
            || Fnmatch::new(glob).matches(OsStr::new(path));
    }
    let is_folder = glob.ends_with('/');
    Fnmatch::new(glob).matches(OsStr::new(path)) || is_folder && path.starts_with(glob)
}
