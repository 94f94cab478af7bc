//! What a function reads, binds and asserts, as [`Flows`]: one pass with a cursor, so that depth costs no stack.

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use super::{expressions::Expressions, forms, slice};
use crate::lang::{
    anchors::any_in,
    python::{
        descent::{Visitor, descend},
        grammar::{Grammar, Kind},
        names::Names,
        position::{offset, offset_of},
    },
};

/// A part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Range {
    fn of(node: Node<'_>) -> Self {
        Self { start: offset_of(node), end: offset(node.end_byte()) }
    }

    pub(super) fn holds(self, at: u32) -> bool {
        (self.start..self.end).contains(&at)
    }
}

/// A name that is read: `x`, `self.x`.
pub(super) struct Read<'t> {
    pub(super) name: &'t str,
    pub(super) at: u32,
    /// The innermost expression around it that shows no values.
    pub(super) blind: Option<Range>,
    /// The innermost call around it that makes an object, which holds its value.
    pub(super) held: Option<Range>,
    /// Whether it stands in a nested function, which runs at another time.
    pub(super) nested: bool,
}

/// A name gets its value from a part of the text.
pub(super) struct Edge<'t> {
    pub(super) name: &'t str,
    pub(super) from: Range,
    /// From here on.
    pub(super) at: u32,
    /// Up to here.
    pub(super) until: u32,
    /// Whether for all reads, wherever they stand.
    pub(super) anywhere: bool,
    /// Whether it may also be that it does not.
    pub(super) weak: bool,
}

/// What a function does with values.
#[derive(Default)]
pub(super) struct Flows<'t> {
    /// In source order.
    pub(super) reads: Vec<Read<'t>>,
    pub(super) edges: Vec<Edge<'t>>,
    pub(super) by_name: FxHashMap<&'t str, Vec<usize>>,
    /// Expressions that show no values, in source order.
    pub(super) blind: Vec<Range>,
    /// Calls that make an object which holds what they are given, in source order.
    pub(super) held: Vec<Range>,
    /// What is asserted, and what decides whether it is.
    pub(super) asserted: Vec<Range>,
    /// Of that, what is compared within a tolerance or with a bound.
    pub(super) measured: Vec<Range>,
    /// What is handed to functions that may assert something about it.
    pub(super) perhaps: Vec<Range>,
    /// What is returned or kept.
    pub(super) leaving: Vec<Range>,
}

impl<'t> Flows<'t> {
    /// Reads the body of a function, in which something is drawn at `draws`.
    pub(super) fn read(names: &Names<'t>, body: Node<'t>, draws: &[u32]) -> Self {
        let mut reader = Reader {
            names,
            grammar: names.grammar,
            text: Expressions { names },
            draws,
            flows: Self::default(),
            kills: Vec::new(),
            calls: Vec::new(),
            inner: FxHashMap::default(),
            equations: Vec::new(),
            outer: FxHashSet::default(),
            around: Around::default(),
        };
        descend(body, &mut reader);
        reader.finish()
    }
}

/// What stands around the node at hand.
#[derive(Default)]
struct Around<'t> {
    blocks: Vec<Range>,
    blind: Vec<Range>,
    held: Vec<Range>,
    /// What decides whether a statement runs, and whether it is known to decide about an assertion.
    conditions: Vec<(Range, bool)>,
    functions: Vec<&'t str>,
    loops: u32,
    /// How many `with` statements expect that something is raised or warned of.
    expecting: u32,
}

/// A node around the one at hand, with what leaving it takes back.
struct Level {
    kind: Kind,
    block: bool,
    blind: bool,
    held: bool,
    condition: bool,
    function: bool,
    loops: bool,
    expects: bool,
}

