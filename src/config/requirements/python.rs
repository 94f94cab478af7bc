//! Requirements in `setup.py` and `noxfile.py`, as far as literals tell: the tokens of lists, and of names bound to such
//! lists in the same file. Refuses to know any other syntax; an expression that is more than that is computed.

use super::{Parsed, Said, command};

/// How far names are followed.
const MAX_NAMES: usize = 8;

/// The most tokens looked at for one file: names may repeat long lists.
const MAX_STEPS: usize = 2_000_000;

const REQUIRES: [&str; 4] = ["install_requires", "tests_require", "extras_require", "setup_requires"];

/// Reads the arguments of `setup()`, or the keys of a table that becomes them.
pub(super) fn setup(text: &str, said: &mut Said) -> Parsed {
    let mut reader = Reader::new(text);
    said.project = reader.name_of_project();
    for at in 0..reader.tokens.len() {
        let named = match &reader.tokens[at].kind {
            Kind::Word(word) => REQUIRES.contains(word) && reader.is(at + 1, "="),
            // `"extras_require": …` and `arguments["extras_require"] = …`
            Kind::Text(word) => {
                REQUIRES.contains(&&**word)
                    && (reader.is(at + 1, ":") || reader.is(at + 1, "]") && reader.is(at + 2, "="))
            }
            _ => false,
        };
        if named {
            let behind = if reader.is(at + 1, "]") { at + 3 } else { at + 2 };
            let mut value = Expression::default();
            reader.expression(behind, 0, &mut value);
            if value.computed {
                said.unread.push(reader.tokens[at].line);
            }
            value.strings.iter().for_each(|(line, text)| text.lines().for_each(|one| said.require(*line, one)));
        }
    }
    Ok(())
}

/// Reads `session.install("x", …)` and `session.run("pip", "install", "x")`.
pub(super) fn nox(text: &str, said: &mut Said) -> Parsed {
    let mut reader = Reader::new(text);
    for at in 1..reader.tokens.len() {
        let Kind::Word(name) = reader.tokens[at].kind else { continue };
        let installs = matches!(name, "install" | "conda_install");
        let runs = matches!(name, "run" | "run_always" | "run_install");
        if !(installs || runs) || !reader.is(at - 1, ".") || !reader.is(at + 1, "(") {
            continue;
        }
        let mut value = Expression::default();
        reader.call(at + 2, &mut value);
        let words: Vec<_> = value.strings.iter().map(|(_, text)| &**text).collect();
        let lines: Vec<_> = value.strings.iter().map(|(line, _)| *line).collect();
        let mut first = 0;
        if runs {
            let pip = words.windows(2).position(|pair| pair[0].starts_with("pip") && pair[1] == "install");
            let Some(pip) = pip else { continue };
            first = pip + 2;
        }
        if value.computed {
            said.unread.push(reader.tokens[at].line);
        }
        // Each requirement has its own line; an option and its value are read together.
        while first < words.len() {
            let end = (first + if command::has_value(words[first]) { 2 } else { 1 }).min(words.len());
            command::install(lines[first], words[first..end].iter().copied(), said);
            first = end;
        }
    }
    Ok(())
}

/// What an expression holds.
#[derive(Debug, Default)]
struct Expression {
    strings: Vec<(u32, String)>,
    /// Whether anything in it is neither a literal nor a name bound to one.
    computed: bool,
}

