//! What the bodies of functions do: [`Body`] for each. One pass over the nodes of a body with a cursor, so that depth
//! costs no stack. Judges nothing: what counts as a check, rules say.

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use super::{
    descent::{Visitor, descend},
    grammar::{Grammar, Kind},
    names::{Names, ScopeId, scope_of},
    position::{line_of, offset, offset_of},
    structure::Draft,
    values::Values,
};
use crate::{
    lang::{anchors::words, definition_id, name_pattern::UNKNOWN_ROOT},
    model::{
        Body, DefinitionId, DefinitionKind,
        body::{Assertion, Context, LoneAttribute, Return, Use},
    },
};

/// Parameters of lambdas and targets of comprehensions longer than this many bytes bind nothing.
const MAX_PATTERN: usize = 1000;

/// Words by which a function can reach its own names without writing them.
const REFLECTION: [&[u8]; 7] = [b"locals", b"globals", b"vars", b"eval", b"exec", b"currentframe", b"_getframe"];

/// Whether functions of a file that is no test module may be helpers of tests: it stands among them, or says so.
pub(super) fn may_help_tests(path: &str) -> bool {
    path.to_ascii_lowercase().contains("test")
}

/// The bodies of all functions, by the place of their definitions.
pub(super) fn find<'t>(names: &Names<'t>, drafts: &[Draft<'t>]) -> Vec<Option<Box<Body>>> {
    let mentioned = mentioned(names.text, drafts);
    let body = |(place, draft): (usize, &Draft<'t>)| {
        let id = definition_id(place);
        let mut reader = Reader {
            names,
            scope: scope_of(id),
            values: Values { names, scope: scope_of(id) },
            body: Body { is_mentioned_around: mentioned.contains(&id), ..Body::default() },
            seen: FxHashSet::default(),
            shadows: FxHashMap::default(),
            lambdas: 0,
        };
        let block = draft.body?;
        reader.body.is_empty = reader.is_empty(block);
        descend(block, &mut reader);
        Some(Box::new(reader.body))
    };
    drafts.iter().enumerate().map(body).collect()
}

/// The functions within functions whose names stand anywhere else in the function around.
fn mentioned(text: &[u8], drafts: &[Draft<'_>]) -> FxHashSet<DefinitionId> {
    let is_function = |draft: &Draft<'_>| draft.definition.kind == DefinitionKind::Function;
    let mut nested: FxHashMap<DefinitionId, Vec<usize>> = FxHashMap::default();
    for (place, draft) in drafts.iter().enumerate().filter(|(_, draft)| is_function(draft)) {
        if let Some(parent) = draft.definition.parent
            && is_function(&drafts[parent.0 as usize])
        {
            nested.entry(parent).or_default().push(place);
        }
    }
    let mut found = FxHashSet::default();
    for (parent, children) in nested {
        // How often each name stands in a part of the text, other than behind `def`.
        let count = |place: usize, counts: &mut dyn FnMut(&[u8])| {
            let span = drafts[place].definition.span;
            let mut previous: &[u8] = b"";
            for (_, word) in words(&text[span.start as usize..span.end as usize]) {
                if previous != b"def" {
                    counts(word);
                }
                previous = word;
            }
        };
        let mut all: FxHashMap<&[u8], usize> =
            children.iter().map(|child| (drafts[*child].definition.name.as_bytes(), 0)).collect();
        let mut reflects = false;
        count(parent.0 as usize, &mut |word| {
            reflects |= REFLECTION.contains(&word);
            if let Some(count) = all.get_mut(word) {
                *count += 1;
            }
        });
        for child in children {
            let name = drafts[child].definition.name.as_bytes();
            let mut own = 0;
            count(child, &mut |word| own += usize::from(word == name));
            if reflects || all.get(name).is_some_and(|count| *count > own) {
                found.insert(definition_id(child));
            }
        }
    }
    found
}

/// Reads one body.
struct Reader<'a, 't> {
    names: &'a Names<'t>,
    scope: ScopeId,
    values: Values<'a, 't>,
    body: Body,
    seen: FxHashSet<(String, Option<String>, bool)>,
    /// Names that lambdas and comprehensions around bind, with how many do.
    shadows: FxHashMap<&'t str, u32>,
    /// How many lambdas are around.
    lambdas: u32,
}

/// A node around the one at hand.
struct Level<'t> {
    node: Node<'t>,
    kind: Kind,
    /// The names that it binds for what is in it.
    binds: Vec<&'t str>,
}

impl<'t> Visitor<'t> for Reader<'_, 't> {
    type Level = Level<'t>;

    fn grammar(&self) -> &Grammar {
        self.names.grammar
    }

