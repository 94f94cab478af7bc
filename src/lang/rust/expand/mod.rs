//! Macros by example: definitions applied to calls, token trees to token trees.
//!
//! Owns one step of one call. Refuses to know where definitions come from, which of them a name means, and how often an
//! expansion is expanded again: whoever walks the items knows that.

mod builtin;
pub mod convert;
mod definition;
mod docs;
mod extent;
mod fragments;
mod matcher;
mod strings;
mod transcribe;

pub use builtin::builtin;
pub use definition::Definition;
pub use extent::items::split as split_items;
pub use strings::{string_value, string_value_with};

use std::fmt;
use std::num::NonZeroU32;

use crate::model::rust::{Delimiter, Group, Token, TokenKind};

/// How much the expansions of a crate may still write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Tokens left; a bracketed group counts as one besides what is in it.
    pub tokens: usize,
}

impl Budget {
    /// A budget of this many tokens.
    pub fn new(tokens: usize) -> Self {
        Self { tokens }
    }

    fn take(&mut self, count: usize) -> Result<(), NoExpansion> {
        self.tokens = self.tokens.checked_sub(count).ok_or(NoExpansion::TooLarge)?;
        Ok(())
    }
}

/// Why a call has no expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoExpansion {
    /// No rule matches.
    NoRule,
    /// A rule matches in several ways, which rustc refuses.
    Ambiguous,
    /// Something that begins like a fragment is none, which rustc refuses without a look at the other rules.
    BadFragment(&'static str),
    /// The rule's right side does not fit what was matched; what is wrong.
    BadTranscription(&'static str),
    /// Brackets are nested too deep.
    TooDeep,
    /// The budget is used up.
    TooLarge,
}

impl fmt::Display for NoExpansion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRule => formatter.write_str("no rule of the macro matches"),
            Self::Ambiguous => formatter.write_str("a rule of the macro matches in several ways"),
            Self::BadFragment(kind) => write!(formatter, "what was passed is no `{kind}`"),
            Self::BadTranscription(reason) => formatter.write_str(reason),
            Self::TooDeep => formatter.write_str("brackets are nested too deep"),
            Self::TooLarge => formatter.write_str("macros write more than is read"),
        }
    }
}

/// Brackets nested deeper than this are not expanded. rustc's own recursion over them ends at 128 by default.
const MAX_DEPTH: usize = 256;

/// What a call with these tokens in its brackets stands for: the first rule that matches, transcribed. Fragments that rustc
/// parses once stand in groups without brackets ([`Delimiter::None`]); see [`visible`].
///
/// What the definition wrote stands on `call_line` with offset 0, and has an origin where the definition's file is known; what
/// was passed keeps its place. Documentation comments
/// that were passed are `#[doc = r"…"]` in the result, each token on the line of the comment.
///
/// # Errors
/// Where rustc would report one, or where a limit is reached.
pub fn expand(
    definition: &Definition,
    input: &[Token],
    call_line: u32,
    budget: &mut Budget,
) -> Result<Vec<Token>, NoExpansion> {
    if deeper_than(input, MAX_DEPTH) {
        return Err(NoExpansion::TooDeep);
    }
    let input = docs::as_attributes(input);
    for rule in definition.rules() {
        if let Some(bindings) = matcher::bindings(rule, &input)? {
            return transcribe::transcribe(&rule.template, &bindings, definition.file, call_line, budget);
        }
    }
    Err(NoExpansion::NoRule)
}

/// [`expand`] with rules as they stand in the brackets of `macro_rules!` in this file; `tokens` are those that may still be
/// written: none once they did not suffice.
///
/// # Errors
/// Why there is no expansion, in words.
pub fn by_example(
    rules: &[Token],
    file: Option<NonZeroU32>,
    input: &[Token],
    call_line: u32,
    tokens: &mut usize,
) -> Result<Vec<Token>, String> {
    let definition = Definition::read(rules)?.in_file(file);
    let mut budget = Budget::new(*tokens);
    let expansion = expand(&definition, input, call_line, &mut budget);
    *tokens = if expansion == Err(NoExpansion::TooLarge) { 0 } else { budget.tokens };
    expansion.map_err(|error| error.to_string())
}

/// The tokens without groups that have no brackets: what stands in these stands in their place.
pub fn visible(tokens: &[Token]) -> Vec<Token> {
    if deeper_than(tokens, 2 * MAX_DEPTH) {
        return tokens.to_vec();
    }
    let mut flat = Vec::with_capacity(tokens.len());
    append_visible(tokens, &mut flat);
    flat
}

fn append_visible(tokens: &[Token], flat: &mut Vec<Token>) {
    for token in tokens {
        match &token.kind {
            TokenKind::Group(group) if group.delimiter == Delimiter::None => append_visible(&group.tokens, flat),
            TokenKind::Group(group) => {
                let mut tokens = Vec::with_capacity(group.tokens.len());
                append_visible(&group.tokens, &mut tokens);
                let group = Group { delimiter: group.delimiter, tokens, end_line: group.end_line, end: group.end };
                flat.push(Token {
                    kind: TokenKind::Group(Box::new(group)),
                    line: token.line,
                    offset: token.offset,
                    origin: token.origin,
                });
            }
            _ => flat.push(token.clone()),
        }
    }
}

/// Whether brackets are nested deeper than this.
fn deeper_than(tokens: &[Token], limit: usize) -> bool {
    let mut open = vec![tokens.iter()];
    while let Some(tokens) = open.last_mut() {
        match tokens.next() {
            None => {
                open.pop();
            }
            Some(Token { kind: TokenKind::Group(group), .. }) => {
                open.push(group.tokens.iter());
                if open.len() > limit {
                    return true;
                }
            }
            Some(_) => {}
        }
    }
    false
}

/// How many tokens these are, with those in brackets.
fn count(tokens: &[Token]) -> usize {
    let mut open = vec![tokens];
    let mut count = 0;
    while let Some(tokens) = open.pop() {
        count += tokens.len();
        open.extend(tokens.iter().filter_map(|token| match &token.kind {
            TokenKind::Group(group) => Some(&*group.tokens),
            _ => None,
        }));
    }
    count
}