struct Reader<'t> {
    tokens: Vec<Token<'t>>,
    steps: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self { tokens: tokens(text), steps: 0 }
    }

    fn is(&self, at: usize, symbol: &str) -> bool {
        matches!(self.tokens.get(at), Some(Token { kind: Kind::Symbol(found), .. }) if *found == symbol)
    }

    /// `name="…"` among the arguments of `setup()`.
    fn name_of_project(&mut self) -> Option<String> {
        let is_setup = |token: &Token<'_>| matches!(token.kind, Kind::Word("setup"));
        let call = (0..self.tokens.len()).find(|at| is_setup(&self.tokens[*at]) && self.is(at + 1, "("))?;
        let mut at = call + 2;
        loop {
            match (&self.tokens.get(at)?.kind, self.tokens.get(at + 2).map(|token| &token.kind)) {
                (Kind::Word("name"), Some(Kind::Text(name))) if self.is(at + 1, "=") => return Some(name.clone()),
                _ => {}
            }
            at = self.behind_value(at);
            if !self.is(at, ",") {
                return None;
            }
            at += 1;
        }
    }

    /// Reads one expression: up to a comma, a bracket that closes more than it opens, or the end of the line.
    fn expression(&mut self, start: usize, depth: usize, value: &mut Expression) {
        self.read(start, depth, false, value);
    }

    /// Reads the arguments of a call, without those with a name.
    fn call(&mut self, start: usize, value: &mut Expression) {
        self.read(start, 0, true, value);
    }

    fn read(&mut self, start: usize, depth: usize, call: bool, value: &mut Expression) {
        let mut open: Vec<&str> = Vec::new();
        let mut at = start;
        while let Some(token) = self.tokens.get(at) {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                value.computed = true;
                return;
            }
            let line = token.line;
            match &token.kind {
                Kind::Symbol("," | "\n") if open.is_empty() && !call => return,
                Kind::Symbol(symbol @ ("[" | "(" | "{")) => open.push(symbol),
                Kind::Symbol("]" | ")" | "}") => {
                    if open.pop().is_none() {
                        return;
                    }
                }
                // The key of a table, or what selects from one.
                Kind::Text(_) if self.is(at + 1, ":") && open.last() == Some(&"{") => {}
                Kind::Text(text) => value.strings.push((line, text.clone())),
                // `silent=True`, `env={…}`
                Kind::Word(_) if call && open.is_empty() && self.is(at + 1, "=") => {
                    at = self.behind_value(at + 2);
                    continue;
                }
                Kind::Word(number) if number.starts_with(|first: char| first.is_ascii_digit()) => {}
                Kind::Word(name) => {
                    let name = *name;
                    let list = matches!(name, "list" | "dict" | "set" | "tuple" | "sorted") && self.is(at + 1, "(");
                    if !list && !matches!(name, "if" | "else" | "None") {
                        // What a call or an attribute gives is not known, and its arguments are no requirements.
                        let mut plain = true;
                        while self.is(at + 1, "(") || self.is(at + 1, "[") || self.is(at + 1, ".") {
                            plain = false;
                            at = if self.is(at + 1, ".") { at + 2 } else { self.behind_bracket(at + 1) };
                        }
                        if !(plain && depth < MAX_NAMES && self.bound(name, depth + 1, value)) {
                            value.computed = true;
                        }
                    }
                }
                Kind::Formatted => value.computed = true,
                Kind::Symbol(_) => {}
            }
            at += 1;
        }
    }

    /// The bracket that closes the one here.
    fn behind_bracket(&mut self, open: usize) -> usize {
        let mut end = self.behind_value(open + 1);
        while self.is(end, ",") {
            end = self.behind_value(end + 1);
        }
        end
    }

    /// The comma or bracket that ends the value of an argument.
    fn behind_value(&mut self, start: usize) -> usize {
        let mut level = 0_usize;
        for at in start..self.tokens.len() {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                break;
            }
            match self.tokens[at].kind {
                Kind::Symbol("[" | "(" | "{") => level += 1,
                Kind::Symbol("]" | ")" | "}" | ",") if level == 0 => return at,
                Kind::Symbol("]" | ")" | "}") => level -= 1,
                _ => {}
            }
        }
        self.tokens.len()
    }

    /// Reads every expression that a name is bound to; `false` where there is none.
    fn bound(&mut self, name: &str, depth: usize, value: &mut Expression) -> bool {
        let mut found = false;
        let mut level = 0_usize;
        for at in 0..self.tokens.len() {
            self.steps += 1;
            match self.tokens[at].kind {
                Kind::Symbol("[" | "(" | "{") => level += 1,
                Kind::Symbol("]" | ")" | "}") => level = level.saturating_sub(1),
                Kind::Word(word) if level == 0 && word == name => {
                    let behind = if self.is(at + 1, "=") {
                        Some(at + 2)
                    } else if self.is(at + 1, "+") && self.is(at + 2, "=") {
                        Some(at + 3)
                    } else {
                        None
                    };
                    // `extras["test"] = …`
                    let close = if self.is(at + 1, "[") { self.behind_bracket(at + 1) } else { at };
                    let behind = behind.or((close > at && self.is(close + 1, "=")).then_some(close + 2));
                    let method = self.is(at + 1, ".")
                        && matches!(self.tokens.get(at + 2), Some(Token { kind: Kind::Word("append" | "extend"), .. }));
                    if let Some(behind) = behind {
                        found = true;
                        self.expression(behind, depth, value);
                    } else if method && self.is(at + 3, "(") {
                        self.expression(at + 4, depth, value);
                    }
                }
                _ => {}
            }
            if self.steps > MAX_STEPS {
                value.computed = true;
                return true;
            }
        }
        found
    }
}

