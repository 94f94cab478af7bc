//! The blocks of a Markdown page: headings, paragraphs, lists and tables, apart by one blank line, folded where long.
//!
//! Takes text that is Markdown already; escaping is the caller's.

use std::io::{self, Write};

use crate::views::count;

/// How many items of a list or rows of a table are shown unfolded.
const UNFOLDED: usize = 20;

/// A page in the making.
pub(in crate::render) struct Page<'a> {
    out: &'a mut dyn Write,
    shift: usize,
    begun: bool,
}

impl<'a> Page<'a> {
    pub(in crate::render) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, shift: 0, begun: false }
    }

    /// From now on headings are one level deeper.
    pub(in crate::render) fn shift_headings(&mut self) {
        self.shift = 1;
    }

    /// From now on headings have their own level.
    pub(in crate::render) fn unshift_headings(&mut self) {
        self.shift = 0;
    }

    pub(in crate::render) fn heading(&mut self, level: usize, title: &str) -> io::Result<()> {
        self.paragraph(&format!("{} {title}", "#".repeat(level + self.shift)))
    }

    pub(in crate::render) fn paragraph(&mut self, text: &str) -> io::Result<()> {
        if self.begun {
            writeln!(self.out)?;
        }
        self.begun = true;
        writeln!(self.out, "{text}")
    }

    /// A list of items that bring their own marker; a long one is folded behind its first items.
    pub(in crate::render) fn list(&mut self, items: Vec<String>) -> io::Result<()> {
        // Hiding a line or two would take as much room as showing them.
        if items.len() <= UNFOLDED + UNFOLDED / 4 {
            return if items.is_empty() { Ok(()) } else { self.paragraph(&items.join("\n")) };
        }
        self.paragraph(&items[..UNFOLDED].join("\n"))?;
        let rest = &items[UNFOLDED..];
        self.folded(&format!("{} more", rest.len()), &rest.join("\n"))
    }

    /// A table; `numbers` says which columns hold numbers and stand to the right.
    pub(in crate::render) fn table(
        &mut self,
        header: &[&str],
        numbers: &[bool],
        rows: &[Vec<String>],
    ) -> io::Result<()> {
        let table = table(header, numbers, rows);
        self.paragraph(&table)
    }

    /// A table that is folded when it is long.
    pub(in crate::render) fn folded_table(
        &mut self,
        header: &[&str],
        numbers: &[bool],
        rows: &[Vec<String>],
    ) -> io::Result<()> {
        if rows.len() <= UNFOLDED {
            return self.table(header, numbers, rows);
        }
        self.folded(&count(rows.len(), "row"), &table(header, numbers, rows))
    }

    /// Opens what is behind a line that opens it, up to [`Page::close`].
    pub(in crate::render) fn open(&mut self, summary: &str) -> io::Result<()> {
        self.paragraph(&format!("<details>\n<summary>{summary}</summary>"))
    }

    /// Ends what [`Page::open`] began.
    pub(in crate::render) fn close(&mut self) -> io::Result<()> {
        self.paragraph("</details>")
    }

    /// Content behind a line that opens it. Markdown within HTML needs blank lines around it.
    pub(in crate::render) fn folded(&mut self, summary: &str, content: &str) -> io::Result<()> {
        self.paragraph(&format!("<details>\n<summary>{summary}</summary>\n\n{content}\n\n</details>"))
    }
}

fn table(header: &[&str], numbers: &[bool], rows: &[Vec<String>]) -> String {
    let line = |cells: &[&str]| format!("| {} |", cells.join(" | "));
    let rule: Vec<&str> = numbers.iter().map(|number| if *number { "---:" } else { "---" }).collect();
    let mut lines = vec![line(header), line(&rule)];
    lines.extend(rows.iter().map(|row| line(&row.iter().map(String::as_str).collect::<Vec<_>>())));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list_of(length: usize) -> String {
        let mut out = Vec::new();
        Page::new(&mut out).list((0..length).map(|number| format!("- item {number}")).collect()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_long_list_is_folded_and_loses_nothing() {
        let text = list_of(100);
        assert!(text.contains("- item 19\n\n<details>\n<summary>80 more</summary>\n\n- item 20\n"));
        assert!(text.ends_with("- item 99\n\n</details>\n"));
    }

    #[test]
    fn a_list_that_hardly_exceeds_the_limit_is_not_folded() {
        assert!(!list_of(25).contains("<details>"));
        assert_eq!(list_of(0), "");
    }
}
