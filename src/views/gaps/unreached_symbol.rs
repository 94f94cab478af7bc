//! Public functions and classes that no name in a test leads to, through whatever else the tests lead to.

use super::{
    Draft, Found, Kind,
    look::{Look, of_symbol, some},
};
use crate::model::{
    Confidence,
    gap::GapKind,
    project::{ModuleReach, ProjectModule, Symbol},
};
use crate::views::count;

pub(super) const KIND: Kind =
    Kind { kind: GapKind::UnreachedSymbol, title: "Public functions and classes that no test reaches", find };

fn find(look: &Look<'_>) -> Found {
    if look.project.product().next().is_none() {
        return Found::nothing("there is no package of Python");
    }
    if !look.has_python_tests() {
        return Found::nothing("there are no tests in Python");
    }
    let modules = look.project.product().filter(|module| module.reach != ModuleReach::None).filter_map(|module| {
        let symbols = module.unreached.iter().filter_map(|place| module.facts.symbols.get(*place as usize));
        let symbols = symbols.filter(|own| does_something(own) && look.is_offered(module, own));
        let symbols: Vec<(&ProjectModule, &Symbol)> = symbols.map(|own| (module, own)).collect();
        (!symbols.is_empty()).then_some(symbols)
    });
    let mut groups: Vec<Vec<(&ProjectModule, &Symbol)>> = modules.collect();
    let size = |group: &Vec<(&ProjectModule, &Symbol)>| group.iter().map(|(_, own)| own.statements).sum::<u32>();
    groups.sort_by_key(|group| std::cmp::Reverse(size(group)));
    let rest = groups.split_off(groups.len().min(look.suite.gap_settings.max_gaps.max(1) as usize));
    let rest: Vec<(&ProjectModule, &Symbol)> = rest.into_iter().flatten().collect();
    if !rest.is_empty() {
        groups.push(rest);
    }
    let drafts: Vec<Draft> = groups.iter().map(|symbols| gap(symbols)).collect();
    match drafts.is_empty() {
        true => Found::closed("tests lead to every public function and class", Vec::new()),
        false => Found { drafts, ..Found::default() },
    }
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

fn gap(symbols: &[(&ProjectModule, &Symbol)]) -> Draft {
    let names = || symbols.iter().map(|(_, own)| own.name.clone());
    let mut modules: Vec<&ProjectModule> = symbols.iter().map(|(module, _)| *module).collect();
    modules.dedup_by_key(|module| module.path.as_str());
    // A module that asks for its own names, or for those of others, may use any of them.
    let reflects = |module: &&ProjectModule| {
        const ASKING: [&str; 5] = ["globals", "getattr", "__dict__", "vars", "eval"];
        module.facts.words.iter().any(|word| ASKING.contains(&&**word)) || !module.facts.dynamic_imports.is_empty()
    };
    let confidence = if modules.iter().any(reflects) { Confidence::Medium } else { Confidence::High };
    let title = match (symbols, modules.as_slice()) {
        ([(module, only)], _) => format!("No test reaches `{}.{}`", module.name, only.name),
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
    draft.description =
        format!("No test names {}, and nothing does that the names in tests lead to.", some(names(), symbols.len()));
    draft.impact = "A change of what these do, or an error in them, breaks no test.".to_owned();
    draft.recommendation = "Test each, or take it out of what the module offers.".to_owned();
    draft.test_plan = symbols.iter().take(8).map(|(_, own)| plan(own)).collect();
    draft.evidence = symbols.iter().map(|(module, own)| of_symbol(module, own)).collect();
    draft.items = symbols.len();
    draft.importers = modules.iter().map(|module| module.importers).sum();
    draft.statements = symbols.iter().map(|(_, own)| own.statements).sum();
    draft.symbols = u32::try_from(symbols.len()).unwrap_or(u32::MAX);
    draft
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
