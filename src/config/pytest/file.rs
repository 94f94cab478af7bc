//! The files that may hold pytest's configuration, and what counts in each. Owns the loaders of
//! `_pytest/config/findpaths.py`; refuses to know in which folder to look and what any option means.

use std::fs;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::ini::{self, Ini, Section};
use super::toml::Lines;
use super::value::{Data, Value, Values};
use crate::model::{Overlay, settings::DEFAULT_MAX_FILE_SIZE};

/// What is wrong with a file: its absolute path, the line where one is known, and why.
pub(super) type Defect = (PathBuf, Option<u32>, String);

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// The section or table; empty where the file counts without one.
    pub(super) section: String,
    /// 1-based, of its header.
    pub(super) line: Option<u32>,
    /// The first pytest that reads the file or table.
    pub(super) since: Option<&'static str>,
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
    /// The first pytest that looks for it.
    since: Option<&'static str>,
}

/// The release that brought `pytest.toml` and options in `[tool.pytest]`.
const NATIVE_TOML: Option<&str> = Some("9.0");

/// `CONFIG_LOADERS_BY_NAME`, strongest first.
pub(super) const CANDIDATES: [Candidate; 7] = [
    Candidate { name: "pytest.toml", dedicated: true, loader: pytest_toml, since: NATIVE_TOML },
    Candidate { name: ".pytest.toml", dedicated: true, loader: pytest_toml, since: NATIVE_TOML },
    Candidate { name: "pytest.ini", dedicated: true, loader: generic_ini, since: None },
    Candidate { name: ".pytest.ini", dedicated: true, loader: generic_ini, since: None },
    Candidate { name: "pyproject.toml", dedicated: false, loader: pyproject_toml, since: None },
    Candidate { name: "tox.ini", dedicated: false, loader: generic_ini, since: None },
    Candidate { name: "setup.cfg", dedicated: false, loader: setup_cfg, since: None },
];

impl Candidate {
    /// What this file says, if it is pytest's configuration. Where pytest would stop, what could be read counts.
    pub(super) fn load(&self, path: &Path, overlay: &Overlay, defects: &mut Vec<Defect>) -> Option<Loaded> {
        let mut own = Vec::new();
        let loaded = match read(path, overlay) {
            Ok(text) => (self.loader)(&text, &mut own),
            Err(reason) => {
                own.push((None, format!("cannot read: {reason}")));
                None
            }
        };
        defects.extend(own.into_iter().map(|(line, message)| (path.to_owned(), line, message)));
        loaded.or_else(|| self.dedicated.then(|| Loaded { since: self.since, ..Loaded::default() }))
    }
}

/// The text of a file that is not too large, or what stands in its place; else why there is none.
pub(in crate::config) fn read(path: &Path, overlay: &Overlay) -> Result<String, String> {
    if !overlay.0.is_empty()
        && let Some(bytes) = fs::canonicalize(path).ok().and_then(|path| overlay.0.get(&path))
    {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        return Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned());
    }
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > DEFAULT_MAX_FILE_SIZE) {
        return Err(format!("larger than {DEFAULT_MAX_FILE_SIZE} bytes"));
    }
    crate::config::read(path).map_err(|error| crate::config::reason(&error))
}

/// `_load_ini_file` and, since a dedicated file counts in any case, `_load_pytest_ini`.
fn generic_ini(text: &str, wrong: &mut Vec<(Option<u32>, String)>) -> Option<Loaded> {
    parsed_ini(text, wrong).section("pytest").map(of_section)
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
    Loaded { section: section.name.clone(), line: Some(section.line), since: None, values }
}

/// `_load_pytest_toml` with `_config_from_pytest_table`.
fn pytest_toml(text: &str, wrong: &mut Vec<(Option<u32>, String)>) -> Option<Loaded> {
    let lines = Lines::new(text);
    let document = parsed_toml(text, &lines, wrong)?;
    if let Some((key, value)) = entry(&document, "pytest") {
        let table = table(value, "pytest", &lines, wrong)?;
        let line = Some(lines.line(key.span().start));
        return Some(Loaded {
            section: "pytest".to_owned(),
            line,
            since: NATIVE_TOML,
            values: lines.values(table, true),
        });
    }
    let outside = document.iter().filter(|(_, value)| !value.get_ref().is_table());
    if let Some((key, _)) = outside.min_by_key(|(key, _)| key.span().start) {
        let message = format!("`{}` stands outside of a table; write it below `[pytest]`", key.get_ref());
        wrong.push((Some(lines.line(key.span().start)), message));
    }
    None
}

/// `_load_pyproject_toml` with `_config_from_tool_pytest`.
fn pyproject_toml(text: &str, wrong: &mut Vec<(Option<u32>, String)>) -> Option<Loaded> {
    let lines = Lines::new(text);
    let document = parsed_toml(text, &lines, wrong)?;
    let tool = table(get(&document, "tool")?, "tool", &lines, wrong)?;
    let (key, pytest) = entry(tool, "pytest")?;
    let pytest = table(pytest, "tool.pytest", &lines, wrong)?;
    let mut native = lines.values(pytest, true);
    native.remove("ini_options");
    let options = match entry(pytest, "ini_options") {
        Some((key, value)) => table(value, "tool.pytest.ini_options", &lines, wrong).map(|table| (key, value, table)),
        None => None,
    };
    if !native.is_empty() {
        if let Some((_, value, _)) = options.filter(|(.., options)| !options.is_empty()) {
            let message = "pytest refuses `[tool.pytest.ini_options]` beside `[tool.pytest]`, of which only the latter \
                           was read; write one of them";
            wrong.push((Some(lines.line(value.span().start)), message.to_owned()));
        }
        let line = Some(lines.line(key.span().start));
        return Some(Loaded { section: "tool.pytest".to_owned(), line, since: NATIVE_TOML, values: native });
    }
    let (key, _, options) = options?;
    let line = Some(lines.line(key.span().start));
    let values = lines.values(options, false);
    Some(Loaded { section: "tool.pytest.ini_options".to_owned(), line, since: None, values })
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

/// The value of a key.
pub(in crate::config) fn get<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t Spanned<DeValue<'i>>> {
    entry(table, name).map(|(_, value)| value)
}

/// A key with its value.
fn entry<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<(&'t Spanned<DeString<'i>>, &'t Spanned<DeValue<'i>>)> {
    table.iter().find(|(key, _)| key.get_ref() == name)
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
