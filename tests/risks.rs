//! Which risks the section claims: the files in `fixtures/risks` say them at the end of their lines, `# risk: KIND SEVERITY
//! CONFIDENCE`, and nothing else may be found. The comments are taken out before the files are read.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

mod common;

use std::{fs, path::Path};

use common::tree;
use testaudit::{
    config, engine,
    model::Settings,
    views::{self, RiskFinding, Risks, Section},
};

fn risks(files: &[(&str, &str)]) -> Risks {
    measured(files, &[])
}

fn measured(files: &[(&str, &str)], reports: &[&str]) -> Risks {
    let folder = tree(files);
    let junit = reports.iter().map(|name| folder.path().join(name)).collect();
    let settings = Settings { wanted: Section::wanted(&[Section::Risks]), junit, ..Settings::default() };
    let suite = engine::suite(&[folder.path().to_owned()], &settings, Vec::new(), &|_| {}).unwrap();
    views::audit(&suite, &[Section::Risks]).sections.risks.unwrap()
}

fn shown(finding: &RiskFinding) -> String {
    let (kind, severity) = (finding.kind.name(), finding.severity.name());
    format!("{}: {kind} {severity} {}", finding.line, finding.confidence.name())
}

#[test]
fn every_risk_is_said_and_nothing_else_is_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/risks");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 7, "the fixtures are there");
    let mut differences = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut source = String::new();
        let mut expected = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let (code, risk) = text.split_once("  # risk: ").map_or((text, None), |(code, risk)| (code, Some(risk)));
            source.push_str(code);
            source.push('\n');
            expected.extend(risk.map(|risk| format!("{line}: {risk}")));
        }
        let found: Vec<_> = risks(&[(&name, &source)]).findings.iter().map(shown).collect();
        differences
            .extend(expected.iter().filter(|own| !found.contains(own)).map(|own| format!("{name}: missing {own}")));
        differences
            .extend(found.iter().filter(|own| !expected.contains(own)).map(|own| format!("{name}: found {own}")));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_finding_names_its_tests_and_how_they_come_to_it() {
    let helper = "import time\n\n\ndef wait():\n    time.sleep(1)\n";
    let test = "from helpers import wait\n\n\ndef test_a():\n    wait()\n\n\ndef test_b():\n    wait()\n";
    let found = risks(&[("tests/helpers.py", helper), ("tests/test_a.py", test), ("tests/conftest.py", "")]);
    let [finding] = found.findings.as_slice() else { panic!("{:?}", found.findings) };
    assert_eq!((finding.path.as_str(), finding.line), ("tests/helpers.py", 5));
    assert_eq!(finding.tests, ["tests/test_a.py::test_a", "tests/test_a.py::test_b"]);
    assert_eq!(finding.via.as_deref(), Some("helper `wait`, used in line 5"));
    assert_eq!((finding.what.as_str(), finding.text.as_str()), ("time.sleep", "time.sleep(1)"));
    assert_eq!((found.totals.findings, found.totals.tests, found.totals.all_tests), (1, 2, 2));
    assert_eq!(found.totals.by_folder.get("tests"), Some(&1));
    assert_eq!(found.top_files[0].path, "tests/helpers.py");
}

#[test]
fn what_the_code_under_test_does_is_no_risk_of_its_tests() {
    let product = "import time\n\n\ndef wait():\n    time.sleep(1)\n";
    let test = "from product import wait\n\n\ndef test_a():\n    wait()\n";
    assert_eq!(risks(&[("src/product.py", product), ("tests/test_a.py", test)]).findings, []);
}

#[test]
fn a_test_that_never_runs_risks_nothing_but_one_that_may_does() {
    let test = |name: &str, mark: &str| format!("{mark}\ndef {name}():\n    time.sleep(2)\n    assert True\n\n\n");
    let text = format!(
        "import sys\nimport time\n\nimport pytest\n\n\n{}{}{}",
        test("test_never", "@pytest.mark.skip(reason=\"slow\")"),
        test("test_perhaps", "@pytest.mark.skipif(sys.platform == \"win32\", reason=\"no\")"),
        test("test_always", ""),
    );
    let found = risks(&[("test_it.py", &text)]);
    let tests: Vec<&str> = found.findings.iter().flat_map(|own| &own.tests).map(String::as_str).collect();
    assert_eq!(tests, ["test_it.py::test_perhaps", "test_it.py::test_always"]);
}

