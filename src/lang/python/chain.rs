//! Expressions that can be names: chains of attributes and calls, and the calls that spell one in a string.

use tree_sitter::Node;

use super::{grammar::Kind, names::Names};

/// How many links of a chain `a.b().c` are read.
const MAX_LINKS: usize = 32;

/// A chain of attributes and calls: `np.random.default_rng(0).normal` is root `np`, links `.random.default_rng().normal`.
pub(super) struct Chain<'t> {
    pub(super) root: Option<Node<'t>>,
    pub(super) links: String,
    pub(super) call: Option<Node<'t>>,
}

impl<'t> Names<'t> {
    /// Takes an expression apart: names, attributes, calls, differences, `getattr(x, "literal")`, parentheses, `await`.
    pub(super) fn chain(&self, node: Node<'t>) -> Option<Chain<'t>> {
        let grammar = self.grammar;
        let mut links: Vec<String> = Vec::new();
        let mut call = None;
        let mut at = node;
        let root = loop {
            if links.len() > MAX_LINKS {
                return None;
            }
            match grammar.kind(at) {
                Kind::Identifier => break Some(at),
                Kind::Attribute => {
                    links.push(format!(".{}", self.text(grammar.child(at, grammar.field.attribute)?)));
                    at = grammar.child(at, grammar.field.object)?;
                }
                Kind::Call => {
                    if let Some((object, attribute)) = self.getattr(at) {
                        links.push(format!(".{attribute}"));
                        at = object;
                    } else {
                        links.push("()".to_owned());
                        call = call.or(Some(at));
                        at = grammar.child(at, grammar.field.function)?;
                    }
                }
                // `a - b` is `a.__sub__(b)`: a difference of clocks is worth a name.
                Kind::BinaryOperator
                    if grammar.child(at, grammar.field.operator).is_some_and(|sign| self.text(sign) == "-") =>
                {
                    links.push(".__sub__()".to_owned());
                    at = grammar.child(at, grammar.field.left)?;
                }
                // `[*range(3)]` is read as a call of `*range`.
                Kind::ParenthesizedExpression | Kind::ListSplat | Kind::Await => at = *grammar.children(at).first()?,
                // Something that is no name: an attribute of it is still worth its own name.
                _ if links.is_empty() => return None,
                _ => break None,
            }
        };
        links.reverse();
        Some(Chain { root, links: links.concat(), call })
    }

    /// `getattr(object, "attribute"[, default])`.
    pub(super) fn getattr(&self, call: Node<'t>) -> Option<(Node<'t>, &'t str)> {
        let grammar = self.grammar;
        let function = grammar.child(call, grammar.field.function)?;
        if grammar.kind(function) != Kind::Identifier || self.text(function) != "getattr" {
            return None;
        }
        let arguments = grammar.children(grammar.child(call, grammar.field.arguments)?);
        let [object, name, ..] = arguments.as_slice() else { return None };
        let literal = self.plain_string(*name)?;
        let is_name = literal.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric()) && !literal.is_empty();
        is_name.then_some((*object, literal))
    }

    /// `pytest.importorskip("module")` and `importlib.import_module("module")`: the module's name.
    pub(super) fn imported_by_call(&self, node: Node<'t>) -> Option<&'t str> {
        const IMPORTERS: [&str; 4] =
            ["pytest.importorskip", "importorskip", "importlib.import_module", "import_module"];
        let grammar = self.grammar;
        if grammar.kind(node) != Kind::Call {
            return None;
        }
        let function = grammar.child(node, grammar.field.function)?;
        if !IMPORTERS.contains(&self.text(function)) {
            return None;
        }
        let arguments = grammar.children(grammar.child(node, grammar.field.arguments)?);
        let module = self.plain_string(*arguments.first()?)?;
        (!module.is_empty() && !module.starts_with('.')).then_some(module)
    }

    /// The content of a string literal without prefix, interpolation or escapes that matter to a name.
    pub(super) fn plain_string(&self, node: Node<'t>) -> Option<&'t str> {
        if self.grammar.kind(node) != Kind::String {
            return None;
        }
        match self.grammar.children(node).as_slice() {
            [_start, _end] => Some(""),
            [_start, content, _end] if self.grammar.kind(*content) == Kind::StringContent => Some(self.text(*content)),
            _ => None,
        }
    }
}
