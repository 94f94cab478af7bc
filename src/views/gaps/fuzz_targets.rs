//! Fuzz targets that nothing builds: those of cargo and scripts of atheris that no command of the project names, and files
//! among targets that no manifest registers.

use super::{
    Draft, Found, GapEvidence, Kind,
    look::{Look, evidence},
};
use crate::model::{CargoTargetKind, Confidence, gap::GapKind};
use crate::views::count;

pub(super) const KIND: Kind = Kind { kind: GapKind::FuzzTargets, title: "Fuzz targets that nothing builds", find };

/// Words of commands that build or run fuzz targets.
const BUILDERS: [&str; 9] = [
    "cargo fuzz",
    "cargo-fuzz",
    "cargo afl",
    "cargo hfuzz",
    "clusterfuzz",
    "cifuzz",
    "oss-fuzz",
    "compile_python_fuzzer",
    "fuzz_targets",
];

fn find(look: &Look<'_>) -> Found {
    let mut targets: Vec<GapEvidence> = Vec::new();
    let mut registered: Vec<&str> = Vec::new();
    let fuzzed = look.suite.packages.iter().filter(|package| package.is_fuzzed());
    for package in fuzzed {
        for target in package.targets.iter().filter(|target| target.kind == CargoTargetKind::Bin) {
            registered.push(&target.path);
            targets.push(evidence(&target.path, 1, format!("fuzz target {}", target.name), ""));
        }
    }
    let atheris = look.project.modules.iter().filter_map(|module| {
        let call = module
            .facts
            .calls
            .iter()
            .find(|call| call.name.starts_with("atheris.") && call.name != "atheris.instrument_imports")?;
        Some(evidence(&module.path, call.line, call.name.clone(), &call.text))
    });
    targets.extend(atheris);
    let is_source = |path: &&String| path.ends_with(".rs");
    let orphans: Vec<GapEvidence> = look
        .project
        .others
        .iter()
        .filter(is_source)
        .filter(|path| !registered.contains(&path.as_str()))
        .map(|path| evidence(path, 1, "not registered in a manifest", ""))
        .collect();
    if targets.is_empty() && orphans.is_empty() {
        return Found::nothing("there are no fuzz targets");
    }
    let mut found = Found::default();
    let named = |line: &str| {
        let folder = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
        let stem =
            |path: &str| path.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default().to_owned();
        BUILDERS.iter().any(|word| line.contains(word))
            || targets.iter().any(|own| {
                line.contains(&stem(&own.path)) || line.contains(&format!("{}/Cargo.toml", folder(&own.path)))
            })
            || line.contains("-p fuzz")
            || line.contains("cd fuzz")
            || line.contains("working-directory: fuzz")
            || line.contains("--all-targets --workspace")
    };
    let built = look.commands(&named);
    if !targets.is_empty() && built.is_empty() {
        if look.project.has_ci {
            found.drafts.push(unbuilt(targets));
        } else {
            found.why =
                Some("there is no file of a CI system here that could say whether anything builds them".to_owned());
        }
    } else if !targets.is_empty() {
        found.why = Some("a command builds or runs fuzz targets".to_owned());
        found.closed_by = built.into_iter().take(5).collect();
    }
    if !orphans.is_empty() && !registered.is_empty() {
        found.drafts.push(unregistered(orphans));
    }
    found
}

fn unbuilt(targets: Vec<GapEvidence>) -> Draft {
    let mut draft = Draft::new(
        GapKind::FuzzTargets,
        Confidence::High,
        format!("{} that nothing builds", count(targets.len(), "fuzz target")),
    );
    draft.description = "No command of CI, a task runner or a script names them or what builds them.".to_owned();
    draft.impact =
        "They stop compiling with the next change of what they call, and find nothing from then on.".to_owned();
    draft.recommendation = "Build them in CI, and run each for a minute.".to_owned();
    let is_rust = targets.iter().any(|own| own.path.ends_with(".rs"));
    let script = targets.first().map(|own| own.path.clone()).unwrap_or_default();
    draft.verification =
        Some(if is_rust { "cargo fuzz build".to_owned() } else { format!("python {script} -runs=10000") });
    draft.items = targets.len();
    draft.symbols = u32::try_from(targets.len()).unwrap_or(u32::MAX);
    draft.evidence = targets;
    draft
}

fn unregistered(orphans: Vec<GapEvidence>) -> Draft {
    let mut draft = Draft::new(
        GapKind::FuzzTargets,
        Confidence::High,
        format!("{} that no manifest registers", count(orphans.len(), "fuzz target")),
    );
    draft.description = "They stand among fuzz targets, and no `[[bin]]` of a manifest has their path.".to_owned();
    draft.impact = "cargo-fuzz does not know them: they are not built and not run.".to_owned();
    draft.recommendation = "Add a `[[bin]]` for each, or remove them.".to_owned();
    draft.verification = Some("cargo fuzz list".to_owned());
    draft.items = orphans.len();
    draft.symbols = u32::try_from(orphans.len()).unwrap_or(u32::MAX);
    draft.evidence = orphans;
    draft
}
