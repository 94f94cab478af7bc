//! Which evidence decides, and which is a conflict.

use super::*;
use crate::model::gate::Mechanism;
use crate::model::suite::{Effect, TestReason};
use crate::model::{Evidence, FileFacts, FileRole, Gate, GateKind};

fn judged(path: &str, change: impl FnOnce(&mut Test)) -> Categorized {
    let mut test = Test::plain(format!("{path}::test_a"), "test_a".to_owned(), 1, None);
    change(&mut test);
    let (language, role) = (Language::Python, FileRole::TestModule);
    let file = TestFile { path: path.to_owned(), language, role, facts: FileFacts::default(), tests: Vec::new() };
    of_test(&Suite::default(), &file, &test)
}

fn does(test: &mut Test, kind: SignalKind, what: &str) {
    test.effects.push(Effect { kind, evidence: Evidence::new(7, what, ""), path: None, via: None });
}

#[test]
fn the_strongest_evidence_decides_and_what_contradicts_it_stays_visible() {
    let judged = judged("tests/unit/test_flow_e2e.py", |test| {
        test.markers = vec!["integration".to_owned(), "slow".to_owned()];
        does(test, SignalKind::EffectProcess, "subprocess.run");
    });
    assert_eq!((judged.decided.category, judged.decided.source), (Category::Integration, CategorySource::Marker));
    let conflicts: Vec<_> = judged.conflicts.iter().map(|own| (own.category, own.source)).collect();
    assert_eq!(conflicts, [(Category::Unit, CategorySource::Folder), (Category::EndToEnd, CategorySource::File)]);
}

#[test]
fn each_kind_of_evidence_decides_where_no_stronger_one_speaks() {
    let of = |path: &str, change: &dyn Fn(&mut Test)| {
        let judged = judged(path, change);
        (judged.decided.category, judged.decided.source)
    };
    let nothing = |_: &mut Test| {};
    assert_eq!(of("tests/unit/test_x_e2e.py", &nothing), (Category::Unit, CategorySource::Folder));
    assert_eq!(of("tests/test_x_e2e.py", &nothing), (Category::EndToEnd, CategorySource::File));
    assert_eq!(of("tests/test_x.py", &nothing), (Category::Unit, CategorySource::Default));
    for kind in
        [SignalKind::EffectProcess, SignalKind::EffectNetwork, SignalKind::EffectService, SignalKind::EffectDownload]
    {
        let decided = of("tests/test_x.py", &|test| does(test, kind, "what"));
        assert_eq!(decided, (Category::Integration, CategorySource::Content));
    }
    let browser = of("tests/test_x.py", &|test| does(test, SignalKind::EffectBrowser, "what"));
    assert_eq!(browser, (Category::EndToEnd, CategorySource::Content));
    let benchmark = of("tests/test_x.py", &|test| test.fixtures = vec!["benchmark".to_owned()]);
    assert_eq!(benchmark, (Category::Benchmark, CategorySource::Content));
    let processes = of("tests/test_x.py", &|test| {
        let by = "MultiProcessTestCase".to_owned();
        test.processes = Some(crate::model::suite::Processes { count: None, by, path: None, line: 3 });
    });
    assert_eq!(processes, (Category::Integration, CategorySource::Content));
    let property = of("tests/test_x.py", &|test| {
        let evidence = Evidence::new(3, "hypothesis.given", "");
        test.reasons.push(TestReason { reason: Reason::Property, evidence, via: None });
    });
    assert_eq!(property, (Category::Property, CategorySource::Content));
    let doc = of("tests/unit/test_x.py", &|test| test.properties.push(Property::Doctest));
    assert_eq!(doc, (Category::Doc, CategorySource::Runner));
}

#[test]
fn a_unit_test_that_needs_a_device_is_a_conflict_and_an_import_gate_is_none() {
    let gate = |kind| Gate::new(kind, Mechanism::Decorator, 2, "m");
    let gated = |kind| judged("tests/unit/test_a.py", |test| test.gates = vec![gate(kind)]);
    assert_eq!(gated(GateKind::Cuda).conflicts.len(), 1);
    assert_eq!(gated(GateKind::MissingDependency).conflicts, []);
    let marked = judged("tests/test_a.py", |test| test.markers = vec!["smoke".to_owned(), "integration".to_owned()]);
    assert_eq!(marked.decided.category, Category::Smoke, "the more special of two marks");
}
