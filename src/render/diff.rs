//! What changed between two audits, in every format: a format is a file below `diff/` and a row of `ROWS`.

mod markdown;
mod text;

use std::io::{self, BufWriter, Write};

use super::json;
use crate::views::{Change, ChangeValue, Diff};

/// The version of the contract.
pub const DIFF_SCHEMA: &str = "testaudit/diff/1";

/// How differences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DiffFormat {
    /// GitHub-flavoured Markdown, for a comment on a pull request.
    Markdown,
    /// For machines: the JSON contract.
    Json,
    /// For a terminal; nothing is left out.
    Text,
}

/// One format with everything that depends on which one it is.
struct Row {
    format: DiffFormat,
    name: &'static str,
    help: &'static str,
    write: fn(&Diff, &mut dyn Write) -> io::Result<()>,
}

const ROWS: [Row; 3] = [
    Row {
        format: DiffFormat::Markdown,
        name: "md",
        help: "Markdown for a comment on a pull request, cut to its size",
        write: markdown::write,
    },
    Row {
        format: DiffFormat::Json,
        name: "json",
        help: "one JSON document for machines",
        write: |diff, out| json::document(DIFF_SCHEMA, diff, out),
    },
    Row { format: DiffFormat::Text, name: "text", help: "every change on a line", write: text::write },
];

impl DiffFormat {
    /// All formats with name and help, in the order of the help text.
    pub fn all() -> impl Iterator<Item = (Self, &'static str, &'static str)> {
        ROWS.iter().map(|row| (row.format, row.name, row.help))
    }

    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.format)
    }
}

/// Writes what changed, buffered.
pub fn render_diff(diff: &Diff, format: DiffFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let row = ROWS.iter().find(|row| row.format == format).expect("every format has a row: a test walks the table");
    (row.write)(diff, &mut out)?;
    out.flush()
}

/// How a format writes text of the audits.
struct Voice {
    /// A name or path.
    name: fn(&str) -> String,
    /// Words in which names stand in backticks.
    words: fn(&str) -> String,
}

impl Voice {
    /// A change on one line: what it is about, where that stands, what it went from and to.
    fn line(&self, change: &Change) -> String {
        let mut line = (self.name)(&change.subject);
        let number = change.line.map(|line| format!("line {line}"));
        let place = match change.untold_path() {
            Some(path) => Some((self.name)(path)).into_iter().chain(number).collect::<Vec<_>>().join(", "),
            // The id of a test leads to it without its line.
            None if change.path.as_ref() == Some(&change.subject) => number.unwrap_or_default(),
            None => String::new(),
        };
        if !place.is_empty() {
            line.push_str(&format!(" ({place})"));
        }
        let values: Vec<String> = [&change.old, &change.new].into_iter().flatten().map(|own| self.value(own)).collect();
        if !values.is_empty() {
            line.push_str(": ");
            line.push_str(&values.join(" → "));
        }
        line
    }

    fn value(&self, value: &ChangeValue) -> String {
        match value {
            ChangeValue::Unknown => "unknown".to_owned(),
            ChangeValue::Number(number) => number.to_string(),
            ChangeValue::Percent(percent) => format!("{percent} %"),
            ChangeValue::Name(name) => (self.name)(name),
            ChangeValue::Names(names) if names.is_empty() => "none".to_owned(),
            ChangeValue::Names(names) => names.iter().map(|name| (self.name)(name)).collect::<Vec<_>>().join(", "),
            ChangeValue::Words(words) => (self.words)(words),
        }
    }
}

/// The difference of two numbers with its sign.
fn signed(old: u64, new: u64) -> String {
    let sign = if new < old { '-' } else { '+' };
    format!("{sign}{}", old.abs_diff(new))
}
