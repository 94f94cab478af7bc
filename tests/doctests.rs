//! Doctests are listed as pytest names them, and only where it looks for them.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

use std::{fs, path::Path, process::Command};

use serde_json::Value;

/// The ids of the doctests below a folder.
fn doctests(root: &Path) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_testaudit"))
        .args(["list", "--format", "json"])
        .current_dir(root)
        .output()
        .expect("the binary was built for this test");
    let list: Value = serde_json::from_slice(&output.stdout).expect("the list is JSON");
    let tests = list["tests"].as_array().unwrap().iter();
    let doctests = tests.filter(|test| test["properties"].as_array().unwrap().contains(&"doctest".into()));
    doctests.map(|test| format!("{} {}", test["id"].as_str().unwrap(), test["line"])).collect()
}

/// A package whose doctests pytest 9.2 collects as the first test says.
fn package(root: &Path) {
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("pkg/__init__.py", "\"\"\"\n>>> 1\n1\n\"\"\"\n");
    write(
        "pkg/m.py",
        r#"import functools
from pkg import helper

def f():
    """
    >>> first
    """

class A:
    r""">>> A()"""

    @property
    def p(self):
        "x >>> no example"

    @staticmethod
    def s():
        '''
        Text.

        >>> 2
        2
        '''

    class B:
        """
            >>> indented
        """

def outer():
    def inner():
        """
        >>> nobody looks here
        """

def formatted():
    f"""
    >>> no docstring
    """

def late():
    x = 1
    """
    >>> no docstring either
    """

def f():
    """>>> second
    """
"#,
    );
    write("pkg/__main__.py", "\"\"\"\n>>> 1\n\"\"\"\n");
    write("pkg/plain.py", "def f():\n    \"\"\"Nothing.\"\"\"\n");
    write("tests/test_a.py", "def test_a():\n    \"\"\"\n    >>> 1\n    \"\"\"\n");
    write("test_guide.txt", "Text.\n\n    >>> 1\n    1\n");
    write("test_empty.txt", "x >>> 1\n>>>no\n");
    write("docs/guide.rst", ">>> 1\n1\n");
}

#[test]
fn docstrings_count_with_doctest_modules_and_texts_always() {
    let folder = tempfile::tempdir().unwrap();
    package(folder.path());
    assert_eq!(doctests(folder.path()), ["test_guide.txt::test_guide.txt 3"]);
    fs::write(folder.path().join("pytest.ini"), "[pytest]\naddopts = --doctest-modules\n").unwrap();
    assert_eq!(
        doctests(folder.path()),
        [
            "pkg/__init__.py::pkg 2",
            "pkg/m.py::pkg.m.A 10",
            "pkg/m.py::pkg.m.A.B 27",
            "pkg/m.py::pkg.m.A.s 21",
            "pkg/m.py::pkg.m.f 48",
            "test_guide.txt::test_guide.txt 3",
            "tests/test_a.py::test_a.test_a 3",
        ]
    );
}

#[test]
fn doctest_glob_replaces_the_texts_that_are_searched() {
    let folder = tempfile::tempdir().unwrap();
    package(folder.path());
    fs::write(folder.path().join("pytest.ini"), "[pytest]\naddopts = --doctest-glob='*.rst'\n").unwrap();
    assert_eq!(doctests(folder.path()), ["docs/guide.rst::guide.rst 1"]);
}
