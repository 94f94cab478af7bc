//! The import arrows of `docs/ARCHITECTURE.md`, which crates each stage may name, and the size of files.
//!
//! Reads the sources as text with comments and literals blanked; knows as much of Rust's syntax as paths need.

use std::fs;
use std::path::Path;

use Allowed::{Everything, Only};

/// What a stage may import besides itself.
enum Allowed {
    Everything,
    Only(&'static [&'static str]),
}

/// The modules at the top of the library. `lib` and `main` are the two roots.
const STAGES: [(&str, Allowed); 18] = [
    ("model", Only(&[])),
    ("discover", Only(&["model"])),
    ("lang", Only(&["model"])),
    ("resolve", Only(&["model"])),
    ("estimate", Only(&["model"])),
    ("rules", Only(&["model"])),
    ("views", Only(&["model"])),
    ("config", Only(&["model"])),
    ("annotate", Only(&["model"])),
    ("baseline", Only(&["model"])),
    ("fix", Only(&["model"])),
    ("measured", Only(&["model"])),
    // Of the stages around it, render reads one: the plain data of views.
    ("render", Only(&["model", "views"])),
    ("error", Only(&["model", "config", "discover", "lang"])),
    (
        "engine",
        Only(&[
            "model", "discover", "lang", "resolve", "estimate", "rules", "views", "render", "config", "baseline",
            "measured", "error",
        ]),
    ),
    ("cli", Everything),
    ("main", Only(&["cli"])),
    ("lib", Only(&[])),
];

