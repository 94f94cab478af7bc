//! Fields and variants. Of types it reads the names, and refuses to know what they mean.

use super::attributes::attributes;
use super::code::words;
use super::items::visibility;
use super::reader::{Reader, flat};
use crate::model::rust::{Attribute, Delimiter, Item, ItemKind, Token};

/// Named fields.
pub(super) fn fields(tokens: &[Token]) -> Vec<Item> {
    members(tokens, |reader, _| {
        // `unsafe` fields and mutability restrictions are not stable; they stand before the name.
        while matches!(reader.ident_at(0), Some("unsafe" | "mut")) && reader.ident_at(1).is_some() {
            reader.advance(1);
        }
        let name = reader.name()?.into();
        if !reader.eat_punct(':') {
            return None;
        }
        let words = skip_type(reader);
        if reader.is_punct_at(0, '=') {
            skip_expression(reader);
        }
        Some((name, ItemKind::Field(words)))
    })
}

/// Fields of a tuple.
pub(super) fn numbered_fields(tokens: &[Token]) -> Vec<Item> {
    members(tokens, |reader, position| {
        let before = reader.rest().len();
        let words = skip_type(reader);
        (reader.rest().len() < before).then(|| (position.to_string().into(), ItemKind::Field(words)))
    })
}

/// Variants.
pub(super) fn variants(tokens: &[Token]) -> Vec<Item> {
    members(tokens, |reader, _| {
        let name = reader.name()?.into();
        let inner = match reader.group(Delimiter::Parenthesis) {
            Some(tokens) => numbered_fields(tokens),
            None => reader.group(Delimiter::Brace).map(fields).unwrap_or_default(),
        };
        if reader.is_punct_at(0, '=') {
            skip_expression(reader);
        }
        Some((name, ItemKind::Variant(inner)))
    })
}

/// Members between commas, each read by a function that is given its position.
fn members(
    tokens: &[Token],
    mut read: impl FnMut(&mut Reader<'_>, usize) -> Option<(Box<str>, ItemKind)>,
) -> Vec<Item> {
    let tokens = flat(tokens);
    let mut reader = Reader::new(&tokens);
    let mut found: Vec<Item> = Vec::new();
    // Inner attributes have no meaning here.
    let mut inner: Vec<Attribute> = Vec::new();
    while reader.peek().is_some() {
        let attributes = attributes(&mut reader, &mut inner);
        let line = reader.line();
        let public = visibility(&mut reader);
        if let Some((name, kind)) = read(&mut reader, found.len()) {
            found.push(Item { attributes, public, name, line, end_line: reader.end_line(), kind });
        }
        reader.until(|reader| reader.is_punct_at(0, ','));
        reader.advance(1);
    }
    found
}

/// Goes to the end of a field's type, and gives the names in it.
fn skip_type(reader: &mut Reader<'_>) -> Vec<Box<str>> {
    let tokens = reader.until(|reader| reader.is_punct_at(0, ',') || reader.is_punct_at(0, '='));
    words(tokens)
}

/// Goes over `= expression`. A `<` is an operator there, but for the generics of a path.
fn skip_expression(reader: &mut Reader<'_>) {
    reader.advance(1);
    reader.skip_generics();
    while reader.peek().is_some() && !reader.is_punct_at(0, ',') {
        if reader.eat_path_separator() {
            reader.skip_generics();
        } else {
            reader.advance(1);
        }
    }
}
