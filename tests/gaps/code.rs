//! Gaps in what tests reach: modules, names, imports, readers, seeds, saved state, versions.

use crate::{MODULE, TEST, gaps, gaps_where, of, places, why};

const INIT: (&str, &str) = ("src/pkg/__init__.py", "VERSION = 1\n");

#[test]
fn a_module_that_nothing_imports_is_a_gap_with_a_file_that_begins_to_close_it() {
    let found = gaps(&[
        INIT,
        ("src/pkg/lost.py", MODULE),
        ("tests/test_a.py", "import pkg\n\n\ndef test_a():\n    assert pkg\n"),
    ]);
    let own = of(&found, "unreached-module");
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].title, "No test imports `pkg.lost`");
    assert_eq!(own[0].confidence, "high");
    assert_eq!(places(&found, "unreached-module"), [("src/pkg/lost.py".to_owned(), 1)]);
    let file = own[0].file.as_ref().unwrap();
    assert_eq!(file.path, "tests/test_pkg_lost.py");
    assert!(file.text.contains("(\"pkg.lost\", \"work\"),"), "{}", file.text);
    let guarded = "if __name__ == '__main__':\n    def only_here(x):\n        return x\n";
    let found = gaps(&[
        INIT,
        ("src/pkg/lost.py", &format!("{MODULE}\n\n{guarded}")),
        ("tests/test_a.py", "import pkg\n\n\ndef test_a():\n    assert pkg\n"),
    ]);
    let text = &of(&found, "unreached-module")[0].file.as_ref().unwrap().text;
    assert!(text.contains("\"work\"") && !text.contains("only_here"), "{text}");
}

#[test]
fn a_module_is_reached_through_others_by_name_or_by_a_relative_import() {
    for (product, test) in [
        ("from . import lost\n", "import pkg\n"),
        ("def f():\n    from .lost import work\n    return work\n", "import pkg\n"),
        ("", "from pkg import lost\n"),
        ("", "from pkg.lost import work\n"),
        ("", "import importlib\n\n\ndef load():\n    return importlib.import_module('pkg.lost')\n"),
        ("", "def patch(monkeypatch):\n    monkeypatch.setattr('pkg.lost.work', None)\n"),
    ] {
        let test = format!("{test}{TEST}");
        let found = gaps(&[("src/pkg/__init__.py", product), ("src/pkg/lost.py", MODULE), ("tests/test_a.py", &test)]);
        why(&found, "unreached-module");
    }
}

#[test]
fn an_import_of_a_computed_name_makes_it_doubtful() {
    let load = "import importlib\n\n\ndef load(name):\n    return importlib.import_module(f'pkg.plugins.{name}')\n";
    let test = format!("import pkg\n{TEST}");
    let files = [
        ("src/pkg/__init__.py", load),
        ("src/pkg/plugins/__init__.py", ""),
        ("src/pkg/plugins/lost.py", MODULE),
        ("tests/test_a.py", test.as_str()),
    ];
    let found = gaps(&files);
    let own = of(&found, "unreached-module");
    assert_eq!((own.len(), own[0].confidence), (1, "low"));
    assert!(own[0].description.contains("`src/pkg/__init__.py` (line 5)"), "{}", own[0].description);
}

#[test]
fn what_looks_objects_up_or_walks_packages_may_import_any_module_of_its_package() {
    let confidence = |look: &str| {
        let find =
            format!("import pkgutil\nfrom skbase.lookup import all_objects\n\n\ndef find(name):\n    return {look}\n");
        let test = format!("import pkg.registry.find\n{TEST}");
        let found = gaps(&[
            INIT,
            ("src/pkg/registry/__init__.py", ""),
            ("src/pkg/registry/find.py", &find),
            ("src/pkg/models/__init__.py", ""),
            ("src/pkg/models/lost.py", MODULE),
            ("tests/test_a.py", &test),
        ]);
        of(&found, "unreached-module")[0].confidence
    };
    assert_eq!(confidence("all_objects(name)"), "low");
    assert_eq!(confidence("pkgutil.walk_packages(name)"), "low");
    assert_eq!(confidence("pkgutil.get_data(name, name)"), "high");
}

