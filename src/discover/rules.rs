//! pytest's rules for names: which folder is entered and what a file is for. Owns the copies of pytest's and Python's
//! matching functions; refuses to read anything but the marks of a virtualenv.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};

use crate::model::FileRole;
use crate::model::settings::DiscoverySettings;

/// The patterns of one run, compiled.
pub(super) struct Rules {
    python_files: Vec<Pattern>,
    norecursedirs: Vec<Pattern>,
    doctest_glob: Vec<Pattern>,
    ignore: HashSet<PathBuf>,
    ignore_glob: Vec<Fnmatch>,
    virtualenvs: bool,
}

impl Rules {
    /// Compiles what the settings say. No pattern is invalid, as none is for `fnmatch`.
    pub(super) fn new(settings: &DiscoverySettings) -> Self {
        let compiled = |patterns: &[String]| patterns.iter().map(|pattern| Pattern::new(pattern)).collect();
        Self {
            python_files: compiled(&settings.python_files),
            norecursedirs: compiled(&settings.norecursedirs),
            doctest_glob: compiled(&settings.doctest_glob),
            ignore: settings.ignore.iter().cloned().collect(),
            ignore_glob: settings.ignore_glob.iter().map(|glob| Fnmatch::new(glob)).collect(),
            virtualenvs: settings.virtualenvs,
        }
    }

    /// Whether a file with this absolute path is read: Python, or text that pytest searches for doctests (`_is_doctest`
    /// of `_pytest/doctest.py`).
    pub(super) fn is_read(&self, path: &Path) -> bool {
        path.file_name().is_some_and(is_python) || self.doctest_glob.iter().any(|pattern| pattern.matches(path))
    }

    /// What a file at this absolute path is for: `path_matches_patterns` of `_pytest/python.py`. A `conftest.py`
    /// is one whatever `python_files` says, because it is imported as such in any case.
    pub(super) fn role(&self, path: &Path) -> FileRole {
        if !path.file_name().is_some_and(is_python) {
            FileRole::DoctestText
        } else if path.file_name() == Some(OsStr::new("conftest.py")) {
            FileRole::Conftest
        } else if self.python_files.iter().any(|pattern| pattern.matches(path)) {
            FileRole::TestModule
        } else {
            FileRole::Other
        }
    }

    /// Whether the name of this folder keeps pytest out: the tests of `pytest_ignore_collect` in `_pytest/main.py`
    /// that need nothing but the name. git's own folder never holds sources, whatever `norecursedirs` says.
    pub(super) fn never_entered(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == "__pycache__" || name == ".git")
            || self.norecursedirs.iter().any(|pattern| pattern.matches(path))
    }

    /// Whether this path is left out by itself, file or folder: `--ignore` and `--ignore-glob` in
    /// `pytest_ignore_collect`. They keep pytest from collecting a `conftest.py`, and not from loading it.
    pub(super) fn ignored(&self, path: &Path) -> bool {
        let named = self.ignore.contains(path) || self.ignore_glob.iter().any(|glob| glob.matches(path.as_os_str()));
        named && path.file_name() != Some(OsStr::new("conftest.py"))
    }

    /// Whether a folder, open under this path, is kept closed as a virtual environment: `_in_venv` of
    /// `_pytest/main.py`, which also knows conda's.
    pub(super) fn closed_venv(&self, folder: &Path) -> bool {
        !self.virtualenvs
            && (folder.join("pyvenv.cfg").is_file() || folder.join("conda-meta").join("history").is_file())
    }
}

/// `pytest_collect_file` of `_pytest/python.py`: `file_path.suffix == ".py"`.
pub(super) fn is_python(name: &OsStr) -> bool {
    Path::new(name).extension() == Some(OsStr::new("py"))
}

/// Whether shells and `glob` hide this name.
pub(super) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().first() == Some(&b'.')
}

/// A pattern of pytest's configuration: `fnmatch_ex` of `_pytest/pathlib.py`. Without a separator it is matched against
/// the name, with one against the whole path, where anything may precede it unless it is absolute.
struct Pattern {
    whole: bool,
    glob: Fnmatch,
}

impl Pattern {
    fn new(pattern: &str) -> Self {
        let pattern = if cfg!(windows) { pattern.replace('/', "\\") } else { pattern.to_owned() };
        let whole = pattern.contains(MAIN_SEPARATOR_STR);
        let anchored = Path::new(&pattern).is_absolute();
        let pattern = if whole && !anchored { format!("*{MAIN_SEPARATOR_STR}{pattern}") } else { pattern };
        Self { whole, glob: Fnmatch::new(&pattern) }
    }

    fn matches(&self, path: &Path) -> bool {
        let subject = if self.whole { Some(path.as_os_str()) } else { path.file_name() };
        subject.is_some_and(|subject| self.glob.matches(subject))
    }
}

/// A compiled pattern of Python's `fnmatch`: `*` and `?` match any character, `/` and line breaks too; there are no
/// braces, no escapes and no invalid patterns.
pub(super) struct Fnmatch {
    tokens: Vec<Token>,
}

enum Token {
    Literal(u32),
    Any,
    Star,
    Set { negated: bool, ranges: Vec<(u32, u32)> },
}

impl Token {
    fn accepts(&self, code: u32) -> bool {
        match self {
            Self::Literal(literal) => *literal == code,
            Self::Any | Self::Star => true,
            Self::Set { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&code)) != *negated
            }
        }
    }
}

