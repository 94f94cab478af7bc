//! Which file of the tree a path in a report means. A report may come from another machine, another folder, or an installed
//! copy of the tree; what is not clear has no place. Owns the guess; asks the disk through a function only.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::lines::Report;
use crate::model::path::absolute;

/// The tree that reports are about.
pub struct Tree<'t> {
    /// The root, absolute.
    pub root: &'t Path,
    /// The folder that the process runs in, absolute: where the given paths of reports begin.
    pub current: &'t Path,
    /// Its sources, relative to the root, with `/`.
    pub files: &'t [String],
    /// Whether there is a file at a path relative to the root.
    pub is_file: &'t dyn Fn(&str) -> bool,
}

/// Ends of paths that are longer than this are not compared.
const MAX_NAMES: usize = 64;

/// What a path loses in front, and what it gets instead.
type Move<'p> = (&'p str, &'p str);

/// For each file of the report its path in the tree, where that is clear. `folder` is where the report stands.
pub(super) fn places(report: &Report, folder: &Path, tree: &Tree<'_>) -> Vec<Option<String>> {
    let known: HashSet<&str> = tree.files.iter().map(String::as_str).collect();
    let folder = absolute(tree.current, folder);
    let mut found: Vec<Option<String>> = Vec::with_capacity(report.files.len());
    let mut far = Vec::new();
    for (at, file) in report.files.iter().enumerate() {
        let path = with_slashes(&file.path);
        let near = candidates(&path, &report.sources, &folder, tree);
        let own = near.iter().find(|path| known.contains(path.as_str()));
        found.push(own.cloned());
        if own.is_none() {
            let beside = near.into_iter().find(|path| (tree.is_file)(path));
            far.push((at, far_path(path, &report.sources), beside));
        }
    }
    let taken: HashSet<String> = found.iter().flatten().cloned().collect();
    let paths: Vec<&str> = far.iter().map(|(_, path, _)| path.as_str()).collect();
    let moved = moved(&paths, tree.files);
    for ((at, _, beside), moved) in far.iter().zip(moved) {
        // What was measured in its own place is not measured again in a copy.
        let moved = moved.filter(|path| !taken.contains(*path)).map(str::to_owned);
        found[*at] = moved.or_else(|| beside.clone());
    }
    found
}

/// Windows writes `C:\\build\\a.py`.
fn with_slashes(path: &str) -> String {
    if path.contains('/') { path.to_owned() } else { path.replace('\\', "/") }
}

fn is_absolute(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.first() == Some(&b'/') || bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && &bytes[1..3] == b":/"
}

/// The path with the one source folder that it is relative to, to be compared from its end.
fn far_path(path: String, sources: &[String]) -> String {
    match sources {
        [source] if !is_absolute(&path) => format!("{}/{path}", with_slashes(source).trim_end_matches('/')),
        _ => path,
    }
}

/// Where the path leads on this machine, relative to the root: from the folders that the report names, from its own folder
/// and those above, from the root.
fn candidates(path: &str, sources: &[String], folder: &Path, tree: &Tree<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut push = |path: &Path| {
        let inside = path.strip_prefix(tree.root).ok().and_then(Path::to_str);
        found.extend(inside.filter(|path| !path.is_empty()).map(str::to_owned));
    };
    if is_absolute(path) {
        push(&absolute(tree.root, Path::new(path)));
        return found;
    }
    for source in sources {
        push(&absolute(&absolute(tree.root, Path::new(&with_slashes(source))), Path::new(path)));
    }
    for folder in folder.ancestors().take_while(|folder| folder.starts_with(tree.root)) {
        push(&absolute(folder, Path::new(path)));
    }
    push(&absolute(tree.root, Path::new(path)));
    found
}

/// The last names of a path, from the longest end of at most [`MAX_NAMES`] names to the shortest.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    let starts = path.char_indices().rev().filter(|(_, letter)| *letter == '/').map(|(at, _)| at + 1).take(MAX_NAMES);
    let mut starts: Vec<usize> = starts.filter(|at| *at < path.len()).collect();
    if starts.len() < MAX_NAMES && !path.starts_with('/') {
        starts.push(0);
    }
    starts.into_iter().rev().map(|at| &path[at..])
}

