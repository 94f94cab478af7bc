//! How many cases are declared for a test: the product over decorators, marks, fixtures and hooks that reach it.

use rustc_hash::FxHashSet;

use super::{
    classes::Classes,
    collection::Item,
    fixtures::{self, Closure, Got},
    fold::Folder,
    marks::{Mark, Marks},
    modules::{Module, World},
    names::Located,
    plugins::Params,
};
use crate::model::{DefinitionId, DefinitionKind, Expr, Region, Role, Signal, SignalKind, expr::Call};

/// The count, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cases {
    /// All cases; `None` where unknown.
    pub(super) items: Option<u64>,
    /// The product of the lists that can be counted.
    pub(super) declared: Option<u64>,
    /// Whether a framework multiplies by something that is not in the source.
    pub(super) multiplied: bool,
    /// Lists that are empty: pytest makes one value of each, and skips.
    pub(super) empty: Vec<Region>,
}

/// What one parametrization multiplies by.
enum Factor {
    Known(u64),
    /// At most so many: a sample is drawn.
    AtMost(Option<u64>),
    Unknown,
}

/// What the count of a test depends on.
pub(super) struct Input<'i, 'w> {
    pub(super) world: &'w World<'w>,
    pub(super) classes: &'i Classes<'w>,
    pub(super) item: &'i Item<'w>,
    /// The module that collects it.
    pub(super) module: &'w Module,
    /// The lists that decorators and `pytestmark` declare.
    pub(super) signals: &'i [(&'w Module, &'w Signal)],
    pub(super) marks: &'i Marks<'w>,
    pub(super) closure: &'i Closure<'w>,
    /// Hooks that parametrize.
    pub(super) hooks: &'i [(&'w Module, &'w Signal)],
}

/// Whether a signal declares cases of what it stands on.
pub(super) fn is_list(signal: &Signal) -> bool {
    signal.kind == SignalKind::ParametrizeCases && signal.role != Role::Body
}

/// The calls that parametrize a test by marks.
fn parametrizing<'i>(signals: &'i [(&Module, &Signal)], marks: &'i Marks<'_>) -> impl Iterator<Item = &'i Call> {
    let calls = signals.iter().filter_map(|(_, signal)| signal.call.as_ref());
    calls.chain(marks.followed_parametrizations().filter_map(|mark| mark.call))
}

/// Argument names that a parametrization supplies without calling a fixture.
pub(super) fn replaced(signals: &[(&Module, &Signal)], marks: &Marks<'_>) -> Vec<String> {
    let names = parametrizing(signals, marks).flat_map(|call| {
        let names = fixtures::argument_names(call).unwrap_or_default();
        names.into_iter().filter(|name| !fixtures::is_indirect(call, name))
    });
    names.collect()
}

/// Whether some parametrization supplies names that are not known.
pub(super) fn may_supply(signals: &[(&Module, &Signal)], marks: &Marks<'_>) -> bool {
    let without_call = signals.iter().any(|(_, signal)| signal.call.is_none())
        || marks.followed_parametrizations().any(|mark| mark.call.is_none());
    without_call || parametrizing(signals, marks).any(|call| fixtures::argument_names(call).is_none())
}

impl Cases {
    /// Counts the cases of a test.
    pub(super) fn of(input: &Input<'_, '_>) -> Self {
        let mut cases = Self { items: Some(1), declared: Some(1), multiplied: false, empty: Vec::new() };
        if input.item.function.is_none() && input.item.made.is_some_and(|(_, machine)| machine.is_none()) {
            return Self { items: None, ..cases };
        }
        let mut torch = false;
        for (module, signal) in input.signals {
            // unittest runs a method once, whatever pytest's marks say.
            if input.item.unittest && signal.name.starts_with("pytest.") {
                continue;
            }
            torch |= signal.name.starts_with("torch.");
            cases.multiply(input.factor(module, signal), || Region::of_signal(module.path(), signal));
        }
        if !input.item.unittest {
            for mark in input.marks.followed_parametrizations() {
                let line = mark.call.map_or(1, |call| call.line);
                cases.multiply(input.followed(mark), || Region::line(mark.module.path(), line));
            }
            input.fixtures(&mut cases);
            input.hooks(&mut cases);
        }
        match input.instantiation() {
            Instantiation::Devices => {
                cases.items = None;
                cases.multiplied = true;
            }
            // torch's `parametrize` only leaves a note: without the instantiation the test is never expanded.
            Instantiation::None if torch => cases.items = None,
            Instantiation::None | Instantiation::Parameters => {}
        }
        if !cases.empty.is_empty() && cases.items == Some(1) {
            cases.items = Some(0);
        }
        cases
    }

