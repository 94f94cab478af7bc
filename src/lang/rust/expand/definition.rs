//! One `macro_rules!`, read: its rules as programs for the matcher and as templates.
//!
//! The shapes are those of `rustc_expand::mbe`: `MatcherLoc` (`macro_parser.rs`) and `TokenTree` (`quoted.rs`).

use std::num::NonZeroU32;

use super::MAX_DEPTH;
use super::extent::operator;
use super::fragments::Kind;
use super::transcribe::{Part, Template, Written};
use crate::model::rust::{Delimiter, Token, TokenKind};

/// The rules of one macro.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    rules: Vec<Rule>,
    /// The file that it stands in, by the number that what it writes refers to it with.
    pub(super) file: Option<NonZeroU32>,
}

/// One rule: `(matcher) => {template}`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rule {
    /// The left side, flat; the last one is [`Location::End`].
    pub(super) matcher: Vec<Location>,
    /// Names of its variables, in order.
    pub(super) variables: Vec<Box<str>>,
    /// The right side, without its brackets.
    pub(super) template: Vec<Template>,
}

/// A place within a matcher.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Location {
    /// This token.
    Token(Pattern),
    /// An opening bracket.
    Open(Delimiter),
    /// A closing bracket; which one, the brackets of the input decide.
    Close,
    /// `$(`: the variables in it, and the place behind all of it.
    Sequence { repetition: Repetition, variables: std::ops::Range<usize>, after: usize, depth: usize },
    /// The end of what is repeated without a separator.
    Again { repetition: Repetition, first: usize },
    /// The end of what is repeated with this separator; [`Location::Behind`] follows.
    Separator(Pattern),
    /// Behind a separator.
    Behind { first: usize },
    /// `$name:kind`.
    Variable { kind: Kind, index: usize, depth: usize },
    /// The end of the matcher.
    End,
}

/// A token as matchers compare it: a whole operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    Ident(Box<str>),
    Lifetime(Box<str>),
    Literal(Box<str>),
    Operator(&'static str),
}

/// `*`, `+` or `?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repetition {
    ZeroOrMore,
    OneOrMore,
    ZeroOrOne,
}

impl Definition {
    /// Reads what stands in the brackets of `macro_rules! name { … }`, or the two groups `(…) {…}` behind `macro name`. Rules
    /// for attributes and derives (`attr(…) (…) => {…}`) are left out.
    ///
    /// # Errors
    /// A message, where this is no definition or is nested too deep.
    pub fn read(body: &[Token]) -> Result<Self, String> {
        if super::deeper_than(body, MAX_DEPTH / 2) {
            return Err("brackets are nested too deep".to_owned());
        }
        let mut rules = Vec::new();
        let mut rest = body;
        while !rest.is_empty() {
            let special = rest.first().is_some_and(|token| token.is_ident("attr") || token.is_ident("derive"));
            if special {
                rest = rest.get(1..).unwrap_or(&[]);
            }
            let left = group(rest.first()).ok_or("a rule does not begin with brackets")?;
            rest = &rest[1..];
            let mut right_side = rest;
            if special
                && let [next, behind @ ..] = rest
                && next.group(Delimiter::Parenthesis).is_some()
            {
                right_side = behind;
            }
            if operator(right_side) == Some("=>") {
                right_side = &right_side[2..];
            } else if !rules.is_empty() {
                return Err("a rule has no `=>`".to_owned());
            }
            let right = group(right_side.first()).ok_or("a rule has no right side in brackets")?;
            rest = &right_side[1..];
            if !special {
                rules.push(Rule::read(left, right)?);
            }
            if let [separator, behind @ ..] = rest {
                if !separator.is_punct(';') && !separator.is_punct(',') {
                    return Err("a `;` is missing between rules".to_owned());
                }
                rest = behind;
            }
        }
        Ok(Self { rules, file: None })
    }

