//! The files that may hold pytest's configuration, and what counts in each. Owns the loaders of
//! `_pytest/config/findpaths.py`; refuses to know in which folder to look and what any option means.

use std::fs;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ini::{self, Ini, Section};
use super::toml::Lines;
use super::value::{Data, Value, Values};
use crate::model::settings::DEFAULT_MAX_FILE_SIZE;

/// What is wrong with a file: its absolute path, the line where one is known, and why.
pub(super) type Defect = (PathBuf, Option<u32>, String);

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// The section or table; empty where the file counts without one.
    pub(super) section: String,
    pub(super) values: Values,
}

/// One way to read a file: what it says, if it is pytest's configuration, and what is wrong with it.
type Loader = fn(&str, &mut Vec<(Option<u32>, String)>) -> Option<Loaded>;

/// A file that may hold the configuration.
pub(super) struct Candidate {
    /// Its name.
    pub(super) name: &'static str,
    /// Whether it is the configuration even if it holds none.
    dedicated: bool,
    loader: Loader,
}

/// `CONFIG_LOADERS_BY_NAME`, strongest first.
pub(super) const CANDIDATES: [Candidate; 7] = [
    Candidate { name: "pytest.toml", dedicated: true, loader: pytest_toml },
    Candidate { name: ".pytest.toml", dedicated: true, loader: pytest_toml },
    Candidate { name: "pytest.ini", dedicated: true, loader: generic_ini },
    Candidate { name: ".pytest.ini", dedicated: true, loader: generic_ini },
    Candidate { name: "pyproject.toml", dedicated: false, loader: pyproject_toml },
    Candidate { name: "tox.ini", dedicated: false, loader: generic_ini },
    Candidate { name: "setup.cfg", dedicated: false, loader: setup_cfg },
];

impl Candidate {
    /// What this file says, if it is pytest's configuration. Where pytest would stop, what could be read counts.
    pub(super) fn load(&self, path: &Path, defects: &mut Vec<Defect>) -> Option<Loaded> {
        let mut own = Vec::new();
        let large = fs::metadata(path).is_ok_and(|metadata| metadata.len() > DEFAULT_MAX_FILE_SIZE);
        let text = if large { Err(format!("larger than {DEFAULT_MAX_FILE_SIZE} bytes")) } else { read(path) };
        let loaded = match text {
            Ok(text) => (self.loader)(&text, &mut own),
            Err(reason) => {
                own.push((None, format!("cannot read: {reason}")));
                None
            }
        };
        defects.extend(own.into_iter().map(|(line, message)| (path.to_owned(), line, message)));
        loaded.or_else(|| self.dedicated.then(Loaded::default))
    }
}

fn read(path: &Path) -> Result<String, String> {
    crate::config::read(path).map_err(|error| crate::config::reason(&error))
}

/// `_load_ini_file` and, since a dedicated file counts in any case, `_load_pytest_ini`.
fn generic_ini(text: &str, wrong: &mut Vec<(Option<u32>, String)>) -> Option<Loaded> {
    let ini = parsed_ini(text, wrong);
    if let Some(section) = ini.section("tool:pytest") {
        let message = "pytest ignores `[tool:pytest]` in this file, it is read in `setup.cfg` only; write `[pytest]`";
        wrong.push((Some(section.line), message.to_owned()));
    }
    ini.section("pytest").map(of_section)
}

/// `_load_cfg_file`.
fn setup_cfg(text: &str, wrong: &mut Vec<(Option<u32>, String)>) -> Option<Loaded> {
    let ini = parsed_ini(text, wrong);
    let loaded = ini.section("tool:pytest").map(of_section);
    if loaded.is_none()
        && let Some(section) = ini.section("pytest")
    {
        let message = "pytest refuses `[pytest]` in this file; write `[tool:pytest]`";
        wrong.push((Some(section.line), message.to_owned()));
    }
    loaded
}

