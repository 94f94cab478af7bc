//! One sample report through every format, compared with the files under `tests/expected`.
//!
//! `UPDATE=1 cargo test` writes them anew; read the difference.

use testaudit::model::pytest::{ConfigSource, IgnoredConfig, IgnoredReason};
use testaudit::model::suite::Seeding;
use testaudit::model::{
    FileRole, Location, MarkerUse, Markers, Problem, ProblemKind, Reason, Region, Registrar, Registration, SignalKind,
    Suite,
};
use testaudit::render::{Format, Style, render};
use testaudit::views::{Audit, Section, audit};

use crate::build::{File, cases, draws, marked, reason, suite};
use crate::expected::expect;

fn sample() -> Suite {
    let both = |test: &mut _| {
        cases(test, Some(4));
        draws(test, Seeding::Unseeded);
    };
    let many = (0..30).map(|number| File::new(&format!("plain/test_{number:02}.py")).test("test_fixed", |_| ()));
    let mut suite = suite(
        many.chain([
            File::new("fsdp/test_comm.py")
                .signal(SignalKind::ParametrizeCases, 12, "parametrize", "@parametrize(\"n\", [1, 2, 3, 4])")
                .signal(SignalKind::RandomGenerator, 30, "torch.randn", "x = torch.randn(n, device=\"cuda\")")
                .signal(SignalKind::RandomGenerator, 31, "torch.rand", "y = torch.rand(n)")
                .test("test_comm", both)
                .test("test_async_comm", |test| draws(test, Seeding::Seeded)),
            File::new("fsdp/test_wrap.py")
                .signal(SignalKind::ParametrizeCases, 8, "parametrize", "@parametrize(\"nested\", [True])")
                .test("test_wrap", |test| cases(test, Some(1))),
            File::new("test_store.py")
                .signal(SignalKind::PropertyTest, 20, "hypothesis.given", "@given(st.binary())")
                .test("test_store", |test| reason(test, Reason::Property)),
            File::new("test_subtests.py")
                .test("test_all", |test| marked(test, &["slow", "gpuu"]))
                .signal(SignalKind::SubcasesCall, 11, "self.subTest", "with self.subTest(n=n):")
                .custom("sleeps", 14, "time.sleep(1)"),
            File::with_role("conftest.py", FileRole::Conftest),
        ]),
    );
    suite.custom_detectors = vec![("sleeps".to_owned(), "Sleeps instead of waiting".to_owned())];
    suite.markers = markers();
    suite.problems = vec![
        Problem::file("big_test.py", ProblemKind::TooLarge, "`big_test.py` has more than `16777216` bytes"),
        Problem::at("fsdp/test_wrap.py", 33, ProblemKind::Syntax, "cannot parse `def (`"),
    ];
    suite
}

fn markers() -> Markers {
    let at = |path: &str, line| Location { path: path.to_owned(), line };
    let registered = |name: &str, registrar, description: &str| Registration {
        name: name.to_owned(),
        registrar,
        description: description.to_owned(),
    };
    let used =
        |name: &str, path, line| MarkerUse { name: name.to_owned(), at: Region::line(path, line), at_import: true };
    Markers {
        registered: vec![
            registered("gpu", Registrar::Call(at("conftest.py", 4)), "needs a | GPU"),
            registered("parametrize", Registrar::Plugin("pytest".to_owned()), ""),
            registered("slow", Registrar::Configuration(at("pytest.ini", 3)), "takes long"),
        ],
        computed: vec![at("conftest.py", 6)],
        computed_uses: Vec::new(),
        added: Vec::new(),
        uses: vec![used("gpuu", "test_subtests.py", 10), used("slow", "test_subtests.py", 9)],
        config: Some(ConfigSource {
            path: "pytest.ini".to_owned(),
            section: "pytest".to_owned(),
            line: Some(1),
            since: None,
        }),
        strict: false,
        ignored: vec![IgnoredConfig {
            path: "tox.ini".to_owned(),
            line: 2,
            section: "tool:pytest".to_owned(),
            reason: IgnoredReason::WrongSection { expected: "pytest".to_owned() },
        }],
        ..Markers::default()
    }
}

/// A page of HTML without its style and its script, which stand in files of their own.
fn content(text: String) -> String {
    ["style", "script"].iter().fold(text, |text, name| {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let Some((before, rest)) = text.split_once(&open) else { return text };
        let (_, after) = rest.split_once(&close).expect("an element that begins ends");
        let policy = |text: &str| {
            text.split("'sha256-")
                .map(|part| part.split_once("'; ").map_or(part, |(_, rest)| rest))
                .collect::<Vec<_>>()
                .join("")
        };
        format!("{}{open}{close}{after}", if *name == "style" { policy(before) } else { before.to_owned() })
    })
}

fn rendered(audit: &Audit, format: Format) -> String {
    let mut out = Vec::new();
    render(audit, format, &mut out, Style::default()).expect("writing to memory cannot fail");
    String::from_utf8(out).expect("every format writes UTF-8")
}

#[test]
fn the_sample_reads_as_expected_in_every_format() {
    let all: Vec<Section> = Section::all().collect();
    let audit = audit(&sample(), &all);
    for format in Format::all() {
        expect(&format!("audit.{}", format.name()), &content(rendered(&audit, format)));
    }
}

#[test]
fn a_single_section_makes_the_title_of_its_report() {
    let audit = audit(&sample(), &[Section::Fuzz]);
    expect("audit-fuzz.md", &rendered(&audit, Format::Markdown));
}

#[test]
fn json_holds_the_contract_with_one_line_for_each_file_and_test() {
    let all: Vec<Section> = Section::all().collect();
    let text = rendered(&audit(&sample(), &all), Format::Json);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema"], "testaudit/audit/1");
    assert_eq!(json["root"], "project/tests");
    let fuzz = &json["sections"]["fuzz"];
    assert_eq!(fuzz["files"][0]["tests_with"]["parametrized"][0], "fsdp/test_comm.py::test_comm");
    assert_eq!(fuzz["files"][0]["priority"], "high");
    assert_eq!(fuzz["totals"]["both"], 1);
    assert_eq!(json["problems"][1]["kind"], "syntax");
    let line_of = |needle: &str| text.lines().filter(|line| line.contains(needle)).collect::<Vec<_>>();
    for line in line_of("\"rank\"") {
        let file: serde_json::Value = serde_json::from_str(line.trim().trim_end_matches(',')).unwrap();
        assert!(file["advice"].is_string());
    }
    assert_eq!(line_of("\"rank\"").len(), 3);
}

#[test]
fn no_colour_is_written_unless_it_is_asked_for() {
    let audit = audit(&sample(), &[Section::Fuzz]);
    let write = |color| {
        let mut out = Vec::new();
        render(&audit, Format::Table, &mut out, Style { color, ..Style::default() }).unwrap();
        out
    };
    assert!(!write(false).contains(&0x1b));
    assert!(write(true).contains(&0x1b));
}

#[test]
fn tables_keep_to_the_width() {
    let audit = audit(&sample(), &[Section::Fuzz, Section::Inventory, Section::Markers]);
    let mut out = Vec::new();
    render(&audit, Format::Table, &mut out, Style { width: 70, color: false }).unwrap();
    let text = String::from_utf8(out).unwrap();
    let wide: Vec<_> = text.lines().filter(|line| line.chars().count() > 70).collect();
    assert_eq!(wide, Vec::<&str>::new());
}
