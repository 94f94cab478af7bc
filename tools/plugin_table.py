"""Regenerates src/resolve/plugins.tsv: what pytest and its plugins provide, asked of the packages themselves.

    python3 -m venv venv
    venv/bin/pip install $(venv/bin/python tools/plugin_table.py --requirements)
    venv/bin/python tools/plugin_table.py

Each plugin is loaded into a pytest session of its own, in an empty folder. What the session then has beyond one without
the plugin is the plugin's: fixtures, and lines of the ini option `markers`. Where a package of PLUGINS is not installed,
the run ends without writing. To add a plugin, add its distribution there.

What no session tells is written here, with the place it was read at: IMPLICIT and VARIES.
"""

import importlib.metadata
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TABLE = pathlib.Path(__file__).resolve().parent.parent / "src" / "resolve" / "plugins.tsv"

# Distribution -> module, where the distribution has no `pytest11` entry point of its own. The order is that of the
# table: pytest first, then the more common of two plugins that provide fixtures of one name.
PLUGINS = {
    "anyio": None,
    "pytest-asyncio": None,
    "pytest-mock": None,
    "pytest-cov": None,
    "pytest-xdist": None,
    "pytest-timeout": None,
    "hypothesis": None,
    "pytest-django": None,
    "pytest-benchmark": None,
    "pytest-rerunfailures": None,
    "pytest-order": None,
    "pytest-run-parallel": None,
    "pytest-httpx": None,
    "requests-mock": None,
    "pytest-aiohttp": None,
    "aiohttp": "aiohttp.pytest_plugin",
    "celery": "celery.contrib.pytest",
    "pyfakefs": None,
    "Faker": None,
    "pytest_freezer": None,
    "pytest-twisted": None,
    "pytest-trio": None,
    "pytest-repeat": None,
    "pytest-httpbin": None,
    "pytest_httpserver": None,
    "pytest-subprocess": None,
    "pytest-click": None,
    "syrupy": None,
    "pytest-regressions": None,
    "pytest-datadir": None,
    "pytest-recording": None,
    "pytest-snapshot": None,
    "pytest-console-scripts": None,
    "pytest-socket": None,
    "pytest-docker": None,
    "respx": None,
    "pytest-bdd": None,
    "pytest-check": None,
    "pytest-metadata": None,
    "pytest-responses": None,
    "time-machine": None,
    "inline-snapshot": None,
    "pytest-xprocess": None,
    "pytest-codspeed": None,
    "pytest-postgresql": None,
    "pytest-playwright": None,
    "pytest-structlog": None,
    "pytest-examples": None,
    "pytest-mpl": None,
    "pytest-memray": None,
}

# `-p NAME` accepts these too: plugins that pytest has and does not load by itself.
OPTIONAL = {"pytester": "_pytest.pytester"}

# Plugins that do not load without another one.
NEEDS = {"pytest-aiohttp": ["asyncio"]}

# Rows of kind `implicit`; `src/resolve/plugins.rs` says what each means.
IMPLICIT = {
    # anyio/pytest_plugin.py: pytest_pycollect_makeitem
    "anyio": [("async-requests", "anyio", "anyio_backend", "anyio_mode=auto")],
    # pytest_asyncio/plugin.py: _resolve_asyncio_marker; pytest_generate_tests
    "pytest-asyncio": [
        ("async-marks", "asyncio", "asyncio_mode=auto"),
        ("hook-multiplies", "asyncio", "pytest_asyncio_loop_factories"),
    ],
    # aiohttp/pytest_plugin.py: pytest_generate_tests
    "aiohttp": [("option-parametrizes", "loop_factory", "--aiohttp-loop")],
    # pytest_trio/plugin.py: automark
    "pytest-trio": [("async-marks", "trio", "trio_mode=true")],
    # _hypothesis_pytestplugin.py: pytest_collection_modifyitems
    "hypothesis": [("given-marks", "hypothesis")],
    # pytest_repeat.py: pytest_generate_tests
    "pytest-repeat": [("mark-repeats", "repeat", "--count")],
    # pytest_order/plugin.py: pytest_generate_tests
    "pytest-order": [("each-mark-is-a-case", "order")],
}

# Parametrized fixtures whose number of parameters depends on what else is installed.
VARIES = {
    # anyio/pytest_plugin.py: params=get_available_backends(), one without trio and two with it; in earlier
    # releases get_all_backends(), always two
    ("anyio", "anyio_backend"),
}

MADE_ON_DEMAND = {
    "name": "request",
    "scope": "function",
    "autouse": False,
    "params": None,
    "requests": [],
    "module": "_pytest.fixtures",
}

SCOPES = {"function", "class", "module", "package", "session"}


