//! Edits of TOML files by the places of what is written there: nothing else changes, neither order nor line breaks. After
//! each edit the document is read again and compared with what it should say.

use std::{collections::BTreeSet, ops::Range};

use toml::{Table, Value as Data};
use toml_parser::decoder::Encoding;

use super::{
    document::{Document, Pair, Value, ValueKind, document, keys},
    text::{Edit, Text},
};

/// How far a new line of a list is set in where no other line tells.
const INDENT: &str = "    ";

const MARKERS: &str = "markers";

/// Appends markers to a table's `markers`. `native`: they must be a list; otherwise lines of a string are a list too.
///
/// # Errors
/// Why they cannot be.
pub(super) fn register(
    text: &Text<'_>,
    section: &str,
    names: &BTreeSet<&str>,
    native: bool,
) -> Result<Vec<u8>, String> {
    let mut before = parsed(text.body)?;
    let document = document(text.body).ok_or_else(unsafe_to_edit)?;
    let table: Vec<&str> = section.split('.').collect();
    let option: Vec<&str> = table.iter().copied().chain([MARKERS]).collect();
    let edits = match found(&document.pairs, &option) {
        Some(value) => match &value.kind {
            ValueKind::Array { items, comma } => in_array(text, &value.range, items, *comma, names),
            ValueKind::Scalar(Some(encoding)) if !native => vec![in_string(text, &value.range, *encoding, names)?],
            _ => return Err(format!("`markers` of `[{section}]` is no list of strings")),
        },
        None => vec![new_option(text, &document, &table, names)?],
    };
    let edited = text.edited(edits);
    let mut after = parsed(Text::new(&edited)?.body)?;
    let mut expected = at(&before, &option).map(lines).unwrap_or_default();
    expected.extend(names.iter().map(|name| (*name).to_owned()));
    let registered = take(&mut after, &option).ok_or_else(unsafe_to_edit)?;
    take(&mut before, &option);
    if lines(&registered) == expected && before == after { Ok(edited) } else { Err(unsafe_to_edit()) }
}

/// Renames the table whose header stands on a 1-based line, with the tables below it.
///
/// # Errors
/// Why it cannot be.
pub(super) fn rename(text: &Text<'_>, line: u32, from: &str, to: &str) -> Result<Vec<u8>, String> {
    let mut before = parsed(text.body)?;
    let (Some(document), Some(old), Some(new)) = (document(text.body), keys(from), keys(to)) else {
        return Err(unsafe_to_edit());
    };
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
    if old.is_empty() || new.is_empty() {
        return Err(unsafe_to_edit());
    }
    if at(&before, &new).is_some() {
        return Err(format!("`[{to}]` already stands in this file; move the options there"));
    }
    if new.last() == Some(&"ini_options")
        && let Some(above) = at(&before, &new[..new.len() - 1]).and_then(Data::as_table)
        && above.keys().any(|key| old != [&new[..new.len() - 1], &[key.as_str()]].concat())
    {
        return Err(format!("`[{}]` has options too, and pytest refuses both", new[..new.len() - 1].join(".")));
    }
    let line_of = |offset: usize| text.body[..offset].matches('\n').count() + 1;
    let mut edits = Vec::new();
    let mut is_there = false;
    for header in &document.headers {
        let names: Vec<&str> = header.keys.iter().map(|key| key.name.as_str()).collect();
        if let Some((first, last)) = header.keys.first().zip(header.keys.get(old.len() - 1))
            && names.starts_with(&old)
        {
            is_there |= names == old && u32::try_from(line_of(last.range.start)) == Ok(line);
            edits.push(Edit { range: first.range.start..last.range.end, text: to.to_owned() });
        }
    }
    if !is_there {
        return Err(format!("`{from}` has no header of its own on line {line}"));
    }
    let edited = text.edited(edits);
    let mut after = parsed(Text::new(&edited)?.body)?;
    let is_moved = take(&mut before, &old) == take(&mut after, &new);
    prune(&mut before);
    prune(&mut after);
    if is_moved && before == after { Ok(edited) } else { Err(unsafe_to_edit()) }
}

