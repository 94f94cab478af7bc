//! What others install testaudit by: hooks of pre-commit, a GitHub Action, a package for pip. That these really install
//! something, `.ci/packages` and `.ci/hooks` try.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use common::tree;
use saphyr::{LoadableYamlNode, Yaml};
use testaudit::render::LintFormat;

const HOOKS: &str = include_str!("../.pre-commit-hooks.yaml");
const ACTION: &str = include_str!("../action.yml");

fn yaml(text: &str) -> Yaml<'_> {
    let mut documents = Yaml::load_from_str(text).unwrap();
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

fn text<'y>(yaml: &'y Yaml<'_>, key: &str) -> &'y str {
    yaml.as_mapping_get(key).and_then(Yaml::as_str).unwrap_or_else(|| panic!("no text `{key}` in {yaml:?}"))
}

fn keys(yaml: &Yaml<'_>) -> BTreeSet<String> {
    yaml.as_mapping().unwrap().keys().map(|key| key.as_str().unwrap().to_owned()).collect()
}

fn testaudit(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_testaudit")).args(arguments).output().unwrap()
}

#[test]
fn each_hook_runs_a_command_of_the_program_with_flags_that_it_has() {
    let hooks = yaml(HOOKS);
    let hooks = hooks.as_vec().unwrap();
    let ids: Vec<_> = hooks.iter().map(|hook| text(hook, "id")).collect();
    assert_eq!(ids, ["annotate", "annotate-check", "lint", "lint-fix"]);
    for hook in hooks {
        let mut words: Vec<_> = text(hook, "entry").split(' ').collect();
        assert_eq!(words.remove(0), "testaudit");
        assert_eq!(text(hook, "name"), text(hook, "entry"));
        if words[0] == "annotate" && !testaudit(&["annotate", "--help"]).status.success() {
            println!("skipped: there is no `testaudit annotate` yet");
            continue;
        }
        words.push("--help");
        assert_eq!(testaudit(&words).status.code(), Some(0), "{words:?}");
    }
}

#[test]
fn every_hook_reads_the_whole_tree_as_ci_does() {
    for hook in yaml(HOOKS).as_vec().unwrap() {
        assert_eq!(hook.as_mapping_get("pass_filenames").and_then(Yaml::as_bool), Some(false), "{hook:?}");
        assert_eq!(text(hook, "language"), "python");
    }
}

/// The steps of the action.
fn steps() -> Vec<Yaml<'static>> {
    let action = yaml(ACTION);
    let runs = action.as_mapping_get("runs").unwrap();
    assert_eq!(text(runs, "using"), "composite");
    runs.as_mapping_get("steps").unwrap().as_vec().unwrap().clone()
}

/// What stands behind `prefix` in the expressions of a text.
fn asked(text: &str, prefix: &str) -> BTreeSet<String> {
    let expressions = text.split("${{").skip(1).map(|rest| rest.split_once("}}").unwrap().0.trim());
    expressions.filter_map(|expression| expression.strip_prefix(prefix)).map(str::to_owned).collect()
}

#[test]
fn every_input_of_the_action_is_used_and_every_one_that_is_used_is_declared() {
    let action = yaml(ACTION);
    let inputs = action.as_mapping_get("inputs").unwrap();
    assert_eq!(asked(ACTION, "inputs."), keys(inputs));
    for (name, input) in inputs.as_mapping().unwrap() {
        assert!(!text(input, "description").is_empty(), "{name:?}");
        assert!(input.as_mapping_get("default").is_some_and(Yaml::is_string), "{name:?} may be left out");
    }
}

#[test]
fn every_output_of_the_action_comes_of_a_step_that_writes_it() {
    let steps = steps();
    let asked = asked(ACTION, "steps.");
    assert_eq!(asked.len(), 1);
    for path in asked {
        let (id, name) = path.split_once(".outputs.").unwrap();
        let step = steps.iter().find(|step| step.as_mapping_get("id").and_then(Yaml::as_str) == Some(id)).unwrap();
        assert!(text(step, "run").contains(&format!("echo \"{name}=")), "{path}");
    }
}

#[test]
fn no_script_of_the_action_is_put_together_of_what_is_given_to_it() {
    for step in steps() {
        assert_eq!(text(&step, "shell"), "bash");
        assert!(!text(&step, "run").contains("${{"), "an expression in a script is code to whoever writes its value");
    }
}

#[test]
fn the_action_offers_the_formats_of_the_program() {
    let action = yaml(ACTION);
    let format = action.as_mapping_get("inputs").and_then(|inputs| inputs.as_mapping_get("format")).unwrap();
    let told = text(format, "description").split(|letter: char| !letter.is_ascii_lowercase());
    let known: BTreeSet<_> = LintFormat::all().map(|(_, name, _)| name).collect();
    assert_eq!(told.filter(|word| known.contains(word)).collect::<BTreeSet<_>>(), known);
    assert!(known.contains(text(format, "default")));
}