    /// Multiplies by a list that stands at a place.
    fn multiply(&mut self, factor: Factor, at: impl FnOnce() -> Region) {
        let known = match factor {
            Factor::Known(count) => Some(count),
            Factor::AtMost(count) => {
                self.items = None;
                count
            }
            Factor::Unknown => None,
        };
        if known == Some(0) {
            self.empty.push(at());
        }
        self.items = product(self.items, known.map(|count| count.max(1)));
        self.declared = product(self.declared, known);
    }
}

fn product(left: Option<u64>, right: Option<u64>) -> Option<u64> {
    left?.checked_mul(right?)
}

impl<'w> Input<'_, 'w> {
    /// What a signal multiplies by.
    fn factor(&self, module: &'w Module, signal: &'w Signal) -> Factor {
        let known = |count: Option<u64>| count.map_or(Factor::Unknown, Factor::Known);
        let Some(call) = &signal.call else { return Factor::Unknown };
        let scope = scope_of(module, signal);
        let folder = self.folder(Located { module, scope, offset: signal.offset, expr: &Expr::None });
        match signal.cases.as_deref() {
            Some("argvalues" | "hook") => known(call.argument(1, "argvalues").and_then(|values| folder.length(values))),
            Some("params") => known(call.keyword("params").and_then(|values| folder.length(values))),
            Some("first") => known(first(&folder, call)),
            Some("arguments") => known(arguments(&folder, call)),
            Some("data") if call.keywords.is_empty() => known(folder.spread(&call.arguments)),
            Some("product") => known(grid(&folder, call)),
            Some("sample") => Factor::AtMost(grid(&folder, call)),
            Some("per-device") => Factor::AtMost(folder.spread(&call.arguments)),
            _ => Factor::Unknown,
        }
    }

    fn folder(&self, at: Located<'w>) -> Folder<'_, 'w> {
        Folder { world: self.world, classes: self.classes, at }
    }

    /// What a `parametrize` mark of another file multiplies by.
    fn followed(&self, mark: &Mark<'w>) -> Factor {
        let Some(call) = mark.call else { return Factor::Unknown };
        let folder =
            self.folder(Located { module: mark.module, scope: mark.scope, offset: mark.offset, expr: &Expr::None });
        let count = call.argument(1, "argvalues").and_then(|values| folder.length(values));
        count.map_or(Factor::Unknown, Factor::Known)
    }

    /// Multiplies by the parametrized fixtures that the test gets. Of one that overrides another and asks for it the
    /// first with parameters counts (`FixtureManager.pytest_generate_tests`).
    fn fixtures(&self, cases: &mut Cases) {
        let mut done: FxHashSet<&str> = FxHashSet::default();
        for got in &self.closure.got {
            let Some(signal) = parameters(got).filter(|_| !done.contains(got.name.as_str())) else { continue };
            done.insert(&got.name);
            if !self.is_parametrized(&got.name) {
                let module = got.place.module;
                cases.multiply(self.factor(module, signal), || Region::of_signal(module.path(), signal));
            }
        }
        for name in &self.closure.made {
            if !self.is_parametrized(name) {
                cases.multiply(Factor::Unknown, || Region::line(self.module.path(), 1));
            }
        }
        for (name, params) in &self.closure.plugin_params {
            if !self.is_parametrized(name) {
                let factor = match params {
                    Params::No => Factor::Known(1),
                    Params::Fixed(count) => Factor::Known(u64::from(*count)),
                    Params::Unknown => Factor::Unknown,
                };
                cases.multiply(factor, || Region::line(self.module.path(), 1));
            }
        }
    }

    /// Whether a `parametrize` mark supplies the values of a name, directly or through its fixture.
    fn is_parametrized(&self, name: &str) -> bool {
        let mut names = parametrizing(self.signals, self.marks).filter_map(fixtures::argument_names);
        names.any(|names| names.iter().any(|known| known == name))
    }

    /// Multiplies by what hooks parametrize: names that the test asks for.
    fn hooks(&self, cases: &mut Cases) {
        let mut done: FxHashSet<Vec<String>> = FxHashSet::default();
        for (module, signal) in self.hooks {
            // The definition of the hook says nothing by itself.
            let Some(call) = signal.call.as_ref() else { continue };
            match fixtures::argument_names(call) {
                Some(names) if names.iter().any(|name| self.closure.names.contains(name)) => {
                    // A hook that chooses between two lists decides at run time.
                    let again = !done.insert(names);
                    let factor = if again { Factor::Unknown } else { self.factor(module, signal) };
                    cases.multiply(factor, || Region::of_signal(module.path(), signal));
                }
                Some(_) => {}
                // What it parametrizes is decided while collecting.
                None if self.closure.unknown.iter().all(|name| self.is_parametrized(name)) => {}
                None => cases.multiply(Factor::Unknown, || Region::of_signal(module.path(), signal)),
            }
        }
        // A fixture of a plugin that nobody here knows may have parameters, and a hook may leave its calls to a helper.
        let supplied = |name: &String| self.is_parametrized(name) || done.iter().flatten().any(|known| known == name);
        if !self.closure.unknown.iter().all(supplied) {
            cases.multiply(Factor::Unknown, || Region::line(self.module.path(), 1));
        }
    }

    fn instantiation(&self) -> Instantiation {
        let mut found = Instantiation::None;
        let index = self.module.index();
        let mut classes: Vec<_> = self.item.classes.iter().map(|class| class.mro[0]).collect();
        classes.retain(|place| std::ptr::eq(place.module, self.module));
        for signal in index.instantiations() {
            let decorated = signal.owner.is_some_and(|owner| classes.iter().any(|class| class.id == owner));
            let named = signal.call.as_ref().and_then(|call| call.arguments.first()).is_some_and(|class| {
                matches!(class, Expr::Name(name) if classes.iter().any(|place| place.definition().name == *name))
            });
            if decorated || named {
                if signal.name.ends_with("instantiate_device_type_tests") {
                    return Instantiation::Devices;
                }
                found = Instantiation::Parameters;
            }
        }
        found
    }
}

