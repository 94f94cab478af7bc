//! The right side of a rule with its variables replaced. rustc: `rustc_expand/src/mbe/transcribe.rs`.

use std::num::NonZeroU32;

use super::definition::Repetition;
use super::fragments::Kind;
use super::matcher::Matched;
use super::{Budget, NoExpansion, count};
use crate::model::rust::token::Origin;
use crate::model::rust::{Delimiter, Group, Token, TokenKind};

/// A piece of a rule's right side.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Template {
    Token(TokenKind, Written),
    Group {
        delimiter: Delimiter,
        written: Written,
        inside: Vec<Template>,
    },
    /// `$name`, by its position among the variables of the rule.
    Variable(usize),
    /// `$(…) separator operator`, with the variables that are used in it.
    Repeat {
        inside: Vec<Template>,
        separator: Vec<TokenKind>,
        repetition: Repetition,
        variables: Vec<usize>,
    },
    /// `${count($name, depth)}`.
    Count {
        index: usize,
        depth: usize,
    },
    /// `${ignore($name)}`.
    Ignore(usize),
    /// `${index(depth)}`.
    Index(usize),
    /// `${len(depth)}`.
    Length(usize),
    /// `${concat(…)}`.
    Concat(Vec<Part>, Written),
}

/// Where a token of a definition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Written {
    line: u32,
    /// Where the definition itself was written by a macro.
    origin: Option<Origin>,
}

impl Written {
    pub(super) fn of(token: &Token) -> Self {
        Self { line: token.line, origin: token.origin }
    }
}

/// A piece of `${concat(…)}`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Text(Box<str>),
    Variable(usize),
}

/// The templates with these bindings, of a definition in this file.
///
/// # Errors
/// Where the repetitions do not fit what was matched, or the budget is used up.
pub(super) fn transcribe(
    templates: &[Template],
    bindings: &[Matched<'_>],
    file: Option<NonZeroU32>,
    line: u32,
    budget: &mut Budget,
) -> Result<Vec<Token>, NoExpansion> {
    let mut transcriber = Transcriber { bindings, file, line, budget, repeats: Vec::new() };
    let mut output = Vec::new();
    transcriber.all(templates, &mut output)?;
    Ok(output)
}

struct Transcriber<'b, 'i> {
    bindings: &'b [Matched<'i>],
    file: Option<NonZeroU32>,
    line: u32,
    budget: &'b mut Budget,
    /// The repetitions around, from the outermost in: which one this is, of how many.
    repeats: Vec<(usize, usize)>,
}

