//! All files joined: what rules and views read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::about::{Companion, FolderData, ImportedModules, WrittenSection};
use super::layout::LayoutRule;
use super::{
    BodyRisk, CallGraph, CargoPackage, CoverageTarget, DefinitionId, Evidence, FileFacts, FileRole, Finding, Gate,
    IniOptions, Invocation, Language, MarkerSelection, Markers, Measured, Problem, PytestConfig, Reason, Region,
    Requirements, RetrySetting, RiskPart, Sight, SignalKind,
    collected::{FixtureDefinition, Hook, MissingFixture, Uncollected},
    coverage::Coverage,
    cpp::CppSuite,
    gap::GapSettings,
    project::Project,
    runs::Runs,
    rust::RustTree,
};

/// Whether the random values of a test repeat from run to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seeding {
    /// Every draw has a fixed seed in scope.
    Seeded,
    /// A seed was set once, at import: the values depend on which tests ran before.
    SeededAtImport,
    /// At least one draw has none.
    Unseeded,
}

/// Why a test carries a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReason {
    /// The reason.
    pub reason: Reason,
    /// Where it stands.
    pub evidence: Evidence,
    /// The fixture, helper or enclosing scope through which the test has it; `None` when it is the test's own.
    pub via: Option<String>,
}

/// Random values in a test: whether they repeat, and what decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Randomness {
    /// The verdict over all draws: the worst one.
    pub seeding: Seeding,
    /// What seeds them, or which draw nothing seeds.
    pub by: String,
    /// Where that stands, where it stands in this file.
    pub evidence: Option<Evidence>,
    /// Who sees what that draw draws, where bodies are read.
    pub sight: Sight,
}

/// Whether a test is skipped, as far as its source says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SkipStatus {
    /// Nothing skips it.
    #[default]
    Never,
    /// A condition decides.
    Conditional,
    /// It never runs.
    Always,
}

impl SkipStatus {
    /// The name used in JSON and in text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Conditional => "conditional",
            Self::Always => "always",
        }
    }
}

/// The processes that a test starts, or runs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Processes {
    /// How many, where the source tells it.
    pub count: Option<u32>,
    /// What starts them: a base class, a function, a program, a marker.
    pub by: String,
    /// The file in which that stands, where it is not the test's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// 1-based.
    pub line: u32,
}

/// What a test does outside of its own process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Which of the signals of this kind it is: `EffectProcess` and the like.
    pub kind: SignalKind,
    /// Where it stands.
    pub evidence: Evidence,
    /// The file, where it is not the test's.
    pub path: Option<String>,
    /// The fixture, helper or enclosing scope through which the test has it; `None` when it is the test's own.
    pub via: Option<String>,
}

/// What is worth knowing of a test besides its marks, in the order of every report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Property {
    /// An `async def`.
    Async,
    /// A coroutine that unittest calls and nobody awaits.
    NeverAwaited,
    /// Its function is that of a base class.
    Inherited,
    /// Its function is imported from another module.
    Imported,
    /// Its function is made while the module is imported: no definition in the source has its name.
    MadeAtImport,
    /// Run by unittest: its class is a `TestCase`.
    Unittest,
    /// Examples in a docstring or a text.
    Doctest,
    /// Left out by an option in pytest's configuration, or by `doctest = false` in a manifest.
    Deselected,
    /// It has to panic.
    ShouldPanic,
    /// An example that must compile and is not run.
    NoRun,
    /// An example that must not compile.
    CompileFail,
    /// Its file has syntax errors: it is known as far as that can be read.
    SyntaxError,
}

