//! Which features each package of a tree has enabled when cargo tests its workspace: "Features" and "Feature resolver" of
//! the Cargo book, as `FeatureResolver` of cargo activates them. Owns no manifest; packages outside of the tree are not
//! looked into, so what they enable in packages of the tree, which only a `[patch]` lets them, is not seen.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use cargo_platform::{Cfg, Platform};

use crate::model::{
    CargoDependency, CargoDependencyKind, CargoPackage, CargoTargetKind, FeatureSelection, Problem, ProblemKind,
};

/// The most steps of all workspaces together: packages that are in no workspace of each other may still depend on each
/// other.
const MAX_STEPS: usize = 2_000_000;

/// The features enabled, by the path of each package.
pub type EnabledFeatures<'p> = BTreeMap<&'p str, BTreeSet<String>>;

/// The features of each package when the workspace that it is in is tested as a whole (`cargo test --workspace` in the
/// folder of its root) with this selection. A feature that is asked for and that no workspace has is a problem.
pub fn enabled<'p>(packages: &'p [CargoPackage], selection: &FeatureSelection) -> (EnabledFeatures<'p>, Vec<Problem>) {
    let mut problems = Vec::new();
    let requested = requested(selection, &mut problems);
    let mut resolver = Resolver::new(packages);
    let mut workspaces: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, package) in packages.iter().enumerate() {
        // An orphan is resolved as if it stood alone: it has tests, even if cargo refuses to run them where it stands.
        let workspace = if package.orphan { &package.path } else { &package.workspace };
        workspaces.entry(workspace).or_default().push(at);
    }
    let mut enabled = EnabledFeatures::new();
    let mut known = vec![false; requested.len()];
    for (root, members) in workspaces {
        resolver.workspace(root, &members, &requested, selection, &mut known);
        for member in members {
            enabled.insert(&packages[member].path, resolver.enabled_in(member));
        }
    }
    for (value, known) in requested.iter().zip(known) {
        if !known && !packages.is_empty() {
            let message = format!("no package has the feature `{value}` that `--features` asks for");
            problems.push(Problem::file(".", ProblemKind::Config, message));
        }
    }
    if resolver.steps > MAX_STEPS {
        let message = "the features of these packages enable too much, some are not followed";
        problems.push(Problem::file(".", ProblemKind::TooLarge, message));
    }
    problems.sort();
    (enabled, problems)
}

/// The names in the values of `--features`, each once: `CliFeatures::from_command_line`.
fn requested(selection: &FeatureSelection, problems: &mut Vec<Problem>) -> Vec<String> {
    let names = selection.features.iter().flat_map(|value| value.split([',', ' ', '\t', '\n']));
    let names: BTreeSet<&str> = names.filter(|name| !name.is_empty()).collect();
    let mut requested = Vec::new();
    for name in names {
        if name.starts_with("dep:") || name.matches('/').count() > 1 {
            let message = format!("`{name}` is no feature that `--features` can name");
            problems.push(Problem::file(".", ProblemKind::Config, message));
        } else {
            requested.push(name.to_owned());
        }
    }
    requested
}

/// What an entry of a feature's list enables: `FeatureValue`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Enables<'n> {
    Feature(&'n str),
    Dependency(&'n str),
    DependencyFeature { dependency: &'n str, feature: &'n str, weak: bool },
}

impl<'n> Enables<'n> {
    fn new(text: &'n str) -> Self {
        match text.split_once('/') {
            Some((dependency, feature)) => {
                let strong = dependency.strip_suffix('?');
                Self::DependencyFeature { dependency: strong.unwrap_or(dependency), feature, weak: strong.is_some() }
            }
            None => text.strip_prefix("dep:").map_or(Self::Feature(text), Self::Dependency),
        }
    }
}

/// A package as it is built: for where the tests run, or for the compiler to run (`FeaturesFor`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Build {
    package: usize,
    for_host: bool,
}

/// What is enabled so far in one workspace.
#[derive(Default)]
struct Activation<'a> {
    features: HashMap<Build, HashSet<&'a str>>,
    dependencies: HashSet<(Build, &'a str)>,
    /// Features of dependencies that count once something else brings these in.
    deferred: HashMap<(Build, &'a str), BTreeSet<&'a str>>,
    /// Builds whose dependencies were gone through.
    processed: HashSet<Build>,
    pending: Vec<(Build, Step<'a>)>,
}

/// What remains to be done for a build.
#[derive(Clone, Copy)]
enum Step<'a> {
    /// It is built.
    Build,
    /// Something is enabled in it.
    Enable(Enables<'a>),
}

/// What a package is to the resolver.
struct Node<'a> {
    package: &'a CargoPackage,
    /// Its dependencies by their names.
    named: HashMap<&'a str, Vec<&'a CargoDependency>>,
    is_macro: bool,
}

impl<'a> Node<'a> {
    fn new(package: &'a CargoPackage) -> Self {
        let mut named: HashMap<&str, Vec<&CargoDependency>> = HashMap::new();
        for dependency in &package.dependencies {
            named.entry(&dependency.name).or_default().push(dependency);
        }
        let is_macro = package.library().is_some_and(|library| library.kind == CargoTargetKind::ProcMacro);
        Self { package, named, is_macro }
    }
}

struct Resolver<'a> {
    nodes: Vec<Node<'a>>,
    by_path: HashMap<&'a str, usize>,
    /// Whether dependencies for a platform count.
    platforms: HashMap<&'a str, bool>,
    steps: usize,
    /// The members of the workspace in hand, whose dependencies for development count.
    members: HashSet<usize>,
    /// Whether what the compiler runs is built apart, and dependencies for other platforms do not count: from the
    /// second version of the resolver on.
    apart: bool,
    activation: Activation<'a>,
}

