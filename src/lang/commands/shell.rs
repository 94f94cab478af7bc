//! Shell text into simple commands and their words: quotations, continuations, comments, operators, here-documents and
//! substitutions. Follows POSIX's "shell command language" as far as words need; nothing is run, expanded by the file
//! system or lost behind a quotation that does not end. Refuses to know any program.

use rustc_hash::FxHashMap;

use super::interpolation::{Dialect, closing, interpolation, is_name};
use super::snippet::Snippet;

/// Here-documents without an end that are looked for in one text: each costs a search to its end.
const MAX_OPEN_DOCUMENTS: u32 = 32;
/// Bytes of a variable's value that are put in its place.
const MAX_VALUE: usize = 1000;

/// A word with the lines of its letters.
#[derive(Debug, Clone, Default)]
pub(super) struct ShellWord {
    pub(super) text: Snippet,
    pub(super) line: u32,
    pub(super) computed: bool,
    quoted: bool,
}

impl ShellWord {
    /// A word that no shell reads.
    pub(super) fn plain(text: Snippet, line: u32, computed: bool) -> Self {
        Self { text, line, computed, quoted: true }
    }
}

/// What stands between two operators.
#[derive(Debug, Default)]
pub(super) struct Command {
    pub(super) words: Vec<ShellWord>,
    /// Its here-documents.
    pub(super) documents: Vec<Snippet>,
}

/// The commands of a text, and the texts of its `$(…)` and backticks, which hold commands as well.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub(super) commands: Vec<Command>,
    pub(super) nested: Vec<Snippet>,
}

/// What the next word is for.
#[derive(PartialEq, Eq)]
enum Next {
    Word,
    Redirection,
    /// The end of a here-document; whether tabs before it do not count.
    Document(bool),
}

struct Splitter<'a> {
    source: &'a Snippet,
    dialect: Dialect,
    at: usize,
    line_end: Option<usize>,
    word: Option<ShellWord>,
    command: Command,
    next: Next,
    split: Split,
    /// For each here-document: its end, whether tabs do not count, and which command it belongs to.
    pending: Vec<(String, bool, usize)>,
    open_documents: u32,
    /// Whether a quotation or substitution of this kind was found to have no end: later ones end with their line.
    hopeless: [bool; 5],
    /// Variables that are assigned once, literally and unconditionally before the place; `None`: otherwise.
    variables: FxHashMap<String, Option<String>>,
    depth: u32,
}

/// Splits a text.
pub(super) fn split(source: &Snippet, dialect: Dialect) -> Split {
    let mut splitter = Splitter {
        source,
        dialect,
        at: 0,
        line_end: None,
        word: None,
        command: Command::default(),
        next: Next::Word,
        split: Split::default(),
        pending: Vec::new(),
        open_documents: 0,
        hopeless: [false; 5],
        variables: FxHashMap::default(),
        depth: 0,
    };
    while splitter.at < source.text.len() {
        splitter.step();
    }
    splitter.end_command();
    splitter.split
}

