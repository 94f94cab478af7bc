//! The walk: which folders are entered, which links are followed, which files are kept. Owns what is decided about one
//! directory entry; refuses to open a file.
//!
//! Folder links are followed here and not by walkdir, because a link must be judged before the folder behind it is
//! listed. A folder behind a link is walked under its real path, so that no path has more links than the system
//! resolves, and is reported under the path that leads through the link.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;
use walkdir::{DirEntry, WalkDir};

use super::gitignore::Ignores;
use super::paths;
use super::rules::Rules;
use super::start::Start;
use crate::model::{FileRole, Language, Problem, ProblemKind, SourceFile};

/// How many links may lie on one path; beyond it the system itself reports a circle (Linux's `MAXSYMLINKS`).
const MAX_LINKS: usize = 40;

/// How often one folder is entered through links: it keeps the walk linear where links make the number of paths grow
/// exponentially.
const MAX_WAYS: u32 = 32;

/// One run's walk and what it found so far.
pub(super) struct Walk<'a> {
    root: &'a Path,
    canonical_root: PathBuf,
    rules: &'a Rules,
    exclude: &'a Gitignore,
    gitignore: bool,
    /// Folders that are walked as starts of their own, and therefore not again from a folder above.
    starts: HashSet<&'a Path>,
    /// How often each real folder was entered through a link.
    ways: HashMap<PathBuf, u32>,
    /// Folders whose own `conftest.py` was looked for, with those above.
    loaded: HashSet<&'a Path>,
    files: Vec<SourceFile>,
    problems: Vec<Problem>,
}

/// A folder that walkdir walks in one go: a start, or the folder behind a link.
struct Segment<'a> {
    start: &'a Start,
    /// Where it is, seen from the start, through the links that lead to it.
    inner: PathBuf,
    /// Where it really is.
    real: PathBuf,
    /// The rules in force above it.
    ignores: Ignores,
    /// For each link passed: the real folder of its segment, and the real folder that held the link.
    trail: Vec<(PathBuf, PathBuf)>,
}

/// The names of one directory entry.
struct Place {
    /// Where the user sees it.
    path: PathBuf,
    /// Where `.gitignore` files see it: below the start's real folder, links below that unresolved.
    matched: PathBuf,
    /// Seen from the start.
    inner: PathBuf,
}

impl Segment<'_> {
    fn place(&self, real: &Path) -> Place {
        let behind = real.strip_prefix(&self.real).unwrap_or(Path::new(""));
        let inner = join(&self.inner, behind);
        Place { path: join(&self.start.path, &inner), matched: join(&self.start.canonical, &inner), inner }
    }
}

/// `Path::join` without the `/` that an empty tail would leave behind.
fn join(folder: &Path, tail: &Path) -> PathBuf {
    if tail.as_os_str().is_empty() { folder.to_owned() } else { folder.join(tail) }
}

