//! Expressions: what is called on what, the branches of `if`, `match`, loops and closures, and the lines that operands stand
//! on.

use super::super::reader::plain;
use super::paths::{Path, path, skip_generics};
use super::{Scan, begins_operand, braces, is_attribute};
use crate::model::rust::{CodeUseKind, Delimiter, Group, Receiver, RustBranchKind, Token, TokenKind};

/// Methods that call a closure only where something is wrong or absent.
const FALLBACKS: [&str; 12] = [
    "unwrap_or_else",
    "map_err",
    "ok_or_else",
    "or_else",
    "map_or_else",
    "with_context",
    "unwrap_or_default",
    "get_or_insert_with",
    "or_insert_with",
    "inspect_err",
    "map_or",
    "expect_err",
];

/// The method that an argument is passed to, and what it is called on.
type Callee<'c> = Option<(&'c str, Receiver)>;

/// Tokens being read, up to where.
struct Cursor<'t> {
    tokens: &'t [Token],
    at: usize,
    branch: u32,
    /// The operand before, if there is one.
    operand: Option<Receiver>,
}

impl<'t> Cursor<'t> {
    fn peek(&self, distance: usize) -> Option<&'t Token> {
        self.tokens.get(self.at + distance)
    }

    fn is_punct(&self, distance: usize, character: char) -> bool {
        self.peek(distance).is_some_and(|token| token.is_punct(character))
    }

    fn before(&self) -> Option<&'t Token> {
        self.tokens.get(self.at.checked_sub(1)?)
    }

    /// Goes to the next braces, and gives what stands before them.
    fn head(&mut self) -> (&'t [Token], Option<&'t Group>) {
        let begin = self.at;
        while self.at < self.tokens.len() && braces(self.tokens, self.at).is_none() {
            self.at += 1;
        }
        let group = braces(self.tokens, self.at);
        let head = &self.tokens[begin..self.at];
        self.at += 1;
        (head, group)
    }
}

impl Scan {
    /// An expression, or several with commas between them; gives what the last one is.
    pub(super) fn expression(&mut self, tokens: &[Token], branch: u32, callee: Callee<'_>) -> Receiver {
        let mut cursor = Cursor { tokens, at: 0, branch, operand: None };
        while let Some(token) = cursor.peek(0) {
            if let Some(end) = is_attribute(tokens, cursor.at) {
                cursor.at = end;
                continue;
            }
            match &token.kind {
                TokenKind::Group(group) => {
                    cursor.at += 1;
                    self.group(group, &mut cursor);
                }
                TokenKind::Ident(name) => self.word_at(plain(name), token.written_line(), &mut cursor),
                TokenKind::Literal(_) => {
                    self.line(token.written_line(), branch);
                    cursor.operand = Some(Receiver::Unknown);
                    cursor.at += 1;
                }
                TokenKind::Punct { character, .. } => self.punctuation(*character, &mut cursor, callee),
                TokenKind::Lifetime(_) | TokenKind::Doc(_) => cursor.at += 1,
            }
        }
        cursor.operand.unwrap_or(Receiver::Unknown)
    }

    fn group(&mut self, group: &Group, cursor: &mut Cursor<'_>) {
        let branch = cursor.branch;
        match group.delimiter {
            Delimiter::Brace => {
                self.block(&group.tokens, branch);
                cursor.operand = Some(Receiver::Unknown);
            }
            Delimiter::Parenthesis if cursor.operand.is_some() => {
                self.expression(&group.tokens, branch, None);
                cursor.operand = Some(Receiver::Unknown);
            }
            Delimiter::Bracket if cursor.operand.is_some() => drop(self.expression(&group.tokens, branch, None)),
            _ => cursor.operand = Some(self.expression(&group.tokens, branch, None)),
        }
    }

    fn punctuation(&mut self, character: char, cursor: &mut Cursor<'_>, callee: Callee<'_>) {
        match character {
            '.' if cursor.is_punct(1, '.') => {
                cursor.operand = None;
                cursor.at += 2;
            }
            '.' => {
                cursor.at += 1;
                self.member(cursor);
            }
            '?' => cursor.at += 1,
            '|' if cursor.operand.is_none() => self.closure(cursor, callee),
            '<' if cursor.operand.is_none() => {
                let path = path(cursor.tokens, &mut cursor.at);
                self.path(&path, cursor);
            }
            _ => {
                cursor.operand = None;
                cursor.at += 1;
            }
        }
    }

