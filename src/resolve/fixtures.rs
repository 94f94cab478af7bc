//! Fixtures: where they are defined, which of them a test sees, and which it gets: by parameter, by `usefixtures`,
//! transitively, and those with `autouse`.
//!
//! As pytest's `FixtureManager.getfixtureclosure` (`_pytest/fixtures.py`): of one name the nearest definition counts,
//! and one that asks for its own name gets the next.

use rustc_hash::FxHashMap;

use super::{
    classes::Class,
    modules::Module,
    names::{Entity, Names, Place},
    plugins::Params,
};
use crate::model::{BindingValue, DefinitionId, Expr, FileFacts, Role, SignalKind, expr::Call};

/// A fixture as its file declares it.
#[derive(Debug)]
pub(super) struct Fixture {
    pub(super) name: String,
    pub(super) definition: DefinitionId,
    pub(super) autouse: bool,
    /// Whether `autouse` is computed.
    pub(super) perhaps_autouse: bool,
    /// Its scope; `None` where that is computed.
    pub(super) scope: Option<String>,
    /// How many parameters it has; `None` where that is computed.
    pub(super) params: Option<usize>,
}

/// All fixtures of the file in source order.
pub(super) fn fixtures(facts: &FileFacts) -> Vec<Fixture> {
    let signals =
        facts.signals.iter().filter(|signal| signal.kind == SignalKind::Fixture && signal.role == Role::Decorator);
    let fixtures = signals.filter_map(|signal| {
        let definition = signal.owner?;
        let call = signal.call.as_ref();
        let name = match call.and_then(|call| call.keyword("name")) {
            Some(Expr::Str(name)) => name.clone(),
            _ => facts.definition(definition).name.clone(),
        };
        let autouse = call.and_then(|call| call.keyword("autouse"));
        let perhaps_autouse = autouse.is_some_and(|autouse| !matches!(autouse, Expr::Bool(_)));
        let scope = match call.and_then(|call| call.argument(0, "scope")) {
            None => Some("function".to_owned()),
            Some(Expr::Str(scope)) => Some(scope.clone()),
            Some(_) => None,
        };
        let params = match call.and_then(|call| call.keyword("params")) {
            None | Some(Expr::None) => Some(0),
            Some(Expr::Sequence(items) | Expr::Tuple(items)) => {
                items.iter().all(|item| !matches!(item, Expr::Starred(_))).then_some(items.len())
            }
            Some(_) => None,
        };
        let (autouse, perhaps_autouse) = (autouse == Some(&Expr::Bool(true)), perhaps_autouse);
        Some(Fixture { name, definition, autouse, perhaps_autouse, scope, params })
    });
    fixtures.collect()
}

/// Whether a decorator makes a fixture, by its dotted name without the call.
pub(super) fn is_fixture_maker(dotted: &str) -> bool {
    dotted.ends_with(".fixture") && (dotted.starts_with("pytest") || dotted.starts_with("_pytest"))
}

/// A fixture that a test gets.
#[derive(Clone)]
pub(super) struct Got<'w> {
    pub(super) name: String,
    pub(super) place: Place<'w>,
    pub(super) autouse: bool,
}

/// The fixtures of one level: a module, a conftest, a plugin.
#[derive(Default)]
pub(super) struct Level<'w> {
    module: Option<&'w Module>,
    found: FxHashMap<String, Got<'w>>,
    /// Names of those with `autouse`, in source order.
    autouse: Vec<String>,
}

impl<'w> Level<'w> {
    /// The fixtures among the names of a module, those that it imports included: one of these can have another name
    /// than the function, or be used by every test.
    pub(super) fn new(names: &Names<'_, 'w>, module: &'w Module) -> Self {
        let mut level = Self { module: Some(module), ..Self::default() };
        level.add(names, module, 4);
        level
    }

