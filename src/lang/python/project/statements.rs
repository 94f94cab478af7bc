//! Statements that bind names: imports, definitions, assignments, and conditions that say when they count.

use tree_sitter::Node;

use super::{Level, Owner, Reading};
use crate::lang::{anchors::words, python::grammar::Kind, python::position::line_of};
use crate::model::project::{ImportTime, ModuleImport, Noted, Symbol, SymbolKind};

impl<'t> Reading<'_, 't> {
    pub(super) fn import(&mut self, node: Node<'t>) {
        let grammar = self.grammar;
        let line = line_of(node);
        let in_function = self.owners.iter().any(|owner| owner.is_function);
        let when = match self.levels.contains(&Level::Typing) {
            true => ImportTime::Typing,
            false if in_function => ImportTime::Call,
            false => ImportTime::Load,
        };
        for (_, word) in words(&self.text[node.byte_range()]) {
            self.place_of(word);
        }
        let plain = |child: Node<'t>| match grammar.kind(child) {
            Kind::AliasedImport => {
                (grammar.child(child, grammar.field.name), grammar.child(child, grammar.field.alias))
            }
            _ => (Some(child), None),
        };
        if grammar.kind(node) == Kind::ImportStatement {
            for child in grammar.children(node) {
                let (Some(name), alias) = plain(child) else { continue };
                let module: String = self.slice(name).split_whitespace().collect();
                match alias {
                    Some(alias) => self.alias(alias, module.clone()),
                    None => {
                        let first = self.slice(name).split('.').next().unwrap_or_default().trim();
                        self.aliases.entry(first).or_insert_with(|| first.to_owned());
                    }
                }
                self.facts.imports.push(ModuleImport { module, names: Vec::new(), line, when });
            }
            return;
        }
        let Some(module_node) = grammar.child(node, grammar.field.module_name) else { return };
        let module: String = self.slice(module_node).split_whitespace().collect();
        let mut names = Vec::new();
        for child in grammar.children(node) {
            if child == module_node {
                continue;
            }
            match grammar.kind(child) {
                Kind::WildcardImport => names.push("*".to_owned()),
                Kind::DottedName | Kind::AliasedImport => {
                    let (Some(name), alias) = plain(child) else { continue };
                    let own = self.slice(name).to_owned();
                    let dot = if module.ends_with('.') { "" } else { "." };
                    self.alias(alias.unwrap_or(name), format!("{module}{dot}{own}"));
                    names.push(own);
                }
                _ => {}
            }
        }
        self.facts.imports.push(ModuleImport { module, names, line, when });
    }

    fn alias(&mut self, name: Node<'t>, dotted: String) {
        let name = self.slice(name);
        self.aliases.insert(name, dotted);
    }

    /// `if TYPE_CHECKING:` and `if __name__ == "__main__":`.
    pub(super) fn condition(&mut self, node: Node<'t>) -> Option<Level> {
        let condition =
            node.child_by_field_name("condition").map(|condition| self.slice(condition)).unwrap_or_default();
        if self.owners.is_empty() && condition.contains("__name__") && condition.contains("__main__") {
            self.facts.has_main_guard = true;
        }
        let typing =
            condition.rsplit('.').next() == Some("TYPE_CHECKING") && node.child_by_field_name("alternative").is_none();
        Some(if typing { Level::Typing } else { Level::Plain })
    }

    pub(super) fn define(&mut self, node: Node<'t>) {
        let grammar = self.grammar;
        let decorators = std::mem::take(&mut self.decorators);
        let is_function = grammar.kind(node) == Kind::FunctionDefinition;
        let parameters: Vec<(&'t str, bool)> = match grammar.child(node, grammar.field.parameters) {
            Some(list) if is_function => {
                grammar.children(list).into_iter().filter_map(|one| self.parameter(one)).collect()
            }
            _ => Vec::new(),
        };
        let name = grammar.child(node, grammar.field.name);
        self.defined = name.map(|name| name.start_byte());
        let name = name.map(|name| self.slice(name)).unwrap_or_default();
        self.docstring(node);
        // What is defined within a function is a part of it.
        if self.owners.iter().any(|owner| owner.is_function) {
            let symbol = self.owner().unwrap_or_default();
            let parameters = parameters.into_iter().map(|(name, _)| name).collect();
            return self.owners.push(Owner { symbol, is_function: true, parameters });
        }
        let parent = self.owner();
        let kind = match (is_function, parent) {
            (true, None) => SymbolKind::Function,
            (true, Some(_)) => SymbolKind::Method,
            (false, _) => SymbolKind::Class,
        };
        let bases =
            grammar.child(node, grammar.field.superclasses).map(|list| grammar.children(list)).unwrap_or_default();
        let bases = bases.into_iter().filter_map(|base| self.dotted(base)).collect();
        let line = line_of(node);
        if name == "__getattr__" && parent.is_none() {
            let text = self.line_text(node);
            self.facts.dynamic_imports.push(Noted { what: "__getattr__".to_owned(), line, text });
        }
        let names: Vec<&str> = parameters.iter().map(|(name, _)| *name).collect();
        let receivers = u32::from(names.first().is_some_and(|name| ["self", "cls", "mcs"].contains(name)));
        let required = u32::try_from(parameters.iter().filter(|(_, required)| *required).count()).unwrap_or(u32::MAX);
        let symbol = u32::try_from(self.facts.symbols.len()).unwrap_or(u32::MAX);
        self.facts.symbols.push(Symbol {
            name: name.to_owned(),
            kind,
            parent,
            line,
            text: self.line_text(node),
            is_conditional: parent.is_none() && node.start_position().column > 0,
            statements: 0,
            parameters: names.iter().map(|name| (*name).to_owned()).collect(),
            required: required.saturating_sub(receivers),
            bases,
            decorators,
            uses: Vec::new(),
        });
        self.owners.push(Owner { symbol, is_function, parameters: names });
    }

    /// The name of a parameter, and whether a call must give it.
    fn parameter(&self, node: Node<'t>) -> Option<(&'t str, bool)> {
        let grammar = self.grammar;
        match grammar.kind(node) {
            Kind::Identifier => Some((self.slice(node), true)),
            Kind::DefaultParameter | Kind::TypedDefaultParameter => {
                Some((self.slice(grammar.child(node, grammar.field.name)?), false))
            }
            Kind::TypedParameter => {
                let inner = grammar.children(node).first().copied()?;
                (grammar.kind(inner) == Kind::Identifier).then(|| (self.slice(inner), true))
            }
            _ => None,
        }
    }

    pub(super) fn assign(&mut self, node: Node<'t>) {
        let grammar = self.grammar;
        let (Some(left), Some(right)) =
            (grammar.child(node, grammar.field.left), grammar.child(node, grammar.field.right))
        else {
            return;
        };
        if grammar.kind(left) != Kind::Identifier {
            return;
        }
        let name = self.slice(left);
        if name == "__all__" {
            let is_list = matches!(grammar.kind(right), Kind::List | Kind::Tuple);
            let items = grammar.children(right);
            if is_list && items.iter().all(|item| grammar.kind(*item) == Kind::String) {
                let names = items.iter().map(|item| self.slice(*item).trim_matches(['"', '\'']).to_owned());
                let names: Vec<String> = names.collect();
                self.facts.exports.get_or_insert_default().extend(names);
            }
            return;
        }
        let is_constant =
            name.len() > 3 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let is_literal = matches!(grammar.kind(right), Kind::Integer | Kind::String | Kind::Tuple | Kind::Float);
        if is_constant && is_literal {
            let text = self.line_text(node);
            self.facts.constants.push(Noted { what: name.to_owned(), line: line_of(node), text });
        }
    }
}
