//! The commands of a `tox.ini`, or of tox's section in a `setup.cfg`: the keys `commands…` of environments, line by
//! line, as tox's `ini` source reads them. Refuses to know which environment runs.

use super::interpolation::{Dialect, defaults};
use super::runner::Finder;
use super::snippet::Snippet;

/// Adds the commands of the text, whose first line is this line of the file.
pub(super) fn extract(finder: &mut Finder<'_>, text: &str, first: u32) {
    finder.dialect = Dialect::Braces;
    let mut environment = false;
    let mut key = String::new();
    let mut command = Snippet::default();
    for (line, number) in text.lines().zip(first..) {
        let content = line.trim();
        if content.starts_with(['#', ';']) {
            continue;
        }
        if !line.starts_with([' ', '\t']) && !content.is_empty() {
            end(finder, &key, &mut command);
            if let Some(section) = content.strip_prefix('[') {
                let section = section.split(']').next().unwrap_or("");
                environment = section.starts_with("testenv") || section.starts_with("tox") || section.contains("base");
                environment |= !finder.path.ends_with("setup.cfg");
                key.clear();
                continue;
            }
            let (name, value) = content.split_once(['=', ':']).unwrap_or((content, ""));
            key = if environment { name.trim().to_ascii_lowercase() } else { String::new() };
            add(finder, &key, &mut command, value.trim(), number);
        } else {
            add(finder, &key, &mut command, content, number);
        }
    }
    end(finder, &key, &mut command);
    finder.dialect = Dialect::Shell;
}

/// Adds one line to the command; a line that does not end with `\` ends it.
fn add(finder: &mut Finder<'_>, key: &str, command: &mut Snippet, content: &str, number: u32) {
    let fresh = command.text.is_empty();
    let content = if fresh { without_factors(content) } else { content };
    match content.strip_suffix('\\') {
        Some(more) => {
            command.push(more, number, false);
            command.push(" ", number, false);
        }
        None => {
            command.push(content, number, false);
            // A brace goes on in the next line.
            if command.text.matches('{').count() > command.text.matches('}').count() && command.text.len() < 10_000 {
                command.push(" ", number, false);
            } else {
                end(finder, key, command);
            }
        }
    }
}

fn end(finder: &mut Finder<'_>, key: &str, command: &mut Snippet) {
    let command = std::mem::take(command);
    if command.text.trim().is_empty() {
        return;
    }
    if key.starts_with("commands") {
        finder.text(&defaults(&command));
    } else if matches!(key, "setenv" | "set_env")
        && let Some((name, value)) = command.text.split_once('=')
        && name.trim() == "PYTEST_ADDOPTS"
    {
        let from = command.text.len() - value.len();
        finder.forwarded("PYTEST_ADDOPTS", command.line(0), &command.range(from..command.text.len()));
    }
}

/// A line without the factors it holds for (`py39,!pypy: pytest`) and the signs before a command (`-`, `!`).
fn without_factors(content: &str) -> &str {
    let factor = |letter: char| letter.is_alphanumeric() || "-_.,!{} ".contains(letter);
    let content = match content.split_once(": ") {
        Some((factors, command)) if factors.chars().all(factor) && !factors.trim().contains(' ') => {
            command.trim_start()
        }
        _ => content,
    };
    content.trim_start_matches(['-', '!', '@']).trim_start()
}
