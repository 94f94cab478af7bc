//! From the items of a module to its tests: what each carries, gets, counts for and deserves.

use std::{cell::RefCell, rc::Rc};

use elsa::sync::FrozenMap;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    cases::{self, Cases},
    classes::{Class, Classes},
    collection::{Collector, Item},
    effects,
    fixtures::{self, Closure, Level, Request, Visible},
    gates,
    marks::{self, Marks, Reader},
    missing,
    modules::{Module, World},
    names::{Choice, Entity, Located, Names, Place},
    patterns::Patterns,
    plugins::{self, Implicit},
    reach::{Edges, KnownLeads, Origin, Reach},
    reasons, risks,
    scope::Scope,
    seeding,
    selection::Selection,
    usage,
};
use crate::model::{
    BindingValue, DefinitionId, Expr, Problem, ProblemKind, PytestConfig, Signal, SignalKind, SkipStatus, Test,
    collected::Uncollected,
    gate::{Gate, GateKind, Mechanism},
    suite::Property,
};

/// What is the same for all modules.
pub(super) struct Session<'w> {
    pub(super) world: &'w World<'w>,
    pub(super) patterns: Patterns,
    /// `usefixtures` of pytest's configuration.
    pub(super) usefixtures: Vec<String>,
    /// Modules of the tree that are plugins.
    pub(super) plugins: Vec<&'w Module>,
    /// Options of plugins.
    pub(super) plugin_options: Vec<(String, String)>,
    /// What the configuration leaves out.
    pub(super) selection: Selection,
    /// Whether it is known what the bodies of functions do.
    pub(super) bodies: bool,
    /// Whether it is asked for what decides if tests run.
    pub(super) gates: bool,
    /// Whether it is asked for what may make tests fail without a defect.
    pub(super) risks: bool,
    /// The fixtures of conftest files and plugins, by path.
    pub(super) levels: FrozenMap<String, Box<Level<'w>>>,
    /// What definitions lead to.
    pub(super) leads: KnownLeads<'w>,
}

/// Hooks that add to what pytest collects, or leave something out, before any mark is looked at.
const COLLECTION_HOOKS: [&str; 4] =
    ["pytest_collect_file", "pytest_collect_directory", "pytest_ignore_collect", "pytest_pycollect_makeitem"];

/// The hooks of a conftest or plugin that decide what is collected.
pub(super) fn collection_hooks(module: &Module) -> impl Iterator<Item = Problem> {
    COLLECTION_HOOKS.into_iter().filter_map(|hook| {
        let line = module.bindings(None, hook).next()?.line;
        let message = format!("`{hook}` decides what pytest collects: what it adds or leaves out is not known");
        Some(Problem::at(module.path(), line, ProblemKind::CollectionHook, message))
    })
}

impl<'w> Session<'w> {
    /// The fixtures of a conftest or plugin, which many modules see.
    fn level(&self, names: &Names<'_, 'w>, module: &'w Module) -> &Level<'w> {
        let known = self.levels.get(module.path());
        known.unwrap_or_else(|| self.levels.insert(module.path().to_owned(), Box::new(Level::new(names, module))))
    }
}

/// The modules of the tree that the project, `addopts`, conftest files and test modules register as plugins, sorted by
/// path.
pub(super) fn plugins<'w>(world: &'w World<'w>, pytest: &PytestConfig) -> Vec<&'w Module> {
    let classes = Classes::new(world);
    let names = classes.names();
    let mut found: Vec<&Module> = Vec::new();
    let mut pending: Vec<&Module> = world.modules.iter().collect();
    let add = |plugin: &'w Module, found: &mut Vec<&'w Module>, pending: &mut Vec<&'w Module>| {
        if !found.iter().any(|known| std::ptr::eq(*known, plugin)) {
            found.push(plugin);
            pending.push(plugin);
        }
    };
    for dotted in pytest.addopts.plugins.iter().map(String::as_str).chain(pytest.own_plugins()) {
        if let Some(plugin) = world.by_name(dotted) {
            add(plugin, &mut found, &mut pending);
        }
    }
    while let Some(module) = pending.pop() {
        for dotted in listed_plugins(module) {
            if let Entity::Module(plugin) = names.dotted(module, dotted) {
                add(plugin, &mut found, &mut pending);
            }
        }
    }
    found.sort_by(|a, b| a.path().cmp(b.path()));
    found
}

