//! The text of a file whose bytes are to be kept: its byte order mark, its line breaks, and edits by range. Refuses to
//! know what the text means.

use std::ops::Range;

const MARK: &str = "\u{feff}";

/// A file's text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'b> {
    mark: &'b str,
    /// Without the byte order mark.
    pub(super) body: &'b str,
    /// The line break of most of its lines.
    pub(super) newline: &'static str,
}

/// Puts a text in place of a range of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

impl Edit {
    /// Puts a text at an offset.
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { range: at..at, text: text.into() }
    }
}

impl<'b> Text<'b> {
    /// The text of these bytes.
    ///
    /// # Errors
    /// Why they cannot be edited.
    pub(super) fn new(bytes: &'b [u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        let (mark, body) = text.split_at(if text.starts_with(MARK) { MARK.len() } else { 0 });
        let windows = body.matches("\r\n").count();
        let all = body.matches('\n').count();
        Ok(Self { mark, body, newline: if windows * 2 > all { "\r\n" } else { "\n" } })
    }

    /// The bytes with these edits, which do not overlap.
    pub(super) fn edited(&self, mut edits: Vec<Edit>) -> Vec<u8> {
        edits.sort_by_key(|edit| edit.range.start);
        let mut edited = self.mark.to_owned();
        let mut done = 0;
        for Edit { range, text } in edits {
            edited.push_str(self.body.get(done..range.start).unwrap_or_default());
            edited.push_str(&text);
            done = done.max(range.end);
        }
        edited.push_str(self.body.get(done..).unwrap_or_default());
        edited.into_bytes()
    }

    /// New lines behind the line that holds this offset. The last line of the text has no line break afterwards if it had
    /// none before.
    pub(super) fn lines_behind(&self, offset: usize, lines: &[String]) -> Edit {
        match self.body[offset..].find('\n') {
            Some(end) => {
                let text = lines.iter().map(|line| format!("{line}{}", self.newline));
                Edit::insert(offset + end + 1, text.collect::<String>())
            }
            None => {
                let text = lines.iter().map(|line| format!("{}{line}", self.newline));
                Edit::insert(self.body.len(), text.collect::<String>())
            }
        }
    }

    /// The white space at the beginning of the line that holds this offset.
    pub(super) fn indent(&self, offset: usize) -> &'b str {
        let start = self.line_start(offset);
        let line = &self.body[start..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// Where the line begins that holds this offset.
    pub(super) fn line_start(&self, offset: usize) -> usize {
        self.body[..offset].rfind('\n').map_or(0, |at| at + 1)
    }
}
