//! What could not be judged: shown in every report, never fatal, never an `Err` up the stack.

use serde::Serialize;

/// Why a file, or a part of it, could not be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The file or folder exists and cannot be opened or read.
    Unreadable,
    /// A FIFO, socket or device where a source file would be.
    NotAFile,
    /// A link that leads out of the root, in a circle, or nowhere.
    Link,
    /// Larger than the limit; nothing of it was read.
    TooLarge,
    /// Bytes that the declared encoding does not allow, or an unknown encoding (PEP 263).
    Encoding,
    /// A NUL byte: Python refuses such a source.
    NulByte,
    /// The parser had to skip text; facts of the skipped part are missing.
    Syntax,
    /// Nested so deeply that only the outer levels were read.
    TooDeep,
    /// A query had more partial matches than it may keep; some matches may be missing.
    MatchLimit,
    /// A configuration file that is not what its name says.
    Config,
    /// Tests that only exist once the module was imported: they are not listed, or not by their names.
    MadeAtImport,
    /// Tests that a macro would write, and that cannot be seen.
    HiddenTests,
    /// A hook that decides what pytest collects: what it adds or leaves out is not known.
    CollectionHook,
    /// A class whose bases are computed, cannot be found, or lead back to itself: tests of theirs may be missing.
    UnknownBase,
    /// A defect of testaudit itself, caught: this file's facts are missing.
    Internal,
}

impl ProblemKind {
    /// The name used in JSON and in text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotAFile => "not-a-file",
            Self::Link => "link",
            Self::TooLarge => "too-large",
            Self::Encoding => "encoding",
            Self::NulByte => "nul-byte",
            Self::Syntax => "syntax",
            Self::TooDeep => "too-deep",
            Self::MatchLimit => "match-limit",
            Self::Config => "config",
            Self::MadeAtImport => "made-at-import",
            Self::HiddenTests => "hidden-tests",
            Self::CollectionHook => "collection-hook",
            Self::UnknownBase => "unknown-base",
            Self::Internal => "internal",
        }
    }
}

/// One thing that could not be judged, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Relative to the root, with `/`.
    pub path: String,
    /// 1-based, where a line is known.
    pub line: Option<u32>,
    /// The kind, for machines.
    pub kind: ProblemKind,
    /// Lower case, the thing in backticks, no full stop.
    pub message: String,
}

impl Problem {
    /// A problem with a whole file.
    pub fn file(path: impl Into<String>, kind: ProblemKind, message: impl Into<String>) -> Self {
        Self { path: path.into(), line: None, kind, message: message.into() }
    }

    /// A problem at a 1-based line.
    pub fn at(path: impl Into<String>, line: u32, kind: ProblemKind, message: impl Into<String>) -> Self {
        Self { path: path.into(), line: Some(line), kind, message: message.into() }
    }
}
