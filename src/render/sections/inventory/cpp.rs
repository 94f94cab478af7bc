//! The part on tests of C++.

use crate::render::document::{Block, Figure, Table, Text};
use crate::views::{CppFileRow, CppFormRow, CppInventory};

/// Everything below its heading, and the heading.
pub(super) fn blocks(cpp: &CppInventory) -> Vec<Block> {
    let totals = &cpp.totals;
    let tests = totals.tests;
    let figures = vec![
        Figure::new("C++ files with tests", totals.files),
        Figure::new("Lines of C++", totals.lines),
        Figure::new("C++ tests", tests),
        Figure::new("Known cases of C++", totals.known_cases),
        Figure::new("C++ tests with an unknown number of cases", totals.tests_with_unknown_cases).of(tests),
        Figure::new("C++ tests that are switched off", totals.disabled).of(tests),
        Figure::new("C++ tests that may skip themselves", totals.skipping).of(tests),
        Figure::new("C++ tests made by macros of the tree", totals.made_by_macros).of(tests),
        Figure::new("Suites that nobody instantiates", cpp.uninstantiated.len()),
    ];
    let mut blocks = vec![Block::heading(1, "Tests of C++"), Block::Figures(figures), forms(&cpp.forms).into()];
    if !cpp.macros.is_empty() {
        let row = |own: &crate::model::cpp::CppTestMacro| {
            let numbers = [own.tests_each, own.uses as u64, own.handed_on as u64].map(Text::number);
            [Text::code(&own.name), Text::place(&own.path, own.line)].into_iter().chain(numbers).collect::<Vec<_>>()
        };
        let table = Table::new("Macros of the tree that make tests").text("Macro").text("Defined").number("Tests each");
        blocks.push(table.number("Calls").number("Handed on").rows(cpp.macros.iter().map(row)).into());
    }
    if !cpp.uninstantiated.is_empty() {
        let rows = cpp.uninstantiated.iter().map(|own| [Text::code(&own.name), Text::place(&own.path, own.line)]);
        let table = Table::new("Suites that nobody instantiates").text("Suite").text("First test");
        blocks.push(table.rows(rows).into());
    }
    blocks.push(files(&cpp.files).into());
    blocks
}

fn forms(rows: &[CppFormRow]) -> Table {
    let row = |row: &CppFormRow| [Text::code(&row.form), Text::number(row.tests), Text::number(row.known_cases)];
    let table = Table::new("Tests of C++ by macro").text("Macro").number("Tests").number("Known cases");
    table.rows(rows.iter().map(row))
}

fn files(rows: &[CppFileRow]) -> Table {
    let row = |row: &CppFileRow| {
        let numbers = [row.lines as usize, row.tests].map(Text::number).into_iter();
        let numbers = numbers.chain([Text::number(row.known_cases), Text::number(row.disabled)]);
        std::iter::once(Text::path(&row.path)).chain(numbers).collect::<Vec<_>>()
    };
    let table = Table::new("Files with tests of C++").text("File").number("Lines").number("Tests");
    table.number("Known cases").number("Switched off").rows(rows.iter().map(row))
}
