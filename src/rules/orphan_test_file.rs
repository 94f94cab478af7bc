//! A Rust file with tests that no target of its package reaches.
//!
//! # Why
//!
//! rustc compiles what `mod` declares, beginning at the root of each target. A file that nobody declares is never compiled: its
//! tests never run, may long be wrong, and nothing says so.
//!
//! # Example
//!
//! `tests/it/main.rs`:
//!
//! ```rust,ignore
//! mod parser;
//! ```
//!
//! `tests/it/printer.rs`:
//!
//! ```rust,ignore
//! #[test]
//! fn prints() {}
//! ```
//!
//! # Better
//!
//! ```rust,ignore
//! mod parser;
//! mod printer;
//! ```
//!
//! # Limits
//!
//! `mod` is followed under every `cfg`, through `#[path]`, `include!`, `automod::dir!` and what macros are called with. A file is
//! less certain to be an orphan where no file beside it is reached, since it may then be data, and least where a source or a
//! script names it or a folder that it stands in, as trybuild's cases are.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Region, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "orphan-test-file",
    group: Group::Collection,
    severity: Severity::Warning,
    needs: Wanted { rust_files: true, ..Wanted::NOTHING },
    applies: |_| true,
    source: include_str!("orphan_test_file.rs"),
    check,
};

/// Folders of files that are read and not compiled.
const OF_DATA: [&str; 12] = [
    "data",
    "testdata",
    "test_data",
    "test-data",
    "fixtures",
    "snapshots",
    "ui",
    "corpus",
    "resources",
    "templates",
    "template",
    "inputs",
];

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    for orphan in &context.suite.rust.orphans {
        let package = crate::model::path::folder(&orphan.package);
        let mut folders = orphan.path[package.len()..].split('/').rev().skip(1);
        let is_data = folders.any(|name| OF_DATA.contains(&name));
        let confidence = match &orphan.parent {
            _ if orphan.is_named || is_data => Confidence::Low,
            Some(_) => Confidence::High,
            None => Confidence::Medium,
        };
        let tests = match orphan.tests {
            1 => "its test never runs".to_owned(),
            count => format!("its {count} tests never run"),
        };
        let at = Region::line(&orphan.path, orphan.line);
        let finding = report.add(confidence, at, format!("no target reaches this file: {tests}"));
        let (folder, name) = orphan.path.rsplit_once('/').unwrap_or(("", &orphan.path));
        let module = if name == "mod.rs" { folder.rsplit('/').next().unwrap_or_default() } else { name };
        let module = module.trim_end_matches(".rs");
        let declares = |path: &String| {
            let name = path.rsplit('/').next().unwrap_or_default();
            matches!(name, "mod.rs" | "lib.rs" | "main.rs") || path.trim_end_matches(".rs") == folder
        };
        finding.help = Some(match orphan.parent.as_ref().filter(|path| declares(path)) {
            Some(parent) => format!("declare it with `mod {module};` in `{parent}`, or remove the file"),
            None => format!("declare it with `mod {module};`, or remove the file"),
        });
    }
}
