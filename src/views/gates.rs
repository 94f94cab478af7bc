//! What tests need to run: a row for each test and gate, totals by kind and mechanism, and what a machine with nothing but a
//! CPU runs.

mod launched;
mod machine;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use launched::LaunchedFile;
pub use machine::Verdict;

use crate::model::{Confidence, Gate, GateKind, Suite, Test, TestFile};

/// The section.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Gates {
    /// The machine that verdicts are about.
    pub machine: Machine,
    /// One for each test and gate: by path, then in the order of tests.
    pub tests: Vec<GateRow>,
    /// Sums over everything.
    pub totals: GateTotals,
    /// What the machine runs of each folder that holds tests.
    pub folders: Vec<GateFolder>,
    /// Each gate once, by place, with how many tests it has.
    pub places: Vec<GatePlace>,
    /// The same, those of one file that say the same together: by path and line.
    pub groups: Vec<GateGroup>,
    /// Tests that run in several processes: by path, then in the order of tests.
    pub processes: Vec<ProcessRow>,
    /// Files that texts, docstrings or scripts start in several processes: by path.
    pub launched: Vec<LaunchedFile>,
}

/// A gate with how many tests it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GatePlace {
    /// Where it stands.
    pub evidence: GateEvidence,
    /// What it needs.
    pub kind: GateKind,
    /// The fewest devices.
    pub min_devices: Option<u32>,
    /// What exactly it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How it is made.
    pub mechanism: &'static str,
    /// How many tests have it.
    pub tests: usize,
}

/// The gates of one file that say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateGroup {
    /// The first of them by line.
    pub first: GatePlace,
    /// How many places there are.
    pub places: usize,
    /// How many tests have one of them.
    pub tests: usize,
}

/// The machine that verdicts are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// Its operating system and architecture.
    pub platform: &'static str,
    /// Its version of Python.
    pub python: &'static str,
    /// Its devices besides the CPU.
    pub devices: u32,
}

impl Default for Machine {
    fn default() -> Self {
        Self { platform: machine::PLATFORM, python: machine::PYTHON_TEXT, devices: 0 }
    }
}

/// A gate of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateRow {
    /// The test.
    pub id: String,
    /// The file that it is collected in.
    pub path: String,
    /// What it needs.
    pub kind: GateKind,
    /// The fewest devices, where it asks for devices and the source tells how many.
    pub min_devices: Option<u32>,
    /// How the gate is made.
    pub mechanism: &'static str,
    /// What exactly it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The helper, fixture or method that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Where it stands.
    pub evidence: GateEvidence,
}

/// Where a gate stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct GateEvidence {
    /// The file.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// What stands there.
    pub what: String,
}

/// A test that runs in several processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProcessRow {
    /// The test.
    pub id: String,
    /// How many, where the source tells it.
    pub count: Option<u32>,
    /// What starts them.
    pub by: String,
    /// The file in which that stands.
    pub path: String,
    /// 1-based.
    pub line: u32,
}

/// Sums over everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GateTotals {
    /// All tests.
    pub tests: usize,
    /// Tests with a gate.
    pub gated: usize,
    /// Tests that need a device.
    pub device: usize,
    /// Tests that need several.
    pub several_devices: usize,
    /// Tests that run in several processes.
    pub several_processes: usize,
    /// What starts these, with how many tests it does that for, most first.
    pub starters: Vec<(String, usize)>,
    /// How many tests have gates of each kind.
    pub kinds: Vec<KindTotal>,
    /// How many tests have gates of each mechanism.
    pub mechanisms: Vec<MechanismTotal>,
    /// How many tests need so many devices at least.
    pub devices: Vec<DevicesTotal>,
    /// What the machine runs.
    pub cpu_only: CpuShare,
    /// What the machine runs, in cases, of tests whose cases are known.
    pub cpu_only_cases: CpuShare,
}

/// Tests with gates of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KindTotal {
    /// The kind.
    pub kind: GateKind,
    /// How many tests.
    pub tests: usize,
    /// The details that most tests ask for, with how many do; at most five.
    pub details: Vec<(String, usize)>,
}

/// Tests with gates of a mechanism.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MechanismTotal {
    /// The mechanism.
    pub mechanism: &'static str,
    /// How many tests.
    pub tests: usize,
}

