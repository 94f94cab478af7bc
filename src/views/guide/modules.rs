//! Which modules of the product a file or a folder of tests is about, and the other way round: what to run after a module
//! was changed. Decided by what files import.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::path::is_of_tests;
use crate::model::{FileRole, Suite};

/// The most places that are named after which tests should be run.
const MAX_PLACES: usize = 6;
/// A module belongs to files that are at least one in so many of those that import it.
const OWN_SHARE: usize = 4;
/// The most files that a command names.
const MAX_FILES: usize = 4;
/// The most folders that a command names.
const MAX_FOLDERS: usize = 3;

/// What to run after a file of the product was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The file.
    pub modified: String,
    /// How many test files import it.
    pub files: usize,
    /// The test files, nearest first.
    pub tests: Vec<String>,
    /// The command.
    pub command: String,
}

/// What is imported, by test file and by module.
pub(super) struct Imports<'s> {
    of: BTreeMap<&'s str, Vec<&'s str>>,
    /// How many files import each module.
    importers: BTreeMap<&'s str, usize>,
}

impl<'s> Imports<'s> {
    pub(super) fn new(suite: &'s Suite) -> Self {
        let tests: BTreeSet<&str> = suite
            .files
            .iter()
            .filter(|file| matches!(file.role, FileRole::TestModule | FileRole::Conftest))
            .map(|file| file.path.as_str())
            .collect();
        let is_product = |path: &str| !is_of_tests(path) && !tests.contains(path);
        let mut importers: BTreeMap<&str, usize> = BTreeMap::new();
        for own in suite.imported.values().flat_map(|imported| &imported.own) {
            *importers.entry(&own.path).or_default() += 1;
        }
        let of = suite.imported.iter().map(|(path, imported)| {
            let own: Vec<&str> =
                imported.own.iter().map(|own| own.path.as_str()).filter(|path| is_product(path)).collect();
            // Who imports a module of a package imports the package on the way.
            let is_above = |package: &str| {
                package
                    .strip_suffix("__init__.py")
                    .is_some_and(|folder| own.iter().any(|other| *other != package && other.starts_with(folder)))
            };
            let mut kept: Vec<&str> = own.iter().copied().filter(|path| !is_above(path)).collect();
            // What few others import says most about a file.
            let rank = |module: &&str| {
                (!is_named_like(path, module), Reverse(shared_words(path, module)), importers.get(*module).copied())
            };
            kept.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.cmp(b)));
            (path.as_str(), kept)
        });
        Self { of: of.collect(), importers }
    }

    /// The modules of the product that a test file imports, the one it is named for first, then those that few others import.
    pub(super) fn of(&self, path: &str) -> &[&'s str] {
        self.of.get(path).map(Vec::as_slice).unwrap_or_default()
    }

    /// The modules and folders after whose change these files should be run, those that most files import first. What is
    /// mostly imported by other files says little about these, and counts only where there is nothing else.
    pub(super) fn after(&self, files: &[&str]) -> Vec<String> {
        let mut counts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for file in files {
            for module in self.of(file) {
                counts.entry((*module).to_owned()).or_default().insert(file);
            }
        }
        let is_own =
            |module: &str, files: usize| files * OWN_SHARE >= self.importers.get(module).copied().unwrap_or_default();
        if counts.iter().any(|(module, files)| is_own(module, files.len())) {
            counts.retain(|module, files| is_own(module, files.len()));
        }
        while counts.len() > MAX_PLACES {
            let Some(folder) = deepest_shared(counts.keys()) else { break };
            let below: Vec<String> =
                counts.keys().filter(|path| path.starts_with(&folder) && **path != folder).cloned().collect();
            let mut merged = BTreeSet::new();
            for path in below {
                merged.extend(counts.remove(&path).unwrap_or_default());
            }
            counts.entry(folder).or_default().extend(merged);
        }
        let mut places: Vec<(String, usize)> = counts.into_iter().map(|(path, files)| (path, files.len())).collect();
        places.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        places.truncate(MAX_PLACES);
        places.into_iter().map(|(path, _)| path).collect()
    }

    /// What to run after each module of the product that test files import, by path.
    pub(super) fn changes(&self, suite: &Suite) -> Vec<Change> {
        self.grouped(suite, |module| Some(module.to_owned()))
            .into_iter()
            .map(|(name, files)| change(name, files))
            .collect()
    }

    /// The same for folders of the product in which tests import several modules, each with what stands in it directly.
    pub(super) fn folder_changes(&self, suite: &Suite) -> Vec<Change> {
        let folder = |module: &str| module.rsplit_once('/').map(|(folder, _)| format!("{folder}/"));
        let mut modules: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for module in self.of.values().flatten() {
            modules.entry(folder(module).unwrap_or_default()).or_default().insert(module);
        }
        let grouped = self.grouped(suite, folder).into_iter();
        let several = grouped.filter(|(folder, _)| modules.get(folder).is_some_and(|modules| modules.len() > 1));
        several.map(|(name, files)| change(name, files)).collect()
    }

    /// The test files that import something, by what `name` calls that.
    fn grouped(&self, suite: &Suite, name: impl Fn(&str) -> Option<String>) -> BTreeMap<String, Vec<&'s str>> {
        let collected: BTreeSet<&str> =
            suite.files.iter().filter(|file| !file.tests.is_empty()).map(|file| &*file.path).collect();
        let mut found: BTreeMap<String, BTreeSet<&'s str>> = BTreeMap::new();
        for (file, modules) in self.of.iter().filter(|(file, _)| collected.contains(*file)) {
            for name in modules.iter().filter_map(|module| name(module)) {
                found.entry(name).or_default().insert(file);
            }
        }
        found.into_iter().map(|(name, files)| (name, files.into_iter().collect())).collect()
    }
}

