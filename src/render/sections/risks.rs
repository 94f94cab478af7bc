//! The section on what may make tests fail without a defect.

use super::Context;
use crate::model::{Confidence, RiskKind, RiskSeverity};
use crate::render::document::{Bars, Block, Figure, Table, Text, Tone};
use crate::views::{FlakeRow, MeasuredFlakes, RiskFile, RiskFinding, RiskKindRow, RiskTotals, Risks, count};

/// What stands below the section's title.
pub(super) fn document(risks: &Risks, _: &Context<'_>) -> Vec<Block> {
    let what = "What may make a test fail, or leave others broken, without a defect in what it tests. Each is a risk that the \
                source shows: whether a test does fail now and then, only many runs tell.";
    let mut blocks = vec![Block::paragraph(what), Block::heading(1, "Totals"), Block::Figures(figures(&risks.totals))];
    if let Some(measured) = &risks.measured {
        blocks.extend(flakes(measured));
    }
    if risks.findings.is_empty() {
        return blocks;
    }
    blocks.push(Block::heading(1, "Kinds of Risks"));
    blocks.push(Block::Bars(Bars::new("Findings by kind", risks.kinds.iter().map(|row| (row.title, row.findings)))));
    blocks.push(kinds(&risks.kinds).into());
    blocks.push(Block::heading(1, "Files With Most Risks"));
    blocks.push(files(&risks.top_files).into());
    if risks.totals.by_folder.len() > 1 {
        blocks.push(folders(&risks.totals).into());
    }
    for row in &risks.kinds {
        let of_kind = risks.findings.iter().filter(|finding| finding.kind == row.kind);
        blocks.push(Block::heading(1, row.title));
        blocks.push(Block::paragraph(Text::strong("Why").then(": ").then(Text::prose(&row.why)).then(".")));
        blocks.push(Block::paragraph(Text::strong("Instead").then(": ").then(Text::prose(row.mitigation)).then(".")));
        blocks.push(findings(row, of_kind).into());
    }
    blocks
}

fn figures(totals: &RiskTotals) -> Vec<Figure> {
    let of = |map: &std::collections::BTreeMap<&str, usize>, name| map.get(name).copied().unwrap_or_default();
    let severity = |severity: RiskSeverity| of(&totals.by_severity, severity.name());
    vec![
        Figure::new("Risks", totals.findings).key(),
        Figure::new("Tests that some of them concern", totals.tests).of(totals.all_tests),
        Figure::new("Of high severity", severity(RiskSeverity::High)).of(totals.findings).key(),
        Figure::new("Of medium severity", severity(RiskSeverity::Medium)).of(totals.findings),
        Figure::new("Of low severity", severity(RiskSeverity::Low)).of(totals.findings),
        Figure::new("That the source makes certain", of(&totals.by_confidence, Confidence::High.name()))
            .of(totals.findings),
    ]
}

/// What the reports say: only they make a test flaky.
fn flakes(measured: &MeasuredFlakes) -> Vec<Block> {
    let what = "How cases ended in the reports that were given, taken as runs of the same code on the same kind of machine. A \
                case is unsteady where it passed in some of them and failed in others, or passed only when it was run again.";
    let figures = vec![
        Figure::new("Reports", measured.reports),
        Figure::new("Cases that several of them have", measured.repeated).of(measured.cases),
        Figure::new("Unsteady cases", measured.unsteady.len()).of(measured.cases).key(),
    ];
    let mut blocks = vec![Block::heading(1, "Measured Flakiness"), Block::paragraph(what), Block::Figures(figures)];
    if measured.unsteady.is_empty() {
        return blocks;
    }
    let row = |row: &FlakeRow| {
        let case = if row.id.ends_with(&row.case) { Text::default() } else { Text::code(&row.case) };
        let mut risks = Text::default();
        for risk in &row.risks {
            risks =
                risks.then(Text::code(risk.kind.name())).then(" ").then(Text::place(&risk.path, risk.line)).then(" ");
        }
        let numbers = [Text::number(row.runs), Text::share(row.failures, row.runs), Text::number(row.rerun)];
        [Text::code(&row.id), case].into_iter().chain(numbers).chain([risks]).collect::<Vec<_>>()
    };
    let table = Table::new("Cases that passed and failed").text("Test").text("Case").number("Runs").number("Failed");
    let table = table.number("Passed when run again").text("Risks found for it");
    blocks.push(table.rows(measured.unsteady.iter().map(row)).into());
    blocks
}

fn kinds(rows: &[RiskKindRow]) -> Table {
    let row = |row: &RiskKindRow| {
        let numbers = [row.findings, row.high_severity, row.high_confidence].map(Text::number);
        [row.title.into(), Text::code(row.kind.name())].into_iter().chain(numbers).collect::<Vec<_>>()
    };
    let table = Table::new("Kinds of risks").text("Kind").text("Name").number("Findings").number("High severity");
    table.number("Certain").rows(rows.iter().map(row))
}

fn files(rows: &[RiskFile]) -> Table {
    let row = |row: &RiskFile| [Text::path(&row.path), Text::number(row.findings), Text::number(row.high)];
    let table = Table::new("Files with most risks").text("File").number("Findings").number("High severity");
    table.rows(rows.iter().map(row))
}

fn folders(totals: &RiskTotals) -> Table {
    let name = |folder: &str| if folder.is_empty() { ".".to_owned() } else { folder.to_owned() };
    let row = |(folder, findings): (&String, &usize)| [Text::path(name(folder)), Text::number(*findings)];
    Table::new("Risks by folder").text("Folder").number("Findings").rows(totals.by_folder.iter().map(row))
}

fn findings<'f>(row: &RiskKindRow, findings: impl Iterator<Item = &'f RiskFinding>) -> Table {
    let line = |finding: &RiskFinding| {
        let tone = match finding.severity {
            RiskSeverity::High => Tone::Bad,
            RiskSeverity::Medium => Tone::Warn,
            RiskSeverity::Low => Tone::Neutral,
        };
        let tests = match finding.tests.as_slice() {
            [] if finding.kind == RiskKind::RetrySetting => Text::plain("all that it is used for"),
            [] => Text::plain("at import"),
            [first] => Text::code(short(first)),
            [first, ..] => Text::code(short(first)).then(format!(" and {}", count(finding.test_count - 1, "other"))),
        };
        let via = finding.via.as_ref().map(|via| Text::plain(" via ").then(Text::prose(via))).unwrap_or_default();
        let measured = match &finding.measured {
            Some(runs) => {
                Text::plain(format!("; unsteady failures in {} of {}", runs.failures, count(runs.runs, "run")))
            }
            None => Text::default(),
        };
        let notes = finding.why.strip_prefix(row.why.as_str()).unwrap_or_default();
        [
            Text::place(&finding.path, finding.line),
            Text::code(&finding.text),
            tests.then(via).then(measured),
            Text::badge(finding.severity.name(), tone),
            finding.confidence.name().into(),
            Text::prose(notes.trim_start_matches([';', ':', ' '])),
        ]
    };
    let table = Table::new(row.title).text("Where").text("Text").text("Test").text("Severity").text("Confidence");
    table.text("Seen besides").rows(findings.map(line))
}

/// An id without its file, which stands beside it.
fn short(id: &str) -> &str {
    id.split_once("::").map_or(id, |(_, name)| name)
}
