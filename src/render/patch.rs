//! Changes of files as a unified diff, which `patch` and `git apply` read.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use similar::{ChangeTag, TextDiff};

use super::escape::visible;

/// Lines of context.
const CONTEXT: usize = 3;

/// Writes what changes in files, each a path, its bytes before and after.
pub fn render_patch<'c>(
    changes: impl IntoIterator<Item = (&'c str, &'c [u8], &'c [u8])>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    for (path, before, after) in changes {
        let path = visible(path);
        writeln!(out, "--- a/{path}\n+++ b/{path}")?;
        let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
        let diff = TextDiff::from_lines(before.as_ref(), after.as_ref());
        for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
            writeln!(out, "{}", hunk.header())?;
            for change in hunk.iter_changes() {
                let sign = match change.tag() {
                    ChangeTag::Equal => ' ',
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                };
                let (line, end) = split_end(change.value());
                write!(out, "{sign}{}{end}", escaped(line))?;
                if end.is_empty() {
                    writeln!(out, "\n\\ No newline at end of file")?;
                }
            }
        }
    }
    out.flush()
}

/// A line and its line break, which must stay as it is for a patch to apply.
fn split_end(line: &str) -> (&str, &str) {
    let text = line.strip_suffix('\n').map_or(line, |rest| rest.strip_suffix('\r').unwrap_or(rest));
    line.split_at(text.len())
}

/// [`visible`] without the tabs and the byte order mark, which change nothing for a reader.
fn escaped(line: &str) -> Cow<'_, str> {
    let (mark, rest) = line.split_at(if line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 });
    let parts: Vec<_> = rest.split('\t').map(visible).collect();
    if mark.is_empty() && parts.len() == 1 { visible(line) } else { Cow::Owned(format!("{mark}{}", parts.join("\t"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(path: &str, before: &str, after: &str) -> String {
        let mut out = Vec::new();
        render_patch([(path, before.as_bytes(), after.as_bytes())], &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn line_breaks_and_tabs_stay_and_a_missing_last_one_is_told() {
        let diff = rendered("a.ini", "\u{feff}[a]\r\n\tx", "\u{feff}[a]\r\n\tx\r\n\ty");
        let expected = "--- a/a.ini\n+++ b/a.ini\n@@ -1,2 +1,3 @@\n \u{feff}[a]\r\n-\tx\n\\ No newline at end of file\n\
                        +\tx\r\n+\ty\n\\ No newline at end of file\n";
        assert_eq!(diff, expected);
    }

    #[test]
    fn nothing_from_the_tree_reaches_a_terminal_as_a_command() {
        let diff = rendered("a\n+++ b/\x1b[31m.ini", "x = \x1b[2J\u{202e}\n", "x = \x1b[2J\u{202e}\ny\n");
        assert!(!diff.contains(['\x1b', '\u{202e}']), "{diff:?}");
        assert_eq!(diff.lines().count(), 5, "{diff}");
    }
}
