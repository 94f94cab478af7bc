//! Lines as reports tell of them, and several reports joined. Owns which count of a file holds; refuses to know formats.

use std::collections::BTreeMap;

use crate::model::measured::{LineCount, MeasuredFile};

/// Lines that all files of a report may have together; no tree has as many.
const MAX_LINES: usize = 16 * 1024 * 1024;

/// What a report says of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileLines {
    /// The path as the report has it.
    pub path: String,
    /// Lines that can be executed, and whether they were; sorted, each once.
    pub lines: Vec<(u32, bool)>,
    /// The tool's own count, where the report has it.
    pub summary: Option<LineCount>,
    /// Branches, where they were measured.
    pub branches: Option<LineCount>,
}

impl FileLines {
    /// The tool's own count, else that of the lines.
    pub fn count(&self) -> LineCount {
        self.summary.unwrap_or_else(|| count(&self.lines))
    }
}

/// What one report says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The tool or format that wrote it.
    pub format: &'static str,
    /// Folders that its paths are relative to, where it names some.
    pub sources: Vec<String>,
    /// Its files, in its order.
    pub files: Vec<FileLines>,
}

/// Lines being collected, as many as a report may have.
#[derive(Debug, Default)]
pub(super) struct Limit {
    lines: usize,
}

impl Limit {
    /// Counts one more line.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn count(&mut self) -> Result<(), String> {
        self.lines += 1;
        if self.lines > MAX_LINES { Err(format!("speaks of more than {MAX_LINES} lines")) } else { Ok(()) }
    }
}

/// Sorts lines; of one that is told of more than once, any execution counts.
pub(super) fn sort(lines: &mut Vec<(u32, bool)>) {
    lines.sort_unstable_by_key(|(line, executed)| (*line, !*executed));
    lines.dedup_by_key(|(line, _)| *line);
}

fn count(lines: &[(u32, bool)]) -> LineCount {
    let covered = lines.iter().filter(|(_, executed)| *executed).count();
    LineCount { lines: lines.len() as u64, covered: covered as u64 }
}

/// Files of the tree, with what all reports say of each.
#[derive(Debug, Default)]
pub(super) struct Joined {
    files: BTreeMap<String, FileLines>,
}

impl Joined {
    /// Adds what a report says of the file at this path.
    pub(super) fn add(&mut self, path: String, mut file: FileLines) {
        let Some(known) = self.files.get_mut(&path) else {
            self.files.insert(path, file);
            return;
        };
        known.summary = match (known.lines.is_empty(), file.lines.is_empty()) {
            // Sums say nothing of which lines they count: of two the larger one is surely true.
            (true, true) => [known.summary, file.summary].into_iter().flatten().max_by_key(|sum| sum.covered),
            _ => None,
        };
        known.branches = None;
        known.lines.append(&mut file.lines);
        sort(&mut known.lines);
    }

    /// The files, sorted by path.
    pub(super) fn finish(self) -> Vec<MeasuredFile> {
        let file = |(path, file): (String, FileLines)| {
            let of = |wanted: bool| {
                let lines = file.lines.iter().filter(|(_, executed)| *executed == wanted);
                lines.map(|(line, _)| *line).collect()
            };
            MeasuredFile { path, executed: of(true), missing: of(false), count: file.count(), branches: file.branches }
        };
        self.files.into_iter().map(file).collect()
    }
}
