//! `testaudit annotate`. `cases/*.txt` hold one source per block, and what becomes of it; with `UPDATE=1` the expectations
//! are written anew.
//!
//! A block: a sentence, a source, and behind `>>>` what it becomes, or nothing where it stays as it is. The source is that
//! of a test module that draws random values if it calls `random.random`, and so on. `{BOM}` is a byte order mark, `{CR}`
//! at the end of a line a carriage return, `{FF}` a form feed, `{TAB}` a tab, `{E9}` a byte of Latin-1, `{RANDOM}` the header of such
//! a module, and `{EOF}` says that the last line has no line break.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/mod.rs"]
mod common;

mod files;
#[cfg(unix)]
mod killed;
mod leading_parts;
mod modes;
mod numbers;
mod rust_parts;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::tree;

/// The header of a module that draws random values and does nothing else of interest.
pub(crate) const RANDOM: &str =
    "# FUZZ_TESTING_CANDIDATE: This test uses random data generation and is suitable for fuzz testing";
/// A test module that deserves it.
pub(crate) const CANDIDATE: &str = "import random\n\n\ndef test_a():\n    assert random.random() < 1\n";
/// One that deserves none.
pub(crate) const OTHER: &str = "def test_a():\n    assert True\n";

/// Runs `testaudit annotate` with these arguments in a folder.
pub(crate) fn annotate(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_testaudit")).arg("annotate").args(arguments).current_dir(folder).output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The code, what was printed and what was said.
#[track_caller]
pub(crate) fn assert_said(output: &Output, code: i32, printed: &str, said: &str) {
    assert_eq!(
        (output.status.code(), stdout(output), stderr(output)),
        (Some(code), printed.to_owned(), said.to_owned())
    );
}

const WORDS: [(&str, &[u8]); 6] = [
    ("{RANDOM}", RANDOM.as_bytes()),
    ("{BOM}", b"\xef\xbb\xbf"),
    ("{CR}", b"\r"),
    ("{FF}", b"\x0c"),
    ("{TAB}", b"\t"),
    ("{E9}", b"\xe9"),
];

/// A block's text as bytes of a file.
fn decoded(text: &str) -> Vec<u8> {
    let text = text.strip_suffix("{EOF}\n").unwrap_or(text);
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
            Some((word, meaning)) => {
                bytes.extend_from_slice(meaning);
                rest = &rest[word.len()..];
            }
            None => {
                bytes.extend_from_slice(first.to_string().as_bytes());
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    bytes
}

fn encoded(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        match WORDS.iter().find(|(_, meaning)| rest.starts_with(meaning)) {
            Some((word, meaning)) => {
                text.push_str(word);
                rest = &rest[meaning.len()..];
            }
            None => {
                text.push(char::from(*first));
                rest = &rest[1..];
            }
        }
    }
    if !text.ends_with('\n') && !text.is_empty() {
        text.push_str("{EOF}\n");
    }
    text
}

/// What becomes of sources. Holds whatever they are: `--check` and `--diff` write nothing and tell which would change, what
/// was annotated once is not annotated again, and without its header each is what it was without it.
fn annotated(sources: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let folder = tree(&[]);
    let name = |number: usize| format!("test_{number:03}.py");
    let write = |number: usize, bytes: &Vec<u8>| fs::write(folder.path().join(name(number)), bytes).unwrap();
    let write = || (0..).zip(sources).for_each(|(number, bytes)| write(number, bytes));
    let read = || (0..sources.len()).map(|number| fs::read(folder.path().join(name(number))).unwrap());
    let all = || read().collect::<Vec<_>>();
    write();
    annotate(folder.path(), &["--remove"]);
    let without = all();
    write();
    let check = stdout(&annotate(folder.path(), &["--check"]));
    let diff = String::from_utf8_lossy(&annotate(folder.path(), &["--diff"]).stdout).into_owned();
    assert!(all() == sources, "`--check` or `--diff` wrote");
    let output = annotate(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let after = all();
    for (number, changed) in (0..).zip(after.iter().zip(sources).map(|(after, before)| after != before)) {
        let name = name(number);
        assert_eq!(check.contains(&format!("{name}: ")), changed, "{name}: {check}");
        assert_eq!(diff.contains(&format!("+++ b/{name}\n")), changed, "{name}: {diff}");
    }
    assert_said(&annotate(folder.path(), &["--quiet"]), 0, "", "");
    assert!(all() == after, "annotated twice");
    annotate(folder.path(), &["--remove"]);
    for (removed, without) in all().iter().zip(&without) {
        assert_eq!(encoded(removed), encoded(without), "other bytes were removed");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), sources.len() + 1, "a file is left over");
    after
}

#[test]
fn every_source_becomes_what_its_case_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/annotate/cases");
    let mut failures = String::new();
    let mut count = 0;
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let text = format!("\n{}", fs::read_to_string(&path).unwrap());
        let case = |block| {
            let (input, expected) = str::split_once(block, "\n>>>\n").expect("a block has a `>>>`");
            let (sentence, input) = input.split_once('\n').unwrap_or((input, ""));
            (sentence, input, expected)
        };
        let cases: Vec<_> = text.split("\n=== ").skip(1).map(case).collect();
        let decoded = |input: &str| if input.is_empty() { Vec::new() } else { decoded(&format!("{input}\n")) };
        let sources: Vec<_> = cases.iter().map(|(_, input, _)| decoded(input)).collect();
        let mut updated = Vec::new();
        for ((after, before), (sentence, input, expected)) in annotated(&sources).iter().zip(&sources).zip(cases) {
            let actual = if after == before { String::new() } else { encoded(after) };
            count += 1;
            if actual.trim_end() != expected.trim_end() {
                writeln!(failures, "{sentence}\nexpected:\n{expected}\nfound:\n{actual}").unwrap();
            }
            updated.push(format!("=== {sentence}\n{input}\n>>>\n{actual}"));
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, updated.join("\n")).unwrap();
        }
    }
    assert!(count > 50, "the cases were not found");
    assert!(failures.is_empty(), "\n{failures}");
}
