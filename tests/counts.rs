//! Counts of declared cases that the tricky cases do not cover.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

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
