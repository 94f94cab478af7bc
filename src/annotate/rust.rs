//! What a file of Rust begins with before its first item: comments, and what is about the file itself. Knows comments, strings
//! and brackets, and no item.

use std::ops::Range;

/// Where the shebang, inner attributes, inner documentation and comments over several lines stand, and where the line begins
/// on which the first item does. `start` is behind the byte order mark.
pub(super) fn leading(text: &[u8], start: usize) -> (Vec<Range<usize>>, usize) {
    let mut fixed = Vec::new();
    let mut at = start;
    if text[at..].starts_with(b"#!") && !is_attribute(&text[at..]) {
        let end = line_end(text, at);
        fixed.push(at..end);
        at = end;
    }
    loop {
        at += text[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let rest = &text[at..];
        let end = if rest.starts_with(b"//!") {
            line_end(text, at)
        } else if rest.starts_with(b"//") && !is_outer_line(rest) {
            // A comment of one line stays no more than others do.
            at = line_end(text, at);
            continue;
        } else if rest.starts_with(b"/*") && !is_outer_block(rest) {
            at + block(rest)
        } else if is_attribute(rest) {
            at + attribute(rest)
        } else {
            break;
        };
        fixed.push(at..end);
        at = end;
    }
    let line = memchr::memrchr2(b'\n', b'\r', &text[..at]).map_or(start, |place| (place + 1).max(start));
    // What stands on the line of an item is part of it.
    (fixed, if at == text.len() { at } else { line })
}

fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |length| at + length)
}

/// `///`, but not `////`.
fn is_outer_line(text: &[u8]) -> bool {
    text.starts_with(b"///") && text.get(3) != Some(&b'/')
}

/// `/**`, but not `/***` and not `/**/`.
fn is_outer_block(text: &[u8]) -> bool {
    text.starts_with(b"/**") && !matches!(text.get(3), Some(b'*' | b'/'))
}

/// `#![`, with blanks between.
fn is_attribute(text: &[u8]) -> bool {
    let signs = text.iter().filter(|byte| !byte.is_ascii_whitespace()).take(3);
    text.first() == Some(&b'#') && signs.eq(b"#![")
}

/// The length of a comment that others may stand in.
fn block(text: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        match &text[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    break;
                }
            }
            _ => at += 1,
        }
    }
    at
}

/// The length of an attribute, with its brackets.
fn attribute(text: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        match &text[at..] {
            [b'[' | b'(' | b'{', ..] => depth += 1,
            [b']' | b')' | b'}', ..] => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            [b'/', b'/', ..] => at = line_end(text, at),
            [b'/', b'*', ..] => at += block(&text[at..]).saturating_sub(1),
            [b'"', rest @ ..] => at += string(rest),
            [b'r', rest @ ..] if at == 0 || !text[at - 1].is_ascii_alphanumeric() => at += raw_string(rest),
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The length of a string behind its quote.
fn string(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b'"' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The length of a raw string behind its `r`; zero where it is none.
fn raw_string(text: &[u8]) -> usize {
    let hashes = text.iter().take_while(|byte| **byte == b'#').count();
    if text.get(hashes) != Some(&b'"') {
        return 0;
    }
    let end = [&b"\""[..], &b"#".repeat(hashes)].concat();
    let inner = &text[hashes + 1..];
    memchr::memmem::find(inner, &end).map_or(text.len(), |place| hashes + 1 + place + end.len())
}
