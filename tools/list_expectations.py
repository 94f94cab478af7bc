"""Compares tests/list/expected with what real pytest collects from tests/list/cases.

    python3 -m venv venv
    venv/bin/pip install pytest==9.2.0 hypothesis parameterized pytest-asyncio anyio trio absl-py
    venv/bin/python tools/list_expectations.py [NAME…]

Each case is unpacked into a folder of its own and collected by a pytest of its own, which loads the plugins that the
case names with `!plugins` and no others. Every difference is printed; the run fails if there is one.

What may differ: `?` as a number of items, where a `# ` line of the case mentions `?`; ids that begin with the PREFIX of a
line `!differs PREFIX: reason` (which must differ), or `order of MODULE`; `problem:` lines, which pytest does not have. Skips are compared as
far as collecting tells: a test of which pytest skips all items is not `never`, `always` is skipped, and a module that is skipped while it is
imported is listed nonetheless. The tests of a module stand in pytest's order. Marks and fixtures are those that all
items of a test have, before hooks add to them.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

LIST = pathlib.Path(__file__).resolve().parent.parent / "tests" / "list"

PLUGINS = {
    "anyio": "anyio.pytest_plugin",
    "hypothesis": "_hypothesis_pytestplugin",
    "pytest_asyncio": "pytest_asyncio.plugin",
}


class Case:
    def __init__(self, text):
        self.why, self.args, self.plugins, self.differs, self.files = [], [], [], {}, {}
        path = None
        for line in text.splitlines():
            if line.startswith("=== "):
                path = line[4:]
                self.files[path] = ""
            elif path is not None:
                self.files[path] += line + "\n"
            elif line.startswith("# "):
                self.why.append(line[2:])
            elif line.startswith("!args "):
                self.args = line[6:].split()
            elif line.startswith("!plugins "):
                self.plugins = line[9:].split()
            elif line.startswith("!differs "):
                prefix, reason = line[9:].split(": ", 1)
                self.differs[prefix] = reason

    def names(self):
        """Functions of the tree, and names that fixtures are given."""
        text = "\n".join(self.files.values())
        return set(re.findall(r"def ([^(]*)\(", text)) | set(re.findall(r'name="([^"]*)"', text))

    def collect(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder, "tree")
            (root / ".git").mkdir(parents=True)
            for path, text in self.files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            result = pathlib.Path(folder, "result.json")
            plugins = [part for name in self.plugins for part in ("-p", PLUGINS[name])]
            env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
            env.pop("PYTEST_ADDOPTS", None)
            command = [sys.executable, __file__, "--collect", str(result), *plugins, *self.args]
            run = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=120)
            if not result.exists():
                return {"tests": [], "skipped": [], "failed": [], "output": run.stdout + run.stderr}
            return {**json.loads(result.read_text()), "output": run.stdout + run.stderr}


class Recorder:
    """What pytest collects: each item with its marks before hooks change the items."""

    def __init__(self, result):
        self.result, self.marks, self.skipped, self.failed = result, {}, [], []

    def pytest_itemcollected(self, item):
        from _pytest.skipping import evaluate_skip_marks

        try:
            skip = evaluate_skip_marks(item) is not None
        except BaseException:  # a condition that cannot be evaluated
            skip = False
        unittest_skip = False
        owners = [getattr(item, "obj", None), getattr(getattr(item, "parent", None), "obj", None)]
        if any(getattr(owner, "__unittest_skip__", False) for owner in owners):
            unittest_skip = True
        # pytest marks what it makes of an empty list.
        empty = "got empty parameter set"
        marks = sorted({mark.name for mark in item.iter_markers() if not str(mark.kwargs.get("reason")).startswith(empty)})
        self.marks[item] = marks, skip or unittest_skip

    def pytest_collectreport(self, report):
        if report.skipped:
            self.skipped.append(report.nodeid)
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_collection_finish(self, session):
        left = set(session.items)
        tests = []
        for item, (marks, skip) in self.marks.items():
            if item in left:
                name = getattr(item, "originalname", None) or item.name
                node = item.nodeid[: len(item.nodeid) - len(item.name)] + name
                tests.append([node, marks, list(getattr(item, "fixturenames", [])), skip])
        data = {"tests": tests, "skipped": self.skipped, "failed": self.failed}
        pathlib.Path(self.result).write_text(json.dumps(data))


def collect(result, args):
    sys.path.pop(0)
    import pytest

    raise SystemExit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *args], plugins=[Recorder(result)]))


def rows(case, found):
    """Each test of pytest's: number of items, marks, fixtures of the tree, whether all and any are skipped."""
    known, tests = case.names(), {}
    for node, marks, fixtures, skip in found["tests"]:
        fixtures = known & set(fixtures)
        if node in tests:
            row = tests[node]
            row[0] += 1
            row[1] &= set(marks)
            row[2] &= fixtures
            row[3] &= skip
            row[4] |= skip
        else:
            tests[node] = [1, set(marks), fixtures, skip, skip]
    return tests


