//! Which rows make one logical line, which of these coverage.py leaves out, and which were counted.

use regex::Regex;

/// The rows of a file.
pub(super) struct Lines {
    /// The first row of the logical line of each row.
    first: Vec<u32>,
    /// Rows that an exclusion matched; of logical lines, their first.
    excluded: Vec<bool>,
    /// First rows that were counted, or are docstrings.
    taken: Vec<bool>,
    /// The last row of the logical line at hand.
    last: usize,
}

impl Lines {
    pub(super) fn new(text: &[u8], exclude: &[Regex]) -> Self {
        let rows = memchr::memchr_iter(b'\n', text).count() + 1;
        let mut excluded = vec![false; rows];
        if let Ok(text) = std::str::from_utf8(text) {
            let mut row = 0;
            let mut at = 0;
            let mut matches: Vec<(usize, usize)> = exclude
                .iter()
                .flat_map(|regex| regex.find_iter(text).map(|found| (found.start(), found.end())))
                .collect();
            matches.sort_unstable();
            for (start, end) in matches {
                row += memchr::memchr_iter(b'\n', &text.as_bytes()[at..start]).count();
                at = start;
                let behind = row + memchr::memchr_iter(b'\n', &text.as_bytes()[start..end]).count();
                excluded[row..=behind.min(rows - 1)].fill(true);
            }
        }
        let first = (0u32..).take(rows).collect();
        Self { first, excluded, taken: vec![false; rows], last: 0 }
    }

    /// Joins rows to one logical line; says whether it is excluded.
    pub(super) fn join(&mut self, start: usize, end: usize) -> bool {
        let end = end.min(self.first.len() - 1);
        let Some(first) = self.first.get(start).copied() else { return false };
        let mut is_excluded = self.excluded[first as usize];
        for row in start..=end {
            self.first[row] = first;
            is_excluded |= self.excluded[row];
        }
        self.last = self.last.max(end);
        self.excluded[first as usize] = is_excluded;
        is_excluded
    }

    /// Whether the logical line of a row is excluded.
    pub(super) fn is_excluded(&self, row: usize) -> bool {
        self.first.get(row).is_some_and(|first| self.excluded[*first as usize])
    }

    /// Rows of a docstring are no statements.
    pub(super) fn forget(&mut self, start: usize, end: usize) {
        let end = end.min(self.taken.len() - 1);
        self.taken[start.min(end)..=end].fill(true);
    }

    /// The 1-based line of the statement in a row, the first time that it is asked for.
    pub(super) fn take(&mut self, row: usize) -> Option<u32> {
        let first = *self.first.get(row)?;
        let place = first as usize;
        if self.excluded[place] || std::mem::replace(&mut self.taken[place], true) {
            return None;
        }
        Some(first + 1)
    }
}
