//! Judges a tree: runs the line, then the rules, and joins what they find with the texts that it stands in.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{Progress, suite};
use crate::{
    baseline::{Baseline, Entry},
    discover,
    error::Error,
    lang,
    model::{
        FileRole, Finding, Fix, Problem, Settings, Source, Suite,
        path::{absolute, is_below, relative},
        pytest::ConfigSource,
    },
    rules::{self, Checked, Rule},
    views::{self, Lint, LintFinding, LintRule},
};

/// What judging a tree yields.
#[derive(Debug)]
pub struct Linted {
    /// What is shown.
    pub lint: Lint,
    /// The findings that are shown, as the rules made them.
    pub findings: Vec<Finding>,
    /// All that would be shown without a baseline, as a baseline holds them.
    pub entries: Vec<Entry>,
    /// Where pytest's configuration stands, relative to its `rootdir`.
    pub config: Option<ConfigSource>,
}

/// Judges the tests below the paths by the rules that the settings want, without what the baseline tolerates.
///
/// Where the paths are part of what is judged without any, all of that is read, so that the findings are the same as those of
/// a run over everything, and those elsewhere are left out.
///
/// # Errors
/// As [`suite`].
pub fn lint(
    paths: &[PathBuf],
    settings: &Settings,
    problems: Vec<Problem>,
    baseline: Option<&Baseline>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Linted, Error> {
    let mut settings = Settings { wanted: rules::wanted(&settings.lint), ..settings.clone() };
    // What is said of Python does not depend on Rust.
    settings.wanted.rust_files &= super::rust::is_asked(paths);
    let Judged { suite, root, given } = judged(paths, &settings, problems, progress)?;
    let is_given = |path: &str| given.as_ref().is_none_or(|given| given.iter().any(|own| is_below(path, own)));
    let comments = |path: &str| {
        let source = read(&root, &settings, path);
        source.map(|source| lang::suppressions_of_text(&source.text)).unwrap_or_default()
    };
    let Checked { mut findings, suppressed } = rules::check(&suite, &settings.lint, &comments);
    findings.retain(|finding| is_given(&finding.at.path));
    retain_unmentioned(&root, &suite, settings.lint.baseline.as_deref(), &mut findings);
    retain_alone(&root, &mut findings);
    let sources = sources(&root, &settings, &findings);
    let source = |path: &str| sources.get(path).and_then(Option::as_ref);
    let found: BTreeSet<&str> = findings.iter().map(|finding| finding.rule).collect();
    let rules = found.iter().filter_map(|name| Rule::named(name)).map(|rule| LintRule {
        name: rule.name,
        summary: rule.summary(),
        page: rule.page(),
        severity: rule.severity,
    });
    let mut lint = views::lint(&suite, &findings, suppressed, rules.collect(), &source);
    if let Some(root_in_repository) = discover::root_in_repository(&root) {
        lint.root_in_repository = root_in_repository;
    }
    // There must be something to register markers in.
    if suite.pytest.source.as_ref().is_none_or(|source| source.section.is_empty()) {
        for (shown, finding) in lint.findings.iter_mut().zip(&findings) {
            shown.fix.take_if(|_| matches!(finding.fix, Some(Fix::RegisterMarker { .. })));
        }
    }
    let entries: Vec<Entry> = lint.findings.iter().map(|finding| entry(&lint, finding)).collect();
    if let Some(baseline) = baseline {
        let whole = suite.whole && given.is_none();
        let files = suite.files.iter().map(|file| file.path.as_str()).filter(|path| is_given(path)).collect();
        let was_judged = Scope { whole, files, settings: &settings };
        tolerate(baseline, &entries, &was_judged, &mut lint, &mut findings);
    }
    Ok(Linted { lint, findings, entries, config: suite.pytest.source })
}

/// Drops findings that something outside of the files that were judged makes wrong.
fn retain_unmentioned(root: &Path, suite: &Suite, baseline: Option<&Path>, findings: &mut Vec<Finding>) {
    let words: BTreeSet<&str> =
        findings.iter().flat_map(|finding| &finding.unless_mentioned).map(String::as_str).collect();
    if words.is_empty() {
        return;
    }
    let judged = suite.files.iter().filter(|file| matches!(file.role, FileRole::TestModule | FileRole::Conftest));
    // A baseline repeats what findings say.
    let baseline = baseline.map(|path| relative(root, &absolute(root, path)));
    let judged: BTreeSet<&str> = judged.map(|file| file.path.as_str()).chain(baseline.as_deref()).collect();
    let mentioned: BTreeSet<String> =
        discover::mentioned(root, &words, &judged).into_iter().map(str::to_owned).collect();
    findings.retain(|finding| !finding.unless_mentioned.iter().any(|word| mentioned.contains(word)));
}

/// Drops findings on names that are used somewhere else.
fn retain_alone(root: &Path, findings: &mut Vec<Finding>) {
    let words: BTreeSet<&str> = findings.iter().filter_map(|finding| finding.unless_repeated.as_deref()).collect();
    if words.is_empty() {
        return;
    }
    let repeated: BTreeSet<String> = discover::repeated(root, &words).into_iter().map(str::to_owned).collect();
    findings.retain(|finding| finding.unless_repeated.as_ref().is_none_or(|word| !repeated.contains(word)));
}

/// The text of a file of the tree, as it is or as fixes would have it.
fn read(root: &Path, settings: &Settings, path: &str) -> Option<Source> {
    let file = discover::imported(root, path)?;
    if let Some(bytes) = settings.overlay.0.get(&file.absolute) {
        return discover::decode(&file.path, bytes.clone()).ok();
    }
    discover::read(&file, settings.discovery.max_file_size).ok().map(|(source, _)| source)
}

/// The texts of the files that findings stand in.
fn sources(root: &Path, settings: &Settings, findings: &[Finding]) -> BTreeMap<String, Option<Source>> {
    let related = findings.iter().flat_map(|finding| finding.related.iter().map(|(region, _)| region));
    let mut sources = BTreeMap::new();
    for region in findings.iter().map(|finding| &finding.at).chain(related) {
        sources.entry(region.path.clone()).or_insert_with(|| read(root, settings, &region.path));
    }
    sources
}

/// What a run judged.
struct Scope<'s> {
    /// Everything.
    whole: bool,
    /// The files.
    files: Vec<&'s str>,
    settings: &'s Settings,
}

