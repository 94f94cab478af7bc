//! A manifest as a table with lines, and how its paths lead to other manifests. Refuses to know what any key means.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::config::pytest::toml::Lines;
pub(super) use crate::model::path::folder;

/// The name of a manifest.
const MANIFEST: &str = "Cargo.toml";
/// Bytes beyond which a text is no name and no path.
const MAX_TEXT: usize = 8192;
/// The most items of a list that many manifests may inherit.
pub(super) const MAX_INHERITED: usize = 1000;

/// A manifest that is TOML.
pub(super) struct Document<'t> {
    /// Relative to the root, with `/`.
    pub(super) path: &'t str,
    lines: Lines<'t>,
    root: DeTable<'t>,
}

impl<'t> Document<'t> {
    /// Parses a text.
    ///
    /// # Errors
    /// Where and why it is no TOML.
    pub(super) fn new(path: &'t str, text: &'t str) -> Result<Self, (u32, String)> {
        let lines = Lines::new(text);
        match DeTable::parse(text) {
            Ok(table) => Ok(Self { path, lines, root: table.into_inner() }),
            Err(error) => {
                let line = lines.line(error.span().map_or(0, |span| span.start));
                Err((line, format!("not valid TOML: {}", error.message().replace('\n', ", "))))
            }
        }
    }

    /// The whole document.
    pub(super) fn root(&self) -> &DeTable<'t> {
        &self.root
    }

    /// `[package]`, which was `[project]` once.
    pub(super) fn package(&self) -> Option<&DeTable<'t>> {
        table(&self.root, "package").or_else(|| table(&self.root, "project"))
    }

    /// `[workspace]`, which makes this manifest the root of one.
    pub(super) fn workspace(&self) -> Option<&DeTable<'t>> {
        table(&self.root, "workspace")
    }

    /// The folder it stands in, relative to the root.
    pub(super) fn folder(&self) -> &'t str {
        folder(self.path)
    }

    /// The 1-based line that a range of the text begins in.
    pub(super) fn line(&self, span: Range<usize>) -> u32 {
        self.lines.line(span.start)
    }

    /// The 1-based line of a key of one of its tables; the first where there is none.
    pub(super) fn line_of(&self, table: &DeTable<'_>, key: &str) -> u32 {
        table.get_key_value(key).map_or(1, |(key, _)| self.line(key.span()))
    }
}

/// The table under a key.
pub(super) fn table<'v, 't>(from: &'v DeTable<'t>, key: &str) -> Option<&'v DeTable<'t>> {
    from.get(key)?.get_ref().as_table()
}

/// The text under a key, unless it is longer than any name or path: many manifests may inherit one.
pub(super) fn string<'v>(from: &'v DeTable<'_>, key: &str) -> Option<&'v str> {
    from.get(key)?.get_ref().as_str().filter(|text| text.len() <= MAX_TEXT)
}

/// `true` or `false` under a key, which has two spellings where it is of two words.
pub(super) fn boolean(from: &DeTable<'_>, key: &str) -> Option<bool> {
    match from.get(key).or_else(|| from.get(key.replace('-', "_").as_str()))?.get_ref() {
        DeValue::Boolean(value) => Some(*value),
        _ => None,
    }
}

/// The texts of an array under a key of one or two spellings; `None` where it is no array.
pub(super) fn strings(from: &DeTable<'_>, key: &str) -> Option<Vec<String>> {
    let value = from.get(key).or_else(|| from.get(key.replace('-', "_").as_str()))?;
    let items = value.get_ref().as_array()?.iter();
    Some(items.filter_map(|item| item.get_ref().as_str()).map(str::to_owned).collect())
}

/// Whether a table says `workspace = true`.
pub(super) fn inherits(from: &DeTable<'_>) -> bool {
    boolean(from, "workspace") == Some(true)
}

/// Where a path leads from a folder, by its names alone; `None` where that is outside of the root.
pub(super) fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// The manifest of a folder.
pub(super) fn manifest_in(folder: &str) -> String {
    if folder.is_empty() { MANIFEST.to_owned() } else { format!("{folder}/{MANIFEST}") }
}
