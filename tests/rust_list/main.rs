//! `testaudit list` over small trees of Rust, held against what cargo builds and lists of the same tree.
//!
//! `cases/NAME.txt` is a tree: `# ` lines say why it exists, `=== path` begins a file. `!flags` gives sets of cargo's flags, one
//! a line, which are all tried beside none; `!problem` the kind of a problem that has to be reported.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

/// A tree with the flags that it is listed with.
#[derive(Default)]
struct Case {
    flags: Vec<Vec<String>>,
    problems: BTreeSet<String>,
    files: Vec<(String, String)>,
}

impl Case {
    fn read(text: &str) -> Self {
        let mut case = Self { flags: vec![Vec::new()], ..Self::default() };
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("=== ") {
                case.files.push((path.to_owned(), String::new()));
            } else if let Some((_, text)) = case.files.last_mut() {
                text.push_str(line);
                text.push('\n');
            } else if let Some(flags) = line.strip_prefix("!flags ") {
                case.flags.push(flags.split_whitespace().map(str::to_owned).collect());
            } else if let Some(kind) = line.strip_prefix("!problem ") {
                case.problems.insert(kind.to_owned());
            } else {
                assert!(line.is_empty() || line.starts_with("# "), "a line before the first file: {line}");
            }
        }
        case
    }

    fn write(&self, folder: &Path) {
        // The search for a configuration ends here.
        fs::create_dir(folder.join(".git")).unwrap();
        for (path, text) in &self.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
}

/// Tests as `binary name`, with ` (ignored)` behind; those of libtest with the place that it says: ` at path:line`.
type Tests = BTreeSet<String>;

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn ours(folder: &Path, flags: &[String]) -> (Tests, BTreeSet<String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_testaudit"));
    command.args(["list", "--quiet", "--format", "json"]).args(flags).current_dir(folder);
    let list: Value = serde_json::from_str(&text(&command.output().unwrap())).unwrap();
    let test = |test: &Value| {
        let ignored = if test["ignored"].as_bool().unwrap() { " (ignored)" } else { "" };
        let id = test["id"].as_str().unwrap();
        if test["binary"].as_str().unwrap().ends_with("::doc") {
            return format!("{id}{ignored}");
        }
        format!("{id}{ignored} at {}:{}", test["path"].as_str().unwrap(), test["line"])
    };
    let tests = list["tests"].as_array().unwrap().iter().map(test).collect();
    let kind = |problem: &Value| problem["kind"].as_str().unwrap().to_owned();
    (tests, list["problems"].as_array().unwrap().iter().map(kind).collect())
}

fn cargo(folder: &Path, arguments: &[&str], flags: &[String]) -> String {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments.iter().take_while(|argument| **argument != "--")).args(flags);
    command.args(arguments.iter().skip_while(|argument| **argument != "--"));
    let target = folder.join("built");
    command.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true").env_remove("RUSTFLAGS");
    text(&command.current_dir(folder).output().unwrap())
}

/// The names that libtest or rustdoc printed.
fn names(listed: &str) -> Vec<String> {
    listed.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}

fn theirs(folder: &Path, flags: &[String]) -> Tests {
    let built = cargo(folder, &["test", "--workspace", "--no-run", "--quiet", "--message-format=json"], flags);
    let mut tests = Tests::new();
    let messages = built.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    for message in messages.filter(|message| message["profile"]["test"] == true) {
        let Some(executable) = message["executable"].as_str() else { continue };
        let package = message["package_id"].as_str().unwrap();
        let package = package.rsplit('/').next().unwrap();
        let package = match package.split_once('#') {
            Some((_, name)) if name.contains('@') => name.split('@').next().unwrap(),
            Some((folder, _)) => folder,
            None => package,
        };
        let (kind, name) =
            (message["target"]["kind"][0].as_str().unwrap(), message["target"]["name"].as_str().unwrap());
        let binary = match kind {
            "lib" | "proc-macro" => package.to_owned(),
            "test" => format!("{package}::{name}"),
            kind => format!("{package}::{kind}/{name}"),
        };
        // A stable libtest says no places otherwise.
        let run = |arguments: &[&str]| {
            text(&Command::new(executable).args(arguments).env("RUSTC_BOOTSTRAP", "1").output().unwrap())
        };
        for line in run(&["-Zunstable-options", "--list", "--format", "json"]).lines() {
            let test: Value = serde_json::from_str(line).unwrap();
            if test["event"] == "discovered" {
                let mark = if test["ignore"] == true { " (ignored)" } else { "" };
                let (name, path) = (test["name"].as_str().unwrap(), test["source_path"].as_str().unwrap());
                // Paths are shown without the `..` of a `#[path]`.
                let path = Path::new(path).components().fold(PathBuf::new(), |mut path, part| {
                    if part.as_os_str() == ".." {
                        path.pop();
                    } else {
                        path.push(part)
                    }
                    path
                });
                tests.insert(format!("{binary} {name}{mark} at {}:{}", path.display(), test["start_line"]));
            }
        }
    }
    if !["\"kind\":[\"lib\"]", "\"kind\":[\"proc-macro\"]"].iter().any(|kind| built.contains(kind)) {
        return tests;
    }
    // rustdoc does not say of which package an example is; the trees have one library with examples.
    let library = library(folder);
    let documented = |arguments: &[&str]| names(&cargo(folder, arguments, flags));
    let ignored =
        documented(&["test", "--workspace", "--doc", "--quiet", "--", "--list", "--format", "terse", "--ignored"]);
    for name in documented(&["test", "--workspace", "--doc", "--quiet", "--", "--list", "--format", "terse"]) {
        let mark = if ignored.contains(&name) { " (ignored)" } else { "" };
        tests.insert(format!("{library}::doc {name}{mark}"));
    }
    tests
}

