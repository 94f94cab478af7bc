//! What a rule says: something in the tree to change, with its place.

use serde::Serialize;

use super::{Definition, Signal};

/// How bad it is if a finding is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something does not do what its author meant: a test never runs, a marker selects nothing.
    Error,
    /// Something is most likely not meant like this.
    Warning,
    /// A matter of taste or policy.
    Note,
}

impl Severity {
    /// All, the worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Note];

    /// The name used in JSON, in the configuration and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// How sure it is that a finding is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The source says so.
    High,
    /// Something that was not seen could make it wrong: a plugin that is not known, a name that is computed.
    Medium,
    /// Worth a look.
    Low,
}

impl Confidence {
    /// All, the surest first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The name used in JSON, in the configuration and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// A part of a file of the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    /// Relative to the root.
    pub path: String,
    /// 1-based line of its first byte.
    pub line: u32,
    /// Byte offsets of its first byte and behind its last one, in the text as extraction saw it; `None`: the whole line.
    pub range: Option<(u32, u32)>,
    /// 1-based line on which the statement begins that it belongs to: a comment there, or above, speaks of it.
    pub head: u32,
}

impl Region {
    /// A whole line.
    pub fn line(path: impl Into<String>, line: u32) -> Self {
        Self { path: path.into(), line, range: None, head: line }
    }

    /// A range that begins on a line.
    pub fn range(path: impl Into<String>, line: u32, start: u32, end: u32) -> Self {
        Self { path: path.into(), line, range: Some((start, end)), head: line }
    }

    /// The name of a definition.
    pub fn name_of(path: impl Into<String>, definition: &Definition) -> Self {
        let length = u32::try_from(definition.name.len()).unwrap_or_default();
        let start = definition.name_start;
        let head = definition.first_line();
        Self { path: path.into(), line: definition.line, range: Some((start, start.saturating_add(length))), head }
    }

    /// What a detector captured.
    pub fn of_signal(path: impl Into<String>, signal: &Signal) -> Self {
        Self::range(path, signal.evidence.line, signal.offset, signal.end)
    }
}

/// One thing in the tree to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Where.
    pub at: Region,
    /// What is wrong: lower case, the thing in backticks, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Other places that belong to it, with what they have to do with it.
    pub related: Vec<(Region, String)>,
    /// How testaudit can mend it.
    pub fix: Option<Fix>,
    /// Words that make it wrong where one stands in a file that the rules did not see: in other sources and texts.
    pub unless_mentioned: Vec<String>,
    /// A word that makes it wrong where it stands anywhere else in the sources of the tree.
    pub unless_repeated: Option<String>,
}

/// A change that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fix {
    /// Registers a marker in the configuration that holds the others.
    RegisterMarker {
        /// The marker's name.
        name: String,
    },
    /// Renames a section of a configuration file.
    RenameSection {
        /// The file, relative to pytest's `rootdir`.
        path: String,
        /// 1-based line of the section's header.
        line: u32,
        /// The name as it stands there, without brackets.
        from: String,
        /// The name that is read, without brackets.
        to: String,
    },
}

impl Fix {
    /// What it does, for reports.
    pub fn title(&self) -> String {
        match self {
            Self::RegisterMarker { name } => format!("register `{name}`"),
            Self::RenameSection { from, to, .. } => format!("rename `[{from}]` to `[{to}]`"),
        }
    }
}
