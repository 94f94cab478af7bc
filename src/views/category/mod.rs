//! What kind of test each is, which evidence decides it, and what speaks against it.
//!
//! The order of evidence: what runs it (a doctest, a benchmark or fuzz target of cargo), a marker, the nearest folder, the
//! file's name, what the test does; else it is a unit test unless it leaves its process. Refuses to know names of projects.

mod component;
mod words;

pub use component::{ComponentSource, component};
pub use words::{is_root, location};

use serde::Serialize;

use crate::model::suite::Property;
use crate::model::{CargoTargetKind, Language, Reason, SignalKind, Suite, Test, TestFile};

/// A kind of test, in the order of every report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Of one part, within its process.
    Unit,
    /// Of several parts, or with processes, sockets, files of others.
    Integration,
    /// Of the whole, as its users run it.
    #[serde(rename = "e2e")]
    EndToEnd,
    /// Whether anything works at all.
    Smoke,
    /// How long something takes.
    Benchmark,
    /// Where time or memory goes.
    Profiling,
    /// Under load.
    Stress,
    /// Of what must not be possible.
    Security,
    /// Whether it goes on when something breaks.
    FaultTolerance,
    /// Examples in documentation.
    Doc,
    /// Programs that users read and cargo builds.
    Example,
    /// With inputs that a fuzzer makes.
    Fuzz,
    /// With inputs that strategies make.
    Property,
}

impl Category {
    /// The name in JSON and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Integration => "integration",
            Self::EndToEnd => "e2e",
            Self::Smoke => "smoke",
            Self::Benchmark => "benchmark",
            Self::Profiling => "profiling",
            Self::Stress => "stress",
            Self::Security => "security",
            Self::FaultTolerance => "fault-tolerance",
            Self::Doc => "doc",
            Self::Example => "example",
            Self::Fuzz => "fuzz",
            Self::Property => "property",
        }
    }

    /// How much of the product a test of this kind takes in; `None` where the kind says nothing of that.
    fn reach(self) -> Option<u8> {
        match self {
            Self::Unit => Some(0),
            Self::Integration => Some(1),
            Self::EndToEnd => Some(2),
            _ => None,
        }
    }
}

/// Which evidence speaks, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CategorySource {
    /// What runs it: a target of cargo, the collector of doctests.
    Runner,
    /// A marker on it.
    Marker,
    /// A folder that it stands in.
    Folder,
    /// The name of its file.
    File,
    /// What it does.
    Content,
    /// Nothing else.
    Default,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryEvidence {
    /// What it says the test is.
    pub category: Category,
    /// Which kind of evidence it is.
    pub source: CategorySource,
    /// The marker, folder, word or call.
    pub what: String,
    /// 1-based, where it is a line of the test's file, or of the file that `what` names.
    pub line: Option<u32>,
}

/// What kind of test it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Categorized {
    /// The evidence that decides, and by it the kind.
    #[serde(flatten)]
    pub decided: CategoryEvidence,
    /// Weaker evidence that says something else of how much the test takes in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<CategoryEvidence>,
}

/// The kind of a test.
pub fn of_test(suite: &Suite, file: &TestFile, test: &Test) -> Categorized {
    let mut all = runner(suite, file, test);
    if all.iter().any(|own| own.source == CategorySource::Runner) {
        return decide(all);
    }
    if file.language == Language::Python {
        all.extend(test.markers.iter().filter_map(|marker| {
            Some(evidence(words::of_marker(marker)?, CategorySource::Marker, marker.clone(), None))
        }));
    }
    all.extend(places(&file.path));
    all.extend(contents(test));
    decide(all)
}

/// The kind of a file's tests by where it stands: what a file without tests counts as.
pub fn of_file(path: &str) -> Categorized {
    decide(places(path))
}

/// The first of the strongest decides; of several kinds at once, the more special one.
fn decide(mut all: Vec<CategoryEvidence>) -> Categorized {
    all.sort_by_key(|own| own.source);
    let Some(first) = all.first().cloned() else {
        let what = "nothing was seen that starts a process, opens a socket or needs a device".to_owned();
        return Categorized {
            decided: evidence(Category::Unit, CategorySource::Default, what, None),
            conflicts: Vec::new(),
        };
    };
    let same = all.iter().filter(|own| own.source == first.source);
    let decided = same.max_by_key(|own| own.category).cloned().unwrap_or(first);
    let reach = decided.category.reach();
    all.retain(|own| {
        *own != decided && own.category.reach().is_some() && reach.is_some() && own.category.reach() != reach
    });
    // That an integration test does what integration tests do is no conflict, nor that a test of the whole does.
    all.retain(|own| own.source != CategorySource::Content || own.category.reach() > reach);
    Categorized { decided, conflicts: all }
}

