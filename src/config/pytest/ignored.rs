//! What was meant for pytest and does not count: sections of a wrong name, and files that a stronger one hides. Owns which
//! names look like pytest's; refuses to know what the options in there mean.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::file::{self, CANDIDATES};
use super::ini::{self, Ini};
use super::toml::Lines;
use crate::model::Overlay;
use crate::model::path::relative;
use crate::model::pytest::{ConfigSource, IgnoredConfig, IgnoredReason};

/// A section: its line, its name as written, and why it does not count.
type Ignored = (u32, String, IgnoredReason);

/// What does not count in the folder of the configuration, else in `rootdir`; sorted.
///
/// A section without an option is passed over: nothing is lost with it.
pub(super) fn places(rootdir: &Path, source: Option<&ConfigSource>, overlay: &Overlay) -> Vec<IgnoredConfig> {
    let source_path = source.map(|source| rootdir.join(&source.path));
    let folder = source_path.as_deref().and_then(Path::parent).unwrap_or(rootdir);
    let mut found = Vec::new();
    for candidate in &CANDIDATES {
        let path = folder.join(candidate.name);
        if !path.is_file() {
            continue;
        }
        let Ok(text) = file::read(&path, overlay) else { continue };
        let mut ignored = match candidate.name {
            "pyproject.toml" => in_pyproject(&text),
            "pytest.toml" | ".pytest.toml" => in_pytest_toml(&text),
            "setup.cfg" => in_ini(&ini::parse(&text), "tool:pytest"),
            _ => in_ini(&ini::parse(&text), "pytest"),
        };
        if let Some(source) = source
            && source_path.as_deref() != Some(&path)
            && let Some(loaded) = candidate.load(&path, overlay, &mut Vec::new())
            && let Some(line) = loaded.line
            && !loaded.values.is_empty()
        {
            ignored.push((line, loaded.section, IgnoredReason::Shadowed { by: source.path.clone() }));
        }
        let shown = relative(rootdir, &path);
        found.extend(ignored.into_iter().map(|(line, section, reason)| IgnoredConfig {
            path: shown.clone(),
            line,
            section,
            reason,
        }));
    }
    found.sort();
    found
}

/// What a name comes down to that was meant for pytest: `tool:pytest`, `PyTest`, `tool.pytest.ini-options`.
fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn is_meant(name: &str) -> bool {
    let name = bare(name);
    let name = name.strip_prefix("tools").or_else(|| name.strip_prefix("tool")).unwrap_or(&name);
    name.strip_prefix("pytest").is_some_and(|rest| rest.is_empty() || is_options(rest))
}

/// Whether a name is a spelling of `ini_options`.
fn is_options(name: &str) -> bool {
    matches!(&*bare(name), "inioptions" | "inioption" | "options" | "ini")
}

fn in_ini(ini: &Ini, expected: &str) -> Vec<Ignored> {
    let meant = ini.sections.iter().filter(|section| section.name != expected && is_meant(&section.name));
    let ignored = meant.filter_map(|section| {
        let is_refused = expected == "tool:pytest" && section.name == "pytest" && ini.section(expected).is_none();
        let expected = expected.to_owned();
        let reason = match is_refused {
            true => IgnoredReason::Refused { expected },
            false if section.entries.is_empty() => return None,
            false => IgnoredReason::WrongSection { expected },
        };
        Some((section.line, section.name.clone(), reason))
    });
    ignored.collect()
}

fn in_pytest_toml(text: &str) -> Vec<Ignored> {
    let Ok(document) = DeTable::parse(text) else { return Vec::new() };
    let mut search = Search { lines: Lines::new(text), expected: "pytest", found: Vec::new() };
    for (key, value) in document.get_ref() {
        match &**key.get_ref() {
            "pytest" => search.below(&["pytest"], value, is_options),
            "tool" => search.below(&["tool"], value, is_meant),
            name if is_meant(name) => search.report(&[], key, value),
            _ => {}
        }
    }
    search.found
}

fn in_pyproject(text: &str) -> Vec<Ignored> {
    let Ok(document) = DeTable::parse(text) else { return Vec::new() };
    let document = document.get_ref();
    let mut search = Search { lines: Lines::new(text), expected: "tool.pytest.ini_options", found: Vec::new() };
    for (key, value) in document {
        match &**key.get_ref() {
            "tool" => {
                search.below(&["tool"], value, |name| name != "pytest" && is_meant(name));
                if let Some(pytest) = value.get_ref().as_table().and_then(|tool| file::get(tool, "pytest")) {
                    search.below(&["tool", "pytest"], pytest, |name| name != "ini_options" && is_options(name));
                    search.found.extend(beside(pytest, &search.lines));
                }
            }
            // `[tools.pytest.ini_options]`, `[Tool.pytest]`
            name if matches!(&*bare(name), "tool" | "tools") => search.below(&[name], value, is_meant),
            name if is_meant(name) => search.report(&[], key, value),
            _ => {}
        }
    }
    search.found
}

/// `[tool.pytest.ini_options]` where `[tool.pytest]` has options too.
fn beside(pytest: &Spanned<DeValue<'_>>, lines: &Lines<'_>) -> Option<Ignored> {
    let pytest = pytest.get_ref().as_table()?;
    let (key, options) = pytest.iter().find(|(key, _)| key.get_ref() == "ini_options")?;
    let both = pytest.len() > 1 && options.get_ref().as_table().is_some_and(|options| !options.is_empty());
    let reason = IgnoredReason::WrongTable { read: "tool.pytest".to_owned() };
    both.then(|| (lines.line(key.span().start), "tool.pytest.ini_options".to_owned(), reason))
}

/// Finds tables of wrong names in one document.
struct Search<'t> {
    lines: Lines<'t>,
    expected: &'static str,
    found: Vec<Ignored>,
}

impl Search<'_> {
    /// The tables in this one that were meant for pytest.
    fn below(&mut self, path: &[&str], value: &Spanned<DeValue<'_>>, is_meant: impl Fn(&str) -> bool) {
        let Some(table) = value.get_ref().as_table() else { return };
        for (key, value) in table.iter().filter(|(key, _)| is_meant(key.get_ref())) {
            self.report(path, key, value);
        }
    }

    /// A table at this path, by the deepest table that holds all of its options.
    fn report(&mut self, path: &[&str], key: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>) {
        let Some(mut table) = value.get_ref().as_table().filter(|table| !table.is_empty()) else { return };
        let mut path: Vec<String> = path.iter().map(|key| quoted(key)).collect();
        path.push(quoted(key.get_ref()));
        let mut start = key.span().start;
        while let Some((key, inner)) =
            table.iter().next().filter(|(key, _)| table.len() == 1 && is_options(key.get_ref()))
            && let Some(inner) = inner.get_ref().as_table().filter(|inner| !inner.is_empty())
        {
            path.push(quoted(key.get_ref()));
            (start, table) = (key.span().start, inner);
        }
        let reason = IgnoredReason::WrongSection { expected: self.expected.to_owned() };
        self.found.push((self.lines.line(start), path.join("."), reason));
    }
}

/// A key as a header needs it.
fn quoted(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    if is_bare { key.to_owned() } else { format!("{key:?}") }
}
