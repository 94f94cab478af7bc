//! Findings that are tolerated: told by what they say and by the text that they stand at, not by their line. Refuses to
//! know where the file is and what a rule means.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// The version of the format.
pub const BASELINE_SCHEMA: &str = "testaudit/baseline/1";

/// What a finding is recognized by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The file, seen from the repository.
    pub path: String,
    /// The rule's name.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// The line that it stands at, without blanks around it.
    pub text: String,
}

/// Tolerated findings, each with how many equal ones there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<Entry, usize>);

/// How findings compare with a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// For each finding, whether it is tolerated.
    pub tolerated: Vec<bool>,
    /// What is in the baseline and was not found, with how often.
    pub gone: Vec<(Entry, usize)>,
}

/// An entry as it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(flatten)]
    entry: Entry,
    count: usize,
}

/// The document.
#[derive(Deserialize)]
struct Document {
    schema: String,
    #[serde(default)]
    findings: Vec<Written>,
}

impl Baseline {
    /// A baseline that tolerates these findings.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut counts = BTreeMap::new();
        for entry in entries {
            *counts.entry(entry).or_default() += 1;
        }
        Self(counts)
    }

    /// Reads the document.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Document = serde_json::from_str(text).map_err(|error| format!("it is no baseline: {error}"))?;
        if document.schema != BASELINE_SCHEMA {
            return Err(format!("its schema is `{}`, this release reads `{BASELINE_SCHEMA}`", document.schema));
        }
        let mut counts = BTreeMap::new();
        for Written { entry, count } in document.findings {
            let own: &mut usize = counts.entry(entry).or_default();
            *own = own.saturating_add(count);
        }
        Ok(Self(counts))
    }

    /// Writes the document: sorted, an entry a line, so that versions of it can be compared and merged.
    pub fn to_json(&self) -> String {
        let mut json = format!("{{\n  \"schema\": \"{BASELINE_SCHEMA}\",\n  \"findings\": [");
        for (place, (entry, count)) in self.0.iter().enumerate() {
            let separator = if place == 0 { "\n" } else { ",\n" };
            let written = Written { entry: entry.clone(), count: *count };
            let written = serde_json::to_string(&written).expect("texts and a number are always JSON");
            write!(json, "{separator}    {written}").expect("writing to a string cannot fail");
        }
        json.push_str(if self.0.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        json
    }

    /// How many findings it tolerates.
    pub fn len(&self) -> usize {
        self.0.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Whether it tolerates none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Compares findings, in their order, with the baseline: of equal ones, the first are tolerated.
    pub fn compare<'e>(&self, entries: impl IntoIterator<Item = &'e Entry>) -> Compared {
        let mut left = self.0.clone();
        let tolerate = |entry: &Entry| match left.get_mut(entry) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        };
        let tolerated = entries.into_iter().map(tolerate).collect();
        Compared { tolerated, gone: left.into_iter().filter(|(_, count)| *count > 0).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, text: &str) -> Entry {
        let (rule, message) = ("a-rule".to_owned(), "it is `wrong`".to_owned());
        Entry { path: path.to_owned(), rule, message, text: text.to_owned() }
    }

    #[test]
    fn what_is_written_is_read_again_and_stands_one_entry_a_line() {
        let baseline = Baseline::of([entry("b", "x\n\"y\""), entry("a", "x"), entry("b", "x\n\"y\"")]);
        let json = baseline.to_json();
        assert_eq!(Baseline::parse(&json), Ok(baseline.clone()));
        assert_eq!(baseline.len(), 3);
        assert_eq!(json.lines().filter(|line| line.contains("\"rule\"")).count(), 2);
        assert!(json.find("\"path\":\"a\"") < json.find("\"path\":\"b\""));
        assert_eq!(Baseline::parse(&Baseline::default().to_json()), Ok(Baseline::default()));
    }

    #[test]
    fn of_equal_findings_as_many_are_tolerated_as_there_were() {
        let baseline = Baseline::of([entry("a", "x"), entry("a", "x"), entry("c", "x")]);
        let now = [entry("a", "x"), entry("a", "y"), entry("a", "x"), entry("a", "x"), entry("b", "x")];
        let Compared { tolerated, gone } = baseline.compare(&now);
        assert_eq!(tolerated, [true, false, true, false, false]);
        assert_eq!(gone, [(entry("c", "x"), 1)]);
    }

    #[test]
    fn what_is_no_baseline_or_of_another_version_is_refused() {
        for text in ["", "[]", "{}", "{\"schema\": 1}", "{\"schema\": \"testaudit/baseline/1\", \"findings\": [{}]}"] {
            assert!(Baseline::parse(text).unwrap_err().starts_with("it is no baseline: "), "{text}");
        }
        let other = Baseline::parse("{\"schema\": \"testaudit/baseline/2\"}").unwrap_err();
        assert_eq!(other, "its schema is `testaudit/baseline/2`, this release reads `testaudit/baseline/1`");
    }
}
