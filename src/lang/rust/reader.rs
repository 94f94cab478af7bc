//! A position in a list of tokens, and steps that every reader of items needs: names, paths, generics. Refuses to know
//! any item.

use std::borrow::Cow;

use crate::model::rust::{Delimiter, Token, TokenKind};

/// A position in a list of tokens. Every step goes forward, so that reading is linear.
pub(super) struct Reader<'t> {
    tokens: &'t [Token],
    position: usize,
}

/// These tokens without the invisible brackets that a macro's fragments stand in; what is in other brackets stays.
pub(super) fn flat(tokens: &[Token]) -> Cow<'_, [Token]> {
    if !tokens.iter().any(|token| token.group(Delimiter::None).is_some()) {
        return Cow::Borrowed(tokens);
    }
    let mut found = Vec::with_capacity(tokens.len());
    let mut open = vec![tokens.iter()];
    while let Some(tokens) = open.last_mut() {
        match tokens.next() {
            Some(token) => match token.group(Delimiter::None) {
                Some(group) => open.push(group.tokens.iter()),
                None => found.push(token.clone()),
            },
            None => drop(open.pop()),
        }
    }
    Cow::Owned(found)
}

/// A name without `r#`.
pub(super) fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// How deep in `<…>` a list of tokens is.
#[derive(Default)]
pub(super) struct Angles {
    depth: usize,
    behind_minus: bool,
}

impl Angles {
    /// The depth behind this token. The `>` of `->` closes nothing.
    pub(super) fn step(&mut self, token: &Token) -> usize {
        if token.is_punct('<') {
            self.depth += 1;
        } else if token.is_punct('>') && !self.behind_minus {
            self.depth = self.depth.saturating_sub(1);
        }
        self.behind_minus = token.is_punct('-');
        self.depth
    }
}

impl<'t> Reader<'t> {
    pub(super) fn new(tokens: &'t [Token]) -> Self {
        Self { tokens, position: 0 }
    }

