//! `pin_project!`: the type as it was passed, without `#[pin]` and `#[project…]`. Source: crate `pin-project-lite`.

use super::super::NoExpansion;
use super::super::extent::items::split;
use super::super::strings::group_like;
use crate::model::rust::{Delimiter, Token, TokenKind};

/// The type, documentation in place; what implements `PinnedDrop` for it is left out.
pub(super) fn expand(tokens: &[Token], line: u32) -> Result<Vec<Token>, NoExpansion> {
    let item = split(tokens).into_iter().next().unwrap_or(&[]);
    Ok(without_attributes(item, line))
}

/// Attributes are written anew by the macro, so that they stand on its line.
fn without_attributes(tokens: &[Token], line: u32) -> Vec<Token> {
    let mut output: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let [token, behind @ ..] = rest {
        rest = behind;
        if token.is_punct('#')
            && let [attribute, after @ ..] = behind
            && let Some(group) = attribute.group(Delimiter::Bracket)
        {
            rest = after;
            let name = group.tokens.first().and_then(Token::ident).unwrap_or("");
            if !matches!(name, "pin" | "project" | "project_ref" | "project_replace") {
                output.push(Token { line, ..token.clone() });
                output.push(attribute.clone());
            }
            continue;
        }
        output.push(match &token.kind {
            TokenKind::Group(group) if group.delimiter == Delimiter::Brace => {
                let mut copy = group_like(token, Delimiter::Brace, without_attributes(&group.tokens, line));
                if let TokenKind::Group(copy) = &mut copy.kind {
                    (copy.end_line, copy.end) = (group.end_line, group.end);
                }
                copy
            }
            _ => token.clone(),
        });
    }
    output
}
