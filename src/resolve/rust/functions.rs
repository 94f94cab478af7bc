//! The functions of one file by their names, and which of them a function reaches. Owns how a call finds its function
//! within the file; what stands in other files is not followed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::names;
use crate::model::rust::{BodyUse, Import, Item, ItemKind, RustBody, RustFacts, Token, UseKind};

/// How many functions are followed from a test.
const MAX_REACHED: usize = 64;
/// How many names are looked at for a test, beside those of its own body.
const MAX_USES: usize = 8192;
/// How deep items may stand in each other.
const MAX_DEPTH: u8 = 64;

/// The functions of a file that have bodies.
#[derive(Debug, Default)]
pub(super) struct Functions {
    known: Vec<Known>,
    by_name: HashMap<Box<str>, Vec<usize>>,
    modules: Vec<Inline>,
}

/// A function.
#[derive(Debug)]
struct Known {
    name: Box<str>,
    /// The type that it is associated with.
    of_type: Option<Box<str>>,
    module: usize,
    body: Arc<RustBody>,
}

/// The file itself, or a module that it has inline.
#[derive(Debug)]
struct Inline {
    /// Its name below the file; empty for the file.
    path: Vec<Box<str>>,
    imports: Vec<Import>,
    parent: Option<usize>,
}

/// A body that takes part in a test.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reached<'r> {
    pub(super) body: &'r RustBody,
    /// The function that it is the body of; `None` for that of the test.
    pub(super) helper: Option<Helper<'r>>,
}

/// A function that a test calls, directly or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Helper<'r> {
    pub(super) name: &'r str,
    /// 1-based line of its first call, in the function that calls it.
    pub(super) used: u32,
    /// 1-based line of the test in which it is reached.
    pub(super) line: u32,
    at: usize,
}

impl Functions {
    pub(super) fn new(facts: &RustFacts) -> Self {
        let mut functions = Self::default();
        functions.module(Vec::new(), &facts.items, None, 0);
        functions
    }

    fn module(&mut self, path: Vec<Box<str>>, items: &[Item], parent: Option<usize>, depth: u8) {
        let module = self.modules.len();
        self.modules.push(Inline { path, imports: names::imports(items), parent });
        self.items(items, module, None, depth);
    }

    fn items(&mut self, items: &[Item], module: usize, of_type: Option<&str>, depth: u8) {
        if depth == MAX_DEPTH {
            return;
        }
        for item in items {
            match &item.kind {
                ItemKind::Function(function) => {
                    if let Some(body) = &function.body {
                        self.by_name.entry(item.name.clone()).or_default().push(self.known.len());
                        let (name, of_type, body) = (item.name.clone(), of_type.map(Into::into), Arc::clone(body));
                        self.known.push(Known { name, of_type, module, body });
                    }
                    self.items(&function.items, module, None, depth + 1);
                }
                ItemKind::Module { items: Some(items) } => {
                    let mut path = self.modules[module].path.clone();
                    path.push(item.name.clone());
                    self.module(path, items, Some(module), depth + 1);
                }
                ItemKind::Impl { self_type, items, .. } => self.items(items, module, type_name(self_type), depth + 1),
                ItemKind::Trait(items) => self.items(items, module, Some(&item.name), depth + 1),
                _ => {}
            }
        }
    }

    /// The inline module that a path of modules ends with: the deepest, the file itself where there is none.
    pub(super) fn place(&self, path: &[String]) -> usize {
        let is_end = |inline: &Inline| {
            let Some(before) = path.len().checked_sub(inline.path.len()) else { return false };
            path[before..].iter().zip(&inline.path).all(|(one, other)| **one == **other)
        };
        let places = self.modules.iter().enumerate().filter(|(_, inline)| is_end(inline));
        places.max_by_key(|(at, inline)| (inline.path.len(), std::cmp::Reverse(*at))).map_or(0, |(at, _)| at)
    }

    /// What a helper's module imports, and those around it; `around` is what a module at this place has, up to the crate.
    pub(super) fn imports<'i>(
        &'i self,
        helper: Helper<'_>,
        place: usize,
        around: &[&'i [Import]],
    ) -> Vec<&'i [Import]> {
        let mut found = Vec::new();
        let mut module = self.known.get(helper.at).map(|known| known.module);
        while let Some(inline) = module.and_then(|at| self.modules.get(at)) {
            found.push(inline.imports.as_slice());
            module = inline.parent;
        }
        let below = self.modules.get(place).map_or(0, |inline| inline.path.len()) + 1;
        found.extend(around.iter().skip(below));
        found
    }

    /// The body itself, then those that it reaches within this file, the nearest first.
    pub(super) fn reached<'r>(&'r self, body: &'r RustBody, place: usize) -> Vec<Reached<'r>> {
        let mut found = vec![Reached { body, helper: None }];
        let mut seen = HashSet::new();
        let (mut next, mut uses) = (0, 0);
        while let Some(reached) = found.get(next).copied() {
            next += 1;
            let module =
                reached.helper.and_then(|helper| self.known.get(helper.at)).map_or(place, |known| known.module);
            for used in reached.body.uses() {
                if found.len() >= MAX_REACHED || uses > MAX_USES {
                    return found;
                }
                if let Some(at) = self.find(used, module).filter(|at| seen.insert(*at)) {
                    let known = &self.known[at];
                    uses += known.body.use_count();
                    let line = reached.helper.map_or(used.line, |helper| helper.line);
                    let helper = Helper { name: &known.name, used: used.line, line, at };
                    found.push(Reached { body: &known.body, helper: Some(helper) });
                }
            }
        }
        found
    }

    /// The body of the function that is called by this path in a module.
    pub(super) fn called(&self, path: &str, place: usize) -> Option<&RustBody> {
        let used = BodyUse {
            kind: UseKind::Call,
            name: path,
            line: 0,
            count: 1,
            argument: crate::model::rust::Argument::None,
            in_seed: false,
        };
        self.find(used, place).map(|at| &*self.known[at].body)
    }

    /// The function that a use means.
    fn find(&self, used: BodyUse<'_>, module: usize) -> Option<usize> {
        if used.kind == UseKind::Macro {
            return None;
        }
        let named = self.by_name.get(used.last())?;
        let known = |at: &&usize| &self.known[**at];
        if used.kind == UseKind::Method {
            let mut methods = named.iter().filter(|at| known(at).of_type.is_some());
            // Of several it is not known which type is meant.
            return methods.next().filter(|_| methods.next().is_none()).copied();
        }
        let before = used.name.rsplit_once("::").map(|(before, _)| before.rsplit("::").next().unwrap_or(before));
        match before {
            Some("Self") => named.iter().find(|at| known(at).of_type.is_some()).copied(),
            Some(before) if before.starts_with(char::is_uppercase) => {
                named.iter().find(|at| known(at).of_type.as_deref() == Some(before)).copied()
            }
            Some(before) if !matches!(before, "self" | "super" | "crate") => {
                let is_there = |at: &&usize| {
                    let known = known(at);
                    known.of_type.is_none()
                        && self.modules[known.module].path.last().is_some_and(|name| **name == *before)
                };
                named.iter().find(is_there).copied()
            }
            _ => {
                let free = || named.iter().filter(|at| known(at).of_type.is_none());
                free().find(|at| known(at).module == module).or_else(|| free().next()).copied()
            }
        }
    }
}

/// The last name of a type, without its arguments.
fn type_name(tokens: &[Token]) -> Option<&str> {
    tokens.iter().take_while(|token| !token.is_punct('<')).filter_map(Token::ident).last()
}
