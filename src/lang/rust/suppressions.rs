//! Comments for testaudit in a file of Rust. Refuses to know what they mean: `lang::suppressions` does.

use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, strip_shebang, tokenize};

use crate::lang::suppressions::{WORD, parse};
use crate::model::fact::Suppression;

/// All of a file, in source order. Documentation comments are none.
pub(super) fn find(text: &str) -> Vec<Suppression> {
    if memchr::memmem::find(text.as_bytes(), WORD.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut start = mark + strip_shebang(&text[mark..]).unwrap_or(0);
    let (mut line, mut line_start, mut read) = (1usize, 0usize, 0usize);
    for token in tokenize(&text[start..], FrontmatterAllowed::Yes) {
        let end = start + token.len as usize;
        let comment = match token.kind {
            TokenKind::LineComment { doc_style: None } => Some(&text[start..end]),
            TokenKind::BlockComment { doc_style: None, terminated: true } => Some(&text[start + 2..end - 2]),
            _ => None,
        };
        if let Some(kind) = comment.and_then(parse) {
            for at in memchr::memchr_iter(b'\n', &text.as_bytes()[read..start]) {
                (line, line_start) = (line + 1, read + at + 1);
            }
            read = start;
            let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let alone = text[line_start..start].trim_start_matches('\u{feff}').trim().is_empty();
            found.push(Suppression { line: place(line), start: place(start), end: place(end), alone, kind });
        }
        start = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fact::SuppressionKind;

    #[test]
    fn comments_are_found_and_words_elsewhere_are_not() {
        let text = "#!/bin/run\n// testaudit: ignore[a]\nfn f() {} // testaudit: ignore[b] for now\n\
                    /// testaudit: ignore[c]\nconst S: &str = \"// testaudit: ignore[d]\";\n/* testaudit: skip-file */\n";
        let found = find(text);
        let places: Vec<_> = found.iter().map(|own| (own.line, own.alone)).collect();
        assert_eq!(places, [(2, true), (3, false), (6, true)]);
        assert_eq!(found[1].kind, SuppressionKind::Ignore(vec!["b".to_owned()]));
        assert_eq!(found[2].kind, SuppressionKind::SkipFile);
        assert_eq!(&text[found[1].start as usize..found[1].end as usize], "// testaudit: ignore[b] for now");
    }
}
