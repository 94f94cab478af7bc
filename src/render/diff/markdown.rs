//! What changed, in Markdown for a comment on a pull request: a summary, then lists, the longer ones folded.
//!
//! Owns how much of it is shown: such a comment has a limited length, and nobody reads a thousand rows.

use std::io::{self, Write};

use super::{Voice, signed};
use crate::{
    render::{
        escape::{code, prose},
        markdown::page::Page,
    },
    views::{Change, Diff},
};

/// So many changes are shown.
const ROWS: usize = 200;

/// So many bytes they may have together: GitHub takes 65,536 characters in a comment.
const BYTES: usize = 50_000;

/// So many characters of a name are shown.
const NAME: usize = 300;

/// Lists of more changes are folded.
const UNFOLDED: usize = 10;

/// Writes the summary, the figures that changed, the changes, and what was not compared.
pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out);
    page.paragraph(&format!("**Test audit:** {}", diff.summary()))?;
    let changed = diff.figures.iter().filter(|figure| figure.old != figure.new);
    let figures: Vec<Vec<String>> = changed
        .map(|own| vec![own.name.to_owned(), own.old.to_string(), own.new.to_string(), signed(own.old, own.new)])
        .collect();
    if !figures.is_empty() {
        page.table(&["", "Old", "New", "Change"], &[false, true, true, true], &figures)?;
    }
    let groups: Vec<_> = diff.groups().collect();
    let share = share(&groups.iter().map(|(_, changes)| changes.len()).collect::<Vec<_>>(), ROWS);
    let mut left = BYTES;
    for (kind, changes) in groups {
        let title = format!("{} ({})", kind.title(), changes.len());
        let list = list(changes, share, &mut left);
        if changes.len() > UNFOLDED {
            page.folded(&title, &list)?;
        } else {
            page.paragraph(&format!("**{title}**"))?;
            page.paragraph(&list)?;
        }
    }
    for words in diff.not_compared_words() {
        page.paragraph(&format!("Not compared: {}.", prose(&short(&words))))?;
    }
    diff.notes.iter().try_for_each(|note| page.paragraph(&format!("Note: {}", prose(&short(note)))))
}

/// The first changes of a kind; how many more there are.
fn list(changes: &[Change], share: usize, left: &mut usize) -> String {
    let voice = Voice { name: |name| code(&short(name)), words: |words| prose(&short(words)) };
    let mut items = Vec::new();
    for change in changes.iter().take(share) {
        let item = format!("- {}", voice.line(change));
        if item.len() > *left {
            break;
        }
        *left -= item.len();
        items.push(item);
    }
    match changes.len() - items.len() {
        0 => {}
        more if items.is_empty() => items.push(format!("- {more}, not shown")),
        more => items.push(format!("- and {more} more")),
    }
    items.join("\n")
}

/// How many of each kind are shown, so that all together are at most `rows` and no kind crowds out another.
fn share(lengths: &[usize], rows: usize) -> usize {
    let mut lengths = lengths.to_vec();
    lengths.sort_unstable();
    let mut left = rows;
    for (place, length) in lengths.iter().enumerate() {
        let share = left / (lengths.len() - place);
        if *length > share {
            return share;
        }
        left -= length;
    }
    rows
}

/// The beginning of a text.
fn short(text: &str) -> String {
    match text.char_indices().nth(NAME) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lists_are_whole_and_long_ones_share_the_rest() {
        assert_eq!(share(&[3, 5], 200), 200);
        assert_eq!(share(&[1000], 200), 200);
        assert_eq!(share(&[1000, 1000], 200), 100);
        assert_eq!(share(&[1000, 10, 1000], 200), 95);
        assert_eq!(share(&[], 200), 200);
        assert_eq!(share(&[200], 200), 200);
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        assert_eq!(short(&"é".repeat(NAME)), "é".repeat(NAME));
        assert_eq!(short(&"é".repeat(NAME + 1)), "é".repeat(NAME) + "…");
    }
}
