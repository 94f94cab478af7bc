"""Measures what the tests of published Python packages execute: truths for examples/calibrate_coverage.

    python3 tools/python_coverage.py FOLDER [NAME…]

For each package of `tools/python_coverage.tsv` (or those named) its source distribution is unpacked as FOLDER/corpus/NAME,
installed in a virtual environment of its own with what its extras and requirement files for tests ask for, and measured by
coverage.py under the project's own configuration: the whole suite, a third and an eighth of its test files (drawn by the
name, so that each run draws the same). FOLDER/truth/NAME.VARIANT.json.gz holds the lines of each file. A test that fails
counts for what it executed; how many failed stands in the truth, for a suite that did not run is no truth.
"""

import gzip
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = ["coverage", "pytest", "pytest-cov", "pytest-xdist", "pytest-timeout", "pytest-mock", "hypothesis"]
ASIDE = re.compile(r"(^|/)(tests?|testing|t|docs?|examples?|benchmarks?|scripts|tools|build|\.venv)/|(^|/)(setup|conftest|noxfile|test_[^/]*|[^/]*_test)\.py$")
SUITE = 420


def call(command, cwd, timeout=600, **more):
    try:
        return subprocess.run(command, cwd=cwd, timeout=timeout, capture_output=True, text=True, errors="replace", **more)
    except subprocess.TimeoutExpired as error:
        print(f"  {command[:4]} took too long", flush=True)
        return subprocess.CompletedProcess(command, 124, (error.stdout or b"").decode("utf-8", "replace"), "")


def unpack(name, requirement, folder):
    tree = folder / "corpus" / name
    if tree.is_dir():
        return tree
    downloads = folder / "sdist" / name
    downloads.mkdir(parents=True, exist_ok=True)
    done = call([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(downloads), requirement], folder)
    archives = sorted(downloads.glob("*.tar.gz"))
    if not archives:
        print(f"{requirement}: no source distribution: {done.stderr[-300:]}", flush=True)
        return None
    with tarfile.open(archives[0]) as archive:
        archive.extractall(downloads, filter="data")
    shutil.move(next(path for path in downloads.iterdir() if path.is_dir()), tree)
    return tree


def wanted(tree):
    """What the project says that its tests need."""
    found, groups = [], []
    project = {}
    if (tree / "pyproject.toml").is_file():
        project = tomllib.loads((tree / "pyproject.toml").read_text("utf-8"))
    is_test = re.compile(r"test|dev|all$|ci$|check", re.IGNORECASE)
    extras = [name for name in project.get("project", {}).get("optional-dependencies", {}) if is_test.search(name)]
    groups = [name for name in project.get("dependency-groups", {}) if is_test.search(name)]
    files = [path for pattern in ("*requirements*test*.txt", "requirements*/*test*.txt", "tests/requirements*.txt", "*test*requirements*.txt", "requirements*dev*.txt", "dev-requirements.txt") for path in tree.glob(pattern)]
    for path in files:
        found.append(["-r", str(path)])
    for group in groups:
        found.append(["--group", f"{tree}/pyproject.toml:{group}"])
    return extras or ["test", "tests", "testing", "dev"], found


def environment(name, tree, folder):
    venv = folder / "venv" / name
    python = venv / "bin" / "python"
    if not python.exists():
        call([sys.executable, "-m", "venv", str(venv)], folder)
        call([python, "-m", "pip", "install", "-q", "-U", "pip", "setuptools", "wheel", *TOOLS], folder)
        extras, more = wanted(tree)
        done = call([python, "-m", "pip", "install", "-q", "-e", f"{tree}[{','.join(extras)}]"], folder)
        if done.returncode:
            done = call([python, "-m", "pip", "install", "-q", "-e", str(tree)], folder)
            print(f"  installed without extras: {done.stderr[-300:]}", flush=True)
        for own in more:
            call([python, "-m", "pip", "install", "-q", *own], folder)
        call([python, "-m", "pip", "install", "-q", "pytest-cov", "pytest-xdist", "pytest-timeout", "coverage"], folder)
    return python


