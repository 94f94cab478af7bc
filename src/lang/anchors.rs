//! Which words a file must contain for some pattern to match there, and where they stand.
//!
//! One pass over the bytes, before any parsing: a file without them is not parsed, and in a parsed file only the
//! statements that contain one are queried. Comments and strings are words like any others here: an anchor says where
//! to look, never what is there.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{anchor_forms::Form, name_pattern::Literal};

/// A set of shapes of patterns, by their numbers.
pub(crate) type Shapes = u128;

/// The set of this shape alone; of all, where there are more shapes than a set can tell.
pub(crate) fn shape(number: usize) -> Shapes {
    u32::try_from(number).ok().and_then(|number| 1_u128.checked_shl(number)).unwrap_or(Shapes::MAX)
}

/// What one query pattern needs: all words of one alternative.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Needs {
    /// Each alternative's literals, the one nearest to the use last. No alternatives: it may match anywhere.
    pub(crate) alternatives: Vec<Vec<Literal>>,
    /// Whether the last literal is the end of a dotted name: then it stands behind a dot, in the string of a
    /// `getattr`, or is a name that the file imports or assigns.
    pub(crate) dotted: bool,
    /// Literals whose call's result is looked at further: `default_rng` of `default_rng().normal`.
    pub(crate) called: Vec<Literal>,
    /// The number of the pattern's shape.
    pub(crate) shape: usize,
}

/// The literals of all patterns of a language.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    words: FxHashMap<Vec<u8>, u32>,
    /// By id: whether the caller wants the word's places.
    marks: Vec<bool>,
    /// By id: whether it is the literal nearest to the use in some alternative.
    nearest: Vec<bool>,
    /// Prefixes by their first byte.
    prefixes: FxHashMap<u8, Vec<(Vec<u8>, u32)>>,
    prefixed: Vec<bool>,
    count: u32,
    /// Lengths of known words by first byte, as bits: most words of a file need no look-up.
    lengths: Vec<u64>,
    /// Forms that are no words.
    forms: Vec<(Form, u32)>,
    /// Each alternative: ids of its literals, the one nearest to the use last, whether that one is dotted, and the shape.
    alternatives: Vec<(Vec<u32>, bool, Shapes)>,
    called: Vec<Literal>,
    /// Whether some pattern has no literal: then every file and every statement is of interest.
    unanchored: bool,
    /// The shapes of such patterns.
    always: Shapes,
}

/// What one file contains.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// Byte offsets of anchor words in ascending order.
    pub(crate) hits: Vec<u32>,
    /// The words themselves: a name whose import or value contains one is an anchor in its file too.
    pub(crate) words: FxHashSet<Vec<u8>>,
    /// Whether any pattern could match.
    pub(crate) possible: bool,
    /// The shapes of the patterns that could.
    pub(crate) shapes: Shapes,
    /// Byte offsets of the scan's `marks`, in ascending order.
    pub(crate) marks: Vec<u32>,
}

impl Anchors {
    /// Collects the literals of all patterns. `marks` are further words whose places the caller wants.
    pub(crate) fn new(patterns: &[Needs], marks: &[&str]) -> Self {
        let mut anchors = Self { lengths: vec![0; 256], prefixed: vec![false; 256], ..Self::default() };
        for needs in patterns {
            if needs.alternatives.is_empty() || needs.alternatives.iter().any(Vec::is_empty) {
                anchors.unanchored = true;
                anchors.always |= shape(needs.shape);
            }
            for alternative in &needs.alternatives {
                let ids = alternative.iter().map(|literal| anchors.id(literal)).collect();
                anchors.alternatives.push((ids, needs.dotted, shape(needs.shape)));
            }
            anchors.called.extend(needs.called.iter().cloned());
        }
        let marked: Vec<u32> = marks.iter().map(|mark| anchors.id(&Literal::Word((*mark).to_owned()))).collect();
        anchors.marks = (0..anchors.count).map(|id| marked.contains(&id)).collect();
        anchors.nearest = vec![false; anchors.marks.len()];
        for last in anchors.alternatives.iter().filter_map(|(ids, ..)| ids.last()) {
            anchors.nearest[*last as usize] = true;
        }
        anchors
    }

    /// Whether every statement of every file is of interest.
    pub(crate) fn unanchored(&self) -> bool {
        self.unanchored
    }

    /// Whether some pattern looks at what a call of this word returns.
    pub(crate) fn is_called(&self, word: &[u8]) -> bool {
        self.called.iter().any(|literal| match literal {
            Literal::Word(known) => known.as_bytes() == word,
            Literal::Prefix(prefix) => word.starts_with(prefix.as_bytes()),
            Literal::Form(_) => false,
        })
    }

