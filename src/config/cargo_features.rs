//! The features that a manifest of cargo declares: "Features" of the Cargo book. Owns what counts as one; refuses to know
//! which manifests there are and who uses a feature.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::files::read_within;
use super::pytest::toml::Lines;
use crate::model::path::relative;
use crate::model::{CargoFeature, CargoPackage, Problem, ProblemKind};

/// The packages of these manifests, absolute paths below `root`, in their order. A manifest without a package (of a
/// virtual workspace) declares no features and is left out.
pub fn packages(root: &Path, manifests: &[PathBuf]) -> (Vec<CargoPackage>, Vec<Problem>) {
    let mut packages = Vec::new();
    let mut problems = Vec::new();
    let top = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    for manifest in manifests {
        let path = relative(root, manifest);
        match read_within(&top, manifest) {
            Ok(text) => match package(&path, &text) {
                Ok(package) => packages.extend(package),
                Err((line, message)) => problems.push(Problem::at(path, line, ProblemKind::Config, message)),
            },
            Err((kind, message)) => problems.push(Problem::file(path, kind, message)),
        }
    }
    packages.sort();
    problems.sort();
    (packages, problems)
}

/// The package of a manifest's text; `None` where it has none.
///
/// # Errors
/// Where and why the text is no TOML.
fn package(path: &str, text: &str) -> Result<Option<CargoPackage>, (u32, String)> {
    let lines = Lines::new(text);
    let document = DeTable::parse(text).map_err(|error| {
        let line = lines.line(error.span().map_or(0, |span| span.start));
        (line, format!("not valid TOML: {}", error.message().replace('\n', ", ")))
    })?;
    let document = document.get_ref();
    let package = table(document, "package").or_else(|| table(document, "project"));
    let name = package.and_then(|package| package.get("name")).and_then(|name| name.get_ref().as_str());
    let Some(name) = name else { return Ok(None) };
    let mut features = BTreeMap::new();
    let mut named = HashSet::new();
    for (key, value) in table(document, "features").into_iter().flatten() {
        let feature =
            CargoFeature { name: key.get_ref().to_string(), line: lines.line(key.span().start), implicit: false };
        features.insert(feature.name.clone(), feature);
        let enabled = value.get_ref().as_array().into_iter().flatten().filter_map(|item| item.get_ref().as_str());
        named.extend(enabled.filter_map(|item| item.strip_prefix("dep:")));
    }
    let mut scopes = vec![document];
    // Whatever the target is, the feature exists.
    scopes
        .extend(table(document, "target").into_iter().flatten().filter_map(|(_, target)| target.get_ref().as_table()));
    for dependencies in scopes.into_iter().flat_map(|scope| DEPENDENCIES.iter().filter_map(|name| table(scope, name))) {
        for (key, dependency) in dependencies {
            let optional = dependency.get_ref().as_table().and_then(|dependency| dependency.get("optional"));
            let optional = optional.is_some_and(|optional| matches!(optional.get_ref(), DeValue::Boolean(true)));
            let name: &str = key.get_ref();
            if optional && !named.contains(name) {
                let line = lines.line(key.span().start);
                let implicit = || CargoFeature { name: name.to_owned(), line, implicit: true };
                let feature = features.entry(name.to_owned()).or_insert_with(implicit);
                if feature.implicit {
                    feature.line = feature.line.min(line);
                }
            }
        }
    }
    let features = features.into_values().collect();
    Ok(Some(CargoPackage { path: path.to_owned(), name: name.to_owned(), features }))
}

/// The tables whose dependencies may be optional; those for development may not. The second spelling of one is old.
const DEPENDENCIES: [&str; 3] = ["dependencies", "build-dependencies", "build_dependencies"];

fn table<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t DeTable<'i>> {
    table.get(name)?.get_ref().as_table()
}
