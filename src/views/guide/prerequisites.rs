//! What has to be installed before the tests can run: what test files import from outside of the project, what they can do
//! without, and plugins of pytest. Refuses to resolve a dependency.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::stdlib;
use crate::model::requirement::{distribution, normalized};
use crate::model::{GateKind, Location, Requirement, Suite};

/// What has to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Prerequisites {
    /// Modules from outside that test files import, those of most files first.
    pub packages: Vec<TestPackage>,
    /// Packages without which tests are skipped, those of most tests first.
    pub optional: Vec<OptionalModule>,
    /// pytest and its plugins, as far as the project requires them by name.
    pub runners: Vec<RequiredRunner>,
    /// Files of requirements that are named for tests, with the command that installs them.
    pub install: Vec<String>,
    /// Statements of requirements that are computed: what is missing above may stand there.
    pub unread: usize,
}

/// A module from outside of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestPackage {
    /// The name that is imported.
    pub module: String,
    /// In how many test files.
    pub files: usize,
    /// Where it is required; `None` where no file that was read names it.
    pub required: Option<Location>,
    /// The versions that are allowed there.
    pub specifier: String,
}

/// A package without which tests are skipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OptionalModule {
    /// Its name.
    pub module: String,
    /// How many tests ask for it.
    pub tests: usize,
    /// In how many files.
    pub files: usize,
    /// The first place that does.
    pub first: Location,
}

/// pytest, or a plugin of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequiredRunner {
    /// The distribution.
    pub name: String,
    /// The versions that are allowed.
    pub specifier: String,
    /// Where.
    pub at: Location,
}

/// The prerequisites of a suite.
pub(super) fn prerequisites(suite: &Suite) -> Prerequisites {
    let optional = optional(suite);
    let is_optional = |module: &str| optional.iter().any(|own| own.module == module);
    let mut packages: Vec<TestPackage> = outside(suite)
        .into_iter()
        .filter(|(module, _)| !is_optional(module))
        .map(|(module, files)| {
            let requirement = requirement(suite, module);
            TestPackage {
                module: module.to_owned(),
                files,
                required: requirement.map(place),
                specifier: requirement.map(|own| own.specifier.clone()).unwrap_or_default(),
            }
        })
        .collect();
    packages.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.module.cmp(&b.module)));
    Prerequisites {
        packages,
        optional,
        runners: runners(suite),
        install: install(suite),
        unread: suite.requirements.unread.len(),
    }
}

fn place(requirement: &Requirement) -> Location {
    Location { path: requirement.path.clone(), line: requirement.line }
}

/// The statement that requires what a module belongs to.
fn requirement<'s>(suite: &'s Suite, module: &str) -> Option<&'s Requirement> {
    let of = |name: &str| suite.requirements.of(name).min_by_key(|own| distance(own));
    of(module).or_else(|| of(distribution(module)?))
}

/// How far a statement of requirements is from a reader: what stands in hidden files is for machines, what stands deep is
/// for one of them.
fn distance(requirement: &Requirement) -> (bool, usize, &str, u32) {
    let path = requirement.path.as_str();
    (path.starts_with('.'), path.matches('/').count(), path, requirement.line)
}

/// The modules that are no part of the tree nor of Python, with how many test files import them.
fn outside(suite: &Suite) -> BTreeMap<&str, usize> {
    // Helpers that tests find because they change `sys.path`.
    let local: BTreeSet<&str> =
        suite.files.iter().flat_map(|file| file.path.trim_end_matches(".py").split('/')).collect();
    let is_own = |name: &str| suite.requirements.own.iter().any(|own| *own == normalized(name));
    let holding: BTreeSet<&str> =
        suite.files.iter().filter(|file| file.holds_tests()).map(|file| file.path.as_str()).collect();
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, imported) in &suite.imported {
        if !holding.contains(path.as_str()) && !path.ends_with("conftest.py") {
            continue;
        }
        for (name, _) in &imported.outside {
            if !stdlib::is_known(name) && !local.contains(name.as_str()) && !is_own(name) && name != "pytest" {
                *found.entry(name).or_default() += 1;
            }
        }
    }
    found
}

