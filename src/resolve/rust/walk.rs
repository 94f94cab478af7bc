//! The items of one target as rustc sees them: modules followed through files, `cfg` taken, macros expanded, in textual
//! order. Owns the order and the limits; refuses to know what is done with an item.

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::Arc;

use super::configuration::Configuration;
use super::frameworks::effective_attributes;
use super::macros::{Library, Rules, Scope};
use super::names;
use super::sources::{Place, Sources, folder, joined, opened};
use crate::model::CargoPackage;
use crate::model::rust::{Attribute, Import, Item, ItemKind, MacroCall, Predicate, Token, Truth};

/// How deep modules and expansions may stand in each other; rustc's default limit for macros.
const MAX_DEPTH: u8 = 128;
/// How many tokens the macros of a target may write.
const MAX_TOKENS: usize = 5_000_000;
/// How many calls of macros a target may have: two in each expansion of one would go on for ever.
const MAX_CALLS: usize = 100_000;
/// What is said of the first call beyond.
pub(super) const TOO_MANY: &str = "macros are called more often than is followed";

/// What a macro makes of a call, or why that is not known.
pub type Written = Result<Vec<Token>, String>;

/// See [`Syntax::expand`].
pub type Expand = fn(&[Token], Option<NonZeroU32>, &[Token], u32, &mut usize) -> Written;

/// How sources are read: what this stage needs of a language, given from outside.
#[derive(Clone, Copy)]
pub struct Syntax {
    /// What a macro by example makes of a call: its rules, the number of the file that they stand in, what stands in the
    /// call's brackets, the line of the call, and how many tokens may still be written.
    pub expand: Expand,
    /// What a macro of std or of a well-known crate makes of a call; `None` where it is none.
    pub builtin: fn(&MacroCall, u32) -> Option<Written>,
    /// The items that tokens are.
    pub items: fn(&[Token]) -> Vec<Item>,
    /// The items among the statements that tokens are.
    pub statements: fn(&[Token]) -> Vec<Item>,
    /// The value of a string or of macros that make one.
    pub string: fn(&[Token]) -> Option<String>,
}

/// Everything that the walk of a target reads.
pub(super) struct Target<'t> {
    pub(super) package: &'t CargoPackage,
    pub(super) sources: &'t Sources<'t>,
    pub(super) library: &'t Library<'t>,
    pub(super) configuration: Configuration<'t>,
    pub(super) syntax: Syntax,
}

/// A module, or something within one that has items.
#[derive(Clone)]
pub(super) struct Module<'m> {
    pub(super) place: Place,
    /// The names of the modules around it, without the crate; with `path_of`'s spelling.
    pub(super) path: Vec<String>,
    /// Whether everything around it is compiled.
    pub(super) truth: Truth,
    /// What it imports, then what the modules around it do.
    pub(super) imports: Vec<&'m [Import]>,
    /// The line of the outermost call of a macro that wrote its items.
    pub(super) call_line: Option<u32>,
    /// What the attributes around its items ask for, the outermost first.
    pub(super) conditions: Rc<Vec<Condition>>,
    /// The well-known macros that wrote its items, by their names, the outermost first.
    pub(super) written_by: Rc<Vec<Box<str>>>,
}

/// A `cfg` around items.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) predicate: Predicate,
    /// The file that it stands in.
    pub(super) file: Arc<str>,
    pub(super) line: u32,
}

/// `#[serial]` and the like on a module rewrite every test in it.
fn with_serial(written_by: Rc<Vec<Box<str>>>, attributes: &[Attribute]) -> Rc<Vec<Box<str>>> {
    let serial = attributes.iter().find(|own| own.last_segment().ends_with("serial"));
    match serial {
        Some(serial) => Rc::new(written_by.iter().cloned().chain([serial.last_segment().into()]).collect()),
        None => written_by,
    }
}

/// The conditions around something, and what its own attributes ask for.
fn with_conditions(around: &Rc<Vec<Condition>>, attributes: &[Attribute], file: &Arc<str>) -> Rc<Vec<Condition>> {
    let own = attributes.iter().filter(|attribute| &*attribute.path == "cfg" && attribute.doc.is_none());
    let own = own.map(|attribute| Condition {
        predicate: Predicate::from_tokens(attribute.arguments()),
        file: Arc::clone(file),
        line: attribute.line,
    });
    let own: Vec<Condition> = own.collect();
    if own.is_empty() { Rc::clone(around) } else { Rc::new(around.iter().cloned().chain(own).collect()) }
}

