//! Which files of Rust the targets of cargo reach, whatever the configuration is. Refuses to know how that is found.

use std::collections::{BTreeMap, BTreeSet};

use super::PrintedCfg;

/// The files of Rust of a tree by what reaches them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RustTree {
    /// By path: the manifests of the packages that have a target or a build script whose modules the file may be among.
    pub reached: BTreeMap<String, BTreeSet<String>>,
    /// Names of macros by example that the tree defines.
    pub macros: BTreeSet<String>,
    /// What the build script of a package may print, by its manifest.
    pub printed_cfgs: BTreeMap<String, Vec<PrintedCfg>>,
    /// Manifests of packages with a target whose root switches rustc's lint `unexpected_cfgs` off.
    pub lenient: BTreeSet<String>,
    /// Files with tests that nothing reaches, sorted by path.
    pub orphans: Vec<OrphanFile>,
}

/// A file below a package that holds tests, and that no target of the tree reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrphanFile {
    /// Relative to the root.
    pub path: String,
    /// The manifest of the package that it stands in.
    pub package: String,
    /// 1-based line of the attribute that makes its first test one.
    pub line: u32,
    /// How many functions look like tests.
    pub tests: usize,
    /// The file whose module could declare it: the one beside or above it that a target reaches.
    pub parent: Option<String>,
    /// Whether it is named by a text of the tree, or a folder is that it stands in, or it is part of a template: something
    /// else than cargo may use it.
    pub is_named: bool,
}
