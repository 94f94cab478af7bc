//! Classes across modules: their method resolution order, what their bases outside of the tree are, their attributes.

use std::{cell::RefCell, rc::Rc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    collection::flag,
    frameworks,
    modules::{Module, World},
    names::{Choice, Entity, Names, Place, stem},
};
use crate::model::{Binding, BindingValue, DefinitionId, DefinitionKind, Expr};

/// How many classes one class may inherit from before its order is not worked out.
const MAX_BASES: usize = 200;

/// A class with everything that it inherits from.
pub(super) struct Class<'w> {
    /// The classes of the tree in Python's method resolution order, itself first.
    pub(super) mro: Vec<Place<'w>>,
    /// Dotted names of bases outside of the tree, of all of these.
    pub(super) external: Vec<String>,
    /// A base that is computed or cannot be found.
    pub(super) unknown_base: bool,
    test_case: bool,
}

impl<'w> Class<'w> {
    /// Whether unittest collects it.
    pub(super) fn is_test_case(&self) -> bool {
        self.test_case
    }

    /// Whether unittest runs it by nothing but its own `TestCase`, which awaits no coroutine: no class of the tree changes
    /// how tests are called.
    pub(super) fn is_plain_test_case(&self) -> bool {
        const PLAIN: [&str; 2] = ["unittest.TestCase", "unittest.case.TestCase"];
        const HOOKS: [&str; 5] = ["run", "_callTestMethod", "__init_subclass__", "__getattribute__", "debug"];
        self.test_case
            && !self.unknown_base
            && self.external.iter().all(|base| PLAIN.contains(&base.as_str()))
            && self.mro.iter().all(|class| class.definition().metaclass.is_empty())
            && HOOKS.iter().all(|name| self.binder(name).is_none())
    }

    /// The first class in the order that binds a name, with its bindings that may be in effect.
    pub(super) fn binder(&self, name: &str) -> Option<(Place<'w>, Vec<&'w Binding>)> {
        self.mro.iter().find_map(|class| {
            let live = class.module.live(Some(class.id), name, u32::MAX);
            (!live.is_empty()).then_some((*class, live))
        })
    }

    /// The value of a boolean attribute such as `__test__`, set in the class or behind it; `None` where no class has
    /// one or it is not known.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.mro.iter().find_map(|class| {
            let outside = || format!("{}.{name}", class.definition().name);
            let behind = class.definition().parent.is_none().then(|| flag(class.module, None, &outside())).flatten();
            behind.or_else(|| flag(class.module, Some(class.id), name))
        })
    }

    /// Whether it defines what pytest refuses: `_pytest/python.py::hasinit` and `hasnew`.
    pub(super) fn has_constructor(&self) -> bool {
        let own = ["__init__", "__new__"].iter().any(|name| self.binder(name).is_some());
        let made = self.mro.iter().flat_map(|class| &class.definition().decorators).any(|decorator| {
            let stem = stem(&decorator.name);
            let call = decorator.call.as_ref();
            MAKES_INIT.contains(&stem) && call.and_then(|call| call.keyword("init")) != Some(&Expr::Bool(false))
        });
        own || made || self.external.iter().any(|base| frameworks::has_constructor(base))
    }

    /// `inspect.isabstract`: the class is made by `ABCMeta`, and some method is still abstract.
    pub(super) fn is_abstract(&self) -> bool {
        let by_base = self.external.iter().any(|base| base == "abc.ABC");
        let by_keyword = || self.mro.iter().any(|class| class.definition().metaclass.ends_with("ABCMeta"));
        if !by_base && !by_keyword() {
            return false;
        }
        let is_abstract = |class: &Place<'w>, binding: &Binding| match binding.value {
            BindingValue::Definition(id) => {
                let decorators = &class.module.facts.definition(id).decorators;
                decorators.iter().any(|decorator| decorator.name.starts_with("abc.abstract"))
            }
            _ => false,
        };
        let mut seen = FxHashSet::default();
        for class in &self.mro {
            for binding in class.module.scope(Some(class.id)) {
                if seen.insert(binding.name.as_str()) {
                    let live = class.module.live(Some(class.id), &binding.name, u32::MAX);
                    if live.last().is_some_and(|last| is_abstract(class, last)) {
                        return true;
                    }
                }
            }
        }
        false
    }
}

/// Decorators that give a class an `__init__`.
const MAKES_INIT: [&str; 7] =
    ["dataclasses.dataclass", "attr.s", "attr.attrs", "attr.dataclass", "attr.define", "attrs.define", "attrs.frozen"];

/// The classes that were asked for, each worked out once.
pub(super) struct Classes<'w> {
    world: &'w World<'w>,
    known: RefCell<FxHashMap<(*const Module, DefinitionId), Rc<Class<'w>>>>,
    /// Classes whose order is being worked out: one that comes up again inherits from itself.
    open: RefCell<Vec<(*const Module, DefinitionId)>>,
}

impl<'w> Classes<'w> {
    pub(super) fn new(world: &'w World<'w>) -> Self {
        Self { world, known: RefCell::default(), open: RefCell::default() }
    }

    pub(super) fn names(&self) -> Names<'_, 'w> {
        Names::new(self.world, self, Choice::First)
    }

