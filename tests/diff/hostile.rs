//! Names in an audit that try to leave the place where the output puts them.

use serde_json::{Value, json};
use testaudit::render::DiffFormat;
use testaudit::views::Diff;

use crate::build::{audit, changed};
use crate::formats::rendered;
use crate::hostile_names::NAMES;

/// Audits in which every text is a hostile one, and of which nothing is in both.
fn hostile(name: &str) -> Diff {
    let side = |name: &str, cases: u64| {
        let gate = json!({"kind": name, "mechanism": name, "min_devices": cases, "line": 1});
        let test = |id: &str| {
            json!({
                "id": id, "path": name, "line": 1, "suite": null, "name": format!("{name}{id}"), "cases": cases,
                "skip": if cases == 1 { "never" } else { "always" }, "gates": [gate], "markers": [name],
            })
        };
        let first = json!({"path": name, "line": 1});
        let registered = json!([{"name": name, "path": name, "line": 1}]);
        let used = json!([{"name": name, "count": 1, "first": first}]);
        let sections: Value = json!({
            "inventory": {"tests": [test(name), test("same")]},
            "fuzz": {"files": [{"path": name, "reasons": [name]}, {"path": "same", "reasons": [name]}]},
            "markers": {"registered": registered, "used": used, "unregistered": used, "unused": registered},
            name: 1,
        });
        let mut audit = audit(sections, json!([{"path": name, "line": 1, "kind": name, "message": name}]));
        audit["root"] = json!(name);
        audit
    };
    changed(&side(&format!("{name}1"), 1), &side(&format!("{name}2"), 2))
}

#[test]
fn no_format_lets_a_control_character_or_a_bidirectional_mark_through() {
    for name in NAMES {
        for (format, format_name, _) in DiffFormat::all() {
            let text = rendered(&hostile(name), format);
            let bad = |character: char| {
                (character.is_control() && character != '\n') || matches!(character, '\u{2028}' | '\u{202e}')
            };
            assert_eq!(text.chars().find(|character| bad(*character)), None, "{name:?} as `{format_name}`");
        }
    }
}

#[test]
fn no_name_adds_a_line() {
    for (format, format_name, _) in DiffFormat::all() {
        let lines = |name: &str| rendered(&hostile(name), format).lines().count();
        assert!(lines("a") > 20);
        for name in NAMES {
            assert_eq!(lines(name), lines("a"), "{name:?} as `{format_name}`");
        }
    }
}

#[test]
fn outside_code_spans_markdown_shows_no_tag_of_an_audit() {
    let text = rendered(&hostile("<script>alert(1)<\\script>.py"), DiffFormat::Markdown);
    assert!(text.contains("<script"));
    for line in text.lines() {
        let outside: String = line.split('`').step_by(2).collect();
        assert!(!outside.replace("\\<", "").contains("<script"), "{line}");
    }
}

#[test]
fn json_gives_every_name_back_as_it_is() {
    for name in NAMES {
        let json: Value = serde_json::from_str(&rendered(&hostile(name), DiffFormat::Json)).unwrap();
        assert_eq!(json["old_root"], format!("{name}1"));
        assert_eq!(json["changes"][0]["subject"], format!("{name}1"));
    }
}