struct Reader<'a, 't> {
    names: &'a Names<'t>,
    grammar: &'a Grammar,
    text: Expressions<'a, 't>,
    draws: &'a [u32],
    flows: Flows<'t>,
    /// A name, the block in which it is bound anew, and the statement.
    kills: Vec<(&'t str, Range, Range)>,
    /// Calls of plain names, with what they are given.
    calls: Vec<(&'t str, Range)>,
    /// Nested functions and what their parameters are called.
    inner: FxHashMap<&'t str, Vec<&'t str>>,
    /// What is asserted to be equal, with the sides that are plain names.
    equations: Vec<(Range, Vec<&'t str>)>,
    /// Names that belong to the module.
    outer: FxHashSet<&'t str>,
    around: Around<'t>,
}

impl<'t> Visitor<'t> for Reader<'_, 't> {
    type Level = Level;

    fn grammar(&self) -> &Grammar {
        self.grammar
    }

    fn visit(&mut self, node: Node<'t>, kind: Kind, field: Option<std::num::NonZeroU16>, up: Option<&Level>) -> bool {
        let grammar = self.grammar;
        let range = Range::of(node);
        match kind {
            Kind::Comment
            | Kind::Type
            | Kind::NonlocalStatement
            | Kind::ImportStatement
            | Kind::ImportFromStatement
            | Kind::FutureImportStatement
            | Kind::Parameters => return false,
            Kind::GlobalStatement => {
                let named = grammar.children(node).into_iter().map(|name| self.names.text(name));
                self.outer.extend(named);
                return false;
            }
            Kind::FunctionDefinition => self.nested(node),
            Kind::ClassDefinition => {
                if let Some(name) = grammar.child(node, grammar.field.name) {
                    self.edge(self.names.text(name), range, range.start, true, true);
                }
            }
            Kind::ReturnStatement | Kind::Yield => match self.around.functions.last().copied() {
                Some(function) => self.edge(function, range, range.start, true, false),
                None => self.flows.leaving.push(range),
            },
            Kind::AssertStatement => {
                let condition = grammar.children(node).first().copied();
                // That there is something at all.
                let is_there = |own: &Node<'t>| matches!(grammar.kind(*own), Kind::Identifier | Kind::Attribute);
                self.flows.perhaps.extend(condition.filter(is_there).map(Range::of));
                let condition = condition.filter(|own| !is_there(own));
                match condition.filter(|own| self.text.is_equation(*own)) {
                    Some(equation) => self.equates(equation),
                    None => self.asserts(condition.map(Range::of)),
                }
            }
            Kind::IfStatement | Kind::ElifClause => {
                let fails = |word: &[u8]| memchr::memmem::find(&self.names.text[node.byte_range()], word).is_some();
                if fails(b"raise ") || fails(b"fail(") {
                    let condition = grammar.children(node).first().map(|condition| Range::of(*condition));
                    self.asserts(condition);
                }
            }
            Kind::Assignment | Kind::AugmentedAssignment | Kind::ForStatement | Kind::ForInClause => {
                let sides = (grammar.child(node, grammar.field.left), grammar.child(node, grammar.field.right));
                if let (Some(left), Some(right)) = sides {
                    self.assigns(left, Range::of(right), range, kind);
                }
            }
            Kind::NamedExpression => {
                let sides = (grammar.child(node, grammar.field.name), grammar.child(node, grammar.field.value));
                if let (Some(name), Some(value)) = sides {
                    self.assigns(name, Range::of(value), range, kind);
                }
            }
            Kind::AsPattern => {
                if let [value, .., target] = grammar.children(node).as_slice() {
                    self.assigns(*target, Range::of(*value), range, kind);
                }
            }
            Kind::ExpressionStatement => self.stands_alone(node),
            Kind::Call => self.called(node),
            Kind::Attribute if self.text.is_of_receiver(node) => {
                self.reads(self.names.text(node), range.start);
                return false;
            }
            Kind::Identifier => {
                let is_label = field == Some(grammar.field.attribute)
                    || field == Some(grammar.field.name)
                        && matches!(
                            up.map(|level| level.kind),
                            Some(Kind::KeywordArgument | Kind::FunctionDefinition | Kind::ClassDefinition)
                        );
                if !is_label {
                    self.reads(self.names.text(node), range.start);
                }
            }
            _ => {}
        }
        true
    }

    fn enter(&mut self, node: Node<'t>, kind: Kind) -> Level {
        let range = Range::of(node);
        let condition = match kind {
            Kind::IfStatement | Kind::ElifClause | Kind::WhileStatement => self.grammar.children(node).first().copied(),
            Kind::ForStatement => self.grammar.child(node, self.grammar.field.right),
            _ => None,
        };
        let level = Level {
            kind,
            block: kind == Kind::Block,
            blind: self.text.is_blind(node, kind),
            held: kind == Kind::Call && forms::holds(self.text.callee(node).0),
            condition: condition.is_some(),
            function: kind == Kind::FunctionDefinition,
            loops: matches!(kind, Kind::ForStatement | Kind::WhileStatement),
            expects: kind == Kind::WithStatement && self.expects(node),
        };
        if level.block {
            self.around.blocks.push(range);
        }
        if level.blind {
            self.around.blind.push(range);
            self.flows.blind.push(range);
        }
        if level.held {
            self.around.held.push(range);
            self.flows.held.push(range);
        }
        self.around.conditions.extend(condition.map(|condition| (Range::of(condition), false)));
        if level.function {
            let name = self.grammar.child(node, self.grammar.field.name);
            self.around.functions.push(name.map_or("", |name| self.names.text(name)));
        }
        self.around.loops += u32::from(level.loops);
        self.around.expecting += u32::from(level.expects);
        level
    }

    fn leave(&mut self, level: &Level) {
        if level.block {
            self.around.blocks.pop();
        }
        if level.blind {
            self.around.blind.pop();
        }
        if level.held {
            self.around.held.pop();
        }
        if level.condition {
            self.around.conditions.pop();
        }
        if level.function {
            self.around.functions.pop();
        }
        self.around.loops -= u32::from(level.loops);
        self.around.expecting -= u32::from(level.expects);
    }
}

impl<'t> Reader<'_, 't> {
    fn reads(&mut self, name: &'t str, at: u32) {
        let (blind, held) = (self.around.blind.last().copied(), self.around.held.last().copied());
        self.flows.reads.push(Read { name, at, blind, held, nested: !self.around.functions.is_empty() });
    }

    fn edge(&mut self, name: &'t str, from: Range, at: u32, anywhere: bool, weak: bool) {
        let anywhere = anywhere || self.around.loops > 0 || !self.around.functions.is_empty();
        self.flows.edges.push(Edge { name, from, at, until: u32::MAX, anywhere, weak });
    }

    /// Notes what is asserted, and what decides whether it is.
    fn asserts(&mut self, asserted: Option<Range>) {
        self.flows.asserted.extend(asserted);
        self.flows.measured.extend(asserted.filter(|range| self.is_measured(*range)));
        for (condition, is_known) in self.around.conditions.iter_mut().rev() {
            if std::mem::replace(is_known, true) {
                break;
            }
            self.flows.asserted.push(*condition);
        }
    }

    /// Whether an assertion has a tolerance or a bound, by its text from the beginning of the line.
    fn is_measured(&self, asserted: Range) -> bool {
        let (start, end) = (asserted.start as usize, asserted.end as usize);
        let line = memchr::memrchr(b'\n', &self.names.text[..start]).map_or(0, |at| at + 1);
        forms::measures(&self.names.text[line..end])
    }

    /// Notes what is asserted to be equal. Where a value that was drawn is one of both sides itself, it was only moved: no value
    /// is known for which that could fail.
    fn equates(&mut self, sides: Node<'t>) {
        self.asserts(None);
        let is_name = |side: &Node<'t>| self.grammar.kind(*side) == Kind::Identifier;
        let names = self.grammar.children(sides).into_iter().filter(is_name).map(|side| self.names.text(side));
        self.equations.push((Range::of(sides), names.collect()));
    }

    fn nested(&mut self, node: Node<'t>) {
        let grammar = self.grammar;
        let Some(name) = grammar.child(node, grammar.field.name) else { return };
        let range = Range::of(node);
        let parameters = grammar.child(node, grammar.field.parameters);
        let named = parameters.map(|list| grammar.children(list)).unwrap_or_default().into_iter();
        let named = named.filter_map(|own| match grammar.kind(own) {
            Kind::Identifier => Some(own),
            Kind::TypedParameter => grammar.children(own).first().copied(),
            _ => grammar.child(own, grammar.field.name),
        });
        let name = self.names.text(name);
        self.inner.insert(name, named.map(|own| self.names.text(own)).collect());
        self.edge(name, range, range.start, true, true);
    }

    fn assigns(&mut self, left: Node<'t>, right: Range, statement: Range, kind: Kind) {
        let grammar = self.grammar;
        let anew = matches!(kind, Kind::Assignment | Kind::ForStatement);
        let mut open = vec![left];
        while let Some(target) = open.pop() {
            match grammar.kind(target) {
                Kind::Identifier => {
                    let name = self.names.text(target);
                    if self.outer.contains(name) {
                        self.flows.leaving.push(right);
                    }
                    self.edge(name, right, statement.start, false, false);
                    if anew && let Some(block) = self.around.blocks.last() {
                        self.kills.push((name, *block, statement));
                    }
                }
                Kind::Attribute | Kind::Subscript => {
                    let Some(name) = self.text.root(target) else { continue };
                    if grammar.kind(target) == Kind::Attribute || self.text.is_receiver(name) {
                        self.flows.leaving.push(right);
                    }
                    let text = self.names.text(target);
                    let is_whole = kind == Kind::Assignment && (text.ends_with("[:]") || text.ends_with("[...]"));
                    self.edge(name, if is_whole { right } else { statement }, statement.start, false, false);
                    if is_whole && let Some(block) = self.around.blocks.last() {
                        self.kills.push((name, *block, statement));
                    }
                }
                _ => open.extend(grammar.children(target)),
            }
        }
    }

    /// A call whose value nobody takes: it changes what it is called on or given, asserts, or only runs.
    fn stands_alone(&mut self, statement: Node<'t>) {
        let grammar = self.grammar;
        let children = grammar.children(statement);
        let [only] = children.as_slice() else { return };
        let call = match grammar.kind(*only) {
            Kind::Await => grammar.children(*only).first().copied(),
            _ => Some(*only),
        };
        let Some(call) = call.filter(|call| grammar.kind(*call) == Kind::Call) else { return };
        let sides = (grammar.child(call, grammar.field.function), grammar.child(call, grammar.field.arguments));
        let (Some(function), Some(arguments)) = sides else { return };
        let (range, given) = (Range::of(call), Range::of(arguments));
        let receiver = grammar.child(function, grammar.field.object);
        let method = self.text.last_name(function);
        if forms::asserts(method).is_some() {
            return;
        }
        if forms::checks(method) {
            self.asserts(Some(given));
        } else if self.around.expecting == 0
            && receiver.is_none_or(|receiver| self.text.is_receiver(self.names.text(receiver)))
        {
            self.flows.perhaps.push(given);
        }
        let called = Range::of(function);
        let draws = any_in(self.draws, called.start, called.end);
        let root = receiver.and_then(|receiver| self.text.root(receiver)).filter(|root| !self.text.is_receiver(root));
        if let Some(root) = root {
            self.edge(root, range, range.start, false, !(draws || forms::stores(method)));
            if forms::overwrites(method)
                && let Some(block) = self.around.blocks.last()
            {
                self.kills.push((root, *block, range));
            }
        }
        for argument in grammar.children(arguments) {
            if let Some(name) = self.text.root(argument) {
                self.edge(name, range, range.start, false, !draws);
            }
        }
    }

    fn expects(&self, with: Node<'t>) -> bool {
        let clause = self.grammar.children(with).first().copied();
        clause.is_some_and(|clause| forms::expects(self.names.text(clause)))
    }

    fn called(&mut self, call: Node<'t>) {
        let (callee, given) = self.text.callee(call);
        let last = &callee[callee.rfind('.').map_or(0, |at| at + 1)..];
        if forms::asserts(last) == Some(true) {
            match self.grammar.child(call, self.grammar.field.arguments).filter(|_| forms::is_exact(last)) {
                Some(arguments) => self.equates(arguments),
                None => self.asserts(Some(given)),
            }
        }
        if last.len() == callee.len() {
            self.calls.push((callee, given));
        }
    }

    fn finish(mut self) -> Flows<'t> {
        // What a nested function is given, its parameters hold.
        for (function, given) in std::mem::take(&mut self.calls) {
            for parameter in self.inner.get(function).into_iter().flatten() {
                self.flows.edges.push(Edge {
                    name: parameter,
                    from: given,
                    at: given.start,
                    until: u32::MAX,
                    anywhere: true,
                    weak: false,
                });
            }
        }
        let is_drawn = |name: &&str| {
            let mut edges = self.flows.edges.iter().filter(|edge| edge.name == *name);
            edges.any(|edge| !edge.weak && any_in(self.draws, edge.from.start, edge.from.end))
        };
        let (moved, computed): (Vec<_>, Vec<_>) =
            self.equations.iter().partition(|(_, names)| names.iter().any(is_drawn));
        let ranges =
            |equations: Vec<&(Range, Vec<&str>)>| equations.into_iter().map(|(range, _)| *range).collect::<Vec<_>>();
        let (moved, computed) = (ranges(moved), ranges(computed));
        let mut flows = self.flows;
        flows.perhaps.extend(moved);
        flows.asserted.extend(computed);
        slice::bound(&mut flows.edges, &self.kills);
        for (at, edge) in flows.edges.iter().enumerate() {
            flows.by_name.entry(edge.name).or_default().push(at);
        }
        flows
    }
}
