//! Names and texts that try to leave the place where a report puts them.

use testaudit::model::{Problem, ProblemKind, Severity};
use testaudit::render::{LintFormat, Style, escape::visible};
use testaudit::views::{Lint, LintFinding, LintPlace, LintRule};

use crate::build::{finding, fix, lint, related, rendered, rendered_as};
use crate::common::tree;

const TEXTS: [&str; 14] = [
    "a\n::error::owned",
    "a\r\n::set-output name=x::y\r.py",
    "%0A::error::%0D%3A,file=x",
    "a,line=1,title=b::c",
    "]]>",
    "--><script>alert(1)</script>&amp;\"'",
    "\u{1b}[2J\u{1b}]0;owned\u{7}.py",
    "exe.\u{202e}yp.py",
    "\u{9b}31m\u{7f}\u{2028}\u{2029}\\|.py",
    "a\\xff\\xg\u{fffe}\u{ffff}\0",
    "\tdef\ttest_日本():\u{200b}\u{feff} 👩‍💻 e\u{301}",
    "[text](https://example.com) [a](1) {0}",
    "",
    "\u{e0041}\n\n\n",
];

/// A place of which everything is the text, with a mark between these bytes.
fn place(text: &str, marked: (usize, usize)) -> LintPlace {
    LintPlace {
        path: text.to_owned(),
        line: 1,
        column: 1,
        end_line: 1 + u32::try_from(text.matches('\n').count()).unwrap(),
        end_column: 2,
        text: text.to_owned(),
        marked,
    }
}

/// A report in which everything that comes from the tree, and more, is one hostile text.
fn hostile(text: &str, marked: (usize, usize)) -> Lint {
    let finding = |severity| LintFinding {
        help: Some(text.to_owned()),
        related: vec![related(place(text, marked), text)],
        fix: fix(text),
        ..finding("hostile", severity, place(text, marked), text)
    };
    let (summary, page) = (text.to_owned(), text.to_owned());
    Lint {
        root: text.to_owned(),
        root_in_repository: text.to_owned(),
        findings: Severity::ALL.map(finding).into(),
        suppressed: 0,
        baselined: 0,
        gone: 0,
        problems: vec![Problem::file(text, ProblemKind::Unreadable, format!("cannot read `{text}`: {text}"))],
        rules: vec![LintRule { name: "hostile", summary, page, severity: Severity::Error }],
    }
}

fn whole(text: &str) -> Lint {
    hostile(text, (0, text.len()))
}

/// What must not reach a terminal.
fn is_harmful(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{202e}' | '\u{feff}' | '\u{e0041}')
}

/// The text without the sequences that choose colours.
fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        let (before, sequence) = rest.split_at(at);
        plain.push_str(before);
        let end = sequence.find(|c: char| c.is_ascii_alphabetic()).expect("a sequence ends");
        let is_colour =
            sequence[2..end].chars().all(|c| c.is_ascii_digit() || c == ';') && sequence[end..].starts_with('m');
        assert!(is_colour, "{:?}", &sequence[..=end]);
        rest = &sequence[end + 1..];
    }
    plain + rest
}

#[test]
fn no_format_lets_a_control_character_or_a_bidirectional_mark_through() {
    for text in TEXTS {
        for (format, name, _) in LintFormat::all() {
            let plain = rendered(&whole(text), format);
            assert_eq!(plain.chars().find(|character| is_harmful(*character)), None, "{text:?} as `{name}`:\n{plain}");
        }
        let style = Style { color: true, ..Style::default() };
        let plain = without_colours(&rendered_as(&whole(text), LintFormat::Text, style));
        assert_eq!(plain.chars().find(|character| is_harmful(*character)), None, "{text:?}:\n{plain}");
        assert_eq!(plain, rendered(&whole(text), LintFormat::Text), "{text:?}: colours change nothing else");
    }
}

#[test]
fn every_mark_in_every_text_is_drawn_at_any_width() {
    for text in TEXTS {
        let offsets: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        for (index, start) in offsets.iter().enumerate() {
            for end in &offsets[index..] {
                for width in [0, 1, 9, 80, u16::MAX] {
                    let style = Style { width, color: false };
                    let mut lint = hostile(text, (*start, *end));
                    lint.findings.truncate(1);
                    let drawn = rendered_as(&lint, LintFormat::Text, style);
                    assert!(
                        drawn.ends_with("\n1 finding: 1 error; 1 fixable with `--fix`\n"),
                        "{text:?} {start}..{end} at {width}"
                    );
                }
            }
        }
        // A mark that is not inside of the text, or not between characters.
        for marked in [(0, usize::MAX), (usize::MAX, usize::MAX), (3, 1), (1, 2), (7, 8)] {
            rendered(&hostile(text, marked), LintFormat::Text);
        }
    }
}

