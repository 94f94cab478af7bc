//! Findings for a terminal.

use std::io::{self, Write};

use crate::{
    render::{Style, escape::visible},
    views::{Lint, count},
};

/// Writes all findings and how many there are.
pub(super) fn write(lint: &Lint, _: Style, out: &mut dyn Write) -> io::Result<()> {
    for finding in &lint.findings {
        let place = &finding.place;
        let (severity, rule) = (finding.severity.name(), finding.rule);
        writeln!(out, "{severity}[{rule}]: {}", visible(&finding.message))?;
        writeln!(out, "  --> {}:{}:{}", visible(&place.path), place.line, place.column)?;
        if let Some(help) = &finding.help {
            writeln!(out, "  = help: {}", visible(help))?;
        }
    }
    writeln!(out, "{}", count(lint.findings.len(), "finding"))
}