fn parsed_ini(text: &str, wrong: &mut Vec<(Option<u32>, String)>) -> Ini {
    let mut ini = ini::parse(text);
    if let Some((line, message)) = ini.error.take() {
        wrong.push((Some(line), format!("not valid INI: {message}")));
    }
    ini
}

fn of_section(section: &Section) -> Loaded {
    let value = |entry: &ini::Entry| Value { line: entry.line, native: false, data: Data::Text(entry.lines.clone()) };
    let values = section.entries.iter().map(|entry| (entry.name.clone(), value(entry))).collect();
    Loaded { section: section.name.clone(), values }
}

/// `_load_pytest_toml` with `_config_from_pytest_table`.
fn pytest_toml(text: &str, wrong: &mut Vec<(Option<u32>, String)>) -> Option<Loaded> {
    let lines = Lines::new(text);
    let document = parsed_toml(text, &lines, wrong)?;
    if let Some(value) = get(&document, "pytest") {
        let table = table(value, "pytest", &lines, wrong)?;
        return Some(Loaded { section: "pytest".to_owned(), values: lines.values(table, true) });
    }
    let outside = document.iter().filter(|(_, value)| !value.get_ref().is_table());
    if let Some((key, _)) = outside.min_by_key(|(key, _)| key.span().start) {
        let message = format!("`{}` stands outside of a table; write it below `[pytest]`", key.get_ref());
        wrong.push((Some(lines.line(key.span().start)), message));
    } else if let Some(tool) = get(&document, "tool")
        && let Some(value) = tool.get_ref().as_table().and_then(|tool| get(tool, "pytest"))
    {
        let message =
            "pytest ignores `[tool.pytest]` in this file, it is read in `pyproject.toml` only; write `[pytest]`";
        wrong.push((Some(lines.line(value.span().start)), message.to_owned()));
    }
    None
}

/// `_load_pyproject_toml` with `_config_from_tool_pytest`.
fn pyproject_toml(text: &str, wrong: &mut Vec<(Option<u32>, String)>) -> Option<Loaded> {
    let lines = Lines::new(text);
    let document = parsed_toml(text, &lines, wrong)?;
    let tool = table(get(&document, "tool")?, "tool", &lines, wrong)?;
    let pytest = table(get(tool, "pytest")?, "tool.pytest", &lines, wrong)?;
    let mut native = lines.values(pytest, true);
    native.remove("ini_options");
    let options = get(pytest, "ini_options");
    let options = match options {
        Some(value) => table(value, "tool.pytest.ini_options", &lines, wrong).map(|table| (value, table)),
        None => None,
    };
    if !native.is_empty() {
        if let Some((value, _)) = options.filter(|(_, options)| !options.is_empty()) {
            let message = "pytest refuses `[tool.pytest.ini_options]` beside `[tool.pytest]`, of which only the latter \
                           was read; write one of them";
            wrong.push((Some(lines.line(value.span().start)), message.to_owned()));
        }
        return Some(Loaded { section: "tool.pytest".to_owned(), values: native });
    }
    let (_, options) = options?;
    Some(Loaded { section: "tool.pytest.ini_options".to_owned(), values: lines.values(options, false) })
}

fn parsed_toml<'t>(text: &'t str, lines: &Lines<'_>, wrong: &mut Vec<(Option<u32>, String)>) -> Option<DeTable<'t>> {
    match DeTable::parse(text) {
        Ok(table) => Some(table.into_inner()),
        Err(error) => {
            let line = lines.line(error.span().map_or(0, |span| span.start));
            wrong.push((Some(line), format!("not valid TOML: {}", error.message().replace('\n', ", "))));
            None
        }
    }
}

pub(super) fn get<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t Spanned<DeValue<'i>>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
}

fn table<'t, 'i>(
    value: &'t Spanned<DeValue<'i>>,
    name: &str,
    lines: &Lines<'_>,
    wrong: &mut Vec<(Option<u32>, String)>,
) -> Option<&'t DeTable<'i>> {
    let table = value.get_ref().as_table();
    if table.is_none() {
        wrong.push((Some(lines.line(value.span().start)), format!("`{name}` must be a table")));
    }
    table
}
