//! What tests lead to: modules through imports, symbols through names. A name counts whatever it is used for, so that what is
//! not reached is not reached by any name; what is reached may still not be tested.

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::{Index, relative_folder};
use crate::model::project::{ImportTime, ModuleFacts, ModuleImport, ModuleReach, Noted, Part, SymbolKind};

/// A module with what it is.
pub(super) struct Member<'m> {
    pub(super) path: &'m str,
    pub(super) part: Part,
    pub(super) facts: &'m ModuleFacts,
}

/// Which modules import which, by their places.
pub(super) struct Graph {
    /// For each module, those that it imports, and when.
    edges: Vec<Vec<(usize, ImportTime)>>,
}

impl Graph {
    /// The graph of these modules.
    pub(super) fn new(members: &[Member<'_>], index: &Index) -> Self {
        let by_path: FxHashMap<&str, usize> =
            members.iter().enumerate().map(|(place, member)| (member.path, place)).collect();
        let edges = members.iter().enumerate().map(|(place, member)| {
            let mut found: Vec<(usize, ImportTime)> = Vec::new();
            for import in &member.facts.imports {
                let targets = targets(member.path, import, index, &by_path);
                found.extend(targets.into_iter().filter(|to| *to != place).map(|to| (to, import.when)));
            }
            found.sort_unstable();
            found.dedup_by_key(|(to, _)| *to);
            found
        });
        Self { edges: edges.collect() }
    }

    /// How many modules of the code under test import each.
    pub(super) fn importers(&self, members: &[Member<'_>]) -> Vec<u32> {
        let mut counts = vec![0; members.len()];
        for (edges, _) in self.edges.iter().zip(members).filter(|(_, member)| member.part == Part::Product) {
            edges.iter().filter(|(_, when)| *when != ImportTime::Typing).for_each(|(to, _)| counts[*to] += 1);
        }
        counts
    }

    /// The modules that these lead to by imports that happen at these times.
    pub(super) fn closure(&self, starts: impl IntoIterator<Item = usize>, latest: ImportTime) -> FxHashSet<usize> {
        let mut found = FxHashSet::default();
        let mut pending: Vec<usize> = starts.into_iter().collect();
        while let Some(at) = pending.pop() {
            if found.insert(at) {
                pending.extend(self.edges[at].iter().filter(|(_, when)| *when <= latest).map(|(to, _)| *to));
            }
        }
        found
    }

    /// What a module imports, but for type checkers.
    pub(super) fn imports(&self, of: usize) -> impl Iterator<Item = usize> {
        self.edges[of].iter().filter(|(_, when)| *when != ImportTime::Typing).map(|(to, _)| *to)
    }
}

/// The modules that an import may lead to: the module itself, the packages around it, and what is taken from it where that is
/// a module.
fn targets(path: &str, import: &ModuleImport, index: &Index, by_path: &FxHashMap<&str, usize>) -> Vec<usize> {
    let mut found = Vec::new();
    let plain = import.module.trim_start_matches('.');
    let dots = import.module.len() - plain.len();
    let names = import.names.iter().filter(|name| *name != "*");
    if dots > 0 {
        let Some(folder) = relative_folder(path, dots) else { return found };
        let join = |inner: &str| if folder.is_empty() { inner.to_owned() } else { format!("{folder}/{inner}") };
        let at = |inner: &str, found: &mut Vec<usize>| {
            let base = if inner.is_empty() { folder.to_owned() } else { join(inner) };
            let package = if base.is_empty() { "__init__.py".to_owned() } else { format!("{base}/__init__.py") };
            found.extend([format!("{base}.py"), package].iter().filter_map(|path| by_path.get(path.as_str())));
        };
        let inner = plain.replace('.', "/");
        let mut upto = String::new();
        at("", &mut found);
        for part in inner.split('/').filter(|part| !part.is_empty()) {
            upto = if upto.is_empty() { part.to_owned() } else { format!("{upto}/{part}") };
            at(&upto, &mut found);
        }
        for name in names {
            at(&if inner.is_empty() { name.clone() } else { format!("{inner}/{name}") }, &mut found);
        }
        return found;
    }
    let mut upto = String::new();
    for part in plain.split('.') {
        upto = if upto.is_empty() { part.to_owned() } else { format!("{upto}.{part}") };
        found.extend(index.get(&upto));
    }
    for name in names {
        found.extend(index.get(&format!("{plain}.{name}")));
    }
    found
}

/// What tests reach, by the places of modules.
pub(super) struct Reached {
    /// How far they reach each.
    pub(super) reach: Vec<ModuleReach>,
    /// An import of a computed name that may still lead to it.
    pub(super) perhaps: Vec<Option<(String, Noted)>>,
    /// A string that names it, in a module that they reach.
    pub(super) named: Vec<Option<(String, u32)>>,
}

/// Modules of the code under test by their dotted names, for strings that name them.
struct Named<'m>(FxHashMap<&'m str, usize>);

impl<'m> Named<'m> {
    fn new(members: &[Member<'_>], names: &'m [String]) -> Self {
        let product = (0..members.len()).filter(|place| members[*place].part == Part::Product);
        Self(product.filter(|place| names[*place].contains('.')).map(|place| (names[place].as_str(), place)).collect())
    }

    /// The modules that strings of a module name, or of which they name something, with the lines.
    fn of(&self, facts: &ModuleFacts) -> impl Iterator<Item = (usize, u32)> {
        // `pkg.module.Class.method`.
        const DEPTH: usize = 3;
        let around = |dotted: &str| {
            let mut names = std::iter::successors(Some(dotted), |at| Some(at.rsplit_once('.')?.0)).take(DEPTH);
            names.find_map(|name| self.0.get(name).copied())
        };
        facts.named.iter().filter_map(move |(dotted, line)| Some((around(dotted)?, *line)))
    }
}

/// How far tests reach each module.
pub(super) fn modules(
    members: &[Member<'_>],
    graph: &Graph,
    starts: &[usize],
    mentioned: &FxHashSet<&str>,
    names: &[String],
) -> Reached {
    let loaded = graph.closure(starts.iter().copied(), ImportTime::Load);
    // A test's own functions import when the test runs.
    let in_tests = starts.iter().flat_map(|start| graph.imports(*start));
    let loaded = graph.closure(loaded.into_iter().chain(in_tests), ImportTime::Load);
    let named = |place: usize| {
        let stem = names[place].rsplit('.').next().unwrap_or_default();
        // `f"backends._{name}"` leads from `trio` to `_trio`.
        !stem.is_empty() && (mentioned.contains(stem) || mentioned.contains(stem.trim_matches('_')))
    };
    let is_product = |place: &usize| members[*place].part == Part::Product;
    let possible = graph.closure(
        loaded.iter().copied().chain((0..members.len()).filter(is_product).filter(|place| named(*place))),
        ImportTime::Call,
    );
    // What a module that imports by computed names mentions, it may import: a table of lazy imports.
    let mut possible = possible;
    let by_string = Named::new(members, names);
    loop {
        let before = possible.len();
        let lazy = possible.iter().filter(|place| !members[**place].facts.dynamic_imports.is_empty());
        let words: FxHashSet<&str> =
            lazy.flat_map(|place| members[*place].facts.words.iter().map(|word| &**word)).collect();
        let led = (0..members.len()).filter(is_product).filter(|place| {
            let stem = names[*place].rsplit('.').next().unwrap_or_default();
            !possible.contains(place) && words.contains(stem)
        });
        let mut led: Vec<usize> = led.collect();
        led.extend(possible.iter().flat_map(|place| by_string.of(members[*place].facts)).map(|(to, _)| to));
        possible.extend(graph.closure(led, ImportTime::Call));
        if possible.len() == before {
            break;
        }
    }
    let reach = (0..members.len()).map(|place| match (loaded.contains(&place), possible.contains(&place)) {
        (true, _) => ModuleReach::Loaded,
        (false, true) => ModuleReach::Possible,
        (false, false) => ModuleReach::None,
    });
    let reach: Vec<ModuleReach> = reach.collect();
    let mut dynamic: Vec<(usize, &Noted)> = (0..members.len())
        .filter(|place| reach[*place] != ModuleReach::None || members[*place].part == Part::Tests)
        .filter_map(|place| {
            let mut noted = members[place].facts.dynamic_imports.iter();
            noted.find(|own| own.what != "__getattr__").map(|noted| (place, noted))
        })
        .collect();
    dynamic.sort_by_key(|(place, _)| members[*place].path);
    let perhaps = (0..members.len()).map(|place| {
        if reach[place] == ModuleReach::Loaded {
            return None;
        }
        let top = names[place].split('.').next().unwrap_or_default();
        // Any module of the same top-level package, or a test, may compute its name.
        let near = |other: usize| names[other].split('.').next() == Some(top) || members[other].part == Part::Tests;
        let parent = names[place].rsplit('.').nth(1).unwrap_or_default();
        let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let may = |other: usize, noted: &Noted| {
            let facts = members[other].facts;
            // Who looks objects up, or walks packages, goes through what it is told, wherever it stands itself.
            noted.what.starts_with("skbase.lookup.")
                || noted.what.ends_with(".walk_packages")
                || members[place].path.starts_with(&folder(members[other].path)) && members[other].part == Part::Product
                || !parent.is_empty() && facts.words.iter().any(|word| &**word == parent)
        };
        let found = dynamic.iter().find(|(other, noted)| near(*other) && may(*other, noted));
        found.map(|(other, noted)| (members[*other].path.to_owned(), (*noted).clone()))
    });
    let perhaps = perhaps.collect();
    let mut named: Vec<Option<(String, u32)>> = vec![None; members.len()];
    for (place, member) in members.iter().enumerate().filter(|(place, _)| reach[*place] != ModuleReach::None) {
        for (to, line) in by_string.of(member.facts).filter(|(to, _)| *to != place) {
            named[to].get_or_insert_with(|| (member.path.to_owned(), line));
        }
    }
    Reached { reach, perhaps, named }
}

/// Decorators that only change how what they decorate is called: whoever uses it names it.
const PLAIN_DECORATORS: [&str; 12] = [
    "abc.",
    "abstractmethod",
    "classmethod",
    "contextlib.",
    "dataclass",
    "dataclasses.",
    "attr",
    "functools.",
    "property",
    "staticmethod",
    "typing",
    "warnings.deprecated",
];

/// For each module of the code under test, the places of symbols of its top level that no name leads to from the words that
/// stand in tests.
pub(super) fn symbols(members: &[Member<'_>], reach: &[ModuleReach], mentioned: &FxHashSet<&str>) -> Vec<Vec<u32>> {
    let mut by_name: FxHashMap<&str, Vec<(usize, u32)>> = FxHashMap::default();
    let mut words: FxHashSet<&str> = FxHashSet::default();
    let mut fresh: Vec<&str> = Vec::new();
    let mut reached: FxHashSet<(usize, u32)> = FxHashSet::default();
    let mut pending: Vec<(usize, u32)> = Vec::new();
    for (place, member) in members.iter().enumerate().filter(|(_, member)| member.part == Part::Product) {
        for (symbol, own) in member.facts.top_level() {
            by_name.entry(&own.name).or_default().push((place, symbol));
            let is_plain = |name: &String| PLAIN_DECORATORS.iter().any(|plain| name.starts_with(plain));
            // A registry may call it; so may whoever asks a module for what it has.
            let is_registered = !own.decorators.iter().all(is_plain) || own.name.starts_with("__");
            if is_registered && reach[place] != ModuleReach::None {
                pending.push((place, symbol));
            }
        }
        if reach[place] != ModuleReach::None {
            fresh.extend(member.facts.words_of(&member.facts.uses).map(|(word, _)| word));
        }
    }
    fresh.extend(mentioned.iter().copied());
    loop {
        while let Some(word) = fresh.pop() {
            if words.insert(word) {
                pending.extend(by_name.get(word).into_iter().flatten());
            }
        }
        let Some(at) = pending.pop() else { break };
        if !reached.insert(at) {
            continue;
        }
        let (place, symbol) = at;
        let facts = members[place].facts;
        fresh.extend(facts.words_of(&facts.symbols[symbol as usize].uses).map(|(word, _)| word));
        if facts.symbols[symbol as usize].kind == SymbolKind::Class {
            // Any method of it may be called without being named.
            let inner = facts.symbols.iter().enumerate().skip(symbol as usize + 1);
            let inner = inner.take_while(|(_, own)| own.parent.is_some());
            fresh.extend(inner.flat_map(|(_, own)| facts.words_of(&own.uses).map(|(word, _)| word)));
        }
    }
    let of = |(place, member): (usize, &Member<'_>)| {
        if member.part != Part::Product || reach[place] == ModuleReach::None {
            return Vec::new();
        }
        let symbols = member.facts.top_level();
        let left = symbols.filter(|(symbol, own)| !reached.contains(&(place, *symbol)) && member.facts.offers(own));
        left.map(|(symbol, _)| symbol).collect()
    };
    members.iter().enumerate().map(of).collect()
}
