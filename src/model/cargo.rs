//! Packages of cargo: what they declare, what cargo finds in them, and which features are asked for. Refuses to know how
//! a manifest is written and who uses a feature.

use std::collections::BTreeMap;

use serde::Serialize;

/// A package, as its manifest and its workspace's declare it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CargoPackage {
    /// Its `Cargo.toml`, relative to the root, with `/`.
    pub path: String,
    /// `package.name`.
    pub name: String,
    /// `package.version`, where it has one.
    pub version: Option<String>,
    /// `package.edition`; its targets may have others.
    pub edition: Edition,
    /// The `Cargo.toml` of the workspace's root, as `path` is written; its own where it is in no other's.
    pub workspace: String,
    /// Whether the workspace does not have it as a member, though it is below it: cargo refuses to build such a package.
    pub orphan: bool,
    /// Whether cargo, run in the folder of the workspace's root and told no package, selects it.
    pub default_member: bool,
    /// The resolver of its workspace: 1, 2 or 3.
    pub resolver: u8,
    /// What can be built, sorted by kind and name.
    pub targets: Vec<CargoTarget>,
    /// In the order of the tables: normal ones, those for building, those for development, then those of platforms.
    pub dependencies: Vec<CargoDependency>,
    /// Sorted by name, each once.
    pub features: Vec<CargoFeature>,
    /// What `[lints.rust]` says of `unexpected_cfgs`, its own or the workspace's.
    pub unexpected_cfgs: UnexpectedCfgs,
    /// Its build scripts, relative to the root, with `/`: none or one, more where an unstable option allows it.
    pub build_scripts: Vec<String>,
}

impl CargoPackage {
    /// The folder that it stands in, relative to the root; empty for the root itself.
    pub fn folder(&self) -> &str {
        crate::model::path::folder(&self.path)
    }

    /// Its library, whatever type of crate that is.
    pub fn library(&self) -> Option<&CargoTarget> {
        self.targets.iter().find(|target| matches!(target.kind, CargoTargetKind::Lib | CargoTargetKind::ProcMacro))
    }

    /// Whether its programs are fuzz targets: it depends on a fuzzer's runtime.
    pub fn is_fuzzed(&self) -> bool {
        const RUNTIMES: [&str; 4] = ["libfuzzer-sys", "afl", "honggfuzz", "ziggy"];
        self.dependencies.iter().any(|dependency| RUNTIMES.contains(&dependency.package.as_str()))
    }

    /// Whether its library is of procedural macros.
    pub fn is_macro(&self) -> bool {
        self.library().is_some_and(|library| library.kind == CargoTargetKind::ProcMacro)
    }

    /// The feature of this name.
    pub fn feature(&self, name: &str) -> Option<&CargoFeature> {
        self.features.binary_search_by(|feature| feature.name.as_str().cmp(name)).ok().map(|at| &self.features[at])
    }
}

/// An edition of Rust.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Edition {
    /// What counts where none is given.
    #[default]
    #[serde(rename = "2015")]
    Rust2015,
    /// 2018.
    #[serde(rename = "2018")]
    Rust2018,
    /// 2021.
    #[serde(rename = "2021")]
    Rust2021,
    /// 2024.
    #[serde(rename = "2024")]
    Rust2024,
    /// What rustc calls `future`: nightly's.
    #[serde(rename = "future")]
    Future,
}

impl Edition {
    /// The edition as a year.
    pub fn year(self) -> u16 {
        match self {
            Self::Rust2015 => 2015,
            Self::Rust2018 => 2018,
            Self::Rust2021 => 2021,
            Self::Rust2024 => 2024,
            Self::Future => u16::MAX,
        }
    }

    /// The edition that a manifest or a code block names; `None` for one that is not known.
    pub fn named(text: &str) -> Option<Self> {
        match text {
            "2015" => Some(Self::Rust2015),
            "2018" => Some(Self::Rust2018),
            "2021" => Some(Self::Rust2021),
            "2024" => Some(Self::Rust2024),
            "future" => Some(Self::Future),
            _ => None,
        }
    }
}

/// What a target is built for. A library that is a procedural macro is a kind of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CargoTargetKind {
    /// A library.
    #[default]
    Lib,
    /// A library of procedural macros.
    ProcMacro,
    /// A program.
    Bin,
    /// An example.
    Example,
    /// An integration test.
    Test,
    /// A benchmark.
    Bench,
}

/// Something that cargo can build of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CargoTarget {
    /// What it is built for.
    pub kind: CargoTargetKind,
    /// As `cargo metadata` names it: a library's has no dashes, others keep them.
    pub name: String,
    /// Its root file, relative to the tree's root, with `/`. It need not exist where the manifest names it; with `..`
    /// in front where it is outside of the tree.
    pub path: String,
    /// Its edition: the package's unless it has one of its own.
    pub edition: Edition,
    /// Whether libtest's `main` is made for it.
    pub harness: bool,
    /// Whether `cargo test` builds and runs it as a test.
    pub test: bool,
    /// Whether its documentation can have examples: `Target::doctestable`.
    pub doctestable: bool,
    /// Whether `cargo test` runs the examples in its documentation without being asked for them by `--doc`.
    pub doctest: bool,
    /// Features without which cargo passes over it.
    pub required_features: Vec<String>,
}

