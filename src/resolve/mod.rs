//! From the facts of each file to the suite: which tests there are, how often each runs, and what reaches it.
//!
//! Reads facts only: no tree, no disk. Names are followed from file to file; a module that was not walked, and that a
//! name leads to, comes from the [`Loader`].

mod cases;
mod classes;
mod collection;
mod fixtures;
mod fold;
mod frameworks;
mod index;
#[cfg_attr(not(test), expect(dead_code, reason = "the options of pytest's configuration are not wired yet"))]
mod mark_expression;
mod marks;
mod modules;
mod names;
mod patterns;
#[expect(dead_code, reason = "scopes and names of plugins are for the sections on fixtures and markers")]
mod plugins;
mod reach;
mod reasons;
mod seeding;
mod test_cases;
mod tests;

use rayon::prelude::*;

use crate::model::{FileFacts, FileRole, Problem, SourceFile, Suite, TestFile};
pub use modules::Loader;
use modules::World;
use patterns::Patterns;

/// Joins the facts of all files. `extracted` holds each file with its facts, in the order of the walk; `loader` gives
/// the facts of others.
pub fn suite(
    root: String,
    extracted: Vec<(SourceFile, FileFacts)>,
    mut problems: Vec<Problem>,
    custom_detectors: Vec<(String, String)>,
    loader: &Loader<'_>,
) -> Suite {
    let world = World::new(extracted, &[], loader);
    let found: Vec<_> = {
        let session = tests::Session {
            world: &world,
            patterns: Patterns { classes: vec!["Test".to_owned()], functions: vec!["test".to_owned()], imported: true },
            usefixtures: Vec::new(),
            plugins: tests::plugins(&world),
        };
        let tests = |module: &modules::Module| match module.file.role {
            FileRole::TestModule => tests::tests(&session, module),
            FileRole::Conftest | FileRole::Other | FileRole::Imported => Vec::new(),
        };
        world.modules.par_iter().map(tests).collect()
    };
    let modules = world.into_modules();
    let mut files: Vec<TestFile> = modules
        .into_iter()
        .zip(found)
        .map(|(module, tests)| TestFile {
            path: module.file.path,
            language: module.file.language,
            role: module.file.role,
            facts: module.facts,
            tests,
        })
        .collect();
    for file in &mut files {
        problems.append(&mut file.facts.problems);
    }
    problems.sort();
    problems.dedup();
    Suite { root, files, problems, custom_detectors }
}
