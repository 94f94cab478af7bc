//! What a section of a report consists of, whatever the format: owned blocks of text, figures, tables and charts.
//!
//! Sections make them out of views, formats write them. Text in a block is what the tree says, unescaped: escaping is the
//! formats' part, so that no section can forget it.

mod chart;
mod list;
mod table;
mod text;

pub use chart::{Bar, Bars, Leaf, Treemap};
pub use list::{Item, List};
pub use table::{Column, ColumnKind, Row, Table};
pub use text::{Inline, Text, Tone};
pub(super) use text::{percent, share, slug};

/// So many rows of a table are on a page; a terminal shows all, and JSON holds what they are made of.
pub(super) const ROWS_ON_PAGES: usize = 1_000;

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading within a section; its anchor is made of its words.
    Heading {
        /// 1 for the parts of a section, 2 for what is in those, and so on.
        level: usize,
        /// The words.
        text: Text,
    },
    /// A paragraph.
    Paragraph(Text),
    /// A list; a long one is folded.
    List(List),
    /// A table; a long one is folded, a terminal shows it whole.
    Table(Table),
    /// Numbers that sum something up.
    Figures(Vec<Figure>),
    /// A bar chart; only HTML draws it, so that what it shows stands in a table or in figures too.
    Bars(Bars),
    /// A treemap; only HTML draws it, so that what it shows stands in a table too.
    Treemap(Treemap),
    /// Source or commands, ready to paste.
    Code {
        /// The language, as Markdown names it behind a fence.
        language: &'static str,
        /// The lines.
        text: String,
    },
    /// What is shown only to those who open it.
    Details {
        /// The line that opens it.
        summary: Text,
        /// What it hides.
        blocks: Vec<Block>,
    },
    /// Blocks that only some media show.
    Only {
        /// Those media.
        media: &'static [Medium],
        /// The blocks.
        blocks: Vec<Block>,
    },
}

/// Where a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Medium {
    /// A page on GitHub: everything but charts.
    Markdown,
    /// A page in a browser: everything.
    Html,
    /// A terminal: figures and tables. Where nothing else is said, it is spared paragraphs, lists, code and what is
    /// folded.
    Terminal,
}

/// A number that sums something up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What is counted.
    pub label: String,
    /// How many.
    pub value: u64,
    /// Of how many, where a share says something.
    pub whole: Option<u64>,
    /// Whether it is a percentage rather than a number of things.
    pub percent: bool,
    /// Whether it belongs to the few that a summary of the whole report shows.
    pub key: bool,
}

impl Figure {
    /// A number of things.
    pub fn new(label: impl Into<String>, value: impl TryInto<u64>) -> Self {
        // No count of this program leaves `u64`; if one did, it would be shown as the largest.
        Self {
            label: label.into(),
            value: value.try_into().unwrap_or(u64::MAX),
            whole: None,
            percent: false,
            key: false,
        }
    }

    /// A percentage that is no share of anything counted.
    pub fn percent(label: impl Into<String>, percent: impl TryInto<u64>) -> Self {
        Self { percent: true, ..Self::new(label, percent) }
    }

    /// The number as a share of this many.
    #[must_use]
    pub fn of(mut self, whole: impl TryInto<u64>) -> Self {
        self.whole = Some(whole.try_into().unwrap_or(u64::MAX));
        self
    }

    /// The figure as one of the few that sum up the report.
    #[must_use]
    pub fn key(mut self) -> Self {
        self.key = true;
        self
    }

    /// The number as text, with its percentage where it is a share.
    pub fn text(&self) -> Text {
        match self.whole {
            _ if self.percent => Text::percent(self.value),
            Some(whole) => Text::share(self.value, whole),
            None => Text::number(self.value),
        }
    }
}

impl Block {
    /// A heading; level 1 for the parts of a section.
    pub fn heading(level: usize, text: impl Into<Text>) -> Self {
        Self::Heading { level, text: text.into() }
    }

    /// A paragraph.
    pub fn paragraph(text: impl Into<Text>) -> Self {
        Self::Paragraph(text.into())
    }

    /// A list with bullets.
    pub fn list<I: Into<Item>>(items: impl IntoIterator<Item = I>) -> Self {
        Self::List(List { start: None, items: items.into_iter().map(Into::into).collect() })
    }

    /// A list with numbers from `start` on.
    pub fn numbered<I: Into<Item>>(start: usize, items: impl IntoIterator<Item = I>) -> Self {
        Self::List(List { start: Some(start), items: items.into_iter().map(Into::into).collect() })
    }

    /// The same as a list for pages and as a table for terminals.
    pub fn listed<I: Into<Item>>(items: impl IntoIterator<Item = I>, table: Table) -> [Self; 2] {
        let pages = &[Medium::Markdown, Medium::Html];
        [Self::only(pages, vec![Self::list(items)]), Self::only(&[Medium::Terminal], vec![table.into()])]
    }

    /// Blocks behind a line that opens them.
    pub fn details(summary: impl Into<Text>, blocks: Vec<Self>) -> Self {
        Self::Details { summary: summary.into(), blocks }
    }

    /// Source or commands, ready to paste.
    pub fn code(language: &'static str, text: impl Into<String>) -> Self {
        Self::Code { language, text: text.into() }
    }

    /// Blocks that only these media show.
    pub fn only(media: &'static [Medium], blocks: Vec<Self>) -> Self {
        Self::Only { media, blocks }
    }
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}
