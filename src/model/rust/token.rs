//! Source text of Rust as token trees: the input and output of macros.

use std::num::NonZeroU32;

/// A token or a bracketed group of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// 1-based line where it begins. What a macro writes stands on the line of its outermost call; what was passed to the
    /// macro keeps its own.
    pub line: u32,
    /// Byte offset of its first byte, with the same provenance as `line`.
    pub offset: u32,
    /// Where the definition of a macro has it, if a macro wrote it: what rustc's spans say, wherever the macro is called.
    pub origin: Option<Origin>,
}

/// A place in the definition of a macro.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The file, by a number that whoever expands macros gives it.
    pub file: NonZeroU32,
    /// 1-based line.
    pub line: u32,
}

impl Origin {
    /// The number of every file that is not at hand: those of macros that other packages publish. What they write is said to
    /// stand on the line of the call.
    pub const FOREIGN_FILE: NonZeroU32 = NonZeroU32::MAX;

    /// Whether the macro is another package's.
    pub fn is_foreign(self) -> bool {
        self.file == Self::FOREIGN_FILE
    }
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    /// A name or keyword, with `r#` where it is raw; `$crate` is one name.
    Ident(Box<str>),
    /// With its quote: `'a`.
    Lifetime(Box<str>),
    /// A number, string, character or byte string, as it is written, suffix included.
    Literal(Box<str>),
    /// One character of an operator; `joint` if the next character belongs to the same operator, or may.
    Punct {
        /// The character.
        character: char,
        /// Whether another punctuation character follows at once.
        joint: bool,
    },
    /// Brackets with what is in them.
    Group(Box<Group>),
    /// A documentation comment. Macros see it as the attribute `#[doc = "…"]`.
    Doc(Box<DocComment>),
}

/// Brackets with what is in them.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Which brackets.
    pub delimiter: Delimiter,
    /// What is in them.
    pub tokens: Vec<Token>,
    /// 1-based line of the closing bracket.
    pub end_line: u32,
    /// Byte offset behind the closing bracket.
    pub end: u32,
}

/// A kind of brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Delimiter {
    /// `( )`.
    Parenthesis,
    /// `[ ]`.
    Bracket,
    /// `{ }`.
    Brace,
    /// None: what a macro's fragment was replaced by, which operators around it do not take apart.
    None,
}

impl Delimiter {
    /// What is written in front and behind.
    pub fn brackets(self) -> (&'static str, &'static str) {
        match self {
            Self::Parenthesis => ("(", ")"),
            Self::Bracket => ("[", "]"),
            Self::Brace => ("{", "}"),
            Self::None => ("", ""),
        }
    }
}

/// A documentation comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocComment {
    /// Whether it documents what encloses it: `//!`, `/*!`.
    pub inner: bool,
    /// Whether it is `/** */`.
    pub block: bool,
    /// Its text without `///` or `/**` and `*/`, blanks kept.
    pub text: Box<str>,
}

impl Token {
    /// 1-based line where it is written: in the definition of a macro, if a macro wrote it.
    pub fn written_line(&self) -> u32 {
        self.origin.map_or(self.line, |origin| origin.line)
    }

    /// The name or keyword, `r#` included; `None` where it is none.
    pub fn ident(&self) -> Option<&str> {
        match &self.kind {
            TokenKind::Ident(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is this name or keyword.
    pub fn is_ident(&self, name: &str) -> bool {
        self.ident() == Some(name)
    }

    /// Whether it is this character of an operator.
    pub fn is_punct(&self, expected: char) -> bool {
        matches!(self.kind, TokenKind::Punct { character, .. } if character == expected)
    }

    /// The group, if it is one with these brackets.
    pub fn group(&self, delimiter: Delimiter) -> Option<&Group> {
        match &self.kind {
            TokenKind::Group(group) if group.delimiter == delimiter => Some(group),
            _ => None,
        }
    }

    /// The value of a string literal, raw or not; `None` where it is none or its escapes are wrong.
    pub fn string(&self) -> Option<String> {
        let text = self.literal()?;
        if let Some(raw) = text.strip_prefix('r') {
            let hashes = raw.len() - raw.trim_start_matches('#').len();
            let body = raw.get(hashes + 1..raw.len().checked_sub(hashes + 1)?)?;
            return raw[hashes..].starts_with('"').then(|| body.to_owned());
        }
        let body = text.strip_prefix('"')?.strip_suffix('"')?;
        let mut value = Some(String::with_capacity(body.len()));
        rustc_literal_escaper::unescape_str(body, |_, character| match character {
            Ok(character) => value.iter_mut().for_each(|value| value.push(character)),
            Err(error) if error.is_fatal() => value = None,
            // A line break behind a backslash was skipped.
            Err(_) => {}
        });
        value
    }

    /// The literal as written.
    pub fn literal(&self) -> Option<&str> {
        match &self.kind {
            TokenKind::Literal(text) => Some(text),
            _ => None,
        }
    }
}