fn evidence(category: Category, source: CategorySource, what: String, line: Option<u32>) -> CategoryEvidence {
    CategoryEvidence { category, source, what, line }
}

/// What runs it.
fn runner(suite: &Suite, file: &TestFile, test: &Test) -> Vec<CategoryEvidence> {
    let by = |category, what: &str| vec![evidence(category, CategorySource::Runner, what.to_owned(), None)];
    if test.properties.contains(&Property::Doctest) {
        return by(Category::Doc, "doctest");
    }
    let Some(binary) = test.binary.as_deref().filter(|_| file.language == Language::Rust) else { return Vec::new() };
    let packages = suite.packages.iter().filter(|package| !package.orphan);
    let found = packages
        .flat_map(|package| package.targets.iter().map(move |target| (package, target)))
        .find(|(package, target)| target.binary_id(&package.name) == binary);
    let Some((package, target)) = found else { return Vec::new() };
    match target.kind {
        CargoTargetKind::Bin if package.is_fuzzed() => by(Category::Fuzz, "fuzz target"),
        CargoTargetKind::Lib | CargoTargetKind::ProcMacro | CargoTargetKind::Bin => {
            // In the crate that it tests.
            by(Category::Unit, "in the crate itself")
        }
        CargoTargetKind::Example => by(Category::Example, "example"),
        CargoTargetKind::Bench => by(Category::Benchmark, "bench target"),
        // Names say more.
        CargoTargetKind::Test => {
            vec![evidence(Category::Integration, CategorySource::Content, "test target".to_owned(), None)]
        }
    }
}

/// What folders and the file's name say.
fn places(path: &str) -> Vec<CategoryEvidence> {
    let folder = words::of_folders(path)
        .map(|(category, folder)| evidence(category, CategorySource::Folder, folder.to_owned(), None));
    let file =
        words::of_file(path).map(|(category, word)| evidence(category, CategorySource::File, word.to_owned(), None));
    folder.into_iter().chain(file).collect()
}

/// Fixtures that say what a test is.
const FIXTURES: [(&str, Category); 11] = [
    ("benchmark", Category::Benchmark),
    ("live_server", Category::Integration),
    ("httpserver", Category::Integration),
    ("httpsserver", Category::Integration),
    ("smtpserver", Category::Integration),
    ("httpbin", Category::Integration),
    ("aiohttp_client", Category::Integration),
    ("aiohttp_server", Category::Integration),
    ("docker_services", Category::Integration),
    ("docker_compose_file", Category::Integration),
    ("selenium", Category::EndToEnd),
];

/// What it does.
fn contents(test: &Test) -> Vec<CategoryEvidence> {
    let content = |category, what: String, line| evidence(category, CategorySource::Content, what, line);
    let mut found = Vec::new();
    for effect in &test.effects {
        let category = match effect.kind {
            SignalKind::EffectBrowser => Category::EndToEnd,
            // A test that kills what it started tests what happens then only if it says so.
            _ => Category::Integration,
        };
        let mut what = effect.evidence.what.clone();
        if let Some(via) = &effect.via {
            what = format!("{what}, {via}");
        }
        if let Some(path) = &effect.path {
            what = format!("{what} in {path}");
        }
        found.push(content(category, what, Some(effect.evidence.line)));
    }
    let starts = test.effects.iter().any(|effect| effect.kind == SignalKind::EffectProcess);
    if let Some(processes) = test.processes.as_ref().filter(|_| !starts) {
        let line = processes.path.is_none().then_some(processes.line);
        let place = processes.path.as_ref().map(|path| format!(" in {path}")).unwrap_or_default();
        found.push(content(Category::Integration, format!("runs in processes: {}{place}", processes.by), line));
    }
    for (fixture, category) in FIXTURES {
        if test.fixtures.iter().any(|own| own == fixture) {
            found.push(content(category, format!("fixture `{fixture}`"), None));
        }
    }
    let device = test.gates.iter().find(|gate| gate.kind.needs_device());
    found
        .extend(device.map(|gate| {
            content(Category::Integration, format!("needs a device: {}", gate.condition), Some(gate.line))
        }));
    let property = test.reasons.iter().find(|own| own.reason == Reason::Property);
    found.extend(property.map(|own| content(Category::Property, own.evidence.what.clone(), Some(own.evidence.line))));
    found
}

#[cfg(test)]
mod tests;
