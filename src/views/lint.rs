//! Findings as they are shown: with lines, columns and the text around them. At the same time the JSON contract of `lint`.

use serde::Serialize;

use super::count;
use crate::model::{Confidence, Finding, Problem, Region, Severity, Source, Suite};

/// What `lint` found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// The root that all paths are relative to, itself relative to the current directory.
    pub root: String,
    /// The root seen from the repository that holds it; without one as `root`. For formats that others read together with
    /// the repository.
    #[serde(skip)]
    pub root_in_repository: String,
    /// Sorted by path and place.
    pub findings: Vec<LintFinding>,
    /// How many findings comments were silent about.
    pub suppressed: usize,
    /// How many findings the baseline tolerates.
    pub baselined: usize,
    /// How many findings of the baseline are no longer there.
    #[serde(skip)]
    pub gone: usize,
    /// Everything that could not be judged.
    pub problems: Vec<Problem>,
    /// The rules of these findings, sorted by name.
    #[serde(skip)]
    pub rules: Vec<LintRule>,
}

/// A rule, for formats that describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintRule {
    /// Its name.
    pub name: &'static str,
    /// One line that says what it finds.
    pub summary: String,
    /// Its page in Markdown.
    pub page: String,
    /// How bad its findings are, unless the configuration says otherwise.
    pub severity: Severity,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintFinding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Where it stands.
    #[serde(flatten)]
    pub place: LintPlace,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<LintRelated>,
    /// How testaudit can mend it.
    pub fix: Option<LintFix>,
}

/// A place with the text that stands there. Lines and columns are 1-based, columns count characters; the end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintPlace {
    /// Relative to the root.
    pub path: String,
    /// The first line.
    pub line: u32,
    /// The first column.
    pub column: u32,
    /// The last line.
    pub end_line: u32,
    /// The column behind the last character.
    pub end_column: u32,
    /// The whole lines; empty where the file cannot be read, or where they are too long to be shown.
    #[serde(skip)]
    pub text: String,
    /// The part of `text` that is meant, in bytes.
    #[serde(skip)]
    pub marked: (usize, usize),
}

/// Another place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintRelated {
    /// Where.
    #[serde(flatten)]
    pub place: LintPlace,
    /// What it has to do with the finding.
    pub message: String,
}

/// How testaudit can mend a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintFix {
    /// What `--fix` does.
    pub title: String,
}

impl Lint {
    /// A path of a finding or a problem, seen from the current directory.
    pub fn path_from_here(&self, path: &str) -> String {
        joined(&self.root, path)
    }

    /// A path of a finding or a problem, seen from the repository.
    pub fn path_in_repository(&self, path: &str) -> String {
        joined(&self.root_in_repository, path)
    }

    /// How many findings there are, of which kinds.
    pub fn summary(&self) -> String {
        let of = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        let kinds = Severity::ALL.map(|severity| (of(severity), severity.name()));
        let kinds = kinds.iter().filter(|(number, _)| *number > 0).map(|(number, name)| count(*number, name));
        let mut summary = match self.findings.len() {
            0 => "no findings".to_owned(),
            number => format!("{}: {}", count(number, "finding"), kinds.collect::<Vec<_>>().join(", ")),
        };
        if self.suppressed > 0 {
            summary.push_str(&format!("; {} suppressed", self.suppressed));
        }
        if self.baselined > 0 {
            summary.push_str(&format!("; {} in the baseline", self.baselined));
        }
        match self.findings.iter().filter(|finding| finding.fix.is_some()).count() {
            0 => {}
            fixable => summary.push_str(&format!("; {fixable} fixable with `--fix`")),
        }
        if self.gone > 0 {
            let gone = count(self.gone, "finding");
            let (verb, them) = if self.gone == 1 { ("is", "it") } else { ("are", "them") };
            summary.push_str(&format!("; {gone} of the baseline {verb} gone, `--write-baseline` drops {them}"));
        }
        summary
    }
}

/// A path below a folder, without `.`, and with `..` at the front only.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// How many lines of a region are shown.
const MAX_LINES: usize = 8;

/// Bytes beyond which no line is shown: with a finding in every corner of one long line, each would hold all of it.
const MAX_BYTES: usize = 1 << 16;

/// Views the findings in a suite; `source` gives the text of a file by its path.
pub fn lint<'s>(
    suite: &Suite,
    findings: &[Finding],
    suppressed: usize,
    rules: Vec<LintRule>,
    source: &dyn Fn(&str) -> Option<&'s Source>,
) -> Lint {
    let findings = findings.iter().map(|finding| LintFinding {
        rule: finding.rule,
        severity: finding.severity,
        confidence: finding.confidence,
        place: place(&finding.at, source),
        message: finding.message.clone(),
        help: finding.help.clone(),
        related: finding
            .related
            .iter()
            .map(|(region, message)| LintRelated { place: place(region, source), message: message.clone() })
            .collect(),
        fix: finding.fix.as_ref().map(|fix| LintFix { title: fix.title() }),
    });
    let (root, problems) = (suite.root.clone(), suite.problems.clone());
    Lint {
        root_in_repository: root.clone(),
        root,
        findings: findings.collect(),
        suppressed,
        problems,
        rules,
        ..Lint::default()
    }
}

/// Lines and columns of a region, and the text there.
fn place<'s>(region: &Region, source: &dyn Fn(&str) -> Option<&'s Source>) -> LintPlace {
    let text = source(&region.path).map_or(&[][..], |source| source.text.as_slice());
    let line_start = |byte: usize| memchr::memrchr(b'\n', &text[..byte]).map_or(0, |at| at + 1);
    let line_end = |byte: usize| memchr::memchr(b'\n', &text[byte..]).map_or(text.len(), |at| byte + at);
    let (start, end) = match region.range {
        Some((start, end)) => {
            let start = (start as usize).min(text.len());
            (start, (end as usize).clamp(start, text.len()))
        }
        // The line without the blanks around it.
        None => {
            let mut breaks = memchr::memchr_iter(b'\n', text);
            let skipped = (region.line as usize).saturating_sub(1);
            let start = if skipped == 0 { 0 } else { breaks.nth(skipped - 1).map_or(text.len(), |at| at + 1) };
            let line = &text[start..line_end(start)];
            let indent = line.len() - line.trim_ascii_start().len();
            (start + indent, start + indent + line.trim_ascii().len())
        }
    };
    let column =
        |byte: usize| u32::try_from(String::from_utf8_lossy(&text[line_start(byte)..byte]).chars().count() + 1);
    let breaks = memchr::memchr_iter(b'\n', &text[start..end]).count();
    let first = line_start(start);
    let last = line_end(end.max(start));
    let last = if last - first > MAX_BYTES { first } else { last };
    // Offsets count bytes of valid UTF-8: extraction saw the same text.
    let whole = String::from_utf8_lossy(&text[first..last]);
    let shown: String = whole.split_inclusive('\n').take(MAX_LINES).collect();
    let boundary =
        |byte: usize| (byte.min(shown.len())..=shown.len()).find(|at| shown.is_char_boundary(*at)).unwrap_or(0);
    let marked = (boundary(start - first), boundary(end - first));
    LintPlace {
        path: region.path.clone(),
        line: region.line,
        column: column(start).unwrap_or(u32::MAX),
        end_line: region.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX)),
        end_column: column(end).unwrap_or(u32::MAX),
        text: shown,
        marked,
    }
}
