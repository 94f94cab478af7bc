//! The part of the report that says which markers are registered and used.

use std::io;

use super::super::escape::{code, code_cell, text};
use super::super::figures::{self, Figure};
use super::page::Page;
use crate::model::Location;
use crate::views::{IgnoredSection, Markers, MarkersConfig, UnregisteredMarker, UnusedMarker, count};

/// Writes the part below its heading.
pub(super) fn write(page: &mut Page<'_>, markers: &Markers) -> io::Result<()> {
    page.paragraph(&configured(&markers.config))?;
    if !markers.config.ignored.is_empty() {
        page.paragraph("pytest does not read these:")?;
        page.list(markers.config.ignored.iter().map(ignored).collect())?;
    }
    page.heading(2, "Totals")?;
    let figure = |figure: &Figure| vec![text(figure.label), figure.text()];
    let figures: Vec<_> = figures::markers(markers).iter().map(figure).collect();
    page.table(&["", "Count"], &[false, true], &figures)?;

    page.heading(2, "Unregistered Markers")?;
    if markers.unregistered.is_empty() {
        page.paragraph("None: every marker that is used is registered.")?;
    } else {
        page.paragraph("Used, and registered neither in the configuration nor by pytest or a known plugin.")?;
        page.list(markers.unregistered.iter().map(unregistered).collect())?;
    }
    if !markers.computed.is_empty() {
        page.paragraph("These lines register markers that their source does not tell; some may be among the above:")?;
        page.list(markers.computed.iter().map(|at| format!("- {}", place(at))).collect())?;
    }
    if !markers.unused.is_empty() {
        page.heading(2, "Unused Markers")?;
        page.paragraph("Registered here, and used nowhere in what was read.")?;
        page.list(markers.unused.iter().map(unused).collect())?;
    }
    write_tables(page, markers)
}

fn write_tables(page: &mut Page<'_>, markers: &Markers) -> io::Result<()> {
    page.heading(2, "Registered Markers")?;
    let registered = markers.registered.iter().map(|own| {
        let at = own.path.as_ref().zip(own.line).map(|(path, line)| format!("{}:{line}", code_cell(path)));
        vec![code_cell(&own.name), text(&own.source), at.unwrap_or_default(), text(&own.description)]
    });
    let registered: Vec<_> = registered.collect();
    page.folded_table(&["Marker", "By", "Where", "Description"], &[false; 4], &registered)?;
    if markers.used.is_empty() {
        return Ok(());
    }
    page.heading(2, "Used Markers")?;
    let used = markers.used.iter().map(|own| {
        let first = format!("{}:{}", code_cell(&own.first.path), own.first.line);
        vec![code_cell(&own.name), own.count.to_string(), own.files.to_string(), first]
    });
    let used: Vec<_> = used.collect();
    page.folded_table(&["Marker", "Tests", "Files", "First use"], &[false, true, true, false], &used)
}

fn configured(config: &MarkersConfig) -> String {
    let place = match (&config.path, config.section.as_deref().unwrap_or_default()) {
        (None, _) => "There is no configuration of pytest".to_owned(),
        (Some(path), "") => format!("pytest's configuration is {}", code(path)),
        (Some(path), section) => {
            format!("pytest's configuration is {} in {}", code(&format!("[{section}]")), code(path))
        }
    };
    let verdict = if config.strict {
        "a marker that is not registered is an error (`strict_markers`)"
    } else {
        "a marker that is not registered is only a warning, so a misspelt one goes unnoticed"
    };
    format!("{place}; {verdict}.")
}

fn ignored(own: &IgnoredSection) -> String {
    let section = code(&format!("[{}]", own.section));
    format!("- {section} in {} (line {}) - {}", code(&own.path), own.line, text(&own.reason))
}

fn place(at: &Location) -> String {
    format!("{} (line {})", code(&at.path), at.line)
}

fn unregistered(own: &UnregisteredMarker) -> String {
    let meant = own.suggestion.as_ref().map(|name| format!("; did you mean {}?", code(name))).unwrap_or_default();
    format!("- {} - on {}, first in {}{meant}", code(&own.name), count(own.count, "test"), place(&own.first))
}

fn unused(own: &UnusedMarker) -> String {
    format!("- {} - {} (line {})", code(&own.name), code(&own.path), own.line)
}