#[test]
fn fixtures_of_conftest_files_make_harmless_what_they_put_back() {
    let conftest = "import os, pytest\n\n\n@pytest.fixture(autouse=True)\ndef environment():\n    old = dict(os.environ)\n    \
                    yield\n    os.environ.clear()\n    os.environ.update(old)\n";
    let test = "import os\n\n\ndef test_a():\n    os.environ['MODE'] = 'x'\n";
    assert_eq!(risks(&[("tests/conftest.py", conftest), ("tests/test_a.py", test)]).findings, []);
    assert_eq!(risks(&[("tests/test_a.py", test)]).findings.len(), 1);
    // A conftest sets the environment for all tests below it.
    let set = "import os\n\nos.environ['MODE'] = 'x'\n";
    assert_eq!(risks(&[("tests/conftest.py", set), ("tests/test_b.py", "def test_b():\n    pass\n")]).findings, []);
}

#[test]
fn a_plugin_that_seeds_every_test_leaves_no_draw_unseeded() {
    let test = "import random\n\n\ndef test_a():\n    random.random()\n";
    assert_eq!(risks(&[("test_a.py", test)]).findings.len(), 1);
    assert_eq!(risks(&[("test_a.py", test), ("requirements.txt", "pytest-randomly\n")]).findings, []);
}

#[test]
fn a_helper_of_another_file_that_seeds_counts_where_it_is_called_before_the_draw() {
    let helper = "import numpy as np\n\n\ndef srand(seed=1):\n    np.random.seed(seed)\n";
    let other = "import numpy as np\n\n\ndef srand(seed=1):\n    pass\n";
    let test = |first: &str, then: &str| {
        format!(
            "import numpy as np\nfrom tests.common import srand\n\n\ndef test_a():\n    {first}\n    {then}\n    assert x == 1\n"
        )
    };
    let (seed, draw) = ("srand()", "x = np.random.rand()");
    let found =
        |helper: &str, test: &str| risks(&[("tests/common.py", helper), ("tests/test_a.py", test)]).findings.len();
    assert_eq!(found(helper, &test(seed, draw)), 0);
    assert_eq!(found(helper, &test(draw, seed)), 1);
    assert_eq!(found(other, &test(seed, draw)), 1);
}

#[test]
fn the_published_subclasses_of_a_base_that_seeds_seed_too() {
    let test = |base: &str| {
        format!(
            "import torch\nimport {base}\n\n\nclass TestA({base}.TestCase):\n    def test_a(self):\n        \
             torch.randn(3)\n"
        )
    };
    for base in ["torch._dynamo.test_case", "torch._inductor.test_case", "torch.testing._internal.common_utils"] {
        assert_eq!(risks(&[("test_a.py", &test(base))]).findings, [], "{base}");
    }
    for base in ["torch._dynamo.elsewhere", "unittest"] {
        let found = risks(&[("test_a.py", &test(base))]).findings;
        assert_eq!(found.iter().map(|finding| finding.kind.name()).collect::<Vec<_>>(), ["unseeded-random"], "{base}");
    }
}

/// A report with these entries: name, and what stands in the entry.
fn report(cases: &[(&str, &str)]) -> String {
    let case =
        |(name, inner): &(&str, &str)| format!("<testcase classname=\"test_a\" name=\"{name}\">{inner}</testcase>");
    format!("<testsuite name=\"pytest\">{}</testsuite>", cases.iter().map(case).collect::<String>())
}

const SLEEPER: &str =
    "import time\n\n\ndef test_a():\n    time.sleep(1)\n\n\ndef test_b():\n    pass\n\n\ndef test_c(x):\n    pass\n";

