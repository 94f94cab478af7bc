//! What a file of Python says about itself: docstrings, command lines in its head, and every import. Reads strings,
//! comments and lines only, so that it works on bodies that were not parsed; refuses to know what a name means.

use crate::lang::command_lines;
use crate::model::about::{About, ImportedName, Prose, first_sentence};

/// Bytes of a docstring, and of what stands before the first statement, that are read.
const MAX_HEAD: usize = 16 * 1024;
/// Bytes between the beginning of a line and the word `import` in it.
const MAX_BEFORE: usize = 1024;
/// Imports of one file that are kept.
const MAX_IMPORTS: usize = 2000;

/// Whether a file may say that it is started in several processes.
pub(super) fn names_a_launcher(text: &[u8]) -> bool {
    const WORDS: [&str; 9] = [
        "torchrun",
        "torch.distributed.run",
        "torch.distributed.launch",
        "horovodrun",
        "mpirun",
        "mpiexec",
        "srun ",
        "deepspeed ",
        "accelerate launch",
    ];
    WORDS.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}

/// What a file says.
pub(super) fn about(text: &[u8]) -> About {
    let (comments, at) = head(text);
    let docstring = string_at(text, at);
    let mut commands = command_lines::find(1, &comments);
    let mut doc = None;
    if let Some(docstring) = &docstring {
        let line = line_at(text, at);
        commands.extend(command_lines::find(line, docstring));
        doc = first_sentence(docstring).map(|sentence| Prose::new(line, &sentence));
    }
    commands.truncate(command_lines::MAX_COMMANDS);
    About { doc, commands, imports: imports(text) }
}

/// The first sentence of the docstring that a body begins with, where it does.
pub(super) fn of_body(text: &[u8], start: u32, line: u32) -> Option<Prose> {
    let docstring = string_at(text, start as usize)?;
    first_sentence(&docstring).map(|sentence| Prose::new(line, &sentence))
}

/// The comments before the first statement, without their signs and each on its line, and where that statement begins.
fn head(text: &[u8]) -> (String, usize) {
    let mut comments = String::new();
    let mut at = 0;
    while at < text.len().min(MAX_HEAD) {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end);
        let line = text[at..end].trim_ascii();
        match line.first() {
            None => {}
            Some(b'#') => {
                let comment = String::from_utf8_lossy(line);
                comments.push_str(comment.trim_start_matches('#').strip_prefix(' ').unwrap_or_default());
            }
            Some(_) => {
                let blanks = text[at..end].len() - text[at..end].trim_ascii_start().len();
                return (comments, at + blanks);
            }
        }
        comments.push('\n');
        at = end + 1;
    }
    (comments, text.len())
}

/// The text of a plain string literal that begins at a byte: its quotes removed, its escapes mostly kept.
fn string_at(text: &[u8], at: usize) -> Option<String> {
    let rest = text.get(at..)?;
    let prefix = rest.iter().take(3).take_while(|byte| byte.is_ascii_alphabetic()).count();
    // Only plain strings are docstrings.
    let is_raw = match &rest[..prefix] {
        b"" | b"u" | b"U" => false,
        b"r" | b"R" => true,
        _ => return None,
    };
    let quoted = &rest[prefix..];
    let quote = *quoted.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let triple = quoted.starts_with(&[quote; 3]);
    let inner = &quoted[if triple { 3 } else { 1 }..];
    let end = end_of_string(inner, quote, triple);
    let inner = String::from_utf8_lossy(&inner[..end.min(MAX_HEAD)]).into_owned();
    if is_raw || !inner.contains('\\') {
        return Some(inner);
    }
    Some(
        inner.replace("\\\r\n", "").replace("\\\n", "").replace("\\\"", "\"").replace("\\'", "'").replace("\\\\", "\\"),
    )
}

