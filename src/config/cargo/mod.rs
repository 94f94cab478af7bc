//! The packages of a tree as cargo reads them: manifests with what they inherit, targets, features, workspaces and what
//! lock files pin. Nothing is resolved: which versions a requirement means and which features are enabled is not known here.
//!
//! Where cargo would refuse a manifest, that becomes a problem, and what can be read counts.

mod dependencies;
mod document;
mod features;
mod lints;
mod lock;
mod targets;
mod workspaces;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use self::dependencies::{Dependency, Patches};
use self::document::{Document, folder, inherits, string, table};
use self::targets::{Files, Package};
use self::workspaces::{Documents, shared};
use super::files::read_within;
use crate::model::path::relative;
use crate::model::{CargoDependency, CargoPackage, CargoTree, CargoWorkspace, Edition, Problem, ProblemKind};

/// The packages of these manifests, absolute paths below `root`, and their workspaces. A manifest without a package (of a
/// virtual workspace) is none.
pub fn read(root: &Path, manifests: &[PathBuf]) -> (CargoTree, Vec<Problem>) {
    let mut problems = Vec::new();
    let top = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let mut texts = BTreeMap::new();
    for manifest in manifests {
        let path = relative(root, manifest);
        match read_within(&top, manifest) {
            Ok(text) => drop(texts.insert(path, text)),
            Err((kind, message)) => problems.push(Problem::file(path, kind, message)),
        }
    }
    let mut documents = Documents::new();
    for (path, text) in &texts {
        match Document::new(path, text) {
            Ok(document) => drop(documents.insert(path, document)),
            Err((line, message)) => problems.push(Problem::at(path, line, ProblemKind::Config, message)),
        }
    }
    let packages = packages(&documents, &Files { root, top: &top }, &mut problems);
    let roots: BTreeSet<&str> = packages.iter().map(|package| package.workspace.as_str()).collect();
    let workspaces = roots.into_iter().map(|path| workspace(root, &top, path, &mut problems)).collect();
    problems.sort();
    problems.dedup();
    (CargoTree { packages, workspaces }, problems)
}

/// All packages, sorted by path.
fn packages(documents: &Documents<'_>, files: &Files<'_>, problems: &mut Vec<Problem>) -> Vec<CargoPackage> {
    let roots = workspaces::roots(documents, problems);
    let root_of = |path: &str| roots.get(path).and_then(|root| documents.get(root.as_str()));
    let mut all_dependencies: HashMap<&str, Vec<Dependency>> = HashMap::new();
    let mut versions = BTreeMap::new();
    for (&path, document) in documents {
        if let Some(package) = document.package() {
            all_dependencies.insert(path, dependencies::dependencies(document, root_of(path), problems));
            versions.insert(path, inherited(package, root_of(path), "version").map(str::to_owned));
        }
    }
    let by_path = all_dependencies.iter().map(|(path, dependencies)| {
        let paths = dependencies.iter().filter_map(|dependency| dependency.path.clone());
        ((*path).to_owned(), paths.collect())
    });
    let members = workspaces::members(documents, &roots, &by_path.collect());
    problems.extend(members.problems.iter().cloned());
    let mut patches: HashMap<&str, Patches> = HashMap::new();
    let mut packages = Vec::new();
    for (&path, document) in documents {
        let Some(table) = document.package() else { continue };
        let Some(name) = string(table, "name") else {
            let message = "`package.name` is missing or no text, so the package is not read";
            problems.push(Problem::at(path, document.line_of(table, "name"), ProblemKind::Config, message));
            continue;
        };
        let root = root_of(path).unwrap_or(document);
        let dependencies = all_dependencies.remove(path).unwrap_or_default();
        let patches = patches.entry(root.path).or_insert_with(|| Patches::of(root));
        let features = features::features(document, &dependencies);
        let entries = dependencies.into_iter().map(|dependency| {
            let path = patches.manifest(&dependency, &versions);
            CargoDependency { path, ..dependency.entry }
        });
        let dependencies = entries.collect();
        let edition = edition(document, table, Some(root), problems);
        let root_package = root.package();
        let root_edition = root_package.map_or(edition, |package| {
            let named = inherited(package, Some(root), "edition").map(Edition::named);
            named.map_or(Edition::Rust2015, Option::unwrap_or_default)
        });
        let package = Package { document, table, name, edition, files };
        let alone = root.path == path && root.workspace().is_none();
        packages.push(CargoPackage {
            path: path.to_owned(),
            name: name.to_owned(),
            version: versions.get(path).cloned().flatten(),
            edition,
            workspace: root.path.to_owned(),
            orphan: !alone && !members.all.contains(path),
            default_member: alone || members.default.contains(path),
            resolver: workspaces::resolver(root, root_edition),
            targets: package.targets(problems),
            dependencies,
            features,
            unexpected_cfgs: lints::unexpected_cfgs(document, Some(root)),
            build_scripts: package.build_scripts(),
        });
    }
    packages
}

/// A text of `[package]`, its own or the one of the workspace's `[workspace.package]` that it inherits.
fn inherited<'v>(package: &'v DeTable<'_>, root: Option<&'v Document<'_>>, key: &str) -> Option<&'v str> {
    match table(package, key) {
        Some(own) if inherits(own) => string(shared(root, "package")?, key),
        _ => string(package, key),
    }
}

/// The edition of a package. One that is not known is taken for the newest, which later ones resemble most.
fn edition(
    document: &Document<'_>,
    package: &DeTable<'_>,
    root: Option<&Document<'_>>,
    problems: &mut Vec<Problem>,
) -> Edition {
    if !package.contains_key("edition") {
        return Edition::default();
    }
    let said = inherited(package, root, "edition");
    said.and_then(Edition::named).unwrap_or_else(|| {
        let message = match said {
            Some(edition) => format!("the edition `{edition}` is not known, read as 2024"),
            None => "`package.edition` is not found, read as 2024".to_owned(),
        };
        problems.push(Problem::at(document.path, document.line_of(package, "edition"), ProblemKind::Config, message));
        Edition::Rust2024
    })
}

/// A workspace with what the lock file beside its root pins.
fn workspace(root: &Path, top: &Path, path: &str, problems: &mut Vec<Problem>) -> CargoWorkspace {
    let folder = root.join(folder(path));
    let lock = folder.join("Cargo.lock");
    let mut locked = None;
    if lock.symlink_metadata().is_ok() {
        let shown = relative(root, &lock);
        match read_within(top, &lock) {
            Ok(text) => match lock::locked(&shown, &text) {
                Ok(versions) => locked = Some(versions),
                Err((line, message)) => problems.push(Problem::at(shown, line, ProblemKind::Config, message)),
            },
            Err((kind, message)) => problems.push(Problem::file(shown, kind, message)),
        }
    }
    CargoWorkspace { path: path.to_owned(), locked }
}
