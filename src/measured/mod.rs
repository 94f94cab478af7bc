//! Readers of what other tools measured: each makes plain data of one file's bytes. Owns how a report is recognized, how
//! much of one is read, and which file of the tree a path in it means; runs no tool and judges no figure.

mod cobertura;
mod json;
mod lcov;
mod lines;
mod paths;
mod runs;

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::model::measured::{CoverageReport, LineCount, Measured};
use crate::model::path;
use crate::model::runs::RunReport;
use lines::Joined;
pub use lines::{FileLines, Report};
pub use paths::Tree;
pub use runs::read_runs;

/// Bytes beyond which a report is not read.
const MAX_SIZE: u64 = 512 * 1024 * 1024;

/// Why a report cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasuredError {
    /// The report.
    pub path: PathBuf,
    /// What is wrong with it, as the end of a sentence that begins with its name.
    pub reason: String,
}

impl fmt::Display for MeasuredError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", path::shown(&self.path), self.reason)
    }
}

impl std::error::Error for MeasuredError {}

/// Reads these reports and joins them: a line that any of them has as executed was executed.
///
/// # Errors
/// When one cannot be read, or is not what it claims to be.
pub fn load(reports: &[PathBuf], tree: &Tree<'_>) -> Result<Measured, MeasuredError> {
    let mut measured = Measured::default();
    let mut joined = Joined::default();
    for given in reports {
        let error = |reason: String| MeasuredError { path: given.clone(), reason };
        let bytes = bytes(given).map_err(|reason| error(format!("cannot be read: {reason}")))?;
        let report = read(&bytes).map_err(error)?;
        drop(bytes);
        let count = report.files.iter().fold(LineCount::default(), |sum, file| sum.and(file.count()));
        measured.reports.push(CoverageReport {
            path: path::shown(given),
            format: report.format,
            files: report.files.len(),
            count,
        });
        let folder = given.parent().unwrap_or(Path::new(""));
        let places = paths::places(&report, folder, tree);
        for (file, place) in report.files.into_iter().zip(places) {
            match place {
                Some(place) => joined.add(place, file),
                None => measured.unmatched.push(file.path),
            }
        }
    }
    measured.files = joined.finish();
    measured.unmatched.sort();
    measured.unmatched.dedup();
    Ok(measured)
}

/// Reads reports of runs of the tests, each by itself.
///
/// # Errors
/// When one cannot be read, or is not what it claims to be.
pub fn runs(reports: &[PathBuf]) -> Result<Vec<RunReport>, MeasuredError> {
    let read = |given: &PathBuf| {
        let error = |reason: String| MeasuredError { path: given.clone(), reason };
        let bytes = bytes(given).map_err(|reason| error(format!("cannot be read: {reason}")))?;
        let (format, cases) = read_runs(&bytes).map_err(error)?;
        Ok(RunReport { path: path::shown(given), format, cases })
    };
    reports.iter().map(read).collect()
}

/// Reads one report, whatever its format: that is told by what it begins with.
///
/// # Errors
/// What is wrong with it, as the end of a sentence that begins with its name.
pub fn read(bytes: &[u8]) -> Result<Report, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"SQLite format 3\0") {
        return Err("is a data file of coverage.py, not a report: run `coverage json` and give what it writes".into());
    }
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => json::read(bytes),
        Some(b'<') => cobertura::read(bytes),
        Some(_) if lcov::is_lcov(bytes) => lcov::read(bytes),
        Some(_) => Err("is no report of coverage: known are coverage.py JSON, Cobertura XML, lcov tracefiles and \
                        JSON of llvm-cov"
            .into()),
        None => Err("is empty".into()),
    }
}

/// A regular file's bytes.
fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let said = |error: std::io::Error| error.kind().to_string();
    // Opening a FIFO would wait for its writer.
    if !std::fs::metadata(path).map_err(said)?.is_file() {
        return Err("not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path).map_err(said)?.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(said)?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(format!("it has more than {MAX_SIZE} bytes"));
    }
    Ok(bytes)
}
