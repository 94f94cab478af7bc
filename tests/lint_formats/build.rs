//! Builds small reports of findings, and has the program make them. Knows no format.

use std::path::Path;
use std::process::Command;

use testaudit::model::{Confidence, Severity};
use testaudit::render::{LintFormat, Style, render_lint};
use testaudit::views::{Lint, LintFinding, LintFix, LintPlace, LintRelated, LintRule};

/// A place in a text whose first line has this number; what is marked stands there once.
pub(crate) fn place(path: &str, line: u32, text: &str, marked: &str) -> LintPlace {
    let start = text.find(marked).expect("the text holds what is marked");
    let end = start + marked.len();
    let breaks = |text: &str| u32::try_from(text.matches('\n').count()).unwrap();
    let column = |byte: usize| u32::try_from(text[..byte].rsplit('\n').next().unwrap().chars().count() + 1).unwrap();
    LintPlace {
        path: path.to_owned(),
        line,
        column: column(start),
        end_line: line + breaks(&text[..end]),
        end_column: column(end),
        text: text.to_owned(),
        marked: (start, end),
    }
}

/// A place in a file that cannot be read.
pub(crate) fn unread(path: &str, line: u32) -> LintPlace {
    LintPlace { text: String::new(), marked: (0, 0), ..place(path, line, "", "") }
}

/// A finding without anything that may be left out.
pub(crate) fn finding(rule: &'static str, severity: Severity, place: LintPlace, message: &str) -> LintFinding {
    LintFinding {
        rule,
        severity,
        confidence: Confidence::High,
        place,
        message: message.to_owned(),
        help: None,
        related: Vec::new(),
        fix: None,
    }
}

/// A place that belongs to a finding.
pub(crate) fn related(place: LintPlace, message: &str) -> LintRelated {
    LintRelated { place, message: message.to_owned() }
}

/// A fix that does this.
pub(crate) fn fix(title: &str) -> Option<LintFix> {
    Some(LintFix { title: title.to_owned() })
}

/// A rule's description.
pub(crate) fn rule(name: &'static str, severity: Severity, summary: &str) -> LintRule {
    LintRule { name, summary: summary.to_owned(), page: format!("{summary}.\n\n## Why\n\nBecause.\n"), severity }
}

/// A report in a format, as wide as by default and without colours.
pub(crate) fn rendered(lint: &Lint, format: LintFormat) -> String {
    rendered_as(lint, format, Style::default())
}

/// A report in a format and a style.
pub(crate) fn rendered_as(lint: &Lint, format: LintFormat, style: Style) -> String {
    let mut out = Vec::new();
    render_lint(lint, format, &mut out, style).expect("writing to memory cannot fail");
    String::from_utf8(out).expect("every format writes UTF-8")
}

/// What the program writes about a path with findings, seen from a folder.
pub(crate) fn lint(folder: &Path, path: &str, format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_testaudit"))
        .args(["lint", path, "--format", format])
        .current_dir(folder)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
