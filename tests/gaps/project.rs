//! Gaps in what a project runs: examples, fuzz targets, benchmarks, tests that check nothing or never run; and how gaps are
//! weighed and numbered.

use testaudit::engine::{self, Progress};
use testaudit::model::Settings;
use testaudit::model::gap::{GapKind, GapSettings, Hundredths};
use testaudit::views::{GapPriority, Section};

use crate::{MODULE, TEST, common, gaps, gaps_with, of, places, why};

const INIT: (&str, &str) = ("src/pkg/__init__.py", "VERSION = 1\n");
const CI: (&str, &str) = (".github/workflows/ci.yml", "jobs:\n  test:\n    steps:\n      - run: pytest tests\n");
const DOCUMENTED: &str =
    "def twice(x):\n    \"\"\"Doubles.\n\n    >>> twice(1)\n    2\n    \"\"\"\n    y = x\n    return y * 2\n";

#[test]
fn examples_that_nothing_runs_are_a_gap() {
    let found =
        gaps(&[INIT, CI, ("src/pkg/a.py", DOCUMENTED), ("README.md", "    >>> 1\n    1\n"), ("tests/test_a.py", TEST)]);
    let own = of(&found, "doctests");
    assert_eq!(
        (own[0].title.as_str(), own[0].confidence),
        ("Nothing runs the examples in 1 docstring and 1 text", "high")
    );
    assert_eq!(places(&found, "doctests"), [("src/pkg/a.py".to_owned(), 4), ("README.md".to_owned(), 1)]);
    assert_eq!(own[0].verification.as_deref(), Some("pytest --doctest-modules src/pkg"));
}

#[test]
fn whatever_runs_examples_closes_the_gap() {
    let command = "jobs:\n  a:\n    steps:\n      - run: pytest --doctest-modules src\n";
    for file in [
        (".github/workflows/docs.yml", command),
        ("tox.ini", "[testenv:docs]\ncommands = sphinx-build -b doctest docs out\n"),
        (
            "tests/test_docs.py",
            "import doctest\nimport pkg.a\n\n\ndef test_docs():\n    assert doctest.testmod(pkg.a).failed == 0\n",
        ),
        ("conftest.py", "from sybil import Sybil\n\npytest_collect_file = Sybil().pytest()\n"),
    ] {
        let found = gaps(&[INIT, CI, ("src/pkg/a.py", DOCUMENTED), ("tests/test_a.py", TEST), file]);
        assert_eq!(why(&found, "doctests"), "something runs examples", "{}", file.0);
    }
    let comment = ("tox.ini", "[testenv]\n# commands = pytest --doctest-modules\ncommands = pytest\n");
    let found = gaps(&[INIT, CI, ("src/pkg/a.py", DOCUMENTED), ("tests/test_a.py", TEST), comment]);
    assert_eq!(of(&found, "doctests").len(), 1, "a comment runs nothing");
}

#[test]
fn tests_that_check_nothing_are_gaps_by_the_rules_of_lint() {
    let tests = "def test_stub():\n    pass\n\n\ndef test_call():\n    sum([1])\n\n\ndef test_real():\n    assert sum([1]) == 1\n";
    let found = gaps(&[INIT, ("tests/test_a.py", tests)]);
    let titles: Vec<_> = of(&found, "weak-tests").iter().map(|gap| gap.title.as_str()).collect();
    assert_eq!(titles, ["1 stub of 3 tests", "1 assertion-free test of 3 tests"]);
    assert_eq!(places(&found, "weak-tests"), [("tests/test_a.py".to_owned(), 1), ("tests/test_a.py".to_owned(), 5)]);
    why(&gaps(&[INIT, ("tests/test_a.py", TEST)]), "weak-tests");
}

#[test]
fn tests_that_never_run_are_a_gap_where_they_are_many() {
    let skipped = "import pytest\n\n\n@pytest.mark.skip(reason='x')\ndef test_a():\n    assert 1\n";
    let found = gaps(&[INIT, ("tests/test_a.py", skipped)]);
    assert_eq!(of(&found, "skipped-tests")[0].title, "1 of 1 tests never run (100 %)");
    let tests: String = (0..20).map(|number| format!("def test_{number}():\n    assert {number} >= 0\n\n\n")).collect();
    why(&gaps(&[INIT, ("tests/test_a.py", skipped), ("tests/test_b.py", &tests)]), "skipped-tests");
}

