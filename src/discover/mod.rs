//! What to read: the paths given, or pytest's `testpaths`, become a sorted list of source files; [`read`] turns one of
//! them into text.
//!
//! Owns the walk, pytest's rules for names, `.gitignore` and the decoding of sources. Refuses to know what any file
//! says: no parser, no configuration file is read here.

mod cargo;
mod commands;
mod companions;
mod cpp;
mod encoding;
mod generated;
mod gitignore;
mod glob;
mod mentions;
mod named_files;
mod paths;
mod project;
mod read;
mod rules;
mod start;
mod walk;

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

pub use cargo::{CargoFiles, cargo};
pub use commands::{Commands, commands};
pub use companions::{Companions, companions, data};
pub use cpp::{cpp, is_cpp};
pub use generated::generated;
pub use mentions::{mentioned, repeated};
pub use named_files::named_files;
pub use project::{ProjectFiles, project};
pub use read::read;

use crate::model::settings::DiscoverySettings;
use crate::model::{FileRole, Language, Problem, Source, SourceFile};
use rules::Rules;
use start::Starts;
use walk::Walk;

/// What a walk found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// The folder that all paths are relative to; absolute.
    pub root: PathBuf,
    /// Source files sorted by path, each once.
    pub files: Vec<SourceFile>,
    /// What could not be entered, followed or understood, sorted.
    pub problems: Vec<Problem>,
}

/// Why a walk cannot start.
#[derive(Debug)]
pub enum DiscoverError {
    /// A given path cannot be read at all.
    Path {
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An `exclude` pattern that cannot be compiled.
    Exclude {
        /// The pattern as given.
        glob: String,
        /// What is wrong with it.
        message: String,
    },
    /// The current directory cannot be named.
    CurrentDirectory(io::Error),
}

impl fmt::Display for DiscoverError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path { path, source } => {
                write!(formatter, "cannot read `{}`: {}", paths::shown(path), paths::reason(source))?;
                match source.kind() {
                    io::ErrorKind::NotFound => {
                        write!(formatter, "; check the path, it is relative to the current directory")
                    }
                    io::ErrorKind::PermissionDenied => write!(formatter, "; run as a user who may read it"),
                    _ => Ok(()),
                }
            }
            Self::Exclude { glob, message } => write!(
                formatter,
                "invalid `exclude` pattern `{glob}`: {message}; write it as a line of a `.gitignore` file"
            ),
            Self::CurrentDirectory(source) => {
                write!(formatter, "cannot name the current directory: {}; give a path", paths::reason(source))
            }
        }
    }
}

impl std::error::Error for DiscoverError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Path { source, .. } | Self::CurrentDirectory(source) => Some(source),
            Self::Exclude { .. } => None,
        }
    }
}

/// Finds the source files below `paths`, or where pytest would look from the current directory when none is given.
///
/// # Errors
/// Only when a given path cannot be read at all, or an `exclude` pattern is invalid.
pub fn discover(paths: &[PathBuf], settings: &DiscoverySettings) -> Result<Discovery, DiscoverError> {
    discover_from(&current_directory()?, paths, settings)
}

/// [`discover`] as if `current`, an absolute path, were the current directory.
///
/// # Errors
/// As [`discover`].
pub fn discover_from(
    current: &Path,
    paths: &[PathBuf],
    settings: &DiscoverySettings,
) -> Result<Discovery, DiscoverError> {
    let Starts { root, starts } = start::starts(current, paths, settings)?;
    let exclude = gitignore::exclude(&root, &settings.exclude)?;
    let rules = Rules::new(settings);
    let mut walk = Walk::new(&root, &rules, &exclude, settings.gitignore, &starts);
    for start in &starts {
        walk.start(start);
        if let Some(cut) = &settings.confcutdir {
            walk.conftests_above(start, cut);
        }
    }
    let (mut files, mut problems) = walk.finish();
    // A file that is also given by itself is listed once, as the test module that giving it makes it: `TestModule` is
    // the first of the roles.
    files.sort_by(|a, b| (&a.path, &a.absolute, a.role).cmp(&(&b.path, &b.absolute, b.role)));
    files.dedup_by(|later, earlier| later.path == earlier.path && later.absolute == earlier.absolute);
    problems.sort();
    problems.dedup();
    Ok(Discovery { root, files, problems })
}

