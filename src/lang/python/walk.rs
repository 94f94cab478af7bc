//! The walk over statements: what is defined where, and which statements are queried. What names are bound to is in
//! `bind`.

use std::num::NonZeroU16;

use smallvec::smallvec;
use tree_sitter::Node;

use super::{
    grammar::{Grammar, Kind},
    names::{Bound, Local, MODULE, Scope, ScopeKind},
    position::{line_of, offset, offset_of, span_of},
    structure::{Draft, Enclosing, Pending, Place, Structure, Unit, may_return_marks},
};
use crate::{
    lang::definition_id,
    model::{BindingValue, Definition, DefinitionKind, Problem, ProblemKind, Role, fact::Parameter},
};

/// How deeply statements may be nested. CPython refuses 100 levels of indentation ("too many levels of indentation").
const MAX_NESTING: u32 = 120;

/// The walk itself.
pub(super) struct Walk<'s, 't> {
    pub(super) structure: &'s mut Structure<'t>,
    pub(super) path: &'s str,
    pub(super) is_wanted: &'s dyn Fn(u32, u32) -> bool,
}

impl<'t> Walk<'_, 't> {
    pub(super) fn grammar(&self) -> &'t Grammar {
        self.structure.names.grammar
    }

    pub(super) fn field(&self, node: Node<'t>, field: NonZeroU16) -> Option<Node<'t>> {
        self.grammar().child(node, field)
    }

    pub(super) fn block(&mut self, block: Node<'t>, mut place: Place) {
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
                place.guard = self.passed(node, place);
            }
            if !cursor.goto_next_sibling() {
                return;
            }
        }
    }

    fn statement(&mut self, node: Node<'t>, place: Place) {
        self.flow(node, place);
        match self.grammar().kind(node) {
            Kind::Comment => {}
            Kind::DecoratedDefinition => {
                let mut cursor = node.walk();
                let decorators = node
                    .named_children(&mut cursor)
                    .filter(|child| self.grammar().kind(*child) == Kind::Decorator)
                    .collect();
                if let Some(definition) = self.field(node, self.grammar().field.definition) {
                    self.definition(definition, node, decorators, place);
                }
            }
            Kind::FunctionDefinition | Kind::ClassDefinition => self.definition(node, node, Vec::new(), place),
            Kind::ImportStatement => self.import(node, place),
            Kind::ImportFromStatement | Kind::FutureImportStatement => self.import_from(node, place),
            Kind::ExpressionStatement => {
                self.unit(node, node.start_byte(), node.end_byte(), place, self.role_of(node, place));
                self.module_statement(node, place);
                // More than one child is a tuple: it binds nothing.
                if let Some(child) = node.named_child(0) {
                    self.expression_statement(child, place);
                }
            }
            Kind::GlobalStatement | Kind::NonlocalStatement => self.global(node, place),
            Kind::DeleteStatement => {
                self.unit(node, node.start_byte(), node.end_byte(), place, Role::Body);
                for target in self.grammar().children(node) {
                    self.delete(target, place);
                }
            }
            Kind::ReturnStatement => {
                self.unit(node, node.start_byte(), node.end_byte(), place, Role::Body);
                if let Some(draft) = place.owner.and_then(|owner| self.structure.drafts.get_mut(owner.0 as usize))
                    && draft.keeps_returns
                {
                    draft.returns.extend(node.named_child(0).map(|value| (value, place.scope)));
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
            kind => {
                self.unit(node, node.start_byte(), node.end_byte(), place, Role::Body);
                if kind == Kind::RaiseStatement {
                    self.module_statement(node, place);
                }
            }
        }
    }

    /// Keeps a statement that runs with the module.
    fn module_statement(&mut self, node: Node<'t>, place: Place) {
        if place.scope == MODULE && place.owner.is_none() {
            self.structure.module_statements.push(node);
        }
    }

    /// A compound statement or one of its clauses: the header is a unit, the blocks are entered.
    fn compound(&mut self, node: Node<'t>, place: Place) {
        let loops = matches!(self.grammar().kind(node), Kind::ForStatement | Kind::WithStatement);
        let around = u32::try_from(self.structure.enclosing.len()).ok();
        self.structure.enclosing.push(Enclosing { node, around: place.around, scope: place.scope });
        let inner = Place { conditional: true, branched: place.branched || !loops, around, ..place };
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
        let kind = self.grammar().kind(node);
        let condition: Option<Node<'t>> = children
            .first()
            .copied()
            .filter(|_| matches!(kind, Kind::IfStatement | Kind::ElifClause | Kind::WhileStatement));
        let holds = condition.and_then(|condition| is_decided(self.structure.names.text(condition)));
        if condition.is_some_and(|condition| is_main(self.structure.names.text(condition))) {
            self.structure.main_guard.get_or_insert(line_of(node));
        }
        let (before, mut imports) = (self.imported(), Vec::new());
        let mut inner = inner;
        for child in children {
            let bindings = self.structure.bindings.len();
            let is_block = self.grammar().kind(child) == Kind::Block;
            match (self.grammar().kind(child), kind) {
                (Kind::Block, Kind::IfStatement | Kind::ElifClause) => {
                    let guard = condition.and_then(|node| self.condition(place, place.guard, node, (true, None)));
                    self.block(child, Place { guard, ..inner });
                    // What follows is for where the condition does not hold.
                    inner.guard = condition.and_then(|node| self.condition(place, place.guard, node, (false, None)));
                }
                (Kind::Block, Kind::ForStatement | Kind::WhileStatement | Kind::MatchStatement | Kind::CaseClause) => {
                    let guard = self.in_loop(place, node);
                    self.block(child, Place { guard, ..inner });
                }
                (Kind::Block, Kind::TryStatement) => {
                    let guard = self.in_try(place, node);
                    self.block(child, Place { guard, ..inner });
                    imports = self.tried(guard, before);
                }
                (Kind::ExceptClause, _) => {
                    let guard = self.in_handler(place, child, imports.clone());
                    self.compound(child, Place { depth: place.depth + 1, guard, ..inner });
                }
                (Kind::ElifClause, _) => {
                    self.compound(child, Place { depth: place.depth + 1, ..inner });
                    let condition = self.grammar().children(child).first().copied();
                    inner.guard = condition.and_then(|node| self.condition(inner, inner.guard, node, (false, None)));
                }
                (Kind::Block, _) => self.block(child, inner),
                (Kind::ElseClause | Kind::FinallyClause | Kind::CaseClause, _) => {
                    self.compound(child, Place { depth: place.depth + 1, ..inner });
                }
                _ if child.is_error() => self.block(child, inner),
                _ => {}
            }
            // A branch that an import never runs binds nothing.
            if holds == Some(!is_block) && kind != Kind::WhileStatement || holds == Some(false) && is_block {
                self.structure.bindings.truncate(bindings);
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
                        for target in if targets.is_empty() { smallvec![alias] } else { targets } {
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

        let parameter_nodes =
            self.field(node, grammar.field.parameters).map(|list| grammar.children(list)).unwrap_or_default();
        let mut parameters = Vec::new();
        let mut bound = Vec::new();
        for parameter in parameter_nodes {
            self.parameter(parameter, &mut parameters, &mut bound);
        }
        let keeps_returns = self.structure.has_marks
            && kind == DefinitionKind::Function
            && place.owner.is_none_or(|owner| self.structure.drafts[owner.0 as usize].keeps_returns)
            && !name.starts_with("test")
            && body.is_some_and(|body| may_return_marks(&self.structure.names.text[body.byte_range()]));
        let in_class = self.structure.names.scope(place.scope).kind == ScopeKind::Class;
        let receiver = bound.first().filter(|_| in_class && kind == DefinitionKind::Function).copied();
        self.structure.drafts.push(Draft {
            definition: Definition {
                kind,
                name: name.to_owned(),
                parent: place.owner,
                span: span_of(whole),
                line: line_of(node),
                name_start: offset_of(name_node),
                is_async: node.child(0).is_some_and(|first| first.kind() == "async"),
                conditional: place.conditional,
                guard: place.guard,
                parameters,
                bases: Vec::new(),
                metaclass: String::new(),
                doctest: body.and_then(|body| self.structure.doctest(body)),
                decorators: Vec::new(),
                returns: Vec::new(),
                body: None,
                body_start: body.map(|body| (offset_of(body), line_of(body))),
                doc: None,
                yields: false,
            },
            scope: place.scope,
            decorators,
            superclasses: self.field(node, grammar.field.superclasses),
            body: body.filter(|_| kind == DefinitionKind::Function),
            returns: Vec::new(),
            keeps_returns,
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
            reach: (kind == DefinitionKind::Function).then(|| (offset_of(node), offset(node.end_byte()))),
        });
        for name in bound {
            let offset = offset_of(node);
            self.structure.names.bind(scope, name, Local { offset, conditional: false, bound: Bound::Unknown });
        }
        if let Some(body) = body {
            let inner = Place {
                scope,
                owner: Some(id),
                conditional: false,
                branched: false,
                guard: None,
                around: None,
                depth: place.depth,
            };
            let (start, end) = (offset_of(body), offset(body.end_byte()));
            if kind == DefinitionKind::Class || keeps_returns || (self.is_wanted)(start, end) {
                self.block(body, inner);
            } else {
                self.structure.pending.push(Pending { body, start, end, place: inner });
            }
        }
    }

    fn parameter(&mut self, node: Node<'t>, parameters: &mut Vec<Parameter>, bound: &mut Vec<&'t str>) {
        let grammar = self.grammar();
        let named = |has_default: bool, name: &'t str, node: Node<'t>| Parameter {
            name: name.to_owned(),
            has_default,
            line: line_of(node),
            start: offset_of(node),
        };
        match grammar.kind(node) {
            Kind::Identifier => {
                parameters.push(named(false, self.structure.names.text(node), node));
                bound.push(self.structure.names.text(node));
            }
            Kind::DefaultParameter | Kind::TypedDefaultParameter => {
                if let Some(name) = self.field(node, grammar.field.name) {
                    parameters.push(named(true, self.structure.names.text(name), name));
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
            // What stands before `/` is never passed by name, so pytest passes nothing.
            Kind::PositionalSeparator => {
                parameters.iter_mut().for_each(|parameter| parameter.has_default = true);
            }
            _ => {}
        }
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
        if left.is_some_and(|left| self.structure.names.text(left) == "pytestmark") {
            Role::Pytestmark
        } else {
            Role::Body
        }
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
        self.structure.units.push(Unit {
            node,
            start: offset(start),
            end: offset(end),
            scope: place.scope,
            owner: place.owner,
            role,
            conditional: place.conditional,
            branched: place.branched,
            around: place.around,
        });
    }
}

/// Whether a condition asks if the file is run as a script.
fn is_main(condition: &str) -> bool {
    condition.starts_with("__name__ ==") && condition.ends_with(['"', '\'']) && condition.contains("__main__")
}

/// Whether a condition holds while the module is imported by pytest, where that can be said by its text.
fn is_decided(condition: &str) -> Option<bool> {
    let (inner, holds) = match condition.strip_prefix("not ") {
        Some(inner) => (inner.trim(), false),
        None => (condition, true),
    };
    match inner {
        "True" | "1" => Some(holds),
        "False" | "0" => Some(!holds),
        _ if is_main(inner) => Some(!holds),
        _ => (inner.rsplit('.').next() == Some("TYPE_CHECKING")).then_some(!holds),
    }
}