#[derive(Debug)]
struct Token<'t> {
    line: u32,
    kind: Kind<'t>,
}

#[derive(Debug)]
enum Kind<'t> {
    Word(&'t str),
    /// A string, its escapes as written.
    Text(String),
    /// A string with expressions in it.
    Formatted,
    /// One character, or `\n` between statements.
    Symbol(&'t str),
}

/// The tokens of a Python source, comments left out. Strings side by side are one.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut line = 1_u32;
    let mut level = 0_usize;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let mut taken = letter.len_utf8();
        let word = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let prefix = &rest[..word];
        let quoted = rest[word..].starts_with(['"', '\'']);
        if letter == '#' {
            taken = rest.find('\n').unwrap_or(rest.len());
        } else if letter == '\\' && rest[1..].starts_with('\n') {
            taken = 2;
        } else if letter == '\n' {
            if level == 0 {
                tokens.push(Token { line, kind: Kind::Symbol(&rest[..1]) });
            }
        } else if letter.is_whitespace() {
        } else if quoted && prefix.len() <= 2 && prefix.chars().all(|letter| "rRbBuUfFtT".contains(letter)) {
            let (body, end) = string(&rest[word..]);
            taken = word + end;
            let kind =
                if prefix.contains(['f', 'F', 't', 'T']) { Kind::Formatted } else { Kind::Text(body.to_owned()) };
            match (tokens.last_mut(), kind) {
                (Some(Token { kind: Kind::Text(before), .. }), Kind::Text(text)) => before.push_str(&text),
                (_, kind) => tokens.push(Token { line, kind }),
            }
        } else if word > 0 {
            taken = word;
            tokens.push(Token { line, kind: Kind::Word(prefix) });
        } else {
            match letter {
                '[' | '(' | '{' => level += 1,
                ']' | ')' | '}' => level = level.saturating_sub(1),
                _ => {}
            }
            tokens.push(Token { line, kind: Kind::Symbol(&rest[..taken]) });
        }
        let breaks = rest[..taken].bytes().filter(|byte| *byte == b'\n').count();
        line = line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        rest = &rest[taken..];
    }
    tokens
}

/// The body of the string in front, and the end of its quotes.
fn string(text: &str) -> (&str, usize) {
    let quote = &text[..1];
    let triple = text.starts_with("\"\"\"") || text.starts_with("'''");
    let close = if triple { &text[..3] } else { quote };
    let start = close.len();
    let mut at = start;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(close) {
            return (&text[start..at], at + close.len());
        }
        let letter = rest.chars().next().map_or(1, char::len_utf8);
        if rest.starts_with('\\') {
            at += letter + rest[letter..].chars().next().map_or(0, char::len_utf8);
        } else if rest.starts_with('\n') && !triple {
            return (&text[start..at], at);
        } else {
            at += letter;
        }
    }
    (&text[start.min(text.len())..], text.len())
}
