//! Where a configuration is looked for, what it may say, and how its mistakes are told.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::path::{Path, PathBuf};

use common::tree;
use testaudit::config::{Config, ConfigError, load};
use testaudit::model::{ProblemKind, Settings};

fn loaded(files: &[(&str, &str)]) -> Config {
    load(tree(files).path(), None, testaudit::rules::unknown_name).unwrap()
}

/// The message that a `testaudit.toml` of this text is refused with.
fn refusal(text: &str) -> String {
    load(tree(&[("testaudit.toml", text)]).path(), None, testaudit::rules::unknown_name).unwrap_err().to_string()
}

/// The name of the file found, and the `exclude` that tells which table was read.
fn origin(config: &Config) -> (PathBuf, &[String]) {
    (config.path.as_deref().unwrap().file_name().unwrap().into(), &config.settings.discovery.exclude)
}

#[test]
fn without_a_configuration_the_defaults_hold() {
    assert_eq!(loaded(&[("pyproject.toml", "[tool.other]\nx = 1")]), Config::default());
    assert_eq!(Config::default().settings, Settings::default());
}

#[test]
fn every_key_of_today_is_read() {
    let config = loaded(&[
        (
            "testaudit.toml",
            "exclude = ['gen', '*.tmp.py']\ngitignore = false\nmax-file-size = 1_000\n\
             [pytest]\npython_files = ['check_*.py']\nnorecursedirs = []\ntestpaths = ['tests']\n\
             [[detectors]]\nname = 'my-own2'\ntitle = 'finds it'\nquery = 'q/own.scm'\n",
        ),
        ("q/own.scm", "(call) @custom.match"),
    ]);
    let discovery = &config.settings.discovery;
    assert_eq!(discovery.exclude, ["gen", "*.tmp.py"]);
    assert!(!discovery.gitignore);
    assert_eq!(discovery.max_file_size, 1000);
    assert_eq!(discovery.python_files, ["check_*.py"]);
    assert_eq!(discovery.norecursedirs, Vec::<String>::new());
    assert_eq!(discovery.testpaths, ["tests"]);
    assert_eq!(config.pytest.norecursedirs, Some(Vec::new()));
    let detector = &config.settings.detectors[0];
    assert_eq!((&*detector.name, &*detector.title), ("my-own2", "finds it"));
    assert_eq!(detector.path, Path::new("q/own.scm"));
    assert_eq!(detector.text, "(call) @custom.match");
}

#[test]
fn what_the_file_does_not_say_keeps_its_default_and_is_no_override() {
    let config = loaded(&[("testaudit.toml", "[pytest]\ntestpaths = ['t']")]);
    assert_eq!(config.settings.discovery.python_files, Settings::default().discovery.python_files);
    assert_eq!(config.pytest.python_files, None);
    assert!(config.settings.discovery.gitignore);
}

#[test]
fn in_one_folder_the_file_of_our_own_comes_first_and_cargo_last() {
    let files = [
        ("testaudit.toml", "exclude = ['own']"),
        (".testaudit.toml", "exclude = ['hidden']"),
        ("pyproject.toml", "[tool.testaudit]\nexclude = ['python']"),
        (
            "Cargo.toml",
            "[package.metadata.testaudit]\nexclude = ['package']\n[workspace.metadata.testaudit]\nexclude = ['workspace']",
        ),
    ];
    for (from, expected) in ["own", "hidden", "python", "workspace"].iter().enumerate() {
        let config = loaded(&files[from..]);
        assert_eq!(origin(&config), (PathBuf::from(files[from].0), &[(*expected).to_owned()][..]));
    }
    let package = loaded(&[("Cargo.toml", "[package.metadata.testaudit]\nexclude = ['package']")]);
    assert_eq!(origin(&package).1, ["package"]);
}

