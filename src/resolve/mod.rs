//! From the facts of each file to the suite: which tests there are, how often each runs, and what reaches it.
//!
//! Reads facts only: no tree, no disk. Today everything is joined within a file; `docs/ARCHITECTURE.md` says what will
//! be joined across files.

mod bindings;
mod cases;
mod collection;
mod fixtures;
mod fold;
mod frameworks;
mod index;
mod reach;
mod reasons;
mod seeding;

use rayon::prelude::*;

use crate::model::{FileFacts, FileRole, Problem, SourceFile, Suite, TestFile};

/// Joins the facts of all files. `extracted` holds each file with its facts, in the order of the walk.
pub fn suite(
    root: String,
    extracted: Vec<(SourceFile, FileFacts)>,
    mut problems: Vec<Problem>,
    custom_detectors: Vec<(String, String)>,
) -> Suite {
    let resolve = |(source, facts): (SourceFile, FileFacts)| {
        let tests = match source.role {
            FileRole::TestModule => collection::tests(&source.path, &facts),
            FileRole::Conftest | FileRole::Other => Vec::new(),
        };
        TestFile { path: source.path, language: source.language, role: source.role, facts, tests }
    };
    let mut files: Vec<TestFile> = extracted.into_par_iter().map(resolve).collect();
    for file in &mut files {
        problems.append(&mut file.facts.problems);
    }
    problems.sort();
    problems.dedup();
    Suite { root, files, problems, custom_detectors }
}
