//! Reports of runs, given by `--junit`.

use std::fs;

use crate::{inventory, run, tree};

const TESTS: &str =
    "import pytest\n\n@pytest.mark.parametrize('x', [1, 2])\ndef test_a(x):\n    pass\n\ndef test_b():\n    pass\n";

#[test]
fn times_and_outcomes_of_several_reports_are_matched_and_the_rest_is_shown() {
    let report = |time: &str, inner: &str| {
        format!(
            "<testsuites><testsuite name=\"pytest\"><testcase classname=\"tests.test_a\" name=\"test_a[1]\" time=\"{time}\"/>\
             <testcase classname=\"tests.test_a\" name=\"test_a[2]\" time=\"1\">{inner}</testcase><testcase \
             classname=\"tests.test_gone\" name=\"test_c\" time=\"1\"/></testsuite></testsuites>"
        )
    };
    let files = [
        ("tests/test_a.py", TESTS),
        ("one.xml", &report("1", "")),
        ("two.xml", &report("3", "<failure/>")),
        ("durations.json", "{\"tests/test_a.py::test_b\": 0.5}"),
    ];
    let inventory =
        inventory(&files, &["--junit", "one.xml", "--junit", "two.xml", "--junit", "durations.json", "tests"]);
    let test = |at: usize| &inventory["tests"][at];
    assert_eq!(test(0)["seconds"], 3.0);
    assert_eq!(test(0)["runs"][0]["outcome"], "passed");
    assert_eq!((&test(0)["runs"][1]["outcome"], &test(0)["runs"][1]["cases"]), (&"failed".into(), &2.into()));
    assert_eq!(test(1)["runs"][0]["outcome"], serde_json::Value::Null, "durations tell no outcome");
    let measured = &inventory["measured"];
    assert_eq!((&measured["matched"], &measured["tests"], &measured["seconds"]), (&2.into(), &2.into(), &3.5.into()));
    let gone =
        |report: u64| serde_json::json!({"report": report, "name": "tests.test_gone::test_c", "ambiguous": false});
    assert_eq!(measured["unmatched"], serde_json::json!([gone(0), gone(1)]));
    assert_eq!(inventory["categories"][0]["seconds"], 3.5);
}

#[test]
fn without_a_report_no_time_is_told() {
    let inventory = inventory(&[("tests/test_a.py", TESTS)], &[]);
    assert!(inventory.get("measured").is_none());
    assert!(inventory["tests"][0].get("seconds").is_none() && inventory["tests"][0].get("runs").is_none());
    assert!(inventory["categories"][0].get("seconds").is_none());
}

#[test]
fn a_report_that_cannot_be_used_ends_the_run() {
    let folder = tree(&[("tests/test_a.py", TESTS)]);
    fs::write(folder.path().join("broken.xml"), "<testsuite><testcase").unwrap();
    for (name, why) in [("broken.xml", "is no XML"), ("missing.xml", "cannot be read")] {
        let (code, _, message) = run(folder.path(), &["--junit", name]);
        assert_eq!(code, Some(2));
        assert!(message.starts_with(&format!("error: `{name}` {why}")), "{message}");
    }
}