/// What the items stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Module,
    /// An implementation, a trait, a type.
    Members,
    /// A function.
    Body,
}

/// What is left of the attributes of an item.
pub(super) struct Attributes<'a> {
    pub(super) own: &'a [Attribute],
    /// Of a module in another file: the attributes in that file, and where it is.
    pub(super) inner: Option<(&'a [Attribute], &'a Place)>,
}

/// What is done with the items.
pub(super) trait Visitor {
    /// An item that is compiled, or may be. Gives its name in the paths of what is in it where members and bodies are wanted
    /// too.
    fn item(&mut self, item: &Item, attributes: &Attributes<'_>, module: &Module<'_>) -> Option<String>;

    /// The name of a module in the paths of what is in it.
    fn module_name(&self, item: &Item) -> String;

    /// A macro whose expansion is not known.
    fn unknown(&mut self, call: &MacroCall, line: u32, why: &str, module: &Module<'_>);
}

/// Walks a target from its root file; `false` where there is none.
pub(super) fn walk(target: &Target<'_>, root: &str, visitor: &mut dyn Visitor) -> bool {
    let Some(facts) = target.sources.facts(root) else { return false };
    let (macros, tokens, calls) = (Scope::default(), MAX_TOKENS, MAX_CALLS);
    let mut walker = Walker { target, macros, tokens, calls, depth: 0, files: vec![root.into()], visitor };
    let imports = names::imports(&facts.items);
    let truth = walker.truth(&walker.effective(&facts.attributes));
    if truth == Truth::False {
        return true;
    }
    let own = walker.effective(&facts.attributes).into_owned();
    let place = Place::root(root);
    let conditions = with_conditions(&Rc::default(), &own, &place.file);
    let (path, imports, written_by) = (Vec::new(), vec![imports.as_slice()], Rc::default());
    let module = Module { place, path, truth, imports, call_line: None, conditions, written_by };
    let crate_item = Item {
        attributes: facts.attributes.clone(),
        public: true,
        name: "".into(),
        line: 1,
        end_line: 1,
        kind: ItemKind::Module { items: None },
    };
    walker.visitor.item(&crate_item, &Attributes { own: &own, inner: None }, &module);
    walker.items(&facts.items, &module, Inside::Module);
    true
}

/// What a call of a macro stands for.
struct Expansion {
    tokens: Vec<Token>,
    /// Whether it is that of a macro of std or of a well-known crate.
    well_known: bool,
}

struct Walker<'w> {
    target: &'w Target<'w>,
    macros: Scope,
    tokens: usize,
    calls: usize,
    depth: u8,
    /// The files around the items at hand: none of them is entered again.
    files: Vec<Arc<str>>,
    visitor: &'w mut dyn Visitor,
}

