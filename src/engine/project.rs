//! The project around the tests, for the section on gaps: finds its files, has those read that the walks for tests and
//! coverage did not meet, and joins them.

use std::{collections::BTreeMap, path::Path};

use rayon::prelude::*;

use crate::{
    discover,
    error::Error,
    lang,
    model::{
        FileFacts, Settings, SourceFile, Suite,
        project::{CommandLine, ExampleText, ModuleFacts},
        suite::Property,
    },
    resolve::{self, ProjectInput},
    rules,
};

/// The rules whose findings are gaps, too.
const RULES: [&str; 2] = ["empty-test", "assertion-free-test"];

/// What modules say as parts of the project, by path.
pub(super) type Modules = BTreeMap<String, ModuleFacts>;

/// Takes from extracted files what they say as modules of the project.
pub(super) fn take_modules<'f>(extracted: impl Iterator<Item = &'f mut (SourceFile, FileFacts)>) -> Modules {
    let modules = extracted.filter_map(|(file, facts)| Some((file.path.clone(), *facts.module.take()?)));
    modules.collect()
}

/// Looks at the project around the tests of a suite, of which these modules are read; `read` reads the others.
///
/// # Errors
/// When an `exclude` pattern is invalid.
pub(super) fn join(
    root: &Path,
    settings: &Settings,
    commands: Vec<CommandLine>,
    suite: &mut Suite,
    mut known: Modules,
    read: &(dyn Fn(&SourceFile) -> FileFacts + Sync),
) -> Result<(), Error> {
    let files = discover::project(root, &settings.discovery)?;
    suite.problems.extend(files.problems);
    let max_file_size = settings.discovery.max_file_size;
    let modules: Vec<_> = files.modules.into_iter().map(|file| (known.remove(&file.path), file)).collect();
    let read = |(known, file): (Option<ModuleFacts>, SourceFile)| {
        // What cannot be read says nothing; where it holds tests, the walk for those tells.
        let facts = known.or_else(|| read(&file).module.map(|facts| *facts)).unwrap_or_default();
        (file.path, file.role, facts)
    };
    let modules: Vec<_> = modules.into_par_iter().map(read).collect();
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
    suite.project = resolve::project(ProjectInput {
        modules,
        texts,
        others: files.others,
        test_data: files.test_data,
        commands,
        plugins,
        tested,
    });
    let mut lint = settings.lint.clone();
    lint.select = RULES.iter().map(|rule| (*rule).to_owned()).collect();
    let silent = |_: &str| Vec::new();
    suite.weak = rules::check(suite, &lint, &silent).findings;
    suite.gap_settings = settings.gaps.clone();
    Ok(())
}

/// The lines of files that say what is run.
pub(super) fn command_lines(files: &[(String, String)]) -> Vec<CommandLine> {
    let mut lines: Vec<_> = files.iter().flat_map(|(path, text)| lang::commands::lines(path, text)).collect();
    lines.sort();
    lines
}
