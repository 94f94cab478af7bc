//! What a comment for testaudit asks for: `testaudit: ignore[rule, …]`, `testaudit: skip-file`. Refuses to know where
//! comments are, and which rules there are.

use crate::model::fact::{Suppression, SuppressionKind};

/// The word by which such a comment is found.
pub(super) const WORD: &str = "testaudit:";

/// What a comment asks for, without its leading mark; `None` where it is no comment for testaudit.
pub(super) fn parse(comment: &str) -> Option<SuppressionKind> {
    let said = comment.trim_start_matches(['#', '/', '!', ' ', '\t']).strip_prefix(WORD)?.trim();
    let ignored = said.strip_prefix("ignore").map(str::trim_start).and_then(|rest| rest.strip_prefix('['));
    Some(match (said, ignored.and_then(|rest| rest.split_once(']'))) {
        // What follows is for the reader.
        (_, Some((rules, _))) => {
            let rules = rules.split(',').map(str::trim).filter(|rule| !rule.is_empty());
            SuppressionKind::Ignore(rules.map(str::to_owned).collect())
        }
        _ if said.split_whitespace().next() == Some("skip-file") => SuppressionKind::SkipFile,
        _ => SuppressionKind::Unknown,
    })
}

/// The comments for testaudit in a file whose comments begin with `#` or `;`: a configuration, a CI file, a script.
pub fn of_text(text: &[u8]) -> Vec<Suppression> {
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(text, WORD) {
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end);
        let Some(mark) = text[start..at].iter().rposition(|byte| matches!(byte, b'#' | b';')) else { continue };
        let comment = String::from_utf8_lossy(&text[start + mark..end]);
        let Some(kind) = parse(comment.trim_start_matches([';', ' '])) else { continue };
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        found.push(Suppression {
            line: offset(memchr::memchr_iter(b'\n', &text[..start]).count() + 1),
            start: offset(start + mark),
            end: offset(end),
            alone: text[start..start + mark].trim_ascii().is_empty(),
            kind,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignore(rules: &[&str]) -> Option<SuppressionKind> {
        Some(SuppressionKind::Ignore(rules.iter().map(|rule| (*rule).to_owned()).collect()))
    }

    #[test]
    fn rules_are_named_in_brackets_and_a_reason_may_follow() {
        assert_eq!(parse("# testaudit: ignore[unknown-fixture]"), ignore(&["unknown-fixture"]));
        assert_eq!(parse("#testaudit: ignore [a, b,] made by the runner"), ignore(&["a", "b"]));
        assert_eq!(parse("// testaudit: ignore[a]"), ignore(&["a"]));
        assert_eq!(parse("# testaudit: ignore[]"), ignore(&[]));
        assert_eq!(parse("# testaudit: skip-file"), Some(SuppressionKind::SkipFile));
    }

    #[test]
    fn what_is_meant_for_testaudit_and_says_nothing_is_told() {
        for comment in ["# testaudit: ignore", "# testaudit: ignore[a", "# testaudit: skipfile", "# testaudit:"] {
            assert_eq!(parse(comment), Some(SuppressionKind::Unknown), "{comment}");
        }
    }

    #[test]
    fn comments_of_configurations_are_found_by_line() {
        let found =
            of_text(b"[tool:pytest]  ; testaudit: ignore[a]\n  # testaudit: ignore[b]\nx = testaudit: ignore[c]\n");
        let places: Vec<_> = found.iter().map(|own| (own.line, own.alone)).collect();
        assert_eq!(places, [(1, false), (2, true)]);
        assert_eq!(found[0].kind, SuppressionKind::Ignore(vec!["a".to_owned()]));
    }

    #[test]
    fn other_comments_are_none() {
        for comment in ["# see testaudit: ignore[a]", "# noqa", "# testaudit ignore[a]"] {
            assert_eq!(parse(comment), None, "{comment}");
        }
    }
}
