//! YAML into keys and values that know their lines. The events are the parser's, so comments, anchors and aliases are
//! what YAML says; the lines of a scalar of several lines are read from the file, because the parser joins them.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::runner::Finder;
use super::snippet::Snippet;
use super::values;
use crate::model::{Problem, ProblemKind};

/// Levels beyond which nothing is read.
const MAX_DEPTH: usize = 100;
/// How often reading goes on behind what is no YAML.
const MAX_ATTEMPTS: usize = 20;

/// A mapping or a sequence that is open.
enum Level {
    /// The key whose value comes next.
    Mapping(Option<String>),
    /// The plain items so far, and whether there were others.
    Sequence(Vec<Snippet>),
}

/// Adds the commands of a YAML file. Where it is no YAML (a template, a tab), reading goes on with the next line: the
/// keys above are then forgotten.
pub(super) fn extract(finder: &mut Finder<'_>, text: &str) {
    let text = closers_indented(text);
    let starts: Vec<usize> =
        std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
    let lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let mut first = 0;
    for attempt in 0..MAX_ATTEMPTS {
        let Some(rest) = starts.get(first).and_then(|start| text.get(*start..)) else { return };
        let Err((line, kind, message)) = document(finder, rest, &lines[first..], first) else { return };
        let line = line.max(1).min(lines.len().saturating_sub(first));
        if attempt == 0 {
            finder.facts.problems.push(Problem::at(finder.path, line_number(first + line), kind, message));
        }
        // A line that cannot be the first of a document either is left out.
        first += if line > 1 { line - 1 } else { 1 };
    }
}

/// A copy in which no closing bracket stands as far left as the key of its collection: YAML forbids that, and other
/// parsers allow it.
fn closers_indented(text: &str) -> String {
    let mut copy = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim_start_matches(' ').starts_with([']', '}']) {
            copy.push_str("                                ");
        }
        copy.push_str(line);
    }
    copy
}

/// Adds the commands of a text that begins behind so many lines of the file. An error is the line of this text at which
/// reading ended.
fn document(
    finder: &mut Finder<'_>,
    text: &str,
    lines: &[&str],
    before: usize,
) -> Result<(), (usize, ProblemKind, String)> {
    let mut levels: Vec<Level> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let message = format!("not wholly read, because it is no YAML: {}", error.info());
            (error.marker().line(), ProblemKind::Syntax, message)
        })?;
        match event {
            Event::Scalar(text, style, ..) => {
                if let Some(Level::Mapping(key @ None)) = levels.last_mut() {
                    *key = Some(text.into_owned());
                } else {
                    scalar(finder, &mut levels, Lines { lines, before }.snippet(&text, style, span));
                }
            }
            Event::Alias(_) => value_done(&mut levels),
            Event::MappingStart(..) => levels.push(Level::Mapping(None)),
            Event::SequenceStart(..) => levels.push(Level::Sequence(Vec::new())),
            Event::MappingEnd => {
                levels.pop();
                value_done(&mut levels);
            }
            Event::SequenceEnd => {
                if let Some(Level::Sequence(items)) = levels.pop() {
                    let (holder, key) = keys(&levels);
                    values::list(finder, holder, key, &items);
                }
                value_done(&mut levels);
            }
            _ => {}
        }
        if levels.len() > MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels, not wholly read");
            return Err((span.start.line(), ProblemKind::TooDeep, message));
        }
    }
    Ok(())
}

fn scalar(finder: &mut Finder<'_>, levels: &mut [Level], snippet: Snippet) {
    if let Some(Level::Sequence(items)) = levels.last_mut() {
        items.push(snippet);
        return;
    }
    let (holder, key) = keys(levels);
    values::value(finder, holder, key, &snippet);
    value_done(levels);
}

fn value_done(levels: &mut [Level]) {
    if let Some(Level::Mapping(key)) = levels.last_mut() {
        // An alias or a mapping can be a key as well; it names nothing.
        *key = if key.is_none() { Some(String::new()) } else { None };
    }
}

/// The two innermost keys.
fn keys(levels: &[Level]) -> (&str, &str) {
    let mut keys = levels.iter().rev().filter_map(|level| match level {
        Level::Mapping(key) => key.as_deref(),
        Level::Sequence(_) => None,
    });
    let key = keys.next().unwrap_or("");
    (keys.next().unwrap_or(""), key)
}

