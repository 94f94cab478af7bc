//! The features that a manifest of cargo declares: "Features" of the Cargo book. Owns what counts as one; refuses to know
//! who enables a feature.

use std::collections::{BTreeMap, HashSet};

use super::dependencies::Dependency;
use super::document::{Document, table};
use crate::model::{CargoDependency, CargoDependencyKind, CargoFeature};

/// The features of a manifest, sorted by name, with those that its optional dependencies imply.
pub(super) fn features(document: &Document<'_>, dependencies: &[Dependency]) -> Vec<CargoFeature> {
    let mut features = BTreeMap::new();
    for (key, value) in table(document.root(), "features").into_iter().flatten() {
        let items = value.get_ref().as_array().into_iter().flatten();
        let enables = items.filter_map(|item| item.get_ref().as_str()).map(str::to_owned).collect();
        let name = key.get_ref().to_string();
        let line = document.line(key.span());
        features.insert(name.clone(), CargoFeature { name, line, implicit: false, enables });
    }
    let enabled = features.values().flat_map(|feature| &feature.enables);
    let named: HashSet<String> = enabled.filter_map(|item| item.strip_prefix("dep:")).map(str::to_owned).collect();
    for dependency in dependencies {
        let CargoDependency { name, line, kind, optional, .. } = &dependency.entry;
        // Whatever the platform is, the feature exists.
        if *optional && *kind != CargoDependencyKind::Dev && !named.contains(name) {
            let enables = vec![format!("dep:{name}")];
            let implicit = || CargoFeature { name: name.clone(), line: *line, implicit: true, enables };
            let feature = features.entry(name.clone()).or_insert_with(implicit);
            if feature.implicit {
                feature.line = feature.line.min(*line);
            }
        }
    }
    features.into_values().collect()
}
