//! Whoever is killed at any time leaves every file as it was, or as it is to be.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::common::tree;
use crate::numbers::Numbers;
use crate::{CANDIDATE, RANDOM, annotate};

const FILES: usize = 1000;
const KILLS: usize = 200;

/// How many of the files have their header; each has it, or is as it was.
fn marked(folder: &Path) -> usize {
    let with = format!("{RANDOM}\n{CANDIDATE}");
    let texts = (0..FILES).map(|number| fs::read_to_string(folder.join(format!("test_{number:03}.py"))).unwrap());
    let is_marked = |text: String| {
        assert!(text == with || text == CANDIDATE, "half a file: {text:?}");
        text == with
    };
    texts.map(is_marked).filter(|marked| *marked).count()
}

#[test]
fn a_run_that_is_killed_leaves_every_file_old_or_new() {
    let names: Vec<_> = (0..FILES).map(|number| format!("test_{number:03}.py")).collect();
    let with = format!("{RANDOM}\n{CANDIDATE}");
    let folder = tree(&names.iter().map(|name| (name.as_str(), with.as_str())).collect::<Vec<_>>());
    let mut numbers = Numbers(7);
    let mut last = FILES;
    let (mut while_removing, mut while_adding) = (0, 0);
    for kill in 0..KILLS {
        // To add takes longer to begin, because everything is parsed first.
        let adding = kill % 25 == 24;
        let arguments: &[&str] = if adding { &[] } else { &["--remove"] };
        let modified = || fs::metadata(folder.path()).unwrap().modified().unwrap();
        let before = modified();
        let mut child = Command::new(env!("CARGO_BIN_EXE_testaudit"))
            .arg("annotate")
            .args(arguments)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Most are killed while they write, which begins sooner or later, and the others at any time.
        while kill % 4 != 0 && modified() == before && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_micros(500));
        }
        sleep(Duration::from_micros(numbers.below(20_000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = marked(folder.path());
        while_removing += usize::from(now < last && now > 0);
        while_adding += usize::from(now > last && now < FILES);
        last = now;
    }
    assert!(while_removing > 10 && while_adding > 0, "killed while writing: {while_removing} and {while_adding} times");
    assert_eq!(annotate(folder.path(), &["--remove"]).status.code(), Some(0));
    assert_eq!(marked(folder.path()), 0);
}
