//! A table of places that is true of a tree as it is: the most of each folder's tests decide its kind, what differs is named
//! behind.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::is_inline;
use crate::model::path::folder_of_tests;
use crate::model::{Language, Suite, TestFile};
use crate::views::category;

/// The most patterns of one kind.
const MAX_PATTERNS: usize = 12;

/// The table, ready to paste; `None` where there are no tests.
pub(super) fn proposal(suite: &Suite, holding: &[&TestFile]) -> Option<String> {
    let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
    let mut inline = false;
    for file in holding.iter().filter(|file| file.language != Language::Rust || !is_inline(file)) {
        kinds.insert(&file.path, kind(suite, file));
    }
    inline |= holding.iter().any(|file| is_inline(file));
    if kinds.is_empty() && !inline {
        return None;
    }
    let mut patterns: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut tops: Vec<&str> = kinds.keys().map(|path| top(path)).collect();
    tops.dedup();
    for top in tops {
        let below: Vec<(&str, &str)> =
            kinds.iter().filter(|(path, _)| is_in(path, top)).map(|(path, kind)| (*path, *kind)).collect();
        describe(top, &below, None, &mut patterns);
    }
    if inline {
        patterns.entry("unit").or_default();
    }
    // A broad place is stated before what differs within it: `unit` first, as the last that matches counts.
    let mut order: Vec<&str> = patterns.keys().copied().collect();
    order.sort_by_key(|kind| (shortest(&patterns[kind]), *kind));
    let mut text = String::new();
    for kind in order {
        let globs = &patterns[kind];
        // Writing to a string cannot fail.
        let _ = writeln!(text, "[layout.{kind}]");
        let shown = globs.iter().take(MAX_PATTERNS).map(|glob| format!("{glob:?}")).collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "paths = [{shown}]");
        if globs.len() > MAX_PATTERNS {
            let _ = writeln!(text, "# and {} more", globs.len() - MAX_PATTERNS);
        }
        if kind == "unit" && inline {
            let _ = writeln!(text, "inline = true  # tests of Rust within the sources that they test");
        }
        text.push('\n');
    }
    Some(text.trim_end().to_owned())
}

/// The kind of most of a file's tests.
fn kind(suite: &Suite, file: &TestFile) -> &'static str {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for test in &file.tests {
        *counts.entry(category::of_test(suite, file, test).decided.category.name()).or_default() += 1;
    }
    most(counts.into_iter()).unwrap_or("unit")
}

/// What is counted most; of equals, what the alphabet has last, so that it is `unit`.
fn most<'k>(counts: impl Iterator<Item = (&'k str, usize)>) -> Option<&'k str> {
    counts.max_by_key(|(kind, count)| (*count, *kind)).map(|(kind, _)| kind)
}

/// Where a file's place begins: its folder of tests, else the folder that it stands in.
fn top(path: &str) -> &str {
    folder_of_tests(path).unwrap_or_else(|| crate::model::path::folder(path))
}

fn is_in(path: &str, folder: &str) -> bool {
    if folder.is_empty() {
        !path.contains('/')
    } else {
        path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// Adds the patterns of a folder, unless the one above says the same, then those of what differs within it.
fn describe<'k>(
    folder: &str,
    files: &[(&str, &'k str)],
    above: Option<&str>,
    patterns: &mut BTreeMap<&'k str, Vec<String>>,
) {
    let mut counts: BTreeMap<&'k str, usize> = BTreeMap::new();
    for (_, kind) in files {
        *counts.entry(kind).or_default() += 1;
    }
    let Some(own) = most(counts.into_iter()) else { return };
    if above != Some(own) {
        patterns.entry(own).or_default().push(if folder.is_empty() { "/*".to_owned() } else { format!("/{folder}/") });
    }
    let mut folders: BTreeMap<String, Vec<(&str, &'k str)>> = BTreeMap::new();
    for (path, kind) in files {
        let rest = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
        match rest.split_once('/') {
            Some((below, _)) => {
                let below = if folder.is_empty() { below.to_owned() } else { format!("{folder}/{below}") };
                folders.entry(below).or_default().push((path, kind));
            }
            None if *kind != own => patterns.entry(kind).or_default().push(format!("/{path}")),
            None => {}
        }
    }
    // Paths are no deeper than the system allows, and each level is one folder of them.
    for (below, files) in folders {
        if files.iter().any(|(_, kind)| *kind != own) {
            describe(&below, &files, Some(own), patterns);
        }
    }
}

fn shortest(globs: &[String]) -> usize {
    globs.iter().map(|glob| glob.matches('/').count()).min().unwrap_or(0)
}
