//! The tests folder by folder: a row for each file with what it tests, and after which changes to run the folder.

use std::collections::BTreeMap;

use serde::Serialize;

use super::commands::quoted;
use super::modules::Imports;
use super::topics::{Topic, topics};
use super::what::{What, what};
use crate::model::{FileRole, Language, Suite, TestFile};

/// The tests that stand directly in one folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Area {
    /// The folder, relative to the root; `.` for the root.
    pub folder: String,
    /// What it is for, where something says so.
    pub about: Option<String>,
    /// How many tests.
    pub tests: usize,
    /// Its files that hold tests, sorted by path.
    pub files: Vec<AreaFile>,
    /// What several of its files have in common.
    pub topics: Vec<Topic>,
    /// Files and folders of the product after whose change it should be run: its files import them.
    pub run_after: Vec<String>,
    /// The command that runs it.
    pub command: String,
    /// How many of its tests may be skipped because something is missing.
    pub conditional: usize,
}

/// A file of tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AreaFile {
    /// Relative to the root.
    pub path: String,
    /// How many tests.
    pub tests: usize,
    /// How many cases, where that is known of all of them.
    pub cases: Option<u64>,
    /// What it tests.
    pub what: Option<What>,
    /// The modules of the product that it imports, the one it is named for first.
    pub modules: Vec<String>,
    /// How many of its tests may be skipped because something is missing.
    pub conditional: usize,
}

/// The areas of Python, sorted by folder.
pub(super) fn areas(suite: &Suite, imports: &Imports<'_>) -> Vec<Area> {
    let mut folders: BTreeMap<&str, Vec<&TestFile>> = BTreeMap::new();
    let is_listed = |file: &&TestFile| {
        file.language == Language::Python && !file.tests.is_empty() && file.role != FileRole::DoctestText
    };
    for file in suite.files.iter().filter(is_listed) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders.entry(folder).or_default().push(file);
    }
    let has_below = |folder: &str| {
        folders.keys().any(|other| *other != folder && crate::model::path::is_below(other, folder)) || folder.is_empty()
    };
    folders.iter().map(|(folder, files)| area(suite, imports, folder, files, has_below(folder))).collect()
}

fn area(suite: &Suite, imports: &Imports<'_>, folder: &str, files: &[&TestFile], has_below: bool) -> Area {
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let rows: Vec<AreaFile> = files.iter().map(|file| row(imports, file)).collect();
    Area {
        folder: if folder.is_empty() { ".".to_owned() } else { folder.to_owned() },
        about: super::tree::about(suite, folder).map(|(about, _)| about),
        tests: rows.iter().map(|row| row.tests).sum(),
        topics: topics(&rows),
        run_after: imports.after(&paths),
        command: if has_below {
            format!("pytest {}", names(folder, &paths))
        } else {
            format!("pytest {}", quoted(folder))
        },
        conditional: rows.iter().map(|row| row.conditional).sum(),
        files: rows,
    }
}

/// The files themselves, where their folder would be more than them.
fn names(folder: &str, paths: &[&str]) -> String {
    let is_plain = |path: &&str| path.rsplit('/').next().is_some_and(|name| name.starts_with("test_"));
    if paths.len() > 3 && paths.iter().all(is_plain) {
        return if folder.is_empty() { "test_*.py".to_owned() } else { format!("{}/test_*.py", quoted(folder)) };
    }
    paths.iter().map(|path| quoted(path)).collect::<Vec<_>>().join(" ")
}

fn row(imports: &Imports<'_>, file: &TestFile) -> AreaFile {
    AreaFile {
        path: file.path.clone(),
        tests: file.tests.len(),
        cases: file.tests.iter().map(|test| test.cases.map(|cases| cases.max(1))).sum(),
        what: what(file),
        modules: imports.of(&file.path).iter().map(|path| (*path).to_owned()).collect(),
        conditional: super::gated::gated_tests(file).count(),
    }
}
