//! pytest's own configuration: where it is found, what it says, what is wrong with it, and what it does to a walk. What is
//! expected was compared with pytest 9.2.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::tree;
use tempfile::TempDir;
use testaudit::config::{self, pytest::load};
use testaudit::discover::{Discovery, discover_from};
use testaudit::model::pytest::{IgnoredConfig, IgnoredReason, IniText, Strictness, Switch};
use testaudit::model::{FileRole, Problem, ProblemKind, PytestConfig, Settings};

/// A folder with files, to be the current directory or to hold it.
struct Project(TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        Self(tree(files))
    }

    fn path(&self, path: &str) -> PathBuf {
        fs::canonicalize(self.0.path()).unwrap().join(path).components().collect()
    }

    fn load(&self, current: &str, args: &[&str]) -> (PytestConfig, Vec<Problem>) {
        let args: Vec<_> = args.iter().map(PathBuf::from).collect();
        load(&self.path(current), &args)
    }

    /// The configuration seen from the top, where nothing may be a problem.
    #[track_caller]
    fn config(&self) -> PytestConfig {
        let (config, problems) = self.load("", &[]);
        assert_eq!(problems, []);
        config
    }

    /// The problems seen from the top, each `path:line: message`.
    fn problems(&self) -> Vec<String> {
        let (_, problems) = self.load("", &[]);
        assert!(problems.iter().all(|problem| problem.kind == ProblemKind::Config));
        let shown = |problem: &Problem| {
            let line = problem.line.map_or_else(String::new, |line| format!("{line}:"));
            format!("{}:{line} {}", problem.path, problem.message)
        };
        problems.iter().map(shown).collect()
    }

    /// `rootdir` seen from the top, with the file of the configuration.
    #[track_caller]
    fn rootdir(&self, current: &str, args: &[&str]) -> (String, String) {
        let (config, problems) = self.load(current, args);
        assert_eq!(problems, []);
        let rootdir = config.rootdir.strip_prefix(self.path("")).unwrap().to_str().unwrap().to_owned();
        (rootdir, config.source.map_or_else(String::new, |source| source.path))
    }

    fn settings(&self, current: &str, args: &[&str]) -> Settings {
        let own = config::load(&self.path(current), None, testaudit::rules::unknown_name).unwrap();
        config::join(own, self.load(current, args).0, &self.path(current))
    }

    fn discover(&self, current: &str, args: &[&str]) -> Discovery {
        let settings = self.settings(current, args);
        let args: Vec<_> = args.iter().map(PathBuf::from).collect();
        discover_from(&self.path(current), &args, &settings.discovery).unwrap()
    }

    fn found(&self, current: &str, args: &[&str]) -> Vec<String> {
        self.discover(current, args).files.into_iter().map(|file| file.path).collect()
    }
}

/// The configuration of one file of this name and text.
#[track_caller]
fn of(name: &str, text: &str) -> PytestConfig {
    Project::new(&[(name, text)]).config()
}

fn problems_of(name: &str, text: &str) -> Vec<String> {
    Project::new(&[(name, text)]).problems()
}

#[test]
fn without_a_configuration_the_defaults_hold() {
    let project = Project::new(&[("setup.py", "")]);
    let expected = PytestConfig { rootdir: project.path(""), rootdir_found: true, ..PytestConfig::default() };
    assert_eq!(project.config(), expected);
}

#[test]
fn of_the_files_in_one_folder_the_strongest_counts() {
    let files = [
        ("pytest.toml", "pytest", "[pytest]\npython_files = ['0']"),
        (".pytest.toml", "pytest", "[pytest]\npython_files = ['1']"),
        ("pytest.ini", "pytest", "[pytest]\npython_files = 2"),
        (".pytest.ini", "pytest", "[pytest]\npython_files = 3"),
        ("pyproject.toml", "tool.pytest", "[tool.pytest]\npython_files = ['4']"),
        ("tox.ini", "pytest", "[pytest]\npython_files = 5"),
        ("setup.cfg", "tool:pytest", "[tool:pytest]\npython_files = 6"),
    ];
    for (from, (name, section, _)) in files.iter().enumerate() {
        let present: Vec<_> = files[from..].iter().map(|(name, _, text)| (*name, *text)).collect();
        let config = Project::new(&present).config();
        let source = config.source.unwrap();
        assert_eq!((&*source.path, &*source.section), (*name, *section));
        assert_eq!(config.python_files, [from.to_string()]);
    }
}

#[test]
fn a_file_of_pytests_own_counts_even_if_empty_and_the_others_do_not_without_their_section() {
    let strong = ["pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini"];
    for name in strong {
        let config = Project::new(&[(name, ""), ("setup.cfg", "[tool:pytest]\ntestpaths = t")]).config();
        assert_eq!((&*config.source.unwrap().path, config.testpaths.len()), (name, 0));
    }
    for (name, text) in [("pyproject.toml", "[tool.other]\nx = 1"), ("tox.ini", "[tox]\nenvlist = py")] {
        let config = Project::new(&[(name, text), ("setup.cfg", "[tool:pytest]\ntestpaths = t")]).config();
        assert_eq!((&*config.source.unwrap().path, config.testpaths.len()), ("setup.cfg", 1));
    }
}

