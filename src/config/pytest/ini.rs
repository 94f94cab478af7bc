//! INI files as pytest's own parser, `iniconfig`, reads them. Owns lines, sections and continuations; refuses to know
//! what any section means.

use std::collections::{HashMap, HashSet};

/// What a file says, as far as it could be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::config) struct Ini {
    /// In the order of the file, each name once.
    pub(in crate::config) sections: Vec<Section>,
    /// What `iniconfig` refuses the file for: its line and why. What stands elsewhere was read nevertheless.
    pub(in crate::config) error: Option<(u32, String)>,
}

/// `[name]` and what follows.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::config) struct Section {
    /// Without the brackets; spaces count.
    pub(in crate::config) name: String,
    /// 1-based.
    pub(in crate::config) line: u32,
    /// In the order of the file, each name once.
    pub(in crate::config) entries: Vec<Entry>,
}

/// `name = value`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::config) struct Entry {
    /// Without spaces around it; may be empty.
    pub(in crate::config) name: String,
    /// 1-based.
    pub(in crate::config) line: u32,
    /// The lines of the value that are not blank.
    pub(in crate::config) lines: Vec<Line>,
}

/// A line of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::config) struct Line {
    /// Without spaces around it.
    pub(in crate::config) text: String,
    /// 1-based.
    pub(in crate::config) line: u32,
}

impl Ini {
    /// The section of this name.
    pub(in crate::config) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }
}

/// What one line says.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    Section(String),
    Entry(String, String),
    Continuation(String),
    Refused(String),
}

/// What a continuation continues.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing, which is an error.
    Nothing,
    /// The last entry of the section.
    Entry,
    /// An entry that was left out: the continuation is too, and is not wrong by itself.
    LeftOut,
}

/// `parse_ini_data` of `iniconfig/_parse.py`, which goes on where that one stops: what is wrong is left out.
///
/// As there, what is wrong with a line by itself is told before what is wrong with sections and names.
pub(in crate::config) fn parse(text: &str) -> Ini {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sections: Vec<Section> = Vec::new();
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut taken: HashSet<(usize, String)> = HashSet::new();
    let (mut of_lines, mut of_names) = (None, None);
    let mut headed = false;
    let mut current: Option<usize> = None;
    let mut last = Last::Nothing;
    for (line, text) in (1..).zip(lines(text)) {
        match said(text) {
            Said::Nothing => {}
            Said::Refused(message) => {
                of_lines.get_or_insert((line, message));
                last = Last::LeftOut;
            }
            Said::Section(name) => {
                (headed, last) = (true, Last::Nothing);
                current = names.get(&name).copied();
                if name.is_empty() {
                    of_lines.get_or_insert((line, "empty section name".to_owned()));
                } else if current.is_some() {
                    of_names.get_or_insert((line, format!("duplicate section `{name}`")));
                } else {
                    current = Some(sections.len());
                    names.insert(name.clone(), sections.len());
                    sections.push(Section { name, line, entries: Vec::new() });
                }
            }
            Said::Entry(name, value) => {
                last = Last::LeftOut;
                if !headed {
                    of_names.get_or_insert((line, "no section header defined".to_owned()));
                }
                let Some((at, section)) = current.and_then(|at| Some((at, sections.get_mut(at)?))) else { continue };
                if !taken.insert((at, name.clone())) {
                    of_names.get_or_insert((line, format!("duplicate name `{name}`")));
                    continue;
                }
                last = Last::Entry;
                let lines = if value.is_empty() { Vec::new() } else { vec![Line { text: value, line }] };
                section.entries.push(Entry { name, line, lines });
            }
            Said::Continuation(text) => {
                let section = current.and_then(|at| sections.get_mut(at));
                let entry = section.and_then(|section| section.entries.last_mut());
                match (last, entry) {
                    (Last::Nothing, _) => {
                        of_lines.get_or_insert((line, "unexpected value continuation".to_owned()));
                    }
                    (Last::Entry, Some(entry)) => entry.lines.push(Line { text, line }),
                    (Last::Entry | Last::LeftOut, _) => {}
                }
            }
        }
    }
    Ini { sections, error: of_lines.or(of_names) }
}

/// `_parseline` of `iniconfig/_parse.py` without `strip_inline_comments`: pytest keeps what follows a `#` in a value.
fn said(line: &str) -> Said {
    let line = line.trim_end_matches(is_space);
    let bare = line.trim_start_matches(is_space);
    if bare.is_empty() || bare.starts_with(COMMENT) {
        return Said::Nothing;
    }
    if line.starts_with('[') {
        let header = COMMENT
            .iter()
            .fold(line, |rest, comment| rest.split(*comment).next().unwrap_or(rest).trim_end_matches(is_space));
        return match header.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(name) => Said::Section(name.to_owned()),
            None => Said::Continuation(bare.to_owned()),
        };
    }
    if line.starts_with(is_space) {
        return Said::Continuation(bare.to_owned());
    }
    let equals = line.split_once('=').filter(|(name, _)| !name.contains(':'));
    match equals.or_else(|| line.split_once(':')) {
        Some((name, value)) => Said::Entry(name.trim_matches(is_space).into(), value.trim_matches(is_space).into()),
        None => Said::Refused(format!("unexpected line `{line}`")),
    }
}

