//! Documentation comments and `doc` attributes of an item as one text of Markdown: `attrs_to_doc_fragments`,
//! `unindent_doc_fragments` and `add_doc_fragment` of rustc_resolve, `beautify_doc_string` of rustc_ast.

use std::borrow::Cow;

use super::super::expand::string_value_with;
use crate::model::rust::{Attribute, Delimiter, Fragment, FragmentKind, Token};

/// The documentation among an item's attributes, which stand outer before inner, each in source order.
///
/// A `doc` attribute whose value is not known is an empty fragment: nothing says how long it is. `read` gives the text of a
/// file by the path in `include_str!`. `cfg_attr` must have been applied before.
pub fn fragments(attributes: &[Attribute], read: &dyn Fn(&str) -> Option<String>) -> Vec<Fragment> {
    attributes.iter().filter_map(|attribute| fragment(attribute, read)).collect()
}

fn fragment(attribute: &Attribute, read: &dyn Fn(&str) -> Option<String>) -> Option<Fragment> {
    let line = attribute.line;
    if let Some(doc) = &attribute.doc {
        let kind = if doc.block { FragmentKind::Block } else { FragmentKind::Line };
        let value_line = attribute.origin.map_or(line, |origin| origin.line);
        return Some(Fragment { text: doc.text.clone(), kind, line, value_line });
    }
    // `#[doc(hidden)]` says nothing.
    let (equals, value) = attribute.tokens.split_first()?;
    if &*attribute.path != "doc" || !equals.is_punct('=') {
        return None;
    }
    let value = ungrouped(value);
    let included = macro_name(value) == Some("include_str");
    let text = string_value_with(value, read).unwrap_or_default().into();
    let (kind, value_line) = if included {
        (FragmentKind::Included, 1)
    } else {
        (FragmentKind::Attribute, value.first().map_or(line, Token::written_line))
    };
    Some(Fragment { text, kind, line, value_line })
}

/// What is left of an expression when the brackets without a sign around it are gone, which `$e:expr` leaves.
fn ungrouped(mut tokens: &[Token]) -> &[Token] {
    while let [token] = tokens
        && let Some(group) = token.group(Delimiter::None)
    {
        tokens = &group.tokens;
    }
    tokens
}

/// The name of the macro of std that these tokens call: `include_str!(…)`, `core::include_str!(…)`.
fn macro_name(tokens: &[Token]) -> Option<&str> {
    let (path, [name, bang, _]) = tokens.split_last_chunk()?;
    let in_path =
        |token: &Token| token.is_punct(':') || matches!(token.ident(), Some("core" | "std" | "alloc" | "$crate"));
    (bang.is_punct('!') && path.iter().all(in_path)).then(|| name.ident()).flatten()
}

/// All fragments as one text, as rustdoc's `opt_doc_value` joins them.
pub(super) fn joined(documentation: &[Fragment]) -> String {
    let texts: Vec<Cow<str>> = documentation.iter().map(beautified).collect();
    let is_comment = |fragment: &Fragment| matches!(fragment.kind, FragmentKind::Line | FragmentKind::Block);
    // Comments have a blank in front that attributes lack.
    let mixed = documentation.windows(2).any(|pair| is_comment(&pair[0]) != is_comment(&pair[1]));
    let added = usize::from(mixed);
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let indents = documentation.iter().zip(&texts).flat_map(|(fragment, text)| {
        let added = if is_comment(fragment) { 0 } else { added };
        text.lines().filter(|line| !line.trim().is_empty()).map(move |line| blanks(line) + added)
    });
    let least = indents.min().unwrap_or(0);
    let mut joined = String::new();
    for (fragment, text) in documentation.iter().zip(&texts) {
        let indent = if is_comment(fragment) { least } else { least.saturating_sub(added) };
        if text.is_empty() {
            joined.push('\n');
        }
        for line in text.lines() {
            let blank = line.trim().is_empty();
            joined.push_str(if blank { line } else { line.get(indent..).unwrap_or(line) });
            joined.push('\n');
        }
    }
    joined.pop();
    joined
}

/// A fragment's text without the stars at the front of its lines: `beautify_doc_string`. rustc calls it for attributes too,
/// as if they were `///`.
fn beautified(fragment: &Fragment) -> Cow<'_, str> {
    let text = &*fragment.text;
    // A file with `\r\n`, whose comments end before the `\n`.
    let text = if fragment.kind == FragmentKind::Line { text.strip_suffix('\r').unwrap_or(text) } else { text };
    if !text.contains('\n') {
        return Cow::Borrowed(text);
    }
    let is_block = fragment.kind == FragmentKind::Block;
    let mut lines: Vec<&str> = text.lines().collect();
    let count = lines.len();
    let all_stars = |line: &str| line.chars().all(|character| character == '*');
    // An empty line is one of these as well, and its loss moves all that follow one line up.
    if lines.first().is_some_and(|line| all_stars(line)) {
        lines.remove(0);
    }
    if lines.last().is_some_and(|line| !line.is_empty() && all_stars(line)) {
        lines.pop();
    }
    let trimmed = lines.len() != count;
    let Some(prefix) = common_prefix(&lines, is_block).map(str::to_owned) else {
        return if trimmed { Cow::Owned(lines.join("\n")) } else { Cow::Borrowed(text) };
    };
    for line in &mut lines {
        if let Some(rest) = line.strip_prefix(&*prefix) {
            let star = is_block && (rest == "*" || rest.starts_with("* ") || rest.starts_with("**"));
            *line = if star { &rest[1..] } else { rest };
        }
    }
    Cow::Owned(lines.join("\n"))
}

/// The blanks in front of the stars, where all lines have a star in the same column: `get_horizontal_trim`.
fn common_prefix<'t>(lines: &[&'t str], is_block: bool) -> Option<&'t str> {
    let mut lines = lines;
    if is_block {
        // What stands on the line of `/**` has no star, whatever the others have.
        if lines.first().is_some_and(|line| !line.trim_start().starts_with('*')) {
            lines = &lines[1..];
        }
        while let Some((first, rest)) = lines.split_first()
            && first.trim().is_empty()
        {
            lines = rest;
        }
        while let Some((last, rest)) = lines.split_last()
            && last.trim().is_empty()
        {
            lines = rest;
        }
    }
    let mut column = None;
    for line in lines {
        for (position, character) in line.chars().enumerate() {
            if column.is_some_and(|column| position > column) || !matches!(character, '*' | ' ' | '\t') {
                return None;
            }
            if character == '*' {
                if column.is_some_and(|column| column != position) {
                    return None;
                }
                column = Some(position);
                break;
            }
        }
        if column.is_none_or(|column| column >= line.len()) {
            return None;
        }
    }
    lines.first()?.get(..column?)
}