fn optional(suite: &Suite) -> Vec<OptionalModule> {
    let mut found: BTreeMap<&str, OptionalModule> = BTreeMap::new();
    for file in &suite.files {
        let mut here: BTreeMap<&str, (usize, u32)> = BTreeMap::new();
        for test in &file.tests {
            let of_test: BTreeMap<&str, u32> = test
                .gates
                .iter()
                .filter(|gate| gate.kind == GateKind::MissingDependency)
                .filter_map(|gate| Some((package(gate.detail.as_deref()?)?, gate.path.is_none().then_some(gate.line))))
                .map(|(package, line)| (package, line.unwrap_or(test.line)))
                .collect();
            for (package, line) in of_test {
                let own = here.entry(package).or_insert((0, line));
                *own = (own.0 + 1, own.1.min(line));
            }
        }
        for (package, (tests, line)) in here {
            let own = found.entry(package).or_insert_with(|| OptionalModule {
                module: package.to_owned(),
                tests: 0,
                files: 0,
                first: Location { path: file.path.clone(), line },
            });
            own.tests += tests;
            own.files += 1;
        }
    }
    let mut found: Vec<OptionalModule> = found.into_values().collect();
    found.sort_by(|a, b| b.tests.cmp(&a.tests).then_with(|| a.module.cmp(&b.module)));
    found
}

/// The package that a gate asks for: `dask` of `dask.array >= 2024`; `None` where it asks for one of several, or for none.
fn package(detail: &str) -> Option<&str> {
    let mut words = detail.split_whitespace();
    let first = words.next()?.split('.').next()?;
    let is_name = !first.is_empty() && first.chars().all(|letter| letter.is_alphanumeric() || "_-".contains(letter));
    let is_version =
        words.next().is_none_or(|word| ["<", ">", "=", "!", "~"].iter().any(|start| word.starts_with(start)));
    (is_name && is_version).then_some(first)
}

fn runners(suite: &Suite) -> Vec<RequiredRunner> {
    const OTHERS: [&str; 8] = ["coverage", "hypothesis", "parameterized", "nose2", "tox", "nox", "responses", "syrupy"];
    let is_runner = |name: &str| name == "pytest" || name.starts_with("pytest-") || OTHERS.contains(&name);
    let mut nearest: BTreeMap<&str, &Requirement> = BTreeMap::new();
    for own in suite.requirements.list.iter().filter(|own| is_runner(&own.name)) {
        let known = nearest.entry(&own.name).or_insert(own);
        if distance(own) < distance(known) {
            *known = own;
        }
    }
    let runner =
        |own: &Requirement| RequiredRunner { name: own.name.clone(), specifier: own.specifier.clone(), at: place(own) };
    nearest.into_values().map(runner).collect()
}

fn install(suite: &Suite) -> Vec<String> {
    let files: BTreeSet<&str> = suite.requirements.list.iter().map(|own| own.path.as_str()).collect();
    let is_for_tests = |path: &&&str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_list = path.ends_with(".txt") && !path.starts_with("..");
        is_list && (name.contains("test") || path.contains("test") && name.contains("require"))
    };
    files.iter().filter(is_for_tests).map(|path| format!("pip install -r {}", super::commands::quoted(path))).collect()
}

#[cfg(test)]
mod tests {
    use super::package;

    #[test]
    fn a_gate_asks_for_one_package_or_for_none_that_is_known() {
        for (detail, expected) in [
            ("dask", Some("dask")),
            ("dask.array", Some("dask")),
            ("torch >= 2.7.0", Some("torch")),
            ("scipy or netCDF4", None),
            ("no scipy", None),
            ("", None),
        ] {
            assert_eq!(package(detail), expected, "{detail}");
        }
    }
}