impl<'b, 'i> Transcriber<'b, 'i> {
    /// Recursive: the definition's depth is limited.
    fn all(&mut self, templates: &[Template], output: &mut Vec<Token>) -> Result<(), NoExpansion> {
        for template in templates {
            match template {
                Template::Token(kind, written) => self.write(kind.clone(), Some(*written), output)?,
                Template::Group { delimiter, written, inside } => {
                    let mut tokens = Vec::with_capacity(inside.len());
                    self.all(inside, &mut tokens)?;
                    let group = Group { delimiter: *delimiter, tokens, end_line: self.line, end: 0 };
                    self.write(TokenKind::Group(Box::new(group)), Some(*written), output)?;
                }
                Template::Variable(index) => self.variable(*index, output)?,
                Template::Repeat { inside, separator, repetition, variables } => {
                    let length = self.length(variables)?;
                    if length == 0 && *repetition == Repetition::OneOrMore {
                        return Err(NoExpansion::BadTranscription("a repetition with `+` has nothing to repeat"));
                    }
                    self.repeat(inside, separator, length, output)?;
                }
                Template::Ignore(_) => {}
                Template::Count { index, depth } => {
                    let matched = self.lookup(*index);
                    let count = counted(matched, *depth).to_string();
                    self.write(TokenKind::Literal(count.into()), None, output)?;
                }
                Template::Index(depth) => {
                    let index = self.repeated(*depth)?.0.to_string();
                    self.write(TokenKind::Literal(index.into()), None, output)?;
                }
                Template::Length(depth) => {
                    let length = self.repeated(*depth)?.1.to_string();
                    self.write(TokenKind::Literal(length.into()), None, output)?;
                }
                Template::Concat(parts, written) => {
                    let name = parts.iter().map(|part| self.part(part)).collect::<Result<String, NoExpansion>>()?;
                    self.write(TokenKind::Ident(name.into()), Some(*written), output)?;
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, kind: TokenKind, written: Option<Written>, output: &mut Vec<Token>) -> Result<(), NoExpansion> {
        self.budget.take(1)?;
        let origin = written.zip(self.file).map(|(Written { line, origin }, file)| match origin {
            Some(origin) => origin,
            None if file == Origin::FOREIGN_FILE => Origin { file, line: self.line },
            None => Origin { file, line },
        });
        output.push(Token { kind, line: self.line, offset: 0, origin });
        Ok(())
    }

    fn repeat(
        &mut self,
        inside: &[Template],
        separator: &[TokenKind],
        length: usize,
        output: &mut Vec<Token>,
    ) -> Result<(), NoExpansion> {
        for index in 0..length {
            // A repetition that writes nothing costs time all the same.
            self.budget.take(1)?;
            if index > 0 {
                for kind in separator {
                    self.write(kind.clone(), None, output)?;
                }
                alone(output);
            }
            self.repeats.push((index, length));
            let result = self.all(inside, output);
            self.repeats.pop();
            result?;
        }
        Ok(())
    }

    /// What a variable stands for within the repetitions around. rustc: `lookup_cur_matched`.
    fn lookup(&self, index: usize) -> &'b Matched<'i> {
        let mut matched = &self.bindings[index];
        for (repeat, _) in &self.repeats {
            match matched {
                Matched::Many(values) => match values.get(*repeat) {
                    Some(value) => matched = value,
                    None => break,
                },
                Matched::One(..) => break,
            }
        }
        matched
    }

    /// How often to repeat what uses these variables. rustc: `lockstep_iter_size`.
    fn length(&self, variables: &[usize]) -> Result<usize, NoExpansion> {
        let mut length = None;
        for index in variables {
            if let Matched::Many(values) = self.lookup(*index) {
                if length.is_some_and(|length| length != values.len()) {
                    return Err(NoExpansion::BadTranscription("variables repeat different numbers of times"));
                }
                length = Some(values.len());
            }
        }
        length.ok_or(NoExpansion::BadTranscription("a repetition has no variable that repeats"))
    }

    fn repeated(&self, depth: usize) -> Result<(usize, usize), NoExpansion> {
        let found = self.repeats.iter().rev().nth(depth).copied();
        found.ok_or(NoExpansion::BadTranscription("`${…}` stands outside of a repetition"))
    }

    fn variable(&mut self, index: usize, output: &mut Vec<Token>) -> Result<(), NoExpansion> {
        let Matched::One(kind, tokens) = self.lookup(index) else {
            return Err(NoExpansion::BadTranscription("a variable still repeats"));
        };
        self.budget.take(1 + count(tokens))?;
        match (kind, tokens) {
            (Kind::Ident | Kind::Lifetime | Kind::TokenTree, _) => output.extend_from_slice(tokens),
            // One literal is nothing that operators could take apart, and predicates are read token by token.
            (Kind::Literal, [_]) => output.extend_from_slice(tokens),
            (_, [token]) if token.group(Delimiter::None).is_some() => output.push(token.clone()),
            _ => {
                let first = tokens.first();
                let (line, offset) = first.map_or((self.line, 0), |token| (token.line, token.offset));
                let origin = first.and_then(|token| token.origin);
                let (end_line, end) = tokens.last().map_or((line, offset), |token| match &token.kind {
                    TokenKind::Group(group) => (group.end_line, group.end),
                    _ => (token.line, token.offset),
                });
                let mut tokens = tokens.to_vec();
                alone(&mut tokens);
                let group = Group { delimiter: Delimiter::None, tokens, end_line, end };
                output.push(Token { kind: TokenKind::Group(Box::new(group)), line, offset, origin });
            }
        }
        alone(output);
        Ok(())
    }

    fn part(&self, part: &Part) -> Result<String, NoExpansion> {
        let index = match part {
            Part::Text(text) => return Ok(text.trim_start_matches("r#").to_owned()),
            Part::Variable(index) => *index,
        };
        let text = match self.lookup(index) {
            Matched::One(_, [token]) => match &token.kind {
                TokenKind::Ident(text) => Some(text.trim_start_matches("r#").to_owned()),
                TokenKind::Literal(text) => Some(token.string().unwrap_or_else(|| text.to_string())),
                _ => None,
            },
            _ => None,
        };
        text.ok_or(NoExpansion::BadTranscription("`${concat(…)}` of something that is no name"))
    }
}

/// Makes the last operator end where it ends: what follows was not written behind it.
fn alone(tokens: &mut [Token]) {
    if let Some(Token { kind: TokenKind::Punct { joint, .. }, .. }) = tokens.last_mut() {
        *joint = false;
    }
}

/// `${count(…)}`: how many repetitions there are, `up` levels above the innermost. rustc: `count_repetitions`.
fn counted(matched: &Matched<'_>, up: usize) -> usize {
    match matched {
        Matched::Many(values) if nesting(matched) > up + 1 => values.iter().map(|value| counted(value, up)).sum(),
        Matched::Many(values) => values.len(),
        Matched::One(..) => 1,
    }
}

fn nesting(matched: &Matched<'_>) -> usize {
    std::iter::successors(Some(matched), |matched| match matched {
        Matched::Many(values) => values.first(),
        Matched::One(..) => None,
    })
    .filter(|matched| matches!(matched, Matched::Many(_)))
    .count()
}
