//! Edges of the graph of calls that no call spells: what is registered, published, looked up by a name that is made at
//! run time, passed on; and what looks like it and leads nowhere.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::{fs, path::PathBuf};

use common::tree;
use testaudit::{
    config, engine,
    model::{CallGraph, Overlay, settings::Wanted},
};

/// A text without the indentation of its first line that is not empty.
fn dedented(text: &str) -> String {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let depth = first.len() - first.trim_start().len();
    text.lines().map(|line| line.get(depth..).unwrap_or_default().to_owned() + "\n").collect()
}

/// The graph of a tree under its own configuration.
fn graph(files: &[(&str, &str)], paths: &[&str]) -> CallGraph {
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (*path, dedented(text))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let folder = tree(&files);
    let root = fs::canonicalize(folder.path()).unwrap();
    let paths: Vec<PathBuf> = paths.iter().map(|path| root.join(path)).collect();
    let (pytest, _) = config::pytest::load_over(&root, &paths, &Overlay::default());
    let own = config::load(&root, None, |_| None).unwrap();
    let mut settings = config::join(own, pytest, &root);
    settings.wanted = Wanted { coverage: true, ..Wanted::COLLECTION };
    settings.discovery.root = Some(root.clone());
    let paths = if paths.is_empty() { vec![root] } else { paths };
    engine::suite(&paths, &settings, Vec::new(), &|_| {}).unwrap().calls.unwrap()
}

/// The edges as `from -> to kind`, with `!` where a test names what is looked up.
fn edges(files: &[(&str, &str)]) -> Vec<String> {
    let graph = graph(files, &[]);
    let name = |node: u32| match graph.units.get(node as usize) {
        Some(unit) => unit.name.clone(),
        None => format!("class {}", graph.classes[node as usize - graph.units.len()].name),
    };
    let of = |edge: &testaudit::model::graph::Edge| {
        format!("{} -> {} {:?}{}", name(edge.from), name(edge.to), edge.kind, if edge.is_named { "!" } else { "" })
    };
    graph.edges.iter().map(of).collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], present: &[&str], absent: &[&str]) {
    let edges = edges(files);
    for edge in present {
        assert!(edges.iter().any(|known| known == edge), "no `{edge}` among {edges:#?}");
    }
    for start in absent {
        let found: Vec<_> = edges.iter().filter(|known| known.starts_with(start)).collect();
        assert!(found.is_empty(), "`{start}` leads on: {found:#?}");
    }
}

#[test]
fn what_a_decorator_of_the_tree_puts_into_a_table_is_called_by_who_reads_the_table() {
    let code = "
        TABLE = {}
        def register(name):
            def put(func):
                TABLE[name] = func
                return func
            return put
        def marked(func):
            func.is_marked = True
            return func
        @register('one')
        def one(): return 1
        @marked
        def two(): return 2
        def run(name):
            return TABLE[name]()
        ";
    let files = [("pkg/__init__.py", code), ("tests/test_it.py", "import pkg\ndef test_it(): pkg.run('one')\n")];
    check(&files, &["run -> one Call"], &["run -> two "]);
}

#[test]
fn a_container_with_methods_of_its_own_holds_what_was_put_into_it() {
    let code = "
        class Registry:
            def __init__(self): self._items = {}
            def register(self, item, name): self._items[name] = item
            def __iter__(self): return iter([self._items[key] for key in sorted(self._items)])
        class Upper:
            def run(self, text): return text.upper()
        class Lower:
            def run(self, text): return text.lower()
        class Other:
            def run(self, text): return text
        def build():
            found = Registry()
            found.register(Upper(), 'upper')
            found.register(Lower(), 'lower')
            return found
        def convert(text):
            for step in build():
                text = step.run(text)
            return text
        ";
    let files = [("pkg/__init__.py", code), ("tests/test_it.py", "import pkg\ndef test_it(): pkg.convert('a')\n")];
    check(&files, &["convert -> Upper.run Call", "convert -> Lower.run Call"], &["convert -> Other.run Call"]);
}

