//! From one file's bytes to its facts, for each language. The only part that names a parser.
//!
//! Extraction never fails: what it cannot judge becomes a problem in the facts.

mod anchor_forms;
mod anchors;
mod command_lines;
pub mod commands;
mod companion;
mod continuations;
mod cpp;
mod detector_file;
mod name_pattern;
mod python;
mod query;
pub mod rust;
mod shapes;
mod suppressions;
mod tree_pattern;

use crate::model::{DefinitionId, FileFacts, FileRole, Language, Settings, Source};

pub use companion::companion;
pub use python::{Extractor as PythonExtractor, Worker as PythonWorker, parse_only};
pub use query::QueryError;
pub use suppressions::of_text as suppressions_of_text;

/// The compiled detectors of every language: immutable, shared by all workers.
pub struct Extractor {
    python: python::Extractor,
}

/// The first example in a text that is not skipped, by its line, and how many there are.
pub fn first_example(text: &[u8]) -> Option<(u32, u32)> {
    python::first_example(1, text)
}

/// Scratch memory of one worker thread.
pub struct Worker {
    python: python::Worker,
}

impl Extractor {
    /// Compiles the built-in detectors and those of the settings.
    ///
    /// # Errors
    /// When a detector does not keep to the rules of `docs/QUERIES.md`; the message names file and row.
    pub fn new(settings: &Settings) -> Result<Self, QueryError> {
        Ok(Self { python: python::Extractor::new(settings)? })
    }

    /// Scratch for one worker.
    pub fn worker(&self) -> Worker {
        Worker { python: self.python.worker() }
    }

    /// The facts of one file.
    pub fn extract(
        &self,
        worker: &mut Worker,
        language: Language,
        role: FileRole,
        path: &str,
        source: &Source,
    ) -> FileFacts {
        match language {
            Language::Python => self.python.extract(&mut worker.python, role, path, source),
            Language::Rust => rust::file_facts(path, &source.text),
            Language::Cpp => cpp::file_facts(&source.text),
        }
    }
}

/// The id of the definition that will stand at this position of [`FileFacts::definitions`].
fn definition_id(position: usize) -> DefinitionId {
    DefinitionId(u32::try_from(position).expect("a file below 4 GiB has fewer definitions than that"))
}
