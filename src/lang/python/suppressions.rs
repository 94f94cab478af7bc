//! Comments for testaudit in a Python file. Refuses to know what they mean: `lang::suppressions` does.

use tree_sitter::Node;

use super::{
    grammar::{Grammar, Kind},
    position::{line_of, offset, offset_of},
};
use crate::{
    lang::suppressions::{WORD, parse},
    model::fact::Suppression,
};

/// Whether a text may hold any.
pub(super) fn may_have(text: &[u8]) -> bool {
    memchr::memmem::find(text, WORD.as_bytes()).is_some()
}

/// All of a file, in source order.
pub(super) fn find(grammar: &Grammar, root: Node<'_>, text: &[u8]) -> Vec<Suppression> {
    let comment = |at: usize| {
        let node = root.descendant_for_byte_range(at, at + 1)?;
        let kind = (grammar.kind(node) == Kind::Comment)
            .then(|| parse(&String::from_utf8_lossy(&text[node.byte_range()])))
            .flatten()?;
        let line_start = memchr::memrchr(b'\n', &text[..node.start_byte()]).map_or(0, |end| end + 1);
        let alone = text[line_start..node.start_byte()].iter().all(|byte| matches!(byte, b' ' | b'\t'));
        let (start, end) = (offset_of(node), offset(node.end_byte()));
        Some(Suppression { line: line_of(node), start, end, alone, kind })
    };
    let mut found: Vec<_> = memchr::memmem::find_iter(text, WORD).filter_map(comment).collect();
    // The word can stand in a comment twice.
    found.dedup_by_key(|suppression| suppression.start);
    found
}
