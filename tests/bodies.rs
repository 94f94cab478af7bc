//! What extraction says of the bodies of functions.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

use std::time::{Duration, Instant};

use testaudit::{
    lang::Extractor,
    model::{
        Body, FileFacts, FileRole, Language, Settings, Source,
        body::{Use, Value},
        settings::Wanted,
    },
};

fn facts(text: &str) -> FileFacts {
    let settings = Settings { wanted: Wanted { bodies: true, ..Wanted::COLLECTION }, ..Settings::default() };
    let extractor = Extractor::new(&settings).unwrap();
    let source = Source { text: text.as_bytes().to_vec() };
    extractor.extract(&mut extractor.worker(), Language::Python, FileRole::TestModule, "test_a.py", &source)
}

/// The body of the function of this name.
fn body(text: &str, name: &str) -> Body {
    let facts = facts(text);
    let definition = facts.definitions.iter().find(|definition| definition.name == name).unwrap();
    *definition.body.clone().unwrap()
}

/// The body of a test with these lines.
fn lines(lines: &str) -> Body {
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    body(
        &format!("import pytest, helpers\nfrom mod import check as verify\n\ndef test_a(self, item):\n{lines}"),
        "test_a",
    )
}

fn uses(body: &Body) -> Vec<(&str, bool)> {
    body.uses.iter().map(|own| (own.name.as_str(), own.called)).collect()
}

#[test]
fn a_body_of_docstrings_and_pass_is_empty() {
    for text in ["pass", "...", "'''Docs.'''", "'''Docs.'''\n# comment\npass", "'a' 'b'\n...\n..."] {
        assert!(lines(text).is_empty, "{text}");
    }
    for text in ["'>>> 1 + 1'", "return", "x = 1", "item", "f'{item}'", "pass; item()", "if item: pass", "1"] {
        assert!(!lines(text).is_empty, "{text}");
    }
}

#[test]
fn what_is_asserted_is_told_by_its_form() {
    let same = |operator: &str, literal| Value::SelfComparison { operator: operator.to_owned(), literal };
    for (text, value) in [
        ("True", Value::Bool(true)),
        ("(True)", Value::Bool(true)),
        ("0x10", Value::Number { zero: false }),
        ("0e7", Value::Number { zero: true }),
        ("0.0", Value::Number { zero: true }),
        ("'a'", Value::Text { empty: false }),
        ("('a' 'b')", Value::Text { empty: false }),
        ("''", Value::Text { empty: true }),
        ("f'{item}'", Value::Other),
        ("(item, 'message')", Value::Tuple(2)),
        ("()", Value::Tuple(0)),
        ("(*item,)", Value::Tuple(0)),
        ("[]", Value::Display),
        ("item.a == item.a", same("==", false)),
        ("item is  not item", same("is not", false)),
        ("1 == 1", same("==", true)),
        ("item() == item()", Value::Comparison),
        ("item == item == item", Value::Comparison),
        ("item[0] == item[0]", Value::Comparison),
        ("not item", Value::Logic),
        ("item.called_once", Value::Name("?.called_once".to_owned())),
        ("verify", Value::Name("mod.check".to_owned())),
        ("verify(1)", Value::Call("mod.check".to_owned())),
        ("await verify(1)", Value::Await(Some("mod.check".to_owned()))),
        ("await item", Value::Await(None)),
        ("item + 1", Value::Other),
    ] {
        let body = lines(&format!("assert {text}, 'message'\nreturn {text}"));
        assert_eq!(body.assertions[0].values, std::slice::from_ref(&value), "{text}");
        assert_eq!(body.returns[0].value.as_ref(), Some(&value), "{text}");
    }
}

#[test]
fn calls_named_like_assertions_come_with_their_arguments() {
    let body =
        lines("self.assertEqual(item.a, item.a)\nself.assertEqual(item(), item())\nassertTrue(*item, 1)\nother(1, 1)");
    let found: Vec<_> = body
        .assertions
        .iter()
        .map(|own| (own.callee.as_deref().unwrap(), own.values.len(), own.compares_same))
        .collect();
    assert_eq!(found, [("?.assertEqual", 2, true), ("?.assertEqual", 2, false), ("builtins.assertTrue", 0, false)]);
}

#[test]
fn contexts_and_lone_attributes_have_ranges() {
    let body =
        lines("with pytest.raises(E) as e, self.subTest():\n    item.assert_called\nitem.a.b\nitem.call()\nitem\n");
    let contexts: Vec<_> = body.contexts.iter().map(|own| own.name.as_str()).collect();
    assert_eq!(contexts, ["pytest.raises", "?.subTest"]);
    let lone: Vec<_> = body.lone_attributes.iter().map(|own| (own.name.as_str(), own.line)).collect();
    assert_eq!(lone, [("?.assert_called", 6), ("?.a.b", 7)]);
    let inside = |own: &testaudit::model::body::LoneAttribute| {
        body.contexts[0].start < own.start && own.end <= body.contexts[0].end
    };
    assert!(inside(&body.lone_attributes[0]) && !inside(&body.lone_attributes[1]));
}

