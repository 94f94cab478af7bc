//! One sample in every format, compared with the files under `tests/expected`; and how much Markdown shows.

use std::path::Path;

use serde_json::{Value, json};
use testaudit::render::{DiffFormat, render_diff};
use testaudit::views::Diff;

use crate::build::{audit, changed, coverage, gaps, inventory, plain, risks, test};
use crate::expected::expect;

pub(crate) fn rendered(diff: &Diff, format: DiffFormat) -> String {
    let mut out = Vec::new();
    render_diff(diff, format, &mut out).expect("writing to memory cannot fail");
    String::from_utf8(out).expect("every format writes UTF-8")
}

fn sample() -> Diff {
    let many =
        |prefix: &str| (0..12).map(|number| plain(&format!("many.py::test_{prefix}_{number:02}"))).collect::<Vec<_>>();
    let gate = json!([{"kind": "skip", "min_devices": 2, "mechanism": "torch.cuda.device_count", "line": 4}]);
    let mut old = many("old");
    old.extend([
        plain("a.py::test_kept"),
        test("a.py::test_cases", json!({"cases": 8})),
        test("a.py::test_marks", json!({"markers": ["gpu"]})),
        plain("a.py::TestA::test_moved"),
    ]);
    let new = vec![
        test("a.py::test_kept", json!({"skip": "conditional", "gates": gate})),
        test("a.py::test_cases", json!({"cases": null})),
        test("a.py::test_marks", json!({})),
        plain("b.py::TestA::test_moved"),
        plain("b.py::test_added"),
    ];
    let sections = |tests: Vec<Value>, reasons: &[&str], share: f64, priority: &str| {
        json!({
            "inventory": {"tests": tests},
            "fuzz": {"files": [{"path": "a.py", "reasons": reasons}]},
            "risks": risks(&[("sleep", "a.py", 7, if share > 0.6 { "time.sleep" } else { "asyncio.sleep" })])["sections"]["risks"],
            "guide": {},
            "coverage": coverage(&[("src", share, Some(share / 2.0))], share)["sections"]["coverage"],
            "gaps": gaps(&[("parser-without-properties", priority, "src/a.py:parse")])["sections"]["gaps"],
        })
    };
    let mut new_sections = sections(new, &["random"], 0.5, "P1");
    new_sections["markers"] = json!({"registered": [], "used": [], "unregistered": [], "unused": []});
    new_sections["lanes"] = json!({});
    let problem = json!([{"path": "b.py", "line": 9, "kind": "syntax", "message": "cannot parse `def (`"}]);
    changed(&audit(sections(old, &["parametrized", "random"], 0.75, "P2"), json!([])), &audit(new_sections, problem))
}

#[test]
fn the_sample_reads_as_expected_in_every_format() {
    for (format, name, _) in DiffFormat::all() {
        assert_eq!(DiffFormat::from_name(name), Some(format));
        expect(&format!("diff.{name}"), &rendered(&sample(), format));
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/diff.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::options().build(&schema).unwrap();
    let errors = |document: &Value| validator.iter_errors(document).map(|error| error.to_string()).collect::<Vec<_>>();
    let document = |diff: &Diff| serde_json::from_str::<Value>(&rendered(diff, DiffFormat::Json)).unwrap();
    let nothing = changed(&inventory([]), &inventory([]));
    for diff in [sample(), nothing] {
        assert_eq!(errors(&document(&diff)), [""; 0]);
    }
    let mut wrong = document(&sample());
    wrong["changes"][0]["subject"] = json!(null);
    wrong["not_compared"][0]["why"] = json!("no reason");
    wrong["counts"]["tests-removed"] = json!(-1);
    assert_eq!(errors(&wrong).len(), 3);
}

/// Rows that are changes, and the text.
fn markdown(diff: &Diff) -> (usize, String) {
    let text = rendered(diff, DiffFormat::Markdown);
    (text.lines().filter(|line| line.starts_with("- `")).count(), text)
}

/// An audit of so many tests, each with a name of this length.
fn tests(prefix: &str, number: usize, length: usize) -> Value {
    let tests: Vec<_> = (0..number).map(|n| plain(&format!("{prefix}.py::test_{prefix}_{n:0length$}"))).collect();
    audit(json!({"inventory": {"tests": tests}}), json!([]))
}

#[test]
fn markdown_shows_some_of_many_changes_and_says_how_many_more_there_are() {
    let (rows, text) = markdown(&changed(&tests("old", 1000, 4), &tests("new", 30, 4)));
    assert_eq!(rows, 200);
    assert!(text.starts_with("**Test audit:** 1000 tests removed, 30 tests added\n"));
    assert!(text.contains("\n- and 830 more\n") && text.contains("<summary>Tests removed (1000)</summary>"));
    let all = rendered(&changed(&tests("old", 1000, 4), &tests("new", 30, 4)), DiffFormat::Text);
    assert_eq!(all.lines().filter(|line| line.starts_with("  ")).count(), 1031, "{all}");
}

#[test]
fn markdown_fits_a_comment_whatever_the_names_are() {
    for length in [4, 300, 5000] {
        let (rows, text) = markdown(&changed(&tests("old", 300, length), &tests("new", 300, length)));
        assert!(rows > 50 && text.len() < 65_000, "{rows} rows, {} bytes", text.len());
    }
}

#[test]
fn few_changes_are_not_folded_and_no_change_is_one_line() {
    let (rows, text) = markdown(&changed(&tests("old", 10, 4), &inventory([])));
    assert!(rows == 10 && !text.contains("<details>"));
    let full = audit(
        json!({
            "inventory": {"tests": []},
            "fuzz": {"files": []},
            "markers": {"registered": [], "used": [], "unregistered": [], "unused": []},
            "risks": {"findings": []},
            "coverage": {"packages": [], "total": {"path": "", "estimate": 1, "measured": null}},
            "gaps": {"gaps": []},
        }),
        json!([]),
    );
    assert_eq!(markdown(&changed(&full, &full)).1, "**Test audit:** no changes\n");
}