/// The names in the `pytest_plugins` of a module.
pub(super) fn listed_plugins(module: &Module) -> impl Iterator<Item = &str> {
    let values = module.bindings(None, "pytest_plugins").filter_map(|binding| match &binding.value {
        // Of `pytest_plugins += […]` what is added.
        BindingValue::Value(Expr::Sum(_, added)) => Some(&**added),
        BindingValue::Value(value) => Some(value),
        _ => None,
    });
    let listed = values.flat_map(|value| match value {
        Expr::Str(_) => std::slice::from_ref(value),
        Expr::Sequence(items) | Expr::Tuple(items) => items.as_slice(),
        _ => &[],
    });
    listed.filter_map(|item| match item {
        Expr::Str(dotted) => Some(dotted.as_str()),
        _ => None,
    })
}

/// The plugins that `addopts`, conftest files and test modules load by name and that are not part of the tree, sorted.
pub(super) fn outside_plugins<'w>(world: &'w World<'_>, pytest: &PytestConfig) -> Vec<String> {
    let classes = Classes::new(world);
    let names = classes.names();
    let is_outside = |module: &'w Module, dotted: &str| match names.dotted(module, dotted) {
        Entity::Module(_) => false,
        _ => world.by_name(dotted).is_none(),
    };
    let mut found: Vec<String> = Vec::new();
    for module in &world.modules {
        found.extend(listed_plugins(module).filter(|dotted| is_outside(module, dotted)).map(str::to_owned));
    }
    let given = pytest.addopts.plugins.iter().filter(|name| !name.starts_with("no:"));
    found.extend(given.filter(|name| world.by_name(name).is_none()).cloned());
    found.sort();
    found.dedup();
    found
}

/// What a module has for pytest.
#[derive(Default)]
pub(super) struct Found {
    /// Its tests in pytest's order.
    pub(super) tests: Vec<Test>,
    /// What cannot be listed.
    pub(super) notes: Vec<Problem>,
    /// What looks like tests and is not collected.
    pub(super) uncollected: Vec<Uncollected>,
    /// The fixtures that its tests get.
    pub(super) got: usage::Counted,
}

/// The tests of a module, and what else is to say about it.
pub(super) fn tests<'w>(session: &Session<'w>, module: &'w Module) -> Found {
    let world = session.world;
    let classes = Classes::new(world);
    let collector = Collector {
        world,
        classes: &classes,
        module,
        patterns: &session.patterns,
        items: Vec::new(),
        notes: Vec::new(),
        uncollected: Vec::new(),
    };
    let (items, found) = collector.collect();
    if items.is_empty() {
        return found;
    }
    let names = Names::new(world, &classes, Choice::First);
    let conftests = world.conftests(module.path());
    let own = Level::new(&names, module);
    let mut levels = vec![&own];
    levels.extend(conftests.iter().chain(&session.plugins).map(|module| session.level(&names, module)));
    let visible = Visible { names: &names, module, levels, usefixtures: &session.usefixtures };
    let around = Reader::new(&names).pytestmark(module, None);
    let packages = world.packages(module);
    let (gates, skip) = import_gates(module, &packages);
    let gates = if session.gates { gates::of_module(&names, module, &packages) } else { gates };
    let mut hooks: Vec<(&Module, &Signal)> = Vec::new();
    for module in std::iter::once(&module).chain(&conftests).chain(&session.plugins) {
        hooks.extend(module.table().hooks.iter().map(|place| (*module, &module.facts.signals[*place])));
        // A hook that is imported.
        if let Entity::Definition(Place { module: other, .. }) = names.dotted(module, ":pytest_generate_tests")
            && !std::ptr::eq(other, *module)
        {
            hooks.extend(other.table().hooks.iter().map(|place| (other, &other.facts.signals[*place])));
        }
    }
    let around_module = || std::iter::once(&module).chain(&conftests).chain(&session.plugins);
    let multiplying =
        plugins::plugins().iter().flat_map(|plugin| &plugin.implicit).filter_map(|implicit| match implicit {
            Implicit::HookMultiplies { hook, .. } => Some(*hook),
            _ => None,
        });
    let hooked = multiplying.filter(|hook| around_module().any(|module| module.bindings(None, hook).next().is_some()));
    let hooked = hooked.collect();
    let class_marks = RefCell::default();
    let one = One {
        session,
        classes: &classes,
        names: &names,
        visible: &visible,
        module,
        around,
        class_marks,
        hooks,
        hooked,
        gates,
        skip,
        near: Reach::new(&names, Edges::References),
        far: session.bodies.then(|| Reach::new(&names, Edges::Uses(&session.leads))),
        got: RefCell::default(),
    };
    let tests = items.iter().map(|item| one.test(item)).collect();
    Found { tests, got: one.got.into_inner(), ..found }
}