impl<'a> Resolver<'a> {
    fn new(packages: &'a [CargoPackage]) -> Self {
        let targets = packages.iter().flat_map(|package| &package.dependencies);
        let mut platforms = HashMap::new();
        for target in targets.filter_map(|dependency| dependency.target.as_deref()) {
            platforms.entry(target).or_insert_with(|| is_active(target));
        }
        Self {
            nodes: packages.iter().map(Node::new).collect(),
            by_path: packages.iter().enumerate().map(|(at, package)| (package.path.as_str(), at)).collect(),
            platforms,
            steps: 0,
            members: HashSet::new(),
            apart: false,
            activation: Activation::default(),
        }
    }

    /// Enables what is asked for in the members of one workspace. `known` are the features asked for that one has.
    fn workspace(
        &mut self,
        root: &str,
        members: &[usize],
        requested: &'a [String],
        selection: &FeatureSelection,
        known: &mut [bool],
    ) {
        let nodes = &self.nodes;
        let root = members.iter().copied().find(|member| nodes[*member].package.path == root);
        let resolver = members.iter().map(|member| nodes[*member].package.resolver).max().unwrap_or(1);
        self.members = members.iter().copied().collect();
        self.apart = resolver >= 2;
        self.activation = Activation::default();
        // `allows_new_cli_feature_behavior`: once the flags were those of the package in the current folder.
        let only_root = root.filter(|_| resolver < 2);
        for &member in members {
            let of_others = only_root.is_some_and(|root| root != member);
            let wanted = self.requested_of(member, of_others, requested, known);
            let mut builds = vec![Build { package: member, for_host: false }];
            // Its tests are built like those of others, itself is run by the compiler.
            builds.extend(
                (self.apart && self.nodes[member].is_macro).then_some(Build { package: member, for_host: true }),
            );
            for build in builds {
                let package = self.nodes[member].package;
                let pending = &mut self.activation.pending;
                pending.push((build, Step::Build));
                pending.extend(wanted.iter().map(|enables| (build, Step::Enable(*enables))));
                if of_others || !selection.no_default_features {
                    pending.push((build, Step::Enable(Enables::Feature("default"))));
                }
                if selection.all_features {
                    let all = package.features.iter().map(|feature| Enables::Feature(&feature.name));
                    pending.extend(all.map(|enables| (build, Step::Enable(enables))));
                }
            }
        }
        while let Some((build, step)) = self.activation.pending.pop() {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                break;
            }
            self.step(build, step);
        }
    }

    /// What `--features` enables in a member: `collect_matching_features`. In one of the `others`, which plain names are
    /// not meant for, only what names the member counts.
    fn requested_of(
        &self,
        member: usize,
        others: bool,
        requested: &'a [String],
        known: &mut [bool],
    ) -> Vec<Enables<'a>> {
        let Node { package, named, .. } = &self.nodes[member];
        let mut wanted = Vec::new();
        for (value, known) in requested.iter().zip(known) {
            let enables = Enables::new(value);
            let found = match enables {
                Enables::Feature(name) => (!others && package.feature(name).is_some()).then_some(enables),
                Enables::DependencyFeature { dependency, .. } if !others && named.contains_key(dependency) => {
                    Some(enables)
                }
                Enables::DependencyFeature { dependency, feature, .. } => {
                    let own = dependency == package.name && package.feature(feature).is_some();
                    own.then_some(Enables::Feature(feature))
                }
                Enables::Dependency(_) => None,
            };
            *known |= found.is_some();
            wanted.extend(found);
        }
        wanted
    }

    fn step(&mut self, build: Build, step: Step<'a>) {
        let package = self.nodes[build.package].package;
        match step {
            Step::Build => {
                if self.activation.processed.insert(build) {
                    for dependency in package.dependencies.iter().filter(|dependency| !dependency.optional) {
                        self.bring_in(build, dependency);
                    }
                }
            }
            Step::Enable(Enables::Feature(name)) => {
                let Some(feature) = package.feature(name) else { return };
                if self.activation.features.entry(build).or_default().insert(&feature.name) {
                    let enables = feature.enables.iter().map(|text| (build, Step::Enable(Enables::new(text))));
                    self.activation.pending.extend(enables);
                }
            }
            Step::Enable(Enables::Dependency(name)) => {
                self.activation.dependencies.insert((build, name));
                let deferred = self.activation.deferred.remove(&(build, name)).unwrap_or_default();
                for dependency in self.named(build, name) {
                    self.bring_in(build, dependency);
                    for feature in &deferred {
                        self.enable_in(build, dependency, feature);
                    }
                }
            }
            Step::Enable(Enables::DependencyFeature { dependency: name, feature, weak }) => {
                for dependency in self.named(build, name) {
                    if !self.counts(build, dependency) {
                        continue;
                    }
                    if dependency.optional {
                        if weak && !self.activation.dependencies.contains(&(build, name)) {
                            self.activation.deferred.entry((build, name)).or_default().insert(feature);
                            continue;
                        }
                        self.activation.pending.push((build, Step::Enable(Enables::Dependency(name))));
                        if !weak {
                            self.activation.pending.push((build, Step::Enable(Enables::Feature(name))));
                        }
                    }
                    self.enable_in(build, dependency, feature);
                }
            }
        }
    }

    /// The dependencies of this name. A name stands in a table for each kind and platform.
    fn named(&mut self, build: Build, name: &str) -> Vec<&'a CargoDependency> {
        let found = self.nodes[build.package].named.get(name).cloned().unwrap_or_default();
        self.steps += found.len();
        found
    }

    /// A dependency is built, with the features that it is asked for: `fvs_from_dependency`.
    fn bring_in(&mut self, build: Build, dependency: &'a CargoDependency) {
        let Some(needed) = self.build_of(build, dependency) else { return };
        let pending = &mut self.activation.pending;
        pending.push((needed, Step::Build));
        pending.extend(dependency.features.iter().map(|name| (needed, Step::Enable(Enables::new(name)))));
        if dependency.default_features {
            pending.push((needed, Step::Enable(Enables::Feature("default"))));
        }
    }

    fn enable_in(&mut self, build: Build, dependency: &'a CargoDependency, feature: &'a str) {
        if let Some(needed) = self.build_of(build, dependency) {
            self.activation.pending.push((needed, Step::Enable(Enables::new(feature))));
        }
    }

    /// How the package of this tree is built that a dependency is; `None` for one of elsewhere, or that does not count.
    fn build_of(&self, build: Build, dependency: &CargoDependency) -> Option<Build> {
        let package = *self.by_path.get(dependency.path.as_deref()?)?;
        let is_run = dependency.kind == CargoDependencyKind::Build || self.nodes[package].is_macro;
        let for_host = self.apart && (build.for_host || is_run);
        self.counts(build, dependency).then_some(Build { package, for_host })
    }

    /// Whether a dependency counts in a build: for whom it is there, and on which platform.
    fn counts(&self, build: Build, dependency: &CargoDependency) -> bool {
        let platform = dependency.target.as_deref().and_then(|target| self.platforms.get(target));
        (dependency.kind != CargoDependencyKind::Dev || self.members.contains(&build.package))
            && (!self.apart || platform.copied().unwrap_or(true))
    }

    /// The features that a member is tested with. Those of a macro are those that the compiler runs it with too.
    fn enabled_in(&self, member: usize) -> BTreeSet<String> {
        let mut enabled = BTreeSet::new();
        for for_host in [false, true] {
            if !for_host || self.nodes[member].is_macro {
                let features = self.activation.features.get(&Build { package: member, for_host });
                enabled.extend(features.into_iter().flatten().map(|name| (*name).to_owned()));
            }
        }
        enabled
    }
}

