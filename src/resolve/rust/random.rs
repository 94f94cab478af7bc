//! Which calls draw random values, and whether something fixes what they draw: one row for each name that a library gives
//! its generators. Owns the names and the verdict; refuses to know which functions take part in a test.

use super::functions::Reached;
use super::names::Names;
use crate::model::rust::{BodyUse, Import, UseKind};
use crate::model::suite::{Randomness, Seeding};
use crate::model::{CargoPackage, Evidence, Sight};

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It draws from a generator that the process seeds anew, or makes one.
    Fresh,
    /// It makes a generator from what it is passed.
    Made,
    /// It draws from a generator that it is passed, or that it is a method of.
    Passed,
    /// It seeds the generator that the thread or a device has.
    Seeds,
    /// It computes random numbers itself, from what the test begins with.
    Computes,
}

/// A name that draws.
struct Row {
    /// The crates that export it; none where the name says enough. A crate has to be a dependency.
    crates: &'static [&'static str],
    /// What its path ends with; `…` begins a type's name that ends with what follows.
    ends: &'static [&'static str],
    effect: Effect,
    /// Whose state it draws from.
    library: &'static str,
}

const fn row(
    crates: &'static [&'static str],
    ends: &'static [&'static str],
    effect: Effect,
    library: &'static str,
) -> Row {
    Row { crates, ends, effect, library }
}

/// Crates that re-export rand's generators or define some for its traits.
const RAND: &[&str] = &[
    "rand",
    "rand_core",
    "rand_chacha",
    "rand_distr",
    "rand_hc",
    "rand_isaac",
    "rand_mt",
    "rand_pcg",
    "rand_seeder",
    "rand_xorshift",
    "rand_xoshiro",
    "ndarray_rand",
    "getrandom",
];
const TENSORS: &[&str] = &["candle", "candle_core", "burn", "burn_tensor", "tch"];

use Effect::{Computes, Fresh, Made, Passed, Seeds};

static PATHS: [Row; 25] = [
    row(RAND, &["thread_rng", "rng", "make_rng"], Fresh, "rand"),
    row(&["rand"], &["random", "random_range", "random_bool", "random_ratio", "random_iter", "fill"], Fresh, "rand"),
    row(RAND, &["ThreadRng::default", "OsRng", "SysRng", "OsRng::default"], Fresh, "rand"),
    row(&[], &["from_entropy", "from_os_rng", "try_from_os_rng"], Fresh, "rand"),
    row(&[], &["seed_from_u64", "…Rng::from_seed"], Made, "rand"),
    row(RAND, &["from_seed", "from_state", "from_rng", "try_from_rng"], Made, "rand"),
    row(&["rand", "rand_distr"], &["index::sample", "index::sample_weighted"], Passed, "rand"),
    row(&["ndarray_rand"], &["random"], Fresh, "rand"),
    row(&["ndarray_rand"], &["random_using"], Passed, "rand"),
    row(&["fastrand"], &["Rng::with_seed"], Made, "fastrand"),
    row(&["fastrand"], &["Rng::new", "Rng::default"], Fresh, "fastrand"),
    row(&["fastrand"], &["seed"], Seeds, "fastrand"),
    row(
        &["fastrand"],
        &[
            "bool",
            "u8",
            "u16",
            "u32",
            "u64",
            "u128",
            "usize",
            "i8",
            "i16",
            "i32",
            "i64",
            "i128",
            "isize",
            "f32",
            "f64",
            "char",
            "digit",
            "alphabetic",
            "alphanumeric",
            "lowercase",
            "uppercase",
            "shuffle",
            "choice",
            "fill",
            "choose_multiple",
        ],
        Fresh,
        "fastrand",
    ),
    row(&["nanorand"], &["new_seed", "from_seed"], Made, "nanorand"),
    row(
        &["nanorand"],
        &["tls_rng", "…Rand::new", "ChaCha8::new", "ChaCha12::new", "ChaCha20::new", "…64::new"],
        Fresh,
        "nanorand",
    ),
    row(&["oorandom"], &["Rand32::new", "Rand64::new", "Rand32::new_inc", "Rand64::new_inc"], Made, "oorandom"),
    row(&["getrandom"], &["getrandom", "fill", "fill_uninit", "u32", "u64"], Fresh, "getrandom"),
    row(&["uuid"], &["Uuid::new_v4"], Fresh, "uuid"),
    row(&["quickcheck"], &["Gen::new"], Fresh, "quickcheck"),
    row(&["quickcheck"], &["Gen::from_seed", "Gen::from_size_and_seed"], Made, "quickcheck"),
    row(&["quickcheck"], &["Arbitrary::arbitrary"], Passed, "quickcheck"),
    row(
        &[],
        &[
            "…Tensor::rand",
            "…Tensor::randn",
            "…Tensor::random",
            "…Tensor::rand_like",
            "…Tensor::randn_like",
            "…Tensor::random_like",
            "…Tensor::rand_f64",
            "…Tensor::randn_f64",
            "…Tensor::randint",
            "…Tensor::randperm",
        ],
        Fresh,
        "tensors",
    ),
    row(&[], &["TestTensorInt::random", "TestTensorBool::random", "TensorData::random"], Fresh, "tensors"),
    row(TENSORS, &["Var::rand", "Var::randn", "Var::rand_f64", "Var::randn_f64"], Fresh, "tensors"),
    row(
        &[],
        &["manual_seed", "set_seed", "Backend::seed", "Device::seed", "B::seed", "TestBackend::seed"],
        Seeds,
        "tensors",
    ),
];