#[test]
fn the_argument_of_a_generic_class_is_what_it_holds() {
    let code = "
        from typing import Generic, TypeVar
        T = TypeVar('T')
        class Step:
            def apply(self): raise NotImplementedError
        class Bold(Step):
            def apply(self): return 'b'
        class Stranger:
            def apply(self): return 's'
        class Steps(Generic[T]):
            def __iter__(self): return self.walk()
        def every(steps: Steps[Step]):
            for step in steps:
                step.apply()
        ";
    let files = [("pkg/__init__.py", code), ("tests/test_it.py", "import pkg\n")];
    check(
        &files,
        &["every -> Bold.apply Override"],
        &["every -> Stranger.apply Call", "every -> Stranger.apply Override"],
    );
}

#[test]
fn what_a_project_publishes_is_loaded_by_who_asks_for_the_group() {
    let project = "
        [project]
        name = 'pkg'
        [project.entry-points.'pkg.formats']
        fancy = 'pkg.fancy:Fancy'
        plain = 'pkg.plain:Plain'
        [project.entry-points.'other.formats']
        else = 'pkg.other:Other'
        [project.scripts]
        run = 'pkg.cli:main'
        ";
    let files = [
        ("pyproject.toml", project),
        (
            "pkg/__init__.py",
            "from importlib.metadata import entry_points\ndef load(name):\n    return [e.load() for e in entry_points(group='pkg.formats') if e.name == name][0]()\n",
        ),
        ("pkg/fancy.py", "class Fancy: pass\n"),
        ("pkg/plain.py", "class Plain: pass\n"),
        ("pkg/other.py", "class Other: pass\n"),
        ("pkg/cli.py", "def main(): pass\n"),
        ("tests/test_it.py", "import pkg\ndef test_it(): pkg.load('fancy')\n"),
    ];
    check(
        &files,
        &["load -> class Fancy EntryPoint!", "load -> class Plain EntryPoint"],
        &["load -> class Other", "load -> main"],
    );
}

#[test]
fn a_name_that_a_string_spells_is_likelier_what_a_variable_holds() {
    let code = "
        class Renderer:
            def render(self, token):
                return getattr(self, token['type'])() if False else self.method(token['type'])
            def method(self, name):
                return object.__getattribute__(self, name)
            def paragraph(self): return 'p'
            def helper(self): return 'h'
        def parse(text):
            return [{'type': 'paragraph', 'raw': text}]
        ";
    let files = [("pkg/__init__.py", code), ("tests/test_it.py", "import pkg\n")];
    let spelled = "Renderer.method -> Renderer.paragraph ComputedSpelled";
    check(&files, &[spelled, "Renderer.method -> Renderer.helper Computed"], &["parse -> "]);
}

#[test]
fn the_beginning_of_a_name_is_known_through_a_variable_and_methods_of_strings() {
    let code = "
        class Where: pass
        class Filter:
            def process(self, statement):
                name = f'_process_{type(statement).__name__}'.lower()
                return getattr(self, name, self._default)(statement)
            def _process_where(self, statement): return 1
            def _process_nothing(self, statement): return 2
            def _default(self, statement): return 0
            def other(self, statement): return 3
        ";
    let files = [("pkg/__init__.py", code), ("tests/test_it.py", "import pkg\n")];
    let present =
        ["Filter.process -> Filter._process_where BeginsClass", "Filter.process -> Filter._process_nothing Begins"];
    check(&files, &present, &["Filter.process -> Filter.other"]);
}

#[test]
fn a_module_is_asked_for_what_it_does_not_define() {
    let code = "
        KNOWN = 1
        def __getattr__(name):
            return name
        ";
    let lazy = ("pkg/__init__.py", code);
    check(
        &[lazy, ("tests/test_it.py", "import pkg\ndef test_it(): assert pkg.later\n")],
        &["test_it -> __getattr__ Call"],
        &[],
    );
    check(
        &[lazy, ("tests/test_it.py", "import pkg\ndef test_it(): assert pkg.KNOWN and pkg.__name__\n")],
        &[],
        &["test_it -> __getattr__"],
    );
}

