//! Where a node stands: the only place where tree-sitter's positions become ours.

use tree_sitter::Node;

use crate::model::Span;

/// A byte offset; files are smaller than 4 GiB.
pub(super) fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

/// The offset of a node's first byte.
pub(super) fn offset_of(node: Node<'_>) -> u32 {
    offset(node.start_byte())
}

/// The 1-based line of a node's first byte.
pub(super) fn line_of(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX)
}

/// The whole range of a node.
pub(super) fn span_of(node: Node<'_>) -> Span {
    let start = node.start_position();
    Span {
        start: offset_of(node),
        end: u32::try_from(node.end_byte()).unwrap_or(u32::MAX),
        line: line_of(node),
        column: u32::try_from(start.column + 1).unwrap_or(u32::MAX),
    }
}