    /// The same definition, standing in this file: what it writes knows its origin.
    #[must_use]
    pub fn in_file(self, file: Option<NonZeroU32>) -> Self {
        Self { file, ..self }
    }

    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

fn group(token: Option<&Token>) -> Option<&[Token]> {
    match &token?.kind {
        TokenKind::Group(group) => Some(&group.tokens),
        _ => None,
    }
}

impl Rule {
    fn read(left: &[Token], right: &[Token]) -> Result<Self, String> {
        let mut reader = MatcherReader { matcher: Vec::new(), variables: Vec::new() };
        reader.read(left, 0)?;
        reader.matcher.push(Location::End);
        let MatcherReader { matcher, variables } = reader;
        let template = TemplateReader { variables: &variables }.read(right)?;
        Ok(Self { matcher, variables, template })
    }
}

struct MatcherReader {
    matcher: Vec<Location>,
    variables: Vec<Box<str>>,
}

impl MatcherReader {
    fn read(&mut self, mut tokens: &[Token], depth: usize) -> Result<(), String> {
        while let [first, behind @ ..] = tokens {
            tokens = match &first.kind {
                // rustc passes them over (`MatcherLoc::Token` in `parse_tt_inner`).
                TokenKind::Doc(_) => behind,
                TokenKind::Punct { character: '$', .. } => self.read_dollar(behind, depth)?,
                TokenKind::Group(group) if group.delimiter == Delimiter::None => {
                    self.read(&group.tokens, depth)?;
                    behind
                }
                TokenKind::Group(group) => {
                    self.matcher.push(Location::Open(group.delimiter));
                    self.read(&group.tokens, depth)?;
                    self.matcher.push(Location::Close);
                    behind
                }
                _ => {
                    let (pattern, length) = pattern(tokens).ok_or("a matcher has a token that is none of Rust's")?;
                    self.matcher.push(Location::Token(pattern));
                    &tokens[length..]
                }
            };
        }
        Ok(())
    }

    /// Reads what follows a `$`, returns what is left.
    fn read_dollar<'t>(&mut self, tokens: &'t [Token], depth: usize) -> Result<&'t [Token], String> {
        let [first, behind @ ..] = tokens else { return Err("a matcher ends with `$`".to_owned()) };
        if let Some(group) = first.group(Delimiter::Parenthesis) {
            return self.read_sequence(&group.tokens, behind, depth);
        }
        if first.is_punct('$') {
            self.matcher.push(Location::Token(Pattern::Operator("$")));
            return Ok(behind);
        }
        if first.is_ident("crate") {
            self.matcher.push(Location::Token(Pattern::Ident("$crate".into())));
            return Ok(behind);
        }
        let name = first.ident().ok_or("`$` stands before neither a name nor parentheses")?;
        let [colon, kind, behind @ ..] = behind else { return Err(format!("`${name}` has no fragment specifier")) };
        let kind = kind.ident().filter(|_| colon.is_punct(':')).and_then(Kind::named);
        let mut kind = kind.ok_or_else(|| format!("`${name}` has no known fragment specifier"))?;
        // Up to edition 2018, `pat` was what `pat_param` is; only there may `|` follow it.
        if kind == Kind::Pattern && operator(behind) == Some("|") {
            kind = Kind::PatternWithoutOr;
        }
        let index = self.variables.len();
        self.variables.push(name.into());
        self.matcher.push(Location::Variable { kind, index, depth });
        Ok(behind)
    }

    fn read_sequence<'t>(
        &mut self,
        inside: &[Token],
        behind: &'t [Token],
        depth: usize,
    ) -> Result<&'t [Token], String> {
        let (separator, repetition, behind) = repetition(behind)?;
        let start = self.matcher.len();
        let first_variable = self.variables.len();
        self.matcher.push(Location::End);
        self.read(inside, depth + 1)?;
        let first = start + 1;
        match separator.map(|tokens| pattern(tokens).map(|(pattern, _)| pattern)) {
            None => self.matcher.push(Location::Again { repetition, first }),
            Some(None) => return Err("a separator is no token".to_owned()),
            Some(Some(separator)) => {
                let bar = separator == Pattern::Operator("|");
                if let Some(Location::Variable { kind: kind @ Kind::Pattern, .. }) = self.matcher.last_mut()
                    && bar
                {
                    *kind = Kind::PatternWithoutOr;
                }
                self.matcher.push(Location::Separator(separator));
                self.matcher.push(Location::Behind { first });
            }
        }
        let variables = first_variable..self.variables.len();
        self.matcher[start] = Location::Sequence { repetition, variables, after: self.matcher.len(), depth };
        Ok(behind)
    }
}

