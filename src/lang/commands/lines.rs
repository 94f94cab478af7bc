//! The lines of a file that says what is run, comments left out: for whoever asks whether a program is run at all, whatever
//! runs it.

use crate::model::project::CommandLine;

/// Bytes of a line that are kept.
const MAX_LENGTH: usize = 400;

/// The lines of a text with something in them that is no comment.
pub fn lines(path: &str, text: &str) -> Vec<CommandLine> {
    let numbered = (1u32..).zip(text.lines());
    let said = numbered.filter_map(|(line, own)| {
        let own = own.trim();
        // A `#` within a line may stand in a string; one behind a blank begins a comment for every reader of these files.
        let own = own.find(" #").map_or(own, |comment| own[..comment].trim_end());
        let is_comment = own.is_empty() || own.starts_with(['#', ';']) || own.starts_with("//");
        let end = own.char_indices().map(|(at, _)| at).find(|at| *at >= MAX_LENGTH).unwrap_or(own.len());
        (!is_comment).then(|| CommandLine { path: path.to_owned(), line, text: own[..end].to_owned() })
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_commands() {
        let found = lines("ci.yml", "# a\nrun: b # c\n\n; d\n  - cargo fuzz build\n");
        let found: Vec<_> = found.iter().map(|own| (own.line, own.text.as_str())).collect();
        assert_eq!(found, [(2, "run: b"), (5, "- cargo fuzz build")]);
    }
}
