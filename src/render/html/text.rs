//! Text within a line of HTML.

use askama::Template;

use super::anchors::Anchors;
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
    /// A line may end between its parts.
    Code(Vec<String>),
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
    /// A number and a bar.
    Percent {
        text: String,
        length: u64,
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

/// What text may lead to.
#[derive(Clone, Copy)]
pub(super) struct Targets<'a> {
    /// Where the sources are published.
    pub(super) links: &'a Links,
    /// The names in the page that links may lead to.
    pub(super) anchors: &'a Anchors,
    /// The section that the text stands in.
    pub(super) section: &'a str,
}

impl Line {
    /// The text with its links.
    pub(super) fn new(text: &Text, targets: Targets<'_>) -> Self {
        let links = targets.links;
        let piece = |inline: &Inline| match inline {
            Inline::Plain(text) => Piece::Plain(text.clone()),
            Inline::Code(text) => Piece::Code(code_parts(text)),
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
            Inline::Percent(percent) => Piece::Percent { text: format!("{percent}%"), length: (*percent).min(100) },
            Inline::Badge(text, tone) => Piece::Badge { text: text.clone(), tone: tone_name(*tone) },
            Inline::Link { text, anchor } => match targets.anchors.find(targets.section, anchor) {
                Some(anchor) => Piece::Link { text: text.clone(), anchor },
                None => Piece::Plain(text.clone()),
            },
        };
        Self { pieces: text.0.iter().map(piece).collect() }
    }
}

/// A path, parted behind what parts its words.
fn parts(path: &str) -> Vec<String> {
    path.split_inclusive(['/', '_']).map(str::to_owned).collect()
}

/// Code, parted where a reader would part it: behind what parts its names, and within a name that fits no column.
fn code_parts(text: &str) -> Vec<String> {
    /// Letters that stand in one line anywhere.
    const SHORT: usize = 16;
    const LONGEST: usize = 28;
    if text.len() <= SHORT {
        return vec![text.to_owned()];
    }
    let mut parts = vec![String::new()];
    let mut length = 0;
    for letter in text.chars() {
        let part = parts.last_mut().expect("there is one from the beginning");
        part.push(letter);
        length = if letter == ' ' { 0 } else { length + 1 };
        let ends = "/_.:(,=[".contains(letter) && length > 3;
        if ends || length == LONGEST {
            parts.push(String::new());
            length = 0;
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
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

    fn line(text: &Text, links: &Links) -> String {
        let mut anchors = Anchors::default();
        anchors.take("one two");
        Line::new(text, Targets { links, anchors: &anchors, section: "one" }).to_string()
    }

    #[test]
    fn a_link_leads_to_a_name_that_is_there_or_is_words() {
        let text = Text::link("a", "Two").then(Text::link("b", "three"));
        assert_eq!(line(&text, &Links::default()), "<a href=\"#one-two\">a</a>b");
    }

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn every_piece_is_escaped_and_a_place_is_a_link_only_where_sources_are_published() {
        let text = Text::code("<b>").then(Text::place("a&\"b.py", 2)).then(Text::badge("'x'", Tone::Bad));
        assert_eq!(
            line(&text, &Links::default()),
            "<code>&lt;b&gt;</code><code>a&amp;&quot;b.py:2</code><span class=\"badge bad\">&#39;x&#39;</span>"
        );
        let links = Links::to("https://h/").unwrap();
        assert_eq!(
            line(&Text::place("a/&\"b.py", 2), &links),
            "<a href=\"https://h/a/%26%22b.py#L2\"><code>a/<wbr/>&amp;&quot;b.py:2</code></a>"
        );
    }

    #[test]
    fn long_code_may_end_a_line_behind_what_parts_its_names() {
        assert_eq!(code_parts("tests/test_a.py"), ["tests/test_a.py"]);
        assert_eq!(code_parts("xfail_with_dask_array"), ["xfail_", "with_", "dask_", "array"]);
        assert_eq!(code_parts("TestA::test_it_does(1, 2)"), ["TestA:", ":test_", "it_does(", "1, 2)"]);
        assert_eq!(code_parts(&"x".repeat(60)).iter().map(String::len).collect::<Vec<_>>(), [28, 28, 4]);
        assert_eq!(code_parts("").len(), 1);
    }
}
