//! What pytest's own configuration says about which tests there are. Refuses to know where it stands and how it is
//! written.

use std::path::PathBuf;

/// pytest's configuration, as `Config.getini` and `Config.getoption` would give it without a command line and without
/// `PYTEST_ADDOPTS`, which belong to one run and not to the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PytestConfig {
    /// pytest's `rootdir`, absolute: what its node ids are relative to. Empty where pytest's configuration was not
    /// looked for.
    pub rootdir: PathBuf,
    /// Whether a file (a configuration, a `pyproject.toml`, a `setup.py`) made this folder the `rootdir`, and not only
    /// the current directory and the paths given.
    pub rootdir_found: bool,
    /// Where the configuration stands; `None` where there is none.
    pub source: Option<ConfigSource>,
    /// `python_files`: globs of test modules' names.
    pub python_files: Vec<String>,
    /// `python_classes`: prefixes or globs of test classes' names.
    pub python_classes: Vec<String>,
    /// `python_functions`: prefixes or globs of test functions' names.
    pub python_functions: Vec<String>,
    /// Dotted names of classes outside of the tree that are `unittest.TestCase`s: testaudit's own option, not pytest's.
    pub test_case_classes: Vec<String>,
    /// `testpaths`: where to look when no path is given, relative to `rootdir`.
    pub testpaths: Vec<String>,
    /// `norecursedirs`: globs of folder names that are not entered.
    pub norecursedirs: Vec<String>,
    /// `markers`, in the order they are registered in.
    pub markers: Vec<IniMarker>,
    /// `usefixtures`: fixtures that every test uses.
    pub usefixtures: Vec<String>,
    /// `pythonpath`: folders put before `sys.path`, relative to `rootdir`.
    pub pythonpath: Vec<String>,
    /// `collect_imported_tests`: whether a test that a module merely imports is collected there too.
    pub collect_imported_tests: bool,
    /// `consider_namespace_packages`: whether a folder without `__init__.py` may be part of a package.
    pub consider_namespace_packages: bool,
    /// Whether a marker that is not registered is an error: `strict_markers`, else `strict`.
    pub strict_markers: bool,
    /// `required_plugins`: requirements, as written.
    pub required_plugins: Vec<String>,
    /// Modules that the project itself registers as plugins: the `pytest11` entry points of its `pyproject.toml` or
    /// `setup.cfg`.
    pub entry_points: Vec<String>,
    /// Options of plugins that decide what their tests get (`anyio_mode`, `asyncio_mode`), with their values.
    pub plugin_options: Vec<(String, String)>,
    /// `addopts`.
    pub addopts: AddOpts,
    /// Every option that the configuration names, `-o` in its `addopts` included, sorted by line and name.
    pub options: Vec<IniOption>,
    /// What decides how strict pytest is.
    pub strictness: Strictness,
    /// `minversion`: the oldest pytest that may run the tests.
    pub minversion: Option<IniText>,
    /// `empty_parameter_set_mark`: what becomes of a test with an empty list of cases.
    pub empty_parameter_set_mark: Option<IniText>,
    /// What was meant for pytest beside its configuration, and does not count there; sorted.
    pub ignored: Vec<IgnoredConfig>,
}

impl Default for PytestConfig {
    /// pytest's defaults, as `_pytest/python.py`, `_pytest/main.py` and others register them.
    fn default() -> Self {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            rootdir: PathBuf::new(),
            rootdir_found: false,
            source: None,
            python_files: owned(&["test_*.py", "*_test.py"]),
            python_classes: owned(&["Test"]),
            python_functions: owned(&["test"]),
            test_case_classes: Vec::new(),
            testpaths: Vec::new(),
            norecursedirs: owned(&["*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}"]),
            markers: Vec::new(),
            usefixtures: Vec::new(),
            pythonpath: Vec::new(),
            collect_imported_tests: true,
            consider_namespace_packages: false,
            strict_markers: false,
            required_plugins: Vec::new(),
            entry_points: Vec::new(),
            plugin_options: Vec::new(),
            addopts: AddOpts::default(),
            options: Vec::new(),
            strictness: Strictness::default(),
            minversion: None,
            empty_parameter_set_mark: None,
            ignored: Vec::new(),
        }
    }
}

/// Where pytest's configuration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigSource {
    /// The file, relative to `rootdir`, with `/`.
    pub path: String,
    /// The section or table, without its brackets; empty where the file counts although it has none.
    pub section: String,
    /// The 1-based line of the section's header; `None` where there is none.
    pub line: Option<u32>,
    /// The first pytest that reads this file or table. An older one passes over it without a word.
    pub since: Option<&'static str>,
}

/// A place that was meant to be pytest's configuration, and that pytest does not read.
///
/// Only files beside the configuration are looked at, else those of `rootdir`: what stands in another folder may count
/// when pytest is run there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IgnoredConfig {
    /// The file, relative to `rootdir`, with `/`.
    pub path: String,
    /// 1-based, of the section's header.
    pub line: u32,
    /// The section or table as it is written, without its brackets.
    pub section: String,
    /// Why it does not count.
    pub reason: IgnoredReason,
}

