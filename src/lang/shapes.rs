//! Detector files as text, pattern by pattern: what a pattern matches, apart from what is asked of a match. Knows the
//! brackets, strings and comments of queries and nothing else.

/// One pattern of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PatternText<'t> {
    /// The whole pattern.
    pub(super) text: &'t str,
    /// Byte offset of its beginning.
    pub(super) start: usize,
    /// What is asked of a match and said about it, wherever it stands within the pattern.
    pub(super) clauses: Vec<Clause<'t>>,
}

/// A predicate, `(#operator? @capture "text" …)`, or a setting, `(#set! key value)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause<'t> {
    /// With its parentheses.
    pub(super) text: &'t str,
    /// Without its `#`.
    pub(super) operator: &'t str,
    pub(super) arguments: Vec<Argument<'t>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Argument<'t> {
    /// Without its `@`.
    Capture(&'t str),
    /// A quoted text without its escapes, or a bare word.
    Text(String),
}

impl<'t> PatternText<'t> {
    /// The patterns `((node …) (#predicate …) …)` of a file; `None` where one is written in another way.
    pub(super) fn all(text: &'t str) -> Option<Vec<Self>> {
        let mut patterns = Vec::new();
        let mut rest = behind_blanks(text);
        while !rest.is_empty() {
            let (own, behind) = rest.split_at(group(rest)?);
            let pattern = Self::new(own, text.len() - rest.len());
            pattern.structure()?;
            patterns.push(pattern);
            rest = behind_blanks(behind);
        }
        Some(patterns)
    }

    /// A pattern with brackets that match.
    pub(super) fn new(text: &'t str, start: usize) -> Self {
        let mut clauses = Vec::new();
        let mut rest = text;
        while let Some(at) = clause(rest) {
            let length = group(&rest[at..]).unwrap_or(rest.len() - at);
            clauses.push(Clause::new(&rest[at..at + length]));
            rest = &rest[at + length..];
        }
        Self { text, start, clauses }
    }

    /// The nodes and captures; `None` where they do not stand together before all clauses, or a comment stands among them.
    pub(super) fn structure(&self) -> Option<&'t str> {
        let inner = self.text.get(1..self.text.len().checked_sub(1)?)?;
        let at = clause(inner).unwrap_or(inner.len());
        let structure = inner[..at].trim();
        let only_clauses = || {
            let mut rest = behind_blanks(&inner[at..]);
            while clause(rest) == Some(0)
                && let Some(length) = group(rest)
            {
                rest = behind_blanks(&rest[length..]);
            }
            rest.is_empty()
        };
        let is_one = group(structure)
            .is_some_and(|length| structure[length..].split_whitespace().all(|word| word.starts_with('@')));
        (is_one && !structure.contains(';') && only_clauses()).then_some(structure)
    }

    /// The names of captures on nodes, each once, in order.
    pub(super) fn captures(&self) -> Vec<&'t str> {
        let mut captures = Vec::new();
        let mut rest = self.text;
        while let Some(at) = outside(rest, &mut |text| text.starts_with('@') || text.starts_with("(#")) {
            let behind = &rest[at..];
            let length = if let Some(name) = behind.strip_prefix('@') {
                let name = &name[..name.find(|letter: char| !is_name(letter)).unwrap_or(name.len())];
                if !captures.contains(&name) {
                    captures.push(name);
                }
                name.len() + 1
            } else {
                group(behind).unwrap_or(behind.len())
            };
            rest = &behind[length..];
        }
        captures
    }

    /// The value of a setting.
    pub(super) fn setting(&self, key: &str) -> Option<&str> {
        let settings = self.clauses.iter().filter(|clause| clause.operator == "set!");
        settings.map(|clause| clause.texts()).find(|texts| texts.first() == Some(&key)).map(|texts| {
            let value = texts.get(1);
            *value.unwrap_or(&"")
        })
    }
}

impl<'t> Clause<'t> {
    fn new(text: &'t str) -> Self {
        let inner = text.strip_prefix("(#").unwrap_or(text);
        let inner = inner.strip_suffix(')').unwrap_or(inner);
        let end = inner.find(|letter: char| letter.is_whitespace() || letter == ')').unwrap_or(inner.len());
        let mut arguments = Vec::new();
        let mut rest = behind_blanks(&inner[end..]);
        while let Some(first) = rest.chars().next() {
            let length = if first == '"' {
                let length = quoted(rest).unwrap_or(rest.len());
                let text = &rest[1..length];
                arguments.push(Argument::Text(unescaped(text.strip_suffix('"').unwrap_or(text))));
                length
            } else {
                let length = rest.find(|letter: char| letter.is_whitespace() || letter == '"').unwrap_or(rest.len());
                let word = &rest[..length];
                arguments.push(match word.strip_prefix('@') {
                    Some(name) => Argument::Capture(name),
                    None => Argument::Text(word.to_owned()),
                });
                length
            };
            rest = behind_blanks(&rest[length..]);
        }
        Self { text, operator: &inner[..end], arguments }
    }

