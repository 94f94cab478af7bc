//! What decides the category of a test.

use serde_json::Value;

use crate::{column, inventory};

/// Category and source of the evidence of the only test of a file.
fn decided(path: &str, text: &str) -> (String, String, Value) {
    let inventory = inventory(&[(path, text)], &[]);
    let test = &inventory["tests"][0];
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    (word(&test["category"]), word(&test["category_by"]["source"]), test["category_by"]["line"].clone())
}

#[test]
fn what_a_test_does_outside_of_its_process_makes_it_an_integration_test_wherever_it_does_it() {
    for (text, line) in [
        ("import subprocess\n\ndef test_a():\n    subprocess.run(['x'])\n", 4),
        ("from subprocess import Popen as start\n\ndef test_a():\n    start(['x'])\n", 4),
        ("import socket\n\ndef serve():\n    return socket.socket()\n\ndef test_a():\n    serve()\n", 4),
        (
            "import os, pytest\n\n@pytest.fixture\ndef child():\n    return os.fork()\n\ndef test_a(child):\n    pass\n",
            5,
        ),
        (
            "import requests\n\nclass TestA:\n    def setup_method(self):\n        requests.get('x')\n\n    def test_a(self):\n        pass\n",
            5,
        ),
        ("import transformers\n\ndef test_a():\n    transformers.AutoModel.from_pretrained('x')\n", 4),
    ] {
        let (category, source, found) = decided("tests/test_a.py", text);
        assert_eq!((category.as_str(), source.as_str()), ("integration", "content"), "{text}");
        assert_eq!(found, line, "{text}");
    }
}

#[test]
fn what_only_looks_so_leaves_a_test_a_unit_test() {
    for text in [
        "import subprocess\n\ndef test_a(run):\n    run(subprocess.PIPE)\n",
        "from unittest import mock\n\n@mock.patch('subprocess.run')\ndef test_a(run):\n    run('x')\n",
        "import subprocess\n\ndef unused():\n    subprocess.run(['x'])\n\ndef test_a():\n    pass\n",
        "def test_a(client):\n    client.get('/')\n",
        "# subprocess.run\ndef test_a():\n    'socket.socket()'\n",
    ] {
        let (category, source, _) = decided("tests/test_a.py", text);
        assert_eq!((category.as_str(), source.as_str()), ("unit", "default"), "{text}");
    }
}

#[test]
fn markers_come_before_folders_and_conflicts_are_told() {
    let text = "import pytest\n\n@pytest.mark.e2e\ndef test_a():\n    pass\n";
    let inventory = inventory(&[("tests/unit/test_a.py", text)], &[]);
    let test = &inventory["tests"][0];
    assert_eq!((test["category"].as_str(), test["category_by"]["what"].as_str()), (Some("e2e"), Some("e2e")));
    assert_eq!(column(&test["category_conflicts"], "what"), ["tests/unit"]);
    assert_eq!(inventory["totals"]["category_conflicts"], 1);
}

#[test]
fn targets_of_cargo_decide_and_names_of_test_targets_do() {
    let test = "#[test]\nfn a() {}\n";
    let inventory = inventory(
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"acme\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[[bench]]\nname = \"speed\"\ntest = true\n[[example]]\nname = \"show\"\ntest = true\n",
            ),
            (
                "src/lib.rs",
                "/// ```\n/// acme::a();\n/// ```\npub fn a() {}\n#[cfg(test)]\nmod t {\n#[test]\nfn a() {}\n}\n",
            ),
            ("tests/whole.rs", test),
            ("tests/login_e2e.rs", test),
            ("benches/speed.rs", "#[test]\nfn a() {}\n"),
            ("examples/show.rs", "fn main() {}\n#[test]\nfn a() {}\n"),
        ],
        &[],
    );
    let mut told: Vec<_> = inventory["tests"].as_array().unwrap().iter().collect();
    told.sort_by_key(|test| test["path"].as_str().unwrap());
    let told: Vec<_> =
        told.iter().map(|test| (test["path"].as_str().unwrap(), test["category"].as_str().unwrap())).collect();
    for expected in [
        ("benches/speed.rs", "benchmark"),
        ("examples/show.rs", "example"),
        ("src/lib.rs", "doc"),
        ("src/lib.rs", "unit"),
        ("tests/login_e2e.rs", "e2e"),
        ("tests/whole.rs", "integration"),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    let files = inventory["files"].as_array().unwrap();
    assert!(files.iter().filter(|file| file["tests"] != 0).all(|file| file["component"] == "acme"));
}

#[test]
fn rows_add_up_and_a_file_counts_where_most_of_its_tests_do() {
    let text = "import subprocess\n\ndef test_a():\n    subprocess.run('x')\n\ndef test_b():\n    pass\n\ndef test_c():\n    pass\n";
    let files =
        [("tests/test_a.py", text), ("tests/e2e/test_b.py", "def test_b():\n    pass\n"), ("tests/test_c.py", "")];
    let inventory = inventory(&files, &[]);
    let rows = inventory["categories"].as_array().unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            format!("{} {} {} {}", row["category"].as_str().unwrap(), row["location"], row["files"], row["tests"])
        })
        .collect();
    assert_eq!(told, ["unit \"tests\" 2 2", "integration \"tests\" 0 1", "e2e \"tests/e2e\" 1 1"]);
    let sum: u64 = rows.iter().map(|row| row["lines"].as_u64().unwrap()).sum();
    assert_eq!(sum, 12);
}

/// The categories of the tests of a tree, where all sections are asked for.
fn in_full(files: &[(&str, &str)]) -> Vec<String> {
    let folder = crate::tree(files);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_testaudit"));
    let output = command.current_dir(folder.path()).args(["audit", "--quiet", "--format", "json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    column(&report["sections"]["inventory"]["tests"], "category").into_iter().map(str::to_owned).collect()
}

#[test]
fn where_bodies_are_read_helpers_of_other_files_and_what_is_entered_count() {
    let helpers = "import subprocess\n\
        def start():\n    return subprocess.Popen(['x'])\n\
        class Server:\n    def __enter__(self):\n        self.child = subprocess.Popen(['x'])\n        return self\n\
        \x20   def __exit__(self, *_):\n        pass\n\
        class Plain:\n    def start(self):\n        subprocess.Popen(['x'])\n";
    let conftest = "import pytest\nfrom tests.helpers import Server\n\
        @pytest.fixture\ndef server():\n    with Server() as own:\n        yield own\n";
    let text = "from tests.helpers import Plain, start\n\
        def test_helper():\n    start()\ndef test_entered(server):\n    pass\n\
        def test_made():\n    assert Plain()\ndef test_plain():\n    assert 1\n";
    let files = [
        ("tests/__init__.py", ""),
        ("tests/helpers.py", helpers),
        ("tests/conftest.py", conftest),
        ("tests/test_a.py", text),
    ];
    assert_eq!(in_full(&files), ["integration", "integration", "unit", "unit"]);
}

#[test]
fn what_the_future_of_python_brings_is_no_part_of_the_product() {
    let text = "from __future__ import annotations\nfrom zoo.cage import Bars\n\ndef test_a(): Bars()\n";
    let files = inventory(&[("tests/test_a.py", text), ("tests/test_b.py", &text.replace("zoo.cage", "typing"))], &[]);
    assert_eq!(files["files"][0]["component"], "zoo.cage");
    assert_eq!(files["files"][1]["component"], Value::Null);
}