    fn visit(
        &mut self,
        node: Node<'t>,
        kind: Kind,
        field: Option<std::num::NonZeroU16>,
        up: Option<&Level<'t>>,
    ) -> bool {
        let grammar = self.names.grammar;
        let (line, start, end) = (line_of(node), offset_of(node), offset(node.end_byte()));
        match kind {
            // Bodies of their own.
            Kind::Block => {
                return !up.is_some_and(|up| matches!(up.kind, Kind::FunctionDefinition | Kind::ClassDefinition));
            }
            Kind::Comment
            | Kind::Type
            | Kind::GlobalStatement
            | Kind::NonlocalStatement
            | Kind::ImportStatement
            | Kind::ImportFromStatement
            | Kind::FutureImportStatement => return false,
            Kind::AssertStatement => {
                let values = grammar.children(node).into_iter().take(1).map(|value| self.values.value(value)).collect();
                self.body.assertions.push(Assertion { callee: None, line, start, end, values, compares_same: false });
            }
            Kind::ReturnStatement => {
                let value = grammar.children(node).first().map(|value| self.values.value(*value));
                self.body.returns.push(Return { line, start, end, value });
            }
            Kind::RaiseStatement => {
                let raised = grammar.children(node).first().map(|value| self.values.name_or_callee(*value));
                self.body.raises.push((line, raised.unwrap_or_default()));
            }
            Kind::Yield => self.body.yields |= self.lambdas == 0,
            Kind::WithStatement => self.contexts(node),
            Kind::ExpressionStatement => {
                if let [only] = grammar.children(node).as_slice()
                    && grammar.kind(*only) == Kind::Attribute
                {
                    let name = self.values.name(*only);
                    self.body.lone_attributes.push(LoneAttribute { name, line, start, end });
                }
            }
            Kind::Call => {
                if let Some(function) = grammar.child(node, grammar.field.function) {
                    self.called(node, function);
                }
            }
            Kind::Identifier | Kind::Attribute if up.is_none_or(|up| self.is_passed(field, up)) => {
                self.uses(node, false);
            }
            _ => {}
        }
        true
    }

    /// Notes what a lambda or comprehension binds.
    fn enter(&mut self, node: Node<'t>, kind: Kind) -> Level<'t> {
        let grammar = self.names.grammar;
        let patterns: Vec<Node<'t>> = match kind {
            Kind::Lambda => grammar.child(node, grammar.field.parameters).into_iter().collect(),
            Kind::ListComprehension
            | Kind::SetComprehension
            | Kind::DictionaryComprehension
            | Kind::GeneratorExpression => {
                let mut clauses = grammar.children(node);
                clauses.retain(|clause| grammar.kind(*clause) == Kind::ForInClause);
                clauses.into_iter().filter_map(|clause| grammar.child(clause, grammar.field.left)).collect()
            }
            _ => Vec::new(),
        };
        // The default of a parameter can hold any depth of further lambdas.
        let patterns = patterns.into_iter().filter(|pattern| pattern.byte_range().len() <= MAX_PATTERN);
        let binds = patterns.flat_map(|pattern| words(&self.names.text[pattern.byte_range()]));
        let binds: Vec<&'t str> = binds.filter_map(|(_, word)| std::str::from_utf8(word).ok()).collect();
        for name in &binds {
            *self.shadows.entry(name).or_default() += 1;
        }
        self.lambdas += u32::from(kind == Kind::Lambda);
        Level { node, kind, binds }
    }

    fn leave(&mut self, level: &Level<'t>) {
        for name in &level.binds {
            if let Some(count) = self.shadows.get_mut(name) {
                *count -= 1;
            }
        }
        self.lambdas -= u32::from(level.kind == Kind::Lambda);
    }
}

