//! Every rule over small trees.
//!
//! `cases/RULE/NAME.txt` is a tree: `# ` lines say why it exists, `=== path` begins a file, of any kind. Where the rule
//! has a finding, the line ends with `# ! RULE`, or `# ! RULE medium` where it is less than certain (`// !` in files with
//! such comments); there must be no other. That comment is removed before the rule sees the tree. `!args` before the
//! first file gives further arguments.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

#[path = "../common/mod.rs"]
mod common;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use rayon::prelude::*;
use serde_json::Value;
use testaudit::rules::Rule;

/// A finding: path, line, rule and confidence.
type Place = (String, usize, String, String);

/// A tree with what a rule finds there.
#[derive(Default)]
struct Case {
    args: Vec<String>,
    files: Vec<(String, String)>,
    expected: BTreeSet<Place>,
}

impl Case {
    fn read(text: &str) -> Self {
        let mut case = Self::default();
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("=== ") {
                case.files.push((path.to_owned(), String::new()));
            } else if let Some((path, text)) = case.files.last_mut() {
                let (line, findings) = split(line);
                let number = text.lines().count() + 1;
                for (rule, confidence) in findings {
                    case.expected.insert((path.clone(), number, rule, confidence));
                }
                text.push_str(line);
                text.push('\n');
            } else if let Some(args) = line.strip_prefix("!args ") {
                case.args = args.split_whitespace().map(str::to_owned).collect();
            } else {
                assert!(line.is_empty() || line.starts_with("# "), "neither `# ` nor `!args`: {line}");
            }
        }
        case
    }

    /// What the rule finds in the tree.
    fn findings(&self, rule: &str) -> BTreeSet<Place> {
        let files: Vec<_> = self.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let folder = common::tree(&files);
        let arguments = ["lint", "--quiet", "--format", "json", "--confidence", "low", "--select", rule];
        let mut command = Command::new(env!("CARGO_BIN_EXE_testaudit"));
        let output = command.args(arguments).args(&self.args).current_dir(folder.path()).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{message}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let place = |finding: &Value| {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            let line = usize::try_from(finding["line"].as_u64().unwrap()).unwrap();
            (text("path"), line, text("rule"), text("confidence"))
        };
        let findings: Vec<_> = json["findings"].as_array().unwrap().iter().map(place).collect();
        let distinct: BTreeSet<_> = findings.iter().cloned().collect();
        assert_eq!(distinct.len(), findings.len(), "a finding twice: {findings:?}");
        distinct
    }
}

/// A line without the comment that tells its findings, and these: rules with their confidence.
fn split(line: &str) -> (&str, Vec<(String, String)>) {
    let Some((before, rest)) = ["# ! ", "// ! "].iter().find_map(|sign| line.split_once(sign)) else {
        return (line, Vec::new());
    };
    let findings = rest.split(',').map(|finding| {
        let (rule, confidence) = finding.trim().split_once(' ').unwrap_or((finding.trim(), "high"));
        (rule.to_owned(), confidence.to_owned())
    });
    (before.trim_end(), findings.collect())
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/cases")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Every case: the rule, its name and the tree.
fn cases() -> Vec<(String, String, Case)> {
    let mut cases = Vec::new();
    for rule in names(&here()) {
        for name in names(&here().join(&rule)) {
            let text = fs::read_to_string(here().join(&rule).join(&name)).unwrap();
            assert!(text.starts_with("# "), "{rule}/{name} says why it exists");
            cases.push((rule.clone(), name, Case::read(&text)));
        }
    }
    cases
}

#[test]
fn every_rule_finds_what_is_marked_and_nothing_else() {
    let wrong = cases().into_par_iter().filter_map(|(rule, name, case)| {
        let found = case.findings(&rule);
        let missing: Vec<_> = case.expected.difference(&found).collect();
        let surplus: Vec<_> = found.difference(&case.expected).collect();
        let differs = !missing.is_empty() || !surplus.is_empty();
        differs.then(|| format!("{rule}/{name}:\nnot found: {missing:#?}\nnot expected: {surplus:#?}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case_with_findings_and_lines_without() {
    let cases = cases();
    for rule in Rule::all() {
        let own: Vec<_> = cases.iter().filter(|(of, ..)| of == rule.name).map(|(.., case)| case).collect();
        assert!(own.iter().any(|case| !case.expected.is_empty()), "`{}` finds nothing in its cases", rule.name);
        let files = own.iter().flat_map(|case| &case.files);
        let lines: usize = files.map(|(_, text)| text.lines().count()).sum();
        let marked: usize = own.iter().map(|case| case.expected.len()).sum();
        assert!(lines > 2 * marked, "`{}` is not shown what it must not find", rule.name);
    }
    for (rule, name, case) in &cases {
        assert!(Rule::named(rule).is_some(), "no rule is called `{rule}`");
        for (path, line, marked, confidence) in &case.expected {
            let known = ["high", "medium", "low"].contains(&confidence.as_str());
            assert!(marked == rule && known, "{rule}/{name}: {path}:{line}: `{marked} {confidence}`");
        }
    }
}

#[test]
fn the_comment_that_tells_a_finding_is_not_part_of_the_tree() {
    let case = Case::read("# why\n!args --jobs 1\n=== a.py\nx  # ! one, two medium\n\ny\n=== b.rs\nz // ! three\n");
    assert_eq!(case.args, ["--jobs", "1"]);
    assert_eq!(case.files, [("a.py".to_owned(), "x\n\ny\n".to_owned()), ("b.rs".to_owned(), "z\n".to_owned())]);
    let expected = [("a.py", 1, "one", "high"), ("a.py", 1, "two", "medium"), ("b.rs", 1, "three", "high")];
    let expected = expected.map(|(path, line, rule, sure)| (path.to_owned(), line, rule.to_owned(), sure.to_owned()));
    assert_eq!(case.expected, expected.into());
}
