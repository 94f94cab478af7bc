//! The Rust part of a guide: each package with what `cargo test` runs of it, what it leaves out, and the commands.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::what::{What, of_names, subject};
use crate::model::about::first_sentence;
use crate::model::rust::{Attribute, Item, ItemKind};
use crate::model::{CargoPackage, CargoTargetKind, Language, Suite, Test, TestFile, suite::Property};

/// A package with tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuidePackage {
    /// Its name.
    pub name: String,
    /// Its folder; `.` for the root.
    pub folder: String,
    /// The command that runs all of its tests.
    pub command: String,
    /// What is built and run, sorted by kind and name.
    pub targets: Vec<GuideTarget>,
    /// Features that its tests or their modules are compiled for only, sorted.
    pub features: Vec<String>,
    /// Commands for what `cargo test` alone leaves out.
    pub more: Vec<super::commands::GuideCommand>,
}

/// A binary of tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuideTarget {
    /// nextest's id.
    pub binary: String,
    /// `unit`, `integration`, `doc`, `bench` or `example`.
    pub kind: &'static str,
    /// Its root file.
    pub path: Option<String>,
    /// How many tests.
    pub tests: usize,
    /// How many of them a plain run leaves out.
    pub ignored: usize,
    /// What it tests.
    pub what: Option<What>,
    /// The command that runs it alone.
    pub command: String,
    /// Features without which it is not built.
    pub required_features: Vec<String>,
}

/// The first sentence of a file's documentation, and its line.
pub(super) fn doc(file: &TestFile) -> Option<(String, u32)> {
    documentation(&file.facts.rust.as_ref()?.attributes)
}

fn documentation(attributes: &[Attribute]) -> Option<(String, u32)> {
    let lines: Vec<(&str, u32)> = attributes
        .iter()
        .filter_map(|attribute| attribute.doc.as_ref().map(|doc| (&*doc.text, attribute.line)))
        .take(40)
        .collect();
    let text: Vec<&str> = lines.iter().map(|(text, _)| text.trim()).collect();
    Some((first_sentence(&text.join("\n"))?, lines.first()?.1))
}

