//! Which macros and functions run properties on generated inputs. Owns their names; refuses to know who calls them.

use super::names::Names;
use super::random::depends;
use crate::model::rust::{RustBody, UseKind};

/// How a property is run.
struct Row {
    crate_name: &'static str,
    kind: UseKind,
    /// What the path ends with.
    ends: &'static [&'static str],
    /// Whether the name says enough where nobody knows what it leads to.
    bare: bool,
}

const fn row(crate_name: &'static str, kind: UseKind, ends: &'static [&'static str], bare: bool) -> Row {
    Row { crate_name, kind, ends, bare }
}

static ROWS: [Row; 10] = [
    row("proptest", UseKind::Macro, &["proptest"], true),
    row("proptest", UseKind::Call, &["TestRunner::new", "TestRunner::default", "TestRunner::deterministic"], false),
    row("bolero", UseKind::Macro, &["check"], false),
    row("quickcheck", UseKind::Macro, &["quickcheck"], true),
    row("quickcheck", UseKind::Call, &["quickcheck"], false),
    row("quickcheck", UseKind::Call, &["QuickCheck::new", "QuickCheck::with_gen", "QuickCheck::default"], false),
    row("arbtest", UseKind::Call, &["arbtest", "builder"], false),
    row("afl", UseKind::Macro, &["fuzz"], false),
    row("honggfuzz", UseKind::Macro, &["fuzz"], false),
    row("libfuzzer_sys", UseKind::Macro, &["fuzz_target"], true),
];

/// A property that a body runs: its resolved name and its line.
pub(super) fn in_body(body: &RustBody, names: &Names<'_>) -> Option<(String, u32)> {
    body.uses().find_map(|used| {
        let rows = || ROWS.iter().filter(|row| row.kind == used.kind);
        rows().find(|row| row.ends.iter().any(|end| end.rsplit("::").next() == Some(used.last())))?;
        let path: Vec<Box<str>> = used.name.split("::").map(Box::from).collect();
        let candidates = names.canonical(&path);
        let is_it = |path: &&String| {
            let plain = path.trim_start_matches("::");
            rows().any(|row| {
                let is_end = row.ends.iter().any(|end| plain == *end || plain.ends_with(&format!("::{end}")));
                let is_there = plain.starts_with(row.crate_name) || row.bare && !plain.contains("::");
                is_end
                    && is_there
                    && plain.split("::").count() + usize::from(row.bare) > 1
                    && depends(names.package, row.crate_name)
            })
        };
        candidates.iter().find(is_it).map(|path| (path.clone(), used.line))
    })
}

/// The macro that wrote a test as a property, among the well-known ones that wrote the items around it.
pub(super) fn writer(written_by: &[Box<str>]) -> Option<&'static str> {
    let mut names = written_by.iter().filter_map(|name| match &**name {
        "proptest" => Some("proptest::proptest"),
        "quickcheck" => Some("quickcheck::quickcheck"),
        _ => None,
    });
    names.next_back()
}
