//! What a dotted name means across the tree: through imports, re-exports, star imports and aliases.
//!
//! Follows the facts' spelling of names (`lang::python::names`): `:Local`, `.relative`, `absolute.dotted`, `builtins.x`,
//! `?.x`. A name that is bound in several branches stands for the first of them that means something, unless the
//! caller needs the only one.

use std::cell::RefCell;

use super::{
    classes::Classes,
    frameworks,
    modules::{Fuel, Module, World, folder, join},
};
use crate::model::{Binding, BindingValue, Definition, DefinitionId, DefinitionKind, Expr};

/// A definition with the module that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Place<'w> {
    pub(super) module: &'w Module,
    pub(super) id: DefinitionId,
}

impl<'w> Place<'w> {
    pub(super) fn definition(&self) -> &'w Definition {
        self.module.facts.definition(self.id)
    }

    /// What tells definitions apart.
    pub(super) fn key(&self) -> (*const Module, DefinitionId) {
        (std::ptr::from_ref(self.module), self.id)
    }
}

impl PartialEq for Place<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Place<'_> {}

/// An expression with where its names are looked up.
#[derive(Clone, Copy)]
pub(super) struct Located<'w> {
    pub(super) module: &'w Module,
    /// The class in whose body it stands.
    pub(super) scope: Option<DefinitionId>,
    /// Where it stands in the module.
    pub(super) offset: u32,
    pub(super) expr: &'w Expr,
}