/// The platform that the tests are taken to run on, as `rustc --print cfg` tells it: the same everywhere, so that a report
/// does not depend on the machine it is made on.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";
const PLATFORM_CFGS: [&str; 20] = [
    "debug_assertions",
    "panic=\"unwind\"",
    "target_abi=\"\"",
    "target_arch=\"x86_64\"",
    "target_endian=\"little\"",
    "target_env=\"gnu\"",
    "target_family=\"unix\"",
    "target_feature=\"fxsr\"",
    "target_feature=\"sse\"",
    "target_feature=\"sse2\"",
    "target_has_atomic",
    "target_has_atomic=\"16\"",
    "target_has_atomic=\"32\"",
    "target_has_atomic=\"64\"",
    "target_has_atomic=\"8\"",
    "target_has_atomic=\"ptr\"",
    "target_os=\"linux\"",
    "target_pointer_width=\"64\"",
    "target_vendor=\"unknown\"",
    "unix",
];

/// Deeper predicates are not read: the reader of them recurses.
const MAX_DEPTH: usize = 50;

/// Whether dependencies for this platform count; those for one that cannot be read do.
fn is_active(target: &str) -> bool {
    if target.matches('(').count() > MAX_DEPTH {
        return true;
    }
    let Ok(platform) = target.parse::<Platform>() else { return true };
    let cfgs: Vec<Cfg> = PLATFORM_CFGS.iter().filter_map(|text| text.parse().ok()).collect();
    platform.matches(PLATFORM, &cfgs)
}
