//! What a manifest depends on: "Specifying Dependencies" and "Inheriting a dependency from a workspace" of the Cargo book.
//! Refuses to know what is in the packages that are not of this tree.

use std::collections::{BTreeMap, HashMap};

use toml::de::{DeTable, DeValue};

use super::document::{Document, MAX_INHERITED, boolean, inherits, join, manifest_in, string, strings, table};
use super::workspaces::shared;
use crate::model::{CargoDependency, CargoDependencyKind, Problem, ProblemKind};

/// The tables of dependencies; the second spelling of two is old.
const TABLES: [(&str, CargoDependencyKind); 5] = [
    ("dependencies", CargoDependencyKind::Normal),
    ("build-dependencies", CargoDependencyKind::Build),
    ("build_dependencies", CargoDependencyKind::Build),
    ("dev-dependencies", CargoDependencyKind::Dev),
    ("dev_dependencies", CargoDependencyKind::Dev),
];

/// The most packages that are patched in place of one, each of another version.
const MAX_VERSIONS: usize = 20;

/// A dependency, and what decides which package it is.
pub(super) struct Dependency {
    /// What the model keeps; without `path`.
    pub(super) entry: CargoDependency,
    /// The manifest that its own `path` leads to.
    pub(super) path: Option<String>,
    /// The source that a `[patch]` of it names, by name or address.
    source: String,
}

/// The dependencies of a package. `root` is the root of its workspace.
pub(super) fn dependencies(
    document: &Document<'_>,
    root: Option<&Document<'_>>,
    problems: &mut Vec<Problem>,
) -> Vec<Dependency> {
    let platforms = table(document.root(), "target").into_iter().flatten();
    let platforms =
        platforms.filter_map(|(name, value)| Some((Some(name.get_ref().as_ref()), value.get_ref().as_table()?)));
    let mut found = Vec::new();
    let mut without_workspace = None;
    for (target, scope) in std::iter::once((None, document.root())).chain(platforms) {
        for (name, kind) in TABLES {
            for (key, value) in table(scope, name).into_iter().flatten() {
                let line = document.line(key.span());
                let inherited = inherited(root, key.get_ref(), value.get_ref());
                if let Err(NotDeclared) = inherited {
                    if root.and_then(Document::workspace).is_some() {
                        let name = key.get_ref();
                        let message = format!("the workspace does not declare the dependency `{name}` to inherit");
                        problems.push(Problem::at(document.path, line, ProblemKind::Config, message));
                    } else {
                        without_workspace.get_or_insert(line);
                    }
                }
                let mut dependency = dependency(document, key.get_ref(), value.get_ref(), inherited.unwrap_or(None));
                dependency.entry.kind = kind;
                dependency.entry.target = target.map(str::to_owned);
                dependency.entry.line = line;
                found.push(dependency);
            }
        }
    }
    if let Some(line) = without_workspace {
        let message = "dependencies are inherited from a workspace that is not part of the tree";
        problems.push(Problem::at(document.path, line, ProblemKind::Config, message));
    }
    found
}

/// A dependency is inherited and not there.
struct NotDeclared;

/// What the workspace declares where a dependency says to inherit it, and the folder that paths are seen from.
fn inherited<'v, 't>(
    root: Option<&'v Document<'t>>,
    name: &str,
    value: &DeValue<'_>,
) -> Result<Option<(&'v DeValue<'t>, &'v str)>, NotDeclared> {
    if !value.as_table().is_some_and(inherits) {
        return Ok(None);
    }
    let declared = shared(root, "dependencies").and_then(|table| table.get(name)).zip(root);
    declared.map(|(value, root)| Some((value.get_ref(), root.folder()))).ok_or(NotDeclared)
}

fn dependency(
    document: &Document<'_>,
    name: &str,
    value: &DeValue<'_>,
    inherited: Option<(&DeValue<'_>, &str)>,
) -> Dependency {
    let empty = DeTable::new();
    let own = value.as_table().unwrap_or(&empty);
    let mut default_features = boolean(own, "default-features").unwrap_or(true);
    let mut features = Vec::new();
    if let Some((shared, _)) = inherited {
        let table = shared.as_table().unwrap_or(&empty);
        // `inner_dependency_inherit_with`: a package can turn them on, and cannot turn them off.
        default_features =
            boolean(own, "default-features") == Some(true) || boolean(table, "default-features").unwrap_or(true);
        features = strings(table, "features").unwrap_or_default();
        features.truncate(MAX_INHERITED);
    }
    let (value, folder) = inherited.unwrap_or((value, document.folder()));
    let table = value.as_table().unwrap_or(&empty);
    features.extend(strings(own, "features").unwrap_or_default());
    let entry = CargoDependency {
        name: name.to_owned(),
        package: string(table, "package").unwrap_or(name).to_owned(),
        kind: CargoDependencyKind::Normal,
        optional: boolean(own, "optional") == Some(true),
        features,
        default_features,
        path: None,
        version: value.as_str().or_else(|| string(table, "version")).map(str::to_owned),
        target: None,
        line: 0,
    };
    let path = string(table, "path").and_then(|path| join(folder, path)).map(|folder| manifest_in(&folder));
    let source = if table.contains_key("path") {
        // Nothing patches a path.
        ""
    } else {
        string(table, "git").or_else(|| string(table, "registry")).unwrap_or("crates-io")
    };
    Dependency { entry, path, source: source.to_owned() }
}

/// The packages of this tree that a workspace's `[patch]` tables put in place of others, by source and name.
#[derive(Default)]
pub(super) struct Patches {
    manifests: HashMap<(String, String), Vec<String>>,
}

impl Patches {
    /// Those of a workspace's root.
    pub(super) fn of(root: &Document<'_>) -> Self {
        let mut patches = Self::default();
        for (source, entries) in table(root.root(), "patch").into_iter().flatten() {
            for (key, value) in entries.get_ref().as_table().into_iter().flatten() {
                let Some(entry) = value.get_ref().as_table() else { continue };
                let package = string(entry, "package").unwrap_or(key.get_ref());
                if let Some(folder) = string(entry, "path").and_then(|path| join(root.folder(), path)) {
                    let key = (source.get_ref().to_string(), package.to_owned());
                    let manifests = patches.manifests.entry(key).or_default();
                    if manifests.len() < MAX_VERSIONS {
                        manifests.push(manifest_in(&folder));
                    }
                }
            }
        }
        patches
    }

    /// The manifest of the package that a dependency is: what its path leads to, else what a patch puts in its place,
    /// which takes a version that it allows. `versions` are those of the packages of the tree.
    pub(super) fn manifest(
        &self,
        dependency: &Dependency,
        versions: &BTreeMap<&str, Option<String>>,
    ) -> Option<String> {
        if let Some(path) = &dependency.path {
            return versions.contains_key(path.as_str()).then(|| path.clone());
        }
        let entry = &dependency.entry;
        let candidates = self.manifests.get(&(dependency.source.clone(), entry.package.clone()))?;
        let allowed = |path: &&String| {
            let Some(version) = versions.get(path.as_str()) else { return false };
            let required = entry.version.as_deref().and_then(|text| semver::VersionReq::parse(text).ok());
            let version = semver::Version::parse(version.as_deref().unwrap_or("0.0.0")).ok();
            required.zip(version).is_none_or(|(required, version)| required.matches(&version))
        };
        candidates.iter().find(allowed).cloned()
    }
}