/// Methods of rand's traits, which have to be imported to be called.
const METHODS: &[&str] = &[
    "choose",
    "choose_iter",
    "choose_multiple",
    "choose_multiple_weighted",
    "choose_mut",
    "choose_stable",
    "choose_weighted",
    "fill",
    "fill_bytes",
    "gen",
    "gen_bool",
    "gen_range",
    "gen_ratio",
    "next_u32",
    "next_u64",
    "partial_shuffle",
    "random",
    "random_bool",
    "random_iter",
    "random_range",
    "random_ratio",
    "sample",
    "sample_iter",
    "shuffle",
    "try_fill",
    "try_fill_bytes",
];

/// Traits that have these methods.
const TRAITS: &[&str] = &[
    "Distribution",
    "IndexedMutRandom",
    "IndexedRandom",
    "IteratorRandom",
    "Rng",
    "RngCore",
    "RngExt",
    "SliceRandom",
    "TryRng",
    "TryRngCore",
];

/// Those of the methods that other types have too: they say something only beside another draw.
const AMBIGUOUS: &[&str] = &["choose", "fill", "sample", "try_fill"];

/// Whether the value of a call differs from run to run.
fn changes(used: BodyUse<'_>) -> bool {
    matches!(used.last(), "now" | "elapsed") || used.name.ends_with("process::id") || used.name.contains("RandomState")
}

/// A call that draws, or decides what is drawn.
#[derive(Debug, Clone)]
pub(super) struct Draw {
    pub(super) effect: Effect,
    library: &'static str,
    /// The resolved name and the line; the text of the line is empty.
    pub(super) evidence: Evidence,
    /// The helper that it stands in, with the line of its use.
    pub(super) via: Option<String>,
    /// 1-based line of the test where it happens.
    line: u32,
    /// Whether what it is passed differs from run to run.
    changing: bool,
}

/// The draws in a body, given what its module imports.
pub(super) fn draws(reached: &Reached<'_>, names: &Names<'_>, found: &mut Vec<Draw>) {
    let has_traits = imports_traits(names);
    let changing = || reached.body.uses().any(|used| used.in_seed && changes(used));
    for used in reached.body.uses() {
        let Some((effect, library, what)) = draw(used, names, has_traits) else { continue };
        found.push(Draw {
            effect,
            library,
            evidence: Evidence::new(used.line, what, ""),
            via: reached.helper.map(|helper| format!("helper `{}`, used in line {}", helper.name, helper.used)),
            line: reached.helper.map_or(used.line, |helper| helper.line),
            changing: matches!(effect, Made | Seeds) && changing(),
        });
    }
    if let Some(line) = reached.body.generator {
        found.push(Draw {
            effect: Computes,
            library: "own",
            evidence: Evidence::new(line, "a generator of its own", ""),
            via: reached.helper.map(|helper| format!("helper `{}`, used in line {}", helper.name, helper.used)),
            line: reached.helper.map_or(line, |helper| helper.line),
            changing: false,
        });
    }
}

/// Whether something in a body differs from run to run, with which a generator of one's own may begin.
pub(super) fn is_changing(reached: &Reached<'_>) -> bool {
    reached.body.uses().any(changes)
}

/// Leaves out what is no draw if it stands alone, and, where something differs from run to run, generators whose beginning
/// is not seen.
pub(super) fn certain(mut draws: Vec<Draw>, is_changing: bool) -> Vec<Draw> {
    draws.retain(|draw| draw.effect != Computes || !is_changing);
    let is_sure = |draw: &Draw| draw.effect != Seeds && !AMBIGUOUS.contains(&draw.evidence.what.as_str());
    if !draws.iter().any(is_sure) {
        draws.retain(|draw| draw.effect == Seeds);
    }
    draws
}