#[test]
fn the_search_goes_upwards_from_what_the_arguments_share() {
    let project = Project::new(&[
        ("tox.ini", "[pytest]"),
        ("a/pyproject.toml", "[tool.pytest.ini_options]"),
        ("a/x/test_a.py", ""),
        ("b/setup.cfg", "[tool:pytest]"),
        ("b/y/z/keep", ""),
    ]);
    let root = |current, args: &[&str]| project.rootdir(current, args);
    let (top, a, b) = (("", "tox.ini"), ("a", "pyproject.toml"), ("b", "setup.cfg"));
    let cases: [(&str, &[&str], (&str, &str)); 10] = [
        ("", &[], top),
        ("", &["a"], a),
        ("", &["a/x/test_a.py"], a),
        ("", &["a/x/test_a.py::test_b[x::y]"], a),
        ("", &["a/x", "a"], a),
        ("", &["a", "b"], top),
        ("", &["a", "nowhere"], a),
        ("", &["nowhere"], top),
        ("b/y/z", &[], b),
        ("b/y/z", &["../../../a/x"], a),
    ];
    for (current, args, (rootdir, file)) in cases {
        assert_eq!(root(current, args), (rootdir.to_owned(), file.to_owned()), "{args:?} from `{current}`");
    }
}

#[test]
fn without_a_configuration_above_setup_py_decides_and_then_the_files_of_each_argument() {
    let project = Project::new(&[("p/setup.py", ""), ("p/a/pytest.ini", ""), ("p/b/keep", ""), ("q/pytest.ini", "")]);
    assert_eq!(project.rootdir("p/b", &[]), ("p".to_owned(), String::new()));
    assert_eq!(project.rootdir("", &["p/a", "p/b"]), ("p".to_owned(), String::new()));
    assert_eq!(project.rootdir("p/b", &["../a"]), ("p/a".to_owned(), "pytest.ini".to_owned()));
    // Nothing lies above both, and the first of them that has a configuration decides.
    assert_eq!(project.rootdir("", &["p/b", "q"]), ("q".to_owned(), "pytest.ini".to_owned()));
}

#[test]
fn a_pyproject_toml_without_pytests_table_decides_only_where_nothing_else_does() {
    let project = Project::new(&[("a/pyproject.toml", "[project]"), ("a/b/keep", "")]);
    assert_eq!(project.rootdir("a/b", &[]), ("a".to_owned(), "pyproject.toml".to_owned()));
    let project = Project::new(&[("pytest.ini", ""), ("a/pyproject.toml", "[project]"), ("a/b/keep", "")]);
    assert_eq!(project.rootdir("a/b", &[]), (String::new(), "pytest.ini".to_owned()));
}

#[test]
fn where_no_file_decides_the_current_directory_and_the_arguments_do() {
    let project = Project::new(&[("a/b/keep", ""), ("a/c/keep", "")]);
    for (current, args, expected) in [("a", &["b"][..], "a"), ("a/b", &["../c"], "a"), ("a/b", &[], "a/b")] {
        let (config, _) = project.load(current, args);
        assert!(!config.rootdir_found, "the temporary folder lies below a configuration");
        assert_eq!((config.rootdir, config.source), (project.path(expected), None));
    }
}

#[test]
fn a_section_that_pytest_refuses_is_a_problem_and_one_that_it_ignores_is_none() {
    let files = [("pytest.ini", "[pytest]"), ("setup.cfg", "[metadata]\nname = x\n[pytest]\n")];
    let refused = ["setup.cfg:3: pytest refuses `[pytest]` in this file; write `[tool:pytest]`"];
    assert_eq!(Project::new(&files).problems(), refused);
    let project = Project::new(&[("pytest.ini", "\n[tool:pytest]\ntestpaths = t")]);
    let config = project.config();
    assert_eq!((config.source.unwrap().section, config.testpaths), (String::new(), Vec::new()));
}

/// What does not count beside the configuration, each as `path:line section: reason`.
fn ignored(files: &[(&str, &str)]) -> Vec<String> {
    let (config, _) = Project::new(files).load("", &[]);
    let shown = |own: &IgnoredConfig| {
        let reason = match &own.reason {
            IgnoredReason::WrongSection { expected } => format!("expected {expected}"),
            IgnoredReason::Refused { expected } => format!("refused, expected {expected}"),
            IgnoredReason::WrongTable { read } => format!("beside {read}"),
            IgnoredReason::Shadowed { by } => format!("shadowed by {by}"),
        };
        format!("{}:{} {}: {reason}", own.path, own.line, own.section)
    };
    config.ignored.iter().map(shown).collect()
}