/// What a name means.
#[derive(Clone)]
pub(super) enum Entity<'w> {
    Module(&'w Module),
    /// A folder that may be a package without `__init__.py`.
    Folder(String),
    Definition(Place<'w>),
    Value(Located<'w>),
    /// Something outside of the tree, by its dotted name.
    External(String),
    Unknown,
}

/// How a name is looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// The first binding that means something.
    First,
    /// The only binding; several are nothing.
    Only,
}

/// Looks up names, with what is known of classes.
pub(super) struct Names<'a, 'w> {
    pub(super) world: &'w World<'w>,
    pub(super) classes: &'a Classes<'w>,
    pub(super) choice: Choice,
    fuel: Fuel,
    /// Imports that are being followed, with the name that is looked for behind a star: one that comes up again leads to
    /// itself.
    open: RefCell<Vec<(*const Binding, String)>>,
}

impl<'a, 'w> Names<'a, 'w> {
    pub(super) fn new(world: &'w World<'w>, classes: &'a Classes<'w>, choice: Choice) -> Self {
        Self { world, classes, choice, fuel: Fuel::default(), open: RefCell::default() }
    }

    /// What a resolved dotted name of a module's facts means.
    pub(super) fn dotted(&self, from: &'w Module, dotted: &str) -> Entity<'w> {
        let _question = self.fuel.question();
        if self.fuel.step().is_none() || dotted.is_empty() || dotted.starts_with('?') || dotted.contains('(') {
            return Entity::Unknown;
        }
        if let Some(path) = dotted.strip_prefix(':') {
            return match from.table().find(path) {
                Some(id) => Entity::Definition(Place { module: from, id }),
                // An attribute of a class that a base may have.
                None => self.attributes(Entity::Module(from), path.split('.')),
            };
        }
        if dotted.starts_with('.') {
            return self.relative(from, dotted);
        }
        let (first, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        if first == "builtins" || frameworks::is_known(dotted) {
            return Entity::External(dotted.to_owned());
        }
        let root = self.world.root(from, first);
        if let Some(module) = root.module.as_ref().and_then(|path| self.world.at(path)) {
            return self.external_unless_found(self.attributes(Entity::Module(module), parts(rest)), dotted);
        }
        for folder in &root.folders {
            let found = self.attributes(Entity::Folder(folder.clone()), parts(rest));
            if !matches!(found, Entity::Unknown | Entity::Folder(_)) {
                return found;
            }
        }
        Entity::External(dotted.to_owned())
    }

    /// Whether a class or a decorator of this name can have to do with tests: it stands in the file or beside it, among
    /// what was walked, or says so. Anything else belongs to the code under test, which is large.
    pub(super) fn is_of_tests(&self, from: &Module, dotted: &str) -> bool {
        const WORDS: [&str; 8] = ["test", "case", "base", "mixin", "suite", "fixture", "mark", "skip"];
        let first = dotted.split('.').next().unwrap_or_default();
        let lower = dotted.to_ascii_lowercase();
        first.is_empty()
            || first.starts_with(':')
            || self.world.holds(from, dotted)
            || WORDS.iter().any(|word| lower.contains(word))
    }

    /// The class that a call makes: the only one that is defined in the function of the tree that is called.
    pub(super) fn made_class(&self, from: &'w Module, callee: &str) -> Option<Place<'w>> {
        let callee = callee.strip_suffix("()").unwrap_or(callee);
        let Entity::Definition(place) = self.dotted(from, callee) else { return None };
        if place.definition().kind != DefinitionKind::Function {
            return None;
        }
        let index = place.module.index();
        let is_class = |id: &&DefinitionId| index.definition(**id).kind == DefinitionKind::Class;
        let mut classes = index.children(place.id).iter().filter(is_class);
        let only = classes.next().filter(|_| classes.next().is_none())?;
        Some(Place { module: place.module, id: *only })
    }

    /// A name of an imported package that its sources do not show: made at import, or compiled.
    fn external_unless_found(&self, found: Entity<'w>, dotted: &str) -> Entity<'w> {
        match found {
            Entity::Unknown => Entity::External(dotted.to_owned()),
            found => found,
        }
    }

    fn relative(&self, from: &'w Module, dotted: &str) -> Entity<'w> {
        let name = dotted.trim_start_matches('.');
        let mut base = from.folder();
        for _ in 1..dotted.len() - name.len() {
            base = folder(base);
        }
        let package = join(base, "__init__.py");
        let start = match self.world.at(&package) {
            Some(package) if !std::ptr::eq(package, from) => Entity::Module(package),
            _ => Entity::Folder(base.to_owned()),
        };
        self.attributes(start, parts(name))
    }

    /// What a name as it is written means at a place: `SIZES`, `common.SIZES`.
    pub(super) fn written(&self, at: Located<'w>, written: &str) -> Entity<'w> {
        let _question = self.fuel.question();
        if written.starts_with(':') {
            return self.dotted(at.module, written);
        }
        let mut parts = written.split('.');
        let Some(first) = parts.next() else { return Entity::Unknown };
        // A class body sees its own names and the module's, not those of a class around it.
        let own = at.scope.and_then(|_| self.bound(at.module, at.scope, first, at.offset));
        let found = own.or_else(|| self.global(at.module, first, at.offset));
        self.attributes(found.unwrap_or_else(|| Entity::External(format!("builtins.{first}"))), parts)
    }

    /// What a name of the module means before an offset, star imports included.
    fn global(&self, module: &'w Module, name: &str, before: u32) -> Option<Entity<'w>> {
        self.bound(module, None, name, before).or_else(|| self.starred(module, name))
    }

    /// What a name is bound to in one scope; `None` where it is not.
    pub(super) fn bound(
        &self,
        module: &'w Module,
        scope: Option<DefinitionId>,
        name: &str,
        before: u32,
    ) -> Option<Entity<'w>> {
        let _question = self.fuel.question();
        let live = module.live(scope, name, before);
        match (self.choice, live.as_slice()) {
            (_, []) => None,
            (Choice::Only, [_]) if module.changes_behind(scope, name, before) => Some(Entity::Unknown),
            (_, [only]) => Some(self.binding(module, only)),
            (Choice::Only, _) => Some(Entity::Unknown),
            (Choice::First, several) => {
                let mut meanings = several.iter().map(|binding| self.binding(module, binding));
                Some(meanings.find(|meaning| !matches!(meaning, Entity::Unknown)).unwrap_or(Entity::Unknown))
            }
        }
    }

    pub(super) fn binding(&self, module: &'w Module, binding: &'w Binding) -> Entity<'w> {
        let _question = self.fuel.question();
        match &binding.value {
            BindingValue::Import(dotted) => {
                self.once(binding, "", || Some(self.dotted(module, dotted))).unwrap_or(Entity::Unknown)
            }
            BindingValue::Definition(id) => Entity::Definition(Place { module, id: *id }),
            BindingValue::Value(expr) => {
                let at = Located { module, scope: binding.scope, offset: binding.offset, expr };
                self.follow(at)
            }
            BindingValue::Star(_) | BindingValue::Deleted | BindingValue::Unknown => Entity::Unknown,
        }
    }

    /// Follows an import, unless that is what is being done: modules import each other.
    fn once<T>(&self, import: &'w Binding, name: &str, follow: impl FnOnce() -> Option<T>) -> Option<T> {
        let is_this = |(open, looked_for): &(*const Binding, String)| std::ptr::eq(*open, import) && looked_for == name;
        if self.open.borrow().iter().any(is_this) {
            return None;
        }
        self.open.borrow_mut().push((std::ptr::from_ref(import), name.to_owned()));
        let found = follow();
        self.open.borrow_mut().pop();
        found
    }

    /// The expression, or what it names.
    pub(super) fn follow(&self, at: Located<'w>) -> Entity<'w> {
        match at.expr {
            Expr::Name(written) if self.fuel.step().is_some() => self.written(at, written),
            Expr::Name(_) => Entity::Unknown,
            _ => Entity::Value(at),
        }
    }

    /// A name that a star import brings; the last one that does.
    fn starred(&self, module: &'w Module, name: &str) -> Option<Entity<'w>> {
        if name.starts_with("__") {
            return None;
        }
        for star in module.bindings(None, "*").rev() {
            self.fuel.step()?;
            let BindingValue::Star(dotted) = &star.value else { continue };
            let found = self.once(star, name, || match self.dotted(module, dotted) {
                Entity::Module(other) if !std::ptr::eq(other, module) => self.global(other, name, u32::MAX),
                _ => None,
            });
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Goes through attributes one by one.
    fn attributes<'n>(&self, mut entity: Entity<'w>, names: impl Iterator<Item = &'n str>) -> Entity<'w> {
        for name in names {
            if self.fuel.step().is_none() {
                return Entity::Unknown;
            }
            entity = match entity {
                Entity::Module(module) => self.of_module(module, name),
                Entity::Folder(folder) => match self.world.in_folder(&folder, name) {
                    Some(module) => Entity::Module(module),
                    None => Entity::Folder(join(&folder, name)),
                },
                Entity::Definition(place) => self.classes.attribute(self, place, name),
                Entity::External(dotted) => Entity::External(format!("{dotted}.{name}")),
                Entity::Value(_) | Entity::Unknown => Entity::Unknown,
            };
        }
        entity
    }

    fn of_module(&self, module: &'w Module, name: &str) -> Entity<'w> {
        if let Some(found) = self.bound(module, None, name, u32::MAX) {
            // `from . import name` in a package binds the name of a submodule.
            if !matches!(found, Entity::Unknown) || !module.is_package() {
                return found;
            }
        }
        let submodule = module.is_package().then(|| self.world.in_folder(module.folder(), name)).flatten();
        match submodule {
            Some(submodule) => Entity::Module(submodule),
            None => self.starred(module, name).unwrap_or(Entity::Unknown),
        }
    }
}

/// A dotted name up to its first call: `a.b` of `a.b().c`.
pub(super) fn stem(dotted: &str) -> &str {
    &dotted[..dotted.find('(').unwrap_or(dotted.len())]
}

fn parts(dotted: &str) -> impl Iterator<Item = &str> {
    dotted.split('.').filter(|part| !part.is_empty())
}
