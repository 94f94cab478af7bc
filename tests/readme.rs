//! What the documents claim and the program could stop doing: flags, sections, formats, keys, captures, examples.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::path::Path;
use std::process::{Command, Output};

use common::tree;
use testaudit::config;
use testaudit::lang::Extractor;
use testaudit::model::SignalKind;
use testaudit::model::settings::{DetectorSettings, DiscoverySettings, Settings};
use testaudit::render::{Format, LintFormat};
use testaudit::rules::{Group, Rule};
use testaudit::views::Section;

const README: &str = include_str!("../README.md");
const QUERIES: &str = include_str!("../docs/QUERIES.md");

/// The text of the first fenced block of this language behind `heading`.
fn block<'d>(document: &'d str, heading: &str, language: &str) -> &'d str {
    let (_, section) = document.split_once(&format!("{heading}\n")).unwrap_or_else(|| panic!("no `{heading}`"));
    let open = format!("\n```{language}\n");
    let (_, rest) = section.split_once(&open).unwrap_or_else(|| panic!("no {language} block in `{heading}`"));
    rest.split_once("```").unwrap().0
}

/// The words in the first column of the tables whose header begins with `header`.
fn column(document: &str, header: &str) -> Vec<String> {
    let (_, table) = document
        .split_once(&format!("\n| {header} |"))
        .unwrap_or_else(|| panic!("no table with the header `{header}`"));
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| quoted(row.split('|').nth(1).unwrap())).collect()
}

/// What stands in backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn testaudit(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_testaudit")).args(arguments).current_dir(folder).output().unwrap()
}

