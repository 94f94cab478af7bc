"""Regenerates fixtures/measured/reports/: what coverage.py and cargo-llvm-cov say of the two small projects beside it.

    pip install coverage pytest
    cargo install cargo-llvm-cov            # and the llvm-tools of the compiler's own LLVM
    python3 tools/coverage_reports.py

The projects are copied to a folder of the same path on every machine, which the reports then speak of: it does not exist
where the tests read them. The Rust project's reports are made with LLVM_COV and LLVM_PROFDATA, where these are set.
"""

import pathlib
import shutil
import subprocess
import sys

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "measured"
ELSEWHERE = pathlib.Path("/tmp/elsewhere")


def python(reports):
    folder = ELSEWHERE / "python"
    coverage = [sys.executable, "-m", "coverage"]

    def run(*arguments):
        subprocess.run([*coverage, *arguments], cwd=folder, check=True)

    run("run", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    for form in ["json", "xml", "lcov"]:
        run(form, "-q", "-o", str(reports / f"python.{form}"))
    run("run", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_cart.py")
    run("json", "-q", "-o", str(reports / "python-cart.json"))
    run("run", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_mail.py")
    run("lcov", "-q", "-o", str(reports / "python-mail.lcov"))


def rust(reports):
    folder = ELSEWHERE / "rust"

    def run(*arguments):
        subprocess.run(["cargo", "llvm-cov", *arguments], cwd=folder, check=True)

    run("--no-report")
    run("report", "--json", "--output-path", str(reports / "rust.json"))
    run("report", "--json", "--summary-only", "--output-path", str(reports / "rust-summary.json"))
    run("report", "--lcov", "--output-path", str(reports / "rust.lcov"))
    run("report", "--cobertura", "--output-path", str(reports / "rust.xml"))


def main():
    shutil.rmtree(ELSEWHERE, ignore_errors=True)
    for name in ["python", "rust"]:
        shutil.copytree(FIXTURES / name, ELSEWHERE / name, ignore=shutil.ignore_patterns("target", "__pycache__"))
    reports = FIXTURES / "reports"
    reports.mkdir(exist_ok=True)
    python(reports)
    rust(reports)
    shutil.rmtree(ELSEWHERE)


if __name__ == "__main__":
    main()