/// The class in whose body a signal is evaluated: decorators of a method stand there, those of a class or function
/// around it.
pub(super) fn scope_of(module: &Module, signal: &Signal) -> Option<DefinitionId> {
    let owner = signal.owner?;
    let definition = module.facts.definition(owner);
    let is_class = definition.kind == DefinitionKind::Class && signal.role == Role::Pytestmark;
    if is_class { Some(owner) } else { definition.parent }
}

/// The signal of a fixture's `params`.
pub(super) fn parameters<'w>(got: &Got<'w>) -> Option<&'w Signal> {
    let index = got.place.module.index();
    let owned = index.owned(got.place.id).iter().map(|place| &got.place.module.facts.signals[*place]);
    owned.into_iter().find(|signal| signal.kind == SignalKind::ParametrizeFixture)
}

/// `parameterized.expand([…])`; `parameterized_class([{…}])` or `parameterized_class(names, [(…)])`.
fn first(folder: &Folder<'_, '_>, call: &Call) -> Option<u64> {
    let list = match call.arguments.as_slice() {
        [Expr::Str(_) | Expr::Sequence(_) | Expr::Tuple(_), values, ..] if call.callee.ends_with("_class") => values,
        [list, ..] => list,
        [] => call.keyword("input")?,
    };
    folder.length(list)
}

/// absl: every positional argument is a case, unless there is only one and it is an iterable other than a tuple
/// (`parameterized.py::_apply_parameterized_decorator`).
fn arguments(folder: &Folder<'_, '_>, call: &Call) -> Option<u64> {
    match call.arguments.as_slice() {
        [only] => match folder.follow(only)? {
            Expr::Tuple(_) | Expr::Int(_) | Expr::Bool(_) | Expr::None | Expr::Str(_) | Expr::Mapping(_) => Some(1),
            _ => folder.length(only),
        },
        several => folder.spread(several),
    }
}

/// Keyword arguments multiply, and so do positional ones, each a list of keyword mappings.
fn grid(folder: &Folder<'_, '_>, call: &Call) -> Option<u64> {
    if call.keywords.iter().any(|(name, _)| name.is_empty()) {
        return None;
    }
    folder.product(call.arguments.iter().chain(call.keywords.iter().map(|(_, values)| values)))
}

/// What torch's instantiation does with a test's class.
enum Instantiation {
    None,
    Parameters,
    Devices,
}