/// Crates that only one stage may name.
const CRATES: [(&str, &str); 20] = [
    ("tree_sitter", "lang"),
    ("tree_sitter_python", "lang"),
    ("syn", "lang"),
    ("proc_macro2", "lang"),
    ("ra_ap_rustc_lexer", "lang"),
    ("pulldown_cmark", "lang"),
    ("saphyr_parser", "lang"),
    ("askama", "render"),
    ("comfy_table", "render"),
    ("annotate_snippets", "render"),
    ("quick_junit", "render"),
    ("percent_encoding", "render"),
    ("similar", "render"),
    ("toml_parser", "fix"),
    ("lcov", "measured"),
    ("quick_xml", "measured"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
    ("indicatif", "cli"),
];

const MAX_CODE_LINES: usize = 500;

/// Everything that is wrong with these files, each a path below `src` and its text.
fn violations(files: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files {
        let code = code(text);
        let module = module_of(path);
        let stage = module[0].as_str();
        let Some((_, allowed)) = STAGES.iter().find(|(name, _)| *name == stage) else {
            found.push(format!("{path}: the stage `{stage}` has no row in `STAGES`"));
            continue;
        };
        let mut imports = paths(&code, "crate::", &[]);
        imports.extend(paths(&code, "testaudit::", &[]));
        for up in 1..=module.len() {
            let prefix = "super::".repeat(up);
            imports.extend(paths(&code, &prefix, &module[..module.len() - up]));
        }
        for import in imports {
            let target = import[0].as_str();
            if target == stage || !STAGES.iter().any(|(name, _)| *name == target) {
                continue;
            }
            let permitted = match allowed {
                Everything => true,
                Only(names) => names.contains(&target),
            };
            if !permitted {
                found.push(format!("{path}: `{stage}` imports `{}`", import.join("::")));
            } else if stage == "render" && target == "views" && inside(&import) {
                found.push(format!("{path}: `render` reaches inside of `views`: `{}`", import.join("::")));
            }
        }
        for (name, home) in CRATES {
            if stage != home && names_crate(&code, name) {
                found.push(format!("{path}: `{stage}` names `{name}`, which belongs to `{home}`"));
            }
        }
        let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
        if lines > MAX_CODE_LINES {
            found.push(format!("{path}: {lines} lines of code, more than {MAX_CODE_LINES}: split it by idea"));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Whether a path goes into a module of a stage: its second segment is in lower case and something follows.
fn inside(import: &[String]) -> bool {
    import.len() > 2 && import[1].starts_with(|first: char| first.is_lowercase())
}

/// `lang/python/names.rs` is the module `lang::python::names`, `lang/mod.rs` is `lang`.
fn module_of(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    path.strip_suffix("/mod").unwrap_or(path).split('/').map(str::to_owned).collect()
}

/// All paths that begin with exactly `prefix`, with groups expanded, each put behind `base`.
fn paths(code: &str, prefix: &str, base: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        if !code[..at].ends_with(|before: char| is_word(before) || before == ':') {
            expand(&code[at + prefix.len()..], base, &mut found);
        }
    }
    found.retain(|path| !path.is_empty() && path[0] != "super");
    found
}

/// Reads a path, or a group of them, from the front of `code`; returns what is left.
fn expand<'c>(code: &'c str, base: &[String], found: &mut Vec<Vec<String>>) -> &'c str {
    let code = code.trim_start();
    if let Some(mut rest) = code.strip_prefix('{') {
        loop {
            rest = rest.trim_start().trim_start_matches(',').trim_start();
            match rest.strip_prefix('}') {
                Some(behind) => return behind,
                None if rest.starts_with(|first| is_word(first) || first == '*') => rest = expand(rest, base, found),
                None => return rest,
            }
        }
    }
    let end = code.find(|letter| !is_word(letter)).unwrap_or(code.len());
    let (word, rest) = code.split_at(end);
    let mut path = base.to_vec();
    if !word.is_empty() && word != "self" {
        path.push(word.to_owned());
    }
    if let Some(rest) = rest.strip_prefix("::") {
        return expand(rest, &path, found);
    }
    found.push(path);
    let rest = rest.trim_start_matches('*').trim_start();
    match rest.strip_prefix("as ") {
        Some(alias) => alias.trim_start().trim_start_matches(is_word),
        None => rest,
    }
}

/// Whether the code has a path that begins with this crate's name.
fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let (before, behind) = (&code[..at], &code[at + name.len()..]);
        let begins =
            !before.ends_with(|letter: char| is_word(letter) || matches!(letter, ':' | '.')) || before.ends_with(" ::");
        let imported = before.ends_with("use ") && behind.starts_with([';', ' ']);
        begins && (behind.starts_with("::") || imported)
    })
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The text with comments, strings and character literals blanked, line by line as before.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after_word = code.ends_with(is_word);
        let blank = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            string_end(rest)
        } else if first == '\'' {
            character_end(rest).unwrap_or(0)
        } else if after_word {
            0
        } else {
            raw_string_end(rest).unwrap_or(0)
        };
        if blank > 0 {
            code.extend(rest[..blank].chars().filter(|letter| *letter == '\n'));
            rest = &rest[blank..];
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    code
}

fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The end of `'x'` or `'\n'`; `None` for a lifetime.
fn character_end(text: &str) -> Option<usize> {
    let mut letters = text.char_indices().skip(1);
    let (_, first) = letters.next()?;
    if first == '\\' {
        letters.next()?;
        return letters.find(|(_, letter)| *letter == '\'').map(|(at, _)| at + 1);
    }
    letters.next().filter(|(_, letter)| *letter == '\'').map(|(at, _)| at + 1)
}

fn raw_string_end(text: &str) -> Option<usize> {
    let start = text.strip_prefix('b').unwrap_or(text).strip_prefix('r')?;
    let hashes = &start[..start.find(|letter| letter != '#')?];
    let body = start[hashes.len()..].strip_prefix('"')?;
    let close = format!("\"{hashes}");
    let opened = text.len() - body.len();
    Some(body.find(&close).map_or(text.len(), |end| opened + end + close.len()))
}

/// All sources below a folder.
fn sources(folder: &Path, below: &str, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the sources are part of the checkout") {
        let entry = entry.expect("the sources are part of the checkout");
        let name = entry.file_name().into_string().expect("no source has a name that is not UTF-8");
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if entry.path().is_dir() {
            sources(&entry.path(), &path, files);
        } else if name.ends_with(".rs") {
            files.push((path, fs::read_to_string(entry.path()).expect("Rust sources are UTF-8")));
        }
    }
}

