//! From syntax to [`Expr`]: what resolution needs to count cases and to judge seeds.

use tree_sitter::Node;

use super::{
    grammar::{Grammar, Kind},
    names::{Names, ScopeId, ScopeKind},
    position::line_of,
};
use crate::{
    lang::name_pattern::UNKNOWN_ROOT,
    model::{
        Expr,
        expr::{Call, Comparison, Comprehension},
    },
};

/// How deeply expressions are read; what is deeper is opaque.
const MAX_DEPTH: u8 = 24;
/// How many nodes of one expression are read; elements beyond keep their number and lose their value.
const MAX_NODES: u32 = 4096;

/// Converts expressions of one file.
pub(super) struct Converter<'a, 't> {
    names: &'a Names<'t>,
    budget: u32,
}

impl<'a, 't> Converter<'a, 't> {
    pub(super) fn new(names: &'a Names<'t>) -> Self {
        Self { names, budget: MAX_NODES }
    }

    /// As [`Converter::new`], with fewer nodes.
    pub(super) fn limited(names: &'a Names<'t>, budget: u32) -> Self {
        Self { names, budget }
    }

    /// The call with its arguments; `None` where the node is no call.
    pub(super) fn call(&mut self, node: Node<'t>, scope: ScopeId) -> Option<Call> {
        self.call_at(node, scope, MAX_DEPTH)
    }

    /// The expression.
    pub(super) fn expr(&mut self, node: Node<'t>, scope: ScopeId) -> Expr {
        self.expr_at(node, scope, MAX_DEPTH)
    }