/// A path of elsewhere, with the files of the tree that it has the longest end in common with.
struct Guess<'p, 'f> {
    path: &'p str,
    /// Bytes of the common end.
    length: usize,
    files: Vec<&'f str>,
    /// Which of them it is.
    file: Option<&'f str>,
    /// How many paths of the report were moved the same way.
    support: usize,
}

impl<'p, 'f: 'p> Guess<'p, 'f> {
    fn new(path: &'p str, index: &HashMap<&str, Vec<&'f str>>) -> Self {
        let longest = ends(path).find_map(|end| Some((end.len(), index.get(end)?)));
        // So many files end alike only by their last name.
        const FEW: usize = 32;
        let (length, files) = match longest {
            Some((length, files)) if files.len() <= FEW => (length, files.clone()),
            _ => (0, Vec::new()),
        };
        let file = if let [only] = files[..] { Some(only) } else { None };
        Self { path, length, files, file, support: 0 }
    }

    fn move_to(&self, file: &'f str) -> Move<'p> {
        (&self.path[..self.path.len() - self.length], &file[..file.len() - self.length])
    }

    /// Of several files the one that was moved as most others were.
    fn decide(&mut self, votes: &HashMap<Move<'p>, usize>) {
        let voted = |file: &'f str| votes.get(&self.move_to(file)).copied().unwrap_or(0);
        let mut files: Vec<(usize, &str)> = self.files.iter().map(|file| (voted(file), *file)).collect();
        files.sort_by(|a, b| b.cmp(a));
        self.file = match files[..] {
            [first] => Some(first.1),
            [first, second, ..] if first.0 > second.0 => Some(first.1),
            _ => None,
        };
    }

    /// Whether the common end is long enough for what speaks for it.
    fn is_sure(&self, file: &'f str) -> bool {
        let names = self.path[self.path.len() - self.length..].matches('/').count() + 1;
        let (lost, got) = self.move_to(file);
        match (lost, got) {
            ("", _) => true,
            (_, "") => names > 1 || self.support > 1,
            _ => names > 2 || names > 1 && self.support > 1,
        }
    }
}

/// How many paths were moved in each way.
fn votes<'p, 'f: 'p>(guesses: &[Guess<'p, 'f>]) -> HashMap<Move<'p>, usize> {
    let mut votes = HashMap::new();
    for guess in guesses {
        if let Some(file) = guess.file {
            *votes.entry(guess.move_to(file)).or_default() += 1;
        }
    }
    votes
}

/// Files of the tree that these paths of elsewhere end like. Files that were moved together have lost the same names in front:
/// that decides between files that end alike, and whether a short end is one at all.
fn moved<'f>(paths: &[&str], files: &'f [String]) -> Vec<Option<&'f str>> {
    let mut index: HashMap<&str, Vec<&'f str>> = HashMap::new();
    for file in files {
        for end in ends(file) {
            index.entry(end).or_default().push(file);
        }
    }
    let mut guesses: Vec<Guess<'_, 'f>> = paths.iter().map(|path| Guess::new(path, &index)).collect();
    let sure = votes(&guesses);
    guesses.iter_mut().for_each(|guess| guess.decide(&sure));
    let all = votes(&guesses);
    // Of several paths that would be one file only the one counts that most speaks for.
    let mut claims: HashMap<&str, (usize, u32)> = HashMap::new();
    for guess in &mut guesses {
        if let Some(file) = guess.file {
            guess.support = all[&guess.move_to(file)];
            let (most, count) = claims.entry(file).or_default();
            match guess.support.cmp(most) {
                Ordering::Less => {}
                Ordering::Equal => *count += 1,
                Ordering::Greater => (*most, *count) = (guess.support, 1),
            }
        }
    }
    let is_first = |guess: &Guess<'_, 'f>, file: &str| claims[file] == (guess.support, 1);
    guesses.iter().map(|guess| guess.file.filter(|file| is_first(guess, file) && guess.is_sure(file))).collect()
}
