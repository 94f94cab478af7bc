//! Where markers are registered and used: one small tree for each place.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::process::Command;

use common::tree;
use serde_json::Value;

/// The `markers` section of a tree, of the folder or file `path` in it.
fn section_of(files: &[(&str, &str)], path: &str) -> Value {
    let folder = tree(files);
    let arguments = ["audit", "--only", "markers", "--format", "json", path];
    let output =
        Command::new(env!("CARGO_BIN_EXE_testaudit")).args(arguments).current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["problems"].as_array().map(Vec::len), Some(0), "{}", json["problems"]);
    json["sections"]["markers"].clone()
}

fn section(files: &[(&str, &str)]) -> Value {
    section_of(files, ".")
}

fn names(section: &Value, list: &str) -> Vec<String> {
    section[list].as_array().unwrap().iter().map(|own| own["name"].as_str().unwrap().to_owned()).collect()
}

/// What the tree itself registers, each as `name path:line source`.
fn registered(section: &Value) -> Vec<String> {
    let own = section["registered"].as_array().unwrap().iter().filter(|own| !own["path"].is_null());
    own.map(|own| {
        let text = |key: &str| own[key].as_str().unwrap().to_owned();
        format!("{} {}:{} {}", text("name"), text("path"), own["line"], text("source"))
    })
    .collect()
}

const USES_SLOW: &str = "import pytest\n\n@pytest.mark.slow\ndef test_a(): pass\n";

#[test]
fn the_configuration_registers() {
    let ini = "[pytest]\nmarkers =\n    slow(seconds): takes long\n    idle\naddopts = --strict-markers\n";
    let section = section(&[("pytest.ini", ini), ("test_a.py", USES_SLOW)]);
    assert_eq!(registered(&section), ["idle pytest.ini:4 configuration", "slow pytest.ini:3 configuration"]);
    assert_eq!(names(&section, "unused"), ["idle"]);
    assert_eq!(names(&section, "unregistered"), Vec::<String>::new());
    assert_eq!(
        section["config"],
        serde_json::json!({"path": "pytest.ini", "section": "pytest", "strict": true, "ignored": []})
    );
    let slow = section["registered"].as_array().unwrap().iter().find(|own| own["name"] == "slow").unwrap();
    assert_eq!(slow["description"], "takes long");
}

#[test]
fn conftest_files_register_and_test_modules_do_not() {
    let call = "def pytest_configure(config):\n    config.addinivalue_line('markers', 'slow: long')\n";
    let in_conftest = section(&[("tests/conftest.py", call), ("tests/test_a.py", USES_SLOW)]);
    assert_eq!(registered(&in_conftest), ["slow tests/conftest.py:2 addinivalue_line"]);
    let in_module = section(&[("tests/test_b.py", call), ("tests/test_a.py", USES_SLOW)]);
    assert_eq!(registered(&in_module), Vec::<String>::new());
    assert_eq!(names(&in_module, "unregistered"), ["slow"]);
}

#[test]
fn plugins_of_the_tree_register_walked_or_not() {
    let call = "def pytest_configure(config):\n    config.addinivalue_line('markers', 'slow: long')\n";
    let project = "[project]\nname = 'own'\n[project.entry-points.pytest11]\nown = 'own.plugin'\n";
    let files = [
        ("pyproject.toml", project),
        ("src/own/__init__.py", ""),
        ("src/own/plugin.py", call),
        ("tests/test_a.py", USES_SLOW),
    ];
    for path in [".", "tests"] {
        assert_eq!(registered(&section_of(&files, path)), ["slow src/own/plugin.py:2 addinivalue_line"], "{path}");
    }
    let listed = "pytest_plugins = ['plugin']\n";
    let files = [("conftest.py", listed), ("plugin.py", call), ("test_a.py", USES_SLOW)];
    assert_eq!(registered(&section(&files)), ["slow plugin.py:2 addinivalue_line"]);
    let files = [("helper.py", call), ("test_a.py", USES_SLOW)];
    assert_eq!(registered(&section(&files)), Vec::<String>::new());
}

#[test]
fn what_a_conftest_file_imports_registers() {
    let call = "def register(config):\n    config.addinivalue_line('markers', 'slow: long')\n";
    let conftest = "from tests.helper import register as pytest_configure\n";
    let files = [
        ("tests/__init__.py", ""),
        ("tests/conftest.py", conftest),
        ("tests/helper.py", call),
        ("tests/test_a.py", USES_SLOW),
    ];
    assert_eq!(registered(&section(&files)), ["slow tests/helper.py:2 addinivalue_line"]);
}

