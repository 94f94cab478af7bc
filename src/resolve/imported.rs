//! Which modules of the tree a file imports. Follows a name that a package merely hands on to where it is defined; asks
//! whether files are there, and reads none for that but the `__init__.py` of such a package.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    classes::Classes,
    modules::{Module, World, folder, join},
    names::{Choice, Entity, Names},
};
use crate::model::about::{ImportedModule, ImportedModules};
use crate::model::path::is_of_tests;
use crate::model::{FileRole, Language};

/// What each file of tests, and each file beside them, imports; by path.
pub(super) fn imported(world: &World<'_>) -> BTreeMap<String, ImportedModules> {
    let is_asked = |module: &&Module| {
        module.file.language == Language::Python
            && (matches!(module.file.role, FileRole::TestModule | FileRole::Conftest) || is_of_tests(module.path()))
    };
    let modules: Vec<&Module> = world.modules.iter().filter(is_asked).collect();
    // Files of one folder import the same: what is found out is shared among a part of them.
    let parts = modules.par_chunks(modules.len().div_ceil(16).max(1));
    parts
        .flat_map_iter(|part| {
            let finder = Finder { world, known: RefCell::default() };
            let found: Vec<_> = part.iter().map(|module| (module.path().to_owned(), finder.of(module))).collect();
            found
        })
        .collect()
}

/// Where a name leads: a file of the tree, or the name of what is none.
#[derive(Clone)]
enum Found {
    Own(String),
    Outside(String),
    Nothing,
}

struct Finder<'w> {
    world: &'w World<'w>,
    /// By the folder that names are looked up from, and the name.
    known: RefCell<FxHashMap<(String, String), Found>>,
}

impl<'w> Finder<'w> {
    fn of(&self, module: &'w Module) -> ImportedModules {
        let mut own: BTreeMap<String, u32> = BTreeMap::new();
        let mut outside: BTreeMap<String, u32> = BTreeMap::new();
        for name in module.facts.about.iter().flat_map(|about| &about.imports) {
            let key = (module.folder().to_owned(), name.dotted.clone());
            let known = self.known.borrow().get(&key).cloned();
            let found = known.unwrap_or_else(|| {
                let found = self.find(module, &name.dotted);
                self.known.borrow_mut().insert(key, found.clone());
                found
            });
            match found {
                Found::Own(path) if path != module.path() => {
                    own.entry(path).or_insert(name.line);
                }
                Found::Outside(name_of) => {
                    outside.entry(name_of).or_insert(name.line);
                }
                Found::Own(_) | Found::Nothing => {}
            }
        }
        let own = own.into_iter().map(|(path, line)| ImportedModule { path, line }).collect();
        ImportedModules { own, outside: outside.into_iter().collect() }
    }

    fn find(&self, module: &'w Module, dotted: &str) -> Found {
        let name = dotted.trim_start_matches('.');
        let parts: Vec<&str> = name.split('.').filter(|part| !part.is_empty()).collect();
        let levels = dotted.len() - name.len();
        let folders = match levels {
            0 => match parts.first() {
                Some(first) => self.world.import_folders(module, first),
                None => return Found::Nothing,
            },
            _ => {
                let mut above = std::iter::successors((!module.folder().is_empty()).then(|| module.folder()), |at| {
                    at.contains('/').then(|| folder(at))
                });
                above.nth(levels - 1).map(str::to_owned).into_iter().collect()
            }
        };
        // A folder of tests can have the name of the package that they test: what explains more of the name is meant.
        let found = folders.iter().filter_map(|base| self.deepest(base, &parts)).min_by_key(|(_, rest)| *rest);
        if let Some((path, rest)) = found {
            let is_package = path.ends_with("__init__.py");
            if is_package
                && rest > 0
                && let Some(defined) = self.defined(module, dotted)
            {
                return Found::Own(defined);
            }
            return Found::Own(path);
        }
        match (levels, parts.first()) {
            (0, Some(first)) => Found::Outside((*first).to_owned()),
            _ => Found::Nothing,
        }
    }

    /// The file that the longest beginning of a name leads to from a folder, and how many of its parts are left.
    fn deepest(&self, base: &str, parts: &[&str]) -> Option<(String, usize)> {
        let mut at = base.to_owned();
        let mut found = None;
        for (place, part) in parts.iter().enumerate() {
            let left = parts.len() - place - 1;
            at = join(&at, part);
            let package = join(&at, "__init__.py");
            if self.world.is_there(&package) {
                found = Some((package, left));
            } else if self.world.is_there(&format!("{at}.py")) {
                return Some((format!("{at}.py"), left));
            } else if !self.world.is_folder(&at) {
                break;
            }
        }
        // `from . import helper` of a package without that file.
        if parts.is_empty() && self.world.is_there(&join(base, "__init__.py")) {
            return Some((join(base, "__init__.py"), 0));
        }
        found
    }

    /// The file in which a name is defined that a package hands on.
    fn defined(&self, module: &'w Module, dotted: &str) -> Option<String> {
        let classes = Classes::new(self.world);
        let names = Names::new(self.world, &classes, Choice::First);
        match names.dotted(module, dotted) {
            Entity::Definition(place) => Some(place.module.path().to_owned()),
            Entity::Module(module) => Some(module.path().to_owned()),
            Entity::Value(located) => Some(located.module.path().to_owned()),
            Entity::Folder(_) | Entity::External(_) | Entity::Unknown => None,
        }
    }
}
