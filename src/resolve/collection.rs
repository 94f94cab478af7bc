//! Which functions of a test module are tests, by pytest's rules and unittest's.
//!
//! pytest collects functions and classes by the names that `python_functions` and `python_classes` ask for, classes only
//! without a constructor (`_pytest/python.py`: `PyCollector.collect`, `istestfunction`, `istestclass`, `Class.collect`);
//! of a `unittest.TestCase` under any name the methods with the prefix `test` (`_pytest/unittest.py`). Names count, not
//! definitions: what is imported into a module or inherited by a class is collected there, and the last binding wins.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    classes::{Class, Classes},
    fixtures,
    fold::Folder,
    modules::{Module, World},
    names::{Choice, Entity, Located, Names, Place, stem},
    patterns::Patterns,
    test_cases,
    tests::Found,
    uncollected,
};
use crate::model::{
    Binding, BindingValue, DefinitionId, DefinitionKind, Expr, Problem, ProblemKind, Signal, SignalKind,
    collected::Uncollected,
};

/// How deeply classes may be nested.
const MAX_NESTING: usize = 20;
/// How many star imports of star imports are followed.
const MAX_STARS: u8 = 4;

/// A test before what reaches it is known.
pub(super) struct Item<'w> {
    /// The name under which it is collected.
    pub(super) name: String,
    /// The names of the classes around it, outermost first.
    pub(super) suite: Vec<String>,
    /// The function; `None` where it is made at import.
    pub(super) function: Option<Place<'w>>,
    /// What its node says where there is no function: the line, and the class of a state machine.
    pub(super) made: Option<(u32, Option<Place<'w>>)>,
    /// The classes that collect it, innermost first.
    pub(super) classes: Vec<Rc<Class<'w>>>,
    /// Whether unittest runs it.
    pub(super) unittest: bool,
}

/// Collects one module.
pub(super) struct Collector<'a, 'w> {
    pub(super) world: &'w World<'w>,
    pub(super) classes: &'a Classes<'w>,
    pub(super) module: &'w Module,
    pub(super) patterns: &'a Patterns,
    pub(super) items: Vec<Item<'w>>,
    /// Tests that exist only at run time.
    pub(super) notes: Vec<Problem>,
    /// What looks like tests and is not collected.
    pub(super) uncollected: Vec<Uncollected>,
}

/// Where the collector is: the classes around.
#[derive(Clone, Default)]
struct Around<'w> {
    suite: Vec<String>,
    classes: Vec<Rc<Class<'w>>>,
}

impl<'a, 'w> Collector<'a, 'w> {
    /// The items of the module, in pytest's order, and what cannot be listed.
    pub(super) fn collect(mut self) -> (Vec<Item<'w>>, Found) {
        if flag(self.module, None, "__test__") == Some(false) {
            return (Vec::new(), Found::default());
        }
        let mut names: Vec<(u32, &'w str)> = Vec::new();
        own_names(self.module, None, &mut names);
        if self.patterns.imported {
            self.starred_names(self.module, MAX_STARS, &mut names);
        }
        names.sort_by_key(|(offset, _)| *offset);
        let mut seen = FxHashSet::default();
        for (_, name) in names {
            if seen.insert(name) {
                let entity = self.entity(name);
                if self.is_optional(name, &entity) {
                    continue;
                }
                self.entity_item(name, entity, &Around::default(), 0);
                self.state_machine(name);
            }
        }
        self.generated();
        (self.items, Found { notes: self.notes, uncollected: self.uncollected, ..Found::default() })
    }

    fn names(&self) -> Names<'a, 'w> {
        Names::new(self.world, self.classes, Choice::First)
    }

    /// What a name of the module means, where that can be a test.
    fn entity(&self, name: &str) -> Entity<'w> {
        let live = self.module.live(None, name, u32::MAX);
        let is_import = live.iter().any(|binding| matches!(binding.value, BindingValue::Import(_)));
        if is_import && (!self.patterns.imported || !self.may_be_test(name, &live)) {
            return Entity::Unknown;
        }
        let bound = self.names().bound(self.module, None, name, u32::MAX);
        bound.unwrap_or_else(|| self.names().dotted(self.module, &format!(":{name}")))
    }