fn stdout(folder: &Path, arguments: &[&str]) -> String {
    let output = testaudit(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The names that an error message offers behind `mark`.
fn offered(message: &str, mark: &str) -> Vec<String> {
    let (_, names) = message.split_once(mark).unwrap_or_else(|| panic!("no `{mark}` in: {message}"));
    quoted(names)
}

/// Asserts that the lines of `picture` stand in `actual` in this order; `…` stands for lines left out.
fn assert_shows(actual: &str, picture: &str) {
    let mut lines = actual.lines();
    for wanted in picture.lines().filter(|line| !line.trim().is_empty() && *line != "…") {
        assert!(lines.any(|line| line == wanted), "not printed, or not in this order:\n{wanted}\n\n{actual}");
    }
}

/// Options of pytest that the documents speak of.
const OF_PYTEST: [&str; 7] = ["--collect-only", "--ignore", "--deselect", "--doctest-modules", "-m", "-k", "-p"];

/// The flags in a document that are testaudit's: what cargo, git and pytest take is not.
fn flags(document: &str) -> Vec<String> {
    let mut flags = Vec::new();
    for line in document.lines() {
        let own = match line.split_once("cargo ") {
            Some((before, cargo)) => format!("{before} {}", cargo.split_once(" -- ").map_or("", |(_, own)| own)),
            None if line.starts_with("git ") => continue,
            None => line.to_owned(),
        };
        let words = own.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        let is_long = |word: &&str| word.starts_with("--") && word[2..].starts_with(|c: char| c.is_ascii_lowercase());
        let is_short =
            |word: &&str| word.len() == 2 && word.starts_with('-') && word.as_bytes()[1].is_ascii_lowercase();
        let words = words.filter(|word| !OF_PYTEST.contains(word) && (is_long(word) || is_short(word)));
        flags.extend(words.map(str::to_owned));
    }
    flags
}

#[test]
fn every_flag_that_is_named_exists() {
    let folder = tree(&[]);
    let commands = ["audit", "list", "lint", "annotate", "diff", "explain", "completions", "man"];
    let help: String = commands.iter().map(|command| stdout(folder.path(), &[command, "--help"])).collect();
    let known: Vec<_> =
        help.split(|c: char| c.is_whitespace() || c == ',').filter(|word| word.starts_with('-')).collect();
    let named: Vec<_> =
        [README, QUERIES, include_str!("../CHANGELOG.md")].iter().flat_map(|text| flags(text)).collect();
    assert!(named.len() > 8, "the documents were not read: {named:?}");
    for flag in named {
        assert!(known.contains(&flag.as_str()), "`{flag}` is not in the help");
    }
}

#[test]
fn flags_are_told_from_those_of_other_programs() {
    let document =
        "`--only x` and -o\ncargo install --path .\ncargo run --release -- audit --format md\ngit diff --exit-code";
    assert_eq!(flags(document), ["--only", "-o", "--format"]);
}

#[test]
fn the_sections_and_formats_are_those_of_the_program() {
    let folder = tree(&[]);
    for (header, flag, names) in [
        ("Section", "--only", Section::all().map(Section::name).collect::<Vec<_>>()),
        ("Format", "--format", Format::all().map(Format::name).collect()),
    ] {
        assert_eq!(column(README, header), names);
        let refused = testaudit(folder.path(), &["audit", flag, "no-such-name"]);
        assert_eq!(refused.status.code(), Some(2));
        let message = String::from_utf8(refused.stderr).unwrap();
        assert!(message.contains(&format!("[possible values: {}]", names.join(", "))), "{message}");
    }
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let folder = tree(&[("test_a.py", "def test_a(): pass\n"), ("bad.toml", "excludes = []\n")]);
    let code = |arguments: &[&str]| testaudit(folder.path(), arguments).status.code();
    assert_eq!(code(&["audit"]), Some(0));
    assert_eq!(code(&["audit", "nowhere"]), Some(2));
    assert_eq!(code(&["audit", "--config", "bad.toml"]), Some(2));
    let codes = README.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()?.parse::<u8>().ok());
    // Of `audit`, then of `lint`, then of `annotate`.
    assert_eq!(codes.collect::<Vec<_>>(), [0, 2, 0, 1, 2, 0, 1, 2]);
    assert_eq!(code(&["lint", "--select", "all", "--severity", "note"]), Some(1));
    assert_eq!(code(&["lint", "--select", "markers"]), Some(0));
    assert_eq!(code(&["lint", "--select", "no-such-rule"]), Some(2));
}

#[test]
fn the_picture_in_the_readme_is_what_is_printed() {
    let heading = "## What it says";
    let folder = tree(&[("tests/test_ops.py", block(README, heading, "python"))]);
    let report = stdout(folder.path(), &["audit", "--only", "fuzz"]);
    assert_shows(&report, block(README, heading, "text"));
    let list = block(README, "`testaudit list` says what pytest would collect from it:", "text");
    assert_eq!(stdout(folder.path(), &["list"]).trim_end(), list.trim_end());
}

#[test]
fn the_keys_of_a_listed_test_are_those_of_the_program() {
    let folder = tree(&[("a.py", "def test_x(): pass\n"), ("test_a.py", "from a import test_x\n")]);
    let list: serde_json::Value = serde_json::from_str(&stdout(folder.path(), &["list", "--format", "json"])).unwrap();
    assert!(README.contains(&format!("\"schema\": {}", list["schema"])));
    let mut told: Vec<String> = column(README, "Key");
    told.extend(["defined_in".to_owned(), "language".to_owned()]);
    let mut keys: Vec<String> = list["tests"][0].as_object().unwrap().keys().cloned().collect();
    keys.sort();
    told.sort();
    assert_eq!(keys, told);
}

#[test]
fn the_configuration_in_the_readme_is_understood() {
    let example = block(README, "## Configuration", "toml");
    let query = block(README, "## Detectors of your own", "scheme");
    let folder = tree(&[("testaudit.toml", example), ("audit/sleep.scm", query)]);
    let config = config::load(folder.path(), None, testaudit::rules::unknown_name).unwrap();
    let discovery = &config.settings.discovery;
    assert_eq!(discovery.exclude.len(), 2);
    assert_eq!(discovery.testpaths, ["tests"]);
    let defaults = DiscoverySettings::default();
    assert_eq!(discovery.gitignore, defaults.gitignore);
    assert_eq!(discovery.max_file_size, defaults.max_file_size);
    assert_eq!(discovery.python_files, defaults.python_files);
    assert_eq!(config.settings.detectors.len(), 1);
    assert!(Extractor::new(&config.settings).is_ok());
    assert!(README.contains(&format!("over {} MiB", defaults.max_file_size >> 20)));
}

#[test]
fn the_configuration_in_the_readme_has_every_key() {
    let example = block(README, "## Configuration", "toml");
    for (table, above) in [("", ""), ("[pytest]", "[pytest]\n"), ("[[detectors]]", "[[detectors]]\n")] {
        let folder = tree(&[("testaudit.toml", &format!("{above}zzzzzzzzzzzz = 1\n"))]);
        let message = config::load(folder.path(), None, testaudit::rules::unknown_name).unwrap_err().to_string();
        let known = offered(&message, "known are ");
        assert!(known.len() >= 3, "{message}");
        let part = match table {
            "" => example,
            table => example.split_once(table).unwrap().1.split("\n[").next().unwrap(),
        };
        for key in known {
            let as_key = part.lines().any(|line| line.starts_with(&format!("{key} =")));
            let as_table = part.lines().any(|line| {
                line.trim_start_matches('[').strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with([']', '.']))
            });
            assert!(as_key || as_table, "`{key}` of `{table}` is not in the example");
        }
    }
}

