//! Lengths of arrays and constants in angles: their tokens, with values as rustc prints them.
//!
//! Refuses to compute anything.

use super::{Printer, Rest};
use crate::model::rust::{Delimiter, TokenKind};

impl Printer {
    /// A constant: the braces around a single name, which is taken for a parameter of the implementation, and the
    /// parentheses around everything are gone.
    pub(super) fn constant(&mut self, tokens: Rest, depth: usize) {
        if let [token] = tokens
            && let TokenKind::Group(group) = &token.kind
            && let Some(depth) = depth.checked_sub(1)
        {
            let is_name = matches!(&*group.tokens, [name] if name.ident().is_some());
            match group.delimiter {
                Delimiter::None | Delimiter::Parenthesis => return self.constant(&group.tokens, depth),
                Delimiter::Brace if is_name => return self.constant(&group.tokens, depth),
                _ => {}
            }
        }
        self.tokens(tokens, depth);
    }

    /// Tokens as they are, without blanks.
    pub(super) fn tokens(&mut self, tokens: Rest, depth: usize) {
        for token in tokens {
            match &token.kind {
                TokenKind::Ident(name) => self.word(&**name),
                TokenKind::Lifetime(lifetime) => self.word(&**lifetime),
                TokenKind::Literal(text) => self.word(literal(text)),
                TokenKind::Punct { character, .. } => self.word(*character),
                TokenKind::Group(group) => {
                    let (open, close) = group.delimiter.brackets();
                    self.word(open);
                    if let Some(depth) = depth.checked_sub(1) {
                        self.tokens(&group.tokens, depth);
                    }
                    self.word(close);
                }
                TokenKind::Doc(_) => {}
            }
        }
    }
}

/// A literal as rustc prints its value: whole numbers in decimal.
fn literal(text: &str) -> String {
    let (radix, digits) = match text.get(..2) {
        Some("0x") => (16, &text[2..]),
        Some("0o") => (8, &text[2..]),
        Some("0b") => (2, &text[2..]),
        _ => (10, text),
    };
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return text.to_owned();
    }
    let end = digits.find(|digit: char| digit != '_' && !digit.is_digit(radix)).unwrap_or(digits.len());
    let (digits, suffix) = digits.split_at(end);
    let value = u128::from_str_radix(&digits.replace('_', ""), radix);
    let is_whole = suffix.is_empty() || suffix.starts_with(['u', 'i']);
    value.ok().filter(|_| is_whole).map_or_else(|| text.to_owned(), |value| format!("{value}{suffix}"))
}
