//! Benchmarks whose results nothing compares.

use super::{
    Draft, Found, GapEvidence, Kind,
    look::{Look, evidence},
};
use crate::model::{CargoTargetKind, Confidence, gap::GapKind, project::Part};
use crate::views::count;

pub(super) const KIND: Kind = Kind { kind: GapKind::BenchmarkGate, title: "Benchmarks that gate a change", find };

/// Words of commands that compare results, or hand them to who does.
const COMPARING: [&str; 16] = [
    "asv ",
    "asv-",
    "--benchmark-compare",
    "--benchmark-autosave",
    "codspeed",
    "benchmark-action",
    "bencher",
    "critcmp",
    "iai-callgrind",
    "conbench",
    "airspeed",
    "perf-regression",
    "pyperf compare",
    "--save-baseline",
    "--baseline",
    "hyperfine",
];
/// Words of commands that only run some.
const RUNNING: [&str; 5] = ["cargo bench", "--benchmark-only", "bench", "perf/", "pyperf"];

fn find(look: &Look<'_>) -> Found {
    let benchmarks = benchmarks(look);
    if benchmarks.is_empty() {
        return Found::nothing("there are no benchmarks");
    }
    let says =
        |words: &'static [&str]| move |line: &str| words.iter().any(|word| line.to_ascii_lowercase().contains(word));
    let compared = look.commands(&says(&COMPARING));
    if !compared.is_empty() {
        return Found::closed("a command compares results of benchmarks", compared.into_iter().take(5).collect());
    }
    if !look.project.has_ci {
        return Found::nothing(
            "there is no file of a CI system here that could say whether anything compares benchmarks",
        );
    }
    let ran = look.commands(&says(&RUNNING));
    let confidence = if ran.is_empty() { Confidence::High } else { Confidence::Medium };
    let mut draft = Draft::new(
        GapKind::BenchmarkGate,
        confidence,
        format!("No command compares the results of {}", count(benchmarks.len(), "benchmark file")),
    );
    draft.description = match ran.first() {
        Some(own) => format!(
            "`{}` (line {}) may run some; no command compares what they measure with what was measured before.",
            own.path, own.line
        ),
        None => "No command of CI, a task runner or a script runs them.".to_owned(),
    };
    draft.impact = "A change that makes the code slower is seen by users first.".to_owned();
    draft.recommendation = "Run a few stable ones for each change and compare with the main line; noise needs a generous limit or a count of instructions.".to_owned();
    draft.items = benchmarks.len();
    draft.symbols = u32::try_from(benchmarks.len()).unwrap_or(u32::MAX);
    draft.evidence = benchmarks;
    Found::gap(draft)
}

/// Files that measure.
fn benchmarks(look: &Look<'_>) -> Vec<GapEvidence> {
    let is_script = |stem: &str| !stem.starts_with("__") && stem != "conftest" && stem != "setup";
    let modules =
        look.project.modules.iter().filter(|module| {
            module.part == Part::Benchmarks && module.facts.statements > 2 && is_script(module.stem())
        });
    let mut found: Vec<GapEvidence> =
        modules.map(|module| evidence(&module.path, 1, "module among benchmarks", "")).collect();
    for file in &look.suite.files {
        if let Some(test) = file.tests.iter().find(|test| test.fixtures.iter().any(|name| name == "benchmark")) {
            found.push(evidence(&file.path, test.line, format!("{} gets the fixture benchmark", test.name), ""));
        }
    }
    let packages = look.suite.packages.iter().filter(|package| !package.orphan);
    let benches =
        packages.flat_map(|package| package.targets.iter().filter(|target| target.kind == CargoTargetKind::Bench));
    found.extend(benches.map(|target| evidence(&target.path, 1, format!("bench target {}", target.name), "")));
    found.sort();
    found.dedup_by(|later, earlier| later.path == earlier.path);
    found
}
