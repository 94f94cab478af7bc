//! Statements: where each ends, which are items, what `let` binds, and what follows an `if` that leaves.

use super::super::reader::{Angles, plain};
use super::{Scan, braces, is_arrow, is_attribute, names_in_pattern, words};
use crate::model::rust::{Delimiter, Group, Receiver, RustBranchKind, Token, TokenKind};

/// Macros that end in a panic, or leave the function with an error.
const FAILING: [&str; 6] = ["panic", "unreachable", "todo", "unimplemented", "bail", "compile_error"];

impl Scan {
    /// The statements of a block. Recurses over brackets, whose depth is limited where the text is read.
    pub(super) fn block(&mut self, tokens: &[Token], branch: u32) {
        let (mut branch, mut at) = (branch, 0);
        while at < tokens.len() {
            let mut is_configured = false;
            while let Some(end) = is_attribute(tokens, at) {
                let group = tokens[end - 1].group(Delimiter::Bracket);
                is_configured |= group.is_some_and(|group| group.tokens.first().is_some_and(|own| own.is_ident("cfg")));
                at = end;
            }
            let Some(token) = tokens.get(at) else { return };
            if token.is_punct(';') || matches!(token.kind, TokenKind::Doc(_)) {
                at += 1;
                continue;
            }
            if let Some(end) = item_end(tokens, at) {
                at = end;
                continue;
            }
            let end = statement_end(tokens, at);
            let own = if is_configured { self.branch(branch, RustBranchKind::Configured) } else { branch };
            let statement = &tokens[at..end];
            if token.is_ident("let") {
                self.binding(statement, own);
            } else {
                self.expression(statement, own, None);
            }
            if leaves(statement) {
                branch = self.branch(branch, RustBranchKind::After);
            }
            at = end;
        }
    }

    /// `let pattern: type = value else { … };`
    fn binding(&mut self, tokens: &[Token], branch: u32) {
        let (pattern, kind, value) = parts(&tokens[1..]);
        let otherwise = |at: usize| {
            tokens_are_else(value, at) && at.checked_sub(1).is_none_or(|before| braces(value, before).is_none())
        };
        let end = (0..value.len()).find(|at| otherwise(*at));
        let found = self.expression(&value[..end.unwrap_or(value.len())], branch, None);
        if let Some(group) = end.and_then(|end| braces(value, end + 1)) {
            let own = self.branch(branch, RustBranchKind::LetElse);
            self.inner(group, own);
        }
        let typed = words(kind);
        let receiver = if typed.iter().all(|word| &**word == "_") { found } else { self.typed(&typed) };
        self.bind(pattern, receiver);
    }

    /// Says what the variables of a pattern are.
    pub(super) fn bind(&mut self, pattern: &[Token], receiver: Receiver) {
        for name in names_in_pattern(pattern) {
            self.variables.insert(name.into(), receiver);
        }
    }

    /// The block of a branch of its own.
    pub(super) fn inner(&mut self, group: &Group, branch: u32) {
        if let Some(own) = self.branches.get_mut(branch as usize) {
            own.fails |= fails(&group.tokens);
        }
        self.block(&group.tokens, branch);
    }

