//! Names that links lead to: made of words, each once in a page.

use std::collections::HashMap;

/// The longest part of a name that is made of words.
const LONGEST: usize = 80;

/// The names that are taken.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    taken: HashMap<String, usize>,
}

impl Anchors {
    /// A name made of these words, with a number behind it where others have it already.
    pub(super) fn take(&mut self, words: &str) -> String {
        let name = slug(words);
        let mut times = self.taken.get(&name).copied().unwrap_or(0);
        let mut free = name.clone();
        // A name with a number behind it may be that of other words.
        while times > 0 && self.taken.contains_key(&free) {
            times += 1;
            free = format!("{name}-{times}");
        }
        self.taken.insert(name, times.max(1));
        self.taken.entry(free.clone()).or_insert(1);
        free
    }

    /// A name below another one.
    pub(super) fn below(&mut self, above: &str, words: &str) -> String {
        self.take(&format!("{above} {}", words.chars().take(LONGEST).collect::<String>()))
    }
}

/// The letters and digits in lower case, with a hyphen for everything between them.
pub(super) fn slug(words: &str) -> String {
    let mut slug = String::with_capacity(words.len());
    for character in words.chars() {
        if character.is_alphanumeric() || character == '_' {
            slug.extend(character.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "part".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_taken_once() {
        let mut anchors = Anchors::default();
        let names = ["a", "A!", "a 2", "a", "a 2"].map(|words| anchors.take(words));
        assert_eq!(names, ["a", "a-2", "a-2-2", "a-3", "a-2-3"]);
    }

    #[test]
    fn a_name_holds_letters_digits_and_hyphens_only() {
        assert_eq!(slug("tests/Test_Ä.py:3"), "tests-test_ä-py-3");
        assert_eq!(slug("<\"'>\u{202e}\n"), "part");
    }
}
