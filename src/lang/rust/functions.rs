//! Signatures of functions. Refuses to know what a parameter means to a test framework.

use std::sync::Arc;

use super::attributes::attributes;
use super::bodies::body;
use super::calls;
use super::code;
use super::items::Draft;
use super::reader::{Reader, flat, is_path_separator, split_at_commas};
use crate::model::rust::{Delimiter, Function, ItemKind, Parameter, Token};

/// The function whose `fn` is next.
pub(super) fn function(reader: &mut Reader<'_>, is_async: bool, depth: usize) -> Draft {
    reader.advance(1);
    let name_line = reader.line();
    let name_origin = reader.peek().and_then(|token| token.origin);
    let name = reader.name().unwrap_or_default();
    reader.skip_generics();
    let parameters = reader.group(Delimiter::Parenthesis).map(parameters).unwrap_or_default();
    let returns = if reader.is_punct_at(0, '-') && reader.is_punct_at(1, '>') {
        reader.advance(2);
        reader.until(|reader| is_body(reader) || reader.is_ident("where")).to_vec()
    } else {
        Vec::new()
    };
    reader.until(is_body);
    let signature = reader.before(1).map_or(name_line, |token| reader.end_line().max(token.line));
    let code = reader.peek().and_then(|token| code::body(token, signature, &parameters)).map(Arc::new);
    let block = reader.group(Delimiter::Brace);
    let has_body = block.is_some();
    let what = block.and_then(|tokens| calls::body(tokens, depth + 1)).map(Arc::new);
    let (inner, items) = match block {
        Some(tokens) => body(tokens, depth + 1),
        None => {
            reader.eat_punct(';');
            Default::default()
        }
    };
    let function =
        Function { name_line, name_origin, is_async, parameters, returns, has_body, body: what, code, items };
    Draft { inner, ..Draft::new(name, ItemKind::Function(Box::new(function))) }
}

fn is_body(reader: &Reader<'_>) -> bool {
    reader.peek().is_some_and(|token| token.group(Delimiter::Brace).is_some())
}

/// What stands in the parentheses of a signature.
fn parameters(tokens: &[Token]) -> Vec<Parameter> {
    let tokens = flat(tokens);
    split_at_commas(&tokens).into_iter().map(parameter).collect()
}

fn parameter(tokens: &[Token]) -> Parameter {
    let mut reader = Reader::new(tokens);
    let mut inner = Vec::new();
    let attributes = attributes(&mut reader, &mut inner);
    let tokens = reader.rest();
    let mut position = 0;
    while let Some(token) = tokens.get(position) {
        if is_path_separator(&tokens[position..]) {
            position += 2;
        } else if token.is_punct(':') {
            let (pattern, kind) = (tokens[..position].to_vec(), tokens[position + 1..].to_vec());
            return Parameter { attributes, pattern, kind };
        } else {
            position += 1;
        }
    }
    Parameter { attributes, pattern: tokens.to_vec(), kind: Vec::new() }
}