/// The token at the front as matchers compare it, and of how many [`Token`]s it is made.
fn pattern(tokens: &[Token]) -> Option<(Pattern, usize)> {
    match &tokens.first()?.kind {
        TokenKind::Ident(text) => Some((Pattern::Ident(text.clone()), 1)),
        TokenKind::Lifetime(text) => Some((Pattern::Lifetime(text.clone()), 1)),
        TokenKind::Literal(text) => Some((Pattern::Literal(text.clone()), 1)),
        TokenKind::Punct { .. } => operator(tokens).map(|operator| (Pattern::Operator(operator), operator.len())),
        TokenKind::Group(_) | TokenKind::Doc(_) => None,
    }
}

type Repeated<'t> = (Option<&'t [Token]>, Repetition, &'t [Token]);

/// The separator and the operator behind `$(…)`, and what is left. rustc: `parse_sep_and_kleene_op`.
fn repetition(tokens: &[Token]) -> Result<Repeated<'_>, String> {
    let named = |tokens: &[Token]| match operator(tokens) {
        Some("*") => Some(Repetition::ZeroOrMore),
        Some("+") => Some(Repetition::OneOrMore),
        Some("?") => Some(Repetition::ZeroOrOne),
        _ => None,
    };
    if let Some(repetition) = named(tokens) {
        return Ok((None, repetition, &tokens[1..]));
    }
    let missing = || "`$(…)` is followed by none of `*`, `+`, `?`".to_owned();
    let length = operator(tokens).map_or(1, str::len);
    let (separator, behind) = tokens.split_at_checked(length).ok_or_else(missing)?;
    let repetition = named(behind).ok_or_else(missing)?;
    Ok((Some(separator), repetition, &behind[1..]))
}

struct TemplateReader<'v> {
    variables: &'v [Box<str>],
}

