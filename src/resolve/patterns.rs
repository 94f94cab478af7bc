//! pytest's `python_classes` and `python_functions`: prefixes or globs of names.

/// The names that pytest collects.
pub(super) struct Patterns {
    pub(super) classes: Vec<String>,
    pub(super) functions: Vec<String>,
    /// `collect_imported_tests`.
    pub(super) imported: bool,
}

impl Patterns {
    pub(super) fn is_class(&self, name: &str) -> bool {
        matches(&self.classes, name)
    }

    pub(super) fn is_function(&self, name: &str) -> bool {
        matches(&self.functions, name)
    }
}

/// `PyCollector._matches_prefix_or_glob_option` of `_pytest/python.py`.
fn matches(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| {
        name.starts_with(pattern.as_str()) || pattern.contains(['*', '?', '[']) && fnmatch(pattern, name)
    })
}

/// Python's `fnmatch.fnmatchcase` for names: `*`, `?` and sets.
pub(super) fn fnmatch(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut in_name) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while in_name < name.len() {
        let next = match pattern.get(at) {
            Some('*') => {
                retry = Some((at + 1, in_name));
                at += 1;
                continue;
            }
            Some('?') => Some(at + 1),
            Some('[') => set(&pattern, at, name[in_name]),
            Some(letter) => (*letter == name[in_name]).then_some(at + 1),
            None => None,
        };
        match (next, retry) {
            (Some(next), _) => {
                at = next;
                in_name += 1;
            }
            // The last star takes one letter more.
            (None, Some((behind, taken))) => {
                retry = Some((behind, taken + 1));
                at = behind;
                in_name = taken + 1;
            }
            (None, None) => return false,
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

/// Where the pattern goes on behind the set at `at`, if the set has the letter; a `[` that nothing closes is itself.
fn set(pattern: &[char], at: usize, letter: char) -> Option<usize> {
    let negated = pattern.get(at + 1) == Some(&'!');
    let first = at + 1 + usize::from(negated);
    let Some(length) = pattern.get(first + 1..).and_then(|rest| rest.iter().position(|letter| *letter == ']')) else {
        return (letter == '[').then_some(at + 1);
    };
    let end = first + 1 + length;
    let members = &pattern[first..end];
    let mut has = false;
    let mut next = 0;
    while let Some(low) = members.get(next) {
        match (members.get(next + 1), members.get(next + 2)) {
            (Some('-'), Some(high)) => {
                has |= (*low..=*high).contains(&letter);
                next += 3;
            }
            _ => {
                has |= *low == letter;
                next += 1;
            }
        }
    }
    (has != negated).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_prefix_or_a_glob() {
        for (pattern, name, expected) in [
            ("test", "test_a", true),
            ("test", "atest", false),
            ("Test", "TestA", true),
            ("*Test", "WorkerTest", true),
            ("*Test", "WorkerTests", false),
            ("check_*", "check_a", true),
            ("check_*", "check", false),
            ("[Tt]est*", "TestA", true),
            ("[!T]est*", "TestA", false),
            ("t?st_*", "tast_x", true),
            ("it_*_works", "it_really_works", true),
            ("it_*_works", "it_really_work", false),
            ("[a", "[a", true),
            ("[a-c]*", "b", true),
            ("*", "", true),
        ] {
            assert_eq!(matches(&[pattern.to_owned()], name), expected, "{pattern} {name}");
        }
    }
}
