//! Runs the rules: which ones, at what severity, and what comments and the configuration are silent about.

use std::collections::{BTreeMap, BTreeSet};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Context, Report, Rule, names::selects, unused_suppression};
use crate::model::{
    FileFacts, Finding, Severity, Suite,
    fact::{Suppression, SuppressionKind},
    settings::{Levels, LintSettings, Wanted},
};

/// What the rules found.
#[derive(Debug, Default)]
pub struct Checked {
    /// To be shown, sorted by place.
    pub findings: Vec<Finding>,
    /// How many comments were silent about.
    pub suppressed: usize,
}

/// The severity of a rule's findings, if it is wanted; `true`: whatever the threshold is.
fn level(rule: &Rule, settings: &LintSettings) -> Option<(Severity, bool)> {
    let given = settings.levels.iter().rev().find(|(name, _)| name == rule.name).map(|(_, level)| *level);
    let by_name = settings.select.iter().any(|selector| selector == rule.name);
    let selected = match settings.select.as_slice() {
        [] => given != Some(None),
        select => select.iter().any(|selector| selects(selector, rule)),
    };
    if !selected || settings.ignore.iter().any(|selector| selects(selector, rule)) {
        return None;
    }
    match given {
        Some(Some(severity)) => Some((severity, true)),
        // Asked for by its name on the command line.
        Some(None) if !by_name => None,
        _ => Some((rule.severity, by_name)),
    }
}

/// The rules that run, with the severity of their findings, and whether they count below the threshold.
fn running(settings: &LintSettings) -> Vec<(&'static Rule, Severity, bool)> {
    let raised = |rule: &Rule| {
        let own = |levels: &Levels| levels.iter().any(|(name, _)| name == rule.name);
        settings.overrides.iter().any(|over| own(&over.levels))
    };
    let running = Rule::all().filter(|rule| (rule.applies)(settings)).filter_map(|rule| {
        let (severity, asked) = level(rule, settings)?;
        // What is below the threshold need not run.
        (asked || severity <= settings.severity || raised(rule)).then_some((rule, severity, asked))
    });
    running.collect()
}

/// What the wanted rules need of the suite.
pub fn wanted(settings: &LintSettings) -> Wanted {
    running(settings).iter().map(|(rule, ..)| rule.needs).fold(Wanted::NOTHING, Wanted::or)
}

/// Whether a rule of this name runs.
pub fn is_running(name: &str, settings: &LintSettings) -> bool {
    running(settings).iter().any(|(rule, ..)| rule.name == name)
}

/// The comments for testaudit in a file of the tree that is no source.
pub type Comments<'c> = &'c dyn Fn(&str) -> Vec<Suppression>;

/// Runs the rules that the settings want. `comments` gives those of files that are no sources.
pub fn check(suite: &Suite, settings: &LintSettings, comments: Comments<'_>) -> Checked {
    let context = Context::new(suite, settings);
    let running = running(settings);
    let overrides = Overrides::new(settings);
    let mut found: Vec<(Finding, bool)> = Vec::new();
    for (rule, severity, asked) in &running {
        let mut report = Report { rule, findings: Vec::new() };
        (rule.check)(&context, &mut report);
        for finding in report.findings {
            match overrides.level(rule, &finding.at.path) {
                Some(None) => {}
                Some(Some(severity)) => found.push((Finding { severity, ..finding }, true)),
                None => found.push((Finding { severity: *severity, ..finding }, *asked)),
            }
        }
    }
    let mut silence = Silence::new(suite, comments);
    let before = found.len();
    found.retain(|(finding, _)| !silence.covers(finding));
    let suppressed = before - found.len();
    if let Some((rule, severity, asked)) = running.iter().find(|(rule, ..)| rule.name == unused_suppression::RULE.name)
    {
        let mut report = Report { rule, findings: Vec::new() };
        let is_running = |name: &str| running.iter().any(|(rule, ..)| rule.name == name);
        unused_suppression::unused(silence.unused(), &is_running, &mut report);
        let unused = report.findings.into_iter().map(|finding| (Finding { severity: *severity, ..finding }, *asked));
        found.extend(unused);
    }
    found.retain(|(finding, asked)| {
        (*asked || finding.severity <= settings.severity) && finding.confidence <= settings.confidence
    });
    let mut findings: Vec<_> = found.into_iter().map(|(finding, _)| finding).collect();
    findings.sort_by(|a, b| (&a.at, a.rule, &a.message).cmp(&(&b.at, b.rule, &b.message)));
    findings.dedup();
    Checked { findings, suppressed }
}

