//! The part of the report that says what tests there are.

use std::io;

use super::super::escape::{code_cell, text};
use super::super::figures::{self, Figure};
use super::page::Page;
use crate::views::Inventory;

/// Writes the part below its heading.
pub(super) fn write(page: &mut Page<'_>, inventory: &Inventory) -> io::Result<()> {
    page.heading(2, "Totals")?;
    let figure = |figure: &Figure| vec![text(figure.label), figure.text()];
    let figures: Vec<_> = figures::inventory(&inventory.totals).iter().map(figure).collect();
    page.table(&["", "Count"], &[false, true], &figures)?;

    let languages = figures::languages(inventory);
    if !languages.is_empty() {
        page.heading(2, "Languages")?;
        page.table(&figures::LANGUAGES, &[false, true, true, true, true, true], &languages)?;
    }
    if !inventory.binaries.is_empty() {
        page.heading(2, "Binaries of Rust tests")?;
        let rows: Vec<_> = inventory
            .binaries
            .iter()
            .map(|row| {
                let numbers = [figures::tests(row), row.ignored.to_string()];
                [code_cell(&row.binary), row.category.to_owned()].into_iter().chain(numbers).collect()
            })
            .collect();
        page.folded_table(&["Binary", "Category", "Tests", "Ignored"], &[false, false, true, true], &rows)?;
    }

    if !inventory.folders.is_empty() {
        page.heading(2, "Folders")?;
        let rows: Vec<_> = inventory
            .folders
            .iter()
            .map(|row| {
                let folder = if row.folder.is_empty() { "." } else { &row.folder };
                vec![code_cell(folder), row.test_files.to_string(), row.tests.to_string(), row.lines.to_string()]
            })
            .collect();
        page.folded_table(&["Folder", "Test files", "Tests", "Lines"], &[false, true, true, true], &rows)?;
    }

    if !inventory.files.is_empty() {
        page.heading(2, "Files")?;
        let rows: Vec<_> = inventory
            .files
            .iter()
            .map(|row| {
                let numbers = [row.lines.to_string(), row.tests.to_string(), row.classes.to_string()];
                [code_cell(&row.path), row.role.to_owned()].into_iter().chain(numbers).collect()
            })
            .collect();
        let numbers = [false, false, true, true, true];
        page.folded_table(&["File", "Role", "Lines", "Tests", "Classes"], &numbers, &rows)?;
    }
    Ok(())
}
