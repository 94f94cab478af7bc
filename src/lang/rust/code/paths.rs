//! Paths in expressions, without their generics.

use super::super::reader::{Angles, is_path_separator, plain};
use super::words;
use crate::model::rust::Token;

/// A path that was read.
pub(super) struct Path {
    /// Its names with `::`; `Type::name` of `<Type as Trait>::name`. Empty where there is none.
    pub(super) text: String,
}

/// The path that begins here; goes behind it.
pub(super) fn path(tokens: &[Token], at: &mut usize) -> Path {
    let mut text = String::new();
    if tokens.get(*at).is_some_and(|token| token.is_punct('<')) {
        let begin = *at + 1;
        let end = skip_angles(tokens, at);
        if !is_path_separator(&tokens[(*at).min(tokens.len())..]) {
            return Path { text };
        }
        let inside = &tokens[begin..end];
        let kind = inside.split(|token| token.is_ident("as")).next().unwrap_or_default();
        text = words(kind).first().map_or_else(String::new, |first| first.to_string());
        *at += 2;
    } else if is_path_separator(&tokens[(*at).min(tokens.len())..]) {
        *at += 2;
    }
    while let Some(name) = tokens.get(*at).and_then(Token::ident) {
        if !text.is_empty() {
            text.push_str("::");
        }
        text.push_str(plain(name));
        *at += 1;
        skip_generics(tokens, at);
        let rest = &tokens[(*at).min(tokens.len())..];
        if !is_path_separator(rest) || rest.get(2).and_then(Token::ident).is_none() {
            break;
        }
        *at += 2;
    }
    Path { text }
}

/// Goes over `::<…>`.
pub(super) fn skip_generics(tokens: &[Token], at: &mut usize) {
    let rest = &tokens[(*at).min(tokens.len())..];
    if is_path_separator(rest) && rest.get(2).is_some_and(|token| token.is_punct('<')) {
        *at += 2;
        skip_angles(tokens, at);
    }
}

/// Goes over `<…>`; where the `>` is.
fn skip_angles(tokens: &[Token], at: &mut usize) -> usize {
    let mut angles = Angles::default();
    for (position, token) in tokens.iter().enumerate().skip(*at) {
        if token.is_punct(';') {
            break;
        }
        if angles.step(token) == 0 {
            *at = position + 1;
            return position;
        }
    }
    *at = tokens.len();
    tokens.len()
}
