//! Findings as workflow commands of GitHub Actions, which shows them in the changed files.
//!
//! The syntax is that of `@actions/core` (`escapeData`, `escapeProperty`). GitHub shows ten errors, ten warnings and ten
//! notices of a step; the others are in the log.

use std::io::{self, Write};

use crate::{
    model::Severity,
    render::{Style, escape::visible},
    views::Lint,
};

/// Writes a command for each finding, and one that says how many there are.
pub(super) fn write(lint: &Lint, _: Style, out: &mut dyn Write) -> io::Result<()> {
    for finding in &lint.findings {
        let place = &finding.place;
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let path = property(&lint.path_in_repository(&place.path));
        write!(out, "::{command} file={path},line={},endLine={}", place.line, place.end_line)?;
        // The runner refuses columns of an annotation that spans lines.
        if place.line == place.end_line {
            write!(out, ",col={},endColumn={}", place.column, place.end_column)?;
        }
        writeln!(out, ",title={}::{}", property(finding.rule), data(&super::lines(lint, finding).join("\n")))?;
    }
    writeln!(out, "::notice title=testaudit::{}", data(&lint.summary()))
}

/// A command's message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a command's property.
fn property(text: &str) -> String {
    data(&visible(text)).replace(':', "%3A").replace(',', "%2C")
}
