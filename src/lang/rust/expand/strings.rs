//! Strings that macros compute: `concat!` and `stringify!` as rustc evaluates them.

use super::extent::operator;
use super::{MAX_DEPTH, deeper_than};
use crate::model::rust::{Delimiter, Group, Token, TokenKind};

/// Gives the text of a file by the path in `include_str!`.
type Read<'r> = dyn Fn(&str) -> Option<String> + 'r;

/// The string that these tokens are: a literal, `concat!(…)` or `stringify!(…)`; `None` where it is anything else, or is
/// more than can be known here (`include_str!`, `env!`).
pub fn string_value(tokens: &[Token]) -> Option<String> {
    string_value_with(tokens, &|_| None)
}

/// [`string_value`], where `include_str!(…)` is what `read` gives for its path.
pub fn string_value_with(tokens: &[Token], read: &Read<'_>) -> Option<String> {
    if deeper_than(tokens, MAX_DEPTH) {
        return None;
    }
    string(tokens, read)
}

/// Recursive: the depth is limited.
fn string(tokens: &[Token], read: &Read<'_>) -> Option<String> {
    match tokens {
        [token] => match token.group(Delimiter::None).or_else(|| token.group(Delimiter::Parenthesis)) {
            Some(group) => string(&group.tokens, read),
            None => token.string(),
        },
        [.., name, bang, brackets] if bang.is_punct('!') => {
            let TokenKind::Group(group) = &brackets.kind else { return None };
            let path = &tokens[..tokens.len() - 3];
            if path.iter().any(|token| !token.is_punct(':') && token.ident().is_none()) {
                return None;
            }
            match name.ident()? {
                "concat" => concatenated(&group.tokens, read),
                "include_str" => {
                    let (last, before) = group.tokens.split_last()?;
                    read(&string(if last.is_punct(',') { before } else { &group.tokens }, read)?)
                }
                "stringify" => Some(printed(&group.tokens)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn concatenated(tokens: &[Token], read: &Read<'_>) -> Option<String> {
    let parts = tokens.split(|token| token.is_punct(','));
    parts.filter(|part| !part.is_empty()).map(|part| string(part, read).or_else(|| literal(part))).collect()
}

/// What `concat!` makes of a literal that is no string.
fn literal(tokens: &[Token]) -> Option<String> {
    match tokens {
        [token] => match &token.kind {
            TokenKind::Group(group) if group.delimiter == Delimiter::None => literal(&group.tokens),
            TokenKind::Ident(word) if matches!(&**word, "true" | "false") => Some(word.to_string()),
            TokenKind::Literal(text) => {
                if let Some(character) = text.strip_prefix('\'') {
                    return rustc_literal_escaper::unescape_char(character.strip_suffix('\'')?).ok().map(String::from);
                }
                number(text)
            }
            _ => None,
        },
        [minus, rest @ ..] if minus.is_punct('-') => Some(format!("-{}", literal(rest)?)),
        _ => None,
    }
}

/// A number without its suffix, in decimal digits.
fn number(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|character| *character != '_').collect();
    let (digits, radix) = match digits.get(..2) {
        Some("0x") => (&digits[2..], 16),
        Some("0o") => (&digits[2..], 8),
        Some("0b") => (&digits[2..], 2),
        _ => (&*digits, 10),
    };
    let suffix = digits.find(['i', 'u']).unwrap_or(digits.len());
    let digits = &digits[..suffix];
    if radix != 10 {
        return u128::from_str_radix(digits, radix).ok().map(|value| value.to_string());
    }
    let digits = digits.strip_suffix("f32").or_else(|| digits.strip_suffix("f64")).unwrap_or(digits);
    digits.starts_with(|first: char| first.is_ascii_digit()).then(|| digits.to_owned())
}

/// The tokens as `stringify!` prints them: blanks where the source has them, else where they are usual.
fn printed(tokens: &[Token]) -> String {
    let mut text = String::new();
    print(tokens, &mut text);
    text
}

fn print(tokens: &[Token], text: &mut String) {
    for (at, token) in tokens.iter().enumerate() {
        if at > 0 && blank_between(tokens, at) {
            text.push(' ');
        }
        match &token.kind {
            TokenKind::Ident(word) | TokenKind::Lifetime(word) | TokenKind::Literal(word) => text.push_str(word),
            TokenKind::Punct { character, .. } => text.push(*character),
            TokenKind::Doc(comment) => {
                let marker = if comment.inner { "//!" } else { "///" };
                text.push_str(marker);
                text.push_str(&comment.text);
                text.push('\n');
            }
            TokenKind::Group(group) => {
                let (open, close) = match group.delimiter {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace if group.tokens.is_empty() => ("{", "}"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                print(&group.tokens, text);
                text.push_str(close);
            }
        }
    }
}

/// Where a token ends in its source; `None` where it has none.
fn end(token: &Token) -> Option<u32> {
    let start = token.offset;
    let length = match &token.kind {
        TokenKind::Ident(text) | TokenKind::Lifetime(text) | TokenKind::Literal(text) => text.len(),
        TokenKind::Punct { character, .. } => character.len_utf8(),
        TokenKind::Group(group) => return (group.end > start).then_some(group.end),
        TokenKind::Doc(_) => return None,
    };
    Some(start + u32::try_from(length).ok()?)
}

fn blank_between(tokens: &[Token], at: usize) -> bool {
    let (before, token) = (&tokens[at - 1], &tokens[at]);
    if let Some(end) = end(before)
        && before.offset > 0
        && token.offset >= end
    {
        return token.offset > end;
    }
    // rustc_ast_pretty: `space_between`.
    let opens = |token: &Token, delimiter| token.group(delimiter).is_some();
    match (&before.kind, &token.kind) {
        (TokenKind::Punct { joint: true, .. }, TokenKind::Punct { .. }) => false,
        (_, TokenKind::Punct { character: ',' | ';' | '.' | '?', .. }) => false,
        (TokenKind::Punct { character: '.' | '$' | '!' | '&', .. }, _) => false,
        (TokenKind::Punct { character: '#', .. }, TokenKind::Group(_)) => false,
        (TokenKind::Ident(_), TokenKind::Punct { character: '!' | ':', .. }) => false,
        (TokenKind::Punct { character: ':', .. }, TokenKind::Ident(_)) => {
            !(at > 1 && matches!(tokens[at - 2].kind, TokenKind::Punct { character: ':', joint: true }))
        }
        (TokenKind::Ident(_), _) if opens(token, Delimiter::Parenthesis) || opens(token, Delimiter::Bracket) => false,
        (TokenKind::Group(group), TokenKind::Punct { .. }) if group.delimiter == Delimiter::None => {
            operator(&tokens[at..]).is_some_and(|operator| operator != "::")
        }
        _ => true,
    }
}

/// The text of a string literal's source that has this value.
pub(super) fn string_literal(value: &str) -> Box<str> {
    format!("{value:?}").into()
}

/// A group at the place of a token.
pub(super) fn group_like(token: &Token, delimiter: Delimiter, tokens: Vec<Token>) -> Token {
    let group = Group { delimiter, tokens, end_line: token.line, end: 0 };
    Token { kind: TokenKind::Group(Box::new(group)), line: token.line, offset: token.offset, origin: token.origin }
}
