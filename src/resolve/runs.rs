//! Which tests of the tree the entries of reports mean. Parameters do not count, and what runners put between folders, modules
//! and classes is alike. An entry that several tests could be meant by, or none, is kept as such: nothing is guessed.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::model::runs::{CaseRuns, MatchedReport, Outcome, RunCase, RunReport, Runs, Seconds, TestRun, UnmatchedCase};
use crate::model::{Language, Suite};

/// Joins the reports with the tests of the suite.
pub fn runs(reports: Vec<RunReport>, suite: &Suite) -> Runs {
    let index = Index::new(suite);
    let mut runs = Runs::default();
    let mut histories: BTreeMap<[String; 4], CaseRuns> = BTreeMap::new();
    for (number, report) in reports.into_iter().enumerate() {
        let mut matched = 0;
        let mut found: BTreeMap<&str, TestRun> = BTreeMap::new();
        let mut ends: BTreeMap<[&str; 4], (Option<Outcome>, u32)> = BTreeMap::new();
        let seconds = report.cases.iter().filter_map(|case| case.seconds).fold(Seconds::default(), Seconds::and);
        for case in &report.cases {
            match index.test(case) {
                Found::One(id) => {
                    matched += 1;
                    add(found.entry(id).or_insert_with(|| empty(number)), case);
                    // A name may stand twice in a report: what fails behind the test has an entry of its own.
                    let end = ends.entry([id, &case.name, &case.class, &case.suite]).or_default();
                    *end = (end.0.max(case.outcome), end.1.saturating_add(case.reruns));
                }
                other => {
                    let name = format!("{}::{}", case.class, plain(&case.name));
                    let name = if case.class.is_empty() { plain(&case.name).to_owned() } else { name };
                    runs.unmatched.push(UnmatchedCase {
                        report: number,
                        name,
                        ambiguous: matches!(other, Found::Several),
                    });
                }
            }
        }
        for (key, (outcome, reruns)) in ends {
            let history = histories.entry(key.map(str::to_owned)).or_default();
            end(history, outcome, reruns);
        }
        for (id, run) in found {
            runs.tests.entry(id.to_owned()).or_default().push(run);
        }
        let RunReport { path, format, cases } = report;
        runs.reports.push(MatchedReport { path, format, cases: cases.len(), matched, seconds });
    }
    let case = |([test, name, ..], history): ([String; 4], CaseRuns)| CaseRuns { test, name, ..history };
    runs.cases = histories.into_iter().map(case).filter(|case| case.runs > 0).collect();
    runs.unmatched.sort();
    runs.unmatched.dedup();
    runs
}

fn empty(report: usize) -> TestRun {
    TestRun { report, cases: 0, seconds: None, outcome: None, reruns: 0 }
}

fn add(run: &mut TestRun, case: &RunCase) {
    run.cases += 1;
    run.seconds = match (run.seconds, case.seconds) {
        (Some(one), Some(other)) => Some(one.and(other)),
        (one, other) => one.or(other),
    };
    run.outcome = run.outcome.max(case.outcome);
    run.reruns = run.reruns.saturating_add(case.reruns);
}

/// Adds how a case ended in one report.
fn end(history: &mut CaseRuns, outcome: Option<Outcome>, reruns: u32) {
    let Some(outcome) = outcome.filter(|outcome| *outcome != Outcome::Skipped) else { return };
    history.runs += 1;
    if outcome == Outcome::Passed {
        history.rerun += usize::from(reruns > 0);
    } else {
        history.failed += 1;
    }
}

/// A name without its parameters.
fn plain(name: &str) -> &str {
    name.find('[').filter(|_| name.ends_with(']')).map_or(name, |at| &name[..at])
}

/// What an entry means.
enum Found<'s> {
    One(&'s str),
    Several,
    None,
}

struct Index {
    /// Of Python: by the function's name, the folders, module and classes around it in lower case, and the id.
    python: FxHashMap<String, Vec<(Vec<String>, String)>>,
    /// Of Rust, by binary and name.
    rust: FxHashMap<(String, String), String>,
    /// Of Rust, by name alone; nothing where several have it.
    rust_names: FxHashMap<String, Option<String>>,
    /// Of C++, by suite and name; nothing where several have both.
    cpp: FxHashMap<(String, String), Option<String>>,
}