/// A test function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// pytest's node id without the parameter suffix; of Rust, the binary and the name.
    pub id: String,
    /// Of Rust, nextest's id of the binary that it is in: `crate`, `crate::target`, `crate::bin/name`, `crate::doc`.
    pub binary: Option<String>,
    /// The enclosing classes, `A::B`, or the modules; `None` for a plain function.
    pub suite: Option<String>,
    /// The function's name; of Rust, with its modules.
    pub name: String,
    /// 1-based line of its first decorator, else of `def`; of Rust, that of the function's name, as libtest has it.
    pub line: u32,
    /// Its definition within the file's facts, or the class that makes it; `None` where neither is in this file.
    pub definition: Option<DefinitionId>,
    /// The file of its definition, where that is another one.
    pub defined_in: Option<String>,
    /// Its definition within the facts of the file where it stands: `defined_in`, else this one.
    pub function: Option<DefinitionId>,
    /// How many cases are declared for it, over everything that multiplies it; `None` where that cannot be known from
    /// the source. Zero for an empty list, of which pytest makes one item that it skips.
    pub cases: Option<u64>,
    /// The product of those lists of cases that can be counted, when `cases` is unknown for another reason: devices
    /// that a framework multiplies by, a sample that it draws.
    pub declared_cases: Option<u64>,
    /// Whether a framework multiplies it further by something that is not in the source (devices).
    pub multiplied: bool,
    /// Names of its marks, those of its classes and its module included; sorted.
    pub markers: Vec<String>,
    /// Of each list of parameters in which some set carries marks: the names of the marks of every set.
    pub case_markers: Vec<Vec<Vec<String>>>,
    /// Names of the fixtures that it gets, directly or not; sorted.
    pub fixtures: Vec<String>,
    /// Fixtures that it asks for and that nobody is known to define.
    pub missing_fixtures: Vec<MissingFixture>,
    /// Lists of cases that are empty: of each pytest makes one case that it skips.
    pub empty_lists: Vec<Region>,
    /// Whether it is skipped.
    pub skip: SkipStatus,
    /// Of Rust, what `#[ignore = "…"]` says.
    pub skip_reason: Option<String>,
    /// What decides at run time whether it runs.
    pub gates: Vec<Gate>,
    /// The processes that it runs in, where there are several.
    pub processes: Option<Processes>,
    /// What else is worth knowing.
    pub properties: Vec<Property>,
    /// Why it deserves fuzzing.
    pub reasons: Vec<TestReason>,
    /// What is known of its random values; `None` when it draws none.
    pub randomness: Option<Randomness>,
    /// What takes part in it that may make it fail without a defect, or that makes such a thing harmless, nearest first.
    pub risks: Vec<RiskPart>,
    /// Of Rust, what its body shows of that kind.
    pub body_risks: Vec<BodyRisk>,
    /// Cases that exist at run time only (`subTest`).
    pub runtime_subcases: Option<Evidence>,
    /// A loop over a product of values.
    pub product_loop: Option<Evidence>,
    /// What it does outside of its own process, each kind once, where that is asked for.
    pub effects: Vec<Effect>,
}

impl Test {
    /// A test that is one case and of which nothing else is known.
    pub fn plain(id: String, name: String, line: u32, definition: Option<DefinitionId>) -> Self {
        Self {
            id,
            binary: None,
            suite: None,
            name,
            line,
            definition,
            defined_in: None,
            function: definition,
            cases: Some(1),
            declared_cases: Some(1),
            multiplied: false,
            markers: Vec::new(),
            case_markers: Vec::new(),
            fixtures: Vec::new(),
            missing_fixtures: Vec::new(),
            empty_lists: Vec::new(),
            skip: SkipStatus::Never,
            skip_reason: None,
            gates: Vec::new(),
            processes: None,
            properties: Vec::new(),
            reasons: Vec::new(),
            randomness: None,
            risks: Vec::new(),
            body_risks: Vec::new(),
            runtime_subcases: None,
            product_loop: None,
            effects: Vec::new(),
        }
    }
}

/// A file with its facts and the tests that they amount to.
#[derive(Debug, Clone, PartialEq)]
pub struct TestFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The language.
    pub language: Language,
    /// What a runner does with it.
    pub role: FileRole,
    /// What the file says.
    pub facts: FileFacts,
    /// Its tests in source order; empty unless it is a test module.
    pub tests: Vec<Test>,
}

impl TestFile {
    /// Whether it is there for its tests: pytest opens it to collect some, or it has tests in Rust.
    pub fn holds_tests(&self) -> bool {
        match self.language {
            Language::Python => self.role == FileRole::TestModule,
            Language::Rust | Language::Cpp => !self.tests.is_empty(),
        }
    }

