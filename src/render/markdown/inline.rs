//! Text within a line of Markdown. Everything that the tree says passes through `escape` here.

use std::collections::{HashMap, HashSet};

use crate::render::Links;
use crate::render::document::{Block, Inline, Medium, Text, share, slug};
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

/// What text may lead to.
pub(super) struct Targets<'a> {
    /// Where the sources are published.
    pub(super) links: &'a Links,
    /// The names that GitHub gives to headings, of those that no two have.
    pub(super) headings: HashSet<String>,
}

impl<'a> Targets<'a> {
    /// The targets of a report of these blocks.
    pub(super) fn new<'b>(links: &'a Links, parts: impl IntoIterator<Item = &'b [Block]>) -> Self {
        let mut seen = HashMap::new();
        parts.into_iter().for_each(|blocks| count_headings(blocks, &mut seen));
        Self { links, headings: seen.into_iter().filter(|(_, times)| *times == 1).map(|(name, _)| name).collect() }
    }
}

/// Of words of letters and digits alone, this program's names are GitHub's.
fn count_headings(blocks: &[Block], seen: &mut HashMap<String, usize>) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } => {
                let words = text.words();
                if words.split(' ').all(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric)) {
                    *seen.entry(slug(&words)).or_default() += 1;
                }
            }
            Block::Details { blocks, .. } => count_headings(blocks, seen),
            Block::Only { media, blocks } if media.contains(&Medium::Markdown) => count_headings(blocks, seen),
            _ => {}
        }
    }
}

/// The text as Markdown.
pub(super) fn markdown(text: &Text, within: Within, targets: &Targets<'_>) -> String {
    let mut written = String::new();
    for inline in &text.0 {
        let before = written.chars().next_back();
        written.push_str(&inline_markdown(inline, within, targets, before));
    }
    written
}

fn inline_markdown(inline: &Inline, within: Within, targets: &Targets<'_>, before: Option<char>) -> String {
    let code = |text: &str| match within {
        Within::Line => code(&short(text)),
        Within::Cell => escape::code_cell(&short(text)),
    };
    match inline {
        Inline::Plain(text) | Inline::Badge(text, _) => text_after(before, &short(text)),
        Inline::Link { text, anchor } => match slug(anchor) {
            name if targets.headings.contains(&name) => format!("[{}](#{name})", text_after(Some('['), &short(text))),
            _ => text_after(before, &short(text)),
        },
        Inline::Code(text) => code(text),
        Inline::Strong(text) => format!("**{}**", text_after(Some('*'), &short(text))),
        Inline::Place { path, line } => {
            let shown = match (line, within) {
                (None, _) => code(path),
                (Some(line), Within::Line) => format!("{} (line {line})", code(path)),
                (Some(line), Within::Cell) => format!("{}:{line}", code(path)),
            };
            linked(shown, targets.links.href(path, *line))
        }
        Inline::Line { path, line } => linked(format!("line {line}"), targets.links.href(path, Some(*line))),
        Inline::Number(number) => number.to_string(),
        Inline::Percent(percent) => format!("{percent}%"),
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
        Inline::Percent(percent) => format!("{percent}%"),
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
