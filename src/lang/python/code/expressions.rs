//! Expressions: what they may mean, and what they read on the way.

use smallvec::smallvec;
use tree_sitter::Node;

use super::{super::grammar::Kind, MAX_DEPTH, Walker, calls::binary_methods, constants::has_interpolation};
use crate::model::code::{CodeExpr, ExprId, Primitive, Use};

/// How many items of a display are kept.
const MAX_ITEMS: usize = 60;
/// How many entries of a dictionary are.
const MAX_ENTRIES: usize = 400;
/// How many bytes of a string are.
const MAX_TEXT: usize = 80;

impl<'t> Walker<'_, 't> {
    /// An expression that is read.
    pub(super) fn expr(&mut self, node: Node<'t>) -> ExprId {
        self.read(node, true)
    }

    /// An expression whose own name is not read: it is called, or assigned to.
    pub(super) fn value(&mut self, node: Node<'t>) -> ExprId {
        self.read(node, false)
    }

    fn unknown(&mut self) -> ExprId {
        self.push(CodeExpr::Unknown)
    }

    fn read(&mut self, node: Node<'t>, is_read: bool) -> ExprId {
        if self.depth > MAX_DEPTH {
            return self.unknown();
        }
        self.depth += 1;
        let value = self.read_within(node, is_read);
        self.depth -= 1;
        value
    }

    fn read_within(&mut self, node: Node<'t>, is_read: bool) -> ExprId {
        let field = &self.grammar.field;
        match self.kind(node) {
            Kind::Identifier => {
                let name = self.word_of(node);
                let value = self.push(match self.in_class() {
                    Some(class) => CodeExpr::InClass(name, class),
                    None => CodeExpr::Name(name),
                });
                if is_read {
                    self.uses(Use::Load(value));
                }
                value
            }
            Kind::Attribute => {
                let (object, name) =
                    (self.grammar.child(node, field.object), self.grammar.child(node, field.attribute));
                let (Some(object), Some(name)) = (object, name) else { return self.unknown() };
                let is_chain = self.kind(object) == Kind::Attribute;
                let object = self.read(object, is_chain);
                let name = self.word_of(name);
                let value = self.push(CodeExpr::Attribute(object, name));
                if is_read {
                    self.uses(Use::Load(value));
                }
                value
            }
            Kind::Call => self.call(node),
            Kind::Subscript => self.subscript(node, "__getitem__"),
            Kind::ParenthesizedExpression | Kind::Await => match self.grammar.children(node).as_slice() {
                [inner] => self.read(*inner, is_read),
                _ => self.each_child(node),
            },
            Kind::ListSplat | Kind::DictionarySplat | Kind::ListSplatPattern => match node.named_child(0) {
                Some(inner) => self.expr(inner),
                None => self.unknown(),
            },
            Kind::String | Kind::ConcatenatedString => self.string(node),
            Kind::Integer | Kind::Float | Kind::True | Kind::False | Kind::Ellipsis => {
                self.push(CodeExpr::Constant(Primitive::Other))
            }
            Kind::None => self.push(CodeExpr::Constant(Primitive::None)),
            Kind::BooleanOperator => self.either(node),
            Kind::NamedExpression => {
                let (name, value) = (self.grammar.child(node, field.name), self.grammar.child(node, field.value));
                let (Some(name), Some(value)) = (name, value) else { return self.unknown() };
                let value = self.expr(value);
                let name = self.word_of(name);
                self.bind(name, value);
                value
            }
            Kind::List | Kind::Tuple | Kind::Set | Kind::ExpressionList => {
                let items: Vec<u32> =
                    self.grammar.children(node).into_iter().map(|item| self.passed(item, false).0).collect();
                let list = self.list(&items[..items.len().min(MAX_ITEMS)]);
                self.push(CodeExpr::Display(list))
            }
            Kind::Dictionary => self.dictionary(node),
            Kind::Yield => {
                let is_from = node.child(1).is_some_and(|child| child.kind() == "from");
                let value = match node.named_child(0) {
                    Some(value) => self.expr(value),
                    None => self.push(CodeExpr::Constant(Primitive::None)),
                };
                let value = if is_from { self.push(CodeExpr::Item(value)) } else { value };
                self.here().yielded.push(value);
                self.unknown()
            }
            Kind::Lambda => {
                if let Some(list) = self.grammar.child(node, field.parameters) {
                    for parameter in self.grammar.children(list) {
                        if let Some(default) = self.grammar.child(parameter, field.value) {
                            self.expr(default);
                        }
                    }
                }
                match self.grammar.child(node, field.body) {
                    Some(body) => {
                        let body = self.expr(body);
                        self.push(CodeExpr::Lambda(body))
                    }
                    None => self.unknown(),
                }
            }
            Kind::ListComprehension
            | Kind::SetComprehension
            | Kind::GeneratorExpression
            | Kind::DictionaryComprehension => self.comprehension(node),
            Kind::BinaryOperator => self.binary(node),
            Kind::UnaryOperator => {
                let Some(operand) = self.grammar.child(node, field.argument) else { return self.unknown() };
                let value = self.expr(operand);
                let name = match self.str(node).as_bytes().first() {
                    Some(b'-') => "__neg__",
                    Some(b'+') => "__pos__",
                    _ => "__invert__",
                };
                let name = self.word(name);
                self.uses(Use::Operator(name, value));
                value
            }
            Kind::NotOperator => {
                if let Some(operand) = self.grammar.child(node, field.argument) {
                    let value = self.expr(operand);
                    let name = self.word("__bool__");
                    self.uses(Use::Operator(name, value));
                }
                self.push(CodeExpr::Constant(Primitive::Other))
            }
            Kind::ComparisonOperator => self.comparison(node),
            _ if node.kind() == "conditional_expression" => match self.grammar.children(node).as_slice() {
                [yes, condition, no] => {
                    let (yes, condition, no) = (*yes, *condition, *no);
                    self.expr(condition);
                    let parts = [self.expr(yes).0, self.expr(no).0];
                    let list = self.list(&parts);
                    self.push(CodeExpr::Either(list))
                }
                _ => self.each_child(node),
            },
            _ => self.each_child(node),
        }
    }

    /// Anything else: what is in it is read.
    fn each_child(&mut self, node: Node<'t>) -> ExprId {
        for child in self.grammar.children(node) {
            self.expr(child);
        }
        self.unknown()
    }

    /// `a or b or c`, whose left sides nest.
    fn either(&mut self, node: Node<'t>) -> ExprId {
        let mut operands = Vec::new();
        let mut at = node;
        while self.kind(at) == Kind::BooleanOperator {
            match self.grammar.children(at).as_slice() {
                [left, right] => {
                    operands.push(*right);
                    at = *left;
                }
                _ => break,
            }
        }
        operands.push(at);
        operands.reverse();
        let parts: Vec<u32> = operands.into_iter().take(MAX_ENTRIES).map(|operand| self.expr(operand).0).collect();
        let list = self.list(&parts);
        self.push(CodeExpr::Either(list))
    }

    /// `object[index]`, by the method that what is done with it calls.
    pub(super) fn subscript(&mut self, node: Node<'t>, method: &'static str) -> ExprId {
        let Some(object) = self.grammar.child(node, self.grammar.field.value) else { return self.unknown() };
        let base = self.expr(object);
        for index in self.grammar.children(node).into_iter().filter(|child| *child != object) {
            self.expr(index);
        }
        let name = self.word(method);
        self.uses(Use::Operator(name, base));
        self.push(CodeExpr::Subscript(base))
    }

    fn dictionary(&mut self, node: Node<'t>) -> ExprId {
        let field = &self.grammar.field;
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        for entry in self.grammar.children(node) {
            let (key, value) = match self.kind(entry) {
                Kind::Pair => (self.grammar.child(entry, field.key), self.grammar.child(entry, field.value)),
                _ => (None, entry.named_child(0)),
            };
            let Some(value) = value else { continue };
            let mut literal = None;
            if let Some(key) = key {
                self.expr(key);
                literal = self.plain(key).map(|text| self.short(text));
            }
            let is_name = matches!(self.kind(value), Kind::Identifier | Kind::Attribute);
            let value = match literal {
                Some(key) if is_name => {
                    let value = self.value(value);
                    self.uses(Use::Entry(key, value));
                    value
                }
                _ => self.passed(value, false),
            };
            keys.push(literal.map_or(0, |key| key.0 + 1));
            values.push(value.0);
        }
        keys.truncate(MAX_ENTRIES);
        values.truncate(MAX_ENTRIES);
        keys.append(&mut values);
        let mut list = self.list(&keys);
        list.len /= 2;
        self.push(CodeExpr::Mapping(list))
    }

    fn comprehension(&mut self, node: Node<'t>) -> ExprId {
        let field = &self.grammar.field;
        let body = self.grammar.child(node, field.body);
        for clause in self.grammar.children(node) {
            match self.kind(clause) {
                Kind::ForInClause => {
                    let (left, right) =
                        (self.grammar.child(clause, field.left), self.grammar.child(clause, field.right));
                    let (Some(left), Some(right)) = (left, right) else { continue };
                    let iterated = self.expr(right);
                    let name = self.word("__iter__");
                    self.uses(Use::Operator(name, iterated));
                    let item = self.push(CodeExpr::Item(iterated));
                    self.assign(left, item, 0);
                }
                Kind::IfClause => {
                    self.each_child(clause);
                }
                _ => {}
            }
        }
        let Some(body) = body else { return self.unknown() };
        let element = if self.kind(body) == Kind::Pair {
            if let Some(key) = self.grammar.child(body, field.key) {
                self.expr(key);
            }
            self.grammar.child(body, field.value).map(|value| self.expr(value))
        } else {
            Some(self.expr(body))
        };
        match element {
            Some(element) => self.push(CodeExpr::Each(element)),
            None => self.unknown(),
        }
    }

    fn binary(&mut self, node: Node<'t>) -> ExprId {
        let field = &self.grammar.field;
        let (left, right) = (self.grammar.child(node, field.left), self.grammar.child(node, field.right));
        let (Some(left), Some(right)) = (left, right) else { return self.each_child(node) };
        let operator = self.grammar.child(node, field.operator).map_or("", |operator| self.str(operator));
        let left = self.expr(left);
        let right = self.expr(right);
        if let Some([plain, reflected, _]) = binary_methods(operator) {
            let (plain, reflected) = (self.word(plain), self.word(reflected));
            self.uses(Use::Operator(plain, left));
            self.uses(Use::Operator(reflected, right));
        }
        match self.code.expression(left) {
            CodeExpr::Str(text) | CodeExpr::Prefix(text) if matches!(operator, "+" | "%") => {
                self.push(CodeExpr::Prefix(text))
            }
            _ => self.push(CodeExpr::Binary(left)),
        }
    }

    fn comparison(&mut self, node: Node<'t>) -> ExprId {
        let mut cursor = node.walk();
        let children: Vec<Node<'t>> = node.children(&mut cursor).collect();
        let (mut left, mut operator) = (None, "");
        for child in children {
            if self.kind(child) == Kind::Comment {
                continue;
            }
            if !child.is_named() {
                operator = child.kind();
                continue;
            }
            let right = self.expr(child);
            if let Some(left) = left {
                let called = match operator {
                    "==" => Some(("__eq__", left)),
                    "!=" => Some(("__ne__", left)),
                    "<" => Some(("__lt__", left)),
                    "<=" => Some(("__le__", left)),
                    ">" => Some(("__gt__", left)),
                    ">=" => Some(("__ge__", left)),
                    "in" | "not in" => Some(("__contains__", right)),
                    _ => None,
                };
                if let Some((name, value)) = called {
                    let name = self.word(name);
                    self.uses(Use::Operator(name, value));
                }
            }
            left = Some(right);
        }
        self.push(CodeExpr::Constant(Primitive::Other))
    }

    fn string(&mut self, node: Node<'t>) -> ExprId {
        let first = match self.kind(node) {
            Kind::ConcatenatedString => node.named_child(0),
            _ => Some(node),
        };
        if self
            .str(node)
            .bytes()
            .take(3)
            .take_while(|byte| *byte != b'"' && *byte != b'\'')
            .any(|byte| matches!(byte, b'b' | b'B'))
        {
            return self.push(CodeExpr::Constant(Primitive::Other));
        }
        let parts = match self.kind(node) {
            Kind::ConcatenatedString => self.grammar.children(node),
            _ => smallvec![node],
        };
        let mut is_made = false;
        for part in parts {
            if !has_interpolation(self, part) {
                continue;
            }
            is_made = true;
            for inner in self.grammar.children(part) {
                if self.kind(inner) == Kind::Interpolation {
                    let is_repr = self.str(inner).contains("!r");
                    for child in self.grammar.children(inner) {
                        if matches!(child.kind(), "type_conversion" | "format_specifier") {
                            continue;
                        }
                        let value = self.expr(child);
                        let name = self.word(if is_repr { "__repr__" } else { "__format__" });
                        self.uses(Use::Operator(name, value));
                    }
                }
            }
        }
        let content =
            first.and_then(|first| first.named_child(1)).filter(|child| self.kind(*child) == Kind::StringContent);
        let text = content.map_or("", |content| self.str(content));
        let word = self.short(text);
        if is_made {
            return self.push(CodeExpr::Prefix(word));
        }
        if !self.is_patching && is_dotted(text) {
            self.uses(Use::Dotted(word));
        }
        self.push(CodeExpr::Str(word))
    }

    fn short(&mut self, text: &'t str) -> crate::model::code::Word {
        let mut end = text.len().min(MAX_TEXT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.word(&text[..end])
    }

    /// The content of a plain string literal.
    pub(super) fn plain(&self, node: Node<'t>) -> Option<&'t str> {
        if self.kind(node) != Kind::String {
            return None;
        }
        match self.grammar.children(node).as_slice() {
            [_start, _end] => Some(""),
            [_start, content, _end] if self.kind(*content) == Kind::StringContent => Some(self.str(*content)),
            _ => None,
        }
    }
}

/// Whether a string may name something: `package.module`, `package.module:name`.
fn is_dotted(text: &str) -> bool {
    let (path, _) = text.split_once(':').unwrap_or((text, ""));
    let is_name = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
    };
    text.len() < MAX_TEXT
        && path.contains('.')
        && path.split('.').all(is_name)
        && text.bytes().all(|byte| matches!(byte, b'_' | b'.' | b':') || byte.is_ascii_alphanumeric())
}
