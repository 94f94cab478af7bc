//! Requirements files of pip: "Requirements File Format" of its documentation. Refuses to know where one stands.

use super::{Parsed, Said, line};

/// Reads a requirements file. Constraints (`-c`) install nothing.
pub(super) fn file(text: &str, said: &mut Said) -> Parsed {
    for (number, line) in logical_lines(text) {
        one(number, &line, said);
    }
    Ok(())
}

/// Reads a file that is a requirements file if all of its lines are those of one.
pub(super) fn perhaps(text: &str, said: &mut Said) -> Parsed {
    let lines: Vec<_> = logical_lines(text).collect();
    let plausible = |text: &str| text.starts_with("-") || matches!(line::read(text), line::Line::Distribution(_));
    if lines.iter().all(|(_, line)| plausible(line)) {
        for (number, line) in lines {
            one(number, &line, said);
        }
    }
    Ok(())
}

/// Reads one line of a requirements file, or of a list that follows its rules (tox's `deps`).
pub(super) fn one(number: u32, text: &str, said: &mut Said) {
    let text = text.trim();
    if !text.starts_with('-') {
        return said.require(number, text);
    }
    if let Some(file) = value(text, "-r", "--requirement") {
        said.beside.push((number, file.to_owned()));
    } else if let Some(editable) = value(text, "-e", "--editable") {
        said.require(number, editable);
    }
}

/// The value of an option: `-r x`, `-rx`, `--requirement x`, `--requirement=x`.
fn value<'t>(text: &'t str, short: &str, long: &str) -> Option<&'t str> {
    let behind = match text.strip_prefix(long) {
        Some(rest) if rest.starts_with(['=', ' ', '\t']) => &rest[1..],
        Some(_) => return None,
        None if text.starts_with("--") => return None,
        None => text.strip_prefix(short)?,
    };
    Some(behind.trim().trim_matches(['"', '\''])).filter(|value| !value.is_empty())
}

/// Lines with continuations joined and comments removed, each with the number of its first; blank ones left out.
fn logical_lines(text: &str) -> impl Iterator<Item = (u32, String)> {
    let mut lines = (1..).zip(text.lines());
    std::iter::from_fn(move || {
        loop {
            let (number, first) = lines.next()?;
            let mut logical = without_comment(first).to_owned();
            while logical.ends_with('\\') {
                logical.pop();
                let Some((_, next)) = lines.next() else { break };
                logical.push(' ');
                logical.push_str(without_comment(next).trim());
            }
            if !logical.trim().is_empty() {
                return Some((number, logical));
            }
        }
    })
}

/// pip's `COMMENT_RE`: a `#` at the beginning or behind a blank.
pub(super) fn without_comment(line: &str) -> &str {
    let comment =
        line.match_indices('#').find(|(at, _)| line[..*at].chars().next_back().is_none_or(char::is_whitespace));
    comment.map_or(line, |(at, _)| &line[..at]).trim_end()
}
