//! Arguments of attributes as procedural macros read them: paths, lists of expressions, and their text. Knows no macro.

use std::borrow::Cow;

use crate::model::rust::{Delimiter, Token, TokenKind};

/// Keywords of every edition, and what each edition added, by "Keywords" of the Rust reference.
const KEYWORDS: [(u16, &[&str]); 3] = [
    (
        2015,
        &[
            "abstract", "as", "become", "box", "break", "const", "continue", "crate", "do", "else", "enum", "extern",
            "false", "final", "fn", "for", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut",
            "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait", "true",
            "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
        ],
    ),
    (2018, &["async", "await", "dyn", "try"]),
    (2024, &["gen"]),
];

/// A function's or module's name as it stands in the names of tests: `r#match`, but `raw` for `r#raw`. rustc writes
/// `r#` before keywords alone (`Ident::is_raw_guess`).
///
/// `name` is without `r#`, `edition` a year.
pub fn path_segment(name: &str, edition: u16) -> Cow<'_, str> {
    let keyword = KEYWORDS.iter().any(|(since, words)| *since <= edition && words.contains(&name));
    if keyword { Cow::Owned(format!("r#{name}")) } else { Cow::Borrowed(name) }
}

/// A name without `r#`.
pub(super) fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// The path that the tokens begin with, with `::`, and what follows it.
pub(super) fn path(tokens: &[Token]) -> Option<(String, &[Token])> {
    let mut path = String::new();
    let mut rest = tokens;
    if let [first, second, behind @ ..] = rest
        && first.is_punct(':')
        && second.is_punct(':')
    {
        path.push_str("::");
        rest = behind;
    }
    loop {
        let [token, behind @ ..] = rest else { return None };
        path.push_str(token.ident()?);
        rest = behind;
        match rest {
            [first, second, next, ..] if first.is_punct(':') && second.is_punct(':') && next.ident().is_some() => {
                path.push_str("::");
                rest = &rest[2..];
            }
            _ => return Some((path, rest)),
        }
    }
}

/// All text of the tokens with `between` between any two; what was passed through a macro is not set apart.
pub(super) fn joined(tokens: &[Token], between: &str) -> String {
    let mut written = String::new();
    write(tokens, between, &mut written);
    written
}

fn write(tokens: &[Token], between: &str, written: &mut String) {
    for token in tokens {
        if !written.is_empty() && !matches!(&token.kind, TokenKind::Group(group) if group.delimiter == Delimiter::None)
        {
            written.push_str(between);
        }
        match &token.kind {
            TokenKind::Ident(text) | TokenKind::Lifetime(text) | TokenKind::Literal(text) => written.push_str(text),
            TokenKind::Punct { character, .. } => written.push(*character),
            TokenKind::Group(group) => {
                let (open, close) = group.delimiter.brackets();
                written.push_str(open);
                write(&group.tokens, between, written);
                if !close.is_empty() {
                    written.push_str(between);
                    written.push_str(close);
                }
            }
            TokenKind::Doc(doc) => {
                written.push_str("#[doc=");
                written.push_str(&format!("{:?}", doc.text));
                written.push(']');
            }
        }
    }
}

/// The expressions between commas; a comma among generic arguments or a closure's parameters separates none. Nothing
/// follows a last comma.
pub(super) fn expressions(tokens: &[Token]) -> Vec<&[Token]> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    // Whether an operand is expected, where `<` and `|` open something instead of comparing.
    let mut operand = true;
    while at < tokens.len() {
        let token = &tokens[at];
        if token.is_punct(',') {
            found.push(&tokens[start..at]);
            (start, operand, at) = (at + 1, true, at + 1);
        } else if token.is_punct('<') && (operand || opens_generics(&tokens[start..at])) {
            at = behind_angles(tokens, at);
            operand = false;
        } else if token.is_punct('|') && operand {
            at = behind_parameters(tokens, at);
        } else {
            operand = match &token.kind {
                TokenKind::Punct { character, .. } => *character != '?',
                TokenKind::Ident(word) => matches!(&**word, "move" | "return" | "break" | "async" | "in" | "else"),
                _ => false,
            };
            at += 1;
        }
    }
    if start < tokens.len() {
        found.push(&tokens[start..]);
    }
    found
}

/// Whether a `<` behind these tokens of an expression opens generic arguments: behind `::`, or in the type of a cast.
fn opens_generics(before: &[Token]) -> bool {
    if let [.., first, second] = before
        && first.is_punct(':')
        && second.is_punct(':')
    {
        return true;
    }
    let in_path = |token: &&Token| token.is_punct(':') || token.ident().is_some_and(|word| word != "as");
    let path = before.iter().rev().take_while(in_path).count();
    path > 0 && before.len().checked_sub(path + 1).is_some_and(|at| before[at].is_ident("as"))
}

/// Behind the `>` that closes the `<` at `at`; the end where none does, so that nothing is looked for twice.
fn behind_angles(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        let arrow = index > 0 && (tokens[index - 1].is_punct('-') || tokens[index - 1].is_punct('='));
        if token.is_punct('<') {
            depth += 1;
        } else if token.is_punct('>') && !arrow {
            depth -= 1;
            if depth == 0 {
                return index + 1;
            }
        }
    }
    tokens.len()
}

/// Behind the parameters of a closure that begin at `at`.
fn behind_parameters(tokens: &[Token], at: usize) -> usize {
    let close = tokens.iter().skip(at + 1).position(|token| token.is_punct('|'));
    close.map_or(tokens.len(), |distance| at + distance + 2)
}