/// Each was given to pytest 9.2, which reads no option of it.
#[test]
fn a_section_of_a_wrong_name_is_told_with_the_right_one() {
    let ini = |section: &str| format!("# first\n[{section}]\ntestpaths = t\n");
    let expected = |name: &str, section: &str, right: &str| format!("{name}:2 {section}: expected {right}");
    for name in ["pytest.ini", ".pytest.ini", "tox.ini"] {
        for section in ["tool:pytest", "PyTest", " pytest ", "tool.pytest.ini_options", "tool.pytest", "py.test"] {
            assert_eq!(ignored(&[(name, &ini(section))]), [expected(name, section, "pytest")]);
        }
    }
    for section in ["Tool:Pytest", "tool.pytest", "tool.pytest.ini_options", "tool: pytest"] {
        assert_eq!(ignored(&[("setup.cfg", &ini(section))]), [expected("setup.cfg", section, "tool:pytest")]);
    }
    let toml = |section: &str| format!("# first\n[{section}]\ntestpaths = ['t']\n");
    let pyproject = [
        "pytest",
        "\"tool:pytest\"",
        "\"tool.pytest.ini_options\"",
        "pytest.ini_options",
        "tool.pytest_ini_options",
        "tool.\"pytest.ini_options\"",
        "tool.pytest.ini-options",
        "tool.pytest.ini_option",
        "tool.PyTest.ini_options",
        "tools.pytest.ini_options",
    ];
    for section in pyproject {
        let right = "tool.pytest.ini_options";
        assert_eq!(ignored(&[("pyproject.toml", &toml(section))]), [expected("pyproject.toml", section, right)]);
    }
    for name in ["pytest.toml", ".pytest.toml"] {
        for section in ["tool.pytest", "tool.pytest.ini_options", "\"tool:pytest\"", "PyTest", "pytest.ini_options"] {
            assert_eq!(ignored(&[(name, &toml(section))]), [expected(name, section, "pytest")]);
        }
    }
    let both = "[pytest]\ntestpaths = t\n[tool:pytest]\nmarkers = x\n";
    assert_eq!(ignored(&[("tox.ini", both)]), ["tox.ini:3 tool:pytest: expected pytest"]);
}

#[test]
fn sections_that_count_that_are_empty_or_that_are_for_others_are_not_told() {
    let files: [(&str, &str); 12] = [
        ("pytest.ini", "[pytest]\ntestpaths = t\n[flake8-pytest-style]\nx = 1\n[pytest-watch]\ny = 2\n"),
        ("pytest.ini", "[tool:pytest]\n[PyTest]\n"),
        ("tox.ini", "[testenv:pytest]\ncommands = pytest\n[testenv]\nx = 1\n[tool]\nx = 1\n"),
        ("setup.cfg", "[tool:pytest]\ntestpaths = t\n[options]\nx = 1\n[aliases]\ntest = pytest\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\ntestpaths = 't'\n[tool.pytest_env]\nA = 'b'\n"),
        ("pyproject.toml", "[tool.pytest]\nmarkers = ['a']\n[tool.pytest-watcher]\nnow = true\n"),
        ("pyproject.toml", "[pytest]\n[tool.hatch.envs.pytest]\nx = 1\n[project]\npytest = 1\n"),
        ("pyproject.toml", "pytest = 1\n[tool]\npytest_ini_options = 2\n"),
        ("pyproject.toml", "tool.pytest.ini_options.testpaths = 't'\n"),
        ("pyproject.toml", "[[tool.pytests]]\nx = 1\n[[pytest]]\nx = 1\n"),
        ("pytest.toml", "[pytest]\ntestpaths = ['t']\n[tool.other]\nx = 1\n"),
        ("other.ini", "[tool:pytest]\ntestpaths = t\n"),
    ];
    for file in files {
        assert_eq!(ignored(&[file]), [""; 0], "{file:?}");
    }
}

#[test]
fn a_section_beside_a_stronger_file_is_told_with_that_file() {
    let setup = ("setup.cfg", "[tool:pytest]\ntestpaths = t\n");
    let pyproject = ("pyproject.toml", "\n[tool.pytest.ini_options]\ntestpaths = 't'\n");
    let shown = |by: &str| {
        [
            format!("pyproject.toml:2 tool.pytest.ini_options: shadowed by {by}"),
            format!("setup.cfg:1 tool:pytest: shadowed by {by}"),
        ]
    };
    for (name, text) in [("pytest.ini", "[pytest]\nmarkers = x"), ("pytest.ini", ""), (".pytest.toml", "")] {
        assert_eq!(ignored(&[(name, text), setup, pyproject]), shown(name), "{name}: {text:?}");
    }
    let wrong = ("pytest.ini", "[PyTest]\nmarkers = x\n");
    assert_eq!(ignored(&[wrong, pyproject])[1], "pytest.ini:1 PyTest: expected pytest");
    assert_eq!(ignored(&[pyproject, setup]), ["setup.cfg:1 tool:pytest: shadowed by pyproject.toml"]);
    // What says nothing loses nothing, and what stands elsewhere counts when pytest is run there.
    assert_eq!(ignored(&[pyproject, ("setup.cfg", "[tool:pytest]\n"), ("pytest.ini", "")]).len(), 1);
    let elsewhere = [pyproject, ("sub/setup.cfg", setup.1), ("sub/tox.ini", "[tool:pytest]\nx = 1\n")];
    assert_eq!(ignored(&elsewhere), [""; 0]);
}

