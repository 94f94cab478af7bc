//! What a body calls: paths, methods and macros by their names, read from its tokens, in the arguments of macros too.
//!
//! Owns where a name begins and whether it is called; refuses to know what it means. Bodies of nested functions are not
//! looked into: those are items of their own.

use std::collections::{HashMap, HashSet};

use super::bodies::may_precede_not;
use super::generators::generator;
use super::guards::guards;
use super::hazards::hazards;
use super::reader::{Angles, flat, is_path_separator, plain};
use crate::model::rust::{Argument, BodyUse, Delimiter, Group, RustBody, Token, TokenKind, UseKind};

/// How many different names of a body are kept.
const MAX_USES: usize = 2048;
/// Names longer than this are no path that anybody calls.
const MAX_NAME: usize = 160;
/// Invisible brackets below this depth are not looked into.
const MAX_DEPTH: usize = 64;

/// What a body does; `None` where nothing of it is kept.
pub(super) fn body(tokens: &[Token], depth: usize) -> Option<RustBody> {
    if depth > MAX_DEPTH {
        return None;
    }
    let tokens = visible(tokens);
    let mut found = Found { in_seeds: seed_variables(&tokens), ..Found::default() };
    found.tokens(&tokens);
    let uses = found.uses.iter().map(|used| BodyUse { name: &used.name, ..used.rest });
    let mut body = RustBody::new(uses);
    (body.unwraps, body.questions) = (found.unwraps, found.questions);
    body.truncated = found.truncated;
    body.guards = guards(&tokens).into();
    body.hazards = hazards(&tokens).into();
    body.generator = generator(&tokens);
    (body != RustBody::default()).then_some(body)
}

/// The tokens without invisible brackets at any depth, so that a path that a macro pieces together is one.
pub(super) fn visible(tokens: &[Token]) -> std::borrow::Cow<'_, [Token]> {
    if has_invisible(tokens) { visible_below(tokens, 0).into() } else { tokens.into() }
}

fn has_invisible(tokens: &[Token]) -> bool {
    let mut open = vec![tokens];
    while let Some(tokens) = open.pop() {
        for token in tokens {
            if let TokenKind::Group(group) = &token.kind {
                if group.delimiter == Delimiter::None {
                    return true;
                }
                open.push(&group.tokens);
            }
        }
    }
    false
}

fn visible_below(tokens: &[Token], depth: usize) -> Vec<Token> {
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    let token = |token: Token| match token.kind {
        TokenKind::Group(group) => {
            let group = Group { tokens: visible_below(&group.tokens, depth + 1), ..*group };
            Token { kind: TokenKind::Group(Box::new(group)), ..token }
        }
        _ => token,
    };
    flat(tokens).into_owned().into_iter().map(token).collect()
}

/// Whether the name of a call speaks of a seed.
fn is_seed(name: &str) -> bool {
    name.contains("seed")
}

/// The variables that stand in the arguments of calls whose names speak of a seed.
fn seed_variables(tokens: &[Token]) -> HashSet<&str> {
    let mut found = HashSet::new();
    let mut open = vec![(tokens, false)];
    while let Some((tokens, inside)) = open.pop() {
        for (at, token) in tokens.iter().enumerate() {
            match &token.kind {
                TokenKind::Group(group) => {
                    let callee = at.checked_sub(1).and_then(|at| tokens[at].ident());
                    open.push((&group.tokens, inside || callee.is_some_and(is_seed)));
                }
                TokenKind::Ident(name) if inside => drop(found.insert(&**name)),
                _ => {}
            }
        }
    }
    found
}

/// A name with everything else that is known of it; `rest.name` is empty.
struct Used {
    name: String,
    rest: BodyUse<'static>,
}

#[derive(Default)]
struct Found<'t> {
    uses: Vec<Used>,
    places: HashMap<(UseKind, String), usize>,
    unwraps: u32,
    questions: u32,
    truncated: bool,
    /// Variables that seeds are made of.
    in_seeds: HashSet<&'t str>,
}

/// Brackets that are being read.
struct Frame<'t> {
    tokens: &'t [Token],
    at: usize,
    /// Whether they are the parentheses of a call.
    arguments: bool,
    /// Whether they stand in what a seed is made of.
    in_seed: bool,
    /// Whether this statement binds what a seed is made of.
    binds_seed: bool,
    /// What the next brackets are.
    next: Next,
}

/// What is known of brackets before they are entered.
#[derive(Default, Clone, Copy)]
struct Next {
    arguments: bool,
    in_seed: bool,
    skip: bool,
}

impl<'t> Frame<'t> {
    fn new(tokens: &'t [Token], next: Next) -> Self {
        Self {
            tokens,
            at: 0,
            arguments: next.arguments,
            in_seed: next.in_seed,
            binds_seed: false,
            next: Next::default(),
        }
    }

    fn before(&self, distance: usize) -> Option<&'t Token> {
        self.at.checked_sub(distance).map(|at| &self.tokens[at])
    }

    fn is_before(&self, distance: usize, character: char) -> bool {
        self.before(distance).is_some_and(|token| token.is_punct(character))
    }
}

