//! The section that lists the candidates for fuzzing, each reason with its evidence.

use std::collections::BTreeMap;

use super::Context;
use crate::model::Reason;
use crate::render::document::{Block, Figure, Item, Medium, Table, Text, Tone};
use crate::views::{
    Candidate, CustomMatch, CustomMatches, Fuzz, FuzzTotals, NonCandidate, Priority, Site, Strategy, count,
};

/// A page of prose, whose lists are for reading from top to bottom.
const PROSE: &[Medium] = &[Medium::Markdown];

/// What shows tables in place of such lists.
const TABLES: &[Medium] = &[Medium::Html, Medium::Terminal];

/// What stands below the section's title.
pub(super) fn document(fuzz: &Fuzz, context: &Context<'_>) -> Vec<Block> {
    let purpose = Text::plain("This part identifies test files in ")
        .then(Text::code(context.root))
        .then(" that are good candidates for fuzz testing.");
    let mut blocks = vec![Block::paragraph(purpose)];
    blocks.extend(overview(&fuzz.totals));
    blocks.extend(statistics(&fuzz.totals));
    blocks.extend(candidates(&fuzz.files));
    if !fuzz.files.is_empty() {
        blocks.extend(recommendations(fuzz));
        blocks.extend(marking(fuzz.marking));
    }
    blocks.extend(non_candidates(&fuzz.non_candidates));
    blocks.extend(custom(&fuzz.custom));
    blocks
}

/// How a report names a reason.
fn reason_label(reason: Reason) -> &'static str {
    match reason {
        Reason::Parametrized => "Parametrized tests",
        Reason::Random => "Random data generation",
        Reason::Property => "Property-based testing",
    }
}

fn overview(totals: &FuzzTotals) -> [Block; 3] {
    let read = match totals.files {
        1 => "1 test file was".to_owned(),
        files => format!("{files} test files were"),
    };
    let criterion = |name: &str, prose: &str| Text::strong(name).then(Text::prose(prose));
    let criteria = [
        criterion(
            "Uses Parametrized Tests",
            ": a declared list of cases multiplies tests (`@pytest.mark.parametrize`, a fixture with `params`, \
             `@parametrize`, `#[rstest]`)",
        ),
        criterion(
            "Generates Random Data",
            ": code that runs draws random values (`random`, `numpy.random`, `torch.randn`, `rand`); names in comments and \
             strings do not count",
        ),
        criterion(
            "Uses Property-Based Testing",
            ": properties, state machines or fuzz targets (`hypothesis`, `atheris`, `proptest`)",
        ),
    ];
    [
        Block::heading(1, "Overview"),
        Block::paragraph(format!(
            "{read} read without running or importing anything. A file is a candidate if it meets one or more of these \
             criteria; each is shown with the line that meets it:"
        )),
        Block::numbered(1, criteria),
    ]
}

fn statistics(totals: &FuzzTotals) -> [Block; 3] {
    let (files, candidates) = (totals.files, totals.candidates);
    let figures = vec![
        Figure::new("Total test files", files),
        Figure::new("Fuzz testing candidates", candidates).of(files).key(),
        Figure::new("Non-candidates", totals.non_candidates).of(files),
        Figure::new("Candidates with parametrized tests", totals.parametrized).of(candidates),
        Figure::new("Candidates with random data generation", totals.random).of(candidates),
        Figure::new("Candidates with both", totals.both).of(candidates),
        Figure::new("Candidates with property-based testing", totals.property).of(candidates),
        Figure::new("High priority", totals.high).of(candidates),
        Figure::new("Medium priority", totals.medium).of(candidates),
    ];
    let item = |figure: &Figure| Text::strong(&figure.label).then(": ").then(figure.text());
    let list = Block::list(figures.iter().map(item));
    [
        Block::heading(1, "Statistics"),
        Block::only(PROSE, vec![list]),
        Block::only(TABLES, vec![Block::Figures(figures)]),
    ]
}

fn candidates(files: &[Candidate]) -> Vec<Block> {
    let title = Block::heading(1, "Complete List of Fuzz Testing Candidates");
    if files.is_empty() {
        return vec![title, Block::paragraph("None.")];
    }
    // The root's own files come last, as they would in a listing of folders.
    let mut folders: BTreeMap<(bool, &str), Vec<Text>> = BTreeMap::new();
    for file in files {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let reasons = file.reasons.iter().map(|reason| reason_with_evidence(file, *reason));
        let item = Text::code(name).then(" - ").then(Text::join(reasons, ", "));
        folders.entry((folder.is_empty(), folder)).or_default().push(item);
    }
    let lists = folders.into_iter().flat_map(|((is_root, folder), items)| {
        let title = if is_root { "Root test files".to_owned() } else { format!("{folder}/") };
        [Block::heading(2, title), Block::list(items)]
    });
    let mut ranked: Vec<&Candidate> = files.iter().collect();
    ranked.sort_by_key(|file| file.rank);
    let table = Table::new("Candidates").number("#").text("File").text("Reasons").text("Priority").number("Tests");
    let table = table.text("First evidence").rows(ranked.into_iter().map(row));
    vec![title, Block::only(PROSE, lists.collect()), Block::only(TABLES, vec![table.into()])]
}

