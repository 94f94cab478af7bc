//! Statements of a body that may leave it early: `if !available() { return; }`, `let Some(device) = device() else { return };`.
//!
//! Only statements of the body itself are read, not those in blocks within it. Refuses to know what is asked for.

use super::reader::is_path_separator;
use crate::model::rust::{Delimiter, Guard, Token, TokenKind};

/// How many statements of one body are kept.
const MAX_GUARDS: usize = 32;
/// Longer conditions are cut; in bytes.
const MAX_CONDITION: usize = 160;

/// The early returns among the statements that these tokens are.
pub(super) fn guards(tokens: &[Token]) -> Vec<Guard> {
    let mut found = Vec::new();
    let is_end = |token: &Token| token.is_punct(';') || token.group(Delimiter::Brace).is_some();
    let mut begin = 0;
    while begin < tokens.len() && found.len() < MAX_GUARDS {
        let rest = &tokens[begin..];
        let length = match rest[0].ident() {
            Some("let") => rest.iter().position(|token| token.is_punct(';')).map_or(rest.len(), |end| end + 1),
            Some("if" | "match") => conditional(rest),
            _ => rest.iter().position(is_end).map_or(rest.len(), |end| end + 1),
        };
        let statement = &rest[..length];
        let line = statement[0].line;
        found.extend(guard(statement).map(|(goes_on, condition)| Guard { line, condition: text(condition), goes_on }));
        begin += length;
    }
    found
}

/// How long an `if` with its `else`, or a `match`, is.
fn conditional(tokens: &[Token]) -> usize {
    let mut end = 0;
    loop {
        let rest = &tokens[end..];
        let Some(block) = rest.iter().position(|token| token.group(Delimiter::Brace).is_some()) else {
            return tokens.len();
        };
        end += block + 1;
        if !tokens.get(end).is_some_and(|token| token.is_ident("else")) {
            return end;
        }
    }
}

/// What a statement asks, and whether the function goes on where that holds.
fn guard(statement: &[Token]) -> Option<(bool, &[Token])> {
    if !statement.iter().any(|token| token.group(Delimiter::Brace).is_some_and(|group| has_return(&group.tokens))) {
        return None;
    }
    let Some(rest) = behind(statement, "let") else { return asked(statement) };
    let equals = rest.iter().position(|token| token.is_punct('='))?;
    let (pattern, value) = (&rest[..equals], &rest[equals + 1..]);
    if matches!(value.first().and_then(Token::ident), Some("if" | "match")) {
        return asked(value);
    }
    let (value, block) = value.split_at(value.iter().position(|token| token.is_ident("else"))?);
    returns(block.get(1)?).then_some((is_success(pattern)?, value))
}

/// `if … { … } else { … }` or `match … { … }`, one part of which returns.
fn asked(tokens: &[Token]) -> Option<(bool, &[Token])> {
    let block = tokens.iter().position(|token| token.group(Delimiter::Brace).is_some())?;
    let (condition, after) = (tokens.get(1..block)?, &tokens[block + 1..]);
    if tokens.first()?.is_ident("match") {
        let arms = &tokens[block].group(Delimiter::Brace)?.tokens;
        return Some((!is_success(returning_arm(arms)?)?, condition));
    }
    let leaves = match (returns(&tokens[block]), after) {
        (true, []) | (true, [_]) => true,
        (false, [keyword, block, ..]) if keyword.is_ident("else") && returns(block) => false,
        _ => return None,
    };
    let Some(bound) = behind(condition, "let") else { return Some((!leaves, condition)) };
    let equals = bound.iter().position(|token| token.is_punct('='))?;
    let holds = is_success(&bound[..equals])?;
    Some((holds != leaves, &bound[equals + 1..]))
}

/// The pattern of the first arm that returns.
fn returning_arm(arms: &[Token]) -> Option<&[Token]> {
    let mut begin = 0;
    for at in 0..arms.len() {
        let is_arrow = arms[at].is_punct('=') && arms.get(at + 1).is_some_and(|token| token.is_punct('>'));
        if is_arrow {
            let value = arms.get(at + 2)?;
            if value.is_ident("return") || returns(value) {
                return arms.get(begin..at);
            }
            begin = at + 3;
        } else if arms[at].is_punct(',') {
            begin = at + 1;
        }
    }
    None
}

/// Whether what the pattern matches is a value that is there: `Some(…)`, `Ok(…)`, `true`; `None` where it says neither.
fn is_success(pattern: &[Token]) -> Option<bool> {
    let mut names = pattern.iter().enumerate().filter_map(|(at, token)| {
        let is_inner = is_path_separator(pattern.get(at + 1..)?);
        token.ident().filter(|_| !is_inner)
    });
    match names.next()? {
        "Some" | "Ok" | "true" => Some(true),
        "None" | "Err" | "false" | "_" => Some(false),
        _ => None,
    }
}

fn has_return(tokens: &[Token]) -> bool {
    // The arms of a `match` may be blocks.
    tokens.iter().any(|token| token.is_ident("return") || returns(token))
}

/// Whether it is a block that returns by itself.
fn returns(token: &Token) -> bool {
    token.group(Delimiter::Brace).is_some_and(|group| group.tokens.iter().any(|token| token.is_ident("return")))
}

/// The tokens as text, with a blank between names only.
fn text(tokens: &[Token]) -> Box<str> {
    let mut text = String::new();
    let mut open = vec![(tokens.iter(), "")];
    while let Some((tokens, close)) = open.last_mut() {
        if text.len() > MAX_CONDITION {
            text.truncate(text.floor_char_boundary(MAX_CONDITION));
            break;
        }
        let Some(token) = tokens.next() else {
            text.push_str(close);
            open.pop();
            continue;
        };
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        let mut word = |word: &str| {
            if text.ends_with(is_word) && word.starts_with(is_word) {
                text.push(' ');
            }
            text.push_str(word);
        };
        match &token.kind {
            TokenKind::Ident(name) => word(name),
            TokenKind::Literal(literal) => word(literal),
            TokenKind::Punct { character, .. } => text.push(*character),
            TokenKind::Lifetime(name) => text.push_str(name),
            TokenKind::Doc(_) => {}
            TokenKind::Group(group) => {
                let (begin, end) = group.delimiter.brackets();
                text.push_str(begin);
                open.push((group.tokens.iter(), end));
            }
        }
    }
    text.into()
}

/// What stands behind a keyword, if it is the first word.
fn behind<'t>(tokens: &'t [Token], keyword: &str) -> Option<&'t [Token]> {
    tokens.split_first().filter(|(first, _)| first.is_ident(keyword)).map(|(_, rest)| rest)
}
