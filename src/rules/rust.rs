//! What items of Rust say that several rules ask for. Judges nothing.

use crate::model::rust::{Item, ItemKind};

/// Calls a function with each function of these items, at any depth of modules. Recurses over brackets, whose depth is limited
/// where the text is read.
pub(super) fn functions<'i>(items: &'i [Item], found: &mut dyn FnMut(&'i Item)) {
    for item in items {
        match &item.kind {
            ItemKind::Function(_) => found(item),
            ItemKind::Module { items: Some(items) } => functions(items, found),
            _ => {}
        }
    }
}

/// The first and last lines of the items that this holds for, those within others too.
pub(super) fn lines_of(items: &[Item], holds: &dyn Fn(&Item) -> bool) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    collect(items, holds, &mut found);
    found
}

fn collect(items: &[Item], holds: &dyn Fn(&Item) -> bool, found: &mut Vec<(u32, u32)>) {
    for item in items {
        if holds(item) {
            let first = item.attributes.first().map_or(item.line, |attribute| attribute.line.min(item.line));
            found.push((first, item.end_line));
            continue;
        }
        match &item.kind {
            ItemKind::Module { items: Some(items) }
            | ItemKind::Impl { items, .. }
            | ItemKind::Trait(items)
            | ItemKind::Type(items)
            | ItemKind::Foreign(items) => collect(items, holds, found),
            ItemKind::Function(function) => collect(&function.items, holds, found),
            _ => {}
        }
    }
}
