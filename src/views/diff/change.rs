//! The vocabulary of differences: kinds, changes and what they went from and to. Knows no section.

use serde::{Serialize, Serializer};

use crate::views::count;

/// A kind of change: what a list of changes is called, on the command line, in JSON and in text.
#[derive(Debug, PartialEq, Eq)]
pub struct ChangeKind {
    /// In JSON, and as a condition of `--fail-on`.
    pub name: &'static str,
    /// What there is a number of, in the singular.
    pub noun: &'static str,
    /// What happened to it.
    pub happened: &'static str,
    /// When it holds, for the help text.
    pub help: &'static str,
}

impl ChangeKind {
    /// So many of them: `2 tests removed`.
    pub fn counted(&self, number: usize) -> String {
        format!("{} {}", count(number, self.noun), self.happened)
    }

    /// A heading: `Tests removed`.
    pub fn title(&self) -> String {
        let mut noun = self.noun.chars();
        let first: String = noun.next().into_iter().flat_map(char::to_uppercase).collect();
        format!("{first}{}s {}", noun.as_str(), self.happened)
    }
}

impl Serialize for ChangeKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What happened.
    #[serde(rename = "change")]
    pub kind: &'static ChangeKind,
    /// The test's id, the marker's name, the file.
    pub subject: String,
    /// Where it stands, in the new audit where it is in that one; relative to that audit's root.
    pub path: Option<String>,
    /// 1-based.
    pub line: Option<u32>,
    /// What the old audit says, where that says something that the kind does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<ChangeValue>,
    /// What the new audit says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<ChangeValue>,
}

impl Change {
    /// A change of something that has no place and no values yet.
    pub(super) fn new(kind: &'static ChangeKind, subject: impl Into<String>) -> Self {
        Self { kind, subject: subject.into(), path: None, line: None, old: None, new: None }
    }

    pub(super) fn at(self, path: impl Into<String>, line: Option<u32>) -> Self {
        Self { path: Some(path.into()), line, ..self }
    }

    pub(super) fn old(self, value: ChangeValue) -> Self {
        Self { old: Some(value), ..self }
    }

    pub(super) fn new_value(self, value: ChangeValue) -> Self {
        Self { new: Some(value), ..self }
    }

    /// The path, unless the subject or a value tells it already.
    pub fn untold_path(&self) -> Option<&str> {
        let path = self.path.as_deref()?;
        let names = |value: &Option<ChangeValue>| matches!(value, Some(ChangeValue::Name(name)) if name == path);
        (!self.subject.starts_with(path) && !names(&self.old) && !names(&self.new)).then_some(path)
    }
}

/// What one of the audits says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ChangeValue {
    /// It is not known; `null` in JSON.
    Unknown,
    /// A number.
    Number(u64),
    /// A share in whole percent; a number in JSON.
    Percent(u64),
    /// A name or path.
    Name(String),
    /// Several names.
    Names(Vec<String>),
    /// Words in which names stand in backticks.
    Words(String),
}

impl From<Option<u64>> for ChangeValue {
    fn from(number: Option<u64>) -> Self {
        number.map_or(Self::Unknown, Self::Number)
    }
}

/// A number that both audits tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffFigure {
    /// What is counted, as a title.
    pub name: &'static str,
    /// How many there were.
    pub old: u64,
    /// How many there are.
    pub new: u64,
}

/// What sections find, in the making.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) changes: Vec<Change>,
    pub(super) figures: Vec<DiffFigure>,
    /// Kinds of the section that cannot be told, with what is missing and in which of the audits.
    pub(super) untold: Vec<(&'static [&'static ChangeKind], &'static str, super::Missing)>,
    pub(super) notes: Vec<String>,
}

impl Found {
    pub(super) fn figure(&mut self, name: &'static str, old: usize, new: usize) {
        let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.figures.push(DiffFigure { name, old: number(old), new: number(new) });
    }
}
