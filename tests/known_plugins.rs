//! Which plugins of the table count in a project: the common ones always, others where the project requires them, lists
//! them, or requires what brings them along.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::fs;

use common::tree;
use testaudit::model::{Confidence, Finding};
use testaudit::{config, engine};

/// What a rule finds in a tree of these files.
fn findings(rule: &str, files: &[(&str, &str)]) -> Vec<Finding> {
    let folder = tree(files);
    let current = fs::canonicalize(folder.path()).unwrap();
    let (pytest, problems) = config::pytest::load(&current, &[]);
    assert_eq!(problems, []);
    let mut settings =
        config::join(config::load(&current, None, testaudit::rules::unknown_name).unwrap(), pytest, &current);
    settings.lint.select = vec![rule.to_owned()];
    settings.lint.confidence = Confidence::Low;
    settings.wanted = testaudit::rules::wanted(&settings.lint);
    let suite = engine::suite(std::slice::from_ref(&current), &settings, problems, &|_| ()).unwrap();
    let checked = testaudit::rules::check(&suite, &settings.lint, &|_| Vec::new());
    checked.findings.into_iter().filter(|finding| finding.rule == rule).collect()
}

/// What a rule says of a module whose project requires these distributions: each message's confidence and help.
fn said(rule: &str, module: &str, requirements: &str) -> Vec<(Confidence, Option<String>)> {
    let found = findings(rule, &[("test_a.py", module), ("requirements.txt", requirements)]);
    found.into_iter().map(|finding| (finding.confidence, finding.help)).collect()
}

const CLIENT_CLASS: &str = "def test_a(client_class): pass\n";

#[test]
fn a_fixture_of_a_plugin_that_the_project_does_not_require_is_missing_and_the_help_names_the_plugin() {
    let help = "`pytest-flask` has one, and the project does not require it".to_owned();
    assert_eq!(said("unknown-fixture", CLIENT_CLASS, "pytest\n"), [(Confidence::Medium, Some(help))]);
    assert_eq!(said("unknown-fixture", CLIENT_CLASS, "pytest\nPytest_Flask>=1\n"), []);
    assert_eq!(said("unknown-fixture", "def test_a(no_such): pass\n", "pytest\n"), [(Confidence::High, None)]);
}

#[test]
fn a_plugin_that_the_tree_loads_by_name_counts() {
    let loads = "pytest_plugins = ['pytest_flask.plugin']\n";
    assert_eq!(findings("unknown-fixture", &[("conftest.py", loads), ("test_a.py", CLIENT_CLASS)]).len(), 0);
    let given = "[pytest]\naddopts = -p flask\n";
    assert_eq!(findings("unknown-fixture", &[("pytest.ini", given), ("test_a.py", CLIENT_CLASS)]).len(), 0);
    let other = "[pytest]\naddopts = -p xdist\n";
    assert_eq!(findings("unknown-fixture", &[("pytest.ini", other), ("test_a.py", CLIENT_CLASS)]).len(), 1);
}

#[test]
fn a_plugin_that_another_one_brings_along_counts() {
    // `docker_client` is a fixture of pytest-docker-tools, which pytest-celery requires.
    let module = "def test_a(docker_client): pass\n";
    assert_eq!(said("unknown-fixture", module, "pytest-celery\n"), []);
    assert_eq!(said("unknown-fixture", module, "pytest-flask\n").len(), 1);
}

#[test]
fn a_marker_of_a_plugin_that_the_project_does_not_require_is_not_registered() {
    let module = "import pytest\n\n@pytest.mark.remote_data\ndef test_a(): pass\n";
    let help = "`pytest-remotedata` registers it, and the project does not require it".to_owned();
    assert_eq!(said("unregistered-marker", module, "pytest\n"), [(Confidence::Medium, Some(help))]);
    assert_eq!(said("unregistered-marker", module, "pytest-remotedata\n"), []);
}

#[test]
fn rules_are_certain_only_where_all_that_the_required_plugins_add_is_known() {
    let module = "def test_a(no_such): pass\n";
    let confidence = |requirements: &str| said("unknown-fixture", module, requirements)[0].0;
    for known in ["pytest-sugar", "pytest-env", "pytest-randomly", "pytest-html", "pytest-runner", "pytest-cov"] {
        assert_eq!(confidence(known), Confidence::High, "{known}");
    }
    for open in ["pytest-factoryboy", "pytest-bdd", "pytest-lazy-fixtures", "pytest-of-nobody"] {
        assert_eq!(confidence(open), Confidence::Medium, "{open}");
    }
}

#[test]
fn common_plugins_count_without_being_required() {
    assert_eq!(said("unknown-fixture", "def test_a(mocker, httpbin): pass\n", "pytest\n"), []);
}
