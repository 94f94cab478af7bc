//! Reports of runs of tests: JUnit XML as pytest, nextest, GoogleTest and others write it, and durations as pytest-split keeps
//! them. Owns which elements count; refuses to know which test of the tree an entry means.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::model::runs::{Outcome, RunCase, Seconds};

/// Elements within each other; suites may be nested.
const MAX_DEPTH: usize = 64;
/// Entries beyond which a report is refused.
const MAX_CASES: usize = 5_000_000;

/// Reads one report, whatever its format: that is told by what it begins with. The format's name and the entries.
///
/// # Errors
/// What is wrong with it, as the end of a sentence that begins with its name.
pub fn read_runs(bytes: &[u8]) -> Result<(&'static str, Vec<RunCase>), String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => Ok(("durations", durations(bytes)?)),
        Some(b'<') => Ok(("JUnit XML", junit(bytes)?)),
        Some(_) => Err("is no report of tests: known are JUnit XML and durations as pytest-split keeps them".into()),
        None => Err("is empty".into()),
    }
}

/// `{"tests/test_a.py::test_b[1]": 0.5}`.
fn durations(bytes: &[u8]) -> Result<Vec<RunCase>, String> {
    let no_json = |error: serde_json::Error| format!("is no file of durations: {error}");
    let all: std::collections::BTreeMap<String, f64> = serde_json::from_slice(bytes).map_err(no_json)?;
    let case = |(id, seconds): (String, f64)| {
        let (class, name) = split(&id);
        let (class, name) = (class.to_owned(), name.to_owned());
        let (file, suite) = (class.split("::").next().map(str::to_owned), String::new());
        let seconds = Seconds::new(seconds);
        RunCase { suite, class, name, file: file.filter(|file| !file.is_empty()), seconds, outcome: None, reruns: 0 }
    };
    Ok(all.into_iter().map(case).collect())
}

/// A node id without its last name, and that name. `::` may stand in parameters.
fn split(id: &str) -> (&str, &str) {
    let plain = id.find('[').map_or(id, |at| &id[..at]);
    match plain.rfind("::") {
        Some(at) => (&id[..at], &id[at + 2..]),
        None => ("", id),
    }
}

