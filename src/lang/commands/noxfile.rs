//! What a `noxfile.py` gives to `session.run(…)`: the literal arguments, read from the syntax tree. Evaluates nothing.

use tree_sitter::{Node, Parser};

use super::runner::Finder;
use super::shell::ShellWord;
use super::snippet::Snippet;
use crate::lang::continuations;

/// Adds the commands of a noxfile.
pub(super) fn extract(finder: &mut Finder<'_>, text: &str) {
    if continuations::too_long(text.as_bytes()).is_some() {
        return;
    }
    let mut parser = Parser::new();
    if parser.set_language(&tree_sitter_python::LANGUAGE.into()).is_err() {
        return;
    }
    let Some(tree) = parser.parse(text, None) else { return };
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        if node.kind() == "call" {
            call(finder, node, text);
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// `x.run("pytest", "-m", "slow", *session.posargs, env={…})`.
fn call(finder: &mut Finder<'_>, call: Node<'_>, text: &str) {
    let method = call.child_by_field_name("function").and_then(|function| function.child_by_field_name("attribute"));
    let runs = method.is_some_and(|name| matches!(slice(text, name), "run" | "run_always"));
    let Some(arguments) = call.child_by_field_name("arguments").filter(|_| runs) else { return };
    let mut cursor = arguments.walk();
    let mut words = Vec::new();
    for argument in arguments.named_children(&mut cursor) {
        match argument.kind() {
            "comment" | "keyword_argument" | "dictionary_splat" => {}
            _ => words.push(word(argument, text)),
        }
    }
    if let [only] = &words[..]
        && only.text.text.contains(' ')
    {
        return finder.text(&only.text);
    }
    finder.words(&words);
}

fn word(argument: Node<'_>, text: &str) -> ShellWord {
    let line = u32::try_from(argument.start_position().row + 1).unwrap_or(u32::MAX);
    let source = slice(text, argument);
    let mut parts = Vec::new();
    match argument.kind() {
        "string" => parts.push(argument),
        "concatenated_string" => parts.extend(argument.named_children(&mut argument.walk())),
        _ => return ShellWord::plain(Snippet::new(source, line), line, true),
    }
    let mut value = String::new();
    let mut computed = false;
    for part in parts.iter().filter(|part| part.kind() == "string") {
        for piece in part.named_children(&mut part.walk()) {
            match piece.kind() {
                "string_content" => value.push_str(&slice(text, piece).replace("\\\"", "\"").replace("\\'", "'")),
                "interpolation" => {
                    computed = true;
                    value.push_str(slice(text, piece));
                }
                _ => {}
            }
        }
    }
    ShellWord::plain(Snippet::new(&value, line), line, computed)
}

fn slice<'t>(text: &'t str, node: Node<'_>) -> &'t str {
    text.get(node.byte_range()).unwrap_or("")
}
