//! A walk over a tree with what stands around each node, by a cursor: depth costs no stack. Refuses to know what is read.

use std::num::NonZeroU16;

use tree_sitter::Node;

use super::grammar::{Grammar, Kind};

/// What is done with the nodes of a tree.
pub(super) trait Visitor<'t> {
    /// A node around the one at hand, with what leaving it takes back.
    type Level;

    fn grammar(&self) -> &Grammar;

    /// Takes note of a named node, of its field and of what stands around it; whether what is in it matters too.
    fn visit(&mut self, node: Node<'t>, kind: Kind, field: Option<NonZeroU16>, up: Option<&Self::Level>) -> bool;

    fn enter(&mut self, node: Node<'t>, kind: Kind) -> Self::Level;

    fn leave(&mut self, level: &Self::Level);
}

/// Shows a visitor what is in a node, in source order, the node itself first.
pub(super) fn descend<'t, V: Visitor<'t>>(start: Node<'t>, visitor: &mut V) {
    let mut cursor = start.walk();
    let mut levels: Vec<V::Level> = Vec::new();
    loop {
        let node = cursor.node();
        let kind = visitor.grammar().kind(node);
        let enters = node.is_named() && visitor.visit(node, kind, cursor.field_id(), levels.last());
        if enters && cursor.goto_first_child() {
            levels.push(visitor.enter(node, kind));
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
            if let Some(level) = levels.pop() {
                visitor.leave(&level);
            }
        }
        if levels.is_empty() {
            return;
        }
    }
}