#[test]
fn a_test_is_unsteady_where_reports_have_it_both_passing_and_failing() {
    let one = report(&[("test_a", ""), ("test_b", "<failure/>"), ("test_c[1]", "")]);
    let two = report(&[("test_a", "<failure/>"), ("test_b", "<failure/>"), ("test_c[2]", "<failure/>")]);
    let three = report(&[("test_a", "<rerun/><rerun/>"), ("test_b", "<error/>"), ("test_c[1]", "<skipped/>")]);
    let four = report(&[("test_a", "")]);
    let files = [("test_a.py", SLEEPER), ("1.xml", &one), ("2.xml", &two), ("3.xml", &three), ("4.xml", &four)];
    let found = measured(&files, &["1.xml", "2.xml", "3.xml", "4.xml"]);
    let runs = found.measured.unwrap();
    // What always fails is no flake, nor what only one case of two does.
    let [row] = runs.unsteady.as_slice() else { panic!("{:?}", runs.unsteady) };
    assert_eq!((row.id.as_str(), row.case.as_str()), ("test_a.py::test_a", "test_a"));
    assert_eq!((row.runs, row.failures, row.rerun), (4, 2, 1));
    assert_eq!(serde_json::to_value(row.rate).unwrap(), 0.5);
    assert_eq!((row.risks[0].kind.name(), row.risks[0].line), ("sleep", 5));
    assert_eq!((runs.reports, runs.cases, runs.repeated), (4, 4, 2));
    let beside = found.findings[0].measured.unwrap();
    assert_eq!((beside.runs, beside.unsteady, beside.failures), (4, 1, 2));
}

#[test]
fn nothing_is_called_flaky_without_reports_that_say_so() {
    assert_eq!(risks(&[("test_a.py", SLEEPER)]).measured, None);
    let (passed, failed) =
        (report(&[("test_a", ""), ("test_b", "")]), report(&[("test_a", ""), ("test_c", "<error/>")]));
    let files = [("test_a.py", SLEEPER), ("1.xml", &passed), ("2.xml", &failed)];
    let found = measured(&files, &["1.xml", "2.xml"]);
    assert_eq!(found.measured.unwrap().unsteady, []);
    let beside = found.findings[0].measured.unwrap();
    assert_eq!((beside.runs, beside.unsteady, beside.failures), (2, 0, 0));
    // A report of other tests says nothing of this one.
    let found = measured(&[("test_a.py", SLEEPER), ("1.xml", &report(&[("test_b", "")]))], &["1.xml"]);
    assert_eq!(found.findings[0].measured, None);
}

const MANIFEST: &str =
    "[package]\nname = \"acme\"\nedition = \"2021\"\n[dev-dependencies]\ntokio = \"1\"\nserial_test = \"3\"\n";

/// The risks of a file of Rust tests that say theirs at the end of their lines.
fn rust_differences(source: &str) -> Vec<String> {
    let code: Vec<&str> = source.lines().map(|line| line.split("  // risk: ").next().unwrap()).collect();
    let risk = |(line, text): (usize, &str)| text.split_once("  // risk: ").map(|(_, risk)| format!("{line}: {risk}"));
    let expected: Vec<String> = (1..).zip(source.lines()).filter_map(risk).collect();
    let found = risks(&[("Cargo.toml", MANIFEST), ("src/lib.rs", ""), ("tests/it.rs", &code.join("\n"))]).findings;
    let found: Vec<String> = found.iter().map(shown).collect();
    let missing = expected.iter().filter(|own| !found.contains(own)).map(|own| format!("missing {own}"));
    missing.chain(found.iter().filter(|own| !expected.contains(own)).map(|own| format!("found {own}"))).collect()
}

#[test]
fn rust_tests_that_sleep_or_change_their_process_are_found() {
    let source = r#"use std::{env, thread, time::Duration};
use std::thread::sleep as rest;

#[test]
fn sleeps() {
    thread::sleep(Duration::from_millis(5));  // risk: sleep low medium
}

#[test]
fn sleeps_by_another_name() {
    rest(Duration::from_millis(5));  // risk: sleep low medium
}

#[tokio::test]
async fn sleeps_in_real_time() {
    tokio::time::sleep(Duration::from_millis(50)).await;  // risk: sleep low medium
}

#[tokio::test(start_paused = true)]
async fn threads_know_no_virtual_time() {
    thread::sleep(Duration::from_millis(5));  // risk: sleep low medium
}

fn wait() {
    thread::sleep(Duration::from_millis(5));  // risk: sleep low low
}

#[test]
fn polls_with_a_limit() {
    let begin = std::time::Instant::now();
    while begin.elapsed() < Duration::from_secs(5) {
        wait();
    }
}

#[test]
fn changes_the_environment() {
    unsafe { std::env::set_var("MODE", "x") };  // risk: environment-mutation high high
}

fn remove() {
    unsafe { env::remove_var("MODE") };  // risk: environment-mutation high medium
}

#[test]
fn changes_it_in_a_helper() {
    remove();
}

#[test]
fn changes_the_folder() {
    env::set_current_dir("/").unwrap();  // risk: working-directory-mutation high high
}

#[test]
fn leaves_a_thread() {
    thread::spawn(|| ());  // risk: thread-without-join low low
}
"#;
    assert_eq!(rust_differences(source), [""; 0]);
}