    fn add(&mut self, names: &Names<'_, 'w>, module: &'w Module, depth: u8) {
        for star in module.bindings(None, "*").filter(|_| depth > 0) {
            if let BindingValue::Star(dotted) = &star.value
                && let Entity::Module(other) = names.dotted(module, dotted)
            {
                self.add(names, other, depth - 1);
            }
        }
        for binding in module.scope(None) {
            if matches!(&binding.value, BindingValue::Import(dotted) if names.is_of_tests(module, dotted))
                && let Entity::Definition(place) = names.binding(module, binding)
                && let Some(fixture) = declared(place)
            {
                let name = if place.definition().name == fixture.name { &binding.name } else { &fixture.name };
                self.insert(Got { name: name.clone(), place, autouse: fixture.autouse });
            }
        }
        for fixture in &module.table().fixtures {
            let place = Place { module, id: fixture.definition };
            if place.definition().parent.is_none() {
                self.insert(Got { name: fixture.name.clone(), place, autouse: fixture.autouse });
            }
        }
        // `other = fixture` is a second one.
        for binding in module.scope(None) {
            if matches!(&binding.value, BindingValue::Value(Expr::Name(_)))
                && let Entity::Definition(place) = names.binding(module, binding)
                && let Some(fixture) = declared(place)
                && place.definition().name == fixture.name
            {
                self.insert(Got { name: binding.name.clone(), place, autouse: fixture.autouse });
            }
        }
    }

    fn insert(&mut self, got: Got<'w>) {
        self.autouse.retain(|name| *name != got.name);
        if got.autouse {
            self.autouse.push(got.name.clone());
        }
        self.found.insert(got.name.clone(), got);
    }
}

/// The fixture that a definition is.
fn declared<'w>(place: Place<'w>) -> Option<&'w Fixture> {
    place.module.table().fixtures.iter().find(|fixture| fixture.definition == place.id)
}

/// What a test module sees.
pub(super) struct Visible<'a, 'w> {
    pub(super) names: &'a Names<'a, 'w>,
    pub(super) module: &'w Module,
    /// The module's own level, then conftest files and plugins, nearest first.
    pub(super) levels: Vec<&'a Level<'w>>,
    /// `usefixtures` of pytest's configuration.
    pub(super) usefixtures: &'a [String],
}

/// What a test asks for.
pub(super) struct Request<'r, 'w> {
    /// The test function; `None` where it cannot be seen.
    pub(super) function: Option<Place<'w>>,
    /// The classes that collect it, innermost first.
    pub(super) classes: &'r [std::rc::Rc<Class<'w>>],
    /// Whether unittest runs it, which passes no arguments.
    pub(super) unittest: bool,
    /// What `usefixtures` marks ask for.
    pub(super) used: Vec<&'w str>,
    /// Names that a parametrization supplies directly, so that no fixture is called for them.
    pub(super) replaced: &'r [String],
}

/// What a test gets.
#[derive(Default)]
pub(super) struct Closure<'w> {
    /// Every name that it or one of its fixtures asks for, sorted.
    pub(super) names: Vec<String>,
    /// The fixtures of the tree among them.
    pub(super) got: Vec<Got<'w>>,
    /// Fixtures of plugins among them that are parametrized.
    pub(super) plugin_params: Vec<(String, Params)>,
    /// Names that nobody is known to define.
    pub(super) unknown: Vec<String>,
    /// Those of them that a call makes: `client = pytest.fixture(params=[…])(make)`.
    pub(super) made: Vec<String>,
}

