//! What could not be judged.

use crate::model::Problem;
use crate::render::document::{Block, Medium, Table, Text};

/// What stands below the title.
pub(super) fn document(problems: &[Problem]) -> Vec<Block> {
    let item = |problem: &Problem| {
        let place = Text::place(&problem.path, problem.line);
        place.then(format!(" - {}: ", problem.kind.name())).then(Text::prose(&problem.message))
    };
    let row = |problem: &Problem| {
        [Text::place(&problem.path, problem.line), problem.kind.name().into(), Text::prose(&problem.message)]
    };
    let table = Table::new("Problems").text("Where").text("Kind").text("Message").rows(problems.iter().map(row));
    vec![
        Block::paragraph("What could not be read or understood; facts about it may be missing above."),
        Block::only(&[Medium::Markdown], vec![Block::list(problems.iter().map(item))]),
        Block::only(&[Medium::Html, Medium::Terminal], vec![table.into()]),
    ]
}