const COMMENT: [char; 2] = ['#', ';'];

/// `str.isspace`: Unicode's white space and four control characters.
pub(super) fn is_space(letter: char) -> bool {
    letter.is_whitespace() || ('\x1c'..='\x1f').contains(&letter)
}

/// `str.splitlines`, after `open` has made one line break of `\r\n` and `\r`.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let breaks = |letter: char| {
        matches!(letter, '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(breaks).unwrap_or(rest.len());
        let (line, behind) = rest.split_at(end);
        let skip = if behind.starts_with("\r\n") { 2 } else { behind.chars().next().map_or(0, char::len_utf8) };
        rest = &behind[skip..];
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sections, names and values as `{section: {name: value}}` of `iniconfig`, with the line of each name.
    fn read(text: &str) -> Vec<(String, u32, String)> {
        let ini = parse(text);
        let values = ini.sections.iter().flat_map(|section| {
            section.entries.iter().map(|entry| {
                let lines: Vec<_> = entry.lines.iter().map(|line| &*line.text).collect();
                (format!("{}.{}", section.name, entry.name), entry.line, lines.join("\n"))
            })
        });
        values.collect()
    }

    /// Each is what `iniconfig.IniConfig` says of the same text.
    #[test]
    fn values_are_read_as_iniconfig_reads_them() {
        type Expected<'t> = &'t [(&'t str, u32, &'t str)];
        let cases: [(&str, Expected<'_>); 16] = [
            ("[a]\nx=1", &[("a.x", 2, "1")]),
            ("[a]\nx = 1 # kept ; too", &[("a.x", 2, "1 # kept ; too")]),
            ("[a]\nx: 1=2", &[("a.x", 2, "1=2")]),
            ("[a]\nx=1:2", &[("a.x", 2, "1:2")]),
            ("[a] # comment\nx=", &[("a.x", 2, "")]),
            ("[a ]\nx=1", &[("a .x", 2, "1")]),
            ("[a]\nx=\n  1\n  # no\n\n\t2 # yes\n", &[("a.x", 2, "1\n2 # yes")]),
            ("[a]\nx=1\n  y=2\nz=3", &[("a.x", 2, "1\ny=2"), ("a.z", 4, "3")]),
            ("[a]\nx=1\n[not a section\ny=2", &[("a.x", 2, "1\n[not a section"), ("a.y", 4, "2")]),
            ("[a]\nx=1\n  [b]\ny=2", &[("a.x", 2, "1\n[b]"), ("a.y", 4, "2")]),
            ("\u{feff}[a]\r\nx=1\r\n  2\ry=3", &[("a.x", 2, "1\n2"), ("a.y", 4, "3")]),
            ("# c\n; c\n  # c\n[a]\nx=1", &[("a.x", 5, "1")]),
            ("[a]\n=1", &[("a.", 2, "1")]),
            ("[a]\nx=1\x0cy=2", &[("a.x", 2, "1"), ("a.y", 3, "2")]),
            ("[a]\u{a0}\n x", &[]),
            ("[a]\nX=1\nx=2", &[("a.X", 2, "1"), ("a.x", 3, "2")]),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> =
                expected.iter().map(|(name, line, value)| ((*name).to_owned(), *line, (*value).to_owned())).collect();
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    /// The lines and words are those of `iniconfig.ParseError`; what could be read is read.
    #[test]
    fn what_iniconfig_refuses_is_told_with_its_line_and_the_rest_is_read() {
        let cases: [(&str, u32, &str, &[&str]); 9] = [
            ("x=1\n[a]\ny=2", 1, "no section header defined", &["a.y"]),
            ("[a]\nx=1\nx=2\n  3\ny=4", 3, "duplicate name `x`", &["a.x", "a.y"]),
            ("[a]\nx=1\n[b]\n[a]\ny=2", 4, "duplicate section `a`", &["a.x", "a.y"]),
            ("[a]\nx\n  1\ny=2", 2, "unexpected line `x`", &["a.y"]),
            ("[a]\n  x\ny=2", 2, "unexpected value continuation", &["a.y"]),
            ("  x\n[a]\ny=2", 1, "unexpected value continuation", &["a.y"]),
            ("[]\nx=1\n[a]\ny=2", 1, "empty section name", &["a.y"]),
            ("[a]\nx=1\nx=2\nbroken", 4, "unexpected line `broken`", &["a.x"]),
            ("[", 1, "unexpected value continuation", &[]),
        ];
        for (text, line, message, names) in cases {
            assert_eq!(parse(text).error, Some((line, message.to_owned())), "{text:?}");
            assert_eq!(read(text).into_iter().map(|(name, ..)| name).collect::<Vec<_>>(), names, "{text:?}");
        }
    }
}