def measure(python, tree, work, arguments):
    data = work / "coverage.data"
    for old in work.glob("coverage.*"):
        old.unlink()
    env = {**os.environ, "COVERAGE_FILE": str(data), "PYTHONPATH": os.pathsep.join([str(tree / "src"), str(tree)]), "PATH": f"{python.parent}:{os.environ['PATH']}"}
    base = [str(python), "-m", "coverage"]
    done = call([*base, "run", f"--source={tree}", "-m", "pytest", "-q", "--no-cov", "-n0", "--timeout=60", "--continue-on-collection-errors", *arguments], tree, SUITE, env=env)
    last = [line for line in done.stdout.splitlines() if re.search(r"\d+ (passed|failed|error)", line)][-1:]
    if not data.exists():
        call([*base, "combine"], tree, env=env)
    call([*base, "json", "-q", "-i", "-o", str(work / "coverage.json")], tree, env=env)
    report = work / "coverage.json"
    return (json.loads(report.read_text()) if report.exists() else None), (last or ["nothing"])[0], done


def truths(name, arguments, folder):
    work = folder / "work" / name
    work.mkdir(parents=True, exist_ok=True)
    tree = folder / "corpus" / name
    python = environment(name, tree, folder)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tree / "src"), str(tree)])}
    listed = call([str(python), "-m", "pytest", "--collect-only", "-qq", "--no-cov", "-n0", *arguments], tree, env=env)
    names = sorted({line.split("::")[0].split(": ")[0] for line in listed.stdout.splitlines() if ".py" in line.split("::")[0]})
    # A module of the product whose examples are collected is no test file: without it there would be less to measure.
    files = [path for path in names if path.endswith(".py") and ASIDE.search(path) and (tree / path).is_file() and not path.startswith("..")]
    if not files:
        print(f"{name}: no tests: {listed.stdout[-300:]} {listed.stderr[-500:]}", flush=True)
        return
    drawn = files[:]
    random.Random(name).shuffle(drawn)
    for variant, share in (("full", 1), ("third", 3), ("eighth", 8)):
        out = folder / "truth" / f"{name}.{variant}.json.gz"
        keep = sorted(drawn[: max(1, round(len(drawn) / share))])
        if out.exists() or share > 1 and keep == files:
            continue
        aside = {path: (tree / path).read_bytes() for path in files if path not in keep}
        try:
            for path in aside:
                (tree / path).unlink()
            report, last, done = measure(python, tree, work, arguments)
        finally:
            for path, content in aside.items():
                (tree / path).write_bytes(content)
        if report is None:
            print(f"{name}.{variant}: no report: {done.stdout[-300:]} {done.stderr[-300:]}", flush=True)
            return
        found = {
            path: {"executed": own["executed_lines"], "missing": own["missing_lines"]}
            for path, own in sorted(report["files"].items())
            if not ASIDE.search(path) and path not in files and not path.startswith(("..", "/"))
        }
        covered = sum(len(own["executed"]) for own in found.values())
        statements = covered + sum(len(own["missing"]) for own in found.values())
        truth = {
            "project": name,
            "variant": variant,
            "test_files": keep,
            "outcome": last,
            "num_statements": statements,
            "covered": covered,
            "files": found,
        }
        out.parent.mkdir(exist_ok=True)
        out.write_bytes(gzip.compress(json.dumps(truth, separators=(",", ":")).encode(), mtime=0))
        print(f"{name}.{variant}: {len(keep)} test files, {len(found)} files, {covered / max(1, statements):.3f} of {statements}; {last}", flush=True)


def main():
    folder, *only = sys.argv[1:]
    folder = pathlib.Path(folder).resolve()
    for line in (HERE / "python_coverage.tsv").read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        name, requirement, *arguments = line.split("\t")
        if only and name not in only:
            continue
        if unpack(name, requirement, folder):
            truths(name, arguments, folder)


if __name__ == "__main__":
    main()
