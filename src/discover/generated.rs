//! Modules that git ignores and packages hold: what a build writes (`_version.py`). Imports find them as they find any other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::rules::is_python;
use super::{DiscoverError, gitignore, paths};
use crate::model::settings::DiscoverySettings;
use crate::model::{FileRole, Language, SourceFile};

/// All modules directly in these folders, which are relative to the root, sorted by path. No link is followed.
///
/// # Errors
/// When an `exclude` pattern is invalid.
pub fn generated(
    root: &Path,
    packages: &BTreeSet<&str>,
    settings: &DiscoverySettings,
) -> Result<Vec<SourceFile>, DiscoverError> {
    let exclude = gitignore::exclude(root, &settings.exclude)?;
    let entries = packages.iter().filter_map(|package| fs::read_dir(root.join(package)).ok()).flatten();
    let is_wanted = |entry: &fs::DirEntry| {
        entry.file_type().is_ok_and(|kind| kind.is_file())
            && is_python(&entry.file_name())
            && !exclude.matched_path_or_any_parents(entry.path(), false).is_ignore()
    };
    let mut found: Vec<SourceFile> = entries
        .filter_map(Result::ok)
        .filter(is_wanted)
        .map(|entry| {
            let absolute = entry.path();
            let path = paths::relative(root, &absolute);
            SourceFile { path, absolute, language: Language::Python, role: FileRole::Imported }
        })
        .collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}
