"""Regenerates src/resolve/plugins.tsv: what pytest and its plugins provide, asked of the packages themselves.

    pip install uv
    python3 tools/plugin_table.py

Fixtures, and lines of the ini option `markers`, as `plugin_sessions.py` says. Where a plugin cannot be asked, the run ends
without writing. To add a plugin, add a line to tools/plugins.tsv, and say here what no session tells, with the place it
was read at: IMPLICIT and VARIES.

A row of kind `plugin`: distribution, version, how far it is taken to be there, what `-p` calls it, the distributions of
other plugins that are installed with it.
"""

import pathlib
import sys

import plugin_sessions

TABLE = pathlib.Path(__file__).resolve().parent.parent / "src" / "resolve" / "plugins.tsv"

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
    # pytest_bdd/steps.py: `target_fixture`
    "pytest-bdd": [("open",)],
    # pytest_factoryboy/fixture.py: register
    "pytest-factoryboy": [("open",)],
    # pytest_lazy_fixtures/lazy_fixture.py: lf("fixture.attribute")
    "pytest-lazy-fixtures": [("open",)],
    # pytest_relaxed/plugin.py: pytest_collect_file, with rules of its own on what is a test
    "pytest-relaxed": [("open",)],
}

# Parametrized fixtures whose number of parameters depends on what else is installed.
VARIES = {
    # anyio/pytest_plugin.py: params=get_available_backends(), one without trio and two with it; in earlier
    # releases get_all_backends(), always two
    ("anyio", "anyio_backend"),
    # pytest_celery/fixtures: what its extras install
    ("pytest-celery", "celery_backend"),
    ("pytest-celery", "celery_broker"),
    ("pytest-celery", "celery_worker"),
    # pytest_pyodide/hook.py: --runtime
    ("pytest-pyodide", "runtime"),
    ("pytest-pyodide", "script_type"),
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



def cells(names):
    return ",".join(names) or "-"


def rows(answer):
    distribution = answer["distribution"]
    yield ("plugin", distribution, answer["version"], answer["loaded"], cells(answer["names"]), cells(answer["brings"]))
    for fixture in sorted(answer["fixtures"], key=plugin_sessions.key):
        if fixture["scope"] not in SCOPES:
            sys.exit(f"{distribution}: `{fixture['name']}` has the scope {fixture['scope']!r}")
        varies = (distribution, fixture["name"]) in VARIES
        params = "-" if fixture["params"] is None else "?" if varies else str(fixture["params"])
        autouse = "autouse" if fixture["autouse"] else "-"
        yield ("fixture", fixture["name"], fixture["scope"], autouse, params, cells(fixture["requests"]))
    for marker in answer["markers"]:
        yield ("marker", marker)
    implicit = IMPLICIT.get(distribution, ()) if answer["loaded"] in ("installed", "required") else ()
    yield from (("implicit", *row) for row in implicit)


def builtin():
    """pytest itself, and what of it has to be asked for."""
    python = plugin_sessions.environment(f"pytest=={plugin_sessions.PYTEST}")
    pytest = {"distribution": "pytest", "version": plugin_sessions.PYTEST, "brings": []}
    base = plugin_sessions.ask(python, [])
    known = {plugin_sessions.key(fixture) for fixture in base["fixtures"]}
    # Not registered: _pytest/fixtures.py makes a `RequestFixtureDef` whenever it is asked for.
    fixtures = [*base["fixtures"], MADE_ON_DEMAND]
    yield pytest | {"loaded": "always", "names": ["pytest"], "fixtures": fixtures, "markers": base["markers"]}
    for name, module in plugin_sessions.OPTIONAL.items():
        answer = plugin_sessions.ask(python, [name])
        fixtures = [fixture for fixture in answer["fixtures"] if plugin_sessions.key(fixture) not in known]
        markers = sorted(set(answer["markers"]) - set(base["markers"]))
        yield pytest | {"loaded": "on-request", "names": [name, module], "fixtures": fixtures, "markers": markers}


def main():
    answers = plugin_sessions.sessions(plugin_sessions.plugins())
    listed = {plugin_sessions.normalized(answer["distribution"]) for answer in answers}
    missing = sorted({name for answer in answers for name in answer["brings"]} - listed)
    if missing:
        sys.exit(f"brought along and not in the list: {', '.join(missing)}")
    table = [row for answer in builtin() for row in rows(answer)]
    for answer in answers:
        # A plugin may load another one, whose fixtures remain that one's.
        fixtures = []
        for fixture in answer["fixtures"]:
            others = (other["fixtures"] for other in answers if other is not answer)
            # `builtins` is what calls of a library make.
            if fixture["module"].split(".")[0] in [*answer["tops"], "builtins"]:
                fixtures.append(fixture)
            elif not any(fixture in other for other in others):
                sys.exit(f"{answer['distribution']}: whose is {fixture}?")
        table += rows(answer | {"fixtures": fixtures})
    header = "# Generated by tools/plugin_table.py: do not edit.\n"
    TABLE.write_text(header + "".join("\t".join(row) + "\n" for row in table))


if __name__ == "__main__":
    main()