#[test]
fn a_package_in_which_nothing_is_reached_is_one_gap() {
    let test = format!("import pkg\n{TEST}");
    let found = gaps(&[
        INIT,
        ("src/pkg/sub/__init__.py", ""),
        ("src/pkg/sub/one.py", MODULE),
        ("src/pkg/sub/two.py", MODULE),
        ("tests/test_a.py", &test),
    ]);
    let own = of(&found, "unreached-module");
    assert_eq!(
        own.iter().map(|gap| gap.title.as_str()).collect::<Vec<_>>(),
        ["No test imports 2 modules of `pkg.sub`"]
    );
}

#[test]
fn names_that_nothing_leads_to_are_a_gap_and_those_that_something_does_are_not() {
    let module = "def entry(x):\n    y = x\n    return helper(y)\n\n\ndef helper(x):\n    y = x\n    return y\n\n\n\
                  def lost(x):\n    y = x\n    return y\n\n\ndef _private(x):\n    y = x\n    return y\n\n\n\
                  class LostError(Exception):\n    pass\n";
    let test = "from pkg.a import entry\n\n\ndef test_entry():\n    assert entry(1) == 1\n";
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", test)]);
    let own = of(&found, "unreached-symbol");
    assert_eq!(own.iter().map(|gap| gap.title.as_str()).collect::<Vec<_>>(), ["No test reaches `pkg.a.lost`"]);
    assert_eq!(places(&found, "unreached-symbol"), [("src/pkg/a.py".to_owned(), 11)]);
    let named = "from pkg import a\n\n\ndef test_entry():\n    assert a.entry(1) == getattr(a, 'lost')(1)\n";
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", named)]);
    why(&found, "unreached-symbol");
}

#[test]
fn what_a_decorator_may_register_is_reached_with_its_module() {
    let module = "from pkg.app import route\n\n\n@route('/')\ndef index(x):\n    y = x\n    return y\n";
    let test = format!("import pkg.a\n{TEST}");
    let found = gaps(&[
        INIT,
        ("src/pkg/app.py", "def route(path):\n    return path\n"),
        ("src/pkg/a.py", module),
        ("tests/test_a.py", &test),
    ]);
    why(&found, "unreached-symbol");
}

#[test]
fn public_modules_that_the_tests_do_not_import_lack_a_smoke_test() {
    let test = format!("import pkg\n{TEST}");
    let files = [
        INIT,
        ("src/pkg/one.py", MODULE),
        ("src/pkg/_private.py", MODULE),
        ("src/pkg/__main__.py", MODULE),
        ("tests/test_a.py", test.as_str()),
    ];
    let found = gaps(&files);
    let own = of(&found, "import-smoke");
    assert_eq!(own[0].title, "No import smoke test: 1 of 2 public modules is not imported when the tests are");
    let file = own[0].file.as_ref().unwrap();
    assert_eq!(file.path, "tests/test_import_smoke.py");
    assert!(file.text.contains("    \"pkg\",\n    \"pkg.one\",\n]"), "{}", file.text);
    assert!(!file.text.contains("_private") && !file.text.contains("__main__"));
}

#[test]
fn a_test_that_walks_the_package_or_imports_every_module_is_a_smoke_test() {
    let walk = "import importlib\nimport pkgutil\nimport pkg\n\n\ndef test_all():\n    \
                for own in pkgutil.walk_packages(pkg.__path__, 'pkg.'):\n        assert importlib.import_module(own.name)\n";
    let found = gaps(&[INIT, ("src/pkg/one.py", MODULE), ("tests/test_a.py", walk)]);
    assert_eq!(why(&found, "import-smoke"), "a test walks the package and imports what it finds");
    let each = format!("import pkg.one\n{TEST}");
    let found = gaps(&[INIT, ("src/pkg/one.py", MODULE), ("tests/test_a.py", &each)]);
    assert_eq!(why(&found, "import-smoke"), "every public module is imported when the tests are");
}

