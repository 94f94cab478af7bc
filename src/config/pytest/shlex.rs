//! Python's `shlex.split`. Refuses to know what is split.

/// The words of a text; an error where a quotation or an escape does not end.
///
/// `shlex.shlex.read_token` with `posix` and `whitespace_split` and without comments: a `\` escapes any character
/// outside of quotations, nothing in `'…'`, and `"` and `\` in `"…"`.
pub(super) fn split(text: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    // A word that is not there yet differs from an empty one in quotations.
    let mut word: Option<String> = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(letters.next().ok_or("no escaped character")?),
            '\'' | '"' => quotation(letter, &mut letters, word.get_or_insert_default())?,
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

fn quotation(quote: char, letters: &mut std::str::Chars<'_>, word: &mut String) -> Result<(), &'static str> {
    loop {
        match letters.next().ok_or("no closing quotation")? {
            letter if letter == quote => return Ok(()),
            '\\' if quote == '"' => {
                let escaped = letters.next().ok_or("no escaped character")?;
                if escaped != '"' && escaped != '\\' {
                    word.push('\\');
                }
                word.push(escaped);
            }
            letter => word.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is what `shlex.split` gives.
    #[test]
    fn words_are_split_as_python_splits_them() {
        let cases: [(&str, &[&str]); 12] = [
            ("", &[]),
            (" a  b\n\tc ", &["a", "b", "c"]),
            ("-m 'not slow'", &["-m", "not slow"]),
            ("-m\"a 'b'\"c", &["-ma 'b'c"]),
            ("'' \"\"", &["", ""]),
            ("a''", &["a"]),
            (r"a\ b \'", &["a b", "'"]),
            (r#""a\"b\\c\d""#, &[r#"a"b\c\d"#]),
            (r"'a\b'", &[r"a\b"]),
            ("a # b", &["a", "#", "b"]),
            ("a;b|c", &["a;b|c"]),
            ("a\u{a0}b", &["a\u{a0}b"]),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text).unwrap(), expected, "{text:?}");
        }
        for (text, expected) in
            [("'a", "no closing quotation"), ("\"a", "no closing quotation"), ("a\\", "no escaped character")]
        {
            assert_eq!(split(text), Err(expected), "{text:?}");
        }
    }
}
