//! Documents against their JSON schemas.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};
use testaudit::render::LintFormat;
use testaudit::views::Lint;

use crate::build::{lint, rendered};
use crate::common::tree;
use crate::formats::sample;

const SARIF: &str = "tests/schemas/sarif-schema-2.1.0.json";
const LINT: &str = "docs/schemas/lint.schema.json";

fn schema(path: &str) -> Value {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A schema that knows all keys: the published one lets readers meet new ones.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            object.values_mut().for_each(closed);
        }
        Value::Array(array) => array.iter_mut().for_each(closed),
        _ => {}
    }
}

fn validator(path: &str) -> Validator {
    let mut schema = schema(path);
    if path == LINT {
        closed(&mut schema);
    }
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn errors(path: &str, document: &Value) -> Vec<String> {
    validator(path).iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn document(lint: &Lint, format: LintFormat) -> Value {
    serde_json::from_str(&rendered(lint, format)).unwrap()
}

/// What the program itself writes about a tree in which every part of a report is used.
fn run(format: &str) -> Value {
    let tree = tree(&[
        ("setup.cfg", "[tool:pytest]\nmarkers =\n    slow: takes long\n    unused: nobody\n"),
        ("tests/test_a.py", "import pytest\n\n@pytest.mark.slwo\n@pytest.mark.elsewhere\ndef test_a():\n    pass\n"),
        (
            "tests/test_b.py",
            "import pytest\n\n@pytest.mark.x  # testaudit: ignore[unregistered-marker]\ndef test_b(:\n",
        ),
    ]);
    serde_json::from_str(&lint(tree.path(), "tests", format)).unwrap()
}

#[test]
fn sarif_is_what_its_standard_says() {
    for document in
        [document(&sample(), LintFormat::Sarif), document(&Lint::default(), LintFormat::Sarif), run("sarif")]
    {
        assert_eq!(errors(SARIF, &document), [""; 0]);
    }
}

#[test]
fn json_is_what_its_schema_says() {
    for document in [document(&sample(), LintFormat::Json), document(&Lint::default(), LintFormat::Json), run("json")] {
        assert_eq!(errors(LINT, &document), [""; 0]);
    }
}

#[test]
fn a_document_that_is_not_one_is_refused() {
    let mut sarif = document(&sample(), LintFormat::Sarif);
    sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = json!(0);
    assert_eq!(errors(SARIF, &sarif).len(), 1);
    for (key, value) in [("severity", json!("bad")), ("line", json!(0)), ("path", json!(null)), ("new", json!(1))] {
        let mut lint = document(&sample(), LintFormat::Json);
        lint["findings"][0][key] = value;
        assert_eq!(errors(LINT, &lint).len(), 1, "{key}");
    }
}

#[test]
fn the_results_of_a_run_lead_to_files_of_the_repository() {
    let sarif = run("sarif");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let uri = |result: &Value| {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap().to_owned()
    };
    assert!(!results.is_empty());
    for result in results {
        assert!(["tests/test_a.py", "tests/test_b.py", "setup.cfg"].contains(&uri(result).as_str()), "{result}");
        let rule = result["ruleIndex"].as_u64().unwrap();
        let rules = &sarif["runs"][0]["tool"]["driver"]["rules"];
        assert_eq!(rules[usize::try_from(rule).unwrap()]["id"], result["ruleId"]);
    }
}

#[test]
fn wherever_a_run_starts_its_references_begin_at_the_top_of_the_repository_and_its_text_where_it_started() {
    let tree = tree(&[
        ("sub/tests/test_a.py", "import pytest\n\n@pytest.mark.slwo\ndef test_a(): ...\n"),
        ("sub/tests/deep/test_b.py", "def test_b(): ...\n"),
    ]);
    for (folder, path, from_there) in [
        (".", "sub/tests", "sub/tests/test_a.py"),
        (".", "sub/tests/test_a.py", "sub/tests/test_a.py"),
        ("sub", "tests", "tests/test_a.py"),
        ("sub/tests", ".", "test_a.py"),
        ("sub/tests/deep", "..", "../test_a.py"),
    ] {
        let written = |format| lint(&tree.path().join(folder), path, format);
        for (format, expected) in [
            ("sarif", "\"uri\": \"sub/tests/test_a.py\""),
            ("github", "::error file=sub/tests/test_a.py,line=3,"),
            ("junit", "classname=\"sub/tests/test_a.py\""),
            ("text", &format!("--> {from_there}:3:2\n")),
        ] {
            assert!(written(format).contains(expected), "{path} from {folder}:\n{}", written(format));
        }
    }
}