    /// The arguments that are texts.
    pub(super) fn texts(&self) -> Vec<&str> {
        let texts = self.arguments.iter().filter_map(|argument| match argument {
            Argument::Text(text) => Some(text.as_str()),
            Argument::Capture(_) => None,
        });
        texts.collect()
    }
}

/// Whether what a pattern matches can reach over more than one statement.
pub(super) fn reaches_bodies(text: &str) -> bool {
    const BODIES: [&str; 7] =
        ["(block", "(module", "(decorated_definition", "body:", "consequence:", "alternative:", "(ERROR"];
    BODIES.iter().any(|body| text.contains(body))
}

/// Whether a letter can be part of a capture's name.
pub(super) fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-')
}

/// The text behind blanks and comments.
fn behind_blanks(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with(';') {
        rest = rest.find('\n').map_or("", |end| &rest[end..]).trim_start();
    }
    rest
}

/// Where the first clause begins.
fn clause(text: &str) -> Option<usize> {
    outside(text, &mut |text| text.starts_with("(#"))
}

/// Where something first begins that stands in no string and no comment.
fn outside(text: &str, begins: &mut dyn FnMut(&str) -> bool) -> Option<usize> {
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        if begins(rest) {
            return Some(at);
        }
        at += match letter {
            '"' => quoted(rest)?,
            ';' => rest.find('\n')?,
            _ => letter.len_utf8(),
        };
    }
    None
}

/// The length of the quoted text that a text begins with.
fn quoted(text: &str) -> Option<usize> {
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some(at + 1),
            '\\' => {
                letters.next()?;
            }
            _ => {}
        }
    }
    None
}

/// A quoted text as it is meant: `\n`, `\r`, `\t` and `\0` as tree-sitter reads them, any other letter itself.
fn unescaped(text: &str) -> String {
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('0') => '\0',
                Some(other) => other,
                None => break,
            },
            letter => letter,
        });
    }
    plain
}

/// The length of the group in brackets that a text begins with.
fn group(text: &str) -> Option<usize> {
    if !text.starts_with(['(', '[']) {
        return None;
    }
    let mut depth = 0_usize;
    let end = outside(text, &mut |rest| {
        match rest.as_bytes()[0] {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    Some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_told_from_its_clauses() {
        let text =
            "; prose (\n((call function: (_) @a.b @_c)\n (#eq? @a.b \"x)\\\"\") ; why )\n (#set! c d))\n([(a) (b)] @c)";
        let found = PatternText::all(text).unwrap();
        assert_eq!(found[0].structure(), Some("(call function: (_) @a.b @_c)"));
        let [equal, set] = found[0].clauses.as_slice() else { panic!("two clauses") };
        assert_eq!((equal.operator, equal.text), ("eq?", "(#eq? @a.b \"x)\\\"\")"));
        assert_eq!(equal.arguments, [Argument::Capture("a.b"), Argument::Text("x)\"".to_owned())]);
        assert_eq!((set.operator, set.texts()), ("set!", vec!["c", "d"]));
        assert_eq!((found[0].captures(), found[0].setting("c")), (vec!["a.b", "_c"], Some("d")));
        assert_eq!((found[1].structure(), found[1].clauses.len()), (Some("[(a) (b)] @c"), 0));
        assert_eq!(&text[found[1].start..], "([(a) (b)] @c)");
    }

    #[test]
    fn clauses_within_the_nodes_are_found_and_leave_no_structure() {
        let pattern = PatternText::new("(call function: (_) @a (#eq? @a \"@b\"))", 0);
        assert_eq!((pattern.clauses.len(), pattern.captures()), (1, vec!["a"]));
        assert_eq!(pattern.structure(), None);
    }

    #[test]
    fn patterns_in_another_form_are_left_to_tree_sitter() {
        for text in [
            "(call) @a",
            "(call (#eq? @a \"b\"))",
            "((call) @a",
            "\"x\" @a",
            "((a) (b) @c)",
            "((a \"b) @c)",
            "((a ; b\n) @c)",
            "((a) (#b) (c))",
            ")",
            "(",
            "()",
        ] {
            assert_eq!(PatternText::all(text), None, "{text}");
        }
    }
}
