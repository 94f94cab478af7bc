//! `use` trees as one import for each leaf. Refuses to know what a path leads to.

use super::reader::{Reader, flat};
use super::trees::MAX_DEPTH;
use crate::model::rust::{Delimiter, Import, Token};

/// Longer paths, which no source has, are left out: each leaf has a copy of its path.
const MAX_SEGMENTS: usize = 128;

/// The leaves of a `use` tree, without the keyword and the `;`.
pub(super) fn leaves(tokens: &[Token]) -> Vec<Import> {
    let mut found = Vec::new();
    tree(&mut Reader::new(&flat(tokens)), 0, &mut Vec::new(), &mut found);
    found
}

/// One tree below `prefix`, up to a comma or the end. `prefix` is what it was before when this returns.
fn tree(reader: &mut Reader<'_>, depth: usize, prefix: &mut Vec<Box<str>>, found: &mut Vec<Import>) {
    let outer = prefix.len();
    if reader.eat_path_separator() {
        prefix.push("".into());
    }
    loop {
        if prefix.len() > MAX_SEGMENTS || depth > MAX_DEPTH {
            reader.until(|reader| reader.is_punct_at(0, ','));
            break;
        }
        if reader.eat_punct('*') {
            found.push(Import { path: prefix.clone(), name: "*".into() });
            break;
        }
        if let Some(tokens) = reader.group(Delimiter::Brace) {
            let tokens = flat(tokens);
            let mut reader = Reader::new(&tokens);
            while reader.peek().is_some() {
                tree(&mut reader, depth + 1, prefix, found);
                reader.until(|reader| reader.is_punct_at(0, ','));
                reader.advance(1);
            }
            break;
        }
        let Some(name) = reader.name() else { break };
        prefix.push(name.into());
        if !reader.eat_path_separator() {
            leaf(reader, prefix, found);
            break;
        }
    }
    prefix.truncate(outer);
}

fn leaf(reader: &mut Reader<'_>, path: &[Box<str>], found: &mut Vec<Import>) {
    let alias = if reader.eat_ident("as") { reader.name() } else { None };
    let path = match path {
        [before @ .., last] if &**last == "self" && !before.is_empty() => before,
        _ => path,
    };
    let name = alias.unwrap_or_else(|| path.last().map_or("", |last| last));
    found.push(Import { path: path.to_vec(), name: name.into() });
}