def compare(name):
    case = Case((LIST / "cases" / name).read_text())
    found = case.collect()
    real = rows(case, found)
    expected, order = {}, collections.defaultdict(list)
    differences = []
    for line in (LIST / "expected" / name).read_text().splitlines():
        if line.startswith("problem: "):
            continue
        node, cases, *lists, skip = line.split(" | ")
        marks, fixtures = (set(column.split(", ")) - {"-"} for column in lists)
        if node in expected:
            differences.append((node, "is listed twice"))
        expected[node] = cases, marks, fixtures, skip
        order[node.split("::")[0]].append(node)
    for node, (cases, marks, fixtures, skip) in expected.items():
        module = node.split("::")[0]
        if node not in real:
            if module in found["skipped"] and skip != "never":
                continue
            differences.append((node, "is not collected"))
            continue
        count, real_marks, real_fixtures, always, some = real[node]
        if cases == "?":
            if not any("?" in line for line in case.why):
                differences.append((node, f"? but the case does not say so: {count} items"))
        elif int(cases) != count:
            differences.append((node, f"{cases} but {count} items"))
        if marks != real_marks:
            differences.append((node, f"marks {sorted(marks)} but {sorted(real_marks)}"))
        if fixtures != real_fixtures:
            differences.append((node, f"fixtures {sorted(fixtures)} but {sorted(real_fixtures)}"))
        if always and skip == "never" or skip == "always" and not always:
            differences.append((node, f"skip {skip} but {'all' if always else 'some' if some else 'none'} skipped"))
    for node in real:
        if node not in expected:
            differences.append((node, f"is missing: {real[node][0]} items"))
    for module, nodes in order.items():
        both = [node for node in nodes if node in real]
        right = [node for node in real if node in expected and node.split("::")[0] == module]
        if both != right:
            differences.append((f"order of {module}", f"{both} but {right}"))
    unused = set(case.differs)
    lines = []
    for node, what in differences:
        accepted = [prefix for prefix in case.differs if node.startswith(prefix)]
        unused -= set(accepted)
        if not accepted:
            lines.append(f"{name}: {node}: {what}")
    lines += [f"{name}: !differs {prefix} does not differ" for prefix in sorted(unused)]
    if os.environ.get("VERBOSE") or lines and (found["failed"] or not found["tests"]):
        lines.append(found["output"])
    return lines


def main(names):
    names = [f"{name}.txt" for name in names] or sorted(path.name for path in (LIST / "cases").iterdir())
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = list(pool.map(compare, names))
    lines = [line for result in results for line in result]
    if lines:
        print("\n".join(lines))
    print(f"{len(names)} cases, {len(lines)} differences")
    return 1 if lines else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--collect"]:
        collect(sys.argv[2], sys.argv[3:])
    sys.exit(main(sys.argv[1:]))
