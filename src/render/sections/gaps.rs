//! The section that says what is not tested.

use super::Context;
use crate::render::document::{Bars, Block, Figure, Table, Text, Tone};
use crate::views::{Gap, GapEvidence, GapPriority, GapRisk, Gaps, KindRow, count};

/// What stands below the section's title.
pub(super) fn document(gaps: &Gaps, _: &Context<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    blocks.push(Block::Figures(figures(gaps)));
    blocks.push(Block::heading(1, "Summary of Gaps"));
    if gaps.gaps.is_empty() {
        blocks.push(Block::paragraph("None of the kinds that were looked for was found."));
    } else {
        blocks.push(summary(&gaps.gaps).into());
        // Whole hours are near enough for the eye; the table behind the chart has the rest.
        let bars = gaps.totals.priorities.iter().map(|row| (format!("{:?}", row.priority), row.hours.0.div_ceil(100)));
        blocks.push(Block::Bars(Bars::new("Hours of work by priority", bars)));
        blocks.push(totals(gaps).into());
    }
    let quick: Vec<&Gap> = gaps.gaps.iter().filter(|gap| gaps.quick_wins.contains(&gap.id)).collect();
    if !quick.is_empty() {
        blocks.push(Block::heading(1, "Quick Wins"));
        let hours = gaps.method.quick_hours.value();
        blocks.push(Block::paragraph(format!("Urgent, and closed in at most {hours} hours each:")));
        blocks.push(Block::list(quick.into_iter().map(quick_win)));
    }
    if !gaps.gaps.is_empty() {
        blocks.push(Block::heading(1, "Gaps by Priority"));
        blocks.extend(gaps.gaps.iter().flat_map(gap));
    }
    blocks.push(Block::heading(1, "What Was Looked For"));
    blocks.push(kinds(&gaps.kinds).into());
    blocks.push(Block::heading(1, "How Priority and Effort Are Computed"));
    blocks.push(Block::paragraph(format!("The {}.", gaps.method.score)));
    let [p0, p1, p2] = gaps.method.thresholds.map(|own| own.value());
    blocks.push(Block::paragraph(Text::prose(&format!(
        "A gap is P0 from a score of {p0} on, P1 from {p1}, P2 from {p2}, else P3. The {}. The constants stand in the table \
         above and in the configuration, under `[gaps]`.",
        gaps.method.effort
    ))));
    blocks
}

fn figures(gaps: &Gaps) -> Vec<Figure> {
    let of = |priority| gaps.totals.priorities.iter().find(|row| row.priority == priority).map_or(0, |row| row.gaps);
    vec![
        Figure::new("Gaps", gaps.totals.gaps).key(),
        Figure::new("P0", of(GapPriority::P0)).key(),
        Figure::new("P1", of(GapPriority::P1)),
        Figure::new("P2", of(GapPriority::P2)),
        Figure::new("P3", of(GapPriority::P3)),
        Figure::new("Quick wins", gaps.quick_wins.len()),
    ]
}

fn priority(priority: GapPriority) -> Text {
    let (name, tone) = match priority {
        GapPriority::P0 => ("P0", Tone::Bad),
        GapPriority::P1 => ("P1", Tone::Warn),
        GapPriority::P2 => ("P2", Tone::Neutral),
        GapPriority::P3 => ("P3", Tone::Neutral),
    };
    Text::badge(name, tone)
}

fn risk(risk: GapRisk) -> &'static str {
    match risk {
        GapRisk::VeryHigh => "very high",
        GapRisk::High => "high",
        GapRisk::Medium => "medium",
        GapRisk::Low => "low",
    }
}

fn hours(gap: &Gap) -> String {
    format!("{} h", gap.effort_hours.value())
}

fn summary(gaps: &[Gap]) -> Table {
    let row = |gap: &Gap| {
        [
            Text::link(&gap.id, gap.id.to_lowercase()),
            Text::prose(&gap.title),
            priority(gap.priority),
            risk(gap.risk).into(),
            gap.confidence.into(),
            hours(gap).into(),
        ]
    };
    let table = Table::new("Gaps").text("Gap").text("Description").text("Priority").text("Refactor risk");
    table.text("Confidence").number("Effort").rows(gaps.iter().map(row))
}

