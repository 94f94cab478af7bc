//! The tree of test folders, annotated: what each holds by its README or the docstring of its package, else by counting.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::path::folder_of_tests;
use crate::model::{FileRole, Language, Suite};
use crate::views::count;

/// Rows beyond which deeper folders are left out.
const MAX_ROWS: usize = 80;

/// A row of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TreeRow {
    /// Relative to the root.
    pub path: String,
    /// How deep below the row that it stands under.
    pub depth: usize,
    /// `folder`, `conftest`, `document` or `script`.
    pub kind: &'static str,
    /// What it holds or says.
    pub about: String,
    /// Where the words come from: `readme`, `docstring`, `comment` or `counts`.
    pub from: &'static str,
    /// How many tests stand in it or below it.
    pub tests: usize,
    /// How many files with tests.
    pub files: usize,
}

/// What stands in a folder and below it.
#[derive(Default)]
struct Node {
    tests: usize,
    files: usize,
    /// Files of data by ending, of this folder and those below it.
    data: BTreeMap<String, usize>,
}

/// What a folder is for: the first sentence of its README, else of the docstring of its package.
pub(super) fn about(suite: &Suite, folder: &str) -> Option<(String, &'static str)> {
    let is_in = |path: &str| path.rsplit_once('/').map_or("", |(own, _)| own) == folder;
    let is_readme =
        |path: &str| path.rsplit('/').next().is_some_and(|name| name.to_ascii_lowercase().starts_with("readme"));
    let readme = suite.companions.iter().find(|own| is_in(&own.path) && is_readme(&own.path));
    if let Some(doc) = readme.and_then(|own| own.doc.as_ref()) {
        return Some((doc.text.clone(), "readme"));
    }
    let package = if folder.is_empty() { "__init__.py".to_owned() } else { format!("{folder}/__init__.py") };
    let at = suite.files.binary_search_by(|file| file.path.as_str().cmp(&package)).ok()?;
    let doc = suite.files[at].facts.about.as_ref()?.doc.as_ref()?;
    Some((super::what::subject(&doc.text)?, "docstring"))
}

/// The rows, each folder before what stands in it.
pub(super) fn tree(suite: &Suite) -> Vec<TreeRow> {
    let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
    let mut add = |path: &str, change: &dyn Fn(&mut Node)| {
        let folder = crate::model::path::folder(path);
        let top = folder_of_tests(path).unwrap_or(folder).len();
        let mut at = folder;
        loop {
            change(nodes.entry(at.to_owned()).or_default());
            match at.rsplit_once('/') {
                Some((above, _)) if above.len() >= top => at = above,
                _ => break,
            }
        }
    };
    for file in suite.files.iter().filter(|file| !file.tests.is_empty()) {
        if file.language == Language::Rust && folder_of_tests(&file.path).is_none() {
            continue;
        }
        add(&file.path, &|node| {
            node.tests += file.tests.len();
            node.files += 1;
        });
    }
    for data in &suite.data {
        add(&format!("{}/x", data.folder), &|node| {
            for (ending, number) in &data.endings {
                *node.data.entry(ending.clone()).or_default() += number;
            }
        });
    }
    let tops: Vec<String> = nodes.keys().filter(|folder| !has_above(&nodes, folder)).cloned().collect();
    let depth = |folder: &str| {
        let top = tops.iter().find(|top| is_at_or_below(folder, top)).map_or("", String::as_str);
        folder[top.len()..].matches('/').count()
    };
    let most = (0..=3).rev().find(|most| nodes.keys().filter(|folder| depth(folder) <= *most).count() <= MAX_ROWS);
    let most = most.unwrap_or(0);
    let mut rows = Vec::new();
    for (folder, node) in &nodes {
        let depth = depth(folder);
        // A folder of data alone is told about with the one above it, unless something says what it is.
        let is_data = node.tests == 0 && about(suite, folder).is_none() && depth > 1;
        if depth <= most && !is_data {
            rows.push(self::folder(suite, folder, node, depth));
            rows.extend(beside(suite, folder, depth + 1));
        }
    }
    rows
}

fn has_above(nodes: &BTreeMap<String, Node>, folder: &str) -> bool {
    folder_of_tests(&format!("{folder}/")).is_some()
        && folder.rsplit_once('/').is_some_and(|(above, _)| nodes.contains_key(above))
}

fn is_at_or_below(folder: &str, top: &str) -> bool {
    crate::model::path::is_below(folder, top)
}

fn folder(suite: &Suite, folder: &str, node: &Node, depth: usize) -> TreeRow {
    let mut counted = Vec::new();
    if node.tests > 0 {
        counted.push(format!("{} in {}", count(node.tests, "test"), count(node.files, "file")));
    }
    if !node.data.is_empty() {
        let total: usize = node.data.values().sum();
        let mut endings: Vec<(&String, &usize)> = node.data.iter().filter(|(ending, _)| !ending.is_empty()).collect();
        endings.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let names: Vec<String> = endings.iter().take(3).map(|(ending, _)| format!(".{ending}")).collect();
        let of = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
        counted.push(format!("{}{of}", count(total, "file of data").replace("file of datas", "files of data")));
    }
    let told = about(suite, folder);
    let from = told.as_ref().map_or("counts", |(_, from)| from);
    let counted = counted.join(", ");
    let about = match told {
        Some((about, _)) if counted.is_empty() => about,
        Some((about, _)) => format!("{about} ({counted})"),
        None => counted,
    };
    let path = if folder.is_empty() { ".".to_owned() } else { folder.to_owned() };
    TreeRow { path, depth, kind: "folder", about, from, tests: node.tests, files: node.files }
}

/// What stands in a folder besides tests: its conftest file, texts and scripts.
fn beside(suite: &Suite, folder: &str, depth: usize) -> Vec<TreeRow> {
    let is_in = |path: &str| path.rsplit_once('/').map_or("", |(own, _)| own) == folder;
    let row =
        |path: &str, kind, about, from| TreeRow { path: path.to_owned(), depth, kind, about, from, tests: 0, files: 0 };
    let mut rows = Vec::new();
    for file in suite.files.iter().filter(|file| file.role == FileRole::Conftest && is_in(&file.path)) {
        let fixtures: Vec<&str> =
            suite.fixtures.iter().filter(|own| own.at.path == file.path).map(|own| own.name.as_str()).collect();
        let named = fixtures.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        let about = match fixtures.len() {
            0 => "hooks and settings".to_owned(),
            1..=3 => format!("shared fixtures: {named}"),
            number => format!("{number} shared fixtures: {named} …"),
        };
        rows.push(row(&file.path, "conftest", about, "counts"));
    }
    for own in suite.companions.iter().filter(|own| is_in(&own.path)) {
        let is_readme = own.path.rsplit('/').next().is_some_and(|name| name.to_ascii_lowercase().starts_with("readme"));
        let (kind, from) = if own.is_script { ("script", "comment") } else { ("document", "docstring") };
        if !is_readme {
            let about = own.doc.as_ref().map(|doc| doc.text.clone()).unwrap_or_default();
            rows.push(row(&own.path, kind, about, from));
        }
    }
    rows
}