/// Takes out what the baseline tolerates, and counts what of it is gone.
fn tolerate(baseline: &Baseline, entries: &[Entry], scope: &Scope<'_>, lint: &mut Lint, findings: &mut Vec<Finding>) {
    let compared = baseline.compare(entries);
    lint.baselined = compared.tolerated.iter().filter(|tolerated| **tolerated).count();
    let files: BTreeSet<String> = scope.files.iter().map(|path| lint.path_in_repository(path)).collect();
    // What was not looked for is not gone.
    let judged = |entry: &Entry| {
        (scope.whole || files.contains(&entry.path)) && rules::is_running(&entry.rule, &scope.settings.lint)
    };
    lint.gone = compared.gone.iter().filter(|(entry, _)| judged(entry)).map(|(_, count)| count).sum();
    let mut shown = compared.tolerated.iter().map(|tolerated| !tolerated);
    lint.findings.retain(|_| shown.next().unwrap_or(true));
    let mut own = compared.tolerated.iter().map(|tolerated| !tolerated);
    findings.retain(|_| own.next().unwrap_or(true));
    lint.rules.retain(|rule| findings.iter().any(|finding| finding.rule == rule.name));
}

/// A suite with what of it was asked for.
struct Judged {
    suite: Suite,
    root: PathBuf,
    /// Files and folders relative to the root; `None`: all of it.
    given: Option<Vec<String>>,
}

/// Reads what is judged without paths, if that holds the given ones; else the given ones alone.
fn judged(
    paths: &[PathBuf],
    settings: &Settings,
    problems: Vec<Problem>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Judged, Error> {
    let root = discover::root(&[], &settings.discovery)?;
    let current = discover::current_directory()?;
    let given: Vec<String> = paths.iter().map(|path| relative(&root, &absolute(&current, path))).collect();
    let is_inside = |path: &String| !path.starts_with("..") && path != ".";
    let at_root = std::fs::canonicalize(&root).ok() == std::fs::canonicalize(&current).ok();
    if at_root && !given.is_empty() && given.iter().all(is_inside) && paths.iter().all(|path| path.exists()) {
        let all = suite(&[], settings, problems.clone(), progress)?;
        // What is no source can have findings without being walked.
        let holds = |own: &String| {
            all.files.iter().any(|file| is_below(&file.path, own)) || !own.ends_with(".py") && root.join(own).is_file()
        };
        if given.iter().all(holds) {
            return Ok(Judged { suite: all, root, given: Some(given) });
        }
    }
    let root = discover::root(paths, &settings.discovery)?;
    Ok(Judged { suite: suite(paths, settings, problems, progress)?, root, given: None })
}

/// Characters of a line that tell a finding from others of its kind.
const MAX_TEXT: usize = 200;

/// A finding as a baseline holds it.
fn entry(lint: &Lint, finding: &LintFinding) -> Entry {
    let line = finding.place.text.lines().next().unwrap_or_default();
    Entry {
        path: lint.path_in_repository(&finding.place.path),
        rule: finding.rule.to_owned(),
        message: finding.message.clone(),
        text: line.trim().chars().take(MAX_TEXT).collect(),
    }
}
