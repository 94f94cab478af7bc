//! The lines that a source begins with before its first statement: of Python comments and blank lines, as Python's tokenizer
//! tells them; of Rust also what is about the file itself. Owns where these end; refuses to know what a comment says, but for
//! those that must stay first.

use std::ops::Range;

use crate::model::cookie::coding_spec;

/// The byte order mark of UTF-8.
const MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// What a line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing but blanks.
    Blank,
    /// A comment and nothing else.
    Comment,
    /// Something else that must stay first: in Rust an inner attribute or documentation, a comment over several lines.
    Fixed,
}

/// One of the lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) kind: Kind,
    /// From its first byte to behind its line break.
    pub(super) whole: Range<usize>,
    /// What it holds, without blanks before it and without its line break.
    pub(super) content: Range<usize>,
}

/// The lines of a source before its first statement.
#[derive(Debug)]
pub(super) struct Leading<'t> {
    text: &'t [u8],
    pub(super) lines: Vec<Line>,
    /// Where the first of them begins: behind the byte order mark.
    start: usize,
    /// Whether anything follows.
    pub(super) code: bool,
}

impl<'t> Leading<'t> {
    /// Those of Rust: see [`super::rust`].
    pub(super) fn of_rust(text: &'t [u8]) -> Self {
        let start = text.len() - without_mark(text).len();
        let (fixed, end) = super::rust::leading(text, start);
        let mut leading = Self { text, lines: Vec::new(), start, code: end < text.len() };
        let mut at = start;
        while at < end {
            let stop = memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |length| at + length);
            let after = stop + line_break(&text[stop..]).len();
            let blanks = text[at..stop].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let kind = if fixed.iter().any(|part| part.start < stop.max(at + 1) && part.end > at) {
                Kind::Fixed
            } else if at + blanks == stop {
                Kind::Blank
            } else {
                Kind::Comment
            };
            leading.lines.push(Line { kind, whole: at..after, content: at + blanks..stop });
            at = after;
        }
        leading
    }

    /// Those of Python.
    pub(super) fn of_python(text: &'t [u8]) -> Self {
        let start = text.len() - without_mark(text).len();
        let mut leading = Self { text, lines: Vec::new(), start, code: false };
        let mut at = start;
        while at < text.len() {
            let blanks = text[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0C)).count();
            let begin = at + blanks;
            let kind = match text.get(begin) {
                Some(b'#') => Kind::Comment,
                None | Some(b'\n' | b'\r') => Kind::Blank,
                Some(_) => {
                    leading.code = true;
                    break;
                }
            };
            let end = memchr::memchr2(b'\n', b'\r', &text[begin..]).map_or(text.len(), |length| begin + length);
            let after = end + line_break(&text[end..]).len();
            leading.lines.push(Line { kind, whole: at..after, content: begin..end });
            at = after;
        }
        leading
    }

    /// What a line holds, without blanks before it and without its line break.
    pub(super) fn content(&self, line: &Line) -> &'t [u8] {
        &self.text[line.content.clone()]
    }

    /// Where a comment of one line goes: behind everything that must stay first or that is about the whole file. Never
    /// between two comments that follow each other; between code and the comment above it only where that one begins the
    /// file.
    pub(super) fn place(&self) -> usize {
        let mut place = self.start;
        let mut texts = 0;
        let mut next = 0;
        while let Some(line) = self.lines.get(next) {
            if line.kind == Kind::Blank {
                next += 1;
                continue;
            }
            let length = self.lines[next..].iter().take_while(|line| line.kind != Kind::Blank).count();
            let block = &self.lines[next..next + length];
            let first = next;
            next += length;
            let about_file = block.iter().any(|line| is_about_file(self.content(line)));
            let staying = (first..).zip(block).filter(|(row, line)| self.must_stay(*row, line)).count();
            let is_text = block.len() > staying;
            texts += usize::from(is_text);
            // The first comment says what the file is, unless it says what the statement below it is.
            let heads = is_text && texts == 1 && (first == 0 || next < self.lines.len());
            if about_file || staying > 0 || heads {
                place = block.last().map_or(place, |line| line.whole.end);
            }
        }
        place
    }

    /// A shebang or an encoding, which counts in the first lines only.
    fn must_stay(&self, row: usize, line: &Line) -> bool {
        let content = self.content(line);
        line.kind == Kind::Fixed
            || (row == 0 && content.starts_with(b"#!"))
            || (row < 2 && coding_spec(content).is_some())
    }

    /// The line break that a line at this place takes: that of the line before it, else that of the first line.
    pub(super) fn line_break_at(&self, place: usize) -> &'t [u8] {
        let before = self.lines.iter().find(|line| line.whole.end == place).map(|line| line.content.end);
        let first = || memchr::memchr2(b'\n', b'\r', self.text);
        let found = before.or_else(first).map_or(&b""[..], |at| line_break(&self.text[at..]));
        if found.is_empty() { b"\n" } else { found }
    }
}

/// Comments that concern a file as a whole, wherever they stand: whose it is, and by which licence.
fn is_about_file(comment: &[u8]) -> bool {
    const WORDS: [&[u8]; 4] = [b"copyright", b"license", b"licence", b"spdx-"];
    let marks = comment.iter().take_while(|byte| matches!(byte, b'#' | b'/' | b' ')).count();
    let text = comment[marks..].to_ascii_lowercase();
    text.starts_with(b"owner(s):") || WORDS.iter().any(|word| memchr::memmem::find(&text, word).is_some())
}

/// The text behind its byte order mark.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(MARK).unwrap_or(text)
}

/// The line break that a text begins with; empty at its end.
fn line_break(text: &[u8]) -> &[u8] {
    match text {
        [b'\r', b'\n', ..] => &text[..2],
        [b'\n' | b'\r', ..] => &text[..1],
        _ => &[],
    }
}
