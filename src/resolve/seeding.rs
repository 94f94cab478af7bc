//! Whether the random values of a test repeat from run to run, decided per library.
//!
//! In this order: an explicit generator; a fixed seed earlier in the same function; a set-up method, fixture or helper
//! that seeds; hypothesis, which manages `random` and numpy; a framework's base class; a seed at import.

use std::cmp::Reverse;

use super::{
    frameworks,
    index::Index,
    reach::Via,
    scope::{Heard, Scope},
};
use crate::model::{
    Body, DefinitionId, Expr, Reason, Role, Sight, Signal, SignalKind,
    expr::Call,
    suite::{Randomness, Seeding},
};

/// The verdict over all draws of a test: the worst one, and of equal ones that whose values are seen best. `None` when
/// it draws nothing while it runs. `function` is the test's own; seeds are
/// looked for in `far`, which reaches other files where bodies were read.
pub(super) fn randomness(
    index: &Index<'_>,
    scope: &Scope<'_>,
    far: &Scope<'_>,
    function: DefinitionId,
) -> Option<Randomness> {
    let body = index.definition(function).body.as_deref();
    let mut worst: Option<Randomness> = None;
    for draw in scope.all().filter(|heard| heard.here && draws(heard.signal)) {
        let verdict = Randomness { sight: sight(body, &draw), ..judge(index, scope, far, &draw) };
        let rank = |own: &Randomness| (own.seeding, Reverse(own.sight));
        if worst.as_ref().is_none_or(|worst| rank(&verdict) > rank(worst)) {
            worst = Some(verdict);
        }
    }
    worst.or_else(|| derandomized(scope))
}

/// Who sees a draw, for the test that it takes part in.
fn sight(body: Option<&Body>, draw: &Heard<'_>) -> Sight {
    let seen_there = draw.signal.sight;
    if seen_there != Sight::Leaves {
        return seen_there;
    }
    // What leaves the test itself, nobody gets.
    let name = match draw.via {
        Via::Own => return Sight::Unseen,
        Via::Helper { name, .. } | Via::Fixture { name, autouse: false } => name,
        _ => return Sight::Perhaps,
    };
    let seen = body.and_then(|body| body.sees.iter().find(|(own, _)| own == name));
    seen.map_or(Sight::Perhaps, |(_, sight)| *sight)
}

/// Draws while the test runs; those in decorators and defaults happen at import.
fn draws(signal: &Signal) -> bool {
    signal.kind.reason() == Some(Reason::Random) && signal.role == Role::Body
}

fn judge(index: &Index<'_>, scope: &Scope<'_>, far: &Scope<'_>, drawn: &Heard<'_>) -> Randomness {
    let draw = drawn.signal;
    let library = draw.library.as_deref().unwrap_or("any");
    let seeded = |seeding, by: String, signal: Option<&Signal>| Randomness {
        seeding,
        by,
        evidence: signal.map(|signal| signal.evidence.clone()),
        sight: Sight::default(),
    };
    if let Some((fixed, by)) = explicit_generator(draw, library) {
        let seeding = if fixed { Seeding::Seeded } else { Seeding::Unseeded };
        return seeded(seeding, by, Some(draw));
    }
    for seed in far.of(SignalKind::Seed).filter(|seed| seeds(seed.signal, library)) {
        if in_time(&seed, drawn) {
            let by = seed.via.words().unwrap_or_else(|| format!("`{}` in the test", seed.signal.name));
            return seeded(Seeding::Seeded, by, seed.here.then_some(seed.signal));
        }
    }
    if let Some(Heard { signal: property, .. }) = scope.of(SignalKind::PropertyTest).find(|heard| heard.here) {
        // `hypothesis.register_random`: the global generators of random and numpy are seeded for each example.
        if matches!(library, "stdlib" | "numpy") && property.name.starts_with("hypothesis.") {
            return seeded(Seeding::Seeded, "hypothesis".to_owned(), Some(property));
        }
    }
    if let Some(verdict) = framework(index, scope, library) {
        return verdict;
    }
    let at_import = index.import_seeds().find(|seed| seeds(seed, library));
    if let Some(seed) = at_import {
        return seeded(Seeding::SeededAtImport, format!("`{}` at import", seed.name), Some(seed));
    }
    seeded(Seeding::Unseeded, format!("nothing seeds `{}`", draw.name), Some(draw))
}

