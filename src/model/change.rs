//! Changes of files that are not written yet: what a fix makes of a file, and what is read in its place meanwhile.

use std::{collections::BTreeMap, path::PathBuf};

use super::Fix;

/// What a file becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The file, as fixes name it.
    pub path: String,
    /// Its bytes when it was read.
    pub before: Vec<u8>,
    /// Its bytes with the fixes.
    pub after: Vec<u8>,
    /// What this mends.
    pub fixed: Vec<Fix>,
}

/// What stands in place of files' own bytes, by their absolute paths without links.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlay(pub BTreeMap<PathBuf, Vec<u8>>);
