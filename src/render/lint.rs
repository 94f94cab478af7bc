//! Findings in every format of `lint`: a format is a file below `lint/` and a row of `ROWS`.

mod text;

use std::io::{self, BufWriter, Write};

use super::{Style, json};
use crate::views::Lint;

/// The version of the contract.
pub const LINT_SCHEMA: &str = "testaudit/lint/1";

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LintFormat {
    /// With the source around them, for a terminal.
    Text,
    /// For machines: the JSON contract.
    Json,
}

/// One format with everything that depends on which one it is.
struct Row {
    format: LintFormat,
    name: &'static str,
    help: &'static str,
    write: fn(&Lint, Style, &mut dyn Write) -> io::Result<()>,
}

const ROWS: [Row; 2] = [
    Row { format: LintFormat::Text, name: "text", help: "each finding with the source around it", write: text::write },
    Row {
        format: LintFormat::Json,
        name: "json",
        help: "one JSON document for machines",
        write: |lint, _, out| json::document(LINT_SCHEMA, lint, out),
    },
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
