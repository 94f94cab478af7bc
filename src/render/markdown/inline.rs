//! Text within a line of Markdown. Everything that the tree says passes through `escape` here.

use crate::render::Links;
use crate::render::document::{Inline, Text, share};
use crate::render::escape::{self, code, text_after};

/// The longest run of text that is written; GitHub gives up on much longer ones, and nobody reads them.
const LONGEST: usize = 2_000;

/// Where text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// In a paragraph or an item of a list.
    Line,
    /// In a cell of a table, which a bar would end.
    Cell,
}

/// The text as Markdown.
pub(super) fn markdown(text: &Text, within: Within, links: &Links) -> String {
    let mut written = String::new();
    for inline in &text.0 {
        let before = written.chars().next_back();
        written.push_str(&inline_markdown(inline, within, links, before));
    }
    written
}

fn inline_markdown(inline: &Inline, within: Within, links: &Links, before: Option<char>) -> String {
    let code = |text: &str| match within {
        Within::Line => code(&short(text)),
        Within::Cell => escape::code_cell(&short(text)),
    };
    match inline {
        Inline::Plain(text) | Inline::Badge(text, _) | Inline::Link { text, .. } => text_after(before, &short(text)),
        Inline::Code(text) => code(text),
        Inline::Strong(text) => format!("**{}**", text_after(Some('*'), &short(text))),
        Inline::Place { path, line } => {
            let shown = match (line, within) {
                (None, _) => code(path),
                (Some(line), Within::Line) => format!("{} (line {line})", code(path)),
                (Some(line), Within::Cell) => format!("{}:{line}", code(path)),
            };
            linked(shown, links.href(path, *line))
        }
        Inline::Line { path, line } => linked(format!("line {line}"), links.href(path, Some(*line))),
        Inline::Number(number) => number.to_string(),
        Inline::Share { part, whole } => share(*part, *whole),
    }
}

/// An address holds nothing that would end it: whatever could is encoded in it.
fn linked(shown: String, href: Option<String>) -> String {
    href.map_or_else(|| shown.clone(), |href| format!("[{shown}]({href})"))
}

/// The text as HTML, for lines in which Markdown means nothing, such as summaries.
pub(super) fn html(text: &Text) -> String {
    let inline = |inline: &Inline| match inline {
        Inline::Plain(text) | Inline::Badge(text, _) | Inline::Link { text, .. } => escape::html(&short(text)),
        Inline::Code(text) => format!("<code>{}</code>", escape::html(&short(text))),
        Inline::Strong(text) => format!("<b>{}</b>", escape::html(&short(text))),
        Inline::Place { path, line: None } => format!("<code>{}</code>", escape::html(path)),
        Inline::Place { path, line: Some(line) } => format!("<code>{}</code> (line {line})", escape::html(path)),
        Inline::Line { line, .. } => format!("line {line}"),
        Inline::Number(number) => number.to_string(),
        Inline::Share { part, whole } => share(*part, *whole),
    };
    text.0.iter().map(inline).collect()
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
