//! Which risks the section claims: the files in `fixtures/risks` say them at the end of their lines, `# risk: KIND SEVERITY
//! CONFIDENCE`, and nothing else may be found. The comments are taken out before the files are read.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

mod common;

use std::{fs, path::Path};

use common::tree;
use testaudit::{
    engine,
    model::Settings,
    views::{self, RiskFinding, Risks, Section},
};

fn risks(files: &[(&str, &str)]) -> Risks {
    let folder = tree(files);
    let settings = Settings { wanted: Section::wanted(&[Section::Risks]), ..Settings::default() };
    let suite = engine::suite(&[folder.path().to_owned()], &settings, Vec::new(), &|_| {}).unwrap();
    views::audit(&suite, &[Section::Risks]).sections.risks.unwrap()
}

fn shown(finding: &RiskFinding) -> String {
    let (kind, severity) = (finding.kind.name(), finding.severity.name());
    format!("{}: {kind} {severity} {}", finding.line, finding.confidence.name())
}

#[test]
fn every_risk_is_said_and_nothing_else_is_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/risks");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 7, "the fixtures are there");
    let mut differences = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut source = String::new();
        let mut expected = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let (code, risk) = text.split_once("  # risk: ").map_or((text, None), |(code, risk)| (code, Some(risk)));
            source.push_str(code);
            source.push('\n');
            expected.extend(risk.map(|risk| format!("{line}: {risk}")));
        }
        let found: Vec<_> = risks(&[(&name, &source)]).findings.iter().map(shown).collect();
        differences
            .extend(expected.iter().filter(|own| !found.contains(own)).map(|own| format!("{name}: missing {own}")));
        differences
            .extend(found.iter().filter(|own| !expected.contains(own)).map(|own| format!("{name}: found {own}")));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_finding_names_its_tests_and_how_they_come_to_it() {
    let helper = "import time\n\n\ndef wait():\n    time.sleep(1)\n";
    let test = "from helpers import wait\n\n\ndef test_a():\n    wait()\n\n\ndef test_b():\n    wait()\n";
    let found = risks(&[("tests/helpers.py", helper), ("tests/test_a.py", test), ("tests/conftest.py", "")]);
    let [finding] = found.findings.as_slice() else { panic!("{:?}", found.findings) };
    assert_eq!((finding.path.as_str(), finding.line), ("tests/helpers.py", 5));
    assert_eq!(finding.tests, ["tests/test_a.py::test_a", "tests/test_a.py::test_b"]);
    assert_eq!(finding.via.as_deref(), Some("helper `wait`, used in line 5"));
    assert_eq!((finding.what.as_str(), finding.text.as_str()), ("time.sleep", "time.sleep(1)"));
    assert_eq!((found.totals.findings, found.totals.tests, found.totals.all_tests), (1, 2, 2));
    assert_eq!(found.totals.by_folder.get("tests"), Some(&1));
    assert_eq!(found.top_files[0].path, "tests/helpers.py");
}

#[test]
fn what_the_code_under_test_does_is_no_risk_of_its_tests() {
    let product = "import time\n\n\ndef wait():\n    time.sleep(1)\n";
    let test = "from product import wait\n\n\ndef test_a():\n    wait()\n";
    assert_eq!(risks(&[("src/product.py", product), ("tests/test_a.py", test)]).findings, []);
}

#[test]
fn fixtures_of_conftest_files_make_harmless_what_they_put_back() {
    let conftest = "import os, pytest\n\n\n@pytest.fixture(autouse=True)\ndef environment():\n    old = dict(os.environ)\n    \
                    yield\n    os.environ.clear()\n    os.environ.update(old)\n";
    let test = "import os\n\n\ndef test_a():\n    os.environ['MODE'] = 'x'\n";
    assert_eq!(risks(&[("tests/conftest.py", conftest), ("tests/test_a.py", test)]).findings, []);
    assert_eq!(risks(&[("tests/test_a.py", test)]).findings.len(), 1);
    // A conftest sets the environment for all tests below it.
    let set = "import os\n\nos.environ['MODE'] = 'x'\n";
    assert_eq!(risks(&[("tests/conftest.py", set), ("tests/test_b.py", "def test_b():\n    pass\n")]).findings, []);
}

#[test]
fn a_plugin_that_seeds_every_test_leaves_no_draw_unseeded() {
    let test = "import random\n\n\ndef test_a():\n    random.random()\n";
    assert_eq!(risks(&[("test_a.py", test)]).findings.len(), 1);
    assert_eq!(risks(&[("test_a.py", test), ("requirements.txt", "pytest-randomly\n")]).findings, []);
}