#[test]
fn a_pair_that_writes_and_reads_lacks_a_round_trip_until_a_property_names_it() {
    let codec = "import json\n\n\ndef dumps(value):\n    text = json.dumps(value)\n    return text\n\n\n\
                 def loads(text):\n    value = json.loads(text)\n    return value\n";
    let test = "from pkg.codec import dumps, loads\n\n\ndef test_one():\n    assert loads(dumps(1)) == 1\n";
    let found = gaps(&[INIT, ("src/pkg/codec.py", codec), ("tests/test_a.py", test)]);
    let own = of(&found, "properties");
    assert_eq!(own[0].title, "No property-based round trip of `loads/dumps`");
    assert!(own[0].file.as_ref().unwrap().text.contains("from pkg.codec import loads as reads_1"));
    let property = "from hypothesis import given, strategies as st\nfrom pkg.codec import dumps, loads\n\n\n\
                    @given(st.integers())\ndef test_one(value):\n    assert loads(dumps(value)) == value\n";
    let found = gaps(&[INIT, ("src/pkg/codec.py", codec), ("tests/test_a.py", property)]);
    why(&found, "properties");
}

#[test]
fn a_parser_is_known_by_its_name_and_by_what_it_takes() {
    let body = "    if not x:\n        return None\n    return x\n";
    for (signature, expected) in [
        ("parse(x)", 1),
        ("parse_header(value, x=1)", 1),
        ("from_bytes(x)", 1),
        ("parse_config(model, x=1)", 0),
        ("parse_bert(plugin, x, batch_data=None)", 0),
        ("parse_args(x)", 0),
        ("parser(x)", 0),
        ("_parse(x)", 0),
        ("decode()", 0),
        ("decode(index, x)", 0),
        ("unpack(node, x)", 0),
        ("unpack(x, buffer)", 1),
        ("unpack_data(data, x=1)", 0),
        ("decode(data, x)", 0),
        ("decode(data: bytes, x)", 1),
    ] {
        let module = format!("def {signature}:\n{body}");
        let test = format!("import pkg.a\n{TEST}");
        let found = gaps(&[INIT, ("src/pkg/a.py", &module), ("tests/test_a.py", &test)]);
        assert_eq!(of(&found, "properties").len(), expected, "{signature}");
    }
}

#[test]
fn what_takes_a_seed_lacks_a_test_that_sets_it_twice() {
    let module = "import random\n\n\ndef sample(n, seed=None):\n    rng = random.Random(seed)\n    return [rng.random() for _ in range(n)]\n";
    let test = "from pkg.a import sample\n\n\ndef test_length():\n    assert len(sample(3)) == 3\n";
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", test)]);
    let own = of(&found, "determinism");
    assert_eq!(own[0].title, "No determinism test for `sample`");
    assert!(own[0].test_plan[0].contains("`pkg.a.sample`: the same `seed` twice"));
    let twice = "from pkg.a import sample\n\n\ndef test_length():\n    assert sample(3, seed=1) == sample(3, seed=1)\n";
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", twice)]);
    why(&found, "determinism");
}

#[test]
fn a_state_dict_lacks_a_test_of_its_keys() {
    let module = "from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.w = nn.Linear(1, 1)\n";
    let test = "from pkg.a import Net\n\n\ndef test_net():\n    assert Net() is not None\n";
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", test)]);
    let own = of(&found, "state-keys");
    assert_eq!(own[0].title, "No regression test of the state-dict keys of `Net`");
    assert!(own[0].file.as_ref().unwrap().text.contains("(\"pkg.a\", \"Net\"),"));
    let keys = "from pkg.a import Net\n\n\ndef test_net():\n    assert sorted(Net().state_dict().keys()) == ['w.bias', 'w.weight']\n";
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", keys)]);
    assert_eq!(why(&found, "state-keys"), "tests look at the keys of state dicts");
}

#[test]
fn only_what_keeps_something_has_keys_to_compare() {
    let test = "import pkg.a\n\n\ndef test_net():\n    assert pkg.a\n";
    for (init, expected) in [
        ("self.w = nn.Linear(1, 1)", true),
        ("self.register_buffer('low', low)", true),
        ("self.w = nn.Parameter(low)", true),
        ("self.inner = Inner()", true),
        ("self.act = nn.ReLU()", false),
        ("self.low = low", false),
        ("self.other = Stateless()", false),
    ] {
        let module = format!(
            "from torch import nn\n\n\nclass _Base(nn.Module):\n    pass\n\n\nclass Stateless(nn.Module):\n    pass\n\n\n\
             class Inner(nn.Module):\n    def __init__(self):\n        self.layer = Kept()\n\n\n\
             class Kept(nn.Module):\n    def __init__(self):\n        self.b = nn.BatchNorm1d(1)\n\n\n\
             class Net(nn.Module):\n    def __init__(self, low):\n        {init}\n"
        );
        let found = gaps(&[INIT, ("src/pkg/a.py", &module), ("tests/test_a.py", test)]);
        let title = &of(&found, "state-keys")[0].title;
        assert_eq!(title.contains("`Net`"), expected, "{init}: {title}");
        assert!(title.contains("`Inner`, `Kept`") && !title.contains("`Stateless`"), "{init}: {title}");
    }
}

