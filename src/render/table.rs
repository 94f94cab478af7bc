//! Tables for a terminal. The only place that names comfy-table.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, Table, presets};

use super::Style;
use super::escape::visible;
use super::figures::{self, Figure, reason_label};
use crate::model::Problem;
use crate::views::{Audit, Fuzz, IgnoredSection, Inventory, Markers, Priority, Section};

/// The width of the terminal on standard output, if it is one.
pub(super) fn terminal_width() -> Option<u16> {
    Table::new().width().filter(|width| *width > 0)
}

/// Writes a table of figures and a table of files for each section, then the problems.
pub(super) fn write(audit: &Audit, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut tables = Tables { style, out };
    let root = if audit.root.is_empty() { "." } else { &audit.root };
    tables.title(&format!("Test audit of {}", visible(root)))?;
    if let Some(inventory) = &audit.sections.inventory {
        write_inventory(&mut tables, inventory)?;
    }
    if let Some(fuzz) = &audit.sections.fuzz {
        write_fuzz(&mut tables, fuzz)?;
    }
    if let Some(markers) = &audit.sections.markers {
        write_markers(&mut tables, markers)?;
    }
    if audit.problems.is_empty() { Ok(()) } else { write_problems(&mut tables, &audit.problems) }
}

fn write_inventory(tables: &mut Tables<'_>, inventory: &Inventory) -> io::Result<()> {
    tables.figures(Section::Inventory.title(), &figures::inventory(&inventory.totals))?;
    let languages = figures::languages(inventory).into_iter();
    let languages = languages.map(|row| row.into_iter().map(|cell| text(&cell)).collect());
    if languages.len() > 0 {
        tables.rows("Languages", &figures::LANGUAGES, languages.collect())?;
    }
    let binaries = inventory.binaries.iter();
    let binaries = binaries
        .map(|row| vec![text(&row.binary), text(row.category), text(&figures::tests(row)), number(row.ignored)]);
    if binaries.len() > 0 {
        tables.rows("Binaries of Rust tests", &["Binary", "Category", "Tests", "Ignored"], binaries.collect())?;
    }
    let folders = inventory.folders.iter().map(|row| {
        let folder = if row.folder.is_empty() { "." } else { &row.folder };
        vec![text(folder), number(row.test_files), number(row.tests), number(row.lines)]
    });
    tables.rows("Folders", &["Folder", "Test files", "Tests", "Lines"], folders.collect())?;
    let files = inventory
        .files
        .iter()
        .map(|row| vec![text(&row.path), text(row.role), number(row.lines), number(row.tests), number(row.classes)]);
    tables.rows("Files", &["File", "Role", "Lines", "Tests", "Classes"], files.collect())
}

fn write_fuzz(tables: &mut Tables<'_>, fuzz: &Fuzz) -> io::Result<()> {
    tables.figures(Section::Fuzz.title(), &figures::fuzz(&fuzz.totals))?;
    let mut ranked: Vec<_> = fuzz.files.iter().collect();
    ranked.sort_by_key(|file| file.rank);
    let files = ranked.into_iter().map(|file| {
        let reasons: Vec<_> = file.reasons.iter().map(|reason| reason_label(*reason)).collect();
        let first = file.evidence.first().map(|site| format!("line {}: {}", site.line, site.what));
        let color = match file.priority {
            Priority::High => Color::Red,
            Priority::Medium => Color::Yellow,
        };
        vec![
            number(file.rank),
            text(&file.path),
            text(&reasons.join(", ")),
            text(file.priority.name()).fg(color),
            number(file.tests),
            text(&first.unwrap_or_default()),
        ]
    });
    tables.rows("Candidates", &["#", "File", "Reasons", "Priority", "Tests", "First evidence"], files.collect())?;
    let others = fuzz.non_candidates.iter().map(|file| vec![text(&file.path), number(file.tests), text(&file.why)]);
    tables.rows("Non-candidates", &["File", "Tests", "Why not"], others.collect())?;
    for custom in &fuzz.custom {
        let matches = custom.matches.iter().map(|own| vec![text(&own.path), number(own.line), text(&own.text)]);
        tables.rows(&custom.title, &["File", "Line", "Text"], matches.collect())?;
    }
    Ok(())
}

