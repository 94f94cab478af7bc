//! The comment that marks a test file as a candidate for fuzzing: its wording, and by what it is told from other comments.
//! Knows nothing of files.

use super::{Language, Reason, cookie::coding_spec};

/// What stands for the reasons.
const REASONS: &str = "{reasons}";

/// So many letters and digits must stand before the reasons, or other comments would be taken for headers.
const MIN_LETTERS: usize = 4;

/// How the header reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderTemplate(String);

impl HeaderTemplate {
    /// The wording without a configuration.
    pub const DEFAULT: &str = "# FUZZ_TESTING_CANDIDATE: This test uses {reasons} and is suitable for fuzz testing";

    /// A template from its text, in which `{reasons}` stands for the reasons of a file.
    ///
    /// # Errors
    /// What is wrong with it: it must be one comment, in ASCII, which is the same bytes in every encoding of a source, and
    /// begin with words that tell it from other comments.
    pub fn new(text: &str) -> Result<Self, String> {
        let template = Self(text.to_owned());
        let letters = template.fixed().chars().filter(char::is_ascii_alphanumeric).count();
        let wrong = if !text.starts_with('#') || text.starts_with("#!") {
            "a header is a comment: begin with `# `"
        } else if text.bytes().any(|byte| byte.is_ascii_control()) {
            "a header is one line: leave out line breaks and control characters"
        } else if !text.is_ascii() {
            "a header is ASCII, because sources have different encodings: leave out other characters"
        } else if text.ends_with(' ') {
            "a header ends with a word: leave out the blanks at its end"
        } else if letters < MIN_LETTERS {
            "a header is told from other comments by what stands before `{reasons}`: begin with a name, as in \
             `# FUZZ: {reasons}`"
        } else if coding_spec(template.line(Language::Python, &Reason::ALL).as_bytes()).is_some() {
            "Python would take this header for the encoding of the file: leave out `coding:` and `coding=`"
        } else {
            return Ok(template);
        };
        Err(format!("`{}` is no template of a header: {wrong}", text.escape_debug()))
    }

    /// The header of a file of this language for these reasons, without a line break.
    pub fn line(&self, language: Language, reasons: &[Reason]) -> String {
        let phrases: Vec<_> = reasons.iter().map(|reason| reason.phrase()).collect();
        let joined = match phrases.as_slice() {
            [] => String::new(),
            [only] => (*only).to_owned(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        };
        format!("{}{}", sign(language), self.0.replace(REASONS, &joined).trim_start_matches('#'))
    }

    /// Whether a comment, from its first sign to the end of its line, is a header by this template or by the default one: it
    /// begins with the same words, whatever the reasons are; without reasons in the template, it is the same.
    pub fn recognizes(&self, language: Language, comment: &[u8]) -> bool {
        let Some(comment) = comment.strip_prefix(sign(language).as_bytes()) else { return false };
        let own = match self.0.contains(REASONS) {
            true => comment.starts_with(self.fixed().as_bytes()),
            false => comment.trim_ascii_end() == self.fixed().as_bytes(),
        };
        own || comment.starts_with(Self::default().fixed().as_bytes())
    }

    /// What stands before the reasons, without the sign of a comment.
    fn fixed(&self) -> &str {
        self.0.split(REASONS).next().unwrap_or_default().trim_start_matches('#')
    }
}

/// What a comment begins with.
fn sign(language: Language) -> &'static str {
    match language {
        Language::Python => "#",
        Language::Rust | Language::Cpp => "//",
    }
}

impl Default for HeaderTemplate {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reasons_are_told_in_the_fixed_order_as_a_list() {
        let line =
            |reasons: &[Reason]| HeaderTemplate::new("# FUZZ: {reasons}").unwrap().line(Language::Python, reasons);
        assert_eq!(line(&[Reason::Random]), "# FUZZ: random data generation");
        assert_eq!(
            line(&[Reason::Parametrized, Reason::Property]),
            "# FUZZ: parametrized tests and property-based testing"
        );
        let rust = HeaderTemplate::default().line(Language::Rust, &[Reason::Property]);
        assert_eq!(
            rust,
            "// FUZZ_TESTING_CANDIDATE: This test uses property-based testing and is suitable for fuzz testing"
        );
        let all = "# FUZZ: parametrized tests, random data generation and property-based testing";
        assert_eq!(line(&Reason::ALL), all);
    }

    #[test]
    fn a_template_that_is_no_comment_or_takes_other_comments_for_headers_is_refused() {
        assert_eq!(HeaderTemplate::new(HeaderTemplate::DEFAULT), Ok(HeaderTemplate::default()));
        for (text, part) in [
            ("FUZZ: {reasons}", "is a comment"),
            ("", "is a comment"),
            ("#!FUZZ: {reasons}", "is a comment"),
            ("# FUZZ:\n{reasons}", "one line"),
            ("# FUZZ:\r{reasons}", "one line"),
            ("# FÜZZ: {reasons}", "ASCII"),
            ("# FUZZ: {reasons} ", "at its end"),
            ("# {reasons}", "told from other comments"),
            ("# FUZZ coding: {reasons}", "encoding of the file"),
            ("# FUZZ encoding=x", "encoding of the file"),
        ] {
            let message = HeaderTemplate::new(text).unwrap_err();
            assert!(message.contains(part), "{text:?}: {message}");
        }
    }

    #[test]
    fn a_header_is_recognized_by_the_words_before_its_reasons_and_by_no_others() {
        let template = HeaderTemplate::new("# FUZZ: {reasons}!").unwrap();
        for comment in ["# FUZZ: anything", "# FUZZ_TESTING_CANDIDATE: This test uses hypothesis"] {
            assert!(template.recognizes(Language::Python, comment.as_bytes()), "{comment}");
            let rust = comment.replacen('#', "//", 1);
            assert!(template.recognizes(Language::Rust, rust.as_bytes()), "{rust}");
            assert!(!template.recognizes(Language::Rust, comment.as_bytes()), "{comment}");
        }
        for comment in ["# FUZZY", "#FUZZ: x", "# see FUZZ: x", "# FUZZ_TESTING_CANDIDATE is what we look for"] {
            assert!(!template.recognizes(Language::Python, comment.as_bytes()), "{comment}");
        }
        let whole = HeaderTemplate::new("# fuzz me").unwrap();
        assert!(
            whole.recognizes(Language::Python, b"# fuzz me ") && !whole.recognizes(Language::Python, b"# fuzz me not")
        );
    }
}
