//! Where markers are registered and used across the tree.
//!
//! What counts as a use is what pytest evaluates while it imports what it collects: test modules, conftest files,
//! plugins of the tree and the modules that these import. As `MarkGenerator.__getattr__` (`_pytest/mark/structures.py`)
//! is asked there, a marker that is not registered is reported or refused.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    marks::mark_name,
    modules::{Module, World, folder, join},
    names::{Entity, Located, Names},
    plugins,
    selection::is_ignored,
};
use crate::model::{
    AddedMarker, BindingValue, DefinitionKind, Expr, FileFacts, FileRole, Location, MarkerUse, Markers, PytestConfig,
    Region, Registrar, Registration, Role, Signal, SignalKind, Test,
};

/// How many names and parts are followed from one line.
const MAX_DEPTH: u8 = 12;

/// The markers of the tree. `tests` are those of all modules.
pub(super) fn markers<'w>(
    names: &Names<'_, 'w>,
    pytest: &PytestConfig,
    loaded: &Loaded<'w>,
    tests: &[&Test],
) -> Markers {
    let world = names.world;
    let mut markers = Markers {
        config: pytest.source.clone(),
        strict: pytest.strict_markers,
        ignored: pytest.ignored.clone(),
        ..Markers::default()
    };
    configured(pytest, &mut markers.registered);
    for module in world.modules.iter().chain(loaded.outside(world)) {
        let can_register = loaded.registers.contains(module.path());
        for signal in &module.facts.signals {
            let at = || Location { path: module.path().to_owned(), line: signal.evidence.line };
            let region = || Region::of_signal(module.path(), signal);
            match signal.kind {
                SignalKind::MarkerUse => {
                    if let Some(name) = used_name(signal) {
                        if can_register && is_added(&module.facts, signal) {
                            let (name, always) = (name.to_owned(), !signal.branched);
                            markers.added.push(AddedMarker { name, at: at(), always });
                        }
                        let at_import =
                            loaded.imported.contains(module.path()) && runs_at_import(&module.facts, signal);
                        markers.uses.push(MarkerUse { name: name.to_owned(), at: region(), at_import });
                    }
                }
                SignalKind::MarkerComputed => match signal.name.strip_prefix(['"', '\'']) {
                    Some(name) => {
                        let name = name.trim_end_matches(['"', '\'']).to_owned();
                        markers.uses.push(MarkerUse { name, at: region(), at_import: false });
                    }
                    None => markers.computed_uses.push(at()),
                },
                SignalKind::MarkerRegister if can_register => match lines(names, module, signal) {
                    Some(lines) => markers.registered.extend(lines.into_iter().map(|(name, description)| {
                        Registration { name, registrar: Registrar::Call(at()), description }
                    })),
                    None => markers.computed.push(at()),
                },
                _ => {}
            }
        }
    }
    let carried = tests.iter().flat_map(|test| &test.markers).map(String::as_str);
    let accessed = markers.uses.iter().filter(|own| own.at_import).map(|own| own.name.as_str());
    let used: FxHashSet<&str> = carried.chain(accessed).collect();
    let provided = provided(world, pytest, &used, &markers.registered);
    markers.registered.extend(provided);
    let registered: FxHashSet<&str> = markers.registered.iter().map(|own| own.name.as_str()).collect();
    let others = used.iter().filter(|name| !registered.contains(**name));
    markers.not_required = others
        .filter_map(|name| Some(((*name).to_owned(), plugins::marker(name).filter(|it| it.if_required)?.name)))
        .collect();
    markers.not_required.sort();
    markers.registered.sort();
    markers.registered.dedup();
    markers.computed.sort();
    markers.computed_uses.sort();
    markers.added.sort();
    markers.uses.sort();
    markers
}

fn configured(pytest: &PytestConfig, registered: &mut Vec<Registration>) {
    let path = pytest.source.as_ref().map_or("", |source| source.path.as_str());
    registered.extend(pytest.markers.iter().map(|marker| Registration {
        name: marker.name.clone(),
        registrar: Registrar::Configuration(Location { path: path.to_owned(), line: marker.line }),
        description: marker.description.clone(),
    }));
}

