//! The section that says what tests there are.

mod cpp;
mod kinds;
mod measured;

use super::Context;
use crate::model::Language;
use crate::render::document::{Block, Figure, Leaf, Table, Text, Treemap};
use crate::views::{BinaryRow, Category, FileRow, FolderRow, Inventory, InventoryTotals, LanguageRow, count};

/// What stands below the section's title.
pub(super) fn document(inventory: &Inventory, _: &Context<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::heading(1, "Totals"), Block::Figures(figures(&inventory.totals))];
    // Where Python is the only language, the totals say as much.
    if inventory.languages.iter().any(|row| row.language != Language::Python) {
        blocks.push(Block::heading(1, "Languages"));
        blocks.push(languages(&inventory.languages).into());
    }
    blocks.extend(kinds::categories(&inventory.categories));
    if !inventory.binaries.is_empty() {
        blocks.push(Block::heading(1, "Binaries of Rust tests"));
        blocks.push(binaries(&inventory.binaries).into());
    }
    if let Some(cpp) = &inventory.cpp {
        blocks.extend(cpp::blocks(cpp));
    }
    blocks.extend(inventory.measured.iter().flat_map(measured::blocks));
    blocks.extend(kinds::scripts(&inventory.scripts));
    blocks.extend(kinds::doctests(&inventory.doctests));
    if !inventory.folders.is_empty() {
        blocks.push(Block::heading(1, "Folders"));
        blocks.push(Block::Treemap(density(&inventory.files)));
        blocks.push(folders(&inventory.folders).into());
    }
    if !inventory.files.is_empty() {
        blocks.push(Block::heading(1, "Files"));
        let (there_for_tests, others): (Vec<_>, Vec<_>) = inventory.files.iter().partition(|row| row.is_for_tests());
        blocks.push(files(&there_for_tests).into());
        if !others.is_empty() {
            let what = format!("Read besides, and listed in JSON: {} without tests.", count(others.len(), "file"));
            blocks.push(Block::paragraph(what));
        }
    }
    blocks
}

fn figures(totals: &InventoryTotals) -> Vec<Figure> {
    let tests = totals.tests;
    vec![
        Figure::new("Files", totals.files),
        Figure::new("Test modules", totals.test_modules).key(),
        Figure::new("Test modules without tests", totals.test_modules_without_tests).of(totals.test_modules),
        Figure::new("conftest files", totals.conftest_files),
        Figure::new("Other files with test functions", totals.other_files_with_test_functions),
        Figure::new("Lines", totals.lines).key(),
        Figure::new("Tests", tests).key(),
        Figure::new("Classes with tests", totals.suites),
        Figure::new("Async tests", totals.async_tests).of(tests),
        Figure::new("Parametrized tests", totals.parametrized_tests).of(tests),
        Figure::new("Tests with random data", totals.random_tests).of(tests),
        Figure::new("Property-based tests", totals.property_tests).of(tests),
        Figure::new("Known cases", totals.known_cases).key(),
        Figure::new("Tests with an unknown number of cases", totals.tests_with_unknown_cases).of(tests),
        Figure::new("Tests multiplied by a framework", totals.multiplied_tests).of(tests),
        Figure::new("Tests with run-time sub-cases", totals.tests_with_runtime_subcases).of(tests),
        Figure::new("Tests with conflicting evidence of their category", totals.category_conflicts).of(tests),
    ]
}

fn languages(rows: &[LanguageRow]) -> Table {
    let row = |row: &LanguageRow| {
        let name = row.language.title();
        let files = [row.files, row.test_files].map(Text::number);
        let tests = [row.tests, row.skipped].map(Text::number);
        let cells = [name.into()].into_iter().chain(files).chain([Text::number(row.lines)]).chain(tests);
        cells.collect::<Vec<_>>()
    };
    let table = Table::new("Languages").text("Language").number("Files").number("Test files").number("Lines");
    table.number("Tests").number("Always skipped").rows(rows.iter().map(row))
}

fn binaries(rows: &[BinaryRow]) -> Table {
    let row = |row: &BinaryRow| {
        let tests = row.tests.map_or_else(|| "own harness".into(), Text::number);
        [Text::code(&row.binary), row.category.into(), tests, Text::number(row.ignored)]
    };
    let table = Table::new("Binaries of Rust tests").text("Binary").text("Category").number("Tests").number("Ignored");
    table.rows(rows.iter().map(row))
}

fn folders(rows: &[FolderRow]) -> Table {
    let row = |row: &FolderRow| {
        let folder = if row.folder.is_empty() { "." } else { &row.folder };
        [Text::path(folder), Text::number(row.test_files), Text::number(row.tests), Text::number(row.lines)]
    };
    let table = Table::new("Folders").text("Folder").number("Test files").number("Tests").number("Lines");
    table.rows(rows.iter().map(row))
}

fn files(rows: &[&FileRow]) -> Table {
    let row = |row: &&FileRow| {
        let numbers = [Text::number(row.lines), Text::number(row.tests), Text::number(row.classes)];
        let category = row.category.map_or("", Category::name);
        let component = row.component.as_ref().map_or_else(Text::empty, Text::code);
        let words = [Text::path(&row.path), row.role.into()].into_iter().chain(numbers);
        words.chain([category.into(), component]).collect::<Vec<_>>()
    };
    let table = Table::new("Files").text("File").text("Role").number("Lines").number("Tests").number("Classes");
    table.text("Category").text("Component").rows(rows.iter().map(row))
}

fn density(rows: &[FileRow]) -> Treemap {
    let rows = rows.iter().filter(|row| row.tests > 0);
    let leaf = |row: &FileRow| Leaf {
        path: row.path.clone(),
        size: row.lines.into(),
        part: row.tests.try_into().unwrap_or(u64::MAX),
    };
    Treemap { title: "Density of tests".to_owned(), size: "line", part: "test", leaves: rows.map(leaf).collect() }
}
