//! The part of a run that concerns C++: adds what its files say to the suite.

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::cpp::CppFacts;
use crate::model::{FileFacts, SourceFile, Suite};
use crate::{discover, resolve};

/// Whether the given paths can hold C++: a folder or a file of it.
pub(super) fn is_asked(paths: &[PathBuf]) -> bool {
    paths.is_empty() || paths.iter().any(|path| discover::is_cpp(path) || path.is_dir())
}

/// Adds the tests of C++ to the suite. Of a file without any, nothing is left but why it could not be read.
pub(super) fn join(extracted: Vec<(SourceFile, FileFacts)>, suite: &mut Suite) {
    let mut files: Vec<(String, Arc<CppFacts>)> = Vec::new();
    for (file, facts) in extracted {
        suite.problems.extend(facts.problems);
        files.extend(facts.cpp.map(|facts| (file.path, facts)));
    }
    suite.cpp = resolve::cpp(&files);
}