#[test]
fn rust_tests_that_make_it_harmless_are_not() {
    let source = r#"use std::{env, sync::Mutex, thread, time::Duration};
use serial_test::serial;

static LOCK: Mutex<()> = Mutex::new(());

mod own {
    pub fn set_var(_: &str, _: &str) {}
    pub fn sleep() {}
}

#[tokio::test(start_paused = true)]
async fn virtual_time() {
    tokio::time::sleep(Duration::from_secs(3600)).await;
}

#[tokio::test]
async fn time_that_the_test_pauses() {
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(3600)).await;
}

#[test]
fn gives_way() {
    thread::sleep(Duration::ZERO);
}

#[test]
#[serial]
fn runs_alone() {
    unsafe { env::set_var("MODE", "y") };
}

#[test]
fn holds_a_lock() {
    let _guard = LOCK.lock().unwrap();
    env::set_current_dir("/").unwrap();
}

#[test]
fn calls_others_of_that_name() {
    own::set_var("thread::sleep", "std::env::set_var");
    own::sleep();
}

#[test]
fn reads() {
    assert!(env::var("MODE").is_err());
}

#[test]
fn joins() {
    thread::spawn(|| ()).join().unwrap();
}
"#;
    assert_eq!(rust_differences(source), [""; 0]);
}

#[test]
fn the_only_test_of_a_binary_has_its_process_to_itself() {
    let test = "#[test]\nfn a() {\n    std::env::set_current_dir(\"/\").unwrap();\n}\n";
    let tree = |source: &str| risks(&[("Cargo.toml", MANIFEST), ("src/lib.rs", ""), ("tests/it.rs", source)]).findings;
    assert_eq!(tree(test), []);
    assert_eq!(tree(&format!("{test}#[test]\nfn b() {{}}\n")).len(), 1);
}

#[test]
fn rust_assertions_on_time_ports_floats_and_hash_order_are_found() {
    let source = r#"use std::collections::{HashMap, HashSet};
use std::net::{TcpListener, UdpSocket};
use std::time::{Duration, Instant, SystemTime};

#[test]
fn is_fast() {
    let begin = Instant::now();
    assert!(begin.elapsed() < Duration::from_millis(5));  // risk: clock-assert medium high
}

#[test]
fn is_fast_by_a_variable() {
    let begin = Instant::now();
    let took = begin.elapsed();
    assert!(Duration::from_secs(1) > took);  // risk: clock-assert medium high
}

#[test]
fn listens() {
    TcpListener::bind("127.0.0.1:9123").unwrap();  // risk: fixed-port medium high
    UdpSocket::bind(("::1", 9_124)).unwrap();  // risk: fixed-port medium high
}

#[test]
fn knows_the_date() {
    assert!(SystemTime::now() > SystemTime::UNIX_EPOCH);  // risk: wall-clock medium low
}

#[test]
fn sums() {
    assert_eq!(0.1 + 0.2, 0.3);  // risk: float-equality low low
}

#[test]
fn relies_on_order() {
    let map: HashMap<u8, char> = HashMap::from([(1, 'a'), (2, 'b')]);
    let keys: Vec<_> = map.keys().copied().collect();
    assert_eq!(keys, vec![1, 2]);  // risk: unordered high medium
}

#[test]
fn lower_bounds_hold_everywhere() {
    let begin = Instant::now();
    assert!(begin.elapsed() >= Duration::from_millis(5));
    assert!(Duration::from_millis(5) < begin.elapsed());
}

#[test]
fn asks_for_a_free_port() {
    TcpListener::bind("127.0.0.1:0").unwrap();
    UdpSocket::bind(("::1", 0)).unwrap();
}

#[test]
fn has_an_exact_form() {
    assert_eq!(0.25 + 0.25, 0.5);
}

#[test]
fn sorts() {
    let set: HashSet<u8> = HashSet::from([1, 2]);
    let mut all: Vec<_> = set.iter().copied().collect();
    all.sort_unstable();
    assert_eq!(all, vec![1, 2]);
}
"#;
    assert_eq!(rust_differences(source), [""; 0]);
}

