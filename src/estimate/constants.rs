//! The numbers that were fitted: `constants.json`, read once. Owns their names; knows nothing of what they are used for.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::model::{code::BlockKind, graph::EdgeKind};

/// The file that holds all of them.
const FILE: &str = include_str!("constants.json");
/// The same for Rust.
const RUST: &str = include_str!("rust.json");

/// The names of edges.
pub const EDGES: [(EdgeKind, &str); 47] = [
    (EdgeKind::Call, "call"),
    (EdgeKind::Instance, "instance"),
    (EdgeKind::Operator, "operator"),
    (EdgeKind::Override, "override"),
    (EdgeKind::Nested, "nested"),
    (EdgeKind::DottedString, "dotted-string"),
    (EdgeKind::Import, "import"),
    (EdgeKind::Begins, "begins"),
    (EdgeKind::BeginsClass, "begins-class"),
    (EdgeKind::ListedString, "listed-string"),
    (EdgeKind::EntryPoint, "entry-point"),
    (EdgeKind::OneNamed, "one-named"),
    (EdgeKind::Constructor, "constructor"),
    (EdgeKind::HeldInstance, "held-instance"),
    (EdgeKind::Load, "load"),
    (EdgeKind::Passed, "passed"),
    (EdgeKind::ModuleLoad, "module-load"),
    (EdgeKind::Entry, "entry"),
    (EdgeKind::ClassLoad, "class-load"),
    (EdgeKind::ClassPassed, "class-passed"),
    (EdgeKind::ClassModuleLoad, "class-module-load"),
    (EdgeKind::ClassEntry, "class-entry"),
    (EdgeKind::Computed, "computed"),
    (EdgeKind::ComputedSpelled, "computed-spelled"),
    (EdgeKind::Handed, "handed"),
    (EdgeKind::ClassHanded, "class-handed"),
    (EdgeKind::Loaded, "loaded"),
    (EdgeKind::Table, "table"),
    (EdgeKind::ClassTable, "class-table"),
    (EdgeKind::Several, "several"),
    (EdgeKind::FewNamed, "few-named"),
    (EdgeKind::SomeNamed, "some-named"),
    (EdgeKind::ManyNamed, "many-named"),
    (EdgeKind::CommonNamed, "common-named"),
    (EdgeKind::Inherited, "inherited"),
    (EdgeKind::Callback, "callback"),
    (EdgeKind::Registered, "registered"),
    (EdgeKind::Rare, "rare"),
    (EdgeKind::Shown, "shown"),
    (EdgeKind::Compared, "compared"),
    (EdgeKind::Container, "container"),
    (EdgeKind::Context, "context"),
    (EdgeKind::Callable, "callable"),
    (EdgeKind::AttributeHook, "attribute-hook"),
    (EdgeKind::Descriptor, "descriptor"),
    (EdgeKind::Awaited, "awaited"),
    (EdgeKind::Numeric, "numeric"),
];

/// The names of blocks.
pub const BLOCKS: [(BlockKind, &str); 22] = [
    (BlockKind::Body, "body"),
    (BlockKind::Always, "always"),
    (BlockKind::Never, "never"),
    (BlockKind::ThisPlatform, "this-platform"),
    (BlockKind::OtherPlatform, "other-platform"),
    (BlockKind::Platform, "platform"),
    (BlockKind::PlatformElse, "platform-else"),
    (BlockKind::If, "if"),
    (BlockKind::Elif, "elif"),
    (BlockKind::Else, "else"),
    (BlockKind::For, "for"),
    (BlockKind::While, "while"),
    (BlockKind::LoopElse, "loop-else"),
    (BlockKind::Try, "try"),
    (BlockKind::TryImport, "try-import"),
    (BlockKind::Except, "except"),
    (BlockKind::ImportFails, "import-fails"),
    (BlockKind::TryElse, "try-else"),
    (BlockKind::Case, "case"),
    (BlockKind::AfterRaise, "after-raise"),
    (BlockKind::AfterReturn, "after-return"),
    (BlockKind::AfterJump, "after-jump"),
];

/// What a branch's chance depends on besides its kind.
pub const BRANCH_FEATURES: [&str; 20] = [
    "intercept",
    "size",
    "handler-size",
    "asks-parameter",
    "not-reached",
    "raises",
    "direct",
    "direct-of-errors",
    "density",
    "density-of-errors",
    "share",
    "share-of-errors",
    "tests",
    "tests-of-errors",
    "chance",
    "data",
    "lines",
    "project-share",
    "logit-of-shares",
    "logit-of-project",
];

/// What a function's chance depends on at last.
pub const UNIT_FEATURES: [&str; 18] = [
    "intercept",
    "logit",
    "share",
    "tests",
    "mentioned",
    "private",
    "special",
    "size",
    "direct",
    "unreferenced",
    "density",
    "project-share",
    "class",
    "reached",
    "logit-of-shares",
    "data",
    "lines",
    "logit-of-project",
];

/// What reach depends on besides edges.
pub const REACH: [&str; 12] = [
    "base",
    "class-base",
    "sibling",
    "class-sibling",
    "patched",
    "closed",
    "independent",
    "overload",
    "not-implemented",
    "abstract",
    "stub",
    "named-in-tests",
];

/// How wide ranges are.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// The least deviation.
    pub least: f64,
    /// How much of the deviation of independent blocks.
    pub spread: f64,
    /// How much of the doubt a whole file shares.
    pub common: f64,
    /// How many deviations below the estimate.
    pub below: f64,
    /// How many above.
    pub above: f64,
}

