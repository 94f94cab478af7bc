//! What a detector reports: one place in one file where something with a meaning stands.

use std::sync::Arc;

use serde::Serialize;

use super::{DefinitionId, Evidence, RiskPlace, Sight, expr::Call};

/// Why a file or a test deserves fuzzing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// A declared list of cases multiplies the collected tests.
    Parametrized,
    /// Executable code draws random values.
    Random,
    /// Property-based testing: a property that could be widened.
    Property,
}

impl Reason {
    /// All reasons in the fixed order of every report.
    pub const ALL: [Self; 3] = [Self::Parametrized, Self::Random, Self::Property];

    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parametrized => "parametrized",
            Self::Random => "random",
            Self::Property => "property",
        }
    }

    /// What a test does for this reason, as the header of its file says it.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Parametrized => "parametrized tests",
            Self::Random => "random data generation",
            Self::Property => "property-based testing",
        }
    }
}

/// What a detector's capture means. The capture's name in a query is [`SignalKind::capture`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignalKind {
    /// A declared list of cases on a function, class or module.
    ParametrizeCases,
    /// A fixture with `params`.
    ParametrizeFixture,
    /// A hook that parametrizes during collection (`pytest_generate_tests`).
    ParametrizeHook,
    /// A framework call that turns templates into tests (`instantiate_device_type_tests`).
    ParametrizeInstantiate,
    /// Cases that exist at run time only (`subTest`, `run_subtests`): one collected test.
    SubcasesCall,
    /// A loop over a product of values.
    SubcasesLoop,
    /// A draw of random values, called or passed uncalled.
    RandomGenerator,
    /// A method that fills its object with random values (`x.normal_()`).
    RandomInPlace,
    /// A random initialiser of parameters (`torch.nn.init.xavier_uniform_`).
    RandomInitialiser,
    /// The construction of a generator object.
    RandomConstructor,
    /// An imported helper that draws inside.
    RandomIndirect,
    /// A generator named in source text that is run elsewhere.
    RandomEmbedded,
    /// A call or decorator that fixes the state of a generator.
    Seed,
    /// `super().setUp()` and the like: an override that keeps what its base sets up.
    SetupSuper,
    /// A property-based test (`hypothesis.given`).
    PropertyTest,
    /// A base class of rule-based state machines.
    PropertyMachine,
    /// A generator of inputs for properties (`hypothesis.strategies`).
    PropertyStrategy,
    /// How properties are run (`hypothesis.settings`).
    PropertySettings,
    /// An entry point for a fuzzer.
    PropertyFuzzTarget,
    /// The decorator of a fixture.
    Fixture,
    /// The name of a fixture that is asked for by a call.
    FixtureRequest,
    /// A statement that makes names at run time (`globals()[name] = …`, `setattr`).
    GeneratedNames,
    /// A call that skips everything behind it where a module is missing (`pytest.importorskip`).
    SkipImport,
    /// A statement that skips a whole module while it is imported.
    SkipModule,
    /// An access to `pytest.mark.NAME`, or the name of a marker that is put on a test while pytest collects.
    MarkerUse,
    /// The name of a marker that is computed.
    MarkerComputed,
    /// A call that registers a marker (`config.addinivalue_line("markers", …)`).
    MarkerRegister,
    /// A call that registers an option of pytest's configuration (`parser.addini("name", …)`).
    OptionRegister,
    /// Something that may make a test fail without a defect: `#set! risk` says what.
    RiskSite,
    /// Something that makes such a place harmless.
    RiskRelief,
    /// A use of a variable of the module that such a place changes.
    RiskUse,
    /// A file that is opened, made or removed.
    EffectFiles,
    /// An argument of a script.
    ScriptOption,
    /// A call by which a process joins a group of them.
    ScriptProcesses,
    /// A call that fails where there is no GPU.
    ScriptDevice,
    /// A process that is started.
    EffectProcess,
    /// A socket, a server, or a client of the network.
    EffectNetwork,
    /// A service that somebody has to run: a database, a container.
    EffectService,
    /// A process that is killed.
    EffectKill,
    /// A model or data that is downloaded.
    EffectDownload,
    /// A browser that is driven.
    EffectBrowser,
    /// A parser of command lines.
    ScriptArguments,
    /// What a launcher of several processes says in the environment.
    ScriptLauncher,
    /// A call that runs the tests of its module.
    ScriptRunner,
    /// A call that runs the examples in docstrings.
    DoctestRun,
    /// Anything that a detector of the user's own reports.
    Custom,
}

