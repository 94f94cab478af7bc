//! Runs the line: discover, read, extract in parallel, resolve. Decides nothing and prints nothing.

mod beside;
mod cpp;
mod lint;
mod project;
mod rust;

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
    config,
    discover::{self, Discovery},
    error::Error,
    estimate,
    lang::{self, Extractor, Worker},
    measured,
    model::{
        CargoTree, FileFacts, FileRole, Language, Location, Measured, Problem, ProblemKind, Settings, SourceFile,
        Suite, path::folder_of_tests, project::CommandLine, requirement::Requirements, settings::DiscoverySettings,
    },
    resolve,
};

pub use lint::{Linted, lint};
pub use rust::sources as rust_sources;

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
    let with_rust = (settings.wanted.rust || settings.wanted.rust_files) && rust::is_asked(paths);
    let few = !with_rust && !paths.is_empty() && paths.len() <= FEW && paths.iter().all(|path| path.is_file());
    let threads = || {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(settings.jobs.unwrap_or_default());
        // Of the memory only what is used is taken.
        if with_rust { threads.stack_size(lang::rust::STACK) } else { threads }.build()
    };
    // To start threads takes longer than to read a handful of files. This thread can be in one pool only: where it is in
    // one, there are threads.
    let here = || rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok();
    let pool = if few { here() } else { None };
    let pool = pool.map_or_else(threads, Ok).map_err(|error| Error::Threads(error.to_string()))?;
    let root = discover::root(paths, &settings.discovery)?;
    let with_coverage;
    let settings = match settings.wanted.coverage {
        true => {
            with_coverage = Settings { measure: config::coverage::coverage(&root), ..settings.clone() };
            &with_coverage
        }
        false => settings,
    };
    let extractor = Extractor::new(settings)?;
    let of_cargo = || {
        let is_wanted = with_rust || settings.wanted.features;
        is_wanted.then(|| discover::cargo(&root, &settings.discovery)).transpose()
    };
    // Each walks the tree; side by side the second one costs little.
    let walks = || rayon::join(|| discover::discover(paths, &settings.discovery), of_cargo);
    let (discovery, of_cargo) = pool.install(walks);
    let mut discovery = discovery?;
    problems.append(&mut discovery.problems);
    let mut tree = CargoTree::default();
    if let Some(files) = of_cargo? {
        let (read, of_manifests) = config::cargo::read(&discovery.root, &files.manifests);
        tree = read;
        problems.extend(files.problems.into_iter().chain(of_manifests));
        if with_rust && !tree.packages.is_empty() {
            discovery.files.extend(files.sources);
        }
    }
    let mut test_data = Vec::new();
    if settings.wanted.coverage {
        let folders = discovery.files.iter().filter(|file| file.role == FileRole::TestModule);
        let folders = folders.filter_map(|file| folder_of_tests(&file.path).map(str::to_owned)).collect();
        test_data = discover::data(&discovery.root, &folders, &settings.discovery)?;
        add_product(&mut discovery, &settings.discovery)?;
    }
    let with_cpp = settings.wanted.cpp && cpp::is_asked(paths);
    if with_cpp {
        discovery.files.extend(discover::cpp(&discovery.root, paths, &settings.discovery)?);
    }
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
    let extracted = discovery.files.into_iter().zip(found);
    let (of_cpp, extracted): (Vec<_>, Vec<_>) = extracted.partition(|(file, _)| file.language == Language::Cpp);
    let (of_rust, mut extracted): (Vec<_>, Vec<_>) =
        extracted.into_iter().partition(|(file, _)| file.language == Language::Rust);
    let modules = project::take_modules(extracted.iter_mut());
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
    let is_file = |path: &str| discovery.root.join(path).is_file();
    // Few trees have a name that makes it matter what they require.
    let requirements: OnceLock<Requirements> = OnceLock::new();
    let required = || requirements.get_or_init(|| required(&discovery.root, settings));
    let requires = |distribution: &str| required().depends_on(distribution);
    let loader = resolve::Loader { facts: &imported, is_folder: &is_folder, is_file: &is_file, requires: &requires };
    let input = resolve::Input {
        root,
        whole,
        extracted,
        problems,
        custom_detectors: custom,
        wanted: settings.wanted,
        pytest: &settings.pytest,
        coverage: &settings.measure,
        test_data: &test_data,
        loader: &loader,
    };
    let mut suite = pool.install(|| resolve::suite(input));
    let estimated = |graph| estimate::estimate(graph, estimate::Constants::fitted());
    suite.coverage = pool.install(|| suite.calls.as_ref().map(estimated));
    if settings.wanted.requirements {
        let mut requirements = required().clone();
        tell_once(&mut suite, std::mem::take(&mut requirements.problems));
        suite.requirements = requirements;
    }
    if with_rust {
        pool.install(|| rust::join(&discovery.root, paths, settings, &tree, of_rust, &mut suite));
    }
    cpp::join(of_cpp, &mut suite);
    if settings.wanted.risks {
        suite.retries = config::retries::retries(&discovery.root, &settings.pytest);
    }
    suite.name = discover::root_name(&discovery.root);
    suite.packages = tree.packages;
    suite.layout.clone_from(&settings.layout);
    let reports = measured::runs(&settings.junit);
    let reports = reports.map_err(|error| Error::Input { path: error.path, reason: error.reason })?;
    if !reports.is_empty() {
        suite.runs = resolve::runs(reports, &suite);
    }
    if settings.wanted.prose || settings.wanted.launched {
        beside::add(&discovery.root, settings, &mut suite)?;
    }
    let commands = commands(&discovery.root, settings, &mut suite)?;
    if settings.wanted.gaps {
        let read =
            |file: &SourceFile| facts(&extractor, &mut extractor.worker(), file, settings.discovery.max_file_size);
        pool.install(|| project::join(&discovery.root, settings, commands, &mut suite, modules, &read))?;
    }
    suite.problems.sort();
    suite.problems.dedup();
    suite.coverage_targets.clone_from(&settings.coverage_targets);
    suite.measured = measured(&discovery.root, settings, &places)?;
    Ok(LocatedSuite { suite, root: discovery.root, places })
}

