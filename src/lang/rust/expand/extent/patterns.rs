//! How far patterns reach.

use super::types::PathStyle;
use super::{Broken, Cursor, Parsed};
use crate::model::rust::Delimiter;

impl Cursor<'_> {
    /// A pattern; with `alternatives`, `A | B` too.
    pub(in super::super) fn pattern(&mut self, alternatives: bool) -> Parsed {
        if alternatives {
            self.eat_operator("|");
        }
        self.single_pattern()?;
        while alternatives && self.eat_operator("|") {
            self.single_pattern()?;
        }
        Ok(())
    }

    fn single_pattern(&mut self) -> Parsed {
        loop {
            self.attributes();
            while self.eat_operator("&") || self.eat_operator("&&") {}
            while self.eat_ident("mut") || self.eat_ident("ref") || self.eat_ident("box") {}
            if self.range_operator() {
                self.range_end();
                return Ok(());
            }
            if self.eat_ident("_")
                || self.eat_group(Delimiter::Parenthesis)
                || self.eat_group(Delimiter::Bracket)
                || self.eat_operator("!")
            {
                return Ok(());
            }
            if self.at_ident("const") && self.second().is_some_and(|token| token.group(Delimiter::Brace).is_some()) {
                self.skip(2);
            } else if !self.pattern_literal() {
                self.path(PathStyle::Expression)?;
                if self.eat_operator("@") {
                    continue;
                }
                if self.at_operator("!") {
                    self.skip(1);
                    let found = self.eat_brackets();
                    return self.expect(found);
                }
                if self.eat_group(Delimiter::Parenthesis) || self.eat_group(Delimiter::Brace) {
                    return Ok(());
                }
            }
            if self.range_operator() {
                self.range_end();
            }
            return Ok(());
        }
    }

    fn range_operator(&mut self) -> bool {
        self.eat_operator("..=") || self.eat_operator("...") || self.eat_operator("..")
    }

    /// A literal, with its sign; `true` and `false`.
    fn pattern_literal(&mut self) -> bool {
        if self.at_operator("-") && self.second().is_some_and(|token| token.literal().is_some()) {
            self.skip(2);
            return true;
        }
        self.eat_literal() || self.eat_ident("true") || self.eat_ident("false")
    }

    /// What a range of patterns ends with, if it is there.
    fn range_end(&mut self) {
        if self.pattern_literal() {
            return;
        }
        let mut ahead = *self;
        if ahead.path(PathStyle::Expression).is_ok() {
            *self = ahead;
        }
    }

    /// Passes a pattern up to this keyword (`in` of `for`).
    pub(super) fn pattern_before(&mut self, keyword: &str) -> Parsed {
        self.pattern(true)?;
        if self.eat_ident(keyword) { Ok(()) } else { Err(Broken) }
    }
}
