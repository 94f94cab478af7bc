//! The report in GitHub-flavoured Markdown: a title, a part for each section, and what could not be judged.

mod inline;
pub(super) mod page;

use std::io::{self, Write};

use super::document::{Block, ColumnKind, Figure, List, Medium, ROWS_ON_PAGES, Table, Text};
use super::escape::{code, visible};
use super::sections;
use super::{Links, Style};
use crate::views::{Audit, count};
use inline::{Targets, Within, html, markdown};
use page::Page;

/// Writes the report. A single section makes the title; several become parts under a common one.
pub(super) fn write(audit: &Audit, _: Style, links: &Links, out: &mut dyn Write) -> io::Result<()> {
    let root = code(sections::root(audit));
    let parts = sections::parts(audit);
    let several = parts.len() != 1;
    let targets = Targets::new(links, parts.iter().map(|part| part.blocks.as_slice()));
    let mut page = Page::new(out);
    if several {
        page.heading(1, &format!("Test Audit of {root}"))?;
        page.shift_headings();
    }
    for part in &parts {
        let title = part.section.title();
        page.heading(1, &if several { title.to_owned() } else { format!("{title} in {root}") })?;
        write_blocks(&mut page, &part.blocks, &targets)?;
    }
    page.unshift_headings();
    if let Some(blocks) = sections::problems(&audit.problems) {
        page.heading(2, sections::PROBLEMS)?;
        write_blocks(&mut page, &blocks, &targets)?;
    }
    Ok(())
}

fn write_blocks(page: &mut Page<'_>, blocks: &[Block], targets: &Targets<'_>) -> io::Result<()> {
    blocks.iter().try_for_each(|block| write_block(page, block, targets))
}

fn write_block(page: &mut Page<'_>, block: &Block, targets: &Targets<'_>) -> io::Result<()> {
    let line = |text: &Text| markdown(text, Within::Line, targets);
    match block {
        // Below a section's title, which has level 1.
        Block::Heading { level, text } => page.heading(level + 1, &line(text)),
        Block::Paragraph(text) => page.paragraph(&line(text)),
        Block::List(list) => page.list(items(list, targets)),
        Block::Table(table) => write_table(page, table, targets),
        Block::Figures(figures) => {
            let row = |figure: &Figure| {
                let label = markdown(&figure.label.as_str().into(), Within::Cell, targets);
                vec![label, markdown(&figure.text(), Within::Cell, targets)]
            };
            page.table(&["", "Count"], &[false, true], &figures.iter().map(row).collect::<Vec<_>>())
        }
        Block::Code { language, text } => page.paragraph(&fenced(language, text)),
        Block::Details { summary, blocks } => {
            page.open(&html(summary))?;
            write_blocks(page, blocks, targets)?;
            page.close()
        }
        Block::Only { media, blocks } if media.contains(&Medium::Markdown) => write_blocks(page, blocks, targets),
        Block::Only { .. } | Block::Bars(_) | Block::Treemap(_) => Ok(()),
    }
}

fn items(list: &List, targets: &Targets<'_>) -> Vec<String> {
    let item = |(index, item): (usize, &super::document::Item)| {
        let mark = list.start.map_or_else(|| "-".to_owned(), |start| format!("{}.", start.saturating_add(index)));
        let mut written = format!("{mark} {}", markdown(&item.text, Within::Line, targets));
        for below in &item.below {
            let indent = " ".repeat(mark.len() + 1);
            written.push_str(&format!("\n{indent}- {}", markdown(below, Within::Line, targets)));
        }
        written
    };
    list.items.iter().enumerate().map(item).collect()
}