impl SignalKind {
    /// Every kind with the capture name by which queries report it: the closed list of capture names.
    pub const CAPTURES: [(&'static str, Self); 46] = [
        ("parametrize.cases", Self::ParametrizeCases),
        ("parametrize.fixture", Self::ParametrizeFixture),
        ("parametrize.hook", Self::ParametrizeHook),
        ("parametrize.instantiate", Self::ParametrizeInstantiate),
        ("subcases.call", Self::SubcasesCall),
        ("subcases.loop", Self::SubcasesLoop),
        ("random.generator", Self::RandomGenerator),
        ("random.in-place", Self::RandomInPlace),
        ("random.initialiser", Self::RandomInitialiser),
        ("random.constructor", Self::RandomConstructor),
        ("random.indirect", Self::RandomIndirect),
        ("random.embedded", Self::RandomEmbedded),
        ("seed.call", Self::Seed),
        ("setup.super", Self::SetupSuper),
        ("property.test", Self::PropertyTest),
        ("property.machine", Self::PropertyMachine),
        ("property.strategy", Self::PropertyStrategy),
        ("property.settings", Self::PropertySettings),
        ("property.fuzz-target", Self::PropertyFuzzTarget),
        ("fixture.definition", Self::Fixture),
        ("fixture.request", Self::FixtureRequest),
        ("generated.names", Self::GeneratedNames),
        ("skip.import", Self::SkipImport),
        ("skip.module", Self::SkipModule),
        ("marker.use", Self::MarkerUse),
        ("marker.computed", Self::MarkerComputed),
        ("marker.register", Self::MarkerRegister),
        ("option.register", Self::OptionRegister),
        ("risk.site", Self::RiskSite),
        ("risk.relief", Self::RiskRelief),
        ("risk.use", Self::RiskUse),
        ("effect.files", Self::EffectFiles),
        ("script.option", Self::ScriptOption),
        ("script.processes", Self::ScriptProcesses),
        ("script.device", Self::ScriptDevice),
        ("effect.process", Self::EffectProcess),
        ("effect.network", Self::EffectNetwork),
        ("effect.service", Self::EffectService),
        ("effect.kill", Self::EffectKill),
        ("effect.download", Self::EffectDownload),
        ("effect.browser", Self::EffectBrowser),
        ("script.arguments", Self::ScriptArguments),
        ("script.launcher", Self::ScriptLauncher),
        ("script.runner", Self::ScriptRunner),
        ("doctest.run", Self::DoctestRun),
        ("custom.match", Self::Custom),
    ];

    /// The capture name that reports this kind.
    pub fn capture(self) -> &'static str {
        Self::CAPTURES
            .iter()
            .find(|(_, kind)| *kind == self)
            .map(|(name, _)| *name)
            .expect("every kind has a row: `every_kind_has_a_capture` tests it")
    }

    /// The reason that this kind gives by itself.
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::ParametrizeCases | Self::ParametrizeFixture | Self::ParametrizeHook => Some(Reason::Parametrized),
            Self::RandomGenerator | Self::RandomInPlace | Self::RandomInitialiser | Self::RandomConstructor => {
                Some(Reason::Random)
            }
            Self::PropertyTest | Self::PropertyMachine | Self::PropertyStrategy | Self::PropertyFuzzTarget => {
                Some(Reason::Property)
            }
            Self::ParametrizeInstantiate
            | Self::SubcasesCall
            | Self::SubcasesLoop
            | Self::RandomIndirect
            | Self::RandomEmbedded
            | Self::Seed
            | Self::SetupSuper
            | Self::PropertySettings
            | Self::Fixture
            | Self::FixtureRequest
            | Self::GeneratedNames
            | Self::SkipImport
            | Self::SkipModule
            | Self::MarkerUse
            | Self::MarkerComputed
            | Self::MarkerRegister
            | Self::OptionRegister
            | Self::RiskSite
            | Self::RiskRelief
            | Self::RiskUse
            | Self::EffectFiles
            | Self::ScriptOption
            | Self::ScriptProcesses
            | Self::ScriptDevice
            | Self::EffectProcess
            | Self::EffectNetwork
            | Self::EffectService
            | Self::EffectKill
            | Self::EffectDownload
            | Self::EffectBrowser
            | Self::ScriptArguments
            | Self::ScriptLauncher
            | Self::ScriptRunner
            | Self::DoctestRun
            | Self::Custom => None,
        }
    }
}

/// Where a signal stands, relative to the definition that owns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// In one of its decorators: evaluated at import, says something about the definition.
    Decorator,
    /// In its parameters' defaults, annotations or bases: evaluated at import.
    Header,
    /// In its body; for a file without owner, at module level.
    Body,
    /// In a `pytestmark` assignment: says something about every test below.
    Pytestmark,
}

/// One match of a detector.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// What it means.
    pub kind: SignalKind,
    /// The detector's name: its query file without the ending, or the name from the configuration.
    pub detector: Arc<str>,
    /// The resolved dotted name, else the captured text.
    pub name: String,
    /// `#set! library`: which generator state a draw or a seed concerns.
    pub library: Option<Arc<str>>,
    /// `#set! cases`: the rule by which a parametrization is counted.
    pub cases: Option<Arc<str>>,
    /// Where it stands.
    pub evidence: Evidence,
    /// Byte offset, to order draws and seeds within a test.
    pub offset: u32,
    /// Byte offset behind what was captured.
    pub end: u32,
    /// The innermost definition around it, or the one it decorates; `None` at module level.
    pub owner: Option<DefinitionId>,
    /// How it relates to its owner.
    pub role: Role,
    /// Whether it stands in an `if`, `try`, loop or `with` of its scope.
    pub conditional: bool,
    /// Whether one of these decides if it runs: not a loop, nor a `with`.
    pub branched: bool,
    /// The call that gave it its meaning, where one did: for an alias, the call that made the alias.
    pub call: Option<Call>,
    /// Of a risk, or of what makes one harmless.
    pub risk: Option<Box<RiskPlace>>,
    /// Of a draw, who sees what it draws, where bodies are read.
    pub sight: Sight,
}