    /// The arms of a `match`.
    pub(super) fn arms(&mut self, group: &Group, branch: u32, subject: Receiver) {
        let tokens = &group.tokens;
        let mut at = 0;
        let mut arms = 0;
        while at < tokens.len() {
            while let Some(end) = is_attribute(tokens, at) {
                at = end;
            }
            let begin = at;
            while at < tokens.len() && !is_arrow(tokens, at) {
                at += 1;
            }
            let head = &tokens[begin..at];
            at += 2;
            let guard = head.iter().position(|token| token.is_ident("if"));
            let pattern = &head[..guard.unwrap_or(head.len())];
            let is_name = matches!(pattern, [only] if only.ident().is_some_and(|name| name.starts_with(|first: char| first.is_lowercase() || first == '_')));
            self.bind(pattern, subject);
            if let Some(guard) = guard {
                self.expression(&head[guard + 1..], branch, None);
            }
            let kind = if is_name && guard.is_none() { RustBranchKind::CatchAll } else { RustBranchKind::Arm };
            if at >= tokens.len() {
                break;
            }
            let own = self.branch(branch, kind);
            arms += 1;
            if let Some(group) = braces(tokens, at) {
                self.inner(group, own);
                at += 1;
                // `{ … }.method(),` is an expression.
                let end = if tokens.get(at).is_some_and(|token| token.is_punct('.') || token.is_punct('?')) {
                    arm_end(tokens, at)
                } else {
                    at
                };
                self.expression(&tokens[at..end], own, None);
                at = end;
            } else {
                let end = arm_end(tokens, at);
                if let Some(branch) = self.branches.get_mut(own as usize) {
                    branch.fails |= fails(&tokens[at..end]);
                }
                self.expression(&tokens[at..end], own, None);
                at = end;
            }
            at += usize::from(tokens.get(at).is_some_and(|token| token.is_punct(',')));
        }
        if arms == 1
            && let Some(only) = self.branches.last_mut()
            && matches!(only.kind, RustBranchKind::Arm)
        {
            only.kind = RustBranchKind::Always;
        }
    }
}

fn arm_end(tokens: &[Token], at: usize) -> usize {
    // A comma within a turbofish ends no arm.
    let mut angles = 0usize;
    for (position, token) in tokens.iter().enumerate().skip(at) {
        let is_turbofish = position >= 2 && tokens[position - 1].is_punct(':') && tokens[position - 2].is_punct(':');
        if token.is_punct('<') && (angles > 0 || is_turbofish) {
            angles += 1;
        } else if token.is_punct('>') {
            angles = angles.saturating_sub(1);
        } else if angles == 0 && token.is_punct(',') {
            return position;
        }
    }
    tokens.len()
}

/// The pattern, type and value of a `let`, without `let`.
fn parts(tokens: &[Token]) -> (&[Token], &[Token], &[Token]) {
    let mut colon = None;
    let mut angles = Angles::default();
    for (at, token) in tokens.iter().enumerate() {
        let depth = if colon.is_some() { angles.step(token) } else { 0 };
        if token.is_punct(':') && colon.is_none() {
            // `::` belongs to a path in the pattern.
            let is_path =
                tokens.get(at + 1).is_some_and(|next| next.is_punct(':')) || at > 0 && tokens[at - 1].is_punct(':');
            if !is_path {
                colon = Some(at);
            }
        } else if token.is_punct('=') && depth == 0 && !tokens.get(at + 1).is_some_and(|next| next.is_punct('=')) {
            let pattern = &tokens[..colon.unwrap_or(at)];
            let kind = colon.map_or(&[][..], |colon| &tokens[colon + 1..at]);
            return (pattern, kind, &tokens[at + 1..]);
        } else if token.is_punct(';') {
            break;
        }
    }
    let end = colon.unwrap_or(tokens.len());
    (&tokens[..end], colon.map_or(&[], |colon| &tokens[colon + 1..]), &[])
}

fn tokens_are_else(tokens: &[Token], at: usize) -> bool {
    tokens[at].is_ident("else") && braces(tokens, at + 1).is_some()
}

