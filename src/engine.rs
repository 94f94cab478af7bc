//! Runs the line: discover, read, extract in parallel, resolve. Decides nothing and prints nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{
    baseline::{Baseline, Entry},
    config, discover,
    error::Error,
    lang::{self, Extractor, Worker},
    model::{
        FileFacts, FileRole, Finding, Fix, Location, Problem, ProblemKind, Settings, Source, SourceFile, Suite,
        path::{absolute, relative},
        pytest::ConfigSource,
        requirement::Requirements,
    },
    resolve,
    rules::{self, Checked, Rule},
    views::{self, Lint, LintFinding, LintRule},
};

/// Up to so many given files are a handful.
const FEW: usize = 16;

/// What happens during a run, for whoever shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many files will be read.
    Start(usize),
    /// One of them is done.
    File,
    /// All of them are.
    Done,
}

/// Audits the files below the paths (none: where pytest would look from the current directory).
///
/// The same tree gives the same suite, whatever the number of threads.
///
/// # Errors
/// When a path cannot be read at all, a detector cannot be used, or threads cannot be started. What goes wrong with one
/// file is a problem in the suite.
pub fn suite(
    paths: &[PathBuf],
    settings: &Settings,
    problems: Vec<Problem>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Suite, Error> {
    located_suite(paths, settings, problems, progress).map(|located| located.suite)
}

/// A suite, and where its files are.
#[derive(Debug)]
pub struct LocatedSuite {
    /// The suite.
    pub suite: Suite,
    /// What all paths are relative to, absolute.
    pub root: PathBuf,
    /// Where to open each file, by its path in the suite.
    pub places: BTreeMap<String, PathBuf>,
}

/// [`suite`], with the places of its files, for whoever changes them.
///
/// # Errors
/// As [`suite`].
pub fn located_suite(
    paths: &[PathBuf],
    settings: &Settings,
    mut problems: Vec<Problem>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<LocatedSuite, Error> {
    let few = !paths.is_empty() && paths.len() <= FEW && paths.iter().all(|path| path.is_file());
    let threads = || rayon::ThreadPoolBuilder::new().num_threads(settings.jobs.unwrap_or_default()).build();
    // To start threads takes longer than to read a handful of files. This thread can be in one pool only: where it is in
    // one, there are threads.
    let here = || rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok();
    let pool = if few { here() } else { None };
    let pool = pool.map_or_else(threads, Ok).map_err(|error| Error::Threads(error.to_string()))?;
    let extractor = || if few { Extractor::for_few(settings) } else { Extractor::new(settings) };
    // Compiling the detectors takes about as long as walking a large tree.
    let (extractor, discovery) = pool.join(extractor, || discover::discover(paths, &settings.discovery));
    let (extractor, discovery) = (extractor?, discovery?);
    problems.extend(discovery.problems);
    progress(Progress::Start(discovery.files.len()));
    // The largest first, so that at the end no thread is left alone with one.
    let size = |file: &SourceFile| std::fs::metadata(&file.absolute).map_or(0, |metadata| metadata.len());
    let sizes: Vec<u64> = discovery.files.iter().map(size).collect();
    let mut order: Vec<usize> = (0..discovery.files.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(sizes[*place]));
    let next = AtomicUsize::new(0);
    let found: Vec<OnceLock<FileFacts>> = order.iter().map(|_| OnceLock::new()).collect();
    pool.broadcast(|_| {
        let mut worker = extractor.worker();
        while let Some(place) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let file = &discovery.files[*place];
            found[*place].get_or_init(|| facts(&extractor, &mut worker, file, settings.discovery.max_file_size));
            progress(Progress::File);
        }
    });
    let places = discovery.files.iter().map(|file| (file.path.clone(), file.absolute.clone())).collect();
    let found = found.into_iter().map(|facts| facts.into_inner().unwrap_or_default());
    let extracted = discovery.files.into_iter().zip(found).collect();
    progress(Progress::Done);
    let custom = settings.detectors.iter().map(|detector| (detector.name.clone(), detector.title.clone())).collect();
    let root = discover::display_root(&discovery.root);
    let start = |path: &PathBuf| std::fs::canonicalize(path).ok();
    // Without arguments pytest collects `testpaths`: what is outside of them is not judged, and is no hint that something
    // is unused.
    let starts = if paths.is_empty() { vec![start(&PathBuf::from("."))] } else { paths.iter().map(start).collect() };
    let whole = std::fs::canonicalize(&discovery.root).is_ok_and(|root| starts.contains(&Some(root)));
    let imported = |path: &str| {
        let file = discover::imported(&discovery.root, path)?;
        Some(facts(&extractor, &mut extractor.worker(), &file, settings.discovery.max_file_size))
    };
    let is_folder = |path: &str| discovery.root.join(path).is_dir();
    // Few trees have a name that makes it matter what they require.
    let requirements: OnceLock<Requirements> = OnceLock::new();
    let required = || requirements.get_or_init(|| required(&discovery.root, settings));
    let requires = |distribution: &str| required().depends_on(distribution);
    let loader = resolve::Loader { facts: &imported, is_folder: &is_folder, requires: &requires };
    let input = resolve::Input {
        root,
        whole,
        extracted,
        problems,
        custom_detectors: custom,
        wanted: settings.wanted,
        pytest: &settings.pytest,
        loader: &loader,
    };
    let mut suite = pool.install(|| resolve::suite(input));
    if settings.wanted.requirements {
        let mut requirements = required().clone();
        suite.problems.append(&mut requirements.problems);
        suite.requirements = requirements;
    }
    project(&discovery.root, settings, &mut suite)?;
    Ok(LocatedSuite { suite, root: discovery.root, places })
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

/// What the project requires.
fn required(root: &Path, settings: &Settings) -> Requirements {
    let mut requirements = config::requirements::requirements(root);
    let source = settings.pytest.source.as_ref();
    let at = Location { path: source.map_or_else(String::new, |source| source.path.clone()), line: 1 };
    let plugins = settings.pytest.required_plugins.iter();
    requirements.list.extend(plugins.filter_map(|text| config::requirements::requirement(text, at.clone())));
    requirements.list.sort();
    requirements
}

/// What the project's own files say besides its tests, as far as it is wanted.
fn project(root: &Path, settings: &Settings, suite: &mut Suite) -> Result<(), Error> {
    if settings.wanted.commands {
        let commands = discover::commands(root, &settings.discovery)?;
        suite.problems.extend(commands.problems);
        let extracted = commands.files.iter().map(|(path, text)| lang::commands::extract(path, text));
        for facts in extracted {
            suite.problems.extend(facts.problems);
            suite.selections.extend(resolve::selections(&facts.invocations, &facts.marker_inputs));
            suite.invocations.extend(facts.invocations);
        }
        suite.selections.extend(resolve::configured_selection(&settings.pytest));
        suite.selections.sort();
    }
    if settings.wanted.features {
        let manifests = discover::manifests(root, &settings.discovery)?;
        let (packages, problems) = config::cargo_features::packages(root, &manifests.files);
        suite.packages = packages;
        suite.problems.extend(manifests.problems.into_iter().chain(problems));
    }
    suite.problems.sort();
    suite.problems.dedup();
    Ok(())
}

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
/// # Errors
/// As [`suite`].
pub fn lint(
    paths: &[PathBuf],
    settings: &Settings,
    problems: Vec<Problem>,
    baseline: Option<&Baseline>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Linted, Error> {
    let settings = Settings { wanted: rules::wanted(&settings.lint), ..settings.clone() };
    let suite = suite(paths, &settings, problems, progress)?;
    let root = discover::root(paths, &settings.discovery)?;
    let comments = |path: &str| {
        let file = discover::imported(&root, path)?;
        let (source, _) = discover::read(&file, settings.discovery.max_file_size).ok()?;
        Some(lang::suppressions_of_text(&source.text))
    };
    let comments = |path: &str| comments(path).unwrap_or_default();
    let Checked { mut findings, suppressed } = rules::check(&suite, &settings.lint, &comments);
    retain_unmentioned(&root, &suite, settings.lint.baseline.as_deref(), &mut findings);
    let regions = findings
        .iter()
        .flat_map(|finding| std::iter::once(&finding.at).chain(finding.related.iter().map(|(region, _)| region)));
    let mut sources: BTreeMap<&str, Option<Source>> = BTreeMap::new();
    for region in regions {
        sources.entry(&region.path).or_insert_with(|| {
            let file = discover::imported(&root, &region.path)?;
            if let Some(bytes) = settings.overlay.0.get(&file.absolute) {
                return discover::decode(&file.path, bytes.clone()).ok();
            }
            discover::read(&file, settings.discovery.max_file_size).ok().map(|(source, _)| source)
        });
    }
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
        let compared = baseline.compare(&entries);
        lint.baselined = compared.tolerated.iter().filter(|tolerated| **tolerated).count();
        let files: BTreeSet<String> = suite.files.iter().map(|file| lint.path_in_repository(&file.path)).collect();
        // What was not looked for is not gone.
        let judged = |entry: &Entry| {
            (suite.whole || files.contains(&entry.path)) && rules::is_running(&entry.rule, &settings.lint)
        };
        lint.gone = compared.gone.iter().filter(|(entry, _)| judged(entry)).map(|(_, count)| count).sum();
        let is_shown = |place: &mut usize| {
            *place += 1;
            !compared.tolerated[*place - 1]
        };
        let (mut shown, mut own) = (0, 0);
        lint.findings.retain(|_| is_shown(&mut shown));
        findings.retain(|_| is_shown(&mut own));
        lint.rules.retain(|rule| findings.iter().any(|finding| finding.rule == rule.name));
    }
    Ok(Linted { lint, findings, entries, config: suite.pytest.source })
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

/// The facts of one file. A panic, which would be a defect, costs this file's facts and no other's.
fn facts(extractor: &Extractor, worker: &mut Worker, file: &SourceFile, max_file_size: u64) -> FileFacts {
    let (source, mut problems) = match discover::read(file, max_file_size) {
        Ok(read) => read,
        Err(problem) => return FileFacts { problems: vec![problem], ..FileFacts::default() },
    };
    let extract = || extractor.extract(worker, file.language, file.role, &file.path, &source);
    let mut facts = catch_unwind(AssertUnwindSafe(extract)).unwrap_or_else(|_| {
        *worker = extractor.worker();
        let message = "testaudit failed on this file, which is a defect of testaudit: please report it";
        FileFacts { problems: vec![Problem::file(&*file.path, ProblemKind::Internal, message)], ..FileFacts::default() }
    });
    problems.append(&mut facts.problems);
    FileFacts { problems, ..facts }
}
