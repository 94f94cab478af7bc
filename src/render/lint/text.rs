//! Findings for a terminal, each with its source.

use std::io::{self, Write};

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::excerpt::Excerpt;
use crate::{
    model::{Confidence, Severity},
    render::{Style, escape::visible},
    views::{Lint, LintFinding, LintPlace},
};

/// Writes all findings and how many there are.
pub(super) fn write(lint: &Lint, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let width = usize::from(style.width);
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    for finding in &lint.findings {
        writeln!(out, "{}\n", renderer.render(&report(lint, finding, width)))?;
    }
    writeln!(out, "{}", lint.summary())
}

/// The finding with what to do about it, then each place that belongs to it.
fn report<'l>(lint: &Lint, finding: &'l LintFinding, width: usize) -> Vec<Group<'l>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        level.primary_title(visible(&finding.message)).id(finding.rule).element(source(lint, &finding.place, width));
    if finding.confidence != Confidence::High {
        group = group.element(Level::NOTE.message(format!("the confidence is {}", finding.confidence.name())));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    if let Some(fix) = &finding.fix {
        group = group.element(Level::NOTE.message(format!("fixable with `--fix`: {}", visible(&fix.title))));
    }
    let related = finding.related.iter().map(|related| {
        Level::NOTE.secondary_title(visible(&related.message)).element(source(lint, &related.place, width))
    });
    std::iter::once(group).chain(related).collect()
}

/// A place with its lines; without them, its line alone.
fn source<'l>(lint: &Lint, place: &LintPlace, width: usize) -> Element<'l> {
    let path = visible(&lint.path_from_here(&place.path)).into_owned();
    match Excerpt::new(place, width) {
        Some(Excerpt { text, marked }) => Snippet::<Annotation<'l>>::source(text)
            .path(path)
            .line_start(place.line as usize)
            .annotation(AnnotationKind::Primary.span(marked))
            .into(),
        None => Origin::path(path).line(place.line as usize).char_column(place.column as usize).into(),
    }
}
