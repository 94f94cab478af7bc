//! How far a piece of syntax reaches: a type, an expression, a pattern, an item at the front of some tokens.
//!
//! Owns lengths only. What is in brackets is never looked at and precedence does not matter, so that a length is found in one
//! pass and without recursion over brackets. Refuses to judge whether what is in the brackets is valid: rustc would refuse
//! the program.

pub(super) mod expressions;
pub(super) mod items;
pub(super) mod patterns;
pub(super) mod types;

use crate::model::rust::{Delimiter, Token, TokenKind};

/// How deep conditions may stand in conditions, and types in types, without brackets around them.
const MAX_NESTING: usize = 128;

/// Operators of several characters, longer ones first, then the single ones.
const OPERATORS: [&str; 48] = [
    "<<=", ">>=", "...", "..=", "==", "!=", "<=", ">=", "&&", "||", "->", "<-", "=>", "::", "+=", "-=", "*=", "/=",
    "%=", "^=", "&=", "|=", "<<", ">>", "..", "!", "#", "$", "%", "&", "*", "+", ",", "-", ".", "/", ":", ";", "<",
    "=", ">", "?", "@", "^", "|", "~", "\\", "'",
];

/// The operator at the front as rustc's lexer joins characters, the longest first; `None` where there is none.
pub(super) fn operator(tokens: &[Token]) -> Option<&'static str> {
    let mut characters = ['\0'; 3];
    let mut length = 0;
    for (slot, token) in characters.iter_mut().zip(tokens) {
        let TokenKind::Punct { character, joint } = token.kind else { break };
        *slot = character;
        length += 1;
        if !joint {
            break;
        }
    }
    let characters = &characters[..length];
    OPERATORS.into_iter().find(|operator| {
        operator.len() <= length && operator.chars().zip(characters).all(|(expected, character)| expected == *character)
    })
}

/// A position within tokens that only goes forward.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    tokens: &'t [Token],
    at: usize,
    nesting: usize,
}

/// What was looked for is not there.
#[derive(Debug)]
pub(super) struct Broken;

pub(super) type Parsed = Result<(), Broken>;

impl<'t> Cursor<'t> {
    pub(super) fn new(tokens: &'t [Token]) -> Self {
        Self { tokens, at: 0, nesting: 0 }
    }

    /// How many tokens were passed.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'t [Token] {
        self.tokens.get(self.at..).unwrap_or(&[])
    }

    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn second(&self) -> Option<&'t Token> {
        self.tokens.get(self.at + 1)
    }

    fn skip(&mut self, count: usize) {
        self.at += count;
    }

    fn operator(&self) -> Option<&'static str> {
        operator(self.rest())
    }

    /// Whether this whole operator is next.
    fn at_operator(&self, expected: &str) -> bool {
        self.operator() == Some(expected)
    }

    fn eat_operator(&mut self, expected: &str) -> bool {
        let found = self.at_operator(expected);
        self.skip(if found { expected.len() } else { 0 });
        found
    }

    /// Whether this character is next, be it the first of a longer operator: types take operators apart.
    fn at_character(&self, expected: char) -> bool {
        self.peek().is_some_and(|token| token.is_punct(expected))
    }

    fn eat_character(&mut self, expected: char) -> bool {
        let found = self.at_character(expected);
        self.skip(usize::from(found));
        found
    }

    fn ident(&self) -> Option<&'t str> {
        self.peek()?.ident()
    }

    fn at_ident(&self, expected: &str) -> bool {
        self.ident() == Some(expected)
    }

    fn eat_ident(&mut self, expected: &str) -> bool {
        let found = self.at_ident(expected);
        self.skip(usize::from(found));
        found
    }

    fn at_group(&self, delimiter: Delimiter) -> bool {
        self.peek().is_some_and(|token| token.group(delimiter).is_some())
    }

    fn eat_group(&mut self, delimiter: Delimiter) -> bool {
        let found = self.at_group(delimiter);
        self.skip(usize::from(found));
        found
    }

    /// `(…)`, `[…]` or `{…}`.
    fn eat_brackets(&mut self) -> bool {
        self.eat_group(Delimiter::Parenthesis) || self.eat_group(Delimiter::Bracket) || self.eat_group(Delimiter::Brace)
    }

    fn eat_literal(&mut self) -> bool {
        let found = self.peek().is_some_and(|token| token.literal().is_some());
        self.skip(usize::from(found));
        found
    }

    fn at_lifetime(&self) -> bool {
        self.peek().is_some_and(|token| matches!(token.kind, TokenKind::Lifetime(_)))
    }

    fn eat_lifetime(&mut self) -> bool {
        let found = self.at_lifetime();
        self.skip(usize::from(found));
        found
    }

    /// Outer attributes and documentation comments.
    fn attributes(&mut self) {
        loop {
            match self.peek() {
                Some(Token { kind: TokenKind::Doc(_), .. }) => self.skip(1),
                Some(token) if token.is_punct('#') => {
                    let inner = usize::from(self.second().is_some_and(|token| token.is_punct('!')));
                    let Some(brackets) = self.tokens.get(self.at + 1 + inner) else { return };
                    if brackets.group(Delimiter::Bracket).is_none() {
                        return;
                    }
                    self.skip(2 + inner);
                }
                _ => return,
            }
        }
    }

    /// Something that may stand in itself without brackets.
    fn nested(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.nesting >= MAX_NESTING {
            return Err(Broken);
        }
        self.nesting += 1;
        let parsed = parse(self);
        self.nesting -= 1;
        parsed
    }

    fn expect(&self, found: bool) -> Parsed {
        if found { Ok(()) } else { Err(Broken) }
    }
}

/// Keywords that are never names: "Keywords" of the Rust reference, strict ones and reserved ones, in all editions; without
/// those that begin a path.
pub(super) fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "_" | "abstract"
            | "as"
            | "async"
            | "await"
            | "become"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "do"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "final"
            | "fn"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "override"
            | "priv"
            | "pub"
            | "ref"
            | "return"
            | "static"
            | "struct"
            | "trait"
            | "true"
            | "try"
            | "type"
            | "typeof"
            | "unsafe"
            | "unsized"
            | "use"
            | "virtual"
            | "where"
            | "while"
            | "yield"
    )
}
