//! What `list` says of small trees, each of which stands for something that a real project does.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

use std::{fs, process::Command};

use serde_json::{Value, json};

/// The tests of a tree of these files.
fn list(files: &[(&str, &str)]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_testaudit"))
        .args(["list", "--format", "json", "."])
        .current_dir(folder.path())
        .output()
        .expect("the binary was built for this test");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    report["tests"].as_array().unwrap().clone()
}

/// Each test's id with its number of cases, in order; `None` where it is not known.
fn cases(files: &[(&str, &str)]) -> Vec<(String, Option<u64>)> {
    let tests = list(files);
    tests.iter().map(|test| (test["id"].as_str().unwrap().to_owned(), test["cases"].as_u64())).collect()
}

/// The count of the only test.
fn count(files: &[(&str, &str)]) -> Option<u64> {
    let [(_, count)] = cases(files).try_into().expect("one test");
    count
}

/// The ids of the tests, sorted.
fn ids(files: &[(&str, &str)]) -> Vec<String> {
    let mut ids: Vec<String> = cases(files).into_iter().map(|(id, _)| id).collect();
    ids.sort();
    ids
}

#[test]
fn a_list_that_a_function_fills_is_not_counted() {
    let hook = "def pytest_generate_tests(metafunc):
    params = []
    for value in range(3):
        params.append(value)
    metafunc.parametrize('value', params)

def test_a(value): pass
";
    assert_eq!(count(&[("test_a.py", hook)]), None);
    let mapping = hook.replace("[]", "{1: 2}").replace("params.append(value)", "params[value] = 1");
    assert_eq!(count(&[("test_a.py", &mapping)]), None);
    let literal = hook.replace("[]", "[1, 2]").replace("params.append(value)", "pass");
    assert_eq!(count(&[("test_a.py", &literal)]), Some(2));
}

#[test]
fn a_list_that_is_written_empty_is_filled_by_something_else() {
    let registered = "import pytest
CASES = []

def case(function):
    CASES.append(function)

@case
def one(): pass

@pytest.mark.parametrize('case', CASES)
def test_a(case): pass
";
    assert_eq!(count(&[("test_a.py", registered)]), None);
    let literal = "import pytest

@pytest.mark.parametrize('case', [])
def test_a(case): pass
";
    assert_eq!(count(&[("test_a.py", literal)]), Some(1));
}

#[test]
fn what_nobody_is_known_to_supply_may_be_multiplied_by_a_plugin_or_a_hook() {
    let hook = "def pytest_generate_tests(meta):
    meta.parametrize('value', [1, 2])
";
    let tests = "import pytest

def test_asks(value): pass
def test_asks_for_a_fixture(tmp_path): pass
@pytest.mark.parametrize('other', [1, 2])
def test_has_its_own(other): pass
";
    let counts = |files: &[(&str, &str)]| cases(files).into_iter().map(|(_, count)| count).collect::<Vec<_>>();
    assert_eq!(counts(&[("conftest.py", hook), ("test_a.py", tests)]), [None, Some(1), Some(2)]);
    assert_eq!(counts(&[("test_a.py", tests)]), [None, Some(1), Some(2)]);
}

#[test]
fn an_iterable_that_is_the_only_item_of_a_display_is_no_item() {
    for (display, expected) in [
        ("[*range(3)]", Some(3)),
        ("[*VALUES.keys()]", Some(2)),
        ("{*VALUES.keys()}", Some(2)),
        ("(*make(),)", None),
        ("[*make()]", None),
        ("[*VALUES]", Some(2)),
        ("[*VALUES.keys(), 3]", Some(3)),
    ] {
        let text = format!(
            "import pytest
from elsewhere import make
VALUES = {{1: 2, 3: 4}}

@pytest.mark.parametrize('value', {display})
def test_a(value): pass
"
        );
        assert_eq!(count(&[("test_a.py", &text)]), expected, "{display}");
    }
}

#[test]
fn a_mark_with_arguments_keeps_them_under_a_name() {
    let text = "import pytest
with_clock = pytest.mark.usefixtures('clock')

@pytest.fixture
def clock(): pass

@with_clock
def test_a(): pass
";
    assert_eq!(list(&[("test_a.py", text)])[0]["fixtures"], json!(["clock"]));
}

