//! What a module says as a part of its project: [`ModuleFacts`]. One pass over all nodes with a cursor, so that depth costs
//! no stack. Names are resolved as far as the imports of the file say; what a parameter hides is not. Judges nothing.

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::{Node, Parser};

use super::{
    grammar::{Grammar, Kind},
    parser,
    position::line_of,
    structure,
};
use crate::lang::{anchors::words, continuations};
use crate::model::{
    Evidence,
    project::{ImportTime, ModuleCall, ModuleFacts, ModuleImport, Noted, Symbol, SymbolKind, WordUse},
};

/// Libraries whose calls are kept: gaps ask about them.
const CALLED: [&str; 19] = [
    "atheris",
    "doctest",
    "importlib",
    "jax",
    "json",
    "msgpack",
    "numpy",
    "pickle",
    "pkgutil",
    "pyperf",
    "random",
    "runpy",
    "secrets",
    "struct",
    "sybil",
    "torch",
    "typeguard",
    "xdoctest",
    "yaml",
];
/// Bytes of a string whose words count as names.
const MAX_STRING: usize = 400;
/// Words of a file that are told apart.
const MAX_WORDS: usize = 200_000;

/// Reads modules, one after the other.
pub struct ModuleReader {
    grammar: Grammar,
    parser: Parser,
    /// Whether a node of this kind is a statement, by the kind's number.
    statements: Vec<bool>,
}

impl Default for ModuleReader {
    fn default() -> Self {
        let grammar = Grammar::new();
        let count = u16::try_from(grammar.language.node_kind_count()).unwrap_or(u16::MAX);
        let is_statement = |id: u16| {
            let name = grammar.language.node_kind_for_id(id).unwrap_or_default();
            grammar.language.node_kind_is_named(id)
                && (name.ends_with("_statement") || name.ends_with("_definition"))
                && name != "decorated_definition"
        };
        let statements = (0..count).map(is_statement).collect();
        Self { parser: parser(&grammar), grammar, statements }
    }
}

impl ModuleReader {
    /// What a module says. Where its syntax is broken, what can be read.
    pub fn read(&mut self, text: &[u8]) -> ModuleFacts {
        let lines = u32::try_from(memchr::memchr_iter(b'\n', text).count() + 1).unwrap_or(u32::MAX);
        let facts = ModuleFacts { lines, ..ModuleFacts::default() };
        if continuations::too_long(text).is_some() {
            return facts;
        }
        let Some(tree) = self.parser.parse(text, None) else { return facts };
        let mut reading = Reading {
            grammar: &self.grammar,
            statements: &self.statements,
            text,
            facts,
            places: FxHashMap::default(),
            counts: FxHashMap::default(),
            aliases: FxHashMap::default(),
            levels: Vec::new(),
            owners: Vec::new(),
            decorators: Vec::new(),
            defined: None,
            seen: FxHashSet::default(),
        };
        reading.docstring(tree.root_node());
        reading.read(tree.root_node());
        reading.finish()
    }
}

/// A definition around the node at hand.
struct Owner<'t> {
    /// The innermost symbol; `None` only where there is none.
    symbol: u32,
    is_function: bool,
    parameters: Vec<&'t str>,
}

/// What has to be undone when a node is left.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    Plain,
    Definition,
    Typing,
}

struct Reading<'g, 't> {
    grammar: &'g Grammar,
    statements: &'g [bool],
    text: &'t [u8],
    facts: ModuleFacts,
    places: FxHashMap<&'t str, u32>,
    /// By symbol (none: the module) and word.
    counts: FxHashMap<(Option<u32>, u32), u16>,
    /// What names stand for by the file's imports.
    aliases: FxHashMap<&'t str, String>,
    levels: Vec<Level>,
    owners: Vec<Owner<'t>>,
    decorators: Vec<String>,
    /// Where the name stands that is being defined: it is no use.
    defined: Option<usize>,
    seen: FxHashSet<(Option<u32>, String)>,
}