/// What pytest registers itself, and those of its plugins' markers that are used and that the tree does not register.
fn provided(
    world: &World<'_>,
    pytest: &PytestConfig,
    used: &FxHashSet<&str>,
    registered: &[Registration],
) -> Vec<Registration> {
    let is_off = |module: &&str| {
        pytest.addopts.plugins.iter().any(|plugin| plugin.strip_prefix("no:").is_some_and(|name| name == *module))
    };
    let known: FxHashSet<&str> = registered.iter().map(|own| own.name.as_str()).collect();
    let mut found: Vec<Registration> = Vec::new();
    for plugin in plugins::plugins().iter().filter(|plugin| !plugin.modules.iter().any(is_off)) {
        for name in &plugin.markers {
            let is_wanted = plugin.builtin || (used.contains(name) && !known.contains(name));
            if is_wanted && !found.iter().any(|own| own.name == *name) && world.may_have(plugin) {
                let registrar = Registrar::Plugin(plugin.name.to_owned());
                found.push(Registration { name: (*name).to_owned(), registrar, description: String::new() });
            }
        }
    }
    found
}

/// Whether a hook that sees every item uses a marker: it puts it on them.
fn is_added(facts: &FileFacts, signal: &Signal) -> bool {
    let hook = signal.owner.map(|owner| facts.definition(owner));
    signal.role == Role::Body
        && hook.is_some_and(|hook| matches!(&*hook.name, "pytest_collection_modifyitems" | "pytest_itemcollected"))
}

fn used_name(signal: &Signal) -> Option<&str> {
    let name = mark_name(&signal.name).unwrap_or_else(|| signal.name.trim_matches(['"', '\'']));
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with('_');
    (is_name && !name.is_empty()).then_some(name)
}

/// Whether it is evaluated while its module is imported: in no function's body.
fn runs_at_import(facts: &FileFacts, signal: &Signal) -> bool {
    let around = match signal.role {
        Role::Decorator | Role::Header => signal.owner.and_then(|owner| facts.definition(owner).parent),
        Role::Body | Role::Pytestmark => signal.owner,
    };
    facts.ancestors(around).all(|id| facts.definition(id).kind == DefinitionKind::Class)
}

/// Which modules pytest imports, by path, as far as it matters to what is registered.
pub(super) struct Loaded<'w> {
    /// What is collected, and what that imports.
    imported: FxHashSet<&'w str>,
    /// Conftest files and plugins, and what these import.
    pub(super) registers: FxHashSet<&'w str>,
    plugins: Vec<&'w Module>,
}

impl<'w> Loaded<'w> {
    /// `plugins` are those of the tree.
    pub(super) fn new(world: &'w World<'_>, plugins: &[&'w Module]) -> Self {
        let of = |role| world.modules.iter().filter(move |module| module.file.role == role);
        let collected = of(FileRole::TestModule).filter(|module| !is_ignored(world, module.path()));
        let hooks: Vec<&Module> = of(FileRole::Conftest).chain(plugins.iter().copied()).collect();
        let starts: Vec<&Module> = collected.chain(hooks.iter().copied()).collect();
        let (mut registers, mut imported) = (paths(&hooks), paths(&starts));
        // Imports are followed only where a helper has something to say.
        let says = |signal: &Signal| {
            matches!(signal.kind, SignalKind::MarkerUse | SignalKind::MarkerRegister | SignalKind::OptionRegister)
        };
        if of(FileRole::Other).any(|module| module.facts.signals.iter().any(says)) {
            registers = reached(world, &hooks);
            imported = reached(world, &starts);
        }
        Self { imported, registers, plugins: plugins.to_vec() }
    }

    /// Plugins that were not walked.
    pub(super) fn outside(&self, world: &'w World<'_>) -> impl Iterator<Item = &'w Module> {
        let walked: FxHashSet<&str> = world.modules.iter().map(Module::path).collect();
        self.plugins.iter().copied().filter(move |module| !walked.contains(module.path()))
    }
}