impl<'t> Reader<'_, 't> {
    /// Whether a string is evaluated for nothing: it holds no expression, and no example that someone runs.
    fn says_nothing(&self, node: Node<'t>) -> bool {
        let has = |word: &[u8]| memchr::memmem::find(&self.names.text[node.byte_range()], word).is_some();
        self.values.is_plain_text(node) && !has(b">>> ") && !has(b"In [")
    }

    /// Whether nothing but a docstring, `pass` and `...` stands there.
    fn is_empty(&self, block: Node<'t>) -> bool {
        let grammar = self.names.grammar;
        let is_idle = |statement: Node<'t>| match grammar.kind(statement) {
            Kind::PassStatement => true,
            Kind::ExpressionStatement => grammar.children(statement).into_iter().all(|value| {
                let is_text = matches!(grammar.kind(value), Kind::String | Kind::ConcatenatedString);
                grammar.kind(value) == Kind::Ellipsis || is_text && self.says_nothing(value)
            }),
            _ => false,
        };
        !block.has_error() && grammar.children(block).into_iter().all(is_idle)
    }

    /// Whether a name is read where its value can go somewhere.
    fn is_passed(&self, field: Option<std::num::NonZeroU16>, up: &Level<'t>) -> bool {
        let fields = &self.names.grammar.field;
        match up.kind {
            Kind::KeywordArgument | Kind::DefaultParameter | Kind::TypedDefaultParameter | Kind::NamedExpression => {
                field == Some(fields.value)
            }
            Kind::Assignment | Kind::AugmentedAssignment | Kind::ForStatement | Kind::ForInClause => {
                field == Some(fields.right)
            }
            Kind::Lambda => field == Some(fields.body),
            Kind::ArgumentList
            | Kind::Decorator
            | Kind::ReturnStatement
            | Kind::Yield
            | Kind::Await
            | Kind::List
            | Kind::Tuple
            | Kind::Set
            | Kind::Pair
            | Kind::ExpressionList
            | Kind::ListSplat
            | Kind::DictionarySplat
            | Kind::ParenthesizedExpression
            | Kind::BooleanOperator
            | Kind::WithItem
            | Kind::AsPattern
            | Kind::ListComprehension
            | Kind::SetComprehension
            | Kind::DictionaryComprehension
            | Kind::GeneratorExpression => true,
            // `a if b else c`, `except Error`.
            Kind::Other | Kind::ConditionalExpression | Kind::ExceptClause => up.node.is_named() && !up.node.is_error(),
            _ => false,
        }
    }

    fn called(&mut self, call: Node<'t>, function: Node<'t>) {
        let grammar = self.names.grammar;
        self.uses(function, true);
        let written = match grammar.kind(function) {
            Kind::Attribute => grammar.child(function, grammar.field.attribute).map(|name| self.names.text(name)),
            Kind::Identifier => Some(self.names.text(function)),
            _ => None,
        };
        if !written.is_some_and(|name| name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("assert"))) {
            return;
        }
        let Some(arguments) = grammar.child(call, grammar.field.arguments) else { return };
        let mut values = grammar.children(arguments);
        let positional = values.iter().take_while(|value| {
            !matches!(grammar.kind(**value), Kind::KeywordArgument | Kind::DictionarySplat | Kind::ListSplat)
        });
        values.truncate(positional.count());
        let compares_same = matches!(values.as_slice(), [left, right, ..] if self.values.is_same(*left, *right));
        self.body.assertions.push(Assertion {
            callee: Some(self.values.name(function)),
            line: line_of(call),
            start: offset_of(call),
            end: offset(call.end_byte()),
            values: values.into_iter().take(3).map(|value| self.values.value(value)).collect(),
            compares_same,
        });
    }

    fn contexts(&mut self, node: Node<'t>) {
        let grammar = self.names.grammar;
        let clauses = grammar.children(node).into_iter().filter(|child| grammar.kind(*child) == Kind::WithClause);
        for item in clauses.flat_map(|clause| grammar.children(clause)) {
            let Some(mut value) = grammar.child(item, grammar.field.value) else { continue };
            if grammar.kind(value) == Kind::AsPattern {
                let Some(inner) = grammar.children(value).first().copied() else { continue };
                value = inner;
            }
            let name = self.values.name_or_callee(value);
            let (line, start, end) = (line_of(item), offset_of(node), offset(node.end_byte()));
            self.body.contexts.push(Context { name, line, start, end });
        }
    }

    /// Notes the use of a name.
    fn uses(&mut self, node: Node<'t>, called: bool) {
        let Some(chain) = self.names.chain(node) else { return };
        let written = chain.root.map(|root| self.names.text(root));
        let is_shadowed = written.is_some_and(|name| self.shadows.get(name).is_some_and(|count| *count > 0));
        if is_shadowed && !called {
            return;
        }
        let place = (line_of(node), offset_of(node));
        if is_shadowed {
            // What a lambda's parameter or a loop of a comprehension holds.
            return self.add(format!("{UNKNOWN_ROOT}{}", chain.links), written, place, called);
        }
        for meaning in self.names.resolve(node, self.scope) {
            self.add(meaning.name, written, place, called);
        }
    }

    fn add(&mut self, name: String, written: Option<&str>, (line, offset): (u32, u32), called: bool) {
        let is_unknown = name.starts_with(UNKNOWN_ROOT);
        if !called && (is_unknown || name.starts_with("builtins.")) {
            return;
        }
        let root = written.filter(|_| is_unknown).map(str::to_owned);
        if self.seen.insert((name.clone(), root.clone(), called)) {
            self.body.uses.push(Use { name, root, line, offset, called });
        }
    }
}