#[test]
fn a_function_that_returns_what_another_makes_of_a_condition_is_followed() {
    let marks = "import pytest

def skip_unless(condition):
    return pytest.mark.skipif(not condition, reason='x')

def needs(name):
    return skip_unless(name)

needs_tool = needs('tool')
";
    let text = "from marks import needs_tool

@needs_tool
def test_a(): pass
";
    assert_eq!(list(&[("marks.py", marks), ("test_a.py", text)])[0]["markers"], json!(["skipif"]));
}

#[test]
fn a_fixture_that_a_test_module_imports_has_the_name_that_it_was_given() {
    let shared = "import pytest

@pytest.fixture(name='session', params=[1, 2])
def session_fixture(): pass

@pytest.fixture(autouse=True)
def clean(): pass
";
    let text = "from .shared import session_fixture, clean

def test_a(session): pass
";
    let tests = list(&[("t/__init__.py", ""), ("t/shared.py", shared), ("t/test_a.py", text)]);
    assert_eq!((&tests[0]["cases"], &tests[0]["fixtures"]), (&json!(2), &json!(["clean", "session"])));
}

#[test]
fn a_test_can_be_assigned_to_its_class() {
    let text = "import unittest

class CaseA(unittest.TestCase):
    def test_a(self): pass
    def test_off(self): pass

class TestB:
    pass

def _check(self): pass
CaseA.test_behind = _check
CaseA.test_off = None
TestB.test_behind = _check
";
    let expected = ["test_a.py::CaseA::test_a", "test_a.py::CaseA::test_behind", "test_a.py::TestB::test_behind"];
    assert_eq!(ids(&[("test_a.py", text)]), expected);
}

#[test]
fn what_pytest_takes_for_the_function_inside_is_a_test() {
    let text = "import functools

def _check(value=1): pass
test_partial = functools.partial(_check, 1)
test_other = functools.partial(print, 1)

class TestA:
    test_static = staticmethod(_check)
";
    assert_eq!(ids(&[("test_a.py", text)]), ["test_a.py::TestA::test_static", "test_a.py::test_partial"]);
}

#[test]
fn a_class_that_a_function_makes_has_the_tests_of_the_class_inside() {
    let text = "import unittest

def make(value):
    class Case(unittest.TestCase):
        def test_made(self): pass
    return Case

TestMade = make(1)

class Inherits(make(2)):
    def test_own(self): pass
";
    let expected =
        ["test_a.py::Inherits::test_made", "test_a.py::Inherits::test_own", "test_a.py::TestMade::test_made"];
    assert_eq!(ids(&[("test_a.py", text)]), expected);
}

#[test]
fn a_class_with_the_constructor_of_a_builtin_is_no_test_class() {
    let text = "import collections

class TestSet(set):
    def test_a(self): pass

class TestOrdered(collections.OrderedDict):
    def test_a(self): pass

class TestObject(object):
    def test_a(self): pass
";
    assert_eq!(ids(&[("test_a.py", text)]), ["test_a.py::TestObject::test_a"]);
}

#[test]
fn fixtures_of_common_plugins_are_known_with_their_parameters() {
    let text = "def test_both(httpbin_both): pass
def test_one(httpbin): pass
";
    let counts: Vec<_> = cases(&[("test_a.py", text)]).into_iter().map(|(_, count)| count).collect();
    assert_eq!(counts, [Some(2), Some(1)]);
}

#[test]
fn the_configuration_tells_of_test_cases_outside_of_the_tree() {
    let text = "from acme.testing import Database, Other
class Stored(Database):
    def test_a(self): pass
class Unknown(Other):
    def test_b(self): pass
";
    assert_eq!(ids(&[("test_a.py", text)]), [""; 0]);
    let config = "[pytest]\ntest_case_classes = [\"acme.testing.Database\"]\n";
    assert_eq!(ids(&[("test_a.py", text), ("testaudit.toml", config)]), ["test_a.py::Stored::test_a"]);
}