/// Where a statement ends: behind its `;`, or behind the braces of one that needs none.
fn statement_end(tokens: &[Token], at: usize) -> usize {
    let mut at = at;
    let mut begin = at;
    if matches!(tokens[at].kind, TokenKind::Lifetime(_)) && tokens.get(at + 1).is_some_and(|next| next.is_punct(':')) {
        begin = at + 2;
    }
    let first = tokens.get(begin).and_then(Token::ident).unwrap_or_default();
    let is_block = matches!(first, "if" | "match" | "for" | "while" | "loop")
        || first == "unsafe" && braces(tokens, begin + 1).is_some()
        || braces(tokens, begin).is_some();
    if is_block {
        at = begin;
        while at < tokens.len() && braces(tokens, at).is_none() {
            at += 1;
        }
        at += 1;
        while tokens.get(at).is_some_and(|token| token.is_ident("else")) {
            while at < tokens.len() && braces(tokens, at).is_none() {
                at += 1;
            }
            at += 1;
        }
        if !tokens.get(at).is_some_and(|token| token.is_punct('.') || token.is_punct('?')) {
            return at.min(tokens.len());
        }
    }
    while at < tokens.len() && !tokens[at].is_punct(';') {
        at += 1;
    }
    (at + 1).min(tokens.len())
}

/// The end of an item among statements, if one begins here.
fn item_end(tokens: &[Token], at: usize) -> Option<usize> {
    let mut begin = at;
    if tokens[begin].is_ident("pub") {
        begin += 1;
        begin += usize::from(tokens.get(begin)?.group(Delimiter::Parenthesis).is_some());
    }
    let word = |distance: usize| tokens.get(begin + distance).and_then(Token::ident).unwrap_or_default();
    let is_function = || {
        let qualifiers = (0..4).take_while(|at| matches!(word(*at), "const" | "async" | "unsafe" | "extern")).count();
        word(qualifiers) == "fn" && !word(qualifiers + 1).is_empty()
    };
    let ends_with_braces = match word(0) {
        "struct" | "enum" | "trait" | "mod" if !word(1).is_empty() => true,
        "impl" => true,
        "macro_rules" if tokens.get(begin + 1)?.is_punct('!') => true,
        "union" if !word(1).is_empty() => true,
        "use" | "static" => false,
        "type" if !word(1).is_empty() => false,
        "const" if !word(1).is_empty() && !is_function() => false,
        "fn" | "const" | "async" | "unsafe" | "extern" if is_function() => true,
        _ => return None,
    };
    let mut end = begin;
    while end < tokens.len() {
        let is_end = tokens[end].is_punct(';') || ends_with_braces && braces(tokens, end).is_some();
        end += 1;
        if is_end {
            break;
        }
    }
    Some(end)
}

/// Whether a statement is an `if` without `else` whose block leaves the function or the loop.
fn leaves(tokens: &[Token]) -> bool {
    if !tokens.first().is_some_and(|token| token.is_ident("if")) {
        return false;
    }
    let Some(body) = (0..tokens.len()).find_map(|at| braces(tokens, at).map(|group| (at, group))) else { return false };
    let has_else = tokens.get(body.0 + 1).is_some_and(|token| token.is_ident("else"));
    let begins =
        |at: usize, tokens: &[Token]| at == 0 || tokens[at - 1].is_punct(';') || braces(tokens, at - 1).is_some();
    let own = &body.1.tokens;
    let jumps = |at: usize| matches!(own[at].ident(), Some("return" | "break" | "continue")) || is_failing(own, at);
    !has_else && (0..own.len()).any(|at| begins(at, own) && jumps(at))
}

fn is_failing(tokens: &[Token], at: usize) -> bool {
    tokens[at].ident().is_some_and(|name| FAILING.contains(&plain(name)))
        && tokens.get(at + 1).is_some_and(|next| next.is_punct('!'))
}

/// Whether these statements end in a panic or give an error.
fn fails(tokens: &[Token]) -> bool {
    let is_error = |at: usize| {
        tokens[at].is_ident("Err")
            && tokens.get(at + 1).is_some_and(|next| next.group(Delimiter::Parenthesis).is_some())
    };
    let last = tokens.iter().rposition(|token| token.is_punct(';')).filter(|at| at + 1 == tokens.len());
    let before = &tokens[..last.unwrap_or(tokens.len())];
    let begin = before.iter().rposition(|token| token.is_punct(';')).map_or(0, |at| at + 1);
    (begin..before.len()).any(|at| is_error(at) || is_failing(tokens, at))
}
