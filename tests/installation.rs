//! What a package installs beside the program: completions and pages of the manual.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::process::Command;

/// Exit code, standard output and standard error.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_testaudit")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The commands that the help lists.
fn listed() -> Vec<String> {
    let (_, help, _) = run(&["--help"]);
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let lines = commands.lines().take_while(|line| !line.is_empty());
    lines.map(|line| line.split_whitespace().next().unwrap().to_owned()).filter(|name| name != "help").collect()
}

#[test]
fn every_shell_gets_completions_that_know_each_command_and_its_flags() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, script, err) = run(&["completions", shell]);
        assert_eq!((code, err.as_str()), (0, ""), "{shell}");
        let mut words = listed();
        words.extend(["fail-on".to_owned(), "exclude".to_owned()]);
        if ["bash", "fish", "zsh"].contains(&shell) {
            words.push("tests-removed".to_owned());
        }
        for word in words {
            assert!(script.contains(&word), "{shell}: {word}");
        }
    }
}

#[test]
fn a_shell_that_is_not_known_is_refused_with_those_that_are() {
    let (code, out, err) = run(&["completions", "tcsh"]);
    assert!(code == 2 && out.is_empty());
    assert!(err.contains("[possible values: bash, elvish, fish, powershell, zsh]"), "{err}");
}

#[cfg(target_os = "linux")]
#[test]
fn bash_completes_commands_flags_and_their_values() {
    let (_, script, _) = run(&["completions", "bash"]);
    for (words, expected) in [
        ("testaudit aud", "audit"),
        ("testaudit diff --fai", "--fail-on"),
        ("testaudit diff --fail-on tests-rem", "tests-removed"),
        ("testaudit zzz", ""),
    ] {
        let number = words.split(' ').count() - 1;
        let (previous, current) = words.rsplit_once(' ').unwrap();
        let previous = previous.rsplit(' ').next().unwrap();
        let asked = format!(
            "{script}\nCOMP_WORDS=({words}); COMP_CWORD={number}; _testaudit testaudit {current} {previous}; \
             echo \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash").args(["--norc", "-c", &asked]).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), expected, "{words}");
    }
}

#[test]
fn the_manual_has_a_page_for_the_program_and_one_for_each_command() {
    let (code, page, _) = run(&["man"]);
    assert_eq!(code, 0);
    assert!(page.contains(".TH testaudit 1 "), "{page}");
    for command in listed() {
        assert!(page.contains(&format!("testaudit\\-{command}(1)")), "{command} is not in\n{page}");
        let (code, page, _) = run(&["man", &command]);
        assert!(code == 0 && page.contains(&format!(".TH testaudit-{command} 1 ")), "{page}");
    }
    for hidden in ["testaudit\\-man(1)", "testaudit\\-completions(1)"] {
        assert!(!page.contains(hidden), "{page}");
    }
}

#[test]
fn a_page_is_the_same_on_every_day_and_has_no_date() {
    let (_, page, _) = run(&["man", "audit"]);
    let title = page.lines().find(|line| line.starts_with(".TH")).unwrap();
    assert!(title.starts_with(".TH testaudit-audit 1  \"testaudit "), "the third word is the date: {title}");
}

#[test]
fn a_page_of_no_command_is_refused() {
    for name in ["no-such", "", "man"] {
        let (code, out, err) = run(&["man", name]);
        assert!(code == 2 && out.is_empty() && err.contains(&format!("no command `{name}`")), "{err}");
    }
}

#[test]
fn help_names_both_apart_from_the_commands() {
    let (_, help, _) = run(&["--help"]);
    assert!(help.contains("\nInstallation:\n  testaudit completions <SHELL> "), "{help}");
    assert!(!listed().iter().any(|name| name == "completions" || name == "man"), "{help}");
}
