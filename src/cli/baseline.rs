//! The file of tolerated findings: which one it is, read and written.

use std::{fs, io, path::Path};

use crate::{baseline::Baseline, error::Error};

/// The file where none is named.
pub(super) const DEFAULT: &str = "testaudit-baseline.json";

/// Bytes beyond which a file is none.
const MAX_SIZE: u64 = 64 * 1024 * 1024;

/// Reads a baseline.
pub(super) fn read(path: &Path) -> Result<Baseline, Error> {
    parsed(path).map_err(|message| Error::Baseline { path: path.to_owned(), message })
}

fn parsed(path: &Path) -> Result<Baseline, String> {
    let reason = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => "there is no such file; make it with `--write-baseline`".to_owned(),
        io::ErrorKind::InvalidData => "it is no baseline: it is not UTF-8".to_owned(),
        _ => error.to_string(),
    };
    let metadata = fs::metadata(path).map_err(reason)?;
    if !metadata.is_file() || metadata.len() > MAX_SIZE {
        return Err("it is no baseline".to_owned());
    }
    Baseline::parse(&fs::read_to_string(path).map_err(reason)?)
}

/// Writes a baseline. What is there and is none is not overwritten: a path to judge may stand where a file is expected.
pub(super) fn write(path: &Path, baseline: &Baseline) -> Result<(), Error> {
    let refused = |message: String| Error::Baseline { path: path.to_owned(), message };
    let is_new = fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    if !is_new {
        parsed(path).map_err(|message| refused(format!("{message}; it is not overwritten, give another file")))?;
    }
    fs::write(path, baseline.to_json()).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => refused("there is no such folder".to_owned()),
        _ => refused(error.to_string()),
    })
}