#[test]
fn what_pytest_refuses_is_among_what_does_not_count() {
    let setup = ("setup.cfg", "[metadata]\nname = x\n[pytest]\ntestpaths = t\n");
    assert_eq!(ignored(&[setup]), ["setup.cfg:3 pytest: refused, expected tool:pytest"]);
    let with_both = ("setup.cfg", "[tool:pytest]\nx = 1\n[pytest]\ntestpaths = t\n");
    assert_eq!(ignored(&[with_both]), ["setup.cfg:3 pytest: expected tool:pytest"]);
    let both = "[tool.pytest]\ntestpaths = ['t']\n[tool.pytest.ini_options]\nmarkers = 'x'\n";
    assert_eq!(ignored(&[("pyproject.toml", both)]), ["pyproject.toml:3 tool.pytest.ini_options: beside tool.pytest"]);
}

#[test]
fn a_file_or_table_that_an_old_pytest_does_not_read_says_so() {
    let source = |name: &str, text: &str| {
        let source = of(name, text).source.unwrap();
        (source.line, source.since)
    };
    assert_eq!(source("pyproject.toml", "\n[tool.pytest]\ntestpaths = ['t']"), (Some(2), Some("9.0")));
    assert_eq!(source("pyproject.toml", "\n[tool.pytest.ini_options]\ntestpaths = 't'"), (Some(2), None));
    assert_eq!(source("pyproject.toml", "[project]"), (None, None));
    assert_eq!(source(".pytest.toml", ""), (None, Some("9.0")));
    assert_eq!(source("pytest.toml", "\n\n[pytest]"), (Some(3), Some("9.0")));
    assert_eq!(source("pytest.ini", "[pytest]"), (Some(1), None));
    assert_eq!(source("setup.cfg", "[tool:pytest]"), (Some(1), None));
}

/// The options of a configuration, each as `line name how`.
fn options(config: &PytestConfig) -> Vec<String> {
    config.options.iter().map(|own| format!("{} {} {:?}", own.line, own.name, own.origin)).collect()
}

#[test]
fn every_option_is_told_with_its_line_and_how_it_is_set() {
    let ini = "[pytest]\nTestPaths = t\naddopts =\n    -q --strict-markers\n    -o unknown=1 -o log_cli=1\nmarkers =\n";
    let expected = ["2 TestPaths File", "3 addopts File", "5 log_cli Override", "5 unknown Override", "6 markers File"];
    assert_eq!(options(&of("pytest.ini", ini)), expected);
    let toml = "[tool.pytest.ini_options]\naddopts = [\n  '-o',\n  'x=1',\n]\n'odd name' = 1\ntable.inner = 2\n";
    let expected = ["2 addopts File", "4 x Override", "6 odd name File", "7 table File"];
    assert_eq!(options(&of("pyproject.toml", toml)), expected);
    assert_eq!(options(&of("pytest.ini", "[other]\nx = 1\n")), [""; 0]);
}

/// Which switch of each kind decides, as `value option line how`; each was compared with pytest 9.2.
#[test]
fn strictness_is_told_with_what_decides_it() {
    type Kind = fn(&Strictness) -> &Option<Switch>;
    let kinds: [Kind; 4] = [|own| &own.markers, |own| &own.config, |own| &own.xfail, |own| &own.parametrization_ids];
    let shown = |text: &str| {
        let strictness = of("pytest.ini", &format!("[pytest]\n{text}\n")).strictness;
        kinds.map(|kind| {
            let switch = kind(&strictness).as_ref();
            switch.map_or_else(String::new, |own| format!("{} {} {} {:?}", own.on, own.option, own.line, own.origin))
        })
    };
    assert_eq!(shown("markers = x"), ["", "", "", ""]);
    let strict = "true strict 2 File";
    assert_eq!(shown("strict = yes"), [strict; 4]);
    let narrower = "strict = 1\nstrict_markers = 0\nstrict_config=0\nxfail_strict = 0\nstrict_parametrization_ids=0";
    let expected = [
        "false strict_markers 3 File",
        "false strict_config 4 File",
        "false xfail_strict 5 File",
        "false strict_parametrization_ids 6 File",
    ];
    assert_eq!(shown(narrower), expected);
    assert_eq!(shown("addopts =\n  -q\n  --strict-markers")[0], "true --strict-markers 4 Flag");
    assert_eq!(shown("addopts = --strict"), ["true --strict 2 Flag"; 4]);
    assert_eq!(shown("addopts = --strict-config\nstrict_config = 0")[1], "true --strict-config 2 Flag");
    assert_eq!(shown("addopts = -o strict_markers=1")[0], "true strict_markers 2 Override");
    assert_eq!(shown("strict_xfail = 1\nxfail_strict = 0")[2], "true strict_xfail 2 File");
    assert_eq!(shown("addopts = -o xfail_strict=0\nstrict_xfail = 1")[2], "false xfail_strict 2 Override");
    assert_eq!(shown("xfail_strict = perhaps")[2], "");
}

