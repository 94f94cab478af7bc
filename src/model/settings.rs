//! What a run was asked to do, after the command line and the configuration file were joined.

use std::path::PathBuf;

use super::pytest::PytestConfig;

/// Bytes beyond which a file is not read: a test this large is data.
pub const DEFAULT_MAX_FILE_SIZE: u64 = 16 * 1024 * 1024;

/// What to walk, and by which rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoverySettings {
    /// What all paths are relative to, if it holds all that is walked; `None`: the deepest folder that does.
    pub root: Option<PathBuf>,
    /// Globs of paths to leave out, relative to the root, in `.gitignore` syntax.
    pub exclude: Vec<String>,
    /// Whether `.gitignore` files count.
    pub gitignore: bool,
    /// pytest's `python_files`: globs of test modules' names.
    pub python_files: Vec<String>,
    /// pytest's `norecursedirs`: globs of folder names that are not entered.
    pub norecursedirs: Vec<String>,
    /// pytest's `--doctest-glob`: globs of texts that are searched for doctests.
    pub doctest_glob: Vec<String>,
    /// pytest's `testpaths`: where to look when no path is given.
    pub testpaths: Vec<String>,
    /// Paths and node ids that stand in pytest's `addopts`: they count before `testpaths` when no path is given.
    pub default_paths: Vec<String>,
    /// Files and folders that are left out unless they are given: pytest's `--ignore`, absolute.
    pub ignore: Vec<PathBuf>,
    /// Globs of absolute paths that are left out unless they are given: pytest's `--ignore-glob`.
    pub ignore_glob: Vec<String>,
    /// Whether virtual environments are entered: pytest's `--collect-in-virtualenv`.
    pub virtualenvs: bool,
    /// pytest's `confcutdir`, absolute: a `conftest.py` above it does not count. `None`: none counts that is not below
    /// what is walked.
    pub confcutdir: Option<PathBuf>,
    /// Bytes beyond which a file is not read.
    pub max_file_size: u64,
}

impl Default for DiscoverySettings {
    /// pytest's defaults, and those of testaudit.
    fn default() -> Self {
        let PytestConfig { python_files, norecursedirs, testpaths, .. } = PytestConfig::default();
        Self {
            root: None,
            exclude: Vec::new(),
            gitignore: true,
            python_files,
            norecursedirs,
            // `_is_doctest` of `_pytest/doctest.py`.
            doctest_glob: vec!["test*.txt".to_owned()],
            testpaths,
            default_paths: Vec::new(),
            ignore: Vec::new(),
            ignore_glob: Vec::new(),
            virtualenvs: false,
            confcutdir: None,
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

/// What is asked for besides which tests there are: detectors of anything else need not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Why tests deserve fuzzing, and whether their random values repeat.
    pub fuzz: bool,
    /// Where markers are registered and used, and which options pytest's configuration names that nobody registers.
    pub markers: bool,
}

impl Wanted {
    /// Which tests there are and nothing else.
    pub const COLLECTION: Self = Self { fuzz: false, markers: false };
}

impl Default for Wanted {
    /// Everything.
    fn default() -> Self {
        Self { fuzz: true, markers: true }
    }
}

/// What a run was asked to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What to walk.
    pub discovery: DiscoverySettings,
    /// What pytest would be told, with testaudit's own `[pytest]` put over it.
    pub pytest: PytestConfig,
    /// Detectors of the user's own.
    pub detectors: Vec<DetectorSettings>,
    /// What is asked for.
    pub wanted: Wanted,
    /// Worker threads; `None`: one for each core.
    pub jobs: Option<usize>,
}
