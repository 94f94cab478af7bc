//! The guide of a small project whose tree is `fixtures/guided`: unit, integration and distributed tests, scripts, shared
//! fixtures, and a configuration in a section that pytest does not read. `UPDATE=1` writes what is expected anew: read it as a
//! newcomer would.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;
#[path = "common/expected.rs"]
mod expected;

use std::{fs, path::Path, process::Command};

use common::tree;
use expected::expect;
use serde_json::Value;
use walkdir::WalkDir;

fn run(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_testaudit"));
    let output =
        command.args(["audit", "--only", "guide", "--quiet"]).args(arguments).current_dir(folder).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The guide of a tree.
fn guide(files: &[(&str, &str)]) -> Value {
    let json: Value = serde_json::from_str(&run(tree(files).path(), &["--format", "json"])).unwrap();
    json["sections"]["guide"].clone()
}

/// What stands under a key of each item of a list.
fn each<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap()).collect()
}

#[test]
fn a_project_gets_the_guide_that_its_maintainer_would_write() {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/guided");
    let folder = tree(&[]);
    for entry in WalkDir::new(&from).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file()) {
        let to = folder.path().join("guided").join(entry.path().strip_prefix(&from).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(entry.path(), to).unwrap();
    }
    expect("guided.md", &run(&folder.path().join("guided"), &[]));
}

#[test]
fn an_empty_tree_has_a_guide_that_claims_nothing() {
    let guide = guide(&[("README.md", "# Nothing\n")]);
    for key in
        ["quick", "tree", "markers", "areas", "packages", "distributed", "gated", "scripts", "fixtures", "changes"]
            .into_iter()
            .chain(["folder_changes", "workflows"])
    {
        assert_eq!(guide[key], serde_json::json!([]), "{key}");
    }
    assert_eq!(guide["configuration"]["path"], Value::Null);
}

#[test]
fn what_a_file_tests_comes_from_its_docstring_else_its_classes_else_its_names() {
    let guide = guide(&[
        (
            "tests/test_a.py",
            "'''Unit tests for parsing.'''\nclass TestB:\n    '''Not this.'''\n    def test_c(self): pass\n",
        ),
        ("tests/test_b.py", "class TestLoss:\n    '''Losses of all kinds.'''\n    def test_c(self): pass\n"),
        ("tests/test_c.py", "def test_read_a(): pass\ndef test_read_b(): pass\ndef test_close(): pass\n"),
        ("tests/test_d.py", "'''Copyright 2020 Somebody.'''\nX = '''Not a docstring.'''\ndef test_open(): pass\n"),
    ]);
    let files = guide["areas"][0]["files"].as_array().unwrap();
    let told: Vec<_> = files.iter().map(|file| (&file["what"]["text"], &file["what"]["from"])).collect();
    let expected = [
        ("Parsing", "docstring"),
        ("Losses of all kinds", "class-docstrings"),
        ("read (2), close", "names"),
        ("open", "names"),
    ];
    assert_eq!(told.len(), expected.len());
    for ((text, from), (expected, by)) in told.into_iter().zip(expected) {
        assert_eq!((text.as_str(), from.as_str()), (Some(expected), Some(by)));
    }
}

#[test]
fn a_file_is_about_the_modules_in_which_what_it_imports_is_defined() {
    let guide = guide(&[
        ("src/acme/__init__.py", "from .core import run\nfrom . import extra\n"),
        ("src/acme/core.py", "def run(): ...\n"),
        ("src/acme/extra.py", ""),
        ("src/acme/unused.py", ""),
        ("tests/helper.py", ""),
        (
            "tests/test_core.py",
            "from acme import run, extra\nimport helper, os, numpy\nX = 'import acme.unused'\ndef test_a(): pass\n",
        ),
        ("tests/test_late.py", "def test_b():\n    import acme.core as core\n    assert core\n"),
    ]);
    let files = guide["areas"][0]["files"].as_array().unwrap();
    assert_eq!(files[0]["modules"], serde_json::json!(["src/acme/core.py", "src/acme/extra.py"]));
    assert_eq!(files[1]["modules"], serde_json::json!(["src/acme/core.py"]));
    assert_eq!(each(&guide["changes"], "modified"), ["src/acme/core.py", "src/acme/extra.py"]);
    assert_eq!(guide["changes"][0]["command"], "pytest tests/test_core.py tests/test_late.py");
    // What is part of Python or of the tests is no prerequisite.
    assert_eq!(each(&guide["prerequisites"]["packages"], "module"), ["numpy"]);
}

