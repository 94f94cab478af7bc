//! From the facts of a tree's Rust files and manifests to its tests: what `cargo test -- --list` and rustdoc would list,
//! without building anything.

pub mod calls;
mod configuration;
mod documentation;
pub mod features;
pub mod frameworks;
mod functions;
mod gates;
mod hardware;
mod listed;
mod macros;
mod names;
mod property;
mod random;
mod reach;
mod reasons;
mod risks;
mod sources;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::{CargoPackage, CargoTarget, CargoTree, Evidence, FeatureSelection, Problem, Test};
use configuration::{Build, Configuration};
use documentation::Examples;
use listed::Listing;
use macros::Library;
use walk::Target;

pub use documentation::{DocumentationSyntax, ReadFile};
pub use listed::Glob;
pub use reach::reached;
pub use sources::Sources;
pub use walk::{Expand, Syntax, Written};

/// What is joined.
pub struct Input<'i> {
    /// The packages of the tree.
    pub tree: &'i CargoTree,
    /// Their files.
    pub sources: Sources<'i>,
    /// How sources are read.
    pub syntax: Syntax,
    /// How documentation is.
    pub documentation: DocumentationSyntax,
    /// Which features are enabled.
    pub selection: &'i FeatureSelection,
    /// Finds files by patterns.
    pub glob: &'i Glob<'i>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Tests by the file that they stand in: by target, then in source order.
    pub tests: BTreeMap<Arc<str>, Vec<Test>>,
    /// What could not be judged.
    pub problems: Vec<Problem>,
}

/// The tests of all targets that `cargo test --workspace` would build and run.
pub fn tests(input: &Input<'_>) -> Found {
    let (enabled, problems) = features::enabled(&input.tree.packages, input.selection);
    let nothing = std::collections::BTreeSet::new();
    let library = Library::new(input.sources.files);
    // cargo refuses a package that its workspace does not know.
    let packages = input.tree.packages.iter().filter(|package| !package.orphan);
    let builds: Vec<(&CargoPackage, &CargoTarget, Build)> = packages.flat_map(builds).collect();
    let found = builds.par_iter().map(|(package, built, build)| {
        let features = enabled.get(package.path.as_str()).unwrap_or(&nothing);
        if !built.required_features.iter().all(|feature| features.contains(feature)) {
            return Found::default();
        }
        let scripts: Vec<_> = package.build_scripts.iter().filter_map(|path| input.sources.facts(path)).collect();
        let scripts = scripts.iter().map(|facts| &**facts);
        let target = Target {
            package,
            sources: &input.sources,
            library: &library,
            configuration: Configuration::new(features, *build, package.is_macro(), scripts),
            syntax: input.syntax,
        };
        match build {
            Build::Test => {
                let mut listing = Listing::new(&target, input.tree, built, input.glob);
                walk::walk(&target, &built.path, &mut listing);
                Found { tests: listing.tests, problems: listing.problems }
            }
            Build::Documentation => {
                let mut examples = Examples::new(&target, input.documentation, built);
                walk::walk(&target, &built.path, &mut examples);
                Found { tests: examples.tests, problems: Vec::new() }
            }
        }
    });
    let found: Vec<Found> = found.collect();
    let mut all = Found { tests: BTreeMap::new(), problems };
    for own in found {
        own.tests.into_iter().for_each(|(path, tests)| all.tests.entry(path).or_default().extend(tests));
        all.problems.extend(own.problems);
    }
    for (path, tests) in &mut all.tests {
        texts(path, tests, &input.sources);
    }
    all.problems.sort();
    all.problems.dedup();
    all
}

/// Gives the evidence of tests the text of its lines. A file is read again for that, only where something in it is evidence.
fn texts(path: &str, tests: &mut [Test], sources: &Sources<'_>) {
    let evidence = tests.iter_mut().flat_map(|test| {
        let of_reasons = test.reasons.iter_mut().map(|reason| &mut reason.evidence);
        let of_risks = test.body_risks.iter_mut().map(|risk| &mut risk.evidence);
        of_reasons
            .chain(of_risks)
            .chain(test.randomness.iter_mut().filter_map(|randomness| randomness.evidence.as_mut()))
    });
    let mut evidence = evidence.peekable();
    if evidence.peek().is_none() {
        return;
    }
    let Some(text) = (sources.text)(path) else { return };
    let lines: Vec<&str> = text.lines().collect();
    for own in evidence {
        let line = usize::try_from(own.line).ok().and_then(|line| lines.get(line.checked_sub(1)?));
        if let Some(line) = line {
            *own = Evidence::new(own.line, std::mem::take(&mut own.what), line);
        }
    }
}

/// What is built of a package for its tests, and for the examples in its documentation.
fn builds(package: &CargoPackage) -> impl Iterator<Item = (&CargoPackage, &CargoTarget, Build)> {
    let tested = package.targets.iter().filter(|target| target.test && target.harness);
    let documented = package.library().filter(|target| target.doctestable);
    let tested = tested.map(move |target| (package, target, Build::Test));
    tested.chain(documented.map(move |target| (package, target, Build::Documentation)))
}
