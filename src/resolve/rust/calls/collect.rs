//! What the targets of a tree define: functions with their code, types with what their fields are, traits, macros and
//! examples. Owns what is kept of an item; refuses to know what a name means.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::super::documentation::DocumentationSyntax;
use super::super::frameworks::path_segment;
use super::super::sources::{Place, folder, joined};
use super::super::walk::{Attributes, Module, Target, Visitor};
use super::CodeSyntax;
use crate::model::code::UnitKind;
use crate::model::rust::{Attribute, Function, Item, ItemKind, MacroCall, Predicate, RustCode, Token, Truth};
use crate::model::{CargoTarget, Edition};

/// Something that may be called.
#[derive(Debug)]
pub(super) struct Callable {
    pub(super) kind: UnitKind,
    pub(super) file: Arc<str>,
    pub(super) name: Box<str>,
    /// The innermost module.
    pub(super) module: Box<str>,
    /// The type that it is associated with, or the trait that declares it.
    pub(super) owner: Option<Box<str>>,
    /// The trait that it implements, or that declares it.
    pub(super) of_trait: Option<Box<str>>,
    /// Whether a trait declares it.
    pub(super) is_declared: bool,
    /// Whether it is a macro by example.
    pub(super) is_macro: bool,
    /// 1-based line where it begins, behind its attributes.
    pub(super) line: u32,
    /// 1-based line of its name.
    pub(super) name_line: u32,
    /// 1-based line where it ends.
    pub(super) end: u32,
    /// Whether it is a function with a body.
    pub(super) has_body: bool,
    pub(super) code: Arc<RustCode>,
    /// The names in the type that it returns.
    pub(super) returns: Vec<Box<str>>,
    /// Whether it is part of a test or of a target of tests.
    pub(super) is_test: bool,
}

impl Callable {
    /// The part of its file that it stands in: that of tests is apart.
    pub(super) fn part(&self) -> (&str, bool) {
        (&self.file, self.is_test)
    }

    /// Its name with that of its type.
    pub(super) fn shown(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{owner}::{}", self.name),
            None => self.name.to_string(),
        }
    }
}

/// What tells callables apart: file, line, name, owner.
type Key = (Arc<str>, u32, Box<str>, Option<Box<str>>);

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) callables: Vec<Callable>,
    /// Structs, enums and unions by name, with the types of their fields: those of a variant are those of its enum.
    pub(super) types: BTreeMap<Box<str>, Type>,
    pub(super) traits: BTreeSet<Box<str>>,
    /// Files of libraries and programs.
    pub(super) product: BTreeSet<Arc<str>>,
    /// What is known already: files that several targets read.
    known: HashSet<Key>,
}

/// A type.
#[derive(Debug, Default)]
pub(super) struct Type {
    /// A file that defines one of this name.
    pub(super) file: Arc<str>,
    /// The names in the type of each field.
    pub(super) fields: HashMap<Box<str>, Vec<Box<str>>>,
    pub(super) variants: HashSet<Box<str>>,
}

/// An implementation or trait that items stand in.
#[derive(Debug, Clone, Default)]
struct Around {
    owner: Option<Box<str>>,
    of_trait: Option<Box<str>>,
    is_declared: bool,
}

/// Collects what one target defines.
pub(super) struct Collector<'c> {
    target: &'c Target<'c>,
    syntax: CodeSyntax,
    documentation: DocumentationSyntax,
    edition: Edition,
    is_product: bool,
    /// Whether the examples in its documentation are run.
    is_documented: bool,
    all: &'c mut Collected,
    around: Vec<Around>,
}

/// What the name of an implementation begins with in the paths of what is in it.
const MARK: char = '\u{1}';

impl<'c> Collector<'c> {
    pub(super) fn new(
        target: &'c Target<'c>,
        syntax: CodeSyntax,
        documentation: DocumentationSyntax,
        built: &CargoTarget,
        is_product: bool,
        all: &'c mut Collected,
    ) -> Self {
        let (edition, is_documented) = (built.edition, built.doctestable && built.doctest);
        Self { target, syntax, documentation, edition, is_product, is_documented, all, around: Vec::new() }
    }

