//! `.gitignore` as git reads it: nested files, negation, the parents' files up to the folder that holds `.git`, and
//! `.git/info/exclude`; and the `exclude` globs, which share its syntax. Owns the reading of these files; refuses to walk.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, iter};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::read::open_regular;
use super::{DiscoverError, paths};
use crate::model::{Problem, ProblemKind};

/// Bytes beyond which a `.gitignore` is not one.
const MAX_SIZE: u64 = 1024 * 1024;

/// The rules in force in one folder: one level for each folder from the repository's top down.
#[derive(Clone, Default)]
pub(super) struct Ignores {
    levels: Vec<Level>,
}

/// What one folder says.
#[derive(Clone, Default)]
struct Level {
    /// Strongest first.
    matchers: Vec<Arc<Gitignore>>,
    /// Whether it holds `.git`: rules from above say nothing about another repository.
    top: bool,
}

impl Ignores {
    /// The rules that the folders above `folder` have for it. When they ignore the folder itself there are none: who
    /// asks for an ignored folder wants what it holds.
    pub(super) fn above(folder: &Path, root: &Path, problems: &mut Vec<Problem>) -> Self {
        let mut ignores = Self::default();
        if holds_git(folder) {
            return ignores;
        }
        let mut chain: Vec<_> = folder.ancestors().skip(1).collect();
        let Some(top) = chain.iter().position(|ancestor| holds_git(ancestor)) else { return ignores };
        chain.truncate(top + 1);
        for ancestor in chain.iter().rev() {
            ignores.enter(ancestor, ancestor, &paths::relative(root, ancestor), problems);
        }
        let ignored = iter::once(&folder).chain(&chain).any(|ancestor| ignores.ignored(ancestor, true));
        if ignored { Self::default() } else { ignores }
    }

    /// How many folders deep this is.
    pub(super) fn depth(&self) -> usize {
        self.levels.len()
    }

    /// Forgets what deeper folders said.
    pub(super) fn leave_to(&mut self, depth: usize) {
        self.levels.truncate(depth);
    }

    /// Adds what a folder says, matched under the name `folder`, read from `open` and reported under `shown`.
    pub(super) fn enter(&mut self, folder: &Path, open: &Path, shown: &str, problems: &mut Vec<Problem>) {
        let mut level = Level { matchers: Vec::new(), top: holds_git(open) };
        let own = IgnoreFile { path: open.join(".gitignore"), shown: join_shown(shown, ".gitignore") };
        level.matchers.extend(own.load(folder, problems));
        if level.top {
            let path = git_folder(open).join("info").join("exclude");
            let exclude = IgnoreFile { path, shown: join_shown(shown, ".git/info/exclude") };
            level.matchers.extend(exclude.load(folder, problems));
        }
        self.levels.push(level);
    }

    /// Whether git would ignore this path. Its folder is not ignored: the walk would not be here.
    pub(super) fn ignored(&self, path: &Path, folder: bool) -> bool {
        for level in self.levels.iter().rev() {
            for matcher in &level.matchers {
                let matched = matcher.matched(path, folder);
                if !matched.is_none() {
                    return matched.is_ignore();
                }
            }
            if level.top {
                break;
            }
        }
        false
    }
}

fn join_shown(folder: &str, name: &str) -> String {
    if folder == "." { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether a folder is the top of a repository.
pub(super) fn holds_git(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(".git")).is_ok()
}

/// The folder in which git keeps `info/exclude`. In a worktree or a submodule `.git` is a file that names another
/// folder (gitrepository-layout, `gitdir:` and `commondir`).
fn git_folder(folder: &Path) -> PathBuf {
    let git = folder.join(".git");
    let first_line = |path: &Path| {
        let text = read_limited(path).ok()?;
        Some(String::from_utf8_lossy(&text).lines().next()?.trim().to_owned())
    };
    let Some(target) = first_line(&git).and_then(|line| Some(line.strip_prefix("gitdir:")?.trim().to_owned())) else {
        return git;
    };
    let own = folder.join(target);
    match first_line(&own.join("commondir")) {
        Some(common) => own.join(common),
        None => own,
    }
}

fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    let (file, _) = open_regular(path)?;
    let mut bytes = Vec::new();
    file.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

struct IgnoreFile {
    path: PathBuf,
    shown: String,
}

impl IgnoreFile {
    /// The rules of this file, matched below `folder`; `None` where it is absent, empty or no plain file. A link is not
    /// followed, as git does not follow it.
    fn load(&self, folder: &Path, problems: &mut Vec<Problem>) -> Option<Arc<Gitignore>> {
        if !fs::symlink_metadata(&self.path).ok()?.is_file() {
            return None;
        }
        let bytes = match read_limited(&self.path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let message = format!("cannot read: {}, its patterns do not count", paths::reason(&error));
                problems.push(Problem::file(&self.shown, ProblemKind::Unreadable, message));
                return None;
            }
        };
        if bytes.len() as u64 > MAX_SIZE {
            let message = format!("larger than {MAX_SIZE} bytes, its patterns do not count");
            problems.push(Problem::file(&self.shown, ProblemKind::TooLarge, message));
            return None;
        }
        self.compile(folder, &bytes, problems)
    }

    fn compile(&self, folder: &Path, bytes: &[u8], problems: &mut Vec<Problem>) -> Option<Arc<Gitignore>> {
        let text = String::from_utf8_lossy(bytes);
        let mut builder = GitignoreBuilder::new(folder);
        builder.allow_unclosed_class(false);
        for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
            if let Err(error) = builder.add_line(None, &escape_braces(line)) {
                let message = format!("invalid pattern `{line}`: {}, it does not count", explain(&error));
                problems.push(Problem::at(&self.shown, number, ProblemKind::Config, message));
            }
        }
        match builder.build() {
            Ok(matcher) if matcher.is_empty() => None,
            Ok(matcher) => Some(Arc::new(matcher)),
            Err(error) => {
                let message = format!("its patterns do not count: {}", explain(&error));
                problems.push(Problem::file(&self.shown, ProblemKind::Config, message));
                None
            }
        }
    }
}

/// Braces are plain characters to git, and alternatives to the matcher.
fn escape_braces(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    let mut backslash = false;
    for letter in line.chars() {
        if matches!(letter, '{' | '}') && !backslash {
            escaped.push('\\');
        }
        backslash = letter == '\\' && !backslash;
        escaped.push(letter);
    }
    escaped
}

fn explain(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}

/// Compiles the `exclude` globs, matched below `root`. Braces are alternatives here, as users of globs expect.
pub(super) fn exclude(root: &Path, globs: &[String]) -> Result<Gitignore, DiscoverError> {
    let error =
        |glob: &str, error: &ignore::Error| DiscoverError::Exclude { glob: glob.to_owned(), message: explain(error) };
    let mut builder = GitignoreBuilder::new(root);
    builder.allow_unclosed_class(false);
    for glob in globs {
        builder.add_line(None, glob).map_err(|cause| error(glob, &cause))?;
    }
    builder.build().map_err(|cause| error(&globs.join(", "), &cause))
}