#[test]
fn the_oldest_pytest_and_what_becomes_of_empty_lists_are_told() {
    let config = of("pytest.ini", "[pytest]\nminversion = 7.0 \nempty_parameter_set_mark = fail_at_collect\n");
    let text = |own: Option<IniText>| own.map(|own| (own.text, own.line));
    assert_eq!(text(config.minversion), Some(("7.0".to_owned(), 2)));
    assert_eq!(text(config.empty_parameter_set_mark), Some(("fail_at_collect".to_owned(), 3)));
    let config = of("pyproject.toml", "[tool.pytest.ini_options]\nminversion = 8.1\nempty_parameter_set_mark = ''\n");
    assert_eq!(text(config.minversion), Some(("8.1".to_owned(), 2)));
    assert_eq!(config.empty_parameter_set_mark, None);
}

#[test]
fn texts_become_lists_and_booleans_as_pytest_converts_them() {
    let config = of(
        "setup.cfg",
        "[tool:pytest]\npython_files = a_*.py 'b c.py'\n  d.py # kept\npython_classes: X\npython_functions=\n\
         usefixtures = one two\nrequired_plugins = pytest-cov>=2 x\npythonpath = src ./lib/../y\n\
         collect_imported_tests = OFF\nconsider_namespace_packages = 1\nnorecursedirs = \n",
    );
    assert_eq!(config.python_files, ["a_*.py", "b c.py", "d.py", "#", "kept"]);
    assert_eq!(config.python_classes, ["X"]);
    assert_eq!(config.python_functions, [""; 0]);
    assert_eq!(config.usefixtures, ["one", "two"]);
    assert_eq!(config.required_plugins, ["pytest-cov>=2", "x"]);
    assert_eq!(config.pythonpath, ["src", "y"]);
    assert_eq!(config.norecursedirs, [""; 0]);
    assert!(!config.collect_imported_tests && config.consider_namespace_packages);
}

#[test]
fn the_old_toml_table_converts_texts_and_the_new_one_refuses_them() {
    let values = "testpaths = 'a b'\ncollect_imported_tests = 'no'\nstrict_markers = true\nmarkers = '''x\n y'''\n";
    let old = of("pyproject.toml", &format!("[tool.pytest.ini_options]\n{values}"));
    assert_eq!(old.testpaths, ["a", "b"]);
    assert!(!old.collect_imported_tests && old.strict_markers);
    assert_eq!(old.markers.len(), 2);
    let project = Project::new(&[("pyproject.toml", &format!("[tool.pytest]\n{values}usefixtures = ['f']\n"))]);
    let expected = [
        "pyproject.toml:2: `testpaths` must be a list of strings, this is a string",
        "pyproject.toml:3: `collect_imported_tests` must be `true` or `false`, this is a string",
        "pyproject.toml:5: `markers` must be a list of strings, this is a string",
    ];
    assert_eq!(project.problems(), expected);
    let new = project.load("", &[]).0;
    assert!(new.collect_imported_tests && new.strict_markers && new.markers.is_empty() && new.testpaths.is_empty());
    assert_eq!(new.usefixtures, ["f"]);
}

#[test]
fn a_value_of_the_wrong_type_is_a_problem_and_its_default_holds() {
    let cases = [
        (
            "pytest.toml",
            "[pytest]\ntestpaths = [\n  'a',\n  1,\n]",
            "4: `testpaths` must be a list of strings, this is an integer",
        ),
        ("pytest.toml", "[pytest]\naddopts = '-v'", "2: `addopts` must be a list of strings, this is a string"),
        (
            "pytest.toml",
            "[pytest]\nstrict_markers = 1",
            "2: `strict_markers` must be `true` or `false`, this is an integer",
        ),
        ("pytest.toml", "pytest = 1", "1: `pytest` must be a table"),
        ("pytest.toml", "[a]\nb = 1\n[c]\n[d]", ""),
        ("pytest.toml", "\nmarkers = []\n[a]", "2: `markers` stands outside of a table; write it below `[pytest]`"),
        ("pyproject.toml", "tool = 3", "1: `tool` must be a table"),
        ("pyproject.toml", "[tool]\npytest = 3", "2: `tool.pytest` must be a table"),
        ("pyproject.toml", "[tool.pytest]\nini_options = []", "2: `tool.pytest.ini_options` must be a table"),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\nstrict = ['x']",
            "2: `strict` must be `true` or `false`, this is an array",
        ),
        ("pytest.ini", "[pytest]\nstrict = maybe", "2: `strict`: invalid truth value `maybe`"),
        ("pytest.ini", "[pytest]\n\ntestpaths = 'a", "3: `testpaths`: no closing quotation"),
        ("pytest.ini", "[pytest]\naddopts = -k", "2: `-k` in `addopts` expects a value"),
        ("pytest.ini", "[pytest]\naddopts = -o x", "2: `-o` in `addopts` expects `NAME=VALUE`, not `x`"),
    ];
    for (name, text, expected) in cases {
        let expected = if expected.is_empty() { Vec::new() } else { vec![format!("{name}:{expected}")] };
        assert_eq!(problems_of(name, text), expected, "{text}");
        let (config, _) = Project::new(&[(name, text)]).load("", &[]);
        assert_eq!((config.testpaths, config.strict_markers), (Vec::new(), false), "{text}");
    }
}

