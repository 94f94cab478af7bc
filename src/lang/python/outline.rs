//! Which function bodies need not be parsed, found by reading tokens only.
//!
//! Many functions contain no word that anybody looks for, and define nothing: of a parser's time most goes into them. Here
//! they are found by what Python's lexer knows (strings, comments, brackets, lines, indentation), and replaced by an empty
//! pair of parentheses that begins and ends where the body did, so that everything else keeps its place. A file in which
//! anything is unusual is left as it is.

use rustc_hash::FxHashSet;

use super::structure::may_return_marks;
use crate::lang::anchors::{any_in, is_word_byte, occurrences, words};

/// Bodies shorter than this are parsed faster than they are replaced.
const MIN_LENGTH: u32 = 16;
/// How many names of functions are looked for; a file with more is parsed as it is.
const MAX_NAMES: usize = 400;
/// How many classes that end before a place are passed on the way to the one around it.
const MAX_CLASSES: usize = 64;

/// A byte range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A function that stands in no other function.
#[derive(Debug)]
struct Function<'t> {
    name: &'t [u8],
    /// The class directly around it.
    class: Option<&'t [u8]>,
    /// From the first to the last statement of the body.
    body: Part,
}

/// What the tokens of a file tell.
#[derive(Debug)]
pub(super) struct Outline<'t> {
    text: &'t [u8],
    functions: Vec<Function<'t>>,
    /// Names and ranges of the classes that stand in no function.
    classes: Vec<(&'t [u8], Part)>,
    /// Lines that stand in no function and may bind names: what they bind is used anywhere.
    lines: Vec<Part>,
}

/// A class whose body is open: its indentation, and its place among all classes.
struct Open {
    indent: usize,
    class: usize,
}

impl<'t> Outline<'t> {
    /// Reads the tokens; `None` where the file is unusual.
    pub(super) fn new(text: &'t [u8]) -> Option<Self> {
        let mut outline = Self { text, functions: Vec::new(), classes: Vec::new(), lines: Vec::new() };
        let mut classes: Vec<Open> = Vec::new();
        // The indentation of the function at hand.
        let mut function: Option<usize> = None;
        let mut indentation: Option<u8> = None;
        let mut at = 0;
        while at < text.len() {
            let first =
                at + text[at..].iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(text.len() - at);
            match text.get(first) {
                None => break,
                Some(b'\n') => {
                    at = first + 1;
                    continue;
                }
                Some(b'\r' | 0x0c | b'\\') => return None,
                Some(b'#') => {
                    at = memchr::memchr(b'\n', &text[first..]).map_or(text.len(), |end| first + end + 1);
                    continue;
                }
                Some(_) => {}
            }
            let indent = first - at;
            // Tabs beside spaces can mean anything.
            for byte in &text[at..first] {
                if *indentation.get_or_insert(*byte) != *byte {
                    return None;
                }
            }
            let line = Line::read(text, first)?;
            if function.is_some_and(|outer| indent <= outer) {
                function = None;
            }
            if function.is_some() {
                let part = part(first, line.end)?;
                if let Some(function) = outline.functions.last_mut() {
                    function.body.start = function.body.start.min(part.start);
                    function.body.end = part.end;
                }
            } else {
                classes.retain(|open| open.indent < indent);
                if let Some(name) = line.defines(text, first, b"class") {
                    classes.push(Open { indent, class: outline.classes.len() });
                    outline.classes.push((name, part(first, line.end)?));
                } else if let Some(name) = line.defines(text, first, b"def").filter(|_| line.opens_block) {
                    let class = classes.last().map(|open| outline.classes[open.class].0);
                    let body = Part { start: u32::MAX, end: 0 };
                    outline.functions.push(Function { name, class, body });
                    function = Some(indent);
                } else {
                    outline.lines.push(part(first, line.end)?);
                }
            }
            for open in &classes {
                outline.classes[open.class].1.end = part(first, line.end)?.end;
            }
            at = line.next;
        }
        // A function without a body is broken.
        outline.functions.iter().all(|function| function.body.end > 0).then_some(outline)
    }