#[test]
fn a_test_of_nothing_but_a_state_dict_asks_for_its_keys() {
    let module =
        "from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        self.w = nn.Linear(1, 1)\n";
    let asks =
        "from pkg.a import Net\n\n\ndef test_state_dict():\n    own = Net().state_dict()\n    assert 'w.bias' in own\n";
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", asks)]);
    assert_eq!(why(&found, "state-keys"), "tests look at the keys of state dicts");
    let loads =
        "from pkg.a import Net\n\n\ndef test_load_state_dict():\n    Net().load_state_dict(Net().state_dict())\n";
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", loads)]);
    assert_eq!(of(&found, "state-keys").len(), 1);
}

#[test]
fn a_pair_that_hands_on_anything_but_text_is_no_pair() {
    let pair = |parameter: &str| {
        let module = format!(
            "def encode(x):\n    y = x\n    return y\n\n\ndef decode({parameter}):\n    y = {parameter}\n    return y\n"
        );
        let test = format!("import pkg.a\n{TEST}");
        of(&gaps(&[INIT, ("src/pkg/a.py", &module), ("tests/test_a.py", &test)]), "properties").len()
    };
    assert_eq!(pair("buffer"), 1);
    assert_eq!(pair("hidden_state"), 0);
}

#[test]
fn a_look_up_of_all_objects_makes_the_import_of_a_module_doubtful() {
    let confidence = |from: &str| {
        let lookup =
            format!("from {from} import all_objects\n\n\ndef models():\n    return all_objects(package_name='pkg')\n");
        let test = "from pkg.lookup import models\n\n\ndef test_models():\n    assert models()\n";
        let found =
            gaps(&[INIT, ("src/pkg/lookup.py", &lookup), ("src/pkg/one.py", MODULE), ("tests/test_a.py", test)]);
        of(&found, "unreached-module").iter().map(|gap| gap.confidence).collect::<Vec<_>>()
    };
    assert_eq!(confidence("skbase.lookup"), ["low"]);
    assert_eq!(confidence("elsewhere"), ["high"]);
}

#[test]
fn readers_of_one_name_are_told_apart_by_their_modules() {
    let codec = "def dumps(value):\n    text = str(value)\n    return text\n\n\n\
                 def loads(text):\n    value = eval(text)\n    return value\n";
    let test = format!("import pkg.one, pkg.two\n{TEST}");
    let found = gaps(&[INIT, ("src/pkg/one.py", codec), ("src/pkg/two.py", codec), ("tests/test_a.py", &test)]);
    let title = &of(&found, "properties")[0].title;
    assert_eq!(title, "No property-based round trip of `one.loads/dumps`, `two.loads/dumps`");
}

#[test]
fn as_many_classes_are_counted_as_are_named() {
    let module =
        "from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        self.w = nn.Linear(1, 1)\n";
    let test = format!("import pkg.a.net, pkg.b.net\n{TEST}");
    let found = gaps(&[
        INIT,
        ("src/pkg/a/__init__.py", ""),
        ("src/pkg/a/net.py", module),
        ("src/pkg/b/__init__.py", ""),
        ("src/pkg/b/net.py", module),
        ("tests/test_a.py", &test),
    ]);
    let own = &of(&found, "state-keys")[0];
    assert_eq!(own.title, "No regression test of the state-dict keys of `a.net.Net`, `b.net.Net`");
    assert_eq!(own.description, "2 public classes have a state dict. No test names `state_dict`.");
    assert_eq!(own.evidence.len(), 2);
}

