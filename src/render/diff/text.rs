//! What changed, for a terminal: every change on a line.

use std::io::{self, Write};

use super::{Voice, signed};
use crate::{render::escape::visible, views::Diff};

/// Writes the summary, the figures that changed, every change, and what was not compared.
pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let plain: fn(&str) -> String = |text| visible(text).into_owned();
    let voice = Voice { name: plain, words: plain };
    writeln!(out, "{}", diff.summary())?;
    let figures: Vec<_> = diff.figures.iter().filter(|figure| figure.old != figure.new).collect();
    let width = figures.iter().map(|figure| figure.name.len()).max().unwrap_or_default();
    for (place, figure) in figures.iter().enumerate() {
        let blank = if place == 0 { "\n" } else { "" };
        let (old, new) = (figure.old, figure.new);
        writeln!(out, "{blank}{:width$}  {old} → {new} ({})", figure.name, signed(old, new))?;
    }
    for (kind, changes) in diff.groups() {
        writeln!(out, "\n{} ({})", kind.title(), changes.len())?;
        changes.iter().try_for_each(|change| writeln!(out, "  {}", voice.line(change)))?;
    }
    let not_compared = diff.not_compared_words();
    if !not_compared.is_empty() {
        writeln!(out, "\nNot compared")?;
        not_compared.iter().try_for_each(|words| writeln!(out, "  {}", visible(words)))?;
    }
    diff.notes.iter().try_for_each(|note| writeln!(out, "\nnote: {}", visible(note)))
}