    /// What stands behind a `.`.
    fn member(&mut self, cursor: &mut Cursor<'_>) {
        let receiver = cursor.operand.unwrap_or(Receiver::Unknown);
        let Some(token) = cursor.peek(0) else { return };
        let Some(name) = token.ident().map(plain) else {
            // A field of a tuple.
            cursor.at += usize::from(token.literal().is_some());
            return;
        };
        self.line(token.written_line(), cursor.branch);
        cursor.at += 1;
        skip_generics(cursor.tokens, &mut cursor.at);
        match cursor.peek(0).and_then(|token| token.group(Delimiter::Parenthesis)) {
            Some(group) => {
                cursor.at += 1;
                let result = self.uses(cursor.branch, CodeUseKind::Method, name, receiver);
                self.expression(&group.tokens, cursor.branch, Some((name, receiver)));
                cursor.operand = Some(result);
            }
            None if name == "await" => {}
            None => {
                let field = if receiver == Receiver::Own { Receiver::OwnField(self.word(name)) } else { receiver };
                cursor.operand = Some(field);
            }
        }
    }

    /// `|pattern| body`, the first `|` being next.
    fn closure(&mut self, cursor: &mut Cursor<'_>, callee: Callee<'_>) {
        cursor.at += 1;
        let begin = cursor.at;
        while cursor.at < cursor.tokens.len() && !cursor.is_punct(0, '|') {
            cursor.at += 1;
        }
        let subject = callee.map_or(Receiver::Unknown, |(_, receiver)| receiver);
        self.bind(&cursor.tokens[begin..cursor.at.min(cursor.tokens.len())], subject);
        cursor.at += 1;
        let is_fallback = callee.is_some_and(|(name, _)| FALLBACKS.contains(&name));
        let kind = if is_fallback { RustBranchKind::Fallback } else { RustBranchKind::Closure };
        let own = self.branch(cursor.branch, kind);
        if cursor.is_punct(0, '-') && cursor.is_punct(1, '>') {
            cursor.head();
            cursor.at = cursor.at.saturating_sub(1);
        }
        if let Some(group) = braces(cursor.tokens, cursor.at) {
            self.inner(group, own);
            self.line(group.end_line, own);
            cursor.at += 1;
        } else {
            let begin = cursor.at.min(cursor.tokens.len());
            let length = cursor.tokens[begin..].iter().position(|token| token.is_punct(',') || token.is_punct(';'));
            let end = length.map_or(cursor.tokens.len(), |length| begin + length);
            self.expression(&cursor.tokens[begin..end], own, None);
            cursor.at = end;
        }
        cursor.operand = Some(Receiver::Unknown);
    }

    /// A keyword or the beginning of a path.
    fn word_at(&mut self, name: &str, line: u32, cursor: &mut Cursor<'_>) {
        let branch = cursor.branch;
        match name {
            "if" | "while" => {
                let is_else = cursor.before().is_some_and(|token| token.is_ident("else"));
                cursor.at += 1;
                let (head, body) = cursor.head();
                self.condition(head, branch);
                let Some(body) = body else { return };
                let kind = match name {
                    "while" => RustBranchKind::Loop,
                    _ if is_else => RustBranchKind::ElseIf,
                    _ => RustBranchKind::If,
                };
                let own = self.branch(branch, kind);
                self.inner(body, own);
                if name == "if" && !cursor.peek(0).is_some_and(|token| token.is_ident("else")) {
                    // What is not done has a region of its own, the closing brace.
                    let otherwise = self.branch(branch, RustBranchKind::Else);
                    self.line(body.end_line, otherwise);
                }
                cursor.operand = Some(Receiver::Unknown);
            }
            "else" => {
                cursor.at += 1;
                if let Some(body) = braces(cursor.tokens, cursor.at) {
                    cursor.at += 1;
                    let own = self.branch(branch, RustBranchKind::Else);
                    self.inner(body, own);
                    cursor.operand = Some(Receiver::Unknown);
                }
            }
            "for" if !cursor.is_punct(1, '<') => {
                cursor.at += 1;
                let (head, body) = cursor.head();
                let within = head.iter().position(|token| token.is_ident("in")).unwrap_or(head.len());
                let items = self.expression(head.get(within + 1..).unwrap_or_default(), branch, None);
                self.bind(&head[..within], items);
                let Some(body) = body else { return };
                let own = self.branch(branch, RustBranchKind::Loop);
                self.inner(body, own);
                cursor.operand = Some(Receiver::Unknown);
            }
            "match" => {
                cursor.at += 1;
                let (head, body) = cursor.head();
                let subject = self.expression(head, branch, None);
                if let Some(body) = body {
                    self.arms(body, branch, subject);
                }
                cursor.operand = Some(Receiver::Unknown);
            }
            "loop" | "unsafe" | "async" | "const" | "move" | "static" => {
                cursor.at += 1;
                cursor.operand = None;
            }
            "return" | "break" | "continue" | "yield" => {
                self.line(line, branch);
                cursor.at += 1;
                cursor.operand = None;
            }
            "let" => {
                // A condition that is part of another expression, as in `matches!` of some crates.
                cursor.at += 1;
                cursor.operand = None;
            }
            "as" => {
                cursor.at += 1;
                path(cursor.tokens, &mut cursor.at);
                cursor.operand = Some(Receiver::Unknown);
            }
            "self" if !cursor.is_punct(1, ':') => {
                self.line(line, branch);
                cursor.at += 1;
                cursor.operand = Some(Receiver::Own);
            }
            _ if begins_operand(name) || matches!(name, "in" | "where" | "dyn" | "impl") => {
                cursor.at += 1;
                cursor.operand = None;
            }
            _ => {
                self.line(line, branch);
                let path = path(cursor.tokens, &mut cursor.at);
                if path.text.is_empty() {
                    cursor.at += 1;
                    return;
                }
                self.path(&path, cursor);
            }
        }
    }

