//! The tests area by area: a row for each file with what it tests, and after which changes to run it. An area is a folder
//! with the small folders below it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::commands::quoted;
use super::modules::Imports;
use super::topics::{Topic, topics};
use super::what::{What, what};
use crate::model::path::{folder_of_tests, is_below};
use crate::model::{FileRole, Language, Suite, TestFile};

/// Fewer files, about which nothing is said, are told with the folder above.
const MIN_FILES: usize = 4;
/// The most folders that a command leaves out.
const MAX_IGNORED: usize = 4;

/// The tests of one folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Area {
    /// The folder, relative to the root; `.` for the root.
    pub folder: String,
    /// What it is for, where something says so.
    pub about: Option<String>,
    /// How many tests.
    pub tests: usize,
    /// Its files that hold tests, sorted by path; those of small folders below it are among them.
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
        let folder = crate::model::path::folder(&file.path);
        folders.entry(folder).or_default().push(file);
    }
    let mut open: BTreeSet<&str> = folders.keys().copied().collect();
    while let Some(folder) = open.pop_last() {
        let Some((above, _)) = folder.rsplit_once('/') else { continue };
        let is_small = folders.get(folder).is_some_and(|files| files.len() < MIN_FILES);
        // The uppermost folder of tests is about everything.
        let is_inner = folder_of_tests(&format!("{folder}/x")).is_some_and(|top| above.len() > top.len());
        if is_small && is_inner && super::tree::about(suite, folder).is_none() {
            let files = folders.remove(folder).unwrap_or_default();
            folders.entry(above).or_default().extend(files);
            open.insert(above);
        }
    }
    // What was told with a folder that has nothing else is told with the deepest one that has all of it.
    let mut folders: BTreeMap<&str, Vec<&TestFile>> =
        folders.into_iter().map(|(folder, files)| (deepest(&files).unwrap_or(folder), files)).collect();
    let all: Vec<&str> = folders.keys().copied().collect();
    folders
        .iter_mut()
        .map(|(folder, files)| {
            files.sort_by(|a, b| a.path.cmp(&b.path));
            area(suite, imports, folder, files, &all)
        })
        .collect()
}

/// The deepest folder that all these files stand in.
fn deepest<'s>(files: &[&'s TestFile]) -> Option<&'s str> {
    let (first, rest) = files.split_first()?;
    let mut folder = first.path.rsplit_once('/')?.0;
    while !rest.iter().all(|file| is_below(&file.path, folder)) {
        folder = folder.rsplit_once('/')?.0;
    }
    Some(folder)
}

fn area(suite: &Suite, imports: &Imports<'_>, folder: &str, files: &[&TestFile], all: &[&str]) -> Area {
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let rows: Vec<AreaFile> = files.iter().map(|file| row(imports, file)).collect();
    Area {
        folder: if folder.is_empty() { ".".to_owned() } else { folder.to_owned() },
        about: super::tree::about(suite, folder).map(|(about, _)| about),
        tests: rows.iter().map(|row| row.tests).sum(),
        topics: topics(folder, &rows),
        run_after: imports.after(&paths),
        command: format!("pytest {}", arguments(folder, &paths, all)),
        conditional: rows.iter().map(|row| row.conditional).sum(),
        files: rows,
    }
}

/// Those of these sorted folders that stand below one.
fn below<'a, 's>(all: &'a [&'s str], folder: &str) -> &'a [&'s str] {
    if folder.is_empty() {
        return &all[all.partition_point(|own| own.is_empty())..];
    }
    let start = format!("{folder}/");
    let first = all.partition_point(|own| *own < start.as_str());
    let count = all[first..].partition_point(|own| own.starts_with(&start));
    &all[first..first + count]
}

/// What names the files of an area to pytest, and those of the areas below it not.
fn arguments(folder: &str, paths: &[&str], all: &[&str]) -> String {
    let below_it = below(all, folder);
    if below_it.is_empty() && !folder.is_empty() {
        return quoted(folder);
    }
    let own_folder = |path: &str| path.rsplit_once('/').map_or_else(String::new, |(own, _)| own.to_owned());
    let (direct, deeper): (Vec<&str>, Vec<&str>) = paths.iter().partition(|path| own_folder(path) == folder);
    if deeper.is_empty() {
        return names(folder, paths);
    }
    // An area within one that is left out is left out with it.
    let mut ignored: Vec<&str> = Vec::new();
    for own in below_it {
        if ignored.len() <= MAX_IGNORED && !ignored.iter().any(|other| is_below(own, other)) {
            ignored.push(own);
        }
    }
    if ignored.len() <= MAX_IGNORED {
        let ignored: String = ignored.iter().map(|own| format!(" --ignore={}", quoted(own))).collect();
        return format!("{}{ignored}", quoted(folder));
    }
    let mut words: Vec<String> = Vec::new();
    if !direct.is_empty() {
        words.push(names(folder, &direct));
    }
    for path in deeper {
        let own = own_folder(path);
        let word = quoted(if below(all, &own).is_empty() { &own } else { path });
        if words.last() != Some(&word) {
            words.push(word);
        }
    }
    words.join(" ")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_the_files_of_an_area_and_not_those_of_the_areas_below() {
        assert_eq!(arguments("t/m", &["t/m/test_a.py", "t/m/x/test_b.py"], &[]), "t/m");
        assert_eq!(arguments("t/m", &["t/m/test_a.py"], &["t/m/y"]), "t/m/test_a.py");
        let paths = ["t/m/test_a.py", "t/m/x/test_b.py", "t/m/z/test_c.py"];
        assert_eq!(arguments("t/m", &paths, &["t/m/y", "t/m/y/deep"]), "t/m --ignore=t/m/y");
        let many = ["t/m/a", "t/m/b", "t/m/c", "t/m/d", "t/m/x/e"];
        assert_eq!(arguments("t/m", &paths, &many), "t/m/test_a.py t/m/x/test_b.py t/m/z");
        assert_eq!(arguments("", &["test_a.py"], &[]), "test_a.py");
    }
}