impl<'a> Splitter<'a> {
    fn rest(&self) -> &'a str {
        &self.source.text[self.at..]
    }

    /// Where the line ends; kept, because a long line asks often.
    fn line_end(&mut self) -> usize {
        if self.line_end.is_none_or(|end| end < self.at) {
            let end = memchr::memchr(b'\n', self.rest().as_bytes());
            self.line_end = Some(end.map_or(self.source.text.len(), |end| self.at + end));
        }
        self.line_end.unwrap_or(self.at)
    }

    fn word(&mut self) -> &mut ShellWord {
        let line = self.source.line(self.at.min(self.source.text.len().saturating_sub(1)));
        self.word.get_or_insert_with(|| ShellWord { line, ..ShellWord::default() })
    }

    /// Takes so many bytes into the word as they are.
    fn take(&mut self, length: usize, computed: bool) {
        let range = self.at..self.at + length;
        let (source, at) = (self.source, self.at);
        let word = self.word();
        word.computed |= computed || source.computed(at);
        word.text.push_range(source, range);
        self.at += length;
    }

    fn take_letter(&mut self) {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        self.take(length, false);
    }

    /// Takes what is not special, up to a place: one letter at least.
    fn take_plain(&mut self, special: &[u8], stop: usize) {
        let bytes = &self.source.text.as_bytes()[self.at..stop];
        let length = bytes.iter().take_while(|byte| !special.contains(byte)).count();
        // A default may begin within.
        if length > 0 && self.source.computed(self.at) == self.source.computed(self.at + length - 1) {
            self.take(length, false);
        } else {
            self.take_letter();
        }
    }

    fn step(&mut self) {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        if let Some(length) = interpolation(rest, self.dialect) {
            return self.take(length, true);
        }
        match bytes[0] {
            b'\n' => {
                self.at += 1;
                self.end_command();
                self.documents();
            }
            b' ' | b'\t' | b'\r' => {
                self.end_word();
                self.at += 1;
            }
            b'\\' => self.escape(),
            // The continuations of cmd and PowerShell.
            b'^' | b'`' if self.word.is_none() && is_line_break(&bytes[1..]) => self.skip_line_break(1),
            b'#' if self.word.is_none() => self.at = self.line_end(),
            b'\'' => self.single_quoted(),
            b'"' => self.double_quoted(),
            b'$' => self.dollar(false),
            b'`' => self.backticks(),
            b';' | b'&' | b'|' | b'(' | b')' => self.operator(),
            b'<' | b'>' => self.redirection(),
            _ => self.take_plain(b" \t\r\n\\'\"$`;&|()<>{%", self.source.text.len()),
        }
    }

    fn skip_line_break(&mut self, before: usize) {
        self.at =
            (self.at + before + usize::from(self.rest()[before..].starts_with('\r')) + 1).min(self.source.text.len());
    }

    fn escape(&mut self) {
        if is_line_break(&self.rest().as_bytes()[1..]) {
            return self.skip_line_break(1);
        }
        self.at += 1;
        if self.at < self.source.text.len() {
            self.word().quoted = true;
            self.take_letter();
        } else {
            self.word();
        }
    }

    fn operator(&mut self) {
        let redirects = self.rest().starts_with("&>");
        if redirects {
            self.at += 1;
            return self.redirection();
        }
        self.end_command();
        self.at += 1;
    }

    fn redirection(&mut self) {
        let digits = |word: &ShellWord| !word.quoted && word.text.text.bytes().all(|byte| byte.is_ascii_digit());
        if self.word.as_ref().is_some_and(digits) {
            self.word = None;
        }
        self.end_word();
        let rest = self.rest();
        if rest.starts_with("<(") || rest.starts_with(">(") {
            self.at += 1;
            return self.substitution(1, b')', 0, false);
        }
        let (length, next) = match rest {
            _ if rest.starts_with("<<<") => (3, Next::Redirection),
            _ if rest.starts_with("<<-") => (3, Next::Document(true)),
            _ if rest.starts_with("<<") => (2, Next::Document(false)),
            _ if [">>", ">&", ">|", "<&", "<>"].iter().any(|operator| rest.starts_with(operator)) => {
                (2, Next::Redirection)
            }
            _ => (1, Next::Redirection),
        };
        self.at += length;
        self.next = next;
    }

    fn single_quoted(&mut self) {
        self.word().quoted = true;
        self.at += 1;
        let rest = self.rest();
        let mut from = self.at;
        // An interpolation may hold quotation marks.
        let mut end = None;
        let limit = if self.hopeless[0] { self.line_end() } else { self.source.text.len() };
        while let Some(found) = memchr::memchr3(b'\'', b'$', b'{', &self.source.text.as_bytes()[from..limit]) {
            let place = from + found;
            if self.source.text.as_bytes()[place] == b'\'' {
                end = Some(place);
                break;
            }
            from = place + interpolation(&self.source.text[place..], self.dialect).unwrap_or(1);
            if from > limit {
                break;
            }
        }
        if end.is_none() && !rest.is_empty() {
            self.hopeless[0] = true;
        }
        let stop = end.unwrap_or_else(|| self.line_end());
        while self.at < stop {
            match interpolation(self.rest(), self.dialect) {
                Some(length) => self.take(length.min(stop - self.at), true),
                None => self.take_plain(b"'${%<", stop),
            }
        }
        self.at = self.at.max(stop) + usize::from(end.is_some());
    }

    fn double_quoted(&mut self) {
        self.word().quoted = true;
        self.at += 1;
        let line_end = self.line_end();
        let limit = if self.hopeless[1] { line_end } else { self.source.text.len() };
        let end = closing(&self.source.text[..limit], self.at, b'"').or_else(|| {
            self.hopeless[1] = true;
            memchr::memchr(b'"', &self.source.text.as_bytes()[self.at..line_end]).map(|at| self.at + at)
        });
        let stop = end.unwrap_or(line_end);
        while self.at < stop {
            let rest = &self.source.text[self.at..stop];
            if let Some(length) = interpolation(rest, self.dialect) {
                self.take(length, true);
                continue;
            }
            match rest.as_bytes()[0] {
                b'\\' if is_line_break(&rest.as_bytes()[1..]) => self.skip_line_break(1),
                b'\\' if matches!(rest.as_bytes().get(1), Some(b'"' | b'\\' | b'$' | b'`')) => {
                    self.at += 1;
                    self.take_letter();
                }
                b'$' => self.dollar(true),
                b'`' => self.backticks(),
                b'\\' | b'"' | b'{' | b'%' | b'<' => self.take_letter(),
                _ => self.take_plain(b"\"\\$`{%<", stop),
            }
        }
        self.at = self.at.max(stop) + usize::from(end.is_some());
    }

    /// A substitution that begins at the `$`.
    fn dollar(&mut self, quoted: bool) {
        let doubled = self.dialect == Dialect::Make && self.rest().starts_with("$$");
        let sign = if doubled { 2 } else { 1 };
        let rest = &self.rest()[sign..];
        match rest.as_bytes().first() {
            Some(b'(') => self.substitution(sign + 1, b')', 2, true),
            Some(b'{') => {
                let name = rest[1..].bytes().take_while(|byte| is_name(*byte)).count();
                if rest.as_bytes().get(name + 1) == Some(&b'}') && self.substitute(&rest[1..=name], quoted) {
                    self.at += sign + name + 2;
                } else {
                    self.substitution(sign + 1, b'}', 3, true);
                }
            }
            Some(b'\'' | b'"') if !quoted => self.at += sign,
            Some(byte) if is_name(*byte) => {
                let name = rest.bytes().take_while(|byte| is_name(*byte)).count();
                if self.substitute(&rest[..name], quoted) {
                    self.at += sign + name;
                } else {
                    self.take(sign + name, true);
                }
            }
            Some(b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-') => self.take(sign + 1, true),
            _ => self.take(sign, false),
        }
    }

    /// Puts the value of a simple variable in its place; a shell splits it at blanks where it is not quoted.
    fn substitute(&mut self, name: &str, quoted: bool) -> bool {
        let Some(Some(value)) = self.variables.get(name).cloned() else { return false };
        let line = self.source.line(self.at);
        if quoted {
            self.word().text.push(&value, line, false);
            return true;
        }
        if value.starts_with(' ') {
            self.end_word();
        }
        for (place, part) in value.split_ascii_whitespace().enumerate() {
            if place > 0 {
                self.end_word();
            }
            self.word().text.push(part, line, false);
        }
        if value.ends_with(' ') {
            self.end_word();
        }
        true
    }

    /// Takes `$(…)`, `${…}` or `<(…)`, whose opening is `opening` bytes long; what is in parentheses holds commands.
    fn substitution(&mut self, opening: usize, closer: u8, kind: usize, word: bool) {
        let from = self.at + opening;
        let hopeless = self.hopeless[kind.max(2)];
        let limit = if hopeless { self.line_end() } else { self.source.text.len() };
        let end = closing(&self.source.text[..limit.max(from)], from, closer);
        if end.is_none() {
            self.hopeless[kind.max(2)] = true;
        }
        let stop = end.unwrap_or_else(|| self.line_end().max(from));
        if closer == b')' {
            self.split.nested.push(self.source.range(from..stop));
        }
        let length = stop + usize::from(end.is_some()) - self.at;
        if word {
            self.take(length, true);
        } else {
            self.at += length;
        }
    }

    fn backticks(&mut self) {
        let from = self.at + 1;
        let text = if self.hopeless[4] { &[][..] } else { &self.source.text.as_bytes()[from..] };
        let end = memchr::memchr(b'`', text).map(|at| from + at);
        match end {
            Some(end) => {
                self.split.nested.push(self.source.range(from..end));
                self.take(end + 1 - self.at, true);
            }
            None => {
                self.hopeless[4] = true;
                self.take(1, true);
            }
        }
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        match std::mem::replace(&mut self.next, Next::Word) {
            Next::Word => self.command.words.push(word),
            Next::Redirection => {}
            Next::Document(tabs) => self.pending.push((word.text.text, tabs, self.split.commands.len())),
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.next = Next::Word;
        let command = std::mem::take(&mut self.command);
        self.note_variables(&command.words);
        let documented = self.pending.last().is_some_and(|(_, _, place)| *place == self.split.commands.len());
        if !command.words.is_empty() || documented {
            self.split.commands.push(command);
        }
    }

    /// Reads the here-documents that begin behind this line break.
    fn documents(&mut self) {
        for (end, tabs, command) in std::mem::take(&mut self.pending) {
            if self.open_documents >= MAX_OPEN_DOCUMENTS {
                continue;
            }
            let mut at = self.at;
            let body = self.rest().split_inclusive('\n').find_map(|line| {
                let start = at;
                at += line.len();
                let text = line.trim_end_matches(['\n', '\r']);
                let text = if tabs { text.trim_start_matches('\t') } else { text };
                // The text may be indented more than its end can tell.
                (text.trim_start() == end).then_some(start)
            });
            match body {
                Some(stop) => {
                    let document = self.source.range(self.at..stop);
                    if let Some(command) = self.split.commands.get_mut(command) {
                        command.documents.push(document);
                    }
                    self.at = at;
                }
                None => self.open_documents += 1,
            }
        }
    }

    /// Keeps what a command of nothing but assignments says, and how deep in `if`, loops and functions it stands.
    fn note_variables(&mut self, words: &[ShellWord]) {
        let mut words = words.iter().map(|word| (word, word.text.text.as_str()));
        let mut first = true;
        for (word, text) in words.by_ref() {
            match text {
                _ if word.quoted && first && assignment(text).is_none() => return,
                "if" | "while" | "until" | "case" | "{" | "function" if first => self.depth += 1,
                "for" | "select" | "read" if first => {
                    self.depth += u32::from(text != "read");
                    let names: Vec<_> = words.by_ref().map(|(_, name)| name.to_owned()).collect();
                    self.variables.extend(names.into_iter().map(|name| (name, None)));
                    return;
                }
                "fi" | "done" | "esac" | "}" if first => self.depth = self.depth.saturating_sub(1),
                "then" | "do" | "else" | "elif" | "!" | "time" | "export" | "readonly" | "local" | "declare"
                    if first => {}
                _ => {
                    first = false;
                    let Some((name, value)) = assignment(text) else { return };
                    let appended = name.ends_with('+');
                    let name = name.trim_end_matches('+').to_owned();
                    let literal = !word.computed && !appended && self.depth == 0 && value.len() <= MAX_VALUE;
                    let value = (literal && !self.variables.contains_key(&name)).then(|| value.to_owned());
                    self.variables.insert(name, value);
                }
            }
        }
    }
}

/// The name and value of `NAME=VALUE`; the name of `NAME+=VALUE` ends with the `+`.
pub(super) fn assignment(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let plain = name.strip_suffix('+').unwrap_or(name);
    let named = !plain.is_empty() && !plain.as_bytes()[0].is_ascii_digit() && plain.bytes().all(is_name);
    named.then_some((name, value))
}

fn is_line_break(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\n") || bytes.starts_with(b"\r\n") || bytes.is_empty()
}
