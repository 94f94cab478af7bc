//! Files that are broken, cut off or deep: planned without a panic, and never made worse.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use testaudit::fix::{Plan, plan};
use testaudit::model::Fix;
use testaudit::model::pytest::ConfigSource;

use crate::files;

const SECTIONS: [(&str, &str); 4] = [
    ("pytest.toml", "pytest"),
    ("pyproject.toml", "tool.pytest.ini_options"),
    ("setup.cfg", "tool:pytest"),
    ("pytest.ini", "pytest"),
];

fn register(name: &str) -> Fix {
    Fix::RegisterMarker { name: name.to_owned() }
}

fn rename(path: &str, line: u32, from: &str, to: &str) -> Fix {
    Fix::RenameSection { path: path.to_owned(), line, from: from.to_owned(), to: to.to_owned() }
}

/// What becomes of a text under this name, which must be something that can be edited again.
fn planned(path: &str, section: &str, text: &[u8], fix: &Fix) -> Plan {
    let config = ConfigSource { path: path.to_owned(), section: section.to_owned(), line: None, since: None };
    let plan = plan(&BTreeSet::from([fix.clone()]), Some(&config), &|_| Ok(text.to_vec()));
    assert_eq!(plan.changes.len() + plan.refused.len(), 1, "{fix:?}");
    for change in plan.changes.iter().filter(|change| change.path.ends_with(".toml")) {
        let text = str::from_utf8(&change.after).unwrap();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        assert!(text.parse::<toml::Table>().is_ok(), "{text}");
    }
    plan
}

#[test]
fn files_that_end_anywhere_are_edited_or_left() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fix/cases");
    let (mut edited, mut left) = (0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let cases = fs::read_to_string(entry.unwrap().path()).unwrap();
        for block in cases.split("\n=== ") {
            for (path, text) in files(block.split_once("\n>>>").unwrap().0) {
                let Some((_, section)) = SECTIONS.iter().find(|(name, _)| *name == path) else { continue };
                for (end, _) in text.char_indices() {
                    let plan = planned(&path, section, &text.as_bytes()[..end], &register("new_one"));
                    edited += plan.changes.len();
                    left += plan.refused.len();
                    let line = u32::try_from(text[..end].matches('\n').count()).unwrap() + 1;
                    let from = text[..end].lines().last().unwrap_or_default();
                    let from = from.split(']').next().unwrap_or_default().trim_start_matches(['[', ' ']);
                    planned(&path, section, &text.as_bytes()[..end], &rename(&path, line, from, section));
                }
            }
        }
    }
    assert!(edited > 500 && left > 500, "{edited} edited, {left} left");
}

#[test]
fn what_cannot_be_read_is_left() {
    let deep = format!("[tool.pytest.ini_options]\nmarkers = {}", "[".repeat(200_000));
    for (path, section) in SECTIONS {
        for text in [&b"\xff\xfe"[..], b"\0", b"\r", b"[", b"[]", b"=", b"[[pytest]]\n", deep.as_bytes()] {
            assert_eq!(planned(path, section, text, &register("new_one")).changes, [], "{path}");
            for name in ["", "\"", ".", "a.b", "\u{7f}"] {
                assert_eq!(planned(path, section, text, &rename(path, 0, name, name)).changes, [], "{path}");
            }
        }
    }
}

#[test]
fn names_that_are_none_are_not_written() {
    for (path, section) in SECTIONS {
        let text = format!("[{section}]\n");
        for name in ["", "a b", "a\nb", "a\"", "a]", "a#", "a:b"] {
            assert_eq!(planned(path, section, text.as_bytes(), &register(name)).changes, [], "{name:?}");
        }
        assert_eq!(planned(path, section, text.as_bytes(), &register("größe_2")).changes.len(), 1);
    }
}
