//! What takes part when a test runs, within its file: its own body, its classes, its fixtures, the helpers it calls, and
//! the set-up methods of its class.

use rustc_hash::FxHashSet;

use super::{fixtures::Closure, index::Index};
use crate::model::{DefinitionId, Evidence, Role, Signal, SignalKind};

/// Methods that run before each test of a class.
const SET_UP: [&str; 6] = ["setUp", "asyncSetUp", "setup_method", "setup", "setUpClass", "setup_class"];

/// How something is part of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Via {
    /// It stands in the test itself.
    Own,
    /// It decorates a class around the test, or is a `pytestmark` above it.
    Around(String),
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
    Hook,
}

impl Via {
    /// In words, for a report; `None` for the test itself.
    pub(super) fn words(&self) -> Option<String> {
        match self {
            Self::Own => None,
            Self::Around(what) => Some(what.clone()),
            Self::Fixture { name, autouse: true } => Some(format!("autouse fixture `{name}`")),
            Self::Fixture { name, autouse: false } => Some(format!("fixture `{name}`")),
            Self::Helper { name, line, .. } => Some(format!("helper `{name}`, used in line {line}")),
            Self::SetUp { name, inherited: true } => Some(format!("base `{name}`")),
            Self::SetUp { name, inherited: false } => Some(format!("`{name}`")),
            Self::Hook => Some("hook `pytest_generate_tests`".to_owned()),
        }
    }
}

/// What takes part in one test.
pub(super) struct Scope {
    /// Signals in order of nearness, by their place among all, each with how it takes part.
    pub(super) signals: Vec<(usize, Via)>,
    /// The names that the test or one of its fixtures asks for.
    pub(super) wanted: Vec<String>,
    /// The classes around the test, innermost first.
    pub(super) classes: Vec<DefinitionId>,
    seen: FxHashSet<DefinitionId>,
}

impl Scope {
    /// Everything that takes part in a test.
    ///
    /// `classes` are those around it in this file, innermost first; `closure` the fixtures that it gets.
    pub(super) fn new(
        index: &Index<'_>,
        test: DefinitionId,
        classes: Vec<DefinitionId>,
        closure: &Closure<'_>,
    ) -> Self {
        let mut scope = Self { signals: Vec::new(), wanted: Vec::new(), classes, seen: FxHashSet::default() };
        scope.add(index, test, Via::Own);
        scope.add_around(index);
        let mut fixtures: Vec<_> = closure.got.iter().collect();
        fixtures.retain(|fixture| std::ptr::eq(&raw const fixture.place.module.facts, index.facts));
        // What the test asks for is nearer than what it gets unasked.
        fixtures.sort_by_key(|fixture| fixture.autouse);
        for fixture in fixtures {
            let via = Via::Fixture { name: fixture.name.clone(), autouse: fixture.autouse };
            scope.add(index, fixture.place.id, via);
        }
        scope.wanted.clone_from(&closure.names);
        scope.add_set_up(index);
        scope.signals.extend(index.table.hooks.iter().map(|place| (*place, Via::Hook)));
        scope
    }

    /// The nearest signal's evidence.
    pub(super) fn evidence(&self, index: &Index<'_>, kind: SignalKind) -> Option<Evidence> {
        self.of(index, kind).next().map(|(signal, _)| signal.evidence.clone())
    }

    /// The signals of one kind, nearest first.
    pub(super) fn of<'s>(&'s self, index: &Index<'s>, kind: SignalKind) -> impl Iterator<Item = (&'s Signal, &'s Via)> {
        self.all(index).filter(move |(signal, _)| signal.kind == kind)
    }

    /// All signals, nearest first.
    pub(super) fn all<'s>(&'s self, index: &Index<'s>) -> impl Iterator<Item = (&'s Signal, &'s Via)> {
        let facts = index.facts;
        self.signals.iter().map(|(place, via)| (&facts.signals[*place], via))
    }

    /// Marks on the classes around the test and on the module.
    fn add_around(&mut self, index: &Index<'_>) {
        for class in self.classes.clone() {
            let name = &index.definition(class).name;
            for place in index.owned(class) {
                let what = match index.facts.signals[*place].role {
                    Role::Decorator | Role::Header => format!("class `{name}`"),
                    Role::Pytestmark => format!("`pytestmark` of class `{name}`"),
                    Role::Body => continue,
                };
                self.signals.push((*place, Via::Around(what)));
            }
        }
        let module = Via::Around("`pytestmark` of the module".to_owned());
        self.signals.extend(index.table.module_marks.iter().map(|place| (*place, module.clone())));
    }

    /// Adds a definition with what is nested in it, and the helpers that these use.
    fn add(&mut self, index: &Index<'_>, id: DefinitionId, via: Via) {
        let mut pending = vec![(id, via)];
        // The nearest first: what is nested before what is used.
        let mut next = 0;
        while let Some((id, via)) = pending.get(next).cloned() {
            next += 1;
            if !self.seen.insert(id) {
                continue;
            }
            self.signals.extend(index.owned(id).iter().map(|place| (*place, via.clone())));
            pending.extend(index.children(id).iter().map(|child| (*child, via.clone())));
            for place in index.uses(id) {
                let reference = &index.facts.references[*place];
                let helper = match &via {
                    Via::Own | Via::Around(_) | Via::Hook => Via::Helper {
                        name: display_name(index, reference.target),
                        line: reference.line,
                        offset: reference.offset,
                    },
                    // What a fixture's helper does, the fixture does.
                    other => other.clone(),
                };
                pending.push((reference.target, helper));
            }
        }
    }

    /// Adds the set-up methods that run for a test: of its class, else of the nearest base in this file; of a base also
    /// when the override runs it.
    fn add_set_up(&mut self, index: &Index<'_>) {
        if let Some(class) = self.classes.first().copied() {
            let lineage = index.lineage(class);
            for name in SET_UP {
                for (distance, class) in lineage.iter().enumerate() {
                    let Some(method) = index.method(*class, name) else { continue };
                    self.add(index, method, Via::SetUp { name: name.to_owned(), inherited: distance > 0 });
                    if !index.owns(method, SignalKind::SetupSuper) {
                        break;
                    }
                }
            }
        }
        for function in &index.table.module_set_up {
            let name = index.definition(*function).name.clone();
            self.add(index, *function, Via::SetUp { name, inherited: false });
        }
    }
}

/// A function's name, or that of the class it constructs.
fn display_name(index: &Index<'_>, id: DefinitionId) -> String {
    let definition = index.definition(id);
    let class = definition.parent.filter(|_| definition.is_constructor());
    class.map_or(definition, |class| index.definition(class)).name.clone()
}
