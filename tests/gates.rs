//! What tests are said to need, over small trees: kinds, numbers, and the processes that they run in.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

mod common;

use common::tree;
use testaudit::{
    engine,
    model::Settings,
    views::{self, Gates, Section},
};

fn gates(files: &[(&str, &str)]) -> Gates {
    let folder = tree(files);
    let settings = Settings { wanted: Section::wanted(&[Section::Gates]), ..Settings::default() };
    let suite = engine::suite(&[folder.path().to_owned()], &settings, Vec::new(), &|_| {}).unwrap();
    views::audit(&suite, &[Section::Gates]).sections.gates.unwrap()
}

/// The gates of each test: `test_one cuda 2`, `test_two missing-dependency scipy >= 1.13`.
fn told(gates: &Gates) -> Vec<String> {
    let row = |row: &testaudit::views::GateRow| {
        let name = row.id.rsplit("::").next().unwrap();
        let least = row.min_devices.map(|least| format!(" {least}")).unwrap_or_default();
        let detail = row.detail.as_deref().map(|detail| format!(" {detail}")).unwrap_or_default();
        format!("{name} {}{least}{detail}", row.kind.name())
    };
    gates.tests.iter().map(row).collect()
}

/// The tests that run in several processes, with how many and what starts them.
fn started(gates: &Gates) -> Vec<String> {
    let row = |row: &testaudit::views::ProcessRow| {
        let count = row.count.map_or_else(|| "?".to_owned(), |count| count.to_string());
        format!("{} {count} {}", row.id.rsplit("::").next().unwrap(), row.by)
    };
    gates.processes.iter().map(row).collect()
}

#[test]
fn a_mark_that_a_function_returns_beside_a_flag_needs_the_package_that_it_imports() {
    let probes = "import importlib\nimport pytest\n\
        def _probe(modname, minversion=None):\n    try:\n        importlib.import_module(modname)\n        has = True\n    \
        except ImportError:\n        has = False\n    mark = pytest.mark.skipif(not has, reason='x')\n    return has, mark\n\
        has_scipy, requires_scipy = _probe('scipy')\nhas_new, requires_new = _probe('scipy', minversion='1.13')\n\
        def pair():\n    return 1, 2\nfirst, second = pair()\n";
    let text = "import pytest\nfrom .probes import first, has_scipy, requires_new, requires_scipy\n\
        @requires_scipy\ndef test_one(): pass\n@requires_new\ndef test_two(): pass\n\
        @pytest.mark.skipif(not has_scipy, reason='x')\ndef test_three(): pass\n\
        @pytest.mark.skipif(not first, reason='x')\ndef test_four(): pass\ndef test_five(): pass\n";
    let found = gates(&[("t/__init__.py", ""), ("t/probes.py", probes), ("t/test_a.py", text)]);
    let expected = [
        "test_one missing-dependency scipy",
        "test_two missing-dependency scipy >= 1.13",
        "test_three missing-dependency scipy",
    ];
    assert_eq!(told(&found), expected);
    assert_eq!((found.totals.cpu_only.runs, found.totals.cpu_only.depends), (2, 3));
}

#[test]
fn an_imported_constant_may_be_true_or_false_and_what_may_fail_to_import_is_true_where_it_is_there() {
    let text = "import sys\nimport pytest\nfrom elsewhere.flags import NO_SPAWN\n\
        try:\n    import tree\nexcept ImportError:\n    tree = None\n\
        if NO_SPAWN:\n    sys.exit(0)\n\
        @pytest.mark.skipif(tree is None, reason='x')\ndef test_one(): pass\n";
    let found = gates(&[("test_a.py", text)]);
    assert_eq!(told(&found), ["test_one condition", "test_one missing-dependency tree"]);
    assert_eq!(found.totals.cpu_only.skipped, 0);
}

#[test]
fn bases_start_processes_where_their_names_say_so_and_threads_are_none() {
    let text = "from torch.testing._internal.common_distributed import MultiProcessTestCase, MultiThreadedTestCase\n\
        from mine import OurMultiProcTestCase\n\
        class TestA(MultiProcessTestCase):\n    def test_usual(self): pass\n\
        class TestB(MultiProcessTestCase):\n    world_size = 2\n    def test_two(self): pass\n\
        class TestC(MultiProcessTestCase):\n    @property\n    def world_size(self):\n        return 1\n    def test_single(self): pass\n\
        class TestD(MultiThreadedTestCase):\n    def test_threads(self): pass\n\
        class TestE(OurMultiProcTestCase):\n    def test_named(self): pass\n\
        class TestMultiProcess(object):\n    def test_about(self): pass\n";
    let found = gates(&[("test_a.py", text)]);
    let expected =
        ["test_usual 4 MultiProcessTestCase", "test_two 2 MultiProcessTestCase", "test_named ? OurMultiProcTestCase"];
    assert_eq!(started(&found), expected);
}

#[test]
fn processes_that_follow_the_number_of_devices_need_one() {
    let text = "import torch\nfrom torch.testing._internal.common_distributed import MultiProcessTestCase\n\
        class TestA(MultiProcessTestCase):\n    @property\n    def world_size(self):\n        return min(2, torch.cuda.device_count())\n    def test_follows(self): pass\n\
        class TestB(MultiProcessTestCase):\n    @property\n    def world_size(self):\n        return max(2, torch.cuda.device_count())\n    def test_at_least_two(self): pass\n";
    let found = gates(&[("test_a.py", text)]);
    assert_eq!(told(&found), ["test_follows cuda 1"]);
    // Of what follows the devices the number is not known.
    assert_eq!(started(&found)[0], "test_follows ? MultiProcessTestCase");
}

