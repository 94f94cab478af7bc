//! `paste!`: names made of pieces, `[<a _ $b:snake>]`, and documentation made of pieces. Source: crate `paste`, README
//! and `segment.rs`; what its successor `pastey` adds to the modifiers is here too.

use super::super::NoExpansion;
use super::super::strings::{group_like, string_literal};
use crate::model::rust::{Delimiter, Token, TokenKind};

/// The tokens with all such names put together.
pub(super) fn expand(tokens: &[Token], _line: u32) -> Result<Vec<Token>, NoExpansion> {
    Ok(replaced(tokens))
}

/// Recursive: the caller has limited the depth.
fn replaced(tokens: &[Token]) -> Vec<Token> {
    let mut output = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let TokenKind::Group(group) = &token.kind else {
            output.push(token.clone());
            continue;
        };
        if group.delimiter == Delimiter::Bracket
            && let [open, inside @ .., close] = &*group.tokens
            && open.is_punct('<')
            && close.is_punct('>')
            && let Some(text) = joined(inside)
        {
            let kind = match text.strip_prefix('\'') {
                Some(_) => TokenKind::Lifetime(text.into()),
                None if text.starts_with(|first: char| first.is_ascii_digit()) => TokenKind::Literal(text.into()),
                None => TokenKind::Ident(text.into()),
            };
            // Its place is that of the brackets: `expand` of paste.
            output.push(Token { kind, line: token.line, offset: token.offset, origin: token.origin });
            continue;
        }
        let mut inside = replaced(&group.tokens);
        let attribute = group.delimiter == Delimiter::Bracket
            && at.checked_sub(1).is_some_and(|before| tokens[before].is_punct('#') || tokens[before].is_punct('!'));
        if attribute {
            inside = document(inside);
        }
        let mut token = group_like(token, group.delimiter, inside);
        if let TokenKind::Group(copy) = &mut token.kind {
            (copy.end_line, copy.end) = (group.end_line, group.end);
        }
        output.push(token);
    }
    output
}

/// `doc = "a" name "b"` is one string.
fn document(tokens: Vec<Token>) -> Vec<Token> {
    let [name, equals, pieces @ ..] = &*tokens else { return tokens };
    let computed = pieces.iter().any(|token| token.is_punct('!'));
    if !name.is_ident("doc") || !equals.is_punct('=') || pieces.len() < 2 || computed {
        return tokens;
    }
    let mut value = String::new();
    for piece in pieces {
        match (piece_text(piece), piece.string()) {
            (_, Some(text)) => value.push_str(&text),
            (Some(text), None) => value.push_str(&text),
            (None, None) => return tokens,
        }
    }
    let kind = TokenKind::Literal(string_literal(&value));
    vec![
        name.clone(),
        equals.clone(),
        Token { kind, line: pieces[0].line, offset: pieces[0].offset, origin: pieces[0].origin },
    ]
}

/// What the pieces between `[<` and `>]` make; `None` where they are none.
fn joined(tokens: &[Token]) -> Option<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut rest = tokens;
    let mut quote = false;
    while let [token, behind @ ..] = rest {
        rest = behind;
        if token.is_punct(':') {
            let [modifier, behind @ ..] = behind else { return None };
            rest = behind;
            let last = pieces.last_mut()?;
            *last = modified(last, modifier.ident()?)?;
        } else if let TokenKind::Lifetime(text) = &token.kind {
            quote = true;
            pieces.push(text[1..].to_owned());
        } else {
            pieces.push(piece_text(token)?);
        }
    }
    if pieces.is_empty() {
        return None;
    }
    let text = pieces.concat();
    Some(if quote { format!("'{text}") } else { text })
}

fn piece_text(token: &Token) -> Option<String> {
    match &token.kind {
        TokenKind::Ident(text) => Some(text.trim_start_matches("r#").to_owned()),
        TokenKind::Literal(text) => {
            Some(token.string().map_or_else(|| text.to_string(), |text| text.replace('-', "_")))
        }
        TokenKind::Group(group) if group.delimiter == Delimiter::None => joined(&group.tokens),
        _ => None,
    }
}

fn modified(text: &str, modifier: &str) -> Option<String> {
    Some(match modifier {
        "lower" => text.to_lowercase(),
        "upper" => text.to_uppercase(),
        "snake" => snake(text),
        "camel" | "upper_camel" => camel(text),
        "lower_camel" => {
            let camel = camel(text);
            let mut letters = camel.chars();
            letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
        }
        _ => return None,
    })
}

fn snake(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 4);
    let mut before = '_';
    for letter in text.chars() {
        if letter.is_uppercase() && before != '_' {
            result.push('_');
        }
        result.push(letter);
        before = letter;
    }
    result.to_lowercase()
}

fn camel(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut before = '_';
    for letter in text.chars() {
        match letter {
            '_' => {}
            _ if before == '_' => result.extend(letter.to_uppercase()),
            _ if before.is_uppercase() => result.extend(letter.to_lowercase()),
            _ => result.push(letter),
        }
        before = letter;
    }
    result
}
