//! What a file imports, read from its lines alone: for files in which nothing else is looked for. Takes what stands in a
//! string or a branch for an import too.

use crate::model::{Binding, BindingValue};

/// The imports of a text, with names that nobody asks for.
pub(super) fn scan(text: &[u8]) -> Vec<Binding> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end);
        let line = text[at..end].trim_ascii_start();
        if line.starts_with(b"import ") || line.starts_with(b"from ") {
            // A list in parentheses goes on over lines.
            let end = match memchr::memchr(b'(', line) {
                Some(_) => memchr::memchr(b')', &text[at..]).map_or(text.len(), |close| at + close),
                None => end,
            };
            let statement = String::from_utf8_lossy(&text[at..end.min(at + MAX_LENGTH)]);
            let offset = u32::try_from(at).unwrap_or(u32::MAX);
            found.extend(names(statement.trim_start()).into_iter().map(|dotted| Binding {
                name: String::new(),
                scope: None,
                offset,
                line: 0,
                conditional: true,
                guard: None,
                value: BindingValue::Import(dotted),
            }));
        }
        at = end + 1;
    }
    found
}

/// Bytes of one statement that are read.
const MAX_LENGTH: usize = 16 * 1024;

/// The dotted names that a statement imports.
fn names(statement: &str) -> Vec<String> {
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    let first = |item: &str| item.split_whitespace().next().unwrap_or_default().to_owned();
    if let Some(modules) = statement.strip_prefix("import ") {
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
    let lines = items.lines().map(|line| line.split('#').next().unwrap_or_default());
    let items = lines.flat_map(|line| line.split([',', '(', ')', '\\']));
    let items = items.map(first).filter(|name| is_name(name));
    items.map(|item| format!("{module}{dot}{item}")).chain([module.to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(text: &str) -> Vec<String> {
        let value = |binding: Binding| match binding.value {
            BindingValue::Import(dotted) => dotted,
            other => panic!("{other:?}"),
        };
        scan(text.as_bytes()).into_iter().map(value).collect()
    }

    #[test]
    fn statements_are_read_in_every_form() {
        assert_eq!(imported("import a.b as c, d\n"), ["a.b", "d"]);
        assert_eq!(imported("from a import b as c, d\n"), ["a.b", "a.d", "a"]);
        assert_eq!(imported("    from . import b\n"), [".b", "."]);
        assert_eq!(
            imported("from ..a import (  # why\n    b,\n    c as d,\n)\nimport e"),
            ["..a.b", "..a.c", "..a", "e"]
        );
        assert_eq!(imported("from a import *\n"), ["a"]);
    }

    #[test]
    fn other_lines_are_none() {
        assert_eq!(imported("important = 1\nfrom_ = 2\n# import a\nx = 'import a'\nfrom\nimport\nfrom a"), [""; 0]);
    }

    #[test]
    fn a_list_without_an_end_ends_with_the_text() {
        assert_eq!(imported("from a import (b,\nc"), ["a.b", "a.c", "a"]);
    }
}
