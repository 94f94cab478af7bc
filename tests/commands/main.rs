//! Where a project runs its tests. `cases/*.txt` hold one file of a project per block and what is found in it; with
//! `UPDATE=1` the expectations are written anew.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

mod discovery;
mod robustness;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use testaudit::lang::commands::extract;
use testaudit::model::{CommandFacts, Program, Word};

/// A word as the cases show it: `~` before what is computed, brackets around what holds blanks or nothing.
fn shown(word: &Word) -> String {
    let text = word.text.replace('\n', "⏎");
    let text = if text.is_empty() || text.contains(' ') { format!("[{text}]") } else { text };
    if word.computed { format!("~{text}") } else { text }
}

fn found(facts: &CommandFacts) -> String {
    let mut text = String::new();
    for invocation in &facts.invocations {
        let program = match &invocation.program {
            Program::Pytest => "pytest".to_owned(),
            Program::Unittest => "unittest".to_owned(),
            Program::Cargo => "cargo".to_owned(),
            Program::Script(file) => format!("script {}", shown(file)),
            Program::Forwarded(by) => format!("forwarded by {by}:"),
        };
        write!(text, "{} {program}", invocation.line).unwrap();
        for word in &invocation.words {
            let line = if word.line == invocation.line { String::new() } else { format!("@{}", word.line) };
            write!(text, " {}{line}", shown(word)).unwrap();
        }
        text.push('\n');
    }
    for input in &facts.marker_inputs {
        let computed = if input.computed { "~" } else { "" };
        writeln!(text, "{} marker {}: {computed}{}", input.line, input.key, input.expression).unwrap();
    }
    for problem in &facts.problems {
        writeln!(text, "{} problem: {}", problem.line.unwrap_or(0), problem.kind.name()).unwrap();
    }
    text
}

#[test]
fn every_case_is_read_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/commands/cases");
    let mut failures = String::new();
    let mut count = 0;
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let mut updated = String::new();
        for block in format!("\n{text}").split("\n=== ").skip(1) {
            let (input, expected) = block.split_once("\n>>>").expect("a block has a `>>>`");
            let (head, input) = input.split_once('\n').expect("a block has a text");
            let (path, sentence) = head.split_once(": ").expect("a head is a path and a sentence");
            let actual = found(&extract(path, &format!("{input}\n")));
            count += 1;
            if actual.trim() != expected.trim() {
                writeln!(failures, "{sentence} ({path})\nexpected:\n{expected}\nfound:\n{actual}").unwrap();
            }
            write!(updated, "=== {head}\n{input}\n>>>\n{}\n", actual).unwrap();
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&file, updated).unwrap();
        }
    }
    assert!(count > 30, "the cases were not found");
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn line_breaks_of_windows_are_no_part_of_a_word() {
    let yaml = "a:\r\n  run: |\r\n    pytest -m a\r\n    pytest \\\r\n     -m b\r\n";
    assert_eq!(found(&extract("ci/x.yml", yaml)), "3 pytest -m a\n4 pytest -m@5 b@5\n");
    assert_eq!(found(&extract("Makefile", "a:\r\n\tpytest -m b\r\n")), "2 pytest -m b\n");
    assert_eq!(found(&extract("tox.ini", "[testenv]\r\ncommands =\r\n  pytest -m c\r\n")), "3 pytest -m c\n");
}
