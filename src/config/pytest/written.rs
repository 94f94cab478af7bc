//! The sections of pytest's configuration as they are written, those that do not count among them. Owns how a value is
//! shown; refuses to judge one.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::file::{self, CANDIDATES};
use super::ini;
use super::toml::Lines;
use super::value::{Data, Value, Values};
use crate::model::about::{WrittenOption, WrittenSection};
use crate::model::{Overlay, PytestConfig};

/// The section that counts, then those that do not, in the order of [`PytestConfig::ignored`].
pub fn written(config: &PytestConfig, overlay: &Overlay) -> Vec<WrittenSection> {
    let source = config.source.as_ref().and_then(|source| Some((&source.path, &source.section, source.line?)));
    let ignored = config.ignored.iter().map(|own| (&own.path, &own.section, own.line));
    let places = source.into_iter().chain(ignored);
    let section = |(path, section, line): (&String, &String, u32)| {
        let values = values(&config.rootdir.join(path), section, line, overlay)?;
        let mut options: Vec<_> = values
            .into_iter()
            .map(|(name, value)| WrittenOption { line: value.line, name, value: lines(&value) })
            .collect();
        options.sort();
        Some(WrittenSection { path: path.clone(), section: section.clone(), line, options })
    };
    places.filter_map(section).collect()
}

/// What a section says, whatever its name is.
fn values(path: &Path, section: &str, line: u32, overlay: &Overlay) -> Option<Values> {
    let text = file::read(path, overlay).ok()?;
    let is_candidate = CANDIDATES.iter().any(|candidate| path.ends_with(candidate.name));
    if path.extension().is_none_or(|ending| ending != "toml") {
        let ini = ini::parse(&text);
        let section = ini.sections.iter().find(|own| own.line == line).filter(|_| is_candidate)?;
        let value =
            |entry: &ini::Entry| Value { line: entry.line, native: false, data: Data::Text(entry.lines.clone()) };
        return Some(section.entries.iter().map(|entry| (entry.name.clone(), value(entry))).collect());
    }
    let document = DeTable::parse(&text).ok()?;
    let mut table = document.get_ref();
    for key in section.split('.').map(|key| key.trim_matches('"')) {
        let (_, value) = table.iter().find(|(own, _)| own.get_ref() == key)?;
        table = value.get_ref().as_table()?;
    }
    let mut values = Lines::new(&text).values(table, true);
    let is_table = |name: &String| {
        table.iter().any(|(key, value)| key.get_ref() == name && matches!(value.get_ref(), DeValue::Table(_)))
    };
    values.retain(|name, _| !is_table(name));
    Some(values)
}

/// A value for readers: a line or item each.
fn lines(value: &Value) -> Vec<String> {
    match &value.data {
        Data::Text(lines) => lines.iter().map(|line| line.text.clone()).collect(),
        Data::List(items) => {
            items.iter().map(|item| item.text.clone().unwrap_or_else(|kind| format!("({kind})"))).collect()
        }
        Data::Boolean(boolean) => vec![boolean.to_string()],
        Data::Other(kind) => vec![format!("({kind})")],
    }
}
