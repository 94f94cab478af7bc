//! Where pytest's configuration stands and which folder is its `rootdir`. Owns the search of
//! `_pytest/config/findpaths.py`; refuses to know what a configuration says.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::file::{CANDIDATES, Defect, Loaded};
use crate::model::{Overlay, path::absolute};

/// `rootdir` and the configuration.
pub(super) struct Setup {
    /// Absolute.
    pub(super) rootdir: PathBuf,
    /// Whether a file says so, and not only the current directory and the arguments.
    pub(super) found: bool,
    /// The file of the configuration, and what it says.
    pub(super) config: Option<(PathBuf, Loaded)>,
}

/// `determine_setup` without `-c` and `--rootdir`: both count on the command line only, before `addopts` is read.
pub(super) fn determine(current: &Path, args: &[PathBuf], overlay: &Overlay, defects: &mut Vec<Defect>) -> Setup {
    let dirs = dirs_from_args(current, args);
    let ancestor = common_ancestor(current, &dirs);
    let located = |(path, loaded): (PathBuf, Loaded)| {
        let rootdir = path.parent().unwrap_or(&path).to_owned();
        Setup { rootdir, found: true, config: Some((path, loaded)) }
    };
    if let Some(config) = locate(std::slice::from_ref(&ancestor), overlay, defects) {
        return located(config);
    }
    if let Some(rootdir) = ancestor.ancestors().find(|folder| folder.join("setup.py").is_file()) {
        return Setup { rootdir: rootdir.to_owned(), found: true, config: None };
    }
    if dirs != [&*ancestor]
        && let Some(config) =
            locate(if dirs.is_empty() { std::slice::from_ref(&ancestor) } else { &dirs }, overlay, defects)
    {
        return located(config);
    }
    let common = common_ancestor(current, &[current.to_owned(), ancestor.clone()]);
    // `is_fs_root`
    let rootdir = if common.parent().is_none() { ancestor } else { common };
    Setup { rootdir, found: false, config: None }
}

/// `get_dirs_from_args`: the folders of those arguments that exist, without what follows the path in a node id.
fn dirs_from_args(current: &Path, args: &[PathBuf]) -> Vec<PathBuf> {
    let path = |arg: &PathBuf| match arg.to_str() {
        Some(option) if option.starts_with('-') => None,
        Some(node_id) => Some(absolute(current, Path::new(node_id.split("::").next().unwrap_or(node_id)))),
        None => Some(absolute(current, arg)),
    };
    let folder = |path: PathBuf| match path.parent() {
        Some(parent) if !path.is_dir() => parent.to_owned(),
        _ => path,
    };
    args.iter().filter_map(path).filter(|path| path.exists()).map(folder).collect()
}

/// `get_common_ancestor` of folders.
fn common_ancestor(current: &Path, dirs: &[PathBuf]) -> PathBuf {
    let mut dirs = dirs.iter().filter(|path| path.exists());
    let Some(first) = dirs.next() else { return current.to_owned() };
    let shared = |common: &Path, path: &PathBuf| {
        let above = common.ancestors().find(|above| path.starts_with(above)).map(Path::to_owned);
        above.unwrap_or_else(|| common.to_owned())
    };
    dirs.fold(first.clone(), |common, path| shared(&common, path))
}

/// `locate_config`: the first file that is a configuration, from each folder upwards; else the first `pyproject.toml`
/// passed. The weaker files beside it do not count, but what is wrong with them would stop pytest too.
fn locate(dirs: &[PathBuf], overlay: &Overlay, defects: &mut Vec<Defect>) -> Option<(PathBuf, Loaded)> {
    let mut pyproject = None;
    let mut passed = HashSet::new();
    for folder in dirs.iter().flat_map(|folder| folder.ancestors()) {
        if !passed.insert(folder) {
            continue;
        }
        let mut found = None;
        for candidate in &CANDIDATES {
            let path = folder.join(candidate.name);
            if !path.is_file() {
                continue;
            }
            if candidate.name == "pyproject.toml" && pyproject.is_none() {
                pyproject = Some(path.clone());
            }
            let loaded = candidate.load(&path, overlay, defects);
            found = found.or(loaded.map(|loaded| (path, loaded)));
        }
        if found.is_some() {
            return found;
        }
    }
    pyproject.map(|path| (path, Loaded::default()))
}
