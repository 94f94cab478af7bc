//! Edits of INI files, line by line: nothing else changes. Owns what a line is to pytest's parser (`_parseline` of
//! `iniconfig/_parse.py`); refuses to know which section is meant for whom.

use std::collections::BTreeSet;

use super::text::{Edit, Text};

/// How far a new line of a value is set in where no other line tells.
const INDENT: &str = "    ";

/// One line that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line<'t> {
    /// Where it begins.
    start: usize,
    said: Said<'t>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said<'t> {
    /// `[name]`.
    Section(&'t str),
    /// `name = value`.
    Entry(&'t str, &'t str),
    /// A further line of a value.
    Continuation(&'t str),
}

/// Appends lines to `markers` of a section.
///
/// # Errors
/// Why they cannot be.
pub(super) fn register(text: &Text<'_>, section: &str, names: &BTreeSet<&str>) -> Result<Vec<u8>, String> {
    let lines = lines(text.body)?;
    let own = section_of(&lines, section).ok_or_else(|| format!("it has no section `[{section}]`"))?;
    let place = own.iter().position(|line| matches!(line.said, Said::Entry("markers", _)));
    let continues = |line: &&Line<'_>| matches!(line.said, Said::Continuation(_));
    let indent_of = |line: &Line<'_>| text.indent(line.start).to_owned();
    let edit = match place {
        Some(place) => {
            let value: Vec<_> = own[place + 1..].iter().take_while(continues).collect();
            let indent = value.last().map_or_else(|| INDENT.to_owned(), |line| indent_of(line));
            let last = value.last().map_or(own[place].start, |line| line.start);
            text.lines_behind(last, &names.iter().map(|name| format!("{indent}{name}")).collect::<Vec<_>>())
        }
        None => {
            let indent = own.iter().find(continues).map_or_else(|| INDENT.to_owned(), indent_of);
            let mut added = vec!["markers =".to_owned()];
            added.extend(names.iter().map(|name| format!("{indent}{name}")));
            text.lines_behind(own.last().map_or(0, |line| line.start), &added)
        }
    };
    checked(text, edit, |before, after| {
        let own = |values: &Values| values.get(section).and_then(|own| own.get("markers")).cloned().unwrap_or_default();
        let mut expected = own(before);
        expected.extend(names.iter().map(|name| (*name).to_owned()));
        let is_registered = own(after) == expected;
        before.entry(section.to_owned()).or_default().insert("markers".to_owned(), expected);
        is_registered
    })
}

/// Renames the section whose header stands on a 1-based line.
///
/// # Errors
/// Why it cannot be.
pub(super) fn rename(text: &Text<'_>, line: u32, from: &str, to: &str) -> Result<Vec<u8>, String> {
    let lines = lines(text.body)?;
    if section_of(&lines, to).is_some() {
        return Err(format!("`[{to}]` already stands in this file; move the options there"));
    }
    let skipped = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    let start = text.body.split_inclusive('\n').take(skipped).map(str::len).sum::<usize>();
    if !lines.contains(&Line { start, said: Said::Section(from) }) {
        return Err(format!("`[{from}]` does not stand on line {line}"));
    }
    let edit = Edit { range: start + 1..start + 1 + from.len(), text: to.to_owned() };
    checked(text, edit, |before, _| {
        let own = before.remove(from).unwrap_or_default();
        before.insert(to.to_owned(), own);
        true
    })
}

/// The lines of a section with its header.
fn section_of<'l, 't>(lines: &'l [Line<'t>], section: &str) -> Option<&'l [Line<'t>]> {
    let start = lines.iter().position(|line| line.said == Said::Section(section))?;
    let rest = &lines[start + 1..];
    let length = rest.iter().position(|line| matches!(line.said, Said::Section(_))).unwrap_or(rest.len());
    Some(&lines[start..=start + length])
}

/// Sections with their names and the lines of the values.
type Values = std::collections::BTreeMap<String, std::collections::BTreeMap<String, Vec<String>>>;

/// The text with an edit, if it then says what `expect` makes of what it said before.
fn checked(text: &Text<'_>, edit: Edit, expect: impl FnOnce(&mut Values, &Values) -> bool) -> Result<Vec<u8>, String> {
    let edited = text.edited(vec![edit]);
    let after = values(&lines(Text::new(&edited)?.body)?)?;
    let mut before = values(&lines(text.body)?)?;
    if expect(&mut before, &after) && before == after {
        Ok(edited)
    } else {
        Err("it is written in a way that cannot be edited safely".to_owned())
    }
}

fn values(lines: &[Line<'_>]) -> Result<Values, String> {
    let mut values = Values::new();
    let (mut section, mut name) = (None, None);
    for line in lines {
        match line.said {
            Said::Section(own) => {
                if values.insert(own.to_owned(), Default::default()).is_some() {
                    return Err(format!("it has two sections `[{own}]`"));
                }
                (section, name) = (Some(own), None);
            }
            Said::Entry(own, value) => {
                let entries = section.and_then(|section| values.get_mut(section));
                let entries = entries.ok_or("it is not valid INI: no section header defined")?;
                let filled = if value.is_empty() { Vec::new() } else { vec![value.to_owned()] };
                if entries.insert(own.to_owned(), filled).is_some() {
                    return Err(format!("it has `{own}` twice in a section"));
                }
                name = Some(own);
            }
            Said::Continuation(value) => {
                let entries = section.and_then(|section| values.get_mut(section));
                let own = entries.zip(name).and_then(|(entries, name)| entries.get_mut(name));
                own.ok_or("it is not valid INI: unexpected value continuation")?.push(value.to_owned());
            }
        }
    }
    Ok(values)
}

/// The lines that say something, in order.
fn lines(body: &str) -> Result<Vec<Line<'_>>, String> {
    let strange = |letter| matches!(letter, '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if body.contains(strange) || body.replace("\r\n", "\n").contains('\r') {
        return Err("it has line breaks that most editors do not show".to_owned());
    }
    let mut found = Vec::new();
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        let trimmed = line.trim_end();
        let bare = trimmed.trim_start();
        if !bare.is_empty() && !bare.starts_with(COMMENT) {
            found.push(Line { start, said: said(trimmed, bare)? });
        }
        start += line.len();
    }
    Ok(found)
}

fn said<'t>(line: &'t str, bare: &'t str) -> Result<Said<'t>, String> {
    if line.starts_with('[') {
        let header = COMMENT.iter().fold(line, |rest, comment| rest.split(*comment).next().unwrap_or(rest).trim_end());
        let name = header.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        return Ok(name.map_or(Said::Continuation(bare), Said::Section));
    }
    if line.len() > bare.len() {
        return Ok(Said::Continuation(bare));
    }
    let equals = line.split_once('=').filter(|(name, _)| !name.contains(':'));
    let (name, value) = equals
        .or_else(|| line.split_once(':'))
        .ok_or_else(|| format!("it is not valid INI: unexpected line `{line}`"))?;
    Ok(Said::Entry(name.trim(), value.trim()))
}

const COMMENT: [char; 2] = ['#', ';'];
