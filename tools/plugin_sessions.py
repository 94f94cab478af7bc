"""Asks plugins of pytest what they register. Refuses to know in which tables the answers go.

The plugins stand in tools/plugins.tsv, in the order of the tables: distribution, its version, the version of pytest, how
far it is taken to be there, its module where it has no `pytest11` entry point of its own, and what it imports and does
not require. `installed`: everybody may have it, required or not. `required`: it counts where the project requires it,
which is right for names that others use too, and for what few have.

Each plugin is installed by uv into an environment of its own, so that none changes another one's answers, and loaded into
a session in an empty folder. What the session then has beyond one without the plugin is the plugin's. One that does not
load by itself is loaded beside those that its distribution brings along.

    python3 tools/plugin_sessions.py --update

fills in versions that the list gives as `-`: the newest of the plugin, and of pytest the newest with which it loads.
"""

import concurrent.futures
import hashlib
import importlib.metadata
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

LIST = pathlib.Path(__file__).resolve().parent / "plugins.tsv"

# Environments stay for the next run, and so do answers as long as this file is the same.
ENVIRONMENTS = pathlib.Path(os.environ.get("PLUGIN_ENVIRONMENTS", pathlib.Path.home() / ".cache" / "pytest-plugins"))

PYTEST = "9.2.0"

# Tried in this order where a plugin does not load into the newest pytest that it allows.
FALLBACKS = ["8.4.2", "7.4.4"]

# `-p NAME` accepts these too: plugins that pytest has and does not load by itself.
OPTIONAL = {"pytester": "_pytest.pytester"}

SECONDS = 180


class Unusable(Exception):
    """A plugin that cannot be installed, or not loaded."""


class Probe:
    """The plugin inside the session that is asked."""

    def __init__(self, output):
        self.output = output

    def pytest_collection_finish(self, session):
        manager = session._fixturemanager
        autouse = getattr(manager, "_node_autousenames", None) or manager._nodeid_autousenames
        autouse = {name for node in (session, "") for name in autouse.get(node, ())}
        fixtures = [
            {
                "name": name,
                "scope": definition.scope,
                "autouse": name in autouse,
                "params": None if definition.params is None else len(definition.params),
                "requests": list(definition.argnames),
                "module": definition.func.__module__,
            }
            for name, definition in self.definitions(manager, session)
        ]
        markers = [re.split(r"[(:]", line, maxsplit=1)[0].strip() for line in session.config.getini("markers")]
        parser = session.config._parser
        options = dict.fromkeys(parser._inidict, "-") | getattr(parser, "_ini_aliases", {})
        answer = {"fixtures": fixtures, "markers": sorted(set(markers)), "options": options}
        pathlib.Path(self.output).write_text(json.dumps(answer))

    def definitions(self, manager, session):
        # pytest 9.1 and later know them by node.
        by_node = getattr(manager, "_arg2node2fixturedefs", None)
        if by_node is not None:
            return [(name, one) for name, nodes in by_node.items() for one in nodes.get(session, ())]
        return [(name, one) for name, all in manager._arg2fixturedefs.items() for one in all]


def probe(output, modules):
    import pytest

    # A plugin may print, exit or fail in its own way: what counts is the answer.
    arguments = ["--collect-only", "-q"]
    for module in modules:
        arguments += ["-p", module]
    return pytest.main(arguments, plugins=[Probe(output)])


