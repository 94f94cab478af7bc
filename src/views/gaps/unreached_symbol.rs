//! Public functions and classes that no test reaches: no name in a test leads to them, through whatever else the tests lead
//! to, and the estimate of coverage expects no test to enter them; or it is all but sure of that whatever the names are.

use super::{
    Draft, Found, GapEvidence, Kind,
    expected::Expected,
    look::{Look, apart, of_symbol, some},
};
use crate::model::{
    Confidence,
    gap::GapKind,
    project::{ModuleReach, ProjectModule, Symbol},
};
use crate::views::count;

pub(super) const KIND: Kind =
    Kind { kind: GapKind::UnreachedSymbol, title: "Public functions and classes that no test reaches", find };

/// Statements below which nothing is told that names lead to.
const MANY_STATEMENTS: u32 = 3;

fn find(look: &Look<'_>) -> Found {
    if look.project.product().next().is_none() {
        return Found::nothing("there is no package of Python");
    }
    if !look.has_python_tests() {
        return Found::nothing("there are no tests in Python");
    }
    let largest = look.suite.gap_settings.max_gaps.max(1) as usize;
    let by_names = grouped(look.project.product().map(|module| by_names(look, module)), largest);
    let runs_examples = !super::doctests::runs(look).is_empty();
    let by_calls = grouped(look.project.product().map(|module| by_calls(look, module, runs_examples)), largest);
    let drafts = by_names.iter().map(|symbols| gap(symbols, Known::ByNames));
    let drafts: Vec<Draft> = drafts.chain(by_calls.iter().map(|symbols| gap(symbols, Known::ByCalls))).collect();
    match drafts.is_empty() {
        true => Found::closed("tests lead to every public function and class", Vec::new()),
        false => Found { drafts, ..Found::default() },
    }
}

/// A symbol with what is expected of it.
struct Unreached<'s> {
    module: &'s ProjectModule,
    symbol: &'s Symbol,
    expected: Option<Expected>,
}

/// By what it is known that no test reaches a symbol.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// No name in a test leads to it, and no call that is known contradicts.
    ByNames,
    /// Names lead to it, and no call does.
    ByCalls,
}

/// What no name leads to and no test is expected to enter.
fn by_names<'s>(look: &Look<'s>, module: &'s ProjectModule) -> Vec<Unreached<'s>> {
    if module.reach == ModuleReach::None {
        return Vec::new();
    }
    let symbols = module.unreached.iter().filter_map(|place| module.facts.symbols.get(*place as usize));
    let symbols = symbols.filter(|own| does_something(own) && look.is_offered(module, own));
    let symbols = symbols.map(|symbol| Unreached { module, symbol, expected: look.estimate.of(module, symbol) });
    symbols.filter(|own| own.expected.is_none_or(Expected::is_unreached)).collect()
}

/// Functions and classes that names lead to, and that all but surely no test enters: names stand for more than one thing.
fn by_calls<'s>(look: &Look<'s>, module: &'s ProjectModule, runs_examples: bool) -> Vec<Unreached<'s>> {
    // What the examples of a module run is not known to the estimate.
    let is_run = runs_examples && !module.facts.examples.is_empty();
    if module.reach != ModuleReach::Loaded || !look.estimate.is_whole || is_run {
        return Vec::new();
    }
    let symbols = (0u32..).zip(&module.facts.symbols);
    let symbols = symbols.filter(|(place, own)| {
        own.parent.is_none()
            && own.statements >= MANY_STATEMENTS
            && !module.unreached.contains(place)
            && does_something(own)
            && look.is_offered(module, own)
            && look.project.test_data.binary_search(&own.name).is_err()
    });
    let symbols = symbols.map(|(_, symbol)| Unreached { module, symbol, expected: look.estimate.of(module, symbol) });
    symbols.filter(|own| own.expected.is_some_and(Expected::is_certain)).collect()
}