/// Adds what tests may run and no test runner would open: all other sources of the root. What pytest is told not to collect
/// is imported all the same.
fn add_product(discovery: &mut Discovery, settings: &DiscoverySettings) -> Result<(), Error> {
    let everywhere = DiscoverySettings {
        testpaths: Vec::new(),
        default_paths: Vec::new(),
        ignore: Vec::new(),
        ignore_glob: Vec::new(),
        norecursedirs: DiscoverySettings::default().norecursedirs,
        ..settings.clone()
    };
    let mut known: BTreeSet<String> = discovery.files.iter().map(|file| file.path.clone()).collect();
    let found = discover::discover(std::slice::from_ref(&discovery.root), &everywhere)?;
    if found.root != discovery.root {
        return Ok(());
    }
    let packages = found.files.iter().filter_map(|file| file.path.strip_suffix("/__init__.py")).collect();
    let generated = discover::generated(&discovery.root, &packages, settings)?;
    let is_source = |file: &SourceFile| file.role != FileRole::DoctestText && known.insert(file.path.clone());
    let more = found.files.into_iter().chain(generated).filter(is_source);
    discovery.files.extend(more.map(|file| SourceFile { role: FileRole::Imported, ..file }));
    discovery.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(())
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

/// What the given reports say was measured.
fn measured(root: &Path, settings: &Settings, places: &BTreeMap<String, PathBuf>) -> Result<Measured, Error> {
    if settings.coverage.is_empty() {
        return Ok(Measured::default());
    }
    let current = discover::current_directory()?;
    let files: Vec<String> = places.keys().cloned().collect();
    let is_file = |path: &str| root.join(path).is_file();
    let tree = measured::Tree { root, current: &current, files: &files, is_file: &is_file };
    measured::load(&settings.coverage, &tree).map_err(|error| Error::Input { path: error.path, reason: error.reason })
}

/// Adds problems of files of which none is told yet: one that holds pytest's configuration as well, and is broken, is broken
/// for everyone who reads it.
fn tell_once(suite: &mut Suite, problems: Vec<Problem>) {
    let told: BTreeSet<String> = suite.problems.iter().map(|problem| problem.path.clone()).collect();
    suite.problems.extend(problems.into_iter().filter(|own| !told.contains(&own.path)));
}

/// What the project's own files say besides its tests, as far as it is wanted: the lines of those that say what is run.
fn commands(root: &Path, settings: &Settings, suite: &mut Suite) -> Result<Vec<CommandLine>, Error> {
    let mut lines = Vec::new();
    if settings.wanted.commands {
        let commands = discover::commands(root, &settings.discovery)?;
        suite.problems.extend(commands.problems);
        if settings.wanted.gaps {
            lines = project::command_lines(&commands.files);
        }
        let extracted = commands.files.iter().map(|(path, text)| lang::commands::extract(path, text));
        for facts in extracted {
            tell_once(suite, facts.problems);
            suite.selections.extend(resolve::selections(&facts.invocations, &facts.marker_inputs));
            suite.invocations.extend(facts.invocations);
        }
        suite.selections.extend(resolve::configured_selection(&settings.pytest));
        suite.selections.sort();
    }
    Ok(lines)
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