def normalized(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def describe():
    """What is installed here: each distribution with its version, `pytest11` entry points and top-level packages."""
    found = {}
    for distribution in importlib.metadata.distributions():
        entries = [entry for entry in distribution.entry_points if entry.group == "pytest11"]
        files = [str(file) for file in distribution.files or ()]
        tops = {file.split("/")[0].removesuffix(".py") for file in files if file.endswith(".py")}
        found[normalized(distribution.metadata["Name"])] = {
            "version": distribution.version,
            "entries": sorted([entry.name, entry.value] for entry in entries),
            "tops": sorted(tops),
        }
    print(json.dumps(found))


def environment(*requirements):
    """The interpreter of an environment with these requirements."""
    name = re.sub(r"[^\w.]+", "-", requirements[0]) + "-" + hashlib.sha256(repr(requirements).encode()).hexdigest()[:8]
    folder = ENVIRONMENTS / name
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        run(["uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)])
        run(["uv", "pip", "install", "--quiet", "--python", str(python), *requirements])
        ready.touch()
    return str(python)


def run(command, **options):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, **options)
    except subprocess.TimeoutExpired:
        raise Unusable(f"{' '.join(command)}: not done after {SECONDS} seconds") from None
    if done.returncode and "cwd" not in options:
        raise Unusable(f"{' '.join(command)}:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done


def ask(python, modules):
    """What a session with these modules, and no other plugin that is installed, has."""
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "answer.json")
        variables = dict(os.environ, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
        command = [python, os.path.abspath(__file__), "--probe", output, *modules]
        done = run(command, cwd=folder, env=variables)
        if not os.path.exists(output):
            raise Unusable(f"no answer for {modules}:\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}")
        return json.loads(pathlib.Path(output).read_text())


def plugins():
    rows = [line.split("\t") for line in LIST.read_text().splitlines() if not line.startswith("#")]
    keys = ("distribution", "version", "pytest", "loaded", "module", "undeclared")
    return [dict(zip(keys, row, strict=True)) for row in rows]


def python_of(plugin):
    undeclared = [] if plugin["undeclared"] == "-" else plugin["undeclared"].split(",")
    return environment(f"{plugin['distribution']}=={plugin['version']}", f"pytest=={plugin['pytest']}", *undeclared)


def session(plugin):
    """The answer of a plugin, beyond that of the session without it."""
    state = pathlib.Path(__file__).read_text() + sys.version + json.dumps(plugin)
    kept = ENVIRONMENTS / "answers" / f"{hashlib.sha256(state.encode()).hexdigest()[:16]}.json"
    if not kept.exists():
        answer = asked(plugin)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(answer))
    return json.loads(kept.read_text())


def asked(plugin):
    python = python_of(plugin)
    installed = json.loads(run([python, os.path.abspath(__file__), "--describe"]).stdout)
    own = installed[normalized(plugin["distribution"])]
    if plugin["module"] == "-":
        names = [name for entry in own["entries"] for name in entry]
        modules = [name for name, _ in own["entries"]]
    else:
        names = modules = [plugin["module"]]
    others = {name: it["entries"] for name, it in installed.items() if it is not own and it["entries"]}
    if not modules and not others:
        raise Unusable(f"{plugin['distribution']}: no `pytest11` entry point")
    needed = []
    try:
        answer = ask(python, modules)
    except Unusable:
        needed = [name for entries in others.values() for name, _ in entries]
        if not needed:
            raise
        answer = ask(python, [*needed, *modules])
    base = ask(python, needed)
    known = {key(fixture) for fixture in base["fixtures"]}
    optional = ask(python, [*needed, *OPTIONAL])["options"]
    options = base["options"] | optional
    return plugin | {
        "names": list(dict.fromkeys(names)),
        "tops": own["tops"],
        "brings": sorted(others),
        "fixtures": [fixture for fixture in answer["fixtures"] if key(fixture) not in known],
        "markers": sorted(set(answer["markers"]) - set(base["markers"])),
        "options": {name: of for name, of in answer["options"].items() if name not in options},
    }


def key(fixture):
    return fixture["name"], fixture["module"]


def sessions(plugins):
    """The answers of all, in their order; ends the program where one is unusable."""
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        started = [pool.submit(session, plugin) for plugin in plugins]
    failed = [str(one.exception()) for one in started if one.exception()]
    if failed:
        sys.exit("\n\n".join(failed))
    return [one.result() for one in started]


def pinned(plugin):
    """The plugin with versions."""
    if plugin["version"] == "-":
        python = environment(plugin["distribution"], "pytest")
        installed = json.loads(run([python, os.path.abspath(__file__), "--describe"]).stdout)
        version = installed[normalized(plugin["distribution"])]["version"]
        plugin = plugin | {"version": version, "pytest": installed["pytest"]["version"]}
        for pytest in [plugin["pytest"], *FALLBACKS]:
            try:
                session(plugin | {"pytest": pytest})
                return plugin | {"pytest": pytest}
            except Unusable as problem:
                last = problem
        raise last
    return plugin


def update():
    lines = [line for line in LIST.read_text().splitlines() if line.startswith("#")]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        started = [(plugin, pool.submit(pinned, plugin)) for plugin in plugins()]
    for plugin, one in started:
        if one.exception():
            print(f"{plugin['distribution']}: {one.exception()!r}\n", file=sys.stderr)
        lines.append("\t".join((plugin if one.exception() else one.result()).values()))
    LIST.write_text("".join(line + "\n" for line in lines))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--probe"]:
        sys.exit(probe(sys.argv[2], sys.argv[3:]))
    elif sys.argv[1:2] == ["--describe"]:
        describe()
    elif sys.argv[1:2] == ["--update"]:
        update()
    else:
        sys.exit(__doc__)
