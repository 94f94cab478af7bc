//! Anchors that are no words: what stands in the bytes of every match of a pattern whose words stand nearly everywhere.
//! Knows bytes and lines, no syntax: like a word, a form says where to look, never what is there.

use memchr::memmem;
use rustc_hash::FxHashSet;

use super::anchors::{is_word_byte, words};

/// How much of a line before a number is looked at.
const MAX_LINE: usize = 400;
/// Methods that change a list, dict or set in place.
const CHANGES: [&[u8]; 14] = [
    b"append",
    b"appendleft",
    b"extend",
    b"insert",
    b"remove",
    b"pop",
    b"popleft",
    b"popitem",
    b"clear",
    b"update",
    b"add",
    b"discard",
    b"setdefault",
    b"__setitem__",
];

/// What stands in every match.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Form {
    /// This text.
    Text(String),
    /// `<fraction>`: a number with a fraction, in a line in which `assert` stands before it.
    Fraction,
    /// `<attribute>`: an assignment to an attribute of something else than `self` or `cls`.
    Attribute,
    /// `<variable>`: a change of a variable that the module assigns a display to, or that a function declares `global`.
    Variable,
}

impl Form {
    /// The form that a setting means; `None` for a word.
    pub(crate) fn new(anchor: &str) -> Option<Self> {
        Some(match anchor {
            "<fraction>" => Self::Fraction,
            "<attribute>" => Self::Attribute,
            "<variable>" => Self::Variable,
            _ if anchor.bytes().all(is_word_byte) => return None,
            _ => Self::Text(anchor.to_owned()),
        })
    }

    /// Where it stands, in ascending order: each time at the beginning of a word, where there is one.
    pub(crate) fn places(&self, text: &[u8]) -> Vec<u32> {
        let found: Vec<usize> = match self {
            Self::Text(form) => {
                let word = form.bytes().position(is_word_byte).unwrap_or_default();
                memmem::find_iter(text, form.as_bytes()).map(|at| at + word).collect()
            }
            Self::Fraction => fractions(text),
            Self::Attribute => attributes(text),
            Self::Variable => variables(text),
        };
        found.into_iter().map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect()
    }
}

/// The integer parts of numbers with a fraction, in lines that speak of an assertion before them.
fn fractions(text: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut line = 0;
    for at in memmem::find_iter(text, b"assert") {
        if at < line {
            continue;
        }
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end);
        line = end;
        let end = end.min(at + MAX_LINE);
        for dot in memchr::memchr_iter(b'.', &text[at..end]).map(|dot| at + dot) {
            if text[dot - 1].is_ascii_digit() && text.get(dot + 1).is_some_and(u8::is_ascii_digit) {
                let digits = text[at..dot].iter().rev().take_while(|byte| is_word_byte(**byte)).count();
                found.push(dot - digits);
            }
        }
    }
    found
}

/// The last names of `a.b = …` at the beginning of a line.
fn attributes(text: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    for sign in memmem::find_iter(text, b" = ") {
        let start = memchr::memrchr(b'\n', &text[..sign]).map_or(0, |at| at + 1);
        let target = text[start..sign].trim_ascii_start();
        let is_chain = target.iter().all(|byte| is_word_byte(*byte) || *byte == b'.');
        let own = target.starts_with(b"self.") || target.starts_with(b"cls.");
        if let Some(dot) = memchr::memrchr(b'.', target)
            && is_chain
            && !own
        {
            found.push(sign - (target.len() - dot - 1));
        }
    }
    found
}

/// Changes of variables of the module, by the names that lines without indentation assign displays to.
fn variables(text: &[u8]) -> Vec<usize> {
    let names = module_variables(text);
    if names.is_empty() {
        return Vec::new();
    }
    let changed = words(text).filter(|(at, word)| names.contains(word) && is_change(text, *at as usize, word.len()));
    changed.map(|(at, _)| at as usize).collect()
}