/// Where the contents of a string end, from behind its opening quotes.
fn end_of_string(inner: &[u8], quote: u8, triple: bool) -> usize {
    let mut at = 0;
    while let Some(found) = inner.get(at..).and_then(|rest| memchr::memchr3(quote, b'\\', b'\n', rest)) {
        let place = at + found;
        match inner[place] {
            b'\\' => at = place + 2,
            b'\n' if !triple => return place,
            b'\n' => at = place + 1,
            _ if !triple || inner[place..].starts_with(&[quote; 3]) => return place,
            _ => at = place + 1,
        }
    }
    inner.len()
}

fn line_at(text: &[u8], at: usize) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', &text[..at.min(text.len())]).count() + 1).unwrap_or(u32::MAX)
}

/// Whether a body yields: a fixture then has something to do after the test.
pub(super) fn yields(body: &[u8]) -> bool {
    let mut found = false;
    each_code(body, &mut |_, code| {
        let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        found |= memchr::memmem::find_iter(code, b"yield")
            .any(|at| !is_word(code.get(at + 5)) && (at == 0 || !is_word(code.get(at - 1))));
    });
    found
}

/// Calls with every stretch of code between strings and comments, and where it begins.
fn each_code<'t>(text: &'t [u8], found: &mut dyn FnMut(usize, &'t [u8])) {
    let mut at = 0;
    while at < text.len() {
        let Some(next) = memchr::memchr3(b'#', b'"', b'\'', &text[at..]).map(|next| at + next) else {
            return found(at, &text[at..]);
        };
        found(at, &text[at..next]);
        at = match text[next] {
            b'#' => memchr::memchr(b'\n', &text[next..]).map_or(text.len(), |end| next + end),
            quote => {
                let triple = text[next..].starts_with(&[quote; 3]);
                let start = next + if triple { 3 } else { 1 };
                start + end_of_string(&text[start..], quote, triple) + if triple { 3 } else { 1 }
            }
        };
    }
}

/// Every import statement, in functions and branches too, not within strings.
fn imports(text: &[u8]) -> Vec<ImportedName> {
    let mut found = Vec::new();
    let (mut counted, mut line) = (0, 1);
    each_code(text, &mut |start, code| {
        for at in memchr::memmem::find_iter(code, b"import") {
            let place = start + at;
            // A line can hold any number of these words.
            let near = place.saturating_sub(MAX_BEFORE);
            let begin = match memchr::memrchr(b'\n', &text[near..place]) {
                Some(end) => near + end + 1,
                None if near == 0 => 0,
                None => continue,
            };
            let statement = text[begin..].trim_ascii_start();
            let is_statement = statement.starts_with(b"import ") && text[begin..place].trim_ascii().is_empty()
                || statement.starts_with(b"from ");
            // `from a import important`
            let is_first = text[begin..place].windows(6).all(|window| window != b"import");
            if !is_statement || !is_first || found.len() > MAX_IMPORTS {
                continue;
            }
            let number = memchr::memchr_iter(b'\n', &text[counted.min(begin)..begin]).count();
            line += u32::try_from(number).unwrap_or_default();
            counted = begin;
            found.extend(names(statement).into_iter().map(|dotted| ImportedName { dotted, line }));
        }
    });
    found
}