#[test]
fn lines_are_followed_through_names_loops_and_f_strings() {
    let conftest = "\
from lists import MORE
LINE = 'constant: one'
NAME = 'named'
PAIRS = {'first': 'one', 'second': 'two'}

def pytest_configure(config):
    config.addinivalue_line('markers', LINE)
    config.addinivalue_line('markers', 'joined(a, b): ' 'two parts')
    config.addinivalue_line('markers', f'{NAME}: of {config}')
    config.addinivalue_line('markers', NAME + '_sum' + ': sum')
    for line in ['in_list: x', 'in_list_too: y']:
        config.addinivalue_line('markers', line)
    for name, description in PAIRS.items():
        config.addinivalue_line('markers', f'{name}: {description}')
    for name, description in [('third', 'x')]:
        config.addinivalue_line('markers', name + ':' + description)
    own = ('local: x',)
    for line in own:
        config.addinivalue_line(name='markers', line=line)
        config.addinivalue_line('markers', line)
    for line in MORE:
        config.addinivalue_line('markers', line)
    [config.addinivalue_line('markers', f'{line}: x') for line in ('fourth', 'fifth')]
";
    let section = section(&[("conftest.py", conftest), ("lists.py", "MORE = ['far: x']\n"), ("test_a.py", "")]);
    let mut expected = [
        "constant",
        "joined",
        "named",
        "named_sum",
        "in_list",
        "in_list_too",
        "first",
        "second",
        "third",
        "local",
        "far",
        "fourth",
        "fifth",
    ];
    expected.sort();
    assert_eq!(names(&section, "unused"), expected);
    assert_eq!(section["computed"].as_array().map(Vec::len), Some(0), "{}", section["computed"]);
    let second = section["registered"].as_array().unwrap().iter().find(|own| own["name"] == "second").unwrap();
    assert_eq!((&second["description"], &second["line"]), (&"two".into(), &14.into()));
}

#[test]
fn a_line_that_is_computed_is_said_to_be() {
    let conftest = "\
import os
def pytest_configure(config):
    config.addinivalue_line('markers', os.environ['MARKER'])
    for line in load():
        config.addinivalue_line('markers', line)
    for line in ['a', 'b']:
        if line != 'b':
            config.addinivalue_line('markers', line.upper())
    config.addinivalue_line('filterwarnings', 'error')
";
    let section = section(&[("conftest.py", conftest), ("test_a.py", "")]);
    let lines: Vec<_> = section["computed"].as_array().unwrap().iter().map(|at| at["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [3, 5, 8]);
    assert_eq!(registered(&section), Vec::<String>::new());
}

#[test]
fn pytest_and_plugins_of_markers_that_are_used_register() {
    let module = "import pytest\n\n@pytest.mark.anyio\n@pytest.mark.skip\nasync def test_a(): pass\n";
    let section = section(&[("test_a.py", module)]);
    let by: Vec<_> = section["registered"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| (own["name"].as_str().unwrap(), own["source"].as_str().unwrap()))
        .collect();
    assert!(by.contains(&("anyio", "anyio")) && by.contains(&("xfail", "pytest")), "{by:?}");
    assert!(!by.iter().any(|(name, _)| *name == "django_db"), "{by:?}");
    assert_eq!(names(&section, "unregistered"), Vec::<String>::new());
    assert_eq!(names(&section, "unused"), Vec::<String>::new());
}

#[test]
fn what_runs_at_import_is_a_use_and_what_runs_later_only_if_a_test_carries_it() {
    let module = "\
import pytest
from helpers import far
from returning import returned
pytestmark = pytest.mark.module

@far
@returned
@pytest.mark.parametrize('n', [pytest.param(1, marks=pytest.mark.of_set)])
class TestA:
    pytestmark = [pytest.mark.of_class]
    def test_a(self, n, mark=pytest.mark.default):
        pytest.mark.in_test
        @pytest.mark.nested
        class Inner:
            pytestmark = pytest.mark.inner

if not pytest.mark.condition:
    assert True

def later():
    return pytest.mark.later
";
    let files = [
        ("test_a.py", module),
        ("helpers.py", "import pytest\nfar = pytest.mark.far\nbeside = pytest.mark.beside\n"),
        ("returning.py", "import pytest\ndef returned(function):\n    return pytest.mark.returned(function)\n"),
        ("unimported.py", "import pytest\nalone = pytest.mark.alone\n"),
        ("conftest.py", "import pytest\nkept = pytest.mark.kept\n"),
    ];
    let section = section(&files);
    let expected =
        ["beside", "condition", "default", "far", "kept", "module", "of_class", "of_set", "parametrize", "returned"];
    assert_eq!(names(&section, "used"), expected);
    let of = |name: &str| section["used"].as_array().unwrap().iter().find(|own| own["name"] == name).unwrap().clone();
    assert_eq!(
        of("far"),
        serde_json::json!({"name": "far", "count": 1, "files": 1, "first": {"path": "helpers.py", "line": 2}})
    );
    assert_eq!((&of("beside")["count"], &of("of_class")["count"]), (&0.into(), &1.into()));
}
