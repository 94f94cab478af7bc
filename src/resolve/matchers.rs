//! Whether a test matches a name of `-k` or `-m` (`KeywordMatcher` and `MarkMatcher` of `_pytest/mark/__init__.py`).

use super::mark_expression::Argument;

/// Matches the names of `-k`: each is looked for inside the names of a test, whatever their case.
pub(crate) struct KeywordMatcher {
    names: Vec<String>,
}

impl KeywordMatcher {
    /// `names` are those of the test and its parents but the root folder, of its marks and its function's attributes.
    pub(crate) fn new(names: &[String]) -> Self {
        Self { names: names.iter().map(|name| name.to_lowercase()).collect() }
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.names.iter().any(|own| own.contains(&name))
    }
}

/// A mark that a test has, with its keyword arguments. One with another value than an expression can name equals none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) name: String,
    pub(crate) arguments: Vec<Argument>,
}

/// Whether a name of `-m` matches: one of the marks has the name and all of the arguments.
pub(crate) fn matches_mark(marks: &[Mark], name: &str, arguments: &[Argument]) -> bool {
    let has = |mark: &Mark, (key, value): &Argument| {
        mark.arguments.iter().any(|(own, held)| own == key && held.equals(value))
    };
    marks.iter().any(|mark| mark.name == name && arguments.iter().all(|argument| has(mark, argument)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::mark_expression::{Value, parse};

    fn mark(name: &str, arguments: &[(&str, Value)]) -> Mark {
        Mark { name: name.into(), arguments: arguments.iter().map(|(k, v)| ((*k).into(), v.clone())).collect() }
    }

    #[test]
    fn keywords_are_looked_for_inside_names_whatever_the_case() {
        let names = ["test_Spam[Ärger]", "TestEggs", "slow"].map(String::from);
        let matcher = KeywordMatcher::new(&names);
        for name in ["spam", "EGGS", "ärger", "test_spam[", "slow", "low"] {
            assert!(matcher.matches(name), "{name}");
        }
        assert!(!matcher.matches("spam_eggs") && !KeywordMatcher::new(&[]).matches("a"));
    }

    #[test]
    fn a_mark_matches_by_its_whole_name_and_the_arguments_asked_for() {
        let marks = [
            mark("slow", &[]),
            mark("os", &[("name", Value::Str("linux".into())), ("bits", Value::Int(64))]),
            mark("os", &[("name", Value::Str("mac".into())), ("arm", Value::Bool(true))]),
        ];
        for (text, expected) in [
            ("slow", true),
            ("Slow", false),
            ("slo", false),
            ("slow(a=None)", false),
            ("os", true),
            ("os(name='mac')", true),
            ("os(name='linux', bits=64)", true),
            ("os(name='mac', bits=64)", false),
            ("os(bits='64')", false),
            // `True == 1`.
            ("os(arm=1)", true),
            ("os(arm=True)", true),
            ("os(arm=2)", false),
        ] {
            let matcher = |name: &str, arguments: &[Argument]| matches_mark(&marks, name, arguments);
            assert_eq!(parse(text).unwrap().evaluate(&matcher), expected, "{text}");
        }
    }
}
