//! Files that are run by hand, and examples in docstrings.

use crate::{column, inventory};

#[test]
fn a_file_without_tests_for_pytest_that_can_be_run_is_a_script() {
    let main = "if __name__ == '__main__':\n    main()\n";
    let rank = format!(
        "import argparse\nimport os\n\ndef main():\n    argparse.ArgumentParser()\n    os.environ['RANK']\n\n{main}"
    );
    let asks = format!("def test_flow(scenario, steps):\n    pass\n\n{main}");
    let inventory = inventory(
        &[
            ("tests/test_ok.py", "def test_ok():\n    pass\n"),
            ("tests/test_distributed.py", &rank),
            ("tests/test_flow.py", &asks),
            ("tests/benchmark_sum.py", main),
            ("tests/profile_memory.py", main),
            ("bench/benchmarks/run.py", main),
        ],
        &[],
    );
    let scripts = &inventory["scripts"];
    let expected = [
        "bench/benchmarks/run.py",
        "tests/benchmark_sum.py",
        "tests/profile_memory.py",
        "tests/test_distributed.py",
        "tests/test_flow.py",
    ];
    assert_eq!(column(scripts, "path"), expected);
    assert_eq!(column(scripts, "category"), ["benchmark", "benchmark", "profiling", "-", "-"]);
    assert_eq!((&scripts[3]["launcher"], &scripts[3]["main_guard"]), (&6.into(), &8.into()));
    assert_eq!(scripts[3]["arguments"], serde_json::json!([5, "argparse.ArgumentParser"]));
    assert_eq!(scripts[4]["why"], "its functions ask for what no fixture provides");
}

#[test]
fn modules_of_tests_and_of_the_product_are_no_scripts() {
    let inventory = inventory(
        &[
            (
                "tests/test_a.py",
                "import unittest\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        pass\n\nif __name__ == '__main__':\n    unittest.main()\n",
            ),
            (
                "tests/base.py",
                "import unittest\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        pass\n\nif __name__ == '__main__':\n    unittest.main()\n",
            ),
            (
                "tests/test_made.py",
                "def make(name):\n    globals()[name] = type(name, (), {})\n\nmake('TestA')\n\nif __name__ == '__main__':\n    make('TestB')\n",
            ),
            ("tests/helpers.py", "def help():\n    pass\n"),
            (
                "tests/test_text.py",
                "TEXT = '''\nif __name__ == \"__main__\":\n    main()\n'''\n\ndef test_text():\n    pass\n",
            ),
            ("src/acme/cli.py", "import argparse\n\nif __name__ == '__main__':\n    argparse.ArgumentParser()\n"),
            ("setup.py", "if __name__ == '__main__':\n    pass\n"),
        ],
        &[],
    );
    assert_eq!(inventory["scripts"], serde_json::json!([]));
}

#[test]
fn examples_in_docstrings_are_counted_with_what_runs_them() {
    let text = "\"\"\"Module.\n\n>>> 1\n1\n\"\"\"\n\ndef f():\n    \"\"\"\n    >>> f()\n    \"\"\"\n\ndef g():\n    '''No >>> example.'''\n    x = '>>> no'\n";
    let files = [("src/acme.py", text), ("tests/test_a.py", "def test_a():\n    '''\n    >>> 1\n    '''\n")];
    let inventory = inventory(&files, &[]);
    assert_eq!(inventory["doctests"]["docstrings"], 2);
    assert_eq!(
        inventory["doctests"]["files"],
        serde_json::json!([{"path": "src/acme.py", "docstrings": 2, "first": 3}])
    );
    assert_eq!(inventory["doctests"]["runs"], serde_json::json!([]));
    assert_eq!(inventory["totals"]["tests"], 1, "nobody asked pytest for doctests");
}

#[test]
fn configuration_commands_and_calls_that_run_examples_are_told() {
    let files = [
        ("pytest.ini", "[pytest]\naddopts = --doctest-modules\n"),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: pytest --xdoctest src\n"),
        ("tests/test_docs.py", "import doctest\nimport acme\n\ndef test_docs():\n    doctest.testmod(acme)\n"),
        ("acme.py", "def f():\n    '''\n    >>> f()\n    '''\n"),
    ];
    let inventory = inventory(&files, &[]);
    let runs = &inventory["doctests"]["runs"];
    assert_eq!(column(runs, "what"), ["--xdoctest", "--doctest-modules", "doctest.testmod"]);
    assert_eq!(column(runs, "path"), [".github/workflows/ci.yml", "pytest.ini", "tests/test_docs.py"]);
}