#[test]
fn the_nearest_folder_wins_and_the_search_ends_at_the_folder_that_holds_git() {
    let folder = tree(&[
        ("testaudit.toml", "exclude = ['top']"),
        ("a/pyproject.toml", "[tool.testaudit]\nexclude = ['near']"),
        ("a/b/pyproject.toml", "[project]\nname = 'x'"),
        ("c/x", ""),
        ("repo/.git/HEAD", ""),
        ("repo/sub/x", ""),
    ]);
    let exclude = |root: &str| {
        load(&folder.path().join(root), None, testaudit::rules::unknown_name).unwrap().settings.discovery.exclude
    };
    assert_eq!(exclude("a/b"), ["near"]);
    assert_eq!(exclude("c"), ["top"]);
    assert_eq!(exclude("repo/sub"), Vec::<String>::new());
}

#[test]
fn an_unknown_key_is_refused_with_the_known_one_that_looks_like_it() {
    assert_eq!(
        refusal("gitignore = true\nexlude = []"),
        "`testaudit.toml`, line 2, column 1: unknown key `exlude` in `testaudit.toml`, did you mean `exclude`?"
    );
    assert!(refusal("[pytest]\npython-files = []").ends_with("did you mean `python_files`?"));
    assert!(refusal("max_file_size = 1").ends_with("did you mean `max-file-size`?"));
    assert!(refusal("[[detectors]]\nnmae = 'x'").ends_with("did you mean `name`?"));
    assert!(
        refusal("zzz = 1").contains("known are `exclude`, `gitignore`, `max-file-size`, `pytest`, `detectors`, `lint`")
    );
}

#[test]
fn tables_that_are_not_there_yet_are_refused() {
    for table in ["lanes", "risks"] {
        assert!(refusal(&format!("[{table}]")).contains(&format!("unknown key `{table}`")));
    }
}

#[test]
fn a_value_of_the_wrong_type_is_told_with_its_place() {
    let cases = [
        ("exclude = 'x'", "line 1, column 11: `exclude` must be a list of strings, this is a string"),
        ("exclude = ['ü', 1]", "line 1, column 17: `exclude` must be a list of strings, this is an integer"),
        ("\ngitignore = 'yes'", "line 2, column 13: `gitignore` must be `true` or `false`, this is a string"),
        ("max-file-size = -1", "line 1, column 17: `max-file-size` must be a number of bytes"),
        ("max-file-size = 1.5", "line 1, column 17: `max-file-size` must be a number of bytes, this is a float"),
        ("pytest = []", "line 1, column 10: `pytest` must be a table, this is an array"),
        ("[detectors]", "`detectors` must be a list of tables, this is a table"),
        ("[[detectors]]\nname = 'a'\ntitle = 'b'", "line 1, column 1: `query` is missing here"),
        ("exclude = [", "line 1, column "),
    ];
    for (text, expected) in cases {
        let message = refusal(text);
        assert!(message.contains(expected), "{text}\n{message}");
    }
}

#[test]
fn a_wrong_table_of_another_tools_file_is_told_with_its_place_there() {
    let folder = tree(&[("pyproject.toml", "[project]\nname = 'x'\n[tool.testaudit]\nexclude = 3\n"), ("sub/x", "")]);
    let message = load(&folder.path().join("sub"), None, testaudit::rules::unknown_name).unwrap_err().to_string();
    assert!(message.starts_with("`../pyproject.toml`, line 4, column 11: `exclude` must be"), "{message}");
}

#[test]
fn detector_names_are_plain_present_and_unique() {
    let detector = |name: &str| format!("[[detectors]]\nname = '{name}'\ntitle = ''\nquery = 'q.scm'\n");
    assert!(refusal(&detector("")).contains("line 2, column 8: the name of a detector is empty"));
    for name in ["My", "a_b", "a b", "é"] {
        assert!(refusal(&detector(name)).contains(&format!("`{name}` is not a detector name")));
    }
    let twice = format!("{}{}", detector("a"), detector("a"));
    let folder = tree(&[("testaudit.toml", &twice), ("q.scm", "")]);
    let message = load(folder.path(), None, testaudit::rules::unknown_name).unwrap_err().to_string();
    assert!(message.contains("line 6, column 8: a second detector named `a`"), "{message}");
}

