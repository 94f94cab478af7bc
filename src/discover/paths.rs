//! How the root and I/O errors are written in reports. Owns the words; decides nothing.

use std::path::Path;
use std::{fs, io};

pub(super) use crate::model::path::{relative, shown};

/// `root` seen from `current`; links are resolved only where the two names have no other relation than "outside".
pub(super) fn relative_root(current: &Path, root: &Path) -> String {
    let plain = relative(current, root);
    if !plain.starts_with("..") {
        return plain;
    }
    match (fs::canonicalize(current), fs::canonicalize(root)) {
        (Ok(current), Ok(root)) => relative(&current, &root),
        _ => plain,
    }
}

/// What the system said, in this tool's voice: lower case, without the error number where there is a name for it.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        kind @ (io::ErrorKind::PermissionDenied
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::IsADirectory
        | io::ErrorKind::InvalidFilename
        | io::ErrorKind::StaleNetworkFileHandle
        | io::ErrorKind::TimedOut) => kind.to_string(),
        _ => {
            let text = error.to_string();
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
        }
    }
}
