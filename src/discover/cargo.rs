//! Where the manifests of cargo packages and the files of Rust are. Walks by `.gitignore` and `exclude`, as for sources, and leaves out what
//! cargo itself writes; refuses to open one. pytest's rules for names say nothing about Rust.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::gitignore::{self, Ignores};
use super::{DiscoverError, paths};
use crate::model::settings::DiscoverySettings;
use crate::model::{FileRole, Language, Problem, ProblemKind, SourceFile};

/// The most manifests of one tree.
const MAX_MANIFESTS: usize = 20_000;
/// The most files of Rust of one tree.
const MAX_SOURCES: usize = 500_000;

/// What a walk found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CargoFiles {
    /// Each `Cargo.toml`: absolute, sorted.
    pub manifests: Vec<PathBuf>,
    /// Each `*.rs`, sorted by path.
    pub sources: Vec<SourceFile>,
    /// What could not be entered or understood, sorted.
    pub problems: Vec<Problem>,
}

/// Finds each `Cargo.toml` and each `*.rs` below the root, an absolute path. No link is followed. Left out are hidden folders,
/// `node_modules`, cargo's `target` and packages that `cargo vendor` copied.
///
/// # Errors
/// When an `exclude` pattern is invalid.
pub fn cargo(root: &Path, settings: &DiscoverySettings) -> Result<CargoFiles, DiscoverError> {
    let exclude = gitignore::exclude(root, &settings.exclude)?;
    let mut found = CargoFiles::default();
    let mut ignores = Ignores::default();
    if settings.gitignore {
        ignores = Ignores::above(root, root, &mut found.problems);
    }
    let base = ignores.depth();
    let mut entries = WalkDir::new(root).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let shown = paths::relative(root, error.path().unwrap_or(root));
                let reason = error.io_error().map_or_else(|| "it cannot be listed".to_owned(), paths::reason);
                found.problems.push(Problem::file(shown, ProblemKind::Unreadable, format!("cannot read: {reason}")));
                continue;
            }
        };
        let path = entry.path();
        let folder = entry.file_type().is_dir();
        let is_source = super::is_rust(path);
        if !folder && !is_source && entry.file_name() != "Cargo.toml" {
            continue;
        }
        if settings.gitignore {
            // Each folder between the root and this entry has one level.
            ignores.leave_to(base + entry.depth());
        }
        let below = entry.depth() > 0;
        let left_out = below && (exclude.matched(path, folder).is_ignore() || ignores.ignored(path, folder));
        if !folder {
            if left_out || !entry.file_type().is_file() {
                continue;
            }
            if is_source {
                let (absolute, shown) = (path.to_owned(), paths::relative(root, path));
                found.sources.push(SourceFile {
                    path: shown,
                    absolute,
                    language: Language::Rust,
                    role: FileRole::Other,
                });
            } else {
                found.manifests.push(path.to_owned());
            }
        } else if left_out || below && never_holds_packages(path) {
            entries.skip_current_dir();
        } else if settings.gitignore {
            ignores.enter(path, path, &paths::relative(root, path), &mut found.problems);
        }
        if found.manifests.len() >= MAX_MANIFESTS || found.sources.len() >= MAX_SOURCES {
            let message =
                format!("more than {MAX_MANIFESTS} manifests or {MAX_SOURCES} files of Rust, the rest is not read");
            found.problems.push(Problem::file(".", ProblemKind::TooLarge, message));
            break;
        }
    }
    found.manifests.sort();
    found.sources.sort_by(|a, b| a.path.cmp(&b.path));
    found.problems.sort();
    found.problems.dedup();
    Ok(found)
}

/// Whether this folder holds copies or products and not packages of the tree.
fn never_holds_packages(folder: &Path) -> bool {
    let Some(name) = folder.file_name() else { return false };
    let is_file = |path: PathBuf| path.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    let beside_manifest = || folder.parent().is_some_and(|parent| is_file(parent.join("Cargo.toml")));
    super::rules::is_hidden(name)
        || name == "node_modules"
        || name == "__pycache__"
        || is_file(folder.join("CACHEDIR.TAG"))
        || name == "target" && beside_manifest()
        // `cargo vendor` writes one into every package.
        || is_file(folder.join(".cargo-checksum.json"))
}