#[test]
fn a_tree_without_tests_says_so_instead_of_what_they_lack() {
    let module = "import random\n\n\nclass Box:\n    def __getstate__(self):\n        return {'a': self.a}\n\n\n\
                  def loads(text, seed=None):\n    draw = random.Random(seed)\n    value = draw.random()\n    return value, text\n";
    let found = gaps(&[INIT, ("src/pkg/a.py", module)]);
    for kind in ["state-keys", "properties", "determinism"] {
        assert_eq!(why(&found, kind), "there are no tests in Python", "{kind}");
    }
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/conftest.py", "import pkg.a\n")]);
    assert_eq!(why(&found, "state-keys"), "there are no tests in Python", "a conftest is none");
    let test = format!("import pkg.a\n{TEST}");
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", &test)]);
    for kind in ["state-keys", "properties", "determinism"] {
        assert_eq!(of(&found, kind).len(), 1, "{kind}");
    }
}

#[test]
fn a_name_that_data_of_tests_has_is_reached() {
    let module = "def used(x):\n    return x\n\n\ndef Ports(x):\n    y = x\n    if y:\n        y = 1\n    return y\n";
    let unreached = |data: &str| {
        let test = format!("from pkg.a import used\n{TEST}");
        let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", &test), (data, "{}")]);
        of(&found, "unreached-symbol").len()
    };
    assert_eq!(unreached("tests/facts/net.Ports/one.json"), 0);
    assert_eq!(unreached("tests/facts/net.Port/one.json"), 1);
    assert_eq!(unreached("data/net.Ports/one.json"), 1, "no folder of tests");
}

#[test]
fn a_module_that_a_string_names_is_loaded_by_whoever_reads_it() {
    let smoke = |text: &str| {
        let main = format!("TABLE = [{text}]\n");
        let test = format!("import pkg.main\n{TEST}");
        let files = [INIT, ("src/pkg/main.py", &main), ("src/pkg/lost.py", MODULE), ("tests/test_a.py", &test)];
        let found = gaps(&files);
        (of(&found, "import-smoke").len(), of(&found, "unreached-module").len())
    };
    assert_eq!(smoke("'pkg.lost.work'"), (0, 0));
    assert_eq!(smoke("'pkg.lost:work'"), (0, 0));
    assert_eq!(smoke("'pkg.last.work'"), (1, 1), "another module");
    assert_eq!(smoke("'see pkg.lost.work'"), (1, 1), "words for readers");
}

#[test]
fn a_class_that_says_how_it_is_pickled_lacks_a_test_that_does() {
    let module = "class Box:\n    def __getstate__(self):\n        return {'a': self.a}\n\n    def __setstate__(self, state):\n        self.a = state['a']\n";
    let test = format!("from pkg.a import Box\n{TEST}");
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", &test)]);
    assert_eq!(of(&found, "state-keys")[0].title, "No test pickles or copies `Box`");
    let pickled = format!("import pickle\n{test}\n\ndef test_box():\n    assert pickle.loads(pickle.dumps(Box()))\n");
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", &pickled)]);
    why(&found, "state-keys");
    let found = gaps(&[INIT, ("src/pkg/_a.py", module), ("tests/test_a.py", &test.replace("pkg.a", "pkg._a"))]);
    assert_eq!(
        why(&found, "state-keys"),
        "no class has a state dict or says how it is pickled",
        "nobody is offered it"
    );
    let refuses = "class Box:\n    def __reduce__(self):\n        raise TypeError('no')\n";
    let found = gaps(&[INIT, ("src/pkg/a.py", refuses), ("tests/test_a.py", &test)]);
    why(&found, "state-keys");
}

#[test]
fn a_numbered_format_lacks_a_test_of_versions() {
    let test = format!("import pkg.a\n{TEST}");
    let found = gaps(&[INIT, ("src/pkg/a.py", "PROTOCOL_VERSION = 3\n"), ("tests/test_a.py", &test)]);
    assert_eq!(of(&found, "protocol-version")[0].title, "No version or compatibility test for `PROTOCOL_VERSION`");
    assert_eq!(places(&found, "protocol-version"), [("src/pkg/a.py".to_owned(), 1)]);
    for (module, test) in [
        ("PROTOCOL_VERSION = 3\n", "def test_protocol_version_mismatch_is_refused():\n    assert 1\n"),
        (
            "PROTOCOL_VERSION = 3\n",
            "from pkg.a import PROTOCOL_VERSION\n\n\ndef test_a():\n    assert PROTOCOL_VERSION\n",
        ),
        ("PROTOCOL_VERSION = make()\n", TEST),
        ("PYTHON_VERSION = 3\n", TEST),
    ] {
        let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", test)]);
        why(&found, "protocol-version");
    }
}

