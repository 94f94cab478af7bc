//! The project around the tests, for the section on gaps: finds its files, has each read and taken apart, and joins them.

use std::path::Path;

use rayon::prelude::*;

use crate::{
    discover,
    error::Error,
    lang::{self, ModuleReader},
    model::{
        Settings, SourceFile, Suite,
        project::{CommandLine, ExampleText, ModuleFacts},
        suite::Property,
    },
    resolve::{self, ProjectInput},
    rules,
};

/// The rules whose findings are gaps, too.
const RULES: [&str; 2] = ["empty-test", "assertion-free-test"];

/// Looks at the project around the tests of a suite.
///
/// # Errors
/// When an `exclude` pattern is invalid.
pub(super) fn join(
    root: &Path,
    settings: &Settings,
    commands: Vec<CommandLine>,
    suite: &mut Suite,
) -> Result<(), Error> {
    let files = discover::project(root, &settings.discovery)?;
    suite.problems.extend(files.problems);
    let max_file_size = settings.discovery.max_file_size;
    let read = |reader: &mut ModuleReader, file: SourceFile| {
        // What cannot be read says nothing; where it holds tests, the walk for those tells.
        let facts = match discover::read(&file, max_file_size) {
            Ok((source, _)) => guarded(reader, &source.text),
            Err(_) => ModuleFacts::default(),
        };
        (file.path, file.role, facts)
    };
    let modules: Vec<_> = files.modules.into_par_iter().map_init(ModuleReader::default, read).collect();
    let text = |file: SourceFile| {
        let (source, _) = discover::read(&file, max_file_size).ok()?;
        let (line, examples) = lang::first_example(&source.text)?;
        Some(ExampleText { path: file.path, line, examples })
    };
    let texts = files.texts.into_par_iter().filter_map(text).collect();
    let has_tests =
        |file: &&crate::model::TestFile| file.tests.iter().any(|test| !test.properties.contains(&Property::Doctest));
    let tested = suite.files.iter().filter(has_tests).map(|file| file.path.clone()).collect();
    let plugins = suite.published.clone();
    suite.project = resolve::project(ProjectInput { modules, texts, others: files.others, commands, plugins, tested });
    let mut lint = settings.lint.clone();
    lint.select = RULES.iter().map(|rule| (*rule).to_owned()).collect();
    let silent = |_: &str| Vec::new();
    suite.weak = rules::check(suite, &lint, &silent).findings;
    suite.gap_settings = settings.gaps.clone();
    Ok(())
}

/// What a module says. A panic, which would be a defect, costs this module's facts and no other's.
fn guarded(reader: &mut ModuleReader, text: &[u8]) -> ModuleFacts {
    let read = std::panic::AssertUnwindSafe(|| reader.read(text));
    std::panic::catch_unwind(read).unwrap_or_default()
}

/// The lines of files that say what is run.
pub(super) fn command_lines(files: &[(String, String)]) -> Vec<CommandLine> {
    let mut lines: Vec<_> = files.iter().flat_map(|(path, text)| lang::commands::lines(path, text)).collect();
    lines.sort();
    lines
}