#[test]
fn both_toml_tables_are_refused_and_the_new_one_is_read() {
    let text = "[tool.pytest]\ntestpaths = ['new']\n[tool.pytest.ini_options]\ntestpaths = 'old'\n";
    let problems = problems_of("pyproject.toml", text);
    assert!(
        problems[0].starts_with("pyproject.toml:3: pytest refuses `[tool.pytest.ini_options]` beside"),
        "{problems:?}"
    );
    assert_eq!(Project::new(&[("pyproject.toml", text)]).load("", &[]).0.testpaths, ["new"]);
    assert_eq!(
        of("pyproject.toml", "[tool.pytest]\nstrict = true\nini_options = {}").source.unwrap().section,
        "tool.pytest"
    );
}

#[test]
fn a_file_that_does_not_parse_is_a_problem_with_its_line_and_the_rest_is_read() {
    let next = ("tox.ini", "[pytest]\ntestpaths = next");
    let broken = |name: &str, text: &str| {
        let project = Project::new(&[(name, text), next]);
        (project.problems(), project.load("", &[]).0.testpaths)
    };
    let (problems, testpaths) = broken("pyproject.toml", "[tool.pytest]\ntestpaths = [");
    assert!(problems.len() == 1 && problems[0].starts_with("pyproject.toml:2: not valid TOML: "), "{problems:?}");
    assert_eq!(testpaths, ["next"]);
    // pytest's own file is its configuration, however broken.
    let (problems, testpaths) = broken("pytest.toml", "\n\n= 1");
    assert!(problems.len() == 1 && problems[0].starts_with("pytest.toml:3: not valid TOML: "), "{problems:?}");
    assert_eq!(testpaths, [""; 0]);
    let (problems, testpaths) = broken("pytest.ini", "[pytest]\ntestpaths = own\njunk\ntestpaths = again\n");
    assert_eq!(problems, ["pytest.ini:3: not valid INI: unexpected line `junk`"]);
    assert_eq!(testpaths, ["own"]);
    let (problems, _) = broken("pytest.ini", "[pytest]\ntestpaths = own\ntestpaths = again\n");
    assert_eq!(problems, ["pytest.ini:3: not valid INI: duplicate name `testpaths`"]);
    let (problems, _) = broken("pytest.ini", "testpaths = own\n");
    assert_eq!(problems, ["pytest.ini:1: not valid INI: no section header defined"]);
}

#[test]
fn a_file_that_is_no_text_is_a_problem() {
    let project = Project::new(&[("setup.cfg", "[tool:pytest]\ntestpaths = t")]);
    fs::write(project.path("pytest.ini"), b"[pytest]\ntestpaths = \xff").unwrap();
    assert_eq!(project.problems(), ["pytest.ini: cannot read: it is not UTF-8"]);
}

#[test]
fn problems_are_told_from_rootdir() {
    let project = Project::new(&[("pytest.ini", ""), ("a/pyproject.toml", "x"), ("a/b/tox.ini", "junk")]);
    let (_, problems) = project.load("a/b", &[]);
    let told: Vec<_> = problems.iter().map(|problem| (&*problem.path, problem.line)).collect();
    assert_eq!(told, [("a/b/tox.ini", Some(1)), ("a/pyproject.toml", Some(1))]);
}

#[test]
fn markers_are_read_with_their_lines_in_every_format() {
    let lines = |name: &str, text: &str| {
        let markers = of(name, text).markers.into_iter();
        markers.map(|marker| (marker.name, marker.description, marker.line)).collect::<Vec<_>>()
    };
    let expected =
        |rows: [(&str, &str, u32); 3]| rows.map(|(name, said, line)| (name.to_owned(), said.to_owned(), line));
    let rows = |line| expected([("slow", "takes: long", line), ("needs", "a, b", line + 1), ("bare", "", line + 3)]);
    let ini = "[pytest]\nmarkers =\n  slow: takes: long\n  needs(a, b) : a, b\n\n  bare\n";
    assert_eq!(lines("pytest.ini", ini), rows(3));
    let list = "[pytest]\nmarkers = [\n  'slow: takes: long',\n  'needs(a, b): a, b',\n\n  'bare',\n]\n";
    assert_eq!(lines("pytest.toml", list), rows(3));
    let text = "[tool.pytest.ini_options]\nmarkers = \"\"\"\n slow: takes: long\n needs(a, b): a, b\n\n bare\"\"\"\n";
    assert_eq!(lines("pyproject.toml", text), rows(3));
}

