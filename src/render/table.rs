//! Tables for a terminal. The only place that names comfy-table.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, Table as Drawn, presets};

use super::document::{Block, Column, ColumnKind, Figure, Inline, Medium, Row, Table, Text, Tone, share};
use super::escape::visible;
use super::sections;
use super::{Links, Style};
use crate::views::Audit;

/// The width of the terminal on standard output, if it is one.
pub(super) fn terminal_width() -> Option<u16> {
    Drawn::new().width().filter(|width| *width > 0)
}

/// Writes the figures and tables of each section, then the problems.
pub(super) fn write(audit: &Audit, style: Style, _: &Links, out: &mut dyn Write) -> io::Result<()> {
    let mut tables = Tables { style, out, below_title: false };
    tables.title(&format!("Test audit of {}", visible(sections::root(audit))))?;
    for part in sections::parts(audit) {
        tables.section(part.section.title(), &part.blocks)?;
    }
    let problems = sections::problems(&audit.problems);
    problems.map_or(Ok(()), |blocks| tables.section(sections::PROBLEMS, &blocks))
}

struct Tables<'a> {
    style: Style,
    out: &'a mut dyn Write,
    /// Whether the title of a section was the last that was written.
    below_title: bool,
}

impl Tables<'_> {
    fn section(&mut self, title: &str, blocks: &[Block]) -> io::Result<()> {
        writeln!(self.out)?;
        self.title(title)?;
        self.below_title = true;
        self.blocks(blocks, false)
    }

    /// Words are shown where they are meant for terminals only.
    fn blocks(&mut self, blocks: &[Block], words: bool) -> io::Result<()> {
        for block in blocks {
            match block {
                Block::Figures(figures) => self.figures(figures)?,
                Block::Table(table) => self.table(table)?,
                Block::Only { media, blocks } if media.contains(&Medium::Terminal) => {
                    self.blocks(blocks, words || media.len() == 1)?;
                }
                Block::Paragraph(text) if words => writeln!(self.out, "\n{}", plain(text))?,
                Block::List(list) if words => {
                    list.items.iter().try_for_each(|item| writeln!(self.out, "- {}", plain(&item.text)))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn title(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "{title}")
    }

    /// Figures right below the title of their section need no blank line.
    fn figures(&mut self, figures: &[Figure]) -> io::Result<()> {
        if !std::mem::take(&mut self.below_title) {
            writeln!(self.out)?;
        }
        let row = |figure: &Figure| Row::from([Text::plain(&figure.label), figure.text()]);
        self.draw(&Table::new("").text("").number("Count").rows(figures.iter().map(row)))
    }

    /// A table under its title; without rows, the title says so.
    fn table(&mut self, table: &Table) -> io::Result<()> {
        self.below_title = false;
        writeln!(self.out)?;
        if table.rows.is_empty() {
            return self.title(&format!("{}: none", visible(&table.title)));
        }
        self.title(&visible(&table.title))?;
        self.draw(table)
    }

    fn draw(&mut self, table: &Table) -> io::Result<()> {
        let mut drawn = Drawn::new();
        drawn.load_style(presets::ASCII_MARKDOWN);
        drawn.set_content_arrangement(ContentArrangement::Dynamic).set_width(self.style.width);
        if self.style.color {
            drawn.enforce_styling();
        } else {
            drawn.force_no_tty();
        }
        let cells = |row: &Row| -> Vec<Cell> {
            row.cells.iter().zip(&table.columns).map(|(text, column)| cell(text, column)).collect()
        };
        let header: Vec<_> = table.columns.iter().map(|column| visible(&column.title).into_owned()).collect();
        drawn.set_header(header).add_rows(table.rows.iter().map(cells));
        writeln!(self.out, "{}", drawn.trim_fmt())
    }
}

fn cell(text: &Text, column: &Column) -> Cell {
    let cell = Cell::new(plain(text));
    let cell = match column.kind {
        ColumnKind::Number => cell.set_alignment(CellAlignment::Right),
        ColumnKind::Text => cell,
    };
    let tone = text.0.iter().find_map(|inline| match inline {
        Inline::Badge(_, tone) => Some(*tone),
        _ => None,
    });
    match tone {
        Some(Tone::Bad) => cell.fg(Color::Red),
        Some(Tone::Warn) => cell.fg(Color::Yellow),
        Some(Tone::Good) => cell.fg(Color::Green),
        Some(Tone::Neutral) | None => cell,
    }
}

/// The text as a terminal shows it: code among words in backticks.
fn plain(text: &Text) -> String {
    let alone = text.0.len() == 1;
    let shown = |own: &Inline| match own {
        Inline::Code(code) if !alone => format!("`{}`", visible(code)),
        _ => inline(own),
    };
    text.0.iter().map(shown).collect()
}

fn inline(inline: &Inline) -> String {
    match inline {
        Inline::Plain(text)
        | Inline::Code(text)
        | Inline::Strong(text)
        | Inline::Badge(text, _)
        | Inline::Link { text, .. }
        | Inline::Place { path: text, line: None } => visible(text).into_owned(),
        Inline::Place { path, line: Some(line) } => format!("{}:{line}", visible(path)),
        Inline::Line { line, .. } => format!("line {line}"),
        Inline::Number(number) => number.to_string(),
        Inline::Percent(percent) => format!("{percent}%"),
        Inline::Share { part, whole } => share(*part, *whole),
    }
}
