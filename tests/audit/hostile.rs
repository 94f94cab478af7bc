//! Names and texts that try to leave the place where a report puts them.

use testaudit::model::pytest::{ConfigSource, IgnoredConfig, IgnoredReason};
use testaudit::model::{
    FileRole, Location, MarkerUse, Markers, Problem, ProblemKind, Region, Registrar, Registration, SignalKind, Suite,
};
use testaudit::render::{Format, Style, render};
use testaudit::views::{Audit, Section, audit};

use crate::build::{File, suite};
use crate::hostile_names::NAMES;

/// A suite in which everything that comes from the tree is one hostile text.
pub(crate) fn hostile(name: &str) -> Suite {
    let folder = format!("{name}/test_in_folder.py");
    let mut suite = suite([
        File::new(name)
            .signal(SignalKind::RandomGenerator, 1, name, name)
            .custom(name, 2, name)
            .test(name, |test| test.suite = Some(name.to_owned())),
        File::new(&folder).signal(SignalKind::ParametrizeCases, 1, name, name),
        File::new(&format!("plain/{name}")).test("a", |_| ()).signal(SignalKind::RandomIndirect, 3, name, name),
        File::with_role(&format!("other/{name}"), FileRole::Other),
    ]);
    suite.root = name.to_owned();
    suite.custom_detectors = vec![(name.to_owned(), name.to_owned())];
    let at = || Location { path: name.to_owned(), line: 1 };
    let registered = |name: String, registrar| Registration { registrar, description: name.clone(), name };
    suite.markers = Markers {
        registered: vec![
            registered(name.to_owned(), Registrar::Call(at())),
            registered(format!("{name}s"), Registrar::Plugin(name.to_owned())),
        ],
        computed: vec![at()],
        computed_uses: vec![at()],
        added: Vec::new(),
        uses: vec![MarkerUse { name: format!("{name}x"), at: Region::line(name, 1), at_import: true }],
        config: Some(ConfigSource { path: name.to_owned(), section: name.to_owned(), line: Some(1), since: None }),
        strict: true,
        ignored: vec![IgnoredConfig {
            path: name.to_owned(),
            line: 1,
            section: name.to_owned(),
            reason: IgnoredReason::Shadowed { by: name.to_owned() },
        }],
        ..Markers::default()
    };
    suite.problems = vec![Problem::file(name, ProblemKind::Unreadable, format!("cannot read `{name}`: {name}"))];
    suite
}

fn audited(name: &str) -> Audit {
    audit(&hostile(name), &Section::all().collect::<Vec<_>>())
}

fn rendered(audit: &Audit, format: Format) -> String {
    let mut out = Vec::new();
    render(audit, format, &mut out, Style { width: 2000, color: false }).expect("writing to memory cannot fail");
    String::from_utf8(out).expect("every format writes UTF-8")
}

#[test]
fn no_format_lets_a_control_character_or_a_bidirectional_mark_through() {
    for name in NAMES {
        for format in Format::all() {
            let text = rendered(&audited(name), format);
            let bad = |character: char| {
                (character.is_control() && character != '\n') || matches!(character, '\u{2028}' | '\u{202e}')
            };
            assert_eq!(text.chars().find(|character| bad(*character)), None, "{name:?} as `{}`", format.name());
        }
    }
}

#[test]
fn no_name_adds_a_line_to_a_report() {
    let lines = |name: &str, format| rendered(&audited(name), format).lines().count();
    for format in Format::all() {
        for name in NAMES {
            // A plain name with as many slashes sorts and folds alike.
            let plain = if name.contains('/') { "a/b.py" } else { "a.py" };
            assert_eq!(lines(name, format), lines(plain, format), "{name:?} as `{}`", format.name());
        }
    }
}

#[test]
fn json_gives_every_name_back_as_it_is() {
    for name in NAMES {
        let json: serde_json::Value = serde_json::from_str(&rendered(&audited(name), Format::Json)).unwrap();
        assert_eq!(json["root"], name);
        assert_eq!(json["problems"][0]["path"], name);
    }
}

#[test]
fn every_row_of_a_markdown_table_has_the_cells_of_its_header() {
    for name in NAMES {
        let text = rendered(&audited(name), Format::Markdown);
        let mut cells = None;
        for line in text.lines() {
            if !line.starts_with('|') {
                cells = None;
                continue;
            }
            let bars = line.replace("\\|", "").matches('|').count();
            assert_eq!(*cells.get_or_insert(bars), bars, "{name:?}: {line}");
        }
    }
}

#[test]
fn outside_code_spans_markdown_shows_no_tag_of_the_tree() {
    let text = rendered(&audited("<script>alert(1)<\\script>.py"), Format::Markdown);
    let mut fence = "";
    for line in text.lines() {
        // Lines within a fence are code; it ends with as many backticks as it began with.
        if line.starts_with("```") {
            let mark = &line[..line.len() - line.trim_start_matches('`').len()];
            fence = if fence.is_empty() { mark } else { "" };
        }
        if !fence.is_empty() {
            continue;
        }
        let outside: String = line.split('`').step_by(2).collect();
        assert!(!outside.replace("\\<", "").contains("<script"), "{line}");
    }
}
