//! Source lines as a terminal may show them, with the mark where it belongs. Draws nothing.

use super::super::escape::is_invisible;
use crate::views::LintPlace;

/// Lines of source, harmless and not much longer than what is marked in them.
pub(super) struct Excerpt {
    /// The lines. Each character stands for one of the source, so that columns are those of the source.
    pub(super) text: String,
    /// What is marked, in bytes of `text`.
    pub(super) marked: std::ops::Range<usize>,
}

impl Excerpt {
    /// The lines of a place; `None` where there are none to show. Of a line, `width` characters behind the place where the
    /// mark begins or ends are kept: the renderer cuts on both sides, but never what is marked.
    pub(super) fn new(place: &LintPlace, width: usize) -> Option<Self> {
        let source = place.text.as_str();
        if source.trim().is_empty() {
            return None;
        }
        let (start, end) = (place.marked.0.min(source.len()), place.marked.1.min(source.len()));
        // A mark that ends with a line break would reach into the next line.
        let trimmed = source.get(start..end).map_or(end, |marked| start + marked.trim_end_matches(['\n', '\r']).len());
        let end = trimmed.max(start);
        let mut text = String::with_capacity(source.len());
        let mut marked = [None, None];
        let mut line_start = 0;
        for line in source.split('\n') {
            let line_end = line_start + line.len();
            let inside = |byte: &usize| (line_start..=line_end).contains(byte);
            let focus = [start, end].into_iter().find(inside).map_or(0, |byte| byte - line_start);
            let mut left = width;
            for (at, character) in line.char_indices() {
                for (own, byte) in marked.iter_mut().zip([start, end]) {
                    if own.is_none() && byte <= line_start + at {
                        *own = Some(text.len());
                    }
                }
                if at >= focus {
                    left = left.saturating_sub(1);
                }
                if left == 0 {
                    text.push('…');
                    break;
                }
                text.push(shown(character));
            }
            for (own, byte) in marked.iter_mut().zip([start, end]) {
                if own.is_none() && byte <= line_end {
                    *own = Some(text.len());
                }
            }
            text.push('\n');
            line_start = line_end + 1;
        }
        text.pop();
        let [start, end] = marked.map(|byte| byte.unwrap_or(text.len()).min(text.len()));
        Some(Self { text, marked: start..end.max(start) })
    }
}

/// One visible character for each: Unicode's pictures for control characters, else the replacement character. A tab stays:
/// the renderer makes blanks of it.
fn shown(character: char) -> char {
    match character {
        '\t' => '\t',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ if is_invisible(character) => '\u{fffd}',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, marked: (usize, usize), width: usize) -> Option<(String, String)> {
        let place = LintPlace {
            path: "test_a.py".to_owned(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
            text: text.to_owned(),
            marked,
        };
        let excerpt = Excerpt::new(&place, width)?;
        Some((excerpt.text[excerpt.marked.clone()].to_owned(), excerpt.text))
    }

    fn shown(marked: &str, text: &str) -> Option<(String, String)> {
        Some((marked.to_owned(), text.to_owned()))
    }

    #[test]
    fn the_mark_stays_where_it_is_whatever_stands_before_it() {
        assert_eq!(excerpt("\u{1b}\u{202e}é = slow", (9, 13), 80), shown("slow", "␛\u{fffd}é = slow"));
        assert_eq!(excerpt("a\rslow\u{85}\u{2028}", (2, 6), 80), shown("slow", "a␍slow\u{fffd}\u{fffd}"));
        assert_eq!(excerpt("\t日本 x", (8, 9), 80), shown("x", "\t日本 x"));
    }

    #[test]
    fn a_mark_may_be_empty_at_the_end_of_a_line_or_reach_over_several() {
        assert_eq!(excerpt("abc", (3, 3), 80), shown("", "abc"));
        assert_eq!(excerpt("abc\ndef", (2, 4), 80), shown("c", "abc\ndef"));
        assert_eq!(excerpt("abc\ndef", (2, 5), 80), shown("c\nd", "abc\ndef"));
        assert_eq!(excerpt("abc\n\ndef", (0, 8), 80), shown("abc\n\ndef", "abc\n\ndef"));
        assert_eq!(excerpt("abc", (7, 9), 80), shown("", "abc"));
    }

    #[test]
    fn a_long_line_ends_after_the_width_behind_the_start_of_the_mark() {
        let long = "x".repeat(1000);
        assert_eq!(excerpt(&long, (500, 600), 10), shown("xxxxxxxxx…", &format!("{}…", "x".repeat(509))));
        assert_eq!(excerpt(&long, (995, 999), 10), shown("xxxx", &long));
        let two = format!("{long}\n{long}");
        assert_eq!(excerpt(&two, (0, 1003), 5), shown("xxxx…\nxx", "xxxx…\nxxxxxx…"));
    }

    #[test]
    fn nothing_is_shown_of_an_empty_text() {
        assert_eq!(excerpt("", (0, 0), 80), None);
        assert_eq!(excerpt(" \n\t", (0, 1), 80), None);
    }
}