/// Whether the values repeat from run to run: the worst of all generators. `None` where none of them is known.
pub(super) fn verdict(draws: &[Draw]) -> Option<Randomness> {
    let mut worst: Option<Randomness> = None;
    for draw in draws {
        let what = &draw.evidence.what;
        let (seeding, by, evidence) = match draw.effect {
            Passed | Seeds => continue,
            Made if draw.changing => (Seeding::Unseeded, format!("`{what}` without a fixed seed"), draw),
            Made => (Seeding::Seeded, format!("`{what}` with a fixed seed"), draw),
            Computes => (Seeding::Seeded, format!("{what}, which begins alike in each run"), draw),
            Fresh => match draws.iter().find(|seed| fixes(seed, draw)) {
                Some(seed) => {
                    let by = seed.via.clone().unwrap_or_else(|| format!("`{}` in the test", seed.evidence.what));
                    (Seeding::Seeded, by, seed)
                }
                None => (Seeding::Unseeded, format!("nothing seeds `{what}`"), draw),
            },
        };
        if worst.as_ref().is_none_or(|worst| seeding > worst.seeding) {
            let evidence = Some(evidence.evidence.clone());
            worst = Some(Randomness { seeding, by, evidence, sight: Sight::Asserted });
        }
    }
    worst
}

/// Whether a seed is set before a draw from the generator that it is for.
fn fixes(seed: &Draw, draw: &Draw) -> bool {
    let is_constructor = draw.evidence.what.ends_with("Rng::new") || draw.evidence.what.ends_with("Rng::default");
    // A generator of fastrand's own begins with a number that the thread's generator draws.
    seed.effect == Seeds
        && seed.library == draw.library
        && !seed.changing
        && seed.line <= draw.line
        && (!is_constructor || draw.library == "fastrand")
}

fn draw(used: BodyUse<'_>, names: &Names<'_>, has_traits: bool) -> Option<(Effect, &'static str, String)> {
    let last = used.last();
    match used.kind {
        UseKind::Macro => None,
        UseKind::Method if matches!(last, "seed" | "set_seed" | "manual_seed") => {
            Some((Seeds, "tensors", last.to_owned()))
        }
        UseKind::Method => (has_traits && METHODS.contains(&last)).then(|| (Passed, "rand", last.to_owned())),
        UseKind::Call | UseKind::Value => {
            let last = imported(names).find(|import| *import.name == *used.name).map_or(last, |import| {
                // `use rand::random as draw`.
                import.path.last().map_or(last, |last| &**last)
            });
            let is_near = |row: &&Row| row.ends.iter().any(|end| end.rsplit("::").next() == Some(last));
            let near: Vec<&Row> = PATHS.iter().filter(is_near).collect();
            if near.is_empty() {
                return None;
            }
            let path: Vec<Box<str>> = used.name.split("::").map(Box::from).collect();
            let candidates = names.canonical(&path);
            let row = near.iter().find_map(|row| {
                let what = candidates.iter().find(|path| leads_to(path, row, names.package))?;
                Some((row.effect, row.library, what.clone()))
            });
            // A trait of ndarray-rand puts its methods on the types of ndarray.
            row.or_else(|| {
                let is_of_trait = matches!(last, "random" | "random_using")
                    && imported(names)
                        .any(|import| import.path.first().is_some_and(|first| &**first == "ndarray_rand"));
                let effect = if last == "random" { Fresh } else { Passed };
                is_of_trait.then(|| (effect, "rand", used.name.to_owned()))
            })
        }
    }
}

/// Whether a full path is that of a row.
fn leads_to(path: &str, row: &Row, package: &CargoPackage) -> bool {
    let mut segments = path.rsplit("::");
    let (last, before) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    let first = path.split("::").next().unwrap_or_default();
    // A constructor is no function of a crate.
    let is_end = |end: &&str| match end.rsplit_once("::") {
        None => *end == last,
        Some((kind, name)) => {
            name == last
                && match kind.strip_prefix('…') {
                    Some(ending) => before.ends_with(ending),
                    None => before == kind,
                }
        }
    };
    if !row.ends.iter().any(is_end) {
        return false;
    }
    if row.crates.is_empty() {
        return !before.is_empty();
    }
    let is_known = |name: &&&str| **name == first;
    row.crates.iter().find(is_known).is_some_and(|name| depends(package, name) && first != last)
}

/// Whether a package names another one, or is it.
pub(super) fn depends(package: &CargoPackage, name: &str) -> bool {
    let is_it = |own: &str| own.replace('-', "_") == name;
    is_it(&package.name) || package.dependencies.iter().any(|dependency| is_it(&dependency.package))
}

fn imported<'n>(names: &'n Names<'_>) -> impl Iterator<Item = &'n Import> {
    names.imports.iter().flat_map(|imports| imports.iter())
}

/// Whether the module, or one around it, imports a trait that has rand's methods.
fn imports_traits(names: &Names<'_>) -> bool {
    imported(names).any(|import| {
        let is_rand = import.path.iter().any(|segment| {
            RAND.contains(&&**segment)
                || names.package.dependencies.iter().any(|dependency| {
                    dependency.crate_name() == **segment
                        && RAND.contains(&dependency.package.replace('-', "_").as_str())
                })
        });
        let last = import.path.last().map_or("", |last| &**last);
        is_rand && (TRAITS.contains(&last) || &*import.name == "*")
    })
}
