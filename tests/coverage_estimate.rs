//! The estimate of coverage from the outside: statements as coverage.py counts them, edges of the graph, and what no
//! change of a suite may do to the estimate.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::{fs, path::Path};

use common::tree;
use tempfile::TempDir;
use testaudit::{
    engine,
    estimate::{Constants, Reach, estimate, explain},
    model::{CallGraph, Settings, coverage::Coverage, graph::EdgeKind, settings::Wanted},
};

fn graph(folder: &Path) -> CallGraph {
    let mut settings = Settings { wanted: Wanted { coverage: true, ..Wanted::COLLECTION }, ..Settings::default() };
    settings.discovery.root = Some(folder.to_owned());
    let suite = engine::suite(&[folder.to_owned()], &settings, Vec::new(), &|_| {}).unwrap();
    suite.calls.unwrap()
}

fn graph_of(files: &[(&str, &str)]) -> (TempDir, CallGraph) {
    let folder = tree(files);
    let graph = graph(folder.path());
    (folder, graph)
}

/// The edges as `from -> to kind`, between what has a name.
fn edges(graph: &CallGraph) -> Vec<String> {
    let name = |node: u32| match graph.units.get(node as usize) {
        Some(unit) => unit.name.clone(),
        None => format!("class {}", graph.classes[node as usize - graph.units.len()].name),
    };
    graph.edges.iter().map(|edge| format!("{} -> {} {:?}", name(edge.from), name(edge.to), edge.kind)).collect()
}

fn leads(files: &[(&str, &str)], expected: &[&str]) {
    let (_folder, graph) = graph_of(files);
    let edges = edges(&graph);
    for edge in expected {
        assert!(edges.iter().any(|known| known == edge), "no `{edge}` among {edges:#?}");
    }
}

fn chance(coverage: &Coverage, name: &str) -> f64 {
    let function = coverage.functions.iter().find(|function| function.name == name);
    function.unwrap_or_else(|| panic!("no function `{name}`")).chance
}

#[test]
fn statements_are_the_lines_that_coverage_py_counts() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/coverage/statements");
    let folder = tree(&[("pkg/__init__.py", "")]);
    let mut checked = 0;
    for entry in fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "py") {
            continue;
        }
        let target = folder.path().join("pkg").join(path.file_name().unwrap());
        fs::copy(&path, &target).unwrap();
        let expected = fs::read_to_string(path.with_extension("lines")).unwrap();
        let expected: Vec<u32> = expected.split_whitespace().map(|line| line.parse().unwrap()).collect();
        let graph = graph(folder.path());
        let place = graph.files.iter().position(|file| target.ends_with(&file.path)).unwrap();
        let units = graph.units.iter().filter(|unit| unit.file as usize == place);
        let mut lines: Vec<u32> = units.flat_map(|unit| unit.lines.iter().map(|(line, _)| *line)).collect();
        lines.sort_unstable();
        assert_eq!(lines, expected, "{}", path.display());
        assert_eq!(graph.files[place].statements as usize, expected.len());
        checked += 1;
    }
    assert!(checked >= 3);
}

#[test]
fn nothing_of_a_module_runs_that_imports_what_only_other_platforms_have() {
    let module = |import: &str| format!("{import}\n\n\ndef run():\n    value = 1\n    return value\n");
    let share = |import: &str| {
        let (_folder, graph) = graph_of(&[
            ("pkg/__init__.py", ""),
            ("pkg/core.py", &module(import)),
            ("tests/test_it.py", "from pkg.core import run\n\n\ndef test_it():\n    assert run()\n"),
        ]);
        let coverage = estimate(&graph, Constants::fitted());
        coverage.files.iter().find(|file| file.path == "pkg/core.py").unwrap().estimate
    };
    assert!(share("import winreg") < 0.1);
    assert!(share("from six.moves import winreg") < 0.1);
    assert!(share("import json") > 0.7);
    assert!(share("from six.moves import queue") > 0.7);
    let guarded = share("try:\n    import winreg\nexcept ImportError:\n    winreg = None");
    assert!(guarded > 0.6, "{guarded}");
}

