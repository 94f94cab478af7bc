//! The list of tests: as pytest prints it, and as JSON.

use std::io::{self, BufWriter, Write};

use super::{escape::visible, json};
use crate::{model::suite::Property, views::List};

/// The version of the contract.
pub const LIST_SCHEMA: &str = "testaudit/list/1";

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListFormat {
    /// As `pytest --collect-only -q` prints it.
    Text,
    /// For machines: the JSON contract.
    Json,
}

impl ListFormat {
    /// All formats with name and help, in the order of the help text.
    pub const ALL: [(Self, &'static str, &'static str); 2] = [
        (Self::Text, "text", "one test a line, as `pytest --collect-only -q` prints them"),
        (Self::Json, "json", "one JSON document for machines"),
    ];
}

/// Writes a list, buffered.
pub fn render_list(list: &List, format: ListFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    match format {
        ListFormat::Text => text(list, &mut out)?,
        ListFormat::Json => json::document(LIST_SCHEMA, list, &mut out)?,
    }
    out.flush()
}

/// The ids of the selected tests; where a test is several items, how many.
fn text(list: &List, out: &mut dyn Write) -> io::Result<()> {
    let selected: Vec<_> = list.tests.iter().filter(|test| !test.properties.contains(&Property::Deselected)).collect();
    for test in &selected {
        write!(out, "{}", visible(&test.id))?;
        match test.cases {
            Some(1) => writeln!(out)?,
            Some(cases) => writeln!(out, " [{cases} items]")?,
            None => writeln!(out, " [unknown number of items]")?,
        }
    }
    let items: u64 = selected.iter().filter_map(|test| test.cases).sum();
    let unknown = selected.iter().filter(|test| test.cases.is_none()).count();
    writeln!(out)?;
    write!(out, "{} tests, {items} items", selected.len())?;
    if unknown > 0 {
        write!(out, " and those of {unknown} tests that cannot be counted")?;
    }
    if selected.len() < list.tests.len() {
        write!(out, "; {} tests deselected", list.tests.len() - selected.len())?;
    }
    writeln!(out)
}
