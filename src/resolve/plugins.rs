//! What pytest itself and well-known plugins provide without any source in the audited tree: fixtures, markers, and
//! what they do to collection.
//!
//! The data stands in `plugins.tsv`, which `tools/plugin_table.py` writes from the packages themselves. Which plugins a
//! project loads is not known here.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// One plugin, or pytest itself.
#[derive(Debug)]
pub(crate) struct Plugin {
    /// The name of its distribution.
    pub(crate) name: &'static str,
    /// What `-p`, `pytest_plugins` and `-p no:` call it.
    pub(crate) modules: Vec<&'static str>,
    /// Whether it is there in every session: pytest itself.
    pub(crate) builtin: bool,
    /// Whether it counts only where the project names it: it has names that others use too, or few have it.
    pub(crate) if_required: bool,
    /// Distributions of other plugins that are installed with it, by their normalized names.
    pub(crate) brings: Vec<&'static str>,
    /// In the order of their names.
    pub(crate) fixtures: Vec<PluginFixture>,
    /// The names it adds to the ini option `markers`.
    pub(crate) markers: Vec<&'static str>,
    /// What it does to collection that its fixtures do not tell.
    pub(crate) implicit: Vec<Implicit>,
}

/// A fixture that a plugin provides.
#[derive(Debug)]
pub(crate) struct PluginFixture {
    pub(crate) name: &'static str,
    pub(crate) scope: Scope,
    pub(crate) autouse: bool,
    /// The names of its arguments: the fixtures that it pulls into a test.
    pub(crate) requests: Vec<&'static str>,
    pub(crate) params: Params,
}

/// How long a fixture lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    Function,
    Class,
    Module,
    Package,
    Session,
}

/// How often a fixture multiplies the tests that it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Params {
    /// It is not parametrized.
    No,
    /// It always has this many parameters.
    Fixed(u32),
    /// It is parametrized, and how often depends on the installation or the release.
    Unknown,
}

/// What a plugin does to collection besides providing fixtures and markers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Implicit {
    /// An async test with the marker has the fixture in its closure; so has every async test where the ini option has
    /// the value.
    AsyncRequests { marker: &'static str, fixture: &'static str, option: &'static str, value: &'static str },
    /// Every async test has the marker where the ini option has the value.
    AsyncMarks { marker: &'static str, option: &'static str, value: &'static str },
    /// Every test made by hypothesis' `@given` has the marker.
    GivenMarks { marker: &'static str },
    /// A test with the marker has as many cases as the first argument of the mark says; every other test as many as
    /// the option of the command line says.
    MarkRepeats { marker: &'static str, option: &'static str },
    /// A test function with several marks of this name has one case for each.
    EachMarkIsACase { marker: &'static str },
    /// An implementation of this hook multiplies the tests with the marker.
    HookMultiplies { marker: &'static str, hook: &'static str },
    /// An argument of this name, which is no fixture, has one value unless the option of the command line is given.
    OptionParametrizes { argument: &'static str, option: &'static str },
    /// It makes fixtures, asks for them or collects tests by means of its own: not all that it does is known.
    Open,
}

impl Plugin {
    /// The fixture of this plugin that has the name.
    pub(crate) fn fixture(&self, name: &str) -> Option<&PluginFixture> {
        self.fixtures.iter().find(|fixture| fixture.name == name)
    }

    /// Whether all that it does is known.
    pub(crate) fn is_wholly_known(&self) -> bool {
        !self.implicit.contains(&Implicit::Open)
    }
}

/// All plugins, pytest itself first.
pub(crate) fn plugins() -> &'static [Plugin] {
    &TABLE.plugins
}

/// The plugin that `-p`, `pytest_plugins` or `-p no:` means by this name.
pub(crate) fn plugin(module: &str) -> Option<&'static Plugin> {
    plugins().iter().find(|plugin| plugin.modules.contains(&module))
}

/// Who provides a fixture of this name; pytest itself before its plugins, and those in the order of the table.
pub(crate) fn providers(name: &str) -> impl Iterator<Item = (&'static Plugin, &'static PluginFixture)> {
    TABLE.fixtures.get(name).into_iter().flatten().map(|(plugin, fixture)| {
        let plugin = &TABLE.plugins[*plugin];
        (plugin, &plugin.fixtures[*fixture])
    })
}

