//! Paths and what stands in their angles: `print_qpath` and `print_generic_args` of rustc_hir_pretty.
//!
//! Refuses to know what a path leads to.

use super::super::names::written;
use super::{Printer, Rest};
use crate::model::rust::{Delimiter, TokenKind};

impl Printer {
    /// `<A as B>::C` behind its `<`.
    pub(super) fn qualified_path<'t>(&mut self, rest: Rest<'t>, depth: usize) -> Rest<'t> {
        let start = self.pieces.len();
        self.word("<");
        let is_path = rest.first().is_some_and(|token| token.ident().is_some() || token.is_punct(':'));
        let mut rest = self.one_type(rest, depth);
        let mut is_bare = true;
        if let Some((keyword, behind)) = rest.split_first()
            && keyword.is_ident("as")
        {
            is_bare = false;
            self.space();
            self.word("as");
            self.space();
            rest = self.path(behind, depth);
        }
        if let Some((closing, behind)) = rest.split_first()
            && closing.is_punct('>')
        {
            if is_bare && is_path {
                // `<A>::B` is `A::B`.
                self.pieces.remove(start);
            } else {
                self.word(">");
            }
            rest = behind;
        }
        self.path(rest, depth)
    }

    pub(super) fn path_or_bounds<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
        let rest = self.path(tokens, depth);
        match rest {
            [plus, ..] if plus.is_punct('+') => self.further_bounds(rest, Vec::new(), depth),
            // A macro, whose result nobody told.
            [bang, arguments, behind @ ..] if bang.is_punct('!') => {
                self.word("!");
                self.tokens(std::slice::from_ref(arguments), depth);
                behind
            }
            _ => rest,
        }
    }

    /// A path with what stands in angles and parentheses behind its segments.
    pub(super) fn path<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
        let mut rest = tokens;
        loop {
            if let Some(behind) = behind_colons(rest) {
                // The `::` of `Vec::<u8>` is for expressions.
                if !behind.first().is_some_and(|token| token.is_punct('<')) {
                    self.word("::");
                }
                rest = behind;
            }
            if let Some((first, behind)) = rest.split_first()
                && let Some(name) = first.ident()
            {
                self.word(written(name, self.edition));
                rest = behind;
            }
            if let Some((first, behind)) = rest.split_first() {
                if first.is_punct('<') {
                    rest = self.generics(behind, depth);
                } else if let Some(group) = first.group(Delimiter::Parenthesis) {
                    return self.inputs_and_output(&group.tokens, behind, true, depth);
                }
            }
            if behind_colons(rest).is_none() {
                return rest;
            }
        }
    }

    /// `A, B = C>` behind its `<`.
    pub(super) fn generics<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
        let mut rest = tokens;
        if let Some((closing, behind)) = rest.split_first()
            && closing.is_punct('>')
        {
            return behind;
        }
        self.word("<");
        self.open(0);
        let mut is_first = true;
        while let Some((first, behind)) = rest.split_first() {
            if first.is_punct('>') {
                rest = behind;
                break;
            }
            if first.is_punct(',') {
                rest = behind;
                continue;
            }
            if !is_first {
                self.word(",");
                self.space();
            }
            is_first = false;
            rest = self.generic_argument(rest, depth);
        }
        self.close();
        self.word(">");
        rest
    }

    /// One argument; takes at least one token.
    pub(super) fn generic_argument<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
        let Some((first, behind)) = tokens.split_first() else {
            return tokens;
        };
        // Angles are no brackets: nothing else limits how deep they stand in each other.
        let Some(depth) = depth.checked_sub(1) else {
            self.tokens(tokens, 0);
            return &[];
        };
        match &first.kind {
            TokenKind::Lifetime(lifetime) => {
                self.lifetime(lifetime);
                return behind;
            }
            TokenKind::Literal(_) => {
                self.tokens(std::slice::from_ref(first), depth);
                return behind;
            }
            TokenKind::Punct { character: '-', .. } => {
                self.tokens(&tokens[..tokens.len().min(2)], depth);
                return &tokens[tokens.len().min(2)..];
            }
            TokenKind::Group(group) if group.delimiter == Delimiter::Brace => {
                self.constant(std::slice::from_ref(first), depth);
                return behind;
            }
            _ => {}
        }
        let rest = self.one_type(tokens, depth);
        match rest {
            [equals, value @ ..] if equals.is_punct('=') => {
                self.space();
                self.word("=");
                self.space();
                self.generic_argument(value, depth)
            }
            [colon, value @ ..] if colon.is_punct(':') => {
                self.word(":");
                self.bounds(value, depth)
            }
            // Nothing that a type begins with: it is written, so that there is an end.
            _ if rest.len() == tokens.len() => {
                self.tokens(std::slice::from_ref(first), depth);
                behind
            }
            _ => rest,
        }
    }
}

/// What is behind a `::`, if one is in front.
fn behind_colons(tokens: Rest) -> Option<Rest> {
    match tokens {
        [first, second, behind @ ..] if first.is_punct(':') && second.is_punct(':') => Some(behind),
        _ => None,
    }
}