/// All of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Constants {
    /// How likely an edge is followed, by its kind.
    pub weights: [f64; EDGES.len()],
    /// The same where a test names the key or name.
    pub named: [f64; EDGES.len()],
    /// Of [`REACH`].
    pub reach: [f64; REACH.len()],
    /// How likely a block runs, before anything is known.
    pub first: [f64; BLOCKS.len()],
    /// The same in code of tests.
    pub first_in_tests: [f64; BLOCKS.len()],
    /// The logit that the kind of a block adds.
    pub kinds: [f64; BLOCKS.len()],
    /// Of [`BRANCH_FEATURES`].
    pub branch: [f64; BRANCH_FEATURES.len()],
    /// Of [`UNIT_FEATURES`].
    pub unit: [f64; UNIT_FEATURES.len()],
    /// Of ranges.
    pub range: Range,
}

impl Constants {
    /// Those that were fitted.
    pub fn fitted() -> &'static Self {
        static FITTED: OnceLock<Constants> = OnceLock::new();
        FITTED.get_or_init(|| Self::from_json(FILE).expect("the file is part of the program: a test reads it"))
    }

    /// Those that were fitted for Rust.
    pub fn of_rust() -> &'static Self {
        static FITTED: OnceLock<Constants> = OnceLock::new();
        FITTED.get_or_init(|| Self::from_json(RUST).expect("the file is part of the program: a test reads it"))
    }

    /// What a text in the form of the file says; what it does not say is zero, of named edges what edges have.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        let file: Value = serde_json::from_str(text)?;
        let number = |section: &str, name: &str| file[section][name].as_f64();
        let edges = |section| EDGES.map(|(_, name)| number(section, name).unwrap_or_default());
        let blocks = |section| BLOCKS.map(|(_, name)| number(section, name).unwrap_or_default());
        let weights = edges("weights");
        let mut named = EDGES.map(|(_, name)| number("named", name).unwrap_or(-1.0));
        named.iter_mut().zip(&weights).filter(|(named, _)| **named < 0.0).for_each(|(named, own)| *named = *own);
        let range = |name| number("range", name).unwrap_or_default();
        Ok(Self {
            weights,
            named,
            reach: REACH.map(|name| number("reach", name).unwrap_or_default()),
            first: blocks("first"),
            first_in_tests: blocks("first-in-tests"),
            kinds: blocks("kinds"),
            branch: BRANCH_FEATURES.map(|name| number("branch", name).unwrap_or_default()),
            unit: UNIT_FEATURES.map(|name| number("unit", name).unwrap_or_default()),
            range: Range {
                least: range("least"),
                spread: range("spread"),
                common: range("common"),
                below: range("below"),
                above: range("above"),
            },
        })
    }

    /// The text of the file.
    pub fn to_json(&self) -> String {
        let rounded = |value: f64| json!((value * 1e4).round() / 1e4);
        let of = |names: &[&str], values: &[f64]| {
            let entries = names.iter().zip(values).map(|(name, value)| ((*name).to_owned(), rounded(*value)));
            Value::Object(entries.collect::<Map<String, Value>>())
        };
        let edges = EDGES.map(|(_, name)| name);
        let blocks = BLOCKS.map(|(_, name)| name);
        let differs = |place: &usize| self.named[*place] != self.weights[*place];
        let differing: Vec<usize> = (0..EDGES.len()).filter(differs).collect();
        let names: Vec<&str> = differing.iter().map(|place| edges[*place]).collect();
        let values: Vec<f64> = differing.iter().map(|place| self.named[*place]).collect();
        let Range { least, spread, common, below, above } = self.range;
        let file = json!({
            "weights": of(&edges, &self.weights),
            "named": of(&names, &values),
            "reach": of(&REACH, &self.reach),
            "first": of(&blocks, &self.first),
            "first-in-tests": of(&blocks, &self.first_in_tests),
            "kinds": of(&blocks, &self.kinds),
            "branch": of(&BRANCH_FEATURES, &self.branch),
            "unit": of(&UNIT_FEATURES, &self.unit),
            "range": of(&["least", "spread", "common", "below", "above"], &[least, spread, common, below, above]),
        });
        format!("{file:#}\n")
    }

    /// A constant of reach.
    pub(crate) fn reach(&self, name: &str) -> f64 {
        REACH.iter().position(|known| *known == name).map_or(0.0, |place| self.reach[place])
    }
}

/// The place of a block's kind.
pub fn block(kind: BlockKind) -> usize {
    kind as usize
}

/// The place of an edge's kind.
pub fn edge(kind: EdgeKind) -> usize {
    kind as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_what_reading_and_writing_it_gives() {
        for (constants, file) in [(Constants::fitted(), FILE), (Constants::of_rust(), RUST)] {
            assert_eq!(&Constants::from_json(&constants.to_json()).unwrap(), constants);
            assert_eq!(constants.to_json(), file);
        }
    }

    #[test]
    fn kinds_stand_at_their_places() {
        assert!(EDGES.iter().enumerate().all(|(place, (kind, _))| edge(*kind) == place));
        assert!(BLOCKS.iter().enumerate().all(|(place, (kind, _))| block(*kind) == place));
    }

    #[test]
    fn chances_are_between_zero_and_one() {
        let constants = Constants::fitted();
        let chances = constants.weights.iter().chain(&constants.named).chain(&constants.first);
        for chance in chances {
            assert!((0.0..=1.0).contains(chance), "{chance}");
        }
    }
}