#[test]
fn a_module_of_the_tree_may_have_the_name_of_one_that_is_gone() {
    let (_folder, graph) = graph_of(&[
        ("Queue.py", "def put():\n    return 1\n"),
        ("core.py", "import Queue\n\n\ndef run():\n    return Queue.put()\n"),
        ("test_it.py", "from core import run\n\n\ndef test_it():\n    assert run()\n"),
    ]);
    let coverage = estimate(&graph, Constants::fitted());
    assert!(chance(&coverage, "run") > 0.7);
}

#[test]
fn calls_lead_through_imports_aliases_and_packages() {
    leads(
        &[
            ("pkg/__init__.py", "from .core import run as start\n"),
            ("pkg/core.py", "def run():\n    return helper()\n\ndef helper():\n    return 1\n"),
            ("tests/test_it.py", "import pkg\n\ndef test_it():\n    assert pkg.start()\n"),
        ],
        &["test_it -> run Call", "run -> helper Call", "<module> -> <module> Import"],
    );
}

#[test]
fn methods_are_found_by_the_type_of_their_receiver() {
    leads(
        &[
            (
                "pkg/__init__.py",
                "class Base:\n    def run(self):\n        return self.step()\n    def step(self):\n        return 0\n\n\
                 class Child(Base):\n    def __init__(self, size: int):\n        self.size = size\n    \
                 def step(self):\n        return len(self)\n    def __len__(self):\n        return self.size\n\n\
                 def make() -> Child:\n    return Child(1)\n",
            ),
            ("tests/test_it.py", "from pkg import make\n\ndef test_it():\n    made = make()\n    assert made.run()\n"),
        ],
        &[
            "test_it -> make Call",
            "test_it -> Base.run Call",
            "make -> class Child Instance",
            "class Child -> Child.__init__ Constructor",
            "Base.run -> Base.step Call",
            "Base.run -> Child.step Override",
            "Child.step -> Child.__len__ Operator",
        ],
    );
}

#[test]
fn tables_registries_and_names_that_are_put_together_lead_to_what_they_hold() {
    leads(
        &[
            (
                "pkg/__init__.py",
                "def one():\n    return 1\n\ndef two():\n    return 2\n\nTABLE = {'one': one, 'two': two}\n\n\
                 def run(name):\n    return TABLE[name]()\n\n\
                 HOOKS = []\n\ndef hook():\n    return 3\n\ndef setup():\n    HOOKS.append(hook)\n\n\
                 def call_hooks():\n    for each in HOOKS:\n        each()\n\n\
                 class Visitor:\n    def visit(self, node):\n        return getattr(self, 'visit_' + node)(node)\n    \
                 def visit_name(self, node):\n        return node\n    def other(self):\n        return 0\n",
            ),
            ("tests/test_it.py", "from pkg import run\n\ndef test_it():\n    run('one')\n"),
        ],
        &["run -> one Call", "call_hooks -> hook Call", "Visitor.visit -> Visitor.visit_name Begins"],
    );
}

#[test]
fn a_method_of_an_unknown_receiver_is_every_method_of_that_name_and_of_no_other() {
    let (_folder, graph) = graph_of(&[
        (
            "pkg/__init__.py",
            "class A:\n    def render_all(self):\n        return 1\n    def other(self):\n        return 2\n",
        ),
        ("tests/test_it.py", "def test_it(thing):\n    thing.render_all()\n"),
    ]);
    let edges = edges(&graph);
    assert!(edges.contains(&"test_it -> A.render_all OneNamed".to_owned()), "{edges:?}");
    assert!(!edges.iter().any(|edge| edge.starts_with("test_it -> A.other")), "{edges:?}");
}

