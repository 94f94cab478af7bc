//! Blocks of code in one item's documentation: rustdoc's `find_codes` (`html/markdown.rs`) with `visit_testable`
//! (`doctest/rust.rs`), which says what lines count from.
//!
//! Refuses to know where the documentation comes from.

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use super::fragments;
use super::lang_string::LangString;
use crate::model::Edition;
use crate::model::rust::{CodeBlock, Fragment, FragmentKind, Mode};

/// The blocks of code that rustdoc lists as tests, in the order of the text.
///
/// `documentation` is all of one item's documentation: outer before inner, each in source order. Of `mod name;` these stand
/// in two files and are one text all the same, whose lines count from the first of them.
/// `edition` is that of the crate, or of the macro's crate where a macro wrote the first fragment.
pub fn code_blocks(documentation: &[Fragment], edition: Edition) -> Vec<CodeBlock> {
    let Some((base, first_line)) = origin(documentation, edition) else {
        return Vec::new();
    };
    let text = fragments::joined(documentation);
    let mut events = Parser::new_ext(&text, main_body_options()).into_offset_iter();
    let mut code_blocks = Vec::new();
    let mut counted_to = 0;
    let mut lines = 0;
    while let Some((event, range)) = events.next() {
        let Event::Start(Tag::CodeBlock(kind)) = event else {
            continue;
        };
        let lang_string = match kind {
            CodeBlockKind::Fenced(info) => LangString::parse(&info),
            CodeBlockKind::Indented => LangString::default(),
        };
        if !lang_string.rust {
            continue;
        }
        let mut code = String::new();
        while let Some((Event::Text(text), _)) = events.next() {
            code.push_str(&text);
        }
        let between = text.get(counted_to..range.start).unwrap_or_default();
        lines += between.lines().count();
        // The line that the block begins on was counted, if anything stands before it there.
        if lines != 0 && !between.ends_with('\n') {
            lines -= 1;
        }
        counted_to = range.start;
        let line = first_line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        code_blocks.push(code_block(line, base, &code, lang_string));
    }
    code_blocks
}

/// `main_body_opts` of rustc_resolve.
fn main_body_options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION
}

/// Which fragment lines count from, and its line; `None` where there is no documentation.
///
/// Before edition 2024 it is the first attribute. Since then it is where the span from the first value to the last begins
/// (`span_of_fragments`), and what `include_str!` reads is loaded behind the file that includes it.
fn origin(documentation: &[Fragment], edition: Edition) -> Option<(usize, u32)> {
    let first = documentation.first()?;
    if edition < Edition::Rust2024 {
        return Some((0, first.line));
    }
    let last = documentation.len() - 1;
    let is_included = |fragment: &Fragment| fragment.kind == FragmentKind::Included;
    let base = if is_included(first) && !is_included(&documentation[last]) { last } else { 0 };
    Some((base, documentation[base].value_line))
}

fn code_block(line: u32, base: usize, code: &str, lang_string: LangString) -> CodeBlock {
    let mode = if lang_string.ignored {
        Mode::Ignore
    } else if lang_string.compile_fail {
        Mode::CompileFail
    } else if lang_string.no_run {
        Mode::NoRun
    } else if lang_string.should_panic {
        Mode::ShouldPanic
    } else {
        Mode::Run
    };
    let lines: Vec<Cow<str>> = code.lines().map(compiled_line).collect();
    CodeBlock {
        line,
        base,
        mode,
        ignored_on: lang_string.ignored_on,
        edition: lang_string.edition,
        test_harness: lang_string.test_harness,
        standalone_crate: lang_string.standalone_crate,
        text: lines.join("\n").into(),
    }
}

/// A line without the `#` that hides it from readers: `map_line` of rustdoc.
fn compiled_line(line: &str) -> Cow<'_, str> {
    let trimmed = line.trim();
    if trimmed.starts_with("##") {
        Cow::Owned(line.replacen("##", "#", 1))
    } else if let Some(hidden) = trimmed.strip_prefix("# ") {
        Cow::Borrowed(hidden)
    } else if trimmed == "#" {
        Cow::Borrowed("")
    } else {
        Cow::Borrowed(line)
    }
}
