//! Which devices features of cargo bring in, and what a predicate of `cfg` asks for. Refuses to know what is enabled.

use std::collections::BTreeSet;

use crate::model::rust::Predicate;
use crate::model::{CargoPackage, CargoTree, GateKind};
use crate::resolve::devices::device;

/// How many features are followed from one.
const MAX_FEATURES: usize = 512;

/// The kind of a gate that asks for an operating system or an architecture.
pub(super) const PLATFORM: GateKind = GateKind::Platform;
/// The kind of a gate that any of several devices satisfies.
const ANY: GateKind = GateKind::Gpu;

/// What features of a package bring in.
pub(super) struct Features<'f> {
    pub(super) tree: &'f CargoTree,
    pub(super) package: &'f CargoPackage,
}

impl<'f> Features<'f> {
    /// The devices that a feature speaks of, by its name or by what it enables, directly or not. Whether a weak `x?/y`
    /// brings anything in is not known.
    pub(super) fn devices(&self, feature: &str) -> BTreeSet<GateKind> {
        let mut found = BTreeSet::new();
        let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut pending: Vec<(&CargoPackage, &str)> = vec![(self.package, feature)];
        while let Some((package, feature)) = pending.pop() {
            if matches!(feature, "default" | "std") || seen.len() >= MAX_FEATURES {
                continue;
            }
            found.extend(device(feature).map(|(kind, _)| kind));
            let Some(declared) = package.feature(feature).filter(|known| seen.insert((&package.path, &known.name)))
            else {
                continue;
            };
            for enabled in &declared.enables {
                if let Some(dependency) = enabled.strip_prefix("dep:") {
                    found.extend(device(dependency).map(|(kind, _)| kind));
                } else if let Some((name, inner)) = enabled.split_once('/') {
                    if name.ends_with('?') {
                        continue;
                    }
                    found.extend(device(inner).map(|(kind, _)| kind));
                    for dependency in package.dependencies.iter().filter(|dependency| dependency.name == name) {
                        if dependency.optional {
                            found.extend(device(name).map(|(kind, _)| kind));
                        }
                        let path = dependency.path.as_deref();
                        let package = path.and_then(|path| self.tree.packages.iter().find(|other| other.path == path));
                        pending.extend(package.map(|package| (package, inner)));
                    }
                } else {
                    pending.push((package, enabled));
                }
            }
        }
        found
    }

    /// What has to be there wherever the predicate holds, or wherever it does not: kinds of gates.
    pub(super) fn needed(&self, predicate: &Predicate, holds: bool) -> BTreeSet<GateKind> {
        let each = |parts: &[Predicate]| parts.iter().map(|part| self.needed(part, holds)).collect::<Vec<_>>();
        match predicate {
            Predicate::All(parts) if holds => each(parts).into_iter().flatten().collect(),
            Predicate::Any(parts) if !holds => each(parts).into_iter().flatten().collect(),
            Predicate::All(parts) | Predicate::Any(parts) => alternatives(each(parts)),
            Predicate::Not(part) => self.needed(part, !holds),
            Predicate::Value { name, value } if &**name == "feature" && holds => self.devices(value),
            // WebAssembly is another target and no machine.
            Predicate::Value { value, .. }
                if matches!(&**value, "wasm" | "wasm32" | "wasm64" | "wasi" | "emscripten") =>
            {
                BTreeSet::new()
            }
            Predicate::Value { name, .. } if name.starts_with("target_") => [PLATFORM].into(),
            Predicate::Name(name) if matches!(&**name, "unix" | "windows") => [PLATFORM].into(),
            // `cfg(cuda)` that a build script sets.
            Predicate::Name(name) if holds => device(name).map(|(kind, _)| kind).into_iter().collect(),
            _ => BTreeSet::new(),
        }
    }
}