#[test]
fn fixtures_and_set_up_are_part_of_a_test() {
    let files = [
        (
            "pkg/__init__.py",
            "def build():\n    return 1\n\ndef prepare():\n    return 2\n\ndef unused():\n    return 3\n",
        ),
        ("tests/conftest.py", "import pytest\nimport pkg\n\n@pytest.fixture\ndef built():\n    return pkg.build()\n"),
        (
            "tests/test_it.py",
            "import unittest\nimport pkg\n\ndef test_it(built):\n    assert built\n\n\
             class TestMore(unittest.TestCase):\n    def setUp(self):\n        pkg.prepare()\n    \
             def test_more(self):\n        pass\n",
        ),
    ];
    let (_folder, graph) = graph_of(&files);
    let coverage = estimate(&graph, Constants::fitted());
    let [built, prepared, unused] = ["build", "prepare", "unused"].map(|name| chance(&coverage, name));
    assert!(built > 0.6 && prepared > 0.6, "{built} {prepared}");
    assert!(unused < built - 0.2, "{unused} {built}");
}

#[test]
fn what_the_configuration_omits_is_no_part_of_the_sums_and_tests_are_no_product() {
    let files = [
        (".coveragerc", "[run]\nomit =\n    pkg/left.py\n"),
        ("pkg/__init__.py", "def kept():\n    return 1\n"),
        ("pkg/left.py", "def left():\n    return 1\n"),
        ("tests/__init__.py", ""),
        ("tests/test_it.py", "from pkg import kept\n\ndef test_it():\n    kept()\n"),
        ("tests/helper.py", "def helper():\n    return 1\n"),
        ("setup.py", "print(1)\n"),
    ];
    let (_folder, graph) = graph_of(&files);
    let coverage = estimate(&graph, Constants::fitted());
    let shown: Vec<_> = coverage.files.iter().map(|file| (file.path.as_str(), file.is_omitted)).collect();
    assert_eq!(shown, [("pkg/__init__.py", false), ("pkg/left.py", true)]);
}

const PRODUCT: &str = "def one(x):\n    if x:\n        return two()\n    return 0\n\ndef two():\n    return 2\n\n\
     def three():\n    return 3\n\nclass Thing:\n    def method(self):\n        return three()\n";

#[test]
fn more_tests_never_lower_what_the_graph_says() {
    let tests = [
        "from pkg import one\n\ndef test_one():\n    one(1)\n",
        "from pkg import Thing\n\ndef test_two():\n    Thing().method()\n",
        "import pkg\n\ndef test_three():\n    pkg.three()\n",
    ];
    let mut before: Vec<f64> = Vec::new();
    for count in 0..=tests.len() {
        let mut files = vec![("pkg/__init__.py".to_owned(), PRODUCT)];
        files.extend(tests[..count].iter().enumerate().map(|(place, text)| (format!("tests/test_{place}.py"), *text)));
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let (_folder, graph) = graph_of(&files);
        let reach = Reach::of(&graph, Constants::fitted());
        let own = (0u32..).zip(&graph.units).filter(|(_, unit)| graph.files[unit.file as usize].is_measured);
        let chances: Vec<f64> = own.map(|(node, _)| reach.chance(node)).collect();
        for (earlier, now) in before.iter().zip(&chances) {
            assert!(*now >= earlier - 1e-3, "{before:?} {chances:?}");
        }
        before = chances;
    }
}

#[test]
fn estimates_lie_within_their_ranges_and_ranges_between_zero_and_one() {
    let files = [
        ("pkg/__init__.py", PRODUCT),
        ("pkg/empty.py", ""),
        ("pkg/unused.py", PRODUCT),
        ("tests/test_it.py", "from pkg import one\n\ndef test_one():\n    one(1)\n"),
    ];
    let (_folder, graph) = graph_of(&files);
    let coverage = estimate(&graph, Constants::fitted());
    assert_eq!(coverage.files.len(), 3);
    for file in &coverage.files {
        assert!(0.0 <= file.low && file.low <= file.estimate, "{file:?}");
        assert!(file.estimate <= file.high && file.high <= 1.0, "{file:?}");
    }
    let unused = coverage.files.iter().find(|file| file.path == "pkg/unused.py").unwrap();
    assert!(unused.estimate < 0.1, "{unused:?}");
}