#[test]
fn the_captures_are_those_of_the_program() {
    let named = column(QUERIES, "Capture");
    let known: Vec<_> = SignalKind::CAPTURES.iter().map(|(name, _)| format!("@{name}")).collect();
    assert_eq!(named, known);
    for row in QUERIES.lines().filter(|line| line.starts_with("| `@")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let kind = SignalKind::CAPTURES.iter().find(|(name, _)| format!("`@{name}`") == cells[1]).unwrap().1;
        assert_eq!(cells[3], kind.reason().map_or("", |reason| reason.name()), "{row}");
    }
}

/// The message by which a detector of this text is refused.
fn refusal(text: &str) -> String {
    let detector =
        DetectorSettings { name: "own".into(), title: "Own".into(), path: "own.scm".into(), text: text.to_owned() };
    let settings = Settings { detectors: vec![detector], ..Settings::default() };
    Extractor::new(&settings).err().expect("the detector should be refused").to_string()
}

#[test]
fn the_predicates_and_settings_are_those_of_the_program() {
    let mut named: Vec<_> = column(QUERIES, "Predicate")
        .iter()
        .map(|predicate| predicate.trim_start_matches('(').split(' ').next().unwrap().to_owned())
        .collect();
    let mut known = offered(&refusal("((call) @custom.match (#no? @custom.match \"x\"))"), "known are ");
    named.sort();
    known.sort();
    assert_eq!(named, known);

    let keys = offered(&refusal("((call) @custom.match (#set! no x))"), "known are ");
    assert_eq!(column(QUERIES, "Key"), keys);
    let values = |key: &str| {
        let message = refusal(&format!("((call) @custom.match (#set! {key} no))"));
        let (listed, _) = message.split_once(", not ").unwrap();
        offered(listed, "takes one of ")
    };
    assert_eq!(column(QUERIES, "Rule"), values("cases"));
    let library = QUERIES.lines().find(|line| line.starts_with("| `library` |")).unwrap();
    assert_eq!(quoted(library.split('|').nth(2).unwrap()), values("library"));
}

#[test]
fn the_error_in_the_guide_is_the_programs() {
    let example = block(QUERIES, "## A complete example", "scheme");
    let message = refusal(&example.replace("#resolves?", "#resolve?"));
    let shown = block(QUERIES, "## Errors", "text").trim_end().trim_end_matches('…');
    let (_, shown) = shown.split_once("`audit/sleep.scm`").unwrap();
    assert!(message.contains(shown), "{message}");
}

#[test]
fn the_example_in_the_guide_finds_what_it_says() {
    let heading = "## A complete example";
    let folder = tree(&[
        ("testaudit.toml", block(QUERIES, heading, "toml")),
        ("audit/sleep.scm", block(QUERIES, heading, "scheme")),
        ("tests/test_wait.py", block(QUERIES, heading, "python")),
    ]);
    let report = stdout(folder.path(), &["audit", "--only", "fuzz"]);
    let shown = block(QUERIES, heading, "text");
    assert!(report.ends_with(shown), "the report does not end with\n{shown}\n{report}");
}

