//! Text from an audited tree made harmless: for terminals, for Markdown text, code spans and table cells.
//!
//! Owns every rule of escaping. Knows no report.

use std::borrow::Cow;
use std::fmt::Write;

/// Replaces what a reader could not see or what would change how the rest is shown: control characters, line and
/// paragraph separators, bidirectional controls and other invisible marks. `\n`, `\r` and `\t` keep their usual names,
/// all others become `\u{…}`. A backslash stays as it is: source text is full of them.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if is_invisible(character) => {
                write!(escaped, "\\u{{{:x}}}", u32::from(character)).expect("writing to a string cannot fail");
            }
            _ => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

/// Whether [`visible`] and the JSON writer escape a character. The joiners U+200C and U+200D are left alone: words of
/// several scripts and emoji need them.
pub(super) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// HTML text that reads as the given characters, in content and in quoted attributes.
pub fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match html_character(character) {
            Some(own) => escaped.push_str(&own),
            None => escaped.push(character),
        }
    }
    escaped
}

/// What stands for a character in HTML, if it is not itself.
pub(super) fn html_character(character: char) -> Option<Cow<'static, str>> {
    match character {
        '&' => Some("&amp;".into()),
        '<' => Some("&lt;".into()),
        '>' => Some("&gt;".into()),
        '"' => Some("&quot;".into()),
        '\'' => Some("&#39;".into()),
        _ if is_invisible(character) => Some(visible(character.encode_utf8(&mut [0; 4])).into_owned().into()),
        _ => None,
    }
}

/// A Markdown code span: its fence is longer than any run of backticks inside.
pub fn code(text: &str) -> String {
    let text = visible(text);
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(if longest == 0 { 1 } else { longest + 1 });
    // A reader strips one blank from both ends; a span must not be empty.
    let touches = |end: char| text.starts_with(end) || text.ends_with(end);
    let padding = if text.is_empty() || touches('`') || touches(' ') { " " } else { "" };
    let tail = if text.is_empty() { "" } else { padding };
    format!("{fence}{padding}{text}{tail}{fence}")
}

/// A Markdown code span within a table, where a bar would end the cell even inside a span.
pub fn code_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Markdown text that reads as the given characters: nothing in it is markup, at the start of a line or elsewhere.
/// Safe in table cells too.
pub fn text(text: &str) -> String {
    text_after(None, text)
}

/// [`text`] behind a character; `None` at the start of a line.
pub(super) fn text_after(before: Option<char>, text: &str) -> String {
    let text = visible(text);
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut characters = text.chars().peekable();
    let mut previous = before;
    while let Some(character) = characters.next() {
        let is_word = |side: Option<char>| side.is_some_and(char::is_alphanumeric);
        let special = match character {
            '\\' | '`' | '*' | '<' | '>' | '&' | '[' | ']' | '|' | '~' | '#' | '$' => true,
            // Within a word an underscore is no emphasis.
            '_' => !(is_word(previous) && is_word(characters.peek().copied())),
            '!' => characters.peek() == Some(&'['),
            // List markers and underlines of headings.
            '-' | '+' | '=' => previous.is_none(),
            '.' | ')' => before.is_none() && is_number(&escaped),
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(character);
        previous = Some(character);
    }
    escaped
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Markdown from a message that puts things in backticks: those become code spans, the rest becomes text. Where the
/// backticks do not pair up, all of it is text.
pub fn prose(message: &str) -> String {
    let parts: Vec<&str> = message.split('`').collect();
    let inner = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    if parts.len().is_multiple_of(2) || inner.iter().any(|part| part.is_empty()) {
        return text(message);
    }
    let markdown = |(index, part): (usize, &&str)| match (index % 2, index) {
        (1, _) => code(part),
        (_, 0) => text(part),
        _ => text_after(Some('`'), part),
    };
    parts.iter().enumerate().map(markdown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_not_copied_and_not_changed() {
        for name in ["tests/test_a.py", "tests/tëst_日本.py", "a\\xff.py", "👩‍💻.py"] {
            assert!(matches!(visible(name), Cow::Borrowed(same) if same == name));
        }
    }

    #[test]
    fn what_moves_a_cursor_or_reverses_text_is_spelt_out() {
        assert_eq!(visible("a\n# x.py"), "a\\n# x.py");
        assert_eq!(visible("a\r\tb"), "a\\r\\tb");
        assert_eq!(visible("\u{1b}[2J"), "\\u{1b}[2J");
        assert_eq!(visible("\u{9b}2J\u{7f}\0"), "\\u{9b}2J\\u{7f}\\u{0}");
        assert_eq!(visible("exe.\u{202e}yp.py"), "exe.\\u{202e}yp.py");
        assert_eq!(visible("a\u{2028}b\u{feff}\u{e0041}"), "a\\u{2028}b\\u{feff}\\u{e0041}");
    }

    #[test]
    fn a_code_span_is_fenced_by_more_backticks_than_it_holds() {
        assert_eq!(code("test_a.py"), "`test_a.py`");
        assert_eq!(code("`x`.py"), "`` `x`.py ``");
        assert_eq!(code("a```b`c"), "````a```b`c````");
        assert_eq!(code("``"), "``` `` ```");
        assert_eq!(code(" a"), "`  a `");
        assert_eq!(code(""), "` `");
        assert_eq!(code("a\n\n# x"), "`a\\n\\n# x`");
    }

    #[test]
    fn a_bar_in_a_table_is_escaped_even_within_a_code_span() {
        assert_eq!(code("a|b"), "`a|b`");
        assert_eq!(code_cell("a|b"), "`a\\|b`");
        assert_eq!(text("a|b"), "a\\|b");
    }

    #[test]
    fn markup_in_text_loses_its_meaning() {
        assert_eq!(text("<script>&amp;"), "\\<script\\>\\&amp;");
        assert_eq!(text("*a* [b](c) `d` ~e~ $f$"), "\\*a\\* \\[b\\](c) \\`d\\` \\~e\\~ \\$f\\$");
        assert_eq!(text("# a"), "\\# a");
        assert_eq!(text("- a-b"), "\\- a-b");
        assert_eq!(text("12. a 3.4"), "12\\. a 3.4");
        assert_eq!(text("back\\slash"), "back\\\\slash");
        assert_eq!(text("Yes! ![x]"), "Yes! \\!\\[x\\]");
    }

    #[test]
    fn markup_in_html_loses_its_meaning() {
        assert_eq!(html("<a b=\"c\" d='e'>&amp;\n"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;\\n");
    }

    #[test]
    fn underscores_are_escaped_only_where_they_could_be_emphasis() {
        assert_eq!(text("test_a_b"), "test_a_b");
        assert_eq!(text("_composable/__init__"), "\\_composable/\\_\\_init\\_\\_");
    }

    #[test]
    fn things_in_backticks_become_code_spans_and_the_rest_text() {
        assert_eq!(prose("cannot read `a_*.py` at *all*"), "cannot read `a_*.py` at \\*all\\*");
        assert_eq!(prose("`a`- b"), "`a`- b");
        assert_eq!(prose("`a`_b_"), "`a`\\_b\\_");
        assert_eq!(prose("plain"), "plain");
    }

    #[test]
    fn unpaired_or_empty_backticks_become_text() {
        assert_eq!(prose("a `b"), "a \\`b");
        assert_eq!(prose("a `` b <i>"), "a \\`\\` b \\<i\\>");
        assert_eq!(prose("`a``b`"), "\\`a\\`\\`b\\`");
        assert_eq!(prose(""), "");
    }
}
