//! The report as one HTML page: everything in one file, which asks the network for nothing.
//!
//! Templates beside this file say how it is written; [`Visible`] is how every text gets into them. The page can be read
//! without JavaScript, which adds sorting, filters and a choice of colours.

mod anchors;
mod bars;
mod nodes;
mod text;
mod treemap;

use std::fmt;
use std::io::{self, Write};

use askama::Template;

use super::Style;
use super::document::{Block, Figure, Medium};
use super::escape::html_character;
use super::links::Links;
use super::sections;
use crate::views::Audit;
use anchors::{Anchors, Named};
use nodes::{Node, Nodes};

/// What the page looks like, and its hash for the page's policy.
const STYLE: (&str, &str) = (include_str!("report.css"), "iUZC1arV1k0529Q0HK0xXCy8jlC7JeH3Rr32LKfhX7Q=");

/// What the page can do besides being read, and its hash for the page's policy.
const SCRIPT: (&str, &str) = (include_str!("report.js"), "r6tUtMMsqqA0YJ5rsDafGz6W/PqHtL8FzLn6qR7DplM=");

/// Escapes every text that a template writes: markup loses its meaning, and what cannot be seen is spelt out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visible;

impl askama::filters::Escaper for Visible {
    fn write_escaped_str<W: fmt::Write>(&self, mut out: W, text: &str) -> fmt::Result {
        // Most text needs nothing.
        let mut plain = 0;
        for (at, character) in text.char_indices() {
            if let Some(escaped) = html_character(character) {
                out.write_str(&text[plain..at])?;
                out.write_str(&escaped)?;
                plain = at + character.len_utf8();
            }
        }
        out.write_str(&text[plain..])
    }
}

/// The whole page.
#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    title: &'a str,
    root: &'a str,
    version: &'static str,
    style: (&'static str, &'static str),
    script: (&'static str, &'static str),
    tiles: Vec<Tile>,
    parts: Vec<Part>,
}

/// A number that sums up the report.
struct Tile {
    label: String,
    value: String,
    percent: String,
    anchor: String,
}

/// A section.
struct Part {
    anchor: String,
    title: &'static str,
    headings: Vec<(String, String)>,
    nodes: Nodes,
}

/// Writes the page.
pub(super) fn write(audit: &Audit, _: Style, links: &Links, out: &mut dyn Write) -> io::Result<()> {
    let mut anchors = Anchors::default();
    let parts = sections::parts(audit);
    let problems = sections::problems(&audit.problems);
    // Sections have their names before anything in them can take one.
    let mut named: Vec<(String, &'static str, &[Block])> = Vec::new();
    for part in &parts {
        named.push((anchors.take(part.section.name()), part.section.title(), &part.blocks));
    }
    if let Some(blocks) = &problems {
        named.push((anchors.take("problems"), sections::PROBLEMS, blocks));
    }
    let tiles = named.iter().flat_map(|(anchor, _, blocks)| tiles(anchor, blocks)).collect();
    let names: Vec<Named> = named.iter().map(|(anchor, _, blocks)| Named::of(anchor, blocks, &mut anchors)).collect();
    let part = |((anchor, title, blocks), names): ((String, &'static str, &[Block]), Named)| {
        let nodes = Nodes::new(blocks, &anchor, title, names, &mut anchors, links);
        let headings = nodes.nodes.iter().filter_map(|node| match node {
            Node::Heading { level: 3, anchor, words, .. } => Some((anchor.clone(), words.clone())),
            _ => None,
        });
        Part { headings: headings.collect(), anchor, title, nodes }
    };
    let title = match parts.as_slice() {
        [only] => only.section.title(),
        _ => "Test Audit",
    };
    let page = Page {
        title,
        root: sections::root(audit),
        version: env!("CARGO_PKG_VERSION"),
        style: STYLE,
        script: SCRIPT,
        tiles,
        parts: named.into_iter().zip(names).map(part).collect(),
    };
    page.write_into(out)?;
    // A template's last line feed is not written.
    writeln!(out)
}

/// The key figures among these blocks.
fn tiles(anchor: &str, blocks: &[Block]) -> Vec<Tile> {
    let mut tiles = Vec::new();
    for block in blocks {
        match block {
            Block::Figures(figures) => {
                tiles.extend(figures.iter().filter(|figure| figure.key).map(|figure| tile(anchor, figure)));
            }
            Block::Only { media, blocks } if media.contains(&Medium::Html) => tiles.extend(self::tiles(anchor, blocks)),
            _ => {}
        }
    }
    tiles
}

fn tile(anchor: &str, figure: &Figure) -> Tile {
    Tile {
        label: figure.label.clone(),
        value: nodes::value(figure),
        percent: figure.whole.map(|whole| text::percent_of(figure.value, whole)).unwrap_or_default(),
        anchor: anchor.to_owned(),
    }
}
