//! A file's facts by what resolution asks for, made once for all its tests, so that no test walks the whole file.

use rustc_hash::{FxHashMap, FxHashSet};

use super::fixtures::{self, Fixture};
use crate::model::{Definition, DefinitionId, DefinitionKind, FileFacts, Role, Signal, SignalKind};

/// Functions that run before the tests of a module.
const MODULE_SET_UP: [&str; 3] = ["setUpModule", "setup_module", "setup_function"];

/// The indexes.
pub(super) struct Table {
    pub(super) fixtures: Vec<Fixture>,
    /// Hooks that parametrize.
    pub(super) hooks: Vec<usize>,
    /// Signals of a `pytestmark` of the module.
    pub(super) module_marks: Vec<usize>,
    /// Calls that turn templates into tests.
    instantiations: Vec<usize>,
    /// Seeds that run when the file is imported.
    import_seeds: Vec<usize>,
    /// Functions that run before the tests of the module.
    pub(super) module_set_up: Vec<DefinitionId>,
    by_owner: FxHashMap<DefinitionId, Vec<usize>>,
    children: FxHashMap<DefinitionId, Vec<DefinitionId>>,
    uses: FxHashMap<DefinitionId, Vec<usize>>,
    /// What may end a function, a class body or the module, by its owner.
    flows: FxHashMap<Option<DefinitionId>, Vec<usize>>,
    /// Definitions by their path of names; the last one of a path.
    paths: FxHashMap<String, DefinitionId>,
}

impl Table {
    pub(super) fn new(facts: &FileFacts) -> Self {
        let mut index = Self {
            fixtures: fixtures::fixtures(facts),
            hooks: Vec::new(),
            module_marks: Vec::new(),
            instantiations: Vec::new(),
            import_seeds: Vec::new(),
            module_set_up: Vec::new(),
            by_owner: FxHashMap::default(),
            children: FxHashMap::default(),
            uses: FxHashMap::default(),
            flows: FxHashMap::default(),
            paths: FxHashMap::default(),
        };
        let mut own_paths: Vec<String> = Vec::with_capacity(facts.definitions.len());
        for (id, definition) in facts.enumerate() {
            let path = match definition.parent {
                Some(parent) => {
                    index.children.entry(parent).or_default().push(id);
                    format!("{}.{}", own_paths[parent.0 as usize], definition.name)
                }
                None => definition.name.clone(),
            };
            index.paths.insert(path.clone(), id);
            own_paths.push(path);
            if definition.parent.is_none() && MODULE_SET_UP.contains(&definition.name.as_str()) {
                index.module_set_up.push(id);
            }
        }
        for (place, signal) in facts.signals.iter().enumerate() {
            index.add_signal(facts, place, signal);
        }
        for (place, flow) in facts.flows.iter().enumerate() {
            index.flows.entry(flow.owner).or_default().push(place);
        }
        for (place, reference) in facts.references.iter().enumerate() {
            if let Some(owner) = reference.owner {
                index.uses.entry(owner).or_default().push(place);
            }
        }
        index
    }

    fn add_signal(&mut self, facts: &FileFacts, place: usize, signal: &Signal) {
        match signal.owner {
            Some(owner) => self.by_owner.entry(owner).or_default().push(place),
            None if signal.role == Role::Pytestmark => self.module_marks.push(place),
            None => {}
        }
        match signal.kind {
            SignalKind::ParametrizeHook => self.hooks.push(place),
            SignalKind::ParametrizeInstantiate => self.instantiations.push(place),
            SignalKind::Seed if signal.role == Role::Body => {
                let class = |owner| facts.definition(owner).kind == DefinitionKind::Class;
                if signal.owner.is_none_or(class) {
                    self.import_seeds.push(place);
                }
            }
            _ => {}
        }
    }

    /// What may end a function, a class body or the module, in source order, by its place among all.
    pub(super) fn flows(&self, owner: Option<DefinitionId>) -> &[usize] {
        self.flows.get(&owner).map(Vec::as_slice).unwrap_or_default()
    }

    /// The definition with this path of names: `TestA.Inner`.
    pub(super) fn find(&self, path: &str) -> Option<DefinitionId> {
        self.paths.get(path).copied()
    }
}

/// A file's facts with their indexes.
#[derive(Clone, Copy)]
pub(super) struct Index<'f> {
    pub(super) facts: &'f FileFacts,
    pub(super) table: &'f Table,
}

impl<'f> Index<'f> {
    pub(super) fn definition(&self, id: DefinitionId) -> &'f Definition {
        self.facts.definition(id)
    }

    /// Calls that turn templates into tests.
    pub(super) fn instantiations(&self) -> impl Iterator<Item = &'f Signal> {
        self.signals(&self.table.instantiations)
    }

    /// Seeds that run when the file is imported.
    pub(super) fn import_seeds(&self) -> impl Iterator<Item = &'f Signal> {
        self.signals(&self.table.import_seeds)
    }

    fn signals(&self, places: &'f [usize]) -> impl Iterator<Item = &'f Signal> {
        let facts = self.facts;
        places.iter().map(|place| &facts.signals[*place])
    }

    /// The signals that a definition owns, in source order, by their place among all.
    pub(super) fn owned(&self, id: DefinitionId) -> &'f [usize] {
        self.table.by_owner.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a definition owns a signal of this kind.
    pub(super) fn owns(&self, id: DefinitionId, kind: SignalKind) -> bool {
        self.owned(id).iter().any(|place| self.facts.signals[*place].kind == kind)
    }

    /// What is defined directly inside, in source order.
    pub(super) fn children(&self, id: DefinitionId) -> &'f [DefinitionId] {
        self.table.children.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The last method of this name directly in a class.
    pub(super) fn method(&self, class: DefinitionId, name: &str) -> Option<DefinitionId> {
        self.children(class).iter().rev().copied().find(|id| self.definition(*id).name == name)
    }

    /// The uses of helpers in a definition, by their place among all references.
    pub(super) fn uses(&self, id: DefinitionId) -> &'f [usize] {
        self.table.uses.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The definition with this path of names: `TestA.Inner`.
    pub(super) fn find(&self, path: &str) -> Option<DefinitionId> {
        self.table.find(path)
    }

    /// The classes that a class inherits from within the file, itself first, each once.
    pub(super) fn lineage(&self, class: DefinitionId) -> Vec<DefinitionId> {
        let mut lineage = vec![class];
        let mut seen = FxHashSet::from_iter([class]);
        let mut next = 0;
        while let Some(class) = lineage.get(next) {
            next += 1;
            for base in &self.definition(*class).bases {
                let local = base.strip_prefix(':').and_then(|path| self.find(path));
                if let Some(local) = local.filter(|local| seen.insert(*local)) {
                    lineage.push(local);
                }
            }
        }
        lineage
    }

    /// Bases from outside the file, of the class and of those that it inherits from.
    pub(super) fn outer_bases(&self, class: DefinitionId) -> impl Iterator<Item = &'f str> {
        let lineage = self.lineage(class).into_iter();
        let bases = lineage.flat_map(|class| &self.facts.definition(class).bases);
        bases.filter(|base| !base.starts_with(':')).map(String::as_str)
    }
}
