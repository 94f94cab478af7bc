//! What single expressions tell by what is written: what is called, where a chain begins, whether it shows values. Owns the
//! look at one expression; refuses to know what stands around it.

use tree_sitter::Node;

use super::{forms, reader::Range};
use crate::lang::{
    anchors::is_word_byte,
    python::{
        grammar::Kind,
        names::Names,
        position::{offset, offset_of},
    },
};

/// The text of a function with its names.
#[derive(Clone, Copy)]
pub(super) struct Expressions<'a, 't> {
    pub(super) names: &'a Names<'t>,
}

impl<'t> Expressions<'_, 't> {
    /// What stands before the first bracket of a call, and the rest of it: of nearly all calls the callee and what it is
    /// given, without a look at what the call consists of.
    pub(super) fn callee(&self, call: Node<'t>) -> (&'t str, Range) {
        let bytes = self.bytes(call);
        let open = memchr::memchr(b'(', bytes).unwrap_or(bytes.len());
        let callee = std::str::from_utf8(&bytes[..open]).unwrap_or_default().trim_end();
        (callee, Range { start: offset_of(call) + offset(open), end: offset(call.end_byte()) })
    }

    /// The text of a node, of which only a part is looked at.
    fn bytes(&self, node: Node<'t>) -> &'t [u8] {
        &self.names.text[node.byte_range()]
    }

    /// What stands behind the last dot of a chain.
    fn last_of(&self, chain: Node<'t>) -> &'t str {
        let bytes = self.bytes(chain);
        let begin = memchr::memrchr(b'.', bytes).map_or(0, |at| at + 1);
        std::str::from_utf8(&bytes[begin..]).unwrap_or_default()
    }

    /// Whether an expression is a comparison of two things by `==`.
    pub(super) fn is_equation(&self, node: Node<'t>) -> bool {
        let mut cursor = node.walk();
        self.names.grammar.kind(node) == Kind::ComparisonOperator
            && node.children(&mut cursor).filter(|part| !part.is_named()).map(|part| part.kind()).eq(["=="])
    }

    /// Whether an expression shows nothing of the values in it.
    pub(super) fn is_blind(&self, node: Node<'t>, kind: Kind) -> bool {
        let grammar = self.names.grammar;
        match kind {
            Kind::Attribute => forms::is_shape(self.last_of(node)),
            Kind::Call => {
                let (callee, _) = self.callee(node);
                let name = &callee[callee.rfind('.').map_or(0, |at| at + 1)..];
                // The length of what was chosen by its values is no shape.
                let is_chosen = || forms::chooses(self.names.text(node));
                forms::is_blind(name) || name == "len" && !is_chosen()
            }
            Kind::ComparisonOperator => {
                let mut cursor = node.walk();
                let operators = node.children(&mut cursor).filter(|part| !part.is_named()).map(|part| part.kind());
                let operators: Vec<&str> = operators.collect();
                if operators.iter().any(|operator| matches!(*operator, "is" | "is not")) {
                    return true;
                }
                // A sign or a share, which holds for all values.
                let operands = grammar.children(node);
                let is_limit = |operand: &Node<'t>| matches!(self.names.text(*operand), "0" | "0.0" | "1" | "1.0");
                let is_literal = |operand: &&Node<'t>| matches!(grammar.kind(**operand), Kind::Integer | Kind::Float);
                let mut literals = operands.iter().filter(is_literal).peekable();
                operators.iter().all(|operator| matches!(*operator, "<" | "<=" | ">" | ">="))
                    && literals.peek().is_some()
                    && literals.all(is_limit)
            }
            _ => false,
        }
    }

    /// The last name of what is called.
    pub(super) fn last_name(&self, function: Node<'t>) -> &'t str {
        let is_name = matches!(self.names.grammar.kind(function), Kind::Identifier | Kind::Attribute);
        if is_name { self.last_of(function) } else { "" }
    }

    /// The name that a chain of attributes, items and calls begins with: `x`, `self.x`.
    pub(super) fn root(&self, node: Node<'t>) -> Option<&'t str> {
        let (grammar, mut node) = (self.names.grammar, node);
        loop {
            node = match grammar.kind(node) {
                Kind::Identifier => return Some(self.names.text(node)),
                Kind::Attribute if self.is_of_receiver(node) => return Some(self.names.text(node)),
                Kind::Attribute => grammar.child(node, grammar.field.object)?,
                Kind::Subscript => grammar.child(node, grammar.field.value)?,
                Kind::Call => grammar.child(node, grammar.field.function)?,
                _ => return None,
            }
        }
    }

    /// `self.x`: its text tells it, without a look at what it consists of.
    pub(super) fn is_of_receiver(&self, attribute: Node<'t>) -> bool {
        let bytes = self.bytes(attribute);
        let name = bytes.strip_prefix(b"self.").or_else(|| bytes.strip_prefix(b"cls."));
        name.is_some_and(|name| name.iter().all(|byte| is_word_byte(*byte)))
    }

    /// Whether a name is that of the object whose method this is, or of one of its attributes.
    pub(super) fn is_receiver(&self, name: &str) -> bool {
        matches!(name.split('.').next(), Some("self" | "cls"))
    }
}
