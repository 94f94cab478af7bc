//! Files before they are understood: where they are, what they are for, and their bytes.

use std::path::PathBuf;

use serde::Serialize;

/// A language that testaudit reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// CPython's grammar, as tree-sitter-python reads it.
    Python,
    /// Rust, as rustc's lexer reads it.
    Rust,
    /// C++ and CUDA, as far as macros make tests.
    Cpp,
}

impl Language {
    /// All languages in the order of every report.
    pub const ALL: [Self; 3] = [Self::Python, Self::Rust, Self::Cpp];

    /// The name in reports.
    pub fn title(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Rust => "Rust",
            Self::Cpp => "C++",
        }
    }
}

/// What a test runner would do with a file, judged by its name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileRole {
    /// Matches `python_files`: pytest opens it to collect tests.
    TestModule,
    /// A `conftest.py`: pytest imports it for its fixtures and hooks.
    Conftest,
    /// Any other source file: a helper, a script, the code under test.
    Other,
    /// A text that pytest searches for doctests.
    DoctestText,
    /// A file that a name of a test module leads to: read for what it defines.
    Imported,
}

/// A file that the walk found and that should be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative to the root, with `/`; bytes that are not UTF-8 appear as `\xNN`.
    pub path: String,
    /// Where to open it. Never shown.
    pub absolute: PathBuf,
    /// Decides who extracts it.
    pub language: Language,
    /// Decides whether its tests are collected.
    pub role: FileRole,
}

/// A file's text, normalised so that byte offsets and rows mean the same to every stage: UTF-8, no byte order mark,
/// and a lone carriage return turned into a line feed (as Python's universal newlines do).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Valid UTF-8, except that it may be cut nowhere: what could not be decoded is U+FFFD.
    pub text: Vec<u8>,
}

impl Source {
    /// The text of a 1-based line without its line break and surrounding blanks; empty beyond the end.
    pub fn line(&self, line: u32) -> String {
        let mut rest = self.text.as_slice();
        for _ in 1..line {
            match memchr::memchr(b'\n', rest) {
                Some(end) => rest = &rest[end + 1..],
                None => return String::new(),
            }
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        String::from_utf8_lossy(&rest[..end]).trim().to_owned()
    }
}

/// A range of a file. Lines and columns are 1-based; columns count bytes; `end` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
    /// Line of the first byte.
    pub line: u32,
    /// Column of the first byte.
    pub column: u32,
}

impl Span {
    /// Whether `other` lies wholly inside.
    pub fn contains(&self, other: &Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}
