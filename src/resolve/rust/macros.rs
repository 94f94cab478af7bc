//! Which definition a macro's name means: textual scope first, then what the crate and the tree define under that name.
//! Owns scopes; refuses to know how a definition is applied.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::rust::{Item, ItemKind, RustFacts, Token};

/// What stands in the brackets of a definition, and the number of the file that it stands in.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) tokens: Rc<[Token]>,
    pub(super) file: Option<NonZeroU32>,
}

/// Macros by example in textual scope ("Scoping, exporting, and importing" of the Rust reference), the innermost last.
#[derive(Debug, Default)]
pub(super) struct Scope {
    defined: Vec<(Box<str>, Rules)>,
}

impl Scope {
    pub(super) fn define(&mut self, name: &str, rules: &[Token], file: Option<NonZeroU32>) {
        self.defined.push((name.into(), Rules { tokens: rules.into(), file }));
    }

    pub(super) fn find(&self, name: &str) -> Option<Rules> {
        self.defined.iter().rev().find(|(own, _)| &**own == name).map(|(_, rules)| rules.clone())
    }

    /// Where the scope ends now: what is defined in a module without `#[macro_use]` ends with it.
    pub(super) fn mark(&self) -> usize {
        self.defined.len()
    }

    pub(super) fn leave(&mut self, mark: usize) {
        self.defined.truncate(mark);
    }
}

/// Every macro by example of a tree, for names that textual scope does not have: what is reached by a path or a `use`.
#[derive(Debug, Default)]
pub(super) struct Library<'f> {
    by_name: BTreeMap<&'f str, Vec<Known<'f>>>,
    /// All files, in order: their numbers are their positions, counted from 1.
    files: Vec<&'f str>,
}

#[derive(Debug, Clone, Copy)]
struct Known<'f> {
    path: &'f str,
    exported: bool,
    rules: &'f [Token],
}

impl<'f> Library<'f> {
    pub(super) fn new(files: &'f BTreeMap<String, Arc<RustFacts>>) -> Self {
        let mut library = Self { by_name: BTreeMap::new(), files: files.keys().map(String::as_str).collect() };
        for (path, facts) in files {
            library.add(path, &facts.items);
        }
        library
    }

    fn add(&mut self, path: &'f str, items: &'f [Item]) {
        for item in items {
            match &item.kind {
                ItemKind::MacroRules(rules) => {
                    let exported = item.attributes.iter().any(|attribute| &*attribute.path == "macro_export");
                    self.by_name.entry(&item.name).or_default().push(Known { path, exported, rules });
                }
                ItemKind::Module { items: Some(items) } => self.add(path, items),
                _ => {}
            }
        }
    }

    /// The number of a file, by which what a macro writes refers to it.
    pub(super) fn number(&self, path: &str) -> Option<NonZeroU32> {
        let position = self.files.binary_search(&path).ok()?;
        NonZeroU32::new(u32::try_from(position + 1).ok()?)
    }

    /// The file of this number.
    pub(super) fn file(&self, number: NonZeroU32) -> Option<&'f str> {
        self.files.get(usize::try_from(number.get() - 1).ok()?).copied()
    }

    /// The definition that a name most likely means in a file of this package folder: one of the same folder, else one
    /// that another package exports.
    pub(super) fn find(&self, name: &str, folder: &str) -> Option<(&'f [Token], Option<NonZeroU32>)> {
        let known = self.by_name.get(name)?;
        let is_own = |known: &&Known<'_>| crate::model::path::is_below(known.path, folder);
        let own = known.iter().find(is_own).or_else(|| known.iter().find(|known| known.exported))?;
        Some((own.rules, self.number(own.path)))
    }
}