fn change(modified: String, mut files: Vec<&str>) -> Change {
    files.sort_by_key(|file| (!is_named_like(file, &modified), *file));
    let command = command(&modified, &files);
    let tests = files.iter().map(|file| (*file).to_owned()).collect();
    Change { files: files.len(), tests, command, modified }
}

/// The command that runs these files, or their folders where they are many.
fn command(module: &str, files: &[&str]) -> String {
    // A file that is named for the module says more about it than those that merely use it.
    let own: Vec<_> = files.iter().filter(|file| is_named_like(file, module)).collect();
    if files.len() <= MAX_FILES {
        return format!(
            "pytest {}",
            files.iter().map(|file| super::commands::quoted(file)).collect::<Vec<_>>().join(" ")
        );
    }
    let folders: BTreeSet<&str> =
        files.iter().map(|file| file.rsplit_once('/').map_or(".", |(folder, _)| folder)).collect();
    // A folder within another one is run with it.
    let top: Vec<&&str> = folders
        .iter()
        .filter(|folder| !folders.iter().any(|other| other != *folder && folder.starts_with(&format!("{other}/"))))
        .collect();
    let mirrored = mirrored(module, &folders);
    let words: Vec<_> = match (own.as_slice(), top.len()) {
        ([], _) if mirrored.is_some() => mirrored.into_iter().map(super::commands::quoted).collect(),
        ([], 1..=MAX_FOLDERS) => top.into_iter().map(|folder| super::commands::quoted(folder)).collect(),
        ([], _) => Vec::new(),
        (own, _) => own.iter().map(|file| super::commands::quoted(file)).collect(),
    };
    format!("pytest {}", words.join(" ")).trim_end().to_owned()
}

/// Of these folders of tests and those above them the one whose path ends most like that of a package or folder of the
/// product; `None` where none has its name.
fn mirrored<'f>(module: &str, folders: &BTreeSet<&'f str>) -> Option<&'f str> {
    let parts = |path: &str| -> Vec<String> {
        let path = path.strip_suffix("/__init__.py").unwrap_or(path).trim_end_matches('/');
        path.rsplit('/').map(|part| part.trim_start_matches('_').to_owned()).collect()
    };
    let wanted = parts(module);
    let alike = |folder: &str| parts(folder).iter().zip(&wanted).take_while(|(a, b)| a == b).count();
    let above = |folder: &&'f str| {
        let ends = folder.match_indices('/').map(|(at, _)| at);
        let folder = *folder;
        ends.map(move |end| &folder[..end]).chain([folder]).collect::<Vec<_>>()
    };
    let all: BTreeSet<&str> = folders.iter().flat_map(above).collect();
    all.into_iter().filter(|folder| alike(folder) > 0).max_by_key(|folder| alike(folder))
}

