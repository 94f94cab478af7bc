//! Code that draws random values by a seed it is given, where no test makes it twice with the same one.

use super::{
    Draft, Found, Kind,
    look::{Look, TestFunction, apart, count_of, evidence, full_name, of_symbol, some},
};
use crate::model::{
    Confidence,
    gap::GapKind,
    project::{ProjectModule, Symbol, SymbolKind},
};

pub(super) const KIND: Kind =
    Kind { kind: GapKind::Determinism, title: "Determinism test where results depend on a seed", find };

/// Parameters that a seed or a generator of random numbers is passed in.
const SEEDS: [&str; 6] = ["seed", "random_seed", "random_state", "rng", "prng", "np_random"];
/// Words by which a test sets a seed.
const SETTING: [&str; 12] = [
    "seed",
    "manual_seed",
    "set_seed",
    "seed_all",
    "seed_everything",
    "random_state",
    "random_seed",
    "default_rng",
    "RandomState",
    "PRNGKey",
    "rng",
    "Random",
];
/// Parts of names of tests that are about this.
const ABOUT: [&str; 8] =
    ["determinis", "reproduc", "seed", "repeatab", "same_result", "random_state", "consistent", "rng"];

fn find(look: &Look<'_>) -> Found {
    if !look.has_python_tests() {
        return Found::nothing("there are no tests in Python");
    }
    let seeded: Vec<(&ProjectModule, &Symbol)> =
        look.project.product().flat_map(|module| seeded(look, module)).collect();
    if seeded.is_empty() {
        return Found::nothing("nothing public takes a seed");
    }
    let is_about = |test: &TestFunction<'_>| {
        let name = test.symbol.name.to_ascii_lowercase();
        ABOUT.iter().any(|part| name.contains(part)) || count_of(&test.module.facts, &test.symbol.uses, &SETTING) >= 2
    };
    let closing: Vec<TestFunction<'_>> = look.test_functions().filter(is_about).collect();
    // A test may reach one through its class or a wrapper, so that names alone do not say which.
    let is_named = |symbol: &Symbol, module: &ProjectModule| {
        let owner = symbol.parent.and_then(|place| module.facts.symbols.get(place as usize));
        let name = owner.unwrap_or(symbol).name.as_str();
        closing.iter().any(|test| test.module.facts.words.iter().any(|word| **word == *name))
    };
    let left: Vec<(&ProjectModule, &Symbol)> =
        seeded.iter().copied().filter(|(module, symbol)| !is_named(symbol, module)).collect();
    if left.is_empty() {
        return Found::closed(
            "tests set seeds more than once beside each name that takes one",
            closing.iter().take(5).map(TestFunction::at).collect(),
        );
    }
    let confidence = if closing.is_empty() { Confidence::High } else { Confidence::Medium };
    let names = some(apart(&left), left.len());
    let mut draft = Draft::new(GapKind::Determinism, confidence, format!("No determinism test for {names}"));
    draft.description = format!(
        "{} a seed or a generator of random numbers; {}.",
        if left.len() == 1 { "1 public name takes".to_owned() } else { format!("{} public names take", left.len()) },
        if closing.is_empty() {
            "no test sets a seed twice, or says in its name that this is its matter".to_owned()
        } else {
            format!(
                "no test module in which {} a seed twice names them",
                if closing.len() == 1 { "a test sets" } else { "tests set" }
            )
        }
    );
    draft.impact = "A draw that is added or moved, or an order that is not fixed, changes results that users reproduce by their seed.".to_owned();
    draft.recommendation = "Run each twice with the same seed and compare, and once with another.".to_owned();
    draft.test_plan = left
        .iter()
        .take(8)
        .map(|(module, symbol)| {
            let parameter =
                symbol.parameters.iter().find(|name| SEEDS.contains(&name.as_str())).map_or("seed", String::as_str);
            format!(
                "`{}`: the same `{parameter}` twice gives equal results, another one does not.",
                full_name(module, symbol)
            )
        })
        .collect();
    draft.evidence = left.iter().map(|(module, symbol)| of_symbol(module, symbol)).collect();
    draft.evidence.extend(left.iter().flat_map(|(module, _)| draws(module)).take(5));
    draft.evidence.dedup();
    draft.statements = left.iter().map(|(_, symbol)| symbol.statements).sum();
    draft.symbols = u32::try_from(left.len()).unwrap_or(u32::MAX);
    let mut modules: Vec<&ProjectModule> = left.iter().map(|(module, _)| *module).collect();
    modules.dedup_by_key(|module| module.path.as_str());
    draft.importers = modules.iter().map(|module| module.importers).sum();
    draft.items = left.len().min(20);
    Found::gap(draft)
}

/// What of a module is for others and takes a seed.
fn seeded<'s>(look: &Look<'s>, module: &'s ProjectModule) -> impl Iterator<Item = (&'s ProjectModule, &'s Symbol)> {
    let takes = |symbol: &&Symbol| {
        let is_function = symbol.kind != SymbolKind::Class;
        let is_offered = look.is_offered(module, symbol)
            || symbol.name == "__init__"
                && symbol
                    .parent
                    .is_some_and(|class| module.facts.symbols.get(class as usize).is_some_and(Symbol::is_public));
        is_function
            && is_offered
            && module.is_public()
            && symbol.statements > 1
            && symbol.parameters.iter().any(|name| SEEDS.contains(&name.as_str()))
    };
    module.facts.symbols.iter().filter(takes).map(|symbol| (module, symbol)).collect::<Vec<_>>().into_iter()
}

/// Where a module draws.
fn draws(module: &ProjectModule) -> impl Iterator<Item = super::GapEvidence> {
    let is_draw = |name: &str| {
        name.starts_with("random.")
            || name.starts_with("numpy.random.")
            || name.starts_with("torch.rand")
            || name.starts_with("jax.random.")
    };
    module
        .facts
        .calls
        .iter()
        .filter(move |call| is_draw(&call.name))
        .map(|call| evidence(&module.path, call.line, call.name.clone(), &call.text))
}
