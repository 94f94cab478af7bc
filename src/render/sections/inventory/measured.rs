//! The part on what runs of the tests reported.

use crate::model::runs::Seconds;
use crate::render::document::{Block, Figure, Table, Text};
use crate::views::MeasuredRuns;

/// A length of time in words.
pub(super) fn time(seconds: Seconds) -> Text {
    let seconds = seconds.value();
    Text::plain(match seconds {
        _ if seconds < 60.0 => format!("{seconds:.2} s"),
        _ if seconds < 3600.0 => format!("{:.1} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    })
}

/// Everything below its heading, and the heading.
pub(super) fn blocks(measured: &MeasuredRuns) -> Vec<Block> {
    let figures = vec![
        Figure::new("Tests that a report speaks of", measured.matched).of(measured.tests),
        Figure::new("Entries of reports without a test of the tree", measured.unmatched.len()),
    ];
    let reports = measured.reports.iter().map(|report| {
        let numbers = [report.cases, report.matched].map(Text::number);
        let [cases, matched] = numbers;
        [Text::code(&report.path), report.format.into(), cases, matched, time(report.seconds)]
    });
    let table = Table::new("Reports").text("Report").text("Format").number("Entries").number("Matched").number("Time");
    let mut blocks = vec![
        Block::heading(1, "Measured times"),
        Block::Figures(figures),
        table.rows(reports).into(),
        Block::paragraph(Text::plain("All matched tests together, one after the other: ").then(time(measured.seconds))),
    ];
    if !measured.slowest.is_empty() {
        let rows = measured.slowest.iter();
        let rows = rows.map(|test| [Text::code(&test.id), Text::place(&test.path, test.line), time(test.seconds)]);
        blocks.push(Table::new("Slowest tests").text("Test").text("Where").number("Time").rows(rows).into());
    }
    if !measured.unmatched.is_empty() {
        let why = |ambiguous: bool| if ambiguous { "several tests could be meant" } else { "no such test is known" };
        let rows = measured.unmatched.iter();
        let rows = rows.map(|own| [Text::code(&own.name), Text::number(own.report + 1), why(own.ambiguous).into()]);
        let table = Table::new("Entries without a test").text("Entry").number("Report").text("Why");
        blocks.push(table.rows(rows).into());
    }
    blocks
}