fn paths<'w>(modules: &[&'w Module]) -> FxHashSet<&'w str> {
    modules.iter().map(|module| module.path()).collect()
}

/// The modules and what they import at module and class level, transitively, as far as it was walked.
fn reached<'w>(world: &'w World<'_>, starts: &[&'w Module]) -> FxHashSet<&'w str> {
    let mut found = paths(starts);
    let mut pending = starts.to_vec();
    while let Some(module) = pending.pop() {
        for binding in &module.facts.bindings {
            let (BindingValue::Import(dotted) | BindingValue::Star(dotted)) = &binding.value else { continue };
            for imported in along(world, module, dotted) {
                if found.insert(imported.path()) {
                    pending.push(imported);
                }
            }
        }
    }
    found
}

/// The modules that importing a dotted name runs, where it can lead to what was walked.
pub(super) fn along<'w>(world: &'w World<'_>, from: &'w Module, dotted: &str) -> Vec<&'w Module> {
    let name = dotted.trim_start_matches('.');
    let dots = dotted.len() - name.len();
    let first = name.split('.').next().unwrap_or_default();
    let starts = if dots > 0 {
        vec![(1..dots).fold(from.folder(), |base, _| folder(base)).to_owned()]
    } else if world.holds(from, name) {
        world.import_folders(from, first)
    } else {
        return Vec::new();
    };
    for start in starts {
        let mut found: Vec<&Module> = Vec::new();
        found.extend((dots > 0).then(|| world.present(&join(&start, "__init__.py"))).flatten());
        let mut at = start;
        for part in name.split('.').filter(|part| !part.is_empty()) {
            at = join(&at, part);
            let module = world.present(&format!("{at}/__init__.py"));
            found.extend(module.or_else(|| world.present(&format!("{at}.py"))));
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// A text, where all of it is known.
pub(super) fn text_of<'w>(names: &Names<'_, 'w>, module: &'w Module, expr: &'w Expr) -> Option<String> {
    let mut text = String::new();
    let rounds = Rounds { names, targets: &[], values: FxHashMap::default() };
    let at = Located { module, scope: None, offset: u32::MAX, expr };
    rounds.text(at, MAX_DEPTH, &mut text).then_some(text)
}

/// Name and description of the markers that a call of `addinivalue_line` registers; `None` where they are computed.
fn lines<'w>(names: &Names<'_, 'w>, module: &'w Module, signal: &'w Signal) -> Option<Vec<(String, String)>> {
    let expr = signal.call.as_ref()?.argument(1, "line")?;
    // A function runs when all of its module is bound.
    let at = Located { module, scope: None, offset: u32::MAX, expr };
    let mut round = Rounds { names, targets: &[], values: FxHashMap::default() };
    let Expr::Comprehension(all) = expr else { return Some(vec![round.marker(at)?]) };
    let [iterable] = all.iterables.as_slice() else { return None };
    round.targets = &all.targets;
    let element = Located { expr: &all.element, ..at };
    // The name may be the same in each round.
    if let Some(marker) = round.marker(element) {
        return Some(vec![marker]);
    }
    let rounds = round.of(Located { expr: iterable, ..at }, MAX_DEPTH)?;
    let lines = rounds.into_iter().map(|values| {
        round.values = all.targets.iter().map(String::as_str).zip(values).collect();
        round.marker(element)
    });
    lines.collect()
}

/// Evaluates what a line is in each round of a loop.
struct Rounds<'n, 'a, 'w> {
    names: &'n Names<'a, 'w>,
    targets: &'w [String],
    /// What the targets are in the round at hand.
    values: FxHashMap<&'w str, Located<'w>>,
}

impl<'w> Rounds<'_, '_, 'w> {
    /// As `_pytest/mark/__init__.py` reads the ini option `markers`.
    fn marker(&self, at: Located<'w>) -> Option<(String, String)> {
        let mut text = String::new();
        let is_whole = self.text(at, MAX_DEPTH, &mut text);
        let (head, description) = text.split_once(':').unwrap_or((&text, ""));
        let name = head.split('(').next().unwrap_or_default();
        let is_known = is_whole || name.len() < text.len();
        let name = name.trim();
        (is_known && !name.is_empty()).then(|| (name.to_owned(), description.trim().to_owned()))
    }

