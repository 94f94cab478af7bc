//! Each kind of change, and what is none.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testaudit::views::{ChangeKind, Missing};

use crate::build::{audit, candidates, changed, coverage, gaps, inventory, markers, plain, problems, risks, test};

/// Names of kinds, each with the subject of the change.
fn told(old: &Value, new: &Value) -> Vec<String> {
    changed(old, new).changes.iter().map(|change| format!("{} {}", change.kind.name, change.subject)).collect()
}

/// One of each: two audits, and the changes from the first to the second.
fn cases() -> Vec<(Value, Value, Vec<&'static str>)> {
    let one = |keys| inventory([test("a.py::test_x", keys)]);
    let skip = |mechanism: &str, line: u32| json!({"gates": [{"kind": "skip", "min_devices": null, "mechanism": mechanism, "line": line}]});
    vec![
        (inventory([plain("a.py::test_x")]), inventory([]), vec!["tests-removed a.py::test_x"]),
        (inventory([]), inventory([plain("a.py::test_x")]), vec!["tests-added a.py::test_x"]),
        (inventory([plain("a.py::T::test_x")]), inventory([plain("b.py::T::test_x")]), vec!["tests-moved T::test_x"]),
        (one(json!({})), one(json!({"skip": "always"})), vec!["newly-skipped a.py::test_x"]),
        (one(json!({})), one(json!({"skip": "conditional"})), vec!["newly-skipped a.py::test_x"]),
        (one(json!({"skip": "conditional"})), one(json!({"skip": "always"})), vec!["newly-skipped a.py::test_x"]),
        (one(json!({"skip": "always"})), one(json!({"skip": "conditional"})), vec!["no-longer-skipped a.py::test_x"]),
        (one(json!({"skip": "always"})), one(json!({})), vec!["no-longer-skipped a.py::test_x"]),
        (one(json!({})), one(skip("torch.cuda.is_available", 1)), vec!["gates-added a.py::test_x"]),
        (one(skip("torch.cuda.is_available", 1)), one(json!({})), vec!["gates-removed a.py::test_x"]),
        (one(skip("a", 1)), one(skip("b", 1)), vec!["gates-added a.py::test_x", "gates-removed a.py::test_x"]),
        (one(skip("a", 1)), one(skip("a", 9)), vec![]),
        (one(json!({"cases": 4})), one(json!({"cases": 3})), vec!["fewer-cases a.py::test_x"]),
        (one(json!({"cases": 4})), one(json!({"cases": 5})), vec!["more-cases a.py::test_x"]),
        (one(json!({"cases": 4})), one(json!({"cases": null})), vec!["cases-unknown a.py::test_x"]),
        (one(json!({"cases": null})), one(json!({"cases": 4})), vec!["cases-known a.py::test_x"]),
        (one(json!({"markers": ["gpu"]})), one(json!({"markers": []})), vec!["test-markers-changed a.py::test_x"]),
        (one(json!({"line": 3})), one(json!({"line": 90, "decorators": ["later"]})), vec![]),
        (candidates(&[("a.py", &["random"])]), candidates(&[]), vec!["candidates-removed a.py"]),
        (candidates(&[]), candidates(&[("a.py", &["random"])]), vec!["candidates-added a.py"]),
        (
            candidates(&[("a.py", &["random"])]),
            candidates(&[("a.py", &["parametrized", "random"])]),
            vec!["reasons-changed a.py"],
        ),
        (coverage(&[("a", 0.8, None)], 0.8), coverage(&[("a", 0.6, None)], 0.6), vec!["coverage-estimate-lower a"]),
        (coverage(&[("", 0.8, None)], 0.8), coverage(&[("", 1.0, None)], 1.0), vec!["coverage-estimate-higher ."]),
        (
            coverage(&[("a", 0.8, Some(0.9)), ("b", 0.8, Some(0.1))], 0.8),
            coverage(&[("a", 0.8, Some(0.8)), ("b", 0.8, Some(0.2))], 0.8),
            vec!["coverage-measured-lower a", "coverage-measured-higher b"],
        ),
        // Less than a point, a folder that is new, one that is gone, and one that was measured once.
        (
            coverage(&[("a", 0.801, None), ("b", 0.5, None), ("d", 0.5, Some(0.9))], 0.8),
            coverage(&[("a", 0.799, None), ("c", 0.1, None), ("d", 0.5, None)], 0.8),
            vec![],
        ),
        (risks(&[]), risks(&[("sleep", "a.py", 3, "time.sleep")]), vec!["risks-added sleep"]),
        (
            risks(&[("sleep", "a.py", 3, "time.sleep"), ("sleep", "a.py", 9, "time.sleep")]),
            risks(&[("sleep", "a.py", 5, "time.sleep")]),
            vec!["risks-gone sleep"],
        ),
        (
            risks(&[("sleep", "a.py", 3, "x"), ("port", "a.py", 4, "y")]),
            risks(&[("port", "a.py", 5, "y"), ("sleep", "a.py", 6, "x")]),
            vec![],
        ),
        (gaps(&[]), gaps(&[("state-keys", "P1", "a.py:save")]), vec!["gaps-opened Nothing tests save"]),
        (gaps(&[("state-keys", "P1", "a.py:save")]), gaps(&[]), vec!["gaps-closed Nothing tests save"]),
        (
            gaps(&[("x", "P1", "a.py:f"), ("x", "P2", "a.py:g"), ("y", "P2", "a.py:h")]),
            gaps(&[("x", "P0", "a.py:f"), ("x", "P3", "a.py:g"), ("y", "P2", "a.py:h")]),
            vec!["gaps-more-urgent Nothing tests f", "gaps-less-urgent Nothing tests g"],
        ),
        // Their numbers, lines and order say nothing.
        (
            gaps(&[("x", "P1", "a.py:f"), ("x", "P2", "b.py:g")]),
            gaps(&[("x", "P2", "b.py:g"), ("x", "P1", "a.py:f")]),
            vec![],
        ),
        // The only one of its kind is the same wherever it is seen.
        (gaps(&[("x", "P1", "a.py:f")]), gaps(&[("x", "P1", "b.py:g")]), vec![]),
        (markers(&["s"], &[], &[], &[]), markers(&[], &[], &[], &[]), vec!["registered-markers-gone s"]),
        (
            markers(&[], &[], &[], &[]),
            markers(&["s"], &[], &[], &["s"]),
            vec!["unused-markers s", "registered-markers s"],
        ),
        (
            markers(&["s"], &[], &[], &["s"]),
            markers(&["s"], &[("s", 1)], &[], &[]),
            vec!["unused-markers-gone s", "marker-uses-changed s"],
        ),
        (
            markers(&[], &[("s", 1)], &["s"], &[]),
            markers(&["s"], &[("s", 1)], &[], &[]),
            vec!["unregistered-markers-gone s", "registered-markers s"],
        ),
        (
            markers(&["s"], &[("s", 1)], &[], &[]),
            markers(&[], &[("s", 1)], &["s"], &[]),
            vec!["unregistered-markers s", "registered-markers-gone s"],
        ),
        (problems(&[]), problems(&[("a.py", 3, "cannot")]), vec!["problems a.py"]),
        (problems(&[("a.py", 3, "cannot")]), problems(&[]), vec!["problems-gone a.py"]),
        (problems(&[("a.py", 3, "cannot")]), problems(&[("a.py", 8, "cannot")]), vec![]),
        (problems(&[("a.py", 3, "no")]), problems(&[("a.py", 3, "no"), ("a.py", 4, "no")]), vec!["problems a.py"]),
    ]
}