/// What is needed in every case.
fn alternatives(parts: Vec<BTreeSet<GateKind>>) -> BTreeSet<GateKind> {
    let Some((first, others)) = parts.split_first() else { return BTreeSet::new() };
    let common = others.iter().fold(first.clone(), |common, part| &common & part);
    let is_device = |part: &BTreeSet<GateKind>| part.iter().any(|kind| *kind != PLATFORM);
    match common.is_empty() && parts.iter().all(is_device) {
        true => [ANY].into(),
        false => common,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CargoDependency, CargoFeature};

    fn predicate(text: &str) -> Predicate {
        let (name, rest) = text.split_once('(').unwrap_or((text, ""));
        if rest.is_empty() {
            return match text.split_once('=') {
                Some((name, value)) => Predicate::Value { name: name.into(), value: value.into() },
                None => Predicate::Name(text.into()),
            };
        }
        let rest = rest.strip_suffix(')').unwrap();
        let mut depth = 0;
        let parts = rest.split(|character| {
            depth += i32::from(character == '(') - i32::from(character == ')');
            depth == 0 && character == ','
        });
        let mut parts: Vec<Predicate> = parts.map(predicate).collect();
        match name {
            "all" => Predicate::All(parts),
            "any" => Predicate::Any(parts),
            _ => Predicate::Not(Box::new(parts.remove(0))),
        }
    }

    #[test]
    fn what_a_predicate_needs_follows_features_and_logic() {
        let feature = |name: &str, enables: &[&str]| CargoFeature {
            name: name.to_owned(),
            enables: enables.iter().map(|text| (*text).to_owned()).collect(),
            ..CargoFeature::default()
        };
        let dependency = |name: &str, optional, path: Option<&str>| CargoDependency {
            name: name.to_owned(),
            optional,
            path: path.map(str::to_owned),
            ..CargoDependency::default()
        };
        let package = CargoPackage {
            path: "Cargo.toml".to_owned(),
            features: vec![
                feature("circle", &["circle"]),
                feature("default", &["testing-cuda"]),
                feature("fast", &["kernels/quick"]),
                feature("serde", &["wgpu/serde"]),
                feature("std", &["dep:cudarc"]),
                feature("testing-full", &["testing-nv"]),
                feature("testing-nv", &["dep:cudarc"]),
                feature("weak", &["cudarc?/std"]),
            ],
            dependencies: vec![dependency("wgpu", false, None), dependency("kernels", false, Some("k/Cargo.toml"))],
            ..CargoPackage::default()
        };
        let kernels = CargoPackage {
            path: "k/Cargo.toml".to_owned(),
            features: vec![feature("quick", &["dep:metal"])],
            ..CargoPackage::default()
        };
        let tree = CargoTree { packages: vec![package.clone(), kernels], ..CargoTree::default() };
        let features = Features { tree: &tree, package: &package };
        let cases: [(&str, &[&str]); 28] = [
            ("feature=cuda", &["cuda"]),
            ("feature=testing-full", &["cuda"]),
            ("feature=fast", &["metal"]),
            ("feature=serde", &[]),
            ("feature=weak", &[]),
            ("feature=std", &[]),
            ("feature=default", &[]),
            ("feature=circle", &[]),
            ("feature=mkl", &[]),
            ("not(feature=cuda)", &[]),
            ("not(not(feature=cuda))", &["cuda"]),
            ("all(test,feature=cuda)", &["cuda"]),
            ("any(test,feature=cuda)", &[]),
            ("any(feature=cuda,feature=testing-nv)", &["cuda"]),
            ("any(feature=cuda,feature=metal)", &["gpu"]),
            ("not(any(feature=cuda,feature=metal))", &[]),
            ("not(all(feature=cuda))", &[]),
            ("unix", &["platform"]),
            ("not(windows)", &["platform"]),
            ("target_os=macos", &["platform"]),
            ("any(unix,windows)", &["platform"]),
            ("any(windows,feature=cuda)", &[]),
            ("all(unix,feature=cuda)", &["cuda", "platform"]),
            ("not(target_arch=wasm32)", &[]),
            ("not(target_family=wasm)", &[]),
            ("miri", &[]),
            ("not(loom)", &[]),
            ("test", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> = features.needed(&predicate(text), true).into_iter().map(GateKind::name).collect();
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(features.needed(&predicate("not(feature=cuda)"), false), [GateKind::Cuda].into());
    }
}
