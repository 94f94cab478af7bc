//! What stands in the section on coverage about measurements and targets.

use crate::render::document::{Block, Table, Text};
use crate::views::{Comparison, Coverage, MissingFunction, ReportRow, TargetRow};

/// What was measured, and how far the estimates lie from it.
pub(super) fn measured(coverage: &Coverage) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !coverage.reports.is_empty() {
        blocks.push(Block::heading(1, "Measured"));
        blocks.push(reports(&coverage.reports).into());
    }
    if coverage.unmatched > 0 {
        let paths = if coverage.unmatched == 1 { "path in them is" } else { "paths in them are" };
        let text = format!("{} {paths} no file of this tree, or not clearly which.", coverage.unmatched);
        blocks.push(Block::paragraph(text));
    }
    blocks.extend(coverage.comparison.as_ref().map(|own| Block::paragraph(comparison(own))));
    blocks
}

fn comparison(own: &Comparison) -> String {
    let Comparison { files, mean_error, in_range, estimate, measured } = own;
    format!(
        "Of {files} files both is known: their estimates are {} points off on average, {in_range} were measured within their \
         range; together {} % were expected, and {} % measured.",
        mean_error.percent(),
        estimate.percent(),
        measured.percent()
    )
}

fn reports(rows: &[ReportRow]) -> Table {
    let row = |row: &ReportRow| {
        let counts = [row.files as u64, row.lines, row.covered].map(Text::number);
        [Text::code(&row.path), row.format.into()].into_iter().chain(counts).collect::<Vec<Text>>()
    };
    let table = Table::new("Measured").text("Report").text("Format").number("Files").number("Lines").number("Executed");
    table.rows(rows.iter().map(row))
}

/// What is wanted, and what is missing.
pub(super) fn targets(rows: &[TargetRow]) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    let row = |row: &TargetRow| {
        let missing = if row.reached { Text::plain("reached") } else { Text::number(row.missing) };
        let percent = |share: crate::views::Share| Text::plain(format!("{} %", share.percent()));
        let counts = [Text::number(row.files as u64), Text::number(row.measured_files as u64)];
        let [files, measured] = counts;
        [name(row), files, measured, Text::number(row.statements), percent(row.coverage), percent(row.target), missing]
    };
    let table = Table::new("Targets").text("Files").number("Number").number("Measured").number("Statements");
    let table = table.number("Coverage").number("Target").number("Missing").rows(rows.iter().map(row));
    let mut blocks = vec![Block::heading(1, "Targets"), table.into()];
    for own in rows.iter().filter(|own| !own.functions.is_empty()) {
        let statements = if own.missing == 1 { "statement" } else { "statements" };
        let lead = format!(" lacks {} {statements}; most are missing in these functions:", own.missing);
        blocks.push(Block::paragraph(name(own).then(Text::plain(lead))));
        blocks.push(functions(&own.functions).into());
    }
    blocks
}

fn name(row: &TargetRow) -> Text {
    match row.language {
        Some(language) => Text::plain(format!("{language:?}")),
        None => Text::join(row.paths.iter().map(Text::code), ", "),
    }
}

fn functions(rows: &[MissingFunction]) -> Table {
    let row = |row: &MissingFunction| {
        let how = if row.measured { "measured" } else { "expected" };
        [Text::code(&row.name), Text::place(&row.path, row.line), Text::number(row.missing), how.into()]
    };
    let table = Table::new("Functions with missing statements").text("Function").text("Place").number("Missing");
    table.text("How it is known").rows(rows.iter().map(row))
}