#[test]
fn each_kind_of_change_is_told_and_no_other() {
    for (old, new, expected) in cases() {
        assert_eq!(told(&old, &new), expected, "from {old}\nto {new}");
        for same in [&old, &new] {
            assert_eq!(told(same, same), [""; 0], "{same}");
        }
    }
}

#[test]
fn every_kind_has_a_case_and_a_count() {
    let mut seen = BTreeSet::new();
    for (old, new, expected) in cases() {
        let diff = changed(&old, &new);
        seen.extend(expected.iter().map(|told| told.split(' ').next().unwrap()));
        assert_eq!(diff.counts.values().sum::<usize>(), expected.len(), "{:?}", diff.counts);
    }
    let kinds: BTreeSet<_> = ChangeKind::all().map(|kind| kind.name).collect();
    assert_eq!(seen, kinds);
}

#[test]
fn values_are_those_of_the_audits() {
    let gate =
        json!({"gates": [{"kind": "skip", "min_devices": 2, "mechanism": "torch.cuda.device_count", "line": 4}]});
    for (old, new, values) in [
        (json!({"cases": 4}), json!({"cases": null}), json!([4, null])),
        (json!({}), json!({"skip": "always"}), json!(["never", "always"])),
        (json!({}), gate, json!([null, "skip by `torch.cuda.device_count`, 2 devices"])),
        (json!({"markers": ["gpu"]}), json!({"markers": ["gpu", "slow"]}), json!([["gpu"], ["gpu", "slow"]])),
    ] {
        let diff = changed(&inventory([test("a.py::t", old)]), &inventory([test("a.py::t", new)]));
        let change = serde_json::to_value(&diff.changes[0]).unwrap();
        assert_eq!(json!([change["old"], change["new"]]), values, "{change}");
    }
}

#[test]
fn a_moved_test_is_compared_with_what_it_was() {
    let old = inventory([test("a.py::test_x", json!({"cases": 4}))]);
    let new = inventory([test("b.py::test_x", json!({"cases": 2, "skip": "always"}))]);
    let expected = ["newly-skipped b.py::test_x", "fewer-cases b.py::test_x", "tests-moved test_x"];
    assert_eq!(told(&old, &new), expected);
}

