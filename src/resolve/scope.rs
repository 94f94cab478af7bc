//! The signals that count for one test, nearest first: those of what takes part in it, of the marks around it, and of
//! hooks. Refuses to know what a signal means.

use super::{
    index::Index,
    modules::Module,
    reach::{Origin, Step, Via},
};
use crate::model::{DefinitionId, Evidence, Role, Signal, SignalKind};

/// A signal with how it takes part.
#[derive(Clone, Copy)]
pub(super) struct Heard<'s> {
    pub(super) signal: &'s Signal,
    pub(super) via: &'s Via,
    /// Whether it stands in the test's file.
    pub(super) here: bool,
    /// The file that it stands in.
    pub(super) path: &'s str,
    /// Its place among the signals of that file.
    pub(super) place: usize,
    module: *const Module,
}

impl Heard<'_> {
    /// Whether two signals stand in one definition.
    pub(super) fn shares_owner(&self, other: &Heard<'_>) -> bool {
        std::ptr::eq(self.module, other.module) && self.signal.owner == other.signal.owner
    }
}

/// What takes part in one test.
pub(super) struct Scope<'w> {
    signals: Vec<(&'w Module, usize, Via)>,
    module: &'w Module,
    /// The names that the test or one of its fixtures asks for.
    pub(super) wanted: Vec<String>,
    /// The classes around the test, innermost first.
    pub(super) classes: Vec<DefinitionId>,
}

impl<'w> Scope<'w> {
    /// The signals of what takes part. `classes` are those around the test in its file, innermost first.
    pub(super) fn new(origin: Origin<'_, 'w>, classes: Vec<DefinitionId>, steps: &[Step<'w>]) -> Self {
        let wanted = origin.closure.names.clone();
        let mut scope = Self { signals: Vec::new(), module: origin.module, wanted, classes };
        let is_own = |step: &&Step<'w>| matches!(step.via, Via::Own | Via::Helper { .. });
        steps.iter().filter(is_own).for_each(|step| scope.add(step));
        scope.add_around(&origin.module.index());
        steps.iter().filter(|step| !is_own(step)).for_each(|step| scope.add(step));
        let hooks = origin.module.table().hooks.iter();
        scope.signals.extend(hooks.map(|place| (origin.module, *place, Via::Hook)));
        scope
    }

    /// The nearest signal's evidence, of those in the test's file.
    pub(super) fn evidence(&self, kind: SignalKind) -> Option<Evidence> {
        self.of(kind).find(|heard| heard.here).map(|heard| heard.signal.evidence.clone())
    }

    /// The signals of one kind, nearest first.
    pub(super) fn of(&self, kind: SignalKind) -> impl Iterator<Item = Heard<'_>> {
        self.all().filter(move |heard| heard.signal.kind == kind)
    }

    /// All signals, nearest first.
    pub(super) fn all(&self) -> impl Iterator<Item = Heard<'_>> {
        self.signals.iter().map(|(module, place, via)| Heard {
            signal: &module.facts.signals[*place],
            via,
            here: std::ptr::eq(*module, self.module),
            path: module.path(),
            place: *place,
            module: std::ptr::from_ref(*module),
        })
    }

    fn add(&mut self, step: &Step<'w>) {
        let module = step.place.module;
        let owned = module.index().owned(step.place.id);
        self.signals.extend(owned.iter().map(|place| (module, *place, step.via.clone())));
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
                self.signals.push((self.module, *place, Via::Around(what)));
            }
        }
        let module = Via::Around("`pytestmark` of the module".to_owned());
        self.signals.extend(index.table.module_marks.iter().map(|place| (self.module, *place, module.clone())));
    }
}