#[test]
fn addopts_are_words_of_a_shell_or_items_of_a_list() {
    let options = "-m 'not slow' -k \"a or b\" --ignore=x --deselect t.py::a --doctest-modules -n 4 --cov pkg tests\n";
    let ini = of("pytest.ini", &format!("[pytest]\naddopts = {options}")).addopts;
    assert_eq!((ini.markexpr.as_deref(), ini.keyword.as_deref()), (Some("not slow"), Some("a or b")));
    assert_eq!((&ini.ignore[..], &ini.deselect[..]), (&["x".to_owned()][..], &["t.py::a".to_owned()][..]));
    assert!(ini.doctest_modules);
    assert_eq!(ini.positional, ["tests"]);
    let list = "addopts = ['-m', 'not slow', '-k', 'a or b', '--ignore=x', '--deselect', 't.py::a', \
                '--doctest-modules', '-n', '4', '--cov', 'pkg', 'tests']\n";
    assert_eq!(of("pytest.toml", &format!("[pytest]\n{list}")).addopts, ini);
    assert_eq!(of("pyproject.toml", &format!("[tool.pytest.ini_options]\n{list}")).addopts, ini);
}

#[test]
fn overrides_in_addopts_beat_the_file_once() {
    let config = of(
        "pytest.ini",
        "[pytest]\npython_files = a\ntestpaths = t\naddopts = -o python_files='b c' -o python_files=d \
         -o addopts=-mslow -o markers=x:y --rootdir=elsewhere\n",
    );
    assert_eq!((&config.python_files[..], &config.testpaths[..]), (&["d".to_owned()][..], &["t".to_owned()][..]));
    assert_eq!(config.addopts.markexpr, None, "overrides are read once");
    assert_eq!((&*config.markers[0].name, config.markers[0].line), ("x", 4));
    assert!(!config.rootdir.ends_with("elsewhere"), "pytest has chosen `rootdir` before it reads `addopts`");
}

#[test]
fn markers_are_strict_by_option_or_flag_and_the_narrower_option_counts() {
    let cases = [
        ("", false),
        ("strict = true", true),
        ("strict_markers = yes", true),
        ("strict = true\nstrict_markers = no", false),
        ("addopts = --strict", true),
        ("addopts = --strict-markers\nstrict_markers = no", true),
        ("addopts = --strict-config", false),
        ("addopts = --strict-markers -o strict_markers=0", false),
    ];
    for (text, expected) in cases {
        assert_eq!(of("pytest.ini", &format!("[pytest]\n{text}\n")).strict_markers, expected, "{text}");
    }
}

#[test]
fn testaudits_own_table_beats_pytests_configuration_and_that_the_defaults() {
    let project = Project::new(&[
        ("pytest.ini", "[pytest]\npython_files = p_*.py\npython_classes = P\ntestpaths = t\nnorecursedirs = x\n"),
        ("testaudit.toml", "[pytest]\npython_classes = ['O']\ntestpaths = ['o']\n"),
        ("sub/keep", ""),
    ]);
    let Settings { discovery, pytest, .. } = project.settings("", &[]);
    assert_eq!((&discovery.python_files, &discovery.norecursedirs), (&pytest.python_files, &pytest.norecursedirs));
    assert_eq!((pytest.python_files, pytest.norecursedirs), (vec!["p_*.py".to_owned()], vec!["x".to_owned()]));
    assert_eq!((pytest.python_classes, discovery.testpaths), (vec!["O".to_owned()], vec!["o".to_owned()]));
    assert_eq!(pytest.python_functions, ["test"]);
    assert_eq!(discovery.root, Some(project.path("")));
    let below = project.settings("sub", &[]);
    assert_eq!(below.discovery.testpaths, [""; 0], "`testpaths` count in `rootdir` only");
    assert_eq!(below.pytest.testpaths, ["o"]);
}

#[test]
fn paths_are_relative_to_rootdir_and_conftest_files_above_are_read() {
    let project = Project::new(&[
        ("pytest.ini", ""),
        ("conftest.py", ""),
        ("setup.py", ""),
        ("a/conftest.py", ""),
        ("a/b/conftest.py", ""),
        ("a/b/test_x.py", ""),
        ("a/test_y.py", ""),
        ("c/conftest.py", ""),
    ]);
    let discovery = project.discover("a", &["b"]);
    assert_eq!(discovery.root, project.path(""));
    let found: Vec<_> = discovery.files.iter().map(|file| (&*file.path, file.role)).collect();
    let expected = [
        ("a/b/conftest.py", FileRole::Conftest),
        ("a/b/test_x.py", FileRole::TestModule),
        ("a/conftest.py", FileRole::Conftest),
        ("conftest.py", FileRole::Conftest),
    ];
    assert_eq!(found, expected);
    assert_eq!(project.found("", &["a/test_y.py"]), ["a/conftest.py", "a/test_y.py", "conftest.py"]);
}