impl Index {
    fn new(suite: &Suite) -> Self {
        let mut index = Self {
            python: FxHashMap::default(),
            rust: FxHashMap::default(),
            rust_names: FxHashMap::default(),
            cpp: FxHashMap::default(),
        };
        for test in suite.files.iter().filter(|file| file.language == Language::Python).flat_map(|file| &file.tests) {
            let around = test.id.rfind("::").map_or("", |at| &test.id[..at]);
            index.python.entry(test.name.clone()).or_default().push((segments(around), test.id.clone()));
        }
        for test in suite.files.iter().filter(|file| file.language == Language::Rust).flat_map(|file| &file.tests) {
            let binary = test.binary.clone().unwrap_or_default();
            index.rust.insert((binary, test.name.clone()), test.id.clone());
            let entry = index.rust_names.entry(test.name.clone());
            entry.and_modify(|id| *id = None).or_insert_with(|| Some(test.id.clone()));
        }
        for (file, test) in suite.cpp.files.iter().flat_map(|file| file.tests.iter().map(move |test| (file, test))) {
            let key = (test.suite.clone().unwrap_or_default(), test.name.clone());
            let entry = index.cpp.entry(key);
            entry.and_modify(|id| *id = None).or_insert_with(|| Some(test.id(&file.path)));
        }
        index
    }

    fn test(&self, case: &RunCase) -> Found<'_> {
        let binary = |name: &String| self.rust.get(&(name.clone(), case.name.clone()));
        if let Some(id) = binary(&case.class).or_else(|| binary(&case.suite)) {
            return Found::One(id);
        }
        match self.of_python(case) {
            Found::None => {}
            found => return found,
        }
        if let Some(id) = self.cpp.get(&of_cpp(case)) {
            return id.as_deref().map_or(Found::Several, Found::One);
        }
        let full = if case.class.is_empty() { case.name.clone() } else { format!("{}::{}", case.class, case.name) };
        match self
            .rust_names
            .get(&full)
            .or_else(|| self.rust_names.get(&case.name).filter(|_| case.name.contains("::")))
        {
            Some(id) => id.as_deref().map_or(Found::Several, Found::One),
            None => Found::None,
        }
    }

    /// The test whose folders, module and classes end as the entry's do, or begin within them: reports of a run in a folder
    /// lack what is above it.
    fn of_python(&self, case: &RunCase) -> Found<'_> {
        let Some(named) = self.python.get(plain(&case.name)) else { return Found::None };
        // What unittest runs as a script is of the module `__main__`.
        let around = match (case.class.strip_prefix("__main__."), &case.file) {
            (Some(classes), Some(file)) => segments(&format!("{file}::{classes}")),
            _ => segments(&case.class),
        };
        let shared =
            |own: &[String]| own.iter().rev().zip(around.iter().rev()).take_while(|(one, other)| one == other).count();
        let fits = |own: &[String]| shared(own) > 0 && shared(own) == own.len().min(around.len());
        let fitting: Vec<_> = named.iter().filter(|(own, _)| fits(own)).collect();
        match fitting.as_slice() {
            [] => Found::None,
            [(_, id)] => Found::One(id),
            several => {
                let most = several.iter().map(|(own, _)| shared(own)).max();
                let mut best = several.iter().filter(|(own, _)| Some(shared(own)) == most && own.len() <= around.len());
                match (best.next(), best.next()) {
                    (Some((_, id)), None) => Found::One(id),
                    _ => Found::Several,
                }
            }
        }
    }
}

/// The folders, module and classes of a class name or of the beginning of a node id, in lower case.
fn segments(around: &str) -> Vec<String> {
    let around = around.replace(".py::", "::");
    let around = around.strip_suffix(".py").unwrap_or(&around);
    let parts = around.split(['.', '/', '\\', ':']).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect()
}