impl<'w> Visible<'_, 'w> {
    /// The fixtures of a name, nearest first.
    fn find(&self, name: &str, classes: &[std::rc::Rc<Class<'w>>]) -> Vec<Got<'w>> {
        let mut found = Vec::new();
        for class in classes {
            // One that a subclass overrides is gone, even for the one that overrides it.
            found.extend(
                class.mro.iter().find_map(|place| of_class(*place, name)).filter(|got| is_own(class, got.place)),
            );
        }
        if let Some(imported) = self.imported(name) {
            found.push(imported);
        }
        found.extend(self.levels.iter().filter_map(|level| level.found.get(name).cloned()));
        found
    }

    /// Whether a name of the module or of a level is what some call returns.
    fn is_made(&self, name: &str) -> bool {
        self.levels.iter().filter_map(|level| level.module).any(|module| {
            let meaning = self.names.bound(module, None, name, u32::MAX);
            matches!(meaning, Some(Entity::Value(value)) if matches!(value.expr, Expr::Call(_)))
        })
    }

    /// Whether a name may be that of a fixture that is imported from outside of the tree.
    pub(super) fn may_be_imported(&self, name: &str) -> bool {
        self.levels.iter().filter_map(|level| level.module).any(|module| {
            module.bindings(None, name).any(|binding| matches!(binding.value, BindingValue::Import(_)))
                || module.bindings(None, "*").any(|star| {
                    let BindingValue::Star(dotted) = &star.value else { return false };
                    !matches!(self.names.dotted(module, dotted), Entity::Module(_))
                })
        })
    }

    /// A fixture that the test module imports by its name.
    fn imported(&self, name: &str) -> Option<Got<'w>> {
        let live = self.module.live(None, name, u32::MAX);
        let [only] = live.as_slice() else { return None };
        let (BindingValue::Import(_), Entity::Definition(place)) = (&only.value, self.names.binding(self.module, only))
        else {
            return None;
        };
        declared(place).map(|fixture| Got { name: name.to_owned(), place, autouse: fixture.autouse })
    }

    /// The closure of a test.
    pub(super) fn closure(&self, request: &Request<'_, 'w>) -> Closure<'w> {
        let mut wanted: Vec<String> = self.usefixtures.to_vec();
        wanted.extend(request.used.iter().map(|name| (*name).to_owned()));
        wanted.extend(self.levels.iter().flat_map(|level| level.autouse.iter().cloned()));
        for class in request.classes {
            for place in &class.mro {
                let own = place.module.table().fixtures.iter();
                let own =
                    own.filter(|fixture| place.module.facts.definition(fixture.definition).parent == Some(place.id));
                let own = own.filter(|fixture| {
                    fixture.autouse && is_own(class, Place { module: place.module, id: fixture.definition })
                });
                wanted.extend(own.map(|fixture| fixture.name.clone()));
            }
        }
        if !request.unittest
            && let Some(function) = request.function
        {
            wanted.extend(requested(function, request.classes));
        }
        let mut closure = Closure::default();
        let mut next = 0;
        while let Some(name) = wanted.get(next).cloned() {
            next += 1;
            if wanted[..next - 1].contains(&name) {
                continue;
            }
            closure.names.push(name.clone());
            if request.replaced.contains(&name) {
                continue;
            }
            let found = self.find(&name, request.classes);
            // One that asks for its own name gets the one that it overrides, at last that of a plugin.
            let overrides = |got: &Got<'w>| requested(got.place, &[]).any(|parameter| parameter == name);
            if found.iter().all(overrides) {
                match self.names.world.plugin_fixture(&name) {
                    Some(fixture) => {
                        wanted.extend(fixture.requests.iter().map(|name| (*name).to_owned()));
                        if fixture.params != Params::No {
                            closure.plugin_params.push((name.clone(), fixture.params));
                        }
                    }
                    // Every node gets its request.
                    None if name == "request" || !found.is_empty() => {}
                    None => {
                        if self.is_made(&name) {
                            closure.made.push(name.clone());
                        }
                        closure.unknown.push(name.clone());
                    }
                }
            }
            for got in found {
                let last = !overrides(&got);
                wanted.extend(requested(got.place, &[]));
                closure.got.push(got);
                if last {
                    break;
                }
            }
        }
        closure.names.sort();
        closure
    }
}

/// Whether a class has a method as it is, rather than something of its own under that name.
fn is_own(class: &Class<'_>, method: Place<'_>) -> bool {
    let definition = method.definition();
    class
        .binder(&definition.name)
        .is_some_and(|(owner, _)| Some(owner.id) == definition.parent && std::ptr::eq(owner.module, method.module))
}