    fn id(&mut self, literal: &Literal) -> u32 {
        let next = self.count;
        let id = match literal {
            Literal::Word(word) => {
                self.lengths[usize::from(word.as_bytes()[0])] |= 1 << word.len().min(63);
                *self.words.entry(word.as_bytes().to_vec()).or_insert(next)
            }
            Literal::Prefix(prefix) => {
                let bytes = prefix.as_bytes();
                self.prefixed[usize::from(bytes[0])] = true;
                let group = self.prefixes.entry(bytes[0]).or_default();
                match group.iter().find(|(known, _)| known == bytes) {
                    Some((_, id)) => *id,
                    None => {
                        group.push((bytes.to_vec(), next));
                        next
                    }
                }
            }
            Literal::Form(form) => match self.forms.iter().find(|(known, _)| known == form) {
                Some((_, id)) => *id,
                None => {
                    self.forms.push((form.clone(), next));
                    next
                }
            },
        };
        self.count += u32::from(id == next);
        id
    }

    /// Scans a file. Anchors are the last literals of the alternatives whose literals are all there.
    pub(crate) fn scan(&self, text: &[u8]) -> Found {
        let mut seen = vec![false; self.count as usize];
        let mut places: Vec<(u32, u32)> = Vec::with_capacity(text.len() / 64);
        let mut marks = Vec::new();
        for (offset, word) in words(text) {
            let mut found = |id: u32| {
                seen[id as usize] = true;
                if self.nearest[id as usize] {
                    places.push((offset, id));
                }
                if self.marks[id as usize] {
                    marks.push(offset);
                }
            };
            if self.lengths[usize::from(word[0])] & (1 << word.len().min(63)) != 0
                && let Some(id) = self.words.get(word)
            {
                found(*id);
            }
            if self.prefixed[usize::from(word[0])] {
                let group = self.prefixes.get(&word[0]).map(Vec::as_slice).unwrap_or_default();
                for (_, id) in group.iter().filter(|(prefix, _)| word.starts_with(prefix)) {
                    found(*id);
                }
            }
        }
        let of_words = places.len();
        for (form, id) in &self.forms {
            let found = form.places(text);
            seen[*id as usize] |= !found.is_empty();
            places.extend(found.into_iter().map(|place| (place, *id)));
        }
        if places.len() > of_words {
            places.sort_unstable();
        }
        // Of each literal: whether it is an anchor behind a dot, and whether it is one anywhere.
        let mut anchors = vec![(false, false); self.count as usize];
        let mut possible = self.unanchored;
        let mut shapes = self.always;
        for (ids, dotted, shape) in &self.alternatives {
            if ids.iter().all(|id| seen[*id as usize]) {
                possible = true;
                shapes |= shape;
                if let Some(last) = ids.last() {
                    let (behind_dot, anywhere) = &mut anchors[*last as usize];
                    *behind_dot |= dotted;
                    *anywhere |= !dotted;
                }
            }
        }
        let stars = has_star_import(text);
        let mut found = Found { possible, shapes, marks, ..Found::default() };
        for (offset, id) in places {
            let (behind_dot, anywhere) = anchors[id as usize];
            if (behind_dot || anywhere) && !self.forms.iter().any(|(_, form)| *form == id) {
                found.words.insert(word_at(text, offset).to_vec());
            }
            if anywhere || behind_dot && (stars || is_member(text, offset)) {
                found.hits.push(offset);
            }
        }
        found.hits.dedup();
        found
    }
}

impl Found {
    /// Adds the places of further names within a range, or everywhere: aliases that stand for something anchored.
    pub(crate) fn add_names(&mut self, text: &[u8], names: &[(&str, Option<(u32, u32)>)]) {
        if names.is_empty() {
            return;
        }
        for (name, range) in names {
            let (start, end) = range.map_or((0, text.len()), |(start, end)| (start as usize, end as usize));
            let start_offset = u32::try_from(start).unwrap_or(u32::MAX);
            let places = occurrences(&text[start..end], name.as_bytes());
            self.hits.extend(places.map(|place| place + start_offset));
        }
        self.hits.sort_unstable();
        self.hits.dedup();
    }

    /// The anchors in the byte range.
    pub(crate) fn within(&self, start: u32, end: u32) -> &[u32] {
        let first = self.hits.partition_point(|hit| *hit < start);
        let inside = &self.hits[first..];
        // A statement has few; those behind it are many.
        let count = inside.iter().take_while(|hit| **hit < end).count();
        &inside[..count]
    }