fn totals(gaps: &Gaps) -> Table {
    let name = |priority: GapPriority| format!("{priority:?}");
    let line =
        |name: String, number: usize, hours: f64| [name.into(), Text::number(number), format!("{hours} h").into()];
    let rows = gaps.totals.priorities.iter().map(|row| line(name(row.priority), row.gaps, row.hours.value()));
    let urgent = gaps.gaps.iter().filter(|gap| gap.priority <= GapPriority::P1).count();
    let sums = [
        line("P0 and P1".to_owned(), urgent, gaps.totals.urgent_hours.value()),
        line("All".to_owned(), gaps.totals.gaps, gaps.totals.hours.value()),
    ];
    Table::new("Effort").text("Priority").number("Gaps").number("Effort").rows(rows.chain(sums))
}

fn quick_win(gap: &Gap) -> Text {
    let file = gap.file.as_ref().map(|file| Text::plain(": ").then(Text::code(&file.path))).unwrap_or_default();
    let title = Text::plain(" - ").then(Text::prose(&gap.title)).then(format!(" ({})", hours(gap)));
    Text::link(&gap.id, gap.id.to_lowercase()).then(title).then(file)
}

/// How many places of a gap are shown before the rest is folded.
const SHOWN: usize = 8;

fn gap(gap: &Gap) -> Vec<Block> {
    let title = Block::paragraph(Text::strong(gap.title.replace('`', "")));
    let mut blocks = vec![Block::heading(2, gap.id.as_str()), title];
    let labelled = |label: &str, text: &str| Block::paragraph(Text::strong(label).then(" ").then(Text::prose(text)));
    let doubt = if gap.confidence == "high" { String::new() } else { format!(", {} confidence", gap.confidence) };
    let factors = &gap.factors;
    let head = Text::empty().then(priority(gap.priority)).then(format!(
        " {} risk (score {}: weight {}, {}, {}, {}{doubt}), {} for {}",
        risk(gap.risk),
        gap.risk_score.value(),
        factors.weight.value(),
        count(factors.importers, "importer"),
        count(factors.statements, "statement"),
        count(factors.symbols, "name"),
        hours(gap),
        count(factors.items, "item"),
    ));
    blocks.push(Block::paragraph(head));
    blocks.push(labelled("Description.", &gap.description));
    blocks.push(labelled("Impact.", &gap.impact));
    blocks.push(labelled("Recommended fix.", &gap.recommendation));
    if !gap.test_plan.is_empty() {
        blocks.push(Block::paragraph(Text::strong("Test plan.")));
        blocks.push(Block::list(gap.test_plan.iter().map(|step| Text::prose(step))));
    }
    if let Some(file) = &gap.file {
        let summary = Text::plain("Ready to paste: ").then(Text::code(&file.path));
        blocks.push(Block::details(summary, vec![Block::code(file.language, file.text.as_str())]));
    }
    if let Some(command) = &gap.verification {
        blocks.push(Block::paragraph(Text::strong("Verification.").then(" ").then(Text::code(command))));
    }
    let shown = gap.evidence.len().min(SHOWN + SHOWN / 4);
    blocks.push(Block::paragraph(Text::strong("Evidence.")));
    blocks.push(Block::list(gap.evidence[..shown].iter().map(place)));
    if gap.evidence.len() > shown {
        let rest = Block::list(gap.evidence[shown..].iter().map(place));
        let of = gap.evidence_total - shown;
        blocks.push(Block::details(format!("{of} more, {} of them listed", gap.evidence.len() - shown), vec![rest]));
    }
    blocks
}

fn place(own: &GapEvidence) -> Text {
    let what = Text::place(&own.path, own.line).then(" - ").then(Text::prose(&own.what));
    if own.text.is_empty() { what } else { what.then(": ").then(Text::code(&own.text)) }
}

fn kinds(kinds: &[KindRow]) -> Table {
    let row = |own: &KindRow| {
        let by = own.closed_by.iter().take(3).map(|own| Text::place(&own.path, own.line));
        let by = Text::join(by, ", ");
        let why = own.why.as_deref().map(Text::prose).unwrap_or_default();
        let said = if by.is_empty() { why } else { why.then(": ").then(by) };
        let effort = format!("{} h + {} h", own.hours.value(), own.hours_per_item.value());
        [own.title.into(), Text::number(own.gaps), said, Text::code(own.weight.value().to_string()), effort.into()]
    };
    let table = Table::new("Kinds of gaps").text("Kind").number("Gaps").text("Why none");
    table.number("Weight").text("Effort, each and per item").rows(kinds.iter().map(row))
}