/// A class's own fixture of a name; the last one.
fn of_class<'w>(class: Place<'w>, name: &str) -> Option<Got<'w>> {
    let mut own = class.module.table().fixtures.iter().rev();
    let fixture = own.find(|fixture| {
        fixture.name == name && class.module.facts.definition(fixture.definition).parent == Some(class.id)
    })?;
    let place = Place { module: class.module, id: fixture.definition };
    Some(Got { name: name.to_owned(), place, autouse: fixture.autouse })
}

/// Parameters that fixtures are passed to (`_pytest/compat.py::getfuncargnames`): without a default, not the receiver of
/// a method, and not those that `mock.patch` or hypothesis' `given` fill.
fn requested<'w>(place: Place<'w>, classes: &[std::rc::Rc<Class<'w>>]) -> impl Iterator<Item = String> + use<'w> {
    let (definition, function_module) = (place.definition(), place.module);
    let is_static = definition.decorators.iter().any(|decorator| decorator.name == "builtins.staticmethod");
    // A patch of a class reaches the methods of that class and of its bases.
    let around = classes.first().into_iter().flat_map(|class| {
        let is_owner =
            |place: &Place<'_>| Some(place.id) == definition.parent && std::ptr::eq(place.module, function_module);
        let end = class.mro.iter().position(is_owner).map_or(class.mro.len(), |owner| owner + 1);
        &class.mro[..end]
    });
    let around = around.flat_map(|class| &class.definition().decorators);
    let patches: usize =
        definition.decorators.iter().chain(around).map(|decorator| patched(decorator.call.as_ref())).sum();
    // A function of the module can be an attribute of the class that collects it.
    let skip = usize::from((definition.parent.is_some() || !classes.is_empty()) && !is_static);
    let names = definition.parameters.iter().skip(skip).filter(|parameter| !parameter.has_default);
    let mut names: Vec<&str> = names.map(|parameter| parameter.name.as_str()).skip(patches).collect();
    for call in definition.decorators.iter().filter_map(|decorator| decorator.call.as_ref()) {
        if call.callee == "hypothesis.given" {
            names.retain(|name| call.keyword(name).is_none());
            // Positional strategies fill parameters from the right.
            names.truncate(names.len().saturating_sub(call.arguments.len()));
        } else if call.callee.ends_with("mock.patch.multiple") {
            // It passes what it puts in place by name; pytest asks for a fixture nobody defines.
            names.retain(|name| call.keyword(name).is_none());
        }
    }
    names.into_iter().map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// How many arguments a `mock.patch` decorator passes: one, unless it is told what to put in place
/// (`_pytest/compat.py::num_mock_patch_args`).
fn patched(call: Option<&Call>) -> usize {
    let Some(call) = call else { return 0 };
    let Some(name) = call.callee.strip_prefix("unittest.").unwrap_or(&call.callee).strip_prefix("mock.patch") else {
        return 0;
    };
    let replaced = match name {
        "" => call.argument(1, "new"),
        ".object" => call.argument(2, "new"),
        _ => return 0,
    };
    let stays = |new: &Expr| matches!(new, Expr::Name(name) if name.rsplit('.').next() == Some("DEFAULT"));
    usize::from(replaced.is_none_or(stays))
}

/// The argument names of a `parametrize` call; `None` where they are not literal.
pub(super) fn argument_names(call: &Call) -> Option<Vec<String>> {
    match call.argument(0, "argnames")? {
        Expr::Str(names) => {
            Some(names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect())
        }
        Expr::Sequence(names) | Expr::Tuple(names) => names
            .iter()
            .map(|name| match name {
                Expr::Str(name) => Some(name.clone()),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

/// Which of the arguments are passed on to fixtures of the same name.
pub(super) fn is_indirect(call: &Call, name: &str) -> bool {
    match call.argument(2, "indirect") {
        Some(Expr::Bool(indirect)) => *indirect,
        Some(Expr::Sequence(names) | Expr::Tuple(names)) => names.contains(&Expr::Str(name.to_owned())),
        _ => false,
    }
}