fn unsafe_to_edit() -> String {
    "it is written in a way that cannot be edited safely".to_owned()
}

fn parsed(text: &str) -> Result<Table, String> {
    text.parse().map_err(|error: toml::de::Error| format!("it is not valid TOML: {}", error.message()))
}

/// The value at a path, whether it stands in a table or in an inline one.
fn found<'d>(pairs: &'d [Pair], path: &[&str]) -> Option<&'d Value> {
    pairs.iter().find_map(|pair| {
        let own = pair.path();
        let rest = path.strip_prefix(own.as_slice())?;
        match &pair.value.kind {
            _ if rest.is_empty() => Some(&pair.value),
            ValueKind::Table(pairs) => found(pairs, rest),
            _ => None,
        }
    })
}

/// Adds `markers` to a table that has none.
fn new_option(text: &Text<'_>, document: &Document, table: &[&str], names: &BTreeSet<&str>) -> Result<Edit, String> {
    if let Some(Value { range, kind: ValueKind::Table(pairs) }) = found(&document.pairs, table) {
        let option = format!("{MARKERS} = [{}]", written(names, '"').join(", "));
        return Ok(match pairs.last() {
            Some(last) => Edit::insert(last.value.range.end, format!(", {option}")),
            None => Edit { range: range.start + 1..range.end - 1, text: format!(" {option} ") },
        });
    }
    // Below the table's header, or where its options stand under dotted keys.
    let below = document.pairs.iter().rev().find(|pair| pair.table == table);
    let header = document.headers.iter().find(|own| own.keys.iter().map(|key| &*key.name).eq(table.iter().copied()));
    let dotted = document.pairs.iter().rev().find(|pair| {
        pair.table.len() < table.len() && pair.path().len() > table.len() && pair.path().starts_with(table)
    });
    let (start, end, prefix) = match (below, header, dotted) {
        (Some(pair), ..) => (pair.keys.first().map(|key| key.range.start), pair.value.range.end, String::new()),
        (None, Some(header), _) => (Some(header.range.start), header.range.end, String::new()),
        (None, None, Some(pair)) => {
            let keys = &pair.keys[..table.len() - pair.table.len()];
            let range = keys.first().zip(keys.last()).map(|(first, last)| first.range.start..last.range.end);
            let range = range.ok_or_else(unsafe_to_edit)?;
            (Some(range.start), pair.value.range.end, format!("{}.", &text.body[range]))
        }
        (None, None, None) => return Err(format!("it has no header `[{}]`", table.join("."))),
    };
    let indent = text.indent(start.unwrap_or(end));
    let mut lines = vec![format!("{indent}{prefix}{MARKERS} = [")];
    lines.extend(written(names, '"').iter().map(|name| format!("{indent}{INDENT}{name},")));
    lines.push(format!("{indent}]"));
    Ok(text.lines_behind(end, &lines))
}

fn written(names: &BTreeSet<&str>, quote: char) -> Vec<String> {
    names.iter().map(|name| format!("{quote}{name}{quote}")).collect()
}