fn row(file: &Candidate) -> [Text; 6] {
    let reasons: Vec<_> = file.reasons.iter().map(|reason| reason_label(*reason)).collect();
    let tone = match file.priority {
        Priority::High => Tone::Bad,
        Priority::Medium => Tone::Warn,
    };
    let evidence = |site: &Site| Text::line(&file.path, site.line).then(": ").then(Text::code(&site.what));
    [
        Text::number(file.rank),
        Text::path(&file.path),
        reasons.join(", ").into(),
        Text::badge(file.priority.name(), tone),
        Text::number(file.tests),
        file.evidence.first().map(evidence).unwrap_or_default(),
    ]
}

fn reason_with_evidence(file: &Candidate, reason: Reason) -> Text {
    let Some(site) = file.sites(reason).next() else { return reason_label(reason).into() };
    let shown = if site.text.is_empty() { &site.what } else { &site.text };
    let via = site.via.as_ref().map(|via| Text::plain(" via ").then(Text::code(via))).unwrap_or_default();
    let others = match file.evidence_totals.get(&reason).map_or(0, |count| count.total) {
        0 | 1 => String::new(),
        total => format!("; {} more", total - 1),
    };
    let label = Text::plain(format!("{} (", reason_label(reason)));
    let place = label.then(Text::line(&file.path, site.line)).then(via);
    place.then(": ").then(Text::code(shown)).then(format!("{others})"))
}

fn recommendations(fuzz: &Fuzz) -> Vec<Block> {
    let mut blocks =
        vec![Block::heading(1, "Recommendations for Fuzz Testing"), Block::paragraph(Text::prose(fuzz.ranking))];
    for (priority, title) in [(Priority::High, "High"), (Priority::Medium, "Medium")] {
        let mut files: Vec<&Candidate> = fuzz.files.iter().filter(|file| file.priority == priority).collect();
        files.sort_by_key(|file| file.rank);
        // Ranks go on where the ones of the priority before end.
        let Some(first) = files.first() else { continue };
        blocks.push(Block::heading(2, format!("{title} Priority Candidates")));
        blocks.push(Block::numbered(first.rank, files.into_iter().map(recommendation)));
    }
    blocks.push(Block::heading(2, "Implementation Strategies"));
    blocks.push(Block::numbered(1, fuzz.strategies.iter().map(strategy)));
    blocks
}

fn recommendation(file: &Candidate) -> Text {
    let carry = |tests| if tests == 1 { "carries" } else { "carry" };
    let carried = match file.reasons.len() {
        1 => "the reason",
        2 => "both reasons",
        _ => "all reasons",
    };
    let mut figures = vec![format!(
        "{} of {} {} {carried}",
        file.tests_with_all,
        count(file.tests, "test"),
        carry(file.tests_with_all)
    )];
    if file.reasons.len() > 1 {
        figures.push(format!("{} {} any", file.tests_with_any, carry(file.tests_with_any)));
    }
    figures.extend(file.cases.map(|cases| count(cases, "case")));
    Text::path(&file.path).then(format!(" ({}) - ", figures.join(", "))).then(Text::prose(&file.advice))
}

fn strategy(strategy: &Strategy) -> Item {
    let found = format!(": {}", strategy.found);
    Item {
        text: Text::strong(reason_label(strategy.reason)).then(Text::prose(&found)),
        below: strategy.steps.iter().map(|step| Text::prose(step)).collect(),
    }
}

fn marking(marking: &str) -> [Block; 3] {
    let what = "Files are marked as fuzz testing candidates by a comment at their top that keeps the words in brackets that \
                apply:";
    [Block::heading(1, "Marked Files"), Block::paragraph(what), Block::code("python", marking)]
}

fn non_candidates(files: &[NonCandidate]) -> Vec<Block> {
    let title = Block::heading(1, "Non-Candidates");
    let item = |file: &NonCandidate| {
        let tests = if file.tests == 0 { String::new() } else { format!(" ({})", count(file.tests, "test")) };
        Text::path(&file.path).then(format!("{tests} - ")).then(Text::prose(&file.why))
    };
    let list = if files.is_empty() { Block::paragraph("None.") } else { Block::list(files.iter().map(item)) };
    let row = |file: &NonCandidate| [Text::path(&file.path), Text::number(file.tests), Text::prose(&file.why)];
    let table = Table::new("Non-candidates").text("File").number("Tests").text("Why not").rows(files.iter().map(row));
    vec![title, Block::only(PROSE, vec![list]), Block::only(TABLES, vec![table.into()])]
}

fn custom(custom: &[CustomMatches]) -> Vec<Block> {
    if custom.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::heading(1, "Own Detectors")];
    for detector in custom {
        let matches = count(detector.matches.len(), "place");
        let told = Text::plain("Detector ").then(Text::code(&detector.detector)).then(format!(": {matches}."));
        let item = |own: &CustomMatch| {
            Text::path(&own.path)
                .then(" (")
                .then(Text::line(&own.path, own.line))
                .then(": ")
                .then(Text::code(&own.text))
                .then(")")
        };
        let row = |own: &CustomMatch| [Text::place(&own.path, own.line), Text::code(&own.text)];
        let table = Table::new(&detector.title).text("Where").text("Text").rows(detector.matches.iter().map(row));
        blocks.push(Block::heading(2, detector.title.as_str()));
        blocks.push(Block::paragraph(told));
        blocks.push(Block::only(PROSE, vec![Block::list(detector.matches.iter().map(item))]));
        blocks.push(Block::only(TABLES, vec![table.into()]));
    }
    blocks
}
