//! What a source says about itself in prose: docstrings, comments that tell how it is run, what it imports. Refuses to
//! judge any of it.

use serde::Serialize;

/// Something that is written for readers, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Prose {
    /// 1-based.
    pub line: u32,
    /// In one line, of bounded length.
    pub text: String,
}

impl Prose {
    /// How many characters are kept.
    pub const TEXT: usize = 200;

    /// Text in one line, cut where it is longer than [`Prose::TEXT`].
    pub fn new(line: u32, text: &str) -> Self {
        let mut one = String::new();
        for word in text.split_whitespace() {
            if !one.is_empty() {
                one.push(' ');
            }
            one.push_str(word);
            if one.len() > Self::TEXT * 4 {
                break;
            }
        }
        if let Some((cut, _)) = one.char_indices().nth(Self::TEXT) {
            one.truncate(cut);
            one.push('…');
        }
        Self { line, text: one }
    }
}

/// The first sentence of a text: what stands before its first blank line, up to the end of a sentence. `None` where that
/// is a licence, or says nothing.
pub fn first_sentence(text: &str) -> Option<String> {
    let is_rule = |line: &str| !line.is_empty() && line.chars().all(|letter| "=-~*#^+_`\"'".contains(letter));
    let mut lines = text.lines().map(str::trim).skip_while(|line| line.is_empty() || is_rule(line));
    let first = lines.next()?;
    let rest = lines.take_while(|line| !line.is_empty() && !is_rule(line) && !is_item(line));
    let mut paragraph = first.trim_start_matches("# ").to_owned();
    for line in rest {
        if paragraph.len() > Prose::TEXT * 4 {
            break;
        }
        paragraph.push(' ');
        paragraph.push_str(line);
    }
    let sentence = paragraph[..end_of_sentence(&paragraph)].trim().trim_end_matches(['.', ':']).trim();
    let is_licence = LICENCES.iter().any(|word| sentence.contains(word));
    let has_words = sentence.chars().any(char::is_alphanumeric);
    (has_words && !is_licence).then(|| sentence.to_owned())
}

const LICENCES: [&str; 8] = [
    "Copyright",
    "copyright",
    "SPDX-License",
    "Licensed under",
    "is licensed under",
    "All rights reserved",
    "Permission is hereby granted",
    "governed by a BSD",
];

/// Whether a line begins an item of a list or a field: the sentence before it has ended.
fn is_item(line: &str) -> bool {
    ["- ", "* ", "• ", ":param", "Args:", "Usage:", ">>> ", ".. ", "@"].iter().any(|start| line.starts_with(start))
}

/// The byte behind the first sentence.
fn end_of_sentence(text: &str) -> usize {
    const SHORT: [&str; 9] = ["e.g.", "i.e.", "etc.", "vs.", "cf.", "approx.", "incl.", "resp.", "no."];
    let mut from = 0;
    while let Some(at) = text[from..].find(['.', '!', '?']).map(|at| from + at) {
        let behind = &text[at + 1..];
        let word = text[..=at].rsplit([' ', '(']).next().unwrap_or_default();
        let next = behind.trim_start().chars().next();
        let begins = next.is_none_or(|letter| letter.is_uppercase() || !letter.is_alphanumeric());
        let is_end = behind.is_empty() || behind.starts_with([' ', '\t']) && begins;
        if is_end && !SHORT.iter().any(|short| word.eq_ignore_ascii_case(short)) {
            return at + 1;
        }
        from = at + 1;
    }
    text.len()
}

/// A name that a file imports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportedName {
    /// With leading dots where it is relative: `a.b` of `from a import b`.
    pub dotted: String,
    /// 1-based line of the statement.
    pub line: u32,
}

/// What a file says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The first sentence of the module's docstring.
    pub doc: Option<Prose>,
    /// Command lines in the comments and the docstring before the first statement.
    pub commands: Vec<Prose>,
    /// What it imports, in functions too; in source order.
    pub imports: Vec<ImportedName>,
}

/// A file that stands beside tests and is no source of them: a text that explains, a script that runs them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Companion {
    /// Relative to the root.
    pub path: String,
    /// What its first lines say.
    pub doc: Option<Prose>,
    /// Command lines that it shows or runs.
    pub commands: Vec<Prose>,
    /// Whether it can be run.
    pub is_script: bool,
}

/// Files of a folder that are neither read nor sources, by their ending.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderData {
    /// Relative to the root.
    pub folder: String,
    /// Ending and number of files, sorted.
    pub endings: Vec<(String, usize)>,
}

/// A module of the tree that a file imports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportedModule {
    /// The file that is the module, relative to the root.
    pub path: String,
    /// 1-based line of the first import.
    pub line: u32,
}

/// What a file imports, as far as the tree tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportedModules {
    /// Modules of the tree, sorted by path.
    pub own: Vec<ImportedModule>,
    /// Top-level names of modules that are no part of the tree, each with the line of its first import; sorted.
    pub outside: Vec<(String, u32)>,
}

/// A section of a configuration as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenSection {
    /// The file, relative to the root.
    pub path: String,
    /// The section or table, without its brackets.
    pub section: String,
    /// 1-based, of its header.
    pub line: u32,
    /// Its options by line.
    pub options: Vec<WrittenOption>,
}

/// An option as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct WrittenOption {
    /// 1-based.
    pub line: u32,
    /// As written.
    pub name: String,
    /// The lines or items of its value.
    pub value: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_ends_where_a_reader_would_end_it() {
        for (text, expected) in [
            ("Bin-packing of documents.\n\nDetails.", Some("Bin-packing of documents")),
            ("\n  Tests of x, e.g. y\n  and z. More.", Some("Tests of x, e.g. y and z")),
            ("=====\nTitle\n=====\nbody", Some("Title")),
            ("# Heading\n\ntext", Some("Heading")),
            ("Runs version 1.2 of it", Some("Runs version 1.2 of it")),
            ("Checks:\n- one\n- two", Some("Checks")),
            ("Copyright 2024 Somebody. Tests.", None),
            ("   \n---\n", None),
            ("", None),
        ] {
            assert_eq!(first_sentence(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn prose_is_one_line_of_bounded_length() {
        let prose = Prose::new(3, &"word\n\t".repeat(100_000));
        assert_eq!(prose.text.chars().count(), Prose::TEXT + 1);
        assert!(prose.text.starts_with("word word") && prose.text.ends_with('…'));
    }
}
