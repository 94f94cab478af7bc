//! Where the walk starts and what the root is. Owns the reading of the paths given; refuses to walk.

use std::path::{Component, Path, PathBuf};
use std::{fs, io};

use super::{DiscoverError, gitignore, glob};
use crate::model::settings::DiscoverySettings;

/// The root with the places to walk.
pub(super) struct Starts {
    /// What all paths are relative to.
    pub(super) root: PathBuf,
    /// Where to walk.
    pub(super) starts: Vec<Start>,
}

/// One place to walk.
pub(super) struct Start {
    /// Absolute, under the name it was given by.
    pub(super) path: PathBuf,
    /// Absolute, without links; of a file, the file that a link leads to.
    pub(super) canonical: PathBuf,
    /// Whether it is a folder.
    pub(super) folder: bool,
}

/// The given paths; without any, what pytest's `Config._decide_args` makes of `addopts` and `testpaths`: the paths of
/// the former and the globs of the latter, both relative to the current directory, else the current directory itself.
pub(super) fn starts(current: &Path, given: &[PathBuf], settings: &DiscoverySettings) -> Result<Starts, DiscoverError> {
    let mut starts = given.iter().map(|path| given_start(current, path)).collect::<Result<Vec<_>, _>>()?;
    if starts.is_empty() {
        // The value of an option that is not known looks like a path, and what a glob found may have vanished since.
        let paths = settings.default_paths.iter().map(|path| path.split("::").next().unwrap_or(path));
        starts.extend(paths.filter_map(|path| start(current, Path::new(path)).ok()));
    }
    if starts.is_empty() {
        let expanded = settings.testpaths.iter().flat_map(|pattern| glob::expand(current, pattern));
        starts.extend(expanded.filter_map(|path| start(current, &path).ok()));
    }
    if starts.is_empty() {
        starts.push(given_start(current, Path::new(""))?);
    }
    let holds_all = |root: &&PathBuf| starts.iter().all(|start| start.path.starts_with(root));
    let root = match &settings.root {
        Some(root) if holds_all(&root) => root.clone(),
        _ if given.is_empty() => current.to_owned(),
        _ => common_folder(&starts).unwrap_or_else(|| current.to_owned()),
    };
    let holds_rust = starts.iter().any(|start| !start.folder && super::is_rust(&start.path));
    let root = if holds_rust { package_above(&root).unwrap_or(root) } else { root };
    Ok(Starts { root, starts })
}

/// The highest folder with a manifest of cargo that holds this one, within its repository: a file of Rust means nothing
/// without its package, and a package nothing without its workspace.
fn package_above(folder: &Path) -> Option<PathBuf> {
    let mut found = None;
    for above in folder.ancestors() {
        if above.join("Cargo.toml").is_file() {
            found = Some(above.to_owned());
        }
        if gitignore::holds_git(above) {
            break;
        }
    }
    found
}

/// A path of the command line: it must be there, and a folder must let itself be listed.
fn given_start(current: &Path, path: &Path) -> Result<Start, DiscoverError> {
    let checked = start(current, path).and_then(|start| {
        if start.folder {
            fs::read_dir(&start.canonical)?;
        }
        Ok(start)
    });
    checked.map_err(|source| DiscoverError::Path { path: path.to_owned(), source })
}

fn start(current: &Path, path: &Path) -> io::Result<Start> {
    let path = absolute(current, path)?;
    let canonical = fs::canonicalize(&path)?;
    let folder = fs::metadata(&canonical)?.is_dir();
    Ok(Start { path, canonical, folder })
}

/// The path without `.` and `..`. What precedes a `..` is resolved, because the parent of a link's target is not the
/// folder that holds the link; what follows keeps its names.
fn absolute(current: &Path, path: &Path) -> io::Result<PathBuf> {
    let joined = current.join(path);
    let components: Vec<_> = joined.components().collect();
    let Some(last) = components.iter().rposition(|component| *component == Component::ParentDir) else {
        return Ok(components.iter().collect());
    };
    let mut resolved = fs::canonicalize(components[..=last].iter().collect::<PathBuf>())?;
    resolved.extend(&components[last + 1..]);
    Ok(resolved)
}

/// The deepest folder that holds all of them; a folder holds itself.
fn common_folder(starts: &[Start]) -> Option<PathBuf> {
    let mut folders =
        starts.iter().filter_map(|start| if start.folder { Some(&*start.path) } else { start.path.parent() });
    let mut common = folders.next()?;
    for folder in folders {
        while !folder.starts_with(common) {
            common = common.parent()?;
        }
    }
    Some(common.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(current: &Path, given: &[&str]) -> String {
        let given: Vec<_> = given.iter().map(PathBuf::from).collect();
        super::super::paths::relative(current, &starts(current, &given, &DiscoverySettings::default()).unwrap().root)
    }

    #[test]
    fn the_root_is_the_deepest_folder_that_holds_everything_given() {
        let folder = tempfile::tempdir().unwrap();
        let current = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(current.join("a/b")).unwrap();
        fs::create_dir_all(current.join("ab")).unwrap();
        fs::write(current.join("a/x.py"), "").unwrap();
        fs::write(current.join("a/b/y.py"), "").unwrap();
        let cases: [(&[&str], &str); 9] = [
            (&[], "."),
            (&["."], "."),
            (&["a"], "a"),
            (&["./a/b/"], "a/b"),
            (&["a/x.py"], "a"),
            (&["a/b/y.py", "a/x.py"], "a"),
            (&["a/b", "a"], "a"),
            (&["a", "ab"], "."),
            (&["a/../ab"], "ab"),
        ];
        for (given, expected) in cases {
            assert_eq!(root(&current, given), expected, "{given:?}");
        }
    }
}