    /// Whether an anchor stands in the byte range.
    pub(crate) fn any_in(&self, start: u32, end: u32) -> bool {
        any_in(&self.hits, start, end)
    }

    /// Whether an anchor or a mark stands in the byte range.
    pub(crate) fn any_or_mark_in(&self, start: u32, end: u32) -> bool {
        any_in(&self.hits, start, end) || any_in(&self.marks, start, end)
    }
}

/// Whether one of the ascending offsets lies in the range.
pub(crate) fn any_in(offsets: &[u32], start: u32, end: u32) -> bool {
    let first = offsets.partition_point(|offset| *offset < start);
    offsets.get(first).is_some_and(|offset| *offset < end)
}

/// Whether the byte can be part of an identifier.
pub(crate) const fn is_word_byte(byte: u8) -> bool {
    WORD_BYTES[byte as usize]
}

/// Bytes of identifiers; those of other scripts are all beyond ASCII.
const WORD_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte == b'_' as usize || (byte as u8).is_ascii_alphanumeric() || byte >= 0x80;
        byte += 1;
    }
    table
};

/// Whether the word is an attribute, or the first word of a string.
fn is_member(text: &[u8], offset: u32) -> bool {
    let before =
        text[..offset as usize].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\\'));
    matches!(before, Some(b'.' | b'"' | b'\''))
}

/// Whether `import *` stands in the text, whatever the blanks between.
fn has_star_import(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, b"import").any(|at| {
        let next =
            text[at + "import".len()..].iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\\' | b'\n' | b'\r'));
        next == Some(&b'*')
    })
}

fn word_at(text: &[u8], offset: u32) -> &[u8] {
    let rest = &text[offset as usize..];
    &rest[..rest.iter().position(|byte| !is_word_byte(*byte)).unwrap_or(rest.len())]
}

/// Where a word stands.
pub(crate) fn occurrences<'a>(text: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = u32> + 'a {
    let is_whole = move |start: usize| {
        let end = start + word.len();
        (start == 0 || !is_word_byte(text[start - 1])) && text.get(end).is_none_or(|byte| !is_word_byte(*byte))
    };
    let places = memchr::memmem::find_iter(text, word).filter(move |start| is_whole(*start));
    places.map(|start| u32::try_from(start).unwrap_or(u32::MAX))
}

/// Identifier-like words with their offsets.
pub(crate) fn words(text: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() && !is_word_byte(text[at]) {
            at += 1;
        }
        if at == text.len() {
            return None;
        }
        let start = at;
        while at < text.len() && is_word_byte(text[at]) {
            at += 1;
        }
        Some((u32::try_from(start).unwrap_or(u32::MAX), &text[start..at]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::name_pattern::literals;

    fn anchors(patterns: &[&str]) -> Anchors {
        let alternatives = patterns.iter().map(|pattern| literals(pattern)).collect();
        Anchors::new(&[Needs { alternatives, dotted: true, ..Needs::default() }], &["def"])
    }

    #[test]
    fn a_file_needs_every_literal_of_one_alternative() {
        let anchors = anchors(&["torch.rand*", "hypothesis.given"]);
        assert!(anchors.scan(b"import torch\nx = torch.randn(2)").possible);
        assert!(anchors.scan(b"from hypothesis import given as g").possible);
        assert!(!anchors.scan(b"import numpy\nnumpy.rand(2)").possible);
        assert!(!anchors.scan(b"import torch\nx = torch.brand(2)").possible, "words, not substrings");
    }

    #[test]
    fn hits_are_the_words_nearest_to_the_use() {
        let found = anchors(&["torch.rand*"]).scan(b"import torch\nx = torch.randn(2)");
        assert_eq!(found.hits, [23]);
        assert!(found.any_in(13, 30) && !found.any_in(0, 13));
    }

    #[test]
    fn a_dotted_name_ends_behind_a_dot_or_in_a_string() {
        let found =
            anchors(&["numpy.random.f"]).scan(b"import numpy; f(numpy.random.f, getattr(numpy.random, \"f\"), f)");
        assert_eq!(found.hits, [29, 55]);
    }

    #[test]
    fn marks_are_found_and_are_no_anchors() {
        let found = anchors(&["torch.rand*"]).scan(b"def f(): undef");
        assert_eq!((found.marks, found.possible), (vec![0], false));
    }

    #[test]
    fn occurrences_are_whole_words() {
        assert_eq!(occurrences(b"r rr r.r xr", b"r").collect::<Vec<_>>(), [0, 5, 7]);
    }

    #[test]
    fn a_pattern_without_literals_makes_everything_possible() {
        assert!(Anchors::new(&[Needs::default()], &[]).scan(b"").possible);
    }
}