/// The name of a module, a package or a folder.
fn name(path: &str) -> &str {
    let path = path.strip_suffix("/__init__.py").unwrap_or(path).trim_end_matches('/');
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".py").unwrap_or(file).trim_start_matches('_')
}

/// The name of a file of tests without what says that it holds tests.
pub(super) fn stem(test: &str) -> &str {
    let stem = name(test);
    stem.strip_prefix("test_").or_else(|| stem.strip_suffix("_test")).unwrap_or(stem)
}

/// Whether a test file is named for a module: `test_loss.py` for `loss.py`.
fn is_named_like(test: &str, module: &str) -> bool {
    let (stem, module) = (stem(test), name(module));
    stem == module || stem.strip_suffix('s') == Some(module) || module.strip_suffix('s') == Some(stem)
}

/// How many words of the name of a test file a module has in its own.
fn shared_words(test: &str, module: &str) -> usize {
    let module: BTreeSet<&str> = name(module).split('_').filter(|word| !word.is_empty()).collect();
    let stem: BTreeSet<&str> = stem(test).split('_').collect();
    module.intersection(&stem).count()
}

/// The folder, with a `/` behind it, deepest in the tree of those in which several of these paths stand. Not one at the top.
fn deepest_shared<'p>(paths: impl Iterator<Item = &'p String> + Clone) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths {
        let mut rest = path.trim_end_matches('/');
        while let Some((folder, _)) = rest.rsplit_once('/') {
            *counts.entry(folder).or_default() += 1;
            rest = folder;
        }
    }
    let shared = counts.into_iter().filter(|(folder, count)| *count > 1 && folder.contains('/'));
    shared.max_by_key(|(folder, count)| (folder.matches('/').count(), *count)).map(|(folder, _)| format!("{folder}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_file_is_named_for_a_module_or_not() {
        for (test, module, expected) in [
            ("tests/test_loss.py", "src/a/loss.py", true),
            ("tests/loss_test.py", "src/a/_loss.py", true),
            ("tests/test_checkpoints.py", "src/a/checkpoint.py", true),
            ("tests/test_ml.py", "src/ml/__init__.py", true),
            ("tests/test_loss_scale.py", "src/a/loss.py", false),
        ] {
            assert_eq!(is_named_like(test, module), expected, "{test} {module}");
        }
    }

    #[test]
    fn the_deepest_folder_is_merged_first_and_never_the_top() {
        let paths = ["a/b/c/x.py", "a/b/c/y.py", "a/b/z.py", "d.py"].map(str::to_owned);
        assert_eq!(deepest_shared(paths.iter()).as_deref(), Some("a/b/c/"));
        assert_eq!(deepest_shared(["a/x.py", "a/y.py"].map(str::to_owned).iter()), None);
    }

    #[test]
    fn a_command_names_files_or_folders_that_hold_each_other() {
        assert_eq!(command("a/loss.py", &["t/test_loss.py"]), "pytest t/test_loss.py");
        let many = ["t/a.py", "t/u/b.py", "t/u/c.py", "t/d.py", "t/e.py"];
        assert_eq!(command("x/other.py", &many), "pytest t");
        let spread = ["a/1.py", "b/1.py", "c/1.py", "d/test_loss.py", "e/1.py"];
        assert_eq!(command("x/loss.py", &spread), "pytest d/test_loss.py");
        assert_eq!(command("x/other.py", &spread), "pytest");
        // A folder of tests that has the name of what was changed, the one with most of its path.
        let alike = ["t/x/loss/1.py", "t/y/loss/sub/2.py", "a/3.py", "b/4.py", "c/5.py"];
        assert_eq!(command("p/y/_loss/__init__.py", &alike), "pytest t/y/loss");
        assert_eq!(command("p/y/loss/", &alike), "pytest t/y/loss");
    }
}
