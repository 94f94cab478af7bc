//! The section that says where tests stand against where they belong.

use super::Context;
use crate::render::document::{Block, Figure, Table, Text, Tone};
use crate::views::{Departure, DepartureKind, Layout, LayoutPlace};

/// What stands below the section's title.
pub(super) fn document(layout: &Layout, _: &Context<'_>) -> Vec<Block> {
    if !layout.configured {
        return proposed(layout.proposal.as_deref());
    }
    let kinds = [
        (DepartureKind::Unplaced, "Files outside of every place"),
        (DepartureKind::Misplaced, "Tests of another kind than their place"),
        (DepartureKind::Forbidden, "What its place forbids"),
        (DepartureKind::MissingMarker, "Without a marker of its place"),
        (DepartureKind::NoInlineTests, "Libraries without tests inside"),
    ];
    let figure = |(kind, label): (DepartureKind, &str)| {
        let number = layout.departures.iter().filter(|own| own.kind == kind).count();
        (number > 0).then(|| Figure::new(label, number))
    };
    let total = Figure::new("Departures", layout.departures.len()).key();
    let figures = std::iter::once(total).chain(kinds.into_iter().filter_map(figure)).collect();
    let mut blocks = vec![Block::Figures(figures), Block::heading(1, "Stated Places"), places(&layout.places).into()];
    blocks.push(Block::heading(1, "Departures"));
    if layout.departures.is_empty() {
        blocks.push(Block::paragraph("None: every test stands where it belongs and does what it may."));
    } else {
        blocks.push(departures(&layout.departures, &kinds).into());
    }
    blocks
}

fn proposed(proposal: Option<&str>) -> Vec<Block> {
    let what = "The configuration has no table `[layout]`, which would say where tests of each kind belong and what they may do \
                there; so nothing departs from it.";
    let mut blocks = vec![Block::paragraph(Text::prose(what))];
    if let Some(proposal) = proposal {
        let how = "This one is true of the tree as it is; `forbid` takes `sleep`, `network`, `files`, `subprocess` and `gpu`, and \
                   `markers` names of markers of which each test carries one:";
        blocks.push(Block::paragraph(Text::prose(how)));
        blocks.push(Block::code("toml", proposal));
    }
    blocks
}

fn places(places: &[LayoutPlace]) -> Table {
    let row = |own: &LayoutPlace| {
        let mut paths: Vec<Text> = own.paths.iter().map(Text::code).collect();
        if own.inline {
            paths.push("within sources of Rust".into());
        }
        [
            Text::strong(&own.category),
            Text::join(paths, ", "),
            Text::join(own.forbid.iter().map(|effect| effect.name().into()), ", "),
            Text::join(own.markers.iter().map(Text::code), ", "),
            Text::number(own.files),
            Text::number(own.tests),
        ]
    };
    let table = Table::new("Stated places").text("Kind").text("Where").text("May not").text("Markers");
    table.number("Files").number("Tests").rows(places.iter().map(row))
}

fn departures(departures: &[Departure], kinds: &[(DepartureKind, &str)]) -> Table {
    let row = |own: &Departure| {
        let label = kinds.iter().find(|(kind, _)| *kind == own.kind).map_or("", |(_, label)| label);
        let site = |own_site: &crate::views::LayoutSite| {
            Text::line(&own.path, own_site.line).then(" ").then(Text::code(&own_site.what))
        };
        let sites = Text::join(own.sites.iter().map(site), ", ");
        let more = if own.more > 0 { format!(", {} more", own.more) } else { String::new() };
        [Text::path(&own.path), Text::badge(label, Tone::Warn), Text::prose(&own.what), sites.then(more)]
    };
    let table = Table::new("Departures").text("File").text("Departure").text("What").text("Where");
    table.rows(departures.iter().map(row))
}
