"""Regenerates fixtures/coverage/rust/: which lines of published packages their own tests execute.

    cargo install cargo-llvm-cov            # and the llvm-tools of the compiler's own LLVM
    python3 tools/rust_coverage.py SOURCES

SOURCES holds a folder for each package below, unpacked. Each is copied, built and tested there; examples in documentation
are not run, since that needs a nightly compiler. A test that fails counts for what it executed.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TRUTHS = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "coverage" / "rust"

PACKAGES = {
    "anyhow": "default",
    "crossterm": "default",
    "httparse": "default",
    "itertools": "default",
    "log": "default",
    "safetensors": "default",
    "semver": "default",
    "serde_json": "default",
    "tokio-util": "all",
    "uuid": "all",
}


def ranges(lines):
    found = []
    for line in sorted(lines):
        if found and found[-1][1] == line - 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def truth(package, features, source):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / package
        shutil.copytree(source, copy)
        (copy / "rust-toolchain.toml").unlink(missing_ok=True)
        flags = ["--all-features"] if features == "all" else []
        cargo = ["cargo", "llvm-cov"]
        subprocess.run([*cargo, "test", "--no-report", "--tests", "--no-fail-fast", *flags], cwd=copy)
        report = subprocess.run([*cargo, "report", "--lcov"], cwd=copy, check=True, capture_output=True, text=True)
        version = re.search(r'^version = "(.*)"', (copy / "Cargo.toml").read_text(), re.MULTILINE).group(1)
        files = {}
        for record in report.stdout.splitlines():
            name, _, value = record.partition(":")
            if name == "SF":
                lines = files.setdefault(str(pathlib.Path(value).relative_to(copy)), {})
            elif name == "DA":
                line, count = value.split(",")[:2]
                lines[int(line)] = count != "0"
    return {
        "package": package,
        "version": version,
        "features": features,
        "files": {
            path: {
                "executed": ranges(line for line, executed in lines.items() if executed),
                "missing": ranges(line for line, executed in lines.items() if not executed),
            }
            for path, lines in sorted(files.items())
        },
    }


def main():
    sources = pathlib.Path(sys.argv[1])
    for package, features in PACKAGES.items():
        found = truth(package, features, sources / package)
        (TRUTHS / f"{package}.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
