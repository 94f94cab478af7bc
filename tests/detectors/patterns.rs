//! The names that the built-in detectors look for, read from their files, and when a found name is one of them.

use std::{fs, path::Path};

use testaudit::model::SignalKind;

/// A name in a `#resolves?` on a reported capture.
pub(crate) struct Wanted {
    pub(crate) file: String,
    pub(crate) kind: SignalKind,
    pub(crate) name: String,
}

/// All of them.
pub(crate) fn wanted() -> Vec<Wanted> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/python");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut wanted = Vec::new();
    for path in files {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let code: Vec<_> = text.lines().filter(|line| !line.starts_with(';')).collect();
        for condition in code.join("\n").split("(#resolves? @").skip(1) {
            let (capture, rest) = condition.split_once(char::is_whitespace).unwrap();
            let Some((_, kind)) = SignalKind::CAPTURES.iter().find(|(name, _)| *name == capture) else { continue };
            for name in quoted(rest) {
                wanted.push(Wanted { file: file.clone(), kind: *kind, name: name.to_owned() });
            }
        }
    }
    assert!(wanted.len() > 100, "the files are read as they are written");
    wanted
}

/// The quoted words up to the closing parenthesis outside of quotes.
fn quoted(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (index, part) in text.split('"').enumerate() {
        match index % 2 {
            1 => words.push(part),
            _ if part.contains(')') => break,
            _ => {}
        }
    }
    words
}

/// Whether a pattern with `*` (within a segment) and `**` (over segments) matches a name: written anew and simply, as a
/// second opinion.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("**") {
        return name.char_indices().map(|(at, _)| at).chain([name.len()]).any(|at| matches(rest, &name[at..]));
    }
    if let Some(rest) = pattern.strip_prefix('*') {
        let segment = name.find(['.', '(']).unwrap_or(name.len());
        return (0..=segment).filter(|at| name.is_char_boundary(*at)).any(|at| matches(rest, &name[at..]));
    }
    match (pattern.chars().next(), name.chars().next()) {
        (None, None) => true,
        (Some(one), Some(other)) if one == other => matches(&pattern[one.len_utf8()..], &name[other.len_utf8()..]),
        _ => false,
    }
}
