//! What a run was asked to do, after the command line and the configuration file were joined.

use std::path::PathBuf;

use super::layout::LayoutRule;
use super::{
    Confidence, CoverageConfig, CoverageTarget, FeatureSelection, HeaderTemplate, Overlay, Severity, gap::GapSettings,
    pytest::PytestConfig,
};

/// Bytes beyond which a file is not read: a test this large is data.
pub const DEFAULT_MAX_FILE_SIZE: u64 = 16 * 1024 * 1024;

/// What to walk, and by which rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoverySettings {
    /// What all paths are relative to, if it holds all that is walked; `None`: the deepest folder that does.
    pub root: Option<PathBuf>,
    /// Globs of paths to leave out, relative to the root, in `.gitignore` syntax.
    pub exclude: Vec<String>,
    /// Whether `.gitignore` files count.
    pub gitignore: bool,
    /// pytest's `python_files`: globs of test modules' names.
    pub python_files: Vec<String>,
    /// pytest's `norecursedirs`: globs of folder names that are not entered.
    pub norecursedirs: Vec<String>,
    /// pytest's `--doctest-glob`: globs of texts that are searched for doctests.
    pub doctest_glob: Vec<String>,
    /// pytest's `testpaths`: where to look when no path is given.
    pub testpaths: Vec<String>,
    /// Paths and node ids that stand in pytest's `addopts`: they count before `testpaths` when no path is given.
    pub default_paths: Vec<String>,
    /// Files and folders that are left out unless they are given: pytest's `--ignore`, absolute.
    pub ignore: Vec<PathBuf>,
    /// Globs of absolute paths that are left out unless they are given: pytest's `--ignore-glob`.
    pub ignore_glob: Vec<String>,
    /// Whether virtual environments are entered: pytest's `--collect-in-virtualenv`.
    pub virtualenvs: bool,
    /// pytest's `confcutdir`, absolute: a `conftest.py` above it does not count. `None`: none counts that is not below
    /// what is walked.
    pub confcutdir: Option<PathBuf>,
    /// Bytes beyond which a file is not read.
    pub max_file_size: u64,
}

impl Default for DiscoverySettings {
    /// pytest's defaults, and those of testaudit.
    fn default() -> Self {
        let PytestConfig { python_files, norecursedirs, testpaths, .. } = PytestConfig::default();
        Self {
            root: None,
            exclude: Vec::new(),
            gitignore: true,
            python_files,
            norecursedirs,
            // `_is_doctest` of `_pytest/doctest.py`.
            doctest_glob: vec!["test*.txt".to_owned()],
            testpaths,
            default_paths: Vec::new(),
            ignore: Vec::new(),
            ignore_glob: Vec::new(),
            virtualenvs: false,
            confcutdir: None,
            max_file_size: DEFAULT_MAX_FILE_SIZE,
        }
    }
}

/// A detector of the user's own: `[[detectors]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectorSettings {
    /// Its name in reports.
    pub name: String,
    /// One line that says what it finds.
    pub title: String,
    /// The query file, as the messages about it name it.
    pub path: PathBuf,
    /// The query file's text.
    pub text: String,
}

/// What is asked for: detectors of anything else need not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Which tests there are.
    pub tests: bool,
    /// Why tests deserve fuzzing, and whether their random values repeat.
    pub fuzz: bool,
    /// What resembles such a reason and is none.
    pub why_not: bool,
    /// Where markers are registered and used, and which options pytest's configuration names that nobody registers.
    pub markers: bool,
    /// What collection leaves out, and which fixtures are missing or unused.
    pub judged: bool,
    /// Which distributions the project depends on.
    pub requirements: bool,
    /// Which commands run tests.
    pub commands: bool,
    /// Which features the manifests of cargo declare.
    pub features: bool,
    /// What the bodies of functions do.
    pub bodies: bool,
    /// What decides at run time whether a test runs.
    pub gates: bool,
    /// What may make tests fail without a defect.
    pub risks: bool,
    /// Which tests there are in Rust.
    pub rust: bool,
    /// Which files of Rust the targets of cargo reach.
    pub rust_files: bool,
    /// What of the project around the tests is not tested.
    pub gaps: bool,
    /// What tests do that the place where they stand may forbid.
    pub layout: bool,
    /// What sources say about themselves: docstrings, command lines, imports; and what stands beside tests.
    pub prose: bool,
    /// Which files such texts start in several processes.
    pub launched: bool,
    /// How much of the code the tests can be expected to run.
    pub coverage: bool,
    /// Which tests there are in C++.
    pub cpp: bool,
    /// What kind of test each is, what is run by hand, and which docstrings have examples.
    pub kinds: bool,
}

impl Wanted {
    /// Which tests there are and nothing else.
    pub const COLLECTION: Self = Self { tests: true, ..Self::NOTHING };

