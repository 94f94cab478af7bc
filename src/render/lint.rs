//! Findings in every format of `lint`: a format is a file below `lint/` and a row of `ROWS`.

mod excerpt;
mod github;
mod junit;
mod sarif;
mod text;

use std::io::{self, BufWriter, Write};

use super::{Style, escape::visible, json};
use crate::views::{Lint, LintFinding};

/// The version of the contract.
pub const LINT_SCHEMA: &str = "testaudit/lint/1";

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LintFormat {
    /// With the source around them, for a terminal.
    Text,
    /// For machines: the JSON contract.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// JUnit XML, for continuous integration that shows test results.
    Junit,
}

/// One format with everything that depends on which one it is.
struct Row {
    format: LintFormat,
    name: &'static str,
    help: &'static str,
    write: fn(&Lint, Style, &mut dyn Write) -> io::Result<()>,
}

const ROWS: [Row; 5] = [
    Row { format: LintFormat::Text, name: "text", help: "each finding with the source around it", write: text::write },
    Row {
        format: LintFormat::Json,
        name: "json",
        help: "one JSON document for machines",
        write: |lint, _, out| json::document(LINT_SCHEMA, lint, out),
    },
    Row { format: LintFormat::Sarif, name: "sarif", help: "SARIF 2.1.0 for code scanning", write: sarif::write },
    Row { format: LintFormat::Github, name: "github", help: "annotations in GitHub Actions", write: github::write },
    Row { format: LintFormat::Junit, name: "junit", help: "JUnit XML: each finding is a failure", write: junit::write },
];

impl LintFormat {
    /// All formats with name and help, in the order of the help text.
    pub fn all() -> impl Iterator<Item = (Self, &'static str, &'static str)> {
        ROWS.iter().map(|row| (row.format, row.name, row.help))
    }
}

/// Writes findings, buffered.
pub fn render_lint(lint: &Lint, format: LintFormat, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let row = ROWS.iter().find(|row| row.format == format).expect("every format has a row: a test walks the table");
    (row.write)(lint, style, &mut out)?;
    out.flush()
}

/// A finding in words, for formats without excerpts: what is wrong, and on lines of their own what belongs to it.
fn lines(lint: &Lint, finding: &LintFinding) -> Vec<String> {
    let related = finding.related.iter().map(|related| {
        let path = lint.path_in_repository(&related.place.path);
        format!("{path}:{}: {}", related.place.line, related.message)
    });
    let all = std::iter::once(finding.message.clone()).chain(related).chain(advice(finding));
    all.map(|line| visible(&line).into_owned()).collect()
}

/// What to do about a finding.
fn advice(finding: &LintFinding) -> impl Iterator<Item = String> {
    let help = finding.help.as_ref().map(|help| format!("help: {help}"));
    help.into_iter().chain(finding.fix.as_ref().map(|fix| format!("fixable with `--fix`: {}", fix.title)))
}