/// Tests that need so many devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DevicesTotal {
    /// How many devices at least; `None` where that is not known.
    pub devices: Option<u32>,
    /// How many tests.
    pub tests: usize,
}

/// What a machine runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CpuShare {
    /// Everything.
    pub all: u64,
    /// What it runs.
    pub runs: u64,
    /// What it runs where packages, variables, options or conditions are as they are asked for.
    pub depends: u64,
    /// What it lacks something for.
    pub lacks: u64,
    /// What runs nowhere.
    pub skipped: u64,
}

impl CpuShare {
    fn add(&mut self, verdict: Verdict, count: u64) {
        self.all += count;
        match verdict {
            Verdict::Runs => self.runs += count,
            Verdict::Depends => self.depends += count,
            Verdict::Lacks => self.lacks += count,
            Verdict::Skipped => self.skipped += count,
        }
    }
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateFolder {
    /// Its path; empty for the root.
    pub folder: String,
    /// What the machine runs of the tests directly in it.
    pub cpu_only: CpuShare,
    /// The most devices that a test in it asks for.
    pub max_devices: Option<u32>,
}

/// The section of a suite.
pub fn gates(suite: &Suite) -> Gates {
    let mut gates = Gates::default();
    let mut count = Count::default();
    let mut folders: BTreeMap<&str, GateFolder> = BTreeMap::new();
    for file in &suite.files {
        let folder = crate::model::path::folder(&file.path);
        for test in &file.tests {
            let verdict = machine::verdict(test);
            gates.totals.cpu_only.add(verdict, 1);
            if let Some(cases) = test.cases {
                gates.totals.cpu_only_cases.add(verdict, cases.max(1));
            }
            let own = folders.entry(folder).or_insert_with(|| GateFolder {
                folder: folder.to_owned(),
                cpu_only: CpuShare::default(),
                max_devices: None,
            });
            own.cpu_only.add(verdict, 1);
            own.max_devices = own.max_devices.max(devices(test).flatten());
            count.test(test);
            gates.tests.extend(test.gates.iter().map(|gate| row(file, test, gate)));
            gates.processes.extend(test.processes.as_ref().map(|own| ProcessRow {
                id: test.id.clone(),
                count: own.count,
                by: own.by.clone(),
                path: own.path.clone().unwrap_or_else(|| file.path.clone()),
                line: own.line,
            }));
        }
    }
    gates.launched = launched::launched(suite);
    gates.folders = folders.into_values().collect();
    count.finish(&mut gates.totals);
    gates.places = places(&gates.tests);
    gates.groups = groups(&gates.tests, &gates.places);
    gates.totals.several_processes = gates.processes.len();
    let mut starters: BTreeMap<&str, usize> = BTreeMap::new();
    gates.processes.iter().for_each(|row| *starters.entry(&row.by).or_default() += 1);
    gates.totals.starters = starters.into_iter().map(|(by, tests)| (by.to_owned(), tests)).collect();
    gates.totals.starters.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    gates
}

/// What makes gates of one file the same.
type Alike<'g> = (&'g str, GateKind, Option<u32>, Option<&'g str>, &'static str, &'g str);

fn groups(rows: &[GateRow], places: &[GatePlace]) -> Vec<GateGroup> {
    let mut tests: BTreeMap<Alike<'_>, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        let key = alike(&row.evidence, row.kind, row.min_devices, row.detail.as_deref(), row.mechanism);
        tests.entry(key).or_default().insert(&row.id);
    }
    let mut found: BTreeMap<Alike<'_>, (&GatePlace, usize)> = BTreeMap::new();
    for place in places {
        let key = alike(&place.evidence, place.kind, place.min_devices, place.detail.as_deref(), place.mechanism);
        let own = found.entry(key).or_insert((place, 0));
        own.1 += 1;
        if place.evidence.line < own.0.evidence.line {
            own.0 = place;
        }
    }
    let group = |(key, (first, places)): (Alike<'_>, (&GatePlace, usize))| GateGroup {
        first: first.clone(),
        places,
        tests: tests.get(&key).map_or(0, BTreeSet::len),
    };
    let mut groups: Vec<GateGroup> = found.into_iter().map(group).collect();
    groups.sort_by(|a, b| {
        let place = |own: &GateGroup| (own.first.evidence.path.clone(), own.first.evidence.line);
        place(a).cmp(&place(b))
    });
    groups
}