#[test]
fn schemas_of_messages_count_and_those_among_tests_do_not() {
    let found = gaps(&[INIT, ("proto/a.proto", ""), ("tests/test_a.py", TEST)]);
    assert_eq!(places(&found, "protocol-version"), [("proto/a.proto".to_owned(), 1)]);
    why(&gaps(&[INIT, ("tests/a.proto", ""), ("tests/test_a.py", TEST)]), "protocol-version");
}

#[test]
fn what_reads_the_words_of_a_command_is_no_parser() {
    let module = "import argparse\n\n\ndef parse(x):\n    p = argparse.ArgumentParser()\n    p.add_argument('y')\n    return p.parse_args(x)\n";
    let test = format!("import pkg.a\n{TEST}");
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", &test)]);
    why(&found, "properties");
}

#[test]
fn a_pair_that_loses_something_is_to_read_the_same_again() {
    let module = "def parse(s):\n    parts = s.split(',')\n    return [x.strip() for x in parts]\n\n\n\
                  def format(x):\n    text = ','.join(x)\n    return text\n";
    let test = format!("import pkg.a\n{TEST}");
    let found = gaps(&[INIT, ("src/pkg/a.py", module), ("tests/test_a.py", &test)]);
    let own = of(&found, "properties");
    assert_eq!(own.len(), 1);
    assert!(own[0].test_plan[0].starts_with("What `parse` read, `format` writes"), "{:?}", own[0].test_plan);
    assert!(own[0].recommendation.contains("read again as the same"));
}

/// A module of two functions of which the tests call one, and name the other only where they name one of their own things.
const TWO: &str = "def entry(x):\n    y = x\n    return y\n\n\n\
                   def total(x):\n    y = x\n    z = y + x\n    return z\n";

#[test]
fn what_no_name_leads_to_is_a_gap_unless_it_is_expected_to_run() {
    let test = "from pkg.a import entry\n\n\ndef test_entry():\n    assert entry(1) == 1\n";
    let tree = [INIT, ("src/pkg/a.py", TWO), ("tests/test_a.py", test)];
    let found = gaps_where(&tree, "total", 0.04);
    let own = of(&found, "unreached-symbol");
    assert_eq!((own.len(), own[0].confidence), (1, "high"));
    assert_eq!(own[0].evidence[0].what, "pkg.a.total (3 statements, a chance of 4 % that a test enters it)");
    why(&gaps_where(&tree, "total", 0.6), "unreached-symbol");
}

#[test]
fn a_name_alone_reaches_nothing_that_surely_no_call_leads_to() {
    let test = "from pkg.a import entry\n\n\ndef test_entry():\n    total = entry(1)\n    assert total == 1\n";
    let tree = [INIT, ("src/pkg/a.py", TWO), ("tests/test_a.py", test)];
    let found = gaps_where(&tree, "total", 0.0);
    assert_eq!(places(&found, "unreached-symbol"), [("src/pkg/a.py".to_owned(), 6)]);
    assert_eq!(of(&found, "unreached-symbol")[0].confidence, "medium");
    why(&gaps_where(&tree, "total", 0.2), "unreached-symbol");
}

#[test]
fn a_property_is_not_what_writes_for_a_parser() {
    let body = "        y = self.x\n        z = y\n        return z\n";
    for (decorator, expected) in [
        ("    @property\n", "No property-based or fuzz test of `P.parse`"),
        ("", "No property-based round trip of `P.parse/format`"),
    ] {
        let module = format!("class P:\n{decorator}    def format(self):\n{body}\n    def parse(self, text):\n{body}");
        let test = format!("import pkg.a\n{TEST}");
        let found = gaps(&[INIT, ("src/pkg/a.py", &module), ("tests/test_a.py", &test)]);
        let titles: Vec<_> = of(&found, "properties").iter().map(|gap| gap.title.as_str()).collect();
        assert_eq!(titles, [expected]);
    }
}