impl CargoTarget {
    /// nextest's binary id of it as a target of this package: <https://nexte.st/docs/glossary/#binary-id>.
    pub fn binary_id(&self, package: &str) -> String {
        let name = &self.name;
        match self.kind {
            CargoTargetKind::Lib | CargoTargetKind::ProcMacro => package.to_owned(),
            CargoTargetKind::Test => format!("{package}::{name}"),
            CargoTargetKind::Bin => format!("{package}::bin/{name}"),
            CargoTargetKind::Example => format!("{package}::example/{name}"),
            CargoTargetKind::Bench => format!("{package}::bench/{name}"),
        }
    }
}

/// What a dependency is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CargoDependencyKind {
    /// The package itself.
    #[default]
    Normal,
    /// Its tests, examples and benchmarks.
    Dev,
    /// Its build script.
    Build,
}

/// One entry in a table of dependencies, with what it inherits.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CargoDependency {
    /// Its key, which is its name in code once dashes are underscores.
    pub name: String,
    /// The package's name, which is another where it is renamed.
    pub package: String,
    /// What it is for.
    pub kind: CargoDependencyKind,
    /// Whether only a feature brings it in.
    pub optional: bool,
    /// Features it is asked for, the workspace's before its own.
    pub features: Vec<String>,
    /// Whether its default features are asked for.
    pub default_features: bool,
    /// The `Cargo.toml` of the package of this tree that it is, by its path or by a `[patch]` of the workspace.
    pub path: Option<String>,
    /// Which versions it allows, as written.
    pub version: Option<String>,
    /// The platform it is for, as written behind `target.`: a target's name or `cfg(…)`.
    pub target: Option<String>,
    /// The 1-based line of its key.
    pub line: u32,
}

impl CargoDependency {
    /// What code calls it.
    pub fn crate_name(&self) -> String {
        self.name.replace('-', "_")
    }
}

/// A feature that `cfg(feature = "…")` and `--features` may name.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CargoFeature {
    /// Its name.
    pub name: String,
    /// Where it is declared, 1-based: its key, or that of the optional dependency.
    pub line: u32,
    /// Whether it exists only because an optional dependency of this name does, and no feature names that with `dep:`.
    pub implicit: bool,
    /// What it enables, as written: features, `dep:x`, `x/y`, `x?/y`. An implicit one enables its dependency.
    pub enables: Vec<String>,
}

/// How a lint is reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LintLevel {
    /// Not at all.
    Allow,
    /// As a warning.
    #[default]
    Warn,
    /// As an error.
    Deny,
    /// As an error that nothing can lower.
    Forbid,
}

/// What a package says of rustc's lint `unexpected_cfgs`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct UnexpectedCfgs {
    /// How it is reported; rustc's default is to warn.
    pub level: LintLevel,
    /// What is known besides rustc's own names: the texts of `check-cfg`.
    pub check_cfgs: Vec<String>,
    /// Where that is said, the manifest and the 1-based line; `None` where nothing is.
    pub at: Option<(String, u32)>,
}

/// A workspace: packages that are resolved together. A package that is in no other's is one of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CargoWorkspace {
    /// The `Cargo.toml` of its root, relative to the tree's root, with `/`.
    pub path: String,
    /// The versions that its `Cargo.lock` pins of each package, by name, in the order of the file. `None` without a lock
    /// file.
    pub locked: Option<BTreeMap<String, Vec<String>>>,
}

/// All packages of a tree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CargoTree {
    /// Sorted by path.
    pub packages: Vec<CargoPackage>,
    /// Sorted by path: each that a package names.
    pub workspaces: Vec<CargoWorkspace>,
}

impl CargoTree {
    /// The versions of a package that the lock file of this package's workspace pins; empty where that is not known.
    pub fn locked(&self, package: &CargoPackage, name: &str) -> &[String] {
        let found = self.workspaces.binary_search_by(|workspace| workspace.path.cmp(&package.workspace)).ok();
        let locked = found.and_then(|at| self.workspaces[at].locked.as_ref());
        locked.and_then(|locked| locked.get(name)).map_or(&[], Vec::as_slice)
    }
}

/// The features that cargo is told to enable: its flags of these names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FeatureSelection {
    /// Values of `--features`, each as given: names between commas or blanks, `package/name` too.
    pub features: Vec<String>,
    /// `--all-features`.
    pub all_features: bool,
    /// `--no-default-features`.
    pub no_default_features: bool,
}
