//! One walk over the statements of a file: definitions, scopes, bindings, and the units that are queried.
//!
//! Expressions are not entered, so this costs a fraction of parsing. Names are only recorded here; what they mean is
//! asked afterwards, when all bindings are known.

use std::num::NonZeroU16;

use smallvec::SmallVec;
use tree_sitter::Node;

use super::{
    expr::Converter,
    grammar::{Grammar, Kind},
    names::{Bound, Local, MODULE, Names, Scope, ScopeId, ScopeKind},
};
use crate::{
    lang::definition_id,
    model::{
        Binding, BindingValue, Definition, DefinitionId, DefinitionKind, Problem, ProblemKind, Role, Span,
        fact::Parameter,
    },
};

/// How deeply statements may be nested. CPython refuses 100 levels of indentation ("too many levels of indentation").
const MAX_NESTING: u32 = 120;

/// A statement, the header of a compound one, or a decorator: what is queried at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit<'t> {
    pub(super) node: Node<'t>,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) scope: ScopeId,
    pub(super) owner: Option<DefinitionId>,
    pub(super) role: Role,
}

/// A definition before its names are resolved.
pub(super) struct Draft<'t> {
    pub(super) definition: Definition,
    /// The scope its header is evaluated in.
    pub(super) scope: ScopeId,
    pub(super) decorators: Vec<Node<'t>>,
    pub(super) superclasses: Option<Node<'t>>,
}

/// A module- or class-level binding before its value is converted.
struct DraftBinding<'t> {
    binding: Binding,
    value: Option<Node<'t>>,
    scope: ScopeId,
}

/// What the walk found.
pub(super) struct Structure<'t> {
    pub(super) names: Names<'t>,
    pub(super) drafts: Vec<Draft<'t>>,
    pub(super) units: Vec<Unit<'t>>,
    pub(super) problems: Vec<Problem>,
    bindings: Vec<DraftBinding<'t>>,
    /// Bodies of functions that nobody has asked about yet, in source order. They define nothing.
    pending: Vec<Pending<'t>>,
    /// Whether `:=` stands anywhere in the file, which few have.
    has_walrus: bool,
    /// Whether `importorskip` or `import_module` does.
    has_import_calls: bool,
}

/// A function's body that was not walked.
#[derive(Clone, Copy)]
struct Pending<'t> {
    body: Node<'t>,
    start: u32,
    end: u32,
    place: Place,
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct Place {
    scope: ScopeId,
    owner: Option<DefinitionId>,
    conditional: bool,
    depth: u32,
}

impl<'t> Structure<'t> {
    /// Walks the tree. Bodies of functions in which `is_wanted` says that nothing of interest stands are left for
    /// [`Structure::walk_pending`]; those must hold no definition and no `global`. `path` is for problems.
    pub(super) fn new(
        grammar: &'t Grammar,
        root: Node<'t>,
        text: &'t [u8],
        path: &str,
        is_wanted: &dyn Fn(u32, u32) -> bool,
    ) -> Self {
        let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
        let mut structure = Self {
            names: Names::new(grammar, text),
            drafts: Vec::new(),
            units: Vec::new(),
            problems: Vec::new(),
            bindings: Vec::new(),
            pending: Vec::new(),
            has_walrus: has(b":="),
            has_import_calls: has(b"importorskip") || has(b"import_module"),
        };
        let place = Place { scope: MODULE, owner: None, conditional: false, depth: 0 };
        Walk { structure: &mut structure, path, is_wanted }.block(root, place);
        structure
    }

    /// Walks those function bodies that were left out and are wanted now. Says whether there were any.
    pub(super) fn walk_pending(&mut self, path: &str, is_wanted: &dyn Fn(u32, u32) -> bool) -> bool {
        let (wanted, left): (Vec<_>, Vec<_>) =
            self.pending.iter().partition(|pending| is_wanted(pending.start, pending.end));
        if wanted.is_empty() {
            return false;
        }
        self.pending = left;
        for pending in wanted {
            Walk { structure: self, path, is_wanted: &|_, _| true }.block(pending.body, pending.place);
        }
        self.units.sort_by_key(|unit| unit.start);
        true
    }

