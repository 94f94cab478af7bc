//! One file of Rust: rustc's lexer, token trees, items. The same reader of items serves files, what macros expand to, and
//! broken syntax. Owns what the text says; refuses to know which of it is compiled, and other files.

mod attributes;
mod bodies;
mod calls;
pub mod code;
pub mod doctests;
pub mod expand;
mod functions;
mod generators;
mod guards;
mod hazards;
mod imports;
mod items;
mod lex;
mod members;
mod predicates;
mod reader;
mod suppressions;
mod syntax;
mod trees;

pub use bodies::statements;
pub use items::{file, items};
pub use syntax::STACK;
pub use trees::{MAX_DEPTH, TokenTrees, token_trees};

use std::sync::Arc;

use crate::model::rust::RustFacts;
use crate::model::{FileFacts, Problem, ProblemKind};

/// Everything that a file says, as facts of any language, and whether it is Rust at all. Needs a stack of [`STACK`] bytes.
pub(super) fn file_facts(path: &str, text: &[u8]) -> FileFacts {
    let text = String::from_utf8_lossy(text);
    let trees = token_trees(&text);
    // What the lexer does not understand, syn does not either.
    let error = if trees.problems.is_empty() { syntax::error(&text, &trees.tokens) } else { None };
    let mut facts = read(&text, trees);
    facts.problems.extend(error.map(|(line, message)| (line, ProblemKind::Syntax, message)));
    let problems = std::mem::take(&mut facts.problems).into_iter();
    let problems = problems.map(|(line, kind, message)| Problem::at(path, line, kind, message)).collect();
    let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    let suppressions = suppressions::find(&text);
    FileFacts { lines, parsed: true, problems, suppressions, rust: Some(Arc::new(facts)), ..FileFacts::default() }
}

/// Everything that a file's text says.
pub fn facts(text: &str) -> RustFacts {
    read(text, token_trees(text))
}

fn read(text: &str, trees: TokenTrees) -> RustFacts {
    let TokenTrees { tokens, problems, too_deep } = trees;
    let (attributes, items) = file(&tokens);
    let mut problems: Vec<_> =
        problems.into_iter().map(|(line, message)| (line, ProblemKind::Syntax, message)).collect();
    problems.extend(too_deep.map(|line| {
        (
            line,
            ProblemKind::TooDeep,
            format!("brackets are nested deeper than {MAX_DEPTH} levels; what is in them was not read"),
        )
    }));
    problems.sort();
    let features = predicates::features(&tokens, text);
    let printed_cfgs = predicates::printed_cfgs(&tokens, text);
    RustFacts { attributes, items, features, printed_cfgs, problems }
}
