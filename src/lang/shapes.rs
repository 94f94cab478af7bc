//! Detector files as text, pattern by pattern: what a pattern matches, apart from what is asked of a match. Knows the
//! brackets, strings and comments of queries and nothing else; what it does not understand it leaves to tree-sitter.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// One pattern of a file, `((node …) (#predicate …) …)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PatternText<'t> {
    /// The nodes and captures.
    pub(super) structure: &'t str,
    /// Each with its parentheses.
    pub(super) predicates: Vec<&'t str>,
}

impl<'t> PatternText<'t> {
    /// The patterns of a file; `None` where one is written in another way.
    pub(super) fn all(text: &'t str) -> Option<Vec<Self>> {
        let mut patterns = Vec::new();
        let mut rest = behind_blanks(text);
        while !rest.is_empty() {
            let length = group(rest)?;
            patterns.push(Self::new(rest.get(1..length - 1)?)?);
            rest = behind_blanks(&rest[length..]);
        }
        Some(patterns)
    }

    /// A pattern from what stands between its outer parentheses.
    fn new(inner: &'t str) -> Option<Self> {
        let at = inner.find("(#").unwrap_or(inner.len());
        let structure = inner[..at].trim();
        let balanced = group(structure)
            .is_some_and(|length| structure[length..].split_whitespace().all(|word| word.starts_with('@')));
        if !balanced || structure.contains(';') {
            return None;
        }
        let mut predicates = Vec::new();
        let mut rest = behind_blanks(&inner[at..]);
        while !rest.is_empty() {
            let length = group(rest).filter(|_| rest.starts_with("(#"))?;
            predicates.push(&rest[..length]);
            rest = behind_blanks(&rest[length..]);
        }
        Some(Self { structure, predicates })
    }

    /// A pattern with the same captures and predicates that is compiled in no time: any node. It must not be run.
    pub(super) fn write_flat(&self, text: &mut String) {
        text.push_str("([");
        for name in self.captures() {
            write!(text, "(_) @{name} ").expect("writing to a string cannot fail");
        }
        text.push(']');
        for predicate in &self.predicates {
            text.push(' ');
            text.push_str(predicate);
        }
        text.push_str(")\n");
    }

    /// The names of the captures.
    fn captures(&self) -> BTreeSet<&'t str> {
        let ends = |letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-'));
        self.structure.split('@').skip(1).filter_map(|rest| rest.split(ends).next()).collect()
    }
}

/// A structure with one name for the capture that it reports, and one blank wherever there are some.
pub(super) fn without_reported(structure: &str) -> String {
    let words = structure.split_whitespace().map(|word| {
        let reported = word.strip_prefix('@').is_some_and(|name| !name.starts_with('_'));
        if reported {
            word.replace(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-'), "")
        } else {
            word.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether what a pattern matches can reach over more than one statement.
pub(super) fn reaches_bodies(text: &str) -> bool {
    const BODIES: [&str; 7] =
        ["(block", "(module", "(decorated_definition", "body:", "consequence:", "alternative:", "(ERROR"];
    BODIES.iter().any(|body| text.contains(body))
}

/// The text behind blanks and comments.
fn behind_blanks(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with(';') {
        rest = rest.find('\n').map_or("", |end| &rest[end..]).trim_start();
    }
    rest
}

/// The length of the group in brackets that a text begins with.
fn group(text: &str) -> Option<usize> {
    if !text.starts_with(['(', '[']) {
        return None;
    }
    let mut depth = 0_usize;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            ';' => {
                letters.find(|(_, letter)| *letter == '\n')?;
            }
            '"' => loop {
                match letters.next()?.1 {
                    '"' => break,
                    '\\' => {
                        letters.next()?;
                    }
                    _ => {}
                }
            },
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_told_from_its_predicates() {
        let text =
            "; prose (\n((call function: (_) @a.b) ; why )\n (#eq? @a.b \"x)\\\"\")\n (#set! c d))\n([(a) (b)] @c)";
        let found = PatternText::all(text);
        assert_eq!(found, None, "a comment within a pattern");
        let text = text.replace(" ; why )", "");
        let found = PatternText::all(&text).unwrap();
        assert_eq!(found[0].structure, "(call function: (_) @a.b)");
        assert_eq!(found[0].predicates, ["(#eq? @a.b \"x)\\\"\")", "(#set! c d)"]);
        assert_eq!((found[1].structure, found[1].predicates.len()), ("[(a) (b)] @c", 0));
        let mut flat = String::new();
        found[0].write_flat(&mut flat);
        assert_eq!(flat, "([(_) @a.b ] (#eq? @a.b \"x)\\\"\") (#set! c d))\n");
    }

    #[test]
    fn patterns_in_another_form_are_left_to_the_parser() {
        for text in [
            "(call) @a",
            "(call (#eq? @a \"b\"))",
            "((call) @a",
            "\"x\" @a",
            "((a) (b) @c)",
            "((a \"b) @c)",
            ")",
            "(",
            "()",
        ] {
            assert_eq!(PatternText::all(text), None, "{text}");
        }
    }
}
