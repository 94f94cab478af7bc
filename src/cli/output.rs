//! Where results go: standard output, or the file of `-o`.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::error::Error;

/// Hands `write` the file, or standard output without one. Whoever closes a pipe has seen enough: that is no error.
pub(super) fn to(output: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let result = match output {
        Some(path) => File::create(path).and_then(|file| {
            let mut out = BufWriter::new(file);
            write(&mut out)?;
            out.flush()
        }),
        None => write(&mut io::stdout().lock()),
    };
    match result {
        Err(error) if output.is_none() && error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(source) => Err(Error::Output { path: output.map(Path::to_owned), source }),
        Ok(()) => Ok(()),
    }
}
