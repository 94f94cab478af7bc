//! The recipes of a makefile or a justfile. Variables count where they are literal and set once; refuses to know which
//! target is made.

use std::collections::HashMap;

use super::interpolation::{Dialect, balanced};
use super::runner::Finder;
use super::snippet::Snippet;

/// Bytes of a variable's value that are put in its place.
const MAX_VALUE: usize = 1000;

/// Adds the commands of a makefile.
pub(super) fn extract(finder: &mut Finder<'_>, text: &str) {
    finder.dialect = Dialect::Make;
    let variables = variables(text);
    let mut recipe = Snippet::default();
    let mut goes_on = false;
    for (line, number) in text.lines().zip(1..) {
        if goes_on || line.starts_with('\t') {
            let content = if goes_on { line } else { line.trim_start().trim_start_matches(['@', '-', '+', ' ', '\t']) };
            goes_on = line.ends_with('\\');
            expand(&mut recipe, content, number, &variables);
            recipe.push("\n", number, false);
            if !goes_on {
                finder.text(&std::mem::take(&mut recipe));
            }
        } else if let Some((variable, value)) = line.split_once('=')
            && variable.trim().trim_start_matches("export ").trim_end_matches(['?', ':', '+']).trim()
                == "PYTEST_ADDOPTS"
        {
            finder.forwarded("PYTEST_ADDOPTS", number, &Snippet::new(value, number));
        }
    }
    finder.text(&recipe);
    finder.dialect = Dialect::Shell;
}

/// Adds the commands of a justfile: what is indented below a recipe's name.
pub(super) fn extract_just(finder: &mut Finder<'_>, text: &str) {
    let mut recipe = Snippet::default();
    for (line, number) in text.lines().zip(1..) {
        if line.starts_with([' ', '\t']) {
            recipe.push(line.trim_start().trim_start_matches(['@', '-']), number, false);
            recipe.push("\n", number, false);
        } else if !line.trim().is_empty() {
            finder.text(&std::mem::take(&mut recipe));
        }
    }
    finder.text(&recipe);
}

/// A variable's value, and whether it is only a default (`?=`); `None` where it is set twice or not literal.
type Variables<'a> = HashMap<&'a str, Option<(&'a str, bool)>>;

fn variables(text: &str) -> Variables<'_> {
    let mut variables = Variables::new();
    for line in text.lines().filter(|line| !line.starts_with('\t')) {
        let Some((left, value)) = line.split_once('=') else { continue };
        let left = left.trim().trim_start_matches("export ").trim_start_matches("override ");
        let name = left.trim_end_matches(['?', ':', '+', '!']);
        let operator = &left[name.len()..];
        let name = name.trim();
        if name.is_empty() || name.contains(|letter: char| letter.is_whitespace() || letter == ':') {
            continue;
        }
        let value = value.split_once(" #").map_or(value, |(value, _)| value).trim();
        let literal = !value.contains('$') && !value.ends_with('\\') && value.len() <= MAX_VALUE;
        let plain = literal && !operator.contains(['+', '!']) && line.starts_with(|first: char| !first.is_whitespace());
        let entry = plain.then_some((value, operator.contains('?')));
        variables.entry(name).and_modify(|known| *known = None).or_insert(entry);
    }
    variables
}

/// Adds a line in which simple variables are their values.
fn expand(recipe: &mut Snippet, line: &str, number: u32, variables: &Variables<'_>) {
    let bytes = line.as_bytes();
    let (mut from, mut copied) = (0, 0);
    while let Some(at) = memchr::memchr(b'$', &bytes[from..]).map(|at| from + at) {
        from = at + 1;
        match bytes.get(at + 1) {
            Some(b'$') => from = at + 2,
            Some(b'(' | b'{') => {
                let Some(end) = balanced(bytes, at + 1) else { continue };
                let Some(Some((value, default))) = variables.get(&line[at + 2..end - 1]) else { continue };
                recipe.push(&line[copied..at], number, false);
                recipe.push(value, number, *default);
                copied = end;
                from = end;
            }
            _ => {}
        }
    }
    recipe.push(&line[copied..], number, false);
}