#[test]
fn an_excerpt_begins_no_line_of_its_own() {
    for text in TEXTS {
        for line in rendered(&whole(text), LintFormat::Text).lines() {
            let own =
                ["error[hostile]: ", "warning[hostile]: ", "note[hostile]: ", "note: ", "--> ", " ", "3 findings: "];
            let numbered = line.starts_with(|first: char| first.is_ascii_digit());
            assert!(line.is_empty() || numbered || own.iter().any(|own| line.starts_with(own)), "{text:?}: {line}");
        }
    }
}

#[test]
fn every_line_for_github_is_one_command_with_its_own_properties() {
    for text in TEXTS {
        let github = rendered(&whole(text), LintFormat::Github);
        assert_eq!(github.lines().count(), 4, "{text:?}:\n{github}");
        for (line, command) in github.lines().zip(["error", "warning", "notice"]) {
            let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
            let (name, properties) = head.split_once(' ').unwrap();
            assert_eq!(name, command);
            let mut names: Vec<_> = properties.split(',').map(|property| property.split_once('=').unwrap().0).collect();
            names.retain(|name| !["col", "endColumn"].contains(name));
            assert_eq!(names, ["file", "line", "endLine", "title"], "{text:?}: {line}");
            // What the runner makes of it (`ActionCommand.UnescapeData`) says the text as it can be seen.
            let message = message.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
            let lines: Vec<_> = message.split('\n').collect();
            assert_eq!(lines.len(), 4, "{text:?}: {line}");
            assert_eq!(lines[0], visible(text));
            assert_eq!(lines[2], format!("help: {}", visible(text)));
        }
    }
}

#[test]
fn xml_can_be_read_and_gives_back_what_can_be_seen() {
    for text in TEXTS {
        let xml = rendered(&whole(text), LintFormat::Junit);
        let document = roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{text:?}: {error}\n{xml}"));
        let failures: Vec<_> = document.descendants().filter(|node| node.has_tag_name("failure")).collect();
        assert_eq!(failures.len(), 3);
        for failure in failures {
            assert_eq!(failure.children().filter(roxmltree::Node::is_element).count(), 0, "{xml}");
            if !text.chars().any(|c| is_harmful(c) || matches!(c, '\n' | '\u{fffe}' | '\u{ffff}')) {
                assert_eq!(failure.attribute("message"), Some(text));
                assert!(failure.text().unwrap().contains(text));
            }
        }
        let mut names: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
        names.dedup_by_key(|node| node.attribute("name"));
        assert_eq!(names.len(), 3, "names are distinct: {xml}");
    }
}

#[test]
fn json_gives_every_text_back_as_it_is() {
    for text in TEXTS {
        let json: serde_json::Value = serde_json::from_str(&rendered(&whole(text), LintFormat::Json)).unwrap();
        for key in ["path", "message", "help"] {
            assert_eq!(json["findings"][0][key], text);
        }
        assert_eq!(json["problems"][0]["path"], text);
    }
}

#[test]
fn sarif_has_references_of_ascii_and_no_link_but_its_own() {
    for text in TEXTS {
        let sarif: serde_json::Value = serde_json::from_str(&rendered(&whole(text), LintFormat::Sarif)).unwrap();
        let run = &sarif["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri}");
            let message = result["message"]["text"].as_str().unwrap();
            assert_eq!(message.replace("\\]", "").matches("](").count(), 1, "{text:?}: {message}");
            assert_eq!(message.lines().count(), 4, "{text:?}: {message}");
        }
    }
}

#[test]
fn a_very_long_line_costs_little_to_read() {
    let text = "x = 1; ".repeat(200_000);
    for marked in [(0, 3), (700_000, 700_010), (10, text.len()), (text.len(), text.len())] {
        let lint = Lint {
            findings: vec![finding(
                "long",
                Severity::Note,
                LintPlace { path: "a.py".to_owned(), ..place(&text, marked) },
                "long",
            )],
            ..Lint::default()
        };
        let drawn = rendered(&lint, LintFormat::Text);
        assert!(drawn.len() < 2000, "{marked:?}: {} bytes", drawn.len());
    }
}

#[test]
fn a_line_that_is_too_long_to_show_is_named_and_no_more() {
    let source =
        |length| format!("import pytest\n\n@pytest.mark.slwo(\"{}\")\ndef test_a(): ...\n", "x".repeat(length));
    let written = |length| lint(tree(&[("test_a.py", &source(length))]).path(), ".", "text");
    assert!(written(1_000).contains("xxx") && written(1_000).contains("^^^"));
    assert!(written(100_000).contains("--> test_a.py:3:2\n") && !written(100_000).contains("xxx"));
}
