//! One sample report through every format, compared with the files under `tests/expected`.
//!
//! `UPDATE=1 cargo test` writes them anew; read the difference.

use testaudit::model::{Confidence, Problem, ProblemKind, Severity};
use testaudit::render::{LintFormat, Style};
use testaudit::views::{Lint, LintFinding};

use crate::build::{finding, fix, place, related, rendered, rendered_as, rule, unread};
use crate::expected::expect;

/// Findings of every severity: with and without help, fix, other places and text; in one line, in several, twice the same.
pub(crate) fn sample() -> Lint {
    let marker = |line, text: &str| LintFinding {
        help: Some("did you mean `slow`?".to_owned()),
        ..finding(
            "unregistered-marker",
            Severity::Error,
            place("test_upload.py", line, text, "pytest.mark.slwo"),
            "the marker `slwo` is not registered",
        )
    };
    let long = format!("    @pytest.mark.parametrize(\"n\", [{}GPU])", "1, ".repeat(100));
    let lines = "pytest.mark.parametrize(\n    \"größe, 名\",\n\t[],\n)";
    let findings = vec![
        LintFinding {
            confidence: Confidence::Medium,
            related: vec![
                related(
                    place("conftest.py", 4, "def pytest_configure(config):", "pytest_configure"),
                    "registers markers",
                ),
                related(unread("../pytest.ini", 7), "the [others] stand here"),
            ],
            fix: fix("register `gpu`"),
            help: Some("register it in `../pytest.ini`, under `markers` of `[pytest]`".to_owned()),
            ..finding(
                "unregistered-marker",
                Severity::Error,
                place("gpu/test a.py", 31, "    @pytest.mark.gpu  # noqa", "pytest.mark.gpu"),
                "the marker `gpu` is not registered",
            )
        },
        finding("wide", Severity::Warning, place("gpu/test a.py", 40, &long, "GPU"), "a long line"),
        finding("wide", Severity::Warning, place("gpu/test a.py", 50, lines, lines), "several lines"),
        finding("policy", Severity::Note, unread("setup.cfg", 3), "the file cannot be read"),
        marker(9, "@pytest.mark.slwo"),
        marker(12, "@pytest.mark.slwo"),
    ];
    Lint {
        root: "..".to_owned(),
        root_in_repository: "project/tests".to_owned(),
        findings,
        suppressed: 2,
        baselined: 4,
        gone: 1,
        problems: vec![
            Problem::file("big_test.py", ProblemKind::TooLarge, "`big_test.py` has more than `16777216` bytes"),
            Problem::at("test_wrap.py", 33, ProblemKind::Syntax, "cannot parse `def (`"),
        ],
        rules: vec![
            rule("policy", Severity::Note, "Something against the policy"),
            rule("unregistered-marker", Severity::Error, "A marker that nobody registers"),
            rule("wide", Severity::Warning, "A statement that is wide"),
        ],
    }
}

#[test]
fn the_sample_reads_as_expected_in_every_format() {
    for (format, name, _) in LintFormat::all() {
        // The version would change it with every release.
        let text = rendered(&sample(), format).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        expect(&format!("lint.{name}"), &text);
    }
}