#[test]
fn to_look_at_a_function_is_not_to_use_it_and_to_hand_it_on_is_followed() {
    let code = "
        import inspect
        def job(): return 1
        def look(func): return inspect.signature(func)
        def call(func): return func()
        ";
    let tests = "
        import inspect
        from pkg import call, job, look
        def test_signature(): assert inspect.signature(job)
        def test_look(): look(job)
        def test_call(): call(job)
        ";
    check(
        &[("pkg/__init__.py", code), ("tests/test_it.py", tests)],
        &["test_look -> job Handed!", "test_call -> job Handed!", "call -> job Call"],
        &["test_signature -> job", "look -> job Call"],
    );
}

#[test]
fn what_is_looked_up_in_a_module_that_is_imported_by_name_is_what_strings_spell() {
    let code = "
        from importlib import import_module
        NAMES = {'Json': 'pkg.more'}
        def find(name):
            module = import_module(NAMES[name])
            return getattr(module, name)()
        ";
    let more = "class Json: pass\nclass Unspelled: pass\n";
    let files = [
        ("pkg/__init__.py", code),
        ("pkg/more.py", more),
        ("tests/test_it.py", "import pkg\ndef test_it(): pkg.find('Json')\n"),
    ];
    check(&files, &["find -> class Json Loaded!"], &["find -> class Unspelled"]);
}

#[test]
fn a_live_class_may_call_what_its_tables_hold_and_a_metaclass_makes_its_instances() {
    let code = "
        class Meta(type):
            def __call__(cls, *args): return super().__call__(*args)
        def heredoc(): return 1
        def unused(): return 2
        class Lexer(metaclass=Meta):
            tokens = {'root': [('a', heredoc)]}
        ";
    let files = [("pkg/__init__.py", code), ("tests/test_it.py", "import pkg\n")];
    check(
        &files,
        &["class Lexer -> heredoc Table", "class Lexer -> Meta.__call__ Constructor"],
        &["class Lexer -> unused"],
    );
}

#[test]
fn doctests_of_files_that_pytest_is_not_told_to_collect_are_no_tests() {
    let files = [
        ("pytest.ini", "[pytest]\naddopts = --doctest-modules\ntestpaths = tests\n"),
        ("pkg/__init__.py", "def job():\n    '''\n    >>> job()\n    1\n    '''\n    return 1\n"),
        ("tests/test_it.py", "import pkg\ndef test_it(): assert pkg\n"),
    ];
    let tests = |paths: &[&str]| {
        let graph = graph(&files, paths);
        let mut tests: Vec<String> =
            graph.roots.into_iter().map(|root| root.test).filter(|test| !test.is_empty()).collect();
        tests.sort();
        tests
    };
    assert_eq!(tests(&["tests"]), ["tests/test_it.py::test_it"]);
    assert_eq!(tests(&[]), ["pkg/__init__.py::pkg.job", "tests/test_it.py::test_it"]);
}

#[test]
fn data_counts_where_a_test_names_it() {
    let rows = "some data of the tests\n".repeat(64);
    let data = |file: &str| {
        let test = "from pathlib import Path\ndef test_it(): assert Path('tests/cases/commonmark.json').read_text()\n";
        graph(&[("pkg/__init__.py", "A = 1\n"), (file, &rows), ("tests/test_it.py", test)], &[]).data
    };
    assert!((data("tests/cases/commonmark.json") - 46.0).abs() < 0.1);
    assert!((data("tests/cases/more.json") - 46.0).abs() < 0.1);
    assert!(data("tests/other/unnamed.json").abs() < 0.1);
    assert!(data("docs/commonmark.json").abs() < 0.1);
}

#[test]
fn a_subscript_calls_the_method_of_what_is_done_with_it() {
    let code = "
        class Table:
            def __getitem__(self, key): return key
            def __setitem__(self, key, value): pass
            def __delitem__(self, key): pass
        def reads(table: Table): return table[1]
        def sets(table: Table): table[1] = 2
        def sets_in_turn(table: Table):
            for table[1] in (1, 2): pass
        def sets_parts(table: Table): [table[1], name] = 1, 2
        def deletes(table: Table, other): del other, table[1]
        def adds(table: Table): table[1] += 2
        ";
    let files = [("pkg/__init__.py", code), ("tests/test_it.py", "import pkg\n")];
    let call = |from: &str, method: &str| format!("{from} -> Table.{method} Operator");
    let present = [
        call("reads", "__getitem__"),
        call("sets", "__setitem__"),
        call("sets_in_turn", "__setitem__"),
        call("sets_parts", "__setitem__"),
        call("deletes", "__delitem__"),
        call("adds", "__getitem__"),
        call("adds", "__setitem__"),
    ];
    let absent = ["reads -> Table.__s", "reads -> Table.__d", "sets -> Table.__g", "deletes -> Table.__g"];
    check(&files, &present.each_ref().map(String::as_str), &absent);
}