    /// The module- and class-level bindings, with their values converted.
    pub(super) fn take_bindings(&mut self) -> Vec<Binding> {
        let drafts = std::mem::take(&mut self.bindings);
        let convert = |draft: DraftBinding<'t>| match draft.value {
            Some(value) => {
                let value = Converter::new(&self.names).expr(value, draft.scope);
                Binding { value: BindingValue::Value(value), ..draft.binding }
            }
            None => draft.binding,
        };
        drafts.into_iter().map(convert).collect()
    }

    /// The unit whose range holds the byte.
    pub(super) fn unit_at(&self, byte: u32) -> Option<&Unit<'t>> {
        let after = self.units.partition_point(|unit| unit.start <= byte);
        // A decorated header can be followed by units of its decorators that end before: look back a little.
        self.units[..after].iter().rev().take(4).find(|unit| byte < unit.end)
    }
}

/// The walk itself.
struct Walk<'s, 't> {
    structure: &'s mut Structure<'t>,
    path: &'s str,
    is_wanted: &'s dyn Fn(u32, u32) -> bool,
}

impl<'t> Walk<'_, 't> {
    fn grammar(&self) -> &'t Grammar {
        self.structure.names.grammar
    }

    fn field(&self, node: Node<'t>, field: NonZeroU16) -> Option<Node<'t>> {
        self.grammar().child(node, field)
    }

    fn block(&mut self, block: Node<'t>, place: Place) {
        if place.depth > MAX_NESTING {
            if self.structure.problems.is_empty() {
                let line = line_of(block);
                let message = format!("blocks nested deeper than {MAX_NESTING} levels are not read");
                self.structure.problems.push(Problem::at(self.path, line, ProblemKind::TooDeep, message));
            }
            return;
        }
        let mut cursor = block.walk();
        if !cursor.goto_first_child() {
            return;
        }
        loop {
            let node = cursor.node();
            if node.is_named() {
                self.statement(node, Place { depth: place.depth + 1, ..place });
            }
            if !cursor.goto_next_sibling() {
                return;
            }
        }
    }

    fn statement(&mut self, node: Node<'t>, place: Place) {
        match self.grammar().kind(node) {
            Kind::Comment => {}
            Kind::DecoratedDefinition => {
                let mut cursor = node.walk();
                let decorators =
                    node.named_children(&mut cursor).filter(|child| self.grammar().kind(*child) == Kind::Decorator).collect();
                if let Some(definition) = self.field(node, self.grammar().field.definition) {
                    self.definition(definition, node, decorators, place);
                }
            }
            Kind::FunctionDefinition | Kind::ClassDefinition => self.definition(node, node, Vec::new(), place),
            Kind::ImportStatement | Kind::FutureImportStatement => self.import(node, place),
            Kind::ImportFromStatement => self.import_from(node, place),
            Kind::ExpressionStatement => {
                self.unit(node, node.start_byte(), node.end_byte(), place, self.role_of(node, place));
                // More than one child is a tuple: it binds nothing.
                if let Some(child) = node.named_child(0) {
                    self.expression_statement(child, place);
                }
            }
            Kind::GlobalStatement | Kind::NonlocalStatement => self.global(node, place),
            Kind::DeleteStatement => {
                self.unit(node, node.start_byte(), node.end_byte(), place, Role::Body);
                for target in self.grammar().children(node) {
                    self.targets(target, None, place);
                }
            }
            Kind::IfStatement
            | Kind::ForStatement
            | Kind::WhileStatement
            | Kind::TryStatement
            | Kind::WithStatement
            | Kind::MatchStatement
            | Kind::ElifClause
            | Kind::ElseClause
            | Kind::ExceptClause
            | Kind::FinallyClause
            | Kind::CaseClause => self.compound(node, place),
            // Where the parser gave up, statements can stand inside the error.
            _ if node.is_error() => self.block(node, place),
            _ => self.unit(node, node.start_byte(), node.end_byte(), place, Role::Body),
        }
    }

    /// A compound statement or one of its clauses: the header is a unit, the blocks are entered.
    fn compound(&mut self, node: Node<'t>, place: Place) {
        let inner = Place { conditional: true, ..place };
        let mut cursor = node.walk();
        let children: Vec<_> = node.named_children(&mut cursor).collect();
        let grammar = self.grammar();
        let is_part = |child: &Node<'t>| {
            matches!(
                grammar.kind(*child),
                Kind::Block
                    | Kind::ElifClause
                    | Kind::ElseClause
                    | Kind::ExceptClause
                    | Kind::FinallyClause
                    | Kind::CaseClause
            )
        };
        let header_end = children.iter().find(|child| is_part(child)).map_or(node.end_byte(), |part| part.start_byte());
        self.unit(node, node.start_byte(), header_end, place, Role::Body);
        match self.grammar().kind(node) {
            Kind::ForStatement => {
                if let Some(left) = self.field(node, self.grammar().field.left) {
                    self.targets(left, None, inner);
                }
            }
            Kind::WithStatement | Kind::ExceptClause => {
                for child in children.iter().filter(|child| !is_part(child)) {
                    self.as_targets(*child, inner);
                }
            }
            _ => {}
        }
        for child in children {
            match self.grammar().kind(child) {
                Kind::Block => self.block(child, inner),
                Kind::ElifClause | Kind::ElseClause | Kind::ExceptClause | Kind::FinallyClause | Kind::CaseClause => {
                    self.compound(child, Place { depth: place.depth + 1, ..inner });
                }
                _ if child.is_error() => self.block(child, inner),
                _ => {}
            }
        }
    }

    /// The names after `as` in a `with` or `except` header.
    fn as_targets(&mut self, header: Node<'t>, place: Place) {
        let grammar = self.grammar();
        let mut pending = vec![header];
        while let Some(node) = pending.pop() {
            match grammar.kind(node) {
                Kind::WithClause | Kind::WithItem => pending.extend(grammar.children(node)),
                Kind::AsPattern => {
                    if let Some(alias) = grammar.child(node, grammar.field.alias) {
                        let targets = grammar.children(alias);
                        for target in if targets.is_empty() { vec![alias] } else { targets } {
                            self.targets(target, None, place);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn definition(&mut self, node: Node<'t>, whole: Node<'t>, decorators: Vec<Node<'t>>, place: Place) {
        let grammar = self.grammar();
        let Some(name_node) = self.field(node, grammar.field.name) else { return };
        let name = self.structure.names.text(name_node);
        let id = definition_id(self.structure.drafts.len());
        let kind = match grammar.kind(node) {
            Kind::ClassDefinition => DefinitionKind::Class,
            _ => DefinitionKind::Function,
        };
        self.structure.names.add_path(place.owner, name);
        for decorator in &decorators {
            let owner = Place { owner: Some(id), ..place };
            self.unit(*decorator, decorator.start_byte(), decorator.end_byte(), owner, Role::Decorator);
        }
        let body = self.field(node, grammar.field.body);
        let header_end = body.map_or(node.end_byte(), |body| body.start_byte());
        self.unit(node, node.start_byte(), header_end, Place { owner: Some(id), ..place }, Role::Header);

        let parameter_nodes = self.field(node, grammar.field.parameters).map(|list| grammar.children(list)).unwrap_or_default();
        let mut parameters = Vec::new();
        let mut bound = Vec::new();
        for parameter in parameter_nodes {
            self.parameter(parameter, &mut parameters, &mut bound);
        }
        let in_class = self.structure.names.scope(place.scope).kind == ScopeKind::Class;
        let receiver = bound.first().filter(|_| in_class && kind == DefinitionKind::Function).copied();
        self.structure.drafts.push(Draft {
            definition: Definition {
                kind,
                name: name.to_owned(),
                parent: place.owner,
                span: span_of(whole),
                line: line_of(node),
                is_async: node.child(0).is_some_and(|first| first.kind() == "async"),
                conditional: place.conditional,
                parameters,
                bases: Vec::new(),
                decorators: Vec::new(),
            },
            scope: place.scope,
            decorators,
            superclasses: self.field(node, grammar.field.superclasses),
        });
        self.bind(name_node, name, Bound::Definition(id), BindingValue::Definition(id), place);
        let scope_kind = match kind {
            DefinitionKind::Class => ScopeKind::Class,
            DefinitionKind::Function => ScopeKind::Function,
        };
        let scope = self.structure.names.add_scope(Scope {
            parent: Some(place.scope),
            kind: scope_kind,
            definition: Some(id),
            receiver,
            superclasses: self.field(node, grammar.field.superclasses),
        });
        for name in bound {
            let offset = offset_of(node);
            self.structure.names.bind(scope, name, Local { offset, conditional: false, bound: Bound::Unknown });
        }
        if let Some(body) = body {
            let inner = Place { scope, owner: Some(id), conditional: false, depth: place.depth };
            let (start, end) = (offset_of(body), offset(body.end_byte()));
            if kind == DefinitionKind::Class || (self.is_wanted)(start, end) {
                self.block(body, inner);
            } else {
                self.structure.pending.push(Pending { body, start, end, place: inner });
            }
        }
    }

    fn parameter(&mut self, node: Node<'t>, parameters: &mut Vec<Parameter>, bound: &mut Vec<&'t str>) {
        let grammar = self.grammar();
        let named = |has_default: bool, name: &'t str| Parameter { name: name.to_owned(), has_default };
        match grammar.kind(node) {
            Kind::Identifier => {
                parameters.push(named(false, self.structure.names.text(node)));
                bound.push(self.structure.names.text(node));
            }
            Kind::DefaultParameter | Kind::TypedDefaultParameter => {
                if let Some(name) = self.field(node, grammar.field.name) {
                    parameters.push(named(true, self.structure.names.text(name)));
                    bound.push(self.structure.names.text(name));
                }
            }
            Kind::TypedParameter => {
                if let Some(inner) = grammar.children(node).first() {
                    self.parameter(*inner, parameters, bound);
                }
            }
            Kind::ListSplatPattern | Kind::DictionarySplatPattern => {
                if let Some(name) = grammar.children(node).first() {
                    bound.push(self.structure.names.text(*name));
                }
            }
            _ => {}
        }
    }

    fn expression_statement(&mut self, node: Node<'t>, place: Place) {
        let grammar = self.grammar();
        match grammar.kind(node) {
            Kind::Assignment => {
                // Of `a = b = value` every target has the value; `a: int` without one binds nothing.
                let right = |node| grammar.child(node, grammar.field.right);
                let chained = |node: &Node<'t>| right(*node).filter(|right| grammar.kind(*right) == Kind::Assignment);
                let assignments: SmallVec<[_; 1]> = std::iter::successors(Some(node), chained).collect();
                let value = assignments.last().and_then(|last| right(*last));
                if value.is_some() {
                    for left in assignments.iter().filter_map(|node| grammar.child(*node, grammar.field.left)) {
                        self.targets(left, value, place);
                    }
                }
            }
            Kind::AugmentedAssignment => {
                if let Some(left) = self.field(node, grammar.field.left) {
                    self.targets(left, None, Place { conditional: true, ..place });
                }
            }
            Kind::Call => self.mutation(node, place),
            _ => {}
        }
    }

    /// `NAME.append(…)` as a statement changes what the name holds.
    fn mutation(&mut self, call: Node<'t>, place: Place) {
        const METHODS: [&str; 11] =
            ["append", "extend", "insert", "remove", "pop", "clear", "update", "add", "discard", "setdefault", "popitem"];
        let grammar = self.grammar();
        let Some(function) = self.field(call, grammar.field.function) else { return };
        if grammar.kind(function) != Kind::Attribute {
            return;
        }
        let object = self.field(function, grammar.field.object);
        let method = self.field(function, grammar.field.attribute).map_or("", |method| self.structure.names.text(method));
        if let Some(object) = object.filter(|object| grammar.kind(*object) == Kind::Identifier)
            && METHODS.contains(&method)
        {
            let name = self.structure.names.text(object);
            self.record(object, name, BindingValue::Unknown, None, Place { conditional: true, ..place });
        }
    }

    /// Binds the names of an assignment's left side; `value` is the right side where it is known.
    fn targets(&mut self, target: Node<'t>, value: Option<Node<'t>>, place: Place) {
        let grammar = self.grammar();
        match grammar.kind(target) {
            Kind::Identifier => {
                let name = self.structure.names.text(target);
                let imported = value.filter(|_| self.structure.has_import_calls).and_then(|value| self.structure.names.imported_by_call(value));
                match imported {
                    Some(module) => self.bind_import(target, name, module.to_owned(), place),
                    None => self.bind_value(target, name, value.map_or(Bound::Unknown, Bound::Value), value, place),
                }
            }
            Kind::Attribute => {
                let object = self.field(target, grammar.field.object);
                let attribute = self.field(target, grammar.field.attribute);
                let (Some(object), Some(attribute), Some(value)) = (object, attribute, value) else { return };
                if grammar.kind(object) != Kind::Identifier {
                    return;
                }
                if let Some(class) = self.structure.names.receiver_class(self.structure.names.text(object), place.scope) {
                    let name = self.structure.names.text(attribute);
                    let local =
                        Local { offset: offset_of(target), conditional: place.conditional, bound: Bound::Value(value) };
                    self.structure.names.bind_member(class, name, local, place.scope);
                }
            }
            Kind::PatternList | Kind::TuplePattern | Kind::ListPattern | Kind::Tuple | Kind::List | Kind::ExpressionList => {
                let targets = grammar.children(target);
                let values = value
                    .filter(|value| {
                        matches!(grammar.kind(*value), Kind::ExpressionList | Kind::Tuple | Kind::List)
                    })
                    .map(|value| grammar.children(value))
                    .filter(|values| values.len() == targets.len());
                for (index, target) in targets.into_iter().enumerate() {
                    self.targets(target, values.as_ref().map(|values| values[index]), place);
                }
            }
            Kind::Subscript => {
                // `NAME[key] = value` changes what the name holds.
                if let Some(object) = self.field(target, grammar.field.value)
                    && grammar.kind(object) == Kind::Identifier
                {
                    let name = self.structure.names.text(object);
                    self.record(object, name, BindingValue::Unknown, None, Place { conditional: true, ..place });
                }
            }
            Kind::ListSplatPattern | Kind::ParenthesizedExpression | Kind::AsPatternTarget => {
                for inner in grammar.children(target) {
                    self.targets(inner, None, place);
                }
            }
            _ => {}
        }
    }

    fn global(&mut self, node: Node<'t>, place: Place) {
        let module = Place { scope: MODULE, conditional: true, ..place };
        let global = self.grammar().kind(node) == Kind::GlobalStatement;
        for name in self.grammar().children(node) {
            let text = self.structure.names.text(name);
            self.structure.names.declare(place.scope, text, global);
            if global {
                self.bind(name, text, Bound::Unknown, BindingValue::Unknown, module);
            }
        }
    }

    fn import(&mut self, node: Node<'t>, place: Place) {
        let grammar = self.grammar();
        for name in grammar.children(node) {
            match grammar.kind(name) {
                Kind::DottedName => {
                    // `import a.b` binds `a`.
                    if let Some(first) = grammar.children(name).first() {
                        let text = self.structure.names.text(*first);
                        self.bind_import(*first, text, text.to_owned(), place);
                    }
                }
                Kind::AliasedImport => {
                    let dotted = self.field(name, grammar.field.name).map(|name| self.dotted_name(name));
                    let alias = self.field(name, grammar.field.alias);
                    if let (Some(dotted), Some(alias)) = (dotted, alias) {
                        let text = self.structure.names.text(alias);
                        self.bind_import(alias, text, dotted, place);
                    }
                }
                _ => {}
            }
        }
    }

    fn import_from(&mut self, node: Node<'t>, place: Place) {
        let grammar = self.grammar();
        let Some(module_node) = self.field(node, grammar.field.module_name) else { return };
        let module = self.dotted_name(module_node);
        let separator = if module.ends_with('.') { "" } else { "." };
        let mut cursor = node.walk();
        let names: Vec<_> = node.named_children(&mut cursor).filter(|child| *child != module_node).collect();
        for name in names {
            match grammar.kind(name) {
                Kind::WildcardImport => {
                    self.structure.names.add_star(module.clone());
                    let star = BindingValue::Star(module.clone());
                    self.record(name, "*", star, None, place);
                }
                Kind::DottedName => {
                    let text = self.structure.names.text(name);
                    self.bind_import(name, text, format!("{module}{separator}{text}"), place);
                }
                Kind::AliasedImport => {
                    let original = self.field(name, grammar.field.name).map(|name| self.structure.names.text(name));
                    let alias = self.field(name, grammar.field.alias);
                    if let (Some(original), Some(alias)) = (original, alias) {
                        let text = self.structure.names.text(alias);
                        self.bind_import(alias, text, format!("{module}{separator}{original}"), place);
                    }
                }
                _ => {}
            }
        }
    }

    /// The text of a dotted name or relative import without blanks (`from . a import b` is legal).
    fn dotted_name(&self, node: Node<'t>) -> String {
        self.structure.names.text(node).chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
    }

    fn bind_import(&mut self, node: Node<'t>, name: &'t str, dotted: String, place: Place) {
        self.bind(node, name, Bound::Import(dotted.clone()), BindingValue::Import(dotted), place);
    }

    fn bind_value(&mut self, node: Node<'t>, name: &'t str, bound: Bound<'t>, value: Option<Node<'t>>, place: Place) {
        // The name is bound once the right side was evaluated, so a use on the right side comes before.
        let offset = value.map_or(offset_of(node), |value| u32::try_from(value.end_byte()).unwrap_or(u32::MAX));
        self.bind_local(name, offset, bound, place);
        self.record(node, name, BindingValue::Unknown, value, place);
    }

    fn bind(&mut self, node: Node<'t>, name: &'t str, bound: Bound<'t>, value: BindingValue, place: Place) {
        let offset = u32::try_from(node.end_byte()).unwrap_or(u32::MAX);
        self.bind_local(name, offset, bound, place);
        self.record(node, name, value, None, place);
    }

    fn bind_local(&mut self, name: &'t str, offset: u32, bound: Bound<'t>, place: Place) {
        // Of a name declared elsewhere it is not known whether and when the function runs.
        let (scope, conditional) = match self.structure.names.declared(place.scope, name) {
            Some(scope) => (scope, true),
            None => (place.scope, place.conditional),
        };
        self.structure.names.bind(scope, name, Local { offset, conditional, bound });
    }

    /// Keeps a binding for resolution across files, where it is one of a module or class.
    fn record(&mut self, node: Node<'t>, name: &str, value: BindingValue, expression: Option<Node<'t>>, place: Place) {
        let scope = self.structure.names.scope(place.scope);
        if scope.kind == ScopeKind::Function {
            return;
        }
        let binding = Binding {
            name: name.to_owned(),
            scope: scope.definition,
            offset: offset_of(node),
            line: line_of(node),
            conditional: place.conditional,
            value,
        };
        self.structure.bindings.push(DraftBinding { binding, value: expression, scope: place.scope });
    }

    /// `pytestmark = …` at module or class level says something about the tests below.
    fn role_of(&self, statement: Node<'t>, place: Place) -> Role {
        if self.structure.names.scope(place.scope).kind == ScopeKind::Function {
            return Role::Body;
        }
        let grammar = self.grammar();
        let left = statement
            .named_child(0)
            .filter(|child| matches!(grammar.kind(*child), Kind::Assignment | Kind::AugmentedAssignment))
            .and_then(|assignment| self.field(assignment, grammar.field.left));
        if left.is_some_and(|left| self.structure.names.text(left) == "pytestmark") { Role::Pytestmark } else { Role::Body }
    }

    /// `name := value` anywhere in a statement, or in the header of a compound one that ends there.
    fn walruses(&mut self, node: Node<'t>, end: usize, place: Place) {
        let grammar = self.grammar();
        let mut pending = vec![node];
        while let Some(node) = pending.pop() {
            if grammar.kind(node) == Kind::NamedExpression
                && let Some(name) = self.field(node, grammar.field.name)
            {
                let place = Place { conditional: true, ..place };
                self.targets(name, self.field(node, grammar.field.value), place);
            }
            pending.extend(grammar.children(node).into_iter().filter(|child| child.start_byte() < end));
        }
    }

    fn unit(&mut self, node: Node<'t>, start: usize, end: usize, place: Place, role: Role) {
        if self.structure.has_walrus && memchr::memmem::find(&self.structure.names.text[start..end], b":=").is_some() {
            self.walruses(node, end, place);
        }
        self.structure.units.push(Unit { node, start: offset(start), end: offset(end), scope: place.scope, owner: place.owner, role });
    }
}

fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

fn offset_of(node: Node<'_>) -> u32 {
    offset(node.start_byte())
}

fn line_of(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX)
}

/// The only place where tree-sitter's positions become ours.
pub(super) fn span_of(node: Node<'_>) -> Span {
    let start = node.start_position();
    Span {
        start: offset_of(node),
        end: u32::try_from(node.end_byte()).unwrap_or(u32::MAX),
        line: line_of(node),
        column: u32::try_from(start.column + 1).unwrap_or(u32::MAX),
    }
}
