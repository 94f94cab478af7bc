//! Attributes and documentation comments, as they stand before items and members. Refuses to know what any of them does.

use super::reader::{Reader, flat, plain};
use crate::model::rust::{Attribute, Delimiter, DocFragment, Token, TokenKind};

/// Outer attributes that are next. Inner ones among them go to `inner`.
pub(super) fn attributes(reader: &mut Reader<'_>, inner: &mut Vec<Attribute>) -> Vec<Attribute> {
    let mut outer = Vec::new();
    while let Some(attribute) = attribute(reader) {
        if attribute.inner { inner.push(attribute) } else { outer.push(attribute) }
    }
    outer
}

/// The attribute that is next.
fn attribute(reader: &mut Reader<'_>) -> Option<Attribute> {
    let token = reader.peek()?;
    let (line, origin) = (token.line, token.origin);
    if let TokenKind::Doc(comment) = &token.kind {
        reader.advance(1);
        let doc = Some(DocFragment { block: comment.block, text: comment.text.clone() });
        return Some(Attribute { path: "doc".into(), tokens: Vec::new(), inner: comment.inner, line, origin, doc });
    }
    if !token.is_punct('#') {
        return None;
    }
    let inner = reader.is_punct_at(1, '!');
    let group = reader.peek_at(1 + usize::from(inner))?.group(Delimiter::Bracket)?;
    reader.advance(2 + usize::from(inner));
    let (path, tokens) = meta(&group.tokens);
    Some(Attribute { path: path.into(), tokens, inner, line, origin, doc: None })
}

/// The path of what stands in the brackets, and what follows it.
fn meta(tokens: &[Token]) -> (String, Vec<Token>) {
    let tokens = flat(tokens);
    if let [keyword, wrapped] = &*tokens
        && keyword.is_ident("unsafe")
        && let Some(group) = wrapped.group(Delimiter::Parenthesis)
    {
        return path_and_rest(&flat(&group.tokens));
    }
    path_and_rest(&tokens)
}

fn path_and_rest(tokens: &[Token]) -> (String, Vec<Token>) {
    let mut path = String::new();
    let mut reader = Reader::new(tokens);
    loop {
        if reader.eat_path_separator() {
            path.push_str("::");
        }
        let Some(name) = reader.ident_at(0) else { break };
        path.push_str(plain(name));
        reader.advance(1);
        if !reader.is_path_separator() {
            break;
        }
    }
    (path, reader.rest().to_vec())
}
