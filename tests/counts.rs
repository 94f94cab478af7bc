//! Counts of declared cases that the tricky cases do not cover.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

mod common;

use std::fs;

use testaudit::{engine, model::Settings};

/// The declared cases of each test of a module, in source order.
fn cases(source: &str) -> Vec<Option<u64>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test_counts.py");
    fs::write(&path, source).unwrap();
    let suite = engine::suite(&[path], &Settings::default(), Vec::new(), &|_| {}).unwrap();
    suite.files[0].tests.iter().map(|test| test.cases).collect()
}

#[test]
fn a_single_tuple_is_one_case_of_absl_and_a_single_list_is_the_list_of_cases() {
    let source = "from absl.testing import parameterized\n\n\nPAIR = (1, 2)\n\n\nclass A(parameterized.TestCase):\n\
                  \x20   @parameterized.parameters((1, 2))\n    def test_tuple(self, a, b): pass\n\
                  \x20   @parameterized.parameters([1, 2, 3])\n    def test_list(self, a): pass\n\
                  \x20   @parameterized.parameters(PAIR)\n    def test_name(self, a, b): pass\n\
                  \x20   @parameterized.parameters((1, 2), (3, 4))\n    def test_two(self, a, b): pass\n";
    // In the order of their names: list, name, tuple, two.
    assert_eq!(cases(source), [Some(3), Some(1), Some(1), Some(2)]);
}

#[test]
fn argument_names_and_values_may_be_tuples() {
    let source = "import pytest\n\n\n@pytest.fixture(params=(1, 2))\ndef f(request): pass\n\n\n\
                  @pytest.mark.parametrize((\"f\", \"g\"), ((1, 2), (3, 4), (5, 6)), indirect=(\"f\",))\n\
                  def test_a(f, g): pass\n";
    assert_eq!(cases(source), [Some(3)]);
}

/// The declared cases of the tests of `test_a.py` in a tree.
fn cases_in(files: &[(&str, &str)]) -> Vec<Option<u64>> {
    let folder = common::tree(files);
    let suite = engine::suite(&[folder.path().to_owned()], &Settings::default(), Vec::new(), &|_| {}).unwrap();
    let file = suite.files.iter().find(|file| file.path == "test_a.py").unwrap();
    file.tests.iter().map(|test| test.cases).collect()
}

#[test]
fn a_package_that_imports_its_own_module_from_itself_is_followed_into_it() {
    let test =
        "import pytest\nimport pkg.names as n\n\n\n@pytest.mark.parametrize(\"a\", n.ALL)\ndef test_a(a): pass\n";
    let found = cases_in(&[
        ("pkg/__init__.py", "from pkg import names\n"),
        ("pkg/names.py", "ALL = [1, 2, 3]\n"),
        ("test_a.py", test),
    ]);
    assert_eq!(found, [Some(3)]);
}

#[test]
fn stars_of_modules_that_import_each_other_leave_steps_for_other_stars() {
    let test = "import pytest\nfrom pkg.a import ALL\n\n\n@pytest.mark.parametrize(\"a\", ALL)\ndef test_a(a): pass\n";
    let tree = |of_c: &str| {
        cases_in(&[
            ("pkg/__init__.py", ""),
            ("pkg/a.py", "from pkg.c import *\nfrom pkg.b import *\n"),
            ("pkg/b.py", "from pkg.a import *\n"),
            ("pkg/c.py", of_c),
            ("test_a.py", test),
        ])
    };
    assert_eq!(tree("ALL = [1, 2, 3]\n"), [Some(3)]);
    assert_eq!(tree("OTHER = [1, 2, 3]\n"), [None], "nobody has the name");
}
