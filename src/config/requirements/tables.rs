//! Requirements in TOML: `pyproject.toml` with the tables of the tools that keep some there, and files that hold such a
//! table by themselves. One row per table; refuses to read anything but literals.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::line::{Distribution, of_conda, of_poetry};
use super::{Parsed, Said, listed, sections};
use crate::config::pytest::toml::Lines;
use crate::model::requirement::normalized;

/// The table of `pyproject.toml` that a whole file stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefix {
    /// None: a `Pipfile`.
    None,
    Hatch,
    Pixi,
    Tox,
}

/// How requirements are written.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// A list of PEP 508's, or words of one string.
    List,
    /// A list that follows the rules of requirements files.
    Listed,
    /// Names with specifiers of Poetry, or with tables that have a `version`.
    Poetry,
    /// The same with specifiers of conda.
    Conda,
    /// A table with `file`: names of requirements files.
    Files,
    /// The text of a `tox.ini`.
    ToxIni,
}

/// Where requirements stand in `pyproject.toml`; `*` is every key, and every item of a list.
const PYPROJECT: [(&str, Shape); 29] = [
    ("project.dependencies", Shape::List),
    ("project.optional-dependencies.*", Shape::List),
    ("dependency-groups.*", Shape::List),
    ("build-system.requires", Shape::List),
    ("tool.setuptools.dynamic.dependencies", Shape::Files),
    ("tool.setuptools.dynamic.optional-dependencies.*", Shape::Files),
    ("tool.poetry.dependencies", Shape::Poetry),
    ("tool.poetry.dev-dependencies", Shape::Poetry),
    ("tool.poetry.group.*.dependencies", Shape::Poetry),
    ("tool.pdm.dev-dependencies.*", Shape::Listed),
    ("tool.uv.dev-dependencies", Shape::List),
    ("tool.flit.metadata.requires", Shape::List),
    ("tool.flit.metadata.requires-extra.*", Shape::List),
    ("tool.hatch.envs.*.dependencies", Shape::List),
    ("tool.hatch.envs.*.extra-dependencies", Shape::List),
    ("tool.hatch.build.targets.*.dependencies", Shape::List),
    ("tool.tox.env_run_base.deps", Shape::Listed),
    ("tool.tox.env_base.*.deps", Shape::Listed),
    ("tool.tox.env.*.deps", Shape::Listed),
    ("tool.tox.legacy_tox_ini", Shape::ToxIni),
    ("tool.cibuildwheel.test-requires", Shape::List),
    ("tool.cibuildwheel.*.test-requires", Shape::List),
    ("tool.cibuildwheel.overrides.*.test-requires", Shape::List),
    ("tool.pixi.dependencies", Shape::Conda),
    ("tool.pixi.pypi-dependencies", Shape::Poetry),
    ("tool.pixi.host-dependencies", Shape::Conda),
    ("tool.pixi.build-dependencies", Shape::Conda),
    ("tool.pixi.feature.*.dependencies", Shape::Conda),
    ("tool.pixi.feature.*.pypi-dependencies", Shape::Poetry),
];

const PIPFILE: [(&str, Shape); 2] = [("packages", Shape::Poetry), ("dev-packages", Shape::Poetry)];

/// Reads `pyproject.toml`.
pub(super) fn pyproject(text: &str, said: &mut Said) -> Parsed {
    let lines = Lines::new(text);
    let document = document(text, &lines)?;
    let mut reader = Reader { lines, said };
    for (path, shape) in &PYPROJECT {
        reader.table(&document, path, *shape);
    }
    let name = at(&document, "project.name").or_else(|| at(&document, "tool.poetry.name"));
    reader.said.project = name.and_then(|name| name.get_ref().as_str()).map(str::to_owned);
    // What another tool fills in, and the files read here do not say.
    if let Some(dynamic) = at(&document, "project.dynamic")
        && at(&document, "tool.setuptools.dynamic.dependencies").is_none()
    {
        for item in dynamic.get_ref().as_array().into_iter().flatten() {
            if matches!(item.get_ref().as_str(), Some("dependencies" | "optional-dependencies")) {
                let line = reader.lines.line(item.span().start);
                reader.said.unread.push(line);
            }
        }
    }
    Ok(())
}

/// Reads a file that stands for a table of `pyproject.toml`.
pub(super) fn file(text: &str, prefix: Prefix, said: &mut Said) -> Parsed {
    let lines = Lines::new(text);
    let document = document(text, &lines)?;
    let mut reader = Reader { lines, said };
    let tool = match prefix {
        Prefix::None => {
            for (path, shape) in PIPFILE {
                reader.table(&document, path, shape);
            }
            return Ok(());
        }
        Prefix::Hatch => "tool.hatch.",
        Prefix::Pixi => "tool.pixi.",
        Prefix::Tox => "tool.tox.",
    };
    for (path, shape) in PYPROJECT {
        if let Some(path) = path.strip_prefix(tool) {
            reader.table(&document, path, shape);
        }
    }
    Ok(())
}

