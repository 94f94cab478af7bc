//! Reports in JSON: `coverage json` of coverage.py, and `llvm-cov export` as `cargo llvm-cov --json` calls it. Owns which
//! lines llvm's segments mean.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::lines::{self, FileLines, Limit, Report};
use crate::model::measured::LineCount;

/// Either of the two; whatever else they hold is passed over.
#[derive(Deserialize)]
struct Document {
    files: Option<BTreeMap<String, PythonFile>>,
    #[serde(rename = "type")]
    kind: Option<String>,
    data: Option<Vec<Export>>,
}

/// A file of coverage.py.
#[derive(Deserialize)]
struct PythonFile {
    executed_lines: Vec<u32>,
    missing_lines: Vec<u32>,
    #[serde(default)]
    summary: PythonSummary,
}

#[derive(Deserialize, Default)]
struct PythonSummary {
    num_branches: Option<u64>,
    covered_branches: Option<u64>,
}

/// One export of llvm-cov.
#[derive(Deserialize)]
struct Export {
    files: Vec<LlvmFile>,
}

#[derive(Deserialize)]
struct LlvmFile {
    filename: String,
    /// Absent from a summary.
    segments: Option<Vec<Segment>>,
    summary: LlvmSummary,
}

#[derive(Deserialize)]
struct LlvmSummary {
    lines: LlvmCount,
    branches: Option<LlvmCount>,
}

#[derive(Deserialize)]
struct LlvmCount {
    count: u64,
    covered: u64,
}

/// Where the count changes. Written as a list of these.
#[derive(Deserialize, Clone, Copy)]
struct Segment {
    line: u32,
    _column: u32,
    count: u64,
    has_count: bool,
    is_entry: bool,
    is_gap: bool,
}

impl Segment {
    fn begins(self) -> bool {
        self.has_count && self.is_entry && !self.is_gap
    }
}

/// Reads a report in JSON.
pub(super) fn read(bytes: &[u8]) -> Result<Report, String> {
    let document: Document =
        serde_json::from_slice(bytes).map_err(|error| format!("is no report of coverage: {error}"))?;
    let mut limit = Limit::default();
    match document {
        Document { kind: Some(kind), data: Some(data), .. } if kind == "llvm.coverage.json.export" => {
            let files = data.into_iter().flat_map(|export| export.files);
            let files = files.map(|file| llvm_file(file, &mut limit)).collect::<Result<_, _>>()?;
            Ok(Report { format: "llvm-cov JSON", sources: Vec::new(), files })
        }
        Document { files: Some(files), kind: None, .. } => {
            let files = files.into_iter().map(|(path, file)| python_file(path, file, &mut limit));
            let files = files.collect::<Result<_, _>>()?;
            Ok(Report { format: "coverage.py JSON", sources: Vec::new(), files })
        }
        _ => Err("is JSON, but neither a report of coverage.py nor an export of llvm-cov".to_owned()),
    }
}

fn python_file(path: String, file: PythonFile, limit: &mut Limit) -> Result<FileLines, String> {
    let mut lines = Vec::with_capacity(file.executed_lines.len() + file.missing_lines.len());
    for (own, executed) in [(file.executed_lines, true), (file.missing_lines, false)] {
        for line in own {
            limit.count()?;
            lines.push((line, executed));
        }
    }
    lines::sort(&mut lines);
    let branches = match (file.summary.num_branches, file.summary.covered_branches) {
        (Some(lines), Some(covered)) => Some(LineCount { lines, covered }),
        _ => None,
    };
    Ok(FileLines { path, lines, summary: None, branches })
}

fn llvm_file(file: LlvmFile, limit: &mut Limit) -> Result<FileLines, String> {
    let LlvmFile { filename, segments, summary } = file;
    let lines =
        segment_lines(&segments.unwrap_or_default(), limit).map_err(|reason| format!("{reason}: `{filename}`"))?;
    let count = |own: LlvmCount| LineCount { lines: own.count, covered: own.covered };
    let branches = summary.branches.map(count).filter(|branches| branches.lines > 0);
    Ok(FileLines { path: filename, lines, summary: Some(count(summary.lines)), branches })
}

/// The lines that a file's segments stand for: `LineCoverageStats` of llvm's `CoverageMapping.cpp`.
fn segment_lines(segments: &[Segment], limit: &mut Limit) -> Result<Vec<(u32, bool)>, String> {
    let mut lines = Vec::new();
    let mut wrapped: Option<Segment> = None;
    let mut rest = segments;
    let mut line = rest.first().map_or(0, |first| first.line);
    while let Some(next) = rest.first() {
        if next.line < line {
            return Err("has segments that are out of order".to_owned());
        }
        if next.line > line && !wrapped.is_some_and(|segment| segment.has_count) {
            // Nothing is counted up to there.
            line = next.line;
        }
        let here = rest.iter().take_while(|segment| segment.line == line).count();
        let (own, behind) = rest.split_at(here);
        let is_skipped = own.first().is_some_and(|first| !first.has_count && first.is_entry);
        let begins = own.iter().any(|segment| segment.begins());
        let is_mapped = !is_skipped && (wrapped.is_some_and(|segment| segment.has_count) || begins)
            || own.iter().any(|segment| segment.is_entry && segment.has_count);
        if is_mapped {
            limit.count()?;
            let begun = own.iter().filter(|segment| segment.begins()).map(|segment| segment.count);
            let count = wrapped.map(|segment| segment.count).into_iter().chain(begun).max();
            lines.push((line, count.unwrap_or(0) > 0));
        }
        wrapped = own.last().copied().or(wrapped);
        rest = behind;
        line = line.saturating_add(1);
        if line == u32::MAX {
            break;
        }
    }
    Ok(lines)
}
