//! Headers of test files: what becomes of a file's bytes when it is to have one, another one or none. Owns where a header
//! stands and which comments are headers; refuses to know why a file has one, and reads and writes nothing.
//!
//! A header is a line of its own among the comments before the first statement. Only its own bytes are added, replaced or
//! removed, so that a file from which a header was removed is the file that it was before.

mod leading;
mod rust;

use std::ops::Range;

use crate::model::{HeaderTemplate, Language, ProblemKind, cookie::cookie};
use leading::{Kind, Leading, Line};

/// What happens to a file's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// There was none.
    Added,
    /// It said something else, or there was more than one.
    Updated,
    /// There is none any more.
    Removed,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotated {
    /// What happens to its header.
    pub change: Change,
    /// All of its bytes.
    pub after: Vec<u8>,
}

/// What these bytes of a source become when `header`, one line without its line break, is to stand in it, or none.
/// Other comments that the template recognizes are removed. `None`: it is so already, or there is no code to mark.
///
/// # Errors
/// Why the file has to be left as it is: moving its lines would change the encoding that it declares.
pub fn annotate(
    language: Language,
    before: &[u8],
    header: Option<&str>,
    template: &HeaderTemplate,
) -> Result<Option<Annotated>, String> {
    let leading = match language {
        Language::Python => Leading::of_python(before),
        Language::Rust | Language::Cpp => Leading::of_rust(before),
    };
    let is_header = |line: &&Line| line.kind == Kind::Comment && template.recognizes(language, leading.content(line));
    let headers: Vec<&Line> = leading.lines.iter().filter(is_header).collect();
    let mut edits: Vec<(Range<usize>, Vec<u8>)> = Vec::new();
    let mut own = headers.as_slice();
    let change = match (header, headers.split_first()) {
        (None, _) => Change::Removed,
        (Some(_), None) if !leading.code => return Ok(None),
        (Some(header), None) => {
            let place = leading.place();
            edits.push((place..place, [header.as_bytes(), leading.line_break_at(place)].concat()));
            Change::Added
        }
        (Some(header), Some((first, others))) => {
            if leading.content(first).trim_ascii_end() != header.as_bytes() {
                edits.push((first.content.clone(), header.as_bytes().to_vec()));
            }
            own = others;
            Change::Updated
        }
    };
    edits.extend(own.iter().map(|line| (line.whole.clone(), Vec::new())));
    if edits.is_empty() {
        return Ok(None);
    }
    let mut after = Vec::with_capacity(before.len() + header.map_or(0, str::len) + 2);
    let mut from = 0;
    for (range, text) in edits {
        after.extend_from_slice(&before[from..range.start]);
        after.extend(text);
        from = range.end;
    }
    after.extend_from_slice(&before[from..]);
    if language != Language::Python {
        return Ok(Some(Annotated { change, after }));
    }
    let declared = |bytes: &[u8]| cookie(leading::without_mark(bytes)).map(|(_, name)| name.to_owned());
    // A byte order mark elsewhere is none.
    let first = |bytes: &[u8]| bytes.first().copied().filter(|byte| !byte.is_ascii());
    if declared(before) != declared(&after) || first(before) != first(&after) {
        return Err("its lines cannot be moved: it would begin with another encoding".to_owned());
    }
    Ok(Some(Annotated { change, after }))
}

/// Whether a file with such a problem is left as it is: what it deserves is not known.
pub fn prevents(problem: ProblemKind) -> bool {
    match problem {
        ProblemKind::Unreadable
        | ProblemKind::NotAFile
        | ProblemKind::Link
        | ProblemKind::TooLarge
        | ProblemKind::Encoding
        | ProblemKind::NulByte
        | ProblemKind::Syntax
        | ProblemKind::TooDeep
        | ProblemKind::MatchLimit
        | ProblemKind::Internal => true,
        ProblemKind::Config
        | ProblemKind::MadeAtImport
        | ProblemKind::HiddenTests
        | ProblemKind::CollectionHook
        | ProblemKind::UnknownBase => false,
    }
}
