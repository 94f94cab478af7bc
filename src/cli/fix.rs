//! `testaudit lint --fix` and `--diff`: fixes are planned in memory until there are none left, then written or shown.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{
    engine::Linted,
    error::Error,
    fix::{self, Judged, Mended},
    model::{
        FileChange, Overlay,
        path::{relative, shown},
    },
    render::escape::visible,
    views,
};

/// What fixes make of the tree.
pub(super) struct Fixes {
    /// pytest's `rootdir`, which their paths are relative to.
    rootdir: PathBuf,
    mended: Mended,
}

/// Plans the fixes of what is shown. `judge` judges the tree with some files replaced; returned is its last answer.
pub(super) fn plan(
    first: Linted,
    rootdir: PathBuf,
    judge: impl Fn(Overlay) -> Result<Linted, Error>,
) -> Result<(Fixes, Linted), Error> {
    let mut last = None;
    let mended = fix::until_stable(judged(&first), &|path| fix::read(&rootdir, path), |changes| {
        let linted = judge(overlay(&rootdir, changes))?;
        Ok::<_, Error>(judged(last.insert(linted)))
    })?;
    if !mended.converged {
        return Err(Error::Fixes);
    }
    Ok((Fixes { rootdir, mended }, last.unwrap_or(first)))
}

fn judged(linted: &Linted) -> Judged {
    let (findings, config) = (linted.findings.clone(), linted.config.clone());
    Judged { findings, config, problems: linted.lint.problems.clone() }
}

fn overlay(rootdir: &Path, changes: &[FileChange]) -> Overlay {
    let place = |change: &FileChange| Some((fix::inside(rootdir, &change.path).ok()?, change.after.clone()));
    Overlay(changes.iter().filter_map(place).collect())
}

impl Fixes {
    /// What changes: each path as seen from the current directory, and the bytes before and after.
    pub(super) fn changes(&self, current: &Path) -> Vec<(String, &[u8], &[u8])> {
        let changes = self.mended.changes.iter();
        changes.map(|change| (self.path(current, &change.path), &*change.before, &*change.after)).collect()
    }

    /// Writes every file, and says what became of each. Whether all could be written.
    pub(super) fn write(&self, current: &Path, quiet: bool) -> bool {
        let mut all = true;
        for FileChange { path, before, after, .. } in &self.mended.changes {
            let seen = self.path(current, path);
            match fix::replace(&self.rootdir, path, before, after) {
                Ok(()) if quiet => {}
                Ok(()) => {
                    let number = self.mended.fixed.get(path).copied().unwrap_or_default();
                    say(&format!("fixed {} in `{seen}`", views::count(number, "finding")));
                }
                Err(message) => {
                    all = false;
                    say(&format!("error: `{seen}` is left as it is: {message}"));
                }
            }
        }
        if !quiet && self.mended.changes.is_empty() {
            say("nothing was fixed");
        }
        all
    }

    /// Says why findings that have a fix are left.
    pub(super) fn tell_refused(&self, current: &Path, quiet: bool) {
        for refusal in self.mended.refused.iter().filter(|_| !quiet) {
            let path = match refusal.path.as_str() {
                "" => String::new(),
                path => format!("`{}`: ", self.path(current, path)),
            };
            say(&format!("not fixed: {path}{}", refusal.message));
        }
    }

    fn path(&self, current: &Path, path: &str) -> String {
        match self.rootdir.join(path) {
            absolute if current.as_os_str().is_empty() => shown(&absolute),
            absolute => relative(current, &absolute),
        }
    }
}

/// Failing to print is no reason to fail.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{}", visible(line));
}
