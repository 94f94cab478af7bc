//! Blocks made ready for the page: with anchors, links, charts laid out, and long tables cut.

use askama::Template;

use super::anchors::{Anchors, Named};
use super::bars::Chart;
use super::text::{Line, Targets, grouped, percent_of};
use super::treemap::Map;
use crate::render::document::{Block, ColumnKind, Figure, Item, List, Medium, ROWS_ON_PAGES, Table, Text};
use crate::render::links::Links;
use crate::views::count;

/// Lists of more items are folded behind so many.
const UNFOLDED: usize = 20;

/// Blocks as a template writes them.
#[derive(Template)]
#[template(path = "nodes.html")]
pub(super) struct Nodes {
    pub(super) nodes: Vec<Node>,
}

/// A block as a template writes it.
pub(super) enum Node {
    Heading { level: usize, anchor: String, words: String, text: Line },
    Paragraph(Line),
    List { start: Option<usize>, items: Vec<Entry>, hidden: Vec<Entry>, more: String, next: usize },
    Table(Grid),
    Figures(Vec<Number>),
    Bars(Chart),
    Treemap(Map),
    Code { language: &'static str, lines: Vec<String> },
    Details { summary: Line, nodes: Nodes },
}

/// An item of a list.
pub(super) struct Entry {
    text: Line,
    below: Vec<Line>,
}

/// A table.
pub(super) struct Grid {
    anchor: String,
    title: String,
    /// Whether the heading above says the same.
    told: bool,
    count: String,
    /// Words on rows that are left out.
    left_out: Option<Line>,
    columns: Vec<(String, bool)>,
    rows: Vec<GridRow>,
}

/// A row of a table.
pub(super) struct GridRow {
    anchor: String,
    /// Each with whether it is a number, and whether it names the row.
    cells: Vec<(Line, bool, bool)>,
}

/// A figure.
pub(super) struct Number {
    label: String,
    value: String,
    percent: String,
    /// The percentage as a length, where there is one.
    share: Option<String>,
}

impl Nodes {
    /// The blocks of a section below its anchor and its title.
    pub(super) fn new(
        blocks: &[Block],
        section: &str,
        title: &str,
        mut named: Named,
        anchors: &mut Anchors,
        links: &Links,
    ) -> Self {
        let named = &mut named;
        let mut maker = Maker { section, named, anchors, links, heading: title.to_owned(), nodes: Vec::new() };
        maker.blocks(blocks);
        Self { nodes: maker.nodes }
    }
}

struct Maker<'a> {
    section: &'a str,
    named: &'a mut Named,
    anchors: &'a mut Anchors,
    links: &'a Links,
    /// The words of the last heading.
    heading: String,
    nodes: Vec<Node>,
}