impl Fnmatch {
    /// `fnmatch.translate`, to tokens instead of a regular expression.
    pub(super) fn new(pattern: &str) -> Self {
        let codes = codes(OsStr::new(pattern));
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(code) = codes.get(at) {
            at += 1;
            tokens.push(match char::from_u32(*code) {
                Some('*') => Token::Star,
                Some('?') => Token::Any,
                Some('[') => match set_end(&codes, at) {
                    Some(end) => {
                        let set = set(&codes[at..end]);
                        at = end + 1;
                        set
                    }
                    None => Token::Literal(*code),
                },
                _ => Token::Literal(*code),
            });
        }
        Self { tokens }
    }

    /// `fnmatch.fnmatch`: whether the whole name matches.
    pub(super) fn matches(&self, name: &OsStr) -> bool {
        let codes = codes(name);
        let (mut token, mut at) = (0, 0);
        // Where to go on when the rest does not match: behind the last star, which takes one more.
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match (self.tokens.get(token), codes.get(at)) {
                (Some(Token::Star), _) => {
                    token += 1;
                    retry = Some((token, at));
                    continue;
                }
                (Some(wanted), Some(code)) if wanted.accepts(*code) => {
                    token += 1;
                    at += 1;
                    continue;
                }
                (None, None) => return true,
                _ => {}
            }
            match retry {
                Some((behind, taken)) if taken < codes.len() => {
                    (token, at) = (behind, taken + 1);
                    retry = Some((behind, taken + 1));
                }
                _ => return false,
            }
        }
    }
}

/// Where the `]` of the set stands that opened before `start`; a `]` in first place is a member.
fn set_end(codes: &[u32], start: usize) -> Option<usize> {
    let is = |at: usize, wanted: char| codes.get(at) == Some(&u32::from(wanted));
    let first = start + usize::from(is(start, '!'));
    let from = first + usize::from(is(first, ']'));
    (from..codes.len()).find(|at| is(*at, ']'))
}

fn set(members: &[u32]) -> Token {
    let negated = members.first() == Some(&u32::from('!'));
    let mut rest = &members[usize::from(negated)..];
    let mut ranges = Vec::new();
    while let [low, tail @ ..] = rest {
        match tail {
            [dash, high, tail @ ..] if *dash == u32::from('-') => {
                ranges.push((*low, *high));
                rest = tail;
            }
            _ => {
                ranges.push((*low, *low));
                rest = tail;
            }
        }
    }
    Token::Set { negated, ranges }
}

/// Characters as Python sees a name: a byte that is not UTF-8 is one character of its own (`surrogateescape`). On
/// Windows `fnmatch` folds case.
fn codes(name: &OsStr) -> Vec<u32> {
    let mut codes = Vec::with_capacity(name.len());
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        if cfg!(windows) {
            codes.extend(chunk.valid().chars().flat_map(char::to_lowercase).map(u32::from));
        } else {
            codes.extend(chunk.valid().chars().map(u32::from));
        }
        codes.extend(chunk.invalid().iter().map(|byte| 0xDC00 + u32::from(*byte)));
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each verdict is that of `fnmatch.fnmatchcase(name, pattern)`.
    #[test]
    fn fnmatch_agrees_with_python() {
        let cases = [
            ("test_*.py", "test_.py", true),
            ("test_*.py", "xtest_a.py", false),
            ("*_test.py", "a_test.py", true),
            ("*", "", true),
            ("", "a", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("?", "é", true),
            ("*.py", "a\n.py", true),
            ("{arch}", "{arch}", true),
            ("{arch}", "arch", false),
            ("[ab]x", "bx", true),
            ("[!ab]x", "bx", false),
            ("[!ab]x", "cx", true),
            ("[a-c-e]", "-", true),
            ("[a-c-e]", "d", false),
            ("[--a]", "0", true),
            ("[z-a]", "m", false),
            ("[!z-a]", "m", true),
            ("[]]", "]", true),
            ("[!]]", "]", false),
            ("[", "[", true),
            ("[!", "[!", true),
            ("[ab", "a", false),
            ("[\\]", "\\", true),
            ("\\*", "*", false),
            ("**/x", "a/b/x", true),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(Fnmatch::new(pattern).matches(OsStr::new(name)), expected, "{pattern} on {name}");
        }
    }

    #[test]
    fn many_stars_do_not_make_matching_slow() {
        let pattern = "*a".repeat(2_000);
        let name = "a".repeat(20_000) + "b";
        assert!(!Fnmatch::new(&pattern).matches(OsStr::new(&name)));
    }

    #[cfg(unix)]
    #[test]
    fn a_pattern_with_a_slash_is_matched_against_the_end_of_the_path() {
        let role = |pattern: &str, path: &str| {
            let settings = DiscoverySettings { python_files: vec![pattern.to_owned()], ..DiscoverySettings::default() };
            Rules::new(&settings).role(Path::new(path))
        };
        assert_eq!(role("tests/*.py", "/r/tests/a.py"), FileRole::TestModule);
        assert_eq!(role("tests/*.py", "/r/tests/deep/a.py"), FileRole::TestModule);
        assert_eq!(role("tests/*.py", "/r/xtests/a.py"), FileRole::Other);
        assert_eq!(role("/r/*.py", "/r/a.py"), FileRole::TestModule);
        assert_eq!(role("/r/*.py", "/q/r/a.py"), FileRole::Other);
        assert_eq!(role("*.py", "/r/conftest.py"), FileRole::Conftest);
    }
}
