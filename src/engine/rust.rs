//! The Rust half of a run: gives resolution its readers, and adds what it finds to the suite.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::path::folder;
use crate::{
    discover,
    error::Error,
    estimate,
    lang::rust as reader,
    model::{
        CargoTree, FileFacts, FileRole, Language, ProblemKind, Settings, SourceFile, Suite, TestFile,
        settings::DiscoverySettings, suite::Property,
    },
    resolve::rust::{
        DocumentationSyntax, Found, Input, Sources, Syntax,
        calls::{self, CodeSyntax},
        reached, tests,
    },
};

/// Whether the given paths can hold Rust: a folder or a file of it.
pub(super) fn is_asked(paths: &[PathBuf]) -> bool {
    paths.is_empty() || paths.iter().any(|path| discover::is_rust(path) || path.is_dir())
}

/// The files of Rust below the given paths.
///
/// # Errors
/// When an `exclude` pattern is invalid.
pub fn sources(root: &Path, paths: &[PathBuf], settings: &DiscoverySettings) -> Result<Vec<SourceFile>, Error> {
    if !is_asked(paths) {
        return Ok(Vec::new());
    }
    let mut sources = discover::cargo(root, settings)?.sources;
    let starts = starts(paths);
    sources.retain(|file| is_below(&starts, file));
    Ok(sources)
}

/// The given paths without links.
fn starts(paths: &[PathBuf]) -> Vec<PathBuf> {
    paths.iter().filter_map(|path| std::fs::canonicalize(path).ok()).collect()
}

fn is_below(starts: &[PathBuf], file: &SourceFile) -> bool {
    starts.is_empty() || starts.iter().any(|start| file.absolute.starts_with(start))
}

/// Adds the files of Rust with their tests to the suite: of those below the given paths, where some are given.
pub(super) fn join(
    root: &Path,
    paths: &[PathBuf],
    settings: &Settings,
    tree: &CargoTree,
    extracted: Vec<(SourceFile, FileFacts)>,
    suite: &mut Suite,
) {
    let facts = |facts: &FileFacts| facts.rust.clone().unwrap_or_default();
    let files: BTreeMap<String, _> = extracted.iter().map(|(file, own)| (file.path.clone(), facts(own))).collect();
    let max_file_size = settings.discovery.max_file_size;
    let text = |path: &str| discover::text(root, path, max_file_size);
    let load = |path: &str| text(path).map(|text| Arc::new(reader::facts(&text)));
    let sources = Sources { files: &files, load: &load, text: &text };
    if settings.wanted.rust_files {
        let mut reached = reached(tree, &sources, reader::expand::string_value);
        let named = discover::named_files(root, reached.orphans.iter().map(|own| (&*own.path, folder(&own.package))));
        reached.orphans.iter_mut().for_each(|own| own.is_named = named.contains(&own.path));
        suite.rust = reached;
    }
    let glob = |folder: &str, pattern: &str| discover::globbed(root, folder, pattern);
    let input = Input {
        tree,
        sources,
        syntax: Syntax {
            expand: reader::expand::by_example,
            builtin: |call, line| {
                let expansion = reader::expand::builtin(&call.path, call, line)?;
                Some(expansion.map_err(|error| error.to_string()))
            },
            items: reader::items,
            statements: reader::statements,
            string: reader::expand::string_value,
        },
        documentation: DocumentationSyntax {
            fragments: reader::doctests::fragments,
            blocks: reader::doctests::code_blocks,
            components: reader::doctests::name_components,
            name: |file, path, line| reader::doctests::qualified_name(file, path.iter().copied(), line),
            target_features: reader::doctests::target_features,
        },
        selection: &settings.features,
        glob: &glob,
    };
    let found = if settings.wanted.rust { tests(&input) } else { Found::default() };
    suite.problems.extend(found.problems);
    if settings.wanted.coverage {
        let syntax = CodeSyntax { of_macro: reader::code::of_macro, of_text: reader::code::of_text };
        let graph = calls::graph(&input, syntax, &found.tests);
        let expected = estimate::estimate(&graph, estimate::Constants::of_rust());
        suite.coverage.get_or_insert_default().extend(expected);
        suite.rust_calls = Some(graph);
    }
    let starts = starts(paths);
    let mut tests = found.tests;
    for (file, mut facts) in extracted {
        let mut tests = tests.remove(file.path.as_str()).unwrap_or_default();
        if facts.problems.iter().any(|problem| problem.kind == ProblemKind::Syntax) {
            tests.iter_mut().for_each(|test| test.properties.push(Property::SyntaxError));
        }
        if is_below(&starts, &file) {
            suite.problems.append(&mut facts.problems);
            let (path, language, role) = (file.path, Language::Rust, FileRole::Other);
            suite.files.push(TestFile { path, language, role, facts, tests });
        }
    }
    for (path, tests) in tests {
        let (path, language, role) = (path.to_string(), Language::Rust, FileRole::Other);
        suite.files.push(TestFile { path, language, role, facts: FileFacts::default(), tests });
    }
    suite.files.sort_by(|a, b| a.path.cmp(&b.path));
}