    fn around(&self, module: &Module<'_>) -> Around {
        let number = module.path.last().and_then(|name| name.strip_prefix(MARK)?.parse::<usize>().ok());
        number.and_then(|at| self.around.get(at)).cloned().unwrap_or_default()
    }

    /// The name by which what is in it finds it again.
    fn enter(&mut self, around: Around) -> String {
        self.around.push(around);
        format!("{MARK}{}", self.around.len() - 1)
    }

    fn function(&mut self, item: &Item, function: &Function, attributes: &[Attribute], module: &Module<'_>) {
        let defined = function.name_origin.and_then(|origin| self.target.library.file(origin.file));
        let file = defined.map_or_else(|| module.place.file.clone(), Arc::from);
        let around = self.around(module);
        let line = function.name_origin.map_or(item.line, |origin| origin.line);
        let name_line = function.name_origin.map_or(function.name_line, |origin| origin.line);
        let code = function.code.clone().unwrap_or_default();
        let end = if function.name_origin.is_some() {
            code.lines.last().map_or(line, |(line, _)| *line)
        } else {
            item.end_line
        };
        let is_test = !self.is_product
            || attributes.iter().any(|attribute| matches!(attribute.last_segment(), "test" | "rstest" | "test_case"))
            || is_for_tests(attributes, module);
        self.add(Callable {
            kind: UnitKind::Function,
            file,
            name: item.name.clone(),
            module: module_name(module),
            owner: around.owner,
            of_trait: around.of_trait,
            is_declared: around.is_declared,
            is_macro: false,
            line,
            name_line,
            end,
            has_body: function.has_body,
            code,
            returns: words(&function.returns),
            is_test,
        });
    }

    fn add(&mut self, callable: Callable) {
        let key = (callable.file.clone(), callable.name_line, callable.name.clone(), callable.owner.clone());
        if self.all.known.insert(key) {
            if self.is_product {
                self.all.product.insert(callable.file.clone());
            }
            self.all.callables.push(callable);
        }
    }

    fn macro_rules(&mut self, item: &Item, rules: &[Token], module: &Module<'_>) {
        let code = Arc::new((self.syntax.of_macro)(rules));
        self.plain(UnitKind::Function, item.name.clone(), item.line, item.end_line, code, module);
        if let Some(own) = self.all.callables.last_mut().filter(|own| own.name == item.name && own.line == item.line) {
            own.is_macro = true;
        }
    }

    fn plain(&mut self, kind: UnitKind, name: Box<str>, line: u32, end: u32, code: Arc<RustCode>, module: &Module<'_>) {
        self.add(Callable {
            kind,
            file: module.place.file.clone(),
            name,
            module: module_name(module),
            owner: None,
            of_trait: None,
            is_declared: false,
            is_macro: false,
            line,
            name_line: line,
            end,
            has_body: false,
            code,
            returns: Vec::new(),
            is_test: kind == UnitKind::Doctest,
        });
    }

    fn kind(&mut self, item: &Item, members: &[Item], file: &Arc<str>) {
        let mut found = Type { file: file.clone(), ..Type::default() };
        for member in members {
            match &member.kind {
                ItemKind::Field(words) => {
                    found.fields.insert(member.name.clone(), words.clone());
                }
                ItemKind::Variant(_) => {
                    found.variants.insert(member.name.clone());
                }
                _ => {}
            }
        }
        let own = self.all.types.entry(item.name.clone()).or_default();
        if own.file.is_empty() {
            *own = found;
        } else {
            own.fields.extend(found.fields);
            own.variants.extend(found.variants);
        }
    }

