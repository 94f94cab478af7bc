//! `lint --fix` and `lint --diff`. `cases/*.txt` hold one tree per block, and what becomes of it; with `UPDATE=1` the
//! expectations are written anew.
//!
//! A block: a sentence, files behind `--- PATH` lines, and behind `>>>` what the program says and the files that changed.
//! `{BOM}` is a byte order mark, `{CR}` at the end of a line a carriage return, `{TAB}` a tab, and `{EOF}` says that the
//! last line has no line break. `test_a.py`, where a block has none, uses the markers `gpu` and `mps`.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/mod.rs"]
mod common;

mod baseline;
mod robustness;
mod writing;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::tree;

const TESTS: &str = "import pytest\n\n\n@pytest.mark.mps\ndef test_a():\n    assert True\n\n\n\
                     @pytest.mark.gpu\n@pytest.mark.mps\ndef test_b():\n    assert True\n";

/// Runs `testaudit lint` with these arguments in a folder.
pub(crate) fn lint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_testaudit")).arg("lint").args(arguments).current_dir(folder).output().unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A block's text as bytes of a file.
fn decoded(text: &str) -> String {
    let text = text.replace("{BOM}", "\u{feff}").replace("{CR}\n", "\r\n").replace("{TAB}", "\t");
    text.strip_suffix("{EOF}\n").map_or(text.clone(), str::to_owned)
}

fn encoded(text: &str) -> String {
    let mut text = text.replace('\u{feff}', "{BOM}").replace("\r\n", "{CR}\n").replace('\t', "{TAB}");
    if !text.ends_with('\n') {
        text.push_str("{EOF}\n");
    }
    text
}

/// The files of a block.
fn files(block: &str) -> BTreeMap<String, String> {
    let files = format!("\n{block}");
    let files = files.split("\n--- ").skip(1).map(|file| {
        let (path, text) = file.split_once('\n').unwrap_or((file, ""));
        (path.to_owned(), decoded(&format!("{text}\n")))
    });
    files.collect()
}

/// What stands in the files of a tree now.
fn contents(folder: &Path, files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let text = |path: &String| (path.clone(), fs::read_to_string(folder.join(path)).unwrap());
    files.keys().map(text).collect()
}

/// What `--fix` makes of a tree, as blocks show it. Holds whatever the tree is: `--diff` writes nothing, and what was fixed
/// once is not fixed again.
fn fixed(sentence: &str, mut before: BTreeMap<String, String>) -> String {
    before.entry("test_a.py".to_owned()).or_insert_with(|| TESTS.to_owned());
    let pairs: Vec<(&str, &str)> = before.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = tree(&pairs);
    let rules = "--select=unregistered-marker,ignored-pytest-config";
    let diff = lint(folder.path(), &["--diff", rules]);
    assert_eq!(contents(folder.path(), &before), before, "{sentence}: `--diff` wrote");
    let output = lint(folder.path(), &["--fix", rules]);
    let after = contents(folder.path(), &before);
    assert_eq!(diff.status.code(), Some(i32::from(after != before)), "{sentence}: {}", stdout(&diff));
    assert_eq!(diff.stdout.is_empty(), after == before, "{sentence}");
    let again = lint(folder.path(), &["--fix", rules]);
    assert_eq!(contents(folder.path(), &before), after, "{sentence}: fixed twice");
    assert!(stderr(&again).starts_with("nothing was fixed\n"), "{sentence}: {}", stderr(&again));
    assert_eq!(stdout(&again), stdout(&output), "{sentence}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before.len() + 1, "{sentence}: a file is left over");
    let summary = stdout(&output);
    let mut shown = format!("{}{}\n", stderr(&output), summary.lines().last().unwrap());
    for (path, text) in after.iter().filter(|(path, text)| before.get(*path) != Some(text)) {
        write!(shown, "--- {path}\n{}", encoded(text)).unwrap();
    }
    shown
}

#[test]
fn every_tree_becomes_what_its_case_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fix/cases");
    let mut failures = String::new();
    let mut count = 0;
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let mut updated = String::new();
        for block in format!("\n{text}").split("\n=== ").skip(1) {
            let (input, expected) = block.split_once("\n>>>").expect("a block has a `>>>`");
            let (sentence, input) = input.split_once('\n').expect("a block has files");
            let actual = fixed(sentence, files(input));
            count += 1;
            if actual.trim() != expected.trim() {
                writeln!(failures, "{sentence}\nexpected:\n{expected}\nfound:\n{actual}").unwrap();
            }
            write!(updated, "=== {sentence}\n{input}\n>>>\n{actual}\n").unwrap();
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, updated).unwrap();
        }
    }
    assert!(count > 40, "the cases were not found");
    assert!(failures.is_empty(), "\n{failures}");
}
