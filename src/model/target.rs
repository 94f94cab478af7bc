//! What coverage a project wants to have. Owns the words.

use super::Language;

/// A share of the statements that tests are to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageTarget {
    /// Globs of files relative to the root, in `.gitignore` syntax; none: all files of the language.
    pub paths: Vec<String>,
    /// The language that it is for; `None`: all.
    pub language: Option<Language>,
    /// The share, in ten-thousandths.
    pub share: u32,
}
