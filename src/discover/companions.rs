//! What stands beside tests and is no source of them: texts that explain them, scripts that run them, data. Owns which of
//! these are read; refuses to know what they say. Nothing ignored by git is looked at, and no link is followed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use ignore::{DirEntry, WalkBuilder, gitignore::Gitignore};

use super::{DiscoverError, gitignore, paths};
use crate::model::about::FolderData;
use crate::model::settings::DiscoverySettings;

/// Entries below one folder of tests beyond which the rest is left out.
const MAX_ENTRIES: usize = 50_000;
/// Texts and scripts that are read.
const MAX_TEXTS: usize = 400;
/// Bytes beyond which a text is not read.
const MAX_SIZE: u64 = 1024 * 1024;

/// Endings of sources and of what is made of them.
const SOURCES: [&str; 4] = [".py", ".pyi", ".pyc", ".rs"];

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Companions {
    /// Path and text of each text or script, sorted by path.
    pub texts: Vec<(String, String)>,
    /// Other files by folder, sorted.
    pub data: Vec<FolderData>,
}

/// The files below a folder.
fn files(start: &Path, exclude: &Gitignore, settings: &DiscoverySettings) -> impl Iterator<Item = DirEntry> {
    let mut walk = WalkBuilder::new(start);
    walk.standard_filters(false).hidden(true).parents(true).require_git(false).follow_links(false);
    walk.git_ignore(settings.gitignore).sort_by_file_name(std::cmp::Ord::cmp);
    walk.filter_entry(|entry| entry.file_name() != "__pycache__");
    walk.build().take(MAX_ENTRIES).filter_map(Result::ok).filter(|entry| {
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        is_file && !exclude.matched_path_or_any_parents(entry.path(), false).is_ignore()
    })
}

/// The data below these folders: what is no source, with its bytes.
///
/// # Errors
/// When an `exclude` pattern is invalid.
pub fn data(
    root: &Path,
    folders: &BTreeSet<String>,
    settings: &DiscoverySettings,
) -> Result<Vec<(String, u64)>, DiscoverError> {
    let exclude = gitignore::exclude(root, &settings.exclude)?;
    let starts = folders.iter().map(|folder| root.join(folder)).filter(|start| start.is_dir());
    let found = starts.flat_map(|start| files(&start, &exclude, settings).collect::<Vec<_>>());
    let is_source = |name: &str| SOURCES.iter().any(|ending| name.ends_with(ending));
    let found = found.filter_map(|entry| {
        let path = paths::relative(root, entry.path());
        (!is_source(&path)).then(|| Some((path, entry.metadata().ok()?.len()))).flatten()
    });
    let mut found: Vec<_> = found.collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// Looks below these folders, which are relative to the root and of which none is within another.
///
/// # Errors
/// When an `exclude` pattern is invalid.
pub fn companions(root: &Path, folders: &[String], settings: &DiscoverySettings) -> Result<Companions, DiscoverError> {
    let exclude = gitignore::exclude(root, &settings.exclude)?;
    let mut found = Companions::default();
    let mut data: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for folder in folders {
        let start = root.join(folder);
        if !fs::symlink_metadata(&start).is_ok_and(|metadata| metadata.is_dir()) {
            continue;
        }
        for entry in files(&start, &exclude, settings) {
            let shown = paths::relative(root, entry.path());
            let (folder, name) = shown.rsplit_once('/').unwrap_or(("", &shown));
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
            match ending.as_str() {
                "py" | "pyi" | "pyc" | "rs" => {}
                "sh" | "bash" | "md" | "rst" if found.texts.len() < MAX_TEXTS => {
                    let is_small = entry.metadata().is_ok_and(|metadata| metadata.len() <= MAX_SIZE);
                    if let Some(bytes) = is_small.then(|| fs::read(entry.path()).ok()).flatten() {
                        found.texts.push((shown, String::from_utf8_lossy(&bytes).into_owned()));
                    }
                }
                _ => *data.entry(folder.to_owned()).or_default().entry(ending).or_default() += 1,
            }
        }
    }
    found.texts.sort();
    let data = data.into_iter().map(|(folder, endings)| FolderData { folder, endings: endings.into_iter().collect() });
    found.data = data.collect();
    Ok(found)
}
