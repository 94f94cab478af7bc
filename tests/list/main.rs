//! `testaudit list` over small trees, compared with what real pytest collects.
//!
//! `cases/NAME.txt` is a tree: `# ` lines say why it exists, `=== path` begins a file. `!args` gives arguments; the
//! other lines with `!` are for `tools/list_expectations.py`, which compares `expected/NAME.txt` with real pytest:
//! `!plugins` it loads, `!differs PREFIX: reason` for ids that static analysis lists otherwise.
//!
//! A line of the expectation is `id | items | marks | fixtures of the tree | skip`, and `problem: …` what is reported.
//! A test that the configuration leaves out has none. `UPDATE=1` writes them anew: read the diff, run the tool.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

use std::{
    collections::BTreeSet,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use rayon::prelude::*;
use serde_json::Value;

/// A tree with the arguments that it is listed with.
#[derive(Default)]
struct Case {
    args: Vec<String>,
    files: Vec<(String, String)>,
}

impl Case {
    fn read(text: &str) -> Self {
        let mut case = Self::default();
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("=== ") {
                case.files.push((path.to_owned(), String::new()));
            } else if let Some((_, text)) = case.files.last_mut() {
                text.push_str(line);
                text.push('\n');
            } else if let Some(args) = line.strip_prefix("!args ") {
                case.args = args.split_whitespace().map(str::to_owned).collect();
            } else {
                let known =
                    line.is_empty() || ["# ", "!plugins ", "!differs "].iter().any(|sign| line.starts_with(sign));
                assert!(known, "a line before the first file begins with `# ` or `!`: {line}");
            }
        }
        case
    }

    /// Names that a function of the tree has, or that a fixture is given: the fixtures of the tree among the names that
    /// a test asks for.
    fn names(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        for (_, text) in &self.files {
            let after = |sign| text.split(sign).skip(1);
            names.extend(after("def ").filter_map(|rest| rest.split_once('(')).map(|(name, _)| name));
            names.extend(after("name=\"").filter_map(|rest| rest.split_once('"')).map(|(name, _)| name));
        }
        names
    }

    fn list(&self) -> String {
        let folder = tempfile::tempdir().unwrap();
        // The search for a configuration ends here.
        fs::create_dir(folder.path().join(".git")).unwrap();
        for (path, text) in &self.files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_testaudit"));
        command.args(["list", "--quiet", "--format", "json"]).args(&self.args).current_dir(folder.path());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let list: Value = serde_json::from_slice(&output.stdout).unwrap();
        let known = self.names();
        let mut lines = String::new();
        for test in list["tests"].as_array().unwrap() {
            let strings = |key: &str| -> Vec<&str> {
                test[key].as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
            };
            if strings("properties").contains(&"deselected") {
                continue;
            }
            let joined = |names: &[&str]| if names.is_empty() { "-".to_owned() } else { names.join(", ") };
            let cases = test["cases"].as_u64().map_or_else(|| "?".to_owned(), |cases| cases.to_string());
            let mut fixtures = strings("fixtures");
            fixtures.retain(|name| known.contains(name));
            let (markers, fixtures) = (joined(&strings("markers")), joined(&fixtures));
            let (id, skip) = (test["id"].as_str().unwrap(), test["skip"].as_str().unwrap());
            writeln!(lines, "{id} | {cases} | {markers} | {fixtures} | {skip}").unwrap();
        }
        for problem in list["problems"].as_array().unwrap() {
            let text = |key: &str| problem[key].as_str().unwrap();
            writeln!(lines, "problem: {}: {}", text("path"), text("message")).unwrap();
        }
        lines
    }
}

fn here(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/list").join(folder)
}

/// The texts of a folder by name.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(here(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_tree_is_listed_as_expected() {
    let update = env::var_os("UPDATE").is_some();
    let cases = names("cases");
    let wrong = cases.par_iter().filter_map(|name| {
        let text = fs::read_to_string(here("cases").join(name)).unwrap();
        assert!(text.starts_with("# "), "{name} says why it exists");
        let found = Case::read(&text).list();
        let expected = here("expected").join(name);
        if update {
            fs::write(&expected, &found).unwrap();
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        (found != expected).then(|| format!("{name}:\nexpected\n{expected}found\n{found}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert_eq!(names("expected"), cases, "every expectation has its case");
}
