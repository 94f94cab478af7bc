//! Headers of files of Rust: where they stand, and that they change nothing else.

use testaudit::annotate::annotate;
use testaudit::lang::rust::token_trees;
use testaudit::model::{HeaderTemplate, Language, Reason};

use crate::numbers::Numbers;

const HEADER: &str =
    "// FUZZ_TESTING_CANDIDATE: This test uses property-based testing and is suitable for fuzz testing";

fn with_header(source: &str) -> String {
    let annotated = annotate(Language::Rust, source.as_bytes(), Some(HEADER), &HeaderTemplate::default());
    String::from_utf8(annotated.unwrap().unwrap().after).unwrap()
}

#[test]
fn a_header_stands_behind_what_is_about_the_file() {
    let cases = [
        ("fn a() {}\n", "@fn a() {}\n"),
        ("//! Docs.\n\nuse b;\n", "//! Docs.\n@\nuse b;\n"),
        ("//! Docs.\nuse b;\n", "//! Docs.\n@use b;\n"),
        (
            "#![cfg(test)]\n#![allow(\n    dead_code, // why ]\n)]\n\nuse b;\n",
            "#![cfg(test)]\n#![allow(\n    dead_code, // why ]\n)]\n@\nuse b;\n",
        ),
        ("// Copyright of somebody\n\nuse b;\n", "// Copyright of somebody\n@\nuse b;\n"),
        ("/* Copyright\n * of somebody */\nuse b;\n", "/* Copyright\n * of somebody */\n@use b;\n"),
        ("/// About a.\nfn a() {}\n", "@/// About a.\nfn a() {}\n"),
        ("/** About a. */ fn a() {}\n", "@/** About a. */ fn a() {}\n"),
        ("#!/usr/bin/env run\nfn a() {}\n", "#!/usr/bin/env run\n@fn a() {}\n"),
        ("#[test]\nfn a() {}\n", "@#[test]\nfn a() {}\n"),
        ("#![doc = r#\"]\n\"#]\nfn a() {}\n", "#![doc = r#\"]\n\"#]\n@fn a() {}\n"),
        ("#![doc = \"]\\\"\"]\nfn a() {}", "#![doc = \"]\\\"\"]\n@fn a() {}"),
        ("\u{feff}//! Docs.\r\nfn a() {}\r\n", "\u{feff}//! Docs.\r\n@fn a() {}\r\n"),
        ("#![a] fn a() {}\n", "@#![a] fn a() {}\n"),
    ];
    for (source, expected) in cases {
        let line_break = if source.contains("\r\n") { "\r\n" } else { "\n" };
        assert_eq!(with_header(source), expected.replace('@', &format!("{HEADER}{line_break}")), "{source}");
    }
}

#[test]
fn a_file_without_items_gets_none() {
    for source in ["", "\n\n", "//! Docs.\n", "// comment", "/* open"] {
        let annotated = annotate(Language::Rust, source.as_bytes(), Some(HEADER), &HeaderTemplate::default());
        assert_eq!(annotated, Ok(None), "{source}");
    }
}

const LINES: [&str; 18] = [
    "#!/usr/bin/env run",
    "//! Docs",
    "//!",
    "/*! more\n   docs */",
    "/* a /* nested */ comment */",
    "/* open\n\n over lines */",
    "// Copyright (c) Acme",
    "// SPDX-License-Identifier: MIT",
    "// about the next line",
    "//// not documentation",
    "",
    "   ",
    "#![allow(dead_code)]",
    "#![cfg_attr(all(), doc = \"// FUZZ_TESTING_CANDIDATE: This test uses [\")]",
    "#![doc = r##\"\n]\"# //\n\"##]",
    "  // indented",
    "use std::fmt; // behind",
    "const A: &str = \"\n// FUZZ_TESTING_CANDIDATE: This test uses\n\";",
];

#[test]
fn a_header_changes_no_token_and_can_be_removed_again() {
    let template = HeaderTemplate::default();
    let mut numbers = Numbers(7);
    let mut with_code = 0;
    for _ in 0..4000 {
        let line_break = ["\n", "\r\n"][numbers.below(4).min(1)];
        let mut text = if numbers.below(9) == 0 { "\u{feff}".to_owned() } else { String::new() };
        for _ in 0..numbers.below(8) {
            text += &LINES[numbers.below(LINES.len())].replace('\n', line_break);
            text += line_break;
        }
        text += ["", "fn a() {}", "fn a() {}\n", "#[test]\nfn a() {}\n"][numbers.below(4)];
        let Some(annotated) = annotate(Language::Rust, text.as_bytes(), Some(HEADER), &template).unwrap() else {
            continue;
        };
        with_code += 1;
        let after = std::str::from_utf8(&annotated.after).unwrap();
        let count = |text: &str| format!("{:?}", without_places(text));
        assert_eq!(count(&text), count(after), "{text:?}\n{after:?}");
        assert_eq!(annotate(Language::Rust, after.as_bytes(), Some(HEADER), &template), Ok(None), "{after:?}");
        let other = template.line(Language::Rust, &Reason::ALL);
        let updated = annotate(Language::Rust, after.as_bytes(), Some(&other), &template).unwrap().unwrap();
        for marked in [&annotated.after, &updated.after] {
            let removed = annotate(Language::Rust, marked, None, &template).unwrap().unwrap();
            assert_eq!(String::from_utf8_lossy(&removed.after), text, "{after:?}");
        }
    }
    assert!(with_code > 2000, "{with_code} sources with code");
}

/// The tokens of a source without their places.
fn without_places(text: &str) -> Vec<String> {
    let shown = |token: &testaudit::model::rust::Token| {
        let text = format!("{:?}", token.kind);
        text.split(", ")
            .filter(|part| !part.contains("line") && !part.contains("offset") && !part.contains("end"))
            .collect()
    };
    token_trees(text).tokens.iter().map(shown).collect()
}