impl<'t> Found<'t> {
    /// One stack for all brackets, however deep.
    fn tokens(&mut self, tokens: &'t [Token]) {
        let mut frames = vec![Frame::new(tokens, Next::default())];
        while let Some(frame) = frames.last_mut() {
            let Some(token) = frame.tokens.get(frame.at) else {
                frames.pop();
                continue;
            };
            match &token.kind {
                TokenKind::Group(group) => {
                    let next = std::mem::take(&mut frame.next);
                    let in_seed = next.in_seed || frame.in_seed || frame.binds_seed;
                    // An attribute says nothing about what runs.
                    let is_attribute = group.delimiter == Delimiter::Bracket
                        && (frame.is_before(1, '#') || frame.is_before(1, '!') && frame.is_before(2, '#'));
                    frame.at += 1;
                    if !is_attribute && !next.skip && !group.tokens.is_empty() {
                        frames.push(Frame::new(&group.tokens, Next { in_seed, ..next }));
                    }
                    continue;
                }
                TokenKind::Punct { character: '?', .. } => {
                    let is_operand = frame.before(1).is_some_and(|token| {
                        token.ident().is_some_and(|name| name != "dyn")
                            || matches!(token.kind, TokenKind::Group(_))
                            || token.is_punct('?')
                    });
                    self.questions += u32::from(is_operand);
                }
                TokenKind::Punct { character: ';', .. } => frame.binds_seed = false,
                TokenKind::Punct { character: '<', .. } if self.qualified(frame) => continue,
                TokenKind::Ident(name) => {
                    self.name(frame, name, token.line);
                    continue;
                }
                _ => {}
            }
            frame.at += 1;
        }
    }

    /// A name or keyword: goes behind it, or behind the path that it begins.
    fn name(&mut self, frame: &mut Frame<'t>, name: &'t str, line: u32) {
        if frame.is_before(1, '.') && !frame.is_before(2, '.') {
            frame.at += 1;
            skip_turbofish(frame);
            if let Some(group) = parentheses(frame) {
                self.called(frame, UseKind::Method, plain(name), line, group);
            }
            return;
        }
        match name {
            "fn" if frame.tokens.get(frame.at + 1).is_some_and(|token| token.ident().is_some()) => {
                return nested_function(frame);
            }
            "let" => {
                let rest = &frame.tokens[frame.at + 1..];
                let mut names = rest.iter().map_while(Token::ident).filter(|name| *name != "mut");
                frame.binds_seed = names.next().is_some_and(|name| self.in_seeds.contains(name));
            }
            _ => {}
        }
        if is_keyword(name) {
            frame.at += 1;
            return;
        }
        let is_argument = frame.arguments && frame.before(1).is_none_or(|token| token.is_punct(','));
        let is_borrowed = frame.before(1).is_some_and(|token| token.is_ident("mut")) && frame.is_before(2, '&');
        let path = path(frame);
        self.path(frame, path, line, is_argument, is_borrowed);
    }

    /// `<Type as Trait>::name`, which is `Type::name` here. Whether it is one.
    fn qualified(&mut self, frame: &mut Frame<'t>) -> bool {
        let is_operand = |token: &Token| {
            token.literal().is_some()
                || matches!(token.kind, TokenKind::Group(_))
                || token.ident().is_some_and(|name| !is_keyword(name) && !may_precede_not(name))
                || token.is_punct(':')
        };
        if frame.before(1).is_some_and(is_operand) {
            return false;
        }
        let rest = &frame.tokens[frame.at..];
        let mut angles = Angles::default();
        let Some(end) = rest.iter().take(64).position(|token| angles.step(token) == 0) else { return false };
        let tail = &rest[end + 1..];
        if !is_path_separator(tail) || tail.get(2).and_then(Token::ident).is_none() {
            return false;
        }
        let line = frame.tokens[frame.at].line;
        let mut kind = Frame::new(&rest[1..end], Next::default());
        let name = if kind.tokens.first().is_some_and(|token| token.ident().is_some()) {
            path(&mut kind)
        } else {
            String::new()
        };
        frame.at += end + 3;
        let tail = path(frame);
        let path = if name.is_empty() { tail } else { name + "::" + &tail };
        self.path(frame, path, line, false, false);
        true
    }

    /// A path that was read: `frame` is behind it.
    fn path(&mut self, frame: &mut Frame<'t>, path: String, line: u32, is_argument: bool, is_borrowed: bool) {
        if let Some(group) = parentheses(frame) {
            if !matches!(path.as_str(), "Some" | "Ok" | "Err") {
                self.called(frame, UseKind::Call, &path, line, group);
            }
            return;
        }
        let next = frame.tokens.get(frame.at);
        if next.is_some_and(|token| token.is_punct('!'))
            && let Some(TokenKind::Group(group)) = frame.tokens.get(frame.at + 1).map(|token| &token.kind)
        {
            frame.at += 1;
            return self.called(frame, UseKind::Macro, &path, line, group);
        }
        let is_whole = is_argument && next.is_none_or(|token| token.is_punct(','));
        let is_type = path.starts_with(|first: char| first.is_uppercase());
        let is_unit = is_type && (is_borrowed || next.is_some_and(|token| token.is_punct('.')));
        if path.contains("::") || is_whole && path != "self" || is_unit {
            self.add(UseKind::Value, &path, line, Argument::None, frame.in_seed || frame.binds_seed);
        }
    }

