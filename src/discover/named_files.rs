//! Whether a text of a tree names a file of Rust, or a folder that it stands in: then something else than cargo may use it,
//! such as trybuild or a generator. Owns which texts are looked at; refuses to know who reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::{paths, read::open_regular, rules::is_hidden};

/// Bytes of a file that are looked at.
const MAX_SIZE: u64 = 4 * 1024 * 1024;
/// How many files are.
const MAX_FILES: usize = 100_000;
/// Files that say what is done with others.
const ENDINGS: [&str; 12] = ["rs", "toml", "yml", "yaml", "sh", "py", "mk", "bzl", "bazel", "cmake", "json", "gn"];
/// The same without an ending.
const NAMES: [&str; 5] = ["Makefile", "GNUmakefile", "justfile", "Justfile", "BUILD"];
/// Of these a folder's name says nothing: they filter changes by it.
const ONLY_FILES: [&str; 4] = ["toml", "yml", "yaml", "json"];
/// Folders that cargo itself looks into.
const OF_CARGO: [&str; 4] = ["src", "tests", "examples", "benches"];

/// Those of the files that some text below the root names, by their path's end, a pattern or a folder, and those that stand in
/// a package that is none yet: in a folder with a manifest by another name. Each comes with the folder of its package.
pub fn named_files<'f>(root: &Path, files: impl Iterator<Item = (&'f str, &'f str)>) -> BTreeSet<String> {
    let files: Vec<Wanted<'_>> = files.map(|(path, package)| Wanted { path, package }).collect();
    if files.is_empty() {
        return BTreeSet::new();
    }
    let mut names = Names::default();
    for file in &files {
        names.by_file.entry(file.name()).or_default().push(file);
        for folder in file.folders() {
            names.by_folder.entry(last(folder)).or_default().push((folder, file.path));
        }
    }
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for path in texts(root) {
        let Ok((file, _)) = open_regular(&path) else { continue };
        let mut text = Vec::new();
        if file.take(MAX_SIZE).read_to_end(&mut text).is_err() {
            continue;
        }
        let shown = paths::relative(root, &path);
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        names.search(&text, &shown, !ONLY_FILES.contains(&ending), &mut found);
    }
    let is_template = |file: &&Wanted<'_>| {
        let folders = file.folders();
        folders.into_iter().any(|folder| has_manifest(&root.join(folder)))
    };
    found.extend(files.iter().filter(is_template).map(|file| file.path));
    found.into_iter().map(str::to_owned).collect()
}

/// A file that is looked for.
struct Wanted<'f> {
    path: &'f str,
    package: &'f str,
}

impl<'f> Wanted<'f> {
    fn name(&self) -> &'f str {
        last(self.path)
    }

    /// The folders between its package and itself, without those that cargo looks into.
    fn folders(&self) -> Vec<&'f str> {
        let below = |folder: &&str| folder.len() > self.package.len();
        let own = |folder: &str| {
            let start = if self.package.is_empty() { 0 } else { self.package.len() + 1 };
            OF_CARGO.contains(&&folder[start..])
        };
        let up = |path: &&'f str| path.rsplit_once('/').map(|(folder, _)| folder);
        let folders = std::iter::successors(up(&self.path), up).take_while(below);
        folders.filter(|folder| !own(folder)).collect()
    }
}

/// What is looked for, by its last part.
#[derive(Default)]
struct Names<'f> {
    by_file: BTreeMap<&'f str, Vec<&'f Wanted<'f>>>,
    by_folder: BTreeMap<&'f str, Vec<(&'f str, &'f str)>>,
}

impl<'f> Names<'f> {
    /// Adds the files that a text names.
    fn search(&self, text: &[u8], path: &str, with_folders: bool, found: &mut BTreeSet<&'f str>) {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./*".contains(&byte);
        let mut at = 0;
        for word in text.split(|byte| !is_part(*byte)) {
            let start = at;
            at += word.len() + 1;
            let Ok(word) = std::str::from_utf8(word) else { continue };
            let is_address = word.starts_with("//") && text[..start].ends_with(b":");
            if is_address || word.len() < 2 {
                continue;
            }
            let calls: [&[u8]; 3] = [b"join(\"", b"push(\"", b"dir(\""];
            let is_quoted = text[..start].ends_with(b"\"") && word.contains('/');
            // A single name is a folder's only where a string says it as a path.
            let is_joined = || is_quoted || calls.iter().any(|call| text[..start].ends_with(call));
            self.word(word, path, with_folders.then_some(&is_joined), found);
        }
    }