/// What the tests of one module share.
struct One<'a, 'w> {
    session: &'a Session<'w>,
    classes: &'a Classes<'w>,
    names: &'a Names<'a, 'w>,
    visible: &'a Visible<'a, 'w>,
    module: &'w Module,
    /// Marks of the module.
    around: Marks<'w>,
    /// Marks of classes, by class.
    class_marks: RefCell<FxHashMap<(*const Module, DefinitionId), Rc<Marks<'w>>>>,
    /// Hooks that parametrize.
    hooks: Vec<(&'w Module, &'w Signal)>,
    /// Hooks of plugins around it that multiply tests.
    hooked: Vec<&'static str>,
    gates: Vec<Gate>,
    skip: SkipStatus,
    /// What takes part in tests, by what is known without bodies.
    near: Reach<'a, 'w>,
    /// What takes part in them across files, where bodies were read.
    far: Option<Reach<'a, 'w>>,
    /// Fixtures that some test got.
    got: RefCell<usage::Counted>,
}

impl<'w> One<'_, 'w> {
    fn test(&self, item: &Item<'w>) -> Test {
        let reader = Reader::new(self.names);
        let mut marks = Marks::default();
        if let Some(function) = item.function {
            marks.extend(&reader.decorators(function));
        }
        for class in &item.classes {
            marks.extend(&self.class_marks(class, &reader));
        }
        marks.extend(&self.around);

        self.implicit(item, &mut marks);
        let mut case_markers = Vec::new();
        let signals = self.signals(item);
        for (module, signal) in
            signals.iter().filter(|(_, signal)| !item.unittest && signal.cases.as_deref() == Some("argvalues"))
        {
            let values = signal.call.as_ref().and_then(|call| call.argument(1, "argvalues"));
            self.add_sets(&reader, (module, signal, values), &mut marks, &mut case_markers);
        }
        let replaced = cases::replaced(&signals, &marks);
        let request = Request {
            function: item.function,
            classes: &item.classes,
            unittest: item.unittest,
            used: marks.used_fixtures().collect(),
            replaced: &replaced,
        };
        let closure = self.visible.closure(&request);
        let counted = Cases::of(&cases::Input {
            world: self.session.world,
            classes: self.classes,
            item,
            module: self.module,
            signals: &signals,
            marks: &marks,
            closure: &closure,
            hooks: &self.hooks,
        });
        let got: FxHashSet<_> = closure.got.iter().map(|got| usage::key(got.place.module, got.place.id)).collect();
        for key in got {
            *self.got.borrow_mut().entry(key).or_default() += 1;
        }
        for got in closure.got.iter().filter(|_| !item.unittest) {
            if let Some(signal) = cases::parameters(got) {
                let values = signal.call.as_ref().and_then(|call| call.keyword("params"));
                let list = (got.place.module, signal, values);
                self.add_sets(&reader, list, &mut marks, &mut case_markers);
            }
        }
        let suite = (!item.suite.is_empty()).then(|| item.suite.join("::"));
        let prefix = suite.as_ref().map(|suite| format!("{suite}::")).unwrap_or_default();
        let (line, own) = match (item.function, item.made) {
            (Some(function), _) => (function.definition().first_line(), Some(function)),
            (None, Some((line, machine))) => (line, machine),
            (None, None) => (1, None),
        };
        let here = own.filter(|place| std::ptr::eq(place.module, self.module));
        let mut names: Vec<String> = marks.list.iter().map(|mark| mark.name.clone()).collect();
        names.sort();
        names.dedup();
        let mut test = Test {
            binary: None,
            skip_reason: None,
            id: format!("{}::{prefix}{}", self.module.path(), item.name),
            suite,
            name: item.name.clone(),
            line,
            definition: here.map(|place| place.id),
            function: own.map(|place| place.id),
            defined_in: own.filter(|_| here.is_none()).map(|place| place.module.path().to_owned()),
            cases: counted.items.filter(|_| item.unittest || !self.is_multiplied(&marks)),
            declared_cases: counted.declared,
            multiplied: counted.multiplied,
            markers: names,
            case_markers,
            fixtures: closure.names.clone(),
            missing_fixtures: missing::missing(item, &closure, &|name| {
                self.is_supplied(name) || cases::may_supply(&signals, &marks) || self.visible.may_be_imported(name)
            }),
            // pytest skips the item that it makes of an empty list.
            skip: if !counted.empty.is_empty() { SkipStatus::Always } else { marks.skip.max(self.skip) },
            empty_lists: counted.empty,
            gates: self.gates.clone(),
            processes: None,
            properties: properties(item, here.is_some()),
            reasons: Vec::new(),
            randomness: None,
            risks: Vec::new(),
            runtime_subcases: None,
            product_loop: None,
            body_risks: Vec::new(),
            effects: Vec::new(),
        };
        if self.session.selection.leaves_out(&test, &marks) {
            test.properties.push(Property::Deselected);
        }
        if self.session.gates {
            let origin =
                Origin { module: self.module, function: item.function, classes: &item.classes, closure: &closure };
            let steps = self.near.steps(origin);
            (test.gates, test.processes) = gates::gates(&gates::Input {
                names: self.names,
                module: self.module,
                item,
                marks: &marks,
                steps: &steps,
                of_module: &self.gates,
            });
        }
        if let Some(place) = here {
            self.judge(place, item, closure, &mut test);
        }
        test
    }

    /// Whether a hook or a plugin may pass a value under this name.
    fn is_supplied(&self, name: &str) -> bool {
        let by_hook = self
            .hooks
            .iter()
            .filter_map(|(_, signal)| signal.call.as_ref())
            .any(|call| fixtures::argument_names(call).is_none_or(|names| names.iter().any(|known| known == name)));
        let by_plugin = plugins::plugins().iter().flat_map(|plugin| &plugin.implicit);
        by_hook
            || by_plugin
                .into_iter()
                .any(|implicit| matches!(implicit, Implicit::OptionParametrizes { argument, .. } if *argument == name))
    }

    /// What plugins add to every test of a kind: anyio's `anyio_backend` (`anyio/pytest_plugin.py`).
    fn implicit(&self, item: &Item<'w>, marks: &mut Marks<'w>) {
        let is_async = item.function.is_some_and(|function| function.definition().is_async);
        if !is_async || item.unittest {
            return;
        }
        for implicit in plugins::plugins().iter().flat_map(|plugin| &plugin.implicit) {
            if let Implicit::AsyncRequests { marker, fixture, option, value } = implicit {
                let wanted = marks.list.iter().any(|mark| mark.name == *marker)
                    || self.session.plugin_options.iter().any(|(name, given)| name == option && given == value);
                if wanted {
                    marks.use_fixture(fixture, self.module);
                }
            }
        }
    }

    /// Whether a plugin makes several items of a test with these marks, whose number is not worked out.
    fn is_multiplied(&self, marks: &Marks<'w>) -> bool {
        let marked = |name: &str| marks.list.iter().filter(|mark| mark.name == name).count();
        plugins::plugins().iter().flat_map(|plugin| &plugin.implicit).any(|implicit| match implicit {
            Implicit::MarkRepeats { marker, .. } => marked(marker) > 0,
            Implicit::EachMarkIsACase { marker } => marked(marker) > 1,
            Implicit::HookMultiplies { marker, hook } => marked(marker) > 0 && self.hooked.contains(hook),
            _ => false,
        })
    }

    /// Adds the marks that every set of a list of parameters carries, and the names of those that each does.
    fn add_sets(
        &self,
        reader: &Reader<'_, '_, 'w>,
        (module, signal, values): (&'w Module, &'w Signal, Option<&'w Expr>),
        marks: &mut Marks<'w>,
        case_markers: &mut Vec<Vec<Vec<String>>>,
    ) {
        let Some(expr) = values else { return };
        let scope = cases::scope_of(module, signal);
        let sets = reader.each_set(Located { module, scope, offset: signal.offset, expr });
        let names = |set: &Marks<'w>| set.list.iter().map(|mark| mark.name.clone()).collect::<Vec<_>>();
        if sets.iter().any(|set| !set.list.is_empty()) {
            case_markers.push(sets.iter().map(names).collect());
        }
        marks.extend(&marks::common_to(sets));
    }

    /// The marks of a class and its bases.
    fn class_marks(&self, class: &Class<'w>, reader: &Reader<'_, '_, 'w>) -> Rc<Marks<'w>> {
        let key = class.mro[0].key();
        if let Some(known) = self.class_marks.borrow().get(&key) {
            return Rc::clone(known);
        }
        let mut marks = Marks::default();
        for place in &class.mro {
            marks.extend(&reader.decorators(*place));
            marks.extend(&reader.pytestmark(place.module, Some(place.id)));
        }
        let marks = Rc::new(marks);
        self.class_marks.borrow_mut().insert(key, Rc::clone(&marks));
        marks
    }

    /// What deserves fuzzing in a test of this file.
    fn judge(&self, place: Place<'w>, item: &Item<'w>, closure: Closure<'w>, test: &mut Test) {
        let index = self.module.index();
        let mut around: Vec<_> = item
            .classes
            .iter()
            .map(|class| class.mro[0])
            .filter(|place| std::ptr::eq(place.module, self.module))
            .map(|place| place.id)
            .collect();
        let own = index.facts.ancestors(index.definition(place.id).parent);
        for class in own {
            if !around.contains(&class) {
                around.push(class);
            }
        }
        let origin = Origin { module: self.module, function: Some(place), classes: &item.classes, closure: &closure };
        let scope = Scope::new(origin, around, &self.near.steps(origin));
        test.reasons = reasons::reasons(&scope);
        test.runtime_subcases = scope.evidence(SignalKind::SubcasesCall);
        test.product_loop = scope.evidence(SignalKind::SubcasesLoop);
        let far = self.far.as_ref().map(|far| Scope::new(origin, scope.classes.clone(), &far.steps(origin)));
        test.randomness = seeding::randomness(&index, &scope, far.as_ref().unwrap_or(&scope), place.id);
        if self.session.risks {
            test.risks = far.as_ref().map(risks::parts).unwrap_or_default();
        }
        // Where bodies were read, what helpers of other files do counts too.
        test.effects = effects::effects(far.as_ref().unwrap_or(&scope), &item.classes, self.module.path());
    }

    /// The lists of cases that decorators and `pytestmark` declare for a test, nearest first.
    fn signals(&self, item: &Item<'w>) -> Vec<(&'w Module, &'w Signal)> {
        let mut found = Vec::new();
        let mut add = |place: Place<'w>| {
            let index = place.module.index();
            let owned = index.owned(place.id).iter().map(|signal| &place.module.facts.signals[*signal]);
            found.extend(owned.filter(|signal| cases::is_list(signal)).map(|signal| (place.module, signal)));
        };
        item.function.into_iter().for_each(&mut add);
        item.classes.iter().flat_map(|class| &class.mro).copied().for_each(&mut add);
        let marks = self.module.table().module_marks.iter().map(|place| &self.module.facts.signals[*place]);
        found.extend(marks.filter(|signal| cases::is_list(signal)).map(|signal| (self.module, signal)));
        found
    }
}