/// The symbols of each module together, those with most statements first; the smallest of too many modules together.
fn grouped<'s>(modules: impl Iterator<Item = Vec<Unreached<'s>>>, largest: usize) -> Vec<Vec<Unreached<'s>>> {
    let mut groups: Vec<Vec<Unreached<'_>>> = modules.filter(|symbols| !symbols.is_empty()).collect();
    let size = |group: &Vec<Unreached<'_>>| group.iter().map(|own| own.symbol.statements).sum::<u32>();
    groups.sort_by_key(|group| std::cmp::Reverse(size(group)));
    let rest = groups.split_off(groups.len().min(largest));
    let rest: Vec<Unreached<'_>> = rest.into_iter().flatten().collect();
    if !rest.is_empty() {
        groups.push(rest);
    }
    groups
}

/// Whether there is anything to test: no declaration, no exception that only has a name.
fn does_something(symbol: &Symbol) -> bool {
    let declares = |name: &String| {
        let last = name.rsplit('.').next().unwrap_or(name);
        ["overload", "abstractmethod", "Protocol", "TypedDict", "NamedTuple", "Enum", "IntEnum", "StrEnum", "Interface"]
            .contains(&last)
            || last.ends_with("Error")
            || last.ends_with("Exception")
            || last.ends_with("Warning")
    };
    symbol.statements >= 2 && !symbol.decorators.iter().chain(&symbol.bases).any(declares)
}

fn gap(symbols: &[Unreached<'_>], known: Known) -> Draft {
    let names = apart(&symbols.iter().map(|own| (own.module, own.symbol)).collect::<Vec<_>>());
    let mut modules: Vec<&ProjectModule> = symbols.iter().map(|own| own.module).collect();
    modules.dedup_by_key(|module| module.path.as_str());
    // A module that asks for its own names, or for those of others, may use any of them.
    let reflects = |module: &&ProjectModule| {
        const ASKING: [&str; 5] = ["globals", "getattr", "__dict__", "vars", "eval"];
        module.facts.words.iter().any(|word| ASKING.contains(&&**word)) || !module.facts.dynamic_imports.is_empty()
    };
    let agree = symbols.iter().all(|own| own.expected.is_some_and(Expected::is_certain));
    let confidence = match known {
        Known::ByNames if agree || !modules.iter().any(reflects) => Confidence::High,
        _ => Confidence::Medium,
    };
    let title = match (symbols, modules.as_slice()) {
        ([only], _) => format!("No test reaches `{}.{}`", only.module.name, only.symbol.name),
        (several, [module]) => format!("No test reaches {} of `{}`", count(several.len(), "public name"), module.name),
        (several, modules) => {
            format!(
                "No test reaches {} of {}",
                count(several.len(), "more public name"),
                count(modules.len(), "module")
            )
        }
    };
    let mut draft = Draft::new(GapKind::UnreachedSymbol, confidence, title);
    let named = some(names, symbols.len());
    draft.description = match known {
        Known::ByNames => format!("No test names {named}, and nothing does that the names in tests lead to."),
        Known::ByCalls => format!(
            "Tests use names like those of {named}, but no call that is known leads from a test to {}.",
            if symbols.len() == 1 { "it" } else { "one of them" }
        ),
    };
    draft.impact = "A change of what these do, or an error in them, breaks no test.".to_owned();
    draft.recommendation = "Test each, or take it out of what the module offers.".to_owned();
    draft.test_plan = symbols.iter().take(8).map(|own| plan(own.symbol)).collect();
    draft.evidence = symbols.iter().map(place).collect();
    draft.items = symbols.len();
    draft.importers = modules.iter().map(|module| module.importers).sum();
    draft.statements = symbols.iter().map(|own| own.symbol.statements).sum();
    draft.symbols = u32::try_from(symbols.len()).unwrap_or(u32::MAX);
    draft
}

/// Where it stands, with what is expected of it.
fn place(own: &Unreached<'_>) -> GapEvidence {
    let mut found = of_symbol(own.module, own.symbol);
    if let Some(expected) = own.expected {
        let statements = count(expected.statements as usize, "statement");
        found.what.push_str(&format!(" ({statements}, {})", expected.words()));
    }
    found
}

fn plan(symbol: &Symbol) -> String {
    let parameters: Vec<&str> =
        symbol.parameters.iter().map(String::as_str).filter(|name| !["self", "cls"].contains(name)).take(6).collect();
    match parameters.is_empty() {
        true => format!("`{}`: what it returns or changes.", symbol.name),
        false => format!(
            "`{}`: what it does with {}.",
            symbol.name,
            parameters.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
    }
}