impl Maker<'_> {
    fn line(&self, text: &Text) -> Line {
        Line::new(text, Targets { links: self.links, anchors: self.anchors, section: self.section })
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Only { media, blocks } if media.contains(&Medium::Html) => self.blocks(blocks),
                Block::Only { .. } => {}
                _ => {
                    let node = self.node(block);
                    self.nodes.extend(node);
                }
            }
        }
    }

    fn node(&mut self, block: &Block) -> Option<Node> {
        Some(match block {
            Block::Heading { level, text } => {
                self.heading = text.words();
                let text = self.line(text);
                let anchor = self.named.headings.pop_front().unwrap_or_default();
                // Below the title of a section, which has level 2.
                Node::Heading { level: (level + 2).min(6), anchor, words: self.heading.clone(), text }
            }
            Block::Paragraph(text) => Node::Paragraph(self.line(text)),
            Block::List(list) => self.list(list)?,
            Block::Table(table) if table.rows.is_empty() => Node::Paragraph(self.line(&self.none(table).into())),
            Block::Table(table) => Node::Table(self.table(table)),
            Block::Figures(figures) => Node::Figures(figures.iter().map(number).collect()),
            Block::Bars(bars) => Node::Bars(Chart::new(bars)?),
            Block::Treemap(treemap) => Node::Treemap(Map::new(treemap)?),
            Block::Code { language, text } => Node::Code { language, lines: text.lines().map(str::to_owned).collect() },
            Block::Details { summary, blocks } => {
                let mut inner = Maker {
                    section: self.section,
                    named: &mut *self.named,
                    anchors: &mut *self.anchors,
                    links: self.links,
                    heading: String::new(),
                    nodes: Vec::new(),
                };
                inner.blocks(blocks);
                let nodes = Nodes { nodes: inner.nodes };
                Node::Details { summary: self.line(summary), nodes }
            }
            Block::Only { .. } => return None,
        })
    }

    fn told(&self, title: &str) -> bool {
        self.heading.to_lowercase().contains(&title.to_lowercase())
    }

    fn none(&self, table: &Table) -> String {
        if self.told(&table.title) { "None.".to_owned() } else { format!("{}: none.", table.title) }
    }

    fn list(&self, list: &List) -> Option<Node> {
        let entry = |item: &Item| Entry {
            text: self.line(&item.text),
            below: item.below.iter().map(|below| self.line(below)).collect(),
        };
        let folded = list.items.len() > UNFOLDED + UNFOLDED / 4;
        let (shown, hidden) = list.items.split_at(if folded { UNFOLDED } else { list.items.len() });
        (!shown.is_empty()).then(|| Node::List {
            start: list.start,
            items: shown.iter().map(entry).collect(),
            hidden: hidden.iter().map(entry).collect(),
            more: format!("{} more", grouped(hidden.len() as u64)),
            next: list.start.unwrap_or_default().saturating_add(shown.len()),
        })
    }

    fn table(&mut self, table: &Table) -> Grid {
        let anchor = self.anchors.below(self.section, &format!("{} table", table.title));
        let columns: Vec<(String, bool)> =
            table.columns.iter().map(|own| (own.title.clone(), own.kind == ColumnKind::Number)).collect();
        let naming = columns.iter().position(|(_, number)| !number);
        let mut rows = Vec::new();
        for row in table.rows.iter().take(ROWS_ON_PAGES) {
            let cells = row.cells.iter().zip(&columns).enumerate();
            let cells: Vec<_> =
                cells.map(|(at, (cell, (_, number)))| (self.line(cell), *number, Some(at) == naming)).collect();
            let name = naming.and_then(|at| row.cells.get(at)).map(Text::words).unwrap_or_default();
            let anchor = match &row.anchor {
                Some(_) => self.named.rows.pop_front().unwrap_or_default(),
                None => self.anchors.below(self.section, &name),
            };
            rows.push(GridRow { anchor, cells });
        }
        let left_out = match table.rows.len() {
            all if all > ROWS_ON_PAGES => format!(
                "The first {} of {} are shown; a report made with `--format json` holds what the others are made of.",
                grouped(ROWS_ON_PAGES as u64),
                count_of(all, "row")
            ),
            _ => String::new(),
        };
        Grid {
            anchor,
            told: self.told(&table.title),
            title: table.title.clone(),
            count: count_of(table.rows.len(), "row"),
            left_out: (!left_out.is_empty()).then(|| self.line(&Text::prose(&left_out))),
            columns,
            rows,
        }
    }
}

fn count_of(number: usize, noun: &str) -> String {
    let text = count(number, noun);
    let noun = text.rsplit(' ').next().unwrap_or(noun);
    format!("{} {noun}", grouped(number as u64))
}

fn number(figure: &Figure) -> Number {
    let percent = figure.whole.map(|whole| percent_of(figure.value, whole)).unwrap_or_default();
    let value = value(figure);
    let share = percent.strip_suffix('%').or(value.strip_suffix('%')).map(str::to_owned);
    Number { label: figure.label.clone(), value, share, percent }
}

/// The number of a figure.
pub(super) fn value(figure: &Figure) -> String {
    if figure.percent { format!("{}%", figure.value) } else { grouped(figure.value) }
}
