//! What takes part when a test runs, across files: its own body, the decorators and classes around it, its fixtures, the
//! methods that set its class up and tear it down, and whatever these use of the tree's tests. Refuses to know what is
//! looked for in there.
//!
//! Each definition is reached once, by the nearest way, within a budget. A class that is used stands for its constructor.

use std::{borrow::Cow, rc::Rc};

use elsa::sync::FrozenMap;
use rustc_hash::FxHashSet;

use super::{
    classes::Class,
    fixtures::Closure,
    leads::{self, Lead},
    modules::Module,
    names::{Names, Place},
};
use crate::model::{DefinitionId, DefinitionKind};

/// Methods that run before each test of a class.
const SET_UP: [&str; 7] =
    ["setUp", "asyncSetUp", "setup_method", "setup", "setUpClass", "setup_class", "setUpTestData"];
/// Methods that run behind it.
const TEAR_DOWN: [&str; 6] =
    ["tearDown", "asyncTearDown", "teardown_method", "teardown", "tearDownClass", "teardown_class"];

/// How many definitions take part in one test at most, and by how many steps.
const MAX_STEPS: usize = 400;
const MAX_DEPTH: u8 = 12;

/// How something is part of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Via {
    /// It stands in the test itself.
    Own,
    /// It decorates a class around the test, or is a `pytestmark` above it.
    Around(String),
    /// A function of the tree that decorates the test, one of its classes, or what else takes part.
    Decorator {
        name: String,
    },
    Fixture {
        name: String,
        autouse: bool,
    },
    Helper {
        name: String,
        line: u32,
        offset: u32,
    },
    SetUp {
        name: String,
        inherited: bool,
    },
    TearDown {
        name: String,
    },
    Hook,
}

impl Via {
    /// In words, for a report; `None` for the test itself.
    pub(super) fn words(&self) -> Option<String> {
        match self {
            Self::Own => None,
            Self::Around(what) => Some(what.clone()),
            Self::Decorator { name } => Some(format!("decorator `{name}`")),
            Self::Fixture { name, autouse: true } => Some(format!("autouse fixture `{name}`")),
            Self::Fixture { name, autouse: false } => Some(format!("fixture `{name}`")),
            Self::Helper { name, line, .. } => Some(format!("helper `{name}`, used in line {line}")),
            Self::SetUp { name, inherited: true } => Some(format!("base `{name}`")),
            Self::SetUp { name, inherited: false } | Self::TearDown { name } => Some(format!("`{name}`")),
            Self::Hook => Some("hook `pytest_generate_tests`".to_owned()),
        }
    }
}

/// A definition that takes part in a test.
#[derive(Clone)]
pub(super) struct Step<'w> {
    pub(super) place: Place<'w>,
    pub(super) via: Via,
    /// How many uses lead to it from the test, a fixture, a set-up method or a decorator.
    pub(super) depth: u8,
    /// The step that led to it, by its place among all.
    pub(super) from: Option<usize>,
}

/// Where a test begins.
#[derive(Clone, Copy)]
pub(super) struct Origin<'r, 'w> {
    /// The module that collects it.
    pub(super) module: &'w Module,
    /// Its function; `None` where it cannot be seen.
    pub(super) function: Option<Place<'w>>,
    /// The classes that collect it, innermost first.
    pub(super) classes: &'r [Rc<Class<'w>>],
    /// The fixtures that it gets.
    pub(super) closure: &'r Closure<'w>,
}

/// How one definition leads to others.
#[derive(Clone, Copy)]
pub(super) enum Edges<'a, 'w> {
    /// By uses, within a file, of what carries signals: all that is known where bodies were not read.
    References,
    /// By what bodies use, in all files; kept for all modules, many of which use the same helpers.
    Uses(&'a KnownLeads<'w>),
}