    /// The class at a place.
    pub(super) fn class(&self, place: Place<'w>) -> Rc<Class<'w>> {
        let key = place.key();
        if let Some(known) = self.known.borrow().get(&key) {
            return Rc::clone(known);
        }
        if self.open.borrow().contains(&key) || self.open.borrow().len() > MAX_BASES {
            return Rc::new(Class { mro: vec![place], external: Vec::new(), unknown_base: true, test_case: false });
        }
        self.open.borrow_mut().push(key);
        let class = Rc::new(self.linearize(place));
        self.open.borrow_mut().pop();
        self.known.borrow_mut().insert(key, Rc::clone(&class));
        class
    }

    /// C3, as `type.mro`; where that has no answer (Python would refuse the class), bases in order of their depth.
    fn linearize(&self, place: Place<'w>) -> Class<'w> {
        let mut class = Class { mro: vec![place], external: Vec::new(), unknown_base: false, test_case: false };
        let mut bases: Vec<Rc<Class<'w>>> = Vec::new();
        let mut direct = Vec::new();
        for base in &place.definition().bases {
            match self.base(place, base) {
                Entity::Definition(base) if base.definition().kind == DefinitionKind::Class && base != place => {
                    let base_class = self.class(base);
                    class.unknown_base |= base_class.unknown_base;
                    class.external.extend(base_class.external.iter().cloned());
                    bases.push(base_class);
                    direct.push(base);
                }
                Entity::External(name) => class.external.push(name),
                _ => class.unknown_base = true,
            }
        }
        class.external.sort();
        class.external.dedup();
        let told = &self.world.test_case_classes;
        class.test_case = class.external.iter().any(|base| frameworks::is_test_case(base) || told.contains(base));
        match bases.as_slice() {
            [only] => class.mro.extend(only.mro.iter().filter(|base| **base != place)),
            _ => {
                let lists: Vec<&[Place<'w>]> =
                    bases.iter().map(|base| base.mro.as_slice()).chain([direct.as_slice()]).collect();
                merge(&mut class.mro, &lists);
            }
        }
        class
    }

    /// What a base means. A base that the tables know is not looked for in the tree.
    fn base(&self, place: Place<'w>, base: &str) -> Entity<'w> {
        let names = self.names();
        let is_of_tests = || speaks_of_tests(place) || names.is_of_tests(place.module, base);
        // The graph of calls asks for classes of the code under test; then that was read.
        let is_looked_for = || is_of_tests() || self.world.has_read(place.module, base);
        if frameworks::is_known(base) || !base.is_empty() && !is_looked_for() {
            return Entity::External(base.to_owned());
        }
        if let Some(local) = base.strip_prefix(':') {
            // Of several classes of one name the one before counts.
            let before = place.definition().span.start;
            if !local.contains('.')
                && place.definition().parent.is_none()
                && let Some(found) = names.bound(place.module, None, local, before)
            {
                return found;
            }
        }
        if base.ends_with("()")
            && let Some(made) = names.made_class(place.module, base)
        {
            return Entity::Definition(made);
        }
        // A state machine's `TestCase` is made by hypothesis.
        match names.dotted(place.module, base) {
            Entity::Unknown if base.ends_with(".TestCase") => Entity::External(base.trim_start_matches(':').to_owned()),
            found => found,
        }
    }

    /// An attribute of a class, looked for in its bases too.
    pub(super) fn attribute(&self, names: &Names<'_, 'w>, place: Place<'w>, name: &str) -> Entity<'w> {
        if place.definition().kind != DefinitionKind::Class {
            return Entity::Unknown;
        }
        let class = self.class(place);
        for owner in &class.mro {
            if let Some(found) = names.bound(owner.module, Some(owner.id), name, u32::MAX) {
                return found;
            }
        }
        match class.external.as_slice() {
            [base] => Entity::External(format!("{base}.{name}")),
            _ => Entity::Unknown,
        }
    }
}

/// Whether a class has tests to all appearances, so that its bases matter whatever they are called.
fn speaks_of_tests(place: Place<'_>) -> bool {
    let name = place.definition().name.to_ascii_lowercase();
    name.contains("test")
        || place
            .module
            .scope(Some(place.id))
            .any(|binding| binding.name.starts_with("test") || binding.name == "runTest")
}

/// The merge step of C3. Where no head is free of all tails (Python would refuse the class) the first one is taken.
fn merge<'w>(order: &mut Vec<Place<'w>>, lists: &[&[Place<'w>]]) {
    let mut heads = vec![0; lists.len()];
    // In how many tails a class stands.
    let mut tails: FxHashMap<(*const Module, DefinitionId), u32> = FxHashMap::default();
    for place in lists.iter().flat_map(|list| list.iter().skip(1)) {
        *tails.entry(place.key()).or_default() += 1;
    }
    let mut taken: FxHashSet<(*const Module, DefinitionId)> = order.iter().map(Place::key).collect();
    loop {
        let mut open = lists.iter().zip(&heads).filter_map(|(list, head)| list.get(*head)).peekable();
        let Some(first) = open.peek().copied().copied() else { return };
        let free = |place: &&Place<'w>| tails.get(&place.key()).is_none_or(|count| *count == 0);
        let next = open.find(free).copied().unwrap_or(first);
        if taken.insert(next.key()) {
            order.push(next);
        }
        for (list, head) in lists.iter().zip(&mut heads) {
            while list.get(*head).is_some_and(|place| taken.contains(&place.key())) {
                *head += 1;
                if let Some(count) = list.get(*head).and_then(|place| tails.get_mut(&place.key())) {
                    *count -= 1;
                }
            }
        }
    }
}
