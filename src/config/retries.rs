//! Which configurations run failing tests again: pytest's, by options of plugins, and nextest's `.config/nextest.toml`.
//! Refuses to know whether a command line says otherwise.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::pytest::{file, toml::Lines};
use crate::model::{Evidence, Overlay, PytestConfig, RetrySetting};

/// Where nextest looks below the root of a workspace.
const NEXTEST: &str = ".config/nextest.toml";
/// Options of pytest's plugins, with the plugins: the flag in `addopts`, and the name in the configuration.
const OPTIONS: [(&str, &str, &str); 2] =
    [("--reruns", "reruns", "pytest-rerunfailures"), ("--retries", "retries", "pytest-retry")];

/// Those of a root, in the order of their files.
pub fn retries(root: &Path, pytest: &PytestConfig) -> Vec<RetrySetting> {
    let mut found = of_pytest(pytest);
    if let Ok(text) = file::read(&root.join(NEXTEST), &Overlay::default()) {
        found.extend(of_nextest(&text));
    }
    found
}

fn of_pytest(pytest: &PytestConfig) -> Vec<RetrySetting> {
    let Some(source) = &pytest.source else { return Vec::new() };
    let line = |name: &str| pytest.options.iter().find(|option| option.name == name).map_or(1, |option| option.line);
    let is_some = |value: &str| value.trim().parse::<u64>().is_ok_and(|times| times > 0);
    let found = OPTIONS.iter().filter_map(|(flag, name, plugin)| {
        // The last one counts, and a flag more than what the file says.
        let by_flag = pytest.addopts.retries.iter().rev().find(|(own, _)| own == flag);
        let by_name = || pytest.plugin_options.iter().find(|(own, _)| own == name);
        let (written, value, at) = match by_flag {
            Some((_, value)) => (format!("{flag} {value}"), value, line("addopts")),
            None => by_name().map(|(_, value)| (format!("{name} = {value}"), value, line(name)))?,
        };
        let evidence = Evidence::new(at, *flag, &written);
        is_some(value).then(|| RetrySetting { path: source.path.clone(), evidence, plugin: Some(plugin) })
    });
    found.collect()
}

/// `retries` of profiles and of their overrides; a file that is no TOML says nothing.
fn of_nextest(text: &str) -> Vec<RetrySetting> {
    let Ok(document) = DeTable::parse(text) else { return Vec::new() };
    let lines = Lines::new(text);
    let mut found = Vec::new();
    let mut add = |table: &DeTable<'_>, name: &str| {
        let value = table.get("retries").filter(|value| times(value.get_ref()) > 0);
        found.extend(value.map(|value| {
            let line = lines.line(value.span().start);
            let written = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
            let evidence = Evidence::new(line, format!("retries of {name}"), written);
            RetrySetting { path: NEXTEST.to_owned(), evidence, plugin: None }
        }));
    };
    let profiles = document.get_ref().get("profile").and_then(|profiles| profiles.get_ref().as_table());
    for (name, profile) in profiles.into_iter().flat_map(|profiles| profiles.iter()) {
        let Some(profile) = profile.get_ref().as_table() else { continue };
        let name = name.get_ref();
        add(profile, &format!("profile `{name}`"));
        let overrides = profile.get("overrides").and_then(|list| list.get_ref().as_array());
        for own in overrides.into_iter().flat_map(|list| list.iter()) {
            if let Some(table) = own.get_ref().as_table() {
                add(table, &format!("an override of profile `{name}`"));
            }
        }
    }
    found.sort();
    found
}

/// `retries = 2`, `retries = { backoff = "fixed", count = 2, delay = "1s" }`.
fn times(value: &DeValue<'_>) -> u64 {
    match value {
        DeValue::Integer(number) => number.as_str().parse().unwrap_or_default(),
        DeValue::Table(table) => table.get("count").map_or(0, |count| match count.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().unwrap_or_default(),
            _ => 0,
        }),
        _ => 0,
    }
}
