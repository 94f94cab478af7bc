//! Tables.

use super::Text;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it lists: its title on a terminal, its caption in HTML; under a heading of Markdown it is left out.
    pub title: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Row>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub title: String,
    /// What its cells hold.
    pub kind: ColumnKind,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words, names, places.
    Text,
    /// Numbers and shares: they stand to the right, and sort by value.
    Number,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What others link to it by, such as the number of a gap.
    pub anchor: Option<String>,
    /// A cell for each column.
    pub cells: Vec<Text>,
}

impl Table {
    /// A table without columns and rows.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), columns: Vec::new(), rows: Vec::new() }
    }

    /// The table with another column, of words.
    #[must_use]
    pub fn text(mut self, title: &str) -> Self {
        self.columns.push(Column { title: title.to_owned(), kind: ColumnKind::Text });
        self
    }

    /// The table with another column, of numbers or shares.
    #[must_use]
    pub fn number(mut self, title: &str) -> Self {
        self.columns.push(Column { title: title.to_owned(), kind: ColumnKind::Number });
        self
    }

    /// The table with these rows.
    #[must_use]
    pub fn rows<R: Into<Row>>(mut self, rows: impl IntoIterator<Item = R>) -> Self {
        self.rows.extend(rows.into_iter().map(Into::into));
        self
    }
}

impl From<Vec<Text>> for Row {
    fn from(cells: Vec<Text>) -> Self {
        Self { anchor: None, cells }
    }
}

impl<const N: usize> From<[Text; N]> for Row {
    fn from(cells: [Text; N]) -> Self {
        Self { anchor: None, cells: cells.into() }
    }
}

impl Row {
    /// The row under a name that others link to it by.
    #[must_use]
    pub fn anchored(mut self, anchor: impl Into<String>) -> Self {
        self.anchor = Some(anchor.into());
        self
    }
}
