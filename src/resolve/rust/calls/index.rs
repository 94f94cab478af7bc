//! What was collected, by names: which functions, methods, types, traits and macros a name may mean.

use std::collections::{HashMap, HashSet};

use super::collect::{Callable, Collected, Type};
use crate::model::code::UnitKind;
use crate::model::graph::NodeId;

/// How often a name is followed through what calls return.
const MAX_STEPS: u8 = 12;

/// Methods that types of the standard library have, too: a call of one on something unknown says little.
const COMMON: [&str; 72] = [
    "all",
    "any",
    "as_bytes",
    "as_mut",
    "as_ref",
    "as_slice",
    "as_str",
    "borrow",
    "borrow_mut",
    "bytes",
    "capacity",
    "chars",
    "clear",
    "clone",
    "cloned",
    "cmp",
    "collect",
    "contains",
    "contains_key",
    "copied",
    "count",
    "default",
    "deref",
    "drain",
    "drop",
    "end",
    "entry",
    "eq",
    "extend",
    "filter",
    "find",
    "first",
    "flush",
    "fmt",
    "fold",
    "from",
    "get",
    "get_mut",
    "hash",
    "index",
    "insert",
    "into",
    "into_iter",
    "is_empty",
    "is_none",
    "is_some",
    "iter",
    "iter_mut",
    "join",
    "keys",
    "last",
    "len",
    "lock",
    "map",
    "max",
    "min",
    "next",
    "parse",
    "poll",
    "pop",
    "position",
    "push",
    "read",
    "remove",
    "seek",
    "send",
    "split",
    "start",
    "to_string",
    "unwrap",
    "values",
    "write",
];

/// What a name means.
pub(super) struct Index<'c> {
    collected: &'c Collected,
    by_name: HashMap<&'c str, Vec<usize>>,
    macros: HashMap<&'c str, Vec<usize>>,
    types: Vec<&'c str>,
    places: HashMap<&'c str, u32>,
    /// The types of variants, by name.
    variants: HashMap<&'c str, Vec<&'c str>>,
    common: HashSet<&'static str>,
    /// Where nodes of types begin.
    first_type: u32,
}

impl<'c> Index<'c> {
    pub(super) fn new(collected: &'c Collected) -> Self {
        let mut index = Self {
            collected,
            by_name: HashMap::new(),
            macros: HashMap::new(),
            types: collected.types.keys().map(|name| &**name).collect(),
            places: HashMap::new(),
            variants: HashMap::new(),
            common: COMMON.into(),
            first_type: 0,
        };
        let mut files: Vec<(&str, bool)> = Vec::new();
        for (at, own) in collected.callables.iter().enumerate() {
            files.push(own.part());
            if own.kind == UnitKind::Function {
                let names = if own.is_macro { &mut index.macros } else { &mut index.by_name };
                names.entry(&own.name).or_default().push(at);
            }
        }
        files.sort_unstable();
        files.dedup();
        index.first_type = u32::try_from(collected.callables.len() + files.len()).unwrap_or(u32::MAX);
        index.places = index.types.iter().copied().zip(0u32..).collect();
        for (name, own) in &collected.types {
            for variant in &own.variants {
                index.variants.entry(variant).or_default().push(name);
            }
        }
        index
    }

    /// Types in the order of their nodes, with some callable of the file that defines each.
    pub(super) fn types(&self) -> impl Iterator<Item = (&'c str, Option<usize>)> {
        let mut by_file: HashMap<&str, usize> = HashMap::new();
        for (at, own) in self.collected.callables.iter().enumerate() {
            by_file.entry(&own.file).or_insert(at);
        }
        let collected = self.collected;
        self.types.iter().map(move |name| (*name, by_file.get(&*collected.types[*name].file).copied()))
    }

