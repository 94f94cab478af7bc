//! TOML tables as values of pytest's configuration, each with its line. Refuses to know which table is meant and what
//! any key means.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ini::Line;
use super::value::{Data, Item, Value, Values};

/// How far behind one line of a string the next one is looked for, so that escapes cost no more than the text is long.
const MAX_GAP: usize = 1000;

/// Where the lines of a text begin.
pub(in crate::config) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Counts the lines of a text.
    pub(in crate::config) fn new(text: &'t str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        Self { text, starts }
    }

    /// The 1-based line of an offset.
    pub(in crate::config) fn line(&self, offset: usize) -> u32 {
        let before = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(before).map_or(u32::MAX, |before| before.saturating_add(1))
    }

    /// The lines of a string that is written in this range. An escape hides where a line of the string is written:
    /// it gets the line of what precedes it. Nothing but blanks and what escapes hide lies between two lines.
    fn of_string(&self, string: &str, span: Range<usize>) -> Vec<Line> {
        let mut at = span.start;
        let place = |text: &str| {
            let stripped = text.trim();
            let written = self.text.get(at..span.end).unwrap_or_default();
            let written = &written[..written.floor_char_boundary(stripped.len() + MAX_GAP)];
            let line = match written.find(stripped) {
                Some(found) => {
                    let line = self.line(at + found);
                    at += found + stripped.len();
                    line
                }
                None => self.line(at),
            };
            Line { text: text.to_owned(), line }
        };
        string.split('\n').map(place).collect()
    }

    /// A table's values. `native` is pytest's "toml" mode; otherwise scalars become strings, as
    /// `_config_from_tool_pytest` makes them.
    pub(super) fn values(&self, table: &DeTable<'_>, native: bool) -> Values {
        let value = |value: &Spanned<DeValue<'_>>| {
            let span = value.span();
            let data = match value.get_ref() {
                DeValue::String(text) => Data::Text(self.of_string(text, span.clone())),
                DeValue::Array(items) => Data::List(items.iter().map(|item| self.item(item)).collect()),
                DeValue::Boolean(boolean) if native => Data::Boolean(*boolean),
                other if native => Data::Other(other.type_str()),
                DeValue::Boolean(boolean) => {
                    let text = if *boolean { "True" } else { "False" }.to_owned();
                    Data::Text(vec![Line { text, line: self.line(span.start) }])
                }
                _ => {
                    let text = self.text.get(span.clone()).unwrap_or_default().to_owned();
                    Data::Text(vec![Line { text, line: self.line(span.start) }])
                }
            };
            Value { line: self.line(span.start), native, data }
        };
        table.iter().map(|(key, found)| (key.get_ref().to_string(), value(found))).collect()
    }

    fn item(&self, item: &Spanned<DeValue<'_>>) -> Item {
        let value = item.get_ref();
        let text = value.as_str().map(str::to_owned).ok_or_else(|| value.type_str());
        Item { line: self.line(item.span().start), text }
    }
}
