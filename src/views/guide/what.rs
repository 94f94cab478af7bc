//! What a file tests, in few words: its docstring, else those of its classes, else the names of its tests, put together
//! mechanically. Refuses to guess beyond that.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{DefinitionKind, Language, Test, TestFile};

/// What a file tests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct What {
    /// In few words.
    pub text: String,
    /// Where the words come from: `docstring`, `class-docstrings` or `names`.
    pub from: &'static str,
    /// 1-based line of the docstring.
    pub line: Option<u32>,
}

/// How many classes or stems are named.
const MAX_PARTS: usize = 6;
/// Characters of the words of one part.
const MAX_PART: usize = 60;

/// What a file tests; `None` where nothing in it tells.
pub(super) fn what(file: &TestFile) -> Option<What> {
    of_docstring(file).or_else(|| of_classes(file)).or_else(|| of_names(&file.tests.iter().collect::<Vec<_>>()))
}

fn of_docstring(file: &TestFile) -> Option<What> {
    let (text, line) = match file.language {
        Language::Python => {
            let doc = file.facts.about.as_ref()?.doc.as_ref()?;
            (doc.text.clone(), doc.line)
        }
        _ => super::rust::doc(file)?,
    };
    Some(What { text: subject(&text)?, from: "docstring", line: Some(line) })
}

/// What a sentence is about, without the words that say that tests are tests; `None` where nothing is left.
pub(super) fn subject(sentence: &str) -> Option<String> {
    const LEADS: [&str; 43] = [
        "this module contains ",
        "this file contains ",
        "this class contains ",
        "this module ",
        "this file ",
        "this class ",
        "this script ",
        "contains ",
        "a collection of ",
        "a suite of ",
        "a set of ",
        "class for testing ",
        "class for ",
        "test suite for ",
        "test suite of ",
        "test module for ",
        "test file for ",
        "test file to ensure that ",
        "test that ",
        "tests that ",
        "test cases for ",
        "test case for ",
        "unit tests for ",
        "unit test for ",
        "unit tests of ",
        "unittests for ",
        "integration tests for ",
        "integration test for ",
        "functional tests for ",
        "regression tests for ",
        "tests for ",
        "test for ",
        "tests of ",
        "tests related to ",
        "testing for ",
        "tests that check ",
        "tests the ",
        "test the ",
        "test functionality of ",
        "functionality of ",
        "testing ",
        "tests ",
        "test ",
    ];
    let mut rest = sentence.trim();
    while let Some(lead) =
        LEADS.iter().find(|lead| rest.get(..lead.len()).is_some_and(|start| start.eq_ignore_ascii_case(lead)))
    {
        rest = rest[lead.len()..].trim_start();
    }
    let rest = rest.strip_prefix("the ").unwrap_or(rest);
    let words: Vec<&str> = rest.split_whitespace().collect();
    let says_something = |word: &&&str| {
        let plain = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_ascii_lowercase();
        plain.len() > 2
            && !["test", "tests", "testing", "unit", "module", "file", "unittest", "and", "the"].contains(&&*plain)
    };
    let is_path = |text: &str| !text.contains(' ') && (text.ends_with(".py") || text.ends_with(".rs"));
    if !words.iter().any(|word| says_something(&word)) || is_path(rest) {
        return None;
    }
    Some(capitalized(rest))
}

fn capitalized(text: &str) -> String {
    let first_word = text.split_whitespace().next().unwrap_or_default();
    // A name is not changed.
    if !first_word.chars().all(|letter| letter.is_lowercase() || letter == '-') {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The docstrings of the classes, where those that have one hold most of the tests.
fn of_classes(file: &TestFile) -> Option<What> {
    let classes = classes(&file.tests.iter().collect::<Vec<_>>());
    let mut told = Vec::new();
    let mut covered = 0;
    for (class, tests) in &classes {
        let definition = file.facts.definitions.iter().find(|definition| {
            definition.kind == DefinitionKind::Class && definition.parent.is_none() && definition.name == *class
        });
        let doc = definition.and_then(|definition| definition.doc.as_ref());
        if let Some((subject, line)) = doc.and_then(|doc| Some((subject(&doc.text)?, doc.line))) {
            told.push((line, subject));
            covered += tests.len();
        }
    }
    if told.is_empty() || covered * 2 <= file.tests.len() {
        return None;
    }
    told.sort();
    let line = told.first().map(|(line, _)| *line);
    let mut parts: Vec<String> = told.into_iter().map(|(_, subject)| subject).collect();
    parts.dedup();
    Some(What { text: listed(parts, 3, "; "), from: "class-docstrings", line })
}

/// The tests of each outermost class, the plain functions left out.
fn classes<'t>(tests: &[&'t Test]) -> BTreeMap<&'t str, Vec<&'t Test>> {
    let mut found: BTreeMap<&str, Vec<&Test>> = BTreeMap::new();
    for test in tests {
        if let Some(suite) = &test.suite {
            found.entry(suite.split("::").next().unwrap_or(suite)).or_default().push(test);
        }
    }
    found
}