    /// Whether a name is there only if an import succeeds that its own module may refuse: what such a test module
    /// collects is decided when it is imported.
    fn is_optional(&mut self, name: &str, entity: &Entity<'w>) -> bool {
        let Entity::Definition(place) = entity else { return false };
        let live = self.module.live(None, name, u32::MAX);
        let [only] = live.as_slice() else { return false };
        if !only.conditional || std::ptr::eq(place.module, self.module) {
            return false;
        }
        let refuses = |signal: &&Signal| {
            signal.kind == SignalKind::SkipModule && signal.owner.is_none() && signal.name.ends_with("Error")
        };
        let Some(refusal) = place.module.facts.signals.iter().find(refuses) else { return false };
        let message = format!(
            "`{name}` is there only if `{}` can be imported, which may raise `{}` in line {}; its tests are not listed here",
            place.module.path(),
            refusal.name.trim_start_matches("builtins."),
            refusal.evidence.line
        );
        self.notes.push(Problem::at(self.module.path(), only.line, ProblemKind::MadeAtImport, message));
        true
    }

    /// Names that are made while the module is imported: `globals()[name] = …` anywhere, `setattr` of the module itself.
    fn generated(&mut self) {
        for signal in &self.module.facts.signals {
            let is_global = signal.name.starts_with("builtins.globals") || signal.name.starts_with("builtins.vars");
            let runs_at_import = signal.owner.is_none();
            if signal.kind == SignalKind::GeneratedNames && (is_global || runs_at_import) {
                let name = signal.name.trim_start_matches("builtins.");
                let message = format!("`{name}` makes names at import: tests under such names are not listed");
                let line = signal.evidence.line;
                self.notes.push(Problem::at(self.module.path(), line, ProblemKind::MadeAtImport, message));
            }
        }
    }

    /// Whether an imported name is worth looking up: a test class can have any name, but few of the classes of files that
    /// were not walked are one.
    fn may_be_test(&self, name: &str, live: &[&Binding]) -> bool {
        let speaks = |name: &str| {
            let lower = name.to_ascii_lowercase();
            ["test", "case", "suite", "mixin", "base"].iter().any(|word| lower.contains(word))
        };
        self.patterns.is_function(name)
            || self.patterns.is_class(name)
            || speaks(name)
            || live.iter().any(|binding| {
                let BindingValue::Import(dotted) = &binding.value else { return false };
                let (module, original) = match dotted.rsplit_once('.') {
                    // Of `from . import name` the dots are the module.
                    Some((dots, name)) if dots.trim_start_matches('.').is_empty() => (&dotted[..=dots.len()], name),
                    Some(both) => both,
                    None => (dotted.as_str(), ""),
                };
                speaks(original) || self.world.is_walked(self.module, module)
            })
    }

