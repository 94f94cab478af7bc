//! pytest's rules for names: which folder is entered and what a file is for. Owns the copies of pytest's
//! matching functions; refuses to read anything but the marks of a virtualenv.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};

use crate::model::settings::DiscoverySettings;
use crate::model::{FileRole, Fnmatch};

/// The patterns of one run, compiled.
pub(super) struct Rules {
    python_files: Vec<Pattern>,
    norecursedirs: Vec<Pattern>,
    doctest_glob: Vec<Pattern>,
    ignore: HashSet<PathBuf>,
    ignore_glob: Vec<Fnmatch>,
    virtualenvs: bool,
}

impl Rules {
    /// Compiles what the settings say. No pattern is invalid, as none is for `fnmatch`.
    pub(super) fn new(settings: &DiscoverySettings) -> Self {
        let compiled = |patterns: &[String]| patterns.iter().map(|pattern| Pattern::new(pattern)).collect();
        Self {
            python_files: compiled(&settings.python_files),
            norecursedirs: compiled(&settings.norecursedirs),
            doctest_glob: compiled(&settings.doctest_glob),
            ignore: settings.ignore.iter().cloned().collect(),
            ignore_glob: settings.ignore_glob.iter().map(|glob| Fnmatch::new(glob)).collect(),
            virtualenvs: settings.virtualenvs,
        }
    }

    /// Whether a file with this absolute path is read: Python, or text that pytest searches for doctests (`_is_doctest`
    /// of `_pytest/doctest.py`).
    pub(super) fn is_read(&self, path: &Path) -> bool {
        path.file_name().is_some_and(is_python) || self.doctest_glob.iter().any(|pattern| pattern.matches(path))
    }

    /// What a file at this absolute path is for: `path_matches_patterns` of `_pytest/python.py`. A `conftest.py`
    /// is one whatever `python_files` says, because it is imported as such in any case.
    pub(super) fn role(&self, path: &Path) -> FileRole {
        if !path.file_name().is_some_and(is_python) {
            FileRole::DoctestText
        } else if path.file_name() == Some(OsStr::new("conftest.py")) {
            FileRole::Conftest
        } else if self.python_files.iter().any(|pattern| pattern.matches(path)) {
            FileRole::TestModule
        } else {
            FileRole::Other
        }
    }

    /// Whether the name of this folder keeps pytest out: the tests of `pytest_ignore_collect` in `_pytest/main.py`
    /// that need nothing but the name. git's own folder never holds sources, whatever `norecursedirs` says.
    pub(super) fn never_entered(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == "__pycache__" || name == ".git")
            || self.norecursedirs.iter().any(|pattern| pattern.matches(path))
    }

    /// Whether this path is left out by itself, file or folder: `--ignore` and `--ignore-glob` in
    /// `pytest_ignore_collect`. They keep pytest from collecting a `conftest.py`, and not from loading it.
    pub(super) fn ignored(&self, path: &Path) -> bool {
        let named = self.ignore.contains(path) || self.ignore_glob.iter().any(|glob| glob.matches(path.as_os_str()));
        named && path.file_name() != Some(OsStr::new("conftest.py"))
    }

    /// Whether a folder, open under this path, is kept closed as a virtual environment: `_in_venv` of
    /// `_pytest/main.py`, which also knows conda's.
    pub(super) fn closed_venv(&self, folder: &Path) -> bool {
        !self.virtualenvs
            && (folder.join("pyvenv.cfg").is_file() || folder.join("conda-meta").join("history").is_file())
    }
}

/// `pytest_collect_file` of `_pytest/python.py`: `file_path.suffix == ".py"`.
pub(super) fn is_python(name: &OsStr) -> bool {
    Path::new(name).extension() == Some(OsStr::new("py"))
}

/// Whether shells and `glob` hide this name.
pub(super) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().first() == Some(&b'.')
}

/// A pattern of pytest's configuration: `fnmatch_ex` of `_pytest/pathlib.py`. Without a separator it is matched against
/// the name, with one against the whole path, where anything may precede it unless it is absolute.
struct Pattern {
    whole: bool,
    glob: Fnmatch,
}

impl Pattern {
    fn new(pattern: &str) -> Self {
        let pattern = if cfg!(windows) { pattern.replace('/', "\\") } else { pattern.to_owned() };
        let whole = pattern.contains(MAIN_SEPARATOR_STR);
        let anchored = Path::new(&pattern).is_absolute();
        let pattern = if whole && !anchored { format!("*{MAIN_SEPARATOR_STR}{pattern}") } else { pattern };
        Self { whole, glob: Fnmatch::new(&pattern) }
    }

    fn matches(&self, path: &Path) -> bool {
        let subject = if self.whole { Some(path.as_os_str()) } else { path.file_name() };
        subject.is_some_and(|subject| self.glob.matches(subject))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_pattern_with_a_slash_is_matched_against_the_end_of_the_path() {
        let role = |pattern: &str, path: &str| {
            let settings = DiscoverySettings { python_files: vec![pattern.to_owned()], ..DiscoverySettings::default() };
            Rules::new(&settings).role(Path::new(path))
        };
        assert_eq!(role("tests/*.py", "/r/tests/a.py"), FileRole::TestModule);
        assert_eq!(role("tests/*.py", "/r/tests/deep/a.py"), FileRole::TestModule);
        assert_eq!(role("tests/*.py", "/r/xtests/a.py"), FileRole::Other);
        assert_eq!(role("/r/*.py", "/r/a.py"), FileRole::TestModule);
        assert_eq!(role("/r/*.py", "/q/r/a.py"), FileRole::Other);
        assert_eq!(role("*.py", "/r/conftest.py"), FileRole::Conftest);
    }
}