/// The dotted names that a statement imports.
fn names(statement: &[u8]) -> Vec<String> {
    let statement = &statement[..statement.len().min(MAX_HEAD)];
    let end = memchr::memchr(b'\n', statement).unwrap_or(statement.len());
    // A list in parentheses goes on over lines.
    let end = match memchr::memchr(b'(', &statement[..end]) {
        Some(_) => memchr::memchr(b')', statement).unwrap_or(end),
        None => end,
    };
    let statement = String::from_utf8_lossy(&statement[..end]);
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    let first = |item: &str| item.split_whitespace().next().unwrap_or_default().trim_end_matches(';').to_owned();
    let without_comment = |line: &'_ str| line.split('#').next().unwrap_or_default().to_owned();
    if let Some(modules) = statement.strip_prefix("import ") {
        let modules = without_comment(modules);
        return modules.split(',').map(first).filter(|name| is_name(name)).collect();
    }
    let Some((module, items)) = statement.strip_prefix("from ").and_then(|rest| rest.split_once(" import")) else {
        return Vec::new();
    };
    let module = module.trim();
    if !is_name(module) {
        return Vec::new();
    }
    let dot = if module.ends_with('.') { "" } else { "." };
    let items: Vec<String> = items.lines().map(without_comment).collect();
    let items = items.iter().flat_map(|line| line.split([',', '(', ')', '\\'])).map(first);
    let mut found: Vec<_> = items.filter(|name| is_name(name)).map(|item| format!("{module}{dot}{item}")).collect();
    if found.is_empty() {
        found.push(module.trim_end_matches('.').to_owned());
    }
    found.retain(|name| !name.trim_matches('.').is_empty());
    found
}

/// Whether a text that was not parsed is run as a script, by the line that asks for that.
pub(super) fn main_guard(text: &[u8]) -> Option<u32> {
    let starts = memchr::memmem::find_iter(text, b"if __name__ ==");
    let mut at_line = starts.filter(|at| *at == 0 || text[*at - 1] == b'\n');
    at_line.next().map(|at| line_at(text, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(text: &str) -> Vec<(String, u32)> {
        imports(text.as_bytes()).into_iter().map(|own| (own.dotted, own.line)).collect()
    }

    fn of(names: &[(&str, u32)]) -> Vec<(String, u32)> {
        names.iter().map(|(name, line)| ((*name).to_owned(), *line)).collect()
    }

    #[test]
    fn imports_are_found_wherever_they_stand_as_statements() {
        let text = "import a.b as c, d  # x\nfrom a import (  # why\n    b,\n    c as important,\n)\n\ndef f():\n    from . import x\n    from ..y import *\n";
        let expected = of(&[("a.b", 1), ("d", 1), ("a.b", 2), ("a.c", 2), (".x", 8), ("..y", 9)]);
        assert_eq!(imported(text), expected);
    }

    #[test]
    fn imports_in_strings_and_comments_are_none() {
        let text = "'''\nimport a\n'''\n# import b\nx = \"import c\"\nimportant = 1\n\"\"\"it's\nfrom d import e\"\"\"\nimport f\n";
        assert_eq!(imported(text), of(&[("f", 9)]));
    }

    #[test]
    fn a_module_says_what_it_is_and_how_it_is_run() {
        let text = b"#!/usr/bin/env python\n# Usage: torchrun --nproc_per_node=2 tests/a.py\n\"\"\"Checks saving.\n\n    python tests/a.py --all\n\"\"\"\n";
        let about = about(text);
        assert_eq!(about.doc, Some(Prose { line: 3, text: "Checks saving".to_owned() }));
        let commands: Vec<_> = about.commands.iter().map(|own| (own.line, own.text.as_str())).collect();
        assert_eq!(commands, [(2, "torchrun --nproc_per_node=2 tests/a.py"), (5, "python tests/a.py --all")]);
    }

    #[test]
    fn strings_that_are_no_docstrings_say_nothing() {
        for text in ["f\"Text {x}.\"\n", "b'Text'\n", "x = 'Text'\n", "", "\"\"\"Copyright 2020 A.\"\"\"\n"] {
            assert_eq!(about(text.as_bytes()).doc, None, "{text:?}");
        }
    }

    #[test]
    fn only_a_statement_yields() {
        assert!(yields(b"x = 1\n    yield x\n") && yields(b"yield"));
        assert!(!yields(b"yields = 1\n# yield\ns = 'yield'\n"));
    }

    #[test]
    fn a_string_without_an_end_ends_with_the_text() {
        assert_eq!(about(b"\"\"\"Open").doc.unwrap().text, "Open");
        assert_eq!(imported("x = '''import a\n"), []);
    }
}
