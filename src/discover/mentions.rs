//! Whether words stand anywhere in a tree besides the files that were read. Owns which files are looked at; refuses to know
//! what a word means.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read as _,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

use super::{paths, read::open_regular, rules::is_hidden};

/// Bytes of a file that are looked at.
const MAX_SIZE: u64 = 4 * 1024 * 1024;
/// How many files are.
const MAX_FILES: usize = 50_000;
/// Files in which names of fixtures and markers stand: sources, and texts with examples.
const ENDINGS: [&str; 6] = ["py", "pyi", "ipynb", "md", "rst", "txt"];

/// Those of the words that stand in some file below the root, whose path is not among these. A file that cannot be read
/// mentions nothing.
pub fn mentioned<'w>(root: &Path, words: &BTreeSet<&'w str>, except: &BTreeSet<&str>) -> BTreeSet<&'w str> {
    let mut left: BTreeSet<&str> = words.clone();
    for path in files(root) {
        if left.is_empty() {
            break;
        }
        if except.contains(paths::relative(root, &path).as_str()) {
            continue;
        }
        let mut text = Vec::new();
        let Ok((file, _)) = open_regular(&path) else { continue };
        if file.take(MAX_SIZE).read_to_end(&mut text).is_ok() {
            left.retain(|word| !holds(&text, word.as_bytes()));
        }
    }
    words.difference(&left).copied().collect()
}

/// Those of the words that stand at more than one place in the sources below the root.
pub fn repeated<'w>(root: &Path, words: &BTreeSet<&'w str>) -> BTreeSet<&'w str> {
    let mut places: BTreeMap<&str, usize> = words.iter().map(|word| (*word, 0)).collect();
    let is_source = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "py" || ending == "pyi");
    for path in files(root).filter(is_source) {
        let mut text = Vec::new();
        let Ok((file, _)) = open_regular(&path) else { continue };
        if file.take(MAX_SIZE).read_to_end(&mut text).is_ok() {
            for (word, count) in places.iter_mut().filter(|(_, count)| **count < 2) {
                *count += places_of(&text, word.as_bytes()).take(2).count();
            }
        }
    }
    words.iter().copied().filter(|word| places[word] > 1).collect()
}

fn files(root: &Path) -> impl Iterator<Item = PathBuf> {
    let is_entered = |entry: &DirEntry| {
        let name = entry.file_name();
        entry.depth() == 0 || !is_hidden(name) && name != "node_modules" && name != "__pycache__"
    };
    let files = WalkDir::new(root).into_iter().filter_entry(is_entered).filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file()).map(DirEntry::into_path);
    let has_ending = |path: &PathBuf| {
        path.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| ENDINGS.contains(&ending))
    };
    files.filter(has_ending).take(MAX_FILES)
}

/// Whether a word stands in a text and is no part of a longer one.
fn holds(text: &[u8], word: &[u8]) -> bool {
    places_of(text, word).next().is_some()
}

/// Where a word stands in a text and is no part of a longer one.
fn places_of<'t>(text: &'t [u8], word: &'t [u8]) -> impl Iterator<Item = usize> + 't {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memchr::memmem::find_iter(text, word).filter(move |at| {
        let at = *at;
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        !(is_part(before) && is_part(word.first()) || is_part(text.get(at + word.len())) && is_part(word.last()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_no_part_of_a_longer_one() {
        for (text, expected) in
            [("slow", true), ("mark.slow", true), ("slower", false), ("not_slow", false), ("fast", false)]
        {
            assert_eq!(holds(text.as_bytes(), b"slow"), expected, "{text}");
        }
        assert!(holds(b"x'slow'y", b"'slow'"), "quotes end a word themselves");
    }

    #[test]
    fn a_word_is_repeated_over_files_and_within_one() {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [("a.py", "one two two onetwo"), ("b.py", "three"), ("c.pyi", "three"), ("d.md", "one")] {
            std::fs::write(root.path().join(path), text).unwrap();
        }
        assert_eq!(repeated(root.path(), &BTreeSet::from(["one", "two", "three"])), BTreeSet::from(["three", "two"]));
    }

    #[test]
    fn words_count_in_sources_and_texts_and_not_in_the_files_that_were_read() {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [("a.py", "one"), ("b.md", "two"), ("c.bin", "three"), (".git/d.py", "four")] {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let words = BTreeSet::from(["one", "two", "three", "four"]);
        assert_eq!(mentioned(root.path(), &words, &BTreeSet::new()), BTreeSet::from(["one", "two"]));
        assert_eq!(mentioned(root.path(), &words, &BTreeSet::from(["a.py"])), BTreeSet::from(["two"]));
    }
}
