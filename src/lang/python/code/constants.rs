//! Conditions that the compiler decides.

use tree_sitter::Node;

use super::{super::grammar::Kind, MAX_DEPTH, Walker};

impl<'t> Walker<'_, 't> {
    /// The value of a condition that CPython folds.
    pub(super) fn constant_truth(&self, node: Node<'t>) -> Option<bool> {
        let (mut node, mut is_negated) = (node, false);
        for _ in 0..MAX_DEPTH {
            let text = self.str(node);
            let truth = match self.kind(node) {
                Kind::ParenthesizedExpression => {
                    node = *self.grammar.children(node).first()?;
                    continue;
                }
                Kind::NotOperator => {
                    is_negated = !is_negated;
                    node = self.grammar.child(node, self.grammar.field.argument)?;
                    continue;
                }
                Kind::True | Kind::Ellipsis => true,
                Kind::False | Kind::None => false,
                Kind::Identifier if text == "__debug__" => true,
                Kind::Integer | Kind::Float => text.bytes().any(|byte| matches!(byte, b'1'..=b'9')),
                Kind::String if node.named_child_count() == 2 => false,
                Kind::String if !has_interpolation(self, node) => true,
                _ => return None,
            };
            return Some(truth != is_negated);
        }
        None
    }
}

/// Whether a string is made at run time.
pub(super) fn has_interpolation<'t>(walker: &Walker<'_, 't>, node: Node<'t>) -> bool {
    walker.grammar.children(node).into_iter().any(|child| walker.kind(child) == Kind::Interpolation)
}
