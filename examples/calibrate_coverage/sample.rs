//! A measurement with the graph of the same tree.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read as _,
    path::Path,
};

use flate2::read::GzDecoder;
use serde_json::Value;
use testaudit::{
    config, discover, engine,
    model::{CallGraph, Overlay, Settings, settings::Wanted},
};

/// What was measured of one variant of one project.
#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) project: String,
    pub(crate) variant: String,
    pub(crate) graph: CallGraph,
    /// Of each file the lines that were executed, and how many could have been.
    pub(crate) truth: BTreeMap<String, (BTreeSet<u32>, usize)>,
}

fn json(path: &Path) -> Result<Value, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let file = std::fs::File::open(path).map_err(|error| told(&error))?;
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).map_err(|error| told(&error))?;
    serde_json::from_str(&text).map_err(|error| told(&error))
}

fn strings(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn lines(value: &Value) -> BTreeSet<u32> {
    let lines = value.as_array().into_iter().flatten().filter_map(Value::as_u64);
    lines.filter_map(|line| u32::try_from(line).ok()).collect()
}

/// All measurements of which the tree is there.
pub(crate) fn load(truths: &Path, corpus: &Path) -> Result<Vec<Sample>, String> {
    let entries = std::fs::read_dir(truths).map_err(|error| format!("{}: {error}", truths.display()))?;
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    let mut samples = Vec::new();
    for name in names {
        let Some(stem) = name.strip_suffix(".json.gz") else { continue };
        let Some((project, variant)) = stem.split_once('.') else { continue };
        let tree = corpus.join(project);
        if !tree.is_dir() {
            continue;
        }
        let truth = json(&truths.join(&name))?;
        let full = json(&truths.join(format!("{project}.full.json.gz")))?;
        let gone = &strings(&full["test_files"]) - &strings(&truth["test_files"]);
        let graph = graph(&tree, &gone)?;
        let mut files = BTreeMap::new();
        for (path, own) in truth["files"].as_object().into_iter().flatten() {
            let (executed, missing) = (lines(&own["executed"]), lines(&own["missing"]));
            let statements = executed.len() + missing.len();
            if statements > 0 {
                files.insert(path.clone(), (executed, statements));
            }
        }
        samples.push(Sample { project: project.to_owned(), variant: variant.to_owned(), graph, truth: files });
    }
    Ok(samples)
}

/// The graph of a tree without some of its files.
fn graph(tree: &Path, gone: &BTreeSet<String>) -> Result<CallGraph, String> {
    std::env::set_current_dir(tree).map_err(|error| format!("{}: {error}", tree.display()))?;
    let current = discover::current_directory().map_err(|error| error.to_string())?;
    let searched = discover::root(&[], &Settings::default().discovery).map_err(|error| error.to_string())?;
    let own = config::load(&searched, None, |_| None).map_err(|error| error.to_string())?;
    let (pytest, _) = config::pytest::load_over(&current, &[], &Overlay::default());
    let mut settings = config::join(own, pytest, &current);
    settings.wanted = Wanted { coverage: true, ..Wanted::COLLECTION };
    settings.discovery.exclude.extend(gone.iter().map(|path| format!("/{path}")));
    let suite = engine::suite(&[], &settings, Vec::new(), &|_| {}).map_err(|error| error.to_string())?;
    suite.calls.ok_or_else(|| "the suite has no graph".to_owned())
}