    /// Adds what is known of a text from its beginning on; whether that is all of it.
    fn text(&self, at: Located<'w>, depth: u8, text: &mut String) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match at.expr {
            Expr::Str(part) => {
                text.push_str(part);
                true
            }
            Expr::Sum(left, right) => {
                self.text(Located { expr: left, ..at }, depth, text)
                    && self.text(Located { expr: right, ..at }, depth, text)
            }
            Expr::Name(name) if self.targets.contains(name) => {
                self.values.get(name.as_str()).is_some_and(|value| self.text(*value, depth, text))
            }
            Expr::Name(name) => match self.names.written(at, name) {
                Entity::Value(value) => self.text(value, depth, text),
                _ => false,
            },
            _ => false,
        }
    }

    /// What the targets are in each round over this.
    fn of(&self, at: Located<'w>, depth: u8) -> Option<Vec<Vec<Located<'w>>>> {
        let depth = depth.checked_sub(1)?;
        let mut rounds = Vec::new();
        match at.expr {
            Expr::Sequence(items) | Expr::Tuple(items) | Expr::Set(items) => {
                for expr in items {
                    match expr {
                        Expr::Starred(inner) => rounds.extend(self.of(Located { expr: inner, ..at }, depth)?),
                        expr => rounds.push(self.unpacked(Located { expr, ..at })?),
                    }
                }
            }
            Expr::Mapping(entries) => {
                for (key, _) in entries {
                    rounds.push(self.unpacked(Located { expr: key.as_ref()?, ..at })?);
                }
            }
            Expr::Sum(left, right) => {
                rounds.extend(self.of(Located { expr: left, ..at }, depth)?);
                rounds.extend(self.of(Located { expr: right, ..at }, depth)?);
            }
            Expr::Name(_) => rounds = self.of(self.value(at)?, depth)?,
            Expr::Call(call) => match call.callee.rsplit('.').next()? {
                "list" | "tuple" | "sorted" | "set" | "reversed" if call.callee.starts_with("builtins.") => {
                    rounds = self.of(Located { expr: call.arguments.first()?, ..at }, depth)?;
                }
                method @ ("items" | "keys" | "values") => {
                    let mapping = match &call.receiver {
                        Some(expr) => self.value(Located { expr, ..at })?,
                        None => {
                            match self.names.dotted(at.module, call.callee.strip_suffix(method)?.strip_suffix('.')?) {
                                Entity::Value(value) => value,
                                _ => return None,
                            }
                        }
                    };
                    let Expr::Mapping(entries) = mapping.expr else { return None };
                    for (key, value) in entries {
                        let (key, value) =
                            (Located { expr: key.as_ref()?, ..mapping }, Located { expr: value, ..mapping });
                        rounds.push(match (method, self.targets.len()) {
                            ("items", 2) => vec![key, value],
                            ("items", _) => return None,
                            ("keys", _) => self.unpacked(key)?,
                            _ => self.unpacked(value)?,
                        });
                    }
                }
                _ => return None,
            },
            _ => return None,
        }
        Some(rounds)
    }

    /// The value of each target, of one item.
    fn unpacked(&self, item: Located<'w>) -> Option<Vec<Located<'w>>> {
        if self.targets.len() == 1 {
            return Some(vec![item]);
        }
        let item = self.value(item)?;
        let (Expr::Tuple(parts) | Expr::Sequence(parts)) = item.expr else { return None };
        (parts.len() == self.targets.len()).then(|| parts.iter().map(|expr| Located { expr, ..item }).collect())
    }

    /// The expression, or what its name stands for.
    fn value(&self, at: Located<'w>) -> Option<Located<'w>> {
        match self.names.follow(at) {
            Entity::Value(value) => Some(value),
            _ => None,
        }
    }
}