fn document<'t>(text: &'t str, lines: &Lines<'_>) -> Result<DeTable<'t>, (u32, String)> {
    DeTable::parse(text).map(Spanned::into_inner).map_err(|error| {
        let line = lines.line(error.span().map_or(0, |span| span.start));
        (line, format!("not valid TOML: {}", error.message().replace('\n', ", ")))
    })
}

fn at<'t, 'i>(table: &'t DeTable<'i>, path: &str) -> Option<&'t Spanned<DeValue<'i>>> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let value = get(table, first)?;
    match rest {
        Some(rest) => at(value.get_ref().as_table()?, rest),
        None => Some(value),
    }
}

fn get<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t Spanned<DeValue<'i>>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
}

struct Reader<'t, 's> {
    lines: Lines<'t>,
    said: &'s mut Said,
}

impl Reader<'_, '_> {
    /// Everything at a path.
    fn table(&mut self, table: &DeTable<'_>, path: &str, shape: Shape) {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        for (key, value) in table {
            if first != "*" && first != key.get_ref() {
                continue;
            }
            match (rest, value.get_ref()) {
                (None, _) => self.value(value, shape),
                (Some(rest), DeValue::Table(inner)) => self.table(inner, rest, shape),
                (Some(rest), DeValue::Array(items)) => {
                    let Some(rest) = rest.strip_prefix("*.") else { continue };
                    for item in items.iter() {
                        if let Some(inner) = item.get_ref().as_table() {
                            self.table(inner, rest, shape);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, shape: Shape) {
        let line = self.lines.line(value.span().start);
        match (shape, value.get_ref()) {
            (Shape::List | Shape::Listed, DeValue::Array(items)) => {
                for item in items.iter() {
                    let line = self.lines.line(item.span().start);
                    // A table names another group, or another tool's variable: both are read where they stand.
                    match (item.get_ref().as_str(), shape) {
                        (Some(text), Shape::Listed) => listed::one(line, text, self.said),
                        (Some(text), _) if text.contains(['{', '$']) => self.said.unread.push(line),
                        (Some(text), _) => self.said.require(line, text),
                        (None, _) => {}
                    }
                }
            }
            (Shape::List, DeValue::String(text)) => {
                text.split_whitespace().for_each(|word| self.said.require(line, word));
            }
            (Shape::Listed, DeValue::String(text)) => text.lines().for_each(|one| listed::one(line, one, self.said)),
            (Shape::Poetry, DeValue::Table(table)) => self.named(table, of_poetry),
            (Shape::Conda, DeValue::Table(table)) => self.named(table, of_conda),
            (Shape::Files, DeValue::Table(table)) => {
                let Some(files) = get(table, "file") else { return };
                let names: Vec<_> = match files.get_ref() {
                    DeValue::String(text) => text.split(',').map(str::trim).collect(),
                    DeValue::Array(items) => items.iter().filter_map(|item| item.get_ref().as_str()).collect(),
                    _ => Vec::new(),
                };
                self.said.beside.extend(names.into_iter().map(|name| (line, name.to_owned())));
            }
            (Shape::ToxIni, DeValue::String(text)) => {
                let mut inner = Said::default();
                // pytest reads no `tox.ini` here, tox itself would tell of defects.
                let _ = sections::tox_ini(text, &mut inner);
                // The text begins behind the line of its quotes.
                let place = |inner: u32| line.saturating_add(inner);
                self.said.required.extend(inner.required.into_iter().map(|(at, found)| (place(at), found)));
                self.said.unread.extend(inner.unread.into_iter().map(place));
                self.said.beside.extend(inner.beside.into_iter().map(|(at, name)| (place(at), name)));
                self.said.below.extend(inner.below.into_iter().map(|(at, name)| (place(at), name)));
            }
            _ => {}
        }
    }

    /// A table of names.
    fn named(&mut self, table: &DeTable<'_>, convert: fn(&str) -> String) {
        for (key, value) in table {
            let name = normalized(key.get_ref());
            if name == "python" {
                continue;
            }
            let version = |value: &DeValue<'_>| match value {
                DeValue::String(text) => Some(text.to_string()),
                DeValue::Table(table) => {
                    get(table, "version").and_then(|text| text.get_ref().as_str()).map(str::to_owned)
                }
                _ => None,
            };
            let versions = match value.get_ref() {
                // Poetry: one table for each environment.
                DeValue::Array(items) => items.iter().map(|item| version(item.get_ref())).collect(),
                other => vec![version(other)],
            };
            let specifiers: Vec<_> = versions.into_iter().map(|text| convert(&text.unwrap_or_default())).collect();
            let any = specifiers.iter().any(String::is_empty);
            let specifier = if any { String::new() } else { specifiers.join("||") };
            let line = self.lines.line(key.span().start);
            self.said.required.push((line, Distribution { name, specifier }));
        }
    }
}