    /// The names that star imports bring, at the place of the import.
    fn starred_names(&self, module: &'w Module, depth: u8, names: &mut Vec<(u32, &'w str)>) {
        for star in module.bindings(None, "*") {
            let BindingValue::Star(dotted) = &star.value else { continue };
            let Entity::Module(other) = self.names().dotted(module, dotted) else { continue };
            let mut own = Vec::new();
            own_names(other, None, &mut own);
            if depth > 0 && !std::ptr::eq(other, module) {
                self.starred_names(other, depth - 1, &mut own);
            }
            own.sort_by_key(|(offset, _)| *offset);
            match self.exported(other) {
                // In the order of the list.
                Some(exported) => {
                    let order: FxHashMap<&str, usize> = exported.iter().map(String::as_str).zip(0..).collect();
                    own.retain(|(_, name)| order.contains_key(name));
                    own.sort_by_key(|(_, name)| order[name]);
                }
                None => own.retain(|(_, name)| !name.starts_with('_')),
            }
            names.extend(own.into_iter().map(|(_, name)| (star.offset, name)));
        }
    }

    /// The names in `__all__`, where they are known.
    fn exported(&self, module: &'w Module) -> Option<Vec<String>> {
        module.bindings(None, "__all__").next()?;
        let at = Located { module, scope: None, offset: u32::MAX, expr: &Expr::None };
        Folder { world: self.world, classes: self.classes, at }.strings(&Expr::Name("__all__".to_owned()))
    }

    fn entity_item(&mut self, name: &str, entity: Entity<'w>, around: &Around<'w>, depth: usize) {
        match entity {
            Entity::Definition(place) if place.definition().kind == DefinitionKind::Class => {
                self.class(name, place, around, depth);
            }
            Entity::Definition(place) => {
                let flag = flag_of(place);
                let wanted = self.patterns.is_function(name) || flag == Some(true);
                if wanted && is_function(place) && flag != Some(false) {
                    self.push(name, Some(place), None, around, false);
                }
            }
            Entity::Value(value) if self.patterns.is_function(name) && self.is_made(value) => {
                let line = line_of(value);
                self.push(name, None, Some((line, None)), around, false);
            }
            Entity::Value(value) if self.patterns.is_class(name) => {
                if let Expr::Call(call) = value.expr
                    && let Some(place) = self.names().made_class(value.module, &call.callee)
                {
                    self.class(name, place, around, depth);
                }
            }
            _ => {}
        }
    }

    /// Whether a value is a function: a lambda, one that a function of the tree makes, or one made of such a function.
    fn is_made(&self, value: Located<'w>) -> bool {
        if matches!(value.expr, Expr::Lambda(_)) {
            return true;
        }
        let Expr::Call(call) = value.expr else { return false };
        let stem = stem(&call.callee);
        if MADE_OF_FUNCTIONS.contains(&call.callee.as_str()) {
            let Some(Expr::Name(function)) = call.arguments.first() else { return false };
            let found = self.names().written(value, function);
            return matches!(found, Entity::Definition(place) if place.definition().kind == DefinitionKind::Function);
        }
        match self.names().dotted(value.module, stem) {
            Entity::Definition(place) if place.definition().kind == DefinitionKind::Function => {
                let index = place.module.index();
                let inner = |id: &DefinitionId| index.definition(*id).kind == DefinitionKind::Function;
                index.children(place.id).iter().any(inner)
            }
            _ => false,
        }
    }

    fn push(
        &mut self,
        name: &str,
        function: Option<Place<'w>>,
        made: Option<(u32, Option<Place<'w>>)>,
        around: &Around<'w>,
        unittest: bool,
    ) {
        let (suite, classes) = (around.suite.clone(), around.classes.clone());
        self.items.push(Item { name: name.to_owned(), suite, function, made, classes, unittest });
    }

    fn class(&mut self, name: &str, place: Place<'w>, around: &Around<'w>, depth: usize) {
        let class = self.classes.class(place);
        let test_case = class.is_test_case();
        let wanted = test_case || self.patterns.is_class(name) || class.flag("__test__") == Some(true);
        let refused = class.flag("__test__") == Some(false)
            || flag(self.module, None, &format!("{name}.__test__")) == Some(false)
            || class.is_abstract()
            || !test_case && class.has_constructor();
        // A class that holds itself would go on for ever.
        let again = around.classes.iter().any(|outer| outer.mro[0] == place);
        if !wanted || refused || again || depth > MAX_NESTING {
            // What is imported is told where it stands.
            if std::ptr::eq(place.module, self.module) && !again && depth <= MAX_NESTING {
                let reason = uncollected::reason(&class, wanted, refused);
                self.uncollected.extend(reason.and_then(|reason| uncollected::class(&class, reason, self.patterns)));
            }
            return;
        }
        if class.unknown_base {
            let message =
                format!("a base of `{name}` is computed, or inherits from itself: what it may bring is not listed");
            let line = place.definition().line;
            self.notes.push(Problem::at(place.module.path(), line, ProblemKind::UnknownBase, message));
        }
        let mut inner = around.clone();
        inner.suite.push(name.to_owned());
        inner.classes.insert(0, Rc::clone(&class));
        if test_case { self.test_case(&class, &inner) } else { self.members(&class, &inner, depth) }
    }

    /// `PyCollector.collect` of a class: of every base the names that no class before it has, bases first.
    fn members(&mut self, class: &Class<'w>, around: &Around<'w>, depth: usize) {
        for (owner, name) in ordered_members(class) {
            if let Some(entity) = self.member(owner, name) {
                self.entity_item(name, entity, around, depth + 1);
            }
        }
    }

    /// `UnitTestCase.collect`: the methods with the prefix `test`, else `runTest`.
    fn test_case(&mut self, class: &Class<'w>, around: &Around<'w>) {
        let before = self.items.len();
        let mut members = ordered_members(class);
        members.retain(|(_, name)| name.starts_with("test"));
        // `unittest.TestLoader.getTestCaseNames` sorts.
        members.sort_by_key(|(_, name)| *name);
        for (owner, name) in members {
            self.method(owner, name, around);
        }
        for name in class.external.iter().filter_map(|base| test_cases::members(base)).flatten() {
            if *name != "runTest" || self.items.len() == before {
                let line = class.mro[0].definition().first_line();
                self.push(name, None, Some((line, Some(class.mro[0]))), around, true);
            }
        }
        if self.items.len() == before
            && let Some((owner, _)) = class.binder("runTest")
        {
            self.method(owner, "runTest", around);
        }
    }

    /// What a class binds a name to: behind it (`Class.name = value`), else in its body.
    fn member(&self, owner: Place<'w>, name: &str) -> Option<Entity<'w>> {
        let names = self.names();
        let definition = owner.definition();
        let behind = || names.bound(owner.module, None, &format!("{}.{name}", definition.name), u32::MAX);
        let found = if definition.parent.is_none() { behind() } else { None };
        found.or_else(|| names.bound(owner.module, Some(owner.id), name, u32::MAX))
    }

    fn method(&mut self, owner: Place<'w>, name: &str, around: &Around<'w>) {
        match self.member(owner, name) {
            Some(Entity::Definition(place)) if is_function(place) => {
                self.push(name, Some(place), None, around, true);
            }
            Some(Entity::Value(value)) if self.is_made(value) => {
                let line = line_of(value);
                self.push(name, None, Some((line, None)), around, true);
            }
            _ => {}
        }
    }

    /// `TestMachine = Machine.TestCase`: hypothesis makes a test case with one test, `runTest`, of a state machine.
    fn state_machine(&mut self, name: &str) {
        for binding in self.module.bindings(None, name) {
            let BindingValue::Value(Expr::Name(value)) = &binding.value else { continue };
            let Some(machine) = value.strip_suffix(".TestCase") else { continue };
            let at = Located { module: self.module, scope: None, offset: binding.offset, expr: &Expr::None };
            let Entity::Definition(place) = self.names().written(at, machine) else { continue };
            let class = self.classes.class(place);
            let is_machine =
                class.mro.iter().any(|class| class.module.index().owns(class.id, SignalKind::PropertyMachine));
            if is_machine && !self.items.iter().any(|item| item.suite.first() == Some(&binding.name)) {
                let around = Around { suite: vec![binding.name.clone()], classes: Vec::new() };
                self.push("runTest", None, Some((binding.line, Some(place))), &around, true);
            }
        }
    }
}

/// The line of the assignment that a value belongs to.
fn line_of(value: Located<'_>) -> u32 {
    match value.expr {
        Expr::Call(call) => call.line,
        Expr::Lambda(line) => *line,
        _ => 1,
    }
}

/// The names of a scope with where they are first bound.
fn own_names<'w>(module: &'w Module, scope: Option<DefinitionId>, names: &mut Vec<(u32, &'w str)>) {
    let mut last = None;
    for binding in module.scope(scope) {
        let name = binding.name.as_str();
        if last != Some(name) && name != "*" && !name.contains('.') {
            last = Some(name);
            names.push((binding.offset, name));
        }
    }
}

/// The names that a class has, each with the class that binds it: those of bases first, as pytest lists them.
fn ordered_members<'w>(class: &Class<'w>) -> Vec<(Place<'w>, &'w str)> {
    let mut seen = FxHashSet::default();
    let mut levels: Vec<Vec<(Place<'w>, &'w str)>> = Vec::new();
    for owner in &class.mro {
        let mut names = Vec::new();
        own_names(owner.module, Some(owner.id), &mut names);
        if owner.definition().parent.is_none() {
            let behind = owner.module.attributes(&owner.definition().name);
            let new = behind.filter(|(_, name)| !names.iter().any(|(_, known)| known == name)).collect::<Vec<_>>();
            names.extend(new);
        }
        names.sort_by_key(|(offset, _)| *offset);
        names.retain(|(_, name)| seen.insert(*name));
        levels.push(names.into_iter().map(|(_, name)| (*owner, name)).collect());
    }
    levels.into_iter().rev().flatten().collect()
}

