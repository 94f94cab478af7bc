//! Text within a line of HTML.

use askama::Template;

use crate::render::document::{Inline, Text, Tone};
use crate::render::links::Links;

/// Text, as a template writes it.
#[derive(Template)]
#[template(path = "text.html")]
pub(super) struct Line {
    pieces: Vec<Piece>,
}

/// A run of text of one kind.
enum Piece {
    Plain(String),
    Code(String),
    Strong(String),
    /// A path that leads to a source, where there is an address; a line may end between its parts.
    Place {
        parts: Vec<String>,
        href: Option<String>,
    },
    /// Words that lead to a source, where there is an address.
    Words {
        text: String,
        href: Option<String>,
    },
    Share {
        part: String,
        percent: String,
    },
    Badge {
        text: String,
        tone: &'static str,
    },
    Link {
        text: String,
        anchor: String,
    },
}

impl Line {
    /// The text with its links.
    pub(super) fn new(text: &Text, links: &Links) -> Self {
        let piece = |inline: &Inline| match inline {
            Inline::Plain(text) => Piece::Plain(text.clone()),
            Inline::Code(text) => Piece::Code(text.clone()),
            Inline::Strong(text) => Piece::Strong(text.clone()),
            Inline::Place { path, line } => Piece::Place {
                parts: parts(&line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"))),
                href: links.href(path, *line),
            },
            Inline::Line { path, line } => {
                Piece::Words { text: format!("line {line}"), href: links.href(path, Some(*line)) }
            }
            Inline::Number(number) => Piece::Plain(grouped(*number)),
            Inline::Share { part, whole } => Piece::Share { part: grouped(*part), percent: percent_of(*part, *whole) },
            Inline::Badge(text, tone) => Piece::Badge { text: text.clone(), tone: tone_name(*tone) },
            Inline::Link { text, anchor } => Piece::Link { text: text.clone(), anchor: super::anchors::slug(anchor) },
        };
        Self { pieces: text.0.iter().map(piece).collect() }
    }

    /// The text without its kinds.
    pub(super) fn words(&self) -> String {
        let words = |piece: &Piece| match piece {
            Piece::Plain(text)
            | Piece::Code(text)
            | Piece::Strong(text)
            | Piece::Words { text, .. }
            | Piece::Badge { text, .. }
            | Piece::Link { text, .. } => text.clone(),
            Piece::Place { parts, .. } => parts.concat(),
            Piece::Share { part, .. } => part.clone(),
        };
        self.pieces.iter().map(words).collect()
    }
}

/// A path, parted behind what parts its words.
fn parts(path: &str) -> Vec<String> {
    path.split_inclusive(['/', '_']).map(str::to_owned).collect()
}

fn tone_name(tone: Tone) -> &'static str {
    match tone {
        Tone::Bad => "bad",
        Tone::Warn => "warn",
        Tone::Good => "good",
        Tone::Neutral => "neutral",
    }
}

/// A number with commas between its thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The percentage of a share; of nothing there is none.
pub(super) fn percent_of(part: u64, whole: u64) -> String {
    if whole == 0 { String::new() } else { crate::render::document::percent(part, whole) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn every_piece_is_escaped_and_a_place_is_a_link_only_where_sources_are_published() {
        let text = Text::code("<b>").then(Text::place("a&\"b.py", 2)).then(Text::badge("'x'", Tone::Bad));
        assert_eq!(
            Line::new(&text, &Links::default()).to_string(),
            "<code>&lt;b&gt;</code><code>a&amp;&quot;b.py:2</code><span class=\"badge bad\">&#39;x&#39;</span>"
        );
        let links = Links::to("https://h/").unwrap();
        let line = Line::new(&Text::place("a/&\"b.py", 2), &links).to_string();
        assert_eq!(line, "<a href=\"https://h/a/%26%22b.py#L2\"><code>a/<wbr/>&amp;&quot;b.py:2</code></a>");
    }
}
