//! What the names of a statement are bound to: imports, assignments, `global`, changes in place.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::{
    grammar::Kind,
    names::{Bound, Local, MODULE, ScopeKind},
    position::{line_of, offset, offset_of},
    structure::{DraftBinding, Place},
    walk::Walk,
};
use crate::model::{Binding, BindingValue};

impl<'t> Walk<'_, 't> {
    pub(super) fn expression_statement(&mut self, node: Node<'t>, place: Place) {
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
                let Some(left) = self.field(node, grammar.field.left) else { return };
                let conditional = Place { conditional: true, ..place };
                if grammar.kind(left) == Kind::Identifier {
                    // For resolution across files `name += value` is `name = name + value`.
                    let name = self.structure.names.text(left);
                    self.bind_local(name, offset(node.end_byte()), Bound::Unknown, conditional);
                    self.record(left, name, BindingValue::Unknown, Some(node), place);
                } else {
                    self.targets(left, None, conditional);
                }
            }
            Kind::Call => self.mutation(node, place),
            _ => {}
        }
    }

    /// `NAME.append(…)` as a statement changes what the name holds.
    fn mutation(&mut self, call: Node<'t>, place: Place) {
        const METHODS: [&str; 11] = [
            "append",
            "extend",
            "insert",
            "remove",
            "pop",
            "clear",
            "update",
            "add",
            "discard",
            "setdefault",
            "popitem",
        ];
        let grammar = self.grammar();
        let Some(function) = self.field(call, grammar.field.function) else { return };
        if grammar.kind(function) != Kind::Attribute {
            return;
        }
        let object = self.field(function, grammar.field.object);
        let method =
            self.field(function, grammar.field.attribute).map_or("", |method| self.structure.names.text(method));
        if let Some(object) = object.filter(|object| grammar.kind(*object) == Kind::Identifier)
            && METHODS.contains(&method)
        {
            self.changed(object, place);
        }
    }

    /// Notes that what a name holds is changed in place.
    fn changed(&mut self, object: Node<'t>, place: Place) {
        let name = self.structure.names.text(object);
        if self.structure.names.scope(place.scope).kind == ScopeKind::Function {
            self.structure.names.change(name, place.scope);
        } else {
            self.record(object, name, BindingValue::Unknown, None, Place { conditional: true, ..place });
        }
    }

    /// Binds the names of an assignment's left side; `value` is the right side where it is known.
    pub(super) fn targets(&mut self, target: Node<'t>, value: Option<Node<'t>>, place: Place) {
        let grammar = self.grammar();
        match grammar.kind(target) {
            Kind::Identifier => {
                let name = self.structure.names.text(target);
                let imported = value
                    .filter(|_| self.structure.has_import_calls)
                    .and_then(|value| self.structure.names.imported_by_call(value));
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
                if self.structure.names.scope(place.scope).kind != ScopeKind::Function {
                    let both = self.structure.names.text(target);
                    self.record(target, both, BindingValue::Unknown, Some(value), place);
                }
                if let Some(class) = self.structure.names.receiver_class(self.structure.names.text(object), place.scope)
                {
                    let name = self.structure.names.text(attribute);
                    let local =
                        Local { offset: offset_of(target), conditional: place.conditional, bound: Bound::Value(value) };
                    self.structure.names.bind_member(class, name, local, place.scope);
                }
            }
            Kind::PatternList
            | Kind::TuplePattern
            | Kind::ListPattern
            | Kind::Tuple
            | Kind::List
            | Kind::ExpressionList => {
                let targets = grammar.children(target);
                let call = value.filter(|value| grammar.kind(*value) == Kind::Call);
                let values = value
                    .filter(|value| matches!(grammar.kind(*value), Kind::ExpressionList | Kind::Tuple | Kind::List))
                    .map(|value| grammar.children(value))
                    .filter(|values| values.len() == targets.len());
                for (index, target) in targets.into_iter().enumerate() {
                    match call.filter(|_| grammar.kind(target) == Kind::Identifier) {
                        Some(call) => self.bind_element(target, call, index, place),
                        None => self.targets(target, values.as_ref().map(|values| values[index]), place),
                    }
                }
            }
            Kind::Subscript => {
                // `NAME[key] = value` changes what the name holds.
                if let Some(object) = self.field(target, grammar.field.value)
                    && grammar.kind(object) == Kind::Identifier
                {
                    self.changed(object, place);
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

    /// `del name`, `del name.attribute`.
    pub(super) fn delete(&mut self, target: Node<'t>, place: Place) {
        let grammar = self.grammar();
        match grammar.kind(target) {
            Kind::Identifier => {
                let name = self.structure.names.text(target);
                self.bind(target, name, Bound::Unknown, BindingValue::Deleted, place);
            }
            Kind::Attribute if place.scope == MODULE => {
                let both = self.structure.names.text(target);
                self.record(target, both, BindingValue::Deleted, None, place);
            }
            Kind::ExpressionList | Kind::Tuple | Kind::List | Kind::ParenthesizedExpression => {
                for target in grammar.children(target) {
                    self.delete(target, place);
                }
            }
            _ => self.targets(target, None, place),
        }
    }

    pub(super) fn global(&mut self, node: Node<'t>, place: Place) {
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

    pub(super) fn import(&mut self, node: Node<'t>, place: Place) {
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

    pub(super) fn import_from(&mut self, node: Node<'t>, place: Place) {
        let grammar = self.grammar();
        let module_node = self.field(node, grammar.field.module_name);
        let module = match module_node {
            Some(module) => self.dotted_name(module),
            // The grammar has a statement of its own for it, without the name.
            None if grammar.kind(node) == Kind::FutureImportStatement => "__future__".to_owned(),
            None => return,
        };
        let separator = if module.ends_with('.') { "" } else { "." };
        let mut cursor = node.walk();
        let names: Vec<_> = node.named_children(&mut cursor).filter(|child| Some(*child) != module_node).collect();
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
        self.note_import(&dotted);
        self.bind(node, name, Bound::Import(dotted.clone()), BindingValue::Import(dotted), place);
    }

    fn bind_value(&mut self, node: Node<'t>, name: &'t str, bound: Bound<'t>, value: Option<Node<'t>>, place: Place) {
        // The name is bound once the right side was evaluated, so a use on the right side comes before.
        let offset = value.map_or(offset_of(node), |value| offset(value.end_byte()));
        self.bind_local(name, offset, bound, place);
        self.record(node, name, BindingValue::Unknown, value, place);
    }

    /// Binds a name to an item of what a call returns.
    fn bind_element(&mut self, node: Node<'t>, call: Node<'t>, index: usize, place: Place) {
        let name = self.structure.names.text(node);
        self.bind_local(name, offset(call.end_byte()), Bound::Unknown, place);
        let bindings = self.structure.bindings.len();
        self.record(node, name, BindingValue::Unknown, Some(call), place);
        // Nothing is recorded of a function's names.
        if let Some(binding) = self.structure.bindings.get_mut(bindings) {
            binding.element = u32::try_from(index).ok();
        }
    }

    pub(super) fn bind(&mut self, node: Node<'t>, name: &'t str, bound: Bound<'t>, value: BindingValue, place: Place) {
        let offset = offset(node.end_byte());
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
            guard: place.guard,
            value,
        };
        self.structure.bindings.push(DraftBinding { binding, value: expression, element: None, scope: place.scope });
    }
}