#[test]
fn small_folders_are_told_with_the_folder_above_unless_something_is_said_of_them() {
    let test = "def test_a(): pass\n";
    let guide = guide(&[
        ("tests/test_top.py", test),
        ("tests/few/test_a.py", test),
        ("tests/unit/models/a/test_a.py", test),
        ("tests/unit/models/b/test_b.py", test),
        ("tests/unit/models/b/test_c.py", test),
        ("tests/unit/models/told/README.md", "# Told\n\nModels that have a text.\n"),
        ("tests/unit/models/told/test_d.py", test),
        ("tests/unit/many/test_1.py", test),
        ("tests/unit/many/test_2.py", test),
        ("tests/unit/many/test_3.py", test),
        ("tests/unit/many/test_4.py", test),
    ]);
    let areas = &guide["areas"];
    assert_eq!(
        each(areas, "folder"),
        ["tests", "tests/few", "tests/unit/many", "tests/unit/models", "tests/unit/models/told"]
    );
    assert_eq!(
        each(&areas[3]["files"], "path"),
        ["tests/unit/models/a/test_a.py", "tests/unit/models/b/test_b.py", "tests/unit/models/b/test_c.py"]
    );
    assert_eq!(areas[3]["command"], "pytest tests/unit/models --ignore=tests/unit/models/told");
    assert_eq!(areas[2]["command"], "pytest tests/unit/many");
}

