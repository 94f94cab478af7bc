//! Which of the options that pytest's configuration names somebody registers: pytest, a known plugin, or the tree.
//!
//! What pytest and its plugins register stands in `ini_options.tsv`, which `tools/ini_options.py` writes from the packages
//! themselves.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{
    markers::{Loaded, text_of},
    modules::Module,
    names::Names,
};
use crate::model::{
    Expr, IniOptions, Location, PytestConfig, Signal, SignalKind, nearest,
    option::{KnownOption, OptionRegistrar, UnknownOption},
};

/// The options of the configuration, by who registers them: what the tree does counts before the table, and a conftest
/// file in any folder does, for pytest looks for unknown options when all is collected.
pub(super) fn options<'w>(names: &Names<'_, 'w>, pytest: &PytestConfig, loaded: &Loaded<'w>) -> IniOptions {
    let mut found = IniOptions::default();
    let mut own: BTreeMap<String, Location> = BTreeMap::new();
    for module in names.world.modules.iter().chain(loaded.outside(names.world)) {
        let can_register = loaded.registers.contains(module.path());
        let calls = module.facts.signals.iter().filter(|signal| signal.kind == SignalKind::OptionRegister);
        for signal in calls.filter(|_| can_register) {
            let at = Location { path: module.path().to_owned(), line: signal.evidence.line };
            let (registered, is_whole) = registered(names, module, signal);
            for name in registered {
                own.entry(name).or_insert_with(|| at.clone());
            }
            if !is_whole {
                found.computed.push(at);
            }
        }
    }
    found.computed.sort();
    for option in pytest.options.iter().cloned() {
        let call = own.get(&option.name).cloned().map(OptionRegistrar::Call);
        match call.or_else(|| ini_option(&option.name).cloned()) {
            Some(registrar) => found.known.push(KnownOption { option, registrar }),
            None => {
                let all = own.keys().map(String::as_str).chain(current());
                let suggestion = nearest(&option.name, all).map(str::to_owned);
                found.unknown.push(UnknownOption { option, suggestion });
            }
        }
    }
    found
}

/// The names that a call of `Parser.addini` registers, and whether they are all.
fn registered<'w>(names: &Names<'_, 'w>, module: &'w Module, signal: &'w Signal) -> (Vec<String>, bool) {
    let Some(call) = &signal.call else { return (Vec::new(), false) };
    let aliases = match call.keyword("aliases") {
        None => Some(&[][..]),
        Some(Expr::Sequence(items) | Expr::Tuple(items)) => Some(items.as_slice()),
        Some(_) => None,
    };
    // `addini(**options)`
    let is_open = aliases.is_none() || call.keyword("").is_some();
    let name = call.argument(0, "name");
    let expected = name.into_iter().chain(aliases.unwrap_or_default());
    let texts: Vec<_> = expected.map(|expr| text_of(names, module, expr)).collect();
    let is_whole = name.is_some() && !is_open && texts.iter().all(Option::is_some);
    (texts.into_iter().flatten().collect(), is_whole)
}

/// Who registers an option of this name: pytest, else the first plugin of the table that does.
pub(crate) fn ini_option(name: &str) -> Option<&'static OptionRegistrar> {
    TABLE.get(name)
}

/// The options that the newest releases register.
fn current<'n>() -> impl Iterator<Item = &'n str> {
    let is_current =
        |registrar: &OptionRegistrar| !matches!(registrar, OptionRegistrar::Pytest { removed: Some(_), .. });
    TABLE.iter().filter(move |(_, registrar)| is_current(registrar)).map(|(name, _)| *name)
}

static TABLE: LazyLock<BTreeMap<&'static str, OptionRegistrar>> =
    LazyLock::new(|| rows(include_str!("ini_options.tsv")).filter_map(row).collect());

fn rows(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|row| !row.starts_with('#'))
}

fn row(row: &'static str) -> Option<(&'static str, OptionRegistrar)> {
    let [name, distribution, since, removed, _alias_of] = *row.split('\t').collect::<Vec<_>>().as_slice() else {
        return None;
    };
    let version = |cell: &'static str| (cell != "-").then_some(cell);
    let registrar = match distribution {
        "pytest" => OptionRegistrar::Pytest { since: version(since), removed: version(removed) },
        plugin => OptionRegistrar::Plugin(plugin),
    };
    Some((name, registrar))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read_and_none_hides_another() {
        let text = include_str!("ini_options.tsv");
        assert!(rows(text).all(|line| row(line).is_some()));
        assert_eq!(TABLE.len(), rows(text).count());
        assert_eq!(row("name\tpytest\t-"), None);
    }

    #[test]
    fn options_are_told_with_who_registers_them_since_when() {
        let pytest = |since| Some(OptionRegistrar::Pytest { since, removed: None });
        assert_eq!(ini_option("testpaths").cloned(), pytest(None));
        assert_eq!(ini_option("strict_markers").cloned(), pytest(Some("9.0")));
        assert_eq!(ini_option("xfail_strict").cloned(), pytest(None));
        assert_eq!(ini_option("pytester_example_dir").cloned(), pytest(None));
        assert_eq!(ini_option("asyncio_mode"), Some(&OptionRegistrar::Plugin("pytest-asyncio")));
        assert_eq!(ini_option("DJANGO_SETTINGS_MODULE"), Some(&OptionRegistrar::Plugin("pytest-django")));
        for name in ["TESTPATHS", "django_settings_module", "", "marker", "confcutdir"] {
            assert_eq!(ini_option(name), None, "{name}");
        }
    }
}
