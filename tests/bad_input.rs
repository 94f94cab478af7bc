//! A tree of files that nobody wants to read: each is a problem with its path and reason, and none harms another.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

use std::{
    fmt::Write as _,
    fs::{self, File},
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

const GOOD: &str = "import random\n\ndef test_good():\n    assert random.random() < 1\n";

/// `arguments` begin with the format; none is JSON.
fn audit(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_testaudit"))
        .args(["audit", "--format"])
        .args(if arguments.is_empty() { &["json"] } else { arguments })
        .arg(root)
        .output()
        .expect("the binary was built for this test")
}

fn json(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the report is JSON")
}

/// The problem kinds of a file, in order.
fn kinds<'a>(report: &'a Value, path: &str) -> Vec<&'a str> {
    let problems = report["problems"].as_array().unwrap();
    problems.iter().filter(|problem| problem["path"] == path).map(|problem| problem["kind"].as_str().unwrap()).collect()
}

fn tests_of(report: &Value, path: &str) -> usize {
    let tests = report["sections"]["inventory"]["tests"].as_array().unwrap();
    tests.iter().filter(|test| test["path"] == path).count()
}

#[test]
fn every_bad_file_is_a_problem_and_no_other_file_is_harmed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let write = |name: &str, bytes: &[u8]| fs::write(root.join(name), bytes).unwrap();
    write("test_good.py", GOOD.as_bytes());
    write("test_empty.py", b"");
    write("test_blank.py", b"\n\n\n");
    write("test_invalid_utf8.py", b"# \xff\xfe\ndef test_a():\n    pass\n");
    write("test_bom.py", b"\xef\xbb\xbfdef test_a():\n    pass\n");
    write("test_crlf.py", GOOD.replace('\n', "\r\n").as_bytes());
    write("test_old_mac.py", GOOD.replace('\n', "\r").as_bytes());
    write("test_latin1.py", b"# -*- coding: latin-1 -*-\ndef test_a():\n    assert '\xe9'\n");
    write("test_unknown_cookie.py", b"# coding: klingon\ndef test_a():\n    pass\n");
    write("test_utf16.py", b"\xff\xfed\x00e\x00f\x00");
    write("test_nul.py", b"def test_a():\n    '\x00'\n");
    write("test_broken.py", b"def test_a(:\n    pass\n\ndef test_b():\n    pass\n\nclass (\n");
    write("test_binary.py", &(0u8..=255).cycle().skip(1).take(5000).filter(|byte| *byte != 0).collect::<Vec<_>>());
    File::create(root.join("test_huge.py")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    write(".gitignore", b"[z-a]\n");

    let report = json(&audit(root, &[]));
    for (path, expected) in [
        ("test_good.py", &[][..]),
        ("test_empty.py", &[]),
        ("test_blank.py", &[]),
        ("test_bom.py", &[]),
        ("test_crlf.py", &[]),
        ("test_old_mac.py", &[]),
        ("test_latin1.py", &[]),
        ("test_invalid_utf8.py", &["encoding"]),
        ("test_unknown_cookie.py", &["encoding"]),
        ("test_utf16.py", &["encoding"]),
        ("test_nul.py", &["nul-byte"]),
        ("test_broken.py", &["syntax"]),
        ("test_huge.py", &["too-large"]),
    ] {
        assert_eq!(kinds(&report, path), expected, "{path}");
    }
    assert!(!kinds(&report, "test_binary.py").is_empty());
    for path in
        ["test_good.py", "test_bom.py", "test_crlf.py", "test_old_mac.py", "test_latin1.py", "test_invalid_utf8.py"]
    {
        assert_eq!(tests_of(&report, path), 1, "{path}");
    }
    assert!(tests_of(&report, "test_broken.py") >= 1, "what can be read is read");
    for problem in report["problems"].as_array().unwrap() {
        let message = problem["message"].as_str().unwrap();
        assert!(!message.is_empty() && !message.ends_with('.'), "{problem}");
    }
}

#[cfg(unix)]
#[test]
fn links_pipes_and_hostile_names_do_no_harm() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt, os::unix::fs::symlink};

    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::write(root.join("test_good.py"), GOOD).unwrap();
    symlink(root, root.join("circle")).unwrap();
    symlink("/etc", root.join("outside")).unwrap();
    symlink("nowhere.py", root.join("test_dangling.py")).unwrap();
    symlink("test_self.py", root.join("test_self.py")).unwrap();
    let made = Command::new("mkfifo").arg(root.join("test_fifo.py")).status().expect("mkfifo is there on every unix");
    assert!(made.success());
    let hostile: [&[u8]; 4] =
        [b"test_new\nline.py", b"test_\x1b[31mred.py", b"test_\xff.py", "test_\u{202e}bidi.py".as_bytes()];
    for name in hostile {
        fs::write(root.join(OsStr::from_bytes(name)), GOOD).unwrap();
    }

    let report = json(&audit(root, &[]));
    assert_eq!(kinds(&report, "test_fifo.py"), ["not-a-file"]);
    for path in ["circle", "outside", "test_dangling.py", "test_self.py"] {
        assert_eq!(kinds(&report, path), ["link"], "{path}");
    }
    let tests = report["sections"]["inventory"]["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 1 + hostile.len());
    for format in ["md", "table"] {
        let shown = audit(root, &[format]);
        assert_eq!(shown.status.code(), Some(0));
        let text = String::from_utf8(shown.stdout).expect("reports are UTF-8");
        assert!(!text.contains(['\x1b', '\u{202e}']), "{format}: control characters reach the terminal");
        assert!(!text.contains("new\nline.py"), "{format}: a name breaks the line");
    }
}