/// The packages with tests, sorted by name.
pub(super) fn packages(suite: &Suite) -> Vec<GuidePackage> {
    let mut by_binary: BTreeMap<&str, Vec<(&TestFile, &Test)>> = BTreeMap::new();
    for file in suite.files.iter().filter(|file| file.language == Language::Rust) {
        for test in &file.tests {
            by_binary.entry(test.binary.as_deref().unwrap_or_default()).or_default().push((file, test));
        }
    }
    if by_binary.is_empty() {
        return Vec::new();
    }
    let many = suite.packages.len() > 1;
    let mut found: Vec<GuidePackage> = suite
        .packages
        .iter()
        .filter(|package| !package.orphan)
        .map(|package| self::package(suite, package, &by_binary, many))
        .filter(|package| !package.targets.is_empty())
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn package(
    suite: &Suite,
    package: &CargoPackage,
    by_binary: &BTreeMap<&str, Vec<(&TestFile, &Test)>>,
    many: bool,
) -> GuidePackage {
    let of = if many { format!(" -p {}", package.name) } else { String::new() };
    let mut targets = Vec::new();
    for target in &package.targets {
        let binary = target.binary_id(&package.name);
        let tests = by_binary.get(binary.as_str()).map(Vec::as_slice).unwrap_or_default();
        let is_bench = target.kind == CargoTargetKind::Bench;
        if tests.is_empty() && !is_bench {
            continue;
        }
        let (kind, flag) = match target.kind {
            CargoTargetKind::Lib | CargoTargetKind::ProcMacro => ("unit", "--lib".to_owned()),
            CargoTargetKind::Bin => ("unit", format!("--bin {}", target.name)),
            CargoTargetKind::Test => ("integration", format!("--test {}", target.name)),
            CargoTargetKind::Bench => ("bench", format!("--bench {}", target.name)),
            CargoTargetKind::Example => ("example", format!("--example {}", target.name)),
        };
        let features = match target.required_features.as_slice() {
            [] => String::new(),
            features => format!(" --features {}", features.join(",")),
        };
        let verb = if is_bench { "bench" } else { "test" };
        let file = suite.files.iter().find(|file| file.path == target.path);
        targets.push(GuideTarget {
            kind,
            path: Some(target.path.clone()),
            tests: tests.len(),
            ignored: ignored(tests),
            what: what(kind, file, tests),
            command: format!("cargo {verb}{of} {flag}{features}"),
            required_features: target.required_features.clone(),
            binary,
        });
    }
    let documentation = format!("{}::doc", package.name);
    if let Some(tests) = by_binary.get(documentation.as_str()) {
        targets.push(GuideTarget {
            binary: documentation.clone(),
            kind: "doc",
            path: package.library().map(|library| library.path.clone()),
            tests: tests.len(),
            ignored: ignored(tests),
            what: None,
            command: format!("cargo test{of} --doc"),
            required_features: Vec::new(),
        });
    }
    let folder = package.folder();
    let features = features(suite, package);
    let mut more = Vec::new();
    let left_out: usize = targets.iter().map(|target| target.ignored).sum();
    if left_out > 0 {
        more.push(super::commands::GuideCommand {
            command: format!("cargo test{of} -- --ignored"),
            what: format!("{} that a plain run leaves out", crate::views::count(left_out, "test")),
        });
    }
    for feature in &features {
        more.push(super::commands::GuideCommand {
            command: format!("cargo test{of} --features {feature}"),
            what: format!("with what only the feature `{feature}` compiles"),
        });
    }
    GuidePackage {
        name: package.name.clone(),
        folder: if folder.is_empty() { ".".to_owned() } else { folder.to_owned() },
        command: format!("cargo test{of}"),
        targets,
        features,
        more,
    }
}

fn ignored(tests: &[(&TestFile, &Test)]) -> usize {
    tests
        .iter()
        .filter(|(_, test)| test.skip != crate::model::SkipStatus::Never && !test.properties.contains(&Property::NoRun))
        .count()
}

/// What a binary tests: of an integration test what its root says, of a library the modules that hold the tests.
fn what(kind: &str, file: Option<&TestFile>, tests: &[(&TestFile, &Test)]) -> Option<What> {
    let own: Vec<&Test> = tests.iter().map(|(_, test)| *test).collect();
    if kind != "unit" {
        let doc = file.and_then(doc).and_then(|(text, line)| Some((subject(&text)?, line)));
        return match doc {
            Some((text, line)) => Some(What { text, from: "docstring", line: Some(line) }),
            None => of_names(&own),
        };
    }
    let mut modules: BTreeMap<String, usize> = BTreeMap::new();
    for test in &own {
        let module = test.name.rsplit_once("::").map_or("", |(module, _)| module);
        let module = module.trim_end_matches("::tests").trim_end_matches("::test");
        let module = if ["tests", "test", ""].contains(&module) { "(root)" } else { module };
        *modules.entry(module.to_owned()).or_default() += 1;
    }
    let mut modules: Vec<(String, usize)> = modules.into_iter().collect();
    modules.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let more = modules.len().saturating_sub(6);
    let mut parts: Vec<String> =
        modules.into_iter().take(6).map(|(module, tests)| format!("{module} ({tests})")).collect();
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    (!parts.is_empty()).then(|| What { text: parts.join(", "), from: "names", line: None })
}

/// The features of a package that attributes of tests, or of modules around them, ask for.
fn features(suite: &Suite, package: &CargoPackage) -> Vec<String> {
    let folder = package.folder();
    let mut found = BTreeSet::new();
    let below = |path: &str| crate::model::path::is_below(path, folder);
    let is_nearest = |path: &str| {
        !suite
            .packages
            .iter()
            .any(|other| other.folder().len() > folder.len() && crate::model::path::is_below(path, other.folder()))
    };
    for file in suite.files.iter().filter(|file| file.language == Language::Rust) {
        let Some(facts) = file.facts.rust.as_ref().filter(|_| below(&file.path) && is_nearest(&file.path)) else {
            continue;
        };
        let lines = of_tests(&facts.items);
        for own in &facts.features {
            if lines.iter().any(|(first, last)| (*first..=*last).contains(&own.line))
                && package.feature(&own.name).is_some()
            {
                found.insert(own.name.to_string());
            }
        }
    }
    found.into_iter().collect()
}

/// The lines of the attributes of tests and of modules named for them.
fn of_tests(items: &[Item]) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let mut pending: Vec<&Item> = items.iter().collect();
    while let Some(item) = pending.pop() {
        let is_test = item.attributes.iter().any(|attribute| attribute.last_segment() == "test");
        let inner = match &item.kind {
            ItemKind::Module { items } => {
                pending.extend(items.iter().flatten());
                item.name.starts_with("test")
            }
            _ => false,
        };
        if let Some(first) = item.attributes.iter().map(|attribute| attribute.line).min().filter(|_| is_test || inner) {
            found.push((first, item.line));
        }
    }
    found
}