impl TemplateReader<'_> {
    fn read(&self, mut tokens: &[Token]) -> Result<Vec<Template>, String> {
        let mut templates = Vec::with_capacity(tokens.len());
        while let [first, behind @ ..] = tokens {
            tokens = behind;
            match &first.kind {
                TokenKind::Punct { character: '$', .. } => tokens = self.read_dollar(first, behind, &mut templates)?,
                TokenKind::Group(group) => {
                    let inside = self.read(&group.tokens)?;
                    let (delimiter, written) = (group.delimiter, Written::of(first));
                    templates.push(Template::Group { delimiter, written, inside });
                }
                TokenKind::Punct { character, joint } => {
                    // What is put in the place of a variable was never one operator with what stands before it.
                    let joint = *joint && !behind.first().is_some_and(|next| next.is_punct('$'));
                    let kind = TokenKind::Punct { character: *character, joint };
                    templates.push(Template::Token(kind, Written::of(first)));
                }
                kind => templates.push(Template::Token(kind.clone(), Written::of(first))),
            }
        }
        Ok(templates)
    }

    fn variable(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|variable| **variable == *name)
    }

    fn read_dollar<'t>(
        &self,
        dollar: &Token,
        tokens: &'t [Token],
        templates: &mut Vec<Template>,
    ) -> Result<&'t [Token], String> {
        let Some((first, behind)) = tokens.split_first() else {
            templates.push(Template::Token(dollar.kind.clone(), Written::of(dollar)));
            return Ok(tokens);
        };
        if let Some(group) = first.group(Delimiter::Parenthesis) {
            let (separator, repetition, behind) = repetition(behind)?;
            let inside = self.read(&group.tokens)?;
            let mut variables = Vec::new();
            used(&inside, &mut variables);
            let separator = separator.unwrap_or(&[]).iter().map(|token| token.kind.clone()).collect();
            templates.push(Template::Repeat { inside, separator, repetition, variables });
            return Ok(behind);
        }
        if let Some(group) = first.group(Delimiter::Brace) {
            templates.push(self.read_expression(&group.tokens, Written::of(dollar))?);
            return Ok(behind);
        }
        let single = Template::Token(TokenKind::Punct { character: '$', joint: false }, Written::of(dollar));
        if first.is_punct('$') {
            templates.push(single);
            return Ok(behind);
        }
        let Some(name) = first.ident() else {
            templates.push(single);
            return Ok(tokens);
        };
        if name == "crate" {
            templates.push(Template::Token(TokenKind::Ident("$crate".into()), Written::of(dollar)));
        } else if let Some(index) = self.variable(name) {
            templates.push(Template::Variable(index));
        } else {
            // A variable of a macro that this one defines.
            templates.push(single);
            templates.push(Template::Token(first.kind.clone(), Written::of(first)));
        }
        Ok(behind)
    }

    /// Reads `${…}`: "metavariable expressions" of the unstable book.
    fn read_expression(&self, tokens: &[Token], written: Written) -> Result<Template, String> {
        let [name, arguments] = tokens else { return Err("`${…}` is no metavariable expression".to_owned()) };
        let arguments = arguments.group(Delimiter::Parenthesis).ok_or("`${…}` has no arguments")?;
        let arguments: Vec<&[Token]> =
            arguments.tokens.split(|token| token.is_punct(',')).filter(|part| !part.is_empty()).collect();
        let variable = |tokens: &[Token]| match tokens {
            [name] => name.ident().and_then(|name| self.variable(name)),
            [dollar, name] if dollar.is_punct('$') => name.ident().and_then(|name| self.variable(name)),
            _ => None,
        };
        let depth = |at: usize| -> Option<usize> {
            arguments.get(at).map_or(Some(0), |tokens| tokens.first()?.literal()?.parse().ok())
        };
        let first = arguments.first().copied().unwrap_or(&[]);
        let template = match name.ident() {
            Some("count") => variable(first).zip(depth(1)).map(|(index, depth)| Template::Count { index, depth }),
            Some("ignore") => variable(first).map(Template::Ignore),
            Some("index") => depth(0).map(Template::Index),
            Some("len") => depth(0).map(Template::Length),
            Some("concat") => {
                let part = |tokens: &&[Token]| match tokens {
                    [token] => match &token.kind {
                        TokenKind::Ident(text) => Some(Part::Text(text.clone())),
                        TokenKind::Literal(_) => token.string().map(|text| Part::Text(text.into())),
                        _ => None,
                    },
                    tokens => variable(tokens).map(Part::Variable),
                };
                arguments.iter().map(part).collect::<Option<Vec<Part>>>().map(|parts| Template::Concat(parts, written))
            }
            _ => None,
        };
        template.ok_or_else(|| "`${…}` is no metavariable expression".to_owned())
    }
}

/// Adds the variables that are used in a template.
fn used(templates: &[Template], variables: &mut Vec<usize>) {
    for template in templates {
        match template {
            Template::Variable(index) | Template::Ignore(index) | Template::Count { index, .. } => {
                variables.push(*index);
            }
            Template::Group { inside, .. } => used(inside, variables),
            Template::Repeat { variables: inner, .. } => variables.extend(inner),
            Template::Concat(parts, _) => variables.extend(parts.iter().filter_map(|part| match part {
                Part::Variable(index) => Some(*index),
                Part::Text(_) => None,
            })),
            Template::Token(..) | Template::Index(_) | Template::Length(_) => {}
        }
    }
    variables.sort_unstable();
    variables.dedup();
}