#[test]
fn uses_are_resolved_and_kept_once() {
    let body = lines(
        "verify(1)\nverify(2)\nhelpers.run(verify, key=helpers.other)\nself.own()\nx = item.get()\nx.more()\nprint(x)\n\
         y = [helpers.listed]\ny == helpers.compared\n[f(1) for f in item]\ncheck = item.check\ncheck = item\ncheck()",
    );
    assert_eq!(
        uses(&body),
        [
            ("mod.check", true),
            ("helpers.run", true),
            ("mod.check", false),
            ("helpers.other", false),
            ("?.own", true),
            ("?.get", true),
            ("?.get().more", true),
            ("builtins.print", true),
            ("helpers.listed", false),
            ("?", true),
            ("?", true),
        ]
    );
    let root = |name: &str| body.uses.iter().find(|own| own.name == name).unwrap().root.as_deref();
    assert_eq!((root("?.own"), root("?.get"), root("mod.check")), (Some("self"), Some("item"), None));
    let Use { line, offset, .. } = &body.uses[0];
    assert!(*line == 5 && *offset > 0);
}

#[test]
fn bodies_of_nested_functions_and_classes_are_their_own() {
    let text = "def test_a():\n    @deco(1)\n    def inner(x=default()):\n        called()\n        yield 1\n        return 2\n\n    \
                class Own(base()):\n        def method(self):\n            assert True\n    later = lambda: (yield lazily())\n    inner()\n";
    let outer = body(text, "test_a");
    let called = ["builtins.deco", "builtins.default", "builtins.base", "builtins.lazily", ":test_a.inner"];
    assert_eq!(uses(&outer), called.map(|name| (name, true)));
    assert!(!outer.yields && outer.returns.is_empty() && outer.assertions.is_empty());
    let inner = body(text, "inner");
    assert!(inner.yields && inner.returns.len() == 1);
    assert_eq!(body(text, "method").assertions.len(), 1);
}

#[test]
fn a_nested_function_is_mentioned_where_its_name_stands_around_it() {
    for (text, expected) in [
        ("def test_b(): pass", false),
        ("def test_b(): return test_b()", false),
        ("def test_b(): pass\ndef test_b(): pass", false),
        ("def test_b(): pass\ntest_b()", true),
        ("def test_b(): pass\nreturn test_b", true),
        ("def test_b(): pass\n@test_b.register\ndef test_b(): pass", true),
        ("def test_b(): pass\ndef other(): test_b()", true),
        ("def test_b(): pass\nlocals()['test_' + 'b']()", true),
        ("def test_b(): pass\ntest_bc()", false),
    ] {
        let text: String = text.lines().map(|line| format!("    {line}\n")).collect();
        assert_eq!(body(&format!("def test_a():\n{text}"), "test_b").is_mentioned_around, expected, "{text}");
    }
}

#[test]
fn without_being_asked_for_there_are_no_bodies() {
    let settings = Settings { wanted: Wanted::COLLECTION, ..Settings::default() };
    let extractor = Extractor::new(&settings).unwrap();
    let source = Source { text: b"def test_a():\n    assert True\n".to_vec() };
    let facts = extractor.extract(&mut extractor.worker(), Language::Python, FileRole::TestModule, "a.py", &source);
    assert!(facts.definitions.iter().all(|definition| definition.body.is_none()));
}

#[test]
fn deep_and_long_bodies_take_little_time() {
    const DEPTH: usize = 100_000;
    let around = |open: &str, inner: &str, close: &str| {
        format!("def test_a(x):\n    assert {}{inner}{}\n", open.repeat(DEPTH), close.repeat(DEPTH))
    };
    for (name, text) in [
        ("parentheses", around("(", "x", ")")),
        ("lists", around("[", "x", "]")),
        ("attributes", around("", "x", ".a")),
        ("calls", around("", "x", "()")),
        ("methods", around("", "x", ".a()")),
        ("subscripts", around("", "x", "[0]")),
        ("nots", around("not ", "x", "")),
        ("sums", around("1 + ", "x", "")),
        ("comparisons", around("1 == ", "x", "")),
        ("lambdas", around("lambda y: ", "y", "")),
        ("defaults", around("lambda y=", "y", ": 1")),
        ("arguments", around("f(", "x", ")")),
        ("asserts", around("assertTrue(", "x", ")")),
        ("statements", format!("def test_a(x):\n{}", "    x.check(f)\n".repeat(DEPTH))),
        ("nested", format!("def test_a(x):\n{}", "    def test_b(): pass\n".repeat(DEPTH / 10))),
        ("displays", format!("def test_a(x):\n    assert [{}]\n", "f(x), ".repeat(DEPTH))),
    ] {
        let start = Instant::now();
        let facts = facts(&text);
        let time = start.elapsed();
        assert!(!facts.definitions.is_empty(), "{name}");
        assert!(time < Duration::from_secs(20), "{name}: {time:?}");
    }
}
