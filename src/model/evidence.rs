//! What a claim rests on.

use serde::Serialize;

/// A place in a file and what stands there. No claim is made without one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence {
    /// 1-based.
    pub line: u32,
    /// What was recognised, by its resolved name: `torch.randn`, `pytest.mark.parametrize`.
    pub what: String,
    /// The line as it stands in the file, without surrounding blanks, shortened to [`Evidence::TEXT`] characters.
    pub text: String,
}

impl Evidence {
    /// How many characters of a line are kept.
    pub const TEXT: usize = 120;

    /// Evidence from a whole source line.
    pub fn new(line: u32, what: impl Into<String>, text: &str) -> Self {
        let text = text.trim();
        let text = match text.char_indices().nth(Self::TEXT) {
            Some((cut, _)) => format!("{}…", &text[..cut]),
            None => text.to_owned(),
        };
        Self { line, what: what.into(), text }
    }
}