fn alike<'g>(
    evidence: &'g GateEvidence,
    kind: GateKind,
    min_devices: Option<u32>,
    detail: Option<&'g str>,
    mechanism: &'static str,
) -> Alike<'g> {
    (&evidence.path, kind, min_devices, detail, mechanism, &evidence.what)
}

fn places(rows: &[GateRow]) -> Vec<GatePlace> {
    let mut found: BTreeMap<_, usize> = BTreeMap::new();
    for row in rows {
        let key = (&row.evidence, row.kind, row.min_devices, &row.detail, row.mechanism);
        *found.entry(key).or_default() += 1;
    }
    let place =
        |((evidence, kind, min_devices, detail, mechanism), tests): ((&GateEvidence, _, _, &Option<String>, _), _)| {
            GatePlace { evidence: evidence.clone(), kind, min_devices, detail: detail.clone(), mechanism, tests }
        };
    found.into_iter().map(place).collect()
}

/// The fewest devices that a test asks for; `None` where it asks for none.
fn devices(test: &Test) -> Option<Option<u32>> {
    test.gates.iter().filter(|gate| gate.kind.needs_device()).map(|gate| gate.min_devices).max()
}

fn row(file: &TestFile, test: &Test, gate: &Gate) -> GateRow {
    let evidence = GateEvidence {
        path: gate.path.clone().unwrap_or_else(|| file.path.clone()),
        line: gate.line,
        what: gate.condition.clone(),
    };
    GateRow {
        id: test.id.clone(),
        path: file.path.clone(),
        kind: gate.kind,
        min_devices: gate.min_devices,
        mechanism: gate.mechanism.name(),
        detail: gate.detail.clone(),
        via: gate.via.clone(),
        confidence: gate.confidence,
        evidence,
    }
}

/// What is summed up on the way.
#[derive(Default)]
struct Count<'s> {
    kinds: BTreeMap<GateKind, (usize, BTreeMap<&'s str, usize>)>,
    mechanisms: BTreeMap<&'static str, usize>,
    devices: BTreeMap<Option<u32>, usize>,
    tests: usize,
    gated: usize,
}

impl<'s> Count<'s> {
    fn test(&mut self, test: &'s Test) {
        self.tests += 1;
        self.gated += usize::from(!test.gates.is_empty());
        let kinds: BTreeSet<GateKind> = test.gates.iter().map(|gate| gate.kind).collect();
        for kind in kinds {
            self.kinds.entry(kind).or_default().0 += 1;
        }
        let details: BTreeSet<(GateKind, &str)> =
            test.gates.iter().filter_map(|gate| Some((gate.kind, gate.detail.as_deref()?))).collect();
        for (kind, detail) in details {
            *self.kinds.entry(kind).or_default().1.entry(detail).or_default() += 1;
        }
        let mechanisms: BTreeSet<&'static str> = test.gates.iter().map(|gate| gate.mechanism.name()).collect();
        for mechanism in mechanisms {
            *self.mechanisms.entry(mechanism).or_default() += 1;
        }
        if let Some(devices) = devices(test) {
            *self.devices.entry(devices).or_default() += 1;
        }
    }

    fn finish(self, totals: &mut GateTotals) {
        totals.tests = self.tests;
        totals.gated = self.gated;
        totals.device = self.devices.values().sum();
        totals.several_devices = self
            .devices
            .iter()
            .filter(|(devices, _)| devices.is_some_and(|devices| devices > 1))
            .map(|(_, tests)| tests)
            .sum();
        let kind = |(kind, (tests, details)): (GateKind, (usize, BTreeMap<&str, usize>))| {
            let mut details: Vec<(String, usize)> =
                details.into_iter().map(|(detail, tests)| (detail.to_owned(), tests)).collect();
            details.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
            details.truncate(5);
            KindTotal { kind, tests, details }
        };
        totals.kinds = self.kinds.into_iter().map(kind).collect();
        let mechanism = |(mechanism, tests)| MechanismTotal { mechanism, tests };
        totals.mechanisms = self.mechanisms.into_iter().map(mechanism).collect();
        totals.mechanisms.sort_by(|one, other| other.tests.cmp(&one.tests).then(one.mechanism.cmp(other.mechanism)));
        totals.devices = self.devices.into_iter().map(|(devices, tests)| DevicesTotal { devices, tests }).collect();
    }
}
