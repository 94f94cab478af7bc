//! Text within a line: words, code, places in the audited tree.

/// A run of text of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Words.
    Plain(String),
    /// Names, source, commands.
    Code(String),
    /// Words that stand out.
    Strong(String),
    /// A file, with a line where one is meant; links to the source where it is known where that is published.
    Place {
        /// Relative to the root of the report.
        path: String,
        /// 1-based.
        line: Option<u32>,
    },
    /// A line of a file that the text has named already.
    Line {
        /// Relative to the root of the report.
        path: String,
        /// 1-based.
        line: u32,
    },
    /// A number.
    Number(u64),
    /// A number with its percentage of another.
    Share {
        /// How many.
        part: u64,
        /// Of how many.
        whole: u64,
    },
    /// A percentage.
    Percent(u64),
    /// A word of a small vocabulary, coloured where there are colours.
    Badge(String, Tone),
    /// Words that lead to a row's or a section's anchor.
    Link {
        /// The words.
        text: String,
        /// The anchor.
        anchor: String,
    },
}

/// How a badge is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Needs attention.
    Bad,
    /// Deserves attention.
    Warn,
    /// As it should be.
    Good,
    /// Neither.
    Neutral,
}

/// Text within a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Inline>);

impl Text {
    /// No text.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Words: nothing in them is markup.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![Inline::Plain(text.into())])
    }

    /// Names, source, commands.
    pub fn code(text: impl Into<String>) -> Self {
        Self(vec![Inline::Code(text.into())])
    }

    /// Words that stand out.
    pub fn strong(text: impl Into<String>) -> Self {
        Self(vec![Inline::Strong(text.into())])
    }

    /// A message that puts things in backticks: those become code. Where the backticks do not pair up, all of it is words.
    pub fn prose(message: &str) -> Self {
        let parts: Vec<&str> = message.split('`').collect();
        let inner = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
        if parts.len().is_multiple_of(2) || inner.iter().any(|part| part.is_empty()) {
            return Self::plain(message);
        }
        let inline = |(index, part): (usize, &&str)| match index % 2 {
            1 => Inline::Code((*part).to_owned()),
            _ => Inline::Plain((*part).to_owned()),
        };
        let inlines = parts.iter().enumerate().map(inline);
        Self(inlines.filter(|inline| *inline != Inline::Plain(String::new())).collect())
    }

    /// A file.
    pub fn path(path: impl Into<String>) -> Self {
        Self(vec![Inline::Place { path: path.into(), line: None }])
    }

    /// A line of a file.
    pub fn place(path: impl Into<String>, line: impl Into<Option<u32>>) -> Self {
        Self(vec![Inline::Place { path: path.into(), line: line.into() }])
    }

    /// A line of a file that the text has named already.
    pub fn line(path: impl Into<String>, line: u32) -> Self {
        Self(vec![Inline::Line { path: path.into(), line }])
    }

    /// A number.
    pub fn number(number: impl TryInto<u64>) -> Self {
        Self(vec![Inline::Number(number.try_into().unwrap_or(u64::MAX))])
    }

    /// A number with its percentage of another.
    pub fn share(part: impl TryInto<u64>, whole: impl TryInto<u64>) -> Self {
        let number = |number: Option<u64>| number.unwrap_or(u64::MAX);
        Self(vec![Inline::Share { part: number(part.try_into().ok()), whole: number(whole.try_into().ok()) }])
    }

    /// A percentage, rounded.
    pub fn percent(percent: impl TryInto<u64>) -> Self {
        Self(vec![Inline::Percent(percent.try_into().unwrap_or(u64::MAX))])
    }

    /// A word of a small vocabulary.
    pub fn badge(text: impl Into<String>, tone: Tone) -> Self {
        Self(vec![Inline::Badge(text.into(), tone)])
    }

    /// Words that lead to a row's or a section's anchor.
    pub fn link(text: impl Into<String>, anchor: impl Into<String>) -> Self {
        Self(vec![Inline::Link { text: text.into(), anchor: anchor.into() }])
    }

    /// The text with more behind it.
    #[must_use]
    pub fn then(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// Texts with words between them.
    pub fn join(texts: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut joined = Self::empty();
        for (index, text) in texts.into_iter().enumerate() {
            joined = if index == 0 { text } else { joined.then(between).then(text) };
        }
        joined
    }

    /// The text without its kinds.
    pub(in crate::render) fn words(&self) -> String {
        let words = |inline: &Inline| match inline {
            Inline::Plain(text)
            | Inline::Code(text)
            | Inline::Strong(text)
            | Inline::Badge(text, _)
            | Inline::Link { text, .. }
            | Inline::Place { path: text, line: None } => text.clone(),
            Inline::Place { path, line: Some(line) } => format!("{path}:{line}"),
            Inline::Line { line, .. } => format!("line {line}"),
            Inline::Number(number) => number.to_string(),
            Inline::Percent(percent) => format!("{percent}%"),
            Inline::Share { part, .. } => part.to_string(),
        };
        self.0.iter().map(words).collect()
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::empty() } else { Self::plain(text) }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::empty() } else { Self::plain(text) }
    }
}

/// A name for links, made of words: letters and digits in lower case, with a hyphen for everything between them.
pub(in crate::render) fn slug(words: &str) -> String {
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

/// A number with its percentage of another; of nothing there is none.
pub(in crate::render) fn share(part: u64, whole: u64) -> String {
    if whole == 0 { part.to_string() } else { format!("{part} ({})", percent(part, whole)) }
}

/// A share as a percentage with one decimal, rounded half up, computed in integers.
pub(in crate::render) fn percent(part: u64, whole: u64) -> String {
    let tenths = (u128::from(part) * 2000 + u128::from(whole)) / (u128::from(whole) * 2);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_holds_letters_digits_and_hyphens_only() {
        assert_eq!(slug("tests/Test_Ä.py:3"), "tests-test_ä-py-3");
        assert_eq!(slug("<\"'>\u{202e}\n"), "part");
    }

    #[test]
    fn percentages_round_to_one_decimal() {
        assert_eq!(percent(180, 241), "74.7%");
        assert_eq!(percent(1, 3), "33.3%");
        assert_eq!(percent(2, 3), "66.7%");
        assert_eq!(percent(1, 2000), "0.1%");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.0%");
    }

    #[test]
    fn a_share_of_nothing_has_no_percentage() {
        assert_eq!(share(0, 0), "0");
        assert_eq!(share(1, 4), "1 (25.0%)");
    }

    #[test]
    fn things_in_backticks_become_code_and_unpaired_ones_do_not() {
        assert_eq!(Text::prose("cannot read `a` now"), Text::plain("cannot read ").then(Text::code("a")).then(" now"));
        assert_eq!(Text::prose("`a`"), Text::code("a"));
        assert_eq!(Text::prose("a `b"), Text::plain("a `b"));
        assert_eq!(Text::prose("a `` b"), Text::plain("a `` b"));
    }

    #[test]
    fn joined_texts_have_the_words_between_them_only() {
        assert_eq!(
            Text::join([Text::code("a"), Text::code("b")], ", "),
            Text::code("a").then(", ").then(Text::code("b"))
        );
        assert_eq!(Text::join([], ", "), Text::empty());
    }
}
