//! Turns an audit into bytes. Decides nothing: what is said, and in which order, the views have settled.
//!
//! A format is a file here and a row of `ROWS`. Text from the audited tree passes through [`escape`] on its way out,
//! whatever the format.

mod diff;
pub mod document;
pub mod escape;
mod html;
mod json;
mod links;
mod lint;
mod list;
mod markdown;
mod patch;
mod sections;
mod table;
mod uri;

use std::io::{self, BufWriter, Write};

use crate::views::Audit;

pub use diff::{DIFF_SCHEMA, DiffFormat, render_diff};
pub use json::SCHEMA;
pub use links::Links;
pub use lint::{LINT_SCHEMA, LintFormat, render_lint};
pub use list::{LIST_SCHEMA, ListFormat, render_list};
pub use patch::render_patch;

/// How an audit is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// GitHub-flavoured Markdown, to put in a pull request.
    Markdown,
    /// One page for a browser, which needs nothing else.
    Html,
    /// For machines: the JSON contract.
    Json,
    /// For a terminal.
    Table,
}

/// What a terminal can show; the other formats ignore it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns.
    pub width: u16,
    /// Whether to colour.
    pub color: bool,
}

impl Style {
    /// The width where there is no terminal to ask.
    pub const WIDTH: u16 = 120;

    /// For standard output: as wide as its terminal, if it is one.
    pub fn for_stdout(color: bool) -> Self {
        Self { width: table::terminal_width().unwrap_or(Self::WIDTH), color }
    }
}

impl Default for Style {
    fn default() -> Self {
        Self { width: Self::WIDTH, color: false }
    }
}

/// One format with everything that depends on which one it is.
struct Row {
    format: Format,
    name: &'static str,
    help: &'static str,
    write: fn(&Audit, Style, &Links, &mut dyn Write) -> io::Result<()>,
}

const ROWS: [Row; 4] = [
    Row { format: Format::Markdown, name: "md", help: "a Markdown report for a pull request", write: markdown::write },
    Row { format: Format::Html, name: "html", help: "one HTML page, to read in a browser", write: html::write },
    Row { format: Format::Json, name: "json", help: "one JSON document for machines", write: json::write },
    Row { format: Format::Table, name: "table", help: "tables for a terminal", write: table::write },
];

impl Format {
    /// All formats in the order of the help text.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.format)
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// What it is for, for the help text.
    pub fn help(self) -> &'static str {
        self.row().help
    }

    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.format)
    }

    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.format == self).expect("every format has a row: a test walks the table")
    }
}

/// Writes an audit.
pub fn render(audit: &Audit, format: Format, out: &mut dyn Write, style: Style) -> io::Result<()> {
    render_linked(audit, format, out, style, &Links::default())
}

/// Writes an audit with links to its sources, where the format can have some. Buffered: formats write in small pieces.
pub fn render_linked(
    audit: &Audit,
    format: Format,
    out: &mut dyn Write,
    style: Style,
    links: &Links,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    (format.row().write)(audit, style, links, &mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_a_row_and_writes_even_an_empty_audit() {
        for format in [Format::Markdown, Format::Html, Format::Json, Format::Table] {
            assert_eq!(Format::from_name(format.name()), Some(format));
            let mut out = Vec::new();
            render(&Audit::default(), format, &mut out, Style::default()).unwrap();
            assert!(out.ends_with(b"\n"), "`{}` must end with a line feed", format.name());
        }
    }
}
