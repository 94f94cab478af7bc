//! `testpaths` as pytest expands them: Python's `glob.iglob(pattern, recursive=True)`. Refuses to know what is done
//! with the paths found.

use std::fs;
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::rules::is_hidden;
use crate::model::Fnmatch;

/// The existing paths that `pattern` names, relative to `current`, sorted.
///
/// Copies `glob._iglob`: `*` and `?` do not cross a `/` and match no hidden name unless the pattern's own part is
/// hidden, `**` is any number of folders that are not hidden, a part without wildcards is taken as it stands.
pub(super) fn expand(current: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![current.to_owned()];
    for component in Path::new(pattern).components() {
        let part = match component {
            Component::Normal(part) => part.to_string_lossy(),
            other => {
                found = found.iter().map(|folder| folder.join(other)).collect();
                continue;
            }
        };
        found = if part == "**" {
            found.iter().flat_map(|folder| below(folder)).collect()
        } else if part.contains(['*', '?', '[']) {
            let glob = Fnmatch::new(&part);
            let hidden = part.starts_with('.');
            found.iter().flat_map(|folder| children(folder, &glob, hidden)).collect()
        } else {
            found.iter().map(|folder| folder.join(&*part)).filter(|path| path.exists()).collect()
        };
        found.sort();
        found.dedup();
    }
    found.retain(|path| path.exists());
    found
}

fn children(folder: &Path, glob: &Fnmatch, hidden: bool) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .filter_map(Result::ok)
        .filter(|entry| {
            let name = entry.file_name();
            (hidden || !is_hidden(&name)) && glob.matches(&name)
        })
        .map(|entry| entry.path())
        .collect()
}

/// The folder and everything below. Links are listed and not entered, where Python would enter them: a circle of links
/// has no end.
fn below(folder: &Path) -> Vec<PathBuf> {
    WalkDir::new(folder)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()))
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_expand_as_python_expands_them() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["a/tests/x", "b/c/tests", ".h/tests", "a/.t"] {
            fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        fs::write(folder.path().join("b/tests.py"), "").unwrap();
        let expanded = |pattern: &str| -> Vec<String> {
            expand(folder.path(), pattern)
                .iter()
                .map(|path| super::super::paths::relative(folder.path(), path))
                .collect()
        };
        // Each list is what `sorted(glob.iglob(pattern, recursive=True))` gives over the same tree.
        assert_eq!(expanded("a/tests"), ["a/tests"]);
        assert_eq!(expanded("*/tests"), ["a/tests"]);
        assert_eq!(expanded("**/tests"), ["a/tests", "b/c/tests"]);
        assert_eq!(expanded("a/*"), ["a/tests"]);
        assert_eq!(expanded("a/.*"), ["a/.t"]);
        assert_eq!(expanded("b/[t]*.py"), ["b/tests.py"]);
        assert_eq!(expanded("b/**"), ["b", "b/c", "b/c/tests", "b/tests.py"]);
        assert_eq!(expanded("nowhere"), Vec::<String>::new());
    }
}
