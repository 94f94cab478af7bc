//! Token trees of text and of `proc_macro2`: for definitions that are written down here, and for tests.
//!
//! Refuses to know places: every line is the one that is asked for, every offset 0.

use proc_macro2::{Delimiter as Brackets, Spacing, TokenStream, TokenTree};

use crate::model::rust::{Delimiter, Group, Token, TokenKind};

/// The tokens of a text that is known to be well-formed; `None` where it is not. Documentation comments are attributes.
pub fn tokens_of_text(text: &str, line: u32) -> Option<Vec<Token>> {
    Some(tokens(text.parse().ok()?, line))
}

/// Recursive: meant for texts of a known depth.
fn tokens(stream: TokenStream, line: u32) -> Vec<Token> {
    let mut result = Vec::new();
    let mut trees = stream.into_iter();
    while let Some(tree) = trees.next() {
        let kind = match tree {
            TokenTree::Ident(ident) => TokenKind::Ident(ident.to_string().into()),
            TokenTree::Literal(literal) => TokenKind::Literal(literal.to_string().into()),
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                let name = trees.next().map(|name| name.to_string()).unwrap_or_default();
                TokenKind::Lifetime(format!("'{name}").into())
            }
            TokenTree::Punct(punct) => {
                TokenKind::Punct { character: punct.as_char(), joint: punct.spacing() == Spacing::Joint }
            }
            TokenTree::Group(group) => {
                let delimiter = match group.delimiter() {
                    Brackets::Parenthesis => Delimiter::Parenthesis,
                    Brackets::Bracket => Delimiter::Bracket,
                    Brackets::Brace => Delimiter::Brace,
                    Brackets::None => Delimiter::None,
                };
                let tokens = tokens(group.stream(), line);
                TokenKind::Group(Box::new(Group { delimiter, tokens, end_line: line, end: 0 }))
            }
        };
        result.push(Token { kind, line, offset: 0, origin: None });
    }
    result
}