    /// The names that imports and assignments outside of functions bind to what is looked for, as far as words tell:
    /// `aten = torch.ops.aten`, `from torch import rand as draw`.
    pub(super) fn bound(&self, is_word: impl Fn(&[u8]) -> bool) -> Vec<&'t [u8]> {
        let mut found = Vec::new();
        for Part { start, end } in &self.lines {
            let line = &self.text[*start as usize..*end as usize];
            let all = || words(line).map(|(_, word)| word);
            if !all().any(&is_word) {
                continue;
            }
            if line.starts_with(b"from ") || line.starts_with(b"import ") {
                let renamed = all().zip(all().skip(1)).filter(|(before, _)| *before == b"as").map(|(_, name)| name);
                found.extend(renamed.chain(all().filter(|word| is_word(word))));
            } else if let Some(equals) = memchr::memchr(b'=', line) {
                let target = line[..equals].trim_ascii();
                found.extend(target.iter().all(|byte| is_word_byte(*byte)).then_some(target));
            }
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|name| !name.is_empty());
        found
    }

    /// The bodies that nobody asks for. `keep` are the places of words that are looked for, sorted; `marks` those of words
    /// that define something. What uses a function with such a word is kept too.
    pub(super) fn idle(&self, keep: &[u32], marks: &[u32]) -> Vec<Part> {
        let Some(keep) = self.with_uses(keep) else { return Vec::new() };
        let is_idle = |body: &Part| {
            body.end - body.start >= MIN_LENGTH
                && !any_in(&keep, body.start, body.end)
                && !any_in(marks, body.start, body.end)
                && !may_return_marks(&self.text[body.start as usize..body.end as usize])
        };
        self.functions.iter().map(|function| function.body).filter(is_idle).collect()
    }

    /// The places to keep with those of the names of functions and classes that hold one, transitively: whoever uses such
    /// a function does what it does. A constructor is used by the name of its class. `None`: too many to look for.
    fn with_uses(&self, keep: &[u32]) -> Option<Vec<u32>> {
        let mut all = keep.to_vec();
        let mut names: FxHashSet<&[u8]> = FxHashSet::default();
        let mut next = 0;
        while let Some(place) = all.get(next).copied() {
            next += 1;
            let Some(name) = self.user(place).filter(|name| !name.starts_with(b"test_")) else { continue };
            if names.insert(name) {
                all.extend(occurrences(self.text, name));
            }
            if names.len() > MAX_NAMES {
                return None;
            }
        }
        all.sort_unstable();
        all.dedup();
        Some(all)
    }

    /// The name by which what stands at a place is used: that of the function around it, else of the class. (What
    /// decorates a method counts for its class here: few names of classes with tests are ever used.)
    fn user(&self, place: u32) -> Option<&'t [u8]> {
        let after = self.functions.partition_point(|function| function.body.start <= place);
        if let Some(function) = after.checked_sub(1).map(|last| &self.functions[last])
            && place < function.body.end
        {
            return Some(match (function.name, function.class) {
                (b"__init__" | b"__post_init__" | b"__new__", Some(class)) => class,
                (name, _) => name,
            });
        }
        let after = self.classes.partition_point(|(_, part)| part.start <= place);
        let around = self.classes[..after].iter().rev().take(MAX_CLASSES);
        around.into_iter().find(|(_, part)| place < part.end).map(|(name, _)| *name)
    }
}

fn part(start: usize, end: usize) -> Option<Part> {
    Some(Part { start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
}

/// A copy of the text in which the parts are empty parentheses.
pub(super) fn without(text: &[u8], parts: &[Part]) -> Vec<u8> {
    let mut copy = text.to_vec();
    for part in parts {
        let part = &mut copy[part.start as usize..part.end as usize];
        let last = part.len() - 1;
        for byte in part.iter_mut().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
        part[0] = b'(';
        part[last] = b')';
    }
    copy
}

/// Bytes that change nothing within a line: no blanks, line breaks, quotes, brackets, colons, comments or controls.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        plain[byte] = byte > b' ' as usize
            && !matches!(byte as u8, b'#' | b'\\' | b'"' | b'\'' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b':');
        byte += 1;
    }
    plain
};

/// A logical line.
struct Line {
    /// Behind its last token.
    end: usize,
    /// Where the next physical line begins.
    next: usize,
    /// Whether its last token is a colon.
    opens_block: bool,
}

impl Line {
    /// Reads from the first token on; `None` where a string or a bracket is not closed.
    fn read(text: &[u8], first: usize) -> Option<Self> {
        let mut at = first;
        let mut end = first;
        let mut depth = 0u32;
        let mut opens_block = false;
        loop {
            let Some(byte) = text.get(at).copied() else {
                return (depth == 0).then_some(Self { end, next: at, opens_block });
            };
            match byte {
                b'\n' if depth == 0 => return Some(Self { end, next: at + 1, opens_block }),
                b'\n' | b' ' | b'\t' => at += 1,
                b'#' => at = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length),
                b'\\' if text.get(at + 1) == Some(&b'\n') => at += 2,
                // Nothing else may follow a backslash, and a lone one ends nothing.
                b'\\' | b'\r' | 0 | 0x0c => return None,
                b'"' | b'\'' => {
                    at = string_end(text, at)?;
                    end = at;
                    opens_block = false;
                }
                _ => {
                    opens_block = false;
                    match byte {
                        b'(' | b'[' | b'{' => depth += 1,
                        b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
                        b':' => opens_block = depth == 0,
                        _ => {}
                    }
                    at += 1;
                    while text.get(at).is_some_and(|byte| PLAIN[usize::from(*byte)]) {
                        at += 1;
                        opens_block = false;
                    }
                    end = at;
                }
            }
        }
    }

    /// The name that a `class` or `def` at the beginning defines.
    fn defines<'t>(&self, text: &'t [u8], first: usize, keyword: &[u8]) -> Option<&'t [u8]> {
        let mut rest = &text[first..self.end];
        if keyword == b"def" && rest.starts_with(b"async") {
            rest = rest[5..].trim_ascii_start();
        }
        let rest = rest.strip_prefix(keyword)?;
        let name = rest.trim_ascii_start();
        let length = name.iter().position(|byte| !is_word_byte(*byte)).unwrap_or(name.len());
        (length > 0 && name.len() < rest.len()).then_some(&name[..length])
    }
}

