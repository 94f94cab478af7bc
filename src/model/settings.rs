//! What a run was asked to do, after the command line and the configuration file were joined.

use std::path::PathBuf;

/// Bytes beyond which a file is not read: a test this large is data.
pub const DEFAULT_MAX_FILE_SIZE: u64 = 16 * 1024 * 1024;

/// What to walk, and by which rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoverySettings {
    /// Globs of paths to leave out, relative to the root, in `.gitignore` syntax.
    pub exclude: Vec<String>,
    /// Whether `.gitignore` files count.
    pub gitignore: bool,
    /// pytest's `python_files`: globs of test modules' names.
    pub python_files: Vec<String>,
    /// pytest's `norecursedirs`: globs of folder names that are not entered.
    pub norecursedirs: Vec<String>,
    /// pytest's `testpaths`: where to look when no path is given.
    pub testpaths: Vec<String>,
    /// Bytes beyond which a file is not read.
    pub max_file_size: u64,
}

impl Default for DiscoverySettings {
    /// pytest's defaults: `python_files` and `norecursedirs` as `_pytest/python.py` and `_pytest/main.py` register them.
    fn default() -> Self {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            exclude: Vec::new(),
            gitignore: true,
            python_files: owned(&["test_*.py", "*_test.py"]),
            norecursedirs: owned(&["*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}"]),
            testpaths: Vec::new(),
            max_file_size: DEFAULT_MAX_FILE_SIZE,
        }
    }
}

/// A detector of the user's own: `[[detectors]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectorSettings {
    /// Its name in reports.
    pub name: String,
    /// One line that says what it finds.
    pub title: String,
    /// The query file, as the messages about it name it.
    pub path: PathBuf,
    /// The query file's text.
    pub text: String,
}

/// What a run was asked to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What to walk.
    pub discovery: DiscoverySettings,
    /// Detectors of the user's own.
    pub detectors: Vec<DetectorSettings>,
    /// Worker threads; `None`: one for each core.
    pub jobs: Option<usize>,
}