    /// Evidence for a reason in order of strength, whether or not a test carries it: direct draws before in-place
    /// fillers and initialisers, then by line.
    pub fn evidence(&self, reason: Reason) -> Vec<&Evidence> {
        let mut signals: Vec<_> =
            self.facts.signals.iter().filter(|signal| signal.kind.reason() == Some(reason)).collect();
        signals.sort_by_key(|signal| (signal.kind, signal.offset));
        signals.into_iter().map(|signal| &signal.evidence).collect()
    }
}

/// The audited tree.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Suite {
    /// The root that all paths are relative to, itself relative to the current directory.
    pub root: String,
    /// The root's own name, as a title shows it; empty where it has none.
    pub name: String,
    /// Whether everything was read that pytest would collect without arguments: what nobody uses here, nobody uses.
    pub whole: bool,
    /// Files sorted by path.
    pub files: Vec<TestFile>,
    /// Everything that could not be judged, sorted.
    pub problems: Vec<Problem>,
    /// Distributions of plugins of pytest whose fixtures, markers and options are known.
    pub known_plugins: Vec<&'static str>,
    /// Modules that the project publishes as plugins of pytest, sorted.
    pub published: Vec<String>,
    /// Plugins that the tree loads by name, and that are neither known nor part of it.
    pub outside_plugins: Vec<String>,
    /// Fixtures of test modules, conftest files and plugins of the tree, sorted by place.
    pub fixtures: Vec<FixtureDefinition>,
    /// What looks like tests and is not collected, sorted by place.
    pub uncollected: Vec<Uncollected>,
    /// Hooks of conftest files and plugins of the tree, sorted by path.
    pub hooks: Vec<Hook>,
    /// Registered and used markers of pytest.
    pub markers: Markers,
    /// The options that pytest's configuration names.
    pub ini_options: IniOptions,
    /// pytest's configuration.
    pub pytest: PytestConfig,
    /// What the project says it depends on.
    pub requirements: Requirements,
    /// Commands that run tests, sorted by place.
    pub invocations: Vec<Invocation>,
    /// The mark expressions of the project, sorted by place.
    pub selections: Vec<MarkerSelection>,
    /// Packages of cargo with the features that they declare, sorted by path.
    pub packages: Vec<CargoPackage>,
    /// Which files of Rust their targets reach, where that is asked for.
    pub rust: RustTree,
    /// The project around the tests, where that is asked for.
    pub project: Project,
    /// Findings of those rules whose findings are gaps, where that is asked for.
    pub weak: Vec<Finding>,
    /// How gaps are weighed.
    pub gap_settings: GapSettings,
    /// Where the project says that tests belong, in the order in which it says so.
    pub layout: Vec<LayoutRule>,
    /// What files of tests import, by path; only where prose is asked for.
    pub imported: BTreeMap<String, ImportedModules>,
    /// Texts and scripts beside tests, sorted by path; only where prose is asked for.
    pub companions: Vec<Companion>,
    /// Other files beside tests, by folder; only where prose is asked for.
    pub data: Vec<FolderData>,
    /// pytest's configuration as it is written, then the sections that do not count; only where prose is asked for.
    pub configuration: Vec<WrittenSection>,
    /// Which code calls which, where that is asked for.
    pub calls: Option<CallGraph>,
    /// The same of Rust.
    pub rust_calls: Option<CallGraph>,
    /// What the tests are expected to cover, likewise.
    pub coverage: Option<Coverage>,
    /// What coverage the project wants to have.
    pub coverage_targets: Vec<CoverageTarget>,
    /// Tests of C++, where they are asked for.
    pub cpp: CppSuite,
    /// What runs of the tests measured, where reports of it are given.
    pub measured: Measured,
    /// What the configurations of test runners say about running failing tests again.
    pub retries: Vec<RetrySetting>,
    /// What runs of the tests reported, where such reports are given.
    pub runs: Runs,
    /// Detectors of the user's own: name and title.
    pub custom_detectors: Vec<(String, String)>,
}