/// What the names of tests have in common.
pub(super) fn of_names(tests: &[&Test]) -> Option<What> {
    let is_rust = tests.first().is_some_and(|test| test.binary.is_some());
    let classes = if is_rust { BTreeMap::new() } else { classes(tests) };
    let mut parts = Vec::new();
    if classes.len() == 1 && tests.iter().all(|test| test.suite.is_some()) {
        let (class, members) = classes.iter().next()?;
        let names: Vec<&str> = members.iter().map(|test| test.name.as_str()).collect();
        let stem = class_stem(class);
        let stems = listed(stems(&names), MAX_PARTS, ", ");
        let text = if stem.is_empty() { stems } else { format!("{stem}: {stems}") };
        return (!text.is_empty()).then_some(What { text, from: "names", line: None });
    }
    parts.extend(classes.keys().map(|class| class_stem(class)).filter(|stem| !stem.is_empty()));
    parts.dedup();
    let names: Vec<&str> = tests
        .iter()
        .filter(|test| test.suite.is_none() || is_rust)
        .map(|test| test.name.rsplit("::").next().unwrap_or(&test.name))
        .collect();
    parts.extend(stems(&names));
    (!parts.is_empty()).then(|| What { text: listed(parts, MAX_PARTS, ", "), from: "names", line: None })
}

/// The first of some parts, and how many more there are.
fn listed(parts: Vec<String>, most: usize, between: &str) -> String {
    let more = parts.len().saturating_sub(most);
    let shown: Vec<String> = parts.into_iter().take(most).map(|part| cut(&part)).collect();
    let shown = shown.join(between);
    if more > 0 { format!("{shown}{between}{more} more") } else { shown }
}

fn cut(part: &str) -> String {
    match part.char_indices().nth(MAX_PART * 2) {
        Some((end, _)) => format!("{}…", &part[..end]),
        None => part.to_owned(),
    }
}

/// The name of a class without the words that say that it holds tests.
fn class_stem(class: &str) -> String {
    let stem = class.strip_prefix("Tests").or_else(|| class.strip_prefix("Test")).unwrap_or(class);
    let stem = ["TestCase", "TestSuite", "Tester", "Tests", "Test"]
        .iter()
        .find_map(|end| stem.strip_suffix(end))
        .unwrap_or(stem);
    stem.trim_matches('_').to_owned()
}

/// What names of functions begin with: words that several share, with how many do, then the others.
fn stems(names: &[&str]) -> Vec<String> {
    let words = |name: &str| -> Vec<String> {
        let lower = name.to_ascii_lowercase();
        let bare = ["test_", "tests_", "test"].iter().find_map(|start| lower.strip_prefix(start)).map(str::len);
        let bare = bare.map_or(name, |length| &name[name.len() - length..]);
        bare.split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let mut groups: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        let words = words(name);
        let Some(first) = words.first().cloned() else { continue };
        let place = *places.entry(first.clone()).or_insert_with(|| {
            groups.push((first, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(words);
    }
    // The largest groups first, those of one size as they stand in the file.
    groups.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    let part = |(_, members): (String, Vec<Vec<String>>)| {
        let shared = members.iter().skip(1).fold(members[0].clone(), |shared, words| {
            shared.into_iter().zip(words).take_while(|(one, other)| one == *other).map(|(one, _)| one).collect()
        });
        let text = shared.join(" ");
        if members.len() > 1 { format!("{text} ({})", members.len()) } else { text }
    };
    groups.into_iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_told_without_the_words_that_say_it_is_a_test() {
        for (sentence, expected) in [
            ("Unit tests for the bin-packing algorithm", Some("Bin-packing algorithm")),
            ("Tests for PyEncoder -- generating code", Some("PyEncoder -- generating code")),
            ("This module contains tests for YAML", Some("YAML")),
            ("Compare greedy and optimized packing", Some("Compare greedy and optimized packing")),
            ("Testing Distributed with processes", Some("Distributed with processes")),
            ("Unit tests", None),
            ("test_config.py", None),
            ("Tests", None),
            ("", None),
        ] {
            assert_eq!(subject(sentence).as_deref(), expected, "{sentence}");
        }
    }

    #[test]
    fn names_are_grouped_by_what_they_begin_with() {
        let names =
            ["test_parse_empty", "test_load", "test_parse_nested_list", "test_parse_nested_map", "testThing", "test_"];
        assert_eq!(stems(&names), ["parse (3)", "load", "Thing"]);
        assert_eq!(stems(&["test_save_full_a", "test_save_full_b"]), ["save full (2)"]);
        assert_eq!(stems(&[]), [""; 0]);
    }

    #[test]
    fn classes_are_named_without_what_makes_them_tests() {
        for (class, expected) in [
            ("TestConfigText", "ConfigText"),
            ("ConfigTests", "Config"),
            ("TestCase", "Case"),
            ("Test", ""),
            ("LossTestCase", "Loss"),
            ("LossTester", "Loss"),
        ] {
            assert_eq!(class_stem(class), expected);
        }
    }
}