impl Walker<'_> {
    /// The attributes that are left when `cfg_attr` is taken.
    fn effective<'a>(&self, attributes: &'a [Attribute]) -> Cow<'a, [Attribute]> {
        let is_folded =
            |attribute: &Attribute| &*attribute.path == "cfg_attr" || attribute.path.starts_with("rustversion");
        if !attributes.iter().any(is_folded) {
            return Cow::Borrowed(attributes);
        }
        let unfolded = effective_attributes(attributes, &|predicate| self.target.configuration.truth(predicate));
        Cow::Owned(unfolded.into_iter().map(|(attribute, _)| attribute).collect())
    }

    /// Whether the attributes let the item be compiled.
    fn truth(&self, attributes: &[Attribute]) -> Truth {
        let conditions = attributes.iter().filter(|attribute| &*attribute.path == "cfg" && attribute.doc.is_none());
        let truths = conditions.map(|attribute| self.target.configuration.of_tokens(attribute.arguments()));
        truths.min().unwrap_or(Truth::True)
    }

    fn items(&mut self, items: &[Item], module: &Module<'_>, inside: Inside) {
        if self.depth == MAX_DEPTH {
            return;
        }
        self.depth += 1;
        for item in items {
            self.item(item, module, inside);
        }
        self.depth -= 1;
    }

    fn item(&mut self, item: &Item, module: &Module<'_>, inside: Inside) {
        let attributes = self.effective(&item.attributes);
        let truth = self.truth(&attributes).min(module.truth);
        if truth == Truth::False {
            return;
        }
        match &item.kind {
            ItemKind::Module { items } => return self.module(item, items.as_deref(), &attributes, truth, module),
            ItemKind::MacroRules(rules) => {
                let file = self.target.library.number(&module.place.file);
                self.macros.define(&item.name, rules, file);
            }
            ItemKind::MacroCall(call) => {
                self.visitor.item(item, &Attributes { own: &attributes, inner: None }, module);
                let conditions = with_conditions(&module.conditions, &attributes, &module.place.file);
                let within = Module { conditions, ..module.clone() };
                return self.call(call, item.line, truth, &within, inside);
            }
            _ => {}
        }
        if self.target.configuration.hides(&attributes) {
            return;
        }
        let here = Module { truth, ..module.clone() };
        let Some(name) = self.visitor.item(item, &Attributes { own: &attributes, inner: None }, &here) else { return };
        let (members, inside): (&[Item], _) = match &item.kind {
            ItemKind::Function(function) => (&function.items, Inside::Body),
            ItemKind::Impl { items, .. }
            | ItemKind::Trait(items)
            | ItemKind::Type(items)
            | ItemKind::Variant(items)
            | ItemKind::Foreign(items) => (items, Inside::Members),
            _ => return,
        };
        if !members.is_empty() {
            let mut within = here;
            within.path.push(name);
            let mark = self.macros.mark();
            self.items(members, &within, inside);
            self.macros.leave(mark);
        }
    }

    fn module(
        &mut self,
        item: &Item,
        items: Option<&[Item]>,
        attributes: &[Attribute],
        truth: Truth,
        module: &Module<'_>,
    ) {
        let path = attributes.iter().find(|attribute| &*attribute.path == "path" && attribute.doc.is_none());
        let path = path.and_then(|attribute| attribute.tokens.get(1)?.string());
        let (place, loaded) = match items {
            Some(_) => (module.place.inline(&item.name, path.as_deref()), None),
            None => match self.target.sources.module(&module.place, &item.name, path.as_deref()) {
                Some((place, facts)) => (place, Some(facts)),
                None => return,
            },
        };
        if loaded.is_some() && self.files.contains(&place.file) {
            return;
        }
        let inner = loaded.as_ref().map(|facts| self.effective(&facts.attributes).into_owned()).unwrap_or_default();
        let truth = self.truth(&inner).min(truth);
        let configuration = &self.target.configuration;
        if truth == Truth::False || configuration.hides(attributes) || configuration.hides(&inner) {
            return;
        }
        let items = items.or(loaded.as_ref().map(|facts| facts.items.as_slice())).unwrap_or_default();
        let imports = names::imports(items);
        let mut path = module.path.clone();
        path.push(self.visitor.module_name(item));
        let call_line = if loaded.is_some() { None } else { module.call_line };
        let file = loaded.is_some().then_some((inner.as_slice(), &place));
        self.visitor.item(item, &Attributes { own: attributes, inner: file }, module);
        let around = std::iter::once(imports.as_slice()).chain(module.imports.iter().copied());
        let conditions = with_conditions(&module.conditions, attributes, &module.place.file);
        let conditions = with_conditions(&conditions, &inner, &place.file);
        let written_by = if loaded.is_some() { Rc::default() } else { Rc::clone(&module.written_by) };
        let written_by = with_serial(written_by, attributes);
        let within = Module { place, path, truth, imports: around.collect(), call_line, conditions, written_by };
        let mark = self.macros.mark();
        self.in_file(loaded.is_some(), items, &within, Inside::Module);
        if !attributes.iter().chain(&inner).any(|attribute| &*attribute.path == "macro_use") {
            self.macros.leave(mark);
        }
    }

    /// Items that stand in a file of their own, or not.
    fn in_file(&mut self, own_file: bool, items: &[Item], module: &Module<'_>, inside: Inside) {
        if own_file {
            self.files.push(Arc::clone(&module.place.file));
        }
        self.items(items, module, inside);
        if own_file {
            self.files.pop();
        }
    }

    fn call(&mut self, call: &MacroCall, line: u32, truth: Truth, module: &Module<'_>, inside: Inside) {
        let line = module.call_line.unwrap_or(line);
        let within = Module { truth, call_line: Some(line), ..module.clone() };
        if self.calls == 0 {
            return;
        }
        // What is passed is read and copied before anything is written.
        self.tokens = self.tokens.saturating_sub(call.tokens.len());
        self.calls = if self.tokens == 0 { 0 } else { self.calls - 1 };
        if self.calls == 0 {
            return self.visitor.unknown(call, line, TOO_MANY, &within);
        }
        if self.includes(call, &within, inside) {
            return;
        }
        match self.expansion(call, line) {
            Ok(Some(Expansion { tokens, well_known })) => {
                let written_by = match call.path.last().filter(|_| well_known) {
                    Some(name) => Rc::new(within.written_by.iter().chain([name]).cloned().collect()),
                    None => Rc::clone(&within.written_by),
                };
                let read =
                    if inside == Inside::Body { self.target.syntax.statements } else { self.target.syntax.items };
                let items = read(&tokens);
                drop(tokens);
                let imports = names::imports(&items);
                let around = std::iter::once(imports.as_slice()).chain(within.imports.iter().copied());
                // What a macro writes is in the module of the call.
                let imports: Vec<Import> = around.clone().take(2).flatten().cloned().collect();
                let outer = within.imports.iter().copied().skip(1);
                let all = std::iter::once(imports.as_slice()).chain(outer).collect();
                self.items(&items, &Module { imports: all, written_by, ..within.clone() }, inside);
            }
            Ok(None) => self.visitor.unknown(call, line, "its definition is not in the sources", &within),
            Err(why) => self.visitor.unknown(call, line, &why, &within),
        }
    }

    /// What a call stands for; `None` where the macro is not known.
    fn expansion(&mut self, call: &MacroCall, line: u32) -> Result<Option<Expansion>, String> {
        let own = |tokens| Some(Expansion { tokens, well_known: false });
        let Some(name) = call.path.last() else { return Ok(None) };
        let is_local = call.path.first().is_some_and(|first| matches!(&**first, "crate" | "$crate" | "self" | "super"));
        let folder = self.target.package.folder();
        let rules = if call.path.len() == 1 { self.macros.find(name) } else { None };
        if let Some(Rules { tokens, file }) = rules {
            return (self.target.syntax.expand)(&tokens, file, &call.tokens, line, &mut self.tokens).map(own);
        }
        if !is_local && let Some(expansion) = (self.target.syntax.builtin)(call, line) {
            return expansion.map(|tokens| Some(Expansion { tokens, well_known: true }));
        }
        match self.target.library.find(name, folder) {
            Some((rules, file)) => {
                (self.target.syntax.expand)(rules, file, &call.tokens, line, &mut self.tokens).map(own)
            }
            None => Ok(None),
        }
    }

    /// Macros that bring in files: `include!`, `automod::dir!`. Whether it is one of them.
    fn includes(&mut self, call: &MacroCall, module: &Module<'_>, inside: Inside) -> bool {
        let path: Vec<&str> = call.path.iter().map(|segment| &**segment).collect();
        match path.as_slice() {
            ["include"] | ["std" | "core", "include"] => {
                let text = (self.target.syntax.string)(&call.tokens).unwrap_or_default();
                let path = joined(folder(&module.place.opened), &text);
                let path = path.filter(|path| self.files.iter().all(|file| **file != **path));
                if let Some(path) = path
                    && let Some(facts) = self.target.sources.facts(&path)
                {
                    let imports = names::imports(&facts.items);
                    let around = std::iter::once(imports.as_slice()).chain(module.imports.iter().copied());
                    let opened = opened(folder(&module.place.opened), &text);
                    let place = Place { file: path.into(), opened: opened.into(), ..module.place.clone() };
                    let within = Module { place, imports: around.collect(), call_line: None, ..module.clone() };
                    self.in_file(true, &facts.items, &within, inside);
                }
                true
            }
            ["automod", "dir"] => {
                let Some(text) = call.tokens.iter().find_map(Token::string) else { return true };
                let Some(folder) = joined(self.target.package.folder(), &text) else { return true };
                let sources = self.target.sources;
                let stems = sources.names_in(&folder).filter_map(|name| name.strip_suffix(".rs"));
                let stems = stems.filter(|stem| !matches!(*stem, "mod" | "lib" | "main"));
                for stem in stems {
                    let Some(file) = joined(&folder, &format!("{stem}.rs")) else { continue };
                    let Some(facts) = sources.facts(&file) else { continue };
                    let own = self.effective(&facts.attributes);
                    let truth = self.truth(&own).min(module.truth);
                    if truth == Truth::False {
                        continue;
                    }
                    let imports = names::imports(&facts.items);
                    let around = std::iter::once(imports.as_slice()).chain(module.imports.iter().copied());
                    let mut path = module.path.clone();
                    path.push(stem.replace('-', "_"));
                    let place = Place::root(&file);
                    let conditions = with_conditions(&module.conditions, &own, &place.file);
                    let imports = around.collect();
                    let written_by = Rc::default();
                    let within = Module { place, path, truth, imports, call_line: None, conditions, written_by };
                    self.in_file(true, &facts.items, &within, Inside::Module);
                }
                true
            }
            _ => false,
        }
    }
}