impl<'t> Reading<'_, 't> {
    fn read(&mut self, root: Node<'t>) {
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            let level = if node.is_named() { self.visit(node) } else { None };
            if let Some(level) = level
                && cursor.goto_first_child()
            {
                self.levels.push(level);
                continue;
            }
            if let Some(level) = level {
                self.leave(level);
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
                if let Some(level) = self.levels.pop() {
                    self.leave(level);
                }
            }
            if self.levels.is_empty() {
                return;
            }
        }
    }

    fn leave(&mut self, level: Level) {
        if level == Level::Definition {
            self.owners.pop();
        }
    }

    /// Takes note of a node; `None`: what is in it does not matter.
    fn visit(&mut self, node: Node<'t>) -> Option<Level> {
        if self.statements.get(usize::from(node.kind_id())) == Some(&true) && !self.is_docstring(node) {
            self.count_statement();
        }
        let grammar = self.grammar;
        match grammar.kind(node) {
            Kind::Comment | Kind::FutureImportStatement => return None,
            Kind::ImportStatement | Kind::ImportFromStatement => {
                self.import(node);
                return None;
            }
            Kind::Decorator => {
                let value = grammar.children(node).first().copied();
                let value = value.map(|value| match grammar.kind(value) {
                    Kind::Call => grammar.child(value, grammar.field.function).unwrap_or(value),
                    _ => value,
                });
                self.decorators.push(value.and_then(|value| self.dotted(value)).unwrap_or_default());
            }
            Kind::FunctionDefinition | Kind::ClassDefinition => {
                self.define(node);
                return Some(Level::Definition);
            }
            Kind::IfStatement => return self.condition(node),
            Kind::Assignment if self.owners.is_empty() => self.assign(node),
            Kind::AugmentedAssignment if self.owners.is_empty() => self.assign(node),
            Kind::ExpressionStatement if self.is_docstring(node) => return None,
            Kind::Identifier => self.name(node),
            Kind::Call => self.call(node),
            Kind::String if node.byte_range().len() <= MAX_STRING => {
                let owner = self.owner();
                // The letters before the quote are no word of it.
                let start = node.start_byte();
                let own = &self.text[node.byte_range()];
                let quote = own.iter().position(|byte| matches!(byte, b'"' | b'\'')).unwrap_or(0);
                for (_, word) in words(&self.text[start + quote..node.end_byte()]) {
                    self.word(owner, word);
                }
                // What is interpolated is among the words already.
                return None;
            }
            _ => {}
        }
        Some(Level::Plain)
    }

    fn owner(&self) -> Option<u32> {
        self.owners.last().map(|owner| owner.symbol)
    }

    fn count_statement(&mut self) {
        self.facts.statements += 1;
        let mut at = self.owner();
        while let Some(symbol) = at {
            let symbol = &mut self.facts.symbols[symbol as usize];
            symbol.statements += 1;
            at = symbol.parent;
        }
    }

    fn slice(&self, node: Node<'t>) -> &'t str {
        std::str::from_utf8(&self.text[node.byte_range()]).unwrap_or_default()
    }

    fn line_text(&self, node: Node<'_>) -> String {
        let start = memchr::memrchr(b'\n', &self.text[..node.start_byte()]).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', &self.text[start..]).map_or(self.text.len(), |end| start + end);
        Evidence::new(0, "", &String::from_utf8_lossy(&self.text[start..end.min(start + 1000)])).text
    }

    /// A word's place. One of an import has a place, so that aliases find it, and is no use yet.
    fn place_of(&mut self, word: &'t [u8]) -> Option<u32> {
        let word = std::str::from_utf8(word).ok()?;
        if word.starts_with(|first: char| first.is_ascii_digit()) || self.places.len() >= MAX_WORDS {
            return None;
        }
        let next = u32::try_from(self.facts.words.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(word).or_insert(next);
        if place == next {
            self.facts.words.push(word.into());
        }
        Some(place)
    }

    fn word(&mut self, owner: Option<u32>, word: &'t [u8]) {
        let Some(place) = self.place_of(word) else { return };
        let count = self.counts.entry((owner, place)).or_default();
        *count = count.saturating_add(1);
    }

    fn name(&mut self, node: Node<'t>) {
        if self.defined == Some(node.start_byte()) {
            return;
        }
        let owner = self.owner();
        let text = self.slice(node);
        self.word(owner, text.as_bytes());
        // `from a import parse as p`: `p` is a use of `parse`.
        let Some(dotted) = self.aliases.get(text) else { return };
        let last = dotted.rsplit('.').next().unwrap_or_default().to_owned();
        if last != text
            && let Some((known, _)) = self.places.get_key_value(last.as_str())
        {
            let known: &'t str = known;
            self.word(owner, known.as_bytes());
        }
    }

    fn import(&mut self, node: Node<'t>) {
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
    fn condition(&mut self, node: Node<'t>) -> Option<Level> {
        let condition =
            node.child_by_field_name("condition").map(|condition| self.slice(condition)).unwrap_or_default();
        if self.owners.is_empty() && condition.contains("__name__") && condition.contains("__main__") {
            self.facts.has_main_guard = true;
        }
        let typing =
            condition.rsplit('.').next() == Some("TYPE_CHECKING") && node.child_by_field_name("alternative").is_none();
        Some(if typing { Level::Typing } else { Level::Plain })
    }

    fn define(&mut self, node: Node<'t>) {
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

    /// A name or a chain of attributes, its first name as imports have it; `None` where it is something else.
    fn dotted(&self, node: Node<'t>) -> Option<String> {
        let grammar = self.grammar;
        let mut links = Vec::new();
        let mut at = node;
        while grammar.kind(at) == Kind::Attribute {
            links.push(self.slice(grammar.child(at, grammar.field.attribute)?));
            at = grammar.child(at, grammar.field.object)?;
        }
        if grammar.kind(at) == Kind::Subscript && links.is_empty() {
            return self.dotted_plain(grammar.child(at, grammar.field.value)?);
        }
        if grammar.kind(at) != Kind::Identifier {
            return None;
        }
        let root = self.slice(at);
        let hidden = self.owners.iter().any(|owner| owner.parameters.contains(&root));
        let mut dotted = match self.aliases.get(root) {
            Some(dotted) if !hidden => dotted.clone(),
            _ => root.to_owned(),
        };
        for link in links.iter().rev() {
            dotted.push('.');
            dotted.push_str(link);
        }
        Some(dotted)
    }

    /// `Generic[T]` inherits from `Generic`.
    fn dotted_plain(&self, node: Node<'t>) -> Option<String> {
        if self.grammar.kind(node) == Kind::Subscript { None } else { self.dotted(node) }
    }

    fn call(&mut self, node: Node<'t>) {
        let grammar = self.grammar;
        let Some(function) = grammar.child(node, grammar.field.function) else { return };
        let Some(name) = self.dotted(function) else { return };
        let first = name.split('.').next().unwrap_or_default();
        let is_import = name == "__import__" || name == "importlib.import_module";
        let is_walk = name.starts_with("pkgutil.") && (name.contains("modules") || name.contains("packages"));
        if !CALLED.contains(&first) && !is_import {
            return;
        }
        let (line, text) = (line_of(node), self.line_text(node));
        let arguments = grammar.child(node, grammar.field.arguments).map(|list| grammar.children(list));
        let is_literal = arguments.as_ref().and_then(|list| list.first()).is_some_and(|first| {
            grammar.kind(*first) == Kind::String
                && !grammar.children(*first).iter().any(|part| grammar.kind(*part) == Kind::Interpolation)
        });
        if is_import && !is_literal || is_walk {
            self.facts.dynamic_imports.push(Noted { what: name.clone(), line, text: text.clone() });
        } else if is_import && let Some(first) = arguments.and_then(|list| list.first().copied()) {
            let module = self.slice(first).trim_matches(['"', '\'']).to_owned();
            let when = if self.owners.is_empty() { ImportTime::Load } else { ImportTime::Call };
            self.facts.imports.push(ModuleImport { module, names: Vec::new(), line, when });
        }
        let symbol = self.owner();
        if self.seen.insert((symbol, name.clone())) {
            self.facts.calls.push(ModuleCall { name, line, text, symbol });
        }
    }

    fn assign(&mut self, node: Node<'t>) {
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

    /// Whether a statement is a string, which says something to readers only.
    fn is_docstring(&self, node: Node<'t>) -> bool {
        self.grammar.kind(node) == Kind::ExpressionStatement
            && node.named_child_count() == 1
            && node.named_child(0).is_some_and(|child| self.grammar.kind(child) == Kind::String)
    }

    /// Takes note of the examples in the docstring of a definition, or of the module.
    fn docstring(&mut self, definition: Node<'t>) {
        let grammar = self.grammar;
        let body = match grammar.kind(definition) {
            Kind::FunctionDefinition | Kind::ClassDefinition => grammar.child(definition, grammar.field.body),
            _ => Some(definition),
        };
        let first = body.and_then(|body| grammar.children(body).first().copied());
        let Some(first) = first.filter(|first| self.is_docstring(*first)) else { return };
        self.facts.examples.extend(first_example(line_of(first), &self.text[first.byte_range()]).map(|(line, _)| line));
    }

    fn finish(mut self) -> ModuleFacts {
        let mut counts: Vec<_> = std::mem::take(&mut self.counts).into_iter().collect();
        counts.sort_unstable();
        for ((owner, word), count) in counts {
            let own = WordUse { word, count };
            match owner {
                Some(symbol) => self.facts.symbols[symbol as usize].uses.push(own),
                None => self.facts.uses.push(own),
            }
        }
        self.facts
    }
}

/// The line of the first example that is not skipped in a text that begins at a line, and how many begin there.
pub(in crate::lang) fn first_example(first: u32, text: &[u8]) -> Option<(u32, u32)> {
    memchr::memmem::find(text, b">>>")?;
    let mut found = None;
    let mut count = 0;
    for (line, own) in (first..).zip(text.split(|byte| *byte == b'\n')) {
        let begins = memchr::memmem::find(own, b">>>").is_some() && structure::example(line, own).is_some();
        if begins && memchr::memmem::find(own, b"+SKIP").is_none() {
            found = found.or(Some(line));
            count += 1;
        }
    }
    found.map(|line| (line, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ModuleFacts {
        ModuleReader::default().read(text.as_bytes())
    }

    #[test]
    fn symbols_have_their_kinds_and_what_stands_in_a_function_is_part_of_it() {
        let facts = read(
            "class A:\n    def m(self, x, y=1):\n        def inner(): return 1\n        return inner\n\n\
             def f(a: int, *rest, b=2):\n    pass\n",
        );
        let found: Vec<_> =
            facts.symbols.iter().map(|own| (own.name.as_str(), own.kind, own.parent, own.required)).collect();
        assert_eq!(
            found,
            [
                ("A", SymbolKind::Class, None, 0),
                ("m", SymbolKind::Method, Some(0), 1),
                ("f", SymbolKind::Function, None, 1)
            ]
        );
        assert_eq!(facts.symbols[0].statements, 4, "both functions and both returns");
    }

    #[test]
    fn imports_say_when_they_happen() {
        let facts = read(
            "import a.b\nfrom . import c as d\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import e\n\
             def f():\n    from .g import h\n",
        );
        let found: Vec<_> = facts.imports.iter().map(|own| (own.module.as_str(), own.when)).collect();
        assert_eq!(
            found,
            [
                ("a.b", ImportTime::Load),
                (".", ImportTime::Load),
                ("typing", ImportTime::Load),
                ("e", ImportTime::Typing),
                (".g", ImportTime::Call)
            ]
        );
    }

    #[test]
    fn imports_of_computed_names_are_noted_and_those_of_literal_ones_are_imports() {
        let facts =
            read("import importlib as i\ni.import_module('a.b')\ni.import_module(f'a.{x}')\n__import__(name)\n");
        let dynamic: Vec<_> = facts.dynamic_imports.iter().map(|own| (own.what.as_str(), own.line)).collect();
        assert_eq!(dynamic, [("importlib.import_module", 3), ("__import__", 4)]);
        assert!(facts.imports.iter().any(|own| own.module == "a.b"));
    }

    #[test]
    fn calls_are_resolved_through_imports_and_a_parameter_hides_them() {
        let facts = read(
            "import numpy as np\nfrom random import random as r\ndef f(np):\n    np.zeros(1)\n\
             def g():\n    np.random.rand(3)\n    r()\n",
        );
        let found: Vec<_> = facts.calls.iter().map(|own| own.name.as_str()).collect();
        assert_eq!(found, ["numpy.random.rand", "random.random"]);
    }

    #[test]
    fn words_of_strings_count_and_those_of_comments_and_docstrings_do_not() {
        let facts = read("def f():\n    \"\"\"doc word\"\"\"\n    # comment\n    return getattr(x, 'by_name')\n");
        let words: Vec<_> = facts.words_of(&facts.symbols[0].uses).map(|(word, _)| word).collect();
        assert!(words.contains(&"by_name"), "{words:?}");
        assert!(!words.contains(&"doc") && !words.contains(&"comment"), "{words:?}");
    }

    #[test]
    fn a_name_that_an_import_renames_is_a_use_of_what_it_stands_for() {
        let facts = read("from pkg import parse as p\ndef test():\n    p()\n");
        assert!(facts.words_of(&facts.symbols[0].uses).any(|(word, _)| word == "parse"));
    }

    #[test]
    fn examples_of_docstrings_are_found_unless_they_are_skipped() {
        let facts = read(
            "def f():\n    \"\"\"One.\n\n    >>> f()\n    1\n    \"\"\"\ndef g():\n    \"\"\"\n    >>> g()  # doctest: +SKIP\n    \"\"\"\n",
        );
        assert_eq!(facts.examples, [4]);
    }

    #[test]
    fn deep_and_broken_sources_are_read_as_far_as_they_can_be() {
        let deep = format!("x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(read(&deep).symbols.len(), 0);
        assert!(read("def f(:\n  pass\nclass A:\n    x = 1\n").symbols.iter().any(|own| own.name == "A"));
        assert_eq!(read(""), ModuleFacts { lines: 1, ..ModuleFacts::default() });
    }
}
