//! `testaudit diff`: two audits in, what changed, and whether something changed that must not.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
    process::ExitCode,
};

use super::{
    FINDINGS,
    args::{Common, DiffArgs},
    output,
};
use crate::{
    error::Error,
    render::{self, DiffFormat, escape::visible},
    views::{self, Diff, Snapshot},
};

/// Larger audits are not read. That of PyTorch has some 10 MB.
const MAX_BYTES: u64 = 256 << 20;

/// So many characters of what is wrong with an audit are printed: it may quote the audit.
const MAX_REASON: usize = 500;

/// Runs the command.
pub(super) fn run(args: &DiffArgs, common: &Common) -> Result<ExitCode, Error> {
    let diff = views::diff(&read(&args.old, MAX_BYTES)?, &read(&args.new, MAX_BYTES)?);
    let ending = args.output.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
    let by_ending = ending.and_then(DiffFormat::from_name).unwrap_or(DiffFormat::Markdown);
    let format = args.format.map_or(by_ending, |format| format.0);
    output::to(args.output.as_deref(), |out| render::render_diff(&diff, format, out))?;
    verdict(&diff, args, common)
}

/// An audit from its file; a pipe is as good.
fn read(path: &Path, limit: u64) -> Result<Snapshot, Error> {
    let refused = |reason: String| {
        let reason: String = visible(&reason).chars().take(MAX_REASON).collect();
        Error::Input { path: path.to_owned(), reason }
    };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    read.map_err(|error| refused(format!("cannot be read: {error}")))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
        return Err(refused(format!("has more than {} MiB: is it an audit?", limit >> 20)));
    }
    Snapshot::from_json(&bytes, render::SCHEMA).map_err(refused)
}

/// The exit code that `--fail-on` asks for.
fn verdict(diff: &Diff, args: &DiffArgs, common: &Common) -> Result<ExitCode, Error> {
    let mut held = Vec::new();
    for kind in args.fail_on.iter().map(|condition| condition.0) {
        match diff.counts.get(kind.name) {
            Some(0) => {}
            Some(_) if held.contains(&kind.name) => {}
            Some(_) => held.push(kind.name),
            // To pass would say that nothing of it changed.
            None => {
                let name = kind.name;
                return Err(Error::Usage(format!(
                    "`--fail-on {name}` cannot be decided: one of the audits does not tell; make both with the same \
                     testaudit and the same sections"
                )));
            }
        }
    }
    if held.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if !common.quiet {
        // The exit code says it too; failing to print this is no reason for another.
        let _ = writeln!(io::stderr(), "failed on {}", held.join(", "));
    }
    Ok(ExitCode::from(FINDINGS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audit_that_is_too_large_is_not_read_to_its_end() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&[b' '; 100]).unwrap();
        let reason = |limit| read(file.path(), limit).unwrap_err().to_string();
        assert!(reason(99).contains("has more than 0 MiB"), "{}", reason(99));
        assert!(reason(100).contains("is empty"), "{}", reason(100));
    }
}