fn violations_of(path: &str, text: &str) -> Vec<String> {
    violations(&[(path.to_owned(), text.to_owned())])
}

#[test]
fn the_sources_keep_to_the_architecture() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut files);
    assert!(files.len() > 20, "the sources were not found");
    let found = violations(&files);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn an_import_against_the_arrows_is_found_however_it_is_written() {
    for text in [
        "use crate::views::Audit;",
        "use crate::{model::Suite, views::Audit};",
        "use crate::{\n    model::{Suite, suite::{Test, TestFile}},\n    views,\n};",
        "fn f() -> crate::views::Audit { todo!() }",
        "use super::super::views::Audit;",
        "use super::super::{index::Index, views};",
        "use testaudit::views::Audit;",
        "const C: char = '\"'; use crate::views; const D: char = '\"';",
        "fn f<'a>(x: &'a str) -> &'a str { x } use crate::views;",
    ] {
        let found = violations_of("resolve/cases.rs", text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].starts_with("resolve/cases.rs: `resolve` imports `views"), "{text}: {found:?}");
    }
}

#[test]
fn what_is_allowed_or_no_import_is_left_alone() {
    for text in [
        "use crate::model::{Suite, suite::Test};",
        "use super::{index::Index, reach::{Scope, Via}};",
        "use crate::resolve::fold;",
        "// use crate::views::Audit;",
        "/* use crate::views; */",
        "const S: &str = \"use crate::views; \\\" use clap::Parser;\";",
        "const S: &str = r#\"use crate::views; \" use clap::Parser;\"#;",
        "mod tests { use super::*; }",
        "fn views() {} fn f() { self::views() }",
    ] {
        assert_eq!(violations_of("resolve/cases.rs", text), [""; 0], "{text}");
    }
}

#[test]
fn render_reads_the_data_of_views_and_nothing_inside_of_it() {
    assert_eq!(violations_of("render/json.rs", "use crate::views::{Audit, count};"), [""; 0]);
    let found = violations_of("render/json.rs", "use crate::views::fuzz::Fuzz;");
    assert_eq!(found, ["render/json.rs: `render` reaches inside of `views`: `views::fuzz::Fuzz`"]);
    assert_eq!(violations_of("views/mod.rs", "use crate::render::Format;").len(), 1);
}

#[test]
fn a_crate_of_another_stage_is_found() {
    for (path, text) in [
        ("resolve/fold.rs", "use tree_sitter::Node;"),
        ("views/mod.rs", "fn f(node: tree_sitter::Node) {}"),
        ("discover/mod.rs", "use {std::fs, syn::File};"),
        ("cli/audit.rs", "use comfy_table::Table;"),
        ("render/mod.rs", "use clap;"),
        ("engine.rs", "use indicatif::ProgressBar;"),
    ] {
        let found = violations_of(path, text);
        assert!(found.len() == 1 && found[0].contains(", which belongs to "), "{text}: {found:?}");
    }
    assert_eq!(violations_of("lang/mod.rs", "use tree_sitter::Node; use tree_sitter_python::LANGUAGE;"), [""; 0]);
    assert_eq!(violations_of("resolve/fold.rs", "fn f(async_syn: u8) { syn(); my_syn::f() }"), [""; 0]);
}

#[test]
fn a_file_with_too_much_code_is_found_and_comments_do_not_count() {
    let line = "fn f() {}\n";
    assert_eq!(violations_of("engine.rs", &line.repeat(MAX_CODE_LINES)), [""; 0]);
    assert_eq!(violations_of("engine.rs", &("// why\n\n".repeat(900) + line)), [""; 0]);
    let found = violations_of("engine.rs", &line.repeat(MAX_CODE_LINES + 1));
    assert_eq!(found, ["engine.rs: 501 lines of code, more than 500: split it by idea"]);
}

#[test]
fn a_stage_without_a_row_is_found() {
    assert_eq!(violations_of("newcomer.rs", ""), ["newcomer.rs: the stage `newcomer` has no row in `STAGES`"]);
}
