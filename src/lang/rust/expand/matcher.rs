//! Whether what was passed matches a rule, and what its variables then stand for.
//!
//! rustc's algorithm (`TtParser::parse_tt` of `rustc_expand/src/mbe/macro_parser.rs`): all ways through the matcher advance
//! together, token by token, without backtracking. A fragment is only measured where nothing else is possible.

use super::NoExpansion;
use super::definition::{Location, Pattern, Repetition, Rule};
use super::extent::operator;
use super::fragments::{self, Kind};
use crate::model::rust::{Delimiter, Token, TokenKind};

/// What a variable stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Matched<'i> {
    /// These tokens, as this kind of fragment.
    One(Kind, &'i [Token]),
    /// One for each repetition.
    Many(Vec<Matched<'i>>),
}

/// What each variable of the rule stands for; `None` where the rule does not match.
///
/// # Errors
/// Where rustc tries no further rule: a fragment is broken, or the rule matches in several ways.
pub(super) fn bindings<'i>(rule: &Rule, input: &'i [Token]) -> Result<Option<Vec<Matched<'i>>>, NoExpansion> {
    let mut position = Position { frames: vec![(input, 0)] };
    let mut run = Run { rule, events: Vec::new(), visits: vec![(0, 0); rule.matcher.len()], step: 0 };
    let mut threads = vec![Thread { location: 0, last: None }];
    loop {
        let current = position.current();
        let step = run.step(threads, &current, &position);
        if matches!(current, Current::End) {
            return match *step.ended {
                [] => Ok(None),
                [thread] => Ok(Some(run.collect(thread.last))),
                _ => Err(NoExpansion::Ambiguous),
            };
        }
        threads = match (&*step.advanced, &*step.fragments) {
            ([], []) => return Ok(None),
            (_, []) => {
                position.advance(&current);
                step.advanced
            }
            ([], [thread]) => {
                let Location::Variable { kind, index, depth } = rule.matcher[thread.location] else {
                    return Err(NoExpansion::NoRule);
                };
                let tokens = position.take_fragment(kind)?;
                let last = run.record(thread.last, index, depth, Some((kind, tokens)));
                vec![Thread { location: thread.location + 1, last }]
            }
            _ => return Err(NoExpansion::Ambiguous),
        };
    }
}

/// What stands at the position in the input.
enum Current<'i> {
    /// The end of all.
    End,
    /// A closing bracket.
    Close,
    Open(Delimiter),
    /// An operator, of one character or several.
    Operator(&'static str),
    /// A name, lifetime or literal, or a fragment of an earlier expansion, which no token matches.
    Token(&'i Token),
}

impl Current<'_> {
    fn is(&self, pattern: &Pattern) -> bool {
        match self {
            Self::Operator(operator) => *pattern == Pattern::Operator(operator),
            Self::Token(token) => match (&token.kind, pattern) {
                (TokenKind::Ident(text), Pattern::Ident(expected))
                | (TokenKind::Lifetime(text), Pattern::Lifetime(expected))
                | (TokenKind::Literal(text), Pattern::Literal(expected)) => text == expected,
                _ => false,
            },
            Self::End | Self::Close | Self::Open(_) => false,
        }
    }
}

/// A position in the input: the brackets around it from the outermost in, each with how far it was read.
struct Position<'i> {
    frames: Vec<(&'i [Token], usize)>,
}

impl<'i> Position<'i> {
    /// What is left within the innermost brackets.
    fn rest(&self) -> &'i [Token] {
        self.frames.last().map_or(&[], |(tokens, at)| tokens.get(*at..).unwrap_or(&[]))
    }

    fn current(&self) -> Current<'i> {
        let rest = self.rest();
        match rest.first() {
            None if self.frames.len() > 1 => Current::Close,
            None => Current::End,
            Some(token) => match &token.kind {
                TokenKind::Group(group) if group.delimiter != Delimiter::None => Current::Open(group.delimiter),
                TokenKind::Punct { .. } => operator(rest).map_or(Current::Token(token), Current::Operator),
                _ => Current::Token(token),
            },
        }
    }

    fn skip(&mut self, count: usize) {
        if let Some((_, at)) = self.frames.last_mut() {
            *at += count;
        }
    }

    fn advance(&mut self, current: &Current<'i>) {
        match current {
            Current::End => {}
            Current::Close => {
                self.frames.pop();
            }
            Current::Operator(operator) => self.skip(operator.len()),
            Current::Token(_) => self.skip(1),
            Current::Open(_) => {
                let rest = self.rest();
                self.skip(1);
                if let Some(Token { kind: TokenKind::Group(group), .. }) = rest.first() {
                    self.frames.push((&group.tokens, 0));
                }
            }
        }
    }

    fn take_fragment(&mut self, kind: Kind) -> Result<&'i [Token], NoExpansion> {
        let rest = self.rest();
        let length = fragments::length(kind, rest).ok_or(NoExpansion::BadFragment(kind.name()))?;
        self.skip(length);
        Ok(&rest[..length])
    }
}