#[test]
fn of_several_tests_of_a_name_none_moved_unless_their_files_tell_which() {
    let removed_and_added = ["tests-removed a.py::t", "tests-removed b.py::t", "tests-added c.py::t"];
    let old = inventory([plain("a.py::t"), plain("b.py::t")]);
    assert_eq!(told(&old, &inventory([plain("c.py::t")])), removed_and_added);
    // The same name of the file tells.
    let old = inventory([plain("a/x.py::t"), plain("a/y.py::t")]);
    let new = inventory([plain("b/y.py::t"), plain("b/x.py::t")]);
    let diff = changed(&old, &new);
    let moves: Vec<_> = diff.changes.iter().map(|change| serde_json::to_value(change).unwrap()).collect();
    assert_eq!(moves.len(), 2);
    for change in moves {
        let name = |side: &str| change[side].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();
        assert_eq!(name("old"), name("new"));
    }
    // Another test that moved between the same files tells.
    let old = inventory([plain("a.py::t"), plain("a.py::only"), plain("b.py::t"), plain("b.py::sole")]);
    let new = inventory([plain("c.py::t"), plain("c.py::only"), plain("d.py::t"), plain("d.py::sole")]);
    assert!(told(&old, &new).iter().all(|told| told.starts_with("tests-moved ")), "{:?}", told(&old, &new));
}

#[test]
fn a_test_that_is_renamed_or_in_another_class_did_not_move() {
    for (old, new) in [("a.py::t", "b.py::u"), ("a.py::T::t", "b.py::U::t"), ("a.py::T::t", "a.py::t")] {
        let told = told(&inventory([plain(old)]), &inventory([plain(new)]));
        assert_eq!(told, [format!("tests-removed {old}"), format!("tests-added {new}")]);
    }
}

#[test]
fn tests_of_one_id_are_counted() {
    let old = inventory([plain("a.py::t"), plain("a.py::t")]);
    assert_eq!(told(&old, &inventory([plain("a.py::t")])), ["tests-removed a.py::t"]);
}

#[test]
fn a_section_that_an_audit_was_made_without_is_not_known_and_nothing_of_it_is_gone() {
    let with = inventory([plain("a.py::t")]);
    let without = audit(json!({}), json!([]));
    for (old, new, why) in
        [(&with, &without, Missing::InNew), (&without, &with, Missing::InOld), (&without, &without, Missing::InBoth)]
    {
        let diff = changed(old, new);
        assert_eq!(diff.changes, []);
        assert!(!diff.counts.contains_key("tests-removed") && diff.counts["problems"] == 0);
        let inventory = diff.not_compared.iter().find(|own| own.section == "inventory").unwrap();
        assert_eq!((inventory.why, inventory.part), (why, None));
        assert_eq!(diff.summary(), "no changes in what was compared");
    }
}

#[test]
fn of_an_audit_that_does_not_tell_skips_only_these_are_not_known() {
    let old = inventory([test("a.py::t", json!({"skip": null, "cases": 4}))]);
    let new = inventory([test("a.py::t", json!({"skip": "always", "markers": ["gpu"], "cases": 3}))]);
    let diff = changed(&old, &new);
    assert_eq!(told(&old, &new), ["fewer-cases a.py::t"]);
    for kind in ["newly-skipped", "no-longer-skipped", "gates-added", "gates-removed", "test-markers-changed"] {
        assert!(!diff.counts.contains_key(kind), "{kind}");
    }
    assert_eq!(diff.not_compared[0].part, Some("skips, gates and markers of tests"));
}

#[test]
fn a_section_of_a_later_version_is_told_as_not_compared() {
    let with = |section: &str| audit(json!({section: {"x": [1]}}), json!([]));
    let diff = changed(&with("lanes"), &with("later"));
    assert!(diff.not_compared_words().contains(&"this version does not compare `lanes`, `later`".to_owned()));
    assert_eq!(diff.changes, []);
}

#[test]
fn registrations_of_plugins_come_and_go_with_their_uses_and_are_no_change() {
    let mut old = markers(&["asyncio"], &[], &[], &[]);
    old["sections"]["markers"]["registered"][0]["path"] = json!(null);
    assert_eq!(told(&old, &markers(&[], &[], &[], &[])), [""; 0]);
}

#[test]
fn audits_without_a_common_test_are_doubted() {
    let (old, new) = (inventory([plain("a.py::t")]), inventory([plain("tests/a.py::t")]));
    assert_eq!(changed(&old, &new).notes.len(), 1);
    assert_eq!(changed(&old, &old).notes, [""; 0]);
    assert_eq!(changed(&old, &inventory([])).notes, [""; 0]);
}