/// Whether the draw's own generator is fixed; `None` when it uses a global one.
fn explicit_generator(draw: &Signal, library: &str) -> Option<(bool, String)> {
    let call = draw.call.as_ref();
    if library == "jax" && draw.name.starts_with("jax.random.") {
        return Some((true, "explicit key".to_owned()));
    }
    if draw.kind == SignalKind::RandomConstructor || draw.name.contains("()") {
        if library == "faker" {
            return None;
        }
        let call = call?;
        if draw.name.contains("SystemRandom") {
            return Some((false, "the system's entropy cannot be seeded".to_owned()));
        }
        let made = call.callee.rsplit('.').next().unwrap_or(&call.callee);
        return Some(match fixed_seed(call) {
            true => (true, format!("`{made}` with a fixed seed")),
            false => (false, format!("`{made}()` without a fixed seed")),
        });
    }
    match call?.keyword("generator")? {
        Expr::Call(generator) if generator.callee.ends_with("Generator().manual_seed") => {
            Some((fixed_seed(generator), "explicit generator".to_owned()))
        }
        Expr::Call(generator) if generator.callee.ends_with("Generator") => {
            Some((false, "a generator that nothing seeds".to_owned()))
        }
        Expr::None => None,
        _ => Some((true, "explicit generator".to_owned())),
    }
}

/// Whether a seed call fixes the generator of a library.
fn seeds(seed: &Signal, library: &str) -> bool {
    let covers = matches!(seed.library.as_deref(), Some(own) if own == library || own == "any");
    covers && seed.call.as_ref().is_some_and(fixed_seed)
}

/// Whether the first argument repeats from run to run: given, not `None`, not from the clock, the system or a draw.
fn fixed_seed(call: &Call) -> bool {
    const CHANGING: [&str; 10] = [
        "time.",
        "os.urandom",
        "os.getpid",
        "random.",
        "numpy.random.",
        "secrets.",
        "uuid.",
        "datetime.",
        "torch.",
        "builtins.id",
    ];
    // What only carries a seed on: `default_rng(PCG64(1))`.
    const CARRIERS: [&str; 6] = ["PCG64", "PCG64DXSM", "Philox", "SFC64", "MT19937", "SeedSequence"];
    let seed = call.arguments.first().or_else(|| call.keywords.first().map(|(_, value)| value));
    fn carries(call: &Call) -> bool {
        call.callee.strip_prefix("numpy.random.").is_some_and(|name| CARRIERS.contains(&name))
    }
    fn changes(expr: &Expr) -> bool {
        match expr {
            Expr::None => true,
            Expr::Call(call) if carries(call) => call.arguments.is_empty() || call.arguments.iter().any(changes),
            Expr::Call(call) => {
                CHANGING.iter().any(|prefix| call.callee.starts_with(prefix)) || call.arguments.iter().any(changes)
            }
            Expr::Sum(left, right) | Expr::Product(left, right) => changes(left) || changes(right),
            _ => false,
        }
    }
    seed.is_some_and(|seed| !changes(seed))
}

/// Whether a seed runs before a draw.
fn in_time(first: &Heard<'_>, second: &Heard<'_>) -> bool {
    let (seed, draw) = (first.signal, second.signal);
    if seed.role != Role::Body {
        return false;
    }
    match (first.via, second.via) {
        // Set-up and fixtures run before the test, and in the order of their text among themselves.
        (Via::SetUp { .. } | Via::Fixture { .. }, Via::Own | Via::Helper { .. }) => true,
        (Via::Own, Via::Helper { offset, .. }) => seed.offset < *offset,
        (Via::Helper { offset, .. }, Via::Own) => *offset < draw.offset,
        (Via::Helper { offset: one, .. }, Via::Helper { offset: other, .. }) if !first.shares_owner(second) => {
            one < other
        }
        _ => first.shares_owner(second) && seed.offset < draw.offset,
    }
}

/// What the base class of a framework seeds, unless an override of `setUp` in this file cuts it off.
fn framework(index: &Index<'_>, scope: &Scope<'_>, library: &str) -> Option<Randomness> {
    let class = scope.classes.first().copied()?;
    let row = index.outer_bases(class).find_map(frameworks::seeding_base)?;
    if !row.libraries.iter().any(|seeded| *seeded == library || *seeded == "any") {
        return None;
    }
    let cut = index
        .lineage(class)
        .into_iter()
        .any(|class| index.method(class, "setUp").is_some_and(|method| !index.owns(method, SignalKind::SetupSuper)));
    if cut && !row.at_import {
        return None;
    }
    let seeding = if row.at_import { Seeding::SeededAtImport } else { Seeding::Seeded };
    Some(Randomness { seeding, by: row.name.to_owned(), evidence: None, sight: Sight::default() })
}

/// A property-based test repeats when its settings derandomize it.
fn derandomized(scope: &Scope<'_>) -> Option<Randomness> {
    let Heard { signal, .. } = scope.of(SignalKind::PropertySettings).find(|heard| {
        heard.here && heard.signal.call.as_ref().and_then(|call| call.keyword("derandomize")) == Some(&Expr::Bool(true))
    })?;
    let by = "`derandomize=True`".to_owned();
    Some(Randomness { seeding: Seeding::Seeded, by, evidence: Some(signal.evidence.clone()), sight: Sight::default() })
}
