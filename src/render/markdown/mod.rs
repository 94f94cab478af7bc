//! The report in GitHub-flavoured Markdown: a title, a part for each section, and what could not be judged.

mod fuzz;
mod inventory;
mod markers;
pub(super) mod page;

use std::io::{self, Write};

use super::Style;
use super::escape::{code, prose};
use crate::model::Problem;
use crate::views::{Audit, Section};
use page::Page;

/// Writes the report. A single section makes the title; several become parts under a common one.
pub(super) fn write(audit: &Audit, _: Style, out: &mut dyn Write) -> io::Result<()> {
    let root = code(if audit.root.is_empty() { "." } else { &audit.root });
    let sections = &audit.sections;
    let present = [sections.inventory.is_some(), sections.fuzz.is_some(), sections.markers.is_some()];
    let several = present.into_iter().filter(|present| *present).count() != 1;
    let mut page = Page::new(out);
    if several {
        page.heading(1, &format!("Test Audit of {root}"))?;
        page.shift_headings();
    }
    let title = |section: Section| {
        if several { section.title().to_owned() } else { format!("{} in {root}", section.title()) }
    };
    if let Some(inventory) = &sections.inventory {
        page.heading(1, &title(Section::Inventory))?;
        inventory::write(&mut page, inventory)?;
    }
    if let Some(fuzz) = &sections.fuzz {
        page.heading(1, &title(Section::Fuzz))?;
        fuzz::write(&mut page, fuzz, &root)?;
    }
    if let Some(markers) = &sections.markers {
        page.heading(1, &title(Section::Markers))?;
        markers::write(&mut page, markers)?;
    }
    page.unshift_headings();
    write_problems(&mut page, &audit.problems)
}

fn write_problems(page: &mut Page<'_>, problems: &[Problem]) -> io::Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    page.heading(2, "Not Judged")?;
    page.paragraph("What could not be read or understood; facts about it may be missing above.")?;
    let item = |problem: &Problem| {
        let line = problem.line.map(|line| format!(" (line {line})")).unwrap_or_default();
        format!("- {}{line} - {}: {}", code(&problem.path), problem.kind.name(), prose(&problem.message))
    };
    page.list(problems.iter().map(item).collect())
}