/// `[[overrides]]`, with their globs compiled.
struct Overrides<'s>(Vec<(Gitignore, &'s Levels)>);

impl<'s> Overrides<'s> {
    fn new(settings: &'s LintSettings) -> Self {
        let compiled = settings.overrides.iter().map(|over| {
            let mut builder = GitignoreBuilder::new("");
            for glob in &over.paths {
                // The configuration refused those that are none.
                let _ = builder.add_line(None, glob);
            }
            (builder.build().unwrap_or_else(|_| Gitignore::empty()), &over.levels)
        });
        Self(compiled.collect())
    }

    /// What the last override that speaks of the rule says at this path.
    fn level(&self, rule: &Rule, path: &str) -> Option<Option<Severity>> {
        let mut speaking =
            self.0.iter().rev().filter(|(globs, _)| globs.matched_path_or_any_parents(path, false).is_ignore());
        speaking.find_map(|(_, levels)| levels.iter().find(|(name, _)| name == rule.name)).map(|(_, level)| *level)
    }
}

/// The comments of all files, and which of them were of use.
struct Silence<'s> {
    suite: &'s Suite,
    comments: Comments<'s>,
    /// Those of files that are no sources, as far as they were asked for.
    others: BTreeMap<String, Vec<Suppression>>,
    files: Vec<(&'s str, &'s FileFacts)>,
    /// By file and place in it: which of the rules named were found there.
    used: BTreeSet<(usize, usize, &'static str)>,
}

impl<'s> Silence<'s> {
    fn new(suite: &'s Suite, comments: Comments<'s>) -> Self {
        let files = suite.files.iter().filter(|file| !file.facts.suppressions.is_empty());
        let files = files.map(|file| (file.path.as_str(), &file.facts)).collect();
        Self { suite, comments, others: BTreeMap::new(), files, used: BTreeSet::new() }
    }

    /// Whether a comment is silent about a finding.
    fn covers(&mut self, finding: &Finding) -> bool {
        let Ok(file) = self.files.binary_search_by(|(path, _)| (*path).cmp(&finding.at.path)) else {
            let path = finding.at.path.as_str();
            let is_source = self.suite.files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok();
            let comments = self.comments;
            let own = || if is_source { Vec::new() } else { comments(path) };
            let others = self.others.entry(path.to_owned()).or_insert_with(own);
            return others.iter().any(|suppression| speaks(suppression, finding));
        };
        let mut covered = false;
        for (place, suppression) in self.files[file].1.suppressions.iter().enumerate() {
            if speaks(suppression, finding) {
                self.used.insert((file, place, finding.rule));
                covered = true;
            }
        }
        covered
    }

    /// Every comment with the path of its file, and the rules about which it was silent.
    fn unused(&self) -> impl Iterator<Item = (&'s str, &'s Suppression, Vec<&'static str>)> {
        self.files.iter().enumerate().flat_map(move |(file, (path, facts))| {
            facts.suppressions.iter().enumerate().map(move |(place, suppression)| {
                let used = self.used.range((file, place, "")..(file, place + 1, "")).map(|(.., rule)| *rule).collect();
                (*path, suppression, used)
            })
        })
    }
}

/// Whether a comment is about a finding: on its line or the one on which its statement begins, or alone above.
fn speaks(suppression: &Suppression, finding: &Finding) -> bool {
    match &suppression.kind {
        SuppressionKind::SkipFile => true,
        SuppressionKind::Ignore(rules) => {
            let here = |line: u32| suppression.line == line || suppression.alone && suppression.line + 1 == line;
            (here(finding.at.line) || here(finding.at.head)) && rules.iter().any(|rule| rule == finding.rule)
        }
        SuppressionKind::Unknown => false,
    }
}
