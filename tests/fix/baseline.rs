//! `lint --baseline` and `--write-baseline`.

use std::fs;
use std::path::Path;

use crate::common::tree;
use crate::{lint, stderr, stdout};

const TWO: &str =
    "import pytest\n\n\n@pytest.mark.gpu\ndef test_a():\n    pass\n\n\n@pytest.mark.gpu\ndef test_b():\n    pass\n";
const RULE: &str = "--select=unregistered-marker";

fn summary(folder: &Path, arguments: &[&str]) -> String {
    let output = lint(folder, arguments);
    stdout(&output).lines().last().map_or_else(|| stderr(&output), str::to_owned)
}

fn written(folder: &Path) {
    let output = lint(folder, &["--write-baseline", "base.json", RULE]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

fn replace(folder: &Path, path: &str, from: &str, to: &str) {
    let path = folder.join(path);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn what_was_written_is_tolerated_and_nothing_else() {
    let folder = tree(&[("test_a.py", TWO)]);
    let output = lint(folder.path(), &["--write-baseline", "base.json", RULE]);
    assert_eq!(stdout(&output), "no findings; 2 in the baseline\n");
    assert_eq!(stderr(&output), "wrote 2 findings to `base.json`, which `--baseline base.json` tolerates\n");
    let output = lint(folder.path(), &["--baseline", "base.json", RULE]);
    assert_eq!((output.status.code(), &*stdout(&output)), (Some(0), "no findings; 2 in the baseline\n"));
    replace(folder.path(), "test_a.py", "pytest.mark.gpu", "pytest.mark.tpu");
    let output = lint(folder.path(), &["--baseline", "base.json", RULE]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("the marker `tpu`") && !stdout(&output).contains("the marker `gpu`"));
}

#[test]
fn lines_may_move_and_a_further_equal_finding_is_new() {
    let folder = tree(&[("test_a.py", TWO)]);
    written(folder.path());
    replace(folder.path(), "test_a.py", "import pytest\n", "import os\nimport pytest\n\nX = os.name\n");
    assert_eq!(summary(folder.path(), &["--baseline=base.json", RULE]), "no findings; 2 in the baseline");
    let more = "\n\n@pytest.mark.gpu\ndef test_c():\n    pass\n";
    let text = fs::read_to_string(folder.path().join("test_a.py")).unwrap() + more;
    fs::write(folder.path().join("test_a.py"), text).unwrap();
    let summary = summary(folder.path(), &["--baseline=base.json", RULE, "--format=json"]);
    let json = stdout(&lint(folder.path(), &["--baseline=base.json", RULE, "--format=json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["findings"].as_array().unwrap().len(), &json["baselined"]), (1, &2.into()), "{summary}");
}

#[test]
fn the_same_in_another_file_is_new() {
    let folder = tree(&[("test_a.py", TWO)]);
    written(folder.path());
    fs::rename(folder.path().join("test_a.py"), folder.path().join("test_b.py")).unwrap();
    assert_eq!(
        summary(folder.path(), &["--baseline=base.json", RULE]),
        "2 findings: 2 errors; 2 findings of the baseline are gone, `--write-baseline` drops them"
    );
}

#[test]
fn what_is_gone_is_told_and_is_no_error_and_is_dropped_when_written_anew() {
    let folder = tree(&[("test_a.py", TWO), ("test_b.py", TWO)]);
    written(folder.path());
    replace(folder.path(), "test_a.py", "@pytest.mark.gpu\n", "");
    let output = lint(folder.path(), &["--baseline=base.json", RULE]);
    assert_eq!(output.status.code(), Some(0));
    let gone = "no findings; 3 in the baseline; 1 finding of the baseline is gone, `--write-baseline` drops it\n";
    assert_eq!(stdout(&output), gone);
    // What was not judged is not gone.
    assert_eq!(summary(folder.path(), &["--baseline=base.json", RULE, "test_b.py"]), "no findings; 2 in the baseline");
    assert_eq!(summary(folder.path(), &["--baseline=base.json", "--select=shadowed-test"]), "no findings");
    lint(folder.path(), &["--baseline=base.json", "--write-baseline", RULE]);
    assert_eq!(summary(folder.path(), &["--baseline=base.json", RULE]), "no findings; 3 in the baseline");
}

#[test]
fn a_baseline_is_the_same_from_whichever_folder_it_is_written() {
    let folder = tree(&[("sub/test_a.py", TWO), ("test_b.py", TWO), ("setup.cfg", "[tool:pytest]\n")]);
    written(folder.path());
    let first = fs::read_to_string(folder.path().join("base.json")).unwrap();
    assert!(first.contains("\"path\":\"sub/test_a.py\"") && first.contains("\"count\":2"), "{first}");
    let sub = folder.path().join("sub");
    assert_eq!(summary(&sub, &["--baseline=../base.json", RULE, "."]), "no findings; 2 in the baseline");
    lint(&sub, &["--write-baseline", "../again.json", RULE, ".."]);
    assert_eq!(fs::read_to_string(folder.path().join("again.json")).unwrap(), first);
}

#[test]
fn the_configuration_names_the_baseline() {
    let config = "[lint]\nbaseline = \"known.json\"\n";
    let folder = tree(&[("test_a.py", TWO), ("testaudit.toml", config), ("sub/test_b.py", TWO)]);
    let output = lint(folder.path(), &[RULE]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there is no such file; make it with `--write-baseline`"), "{}", stderr(&output));
    lint(&folder.path().join("sub"), &["--write-baseline", RULE, ".."]);
    assert!(folder.path().join("known.json").is_file());
    assert_eq!(summary(folder.path(), &[RULE]), "no findings; 4 in the baseline");
    // The flag counts before the configuration.
    fs::write(folder.path().join("none.json"), "{\"schema\": \"testaudit/baseline/1\", \"findings\": []}").unwrap();
    assert_eq!(lint(folder.path(), &[RULE, "--baseline=none.json"]).status.code(), Some(1));
}

#[test]
fn a_file_that_is_no_baseline_is_an_error_and_is_never_overwritten() {
    let folder = tree(&[("test_a.py", TWO), ("old.json", "{\"schema\": \"testaudit/baseline/0\"}")]);
    for (arguments, message) in [
        (["--baseline", "missing.json"], "there is no such file; make it with `--write-baseline`"),
        (["--baseline", "test_a.py"], "it is no baseline: expected value at line 1 column 1"),
        (["--baseline", "."], "it is no baseline"),
        (["--baseline", "old.json"], "its schema is `testaudit/baseline/0`"),
        (["--write-baseline", "test_a.py"], "it is not overwritten, give another file"),
        (["--write-baseline", "."], "it is not overwritten, give another file"),
        (["--write-baseline", "missing/base.json"], "there is no such folder"),
    ] {
        let output = lint(folder.path(), &[&arguments[..], &[RULE]].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(message), "{arguments:?}: {}", stderr(&output));
    }
    assert_eq!(fs::read_to_string(folder.path().join("test_a.py")).unwrap(), TWO);
}

#[test]
fn without_a_name_the_baseline_gets_the_usual_one() {
    let folder = tree(&[("test_a.py", TWO)]);
    lint(folder.path(), &["--write-baseline"]);
    assert!(folder.path().join("testaudit-baseline.json").is_file());
}

#[test]
fn a_baseline_does_not_mention_what_it_tolerates() {
    let unused = "import pytest\n\n\n@pytest.fixture\ndef connection():\n    return 1\n\n\ndef test_a():\n    pass\n";
    let folder = tree(&[("test_a.py", unused), ("pytest.ini", "[pytest]\n")]);
    let rule = "--select=unused-fixture";
    let flags = [rule, "--confidence=low", "--severity=note"];
    let before = summary(folder.path(), &flags);
    assert!(before.starts_with("1 finding"), "{before}");
    lint(folder.path(), &[&["--write-baseline", "known.txt"], &flags[..]].concat());
    let after = summary(folder.path(), &[&["--baseline", "known.txt"], &flags[..]].concat());
    assert_eq!(after, "no findings; 1 in the baseline");
}
