//! Which values of a structured file are commands, judged by their keys. Shared by YAML and TOML; refuses to know either.

use super::interpolation::{Dialect, interpolation, is_name};
use super::runner::Finder;
use super::shell::ShellWord;
use super::snippet::Snippet;
use crate::model::{MarkerInput, Program};

/// Keys, in lower case with `_`, under which stands what is run.
const COMMANDS: [&str; 36] = [
    "run",
    "script",
    "scripts",
    "before_script",
    "after_script",
    "command",
    "commands",
    "cmd",
    "cmds",
    "test",
    "tests",
    "test_script",
    "build_script",
    "before_install",
    "install",
    "bash",
    "pwsh",
    "powershell",
    "sh",
    "shell",
    "entrypoint",
    "inlinescript",
    "inline_script",
    "entry",
    "exec",
    "test_command",
    "pre_build",
    "post_build",
    "build",
    "tasks",
    "pre_install",
    "post_test_script",
    "commands_pre",
    "commands_post",
    "all_commands",
    "runs",
];

/// Keys under which stands what is read by people, or names of packages.
const SILENT: [&str; 22] = [
    "name",
    "description",
    "title",
    "label",
    "if",
    "uses",
    "summary",
    "message",
    "help",
    "doc",
    "notes",
    "comment",
    "display_name",
    "displayname",
    "desc",
    "dependencies",
    "requires",
    "extras",
    "packages",
    "condition",
    "key",
    "id",
];

fn normal(key: &str) -> String {
    key.to_ascii_lowercase().replace('-', "_")
}

/// Judges one value. `holder` is the key of the mapping that holds the key: an input's `default` stands for the input.
pub(super) fn value(finder: &mut Finder<'_>, holder: &str, key: &str, text: &Snippet) {
    let shown = if key == "default" { holder } else { key };
    let normal = normal(shown);
    let line = text.line(0);
    let content = text.text.trim();
    if content.is_empty() || SILENT.contains(&normal.as_str()) {
        return;
    }
    // In TOML a `marker` is one of an environment (PEP 508).
    let endings = ["markers", "marker", "markexpr", "mark_expression", "marker_expression"];
    if !finder.path.ends_with(".toml") && endings.iter().any(|ending| normal.ends_with(ending)) {
        finder.facts.marker_inputs.push(MarkerInput {
            path: finder.path.to_owned(),
            line,
            key: shown.to_owned(),
            expression: content.to_owned(),
            computed: is_computed(content, finder.dialect),
        });
        return;
    }
    let selects = content.starts_with('-') && content.split([' ', '"', '\'']).any(|word| matches!(word, "-m" | "-k"));
    let options = ["args", "opts", "options", "flags"].iter().any(|ending| normal.ends_with(ending));
    if shown == "PYTEST_ADDOPTS" || selects && (normal.contains("pytest") || options && normal.contains("test")) {
        return finder.forwarded(shown, line, text);
    }
    let before = finder.facts.invocations.len();
    finder.text(text);
    if !is_command(&normal) {
        let mut place = 0;
        finder.facts.invocations.retain(|invocation| {
            place += 1;
            let told = |text: &str| text.starts_with('-') || text.contains('/') || text.contains(".py");
            place <= before
                || matches!(invocation.program, Program::Script(_))
                || invocation.words.iter().any(|word| told(&word.text))
        });
    }
}

/// Judges a list: one command's words, or a command in each.
pub(super) fn list(finder: &mut Finder<'_>, holder: &str, key: &str, items: &[Snippet]) {
    let one_word = |item: &Snippet| !item.text.trim().is_empty() && !item.text.trim().contains(char::is_whitespace);
    let words = items.first().is_some_and(one_word)
        && items[1..].iter().any(|item| item.text.starts_with('-') && !item.text.starts_with("- "));
    if words && !SILENT.contains(&normal(key).as_str()) {
        let words: Vec<_> = items
            .iter()
            .map(|item| {
                let computed = item.any_computed() || is_computed(&item.text, finder.dialect);
                ShellWord::plain(item.clone(), item.line(0), computed)
            })
            .collect();
        return finder.words(&words);
    }
    for item in items {
        value(finder, holder, key, item);
    }
}

fn is_command(key: &str) -> bool {
    COMMANDS.contains(&key) || key.ends_with("_command") || key.ends_with("_script") || key.ends_with("_cmd")
}

/// Whether a text that no shell reads holds an interpolation.
pub(super) fn is_computed(text: &str, dialect: Dialect) -> bool {
    let bytes = text.as_bytes();
    text.char_indices().any(|(at, letter)| {
        let named = || bytes.get(at + 1).is_some_and(|next| is_name(*next) || matches!(next, b'{' | b'('));
        matches!(letter, '$' | '{' | '%' | '<')
            && (interpolation(&text[at..], dialect).is_some() || letter == '$' && named())
            || letter == '`'
    })
}
