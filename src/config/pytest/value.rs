//! The values of a configuration and what they are converted to. Owns the conversions of `Config._getini_ini` and
//! `Config._getini_toml`; refuses to know where a value came from and what an option means.

use std::collections::BTreeMap;

use super::ini::{Line, is_space};
use super::shlex;

/// All that a configuration says, by name.
pub(super) type Values = BTreeMap<String, Value>;

/// What is wrong, and at which line of the configuration.
pub(super) type Wrong = (u32, String);

/// One value as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// 1-based.
    pub(super) line: u32,
    /// Whether it must be of the right type by itself: pytest's "toml" mode in place of "ini".
    pub(super) native: bool,
    pub(super) data: Data,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Data {
    /// A text, by its lines.
    Text(Vec<Line>),
    List(Vec<Item>),
    Boolean(bool),
    /// Anything else, by what TOML calls it.
    Other(&'static str),
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// 1-based.
    pub(super) line: u32,
    /// The string, or what TOML calls it when it is none.
    pub(super) text: Result<String, &'static str>,
}

impl Value {
    /// A value given by `-o`, which is written at this line.
    pub(super) fn of_override(text: &str, line: u32) -> Self {
        let lines = text.split('\n').map(|text| Line { text: text.to_owned(), line }).collect();
        Self { line, native: false, data: Data::Text(lines) }
    }

    /// The types `args` and `paths`: words as in a shell, or the items of a list.
    pub(super) fn words(&self, name: &str) -> Result<Vec<String>, Wrong> {
        match &self.data {
            Data::Text(lines) if !self.native => {
                shlex::split(&joined(lines)).map_err(|error| (self.line, format!("`{name}`: {error}")))
            }
            data => Ok(self.items(name, data)?.into_iter().map(|item| item.text).collect()),
        }
    }

    /// The type `linelist`: lines that are not blank, or the items of a list.
    pub(super) fn lines(&self, name: &str) -> Result<Vec<Line>, Wrong> {
        match &self.data {
            Data::Text(lines) if !self.native => {
                let stripped = lines.iter().map(|line| (line.text.trim_matches(is_space), line.line));
                let filled = stripped.filter(|(text, _)| !text.is_empty());
                Ok(filled.map(|(text, line)| Line { text: text.to_owned(), line }).collect())
            }
            data => self.items(name, data),
        }
    }

    /// The type `string`.
    pub(super) fn string(&self, name: &str) -> Result<String, Wrong> {
        match &self.data {
            Data::Text(lines) => Ok(joined(lines).trim_matches(is_space).to_owned()),
            Data::Boolean(_) | Data::List(_) | Data::Other(_) => Err((self.line, format!("`{name}` must be a string"))),
        }
    }

    /// The type `bool`, in INI files by the words of `_strtobool`.
    pub(super) fn boolean(&self, name: &str) -> Result<bool, Wrong> {
        match &self.data {
            Data::Boolean(boolean) => return Ok(*boolean),
            Data::Text(lines) if !self.native => {
                let text = joined(lines);
                match &*text.trim_matches(is_space).to_lowercase() {
                    "y" | "yes" | "t" | "true" | "on" | "1" => return Ok(true),
                    "n" | "no" | "f" | "false" | "off" | "0" => return Ok(false),
                    other => return Err((self.line, format!("`{name}`: invalid truth value `{other}`"))),
                }
            }
            Data::Text(_) | Data::List(_) | Data::Other(_) => {}
        }
        Err((self.line, format!("`{name}` must be `true` or `false`, this is {}", self.data.name())))
    }

    /// The line of the first item, or line of a text, that has this in it; else the line of the value.
    pub(super) fn line_of(&self, word: &str) -> u32 {
        let found = match &self.data {
            Data::Text(lines) => lines.iter().find(|line| line.text.contains(word)).map(|line| line.line),
            Data::List(items) => {
                let has = |item: &&Item| item.text.as_ref().is_ok_and(|text| text.contains(word));
                items.iter().find(has).map(|item| item.line)
            }
            Data::Boolean(_) | Data::Other(_) => None,
        };
        found.unwrap_or(self.line)
    }

    fn items(&self, name: &str, data: &Data) -> Result<Vec<Line>, Wrong> {
        let Data::List(items) = data else {
            return Err((self.line, format!("`{name}` must be a list of strings, this is {}", data.name())));
        };
        let text = |item: &Item| match &item.text {
            Ok(text) => Ok(Line { text: text.clone(), line: item.line }),
            Err(found) => Err((item.line, format!("`{name}` must be a list of strings, this is {}", article(found)))),
        };
        items.iter().map(text).collect()
    }
}

impl Data {
    fn name(&self) -> String {
        article(match self {
            Self::Text(_) => "string",
            Self::List(_) => "array",
            Self::Boolean(_) => "boolean",
            Self::Other(name) => name,
        })
    }
}

fn article(noun: &str) -> String {
    format!("{} {noun}", if noun.starts_with(['a', 'i']) { "an" } else { "a" })
}

fn joined(lines: &[Line]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| &*line.text).collect();
    lines.join("\n")
}