#[test]
fn rust_tests_of_a_serial_module_run_alone() {
    let source = r#"use serial_test::serial;

#[serial]
mod alone {
    #[test]
    fn changes_the_environment() {
        unsafe { std::env::set_var("MODE", "y") };
    }

    #[test]
    fn reads_it() {
        assert!(std::env::var("MODE").is_err());
    }
}
"#;
    assert_eq!(rust_differences(source), [""; 0]);
}

/// Where configurations run tests again, and how sure that is.
fn retried(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tree(files);
    let root = folder.path().canonicalize().unwrap();
    let (pytest, problems) = config::pytest::load(&root, &[]);
    assert_eq!(problems, []);
    let settings = Settings { wanted: Section::wanted(&[Section::Risks]), pytest, ..Settings::default() };
    let suite = engine::suite(&[root], &settings, Vec::new(), &|_| {}).unwrap();
    let found = views::audit(&suite, &[Section::Risks]).sections.risks.unwrap().findings;
    assert!(found.iter().all(|finding| finding.kind.name() == "retry-setting" && finding.tests.is_empty()));
    found.iter().map(|own| format!("{}:{} {} {}", own.path, own.line, own.what, own.confidence.name())).collect()
}

#[test]
fn a_configuration_of_pytest_that_runs_failing_tests_again_is_found() {
    let test = ("test_a.py", "def test_a():\n    assert True\n");
    let ini = |text: &str| retried(&[test, ("pytest.ini", text)]);
    assert_eq!(ini("[pytest]\naddopts = -ra\n  --reruns 2\n"), ["pytest.ini:2 --reruns high"]);
    // One line is one finding.
    assert_eq!(ini("[pytest]\naddopts = --reruns=2 --retries 1\n").len(), 1);
    assert_eq!(ini("[pytest]\nmarkers =\n    a\nreruns = 3\n"), ["pytest.ini:4 --reruns high"]);
    let toml = "[tool.pytest.ini_options]\naddopts = [\"--reruns\", \"1\"]\n";
    let other = ("requirements.txt", "pytest\n");
    assert_eq!(retried(&[test, ("pyproject.toml", toml)]), ["pyproject.toml:2 --reruns high"]);
    assert_eq!(retried(&[test, ("pyproject.toml", toml), other]), ["pyproject.toml:2 --reruns medium"]);
    let plugin = ("requirements.txt", "pytest-rerunfailures\n");
    assert_eq!(retried(&[test, ("pyproject.toml", toml), plugin]), ["pyproject.toml:2 --reruns high"]);
    // Never again, by the last of them, or only how long to wait.
    for none in ["--reruns 0", "--reruns 3 --reruns 0", "--reruns-delay 5", "--maxfail 2", "-k reruns"] {
        assert_eq!(ini(&format!("[pytest]\naddopts = {none}\n")), [""; 0], "{none}");
    }
    assert_eq!(ini("[pytest]\naddopts = --reruns 0\nreruns = 3\n"), [""; 0]);
}

#[test]
fn a_profile_of_nextest_that_runs_failing_tests_again_is_found() {
    let test = ("tests/it.rs", "#[test]\nfn a() {}\n");
    let found =
        |text: &str| retried(&[("Cargo.toml", MANIFEST), ("src/lib.rs", ""), test, (".config/nextest.toml", text)]);
    let text = "[profile.default]\nretries = 2\n\n[profile.ci]\nretries = { backoff = \"fixed\", count = 1, delay = \"1s\" }\n\n\
                [[profile.ci.overrides]]\nfilter = \"test(net)\"\nretries = 4\n";
    let expected = [
        ".config/nextest.toml:2 retries of profile `default` high",
        ".config/nextest.toml:5 retries of profile `ci` high",
        ".config/nextest.toml:9 retries of an override of profile `ci` high",
    ];
    assert_eq!(found(text), expected);
    let none = "[profile.default]\nretries = 0\nfail-fast = false\n\n[profile.ci]\nretries = { backoff = \"fixed\", count = 0 }\n\n\
                [other]\nretries = 3\n";
    assert_eq!(found(none), [""; 0]);
    assert_eq!(found("[profile.default\nretries = 3\n"), [""; 0]);
}