/// The name of the package whose library has examples: the first one of the tree.
fn library(folder: &Path) -> String {
    let manifest = [folder.join("Cargo.toml"), folder.join("one/Cargo.toml")];
    let texts = manifest.iter().filter_map(|path| fs::read_to_string(path).ok());
    let names: Vec<String> = texts
        .filter(|text| text.contains("[package]"))
        .filter_map(|text| Some(text.split_once("name = \"")?.1.split_once('"')?.0.to_owned()))
        .collect();
    names[0].clone()
}

#[test]
fn rust_is_listed_as_cargo_lists_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rust_list/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let mut wrong = BTreeMap::new();
    let mut count = 0;
    for path in &cases {
        let case = Case::read(&fs::read_to_string(path).unwrap());
        let folder = tempfile::tempdir().unwrap();
        case.write(folder.path());
        let mut problems = BTreeSet::new();
        for flags in &case.flags {
            let (ours, own) = ours(folder.path(), flags);
            problems.extend(own);
            let theirs = theirs(folder.path(), flags);
            count += theirs.len();
            let differences = ours.symmetric_difference(&theirs);
            let side = |test: &String| format!("{} {test}", if theirs.contains(test) { "missing" } else { "extra" });
            let differences: Vec<String> = differences.map(side).collect();
            if !differences.is_empty() {
                wrong.insert(format!("{} {flags:?}", path.file_stem().unwrap().to_string_lossy()), differences);
            }
        }
        assert_eq!(problems, case.problems, "problems of {}", path.display());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 100, "{count} tests were compared");
}

#[test]
fn what_a_test_is_besides_its_name_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "[package]\nname = \"p\"\nedition = \"2021\"\n[lib]\ndoctest = false\n";
    let source = "//! ```no_run\n//! ```\n//! ```compile_fail\n//! ```\n//! ```should_panic\n//! ```\n//! ```ignore\n//! ```\n\
                  #[test]\n#[should_panic]\nfn panics() {}\n#[test]\n#[ignore = \"slow\"]\nfn waits() {}\n#[test]\nfn plain() {}\n";
    let files = [("Cargo.toml", manifest), ("src/lib.rs", source)];
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    Case { files, ..Case::default() }.write(folder.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_testaudit"));
    command.args(["list", "--quiet", "--format", "json"]).current_dir(folder.path());
    let list: Value = serde_json::from_str(&text(&command.output().unwrap())).unwrap();
    let told = |test: &Value| {
        let name = test["name"].as_str().unwrap().to_owned();
        (name, format!("{} {} {}", test["properties"], test["ignored"], test["skip_reason"]))
    };
    let told: BTreeMap<String, String> = list["tests"].as_array().unwrap().iter().map(told).collect();
    let expected = [
        ("panics", "[\"should-panic\"] false null"),
        ("plain", "[] false null"),
        ("src/lib.rs - (line 1)", "[\"doctest\",\"no-run\",\"deselected\"] false null"),
        ("src/lib.rs - (line 3)", "[\"doctest\",\"compile-fail\",\"deselected\"] false null"),
        ("src/lib.rs - (line 5)", "[\"doctest\",\"should-panic\",\"deselected\"] false null"),
        ("src/lib.rs - (line 7)", "[\"doctest\",\"deselected\"] true null"),
        ("waits", "[] true \"slow\""),
    ];
    assert_eq!(told, expected.iter().map(|(name, told)| ((*name).to_owned(), (*told).to_owned())).collect());
}
