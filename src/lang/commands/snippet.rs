//! A piece of shell text cut out of a file, where each character still knows its line. Refuses to know what it says.

/// Text put together from pieces of a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Snippet {
    /// The text, as the shell gets it.
    pub(super) text: String,
    pieces: Vec<Piece>,
}

/// From where on the text comes from another line, or is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    start: usize,
    line: u32,
    computed: bool,
}

impl Snippet {
    /// A text that begins in this line of the file and goes on line by line.
    pub(super) fn new(text: &str, line: u32) -> Self {
        let mut snippet = Self::default();
        snippet.push(text, line, false);
        snippet
    }

    /// Adds a text that begins in this line; `computed` where it is only a default.
    pub(super) fn push(&mut self, text: &str, line: u32, computed: bool) {
        for (part, line) in text.split_inclusive('\n').zip(line..) {
            if self.pieces.last().is_none_or(|last| (last.line, last.computed) != (line, computed)) {
                self.pieces.push(Piece { start: self.text.len(), line, computed });
            }
            self.text.push_str(part);
        }
    }

    /// Adds a range of another snippet.
    pub(super) fn push_range(&mut self, other: &Self, range: std::ops::Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let (line, computed, next) = other.piece(at);
            let end = next.min(range.end);
            if self.pieces.last().is_none_or(|last| (last.line, last.computed) != (line, computed)) {
                self.pieces.push(Piece { start: self.text.len(), line, computed });
            }
            self.text.push_str(&other.text[at..end]);
            at = end;
        }
    }

    /// A range of this one.
    pub(super) fn range(&self, range: std::ops::Range<usize>) -> Self {
        let mut part = Self::default();
        part.push_range(self, range);
        part
    }

    /// The line of a byte.
    pub(super) fn line(&self, at: usize) -> u32 {
        self.piece(at).0
    }

    /// Whether a byte comes from a default.
    pub(super) fn computed(&self, at: usize) -> bool {
        self.piece(at).1
    }

    /// Whether any of it comes from a default.
    pub(super) fn any_computed(&self) -> bool {
        self.pieces.iter().any(|piece| piece.computed)
    }

    /// The line of a byte, whether it is computed, and up to where that holds.
    fn piece(&self, at: usize) -> (u32, bool, usize) {
        let behind = self.pieces.partition_point(|piece| piece.start <= at);
        let end = self.pieces.get(behind).map_or(self.text.len(), |piece| piece.start);
        let piece = behind.checked_sub(1).and_then(|last| self.pieces.get(last));
        piece.map_or((1, false, end.max(at + 1)), |piece| (piece.line, piece.computed, end.max(at + 1)))
    }
}