class Probe:
    """The plugin inside the session that is asked."""

    def __init__(self, output):
        self.output = output

    def pytest_collection_finish(self, session):
        manager = session._fixturemanager
        autouse = set(manager._node_autousenames.get(session, ()))
        fixtures = [
            {
                "name": name,
                "scope": definition.scope,
                "autouse": name in autouse,
                "params": None if definition.params is None else len(definition.params),
                "requests": list(definition.argnames),
                "module": definition.func.__module__,
            }
            for name, definitions in manager._arg2node2fixturedefs.items()
            for definition in definitions.get(session, ())
        ]
        markers = [re.split(r"[(:]", line, maxsplit=1)[0].strip() for line in session.config.getini("markers")]
        pathlib.Path(self.output).write_text(json.dumps({"fixtures": fixtures, "markers": markers}))


def probe(output, modules):
    import pytest

    arguments = ["--collect-only", "-q"]
    for module in modules:
        arguments += ["-p", module]
    return pytest.main(arguments, plugins=[Probe(output)])


def ask(modules):
    """What a session with these modules, and no other plugin that is installed, has."""
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "answer.json")
        environment = dict(os.environ, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
        command = [sys.executable, os.path.abspath(__file__), "--probe", output, *modules]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        if not os.path.exists(output):
            sys.exit(f"no answer for {modules}:\n{done.stdout}\n{done.stderr}")
        return json.loads(pathlib.Path(output).read_text())


def key(fixture):
    return fixture["name"], fixture["module"]


def beyond(answer, base):
    known = {key(fixture) for fixture in base["fixtures"]}
    fixtures = [fixture for fixture in answer["fixtures"] if key(fixture) not in known]
    return {"fixtures": fixtures, "markers": sorted(set(answer["markers"]) - set(base["markers"]))}


def rows(distribution, loaded, names, answer):
    version = importlib.metadata.version(distribution)
    yield ("plugin", distribution, version, loaded, ",".join(names))
    for fixture in sorted(answer["fixtures"], key=key):
        if fixture["scope"] not in SCOPES:
            sys.exit(f"{distribution}: `{fixture['name']}` has the scope {fixture['scope']!r}")
        varies = (distribution, fixture["name"]) in VARIES
        params = "-" if fixture["params"] is None else "?" if varies else str(fixture["params"])
        autouse = "autouse" if fixture["autouse"] else "-"
        requests = ",".join(fixture["requests"]) or "-"
        yield ("fixture", fixture["name"], fixture["scope"], autouse, params, requests)
    for marker in sorted(set(answer["markers"])):
        yield ("marker", marker)
    yield from (("implicit", *row) for row in (IMPLICIT.get(distribution, ()) if loaded == "installed" else ()))


def main():
    base = ask([])
    # Not registered: _pytest/fixtures.py makes a `RequestFixtureDef` whenever it is asked for.
    base["fixtures"].append(MADE_ON_DEMAND)
    table = list(rows("pytest", "always", ["pytest"], base))
    for name, module in OPTIONAL.items():
        table += rows("pytest", "on-request", [name, module], beyond(ask([name]), base))
    answers = {}
    for distribution, module in PLUGINS.items():
        entries = importlib.metadata.distribution(distribution).entry_points
        entries = [entry for entry in entries if entry.group == "pytest11"]
        names = [module] if module else [name for entry in entries for name in (entry.name, entry.value)]
        if not names:
            sys.exit(f"{distribution}: no `pytest11` entry point")
        needed = NEEDS.get(distribution, [])
        own = ask([*needed, *([module] if module else [entry.name for entry in entries])])
        answers[distribution] = (list(dict.fromkeys(names)), beyond(own, ask(needed) if needed else base))
    for distribution, (names, answer) in answers.items():
        # A plugin may load another one, whose fixtures remain that one's.
        tops = {name.split(".")[0] for name in names}
        foreign = [fixture for fixture in answer["fixtures"] if fixture["module"].split(".")[0] not in tops]
        for fixture in foreign:
            others = [other for name, (_, other) in answers.items() if name != distribution]
            if not any(fixture in other["fixtures"] for other in others):
                sys.exit(f"{distribution}: whose is {fixture}?")
        fixtures = [fixture for fixture in answer["fixtures"] if fixture not in foreign]
        table += rows(distribution, "installed", names, {"fixtures": fixtures, "markers": answer["markers"]})
    header = "# Generated by tools/plugin_table.py: do not edit.\n"
    TABLE.write_text(header + "".join("\t".join(row) + "\n" for row in table))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--probe"]:
        sys.exit(probe(sys.argv[2], sys.argv[3:]))
    if sys.argv[1:2] == ["--requirements"]:
        print("pytest==9.2.0", *PLUGINS)
    else:
        main()
