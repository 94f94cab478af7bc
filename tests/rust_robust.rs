//! Trees of Rust that want to be read wrongly: every one gives a list, in little time.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

mod common;

use std::{fs, path::Path, process::Command, time::Instant};

use common::tree;
use serde_json::Value;

const MANIFEST: &str = "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";

fn stdout(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_testaudit")).args(arguments).current_dir(folder).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The names of the tests and the kinds of the problems, both sorted.
fn listed(folder: &Path) -> (Vec<String>, Vec<String>) {
    let started = Instant::now();
    let list: Value = serde_json::from_str(&stdout(folder, &["list", "--quiet", "--format", "json"])).unwrap();
    assert!(started.elapsed().as_secs() < 60, "it took {:?}", started.elapsed());
    let texts = |key: &str, field: &str| {
        let mut texts: Vec<String> =
            list[key].as_array().unwrap().iter().map(|value| value[field].as_str().unwrap().to_owned()).collect();
        texts.sort();
        texts
    };
    let mut kinds = texts("problems", "kind");
    kinds.dedup();
    (texts("tests", "name"), kinds)
}

fn of_library(text: &str) -> (Vec<String>, Vec<String>) {
    listed(tree(&[("Cargo.toml", MANIFEST), ("src/lib.rs", text)]).path())
}

#[test]
fn an_expression_nested_100_000_deep_costs_itself_and_no_test() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let (tests, problems) = of_library(&format!("#[test]\nfn a() {{ {deep}; }}\n#[test]\nfn b() {{}}\n"));
        assert_eq!(tests, ["a", "b"]);
        assert_eq!(problems, ["too-deep"]);
    }
}

#[test]
fn long_chains_and_deep_types_are_no_problem() {
    let chains = [
        format!("const A: u64 = {}1;", "1 + ".repeat(100_000)),
        format!("const A: u64 = {}1;", "!".repeat(100_000)),
        format!("type A = {}u8{};", "Box<".repeat(50_000), ">".repeat(50_000)),
        format!("fn long() {{ {} {{}} }}", "if true {} else ".repeat(50_000)),
        format!("fn long() {{ x{}; }}", ".y()".repeat(50_000)),
    ];
    for chain in chains {
        let (tests, problems) = of_library(&format!("{chain}\n#[test]\nfn a() {{}}\n"));
        assert_eq!((tests, problems), (vec!["a".to_owned()], Vec::new()), "{}", &chain[..30]);
    }
}

#[test]
fn macros_without_end_end() {
    let texts = [
        "macro_rules! again { ($($t:tt)*) => { again!($($t)* x); } }\nagain!();\n",
        "macro_rules! twice { ($($t:tt)*) => { twice!($($t)* $($t)*); twice!($($t)* $($t)*); } }\ntwice!(a b);\n",
        "macro_rules! many { ($a:tt) => { many!($a); many!($a); } }\nmany!(a);\n",
        "macro_rules! deeper { ($($t:tt)*) => { deeper!(($($t)*)); } }\ndeeper!(a);\n",
    ];
    for text in texts {
        let (tests, _) = of_library(&format!("{text}#[test]\nfn a() {{}}\n"));
        assert!(tests.contains(&"a".to_owned()), "{text}");
    }
}

#[test]
fn files_that_lead_back_to_themselves_are_read_within_a_limit() {
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", "mod a;\n#[path = \"lib.rs\"]\nmod myself;\n#[test]\nfn here() {}\n"),
        ("src/a.rs", "include!(\"a.rs\");\n#[path = \"a.rs\"]\nmod b;\n"),
    ];
    let (tests, _) = listed(tree(&files).path());
    assert!(tests.contains(&"here".to_owned()));
}

#[test]
fn broken_files_keep_their_tests() {
    let texts = [
        "#[test]\nfn a() { let x = ; }\n",
        "#[test]\nfn a() { ( }\n",
        "#[test]\nfn a() {} }\n",
        "#[test]\nfn a() { \"open }\n",
        "#[test]\nfn a() {\n",
        "@@@ #[test]\nfn a() {}\n",
    ];
    for text in texts {
        let (tests, problems) = of_library(text);
        assert_eq!((tests, problems), (vec!["a".to_owned()], vec!["syntax".to_owned()]), "{text}");
    }
}

#[test]
fn what_is_hidden_in_a_macro_is_a_problem() {
    let (tests, problems) = of_library("somewhere::unknown! { #[test] fn hidden() {} }\nother!(fn quiet() {});\n");
    assert_eq!((tests, problems), (Vec::new(), vec!["hidden-tests".to_owned()]));
}

#[cfg(unix)]
#[test]
fn links_and_fifos_are_not_followed() {
    let outside = tree(&[("secret.rs", "#[test]\nfn secret() {}\n")]);
    let folder = tree(&[
        ("Cargo.toml", MANIFEST),
        (
            "src/lib.rs",
            "mod linked;\nmod fifo;\n#[path = \"../../../../../../../../etc/passwd\"]\nmod far;\n#[test]\nfn here() {}\n",
        ),
    ]);
    std::os::unix::fs::symlink(outside.path().join("secret.rs"), folder.path().join("src/linked.rs")).unwrap();
    let fifo = Command::new("mkfifo").arg(folder.path().join("src/fifo.rs")).status().unwrap();
    assert!(fifo.success());
    assert_eq!(listed(folder.path()).0, ["here"]);
}

#[test]
fn other_encodings_and_line_ends_are_read() {
    let folder = tree(&[("Cargo.toml", MANIFEST)]);
    fs::create_dir(folder.path().join("src")).unwrap();
    let write = |bytes: &[u8]| fs::write(folder.path().join("src/lib.rs"), bytes).unwrap();
    write(b"\xef\xbb\xbf#!/usr/bin/env run\r\n#[test]\r\nfn a() {}\r\n");
    assert_eq!(listed(folder.path()).0, ["a"]);
    write(b"// \xff\xfe\n#[test]\nfn a() {}\n");
    assert_eq!(listed(folder.path()).0, ["a"]);
    write(b"");
    assert_eq!(listed(folder.path()), (Vec::new(), Vec::new()));
    write(b"\0\0#[test]\nfn a() {}");
    listed(folder.path());
}

#[test]
fn one_thread_and_many_give_the_same_bytes() {
    let mut files = vec![("Cargo.toml".to_owned(), "[workspace]\nmembers = [\"p*\"]\n".to_owned())];
    for number in 0..20 {
        let manifest = MANIFEST.replace("\"p\"", &format!("\"p{number}\""));
        files.push((format!("p{number}/Cargo.toml"), manifest));
        files.push((format!("p{number}/src/lib.rs"), "//! ```\n//! ```\nmod a;\n#[test]\nfn b() {}\n".to_owned()));
        files.push((format!("p{number}/src/a.rs"), "#[test]\nfn a() {}\n".to_owned()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = tree(&files);
    let run = |jobs: &str| stdout(folder.path(), &["audit", "--format", "json", "--jobs", jobs]);
    assert_eq!(run("1"), run("7"));
}