    /// The examples in the documentation of an item.
    fn examples(&mut self, attributes: &Attributes<'_>, module: &Module<'_>) {
        let (own, place): (&[Attribute], &Place) = match attributes.inner {
            Some((inner, place)) => (inner, place),
            None => (attributes.own, &module.place),
        };
        let documented: Vec<Attribute> = own.iter().filter(|own| &*own.path == "doc").cloned().collect();
        if documented.is_empty() {
            return;
        }
        let read = |path: &str| (self.target.sources.text)(&joined(folder(&place.opened), path)?);
        let fragments = (self.documentation.fragments)(&documented, &read);
        for block in (self.documentation.blocks)(&fragments, self.edition) {
            let code = Arc::new((self.syntax.of_text)(&block.text));
            let within = Module { place: place.clone(), ..module.clone() };
            let name = format!("example in line {}", block.line).into();
            self.plain(UnitKind::Doctest, name, block.line, block.line, code, &within);
        }
    }
}

impl Visitor for Collector<'_> {
    fn item(&mut self, item: &Item, attributes: &Attributes<'_>, module: &Module<'_>) -> Option<String> {
        if self.is_documented {
            self.examples(attributes, module);
        }
        match &item.kind {
            ItemKind::Function(function) => {
                self.function(item, function, attributes.own, module);
                Some(item.name.to_string())
            }
            ItemKind::Impl { self_type, of_trait, .. } => {
                let owner = own_type(self_type);
                let of_trait = last_word(of_trait);
                Some(self.enter(Around { owner, of_trait, is_declared: false }))
            }
            ItemKind::Trait(_) => {
                self.all.traits.insert(item.name.clone());
                let own = Some(item.name.clone());
                Some(self.enter(Around { owner: own.clone(), of_trait: own, is_declared: true }))
            }
            ItemKind::Type(members) => {
                self.kind(item, members, &module.place.file);
                None
            }
            ItemKind::MacroRules(rules) => {
                self.macro_rules(item, rules, module);
                None
            }
            _ => None,
        }
    }

    fn module_name(&self, item: &Item) -> String {
        path_segment(&item.name, self.edition.year()).into_owned()
    }

    fn unknown(&mut self, _: &MacroCall, _: u32, _: &str, _: &Module<'_>) {}
}

/// Whether something is compiled for tests only.
fn is_for_tests(attributes: &[Attribute], module: &Module<'_>) -> bool {
    let without = |name: &str, _: Option<&str>| if name == "test" { Truth::False } else { Truth::Unknown };
    let around = module.conditions.iter().map(|condition| condition.predicate.truth(&without));
    let own = attributes.iter().filter(|own| &*own.path == "cfg" && own.doc.is_none());
    let own = own.map(|own| Predicate::from_tokens(own.arguments()).truth(&without));
    around.chain(own).any(|truth| truth == Truth::False)
}

fn module_name(module: &Module<'_>) -> Box<str> {
    module.path.iter().rev().find(|name| !name.starts_with(MARK)).map_or("", String::as_str).into()
}

/// The names in a type, keywords left out.
fn words(tokens: &[Token]) -> Vec<Box<str>> {
    let mut found = Vec::new();
    let mut open = vec![tokens.iter()];
    while let Some(tokens) = open.last_mut() {
        match tokens.next() {
            None => drop(open.pop()),
            Some(token) => match &token.kind {
                crate::model::rust::TokenKind::Ident(name) if !matches!(&**name, "dyn" | "impl" | "mut" | "const") => {
                    found.push(name.clone());
                }
                crate::model::rust::TokenKind::Group(group) => open.push(group.tokens.iter()),
                _ => {}
            },
        }
    }
    found.truncate(16);
    found
}

/// The last name of a path, without its arguments.
fn last_word(tokens: &[Token]) -> Option<Box<str>> {
    tokens.iter().take_while(|token| !token.is_punct('<')).filter_map(Token::ident).last().map(Into::into)
}

/// The type that an implementation is for: behind references, within what is smart about it.
fn own_type(tokens: &[Token]) -> Option<Box<str>> {
    last_word(tokens).or_else(|| words(tokens).into_iter().next())
}