    fn called(&mut self, frame: &mut Frame<'t>, kind: UseKind, name: &str, line: u32, group: &Group) {
        if kind == UseKind::Method && name == "unwrap" {
            self.unwraps += 1;
        }
        let last = name.rsplit("::").next().unwrap_or(name);
        frame.next = Next { arguments: kind != UseKind::Macro, in_seed: is_seed(last), skip: false };
        self.add(kind, name, line, argument(&group.tokens), frame.in_seed || frame.binds_seed);
    }

    fn add(&mut self, kind: UseKind, name: &str, line: u32, argument: Argument, in_seed: bool) {
        if name.len() > MAX_NAME {
            self.truncated = true;
            return;
        }
        let key = (kind, name.to_owned());
        if let Some(at) = self.places.get(&key) {
            let known = &mut self.uses[*at].rest;
            known.count = known.count.saturating_add(1);
            known.argument = known.argument.max(argument);
            known.in_seed |= in_seed;
        } else if self.uses.len() < MAX_USES {
            self.places.insert(key, self.uses.len());
            let rest = BodyUse { kind, name: "", line, count: 1, argument, in_seed };
            self.uses.push(Used { name: name.to_owned(), rest });
        } else {
            self.truncated = true;
        }
    }
}

/// The path whose first name is next, without generics; goes behind it.
fn path(frame: &mut Frame<'_>) -> String {
    let mut path = String::new();
    while let Some(name) = frame.tokens.get(frame.at).and_then(Token::ident) {
        if !path.is_empty() {
            path.push_str("::");
        }
        path.push_str(plain(name));
        frame.at += 1;
        skip_turbofish(frame);
        let rest = &frame.tokens[frame.at..];
        if !is_path_separator(rest) || rest.get(2).and_then(Token::ident).is_none() {
            break;
        }
        frame.at += 2;
    }
    path
}

/// Goes over `::<…>`.
fn skip_turbofish(frame: &mut Frame<'_>) {
    let rest = &frame.tokens[frame.at..];
    if !is_path_separator(rest) || !rest.get(2).is_some_and(|token| token.is_punct('<')) {
        return;
    }
    let mut angles = Angles::default();
    if let Some(length) = rest[2..].iter().position(|token| angles.step(token) == 0 || token.is_punct(';')) {
        frame.at += length + 3;
    } else {
        frame.at = frame.tokens.len();
    }
}

/// The parentheses that are next; they are not entered yet.
fn parentheses<'t>(frame: &Frame<'t>) -> Option<&'t Group> {
    frame.tokens.get(frame.at)?.group(Delimiter::Parenthesis)
}

/// Goes behind the body of a nested function, or before the `;` that it has in its place.
fn nested_function(frame: &mut Frame<'_>) {
    let rest = &frame.tokens[frame.at..];
    let ends = |token: &Token| token.is_punct(';') || token.group(Delimiter::Brace).is_some();
    frame.at += rest.iter().position(ends).map_or(rest.len(), |length| length + 1);
}

/// What stands in the parentheses of a call.
fn argument(tokens: &[Token]) -> Argument {
    // Longer ones are computed, or data that nobody asks about.
    const FEW: usize = 64;
    let is_constant = |token: &Token| match &token.kind {
        TokenKind::Ident(name) => {
            !name.contains(|character: char| character.is_lowercase())
                || matches!(
                    &**name,
                    "u8" | "u16" | "u32" | "u64" | "usize" | "i32" | "i64" | "as" | "Some" | "true" | "false"
                )
        }
        TokenKind::Group(group) => {
            group.tokens.len() <= FEW
                && group
                    .tokens
                    .iter()
                    .all(|token| token.literal().is_some() || matches!(token.kind, TokenKind::Punct { .. }))
        }
        TokenKind::Lifetime(_) | TokenKind::Doc(_) => false,
        TokenKind::Literal(_) | TokenKind::Punct { .. } => true,
    };
    match tokens.len() {
        0 => Argument::None,
        length if length <= FEW && tokens.iter().all(is_constant) => Argument::Constant,
        _ => Argument::Other,
    }
}

/// Whether a word begins no path.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "as" | "async"
            | "await"
            | "break"
            | "const"
            | "continue"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "fn"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "pub"
            | "ref"
            | "return"
            | "static"
            | "struct"
            | "trait"
            | "true"
            | "type"
            | "unsafe"
            | "use"
            | "where"
            | "while"
            | "yield"
            | "Fn"
            | "FnMut"
            | "FnOnce"
            | "_"
    )
}
