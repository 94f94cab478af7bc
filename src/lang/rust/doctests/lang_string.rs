//! What stands behind the fence of a block of code: rustdoc's `LangString::parse` and `TagIterator`
//! (`html/markdown.rs`), as a stable toolchain reads it.
//!
//! Refuses to know what a target or an edition is set to.

use std::{iter::Peekable, str::CharIndices};

use crate::model::Edition;

/// What the words behind a fence say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LangString {
    /// Whether it is code of Rust, to be tested.
    pub(super) rust: bool,
    /// `ignore`.
    pub(super) ignored: bool,
    /// What follows each `ignore-`; overrides `ignore`.
    pub(super) ignored_on: Vec<Box<str>>,
    pub(super) should_panic: bool,
    /// `no_run`, or `compile_fail`, which implies it.
    pub(super) no_run: bool,
    pub(super) compile_fail: bool,
    pub(super) test_harness: bool,
    pub(super) standalone_crate: bool,
    pub(super) edition: Option<Edition>,
}

impl Default for LangString {
    fn default() -> Self {
        Self {
            rust: true,
            ignored: false,
            ignored_on: Vec::new(),
            should_panic: false,
            no_run: false,
            compile_fail: false,
            test_harness: false,
            standalone_crate: false,
            edition: None,
        }
    }
}

impl LangString {
    /// Reads the words behind a fence. `E0123` is an unknown word: codes of errors are for nightly toolchains.
    pub(super) fn parse(info: &str) -> Self {
        let mut lang_string = Self::default();
        let mut seen_rust = false;
        let mut seen_other = false;
        let mut seen_custom = false;
        let mut words = Words::new(info);
        while let Some(word) = words.next_word() {
            match word {
                "rust" => seen_rust = true,
                "custom" => seen_custom = true,
                // These three forget a word of Rust that came before an unknown one.
                "should_panic" => {
                    lang_string.should_panic = true;
                    seen_rust = !seen_other;
                }
                "no_run" => {
                    lang_string.no_run = true;
                    seen_rust = !seen_other;
                }
                "ignore" => {
                    lang_string.ignored = true;
                    seen_rust = !seen_other;
                }
                "test_harness" => {
                    lang_string.test_harness = true;
                    seen_rust |= !seen_other;
                }
                "compile_fail" => {
                    lang_string.compile_fail = true;
                    lang_string.no_run = true;
                    seen_rust |= !seen_other;
                }
                "standalone_crate" => {
                    lang_string.standalone_crate = true;
                    seen_rust |= !seen_other;
                }
                _ => {
                    if let Some(target) = word.strip_prefix("ignore-") {
                        lang_string.ignored_on.push(target.into());
                        seen_rust = !seen_other;
                    } else if let Some(edition) = word.strip_prefix("edition") {
                        lang_string.edition = Edition::named(edition);
                    } else if word.strip_prefix("rust").is_some_and(|edition| Edition::named(edition).is_some()) {
                        // `rust2021` gets a warning and decides nothing.
                    } else {
                        seen_other = true;
                    }
                }
            }
        }
        if !lang_string.ignored_on.is_empty() {
            lang_string.ignored = false;
        }
        lang_string.rust = !seen_custom && (!seen_other || seen_rust) && !words.failed;
        lang_string
    }
}

/// The words behind a fence, without comments in parentheses and without what stands in braces.
struct Words<'i> {
    info: &'i str,
    characters: Peekable<CharIndices<'i>>,
    in_braces: bool,
    /// Whether something was wrong; nothing is read behind that, and the block is no test.
    failed: bool,
}

impl<'i> Words<'i> {
    fn new(info: &'i str) -> Self {
        Self { info, characters: info.char_indices().peekable(), in_braces: false, failed: false }
    }

