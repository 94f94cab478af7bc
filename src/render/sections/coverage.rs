//! The section that says how much of the code the tests can be expected to run.

use super::{Context, targets};
use crate::render::document::{Block, Figure, Leaf, Table, Text, Treemap};
use crate::views::{Coverage, CoverageRow, Share, UnreachedFunction};

/// How the numbers are made, and how wrong they usually are.
const METHOD: &str = "Nothing was run: the numbers follow the calls from each test through the code, and give each branch the chance \
     that branches of its kind have. Of the projects that it was compared with a file's estimate is wrong by eight to fifteen \
     points on average, in Python as in Rust; the range holds the truth for about four files of five in Python and for three in Rust.";

/// What stands below the section's title.
pub(super) fn document(coverage: &Coverage, _: &Context<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::paragraph(METHOD), Block::heading(1, "Totals"), Block::Figures(figures(coverage))];
    blocks.extend(targets::measured(coverage));
    blocks.extend(targets::targets(&coverage.targets));
    if coverage.packages.len() > 1 {
        // A package of nothing but empty files says nothing.
        let packages = coverage.packages.iter().filter(|own| own.statements > 0);
        blocks.push(Block::heading(1, "Packages"));
        blocks.push(table("Packages", "Package", packages).into());
    }
    if !coverage.files.is_empty() {
        blocks.push(Block::heading(1, "Files"));
        blocks.push(Block::Treemap(map(&coverage.files)));
        blocks.push(table("Files", "File", coverage.files.iter()).into());
    }
    if !coverage.functions.is_empty() {
        blocks.push(Block::heading(1, "Functions that no test is expected to enter"));
        blocks.push(functions(&coverage.functions).into());
    }
    blocks
}

fn figures(coverage: &Coverage) -> Vec<Figure> {
    let total = &coverage.total;
    let mut figures = vec![
        Figure::new("Files measured by coverage.py", coverage.files.iter().filter(|row| !row.omitted).count()),
        Figure::new("Statements", total.statements),
        Figure::percent("Estimated coverage", total.estimate.percent()).key(),
        Figure::percent("At least", total.low.percent()),
        Figure::percent("At most", total.high.percent()),
    ];
    if let Some(measured) = total.measured {
        figures.push(Figure::percent("Measured coverage", measured.percent()).key());
    }
    figures.push(Figure::new("Tests followed", coverage.tests));
    figures.push(Figure::new("Functions that no test is expected to enter", coverage.unreached));
    figures
}

fn percent(share: Share) -> Text {
    Text::percent(share.percent())
}

fn table<'c>(title: &str, first: &str, rows: impl Iterator<Item = &'c CoverageRow> + Clone) -> Table {
    let is_measured = rows.clone().any(|row| row.measured.is_some());
    let row = |row: &CoverageRow| {
        let path = if row.path.is_empty() { "." } else { &row.path };
        let range = format!("{}–{}%", row.low.percent(), row.high.percent());
        let mut cells = vec![Text::path(path), Text::number(row.statements), percent(row.estimate), range.into()];
        if is_measured {
            cells.push(row.measured.map_or_else(|| "".into(), percent));
            cells.push(row.difference.map_or_else(|| "".into(), |own| format!("{:+}", own.points()).into()));
        }
        cells.push(Text::number(row.tests));
        cells
    };
    let mut table = Table::new(title).text(first).number("Statements").number("Estimate").number("Range");
    if is_measured {
        table = table.number("Measured").number("Difference");
    }
    table.number("Tests").rows(rows.filter(|row| !row.omitted).map(row))
}

/// What the estimates say of each file.
fn map(rows: &[CoverageRow]) -> Treemap {
    let leaf = |row: &CoverageRow| {
        let size = row.statements;
        let part = u128::from(size) * u128::from(row.estimate.percent()) / 100;
        Leaf { path: row.path.clone(), size, part: part.try_into().unwrap_or(u64::MAX) }
    };
    let leaves = rows.iter().filter(|row| !row.omitted).map(leaf).collect();
    Treemap { title: "Estimated coverage".to_owned(), size: "statement", part: "covered statement", leaves }
}

fn functions(rows: &[UnreachedFunction]) -> Table {
    let row = |row: &UnreachedFunction| {
        [Text::code(&row.name), Text::place(&row.path, row.line), Text::number(row.statements)]
    };
    let table = Table::new("Functions that no test is expected to enter").text("Function").text("Place");
    table.number("Statements").rows(rows.iter().map(row))
}
