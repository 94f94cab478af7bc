//! The commands of task runners in a `pyproject.toml` and their own TOML files. Refuses to know pytest's own tables.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::interpolation::{Dialect, defaults};
use super::runner::Finder;
use super::snippet::Snippet;
use super::{tox, values};
use crate::model::{Problem, ProblemKind};

/// Tables of `[tool]` that say what is run.
const TOOLS: [&str; 14] = [
    "tox",
    "hatch",
    "poe",
    "pdm",
    "taskipy",
    "pixi",
    "rye",
    "cibuildwheel",
    "nox",
    "spin",
    "uv",
    "invoke",
    "thx",
    "dagger",
];

/// Levels beyond which nothing is read.
const MAX_DEPTH: usize = 30;

struct Reader<'a, 'f> {
    finder: &'f mut Finder<'a>,
    text: &'f str,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// Adds the commands of a TOML file.
pub(super) fn extract(finder: &mut Finder<'_>, text: &str) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let lines = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
    finder.dialect = Dialect::Braces;
    let mut reader = Reader { finder, text, lines };
    if let Some(error) = errors.first() {
        let line = reader.line(error.span().map_or(0, |span| span.start));
        let message = format!("not read as TOML: {}", error.message());
        reader.finder.facts.problems.push(Problem::at(reader.finder.path, line, ProblemKind::Syntax, message));
    }
    let pyproject = reader.finder.path.ends_with("pyproject.toml");
    let table = table.get_ref();
    let tool = table.iter().find(|(key, _)| key.get_ref() == "tool").and_then(|(_, tool)| tool.get_ref().as_table());
    if let Some(tool) = tool {
        for (key, value) in tool.iter().filter(|(key, _)| TOOLS.contains(&&**key.get_ref())) {
            reader.value("", key.get_ref(), value, 0);
        }
    }
    if !pyproject {
        for (key, value) in table.iter().filter(|(key, _)| key.get_ref() != "tool") {
            reader.value("", key.get_ref(), value, 0);
        }
    }
    reader.finder.dialect = Dialect::Shell;
}

impl Reader<'_, '_> {
    fn line(&self, at: usize) -> u32 {
        u32::try_from(self.lines.partition_point(|start| *start <= at)).unwrap_or(u32::MAX).max(1)
    }

    fn value(&mut self, holder: &str, key: &str, value: &Spanned<DeValue<'_>>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match value.get_ref() {
            DeValue::Table(table) => {
                for (inner, value) in table.iter() {
                    self.value(key, inner.get_ref(), value, depth + 1);
                }
            }
            DeValue::String(_) if key == "legacy_tox_ini" => {
                let raw = self.raw(value);
                tox::extract(self.finder, &raw.text, raw.line(0));
                self.finder.dialect = Dialect::Braces;
            }
            DeValue::String(_) => {
                let text = self.raw(value);
                values::value(self.finder, holder, self.command_key(holder, key), &defaults(&text));
            }
            DeValue::Array(items) => {
                if let Some(first) = items.iter().next()
                    && first.get_ref().as_str().is_some()
                {
                    let strings: Vec<_> = items.iter().flat_map(|item| self.words(item)).collect();
                    values::list(self.finder, holder, self.command_key(holder, key), &strings);
                } else {
                    for item in items.iter() {
                        self.value(holder, key, item, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// The words that one item of a list stands for: of tox's `{ replace = "posargs", default = […] }` the default.
    fn words(&self, item: &Spanned<DeValue<'_>>) -> Vec<Snippet> {
        if item.get_ref().as_str().is_some() {
            return vec![defaults(&self.raw(item))];
        }
        let line = self.line(item.span().start);
        let default = item.get_ref().as_table().and_then(|table| {
            table
                .iter()
                .find(|(key, _)| key.get_ref() == "default")
                .and_then(|(_, default)| default.get_ref().as_array())
        });
        let texts = default.into_iter().flat_map(|default| default.iter()).filter_map(|word| word.get_ref().as_str());
        let mut words = Vec::new();
        for text in texts {
            let mut word = Snippet::default();
            word.push(text, line, true);
            words.push(word);
        }
        if words.is_empty() && item.get_ref().as_table().is_some_and(|table| table.contains_key("replace")) {
            let mut word = Snippet::default();
            word.push("{posargs}", line, true);
            words.push(word);
        }
        words
    }

    /// The key that judges a value: in a table of scripts every name is a command's.
    fn command_key<'k>(&self, holder: &str, key: &'k str) -> &'k str {
        if matches!(holder, "scripts" | "tasks") { "script" } else { key }
    }

    /// A string with the lines it stands in. Of a string of several lines, the escapes are left to the shell.
    fn raw(&self, value: &Spanned<DeValue<'_>>) -> Snippet {
        let span = value.span();
        let line = self.line(span.start);
        let raw = self.text.get(span).unwrap_or("");
        let triple = ["\"\"\"", "'''"].into_iter().find(|quotes| raw.len() >= 6 && raw.starts_with(quotes));
        match triple {
            Some(quotes) => {
                let body = raw.trim_start_matches(quotes);
                Snippet::new(body.strip_suffix(quotes).unwrap_or(body), line)
            }
            None => Snippet::new(value.get_ref().as_str().unwrap_or(""), line),
        }
    }
}