const FUZZ: (&str, &str) = (
    "fuzz/Cargo.toml",
    "[package]\nname = \"own-fuzz\"\nversion = \"0.0.0\"\n[package.metadata]\ncargo-fuzz = true\n[dependencies]\nlibfuzzer-sys = \"0.4\"\n\
     [[bin]]\nname = \"one\"\npath = \"fuzz_targets/one.rs\"\ntest = false\n[workspace]\n",
);
const TARGET: &str = "#![no_main]\nlibfuzzer_sys::fuzz_target!(|data: &[u8]| { let _ = data; });\n";

#[test]
fn fuzz_targets_that_no_command_builds_are_a_gap() {
    let files = [FUZZ, ("fuzz/fuzz_targets/one.rs", TARGET), CI];
    let found = gaps(&files);
    assert_eq!(of(&found, "fuzz-targets")[0].title, "1 fuzz target that nothing builds");
    assert_eq!(places(&found, "fuzz-targets"), [("fuzz/fuzz_targets/one.rs".to_owned(), 1)]);
    let built = (".github/workflows/fuzz.yml", "jobs:\n  a:\n    steps:\n      - run: cargo fuzz build\n");
    let found = gaps(&[FUZZ, ("fuzz/fuzz_targets/one.rs", TARGET), built]);
    assert_eq!(why(&found, "fuzz-targets"), "a command builds or runs fuzz targets");
    let found = gaps(&[FUZZ, ("fuzz/fuzz_targets/one.rs", TARGET)]);
    assert!(why(&found, "fuzz-targets").starts_with("there is no file of a CI system"));
}

#[test]
fn a_fuzz_target_that_no_manifest_registers_is_a_gap() {
    let built = (".github/workflows/fuzz.yml", "jobs:\n  a:\n    steps:\n      - run: cargo fuzz build\n");
    let found = gaps(&[FUZZ, ("fuzz/fuzz_targets/one.rs", TARGET), ("fuzz/fuzz_targets/two.rs", TARGET), built]);
    assert_eq!(of(&found, "fuzz-targets")[0].title, "1 fuzz target that no manifest registers");
    assert_eq!(places(&found, "fuzz-targets"), [("fuzz/fuzz_targets/two.rs".to_owned(), 1)]);
}

#[test]
fn benchmarks_that_no_command_compares_are_a_gap() {
    let bench = ("benchmarks/bench_a.py", MODULE);
    let found = gaps(&[INIT, CI, bench, ("tests/test_a.py", TEST)]);
    assert_eq!(places(&found, "benchmark-gate"), [("benchmarks/bench_a.py".to_owned(), 1)]);
    let compared = (".github/workflows/bench.yml", "jobs:\n  a:\n    steps:\n      - run: asv continuous main HEAD\n");
    let found = gaps(&[INIT, compared, bench, ("tests/test_a.py", TEST)]);
    assert_eq!(why(&found, "benchmark-gate"), "a command compares results of benchmarks");
    let found = gaps(&[INIT, CI, ("tests/test_a.py", TEST)]);
    assert_eq!(why(&found, "benchmark-gate"), "there are no benchmarks");
}

#[test]
fn examples_of_a_library_of_rust_that_says_doctest_false_are_a_gap() {
    let library = "//! ```\n//! assert!(true);\n//! ```\n";
    let manifest = "[package]\nname = \"own\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let silent = format!("{manifest}[lib]\ndoctest = false\n");
    let found = gaps(&[("Cargo.toml", &silent), ("src/lib.rs", library)]);
    assert_eq!(of(&found, "doctests")[0].title, "1 example of Rust in libraries with `doctest = false`");
    let found = gaps(&[("Cargo.toml", manifest), ("src/lib.rs", library)]);
    assert_eq!(of(&found, "doctests").len(), 0);
}

#[test]
fn a_tree_without_python_says_why_nothing_of_python_is_missing() {
    let found = gaps(&[("Cargo.toml", "[package]\nname = \"own\"\n"), ("src/lib.rs", "")]);
    assert_eq!(why(&found, "import-smoke"), "there is no package of Python");
    assert_eq!(why(&found, "unreached-module"), "there is no package of Python");
}