/// What is worth knowing of an item besides its marks.
fn properties(item: &Item<'_>, here: bool) -> Vec<Property> {
    let mut properties = Vec::new();
    let inherited = |function: Place<'_>| {
        item.classes.first().is_some_and(|class: &Rc<Class<'_>>| {
            !(std::ptr::eq(class.mro[0].module, function.module)
                && function.definition().parent == Some(class.mro[0].id))
        })
    };
    match item.function {
        Some(function) => {
            if function.definition().is_async {
                properties.push(Property::Async);
                if item.classes.first().is_some_and(|class| class.is_plain_test_case()) {
                    properties.push(Property::NeverAwaited);
                }
            }
            if inherited(function) {
                properties.push(Property::Inherited);
            } else if !here {
                properties.push(Property::Imported);
            }
        }
        None => properties.push(Property::MadeAtImport),
    }
    if item.unittest {
        properties.push(Property::Unittest);
    }
    properties.sort();
    properties
}

/// What skips a whole module while it, or a package around it, is imported.
fn import_gates(module: &Module, packages: &[&Module]) -> (Vec<Gate>, SkipStatus) {
    let mut status = SkipStatus::Never;
    let mut gates = Vec::new();
    for imported in std::iter::once(&module).chain(packages) {
        for (signal, found) in import_skips(imported) {
            status = status.max(found);
            let kind = match signal.kind {
                SignalKind::SkipImport => GateKind::MissingDependency,
                _ => GateKind::Condition,
            };
            let path = (!std::ptr::eq(*imported, module)).then(|| imported.path().to_owned());
            let line = signal.evidence.line;
            gates.push(Gate { path, ..Gate::new(kind, Mechanism::ModuleLevel, line, signal.name.clone()) });
        }
    }
    (gates, status)
}

/// What ends the import of a module by skipping.
pub(super) fn import_skips(module: &Module) -> impl Iterator<Item = (&Signal, SkipStatus)> {
    module.facts.signals.iter().filter(|signal| signal.owner.is_none()).filter_map(|signal| {
        let status = match signal.kind {
            SignalKind::SkipModule if signal.conditional => SkipStatus::Conditional,
            SignalKind::SkipModule => SkipStatus::Always,
            SignalKind::SkipImport => SkipStatus::Conditional,
            _ => return None,
        };
        Some((signal, status))
    })
}