#[test]
fn launchers_are_found_in_helpers_and_in_methods_that_are_handed_over() {
    let text = "import unittest\nimport torch.distributed.run as launch\n\
        from torch.distributed.elastic.agent.server.local_elastic_agent import LocalElasticAgent\n\
        class TestA(unittest.TestCase):\n\
        \x20   def test_direct(self):\n        self._launch()\n\
        \x20   def _launch(self):\n        launch.main(['x'])\n\
        \x20   def test_handed(self):\n        self.run_with(backend='c10d', what=self.work)\n\
        \x20   def run_with(self, backend, what):\n        what()\n\
        \x20   def work(self):\n        agent = self.get_agent()\n\
        \x20   def get_agent(self):\n        return LocalElasticAgent(1)\n\
        \x20   def test_plain(self):\n        self.run_with(backend='c10d', what=self.other)\n\
        \x20   def other(self):\n        self.fail('x')\n";
    let found = gates(&[("test_a.py", text)]);
    let names: Vec<String> = started(&found).iter().map(|one| one.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["test_direct", "test_handed"]);
}

#[test]
fn files_that_texts_and_docstrings_start_in_several_processes_are_told_with_the_command() {
    let by_docstring = "\"\"\"Checks gathering.\n\n    torchrun --nproc_per_node=4 tests/check_gather.py\n\"\"\"\n\
        if __name__ == '__main__':\n    print(1)\n";
    let found = gates(&[
        ("tests/check_gather.py", by_docstring),
        ("tests/test_a.py", "def test_a(): pass\n"),
        ("tests/test_b.py", "def test_b(): pass\n"),
        ("tests/run.sh", "#!/bin/bash\nmpirun -np 2 python tests/test_a.py\npython tests/test_b.py\n"),
    ]);
    let told: Vec<_> =
        found.launched.iter().map(|own| (own.path.as_str(), own.tests, own.count, own.by, own.at.as_str())).collect();
    let expected = [
        ("tests/check_gather.py", 0, Some(4), "torchrun", "tests/check_gather.py"),
        ("tests/test_a.py", 1, Some(2), "mpirun", "tests/run.sh"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn gates_of_one_file_that_say_the_same_are_told_once_with_their_tests() {
    let text = "import pytest, sys\nneeds = pytest.mark.skipif(sys.platform == 'win32', reason='x')\n\
        @needs\nclass TestA:\n    @needs\n    def test_one(self): pass\n    def test_two(self): pass\n\
        @needs\ndef test_three(): pass\n@pytest.mark.skipif(sys.version_info < (3, 11), reason='x')\ndef test_four(): pass\n";
    let found = gates(&[("t/test_a.py", text), ("t/test_b.py", text)]);
    let told: Vec<_> = found
        .groups
        .iter()
        .map(|own| (own.first.evidence.path.as_str(), own.first.evidence.line, own.places, own.tests))
        .collect();
    // A test that has a gate twice counts once.
    let expected =
        [("t/test_a.py", 3, 3, 3), ("t/test_a.py", 10, 1, 1), ("t/test_b.py", 3, 3, 3), ("t/test_b.py", 10, 1, 1)];
    assert_eq!(told, expected);
    assert_eq!(gates(&[("t/test_a.py", "def test_one(): pass\n")]).groups, []);
}

#[test]
fn a_test_that_is_skipped_where_a_device_is_there_and_built_for_needs_that_it_is_absent() {
    let text = "import pytest, torch\ndef other():\n    return pytest.mark.skipif(\n        \
        torch.backends.mps.is_available() and torch.backends.mps.is_built(), reason='x')\n\
        @other()\ndef test_one(): pass\n\
        @pytest.mark.skipif(torch.backends.mps.is_available() and torch.backends.cuda.is_built(), reason='x')\n\
        def test_two(): pass\n";
    let found = gates(&[("t/test_a.py", text)]);
    assert_eq!(told(&found), ["test_one no-device mps", "test_two condition"]);
    assert_eq!(found.totals.device, 0);
}

#[test]
fn what_skips_a_package_skips_the_modules_in_it() {
    let files = [
        ("tests/__init__.py", ""),
        ("tests/bench/__init__.py", "import pytest\npytest.importorskip('pytest_codspeed')\n"),
        ("tests/bench/test_a.py", "def test_a(): pass\n"),
        ("tests/bench/deep/__init__.py", ""),
        ("tests/bench/deep/test_b.py", "def test_b(): pass\n"),
        // No package: nothing is imported before it.
        ("tests/bench/loose/test_l.py", "def test_l(): pass\n"),
        ("tests/test_c.py", "def test_c(): pass\n"),
    ];
    let gates = gates(&files);
    assert_eq!(
        told(&gates),
        ["test_b missing-dependency pytest_codspeed", "test_a missing-dependency pytest_codspeed"]
    );
    assert!(
        gates.tests.iter().all(|row| row.evidence.path == "tests/bench/__init__.py" && row.evidence.line == 2),
        "{:?}",
        gates.tests
    );
}
