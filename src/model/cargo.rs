//! Packages of cargo and the features they declare. Refuses to know how a manifest is written and who uses a feature.

use serde::Serialize;

/// A package, as its manifest declares it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CargoPackage {
    /// Its `Cargo.toml`, relative to the root, with `/`.
    pub path: String,
    /// `package.name`.
    pub name: String,
    /// Sorted by name, each once.
    pub features: Vec<CargoFeature>,
}

/// A feature that `cfg(feature = "…")` and `--features` may name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CargoFeature {
    /// Its name.
    pub name: String,
    /// Where it is declared, 1-based: its key, or that of the optional dependency.
    pub line: u32,
    /// Whether it exists only because an optional dependency of this name does, and no feature names that with `dep:`.
    pub implicit: bool,
}