    /// Adds the files that a word names.
    fn word(&self, word: &str, text: &str, folders: Option<&dyn Fn() -> bool>, found: &mut BTreeSet<&'f str>) {
        let mut word = word.trim_matches('/');
        while let Some(rest) = word.strip_prefix("../").or_else(|| word.strip_prefix("./")) {
            word = rest.trim_start_matches('/');
        }
        let ends = |path: &str, end: &str| {
            path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        if !word.contains('*') && word.ends_with(".rs") {
            let files = self.by_file.get(last(word)).into_iter().flatten();
            // Its own text says its name for itself.
            found.extend(files.map(|file| file.path).filter(|path| ends(path, word) && *path != text));
            return;
        }
        let Some(is_joined) = folders else { return };
        let is_pattern = word.contains('*');
        let folder = word.split('*').next().unwrap_or_default();
        let folder = if is_pattern { crate::model::path::folder(folder) } else { folder };
        if folder.is_empty() || !folder.contains('/') && !is_joined() {
            return;
        }
        let files = self.by_folder.get(last(folder)).into_iter().flatten();
        found.extend(files.filter(|(own, _)| ends(own, folder)).map(|(_, path)| *path));
        if is_pattern && word.ends_with(".rs") {
            let all = self.by_file.values().flatten();
            let within = |path: &str| path.rsplit_once('/').is_some_and(|(own, _)| ends(own, folder));
            found.extend(all.map(|file| file.path).filter(|path| within(path)));
        }
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a folder holds a manifest, or the template of one.
fn has_manifest(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries.into_iter().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.to_lowercase().starts_with("cargo") && name.contains(".toml")
    })
}

fn texts(root: &Path) -> impl Iterator<Item = std::path::PathBuf> {
    let is_entered = |entry: &DirEntry| {
        let name = entry.file_name();
        entry.depth() == 0 || name == ".github" || !is_hidden(name) && name != "node_modules" && name != "target"
    };
    let files = WalkDir::new(root).into_iter().filter_entry(is_entered).filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file()).map(DirEntry::into_path);
    let says = |path: &std::path::PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let name = path.file_name().and_then(|name| name.to_str());
        ending.is_some_and(|ending| ENDINGS.contains(&ending)) || name.is_some_and(|name| NAMES.contains(&name))
    };
    files.filter(says).take(MAX_FILES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_their_end_a_pattern_or_a_folder() {
        let files = ["tests/ui/bad/one.rs", "tests/it/core/two.rs", "src/three.rs"];
        let cases: [(&str, &str, &[&str]); 14] = [
            ("tests/run.rs", r#"t.compile_fail("tests/ui/*/*.rs")"#, &["tests/ui/bad/one.rs"]),
            ("tests/run.rs", r#"t.pass("ui/bad/one.rs")"#, &["tests/ui/bad/one.rs"]),
            ("tests/run.rs", r#"root.join("ui")"#, &["tests/ui/bad/one.rs"]),
            ("tests/run.rs", r#"concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ui")"#, &["tests/ui/bad/one.rs"]),
            ("tests/run.rs", r#"assert_eq!(name, "core")"#, &[]),
            ("tests/run.rs", "use core::fmt; //core is what it reads", &[]),
            ("tests/run.rs", r#"concat!(env!("CARGO_MANIFEST_DIR"), "/ui")"#, &["tests/ui/bad/one.rs"]),
            ("tests/run.rs", r#"fs::read_dir("tests/")"#, &[]),
            ("tests/run.rs", r#"include_str!("../src/*.rs")"#, &["src/three.rs"]),
            ("Cargo.toml", r#"path = "tests/it/main.rs""#, &[]),
            ("Cargo.toml", r#"path = "src/three.rs""#, &["src/three.rs"]),
            ("ci.yml", "paths: [tests/it/core/]", &[]),
            ("run.sh", "rustc ./tests/it/core/two.rs", &["tests/it/core/two.rs"]),
            ("src/three.rs", "// three.rs", &[]),
        ];
        for (path, text, expected) in cases {
            let root = tempfile::tempdir().unwrap();
            let place = root.path().join(path);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, text).unwrap();
            let found = named_files(root.path(), files.iter().map(|path| (*path, "")));
            assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{path}: {text}");
        }
    }

    #[test]
    fn what_stands_beside_a_template_of_a_manifest_is_named() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("new/src")).unwrap();
        std::fs::write(root.path().join("new/Cargo.toml.template"), "").unwrap();
        let files = [("new/src/lib.rs", ""), ("old/src/lib.rs", "")];
        let found = named_files(root.path(), files.into_iter());
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["new/src/lib.rs"]);
    }
}