/// The lines of a text, and how many lines of the file stand before it.
#[derive(Clone, Copy)]
struct Lines<'a> {
    lines: &'a [&'a str],
    before: usize,
}

impl Lines<'_> {
    /// The text of a scalar with its lines.
    fn snippet(self, text: &str, style: ScalarStyle, span: Span) -> Snippet {
        let (first, last) = (span.start.line(), span.end.line());
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.block(text, style == ScalarStyle::Folded, first),
            _ if first == last => Snippet::new(text, self.number(first)),
            _ => self.flow(style, span),
        }
    }

    fn number(self, line: usize) -> u32 {
        line_number(self.before + line)
    }

    /// A block scalar: the lines behind its header that are indented as its first one is. The place may be that of the
    /// header or that of the text behind it.
    fn block(self, text: &str, folded: bool, start: usize) -> Snippet {
        let blank = |line: &&&str| line.trim().is_empty();
        let header = self.lines.get(start.saturating_sub(1)).is_some_and(|line| is_header(line));
        let from = if header { start } else { start.saturating_sub(1) };
        let first = from + self.lines.iter().skip(from).take_while(blank).count();
        let Some(first_line) = self.lines.get(first).filter(|_| !text.trim().is_empty()) else {
            return Snippet::new(text, self.number(start));
        };
        let indentation = first_line.len() - first_line.trim_start_matches(' ').len();
        let mut snippet = Snippet::default();
        // Of a folded scalar, a line break between two plain lines is a blank.
        let mut kept_before = true;
        for (line, number) in self.lines[first..].iter().zip(first + 1..) {
            let own = line.len() - line.trim_start_matches(' ').len();
            if own < indentation && !line.trim().is_empty() {
                break;
            }
            let content = line.get(indentation..).unwrap_or("");
            let kept = !folded || content.trim().is_empty() || content.starts_with([' ', '\t']);
            if number > first + 1 {
                snippet.push(if kept || kept_before { "\n" } else { " " }, self.number(number - 1), false);
            }
            snippet.push(content, self.number(number), false);
            kept_before = kept;
        }
        snippet
    }

    /// A plain or quoted scalar of several lines: each line break is a blank, each empty line a line break.
    fn flow(self, style: ScalarStyle, span: Span) -> Snippet {
        let mut snippet = Snippet::default();
        let byte = |line: &str, column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        let (start, end) = (span.start, span.end);
        for number in start.line()..=end.line() {
            let Some(line) = self.lines.get(number.saturating_sub(1)) else { break };
            let to = if number == end.line() { byte(line, end.col()) } else { line.len() };
            let from = if number == start.line() { byte(line, start.col()).min(to) } else { 0 };
            let mut part = line[from..to].trim().to_owned();
            if style == ScalarStyle::Plain && part.starts_with('#') && number > start.line() {
                continue;
            }
            let mut escaped = false;
            match style {
                ScalarStyle::SingleQuoted => part = part.replace("''", "\u{0}").replace('\'', "").replace('\u{0}', "'"),
                ScalarStyle::DoubleQuoted => {
                    escaped = part.ends_with('\\');
                    let quoted = part.strip_suffix('\\').unwrap_or(&part);
                    let quoted =
                        if number == start.line() { quoted.strip_prefix('"').unwrap_or(quoted) } else { quoted };
                    let last = number == end.line();
                    let quoted = if last { quoted.strip_suffix('"').unwrap_or(quoted) } else { quoted };
                    part = unescaped(quoted);
                }
                _ => {}
            }
            snippet.push(if part.is_empty() { "\n" } else { &part }, self.number(number), false);
            if !escaped && number < end.line() {
                snippet.push(" ", self.number(number), false);
            }
        }
        snippet
    }
}

/// Whether a line ends with the `|` or `>` of a block scalar.
fn is_header(line: &str) -> bool {
    let line = line.find(" #").map_or(line, |comment| &line[..comment]).trim_end();
    line.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '-' || letter == '+')
        .ends_with(['|', '>'])
}

/// The escapes of a double-quoted scalar that commands hold.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => plain.push(';'),
                Some('t') => plain.push('\t'),
                Some(other) => plain.push(other),
                None => {}
            },
            other => plain.push(other),
        }
    }
    plain
}

fn line_number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX).max(1)
}