/// One way through the matcher, up to a location.
#[derive(Debug, Clone, Copy)]
struct Thread {
    location: usize,
    /// What it recorded last.
    last: Option<usize>,
}

/// Something that a thread recorded: a chain, so that threads share what they have in common.
struct Event<'i> {
    before: Option<usize>,
    variable: usize,
    depth: usize,
    /// `None` where a repetition begins.
    value: Option<(Kind, &'i [Token])>,
}

struct Run<'r, 'i> {
    rule: &'r Rule,
    events: Vec<Event<'i>>,
    /// For each location, the last step that came by, and how often.
    visits: Vec<(usize, u8)>,
    step: usize,
}

/// Where the threads are once the current token was looked at.
#[derive(Default)]
struct Step {
    /// They matched the token.
    advanced: Vec<Thread>,
    /// They wait for a fragment that may begin here.
    fragments: Vec<Thread>,
    /// They are through, and so is the input.
    ended: Vec<Thread>,
}

impl<'i> Run<'_, 'i> {
    fn record(
        &mut self,
        before: Option<usize>,
        variable: usize,
        depth: usize,
        value: Option<(Kind, &'i [Token])>,
    ) -> Option<usize> {
        self.events.push(Event { before, variable, depth, value });
        Some(self.events.len() - 1)
    }

    /// Whether a thread at this location is still news in this step. Two that come to the same location have the same
    /// future, so that the rule is ambiguous if it goes well; a third would tell nothing more, but there could be very many.
    fn visit(&mut self, location: usize) -> bool {
        let (step, count) = &mut self.visits[location];
        if *step != self.step {
            (*step, *count) = (self.step, 0);
        }
        *count += 1;
        *count <= 2
    }

    fn step(&mut self, mut threads: Vec<Thread>, current: &Current<'i>, position: &Position<'i>) -> Step {
        self.step += 1;
        let mut step = Step::default();
        while let Some(mut thread) = threads.pop() {
            if !self.visit(thread.location) {
                continue;
            }
            match &self.rule.matcher[thread.location] {
                Location::Token(pattern) => {
                    if current.is(pattern) {
                        step.advanced.push(Thread { location: thread.location + 1, ..thread });
                    }
                }
                Location::Open(delimiter) => {
                    if matches!(current, Current::Open(open) if open == delimiter) {
                        step.advanced.push(Thread { location: thread.location + 1, ..thread });
                    }
                }
                Location::Close => {
                    if matches!(current, Current::Close) {
                        step.advanced.push(Thread { location: thread.location + 1, ..thread });
                    }
                }
                Location::Sequence { repetition, variables, after, depth } => {
                    for variable in variables.clone() {
                        thread.last = self.record(thread.last, variable, *depth, None);
                    }
                    if *repetition != Repetition::OneOrMore {
                        threads.push(Thread { location: *after, ..thread });
                    }
                    threads.push(Thread { location: thread.location + 1, ..thread });
                }
                Location::Again { repetition, first } => {
                    threads.push(Thread { location: thread.location + 1, ..thread });
                    if *repetition != Repetition::ZeroOrOne {
                        threads.push(Thread { location: *first, ..thread });
                    }
                }
                Location::Separator(separator) => {
                    threads.push(Thread { location: thread.location + 2, ..thread });
                    if current.is(separator) {
                        step.advanced.push(Thread { location: thread.location + 1, ..thread });
                    }
                }
                Location::Behind { first } => threads.push(Thread { location: *first, ..thread }),
                Location::Variable { kind, .. } => {
                    if fragments::may_begin(*kind, position.rest()) {
                        step.fragments.push(thread);
                    }
                }
                Location::End => {
                    if matches!(current, Current::End) {
                        step.ended.push(thread);
                    }
                }
            }
        }
        step
    }

    /// What the variables stand for, from all that one thread recorded.
    fn collect(&self, last: Option<usize>) -> Vec<Matched<'i>> {
        let mut chain: Vec<&Event<'i>> =
            std::iter::successors(last.map(|last| &self.events[last]), |event| Some(&self.events[event.before?]))
                .collect();
        chain.reverse();
        let mut bindings = vec![Matched::Many(Vec::new()); self.rule.variables.len()];
        for event in chain {
            let value = match event.value {
                Some((kind, tokens)) => Matched::One(kind, tokens),
                None => Matched::Many(Vec::new()),
            };
            place(&mut bindings[event.variable], event.depth, value);
        }
        bindings
    }
}

/// Puts a value where it belongs: at depth 0 it is all, deeper it joins the last repetition of the depth above.
fn place<'i>(slot: &mut Matched<'i>, depth: usize, value: Matched<'i>) {
    match slot {
        Matched::Many(values) if depth == 1 => values.push(value),
        Matched::Many(values) if depth > 1 => {
            if let Some(last) = values.last_mut() {
                place(last, depth - 1, value);
            }
        }
        _ => *slot = value,
    }
}
