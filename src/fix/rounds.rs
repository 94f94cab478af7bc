//! Fixes until there is nothing left to fix: one may bring another to light. Everything happens in memory; refuses to know
//! how the tree is judged.

use std::collections::{BTreeMap, BTreeSet};

use super::{Plan, Refusal, plan};
use crate::model::{FileChange, Finding, Fix, Problem, ProblemKind, pytest::ConfigSource};

/// More rounds than any number of fixes needs that do not undo each other.
const MAX_ROUNDS: usize = 10;

/// What fixes are planned by.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// The findings that are shown.
    pub findings: Vec<Finding>,
    /// Where pytest's configuration stands.
    pub config: Option<ConfigSource>,
    /// What could not be judged.
    pub problems: Vec<Problem>,
}

/// What all rounds amount to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mended {
    /// The files that change, sorted by path, each once.
    pub changes: Vec<FileChange>,
    /// How many findings of the first and of later rounds were mended in each file.
    pub fixed: BTreeMap<String, usize>,
    /// Why findings that have a fix are left.
    pub refused: BTreeSet<Refusal>,
    /// Whether the rounds came to an end by themselves; otherwise nothing should be written.
    pub converged: bool,
}

/// Plans fixes until there are none left. `judge` judges the tree with these files changed; it is asked again after each
/// round, and its last answer belongs to the result.
///
/// A fix is taken back after which its finding is still there, pytest's configuration has problems that it did not have,
/// or stands in another file.
///
/// # Errors
/// Those of `judge`.
pub fn until_stable<E>(
    first: Judged,
    read: &dyn Fn(&str) -> Result<Vec<u8>, String>,
    mut judge: impl FnMut(&[FileChange]) -> Result<Judged, E>,
) -> Result<Mended, E> {
    let mut judged = first;
    let mut changes: BTreeMap<String, FileChange> = BTreeMap::new();
    let mut taken_back: BTreeMap<Fix, Refusal> = BTreeMap::new();
    let mut fixed: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        let wanted = judged.findings.iter().filter_map(|finding| finding.fix.as_ref());
        let wanted: BTreeSet<Fix> = wanted.filter(|fix| !taken_back.contains_key(fix)).cloned().collect();
        let current = |path: &str| match changes.get(path) {
            Some(change) => Ok(change.after.clone()),
            None => read(path),
        };
        let Plan { changes: planned, refused } = plan(&wanted, judged.config.as_ref(), &current);
        if planned.is_empty() {
            let refused = refused.into_values().chain(taken_back.into_values()).collect();
            let changes = changes.into_values().filter(|change| change.before != change.after).collect();
            return Ok(Mended { changes, fixed, refused, converged: true });
        }
        let mut next = changes.clone();
        for change in &planned {
            let own =
                next.entry(change.path.clone()).or_insert_with(|| FileChange { fixed: Vec::new(), ..change.clone() });
            own.after.clone_from(&change.after);
            own.fixed.extend(change.fixed.iter().cloned());
        }
        let next_changes: Vec<_> = next.values().cloned().collect();
        let after = judge(&next_changes)?;
        let mut is_worse = false;
        for change in &planned {
            if let Some(message) = disadvantage(change, &judged, &after) {
                let refusal = Refusal { path: change.path.clone(), message };
                taken_back.extend(change.fixed.iter().map(|fix| (fix.clone(), refusal.clone())));
                is_worse = true;
            }
        }
        if is_worse {
            // The last answer is about what is kept.
            judged = judge(&changes.values().cloned().collect::<Vec<_>>())?;
            continue;
        }
        for change in &planned {
            let mends = |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| change.fixed.contains(fix));
            *fixed.entry(change.path.clone()).or_default() += judged.findings.iter().filter(mends).count();
        }
        (changes, judged) = (next, after);
    }
    Ok(Mended { converged: false, ..Mended::default() })
}

/// Why the tree is not better after a change than before it.
fn disadvantage(change: &FileChange, before: &Judged, after: &Judged) -> Option<String> {
    if let Some(message) = new_problem(&change.path, &before.problems, &after.problems) {
        return Some(format!("pytest would refuse what it then reads: {message}"));
    }
    let section = |judged: &Judged| judged.config.clone().filter(|config| !config.section.is_empty());
    if let (Some(old), new) = (section(before), section(after))
        && new.is_none_or(|new| new.path != old.path)
    {
        return Some(format!("`{}` would no longer count beside it", old.path));
    }
    let is_mended = |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| change.fixed.contains(fix));
    let place = |finding: &Finding| (finding.rule, finding.at.path.clone(), finding.at.line);
    let left: BTreeSet<_> = after.findings.iter().map(place).collect();
    let still = before.findings.iter().filter(is_mended).find(|finding| left.contains(&place(finding)))?;
    Some(format!("`{}` would still find it at fault", still.rule))
}