    pub(super) fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.position)
    }

    /// The token this many behind the next one.
    pub(super) fn peek_at(&self, distance: usize) -> Option<&'t Token> {
        self.tokens.get(self.position + distance)
    }

    /// The token this many before the next one.
    pub(super) fn before(&self, distance: usize) -> Option<&'t Token> {
        self.position.checked_sub(distance).and_then(|position| self.tokens.get(position))
    }

    pub(super) fn next(&mut self) -> Option<&'t Token> {
        let token = self.tokens.get(self.position)?;
        self.position += 1;
        Some(token)
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &'t [Token] {
        &self.tokens[self.position..]
    }

    /// Goes over this many tokens.
    pub(super) fn advance(&mut self, count: usize) {
        self.position = (self.position + count).min(self.tokens.len());
    }

    /// The name or keyword this many tokens behind the next one, `r#` included.
    pub(super) fn ident_at(&self, distance: usize) -> Option<&'t str> {
        self.peek_at(distance).and_then(Token::ident)
    }

    pub(super) fn is_ident(&self, name: &str) -> bool {
        self.ident_at(0) == Some(name)
    }

    pub(super) fn is_punct_at(&self, distance: usize, character: char) -> bool {
        self.peek_at(distance).is_some_and(|token| token.is_punct(character))
    }

    pub(super) fn eat_ident(&mut self, name: &str) -> bool {
        let found = self.is_ident(name);
        self.position += usize::from(found);
        found
    }

    pub(super) fn eat_punct(&mut self, character: char) -> bool {
        let found = self.is_punct_at(0, character);
        self.position += usize::from(found);
        found
    }

    /// The name that is next, without `r#`.
    pub(super) fn name(&mut self) -> Option<&'t str> {
        let name = self.ident_at(0)?;
        self.position += 1;
        Some(plain(name))
    }

    /// The tokens of the brackets that are next.
    pub(super) fn group(&mut self, delimiter: Delimiter) -> Option<&'t [Token]> {
        let group = self.peek()?.group(delimiter)?;
        self.position += 1;
        Some(&group.tokens)
    }

    /// Whether `::` is next.
    pub(super) fn is_path_separator(&self) -> bool {
        is_path_separator(&self.tokens[self.position..])
    }

    pub(super) fn eat_path_separator(&mut self) -> bool {
        let found = self.is_path_separator();
        self.position += 2 * usize::from(found);
        found
    }

    /// A path without generics; a leading `::` is an empty first segment. Empty if none is next.
    pub(super) fn path(&mut self) -> Vec<Box<str>> {
        let mut segments = Vec::new();
        if self.is_path_separator() {
            if self.ident_at(2).is_none() {
                return segments;
            }
            self.position += 2;
            segments.push("".into());
        }
        while let Some(name) = self.name() {
            segments.push(name.into());
            if !self.is_path_separator() || self.ident_at(2).is_none() {
                break;
            }
            self.position += 2;
        }
        segments
    }

    /// Goes over `<…>`, if it is next.
    pub(super) fn skip_generics(&mut self) {
        if !self.is_punct_at(0, '<') {
            return;
        }
        let mut angles = Angles::default();
        while let Some(token) = self.peek() {
            if token.is_punct(';') || self.is_unmistakable_item() {
                return;
            }
            self.position += 1;
            if angles.step(token) == 0 {
                return;
            }
        }
    }

    /// The tokens before the first that this holds for, outside of `<…>`. A `;` always ends them, and so does what can only be
    /// another item.
    pub(super) fn until(&mut self, mut ends: impl FnMut(&Self) -> bool) -> &'t [Token] {
        let first = self.position;
        let mut angles = Angles::default();
        let mut depth = 0;
        while let Some(token) = self.peek() {
            if (depth == 0 && ends(self)) || token.is_punct(';') || self.is_unmistakable_item() {
                break;
            }
            depth = angles.step(token);
            self.position += 1;
        }
        &self.tokens[first..self.position]
    }

    /// Goes behind the next `;`.
    pub(super) fn skip_statement(&mut self) {
        while let Some(token) = self.peek() {
            if self.is_unmistakable_item() {
                return;
            }
            self.position += 1;
            if token.is_punct(';') {
                return;
            }
        }
    }

    /// Whether the next keyword stands neither in a type nor in an expression: an item whose predecessor is broken.
    fn is_unmistakable_item(&self) -> bool {
        match self.ident_at(0) {
            Some("struct" | "enum" | "mod" | "trait") => true,
            Some("fn") => self.ident_at(1).is_some(),
            _ => false,
        }
    }

    /// 1-based line where the tokens read so far end.
    pub(super) fn end_line(&self) -> u32 {
        match self.before(1) {
            None => self.peek().map_or(1, |token| token.line),
            Some(Token { kind: TokenKind::Group(group), .. }) => group.end_line,
            Some(token) => {
                let breaks = token.literal().map_or(0, |text| text.matches('\n').count());
                token.line + u32::try_from(breaks).unwrap_or(0)
            }
        }
    }

    /// 1-based line of the next token.
    pub(super) fn line(&self) -> u32 {
        self.peek().map_or_else(|| self.end_line(), |token| token.line)
    }
}

/// Whether these tokens begin with `::`.
pub(super) fn is_path_separator(tokens: &[Token]) -> bool {
    match tokens {
        [first, second, ..] => {
            matches!(first.kind, TokenKind::Punct { character: ':', joint: true }) && second.is_punct(':')
        }
        _ => false,
    }
}

/// The parts between commas, those within `<…>` aside; no part behind a trailing comma.
pub(super) fn split_at_commas(tokens: &[Token]) -> Vec<&[Token]> {
    let mut angles = Angles::default();
    let mut depth = 0;
    let mut parts: Vec<&[Token]> = tokens
        .split(|token| {
            depth = angles.step(token);
            depth == 0 && token.is_punct(',')
        })
        .collect();
    if depth > 0 {
        // A `<` that was an operator.
        parts = tokens.split(|token| token.is_punct(',')).collect();
    }
    parts.retain(|part| !part.is_empty());
    parts
}