fn write_markers(tables: &mut Tables<'_>, markers: &Markers) -> io::Result<()> {
    tables.figures(Section::Markers.title(), &figures::markers(markers))?;
    let unregistered = markers.unregistered.iter().map(|own| {
        let suggestion = own.suggestion.as_deref().unwrap_or_default();
        vec![
            text(&own.name).fg(Color::Red),
            number(own.count),
            text(&own.first.path),
            number(own.first.line),
            text(suggestion),
        ]
    });
    let header = ["Marker", "Tests", "First use", "Line", "Meant"];
    tables.rows("Unregistered", &header, unregistered.collect())?;
    let unused = markers.unused.iter().map(|own| vec![text(&own.name), text(&own.path), number(own.line)]);
    tables.rows("Unused", &["Marker", "Registered in", "Line"], unused.collect())?;
    let registered = markers.registered.iter().map(|own| {
        let line = own.line.map_or_else(|| text(""), number);
        let path = own.path.as_deref().unwrap_or_default();
        vec![text(&own.name), text(&own.source), text(path), line, text(&own.description)]
    });
    tables.rows("Registered", &["Marker", "By", "File", "Line", "Description"], registered.collect())?;
    let used = markers.used.iter().map(|own| {
        vec![text(&own.name), number(own.count), number(own.files), text(&own.first.path), number(own.first.line)]
    });
    tables.rows("Used", &["Marker", "Tests", "Files", "First use", "Line"], used.collect())?;
    if !markers.config.ignored.is_empty() {
        let row = |own: &IgnoredSection| vec![text(&own.path), number(own.line), text(&own.section), text(&own.reason)];
        let rows = markers.config.ignored.iter().map(row).collect();
        tables.rows("Not read by pytest", &["File", "Line", "Section", "Why"], rows)?;
    }
    let computed = markers.computed.iter().map(|at| vec![text(&at.path), number(at.line)]);
    if markers.computed.is_empty() {
        return Ok(());
    }
    tables.rows("Registered by what the source does not tell", &["File", "Line"], computed.collect())
}

fn write_problems(tables: &mut Tables<'_>, problems: &[Problem]) -> io::Result<()> {
    let rows = problems.iter().map(|problem| {
        let line = problem.line.map_or_else(|| text(""), number);
        vec![text(&problem.path), line, text(problem.kind.name()), text(&problem.message)]
    });
    tables.rows("Not judged", &["File", "Line", "Kind", "Message"], rows.collect())
}

fn text(text: &str) -> Cell {
    Cell::new(visible(text))
}

fn number(number: impl ToString) -> Cell {
    Cell::new(number.to_string()).set_alignment(CellAlignment::Right)
}

struct Tables<'a> {
    style: Style,
    out: &'a mut dyn Write,
}

impl Tables<'_> {
    fn title(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "{title}")
    }

    fn figures(&mut self, title: &str, figures: &[Figure]) -> io::Result<()> {
        let rows = figures.iter().map(|figure| vec![text(figure.label), number(figure.text())]);
        self.rows(title, &["", "Count"], rows.collect())
    }

    /// A table under its title; without rows, the title says so.
    fn rows(&mut self, title: &str, header: &[&str], rows: Vec<Vec<Cell>>) -> io::Result<()> {
        writeln!(self.out)?;
        if rows.is_empty() {
            return self.title(&format!("{}: none", visible(title)));
        }
        self.title(&visible(title))?;
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN);
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(self.style.width);
        if self.style.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table.set_header(header.to_vec()).add_rows(rows);
        writeln!(self.out, "{}", table.trim_fmt())
    }
}