/// Runs the action's first step on a machine whose Python makes no environments: what it calls cargo with, and what it
/// puts on the path.
#[cfg(unix)]
fn installed_without_python(version: &str) -> (String, String) {
    use std::os::unix::fs::PermissionsExt;
    let folder = tree(&[
        ("bin/python3", "#!/bin/sh\nexit 1\n"),
        ("bin/cargo", "#!/bin/sh\necho \"$@\"\n"),
        ("action/Cargo.toml", "[package]\nname = \"testaudit\"\nversion = \"1.2.3\"\n\n[x]\nversion = \"9\"\n"),
    ]);
    let at = |path: &str| folder.path().join(path).display().to_string();
    for program in ["bin/python3", "bin/cargo"] {
        std::fs::set_permissions(at(program), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-euo", "pipefail", "-c", text(&steps()[0], "run")]);
    bash.env("PATH", format!("{}:{}", at("bin"), std::env::var("PATH").unwrap()));
    bash.env("RUNNER_TEMP", at("")).env("GITHUB_PATH", at("path")).env("SOURCES", at("action")).env("VERSION", version);
    let output = bash.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let here = |text: String| text.replace(&at(""), "");
    let out = here(String::from_utf8(output.stdout).unwrap());
    (out.lines().last().unwrap().to_owned(), here(std::fs::read_to_string(at("path")).unwrap()))
}

#[cfg(unix)]
#[test]
fn where_there_is_no_python_the_action_builds_its_own_version_or_the_one_it_is_asked_for() {
    for version in ["", "1.2.3"] {
        let (cargo, path) = installed_without_python(version);
        assert_eq!(cargo, "install --locked --root /testaudit --path action");
        assert_eq!(path, "/testaudit/bin\n");
    }
    assert_eq!(installed_without_python("1.0.0").0, "install --locked --root /testaudit testaudit@1.0.0");
}

/// Runs the action's last step in a folder as a runner does: exit code, standard output, the outputs that it sets.
#[cfg(unix)]
fn linted(folder: &Path, inputs: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let steps = steps();
    let step = steps.last().unwrap();
    let outputs = tempfile::NamedTempFile::new().unwrap();
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-euo", "pipefail", "-c", text(step, "run")]).current_dir(folder);
    let action = yaml(ACTION);
    for (name, value) in step.as_mapping_get("env").unwrap().as_mapping().unwrap() {
        let value = value.as_str().unwrap();
        let input = asked(value, "inputs.").pop_first().unwrap();
        let declared = action.as_mapping_get("inputs").and_then(|all| all.as_mapping_get(&input)).unwrap();
        let given = inputs.iter().find(|(name, _)| *name == input).map(|(_, value)| *value);
        bash.env(name.as_str().unwrap(), given.unwrap_or(text(declared, "default")));
    }
    let program = Path::new(env!("CARGO_BIN_EXE_testaudit")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    bash.env("PATH", format!("{}:{path}", program.display())).env("GITHUB_OUTPUT", outputs.path());
    let output = bash.output().unwrap();
    let set = std::fs::read_to_string(outputs.path()).unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), set)
}

#[cfg(unix)]
const WRONG: [(&str, &str); 3] = [
    ("pytest.ini", "[pytest]\nmarkers =\n    slow: takes minutes\n"),
    ("good/test_a.py", "import pytest\n\n@pytest.mark.slow\ndef test_a():\n    assert 1 + int() == 1\n"),
    ("a b/test_b.py", "import pytest\n\n@pytest.mark.slwo\ndef test_b():\n    assert 1 + int() == 1\n"),
];

#[cfg(unix)]
#[test]
fn the_action_annotates_what_is_found_and_fails() {
    let folder = tree(&WRONG);
    let (code, out, set) = linted(folder.path(), &[]);
    assert_eq!((code, set.as_str()), (Some(1), ""), "{out}");
    assert!(out.contains("::error ") && out.contains("file=a b/test_b.py,line=3"), "{out}");
}

#[cfg(unix)]
#[test]
fn the_action_lints_the_paths_that_it_is_given_each_on_a_line() {
    let folder = tree(&WRONG);
    assert_eq!(linted(folder.path(), &[("paths", "good\n")]).0, Some(0));
    assert_eq!(linted(folder.path(), &[("paths", "good\r\n\r\n")]).0, Some(0));
    assert_eq!(linted(folder.path(), &[("paths", "good\na b")]).0, Some(1));
    assert_eq!(linted(folder.path(), &[("paths", "nowhere")]).0, Some(2));
    // A path that looks like a flag is a path.
    assert_eq!(linted(folder.path(), &[("paths", "--help")]).0, Some(2));
}

#[cfg(unix)]
#[test]
fn the_action_hands_arguments_on() {
    let folder = tree(&WRONG);
    let ignored = "--ignore unregistered-marker\n --severity\terror ";
    assert_eq!(linted(folder.path(), &[("args", ignored)]).0, Some(0));
    // Nothing that is given is run or expanded.
    assert_eq!(linted(folder.path(), &[("args", "$(true) `true` *")]).0, Some(2));
}

#[cfg(unix)]
#[test]
fn the_action_writes_sarif_to_a_file_and_tells_which() {
    let folder = tree(&WRONG);
    let (code, out, set) = linted(folder.path(), &[("format", "sarif")]);
    assert_eq!((code, out.as_str(), set.as_str()), (Some(1), "", "output=testaudit.sarif\n"));
    let sarif = std::fs::read_to_string(folder.path().join("testaudit.sarif")).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
    let (_, _, set) = linted(folder.path(), &[("format", "junit"), ("output", "found.xml")]);
    assert_eq!(set, "output=found.xml\n");
    assert!(folder.path().join("found.xml").exists());
}

#[test]
fn the_package_for_pip_is_that_of_cargo() {
    let package: toml::Table = include_str!("../pyproject.toml").parse().unwrap();
    let cargo: toml::Table = include_str!("../Cargo.toml").parse().unwrap();
    assert_eq!(package["project"]["name"], cargo["package"]["name"]);
    assert_eq!(package["tool"]["maturin"]["bindings"].as_str(), Some("bin"));
    assert_eq!(package["tool"]["maturin"]["locked"].as_bool(), Some(true));
    let taken = package["project"]["dynamic"].as_array().unwrap();
    for key in taken.iter().map(|key| key.as_str().unwrap()).filter(|key| *key != "license-files") {
        assert!(cargo["package"].get(key).is_some(), "Cargo.toml does not say `{key}`");
    }
}
