//! What is read of small modules.

use super::*;
use crate::model::project::SymbolKind;

fn read(text: &str) -> ModuleFacts {
    let grammar = Grammar::new();
    let tree = super::super::parser(&grammar).parse(text, None).unwrap();
    module_facts(&grammar, &Statements::new(&grammar), tree.root_node(), text.as_bytes())
}

#[test]
fn symbols_have_their_kinds_and_what_stands_in_a_function_is_part_of_it() {
    let facts = read(
        "class A:\n    def m(self, x, y=1):\n        def inner(): return 1\n        return inner\n\n\
         def f(a: int, *rest, b=2):\n    pass\n",
    );
    let found: Vec<_> =
        facts.symbols.iter().map(|own| (own.name.as_str(), own.kind, own.parent, own.required)).collect();
    assert_eq!(
        found,
        [
            ("A", SymbolKind::Class, None, 0),
            ("m", SymbolKind::Method, Some(0), 1),
            ("f", SymbolKind::Function, None, 1)
        ]
    );
    assert_eq!(facts.symbols[0].statements, 4, "both functions and both returns");
}

#[test]
fn imports_say_when_they_happen() {
    let facts = read(
        "import a.b\nfrom . import c as d\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import e\n\
         def f():\n    from .g import h\n",
    );
    let found: Vec<_> = facts.imports.iter().map(|own| (own.module.as_str(), own.when)).collect();
    assert_eq!(
        found,
        [
            ("a.b", ImportTime::Load),
            (".", ImportTime::Load),
            ("typing", ImportTime::Load),
            ("e", ImportTime::Typing),
            (".g", ImportTime::Call)
        ]
    );
}

#[test]
fn imports_of_computed_names_are_noted_and_those_of_literal_ones_are_imports() {
    let facts = read("import importlib as i\ni.import_module('a.b')\ni.import_module(f'a.{x}')\n__import__(name)\n");
    let dynamic: Vec<_> = facts.dynamic_imports.iter().map(|own| (own.what.as_str(), own.line)).collect();
    assert_eq!(dynamic, [("importlib.import_module", 3), ("__import__", 4)]);
    assert!(facts.imports.iter().any(|own| own.module == "a.b"));
}

#[test]
fn calls_are_resolved_through_imports_and_a_parameter_hides_them() {
    let facts = read(
        "import numpy as np\nfrom random import random as r\ndef f(np):\n    np.zeros(1)\n\
         def g():\n    np.random.rand(3)\n    r()\n",
    );
    let found: Vec<_> = facts.calls.iter().map(|own| own.name.as_str()).collect();
    assert_eq!(found, ["numpy.random.rand", "random.random"]);
}

#[test]
fn words_of_strings_count_and_those_of_comments_and_docstrings_do_not() {
    let facts = read("def f():\n    \"\"\"doc word\"\"\"\n    # comment\n    return getattr(x, 'by_name')\n");
    let words: Vec<_> = facts.words_of(&facts.symbols[0].uses).map(|(word, _)| word).collect();
    assert!(words.contains(&"by_name"), "{words:?}");
    assert!(!words.contains(&"doc") && !words.contains(&"comment"), "{words:?}");
}

#[test]
fn a_name_that_an_import_renames_is_a_use_of_what_it_stands_for() {
    let facts = read("from pkg import parse as p\ndef test():\n    p()\n");
    assert!(facts.words_of(&facts.symbols[0].uses).any(|(word, _)| word == "parse"));
}

#[test]
fn examples_of_docstrings_are_found_unless_they_are_skipped() {
    let facts = read(
        "def f():\n    \"\"\"One.\n\n    >>> f()\n    1\n    \"\"\"\ndef g():\n    \"\"\"\n    >>> g()  # doctest: +SKIP\n    \"\"\"\n",
    );
    assert_eq!(facts.examples, [4]);
}

#[test]
fn deep_and_broken_sources_are_read_as_far_as_they_can_be() {
    let deep = format!("x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(read(&deep).symbols.len(), 0);
    assert!(read("def f(:\n  pass\nclass A:\n    x = 1\n").symbols.iter().any(|own| own.name == "A"));
    assert_eq!(read(""), ModuleFacts::default());
}
