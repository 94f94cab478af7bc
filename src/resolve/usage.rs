//! Which fixtures of the tree anybody uses: those that tests get, and those that are asked for by name.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    fixtures::is_fixture_maker,
    modules::{Module, World},
    names::stem,
    selection::is_ignored,
};
use crate::model::{
    DefinitionId, DefinitionKind, Expr, FileRole, Region, SignalKind, collected::FixtureDefinition, expr::Call,
    path::is_below,
};

/// A fixture by its module, whose address tells it from others, and its definition.
pub(super) type Key = (usize, DefinitionId);

/// How many tests get each fixture.
pub(super) type Counted = FxHashMap<Key, usize>;

/// The key of a definition.
pub(super) fn key(module: &Module, id: DefinitionId) -> Key {
    (std::ptr::from_ref(module).addr(), id)
}

/// The fixtures of test modules, conftest files and plugins of the tree. `got` are those that tests get, `own` the plugins,
/// `published` those of them that other projects load.
pub(super) fn fixtures(
    world: &World<'_>,
    own: &[&Module],
    published: &dyn Fn(&Module) -> bool,
    got: &Counted,
) -> Vec<FixtureDefinition> {
    let asked = Asked::new(world);
    let mut found = Vec::new();
    for module in &world.modules {
        let is_plugin = own.iter().any(|plugin| std::ptr::eq(*plugin, module));
        let is_seen = matches!(module.file.role, FileRole::TestModule | FileRole::Conftest) || is_plugin;
        if !is_seen || published(module) || is_ignored(world, module.path()) {
            continue;
        }
        for fixture in &module.table().fixtures {
            let definition = module.facts.definition(fixture.definition);
            // One within a function is seen by nobody, or by those whom the function tells.
            let nested = module.facts.ancestors(definition.parent);
            if nested.into_iter().any(|id| module.facts.definition(id).kind == DefinitionKind::Function) {
                continue;
            }
            found.push(FixtureDefinition {
                name: fixture.name.clone(),
                at: Region::name_of(module.path(), definition),
                autouse: fixture.autouse || fixture.perhaps_autouse,
                used: got.contains_key(&key(module, fixture.definition)) || asked.names.contains(fixture.name.as_str()),
                computed: asked.is_computed_near(module),
                overrides: world.plugin_fixture(&fixture.name).is_some(),
                users: got.get(&key(module, fixture.definition)).copied().unwrap_or_default(),
                scope: fixture.scope.clone(),
                params: fixture.params,
                teardown: definition.yields,
                doc: definition.doc.as_deref().cloned(),
            });
        }
    }
    // Of several definitions in branches one counts, which is not known.
    let used: FxHashSet<(String, String)> = found
        .iter()
        .filter(|fixture| fixture.used)
        .map(|fixture| (fixture.at.path.clone(), fixture.name.clone()))
        .collect();
    for fixture in &mut found {
        fixture.used |= used.contains(&(fixture.at.path.clone(), fixture.name.clone()));
    }
    found.sort_by(|a, b| a.at.cmp(&b.at));
    found
}

/// What is asked for by other means than by what a test or a fixture requests.
struct Asked<'w> {
    names: FxHashSet<&'w str>,
    /// Files that ask for a computed name.
    computed: Vec<&'w Module>,
}

impl<'w> Asked<'w> {
    fn new(world: &'w World<'_>) -> Self {
        let mut asked = Self { names: FxHashSet::default(), computed: Vec::new() };
        for module in &world.modules {
            for signal in &module.facts.signals {
                match signal.kind {
                    SignalKind::FixtureRequest => {
                        let name = signal.name.trim_matches(['"', '\'']);
                        if name.len() < signal.name.len() {
                            asked.names.insert(name);
                        } else {
                            asked.computed.push(module);
                        }
                    }
                    // A list of cases can hold the names that are asked for.
                    SignalKind::ParametrizeCases | SignalKind::ParametrizeFixture => {
                        signal.call.iter().for_each(|call| asked.strings_of(call));
                    }
                    _ => {}
                }
            }
            let is_judged = matches!(module.file.role, FileRole::TestModule | FileRole::Conftest);
            asked.module(module, is_judged && !is_ignored(world, module.path()));
        }
        asked
    }

    /// Parameters of functions that something else than pytest registers: steps of pytest-bdd, factories. Of a module that is
    /// not collected here those of all functions: it may be elsewhere.
    fn module(&mut self, module: &'w Module, is_judged: bool) {
        for definition in &module.facts.definitions {
            let is_fixture = |name: &str| is_fixture_maker(stem(name)) || name.starts_with("pytest.mark");
            if !is_judged || definition.decorators.iter().any(|decorator| !is_fixture(&decorator.name)) {
                self.names.extend(definition.parameters.iter().map(|parameter| parameter.name.as_str()));
            }
            for call in definition.decorators.iter().filter_map(|decorator| decorator.call.as_ref()) {
                if call.callee.ends_with(".usefixtures") {
                    self.strings_of(call);
                }
            }
        }
    }

    fn strings_of(&mut self, call: &'w Call) {
        let mut pending: Vec<&'w Expr> =
            call.arguments.iter().chain(call.keywords.iter().map(|(_, value)| value)).collect();
        while let Some(expr) = pending.pop() {
            match expr {
                Expr::Str(text) => {
                    self.names.insert(text);
                }
                Expr::Sequence(items) | Expr::Tuple(items) | Expr::Set(items) => pending.extend(items),
                Expr::Mapping(entries) => pending.extend(entries.iter().map(|(_, value)| value)),
                Expr::Call(call) => {
                    pending.extend(call.arguments.iter().chain(call.keywords.iter().map(|(_, value)| value)));
                }
                Expr::Sum(left, right) | Expr::Product(left, right) => pending.extend([&**left, &**right]),
                Expr::Starred(inner) => pending.push(inner),
                _ => {}
            }
        }
    }

    /// Whether a computed name can be that of a fixture of this module.
    fn is_computed_near(&self, module: &Module) -> bool {
        let sees = |asking: &&Module| match module.file.role {
            FileRole::TestModule => std::ptr::eq(*asking, module),
            _ => is_below(asking.folder(), module.folder()),
        };
        self.computed.iter().any(sees)
    }
}
