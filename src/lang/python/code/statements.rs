//! Blocks and simple statements.

use tree_sitter::Node;

use super::{super::grammar::Kind, Flow, MAX_NESTING, Walker, calls::binary_methods, constants::has_interpolation};
use crate::model::code::{BlockKind, CodeExpr, ExprId, Primitive, UnitKind, Use, Word};

/// How deeply targets in targets are entered.
const MAX_TARGETS: u8 = 20;

/// The row of a node's first byte.
pub(super) fn row(node: Node<'_>) -> usize {
    node.start_position().row
}

impl<'t> Walker<'_, 't> {
    /// A nested block with a branch of its own.
    pub(super) fn branch(&mut self, kind: BlockKind, block: Node<'t>) -> (Flow, u32) {
        let (outer, before) = (self.block, self.count);
        let own = self.new_block(kind);
        self.block = own;
        let flow = self.body(block, false);
        let statements = self.count - before;
        let block = &mut self.here().blocks[own as usize];
        block.statements = statements;
        block.raises = flow.raises;
        self.block = outer;
        (flow, own)
    }

    /// The statements of a block, up to the first behind which the compiler drops the rest.
    pub(super) fn body(&mut self, block: Node<'t>, may_have_docstring: bool) -> Flow {
        let mut flow = Flow::default();
        if self.nesting > MAX_NESTING {
            return flow;
        }
        self.nesting += 1;
        let outer = self.block;
        let statements = self.grammar.children(block);
        for (place, statement) in statements.iter().enumerate() {
            if place == 0 && may_have_docstring && self.is_docstring(*statement) {
                let (start, end) = (row(*statement), statement.end_position().row);
                self.lines.join(start, end);
                self.lines.forget(start, end);
                continue;
            }
            let own = self.statement(*statement);
            flow.breaks |= own.breaks;
            flow.raises = own.raises;
            let is_if = self.kind(*statement) == Kind::IfStatement;
            if !is_if {
                flow.exits = flow.exits.or(own.exits);
            }
            if own.ends {
                flow.ends = true;
                break;
            }
            // What follows an early exit is a block of its own.
            if let Some(kind) = own.exits.filter(|_| is_if && place + 1 < statements.len()) {
                self.block = self.new_block(kind);
            }
        }
        self.block = outer;
        self.nesting -= 1;
        flow
    }

    fn is_docstring(&self, statement: Node<'t>) -> bool {
        if self.kind(statement) != Kind::ExpressionStatement || statement.named_child_count() != 1 {
            return false;
        }
        let Some(string) = statement.named_child(0) else { return false };
        let is_plain = |string: Node<'t>| {
            let prefix = self.str(string).bytes().take_while(u8::is_ascii_alphabetic);
            let is_text = prefix.into_iter().all(|byte| matches!(byte, b'r' | b'R' | b'u' | b'U'));
            is_text && !has_interpolation(self, string)
        };
        match self.kind(string) {
            Kind::String => is_plain(string),
            Kind::ConcatenatedString => self.grammar.children(string).into_iter().all(is_plain),
            _ => false,
        }
    }

    fn statement(&mut self, node: Node<'t>) -> Flow {
        match self.kind(node) {
            Kind::FunctionDefinition | Kind::ClassDefinition | Kind::DecoratedDefinition => self.definition(node),
            Kind::IfStatement => self.if_statement(node),
            Kind::ForStatement => self.for_statement(node),
            Kind::WhileStatement => self.while_statement(node),
            Kind::TryStatement => self.try_statement(node),
            Kind::WithStatement => self.with_statement(node),
            Kind::MatchStatement => self.match_statement(node),
            _ if node.is_error() => {
                self.body(node, false);
                Flow::default()
            }
            _ => self.simple(node),
        }
    }

    fn simple(&mut self, node: Node<'t>) -> Flow {
        self.lines.join(row(node), node.end_position().row);
        self.count += 1;
        let kind = self.kind(node);
        if !matches!(kind, Kind::GlobalStatement | Kind::NonlocalStatement) && !self.is_bare_annotation(node) {
            self.line(row(node));
        }
        let ends = |kind| Flow { ends: true, exits: Some(kind), ..Flow::default() };
        match kind {
            Kind::ExpressionStatement => self.expression_statement(node),
            Kind::ReturnStatement => {
                let value = match node.named_child(0) {
                    Some(value) => self.expr(value),
                    None => self.push(CodeExpr::Constant(Primitive::None)),
                };
                self.here().returned.push(value);
                return ends(BlockKind::AfterReturn);
            }
            Kind::RaiseStatement => {
                for (place, child) in self.grammar.children(node).into_iter().enumerate() {
                    if place > 0 || self.kind(child) == Kind::Call {
                        self.expr(child);
                    } else {
                        let raised = self.value(child);
                        let list = self.list(&[0]);
                        let call = self.push(CodeExpr::Call(raised, list));
                        self.uses(Use::Call(call));
                    }
                }
                return Flow { raises: true, ..ends(BlockKind::AfterRaise) };
            }
            Kind::DeleteStatement => self.delete(node, 0),
            Kind::ImportStatement => self.import(node),
            Kind::ImportFromStatement => self.import_from(node),
            Kind::GlobalStatement | Kind::NonlocalStatement | Kind::PassStatement | Kind::FutureImportStatement => {}
            _ => match node.kind() {
                "break_statement" => return Flow { breaks: true, ..ends(BlockKind::AfterJump) },
                "continue_statement" => return ends(BlockKind::AfterJump),
                "type_alias_statement" => {}
                _ => {
                    for child in self.grammar.children(node) {
                        self.expr(child);
                    }
                }
            },
        }
        Flow::default()
    }

    fn delete(&mut self, node: Node<'t>, depth: u8) {
        for target in self.grammar.children(node) {
            match self.kind(target) {
                Kind::Subscript => {
                    self.subscript(target, "__delitem__");
                }
                Kind::ExpressionList | Kind::Tuple | Kind::List if depth < MAX_TARGETS => {
                    self.delete(target, depth + 1);
                }
                _ => {
                    self.expr(target);
                }
            }
        }
    }

    /// `name: type` in a function leaves nothing behind.
    fn is_bare_annotation(&self, node: Node<'t>) -> bool {
        if self.code.units[self.current as usize].kind != UnitKind::Function || self.in_class().is_some() {
            return false;
        }
        let Some(child) = node.named_child(0).filter(|child| self.kind(*child) == Kind::Assignment) else {
            return false;
        };
        let field = &self.grammar.field;
        self.grammar.child(child, field.right).is_none()
            && self.grammar.child(child, field.left).is_some_and(|left| self.kind(left) == Kind::Identifier)
    }

    fn expression_statement(&mut self, node: Node<'t>) {
        for child in self.grammar.children(node) {
            match self.kind(child) {
                Kind::Assignment => self.assignment(child),
                Kind::AugmentedAssignment => {
                    let field = &self.grammar.field;
                    let (left, right) = (self.grammar.child(child, field.left), self.grammar.child(child, field.right));
                    let operator = self.grammar.child(child, field.operator).map_or("", |operator| self.str(operator));
                    if let Some(right) = right {
                        self.expr(right);
                    }
                    let Some(left) = left else { continue };
                    let target = self.expr(left);
                    if let CodeExpr::Subscript(base) = self.code.expression(target) {
                        let name = self.word("__setitem__");
                        self.uses(Use::Operator(name, base));
                    }
                    if let Some([plain, _, own]) = binary_methods(operator.trim_end_matches('=')) {
                        for name in [own, plain] {
                            let name = self.word(name);
                            self.uses(Use::Operator(name, target));
                        }
                    }
                }
                _ => {
                    self.expr(child);
                }
            }
        }
    }

    fn assignment(&mut self, node: Node<'t>) {
        let field = &self.grammar.field;
        let (mut targets, mut annotation, mut at) = (Vec::new(), None, node);
        let value = loop {
            targets.extend(self.grammar.child(at, field.left));
            annotation = annotation.or_else(|| self.grammar.child(at, field.type_of));
            match self.grammar.child(at, field.right) {
                Some(right) if self.kind(right) == Kind::Assignment => at = right,
                right => break right,
            }
        };
        let value = value.map(|value| self.expr(value));
        let annotated = annotation.and_then(|node| self.annotation(self.str(node)));
        let annotated = annotated.map(|annotation| self.push(CodeExpr::Annotated(annotation)));
        for target in targets {
            for value in annotated.into_iter().chain(value) {
                self.assign(target, value, 0);
            }
        }
    }

    /// Binds what stands left of `=`, behind `for` or `as`.
    pub(super) fn assign(&mut self, target: Node<'t>, value: ExprId, depth: u8) {
        if depth > MAX_TARGETS {
            return;
        }
        match self.kind(target) {
            Kind::Identifier => {
                let name = self.word_of(target);
                self.bind(name, value);
            }
            Kind::PatternList
            | Kind::TuplePattern
            | Kind::ListPattern
            | Kind::Tuple
            | Kind::List
            | Kind::ExpressionList => {
                let items = self.grammar.children(target);
                for (place, item) in (0u32..).zip(&items) {
                    let own = match self.code.expression(value) {
                        CodeExpr::Display(list) if list.len as usize == items.len() => {
                            ExprId(self.code.list(list)[place as usize])
                        }
                        _ => self.push(CodeExpr::ItemAt(value, place)),
                    };
                    self.assign(*item, own, depth + 1);
                }
            }
            Kind::ListSplatPattern | Kind::ListSplat | Kind::ParenthesizedExpression | Kind::AsPatternTarget => {
                if let Some(inner) = target.named_child(0) {
                    self.assign(inner, value, depth + 1);
                } else if self.kind(target) == Kind::AsPatternTarget {
                    let name = self.word_of(target);
                    self.bind(name, value);
                }
            }
            Kind::Attribute => self.assign_attribute(target, value),
            Kind::Subscript => {
                self.subscript(target, "__setitem__");
                if let Some(holder) = self.grammar.child(target, self.grammar.field.value) {
                    self.append(holder, value);
                }
            }
            _ => {
                self.expr(target);
            }
        }
    }

    fn assign_attribute(&mut self, target: Node<'t>, value: ExprId) {
        let field = &self.grammar.field;
        let stored = self.value(target);
        self.uses(Use::Store(stored));
        let name = self.grammar.child(target, field.attribute).map(|name| self.word_of(name));
        let object = self.grammar.child(target, field.object);
        let (Some(name), Some(object)) = (name, object) else { return };
        let is_name = self.kind(object) == Kind::Identifier;
        let root = self.word_of(object);
        let unit = &self.code.units[self.current as usize];
        let receiver = unit.parameters.first().map(|parameter| parameter.name);
        match unit.class.filter(|_| is_name && receiver == Some(root)) {
            Some(class) => self.code.classes[class as usize].members.push((name, value)),
            None => {
                if !matches!(self.str(object), "self" | "cls") {
                    self.code.patched.push(name);
                }
                if matches!(self.code.expression(value), CodeExpr::Name(_) | CodeExpr::Attribute(..)) {
                    self.uses(Use::Load(value));
                }
            }
        }
    }

    fn import(&mut self, node: Node<'t>) {
        let field = &self.grammar.field;
        for child in self.grammar.children(node) {
            let (name, alias) = match self.kind(child) {
                Kind::AliasedImport => (self.grammar.child(child, field.name), self.grammar.child(child, field.alias)),
                _ => (Some(child), None),
            };
            let Some(name) = name else { continue };
            let text = self.str(name);
            let module = self.word(text);
            self.uses(Use::Import(module, None));
            let bound = match alias {
                Some(alias) => (self.word_of(alias), module),
                None => {
                    let first = self.word(text.split('.').next().unwrap_or(text));
                    (first, first)
                }
            };
            let value = self.push(CodeExpr::Module(bound.1));
            self.bind(bound.0, value);
        }
    }

    fn import_from(&mut self, node: Node<'t>) {
        let field = &self.grammar.field;
        let Some(module_node) = self.grammar.child(node, field.module_name) else { return };
        let module = self.word_of(module_node);
        for child in self.grammar.children(node).into_iter().filter(|child| *child != module_node) {
            let (name, alias) = match self.kind(child) {
                Kind::AliasedImport => (self.grammar.child(child, field.name), self.grammar.child(child, field.alias)),
                Kind::WildcardImport => {
                    self.code.stars.push(module);
                    self.uses(Use::Import(module, None));
                    continue;
                }
                _ => (Some(child), None),
            };
            let Some(name) = name else { continue };
            let name = self.word_of(name);
            let bound = alias.map_or(name, |alias| self.word_of(alias));
            self.uses(Use::Import(module, Some(name)));
            let value = self.push(CodeExpr::Member(module, name));
            self.bind(bound, value);
        }
    }

    /// The modules that the statements of a block import, if it is there for that.
    pub(super) fn imports_of(&mut self, block: Node<'t>) -> Vec<Word> {
        let field = &self.grammar.field;
        let mut found = Vec::new();
        for statement in self.grammar.children(block) {
            match self.kind(statement) {
                Kind::ImportStatement => {
                    for child in self.grammar.children(statement) {
                        let name = match self.kind(child) {
                            Kind::AliasedImport => self.grammar.child(child, field.name),
                            _ => Some(child),
                        };
                        found.extend(name.map(|name| self.word_of(name)));
                    }
                }
                Kind::ImportFromStatement => {
                    let module = self.grammar.child(statement, field.module_name);
                    found.extend(module.map(|module| self.word_of(module)));
                }
                _ => {}
            }
        }
        found
    }
}
