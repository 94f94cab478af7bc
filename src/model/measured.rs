//! What runs of the tests measured: which lines were executed. Owns the words; refuses to know in which format a tool wrote
//! them down.

/// Lines that can be executed, and how many of them were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineCount {
    /// Lines that can be executed.
    pub lines: u64,
    /// Those that were.
    pub covered: u64,
}

impl LineCount {
    /// The share that was executed, from 0 to 1; of no lines all are.
    pub fn share(self) -> f64 {
        if self.lines == 0 { 1.0 } else { self.covered as f64 / self.lines as f64 }
    }

    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self { lines: self.lines + other.lines, covered: self.covered + other.covered }
    }
}

/// What was measured of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeasuredFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Lines that were executed, sorted; empty where a report gives sums only.
    pub executed: Vec<u32>,
    /// Lines that could have been and were not, sorted.
    pub missing: Vec<u32>,
    /// How many lines there are by the tool's own count, which may count a line once for each function on it.
    pub count: LineCount,
    /// How many branches there are, and how many were taken, where that was measured.
    pub branches: Option<LineCount>,
}

impl MeasuredFile {
    /// Whether it is known which lines were executed, and not only how many.
    pub fn has_lines(&self) -> bool {
        !self.executed.is_empty() || !self.missing.is_empty() || self.count.lines == 0
    }
}

/// One report that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverageReport {
    /// The file that it stands in, as it was given.
    pub path: String,
    /// The tool or format that wrote it: `coverage.py JSON`.
    pub format: &'static str,
    /// Files that it speaks of.
    pub files: usize,
    /// Its own total.
    pub count: LineCount,
}

/// Everything that was measured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// The reports, in the order in which they were given.
    pub reports: Vec<CoverageReport>,
    /// Files of the tree that they speak of, sorted by path.
    pub files: Vec<MeasuredFile>,
    /// Paths in the reports that are no file of the tree, or of which it is not clear which, sorted.
    pub unmatched: Vec<String>,
}

impl Measured {
    /// What was measured of this file.
    pub fn file(&self, path: &str) -> Option<&MeasuredFile> {
        let place = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        Some(&self.files[place])
    }
}
