"""Regenerates src/resolve/ini_options.tsv: which options pytest and its plugins register, asked of the packages themselves.

    python3 -m venv venv
    venv/bin/pip install $(venv/bin/python tools/ini_options.py --requirements)
    venv/bin/python tools/ini_options.py

Each plugin is loaded into a pytest configuration of its own, in an empty folder. What `parser.addini` was then given
beyond a configuration without the plugin is the plugin's. Of pytest each release of RELEASES is asked too, which pip puts
into temporary folders. Where a package is not installed, the run ends without writing. To add a plugin, add its
distribution to PLUGINS in tools/plugin_table.py if it provides fixtures or markers, else to FURTHER.

A row: option, distribution, the first release that has it, the first that has it no longer, what it is another name of.
Releases are told of pytest only; `-` means the oldest that was asked, or none.
"""

import importlib.metadata
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from plugin_table import NEEDS, OPTIONAL, PLUGINS

TABLE = pathlib.Path(__file__).resolve().parent.parent / "src" / "resolve" / "ini_options.tsv"

# The last of each minor version. Releases before 7.2 need `py`.
RELEASES = ["7.0.1", "7.1.3", "7.2.2", "7.3.2", "7.4.4", "8.0.2", "8.1.2", "8.2.2", "8.3.5", "8.4.2", "9.0.2", "9.1.1"]
CURRENT = "9.2.0"

# Plugins with options, and without fixtures and markers that the other table would have to know. Distribution -> module,
# where the distribution has no `pytest11` entry point of its own.
FURTHER = {
    "pytest-env": None,
    "pytest-html": None,
    "pytest-qt": None,
    "pytest-doctestplus": None,
    "pytest-remotedata": None,
    "pytest-astropy-header": "pytest_astropy_header.display",
    "pytest-arraydiff": None,
    "pytest-dotenv": None,
    "pytest-dependency": None,
    "pytest-mypy": None,
    "pytest-ruff": None,
    "pytest-testmon": None,
    "pytest-random-order": None,
    "pytest-randomly": None,
    "pytest-sugar": None,
    "pytest-flask": None,
    "pytest-retry": None,
    "pytest-reportlog": None,
    "pytest-json-report": None,
    "allure-pytest": None,
    "pytest-mypy-plugins": None,
    "pytest-markdown-docs": None,
    "typeguard": None,
    "pytest-instafail": None,
    "pytest-logger": None,
    "pytest-beartype": None,
    "pytest-celery": None,
}

# What pytest-twisted imports and does not require.
UNDECLARED = ["twisted"]


def probe(output, modules):
    from _pytest.config import _prepareconfig

    parser = _prepareconfig([argument for module in modules for argument in ("-p", module)])._parser
    names = dict.fromkeys(parser._inidict, "-") | getattr(parser, "_ini_aliases", {})
    pathlib.Path(output).write_text(json.dumps(names))


def ask(modules, release=None):
    """Every option, with what it is another name of, of a configuration with these modules and no other plugin."""
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "answer.json")
        environment = dict(os.environ, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
        if release:
            environment["PYTHONPATH"] = release
        command = [sys.executable, os.path.abspath(__file__), "--probe", output, *modules]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        if not os.path.exists(output):
            sys.exit(f"no answer for {modules}:\n{done.stdout}\n{done.stderr}")
        return json.loads(pathlib.Path(output).read_text())


def ask_release(version):
    with tempfile.TemporaryDirectory() as folder:
        needed = ["py"] if version < "7.2" else []
        install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", folder, f"pytest=={version}"]
        subprocess.run([*install, *needed], check=True)
        return ask(list(OPTIONAL), folder)


def pytest_rows():
    releases = [(version, ask_release(version)) for version in RELEASES]
    releases.append((CURRENT, ask(list(OPTIONAL))))
    minor = lambda version: version.rpartition(".")[0]
    for name in sorted({name for _, names in releases for name in names}):
        having = [at for at, (_, names) in enumerate(releases) if name in names]
        since = minor(releases[having[0]][0]) if having[0] else "-"
        removed = minor(releases[having[-1] + 1][0]) if having[-1] + 1 < len(releases) else "-"
        yield (name, "pytest", since, removed, releases[having[-1]][1][name])


def plugin_rows():
    base = ask([])
    known = set(ask(list(OPTIONAL)))
    for distribution, module in (PLUGINS | FURTHER).items():
        entries = importlib.metadata.distribution(distribution).entry_points
        names = [module] if module else [entry.name for entry in entries if entry.group == "pytest11"]
        if not names:
            sys.exit(f"{distribution}: no `pytest11` entry point")
        needed = NEEDS.get(distribution, [])
        answer = ask([*needed, *names])
        # A plugin may load another one, whose options remain that one's.
        without = ask(needed) if needed else base
        for name in sorted(answer.keys() - without.keys() - known):
            yield (name, distribution, "-", "-", answer[name])


def main():
    if importlib.metadata.version("pytest") != CURRENT:
        sys.exit(f"pytest {CURRENT} is not installed")
    table, seen = [], set()
    for row in [*pytest_rows(), *plugin_rows()]:
        if row[0] not in seen:
            seen.add(row[0])
            table.append(row)
    header = "# Generated by tools/ini_options.py: do not edit.\n"
    TABLE.write_text(header + "".join("\t".join(row) + "\n" for row in table))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--probe"]:
        probe(sys.argv[2], sys.argv[3:])
    elif sys.argv[1:2] == ["--requirements"]:
        print(f"pytest=={CURRENT}", *PLUGINS, *FURTHER, *UNDECLARED)
    else:
        main()
