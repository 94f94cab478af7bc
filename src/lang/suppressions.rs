//! What a comment for testaudit asks for: `testaudit: ignore[rule, …]`, `testaudit: skip-file`. Refuses to know where
//! comments are, and which rules there are.

use crate::model::fact::SuppressionKind;

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
    fn other_comments_are_none() {
        for comment in ["# see testaudit: ignore[a]", "# noqa", "# testaudit ignore[a]"] {
            assert_eq!(parse(comment), None, "{comment}");
        }
    }
}
