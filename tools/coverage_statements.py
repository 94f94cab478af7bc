#!/usr/bin/env python3
"""Write beside each source of fixtures/coverage/statements the lines that coverage.py counts as statements.

    pip install coverage && tools/coverage_statements.py
"""
import pathlib

from coverage import Coverage

FOLDER = pathlib.Path(__file__).parent.parent / "fixtures" / "coverage" / "statements"

for source in sorted(FOLDER.glob("*.py")):
    _, statements, excluded, _, _ = Coverage(config_file=False).analysis2(str(source))
    lines = [line for line in statements if line not in set(excluded)]
    source.with_suffix(".lines").write_text(" ".join(map(str, lines)) + "\n")