/// The root that [`discover`] would report for these paths: where a configuration file is looked for before the walk.
///
/// # Errors
/// When a given path cannot be read at all.
pub fn root(paths: &[PathBuf], settings: &DiscoverySettings) -> Result<PathBuf, DiscoverError> {
    start::starts(&current_directory()?, paths, settings).map(|starts| starts.root)
}

/// What the file at a path would be by its name if it were found in a walk: one that is given is a test module in any case.
///
/// # Errors
/// When the current directory cannot be named.
pub fn role_by_name(path: &Path, settings: &DiscoverySettings) -> Result<FileRole, DiscoverError> {
    Ok(Rules::new(settings).role(&current_directory()?.join(path)))
}

/// Whether a path is that of a file of Rust by its name.
pub fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// The source file at a path below the root that was not walked; `None` where there is none, or where a link leads out.
pub fn imported(root: &Path, path: &str) -> Option<SourceFile> {
    let absolute = fs::canonicalize(root.join(path)).ok()?;
    let inside = fs::canonicalize(root).is_ok_and(|root| absolute.starts_with(root));
    let is_file = inside && fs::metadata(&absolute).is_ok_and(|metadata| metadata.is_file());
    let (language, role) = (Language::Python, FileRole::Imported);
    is_file.then(|| SourceFile { path: path.to_owned(), absolute, language, role })
}

/// The text of a file below the root, whatever it is; `None` where there is none, where a link leads out, or where it is too
/// large or no UTF-8.
pub fn text(root: &Path, path: &str, max_file_size: u64) -> Option<String> {
    let SourceFile { absolute, .. } = imported(root, path)?;
    let is_small = fs::metadata(&absolute).is_ok_and(|metadata| metadata.len() <= max_file_size);
    is_small.then(|| fs::read_to_string(&absolute).ok()).flatten()
}

/// The files below the root that a glob pattern finds from a folder below it, as paths from that folder; `None` where the
/// pattern is none, or finds too much. The crate `glob` decides, because rstest uses it.
pub fn globbed(root: &Path, folder: &str, pattern: &str) -> Option<Vec<String>> {
    const MAX_FOUND: usize = 10_000;
    let from = root.join(folder);
    let escaped = ::glob::Pattern::escape(from.to_str()?);
    let mut found = Vec::new();
    for path in ::glob::glob(&format!("{escaped}/{pattern}")).ok()?.filter_map(Result::ok) {
        let inside = fs::canonicalize(&path).is_ok_and(|path| path.starts_with(root));
        if inside && found.len() < MAX_FOUND {
            found.push(paths::relative(&from, &path));
        } else if inside {
            return None;
        }
    }
    Some(found)
}

/// Bytes as [`read`] would make text of them.
///
/// # Errors
/// As there.
pub fn decode(path: &str, bytes: Vec<u8>) -> Result<Source, Problem> {
    encoding::decode(path, bytes).map(|(text, _)| Source { text })
}

/// The root as reports name it: relative to the current directory, with `/`; `.` for the current directory itself.
pub fn display_root(root: &Path) -> String {
    match current_directory() {
        Ok(current) => paths::relative_root(&current, root),
        Err(_) => ".".to_owned(),
    }
}

/// The root's own name; empty where it has none.
pub fn root_name(root: &Path) -> String {
    root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The root seen from the nearest folder above it, or itself, that holds `.git`; `None` where there is none.
pub fn root_in_repository(root: &Path) -> Option<String> {
    let repository = root.ancestors().find(|folder| gitignore::holds_git(folder))?;
    Some(paths::relative_root(repository, root))
}

/// The current directory, absolute.
///
/// # Errors
/// When it cannot be named.
pub fn current_directory() -> Result<PathBuf, DiscoverError> {
    std::env::current_dir().map_err(DiscoverError::CurrentDirectory)
}