/// Behind the string that begins with the quote at `at`; `None` where it is not closed.
fn string_end(text: &[u8], at: usize) -> Option<usize> {
    let quote = text[at];
    if text[at..].starts_with(&[quote; 3]) {
        let mut next = at + 3;
        loop {
            next += memchr::memchr2(quote, b'\\', &text[next..])?;
            if text[next] == b'\\' {
                next += 2;
                if next >= text.len() {
                    return None;
                }
            } else if text[next..].starts_with(&[quote; 3]) {
                return Some(next + 3);
            } else {
                next += 1;
            }
        }
    }
    let mut next = at + 1;
    loop {
        next += memchr::memchr3(quote, b'\\', b'\n', text.get(next..)?)?;
        match text[next] {
            b'\\' => next += 2,
            b'\n' => return None,
            _ => return Some(next + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The idle bodies of a text, where the places of `keep` are looked for.
    fn idle<'t>(text: &'t str, keep: &str) -> Vec<&'t str> {
        let bytes = text.as_bytes();
        let keep: Vec<u32> = occurrences(bytes, keep.as_bytes()).collect();
        let marks: Vec<u32> = occurrences(bytes, b"def").chain(occurrences(bytes, b"class")).collect();
        let mut marks = marks;
        marks.sort_unstable();
        let outline = Outline::new(bytes).expect("the text is usual");
        let part = |part: Part| &text[part.start as usize..part.end as usize];
        outline.idle(&keep, &marks).into_iter().map(part).collect()
    }

    #[test]
    fn bodies_without_a_wanted_word_are_idle() {
        let text = "def test_a():\n    check(1,\n2)\n    check(\"\"\"\ndef x(): draw\n\"\"\"[0:1])  # end\n\nx = 1\n\
                    class A:\n    def b(self, y=':'):  # draw\n        return self.something(y)\n\n    def c(self):\n        draw(self.other)\n";
        // The word `def` in the string of the first counts: words are all that is looked at.
        assert_eq!(idle(text, "nothing"), ["return self.something(y)", "draw(self.other)"]);
        assert_eq!(idle(text, "draw"), ["return self.something(y)"]);
    }

    #[test]
    fn who_uses_what_holds_a_wanted_word_is_not_idle() {
        let text = "def deep():\n    return draw(1, 2, 3)\ndef helper():\n    return deep() + 1000\n\
                    def test_a():\n    assert helper() > 0\ndef test_b():\n    assert other() > 0\n\
                    class Made:\n    def __init__(self):\n        self.x = helper()\ndef test_c():\n    assert Made().x > 100\n";
        assert_eq!(idle(text, "draw"), ["assert other() > 0"]);
    }

    #[test]
    fn a_function_that_defines_something_is_not_idle() {
        let text = "def test_a():\n    def inner():\n        return 100000\n    assert inner()\n";
        assert_eq!(idle(text, "draw"), [""; 0]);
    }

    #[test]
    fn an_unusual_file_is_left_as_it_is() {
        for text in [
            "def f():\n\tx\n        y\n",
            "def f():\r\n    x\r\n",
            "def f(:\n    x\n",
            "x = 'open\n",
            "x = '''open\n",
            "def f():\nx\n",
            "def f():\n    x)\n",
            "\x0cdef f():\n    x\n",
        ] {
            assert!(Outline::new(text.as_bytes()).is_none(), "{text:?}");
        }
    }

    #[test]
    fn names_bound_outside_of_functions_are_told_by_words() {
        let text = "from a import draw as d, other\nimport b\naten = a.draw.aten\nx.y = draw\nf(z=draw)\ndef g():\n    w = draw\n";
        let outline = Outline::new(text.as_bytes()).expect("the text is usual");
        assert_eq!(outline.bound(|word| word == b"draw"), [b"aten".as_slice(), b"d", b"draw"]);
    }

    #[test]
    fn what_is_left_out_keeps_its_lines_and_length() {
        let text = b"def f():\n    first(1)\n    second(2)\n";
        let parts = [Part { start: 13, end: 35 }];
        assert_eq!(without(text, &parts), b"def f():\n    (       \n            )\n");
    }
}
