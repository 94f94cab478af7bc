//! Random beginnings of sources: with a header they are still sources, and without it they are what they were.

use std::io::Write as _;
use std::process::{Command, Stdio};

use testaudit::annotate::annotate;
use testaudit::model::{HeaderTemplate, Language, Reason};

use crate::RANDOM;
use crate::numbers::Numbers;

/// Lines, each a beginning of a source by itself and together.
const LINES: [&str; 22] = [
    "#!/usr/bin/env python3",
    "# -*- coding: latin-1 -*-",
    "# -*- coding: utf-8 -*-",
    "# vim: set fileencoding=cp1252 :",
    "# Copyright (c) Acme",
    "# SPDX-License-Identifier: MIT",
    "# Owner(s): [\"module: tests\"]",
    "#",
    "#: caf\u{e9}",
    "",
    "",
    "   ",
    "\t",
    "\u{c}",
    "  # indented",
    "\u{c}# fed",
    "# ends with \\",
    "\"\"\"A docstring.\n# FUZZ_TESTING_CANDIDATE: This test uses nothing\n\"\"\"",
    "\\\n",
    "from __future__ import annotations",
    "import os  # coding: ascii",
    "r'# FUZZ_TESTING_CANDIDATE: This test uses '",
];

/// The bytes of a source, in Latin-1, so that all of them have some meaning.
fn source(numbers: &mut Numbers) -> Vec<u8> {
    let line_break = ["\n", "\r\n", "\r"][numbers.below(8).min(2)];
    let mut text = String::new();
    for _ in 0..numbers.below(9) {
        text += &LINES[numbers.below(LINES.len())].replace('\n', line_break);
        text += line_break;
    }
    if numbers.below(4) > 0 {
        text += "x = 1";
        text += [line_break, ""][numbers.below(2)];
    }
    let mut bytes: Vec<u8> = if numbers.below(9) == 0 { vec![0xEF, 0xBB, 0xBF] } else { Vec::new() };
    bytes.extend(text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()));
    bytes
}

/// Of each source, what Python says of it: its syntax tree without places, or that there is none.
fn compiled(sources: &[Vec<u8>]) -> Option<Vec<String>> {
    const PROGRAM: &str = "\
import ast, sys, warnings
warnings.simplefilter('ignore')
for line in sys.stdin:
    try:
        text = bytes.fromhex(line.strip())
        compile(text, 'x', 'exec')
        print('tree', ast.dump(ast.parse(text)).encode('unicode_escape'))
    except (SyntaxError, ValueError) as error:
        print('none')
";
    let python = Command::new("python3").args(["-c", PROGRAM]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut python = python.ok()?;
    let mut input = python.stdin.take().unwrap();
    let lines: String =
        sources.iter().map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n").collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

#[test]
fn a_header_changes_nothing_for_python_and_can_be_removed_again() {
    let template = HeaderTemplate::default();
    let mut numbers = Numbers(42);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut with_code = 0;
    for _ in 0..4000 {
        let bytes = source(&mut numbers);
        let Some(annotated) = annotate(Language::Python, &bytes, Some(RANDOM), &template).unwrap() else { continue };
        with_code += 1;
        let again = annotate(Language::Python, &annotated.after, Some(RANDOM), &template);
        assert_eq!(again, Ok(None), "annotated twice: {:?}", String::from_utf8_lossy(&bytes));
        let updated = annotate(
            Language::Python,
            &annotated.after,
            Some(&template.line(Language::Python, &Reason::ALL)),
            &template,
        )
        .unwrap()
        .unwrap();
        for marked in [&annotated.after, &updated.after] {
            let removed = annotate(Language::Python, marked, None, &template).unwrap().unwrap();
            assert_eq!(removed.after, bytes, "{:?}", String::from_utf8_lossy(marked));
        }
        before.push(bytes);
        after.push(annotated.after);
    }
    assert!(with_code > 2000, "{with_code} sources with code");
    let Some(trees) = compiled(&before) else { return };
    assert!(trees.iter().filter(|tree| *tree != "none").count() > 1000, "the sources do not compile");
    for ((one, other), bytes) in trees.iter().zip(compiled(&after).unwrap()).zip(&after) {
        assert_eq!(*one, other, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn no_bytes_make_it_panic_and_what_is_removed_was_a_comment() {
    let template = HeaderTemplate::default();
    let mut numbers = Numbers(3);
    const PARTS: [&[u8]; 9] =
        [RANDOM.as_bytes(), b"\n", b"\r", b"\x0c", b"#", b"\xff\xfe", b"\xef\xbb\xbf", b" coding: x", b"\0x"];
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..numbers.below(8)).flat_map(|_| PARTS[numbers.below(PARTS.len())].to_vec()).collect();
        for header in [None, Some(RANDOM)] {
            if let Ok(Some(annotated)) = annotate(Language::Python, &bytes, header, &template) {
                assert_ne!(annotated.after, bytes);
                let again = annotate(Language::Python, &annotated.after, header, &template);
                assert_eq!(again, Ok(None), "{:?}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}

#[test]
fn lines_are_not_moved_where_that_would_declare_another_encoding() {
    let text = format!("#!/usr/bin/env python3\n{RANDOM}\n# coding: latin-1\nx = 1\n");
    let message = annotate(Language::Python, text.as_bytes(), None, &HeaderTemplate::default()).unwrap_err();
    assert!(message.contains("encoding"), "{message}");
    let text = format!("{RANDOM}\n\u{feff}x = 1\n");
    assert_eq!(annotate(Language::Python, text.as_bytes(), None, &HeaderTemplate::default()).unwrap_err(), message);
}
