"""How much faster `testaudit lint` judges markers than `ruff check --select PT` reads the same tree, in one run.

    cargo build --release
    python3 benches/lint_against_ruff.py TREE RUFF

RUFF is the program; it runs without its cache and without a configuration. Machines are noisy, so the two take turns,
seven rounds, and the ratio is taken per round.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

ROUNDS = 7
TESTAUDIT = pathlib.Path(__file__).resolve().parent.parent / "target" / "release" / "testaudit"
RULES = {
    "unregistered-marker": ["--select", "unregistered-marker"],
    "group markers": ["--select", "markers"],
    "all rules": [],
}


def seconds(command, tree):
    start = time.perf_counter()
    subprocess.run(command, cwd=tree, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    tree, ruff = sys.argv[1:]
    figures = {name: [] for name in ["ruff --select PT", *RULES]}
    for _ in range(ROUNDS):
        figures["ruff --select PT"].append(seconds([ruff, "check", "--isolated", "--no-cache", "--select", "PT", "."], tree))
        for name, arguments in RULES.items():
            figures[name].append(seconds([TESTAUDIT, "lint", "-q", *arguments], tree))
    for name, own in figures.items():
        ratio = statistics.median(ruff / one for ruff, one in zip(figures["ruff --select PT"], own))
        print(f"{name:<22} min {min(own):7.3f} s  median {statistics.median(own):7.3f} s  ruff takes {ratio:5.2f} times as long")


if __name__ == "__main__":
    main()
