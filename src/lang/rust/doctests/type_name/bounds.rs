//! Bounds of trait objects, and the types of functions: both may bind lifetimes that have no name.
//!
//! Refuses to know which of the bounds are traits.

use super::lines::{Piece, laid_out};
use super::{Printer, Rest, begins_bound};
use crate::model::rust::{Delimiter, Token, TokenKind};

impl Printer {
    /// Bounds between `+`; lifetimes come last.
    pub(super) fn bounds<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
        let mut lifetimes = Vec::new();
        let rest = self.bound(tokens, &mut lifetimes, true, depth);
        self.further_bounds(rest, lifetimes, depth)
    }

    pub(super) fn further_bounds<'t>(
        &mut self,
        tokens: Rest<'t>,
        mut lifetimes: Vec<&'t str>,
        depth: usize,
    ) -> Rest<'t> {
        let mut rest = tokens;
        let mut is_first = self.pieces.last().is_some_and(|piece| matches!(piece, Piece::Text(text) if text == "dyn "));
        while let Some((plus, behind)) = rest.split_first()
            && plus.is_punct('+')
        {
            let known = lifetimes.len();
            rest = self.bound(behind, &mut lifetimes, is_first, depth);
            is_first &= lifetimes.len() > known;
        }
        for lifetime in lifetimes {
            self.word(" +");
            self.space();
            self.lifetime(lifetime);
        }
        rest
    }

    pub(super) fn bound<'t>(
        &mut self,
        tokens: Rest<'t>,
        lifetimes: &mut Vec<&'t str>,
        is_first: bool,
        depth: usize,
    ) -> Rest<'t> {
        let Some((first, behind)) = tokens.split_first() else {
            return tokens;
        };
        if let TokenKind::Lifetime(lifetime) = &first.kind {
            lifetimes.push(lifetime);
            return behind;
        }
        if !begins_bound(first) {
            return tokens;
        }
        if !is_first {
            self.word(" +");
            self.space();
        }
        if let (Some(group), Some(depth)) = (first.group(Delimiter::Parenthesis), depth.checked_sub(1)) {
            self.bound(&group.tokens, lifetimes, true, depth);
            return behind;
        }
        let mut rest = tokens;
        if first.is_punct('?') {
            self.word("?");
            rest = behind;
        }
        let mut binder = String::new();
        if let Some((keyword, behind)) = rest.split_first()
            && keyword.is_ident("for")
        {
            (binder, rest) = self.binder(behind);
        }
        // Whether a binder is written is known only behind the parameters.
        let outer = std::mem::replace(&mut self.anonymous, false);
        let outer_is_function = std::mem::replace(&mut self.is_function, false);
        let start = self.pieces.len();
        rest = self.path(rest, depth);
        let is_function = std::mem::replace(&mut self.is_function, outer_is_function);
        let binds = is_function && self.anonymous;
        if !binder.is_empty() || binds {
            self.pieces.insert(start, Piece::Text(format!("for{binder} ")));
        }
        self.anonymous = outer || (self.anonymous && !binds);
        rest
    }

    /// `<'a>` behind `for`, as it is written.
    pub(super) fn binder<'t>(&self, tokens: Rest<'t>) -> (String, Rest<'t>) {
        let end = tokens.iter().position(|token| token.is_punct('>')).map_or(tokens.len(), |position| position + 1);
        let mut printer = Self { edition: self.edition, pieces: Vec::new(), anonymous: false, is_function: false };
        printer.tokens(&tokens[..end], 0);
        (laid_out(&printer.pieces), &tokens[end..])
    }

    /// `unsafe extern "C" fn(…) -> …`.
    pub(super) fn function_pointer<'t>(&mut self, tokens: Rest<'t>, binder: &str, depth: usize) -> Rest<'t> {
        let outer = std::mem::replace(&mut self.anonymous, false);
        self.open(4);
        let start = self.pieces.len();
        let mut rest = tokens;
        while let Some((first, behind)) = rest.split_first() {
            match (first.ident(), first.literal()) {
                (Some("extern"), _) => {
                    self.word("extern ");
                    if behind.first().and_then(Token::literal).is_none() {
                        self.word("\"C\" ");
                    }
                }
                (Some(keyword @ ("unsafe" | "fn")), _) => {
                    self.word(if keyword == "fn" { "fn" } else { "unsafe " });
                }
                (_, Some(abi)) => self.word(format!("{abi} ")),
                _ => break,
            }
            rest = behind;
        }
        if let Some((first, behind)) = rest.split_first()
            && let Some(group) = first.group(Delimiter::Parenthesis)
        {
            rest = self.inputs_and_output(&group.tokens, behind, false, depth);
        }
        if !binder.is_empty() || self.anonymous {
            self.pieces.insert(start, Piece::Text(format!("for{binder} ")));
        }
        self.anonymous = outer;
        self.close();
        rest
    }

    /// Parameters in parentheses and the `->` behind; what a trait's sugar does not say is `()`.
    pub(super) fn inputs_and_output<'t>(
        &mut self,
        inputs: Rest,
        rest: Rest<'t>,
        is_sugar: bool,
        depth: usize,
    ) -> Rest<'t> {
        self.word("(");
        if let Some(depth) = depth.checked_sub(1) {
            self.types(inputs, depth);
        }
        self.word(")");
        // Lifetimes of the result are those of the parameters.
        let anonymous = self.anonymous;
        let rest = match rest {
            [minus, greater, output @ ..] if minus.is_punct('-') && greater.is_punct('>') => {
                self.space();
                self.word("->");
                self.space();
                self.one_type(output, depth)
            }
            _ if is_sugar => {
                self.space();
                self.word("->");
                self.space();
                self.word("()");
                rest
            }
            _ => rest,
        };
        self.anonymous = anonymous;
        self.is_function |= is_sugar;
        rest
    }
}