fn write_table(page: &mut Page<'_>, table: &Table, targets: &Targets<'_>) -> io::Result<()> {
    if table.rows.is_empty() {
        return page.paragraph("None.");
    }
    let header: Vec<String> =
        table.columns.iter().map(|column| markdown(&column.title.as_str().into(), Within::Cell, targets)).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let numbers: Vec<bool> = table.columns.iter().map(|column| column.kind == ColumnKind::Number).collect();
    let cells = |cells: &Vec<Text>| cells.iter().map(|cell| markdown(cell, Within::Cell, targets)).collect();
    let rows: Vec<Vec<String>> = table.rows.iter().take(ROWS_ON_PAGES).map(|row| cells(&row.cells)).collect();
    page.folded_table(&header, &numbers, &rows)?;
    match table.rows.len() {
        all if all > rows.len() => page.paragraph(&format!(
            "The first {} of {} are shown; a report made with `--format json` holds what the others are made of.",
            rows.len(),
            count(all, "row")
        )),
        _ => Ok(()),
    }
}

/// Lines between fences that are longer than any run of backticks in them.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines: Vec<_> = text.lines().map(visible).collect();
    format!("{fence}{language}\n{}\n{fence}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::document::Item;

    fn written(blocks: &[Block]) -> String {
        let mut out = Vec::new();
        write_blocks(&mut Page::new(&mut out), blocks, &Targets::new(&Links::default(), [blocks])).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn code_to_paste_stays_within_its_fence_whatever_it_holds() {
        let text = written(&[Block::code("python", "a = \"```\"\n\u{202e}b\n")]);
        assert_eq!(text, "````python\na = \"```\"\n\\u{202e}b\n````\n");
    }

    #[test]
    fn details_hold_blocks_apart_by_blank_lines() {
        let text = written(&[Block::details("<b>", vec![Block::paragraph("one"), Block::list(["two"])])]);
        assert_eq!(text, "<details>\n<summary>&lt;b&gt;</summary>\n\none\n\n- two\n\n</details>\n");
    }

    #[test]
    fn items_below_an_item_are_indented_as_far_as_its_mark() {
        let item = Item { text: "one".into(), below: vec!["- two".into()] };
        assert_eq!(
            written(&[Block::numbered(9, [item.clone(), item])]),
            "9. one\n   - \\- two\n10. one\n    - \\- two\n"
        );
    }

    #[test]
    fn blocks_for_other_media_are_left_out() {
        let elsewhere = Block::only(&[Medium::Html, Medium::Terminal], vec![Block::paragraph("one")]);
        assert_eq!(written(&[elsewhere, Block::only(&[Medium::Markdown], vec![Block::paragraph("two")])]), "two\n");
    }

    #[test]
    fn a_very_long_table_is_cut_and_says_so() {
        let table = |rows| Block::from(Table::new("T").number("N").rows((0..rows).map(|row| [Text::number(row)])));
        let (short, long) = (written(&[table(1_000_usize)]), written(&[table(1_001_usize)]));
        assert!(short.contains("\n| 999 |\n") && short.ends_with("</details>\n"));
        assert!(!long.contains("\n| 1000 |\n") && long.contains("\n\nThe first 1000 of 1001 rows are shown; "));
    }

    #[test]
    fn a_link_leads_to_a_heading_that_is_there_once_or_is_words() {
        let links = Block::paragraph(Text::link("one", "G01").then(" ").then(Text::link("two", "g02")));
        let text = written(&[links, Block::heading(1, "G01"), Block::heading(1, "G02"), Block::heading(1, "G02")]);
        assert!(text.starts_with("[one](#g01) two\n"), "{text}");
    }

    #[test]
    fn a_place_is_written_as_its_surroundings_ask_for() {
        let place = Text::place("a|b.py", 3);
        assert_eq!(written(&[Block::paragraph(place.clone())]), "`a|b.py` (line 3)\n");
        let table = Table::new("T").text("Where").number("N").rows([[place, Text::share(1, 4)]]);
        assert_eq!(written(&[table.into()]), "| Where | N |\n| --- | ---: |\n| `a\\|b.py`:3 | 1 (25.0%) |\n");
    }
}