#[test]
fn a_tree_without_tests_is_expected_to_run_nothing() {
    let (_folder, graph) = graph_of(&[("pkg/__init__.py", PRODUCT)]);
    let coverage = estimate(&graph, Constants::fitted());
    assert!(coverage.files.iter().all(|file| file.estimate < 0.05), "{coverage:?}");
    assert_eq!(coverage.tests, 0);
}

#[test]
fn the_same_tree_gives_the_same_graph_and_estimate_whatever_the_number_of_threads() {
    let folder = tree(&[
        ("pkg/__init__.py", PRODUCT),
        ("pkg/a.py", "from . import one\n\ndef use():\n    return one(0)\n"),
        ("tests/test_it.py", "from pkg.a import use\n\ndef test_it():\n    use()\n"),
    ]);
    let with_jobs = |jobs| {
        let wanted = Wanted { coverage: true, ..Wanted::COLLECTION };
        let settings = Settings { wanted, jobs: Some(jobs), ..Settings::default() };
        let suite = engine::suite(&[folder.path().to_owned()], &settings, Vec::new(), &|_| {}).unwrap();
        (suite.calls.unwrap(), suite.coverage.unwrap())
    };
    assert_eq!(with_jobs(1), with_jobs(4));
}

#[test]
fn a_file_is_explained_by_the_way_from_a_test_to_each_function() {
    let (_folder, graph) = graph_of(&[
        ("pkg/__init__.py", PRODUCT),
        ("tests/test_it.py", "from pkg import one\n\ndef test_one():\n    one(1)\n"),
    ]);
    let reach = Reach::of(&graph, Constants::fitted());
    let explained = explain(&reach, "pkg/__init__.py").unwrap();
    let two = explained.iter().find(|function| function.name == "two").unwrap();
    assert!(two.test.ends_with("test_it.py::test_one"), "{two:?}");
    let way: Vec<&str> = two.way.iter().map(|(_, _, name)| name.as_str()).collect();
    assert_eq!(way, ["test_one", "one", "two"]);
    let three = explained.iter().find(|function| function.name == "three").unwrap();
    assert!(three.test.is_empty() && three.way.is_empty(), "{three:?}");
    assert!(explain(&reach, "tests/test_it.py").is_none());
}

#[test]
fn hostile_code_costs_no_stack_and_no_panic() {
    let deep_expression = format!("x = {}1{}\n", "(".repeat(5000), ")".repeat(5000));
    let chain = format!("y = {}\n", vec!["a"; 5000].join(" + "));
    let branches = format!("if a:\n    b = 1\n{}", "elif a:\n    b = 2\n".repeat(3000));
    let circle = "from .b import name\nclass A(B):\n    def m(self):\n        return self.m()\n";
    let other = "from .a import name\nfrom .a import *\nname = name\nx = y\ny = x\n";
    let (_folder, graph) = graph_of(&[
        ("pkg/__init__.py", ""),
        ("pkg/deep.py", &deep_expression),
        ("pkg/chain.py", &chain),
        ("pkg/branches.py", &branches),
        ("pkg/a.py", circle),
        ("pkg/b.py", other),
        ("pkg/broken.py", "def f(:\n    return\nclass\n  if x\n"),
        ("tests/test_it.py", "import pkg.a\nfrom pkg import *\n\ndef test_it():\n    pkg.a.name()\n"),
    ]);
    assert!(!estimate(&graph, Constants::fitted()).files.is_empty());
    let kinds: Vec<EdgeKind> = graph.edges.iter().map(|edge| edge.kind).collect();
    assert!(kinds.contains(&EdgeKind::Import));
}