#[test]
fn a_report_without_findings_says_so_in_every_format() {
    let lint = Lint { suppressed: 3, ..Lint::default() };
    for (format, name, _) in LintFormat::all() {
        let text = rendered(&lint, format);
        assert!(text.ends_with('\n'), "`{name}` must end with a line feed");
        let expected = match format {
            LintFormat::Text => "no findings; 3 suppressed\n",
            LintFormat::Github => "::notice title=testaudit::no findings; 3 suppressed\n",
            LintFormat::Junit => "<testcase name=\"no findings; 3 suppressed\" classname=\"testaudit lint\"/>",
            LintFormat::Sarif => "\"results\": []",
            LintFormat::Json => "\"findings\": []",
        };
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn the_summary_counts_what_there_is_and_nothing_else() {
    let note = || finding("policy", Severity::Note, unread("a.py", 1), "no");
    let error = || LintFinding { fix: fix("mend"), ..finding("policy", Severity::Error, unread("a.py", 1), "no") };
    let summary = |findings, suppressed| Lint { findings, suppressed, ..Lint::default() }.summary();
    let known = |baselined, gone| Lint { baselined, gone, ..Lint::default() }.summary();
    assert_eq!(known(2, 0), "no findings; 2 in the baseline");
    assert_eq!(
        known(2, 3),
        "no findings; 2 in the baseline; 3 findings of the baseline are gone, `--write-baseline` drops them"
    );
    assert_eq!(known(0, 1), "no findings; 1 finding of the baseline is gone, `--write-baseline` drops it");
    assert_eq!(summary(vec![], 0), "no findings");
    assert_eq!(summary(vec![note()], 0), "1 finding: 1 note");
    assert_eq!(
        summary(vec![note(), error(), error()], 1),
        "3 findings: 2 errors, 1 note; 1 suppressed; 2 fixable with `--fix`"
    );
}

#[test]
fn paths_lead_from_the_current_directory_or_the_top_of_the_repository_to_the_file() {
    for (root, path, expected) in [
        ("", "a.py", "a.py"),
        (".", "b/a.py", "b/a.py"),
        ("tests/unit", "a.py", "tests/unit/a.py"),
        ("tests", "../pytest.ini", "pytest.ini"),
        ("tests", "../../pytest.ini", "../pytest.ini"),
        ("../..", "a.py", "../../a.py"),
        ("../..", "../a.py", "../../../a.py"),
    ] {
        let lint = Lint { root_in_repository: root.to_owned(), root: format!("x/../{root}"), ..Lint::default() };
        assert_eq!(lint.path_in_repository(path), expected, "{path} in {root}");
        assert_eq!(lint.path_from_here(path), expected, "{path} in {root}");
    }
}

#[test]
fn a_fingerprint_outlives_a_move_of_the_line_and_tells_all_findings_apart() {
    let fingerprints = |lint: &Lint| -> Vec<String> {
        let json: serde_json::Value = serde_json::from_str(&rendered(lint, LintFormat::Sarif)).unwrap();
        let results = json["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|own| own["partialFingerprints"]["ruleAndLine/v1"].as_str().unwrap().to_owned()).collect()
    };
    let before = fingerprints(&sample());
    let mut distinct = before.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), before.len());
    let mut moved = sample();
    for finding in &mut moved.findings {
        finding.place.line += 7;
        finding.place.end_line += 7;
    }
    assert_eq!(fingerprints(&moved), before);
    moved.findings[0].place.text.push_str("changed");
    assert_ne!(fingerprints(&moved)[0], before[0]);
    assert_eq!(fingerprints(&moved)[1..], before[1..]);
}

#[test]
fn colours_are_written_by_the_text_format_only_and_only_if_they_are_asked_for() {
    for (format, name, _) in LintFormat::all() {
        let colored = rendered_as(&sample(), format, Style { color: true, ..Style::default() });
        assert_eq!(colored.contains('\u{1b}'), format == LintFormat::Text, "`{name}`");
        assert!(!rendered(&sample(), format).contains('\u{1b}'), "`{name}`");
    }
}

#[test]
fn excerpts_keep_to_the_width() {
    for width in [40, 80, 120] {
        let text = rendered_as(&sample(), LintFormat::Text, Style { width, color: false });
        let wide: Vec<_> = text
            .lines()
            .filter(|line| line.contains(" | "))
            .filter(|line| line.chars().count() > usize::from(width))
            .collect();
        assert_eq!(wide, Vec::<&str>::new(), "at {width}");
        assert!(text.contains("GPU])") && text.contains("^^^"), "at {width}: what is marked is shown:\n{text}");
    }
}
