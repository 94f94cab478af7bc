//! Fragments: what `$name:kind` may begin with, and how many tokens it takes.

use super::extent::expressions::Structs;
use super::extent::items::is_visibility;
use super::extent::types::PathStyle;
use super::extent::{Broken, Cursor, operator};
use crate::model::rust::{Delimiter, Token, TokenKind};

/// A kind of fragment: "Metavariables" of the Rust reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ident,
    Lifetime,
    Literal,
    Visibility,
    TokenTree,
    Type,
    Path,
    Pattern,
    PatternWithoutOr,
    Expression,
    Statement,
    Block,
    Item,
    Meta,
}

const NAMES: [(&str, Kind); 15] = [
    ("ident", Kind::Ident),
    ("lifetime", Kind::Lifetime),
    ("literal", Kind::Literal),
    ("vis", Kind::Visibility),
    ("tt", Kind::TokenTree),
    ("ty", Kind::Type),
    ("path", Kind::Path),
    ("pat", Kind::Pattern),
    ("pat_param", Kind::PatternWithoutOr),
    ("expr", Kind::Expression),
    ("expr_2021", Kind::Expression),
    ("stmt", Kind::Statement),
    ("block", Kind::Block),
    ("item", Kind::Item),
    ("meta", Kind::Meta),
];

impl Kind {
    /// The kind of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(_, kind)| *kind == self).map_or("tt", |(name, _)| name)
    }
}

/// Whether a fragment of this kind may begin with these tokens; if not, a matcher does not try. rustc:
/// `Parser::nonterminal_may_be_ident` and `nonparse_nt_can_begin` with the `can_begin_…` methods of `Token`.
pub(super) fn may_begin(kind: Kind, tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return false };
    if let Some(group) = first.group(Delimiter::None) {
        return may_begin_with_fragment(kind, &group.tokens);
    }
    let cursor = Cursor::new(tokens);
    let operator = operator(tokens);
    match kind {
        Kind::TokenTree | Kind::Item | Kind::Statement => true,
        Kind::Ident => first.ident().is_some_and(|ident| ident != "_"),
        Kind::Lifetime => matches!(first.kind, TokenKind::Lifetime(_)),
        Kind::Literal => {
            first.literal().is_some() || operator == Some("-") || first.is_ident("true") || first.is_ident("false")
        }
        Kind::Visibility => operator == Some(",") || first.ident().is_some() || type_may_begin(first, operator),
        Kind::Block => first.group(Delimiter::Brace).is_some(),
        Kind::Path | Kind::Meta => operator == Some("::") || first.ident().is_some(),
        Kind::Type => type_may_begin(first, operator),
        Kind::Expression => {
            // What `expr` begins with up to edition 2021.
            !["let", "const", "_"].into_iter().any(|word| first.is_ident(word))
                && cursor.expression_follows(Structs::Allowed)
        }
        Kind::Pattern | Kind::PatternWithoutOr => match &first.kind {
            TokenKind::Ident(_) | TokenKind::Literal(_) => true,
            TokenKind::Group(group) => group.delimiter != Delimiter::Brace,
            TokenKind::Punct { .. } => {
                matches!(operator, Some("&" | "&&" | "-" | ".." | "..." | "::" | "<" | "<<"))
                    || operator == Some("|") && kind == Kind::Pattern
            }
            TokenKind::Lifetime(_) | TokenKind::Doc(_) => false,
        },
    }
}

/// The same for what was a fragment of an earlier expansion. Which kind it was, is not kept: what it could be, it is.
fn may_begin_with_fragment(kind: Kind, tokens: &[Token]) -> bool {
    let whole = |kind| !tokens.is_empty() && length(kind, tokens) == Some(tokens.len());
    match kind {
        Kind::Ident | Kind::Lifetime => false,
        Kind::TokenTree | Kind::Item | Kind::Statement | Kind::Visibility => true,
        Kind::Literal | Kind::Block | Kind::Type => may_begin(kind, tokens) && whole(kind),
        Kind::Path | Kind::Meta => whole(Kind::Path) || whole(Kind::Meta),
        Kind::Expression => whole(kind),
        Kind::Pattern | Kind::PatternWithoutOr => whole(Kind::Pattern) || whole(Kind::Expression),
    }
}

/// rustc: `Token::can_begin_type`.
fn type_may_begin(first: &Token, operator: Option<&str>) -> bool {
    match &first.kind {
        TokenKind::Ident(word) => {
            !super::extent::is_reserved(word)
                || matches!(&**word, "_" | "for" | "impl" | "fn" | "unsafe" | "extern" | "typeof" | "dyn")
        }
        TokenKind::Group(group) => matches!(group.delimiter, Delimiter::Parenthesis | Delimiter::Bracket),
        TokenKind::Lifetime(_) => true,
        TokenKind::Punct { .. } => matches!(operator, Some("!" | "*" | "&" | "&&" | "?" | "<" | "<<" | "::")),
        TokenKind::Literal(_) | TokenKind::Doc(_) => false,
    }
}

/// How many tokens a fragment at the front takes; `None` where it is broken.
pub(super) fn length(kind: Kind, tokens: &[Token]) -> Option<usize> {
    let mut cursor = Cursor::new(tokens);
    let first = tokens.first();
    let parsed = match kind {
        Kind::Ident | Kind::Lifetime => return first.map(|_| 1),
        Kind::TokenTree => return first.map(|_| operator(tokens).map_or(1, str::len)),
        Kind::Literal => return literal(tokens),
        Kind::Visibility => {
            cursor.visibility();
            Ok(())
        }
        Kind::Block => return first.map(|_| 1),
        Kind::Type => cursor.type_(true),
        Kind::Path => cursor.path(PathStyle::Type),
        Kind::Pattern => cursor.pattern(true),
        Kind::PatternWithoutOr => cursor.pattern(false),
        Kind::Expression => cursor.expression(Structs::Allowed),
        Kind::Statement => cursor.statement(),
        Kind::Item => match first {
            Some(only) if only.group(Delimiter::None).is_some() && !is_visibility(only) => return Some(1),
            _ => cursor.item(),
        },
        Kind::Meta => cursor.meta(),
    };
    match parsed {
        Ok(()) => Some(cursor.position()),
        Err(Broken) => None,
    }
}

fn literal(tokens: &[Token]) -> Option<usize> {
    let first = tokens.first()?;
    if first.is_punct('-') {
        return tokens.get(1)?.literal().map(|_| 2);
    }
    let known = first.literal().is_some()
        || first.is_ident("true")
        || first.is_ident("false")
        || first.group(Delimiter::None).is_some();
    known.then_some(1)
}