fn junit(bytes: &[u8]) -> Result<Vec<RunCase>, String> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(&text);
    let mut document = Document::default();
    let mut is_begun = false;
    loop {
        match reader.read_event().map_err(|error| no_xml(&error))? {
            Event::DocType(text) if text.windows(8).any(|word| word.eq_ignore_ascii_case(b"<!ENTITY")) => {
                return Err("declares entities of XML, which no report of tests does; not read".to_owned());
            }
            Event::Start(element) => {
                document.begin(&element, is_begun)?;
                is_begun = true;
                document.open.push(element.local_name().as_ref().to_vec());
                if document.open.len() > MAX_DEPTH {
                    return Err("is no JUnit XML: its elements are nested too deep".to_owned());
                }
            }
            Event::Empty(element) => {
                document.begin(&element, is_begun)?;
                is_begun = true;
                document.end(element.local_name().as_ref());
            }
            Event::End(element) => {
                document.open.pop();
                document.end(element.local_name().as_ref());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !document.open.is_empty() {
        return Err("is cut off: an element of its XML is not closed".to_owned());
    }
    if !is_begun {
        return Err("is no JUnit XML: it has no element".to_owned());
    }
    Ok(document.cases)
}

#[derive(Default)]
struct Document {
    open: Vec<Vec<u8>>,
    /// Names of the suites that are open.
    suites: Vec<String>,
    /// The entry that is open.
    case: Option<RunCase>,
    cases: Vec<RunCase>,
}

impl Document {
    fn begin(&mut self, element: &BytesStart<'_>, is_begun: bool) -> Result<(), String> {
        let local = element.local_name();
        let name = local.as_ref();
        if !is_begun && !matches!(name, b"testsuites" | b"testsuite") {
            let name: String = String::from_utf8_lossy(name).chars().take(40).collect();
            return Err(format!("is XML, but no JUnit XML: its element is `{name}`"));
        }
        let get = |name: &str| attribute(element, name);
        match name {
            b"testsuite" => self.suites.push(get("name")?.unwrap_or_default()),
            b"testcase" => {
                if self.cases.len() >= MAX_CASES {
                    return Err(format!("has more than {MAX_CASES} tests"));
                }
                // GoogleTest says so in attributes.
                let is_skipped = get("status")?.as_deref() == Some("notrun")
                    || matches!(get("result")?.as_deref(), Some("skipped" | "suppressed"));
                self.case = Some(RunCase {
                    suite: self.suites.last().cloned().unwrap_or_default(),
                    class: get("classname")?.unwrap_or_default(),
                    name: get("name")?.unwrap_or_default(),
                    file: get("file")?,
                    seconds: get("time")?.and_then(|time| Seconds::new(time.trim().replace(',', "").parse().ok()?)),
                    outcome: Some(if is_skipped { Outcome::Skipped } else { Outcome::Passed }),
                    reruns: 0,
                });
            }
            // Only what stands directly in it: output may hold anything.
            _ if self.open.last().is_some_and(|name| name == b"testcase") => {
                let Some(case) = &mut self.case else { return Ok(()) };
                let worst = |outcome: Outcome| case.outcome.max(Some(outcome));
                match name {
                    b"failure" => case.outcome = worst(Outcome::Failed),
                    b"error" => case.outcome = worst(Outcome::Error),
                    b"skipped" => case.outcome = Some(Outcome::Skipped),
                    b"rerunFailure" | b"rerunError" | b"flakyFailure" | b"flakyError" | b"rerun" => case.reruns += 1,
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"testsuite" => drop(self.suites.pop()),
            b"testcase" => self.cases.extend(self.case.take()),
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let found = element.try_get_attribute(name).map_err(|error| no_xml(&error))?;
    let value = |own: quick_xml::events::attributes::Attribute<'_>| {
        let value = own.normalized_value(quick_xml::XmlVersion::Implicit1_0);
        value.map(std::borrow::Cow::into_owned).map_err(|error| no_xml(&error))
    };
    found.map(value).transpose()
}

fn no_xml(error: &dyn std::fmt::Display) -> String {
    format!("is no XML: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let (_, cases) = read_runs(text.as_bytes()).unwrap();
        let shown = |case: RunCase| {
            let (seconds, outcome) = (case.seconds.map(Seconds::value), case.outcome.unwrap());
            format!("{}|{}|{} {seconds:?} {outcome:?} {}", case.suite, case.class, case.name, case.reruns)
        };
        cases.into_iter().map(shown).collect()
    }

    #[test]
    fn what_pytest_writes_is_read_in_both_of_its_families() {
        let new = r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1"
            failures="1" skipped="2" tests="5" time="0.090"><testcase classname="tests.unit.test_a.TestX" name="test_y[a&lt;b]"
            time="0.001" /><testcase classname="tests.test_b" name="test_fail" time="0.5"><failure message="assert 0">x</failure>
            <system-out>&lt;error/&gt;</system-out></testcase><testcase classname="tests.test_b" name="test_skip" time="0.000">
            <skipped type="pytest.skip" message="no">t.py:1: no</skipped></testcase><testcase classname="tests.test_b"
            name="test_set_up" time="0"><error message="e">x</error></testcase><testcase classname="tests.test_b" name="test_xfail"
            time="0.2"><skipped type="pytest.xfail" message="" /></testcase></testsuite></testsuites>"#;
        let expected = [
            "pytest|tests.unit.test_a.TestX|test_y[a<b] Some(0.001) Passed 0",
            "pytest|tests.test_b|test_fail Some(0.5) Failed 0",
            "pytest|tests.test_b|test_skip Some(0.0) Skipped 0",
            "pytest|tests.test_b|test_set_up Some(0.0) Error 0",
            "pytest|tests.test_b|test_xfail Some(0.2) Skipped 0",
        ];
        assert_eq!(told(new), expected);
        let old = r#"<testsuite name="pytest"><testcase classname="tests.test_b" file="tests/test_b.py" line="3" name="test_c"
            time="1.5"><rerun message="x"/></testcase></testsuite>"#;
        assert_eq!(told(old), ["pytest|tests.test_b|test_c Some(1.5) Passed 1"]);
        assert_eq!(read_runs(old.as_bytes()).unwrap().1[0].file.as_deref(), Some("tests/test_b.py"));
    }

    #[test]
    fn what_nextest_and_googletest_write_is_read() {
        let nextest = r#"<testsuites name="nextest-run" tests="2"><testsuite name="acme::it" tests="2"><testcase name="mod::one"
            classname="acme::it" timestamp="2026" time="0.03"><flakyFailure timestamp="x" type="f"/></testcase><testcase
            name="two" classname="acme::it" time="0.1"><failure type="test failure"/><rerunFailure type="f"/></testcase>
            </testsuite></testsuites>"#;
        let expected = ["acme::it|acme::it|mod::one Some(0.03) Passed 1", "acme::it|acme::it|two Some(0.1) Failed 1"];
        assert_eq!(told(nextest), expected);
        let gtest = r#"<testsuites tests="3"><testsuite name="Sum"><testcase name="Adds" status="run" result="completed" time="0.2"
            classname="Sum"/><testcase name="DISABLED_Off" status="notrun" result="suppressed" time="0" classname="Sum"/>
            </testsuite><testsuite name="All/Sum"><testcase name="Each/0" value_param="1" status="run" time="0."
            classname="All/Sum"/></testsuite></testsuites>"#;
        let expected = [
            "Sum|Sum|Adds Some(0.2) Passed 0",
            "Sum|Sum|DISABLED_Off Some(0.0) Skipped 0",
            "All/Sum|All/Sum|Each/0 Some(0.0) Passed 0",
        ];
        assert_eq!(told(gtest), expected);
    }

    #[test]
    fn durations_are_read_with_what_stands_in_parameters() {
        let (format, cases) =
            read_runs(br#"{"tests/test_a.py::TestX::test_y[a::b]": 0.25, "t.py::test_z": 1}"#).unwrap();
        let told: Vec<_> = cases.iter().map(|case| (case.class.as_str(), case.name.as_str(), case.outcome)).collect();
        assert_eq!(format, "durations");
        assert_eq!(told, [("t.py", "test_z", None), ("tests/test_a.py::TestX", "test_y[a::b]", None)]);
    }

    #[test]
    fn what_is_no_report_is_an_error_that_says_why() {
        let deep = "<testsuite>".repeat(100_000);
        for (text, why) in [
            ("", "is empty"),
            ("hello", "is no report of tests"),
            ("[1]", "is no report of tests"),
            ("{\"a\": \"b\"}", "is no file of durations"),
            ("{\"a\"", "is no file of durations"),
            ("<coverage/>", "is XML, but no JUnit XML: its element is `coverage`"),
            ("<testsuite><testcase name=\"a\"", "is no XML"),
            ("<testsuite><testcase name=\"a\">", "is cut off"),
            ("<testsuite></testcase>", "is no XML"),
            ("<!DOCTYPE x [<!ENTITY a \"b\">]><testsuite/>", "declares entities"),
            (&deep, "is no JUnit XML: its elements are nested too deep"),
        ] {
            let error = read_runs(text.as_bytes()).unwrap_err();
            assert!(error.starts_with(why), "{error} for {}", text.chars().take(40).collect::<String>());
        }
    }

    #[test]
    fn lengths_of_time_that_are_none_are_not_told() {
        for time in ["-1", "NaN", "inf", "1e300", "x", ""] {
            let text = format!("<testsuite><testcase name=\"a\" time=\"{time}\"/></testsuite>");
            assert_eq!(read_runs(text.as_bytes()).unwrap().1[0].seconds, None, "{time}");
        }
    }
}