    fn next_word(&mut self) -> Option<&'i str> {
        while !self.failed {
            while self.characters.next_if(|(_, character)| is_separator(*character)).is_some() {}
            let Some(&(start, _)) = self.characters.peek() else {
                self.failed = self.in_braces;
                return None;
            };
            let word = if self.in_braces { self.attribute().map(|()| None) } else { self.word(start) };
            match word {
                Some(Some(word)) => return Some(word),
                Some(None) => {}
                None => self.failed = true,
            }
        }
        None
    }

    /// A word outside of braces, or none where a brace or a comment stands; `None` where something is wrong.
    fn word(&mut self, start: usize) -> Option<Option<&'i str>> {
        while let Some((position, character)) = self.characters.next() {
            let word = (position != start).then(|| &self.info[start..position]);
            match character {
                '"' => {
                    if word.is_some() {
                        return None;
                    }
                    let end = self.string_end()?;
                    let ended =
                        self.characters.peek().is_none_or(|(_, next)| is_separator(*next) || "{(".contains(*next));
                    return ended.then(|| Some(&self.info[start + 1..end]));
                }
                '{' => {
                    // A word that touches a brace is lost.
                    self.in_braces = true;
                    return Some(None);
                }
                '(' => {
                    self.characters.by_ref().find(|(_, character)| *character == ')')?;
                    return Some(word);
                }
                _ if is_separator(character) => return Some(word),
                _ if word.is_none() && is_leading(character) || word.is_some() && is_inner(character) => {}
                _ => return None,
            }
        }
        Some(Some(&self.info[start..]))
    }

    /// `.class`, `key=value` or the closing brace.
    fn attribute(&mut self) -> Option<()> {
        let (_, first) = self.characters.next()?;
        match first {
            '}' => {
                self.in_braces = false;
                return Some(());
            }
            '.' => {
                self.characters.next_if(|(_, character)| is_inner(*character))?;
                while self.characters.next_if(|(_, character)| is_inner(*character)).is_some() {}
            }
            _ if first == '"' || is_leading(first) => {
                self.token(first)?;
                self.characters.next_if(|(_, character)| *character == '=')?;
                let (_, value) = self.characters.next_if(|(_, value)| *value == '"' || is_inner(*value))?;
                self.token(value)?;
            }
            _ => return None,
        }
        let next = self.characters.peek();
        next.is_none_or(|(_, next)| is_separator(*next) || "}(".contains(*next)).then_some(())
    }

    /// The rest of a key or value that begins with this character. It must not be empty, nor end the text.
    fn token(&mut self, first: char) -> Option<()> {
        if first == '"' {
            let &(start, _) = self.characters.peek()?;
            return (self.string_end()? != start).then_some(());
        }
        while self.characters.next_if(|(_, character)| is_inner(*character)).is_some() {}
        self.characters.peek().map(|_| ())
    }

    /// Reads to a closing quote, and tells where that stands.
    fn string_end(&mut self) -> Option<usize> {
        self.characters.find(|(_, character)| *character == '"').map(|(position, _)| position)
    }
}

fn is_leading(character: char) -> bool {
    matches!(character, '_' | '-' | ':') || character.is_ascii_alphanumeric()
}

fn is_inner(character: char) -> bool {
    is_leading(character) || ".!#$%&*+/;<>?@^|~".contains(character)
}

fn is_separator(character: char) -> bool {
    matches!(character, ' ' | ',' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_rust(info: &str) -> bool {
        LangString::parse(info).rust
    }

    #[test]
    fn codes_of_errors_are_unknown_words_to_a_stable_toolchain() {
        assert!(is_rust("compile_fail,E0308"));
        assert!(!is_rust("E0308"));
        assert!(!is_rust("E0308,compile_fail"));
    }

    #[test]
    fn an_ignored_target_overrides_that_all_are_ignored() {
        let lang_string = LangString::parse("ignore,ignore-wasm32,ignore-x86_64");
        assert!(!lang_string.ignored);
        assert_eq!(lang_string.ignored_on, ["wasm32".into(), "x86_64".into()]);
    }

    #[test]
    fn what_is_not_closed_makes_a_block_no_test() {
        for info in ["rust {", "rust {.", "rust {.a", "rust (a", "\"rust", "rust {a=}", "rust {a=\"\"}", "rust {=b}"] {
            assert!(!is_rust(info), "{info}");
        }
        for info in ["rust {.a}", "rust (a)", "\"rust\"", "rust {a=b}", "rust {\"a b\"=\"c\"}", "rust{.a}"] {
            assert!(is_rust(info), "{info}");
        }
    }
}