#[test]
fn the_names_in_the_guide_are_those_that_match() {
    let source = "import numpy as np\nimport numpy\nfrom ..common import helper\nfrom lib import *\n\
                  def test_a(self, arg):\n    rng = numpy.random.default_rng()\n    np.random.rand()\n    helper()\n    \
                  starred()\n    range(2)\n    rng.normal()\n    arg.uniform_()\n    self.other.uniform_()\n";
    for (line, name) in [
        (7, "numpy.random.rand"),
        (8, "..common.helper"),
        (9, "lib.starred"),
        (10, "builtins.range"),
        (11, "numpy.random.default_rng().normal"),
        (12, "?.uniform_"),
        (13, "?.other.uniform_"),
    ] {
        assert!(QUERIES.contains(&format!("`{name}`")), "`{name}` is not in the guide");
        let query = format!("((call function: (_) @custom.match) (#resolves? @custom.match \"{name}\"))");
        let config = "[[detectors]]\nname = 'own'\ntitle = 'Own'\nquery = 'own.scm'\n";
        let folder = tree(&[("testaudit.toml", config), ("own.scm", &query), ("test_a.py", source)]);
        let report = stdout(folder.path(), &["audit", "--only", "fuzz", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&report).unwrap();
        let found = json["sections"]["fuzz"]["custom"][0]["matches"].as_array().unwrap();
        let lines: Vec<_> = found.iter().map(|found| found["line"].as_u64().unwrap()).collect();
        assert_eq!(lines, [line], "`{name}`");
    }
}

/// What stands between two marks of a document is this; `UPDATE=1` writes it.
fn assert_generated(path: &str, document: &str, between: (&str, &str), wanted: &str) {
    let (before, rest) = document.split_once(between.0).unwrap_or_else(|| panic!("{path} has no `{}`", between.0));
    let (actual, after) = rest.split_once(between.1).unwrap_or_else(|| panic!("{path} has no `{}`", between.1));
    if std::env::var_os("UPDATE").is_some() && actual != wanted {
        let text = format!("{before}{}{wanted}{}{after}", between.0, between.1);
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), text).unwrap();
    } else {
        assert_eq!(actual, wanted, "{path} is out of date: UPDATE=1 cargo test --test readme");
    }
}

#[test]
fn the_rules_are_those_of_the_program() {
    let mut table = "\n\n| Rule | Severity | What it finds |\n| --- | --- | --- |\n".to_owned();
    let mut pages = "\n".to_owned();
    for group in Group::ALL {
        pages.push_str(&format!("\n## Group `{}`\n", group.name()));
        for rule in Rule::all().filter(|rule| rule.group == group) {
            let (name, severity, summary) = (rule.name, rule.severity.name(), rule.summary());
            table.push_str(&format!("| [`{name}`](docs/rules.md#{name}) | {severity} | {summary} |\n"));
            // Below the headings of groups.
            let page = rule.page().replace("\n## ", "\n#### ");
            pages.push_str(&format!("\n### {name}\n\nSeverity: {severity}\n\n{page}"));
        }
    }
    table.push('\n');
    let mark = "<!-- rules: made from the program; UPDATE=1 cargo test --test readme -->";
    assert_generated("README.md", README, (mark, "<!-- end of rules -->"), &table);
    assert_generated("docs/rules.md", include_str!("../docs/rules.md"), (mark, "<!-- end of rules -->"), &pages);
}

#[test]
fn the_formats_of_lint_are_those_of_the_program() {
    let (_, section) = README.split_once("## What `lint` finds").unwrap();
    let known: Vec<_> = LintFormat::all().map(|(_, name, _)| name.to_owned()).collect();
    assert_eq!(column(section, "Format"), known);
}

#[test]
fn the_findings_in_the_readme_are_found() {
    let example = README.split("Given a `test_upload.py`").nth(1).unwrap().split("```python\n").nth(1).unwrap();
    let configuration = "[tool.pytest.ini_options]\nmarkers = [\"slow: takes minutes\"]\n";
    let folder = tree(&[("test_upload.py", example.split("```").next().unwrap()), ("pyproject.toml", configuration)]);
    let output = testaudit(folder.path(), &["lint"]);
    assert_eq!(output.status.code(), Some(1));
    let picture = README.split("`testaudit lint` says").nth(1).unwrap().split("```text\n").nth(1).unwrap();
    let actual = String::from_utf8(output.stdout).unwrap();
    for line in picture.split("```").next().unwrap().lines().filter(|line| *line != "…") {
        assert!(actual.contains(line), "not printed: {line}\n\n{actual}");
    }
}
