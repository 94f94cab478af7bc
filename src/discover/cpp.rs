//! Where files of C++ are. Walks by `.gitignore` and `exclude`, as for sources, and leaves out hidden folders and what builds
//! write; refuses to open one: whether it has tests, its text tells. pytest's rules for names say nothing about C++.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::gitignore::{self, Ignores};
use super::{DiscoverError, paths};
use crate::model::settings::DiscoverySettings;
use crate::model::{FileRole, Language, SourceFile};

/// The most files of one tree.
const MAX_SOURCES: usize = 500_000;
/// Endings of files that can hold tests.
const ENDINGS: [&str; 9] = ["cpp", "cc", "cxx", "c++", "cu", "h", "hh", "hpp", "cuh"];

/// Whether a path is that of a file of C++ by its name.
pub fn is_cpp(path: &Path) -> bool {
    path.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| ENDINGS.contains(&ending))
}

/// The files of C++ below the given paths (none: below the root), sorted by path. No link is followed. What cannot be entered
/// is a problem of the walk for other sources.
///
/// # Errors
/// When an `exclude` pattern is invalid.
pub fn cpp(root: &Path, paths: &[PathBuf], settings: &DiscoverySettings) -> Result<Vec<SourceFile>, DiscoverError> {
    let exclude = gitignore::exclude(root, &settings.exclude)?;
    let starts = if paths.is_empty() {
        vec![root.to_owned()]
    } else {
        paths.iter().filter_map(|path| std::fs::canonicalize(path).ok()).collect()
    };
    let mut found = Vec::new();
    for start in &starts {
        let mut ignores =
            if settings.gitignore { Ignores::above(start, root, &mut Vec::new()) } else { Ignores::default() };
        let base = ignores.depth();
        let mut entries = WalkDir::new(start).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let Ok(entry) = entry else { continue };
            let (path, is_folder, is_below) = (entry.path(), entry.file_type().is_dir(), entry.depth() > 0);
            if !(is_folder || is_cpp(path) && entry.file_type().is_file()) {
                continue;
            }
            if settings.gitignore {
                ignores.leave_to(base + entry.depth());
            }
            let left_out =
                is_below && (exclude.matched(path, is_folder).is_ignore() || ignores.ignored(path, is_folder));
            if !is_folder && !left_out {
                let (shown, absolute) = (paths::relative(root, path), path.to_owned());
                found.push(SourceFile { path: shown, absolute, language: Language::Cpp, role: FileRole::Other });
            } else if is_folder && (left_out || is_below && never_holds_sources(path)) {
                entries.skip_current_dir();
            } else if is_folder && settings.gitignore {
                ignores.enter(path, path, &paths::relative(root, path), &mut Vec::new());
            }
            if found.len() >= MAX_SOURCES {
                break;
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|later, earlier| later.path == earlier.path);
    Ok(found)
}

/// Whether this folder holds copies or products and not sources of the tree.
fn never_holds_sources(folder: &Path) -> bool {
    let Some(name) = folder.file_name() else { return false };
    let is_file = |name: &str| folder.join(name).symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    super::rules::is_hidden(name)
        || name == "node_modules"
        || name == "__pycache__"
        || is_file("CACHEDIR.TAG")
        || is_file("CMakeCache.txt")
        || is_file("pyvenv.cfg")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_found_by_their_names_and_builds_are_left_out() {
        let root = tempfile::tempdir().unwrap();
        let root = std::fs::canonicalize(root.path()).unwrap();
        std::fs::create_dir(root.join(".git")).unwrap();
        for (path, text) in [
            ("test/a_test.cpp", ""),
            ("test/b.cu", ""),
            ("src/c.h", ""),
            ("src/d.py", ""),
            (".hidden/e.cpp", ""),
            ("out/CMakeCache.txt", ""),
            ("out/f.cpp", ""),
            ("left/g.cc", ""),
            ("ignored/h.cc", ""),
            (".gitignore", "ignored/\n"),
        ] {
            std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join(path), text).unwrap();
        }
        let settings = DiscoverySettings { exclude: vec!["left".to_owned()], ..DiscoverySettings::default() };
        let names = |paths: &[PathBuf]| -> Vec<String> {
            cpp(&root, paths, &settings).unwrap().into_iter().map(|file| file.path).collect()
        };
        assert_eq!(names(&[]), ["src/c.h", "test/a_test.cpp", "test/b.cu"]);
        assert_eq!(names(&[root.join("test"), root.join("test/b.cu")]), ["test/a_test.cpp", "test/b.cu"]);
        assert_eq!(names(&[root.join("out")]), ["out/f.cpp"], "what is given is read");
    }
}