#[test]
fn what_pytest_is_told_not_to_collect_is_code_all_the_same() {
    let files = [
        (
            "pytest.ini",
            "[pytest]\naddopts = --doctest-modules --ignore=pkg/old.py --ignore-glob=*/odd_*\nnorecursedirs = src\n",
        ),
        ("pkg/__init__.py", "from .old import job\n"),
        ("pkg/old.py", "def job(): return 1\n"),
        ("pkg/odd_name.py", "def odd(): return 1\n"),
        ("src/other/__init__.py", "def other(): return 1\n"),
        ("tests/odd_tests/test_no.py", "def test_no(): pass\n"),
        (
            "tests/test_it.py",
            "import pkg, other\nfrom pkg import odd_name\ndef test_it(): pkg.job(); odd_name.odd(); other.other()\n",
        ),
    ];
    let graph = graph(&files, &[]);
    let measured: Vec<&str> =
        graph.files.iter().filter(|file| file.is_measured).map(|file| file.path.as_str()).collect();
    assert_eq!(measured, ["pkg/__init__.py", "pkg/odd_name.py", "pkg/old.py", "src/other/__init__.py"]);
    assert!(graph.roots.iter().all(|root| !root.test.contains("test_no")), "{:?}", graph.roots);
}

#[test]
fn what_a_build_writes_into_a_package_is_code_though_git_ignores_it() {
    let files = [
        (".gitignore", "_version.py\nscratch/\nloose.py\n"),
        ("pkg/__init__.py", "from ._version import version\n"),
        ("pkg/_version.py", "def version(): return 1\n"),
        ("pkg/scratch/idea.py", "def idea(): return 1\n"),
        ("loose.py", "def loose(): return 1\n"),
        ("tests/test_it.py", "import pkg\ndef test_it(): pkg.version()\n"),
    ];
    let graph = graph(&files, &[]);
    let paths: Vec<&str> = graph.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["pkg/__init__.py", "pkg/_version.py", "tests/test_it.py"]);
}

#[test]
fn an_import_that_a_module_can_do_without_is_likelier_where_the_project_asks_for_it() {
    let code = "
        try:
            import yaml
        except ImportError:
            yaml = None
        ";
    let chance = |project: &str| {
        let files = [("pyproject.toml", project), ("pkg/__init__.py", code), ("tests/test_it.py", "import pkg\n")];
        let graph = graph(&files, &[]);
        let unit = graph.units.iter().find(|unit| unit.blocks.len() > 1).unwrap();
        unit.blocks[1].imports
    };
    let with = |extra: &str| format!("[project]\nname = 'pkg'\nversion = '1'\n{extra}");
    assert!((chance(&with("")) - 0.1).abs() < 1e-9);
    assert!((chance(&with("dependencies = ['toml']\n")) - 0.1).abs() < 1e-9);
    assert!((chance(&with("[project.optional-dependencies]\nyaml = ['PyYAML>=6']\n")) - 0.5).abs() < 1e-9);
}

#[test]
fn modules_of_a_package_that_skips_are_not_imported() {
    let chance = |skip: &str| {
        let files = [
            ("pkg/__init__.py", "def job(): return 1\n"),
            ("tests/bench/__init__.py", skip),
            ("tests/bench/test_it.py", "import pkg\ndef test_it(): pkg.job()\n"),
        ];
        let graph = graph(&files, &[]);
        let module = graph.files.iter().find(|file| file.path == "tests/bench/test_it.py").unwrap().module;
        graph.roots.iter().find(|root| root.unit == module).unwrap().chance
    };
    assert!((chance("import pytest\n") - 1.0).abs() < 1e-9);
    assert!((chance("import pytest\npytest.importorskip('speed')\n") - 0.6).abs() < 1e-9);
    assert!(chance("import pytest\npytest.skip('no', allow_module_level=True)\n").abs() < 1e-9);
}
