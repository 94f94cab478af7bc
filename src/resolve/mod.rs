//! From the facts of each file to the suite: which tests there are, how often each runs, and what reaches it.
//!
//! Reads facts only: no tree, no disk. Names are followed from file to file; a module that was not walked, and that a
//! name leads to, comes from the [`Loader`].

mod calls;
mod cases;
mod classes;
mod collection;
mod cpp;
mod devices;
mod doctests;
mod effects;
mod fixtures;
mod fold;
mod frameworks;
mod gates;
mod imported;
mod index;
mod leads;
mod mark_expression;
mod markers;
mod marks;
mod matchers;
mod missing;
mod modules;
mod names;
mod options;
mod patterns;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "scopes and names of plugins are for the sections on fixtures and markers")
)]
mod plugins;
mod project;
mod reach;
mod reasons;
mod risks;
mod runs;
pub mod rust;
mod scope;
mod seeding;
mod selection;
mod selections;
mod test_cases;
mod tests;
mod uncollected;
mod usage;

use std::ffi::OsStr;

use rayon::prelude::*;

use crate::model::{
    CoverageConfig, FileFacts, FileRole, Fnmatch, Problem, PytestConfig, SourceFile, Suite, TestFile, collected::Hook,
    settings::Wanted,
};
pub use cpp::cpp;
pub use modules::Loader;
use modules::{Module, World};
use patterns::Patterns;
pub use project::{ProjectInput, project};
pub use runs::runs;
use selection::Selection;
pub use selections::{configured_selection, selections};
use tests::{Found, Session};

/// What is joined.
pub struct Input<'i> {
    /// The root that all paths are relative to, as reports name it.
    pub root: String,
    /// Whether everything is there that pytest would collect without arguments.
    pub whole: bool,
    /// Each file with its facts, in the order of the walk.
    pub extracted: Vec<(SourceFile, FileFacts)>,
    /// What went wrong before.
    pub problems: Vec<Problem>,
    /// Detectors of the user's own: name and title.
    pub custom_detectors: Vec<(String, String)>,
    /// What is asked for besides which tests there are.
    pub wanted: Wanted,
    /// pytest's configuration.
    pub pytest: &'i PytestConfig,
    /// What coverage.py is told to measure.
    pub coverage: &'i CoverageConfig,
    /// What stands beside tests and is no source, with its bytes.
    pub test_data: &'i [(String, u64)],
    /// Gives the facts of files that were not walked.
    pub loader: &'i Loader<'i>,
}