    pub(super) fn callable(&self, at: usize) -> &'c Callable {
        &self.collected.callables[at]
    }

    /// The node of a type.
    pub(super) fn type_node(&self, name: &str) -> Option<NodeId> {
        self.places.get(name).map(|place| self.first_type + place)
    }

    pub(super) fn kind(&self, name: &str) -> Option<&'c Type> {
        self.collected.types.get(name)
    }

    pub(super) fn is_trait(&self, name: &str) -> bool {
        self.collected.traits.contains(name)
    }

    /// The enums that have a variant of this name.
    pub(super) fn enums(&self, variant: &str) -> &[&'c str] {
        self.variants.get(variant).map_or(&[], Vec::as_slice)
    }

    pub(super) fn macros(&self, name: &str) -> &[usize] {
        self.macros.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn is_common(&self, name: &str) -> bool {
        self.common.contains(name)
    }

    /// All functions of this name, those of tests only for tests.
    pub(super) fn named(&self, name: &str, for_test: bool) -> Vec<usize> {
        let all = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        all.iter().copied().filter(|at| for_test || !self.callable(*at).is_test).collect()
    }

    /// The functions of this name that belong to a type or trait: its own before those of traits.
    pub(super) fn associated(&self, owner: &str, name: &str) -> Vec<usize> {
        let all = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let own = |at: &&usize| self.callable(**at).owner.as_deref() == Some(owner);
        let found: Vec<usize> = all.iter().filter(own).copied().collect();
        let inherent: Vec<usize> = found.iter().copied().filter(|at| self.callable(*at).of_trait.is_none()).collect();
        if inherent.is_empty() { found } else { inherent }
    }

    /// The names in the type of what a callable's use gives.
    pub(super) fn words_of_use(&self, caller: &Callable, place: u32, steps: u8) -> Vec<Box<str>> {
        use crate::model::rust::{CodeUseKind, Receiver};
        let Some(steps) = steps.checked_sub(1) else { return Vec::new() };
        let code = &caller.code;
        let Some(used) = code.uses.get(place as usize) else { return Vec::new() };
        let name = code.word(used.name);
        let (targets, otherwise) = match used.kind {
            CodeUseKind::Method => {
                let words = self.words_of(caller, used.receiver, steps);
                let targets: Vec<usize> = words.iter().flat_map(|word| self.associated(word, name)).take(4).collect();
                // What is not known keeps what it is called on: `clone`, `unwrap`, `iter`.
                let targets = match (targets.is_empty(), used.receiver) {
                    (true, Receiver::Unknown) => {
                        let named = self.named(name, caller.is_test);
                        if named.len() == 1 { named } else { Vec::new() }
                    }
                    _ => targets,
                };
                (targets, words)
            }
            CodeUseKind::Call => {
                let targets = self.of_path(caller, name);
                let prefix = name.rsplit_once("::").map_or(name, |(prefix, _)| prefix);
                let owner = prefix.rsplit("::").next().unwrap_or(prefix);
                let owner = if owner == "Self" { caller.owner.as_deref().unwrap_or(owner) } else { owner };
                let is_type = owner.starts_with(|first: char| first.is_uppercase());
                (targets, if is_type { vec![owner.into()] } else { Vec::new() })
            }
            CodeUseKind::Macro | CodeUseKind::Value => return Vec::new(),
        };
        let mut found: Vec<Box<str>> = Vec::new();
        for at in targets {
            let own = self.callable(at);
            for word in &own.returns {
                let word = if &**word == "Self" { own.owner.as_ref().unwrap_or(word) } else { word };
                found.push(word.clone());
            }
        }
        if found.is_empty() { otherwise } else { found }
    }

    /// The names in the type of a receiver.
    pub(super) fn words_of(
        &self,
        caller: &Callable,
        receiver: crate::model::rust::Receiver,
        steps: u8,
    ) -> Vec<Box<str>> {
        use crate::model::rust::Receiver;
        let own = |word: &str| match &caller.owner {
            Some(owner) if word == "Self" => owner.clone(),
            _ => word.into(),
        };
        match receiver {
            Receiver::Unknown | Receiver::Parameter(_) => Vec::new(),
            Receiver::Own => caller.owner.iter().cloned().collect(),
            Receiver::OwnField(field) => {
                let kind = caller.owner.as_deref().and_then(|owner| self.kind(owner));
                kind.and_then(|kind| kind.fields.get(caller.code.word(field))).cloned().unwrap_or_default()
            }
            Receiver::Result(place) => self.words_of_use(caller, place, steps),
            Receiver::Words(begin, length) => {
                let (begin, length) = (begin as usize, length as usize);
                caller.code.words.get(begin..begin + length).unwrap_or_default().iter().map(|word| own(word)).collect()
            }
        }
    }

    /// What a receiver is, as far as it is followed.
    pub(super) fn receiver(&self, caller: &Callable, receiver: crate::model::rust::Receiver) -> Vec<Box<str>> {
        self.words_of(caller, receiver, MAX_STEPS)
    }

    /// The functions that a path may mean.
    pub(super) fn of_path(&self, caller: &Callable, path: &str) -> Vec<usize> {
        let mut names = path.rsplit("::");
        let (Some(last), before) = (names.next(), names.next()) else { return Vec::new() };
        match before {
            Some("Self") => caller.owner.as_deref().map_or_else(Vec::new, |owner| self.associated(owner, last)),
            Some(owner) if owner.starts_with(|first: char| first.is_uppercase()) => self.associated(owner, last),
            _ => {
                let free: Vec<usize> = self
                    .named(last, caller.is_test)
                    .into_iter()
                    .filter(|at| self.callable(*at).owner.is_none())
                    .collect();
                let module = before.filter(|name| !matches!(*name, "self" | "super" | "crate" | "$crate"));
                let within = |wanted: &str| -> Vec<usize> {
                    free.iter().copied().filter(|at| &*self.callable(*at).module == wanted).collect()
                };
                let preferred = match module {
                    Some(module) => within(module),
                    None => {
                        let here = |at: &usize| {
                            let own = self.callable(*at);
                            own.module == caller.module && own.file == caller.file
                        };
                        free.iter().copied().filter(here).collect()
                    }
                };
                if preferred.is_empty() { free } else { preferred }
            }
        }
    }
}