    /// The condition of an `if` or `while`, with what it binds.
    fn condition(&mut self, tokens: &[Token], branch: u32) {
        let mut at = 0;
        while at < tokens.len() {
            let is_and = |at: usize| tokens[at].is_punct('&') && at > 0 && tokens[at - 1].is_punct('&');
            let end = (at..tokens.len()).find(|at| is_and(*at)).unwrap_or(tokens.len());
            let part = &tokens[at..end];
            if part.first().is_some_and(|token| token.is_ident("let")) {
                let equals = part.iter().position(|token| token.is_punct('=')).unwrap_or(part.len());
                let value = self.expression(part.get(equals + 1..).unwrap_or_default(), branch, None);
                self.bind(&part[1..equals], value);
            } else {
                self.expression(part, branch, None);
            }
            at = end + 1;
        }
    }

    /// A path that was read: a call, a macro, a literal of a type, a variable or another value.
    fn path(&mut self, path: &Path, cursor: &mut Cursor<'_>) {
        let branch = cursor.branch;
        let next = cursor.peek(0);
        let last = path.text.rsplit("::").next().unwrap_or_default();
        if let Some(group) = next.and_then(|token| token.group(Delimiter::Parenthesis)) {
            cursor.at += 1;
            let variable = self.variables.get(path.text.as_str()).copied();
            let result = match variable {
                Some(_) => Receiver::Unknown,
                None => self.uses(branch, CodeUseKind::Call, &path.text, Receiver::Unknown),
            };
            let inner = self.expression(&group.tokens, branch, Some((last, Receiver::Unknown)));
            // `Some(x)` has what `x` has.
            cursor.operand = Some(if matches!(last, "Some" | "Ok" | "Err" | "Box") { inner } else { result });
            return;
        }
        if next.is_some_and(|token| token.is_punct('!'))
            && let Some(TokenKind::Group(group)) = cursor.peek(1).map(|token| &token.kind)
        {
            cursor.at += 2;
            self.uses(branch, CodeUseKind::Macro, &path.text, Receiver::Unknown);
            self.expression(&group.tokens, branch, None);
            cursor.operand = Some(Receiver::Unknown);
            return;
        }
        let is_type = last.starts_with(|first: char| first.is_uppercase());
        if is_type && let Some(group) = next.and_then(|token| token.group(Delimiter::Brace)) {
            cursor.at += 1;
            self.uses(branch, CodeUseKind::Value, &path.text, Receiver::Unknown);
            self.expression(&group.tokens, branch, None);
            cursor.operand = Some(self.typed(&[last.into()]));
            return;
        }
        let variable = self.variables.get(path.text.as_str()).copied();
        // A lone name that is no variable may be a function that is passed on, or kept in a table.
        if variable.is_none() {
            self.uses(branch, CodeUseKind::Value, &path.text, Receiver::Unknown);
        }
        cursor.operand = Some(variable.unwrap_or(Receiver::Unknown));
    }
}