    /// Nothing: what others are made of.
    pub const NOTHING: Self = Self {
        tests: false,
        fuzz: false,
        why_not: false,
        markers: false,
        judged: false,
        requirements: false,
        commands: false,
        features: false,
        bodies: false,
        gates: false,
        risks: false,
        rust: false,
        rust_files: false,
        gaps: false,
        layout: false,
        prose: false,
        launched: false,
        coverage: false,
        cpp: false,
        kinds: false,
    };

    /// What either asks for.
    pub fn or(self, other: Self) -> Self {
        Self {
            tests: self.tests || other.tests,
            fuzz: self.fuzz || other.fuzz,
            why_not: self.why_not || other.why_not,
            markers: self.markers || other.markers,
            judged: self.judged || other.judged,
            requirements: self.requirements || other.requirements,
            commands: self.commands || other.commands,
            features: self.features || other.features,
            bodies: self.bodies || other.bodies,
            gates: self.gates || other.gates,
            risks: self.risks || other.risks,
            rust: self.rust || other.rust,
            rust_files: self.rust_files || other.rust_files,
            gaps: self.gaps || other.gaps,
            layout: self.layout || other.layout,
            prose: self.prose || other.prose,
            launched: self.launched || other.launched,
            coverage: self.coverage || other.coverage,
            cpp: self.cpp || other.cpp,
            kinds: self.kinds || other.kinds,
        }
    }
}

impl Default for Wanted {
    /// Everything that sections of `audit` show.
    fn default() -> Self {
        Self {
            tests: true,
            fuzz: true,
            why_not: true,
            markers: true,
            requirements: true,
            bodies: true,
            gates: true,
            risks: true,
            rust: true,
            ..Self::NOTHING
        }
    }
}

/// Severities given to rules by name; `None` is `off`.
pub type Levels = Vec<(String, Option<Severity>)>;

/// What `lint` was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintSettings {
    /// Names of rules and groups that count; empty: all.
    pub select: Vec<String>,
    /// Names of rules and groups that do not.
    pub ignore: Vec<String>,
    /// `[rules]`: severities given to rules.
    pub levels: Levels,
    /// `[[overrides]]`: the same for some paths; the last one that says something counts.
    pub overrides: Vec<PathOverride>,
    /// Findings below this are not shown, unless their rule was selected by its name.
    pub severity: Severity,
    /// Findings below this are not shown.
    pub confidence: Confidence,
    /// `[markers] allow`: markers that need no registration.
    pub allowed_markers: Vec<String>,
    /// `[markers.required]`: groups of markers by name; every test carries at least one of each.
    pub required_markers: Vec<(String, Vec<String>)>,
    /// `[features.pairs]`: markers with the cargo features that must both exist.
    pub feature_pairs: Vec<(String, String)>,
    /// A file of findings that are tolerated.
    pub baseline: Option<PathBuf>,
}

impl Default for LintSettings {
    /// Every rule; shown is what is certain enough to fail a build.
    fn default() -> Self {
        Self {
            select: Vec::new(),
            ignore: Vec::new(),
            levels: Vec::new(),
            overrides: Vec::new(),
            severity: Severity::Warning,
            confidence: Confidence::High,
            allowed_markers: Vec::new(),
            required_markers: Vec::new(),
            feature_pairs: Vec::new(),
            baseline: None,
        }
    }
}

/// What rules are in some part of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathOverride {
    /// Globs of paths relative to the root, in `.gitignore` syntax.
    pub paths: Vec<String>,
    /// Severities given to rules there.
    pub levels: Levels,
}

/// What a run was asked to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What to walk.
    pub discovery: DiscoverySettings,
    /// What pytest would be told, with testaudit's own `[pytest]` put over it.
    pub pytest: PytestConfig,
    /// Detectors of the user's own.
    pub detectors: Vec<DetectorSettings>,
    /// What is asked for.
    pub wanted: Wanted,
    /// What `lint` was asked to do.
    pub lint: LintSettings,
    /// How gaps are weighed.
    pub gaps: GapSettings,
    /// Where tests of each kind belong.
    pub layout: Vec<LayoutRule>,
    /// How `annotate` marks candidates for fuzzing.
    pub header: HeaderTemplate,
    /// What is read in place of what pytest's configuration files hold.
    pub overlay: Overlay,
    /// What coverage.py is told to measure.
    pub measure: CoverageConfig,
    /// Which features of Rust's packages are enabled.
    pub features: FeatureSelection,
    /// What coverage the project wants to have.
    pub coverage_targets: Vec<CoverageTarget>,
    /// Reports of runs of the tests, as they were given.
    pub junit: Vec<PathBuf>,
    /// Reports of measured coverage, as they were given.
    pub coverage: Vec<PathBuf>,
    /// Worker threads; `None`: one for each core.
    pub jobs: Option<usize>,
}
