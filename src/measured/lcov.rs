//! Tracefiles of lcov, as gcov, `cargo llvm-cov --lcov`, coverage.py and many others write them. Owns which records count;
//! how a record is written, the crate `lcov` knows.

use lcov::Record;

use super::lines::{self, FileLines, Limit, Report};

/// The records that lines and their sums are read from; those of functions and branches are not looked into, since tools
/// write them in several ways.
const READ: [&str; 6] = ["SF:", "DA:", "LF:", "LH:", "BRF:", "BRH:"];

/// Whether a text begins as a tracefile does.
pub(super) fn is_lcov(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_start();
    ["TN:", "SF:", "VER:"].iter().any(|begin| bytes.starts_with(begin.as_bytes())) || {
        // A comment may precede them.
        bytes.starts_with(b"#") && bytes.split(|byte| *byte == b'\n').take(64).any(|line| line.starts_with(b"SF:"))
    }
}

/// Reads a tracefile.
pub(super) fn read(bytes: &[u8]) -> Result<Report, String> {
    let mut report = Report { format: "lcov", ..Report::default() };
    let mut limit = Limit::default();
    let mut file: Option<FileLines> = None;
    for (number, bytes) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = String::from_utf8_lossy(bytes.trim_ascii_end());
        let wrong = |what: &str| format!("is no tracefile of lcov: line {}: {what}", number + 1);
        if line == "end_of_record" {
            let mut done = file.take().ok_or_else(|| wrong("`end_of_record` without `SF:` before it"))?;
            lines::sort(&mut done.lines);
            // One of the two sums alone says nothing.
            done.summary = done.summary.filter(|sum| sum.covered <= sum.lines);
            report.files.push(done);
            continue;
        }
        if !READ.iter().any(|prefix| line.starts_with(prefix)) {
            let is_record = line.split_once(':').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            });
            if is_record || line.is_empty() || line.starts_with('#') {
                continue;
            }
            return Err(wrong("not a record"));
        }
        let record: Record = line.parse().map_err(|error: lcov::record::ParseRecordError| wrong(&error.to_string()))?;
        if let Record::SourceFile { path } = record {
            if file.is_some() {
                return Err(wrong("`SF:` before the `end_of_record` of the file before it"));
            }
            file = Some(FileLines { path: path.to_string_lossy().into_owned(), ..FileLines::default() });
            continue;
        }
        let own = file.as_mut().ok_or_else(|| wrong("a record without `SF:` before it"))?;
        match record {
            Record::LineData { line, count, .. } => {
                limit.count()?;
                own.lines.push((line, count > 0));
            }
            Record::LinesFound { found } => own.summary.get_or_insert_default().lines = u64::from(found),
            Record::LinesHit { hit } => own.summary.get_or_insert_default().covered = u64::from(hit),
            Record::BranchesFound { found } if found > 0 => {
                own.branches.get_or_insert_default().lines = u64::from(found);
            }
            Record::BranchesHit { hit } => {
                if let Some(branches) = &mut own.branches {
                    branches.covered = u64::from(hit);
                }
            }
            _ => {}
        }
    }
    if file.is_some() {
        return Err("is cut off: the `end_of_record` of its last file is missing".to_owned());
    }
    Ok(report)
}