#[test]
fn a_query_that_cannot_be_read_is_told_where_it_is_named() {
    let message = refusal("[[detectors]]\nname = 'a'\ntitle = ''\nquery = 'q.scm'");
    assert!(message.contains("line 4, column 9: cannot read `q.scm`: no such file"), "{message}");
}

#[test]
fn files_of_other_tools_that_do_not_parse_are_problems_and_the_search_goes_on() {
    let folder = tree(&[
        ("testaudit.toml", "exclude = ['top']"),
        ("a/pyproject.toml", "x = 1\n[tool"),
        ("a/b/Cargo.toml", "= broken"),
        ("a/b/c/pyproject.toml", "tool = 3"),
    ]);
    let config = load(&folder.path().join("a/b/c"), None, testaudit::rules::unknown_name).unwrap();
    assert_eq!(config.settings.discovery.exclude, ["top"]);
    let problems: Vec<_> = config.problems.iter().map(|problem| (&*problem.path, problem.line, problem.kind)).collect();
    let expected =
        [("../Cargo.toml", Some(1), ProblemKind::Config), ("../../pyproject.toml", Some(2), ProblemKind::Config)];
    assert_eq!(problems, expected);
}

#[test]
fn a_named_file_is_read_whatever_its_name_and_must_hold_a_configuration() {
    let folder = tree(&[
        ("my.toml", "exclude = ['named']"),
        ("testaudit.toml", "exclude = ['found']"),
        ("pyproject.toml", "[tool.testaudit]\nexclude = ['python']"),
        ("Cargo.toml", "[package]\nname = 'x'"),
        ("broken/pyproject.toml", "["),
    ]);
    let named = |name: &str| load(folder.path(), Some(&folder.path().join(name)), testaudit::rules::unknown_name);
    assert_eq!(named("my.toml").unwrap().settings.discovery.exclude, ["named"]);
    assert_eq!(named("pyproject.toml").unwrap().settings.discovery.exclude, ["python"]);
    assert!(matches!(named("Cargo.toml"), Err(ConfigError::NoTable { .. })));
    assert!(matches!(named("broken/pyproject.toml"), Err(ConfigError::Content { .. })));
    assert!(matches!(named("nowhere.toml"), Err(ConfigError::Read { .. })));
}

#[test]
fn targets_of_coverage_are_shares_for_languages_and_for_paths() {
    let text =
        "[coverage]\nrust = 0.8\ntargets = [{ paths = ['src/core/**'], lines = 0.955 }, { paths = ['a'], lines = 1 }]";
    let targets = loaded(&[("testaudit.toml", text)]).settings.coverage_targets;
    let found: Vec<_> = targets.iter().map(|own| (own.paths.join(" "), own.language, own.share)).collect();
    let rust = Some(testaudit::model::Language::Rust);
    assert_eq!(found, [(String::new(), rust, 8000), ("src/core/**".into(), None, 9550), ("a".into(), None, 10_000)]);
    for (text, reason) in [
        ("[coverage]\npython = 85", "must be a share between 0 and 1, as 0.85 for 85 %"),
        ("[coverage]\npython = 'all'", "must be a share between 0 and 1"),
        ("[coverage]\npython = nan", "must be a share between 0 and 1"),
        ("[coverage]\ncpp = 0.5", "unknown key `cpp`"),
        ("[[coverage.targets]]\nlines = 0.5", "`paths` is missing here"),
        ("[[coverage.targets]]\npaths = ['a']", "`lines` is missing here"),
    ] {
        assert!(refusal(text).contains(reason), "{text}: {}", refusal(text));
    }
}