/// Who registers a marker of this name.
pub(crate) fn marker(name: &str) -> Option<&'static Plugin> {
    TABLE.markers.get(name).map(|plugin| &TABLE.plugins[*plugin])
}

struct Table {
    plugins: Vec<Plugin>,
    /// Of each name, the places of its plugins and of its fixture in each.
    fixtures: FxHashMap<&'static str, Vec<(usize, usize)>>,
    markers: FxHashMap<&'static str, usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let plugins = parse(include_str!("plugins.tsv")).expect("a test reads every row of the table");
    let mut fixtures: FxHashMap<_, Vec<_>> = FxHashMap::default();
    let mut markers = FxHashMap::default();
    for (at, plugin) in plugins.iter().enumerate() {
        for (index, fixture) in plugin.fixtures.iter().enumerate() {
            fixtures.entry(fixture.name).or_default().push((at, index));
        }
        for marker in &plugin.markers {
            markers.entry(*marker).or_insert(at);
        }
    }
    Table { plugins, fixtures, markers }
});

/// The plugins of a table; the first row that cannot be read otherwise.
fn parse(text: &'static str) -> Result<Vec<Plugin>, &'static str> {
    let mut plugins: Vec<Plugin> = Vec::new();
    for row in text.lines().filter(|row| !row.starts_with('#')) {
        let cells: Vec<&'static str> = row.split('\t').collect();
        match (cells.as_slice(), plugins.last_mut()) {
            (["plugin", name, _version, loaded, modules, brings], _) => plugins.push(Plugin {
                name,
                modules: list(modules),
                builtin: *loaded == "always",
                if_required: *loaded == "required",
                brings: list(brings),
                fixtures: Vec::new(),
                markers: Vec::new(),
                implicit: Vec::new(),
            }),
            (["fixture", name, scope, autouse, params, requests], Some(plugin)) => {
                plugin.fixtures.push(PluginFixture {
                    name,
                    scope: self::scope(scope).ok_or(row)?,
                    autouse: *autouse == "autouse",
                    requests: list(requests),
                    params: self::params(params).ok_or(row)?,
                });
            }
            (["marker", name], Some(plugin)) => plugin.markers.push(name),
            (["implicit", what @ ..], Some(plugin)) => plugin.implicit.push(implicit(what).ok_or(row)?),
            _ => return Err(row),
        }
    }
    Ok(plugins)
}

fn list(cell: &'static str) -> Vec<&'static str> {
    if cell == "-" { Vec::new() } else { cell.split(',').collect() }
}

fn scope(cell: &str) -> Option<Scope> {
    Some(match cell {
        "function" => Scope::Function,
        "class" => Scope::Class,
        "module" => Scope::Module,
        "package" => Scope::Package,
        "session" => Scope::Session,
        _ => return None,
    })
}

fn params(cell: &str) -> Option<Params> {
    match cell {
        "-" => Some(Params::No),
        "?" => Some(Params::Unknown),
        number => number.parse().ok().map(Params::Fixed),
    }
}

fn implicit(cells: &[&'static str]) -> Option<Implicit> {
    Some(match *cells {
        ["async-requests", marker, fixture, setting] => {
            let (option, value) = setting.split_once('=')?;
            Implicit::AsyncRequests { marker, fixture, option, value }
        }
        ["async-marks", marker, setting] => {
            let (option, value) = setting.split_once('=')?;
            Implicit::AsyncMarks { marker, option, value }
        }
        ["given-marks", marker] => Implicit::GivenMarks { marker },
        ["mark-repeats", marker, option] => Implicit::MarkRepeats { marker, option },
        ["each-mark-is-a-case", marker] => Implicit::EachMarkIsACase { marker },
        ["hook-multiplies", marker, hook] => Implicit::HookMultiplies { marker, hook },
        ["option-parametrizes", argument, option] => Implicit::OptionParametrizes { argument, option },
        ["open"] => Implicit::Open,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> Option<(&'static Plugin, &'static PluginFixture)> {
        providers(name).next()
    }

    #[test]
    fn every_row_of_the_table_is_read() {
        let text = include_str!("plugins.tsv");
        let plugins = parse(text).unwrap();
        let read: usize = plugins.iter().map(|p| 1 + p.fixtures.len() + p.markers.len() + p.implicit.len()).sum();
        assert_eq!(read, text.lines().filter(|row| !row.starts_with('#')).count());
        assert!(plugins.len() > 20, "{}", plugins.len());
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named() {
        for row in [
            "marker\torphan",
            "plugin\tx\t1\talways\tx\t-\nfixture\tf\tplanet\t-\t-\t-",
            "plugin\tx\t1\talways\tx\t-\nfixture\tf\tclass\t-\tmany\t-",
            "plugin\tx\t1\talways\tx\t-\nimplicit\tasync-marks\tm\tno-value",
            "plugin\tx\t1\talways\tx\t-\nfixture\tf",
        ] {
            assert_eq!(parse(row).unwrap_err(), row.lines().last().unwrap());
        }
    }

    #[test]
    fn what_pytest_provides_comes_first() {
        let (plugin, fixture) = fixture("tmp_path").unwrap();
        assert!(plugin.builtin && plugin.name == "pytest");
        assert_eq!((fixture.scope, fixture.params), (Scope::Function, Params::No));
        assert_eq!(fixture.requests, ["request", "tmp_path_factory"]);
        assert!(self::fixture("request").unwrap().0.builtin);
        assert!(self::fixture("cache").unwrap().0.builtin);
        assert!(marker("parametrize").unwrap().builtin);
        assert!(self::fixture("no_such_fixture").is_none() && marker("no_such_marker").is_none());
    }

    #[test]
    fn pytester_is_part_of_pytest_and_has_to_be_asked_for() {
        let (plugin, _) = fixture("pytester").unwrap();
        assert_eq!((plugin.name, plugin.builtin), ("pytest", false));
        assert!(std::ptr::eq(self::plugin("pytester").unwrap(), plugin));
        assert_eq!(marker("pytester_example_path").unwrap().name, "pytest");
    }

    #[test]
    fn each_fixture_leads_to_fixtures_of_the_table() {
        // What pytest-flask asks of the project.
        const FROM_THE_PROJECT: [&str; 2] = ["app", "mimetype"];
        // `loop_factory` is made by a hook, as the table says.
        let generated = |plugin: &Plugin, name: &str| {
            plugin
                .implicit
                .iter()
                .any(|it| matches!(it, Implicit::OptionParametrizes { argument, .. } if *argument == name))
        };
        for plugin in plugins() {
            for requested in plugin.fixtures.iter().flat_map(|fixture| &fixture.requests) {
                assert!(
                    plugin.fixture(requested).is_some()
                        || fixture(requested).is_some()
                        || generated(plugin, requested)
                        || FROM_THE_PROJECT.contains(requested),
                    "{}: {requested}",
                    plugin.name
                );
            }
        }
    }

    #[test]
    fn what_multiplies_without_a_fixed_number_says_so() {
        let (anyio, backend) = fixture("anyio_backend").unwrap();
        assert_eq!((backend.scope, backend.params), (Scope::Module, Params::Unknown));
        let requests =
            Implicit::AsyncRequests { marker: "anyio", fixture: "anyio_backend", option: "anyio_mode", value: "auto" };
        assert_eq!(anyio.implicit, [requests]);
        let repeat = plugin("pytest_repeat").unwrap();
        assert_eq!(repeat.implicit, [Implicit::MarkRepeats { marker: "repeat", option: "--count" }]);
    }

    #[test]
    fn what_the_table_names_belongs_to_the_plugin() {
        for plugin in plugins() {
            for implicit in &plugin.implicit {
                let (marker, fixture) = match *implicit {
                    Implicit::AsyncRequests { marker, fixture, .. } => (Some(marker), Some(fixture)),
                    Implicit::AsyncMarks { marker, .. }
                    | Implicit::GivenMarks { marker }
                    | Implicit::MarkRepeats { marker, .. }
                    | Implicit::EachMarkIsACase { marker }
                    | Implicit::HookMultiplies { marker, .. } => (Some(marker), None),
                    Implicit::OptionParametrizes { .. } | Implicit::Open => (None, None),
                };
                assert!(marker.is_none_or(|marker| plugin.markers.contains(&marker)), "{implicit:?}");
                assert!(fixture.is_none_or(|fixture| plugin.fixture(fixture).is_some()), "{implicit:?}");
            }
        }
    }

    #[test]
    fn autouse_fixtures_are_told_from_others() {
        assert!(fixture("event_loop_policy").unwrap().1.autouse);
        assert!(!fixture("mocker").unwrap().1.autouse);
        assert!(plugins()[0].fixtures.iter().all(|fixture| !fixture.autouse));
    }
}
