//! The parts on categories of tests, on files that are run by hand, and on examples in docstrings.

use std::collections::BTreeMap;

use super::measured;
use crate::render::document::{Bars, Block, Table, Text};
use crate::views::{CategoryRow, CategorySource, DoctestFile, Doctests, ScriptRow};

/// How the kinds of evidence are called.
const SOURCES: [(CategorySource, &str); 6] = [
    (CategorySource::Runner, "its runner"),
    (CategorySource::Marker, "markers"),
    (CategorySource::Folder, "folders"),
    (CategorySource::File, "file names"),
    (CategorySource::Content, "content"),
    (CategorySource::Default, "nothing else"),
];

/// Tests by category, language and place.
pub(super) fn categories(rows: &[CategoryRow]) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    let is_timed = rows.iter().any(|row| row.seconds.is_some());
    let row = |row: &CategoryRow| {
        let words = [row.category.name().into(), row.language.title().into(), Text::path(&row.location)];
        let numbers = [row.files, row.tests].map(Text::number).into_iter();
        let numbers = numbers.chain([Text::number(row.known_cases), Text::number(row.tests_with_unknown_cases)]);
        let source = |(source, name): &(CategorySource, &str)| {
            row.decided_by.get(source).map(|count| Text::plain(format!("{name} {count}")))
        };
        let by = Text::join(SOURCES.iter().filter_map(source), ", ");
        let time = row.seconds.filter(|_| is_timed).map(measured::time);
        let time = time.or_else(|| is_timed.then(Text::empty));
        let cells = words.into_iter().chain(numbers).chain([Text::number(row.lines)]);
        cells.chain(time).chain([by]).collect::<Vec<_>>()
    };
    let mut sums: BTreeMap<_, usize> = BTreeMap::new();
    rows.iter().for_each(|row| *sums.entry(row.category).or_default() += row.tests);
    let bars = sums.into_iter().map(|(category, tests)| (category.name(), tests));
    let table =
        Table::new("Categories").text("Category").text("Language").text("Place").number("Files").number("Tests");
    let table = table.number("Known cases").number("Tests without").number("Lines");
    let table = if is_timed { table.number("Time") } else { table }.text("Decided by");
    let said = "The category of a test is decided by what runs it, else by a marker, the nearest folder, the name of its file, \
                or what it does; a test about which nothing says anything is a unit test. A file counts where most of its \
                tests do.";
    vec![
        Block::heading(1, "Categories"),
        Block::paragraph(said),
        Block::Bars(Bars::new("Tests by category", bars)),
        table.rows(rows.iter().map(row)).into(),
    ]
}

/// Files that are run by hand.
pub(super) fn scripts(rows: &[ScriptRow]) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    let line = |path: &str, line: Option<u32>| line.map_or_else(Text::empty, |line| Text::line(path, line));
    let row = |row: &ScriptRow| {
        let category = row.category.map_or("", |category| category.name());
        let arguments = row.arguments.as_ref();
        let parser = arguments
            .map_or_else(Text::empty, |(at, name)| Text::code(name).then(" ").then(Text::line(&row.path, *at)));
        [
            Text::path(&row.path),
            category.into(),
            row.why.into(),
            line(&row.path, row.main_guard),
            parser,
            line(&row.path, row.launcher),
        ]
    };
    let table = Table::new("Standalone scripts").text("File").text("Category").text("Why it is none of pytest's");
    let table = table.text("Main").text("Arguments").text("Asks for a launcher");
    vec![Block::heading(1, "Standalone scripts"), table.rows(rows.iter().map(row)).into()]
}

/// Examples in docstrings.
pub(super) fn doctests(doctests: &Doctests) -> Vec<Block> {
    if doctests.docstrings == 0 && doctests.runs.is_empty() {
        return Vec::new();
    }
    let run = match doctests.runs.is_empty() {
        true => "Nothing is known to run them.".to_owned(),
        false => "These run some:".to_owned(),
    };
    let files = doctests.files.len();
    let said = format!("{} docstrings with examples in {files} files that are no tests. {run}", doctests.docstrings);
    let mut blocks = vec![Block::heading(1, "Examples in docstrings"), Block::paragraph(said)];
    if !doctests.runs.is_empty() {
        let rows = doctests.runs.iter().map(|run| [Text::place(&run.path, run.line), Text::code(&run.what)]);
        blocks.push(Table::new("What runs examples").text("Where").text("By").rows(rows).into());
    }
    if files > 0 {
        let row = |file: &DoctestFile| {
            [Text::path(&file.path), Text::number(file.docstrings), Text::line(&file.path, file.first)]
        };
        let table = Table::new("Files with examples").text("File").number("Docstrings").text("First example");
        blocks.push(table.rows(doctests.files.iter().map(row)).into());
    }
    blocks
}