/// The value of a boolean name of a scope.
pub(super) fn flag(module: &Module, scope: Option<DefinitionId>, name: &str) -> Option<bool> {
    match &module.live(scope, name, u32::MAX).last()?.value {
        BindingValue::Value(Expr::Bool(flag)) => Some(*flag),
        BindingValue::Value(Expr::Int(number)) => Some(*number != 0),
        BindingValue::Value(Expr::None) => Some(false),
        _ => None,
    }
}

/// Calls whose result pytest takes for the function that they are given.
const MADE_OF_FUNCTIONS: [&str; 3] = ["functools.partial", "builtins.staticmethod", "builtins.classmethod"];

/// The value of `name.__test__` of a function, assigned in the scope that defines it.
fn flag_of(function: Place<'_>) -> Option<bool> {
    let definition = function.definition();
    flag(function.module, definition.parent, &format!("{}.__test__", definition.name))
}

/// Decorators whose result is no function, so that pytest collects nothing.
const NO_FUNCTION: [&str; 8] = [
    "builtins.property",
    "functools.cached_property",
    "abc.abstractproperty",
    "click.command",
    "click.group",
    "contextlib.ContextDecorator",
    "celery.shared_task",
    "invoke.task",
];

/// Whether a definition is still a function under its decorators, and no fixture.
fn is_function(place: Place<'_>) -> bool {
    let definition = place.definition();
    definition.kind == DefinitionKind::Function
        && !definition.decorators.iter().any(|decorator| {
            let stem = stem(&decorator.name);
            NO_FUNCTION.contains(&stem) || fixtures::is_fixture_maker(stem)
        })
        && !place.module.index().owns(place.id, SignalKind::Fixture)
}
