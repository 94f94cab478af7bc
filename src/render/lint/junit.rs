//! Findings as failed tests in JUnit's XML, for continuous integration that shows test results.
//!
//! A suite is a file, a test is one finding in it. GitLab and Jenkins compare two runs by suite, class and name, so a name
//! holds no line: the same finding keeps its name when it moves, and those that say the same are numbered.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::{
    render::{Style, escape::visible},
    views::{Lint, LintFinding},
};

/// Writes a failure for each finding; where there are none, a test that passed, because an empty report reads as a
/// failure to report.
pub(super) fn write(lint: &Lint, _: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("testaudit lint");
    for findings in lint.findings.chunk_by(|one, other| one.place.path == other.place.path) {
        let path = clean(&lint.path_in_repository(&findings[0].place.path));
        let mut suite = TestSuite::new(&path);
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for finding in findings {
            let name = clean(&format!("{}: {}", finding.rule, finding.message));
            let number = seen.entry(name.clone()).or_default();
            *number += 1;
            let name = if *number == 1 { name } else { format!("{name} ({number})") };
            suite.add_test_case(case(lint, finding, name, &path));
        }
        report.add_test_suite(suite);
    }
    if lint.findings.is_empty() {
        let mut suite = TestSuite::new("testaudit lint");
        let mut passed = TestCase::new(lint.summary(), TestCaseStatus::success());
        passed.set_classname("testaudit lint");
        suite.add_test_case(passed);
        report.add_test_suite(suite);
    }
    report.serialize(out).map_err(io::Error::other)
}

fn case(lint: &Lint, finding: &LintFinding, name: String, path: &str) -> TestCase {
    let place = &finding.place;
    let lines: Vec<_> = super::lines(lint, finding).iter().map(|line| clean(line)).collect();
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(finding.severity.name());
    status.set_message(clean(&finding.message));
    status.set_description(format!("{path}:{}:{}: {}", place.line, place.column, lines.join("\n")));
    let mut case = TestCase::new(name, status);
    case.set_classname(path);
    case.extra.insert("file".into(), path.into());
    case.extra.insert("line".into(), place.line.to_string().into());
    case
}

/// Text without what XML 1.0 has no way to write (`Char`), spelt out like everything invisible.
fn clean(text: &str) -> String {
    visible(text).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}