/// What definitions lead to, by path and place, each worked out once.
pub(super) type KnownLeads<'w> = FrozenMap<(&'w str, DefinitionId), Box<[Lead<'w>]>>;

/// What tells definitions apart.
type Key = (*const Module, DefinitionId);

/// Follows tests of one module.
pub(super) struct Reach<'a, 'w> {
    names: &'a Names<'a, 'w>,
    edges: Edges<'a, 'w>,
}

impl<'a, 'w> Reach<'a, 'w> {
    pub(super) fn new(names: &'a Names<'a, 'w>, edges: Edges<'a, 'w>) -> Self {
        Self { names, edges }
    }

    /// Everything that takes part in a test, nearest first: its own, then fixtures that it asks for, those that it gets
    /// unasked, methods and functions that set up, decorators, and what tears down.
    pub(super) fn steps(&self, origin: Origin<'_, 'w>) -> Vec<Step<'w>> {
        let mut walk = Walk { reach: self, origin, steps: Vec::new(), seen: FxHashSet::default() };
        if let Some(function) = origin.function {
            walk.add(function, Via::Own);
        }
        let mut fixtures: Vec<_> = origin.closure.got.iter().collect();
        // What the test asks for is nearer than what it gets unasked.
        fixtures.sort_by_key(|fixture| fixture.autouse);
        for fixture in fixtures {
            walk.add(fixture.place, Via::Fixture { name: fixture.name.clone(), autouse: fixture.autouse });
        }
        walk.add_methods(&SET_UP, |name, inherited| Via::SetUp { name, inherited });
        for function in &origin.module.table().module_set_up {
            let name = origin.module.facts.definition(*function).name.clone();
            walk.add(Place { module: origin.module, id: *function }, Via::SetUp { name, inherited: false });
        }
        if matches!(self.edges, Edges::Uses(_)) {
            walk.add_decorators();
            walk.add_methods(&TEAR_DOWN, |name, _| Via::TearDown { name });
        }
        walk.steps
    }

    /// What a definition leads to.
    fn leads(&self, place: Place<'w>) -> Cow<'a, [Lead<'w>]> {
        let known = match self.edges {
            Edges::References => return Cow::Owned(leads::by_references(place)),
            Edges::Uses(known) => known,
        };
        let key = (place.module.path(), place.id);
        let made = || known.insert(key, leads::by_uses(self.names, place).into());
        Cow::Borrowed(known.get(&key).unwrap_or_else(made))
    }
}

/// The steps of one test.
struct Walk<'r, 'a, 'w> {
    reach: &'r Reach<'a, 'w>,
    origin: Origin<'r, 'w>,
    steps: Vec<Step<'w>>,
    seen: FxHashSet<Key>,
}

impl<'w> Walk<'_, '_, 'w> {
    /// Adds a definition with what is nested in it, and what these use.
    fn add(&mut self, place: Place<'w>, via: Via) {
        // The nearest first: what is nested before what is used.
        let mut next = self.steps.len();
        self.push(place, via, 0, None);
        while let Some(step) = self.steps.get(next).cloned() {
            let at = next;
            next += 1;
            let index = step.place.module.index();
            // Methods of a class that is defined in a function are used by its name, or by nobody.
            for child in index.children(step.place.id) {
                self.push(Place { module: step.place.module, id: *child }, step.via.clone(), step.depth, Some(at));
            }
            if step.depth >= MAX_DEPTH {
                continue;
            }
            for lead in self.reach.leads(step.place).iter() {
                let Some((place, name)) = lead.target(self.origin.classes) else { continue };
                let via = match &step.via {
                    Via::Own | Via::Around(_) | Via::Hook | Via::Helper { .. } => match lead.is_decorator() {
                        true => Via::Decorator { name },
                        false => Via::Helper { name, line: lead.line, offset: lead.offset },
                    },
                    // What a fixture's helper does, the fixture does.
                    other => other.clone(),
                };
                self.push(place, via, step.depth + 1, Some(at));
            }
        }
    }

    fn push(&mut self, place: Place<'w>, via: Via, depth: u8, from: Option<usize>) {
        if self.steps.len() < MAX_STEPS && self.seen.insert(place.key()) {
            self.steps.push(Step { place, via, depth, from });
        }
    }

    /// Adds the methods of these names that run for a test: of its class, else of the nearest base; of a base also when
    /// the override runs it.
    fn add_methods(&mut self, methods: &[&str], via: impl Fn(String, bool) -> Via) {
        let Some(class) = self.origin.classes.first() else { return };
        for name in methods {
            for (distance, place) in class.mro.iter().enumerate() {
                let index = place.module.index();
                let Some(id) = index.method(place.id, name) else { continue };
                self.add(Place { module: place.module, id }, via((*name).to_owned(), distance > 0));
                if !leads::runs_base(&index, id) {
                    break;
                }
            }
        }
    }

    /// Adds the functions of the tree that decorate the test's classes.
    fn add_decorators(&mut self) {
        for class in self.origin.classes.iter().flat_map(|class| class.mro.iter().copied()) {
            for (place, name) in leads::decorators(self.reach.names, class) {
                self.add(place, Via::Decorator { name });
            }
        }
    }
}

/// A function's name, or that of the class it constructs.
pub(super) fn display_name(place: Place<'_>) -> String {
    let definition = place.definition();
    let class = definition.parent.filter(|_| definition.is_constructor());
    class.map_or(definition, |class| place.module.facts.definition(class)).name.clone()
}

/// Whether a definition is a function.
pub(super) fn is_function(place: Place<'_>) -> bool {
    place.definition().kind == DefinitionKind::Function
}
