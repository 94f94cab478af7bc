//! What a module says as a part of its project: [`ModuleFacts`]. One pass over all nodes with a cursor, so that depth costs
//! no stack. Names are resolved as far as the imports of the file say; what a parameter hides is not. Judges nothing.

mod statements;

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use super::{
    grammar::{Grammar, Kind},
    position::line_of,
    structure,
};
use crate::lang::anchors::words;
use crate::model::{
    Evidence,
    project::{ImportTime, ModuleCall, ModuleFacts, ModuleImport, Noted, WordUse},
};

/// Libraries whose calls are kept: gaps ask about them.
const CALLED: [&str; 20] = [
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
    "skbase",
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

/// Which nodes are statements, by the number of their kind.
pub(super) struct Statements(Vec<bool>);

impl Statements {
    pub(super) fn new(grammar: &Grammar) -> Self {
        let count = u16::try_from(grammar.language.node_kind_count()).unwrap_or(u16::MAX);
        let is_statement = |id: u16| {
            let name = grammar.language.node_kind_for_id(id).unwrap_or_default();
            grammar.language.node_kind_is_named(id)
                && (name.ends_with("_statement") || name.ends_with("_definition"))
                && name != "decorated_definition"
        };
        Self((0..count).map(is_statement).collect())
    }
}

/// What a module says. Where its syntax is broken, what can be read.
pub(super) fn module_facts(grammar: &Grammar, statements: &Statements, root: Node<'_>, text: &[u8]) -> ModuleFacts {
    let mut reading = Reading {
        grammar,
        statements: &statements.0,
        text,
        facts: ModuleFacts::default(),
        places: FxHashMap::default(),
        counts: FxHashMap::default(),
        aliases: FxHashMap::default(),
        levels: Vec::new(),
        owners: Vec::new(),
        decorators: Vec::new(),
        defined: None,
        seen: FxHashSet::default(),
        strings: FxHashSet::default(),
    };
    reading.docstring(root);
    reading.read(root);
    reading.finish()
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
    /// Dotted names in strings that are noted.
    strings: FxHashSet<&'t str>,
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
                self.named(node, &own[quote..]);
                // What is interpolated is among the words already.
                return None;
            }
            _ => {}
        }
        Some(Level::Plain)
    }

    /// Takes note of a string, from its quotes on, that is a dotted name.
    fn named(&mut self, node: Node<'t>, quoted: &'t [u8]) {
        let text = std::str::from_utf8(quoted).unwrap_or_default().trim_matches(['"', '\'']);
        let is_name = |part: &str| {
            let mut letters = part.chars();
            letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
                && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
        };
        // An entry point has a colon before what is taken from the module.
        let (module, _) = text.split_once(':').unwrap_or((text, ""));
        let is_dotted = module.contains('.') && module.split('.').all(is_name);
        if is_dotted && self.strings.insert(module) {
            self.facts.named.push((module.into(), line_of(node)));
        }
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

    /// The line that a node stands on; of a very long one what is around the node.
    fn line_text(&self, node: Node<'_>) -> String {
        const AROUND: usize = 1000;
        let near = node.start_byte().saturating_sub(AROUND);
        let start = memchr::memrchr(b'\n', &self.text[near..node.start_byte()]).map_or(near, |end| near + end + 1);
        let far = self.text.len().min(node.start_byte() + AROUND);
        let end = memchr::memchr(b'\n', &self.text[node.start_byte()..far]).map_or(far, |end| node.start_byte() + end);
        Evidence::new(0, "", &String::from_utf8_lossy(&self.text[start..end])).text
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
        // Who asks for all objects of a package has each of its modules imported.
        let is_walk = name.starts_with("pkgutil.") && (name.contains("modules") || name.contains("packages"))
            || name.starts_with("skbase.lookup.");
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
mod tests;
