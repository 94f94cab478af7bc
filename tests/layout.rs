//! Where tests stand against where the configuration says that they belong.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::process::Command;

use common::tree;
use serde_json::Value;
use testaudit::model::layout::CATEGORIES;
use testaudit::views::Category;

/// What the program says of a tree: exit code, standard output, standard error.
fn run(files: &[(&str, &str)], format: &str) -> (Option<i32>, String, String) {
    let folder = tree(files);
    let arguments = ["audit", "--only", "layout", "--quiet", "--format", format];
    let output =
        Command::new(env!("CARGO_BIN_EXE_testaudit")).args(arguments).current_dir(folder.path()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn layout(files: &[(&str, &str)]) -> Value {
    let (code, output, errors) = run(files, "json");
    assert_eq!(code, Some(0), "{errors}");
    let json: Value = serde_json::from_str(&output).unwrap();
    json["sections"]["layout"].clone()
}

/// Each departure as `path kind tests`.
fn departures(files: &[(&str, &str)]) -> Vec<String> {
    let layout = layout(files);
    let departures = layout["departures"].as_array().unwrap().iter();
    departures
        .map(|own| format!("{} {} {}", own["path"].as_str().unwrap(), own["kind"].as_str().unwrap(), own["tests"]))
        .collect()
}

const TABLE: &str = "[layout.unit]\npaths = [\"/tests/unit/\"]\nforbid = [\"sleep\", \"network\", \"files\", \"subprocess\", \"gpu\"]\n\
                     [layout.integration]\npaths = [\"/tests/integration/\"]\nmarkers = [\"integration\"]\n";

#[test]
fn tests_that_stand_where_they_belong_do_not_depart() {
    let integration = "import time, pytest, requests\npytestmark = pytest.mark.integration\n\ndef test_a(tmp_path):\n    time.sleep(1)\n    requests.get('https://a.b')\n    open('x')\n";
    let files = [
        ("testaudit.toml", TABLE),
        ("tests/unit/test_a.py", "def test_a():\n    clock.sleep(1)  # time.sleep(1)\n"),
        ("tests/integration/test_a.py", integration),
        ("tests/helpers.py", "import time\ndef wait(): time.sleep(1)\n"),
    ];
    assert_eq!(departures(&files), [""; 0]);
    let (_, text, _) = run(&files, "md");
    assert!(text.contains("None: every test stands where it belongs"), "{text}");
}

#[test]
fn what_a_place_forbids_is_told_with_its_lines() {
    let unit = "import subprocess\nfrom time import sleep as pause\nimport requests, pytest, torch\n\ndef test_a():\n    pause(1)\n    requests.get('https://a.b')\n    subprocess.run(['ls'])\n\ndef test_b(tmp_path):\n    pass\n\n@pytest.mark.skipif(not torch.cuda.is_available(), reason='x')\ndef test_c():\n    pass\n";
    let layout = layout(&[("testaudit.toml", TABLE), ("tests/unit/test_a.py", unit)]);
    let found: Vec<_> = layout["departures"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|own| own["kind"] == "forbidden")
        .map(|own| (own["what"].as_str().unwrap().to_owned(), own["sites"][0]["line"].as_u64().unwrap()))
        .collect();
    let verbs = [
        "wait for a fixed time",
        "use the network",
        "start processes",
        "read or write files",
        "need a GPU or another device",
    ];
    let lines = [6, 7, 8, 10];
    for (verb, line) in verbs.iter().zip(lines) {
        assert!(found.iter().any(|(what, at)| what.ends_with(verb) && *at == line), "{verb}: {found:?}");
    }
    assert_eq!(found.len(), verbs.len());
}

#[test]
fn a_sleep_is_what_the_section_of_risks_calls_one() {
    let polls = "import time\n\ndef test_a(ready):\n    while not ready():\n        time.sleep(1)\n    time.sleep(0)\n";
    let waits = "import time\n\ndef wait():\n    time.sleep(1)\n\ndef test_a():\n    wait()\n";
    let table = "[layout.unit]\npaths = [\"/tests/\"]\nforbid = [\"sleep\"]\n";
    let found = |test: &str| departures(&[("testaudit.toml", table), ("tests/test_a.py", test)]);
    assert_eq!(found(polls), [""; 0]);
    assert_eq!(found(waits), ["tests/test_a.py forbidden 1"]);
    let rust = "#[test]\nfn waits() {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}\n";
    let manifest = "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let files = [("testaudit.toml", table), ("Cargo.toml", manifest), ("src/lib.rs", ""), ("tests/it.rs", rust)];
    assert_eq!(departures(&files), ["tests/it.rs forbidden 1"]);
}

#[test]
fn files_outside_of_every_place_tests_of_another_kind_and_missing_markers_are_told() {
    let marked = "import pytest\n@pytest.mark.integration\ndef test_a(): pass\ndef test_b(): pass\n";
    let found = departures(&[
        ("testaudit.toml", TABLE),
        ("tests/test_root.py", "def test_a(): pass\n"),
        ("tests/unit/test_a.py", marked),
        ("tests/integration/test_a.py", marked),
    ]);
    let expected = [
        "tests/integration/test_a.py missing-marker 1",
        "tests/test_root.py unplaced 1",
        "tests/unit/test_a.py misplaced 1",
    ];
    assert_eq!(found, expected);
}

#[test]
fn unit_tests_of_rust_can_belong_into_their_sources() {
    let table = "[layout.unit]\ninline = true\n[layout.integration]\npaths = [\"/*/tests/\"]\n";
    let manifest = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    let test = "#[test]\nfn works() {}\n";
    let found = departures(&[
        ("testaudit.toml", table),
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n"),
        ("a/Cargo.toml", &manifest("a")),
        ("a/src/lib.rs", &format!("mod tests {{ {test} }}")),
        ("a/tests/api.rs", test),
        ("b/Cargo.toml", &manifest("b")),
        ("b/src/lib.rs", "pub fn f() {}\n"),
        ("b/tests/api.rs", test),
    ]);
    assert_eq!(found, ["b/src/lib.rs no-inline-tests 0"]);
}

#[test]
fn without_a_table_one_is_proposed_that_nothing_departs_from() {
    let files = [
        ("tests/test_a.py", "def test_a(): pass\n"),
        ("tests/test_b.py", "def test_b(): pass\n"),
        ("tests/integration/test_c.py", "def test_c(): pass\n"),
        ("tests/integration/unit/test_d.py", "def test_d(): pass\n"),
        ("tests/e2e/test_e.py", "def test_e(): pass\n"),
        ("src/a_test.py", "def test_f(): pass\n"),
    ];
    let first = layout(&files);
    assert_eq!((&first["configured"], &first["departures"]), (&false.into(), &serde_json::json!([])));
    let proposal = first["proposal"].as_str().unwrap();
    let mut stated = files.to_vec();
    stated.push(("testaudit.toml", proposal));
    assert_eq!(departures(&stated), [""; 0], "{proposal}");
    let second = layout(&stated);
    assert_eq!(second["proposal"], Value::Null);
    assert_eq!(layout(&[("a.py", "")])["proposal"], Value::Null);
}

#[test]
fn a_table_that_is_not_understood_is_an_error_with_a_suggestion() {
    for (table, message) in [
        ("[layout.units]\npaths = [\"a\"]\n", "did you mean `unit`?"),
        ("[layout.unit]\npath = [\"a\"]\n", "did you mean `paths`?"),
        ("[layout.unit]\nforbid = [\"sleep\"]\n", "`paths` is missing here"),
        ("[layout.unit]\npaths = [\"a\"]\nforbid = [\"sleeping\"]\n", "`forbid` holds"),
        ("[layout.unit]\npaths = \"a\"\n", "must be a list of strings"),
        ("layout = 1\n", "must be a table"),
    ] {
        let (code, _, errors) = run(&[("testaudit.toml", table)], "md");
        assert_eq!(code, Some(2), "{table}");
        assert!(errors.contains(message), "{table}: {errors}");
    }
}

#[test]
fn the_kinds_that_a_table_can_name_are_those_of_the_inventory() {
    for name in CATEGORIES {
        let (code, _, errors) = run(&[("testaudit.toml", &format!("[layout.{name}]\npaths = [\"a\"]\n"))], "json");
        assert_eq!(code, Some(0), "{name}: {errors}");
    }
    let known = [
        Category::Unit,
        Category::Integration,
        Category::EndToEnd,
        Category::Smoke,
        Category::Benchmark,
        Category::Profiling,
        Category::Stress,
        Category::Security,
        Category::FaultTolerance,
        Category::Doc,
        Category::Example,
        Category::Fuzz,
        Category::Property,
    ];
    assert_eq!(known.map(Category::name), CATEGORIES);
}
