//! What an expression is, as far as rules on tests ask: [`Value`]. Looks at its outermost form only.

use tree_sitter::Node;

use super::{
    grammar::Kind,
    names::{Names, ScopeId},
};
use crate::model::body::Value;

/// How many parentheses around an expression are looked through.
const MAX_PARENTHESES: u8 = 16;
/// Longer expressions are not compared with each other, in bytes.
const MAX_COMPARED: usize = 200;

/// Reads values in one scope.
pub(super) struct Values<'a, 't> {
    pub(super) names: &'a Names<'t>,
    pub(super) scope: ScopeId,
}

impl<'t> Values<'_, 't> {
    /// What an expression is.
    pub(super) fn value(&self, node: Node<'t>) -> Value {
        let grammar = self.names.grammar;
        let node = self.inner(node);
        match grammar.kind(node) {
            Kind::None => Value::None,
            Kind::True => Value::Bool(true),
            Kind::False => Value::Bool(false),
            Kind::Integer | Kind::Float => Value::Number { zero: self.is_zero(node) },
            Kind::String => self.text(&[node]),
            Kind::ConcatenatedString => self.text(&grammar.children(node)),
            Kind::Tuple | Kind::ExpressionList => {
                // What a star adds can be nothing.
                let items = grammar.children(node);
                Value::Tuple(items.iter().filter(|item| grammar.kind(**item) != Kind::ListSplat).count())
            }
            Kind::List
            | Kind::Set
            | Kind::Dictionary
            | Kind::ListComprehension
            | Kind::SetComprehension
            | Kind::DictionaryComprehension => Value::Display,
            Kind::ComparisonOperator => self.comparison(node),
            Kind::NotOperator | Kind::BooleanOperator => Value::Logic,
            Kind::Identifier | Kind::Attribute => Value::Name(self.name(node)),
            Kind::Call => Value::Call(self.name_or_callee(node)),
            Kind::Await => {
                let awaited = grammar.children(node).first().map(|inner| self.inner(*inner));
                let call = awaited.filter(|inner| grammar.kind(*inner) == Kind::Call);
                Value::Await(call.map(|call| self.name_or_callee(call)))
            }
            _ => Value::Other,
        }
    }

    /// Whether a string has no interpolation.
    pub(super) fn is_plain_text(&self, node: Node<'t>) -> bool {
        matches!(self.value(node), Value::Text { .. })
    }

    /// The only meaning of a name or a chain of attributes; empty where it is none or has several.
    pub(super) fn name(&self, node: Node<'t>) -> String {
        let mut meanings = self.names.resolve(node, self.scope).into_iter();
        meanings.next().filter(|_| meanings.next().is_none()).map(|meaning| meaning.name).unwrap_or_default()
    }

    /// The name, or of a call that of its callee.
    pub(super) fn name_or_callee(&self, node: Node<'t>) -> String {
        let grammar = self.names.grammar;
        let node = self.inner(node);
        match grammar.kind(node) {
            Kind::Call => grammar.child(node, grammar.field.function).map(|function| self.name(function)),
            _ => Some(self.name(node)),
        }
        .unwrap_or_default()
    }

    /// The expression without parentheses around it.
    fn inner(&self, node: Node<'t>) -> Node<'t> {
        let grammar = self.names.grammar;
        let mut node = node;
        for _ in 0..MAX_PARENTHESES {
            if grammar.kind(node) != Kind::ParenthesizedExpression {
                break;
            }
            let Some(inner) = grammar.children(node).first().copied() else { break };
            node = inner;
        }
        node
    }

    fn is_zero(&self, node: Node<'t>) -> bool {
        let text = self.names.text(node).to_ascii_lowercase();
        let digits = text.strip_prefix("0x").or(text.strip_prefix("0b")).or(text.strip_prefix("0o")).unwrap_or(&text);
        let mantissa = if text.starts_with("0x") { digits } else { digits.split('e').next().unwrap_or(digits) };
        mantissa.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'_' | b'j'))
    }

    fn text(&self, parts: &[Node<'t>]) -> Value {
        let grammar = self.names.grammar;
        let children = || parts.iter().flat_map(|part| grammar.children(*part));
        if children().any(|child| grammar.kind(child) == Kind::Interpolation) {
            return Value::Other;
        }
        Value::Text { empty: !children().any(|child| grammar.kind(child) == Kind::StringContent) }
    }

    fn comparison(&self, node: Node<'t>) -> Value {
        let grammar = self.names.grammar;
        match grammar.children(node).as_slice() {
            [left, right] if self.is_same(*left, *right) => {
                let between = &self.names.text[left.end_byte()..right.start_byte()];
                let operator = String::from_utf8_lossy(between);
                let operator: Vec<&str> = operator.split_whitespace().collect();
                let literal = !matches!(grammar.kind(self.inner(*left)), Kind::Identifier | Kind::Attribute);
                Value::SelfComparison { operator: operator.join(" "), literal }
            }
            _ => Value::Comparison,
        }
    }

    /// Whether two expressions are written alike and call nothing.
    pub(super) fn is_same(&self, left: Node<'t>, right: Node<'t>) -> bool {
        let text = |node: Node<'t>| &self.names.text[node.byte_range()];
        left.byte_range().len() <= MAX_COMPARED && text(left) == text(right) && self.calls_nothing(left)
    }

    /// Whether an expression is a literal, a name, or a chain of attributes.
    fn calls_nothing(&self, node: Node<'t>) -> bool {
        let grammar = self.names.grammar;
        let mut node = self.inner(node);
        while grammar.kind(node) == Kind::Attribute {
            let Some(object) = grammar.child(node, grammar.field.object) else { return false };
            node = object;
        }
        match grammar.kind(node) {
            Kind::Identifier | Kind::Integer | Kind::Float | Kind::True | Kind::False | Kind::None => true,
            Kind::String => self.names.plain_string(node).is_some(),
            _ => false,
        }
    }
}