    fn grammar(&self) -> &'t Grammar {
        self.names.grammar
    }

    fn call_at(&mut self, node: Node<'t>, scope: ScopeId, depth: u8) -> Option<Call> {
        let grammar = self.grammar();
        if grammar.kind(node) != Kind::Call {
            return None;
        }
        let function = grammar.child(node, grammar.field.function)?;
        let callee = self.names.dotted(function, scope).unwrap_or_default();
        let object =
            if callee.starts_with(UNKNOWN_ROOT) { grammar.child(function, grammar.field.object) } else { None };
        // `make(1)(function)`.
        let object = object.or_else(|| Some(function).filter(|function| grammar.kind(*function) == Kind::Call));
        let receiver = object.map(|object| self.expr_at(object, scope, depth.saturating_sub(1)));
        let line = line_of(node);
        let mut call = Call { callee, receiver, arguments: Vec::new(), keywords: Vec::new(), line };
        let arguments = grammar.child(node, grammar.field.arguments)?;
        if grammar.kind(arguments) == Kind::GeneratorExpression {
            call.arguments.push(self.expr_at(arguments, scope, depth.saturating_sub(1)));
            return Some(call);
        }
        for argument in grammar.children(arguments) {
            match grammar.kind(argument) {
                Kind::KeywordArgument => {
                    let name = grammar.child(argument, grammar.field.name).map(|name| self.names.text(name));
                    let value = grammar.child(argument, grammar.field.value);
                    if let (Some(name), Some(value)) = (name, value) {
                        let value = self.expr_at(value, scope, depth.saturating_sub(1));
                        call.keywords.push((name.to_owned(), value));
                    }
                }
                Kind::DictionarySplat => call.keywords.push((String::new(), Expr::Opaque)),
                _ => call.arguments.push(self.item(argument, scope, depth.saturating_sub(1))),
            }
        }
        if call.callee == "pytest.mark.skipif"
            && let Some(Expr::Str(text)) = call.arguments.first()
            && let Some(condition) = super::condition::parse(grammar, text)
        {
            call.receiver = Some(condition);
        }
        Some(call)
    }

    fn expr_at(&mut self, node: Node<'t>, scope: ScopeId, depth: u8) -> Expr {
        if depth == 0 || self.budget == 0 {
            return Expr::Opaque;
        }
        self.budget -= 1;
        let (grammar, below) = (self.grammar(), depth - 1);
        match grammar.kind(node) {
            Kind::Integer => parse_integer(self.names.text(node)).map_or(Expr::Opaque, Expr::Int),
            Kind::UnaryOperator => self.negative(node).map_or(Expr::Opaque, Expr::Int),
            Kind::True => Expr::Bool(true),
            Kind::False => Expr::Bool(false),
            Kind::None => Expr::None,
            Kind::String => match self.names.plain_string(node) {
                Some(text) if self.is_bytes(node) => Expr::Bytes(text.to_owned()),
                Some(text) => Expr::Str(text.to_owned()),
                None => Expr::Opaque,
            },
            Kind::ConcatenatedString if grammar.children(node).first().is_some_and(|first| self.is_bytes(*first)) => {
                Expr::Opaque
            }
            Kind::ConcatenatedString => {
                let parts: Option<String> =
                    grammar.children(node).into_iter().map(|part| self.names.plain_string(part)).collect();
                parts.map_or(Expr::Opaque, Expr::Str)
            }
            Kind::List => Expr::Sequence(self.items(node, scope, below)),
            Kind::Tuple | Kind::ExpressionList => Expr::Tuple(self.items(node, scope, below)),
            Kind::Set => Expr::Set(self.items(node, scope, below)),
            Kind::Dictionary => Expr::Mapping(self.entries(node, scope, below)),
            Kind::ParenthesizedExpression | Kind::ListSplat => match grammar.children(node).as_slice() {
                [inner] => self.expr_at(*inner, scope, below),
                _ => Expr::Opaque,
            },
            Kind::Identifier | Kind::Attribute => self.name(node, scope, below),
            Kind::Call => self.call_at(node, scope, below).map_or(Expr::Opaque, |call| Expr::Call(Box::new(call))),
            Kind::Lambda => Expr::Lambda(line_of(node)),
            Kind::NotOperator => match grammar.children(node).as_slice() {
                [inner] => Expr::Not(Box::new(self.expr_at(*inner, scope, below))),
                _ => Expr::Opaque,
            },
            Kind::BooleanOperator => self.logic(node, scope, below),
            Kind::ComparisonOperator => self.comparison(node, scope, below),
            Kind::ConditionalExpression => match grammar.children(node).as_slice() {
                [then, condition, otherwise] => {
                    Expr::Choice(Box::new([*condition, *then, *otherwise].map(|part| self.expr_at(part, scope, below))))
                }
                _ => Expr::Opaque,
            },
            Kind::Subscript => match grammar.children(node).as_slice() {
                [object, key] => {
                    let [object, key] = [*object, *key].map(|part| Box::new(self.expr_at(part, scope, below)));
                    Expr::Item(object, key)
                }
                _ => Expr::Opaque,
            },
            Kind::BinaryOperator | Kind::AugmentedAssignment => self.binary(node, scope, below),
            Kind::ListComprehension | Kind::GeneratorExpression => self.comprehension(node, scope, below, false),
            Kind::SetComprehension | Kind::DictionaryComprehension => self.comprehension(node, scope, below, true),
            _ => Expr::Opaque,
        }
    }

    /// Whether a string literal has a `b` before its quotes.
    fn is_bytes(&self, node: Node<'t>) -> bool {
        let text = self.names.text(node);
        text[..text.find(['"', '\'']).unwrap_or(0)].contains(['b', 'B'])
    }

    fn items(&mut self, node: Node<'t>, scope: ScopeId, depth: u8) -> Vec<Expr> {
        self.grammar().children(node).into_iter().map(|item| self.item(item, scope, depth)).collect()
    }

    /// An item of a display or an argument. Where it is the only one, `[*range(3)]`, the grammar has the star around
    /// the callee alone.
    fn item(&mut self, node: Node<'t>, scope: ScopeId, depth: u8) -> Expr {
        let item = self.expr_at(node, scope, depth);
        if self.names.text(node).starts_with('*') { Expr::Starred(Box::new(item)) } else { item }
    }

    fn entries(&mut self, node: Node<'t>, scope: ScopeId, depth: u8) -> Vec<(Option<Expr>, Expr)> {
        let grammar = self.grammar();
        let mut entries = Vec::new();
        for entry in grammar.children(node) {
            let value = match grammar.kind(entry) {
                Kind::Pair => grammar.child(entry, grammar.field.value),
                _ => grammar.children(entry).first().copied(),
            };
            let key = grammar.child(entry, grammar.field.key).map(|key| self.expr_at(key, scope, depth));
            entries.push((key, value.map_or(Expr::Opaque, |value| self.expr_at(value, scope, depth))));
        }
        entries
    }

    /// A name stays a name, to be looked up among the module's bindings; one that is local to a function, where
    /// nobody can look it up later, is replaced by its value.
    fn name(&mut self, node: Node<'t>, scope: ScopeId, depth: u8) -> Expr {
        let written = self.names.text(node);
        if let Some((value, value_scope)) = self.names.local_value(node, scope) {
            return match self.names.scope(value_scope).kind {
                ScopeKind::Function if self.names.is_changed(written, value_scope) => Expr::Opaque,
                ScopeKind::Function => self.expr_at(value, value_scope, depth),
                ScopeKind::Module | ScopeKind::Class => Expr::Name(written.to_owned()),
            };
        }
        if let Some(path) = self.names.local_function(node, scope) {
            return Expr::Name(path.to_owned());
        }
        if !self.names.is_function_local(node, scope) {
            return Expr::Name(written.to_owned());
        }
        let mut meanings = self.names.resolve(node, scope).into_iter();
        match (meanings.next(), meanings.next()) {
            (Some(only), None) if !only.name.starts_with(UNKNOWN_ROOT) => Expr::Dotted(only.name),
            _ => Expr::Local(written.to_owned()),
        }
    }

    /// `and` and `or`; of a long chain the grammar nests the left side.
    fn logic(&mut self, node: Node<'t>, scope: ScopeId, depth: u8) -> Expr {
        let grammar = self.grammar();
        let operator = |node| grammar.child(node, grammar.field.operator).map_or("", |sign| self.names.text(sign));
        let own = operator(node);
        let mut operands = Vec::new();
        let mut at = node;
        loop {
            operands.extend(grammar.child(at, grammar.field.right));
            let Some(left) = grammar.child(at, grammar.field.left) else { break };
            if grammar.kind(left) != Kind::BooleanOperator || operator(left) != own {
                operands.push(left);
                break;
            }
            at = left;
        }
        operands.reverse();
        let is_all = own == "and";
        let operands = operands.into_iter().map(|operand| self.expr_at(operand, scope, depth)).collect();
        if is_all { Expr::All(operands) } else { Expr::Any(operands) }
    }

    fn comparison(&mut self, node: Node<'t>, scope: ScopeId, depth: u8) -> Expr {
        let operands = self.grammar().children(node);
        let [left, right] = operands.as_slice() else { return Expr::Opaque };
        let between = String::from_utf8_lossy(&self.names.text[left.end_byte()..right.start_byte()]);
        // What is in parentheses begins and ends with them.
        let sign: Vec<&str> = between.split_whitespace().collect();
        let sign = match sign.join(" ").as_str() {
            "==" => Comparison::Equal,
            "!=" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            ">" => Comparison::More,
            ">=" => Comparison::AtLeast,
            "is" => Comparison::Is,
            "is not" => Comparison::IsNot,
            "in" => Comparison::In,
            "not in" => Comparison::NotIn,
            _ => return Expr::Opaque,
        };
        let [left, right] = [*left, *right].map(|operand| Box::new(self.expr_at(operand, scope, depth)));
        Expr::Compare(left, sign, right)
    }

    fn negative(&self, node: Node<'t>) -> Option<i64> {
        let text = self.names.text(node);
        parse_integer(text.strip_prefix('-')?.trim()).map(|value| -value)
    }

    fn binary(&mut self, node: Node<'t>, scope: ScopeId, depth: u8) -> Expr {
        let grammar = self.grammar();
        let side = |field| grammar.child(node, field);
        let (Some(left), Some(right)) = (side(grammar.field.left), side(grammar.field.right)) else {
            return Expr::Opaque;
        };
        let operator = side(grammar.field.operator).map_or("", |operator| self.names.text(operator));
        let combine: fn(Box<Expr>, Box<Expr>) -> Expr = match operator {
            "+" | "+=" => Expr::Sum,
            "*" | "*=" => Expr::Product,
            _ => return Expr::Opaque,
        };
        // Of `name += value` the name is one of the module's or class's: it need not be looked up.
        let left = match grammar.kind(node) {
            Kind::AugmentedAssignment => Expr::Name(self.names.text(left).to_owned()),
            _ => self.expr_at(left, scope, depth),
        };
        let right = self.expr_at(right, scope, depth);
        combine(Box::new(left), Box::new(right))
    }

    fn comprehension(&mut self, node: Node<'t>, scope: ScopeId, depth: u8, unique: bool) -> Expr {
        let grammar = self.grammar();
        let mut iterables = Vec::new();
        let mut targets = Vec::new();
        let mut filtered = false;
        for clause in grammar.children(node) {
            match grammar.kind(clause) {
                Kind::ForInClause => {
                    let right = grammar.child(clause, grammar.field.right);
                    iterables.push(right.map_or(Expr::Opaque, |right| self.expr_at(right, scope, depth)));
                    if let Some(left) = grammar.child(clause, grammar.field.left) {
                        let words = crate::lang::anchors::words(&self.names.text[left.byte_range()]);
                        targets.extend(words.map(|(_, word)| String::from_utf8_lossy(word).into_owned()));
                    }
                }
                Kind::IfClause => filtered = true,
                _ => {}
            }
        }
        let body = grammar.child(node, grammar.field.body);
        let element = match body {
            Some(pair) if grammar.kind(pair) == Kind::Pair => {
                grammar.child(pair, grammar.field.key).map_or(Expr::Opaque, |key| self.expr_at(key, scope, depth))
            }
            Some(body) => self.expr_at(body, scope, depth),
            None => Expr::Opaque,
        };
        Expr::Comprehension(Box::new(Comprehension { unique, element, iterables, targets, filtered }))
    }
}

/// Python's integer literals: underscores, and the prefixes `0x`, `0o`, `0b`.
fn parse_integer(text: &str) -> Option<i64> {
    let digits = text.replace('_', "").to_ascii_lowercase();
    let parse = |prefix, radix| digits.strip_prefix(prefix).map(|rest| i64::from_str_radix(rest, radix));
    parse("0x", 16).or_else(|| parse("0o", 8)).or_else(|| parse("0b", 2)).unwrap_or_else(|| digits.parse()).ok()
}