#[test]
fn constants_of_the_configuration_change_priority_effort_and_kinds() {
    let test = format!("import pkg\n{TEST}");
    let files = [INIT, ("src/pkg/lost.py", MODULE), ("tests/test_a.py", test.as_str())];
    let mut settings =
        GapSettings { thresholds: [Hundredths(1), Hundredths(1), Hundredths(1)], ..GapSettings::default() };
    settings.ignore.push(GapKind::ImportSmoke);
    settings.kinds.iter_mut().for_each(|row| row.hours = Hundredths(1000));
    let found = gaps_with(&files, settings);
    assert_eq!(why(&found, "import-smoke"), "not looked for: the configuration ignores it");
    let own = of(&found, "unreached-module");
    assert_eq!((own[0].priority, own[0].effort_hours), (GapPriority::P0, Hundredths(1050)));
    assert_eq!(found.quick_wins.len(), 0, "ten hours are not quick");
}

#[test]
fn numbers_are_in_order_and_totals_sum_up() {
    let test = format!("import pkg\n{TEST}");
    let files = [
        INIT,
        ("src/pkg/lost.py", MODULE),
        ("src/pkg/b.py", "PROTOCOL_VERSION = 1\n"),
        ("tests/test_a.py", test.as_str()),
    ];
    let found = gaps(&files);
    let ids: Vec<_> = found.gaps.iter().map(|gap| gap.id.clone()).collect();
    assert_eq!(ids, (1..=found.gaps.len()).map(|number| format!("G{number:02}")).collect::<Vec<_>>());
    assert!(found.gaps.is_sorted_by_key(|gap| gap.priority));
    let sum: u32 = found.gaps.iter().map(|gap| gap.effort_hours.0).sum();
    assert_eq!(found.totals.hours, Hundredths(sum));
    assert!(
        found.quick_wins.iter().all(|id| found.gaps.iter().any(|gap| gap.id == *id && gap.priority <= GapPriority::P1))
    );
}

/// The tests of the folder `tests` of a tree that check nothing.
fn weak(files: &[(&str, &str)]) -> Vec<String> {
    let tree = common::tree(files);
    let mut settings = Settings { wanted: Section::wanted(&[Section::Gaps]), ..Settings::default() };
    settings.discovery.root = Some(tree.path().to_owned());
    let suite = engine::suite(&[tree.path().join("tests")], &settings, Vec::new(), &|_: Progress| {}).unwrap();
    suite.weak.iter().map(|own| own.rule.to_owned()).collect()
}

#[test]
fn what_the_code_under_test_asserts_is_no_check_of_a_test_though_coverage_has_it_read() {
    let asserts = "def run(value):\n    assert value\n";
    let test = |module: &str| format!("from {module} import run\n\n\ndef test_a():\n    run(1)\n");
    let product = weak(&[INIT, ("src/pkg/core.py", asserts), ("tests/test_a.py", &test("pkg.core"))]);
    assert_eq!(product, ["assertion-free-test"]);
    let helper = weak(&[INIT, ("tests/util.py", asserts), ("tests/test_a.py", &test("util"))]);
    assert_eq!(helper, [""; 0]);
}

#[test]
fn constants_of_gaps_are_read_and_what_is_no_kind_or_no_number_is_refused() {
    let text = "[gaps]\nignore = [\"doctests\"]\np0 = 0.9\nmax-gaps = 3\n[gaps.weight]\nimport-smoke = 1\n[gaps.hours]\nimport-smoke = 2.5\n";
    let folder = common::tree(&[("testaudit.toml", text)]);
    let gaps = testaudit::config::load(folder.path(), None, |_| None).unwrap().settings.gaps;
    let own = gaps.of(GapKind::ImportSmoke);
    assert_eq!((own.weight, own.hours, gaps.max_gaps), (Hundredths(100), Hundredths(250), 3));
    assert_eq!((gaps.ignore, gaps.thresholds[0]), (vec![GapKind::Doctests], Hundredths(90)));
    for (text, said) in [
        ("[gaps]\np5 = 1\n", "unknown key `p5`"),
        ("[gaps.weight]\nimport-smok = 1\n", "did you mean `import-smoke`?"),
        ("[gaps]\nignore = [\"doctest\"]\n", "`doctest` is no kind of gap"),
        ("[gaps]\np0 = 0.2\n", "`p0` must not be below `p1`"),
        ("[gaps.weight]\ndoctests = 2\n", "`doctests` must be a number from 0 to 1"),
        ("[gaps.hours]\ndoctests = -1\n", "`doctests` must be a number from 0 to"),
        ("[gaps.hours]\ndoctests = \"1\"\n", "`doctests` must be a number"),
    ] {
        let folder = common::tree(&[("testaudit.toml", text)]);
        let error = testaudit::config::load(folder.path(), None, |_| None).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
}
