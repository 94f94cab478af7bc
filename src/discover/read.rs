//! One file's bytes, without waiting for a FIFO and without reading more than the limit. Owns the opening of files;
//! refuses to know what the bytes mean: [`super::encoding`] does.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

use super::{encoding, paths};
use crate::model::{Language, Problem, ProblemKind, Source, SourceFile};

/// Reads and decodes one file. With the text come the problems that did not prevent it.
///
/// # Errors
/// The problem because of which there is no text: the file is unreadable, not a file, larger than `max_file_size`, or
/// something that Python refuses as a source (a NUL byte, UTF-16).
pub fn read(file: &SourceFile, max_file_size: u64) -> Result<(Source, Vec<Problem>), Problem> {
    // Spans count in `u32`.
    let limit = max_file_size.min(u64::from(u32::MAX));
    let unreadable = |error: io::Error| {
        let (kind, message) = if error.kind() == io::ErrorKind::InvalidInput {
            (ProblemKind::NotAFile, "not a regular file, not read".to_owned())
        } else {
            (ProblemKind::Unreadable, format!("cannot read: {}", paths::reason(&error)))
        };
        Problem::file(&file.path, kind, message)
    };
    let too_large = |size: u64| {
        let message = format!("{size} bytes are more than the limit of {limit}: raise `max-file-size` to read it");
        Problem::file(&file.path, ProblemKind::TooLarge, message)
    };

    let (open, metadata) = open_regular(&file.absolute).map_err(unreadable)?;
    if metadata.len() > limit {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    // It may have grown since.
    open.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    if file.language == Language::Cpp {
        // No encoding is declared, and what is not ASCII stands in comments and strings.
        return Ok((Source { text: bytes }, Vec::new()));
    }
    let (text, problems) = encoding::decode(&file.path, bytes)?;
    if text.len() > u32::MAX as usize {
        return Err(too_large(text.len() as u64));
    }
    Ok((Source { text }, problems))
}

/// Opens a regular file. Anything else is `InvalidInput`: it is not opened when its metadata tells, and opened without
/// waiting and then refused when it was exchanged in between.
pub(super) fn open_regular(path: &Path) -> io::Result<(File, Metadata)> {
    regular(fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    let file = options.open(path)?;
    let metadata = regular(file.metadata()?)?;
    Ok((file, metadata))
}

fn regular(metadata: Metadata) -> io::Result<Metadata> {
    if metadata.is_file() { Ok(metadata) } else { Err(io::ErrorKind::InvalidInput.into()) }
}
