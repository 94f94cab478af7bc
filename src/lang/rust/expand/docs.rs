//! Documentation comments as attributes: how macros see them.

use std::borrow::Cow;

use crate::model::rust::token::DocComment;
use crate::model::rust::{Delimiter, Group, Token, TokenKind};

/// The tokens with each documentation comment replaced by `#[doc = r"…"]` or `#![doc = r"…"]`, at any depth, all of it at
/// the comment's place. rustc: `TokenStream::desugar_doc_comments`.
pub(super) fn as_attributes(tokens: &[Token]) -> Cow<'_, [Token]> {
    if any(tokens) { Cow::Owned(replaced(tokens)) } else { Cow::Borrowed(tokens) }
}

fn any(tokens: &[Token]) -> bool {
    let mut open = vec![tokens];
    while let Some(tokens) = open.pop() {
        for token in tokens {
            match &token.kind {
                TokenKind::Doc(_) => return true,
                TokenKind::Group(group) => open.push(&group.tokens),
                _ => {}
            }
        }
    }
    false
}

/// Recursive: the caller has limited the depth.
fn replaced(tokens: &[Token]) -> Vec<Token> {
    let mut result = Vec::with_capacity(tokens.len() + 4);
    for token in tokens {
        let at = |kind| Token { kind, line: token.line, offset: token.offset, origin: token.origin };
        match &token.kind {
            TokenKind::Doc(comment) => {
                result.push(at(TokenKind::Punct { character: '#', joint: comment.inner }));
                if comment.inner {
                    result.push(at(TokenKind::Punct { character: '!', joint: false }));
                }
                let inside = vec![
                    at(TokenKind::Ident("doc".into())),
                    at(TokenKind::Punct { character: '=', joint: false }),
                    at(TokenKind::Literal(raw_string(comment))),
                ];
                result.push(at(group(Delimiter::Bracket, inside, token.line, token.offset)));
            }
            TokenKind::Group(inside) => {
                let tokens = replaced(&inside.tokens);
                result.push(at(group(inside.delimiter, tokens, inside.end_line, inside.end)));
            }
            _ => result.push(token.clone()),
        }
    }
    result
}

fn group(delimiter: Delimiter, tokens: Vec<Token>, end_line: u32, end: u32) -> TokenKind {
    TokenKind::Group(Box::new(Group { delimiter, tokens, end_line, end }))
}

/// The text as a raw string, with as many `#` as it needs.
fn raw_string(comment: &DocComment) -> Box<str> {
    let text = &comment.text;
    let hashes = text.split('"').skip(1).map(|behind| behind.len() - behind.trim_start_matches('#').len() + 1).max();
    let hashes = "#".repeat(hashes.unwrap_or(0));
    format!("r{hashes}\"{text}\"{hashes}").into()
}
