//! The section that says which markers are registered and used.

use super::Context;
use crate::model::Location;
use crate::render::document::{Block, Figure, Table, Text, Tone};
use crate::views::{
    IgnoredSection, Markers, MarkersConfig, RegisteredMarker, UnregisteredMarker, UnusedMarker, UsedMarker, count,
};

/// What stands below the section's title.
pub(super) fn document(markers: &Markers, _: &Context<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::paragraph(configured(&markers.config))];
    if !markers.config.ignored.is_empty() {
        blocks.push(Block::paragraph("pytest does not read these:"));
        blocks.extend(ignored(&markers.config.ignored));
    }
    blocks.push(Block::heading(1, "Totals"));
    blocks.push(Block::Figures(figures(markers)));
    blocks.push(Block::heading(1, "Unregistered Markers"));
    if markers.unregistered.is_empty() {
        blocks.push(Block::paragraph("None: every marker that is used is registered."));
    } else {
        let what = "Used, and registered neither in the configuration nor by pytest or a known plugin.";
        blocks.push(Block::paragraph(what));
        blocks.extend(unregistered(&markers.unregistered));
    }
    if !markers.computed.is_empty() {
        let what = "These lines register markers that their source does not tell; some may be among the above:";
        blocks.push(Block::paragraph(what));
        blocks.extend(computed(&markers.computed));
    }
    if !markers.unused.is_empty() {
        blocks.push(Block::heading(1, "Unused Markers"));
        blocks.push(Block::paragraph("Registered here, and used nowhere in what was read."));
        blocks.extend(unused(&markers.unused));
    }
    blocks.push(Block::heading(1, "Registered Markers"));
    blocks.push(registered(&markers.registered).into());
    if !markers.used.is_empty() {
        blocks.push(Block::heading(1, "Used Markers"));
        blocks.push(used(&markers.used).into());
    }
    blocks
}

fn figures(markers: &Markers) -> Vec<Figure> {
    vec![
        Figure::new("Registered markers", markers.registered.len()),
        Figure::new("Used markers", markers.used.len()),
        Figure::new("Unregistered markers", markers.unregistered.len()).of(markers.used.len()).key(),
        Figure::new("Unused markers", markers.unused.len()),
    ]
}

fn configured(config: &MarkersConfig) -> Text {
    let place = match (&config.path, config.section.as_deref().unwrap_or_default()) {
        (None, _) => "There is no configuration of pytest".into(),
        (Some(path), "") => Text::plain("pytest's configuration is ").then(Text::path(path)),
        (Some(path), section) => Text::plain("pytest's configuration is ")
            .then(Text::code(format!("[{section}]")))
            .then(" in ")
            .then(Text::path(path)),
    };
    let verdict = if config.strict {
        "; a marker that is not registered is an error (`strict_markers`)."
    } else {
        "; a marker that is not registered is only a warning, so a misspelt one goes unnoticed."
    };
    place.then(Text::prose(verdict))
}

fn ignored(sections: &[IgnoredSection]) -> [Block; 2] {
    let item = |own: &IgnoredSection| {
        let section = Text::code(format!("[{}]", own.section));
        section.then(" in ").then(Text::place(&own.path, own.line)).then(" - ").then(own.reason.as_str())
    };
    let row = |own: &IgnoredSection| {
        [Text::place(&own.path, own.line), own.section.as_str().into(), own.reason.as_str().into()]
    };
    let table = Table::new("Not read by pytest").text("Where").text("Section").text("Why");
    Block::listed(sections.iter().map(item), table.rows(sections.iter().map(row)))
}

fn unregistered(markers: &[UnregisteredMarker]) -> [Block; 2] {
    let item = |own: &UnregisteredMarker| {
        let on = format!(" - on {}, first in ", count(own.count, "test"));
        let meant = own.suggestion.as_ref().map(|name| Text::plain("; did you mean ").then(Text::code(name)).then("?"));
        let place = Text::place(&own.first.path, own.first.line);
        Text::code(&own.name).then(on).then(place).then(meant.unwrap_or_default())
    };
    let row = |own: &UnregisteredMarker| {
        [
            Text::badge(&own.name, Tone::Bad),
            Text::number(own.count),
            Text::place(&own.first.path, own.first.line),
            own.suggestion.as_ref().map(Text::code).unwrap_or_default(),
        ]
    };
    let table = Table::new("Unregistered").text("Marker").number("Tests").text("First use").text("Meant");
    Block::listed(markers.iter().map(item), table.rows(markers.iter().map(row)))
}

fn computed(places: &[Location]) -> [Block; 2] {
    let place = |at: &Location| Text::place(&at.path, at.line);
    let table = Table::new("Registered by what the source does not tell").text("Where");
    Block::listed(places.iter().map(place), table.rows(places.iter().map(|at| [place(at)])))
}

fn unused(markers: &[UnusedMarker]) -> [Block; 2] {
    let place = |own: &UnusedMarker| Text::place(&own.path, own.line);
    let item = |own: &UnusedMarker| Text::code(&own.name).then(" - ").then(place(own));
    let table = Table::new("Unused").text("Marker").text("Registered in");
    let rows = markers.iter().map(|own| [Text::code(&own.name), place(own)]);
    Block::listed(markers.iter().map(item), table.rows(rows))
}

fn registered(markers: &[RegisteredMarker]) -> Table {
    let row = |own: &RegisteredMarker| {
        let at = own.path.as_ref().map(|path| Text::place(path, own.line)).unwrap_or_default();
        [Text::code(&own.name), own.source.as_str().into(), at, own.description.as_str().into()]
    };
    let table = Table::new("Registered").text("Marker").text("By").text("Where").text("Description");
    table.rows(markers.iter().map(row))
}

fn used(markers: &[UsedMarker]) -> Table {
    let row = |own: &UsedMarker| {
        let first = Text::place(&own.first.path, own.first.line);
        [Text::code(&own.name), Text::number(own.count), Text::number(own.files), first]
    };
    Table::new("Used").text("Marker").number("Tests").number("Files").text("First use").rows(markers.iter().map(row))
}