/// A problem with a file's configuration that was not there before, whatever line it stands on now.
fn new_problem<'p>(path: &str, before: &[Problem], after: &'p [Problem]) -> Option<&'p str> {
    let own = |problem: &&Problem| {
        let is_path = problem.path == path || problem.path.ends_with(&format!("/{path}"));
        problem.kind == ProblemKind::Config && is_path
    };
    let known = |problem: &&Problem| before.iter().filter(own).any(|old| old.message == problem.message);
    after.iter().filter(own).find(|problem| !known(problem)).map(|problem| problem.message.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Confidence, Region, Severity};

    fn finding(line: u32, fix: Option<Fix>) -> Finding {
        Finding {
            rule: "a-rule",
            severity: Severity::Error,
            confidence: Confidence::High,
            at: Region::line("test_a.py", line),
            message: "it is wrong".to_owned(),
            help: None,
            related: Vec::new(),
            fix,
            unless_mentioned: Vec::new(),
            unless_repeated: None,
        }
    }

    fn judged(markers: &[&str]) -> Judged {
        let fix = |name: &&str| Some(Fix::RegisterMarker { name: (*name).to_owned() });
        let findings = (1..).zip(markers).map(|(line, name)| finding(line, fix(name))).collect();
        let (path, section) = ("pytest.ini".to_owned(), "pytest".to_owned());
        let config = Some(ConfigSource { path, section, line: Some(1), since: None });
        Judged { findings, config, problems: Vec::new() }
    }

    fn read(_: &str) -> Result<Vec<u8>, String> {
        Ok(b"[pytest]\nmarkers =\n  slow\n".to_vec())
    }

    fn text(mended: &Mended) -> Vec<String> {
        mended.changes.iter().map(|change| String::from_utf8_lossy(&change.after).into_owned()).collect()
    }

    #[test]
    fn what_a_fix_brings_to_light_is_fixed_too() {
        let mut later = vec![judged(&[]), Judged { findings: vec![finding(9, None)], ..judged(&[]) }];
        later[0].findings = vec![finding(7, Some(Fix::RegisterMarker { name: "late".to_owned() }))];
        let mut later = later.into_iter();
        let mended = until_stable(judged(&["b", "a", "b"]), &read, |_| later.next().ok_or(())).unwrap();
        assert!(mended.converged && mended.refused.is_empty());
        assert_eq!(text(&mended), ["[pytest]\nmarkers =\n  slow\n  a\n  b\n  late\n"]);
        assert_eq!(mended.fixed, BTreeMap::from([("pytest.ini".to_owned(), 4)]));
        assert_eq!(mended.changes[0].before, read("").unwrap());
    }

    #[test]
    fn fixes_without_end_are_given_up_and_change_nothing() {
        let mut rounds = 0;
        let mended = until_stable(judged(&["m"]), &read, |_| {
            rounds += 1;
            let next = Some(Fix::RegisterMarker { name: format!("m{rounds}") });
            Ok::<_, ()>(Judged { findings: vec![finding(100 + rounds, next)], ..judged(&[]) })
        });
        assert_eq!((mended.unwrap(), rounds), (Mended::default(), 10));
    }

    #[test]
    fn a_fix_that_mends_nothing_is_taken_back_and_not_tried_again() {
        let mut asked = Vec::new();
        let mended = until_stable(judged(&["a"]), &read, |changes| {
            asked.push(changes.len());
            Ok::<_, ()>(judged(&["a"]))
        });
        let mended = mended.unwrap();
        // The last answer is about the tree without it.
        assert_eq!(asked, [1, 0]);
        assert!(mended.converged && mended.changes.is_empty() && mended.fixed.is_empty());
        let messages: Vec<_> = mended.refused.iter().map(|refusal| refusal.message.as_str()).collect();
        assert_eq!(messages, ["`a-rule` would still find it at fault"]);
    }

    #[test]
    fn a_fix_that_breaks_the_configuration_is_taken_back() {
        let mended = until_stable(judged(&["a"]), &read, |changes| {
            let problems = match changes {
                [] => Vec::new(),
                _ => vec![Problem::at("pytest.ini", 3, ProblemKind::Config, "not valid INI")],
            };
            let findings = if changes.is_empty() { judged(&["a"]).findings } else { Vec::new() };
            Ok::<_, ()>(Judged { findings, problems, ..judged(&[]) })
        });
        let mended = mended.unwrap();
        assert!(mended.changes.is_empty());
        assert_eq!(mended.refused.len(), 1);
        assert!(mended.refused.iter().all(|own| own.message.ends_with("what it then reads: not valid INI")));
    }

    #[test]
    fn a_file_that_cannot_be_read_costs_its_fixes_only() {
        let unreadable = |_: &str| Err("it may not be read".to_owned());
        let mended = until_stable(judged(&["a"]), &unreadable, |_| Err("asked without a change")).unwrap();
        assert_eq!(mended.refused.iter().map(|own| own.message.as_str()).collect::<Vec<_>>(), ["it may not be read"]);
    }
}
