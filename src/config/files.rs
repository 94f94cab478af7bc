//! Reading of files that a tree only claims to have: bounded, without waiting for a FIFO, and not through a link that
//! leads out. Refuses to know what a file means.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

use crate::model::ProblemKind;

/// Bytes beyond which a file of this kind is data.
const MAX_SIZE: u64 = 4 * 1024 * 1024;

/// A file's text, in whatever Unicode encoding its mark says; what is no text is replaced. `top`, without links, is the
/// folder that no link may lead out of.
///
/// # Errors
/// Why there is none.
pub(super) fn read_within(top: &Path, path: &Path) -> Result<String, (ProblemKind, String)> {
    let unreadable =
        |error: io::Error| (ProblemKind::Unreadable, format!("cannot read: {}", crate::config::reason(&error)));
    let not_a_file = || (ProblemKind::NotAFile, "not a regular file, not read".to_owned());
    let too_large = || (ProblemKind::TooLarge, format!("larger than {MAX_SIZE} bytes, not read"));
    let real = fs::canonicalize(path).map_err(unreadable)?;
    if !real.starts_with(top) {
        return Err((ProblemKind::Link, "the link leads out of the repository, not followed".to_owned()));
    }
    if !fs::metadata(&real).map_err(unreadable)?.is_file() {
        return Err(not_a_file());
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // It may have been exchanged for a FIFO since.
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    let file = options.open(&real).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(not_a_file());
    }
    let mut bytes = Vec::new();
    file.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(too_large());
    }
    Ok(encoding_rs::UTF_8.decode(&bytes).0.into_owned())
}