#[test]
fn what_few_test_files_import_comes_first_and_what_others_mostly_import_is_no_reason_to_run_a_folder() {
    let test = |imports: &str| format!("{imports}\ndef test_a(): pass\n");
    let files = [
        ("acme/__init__.py", String::new()),
        ("acme/aid.py", String::new()),
        ("acme/zoo.py", String::new()),
        ("tests/zoo/test_beasts.py", test("import acme.aid, acme.zoo")),
        ("tests/b/test_1.py", test("import acme.aid")),
        ("tests/b/test_2.py", test("import acme.aid")),
        ("tests/b/test_3.py", test("import acme.aid")),
        ("tests/b/test_4.py", test("import acme.aid")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let guide = guide(&files);
    let zoo = &guide["areas"][1];
    assert_eq!(zoo["files"][0]["modules"], serde_json::json!(["acme/zoo.py", "acme/aid.py"]));
    assert_eq!(zoo["run_after"], serde_json::json!(["acme/zoo.py"]));
    // Where nothing else is imported, it is one.
    assert_eq!(guide["areas"][0]["run_after"], serde_json::json!(["acme/aid.py"]));
    assert_eq!(each(&guide["folder_changes"], "modified"), ["acme/"]);
}

#[test]
fn workflows_are_commands_of_the_project_or_follow_from_its_tests() {
    let slow = "import pytest\n@pytest.mark.slow\ndef test_a(): pass\n";
    let files = [
        ("pytest.ini", "[pytest]\nmarkers =\n    slow: takes long\n"),
        ("Makefile", "part:\n\tpytest tests/unit\nall:\n\tpytest tests -x\nsome:\n\tpytest tests -m slow\n"),
        ("tests/unit/test_a.py", slow),
        ("tests/test_b.py", "def test_b(): pass\n"),
    ];
    let workflows = guide(&files)["workflows"].clone();
    assert_eq!(each(&workflows, "when"), ["Before handing in a change", "While working"]);
    assert_eq!(workflows[0]["commands"][0]["command"], "pytest tests -x");
    assert_eq!(workflows[0]["commands"][0]["at"]["line"], 4);
    assert_eq!(workflows[1]["commands"][0]["command"], "pytest -m 'not slow'");
    // A marker that no test carries makes nothing faster.
    let plain = guide(&[files[0], files[3]])["workflows"].clone();
    assert_eq!(each(&plain, "when"), ["Before handing in a change"]);
    assert_eq!(plain[0]["commands"][0], serde_json::json!({"command": "pytest", "at": null}));
}

#[test]
fn what_tests_do_without_is_told_by_package_and_what_they_ask_for_by_its_name() {
    let guide = guide(&[
        (
            "tests/test_a.py",
            "import os, pytest\nnp = pytest.importorskip('dask.array')\ndef test_a(): pass\n\
             @pytest.mark.skipif('DEEP' not in os.environ, reason='x')\ndef test_b(): pytest.importorskip('scipy')\n",
        ),
        ("tests/test_b.py", "import pytest\npytest.importorskip('dask.dataframe')\ndef test_c(): pass\n"),
        ("tests/test_c.py", "import pandas\ndef test_d(): pass\n"),
    ]);
    let optional = guide["prerequisites"]["optional"].as_array().unwrap();
    let told: Vec<_> =
        optional.iter().map(|own| (own["module"].as_str().unwrap(), &own["tests"], &own["files"])).collect();
    assert_eq!(told, [("dask", &3.into(), &2.into()), ("scipy", &1.into(), &1.into())]);
    assert_eq!(each(&guide["prerequisites"]["packages"], "module"), ["pandas"]);
    let needs = guide["gated"][0]["needs"].as_array().unwrap();
    let variable = needs.iter().find(|own| own["kind"] == "environment-variable").unwrap();
    assert_eq!(variable["details"], serde_json::json!(["DEEP"]));
}

#[test]
fn a_requirement_is_told_where_a_reader_looks_first() {
    let guide = guide(&[
        (".github/requirements.txt", "pytest\nscipy\n"),
        ("requirements.txt", "pytest>=8\n"),
        ("tests/test_a.py", "import scipy\ndef test_a(): pass\n"),
    ]);
    let runner = &guide["prerequisites"]["runners"][0];
    assert_eq!((&runner["at"]["path"], &runner["specifier"]), (&"requirements.txt".into(), &">=8".into()));
}

#[test]
fn scripts_are_told_from_tests_that_can_be_run_too() {
    let main = "\nif __name__ == \"__main__\":\n    pass\n";
    let guide = guide(&[
        ("tests/test_a.py", &format!("def test_a(): pass\n{main}")),
        ("tests/run.py", main),
        ("tests/bench_x.py", main),
        ("tests/helper.py", "def run(): ...\n"),
        ("src/acme/tool.py", main),
    ]);
    assert_eq!(each(&guide["scripts"], "path"), ["tests/bench_x.py", "tests/run.py"]);
    assert_eq!(each(&guide["scripts"], "kind"), ["benchmark", "script"]);
    assert_eq!(guide["distributed"], serde_json::json!([]));
}

#[test]
fn fixtures_are_counted_by_the_tests_that_get_them() {
    let guide = guide(&[
        (
            "tests/conftest.py",
            "import pytest\n@pytest.fixture(scope=\"module\")\ndef db():\n    \"\"\"A database.\"\"\"\n    yield 1\n@pytest.fixture\ndef user(db): return db\n@pytest.fixture(params=make())\ndef idle(): return 'yield'\n",
        ),
        (
            "tests/test_a.py",
            "import pytest\n@pytest.fixture\ndef own(): return 1\ndef test_a(user, own): pass\ndef test_b(db): pass\n",
        ),
        ("tests/test_b.py", "import pytest\n@pytest.fixture\ndef db(): return 1\ndef test_a(db): pass\n"),
    ]);
    let fixtures = &guide["fixtures"];
    assert_eq!(each(fixtures, "name"), ["db", "user", "idle"]);
    let users: Vec<_> = fixtures.as_array().unwrap().iter().map(|own| own["users"].as_u64().unwrap()).collect();
    assert_eq!(users, [2, 1, 0]);
    assert_eq!((&fixtures[0]["scope"], &fixtures[0]["teardown"]), (&"module".into(), &true.into()));
    assert_eq!(fixtures[0]["about"], "A database");
    assert_eq!((&fixtures[2]["params"], &fixtures[2]["teardown"]), (&Value::Null, &false.into()));
}

#[test]
fn packages_of_rust_are_told_with_what_cargo_runs_and_leaves_out() {
    let guide = guide(&[
        ("Cargo.toml", "[package]\nname = \"acme\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[features]\nslow = []\n"),
        ("src/lib.rs", "pub fn f() {}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn one() {}\n}\n"),
        (
            "tests/api.rs",
            "//! Tests of the public interface.\n\n#[test]\nfn works() {}\n#[test]\n#[ignore]\nfn slow() {}\n#[cfg(feature = \"slow\")]\n#[test]\nfn slower() {}\n",
        ),
    ]);
    let package = &guide["packages"][0];
    assert_eq!(each(&package["targets"], "binary"), ["acme", "acme::api"]);
    assert_eq!(each(&package["targets"], "command"), ["cargo test --lib", "cargo test --test api"]);
    assert_eq!(package["targets"][1]["what"]["text"], "Public interface");
    assert_eq!(package["targets"][1]["ignored"], 1);
    assert_eq!(each(&package["more"], "command"), ["cargo test -- --ignored", "cargo test --features slow"]);
}

#[test]
fn what_the_configuration_says_and_does_not_do_is_told_apart() {
    let guide = guide(&[
        (
            "pytest.ini",
            "[pytest]\naddopts = -q\n    --strict-markers\nmarkers =\n    slow: takes long\ntest_paths = tests\n",
        ),
        ("setup.cfg", "[tool:pytest]\nmarkers = fast: quick\n"),
        ("tests/test_a.py", "import pytest\n@pytest.mark.slow\ndef test_a(): pass\n"),
    ]);
    let configuration = &guide["configuration"];
    assert_eq!(each(&configuration["options"], "name"), ["addopts", "markers"]);
    assert_eq!(each(&configuration["not_in_effect"], "what"), ["[tool:pytest]", "test_paths"]);
    assert_eq!(each(&guide["markers"], "name"), ["fast", "slow"]);
    assert_eq!((&guide["markers"][0]["registered"], &guide["markers"][0]["tests"]), (&false.into(), &0.into()));
    assert_eq!((&guide["markers"][1]["registered"], &guide["markers"][1]["tests"]), (&true.into(), &1.into()));
}
