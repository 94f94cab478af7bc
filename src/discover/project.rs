//! The files of a project that gaps are judged by: every module, the code under test among them, texts that may hold
//! examples, and files whose names alone say something. A walk of its own, because pytest enters only what its tests are in.
//! Owns which files these are; refuses to open one.

use std::path::Path;

use walkdir::WalkDir;

use super::gitignore::{self, Ignores};
use super::rules::{Rules, is_hidden, is_python};
use super::{DiscoverError, paths};
use crate::model::settings::DiscoverySettings;
use crate::model::{FileRole, Language, Problem, ProblemKind, SourceFile};

/// The most modules of one tree.
const MAX_MODULES: usize = 200_000;

/// Endings of files that say by their names what they are: schemas of messages.
const SCHEMAS: [&str; 6] = ["avsc", "capnp", "fbs", "proto", "smithy", "thrift"];
/// Names of configurations of benchmarks and fuzzers.
const NAMES: [&str; 2] = ["asv.conf.json", "project.yaml"];

/// Names of folders that hold tests, without the underscores around them.
const TESTS: [&str; 3] = ["test", "tests", "testing"];

/// What a walk found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectFiles {
    /// Every module of Python, with what it is by its name, sorted by path.
    pub modules: Vec<SourceFile>,
    /// Markdown and reStructuredText, sorted by path.
    pub texts: Vec<SourceFile>,
    /// Other files of some meaning, sorted.
    pub others: Vec<String>,
    /// Names of folders and of files that are no modules, in folders of tests, sorted: they may say what is tested with them.
    pub test_data: Vec<String>,
    /// What could not be entered or understood, sorted.
    pub problems: Vec<Problem>,
}

/// Finds the files below the root, an absolute path. No link is followed. Left out are hidden folders, virtual environments
/// and what tools write.
///
/// # Errors
/// When an `exclude` pattern is invalid.
pub fn project(root: &Path, settings: &DiscoverySettings) -> Result<ProjectFiles, DiscoverError> {
    let exclude = gitignore::exclude(root, &settings.exclude)?;
    let rules = Rules::new(settings);
    let mut found = ProjectFiles::default();
    let mut ignores = Ignores::default();
    if settings.gitignore {
        ignores = Ignores::above(root, root, &mut found.problems);
    }
    let base = ignores.depth();
    let mut entries = WalkDir::new(root).sort_by_file_name().into_iter();
    // What cannot be listed, the walk for tests tells.
    while let Some(entry) = entries.next() {
        let Ok(entry) = entry else { continue };
        let path = entry.path();
        let folder = entry.file_type().is_dir();
        if settings.gitignore {
            // Each folder between the root and this entry has one level.
            ignores.leave_to(base + entry.depth());
        }
        let below = entry.depth() > 0;
        let left_out = || below && (exclude.matched(path, folder).is_ignore() || ignores.ignored(path, folder));
        if folder {
            if below && (is_left_out(path, &rules) || left_out()) {
                entries.skip_current_dir();
            } else {
                found.add_data(root, path);
                if settings.gitignore {
                    ignores.enter(path, path, &paths::relative(root, path), &mut found.problems);
                }
            }
        } else if entry.file_type().is_file() && !left_out() {
            if is_wanted(path) {
                found.add(root, path, &rules);
            }
            found.add_data(root, path);
        }
        if found.modules.len() >= MAX_MODULES {
            let message = format!("more than {MAX_MODULES} modules, the rest is not looked at for gaps");
            found.problems.push(Problem::file(".", ProblemKind::TooLarge, message));
            break;
        }
    }
    found.modules.sort_by(|a, b| a.path.cmp(&b.path));
    found.texts.sort_by(|a, b| a.path.cmp(&b.path));
    found.others.sort();
    found.test_data.sort();
    found.test_data.dedup();
    found.problems.sort();
    Ok(found)
}

fn ending(path: &Path) -> &str {
    path.extension().and_then(|ending| ending.to_str()).unwrap_or_default()
}

fn is_text(path: &Path) -> bool {
    matches!(ending(path), "md" | "rst")
}

fn is_wanted(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    path.file_name().is_some_and(is_python)
        || is_text(path)
        || SCHEMAS.contains(&ending(path))
        || NAMES.contains(&name)
        // Sources of fuzz targets that no manifest need name.
        || ending(path) == "rs" && path.parent().is_some_and(|folder| folder.ends_with("fuzz_targets"))
}

/// Whether a folder holds what tools write or others wrote.
fn is_left_out(path: &Path, rules: &Rules) -> bool {
    let name = path.file_name().unwrap_or_default();
    let is = |names: &[&str]| names.iter().any(|own| name == *own);
    is_hidden(name)
        || is(&["__pycache__", "node_modules", "site-packages", "venv"])
        || name.to_str().is_some_and(|name| name.ends_with(".egg-info"))
        || is(&["build", "dist"]) && !path.join("__init__.py").is_file()
        || path.join("CACHEDIR.TAG").is_file()
        || rules.closed_venv(path)
}

impl ProjectFiles {
    /// Takes note of the name of what is no module, where a folder around it is one of tests.
    fn add_data(&mut self, root: &Path, path: &Path) {
        let Some(name) = path.file_name().filter(|name| !is_python(name)).and_then(|name| name.to_str()) else {
            return;
        };
        let folders = path.parent().and_then(|folder| folder.strip_prefix(root).ok()).into_iter().flatten();
        let is_tests =
            |folder: &std::ffi::OsStr| folder.to_str().is_some_and(|folder| TESTS.contains(&folder.trim_matches('_')));
        if folders.into_iter().any(is_tests) {
            self.test_data.push(name.to_owned());
        }
    }

    fn add(&mut self, root: &Path, path: &Path, rules: &Rules) {
        let (absolute, shown, language) = (path.to_owned(), paths::relative(root, path), Language::Python);
        if path.file_name().is_some_and(is_python) {
            self.modules.push(SourceFile { path: shown, absolute, language, role: rules.role(path) });
        } else if is_text(path) {
            self.texts.push(SourceFile { path: shown, absolute, language, role: FileRole::DoctestText });
        } else {
            self.others.push(shown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_texts_and_schemas_are_found_and_what_tools_write_is_not() {
        let root = tempfile::tempdir().unwrap();
        for path in [
            "src/pkg/__init__.py",
            "src/pkg/a.proto",
            "tests/test_a.py",
            "tests/facts/net.Ports/one.json",
            "README.md",
            "build/lib/pkg/a.py",
            "pkg.egg-info/a.py",
            ".tox/a.py",
            "env/pyvenv.cfg",
            "env/a.py",
            "fuzz/fuzz_targets/a.rs",
            "src/lib.rs",
        ] {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let found = project(root.path(), &DiscoverySettings::default()).unwrap();
        let modules: Vec<_> = found.modules.iter().map(|own| (own.path.as_str(), own.role)).collect();
        assert_eq!(modules, [("src/pkg/__init__.py", FileRole::Other), ("tests/test_a.py", FileRole::TestModule)]);
        assert_eq!(found.test_data, ["facts", "net.Ports", "one.json"]);
        assert_eq!(found.others, ["fuzz/fuzz_targets/a.rs", "src/pkg/a.proto"]);
        assert_eq!(found.texts.len(), 1);
    }
}
