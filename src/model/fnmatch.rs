//! Python's `fnmatch`, by which pytest matches the names of files, folders, classes and functions.

use std::ffi::OsStr;

/// A compiled pattern of Python's `fnmatch`: `*` and `?` match any character, `/` and line breaks too; there are no
/// braces, no escapes and no invalid patterns.
#[derive(Debug, Clone)]
pub struct Fnmatch {
    tokens: Vec<Token>,
}

#[derive(Debug, Clone)]
enum Token {
    Literal(u32),
    Any,
    Star,
    Set { negated: bool, ranges: Vec<(u32, u32)> },
}

impl Token {
    fn accepts(&self, code: u32) -> bool {
        match self {
            Self::Literal(literal) => *literal == code,
            Self::Any | Self::Star => true,
            Self::Set { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&code)) != *negated
            }
        }
    }
}

impl Fnmatch {
    /// `fnmatch.translate`, to tokens instead of a regular expression.
    pub fn new(pattern: &str) -> Self {
        let codes = codes(OsStr::new(pattern));
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(code) = codes.get(at) {
            at += 1;
            tokens.push(match char::from_u32(*code) {
                Some('*') => Token::Star,
                Some('?') => Token::Any,
                Some('[') => match set_end(&codes, at) {
                    Some(end) => {
                        let set = set(&codes[at..end]);
                        at = end + 1;
                        set
                    }
                    None => Token::Literal(*code),
                },
                _ => Token::Literal(*code),
            });
        }
        Self { tokens }
    }

    /// `fnmatch.fnmatch`: whether the whole name matches.
    pub fn matches(&self, name: &OsStr) -> bool {
        let codes = codes(name);
        let (mut token, mut at) = (0, 0);
        // Where to go on when the rest does not match: behind the last star, which takes one more.
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match (self.tokens.get(token), codes.get(at)) {
                (Some(Token::Star), _) => {
                    token += 1;
                    retry = Some((token, at));
                    continue;
                }
                (Some(wanted), Some(code)) if wanted.accepts(*code) => {
                    token += 1;
                    at += 1;
                    continue;
                }
                (None, None) => return true,
                _ => {}
            }
            match retry {
                Some((behind, taken)) if taken < codes.len() => {
                    (token, at) = (behind, taken + 1);
                    retry = Some((behind, taken + 1));
                }
                _ => return false,
            }
        }
    }
}

/// Where the `]` of the set stands that opened before `start`; a `]` in first place is a member.
fn set_end(codes: &[u32], start: usize) -> Option<usize> {
    let is = |at: usize, wanted: char| codes.get(at) == Some(&u32::from(wanted));
    let first = start + usize::from(is(start, '!'));
    let from = first + usize::from(is(first, ']'));
    (from..codes.len()).find(|at| is(*at, ']'))
}

fn set(members: &[u32]) -> Token {
    let negated = members.first() == Some(&u32::from('!'));
    let mut rest = &members[usize::from(negated)..];
    let mut ranges = Vec::new();
    while let [low, tail @ ..] = rest {
        match tail {
            [dash, high, tail @ ..] if *dash == u32::from('-') => {
                ranges.push((*low, *high));
                rest = tail;
            }
            _ => {
                ranges.push((*low, *low));
                rest = tail;
            }
        }
    }
    Token::Set { negated, ranges }
}

/// Characters as Python sees a name: a byte that is not UTF-8 is one character of its own (`surrogateescape`). On
/// Windows `fnmatch` folds case.
fn codes(name: &OsStr) -> Vec<u32> {
    let mut codes = Vec::with_capacity(name.len());
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        if cfg!(windows) {
            codes.extend(chunk.valid().chars().flat_map(char::to_lowercase).map(u32::from));
        } else {
            codes.extend(chunk.valid().chars().map(u32::from));
        }
        codes.extend(chunk.invalid().iter().map(|byte| 0xDC00 + u32::from(*byte)));
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each verdict is that of `fnmatch.fnmatchcase(name, pattern)`.
    #[test]
    fn fnmatch_agrees_with_python() {
        let cases = [
            ("test_*.py", "test_.py", true),
            ("test_*.py", "xtest_a.py", false),
            ("*_test.py", "a_test.py", true),
            ("*", "", true),
            ("", "a", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("?", "é", true),
            ("*.py", "a\n.py", true),
            ("{arch}", "{arch}", true),
            ("{arch}", "arch", false),
            ("[ab]x", "bx", true),
            ("[!ab]x", "bx", false),
            ("[!ab]x", "cx", true),
            ("[a-c-e]", "-", true),
            ("[a-c-e]", "d", false),
            ("[--a]", "0", true),
            ("[z-a]", "m", false),
            ("[!z-a]", "m", true),
            ("[]]", "]", true),
            ("[!]]", "]", false),
            ("[", "[", true),
            ("[!", "[!", true),
            ("[ab", "a", false),
            ("[\\]", "\\", true),
            ("\\*", "*", false),
            ("**/x", "a/b/x", true),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(Fnmatch::new(pattern).matches(OsStr::new(name)), expected, "{pattern} on {name}");
        }
    }

    #[test]
    fn many_stars_do_not_make_matching_slow() {
        let pattern = "*a".repeat(2_000);
        let name = "a".repeat(20_000) + "b";
        assert!(!Fnmatch::new(&pattern).matches(OsStr::new(&name)));
    }
}