/// Suite and name as the source has them: GoogleTest puts an instantiation before a suite, and the number of a value or type
/// behind a suite or a name.
fn of_cpp(case: &RunCase) -> (String, String) {
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let suite = case.class.rsplit('/').find(|part| !is_number(part)).unwrap_or_default();
    let name = case.name.split('/').next().unwrap_or_default();
    (suite.to_owned(), name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cpp::{CppFacts, CppKind, CppTest};
    use crate::model::runs::Outcome;
    use crate::model::{FileFacts, FileRole, Test, TestFile};

    fn case(class: &str, name: &str, seconds: f64, outcome: Outcome) -> RunCase {
        RunCase {
            suite: String::new(),
            class: class.to_owned(),
            name: name.to_owned(),
            file: None,
            seconds: Seconds::new(seconds),
            outcome: Some(outcome),
            reruns: 0,
        }
    }

    fn suite(ids: &[&str]) -> Suite {
        let mut suite = Suite::default();
        for id in ids {
            let (language, path) = match id.split_once("::") {
                Some((path, _)) if path.ends_with(".py") => (Language::Python, path),
                _ => (Language::Rust, "src/lib.rs"),
            };
            let name = match language {
                Language::Python => id.rsplit("::").next(),
                _ => id.split(' ').nth(1),
            };
            let mut test = Test::plain((*id).to_owned(), name.unwrap().to_owned(), 1, None);
            test.binary = (language == Language::Rust).then(|| id.split(' ').next().unwrap().to_owned());
            let (path, role, facts) = (path.to_owned(), FileRole::TestModule, FileFacts::default());
            suite.files.push(TestFile { path, language, role, facts, tests: vec![test] });
        }
        suite
    }

    fn matched(suite: &Suite, class: &str, name: &str) -> Result<String, bool> {
        let cases = vec![case(class, name, 1.0, Outcome::Passed)];
        let found = runs(vec![RunReport { path: "r.xml".to_owned(), format: "JUnit XML", cases }], suite);
        match found.tests.into_keys().next() {
            Some(id) => Ok(id),
            None => Err(found.unmatched[0].ambiguous),
        }
    }

    #[test]
    fn an_entry_is_matched_by_folders_module_classes_and_name_without_parameters() {
        let suite = suite(&[
            "tests/unit/test_a.py::TestX::test_y",
            "tests/unit/test_a.py::test_z",
            "tests/slow/test_a.py::test_z",
            "acme::it mod::one",
            "acme two",
        ]);
        let y = Ok("tests/unit/test_a.py::TestX::test_y".to_owned());
        let z = Ok("tests/unit/test_a.py::test_z".to_owned());
        for (class, name, expected) in [
            ("tests.unit.test_a.TestX", "test_y[a-1]", y.clone()),
            ("tests/unit/test_a.py::TestX", "test_y", y.clone()),
            ("Tests\\Unit\\test_a.py::TestX", "test_y", y.clone()),
            ("test_a.TestX", "test_y", y.clone()),
            ("project.tests.unit.test_a.TestX", "test_y", y),
            ("unit.test_a", "test_z", z),
            ("test_a", "test_z", Err(true)),
            ("tests.unit.test_b.TestX", "test_y", Err(false)),
            ("tests.unit.test_a.TestX", "test_Y", Err(false)),
            ("", "test_y", Err(false)),
            ("acme::it", "mod::one", Ok("acme::it mod::one".to_owned())),
            ("mod", "one", Ok("acme::it mod::one".to_owned())),
            ("acme", "two", Ok("acme two".to_owned())),
            ("acme", "three", Err(false)),
        ] {
            assert_eq!(matched(&suite, class, name), expected, "{class} {name}");
        }
    }

    #[test]
    fn an_entry_of_a_script_is_matched_by_its_file() {
        let suite = suite(&["test/test_a.py::TestX::test_y"]);
        let of = |file: Option<&str>| {
            let file = file.map(str::to_owned);
            let cases = vec![RunCase { file, ..case("__main__.TestX", "test_y", 1.0, Outcome::Passed) }];
            runs(vec![RunReport { path: "r.xml".to_owned(), format: "JUnit XML", cases }], &suite).tests.len()
        };
        assert_eq!((of(Some("test_a.py")), of(Some("test_b.py")), of(None)), (1, 0, 0));
    }

    #[test]
    fn cases_of_one_test_are_joined_and_reports_are_kept_apart() {
        let suite = suite(&["t.py::test_a"]);
        let report = |cases| RunReport { path: "r.xml".to_owned(), format: "JUnit XML", cases };
        let first = vec![case("t", "test_a[1]", 1.0, Outcome::Passed), case("t", "test_a[2]", 2.0, Outcome::Failed)];
        let second =
            vec![case("t", "test_a[1]", 5.0, Outcome::Passed), case("t", "test_gone[1]", 1.0, Outcome::Passed)];
        let runs = runs(vec![report(first), report(second)], &suite);
        let told: Vec<_> = runs.of("t.py::test_a").iter().map(|run| (run.report, run.cases, run.outcome)).collect();
        assert_eq!(told, [(0, 2, Some(Outcome::Failed)), (1, 1, Some(Outcome::Passed))]);
        assert_eq!(runs.seconds("t.py::test_a").map(Seconds::value), Some(4.0), "the mean of the reports");
        assert_eq!(runs.seconds("t.py::test_b"), None);
        assert_eq!((runs.reports[1].cases, runs.reports[1].matched), (2, 1));
        assert_eq!(runs.unmatched[0].name, "t::test_gone");
    }

    #[test]
    fn names_of_googletest_are_those_of_the_source() {
        let test = CppTest {
            form: "TEST_P".to_owned(),
            framework: None,
            kind: CppKind::Plain,
            suite: Some("Sum".to_owned()),
            name: "Each".to_owned(),
            line: 3,
            disabled: false,
            skip: None,
            sections: 0,
            own_cases: Some(1),
        };
        let facts = CppFacts { tests: vec![test], ..CppFacts::default() };
        let suite = Suite { cpp: super::super::cpp(&[("a_test.cpp".to_owned(), facts.into())]), ..Suite::default() };
        for (class, name) in [("Sum", "Each"), ("All/Sum", "Each/0"), ("Sum/3", "Each")] {
            assert_eq!(matched(&suite, class, name), Ok("a_test.cpp::Sum.Each".to_owned()), "{class} {name}");
        }
        assert_eq!(matched(&suite, "Sum", "Other"), Err(false));
    }
}