/// Joins the facts of all files.
pub fn suite(input: Input<'_>) -> Suite {
    let Input { root, whole, extracted, mut problems, custom_detectors, wanted, pytest, coverage, test_data, loader } =
        input;
    let source = pytest.source.as_ref().map_or("", |source| source.path.as_str());
    let selection = Selection::new(&pytest.addopts, source, &mut problems);
    let world = World::new(extracted, pytest, loader);
    let known_plugins =
        plugins::plugins().iter().filter(|plugin| plugin.is_wholly_known()).map(|plugin| plugin.name).collect();
    let mut suite = Suite { known_plugins, root, whole, custom_detectors, pytest: pytest.clone(), ..Suite::default() };
    let found: Vec<Found> = {
        let session = Session {
            world: &world,
            patterns: Patterns::new(pytest),
            usefixtures: pytest.usefixtures.clone(),
            plugin_options: pytest.plugin_options.clone(),
            plugins: tests::plugins(&world, pytest),
            selection,
            bodies: wanted.bodies,
            gates: wanted.gates,
            risks: wanted.risks,
            levels: elsa::sync::FrozenMap::new(),
            leads: elsa::sync::FrozenMap::new(),
        };
        let tests = |module| tests_of(&session, pytest, module);
        let conftests = world.modules.iter().filter(|module| module.file.role == FileRole::Conftest);
        problems.extend(conftests.chain(session.plugins.iter().copied()).flat_map(tests::collection_hooks));
        let found: Vec<_> = match wanted.tests {
            true => world.modules.par_iter().map(tests).collect(),
            false => world.modules.iter().map(|_| Found::default()).collect(),
        };
        let classes = classes::Classes::new(&world);
        let names = names::Names::new(&world, &classes, names::Choice::Only);
        let tests: Vec<_> = found.iter().flat_map(|found| &found.tests).collect();
        let published = pytest.own_plugins().filter_map(|dotted| world.by_name(dotted));
        suite.published = published.map(|module| module.path().to_owned()).collect();
        suite.published.sort();
        if wanted.markers {
            let loaded = markers::Loaded::new(&world, &session.plugins);
            suite.markers = markers::markers(&names, pytest, &loaded, &tests);
            suite.ini_options = options::options(&names, pytest, &loaded);
        }
        if wanted.markers || wanted.judged {
            suite.outside_plugins = tests::outside_plugins(&world, pytest);
            suite.outside_plugins.retain(|name| plugins::plugin(name).is_none());
        }
        if wanted.prose {
            suite.imported = imported::imported(&world);
        }
        if wanted.judged {
            judge(&session, &found, &mut suite);
        }
        if wanted.coverage {
            suite.calls = Some(calls::graph(&world, &found, coverage, &pytest.entry_points, test_data));
        }
        found
    };
    let files = world.modules.into_iter().zip(found).map(|(module, found)| {
        let Found { tests, notes, .. } = found;
        problems.extend(notes);
        TestFile {
            path: module.file.path,
            language: module.file.language,
            role: module.file.role,
            facts: module.facts,
            tests,
        }
    });
    let mut files: Vec<TestFile> = files.collect();
    // What was read for the code under test alone is no part of the suite.
    files.retain(|file| file.role != FileRole::Imported);
    files.iter_mut().for_each(|file| file.facts.code = None);
    // A text without examples is nobody's business.
    files.retain(|file| file.role != FileRole::DoctestText || file.facts.doctest.is_some());
    for file in &mut files {
        problems.append(&mut file.facts.problems);
    }
    problems.sort();
    problems.dedup();
    Suite { files, problems, ..suite }
}

/// What collection meets besides tests.
fn judge(session: &Session<'_>, found: &[Found], suite: &mut Suite) {
    let world = session.world;
    let mut got: usage::Counted = usage::Counted::default();
    for (key, count) in found.iter().flat_map(|found| &found.got) {
        *got.entry(*key).or_default() += count;
    }
    let published = suite.published.clone();
    let is_published = |module: &Module| published.iter().any(|path| path == module.path());
    suite.fixtures = usage::fixtures(world, &session.plugins, &is_published, &got);
    suite.uncollected = found.iter().flat_map(|found| found.uncollected.iter().cloned()).collect();
    uncollected::without_bases(world, &mut suite.uncollected);
    suite.uncollected.extend(uncollected::files(session));
    suite.uncollected.sort_by(|a, b| a.at.cmp(&b.at));
    let conftests = world.modules.iter().filter(|module| module.file.role == FileRole::Conftest);
    let hooks = conftests.chain(session.plugins.iter().copied()).flat_map(|module| {
        let names = module.scope(None).map(|binding| binding.name.as_str()).filter(|name| name.starts_with("pytest_"));
        names.map(|name| Hook { name: name.to_owned(), path: module.path().to_owned() })
    });
    suite.hooks = hooks.collect();
    suite.hooks.sort_by(|a, b| (&a.path, &a.name).cmp(&(&b.path, &b.name)));
    suite.hooks.dedup();
}

/// The tests of a file, and what cannot be listed.
fn tests_of<'w>(session: &Session<'w>, pytest: &PytestConfig, module: &'w Module) -> Found {
    if selection::is_ignored(session.world, module.path()) {
        return Found::default();
    }
    let mut found = match module.file.role {
        FileRole::TestModule => tests::tests(session, module),
        // It is a module like others to patterns that take all files.
        FileRole::Conftest
            if pytest.python_files.iter().any(|glob| Fnmatch::new(glob).matches(OsStr::new("conftest.py"))) =>
        {
            tests::tests(session, module)
        }
        FileRole::Conftest | FileRole::Other | FileRole::DoctestText | FileRole::Imported => Found::default(),
    };
    found.tests.extend(doctests::tests(session, module, pytest.addopts.doctest_modules));
    found
}
