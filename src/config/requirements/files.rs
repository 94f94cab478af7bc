//! The folders of a project, and what is in them: nothing outside of its repository. Refuses to know what a file means.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::files::read_within;
use crate::model::ProblemKind;
use crate::model::path::{absolute, relative};

/// The folders of one project.
pub(super) struct Files {
    root: PathBuf,
    /// `root` and those above it, up to the one that holds `.git`; `root` alone where none does.
    pub(super) folders: Vec<PathBuf>,
    /// The uppermost of them without links.
    top: PathBuf,
}

impl Files {
    /// Looks for the repository that holds `root`.
    pub(super) fn new(root: &Path) -> Self {
        let mut folders: Vec<_> = root.ancestors().map(Path::to_owned).collect();
        let repository = folders.iter().position(|folder| fs::symlink_metadata(folder.join(".git")).is_ok());
        folders.truncate(repository.map_or(1, |at| at + 1));
        let top = folders.last().map_or(root, |folder| folder);
        let top = fs::canonicalize(top).unwrap_or_else(|_| top.to_owned());
        Self { root: root.to_owned(), folders, top }
    }

    /// A path as reports name it.
    pub(super) fn shown(&self, path: &Path) -> String {
        relative(&self.root, path)
    }

    /// The names in a folder, sorted; none where it leads out of the repository or cannot be listed.
    pub(super) fn names(&self, folder: &Path, most: usize) -> Vec<String> {
        if !fs::canonicalize(folder).is_ok_and(|real| real.starts_with(&self.top)) {
            return Vec::new();
        }
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let mut names: Vec<_> =
            entries.take(most).flatten().flat_map(|entry| entry.file_name().into_string()).collect();
        names.sort();
        names
    }

    /// The file that `name` means in `folder`; `None` where it is absent or outside of the repository.
    pub(super) fn named(&self, folder: &Path, name: &str) -> Option<PathBuf> {
        let path = absolute(folder, Path::new(name));
        let real = fs::canonicalize(&path).ok()?;
        (real.starts_with(&self.top) && fs::metadata(&real).ok()?.is_file()).then_some(path)
    }

    /// A file's text.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn read(&self, path: &Path) -> Result<String, (ProblemKind, String)> {
        read_within(&self.top, path)
    }
}