/// Why pytest does not read something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum IgnoredReason {
    /// No section of this name is looked for in this file: without a word from pytest.
    WrongSection {
        /// The section that is.
        expected: String,
    },
    /// pytest stops with an error because of this section; that is a problem too.
    Refused {
        /// The section that it asks for.
        expected: String,
    },
    /// `[tool.pytest.ini_options]` beside options in `[tool.pytest]`: from 9.0 on pytest stops with an error, which is a
    /// problem too; before, this table alone is read.
    WrongTable {
        /// The other table.
        read: String,
    },
    /// A stronger file in the same folder is the configuration, even if it says nothing.
    Shadowed {
        /// That file, relative to `rootdir`.
        by: String,
    },
}

/// An option that the configuration names, whether or not pytest knows it. Names are case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IniOption {
    /// 1-based, in the file of [`PytestConfig::source`].
    pub line: u32,
    /// As written.
    pub name: String,
    /// How it is set.
    pub origin: Origin,
}

/// How an option is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// By a line of its own.
    File,
    /// By `-o NAME=VALUE` in `addopts`, which only pytest 9.1 and later apply there.
    Override,
    /// By a flag in `addopts` that stands for it: `--strict-markers`. pytest 9.0.0 to 9.0.2 do not apply flags there.
    Flag,
}

/// The value of an option, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IniText {
    /// Without white space around it.
    pub text: String,
    /// 1-based, in the file of [`PytestConfig::source`].
    pub line: u32,
}

/// What decides how strict pytest is, as its release 9.2 reads it; `None` where nothing does, and it is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strictness {
    /// Whether a marker that is not registered is an error: `strict_markers`, else `strict`.
    pub markers: Option<Switch>,
    /// Whether an option that nobody registers is an error: `strict_config`, else `strict`.
    pub config: Option<Switch>,
    /// Whether a test that was expected to fail and passes is a failure: `strict_xfail` or `xfail_strict`, else `strict`.
    pub xfail: Option<Switch>,
    /// Whether two cases of the same id are an error: `strict_parametrization_ids`, else `strict`.
    pub parametrization_ids: Option<Switch>,
}

/// An option that is true or false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// Its value.
    pub on: bool,
    /// The option or flag as it is written: `strict`, `xfail_strict`, `--strict-markers`. Before pytest 9.0, `--strict`
    /// means `--strict-markers`, and there is no option `strict` or `strict_markers`.
    pub option: String,
    /// 1-based, in the file of [`PytestConfig::source`].
    pub line: u32,
    /// How it is set.
    pub origin: Origin,
}

/// One line of `markers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IniMarker {
    /// What stands before the first `:` or `(`.
    pub name: String,
    /// What stands behind the first `:`.
    pub description: String,
    /// 1-based, in the file of [`PytestConfig::source`].
    pub line: u32,
}

/// Those options of `addopts` that decide which tests are collected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddOpts {
    /// `--ignore`: paths relative to the current directory.
    pub ignore: Vec<String>,
    /// `--ignore-glob`: globs of paths relative to the current directory.
    pub ignore_glob: Vec<String>,
    /// `--deselect`: beginnings of node ids.
    pub deselect: Vec<String>,
    /// `-k`; `None` too where it is empty.
    pub keyword: Option<String>,
    /// `-m`; `None` too where it is empty.
    pub markexpr: Option<String>,
    /// `--doctest-modules`: doctests of every module are tests.
    pub doctest_modules: bool,
    /// `--doctest-glob`: names of text files with doctests; where there is none, `test*.txt` holds.
    pub doctest_glob: Vec<String>,
    /// `--doctest-ignore-import-errors`.
    pub doctest_ignore_import_errors: bool,
    /// `-p`: plugins loaded early, or switched off by `no:`.
    pub plugins: Vec<String>,
    /// `--import-mode`.
    pub import_mode: Option<String>,
    /// `--confcutdir`, relative to the current directory.
    pub confcutdir: Option<String>,
    /// `--noconftest`: no `conftest.py` is loaded.
    pub noconftest: bool,
    /// `--pyargs`: the paths are names of modules.
    pub pyargs: bool,
    /// `--collect-in-virtualenv`.
    pub collect_in_virtualenv: bool,
    /// `-o NAME=VALUE` and the flags that stand for one (`--strict-markers`), in order; the last of a name counts, and
    /// is already applied to the values of [`PytestConfig`].
    pub overrides: Vec<Override>,
    /// Options of plugins that run failing tests again, with how often: `--reruns`, `--retries`.
    pub retries: Vec<(String, String)>,
    /// Paths and node ids, relative to the current directory. The value of an option that is not known here is among
    /// them, as it is for pytest where the plugin is missing.
    pub positional: Vec<String>,
}

/// A value for an option that stands in `addopts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The option.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The flag that stands for both; `None` for `-o`.
    pub flag: Option<String>,
}