/// Sources nested or chained 100,000 deep, each with a test behind the depth.
fn deep_sources() -> Vec<(&'static str, String)> {
    const DEPTH: usize = 100_000;
    let around = |open: &str, inner: &str, close: &str| {
        format!("import random\nx = {}{inner}{}\n{GOOD}", open.repeat(DEPTH), close.repeat(DEPTH))
    };
    let mut blocks = String::from("import random\n");
    for level in 0..300 {
        let _ = writeln!(blocks, "{}if random.random():", " ".repeat(level));
    }
    let _ = writeln!(blocks, "{}pass\n{GOOD}", " ".repeat(300));
    let mut functions = String::new();
    for level in 0..500 {
        let _ = writeln!(functions, "{}def test_{level}():", " ".repeat(level));
    }
    let _ = writeln!(functions, "{}pass\n{GOOD}", " ".repeat(500));
    let chain: String = (0..DEPTH / 10).map(|n| format!("def f{}():\n    return f{n}()\n", n + 1)).collect();
    let classes: String =
        (0..800).map(|n| format!("class Test{}(Test{n}):\n    def test_a(self): pass\n", n + 1)).collect();
    vec![
        ("parentheses", around("(", "random.random()", ")")),
        ("lists", around("[", "random.random()", "]")),
        ("attributes", around("", "random", ".random")),
        ("calls", around("", "random.random", "()")),
        ("subscripts", around("", "random", "[0]")),
        ("nots", around("not ", "random.random()", "")),
        ("sums", around("1 + ", "random.random()", "")),
        ("lambdas", around("lambda: ", "random.random()", "")),
        ("strings", around("'a' ", "'b'", "")),
        ("unclosed", format!("{GOOD}\nx = {}random.random()", "(".repeat(DEPTH))),
        ("parametrize", around("__import__('pytest').mark.parametrize('a', [", "1", "])")),
        ("blocks", blocks),
        ("functions", functions),
        (
            "helpers",
            format!(
                "import random\ndef f0():\n    return random.random()\n{chain}\ndef test_good():\n    f{}()\n",
                DEPTH / 10
            ),
        ),
        ("classes", format!("import unittest\nclass Test0(unittest.TestCase): pass\n{classes}\n{GOOD}")),
        (
            "aliases",
            format!(
                "import random\na0 = random.random\n{}\n{GOOD}",
                (0..5000).map(|n| format!("a{} = a{n}\n", n + 1)).collect::<String>()
            ),
        ),
    ]
}

#[test]
fn depth_does_not_overflow_the_stack() {
    let folder = tempfile::tempdir().unwrap();
    for (name, source) in deep_sources() {
        fs::write(folder.path().join(format!("test_{name}.py")), source).unwrap();
    }
    let report = json(&audit(folder.path(), &[]));
    assert_eq!(kinds(&report, "test_blocks.py"), ["too-deep"], "{}", report["problems"]);
    for (name, _) in deep_sources().iter().filter(|(name, _)| !matches!(*name, "unclosed" | "strings")) {
        let path = format!("test_{name}.py");
        assert!(tests_of(&report, &path) >= 1, "{path}: {:?}", kinds(&report, &path));
    }
}

#[test]
fn a_root_that_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let output = audit(&folder.path().join("nowhere"), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.starts_with("error: cannot read `"), "{message}");
}

#[test]
fn a_configuration_that_is_not_what_it_says_is_an_error_only_where_it_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("test_good.py"), GOOD).unwrap();
    fs::write(folder.path().join("pyproject.toml"), "this is = not [ toml").unwrap();
    let report = json(&audit(folder.path(), &[]));
    assert_eq!(kinds(&report, "pyproject.toml"), ["config"]);
    assert_eq!(tests_of(&report, "test_good.py"), 1);

    fs::write(folder.path().join("testaudit.toml"), "exlude = []\n").unwrap();
    let output = audit(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `exclude`"));
}

#[test]
fn one_thread_and_many_print_the_same_bytes() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for format in ["json", "md", "table"] {
        let one = audit(&fixtures, &[format, "--jobs", "1"]);
        assert_eq!(one.status.code(), Some(0));
        assert!(one.stdout.len() > 1000);
        for jobs in ["2", "7"] {
            let many = audit(&fixtures, &[format, "--jobs", jobs]);
            assert!(one.stdout == many.stdout, "{format} with {jobs} threads differs");
        }
    }
}

#[test]
fn a_reader_who_stops_is_no_failure() {
    use std::{io::Read, process::Stdio};
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut child = Command::new(env!("CARGO_BIN_EXE_testaudit"))
        .args(["audit", "--format", "json"])
        .arg(fixtures)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0u8; 1];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The parser's time grows with the square of such a run: minutes for a file of a megabyte.
#[test]
fn a_run_of_empty_continuation_lines_is_a_problem_and_takes_no_time() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "\\\n".repeat(500_000);
    fs::write(folder.path().join("test_run.py"), format!("def test_a():\n    pass\nx = {lines}1\n")).unwrap();
    fs::write(folder.path().join("noxfile.py"), format!("x = {lines}1\n")).unwrap();
    fs::write(folder.path().join("test_good.py"), GOOD).unwrap();
    let report = json(&audit(folder.path(), &[]));
    assert_eq!(kinds(&report, "test_run.py"), ["too-deep"]);
    assert_eq!(tests_of(&report, "test_good.py"), 1);
}
