"""How much faster `testaudit list` is than `pytest --collect-only -q` on the same tree, in one run.

    cargo build --release
    python3 benches/list_against_pytest.py TREE PYTHON [PATHS…]

PYTHON is an interpreter with pytest and what the tests of TREE import; PATHS are given to both. Machines are noisy, so
the two take turns, five rounds, and the ratio is taken per round.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

ROUNDS = 5
TESTAUDIT = pathlib.Path(__file__).resolve().parent.parent / "target" / "release" / "testaudit"


def seconds(command, tree):
    """How long a command takes, and its last line."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    taken = time.perf_counter() - start
    lines = done.stdout.strip().splitlines() or [done.stderr.strip()]
    return taken, lines[-1]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    tree, python, *paths = sys.argv[1:]
    collect = [python, "-P", "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q", *paths]
    rounds = []
    for _ in range(ROUNDS):
        pytest, collected = seconds(collect, tree)
        testaudit, listed = seconds([TESTAUDIT, "list", "-q", *paths], tree)
        rounds.append((pytest, testaudit))
    print(f"pytest: {collected}")
    print(f"testaudit: {listed}")
    for name, figures in [
        ("pytest", [pytest for pytest, _ in rounds]),
        ("testaudit", [testaudit for _, testaudit in rounds]),
        ("ratio", [pytest / testaudit for pytest, testaudit in rounds]),
    ]:
        print(f"{name:<10} min {min(figures):8.3f}  median {statistics.median(figures):8.3f}  max {max(figures):8.3f}")


if __name__ == "__main__":
    main()