impl<'a> Walk<'a> {
    /// A walk that found nothing yet.
    pub(super) fn new(
        root: &'a Path,
        rules: &'a Rules,
        exclude: &'a Gitignore,
        gitignore: bool,
        starts: &'a [Start],
    ) -> Self {
        Self {
            root,
            canonical_root: fs::canonicalize(root).unwrap_or_else(|_| root.to_owned()),
            rules,
            exclude,
            gitignore,
            starts: starts.iter().filter(|start| start.folder).map(|start| &*start.path).collect(),
            ways: HashMap::new(),
            loaded: HashSet::new(),
            files: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The files and problems found, in the order of the walk.
    pub(super) fn finish(self) -> (Vec<SourceFile>, Vec<Problem>) {
        (self.files, self.problems)
    }

    /// Walks one start. A folder is entered whatever its name; a file is a test module whatever its name, as
    /// `Session.isinitpath` makes it in pytest.
    pub(super) fn start(&mut self, start: &'a Start) {
        if !start.folder {
            return self.given_file(start);
        }
        let mut ignores = Ignores::default();
        if self.gitignore {
            ignores = Ignores::above(&start.canonical, self.root, &mut self.problems);
        }
        let first = Segment { start, inner: PathBuf::new(), real: start.canonical.clone(), ignores, trail: Vec::new() };
        let mut segments = vec![first];
        while let Some(segment) = segments.pop() {
            self.segment(segment, &mut segments);
        }
    }

    fn given_file(&mut self, start: &Start) {
        let shown = paths::relative(self.root, &start.path);
        if !fs::metadata(&start.canonical).is_ok_and(|metadata| metadata.is_file()) {
            self.problems.push(not_a_file(shown));
        } else if super::is_rust(&start.path) || super::is_cpp(&start.path) {
            // Its package is found from the root; C++ has a walk of its own.
        } else if !self.rules.is_read(&start.path) && !is_text(&start.path) {
            let message = "not a Python source: only names that end in `.py` are read, and texts with doctests";
            self.problems.push(Problem::file(shown, ProblemKind::NotAFile, message));
        } else {
            let role = match self.rules.role(&start.path) {
                role @ (FileRole::Conftest | FileRole::DoctestText) => role,
                FileRole::TestModule | FileRole::Other | FileRole::Imported => FileRole::TestModule,
            };
            let absolute = start.canonical.clone();
            self.files.push(SourceFile { path: shown, absolute, language: Language::Python, role });
        }
    }

    /// Keeps each `conftest.py` between the root and a start, which pytest loads for what is below it:
    /// `_loadconftestmodules`, with `_is_in_confcutdir`. `.gitignore` says nothing about them, as it does not about the
    /// start.
    pub(super) fn conftests_above(&mut self, start: &'a Start, cut: &Path) {
        let root = self.root;
        let above = start.path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        for folder in above.filter(|folder| *folder == cut || !cut.starts_with(folder)) {
            if !self.loaded.insert(folder) {
                break;
            }
            let path = folder.join("conftest.py");
            let Ok(target) = fs::canonicalize(&path) else { continue };
            if self.exclude.matched_path_or_any_parents(&path, false).is_ignore() || !target.is_file() {
                continue;
            }
            if target.starts_with(&self.canonical_root) || target.starts_with(&start.canonical) {
                let place = Place { matched: path.clone(), inner: PathBuf::new(), path };
                self.keep(&place, target, true);
            } else {
                self.link_problem(&path, "the link leads out of the root, not followed".to_owned());
            }
        }
    }

    fn segment(&mut self, mut segment: Segment<'a>, segments: &mut Vec<Segment<'a>>) {
        let base = segment.ignores.depth();
        let mut entries = WalkDir::new(&segment.real).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.unreadable(&segment, &error);
                    continue;
                }
            };
            if self.gitignore {
                segment.ignores.leave_to(base + entry.depth());
            }
            let kind = entry.file_type();
            if entry.depth() == 0 {
                let place = segment.place(entry.path());
                self.enter(&mut segment, &place, entry.path());
            } else if kind.is_dir() {
                let place = segment.place(entry.path());
                if !self.enters(&segment, &place, entry.path()) {
                    entries.skip_current_dir();
                } else if !segment.trail.is_empty() && self.too_many_ways(entry.path()) {
                    self.link_problem(&place.path, too_many_ways());
                    entries.skip_current_dir();
                } else {
                    self.enter(&mut segment, &place, entry.path());
                }
            } else if kind.is_symlink() {
                segments.extend(self.link(&segment, &entry));
            } else if self.rules.is_read(entry.path()) {
                let place = segment.place(entry.path());
                if !self.left_out(&segment, &place, false) {
                    self.keep(&place, entry.into_path(), kind.is_file());
                }
            }
        }
    }

    /// Whether pytest, git and the user all let this folder be entered. `open` is where it can be read.
    fn enters(&self, segment: &Segment<'_>, place: &Place, open: &Path) -> bool {
        !self.starts.contains(&*place.path)
            && !self.rules.never_entered(&place.path)
            && !self.left_out(segment, place, true)
            && !self.rules.closed_venv(open)
    }

    fn left_out(&self, segment: &Segment<'_>, place: &Place, folder: bool) -> bool {
        self.exclude.matched(&place.path, folder).is_ignore()
            || segment.ignores.ignored(&place.matched, folder)
            || self.rules.ignored(&place.path)
    }

    fn enter(&mut self, segment: &mut Segment<'_>, place: &Place, open: &Path) {
        if self.gitignore {
            let shown = paths::relative(self.root, &place.path);
            segment.ignores.enter(&place.matched, open, &shown, &mut self.problems);
        }
    }

    /// Counts one more way to a folder behind a link and says whether that is too many.
    fn too_many_ways(&mut self, real: &Path) -> bool {
        let ways = self.ways.entry(real.to_owned()).or_insert(0);
        *ways = ways.saturating_add(1);
        *ways > MAX_WAYS
    }

    /// Judges a link; a folder worth entering becomes a segment of its own.
    fn link(&mut self, segment: &Segment<'a>, entry: &DirEntry) -> Option<Segment<'a>> {
        let link = entry.path();
        let place = segment.place(link);
        let wanted = self.rules.is_read(link);
        let (target, metadata) = match fs::canonicalize(link).and_then(|target| Ok((fs::metadata(&target)?, target))) {
            Ok((metadata, target)) => (target, metadata),
            Err(error) => {
                if wanted && !self.left_out(segment, &place, false) {
                    let message = format!("the link leads nowhere: {}", paths::reason(&error));
                    self.link_problem(&place.path, message);
                }
                return None;
            }
        };
        if metadata.is_dir() {
            return self.linked_folder(segment, place, link, target);
        }
        if wanted && !self.left_out(segment, &place, false) {
            if self.inside(segment, &target) {
                self.keep(&place, target, metadata.is_file());
            } else {
                self.link_problem(&place.path, "the link leads out of the root, not followed".to_owned());
            }
        }
        None
    }

    fn linked_folder(
        &mut self,
        segment: &Segment<'a>,
        place: Place,
        link: &Path,
        target: PathBuf,
    ) -> Option<Segment<'a>> {
        if !self.enters(segment, &place, link) {
            return None;
        }
        let holder = link.parent().unwrap_or(link).to_owned();
        let trail: Vec<_> = segment.trail.iter().cloned().chain([(segment.real.clone(), holder)]).collect();
        let circle = trail.iter().any(|(top, bottom)| bottom.starts_with(&target) && target.starts_with(top));
        let message = if !self.inside(segment, &target) {
            "the link leads out of the root, not followed".to_owned()
        } else if circle {
            "the link leads back to a folder that holds it, not followed".to_owned()
        } else if trail.len() > MAX_LINKS {
            format!("more than {MAX_LINKS} links on one path, not followed")
        } else if self.too_many_ways(&target) {
            too_many_ways()
        } else {
            let ignores = segment.ignores.clone();
            return Some(Segment { start: segment.start, inner: place.inner, real: target, ignores, trail });
        };
        self.link_problem(&place.path, message);
        None
    }

    fn inside(&self, segment: &Segment<'_>, target: &Path) -> bool {
        target.starts_with(&self.canonical_root) || target.starts_with(&segment.start.canonical)
    }

    fn keep(&mut self, place: &Place, absolute: PathBuf, regular: bool) {
        let path = paths::relative(self.root, &place.path);
        if regular {
            let role = self.rules.role(&place.path);
            self.files.push(SourceFile { path, absolute, language: Language::Python, role });
        } else {
            self.problems.push(not_a_file(path));
        }
    }

    fn unreadable(&mut self, segment: &Segment<'_>, error: &walkdir::Error) {
        let place = segment.place(error.path().unwrap_or(&segment.real));
        let reason = error.io_error().map_or_else(|| "it cannot be listed".to_owned(), paths::reason);
        let shown = paths::relative(self.root, &place.path);
        self.problems.push(Problem::file(shown, ProblemKind::Unreadable, format!("cannot read: {reason}")));
    }

    fn link_problem(&mut self, path: &Path, message: String) {
        self.problems.push(Problem::file(paths::relative(self.root, path), ProblemKind::Link, message));
    }
}

fn not_a_file(shown: String) -> Problem {
    Problem::file(shown, ProblemKind::NotAFile, "not a regular file but a FIFO, socket or device, not opened")
}

fn too_many_ways() -> String {
    format!("more than {MAX_WAYS} links lead to the same folder, not followed")
}

/// Whether a file that is given by itself is searched for doctests (`_is_doctest` of `_pytest/doctest.py`).
fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "txt" || ending == "rst")
}