fn module_variables(text: &[u8]) -> FxHashSet<&[u8]> {
    const MADE: [&[u8]; 10] = [
        b"[",
        b"{",
        b"list(",
        b"dict(",
        b"set(",
        b"defaultdict(",
        b"deque(",
        b"Counter(",
        b"OrderedDict(",
        b"collections.",
    ];
    let mut names = FxHashSet::default();
    for sign in memmem::find_iter(text, b" = ") {
        let start = memchr::memrchr(b'\n', &text[..sign]).map_or(0, |at| at + 1);
        let target = &text[start..sign];
        let name = target.split(|byte| *byte == b':').next().unwrap_or_default();
        let is_name = !name.is_empty() && name.iter().all(|byte| is_word_byte(*byte)) && !name[0].is_ascii_digit();
        if is_name && MADE.iter().any(|made| text[sign + 3..].starts_with(made)) {
            names.insert(name);
        }
    }
    for at in memmem::find_iter(text, b" global ") {
        let rest = &text[at + b" global ".len()..];
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len()).min(MAX_LINE)];
        names.extend(words(line).map(|(_, word)| word));
    }
    names
}

/// Whether a name is changed where it stands: a method that changes it, or an assignment at the beginning of a line.
fn is_change(text: &[u8], at: usize, length: usize) -> bool {
    let rest = &text[at + length..];
    if let Some(method) = rest.strip_prefix(b".") {
        let end = method.iter().position(|byte| !is_word_byte(*byte)).unwrap_or(method.len());
        return CHANGES.contains(&&method[..end]);
    }
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |at| at + 1);
    let indented = start < at && text[start..at].iter().all(|byte| matches!(byte, b' ' | b'\t'));
    let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len()).min(MAX_LINE)];
    let is_assigned =
        |behind: &[u8]| [b" = ".as_slice(), b" += ", b" -= ", b" |= "].iter().any(|sign| behind.starts_with(sign));
    let end = if line.first() == Some(&b'[') { memchr::memrchr(b']', line).map(|end| end + 1) } else { Some(0) };
    indented
        && (end.is_some_and(|end| is_assigned(&line[end..]))
            || memmem::find(line, b"] = ").is_some() && line[0] == b'[')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(anchor: &str, text: &str) -> Vec<String> {
        let places = Form::new(anchor).unwrap().places(text.as_bytes());
        let word =
            |at: &u32| text[*at as usize..].split(|letter: char| !letter.is_alphanumeric() && letter != '_').next();
        places.iter().map(|at| word(at).unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn a_word_is_no_form() {
        assert_eq!(Form::new("join"), None);
        assert_eq!(Form::new("join("), Some(Form::Text("join(".to_owned())));
    }

    #[test]
    fn a_text_is_found_at_its_first_word() {
        assert_eq!(found(".join()", "t.join()\n', '.join(x)\np.join() # .join()"), ["join", "join", "join"]);
    }

    #[test]
    fn fractions_stand_behind_an_assertion_in_their_line() {
        let text = "x = 0.5\nassert y == 0.3\nself.assertEqual(0.25, 10.75)\nassert x.y == 3\nassert a[1].b";
        assert_eq!(found("<fraction>", text), ["0", "0", "10"]);
    }

    #[test]
    fn attributes_of_self_are_not_looked_for() {
        let text = "self.x = 1\n  os.path.sep = 2\nf(a.b == 3)\ncfg.y = 1\ncls.z = 4\nf(x).y = 5\na = 1";
        assert_eq!(found("<attribute>", text), ["sep", "y"]);
    }

    #[test]
    fn variables_of_the_module_are_looked_for_where_they_change() {
        let text = "LOG = []\nMAP: dict = {}\nNAME = 'x'\ndef f():\n    global COUNT\n    COUNT += 1\n    LOG.append(1)\n    \
                    MAP['k'] = LOG[0]\n    print(LOG, MAP['k'] == 1)\n    NAME.append(2)\n";
        assert_eq!(found("<variable>", text), ["COUNT", "LOG", "MAP"]);
        assert_eq!(found("<variable>", "x = 1\n"), [""; 0]);
    }
}