#[test]
fn without_a_file_that_decides_the_root_is_what_was_given() {
    let project = Project::new(&[("conftest.py", ""), ("a/conftest.py", ""), ("a/test_x.py", ""), ("a/test_y.py", "")]);
    assert_eq!(project.discover("", &["a"]).root, project.path("a"));
    assert_eq!(project.found("", &["a/test_x.py"]), ["conftest.py", "test_x.py"]);
}

#[test]
fn conftest_files_above_confcutdir_or_excluded_are_not_read() {
    let files = |addopts: &'static str| {
        [("pytest.ini", addopts), ("conftest.py", ""), ("a/conftest.py", ""), ("a/b/test_x.py", ""), ("c/x", "")]
    };
    let found = |addopts| Project::new(&files(addopts)).found("", &["a/b"]);
    assert_eq!(found("[pytest]\naddopts = --confcutdir=a\n"), ["a/b/test_x.py", "a/conftest.py"]);
    assert_eq!(found("[pytest]\naddopts = --confcutdir=c\n"), ["a/b/test_x.py", "a/conftest.py"]);
    assert_eq!(found("[pytest]\naddopts = --noconftest\n"), ["a/b/test_x.py"]);
    let mut excluding = files("").to_vec();
    excluding.push(("testaudit.toml", "exclude = ['/conftest.py']"));
    assert_eq!(Project::new(&excluding).found("", &["a/b"]), ["a/b/test_x.py", "a/conftest.py"]);
}

#[test]
fn what_addopts_ignore_is_left_out_unless_it_is_given() {
    let project = Project::new(&[
        ("pytest.ini", "[pytest]\naddopts = --ignore=a --ignore ./b/../test_x.py --ignore-glob='*/gen_*'\n"),
        ("a/test_a.py", ""),
        ("b/a/test_b.py", ""),
        ("b/gen_x/test_c.py", ""),
        ("b/gen_test.py", ""),
        ("b/gen_z/conftest.py", ""),
        ("test_x.py", ""),
    ]);
    assert_eq!(project.found("", &[]), ["b/a/test_b.py"]);
    assert_eq!(project.found("", &["a", "test_x.py"]), ["a/test_a.py", "test_x.py"]);
    // Both are relative to the current directory, as in pytest.
    let all = ["a/test_a.py", "b/gen_test.py", "b/gen_x/test_c.py", "b/gen_z/conftest.py", "test_x.py"];
    assert_eq!(project.found("b", &[".."]), all);
}

#[test]
fn paths_in_addopts_come_before_testpaths() {
    let files = [
        ("pytest.ini", "[pytest]\ntestpaths = t\naddopts = --unknown value p/test_p.py::test_a\n"),
        ("p/test_p.py", ""),
        ("t/test_t.py", ""),
        ("test_x.py", ""),
    ];
    let project = Project::new(&files);
    assert_eq!(project.found("", &[]), ["p/test_p.py"]);
    assert_eq!(project.found("", &["test_x.py"]), ["test_x.py"]);
    let project =
        Project::new(&[("pytest.ini", "[pytest]\ntestpaths = t\naddopts = --unknown value\n"), files[2], files[3]]);
    assert_eq!(project.found("", &[]), ["t/test_t.py"]);
    assert_eq!(project.found("t", &[]), ["t/test_t.py"]);
}

#[test]
fn virtual_environments_are_entered_when_addopts_say_so() {
    let files = |text: &'static str| [("pytest.ini", text), ("env/pyvenv.cfg", ""), ("env/test_x.py", "")];
    assert_eq!(Project::new(&files("")).found("", &[]), [""; 0]);
    assert_eq!(Project::new(&files("[pytest]\naddopts = --collect-in-virtualenv")).found("", &[]), ["env/test_x.py"]);
}

#[test]
fn the_program_reads_pytests_configuration_and_reports_a_broken_file_once() {
    let project = Project::new(&[
        ("tox.ini", "[pytest]\npython_files = check_*.py\nnorecursedirs = 'x\n"),
        ("pyproject.toml", "\n[tool"),
        ("sub/check_a.py", "def test_a(): pass\n"),
    ]);
    let audit = |folder: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_testaudit"));
        let output = command.current_dir(project.path(folder)).arg("audit").args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    for (folder, arguments) in
        [("", &["--format=json"][..]), ("sub", &["--format=json"]), ("", &["--format=json", "sub"])]
    {
        let report = audit(folder, arguments);
        let problems: Vec<_> =
            report["problems"].as_array().unwrap().iter().map(|it| (&it["path"], &it["line"])).collect();
        assert_eq!(
            format!("{problems:?}"),
            r#"[(String("pyproject.toml"), Number(2)), (String("tox.ini"), Number(3))]"#
        );
        assert!(report.to_string().contains("sub/check_a.py"), "{report}");
    }
}

#[test]
fn a_current_directory_need_not_exist() {
    let (config, problems) = load(Path::new("/nowhere/at/all"), &[]);
    assert_eq!((config.rootdir_found, problems), (false, Vec::new()));
}