/// Appends items to a list, in its own style.
fn in_array(
    text: &Text<'_>,
    range: &Range<usize>,
    items: &[Range<usize>],
    comma: Option<usize>,
    names: &BTreeSet<&str>,
) -> Vec<Edit> {
    let body = text.body;
    let Range { start, end } = *range;
    let is_one_line = !body[start..end].contains('\n');
    let Some(last) = items.last() else {
        let names = written(names, '"');
        if is_one_line {
            return vec![Edit { range: start + 1..end - 1, text: names.join(", ") }];
        }
        let first_comment = body[start + 1..end].find('#').map(|at| start + 1 + at);
        let indent = match first_comment.filter(|at| text.line_start(*at) > start) {
            Some(comment) => text.indent(comment).to_owned(),
            None => format!("{}{INDENT}", text.indent(end - 1)),
        };
        let lines = names.iter().map(|name| format!("{indent}{name},{}", text.newline));
        return vec![Edit::insert(text.line_start(end - 1), lines.collect::<String>())];
    };
    let quote = if body[last.start..].starts_with('\'') { '\'' } else { '"' };
    let names = written(names, quote);
    let base = comma.unwrap_or(last.end);
    if is_one_line {
        let names = names.join(", ");
        let added = if comma.is_some() { format!(" {names},") } else { format!(", {names}") };
        return vec![Edit::insert(base, added)];
    }
    let indent = if text.line_start(last.start) > start {
        text.indent(last.start).to_owned()
    } else {
        format!("{}{INDENT}", text.indent(start))
    };
    let added = names.iter().map(|name| format!("{}{indent}{name}", text.newline)).collect::<Vec<_>>().join(",");
    // A comment behind the last item belongs to it.
    let rest = body[base..].split(['\r', '\n']).next().unwrap_or_default();
    let is_comment = rest.trim_start().is_empty() || rest.trim_start().starts_with('#');
    let place = if is_comment { base + rest.len() } else { base };
    match comma {
        Some(_) => vec![Edit::insert(place, format!("{added},"))],
        None => vec![Edit::insert(last.end, ","), Edit::insert(place, added)],
    }
}

/// Appends lines to a string.
fn in_string(
    text: &Text<'_>,
    range: &Range<usize>,
    encoding: Encoding,
    names: &BTreeSet<&str>,
) -> Result<Edit, String> {
    let fence = match encoding {
        Encoding::BasicString | Encoding::LiteralString => 1,
        Encoding::MlBasicString | Encoding::MlLiteralString => 3,
    };
    let (open, close) = (range.start + fence, range.end - fence);
    let inner = &text.body[open..close];
    let names: Vec<&str> = names.iter().copied().collect();
    let joined = |separator: &str| names.join(separator);
    match encoding {
        Encoding::BasicString if inner.is_empty() => Ok(Edit::insert(close, joined("\\n"))),
        Encoding::BasicString => Ok(Edit::insert(close, format!("\\n{}", joined("\\n")))),
        Encoding::LiteralString => Err("`markers` is a string of one line; write it as a list".to_owned()),
        Encoding::MlBasicString | Encoding::MlLiteralString => {
            let filled = open + inner.trim_end().len();
            let indent = if text.line_start(filled) > range.start { text.indent(filled) } else { "" };
            let separator = format!("{}{indent}", text.newline);
            let has_own_line = inner[filled - open..].contains('\n');
            Ok(if has_own_line {
                text.lines_behind(filled, &names.iter().map(|name| format!("{indent}{name}")).collect::<Vec<_>>())
            } else {
                Edit::insert(close, format!("{separator}{}", joined(&separator)))
            })
        }
    }
}

/// The value at a path.
fn at<'t>(table: &'t Table, path: &[&str]) -> Option<&'t Data> {
    let (first, rest) = path.split_first()?;
    let value = table.get(*first)?;
    if rest.is_empty() { Some(value) } else { at(value.as_table()?, rest) }
}

/// Takes the value at a path out.
fn take(table: &mut Table, path: &[&str]) -> Option<Data> {
    let (first, rest) = path.split_first()?;
    if rest.is_empty() { table.remove(*first) } else { take(table.get_mut(*first)?.as_table_mut()?, rest) }
}

/// Drops tables that say nothing: a table above one that was renamed may have stood in its header only.
fn prune(table: &mut Table) {
    for (_, value) in table.iter_mut() {
        if let Some(table) = value.as_table_mut() {
            prune(table);
        }
    }
    table.retain(|_, value| !value.as_table().is_some_and(Table::is_empty));
}

/// What pytest makes of a list of lines.
fn lines(value: &Data) -> Vec<String> {
    match value {
        Data::String(text) => {
            text.split('\n').map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
        }
        Data::Array(items) => items.iter().filter_map(Data::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
