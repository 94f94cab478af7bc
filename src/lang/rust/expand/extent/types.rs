//! How far types and paths reach.

use super::{Broken, Cursor, Parsed, is_reserved};
use crate::model::rust::Delimiter;

/// How a path may go on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum PathStyle {
    /// `Vec<u8>`, `Fn(u8) -> u8`.
    Type,
    /// Generic arguments only behind `::`.
    Expression,
    /// No generic arguments.
    Module,
}

impl Cursor<'_> {
    /// A type; with `sums`, `A + B` too.
    pub(in super::super) fn type_(&mut self, sums: bool) -> Parsed {
        loop {
            if self.at_character('&') {
                self.skip(1);
                self.eat_lifetime();
                self.eat_ident("mut");
            } else if self.at_character('*') {
                self.skip(1);
                let found = self.eat_ident("const") || self.eat_ident("mut");
                self.expect(found)?;
            } else if self.eat_ident("for") {
                self.generics()?;
            } else if self.at_ident("unsafe") || self.at_ident("safe") && !self.followed_by_path() {
                self.skip(1);
            } else if self.eat_ident("extern") {
                self.eat_literal();
            } else {
                break;
            }
        }
        if self.eat_ident("fn") {
            let found = self.eat_group(Delimiter::Parenthesis);
            self.expect(found)?;
            return self.returned();
        }
        if self.eat_character('!') || self.eat_ident("_") || self.eat_group(Delimiter::Bracket) {
            return Ok(());
        }
        if self.at_group(Delimiter::None) {
            self.skip(1);
            self.path_rest(PathStyle::Type)?;
        } else if self.at_bounds_keyword() {
            self.skip(1);
            self.bound()?;
        } else if self.at_group(Delimiter::Parenthesis)
            || self.at_lifetime()
            || self.at_character('?')
            || self.at_character('~')
        {
            self.bound()?;
        } else {
            self.path(PathStyle::Type)?;
            if self.at_operator("!") {
                self.skip(1);
                let found = self.eat_brackets();
                return self.expect(found);
            }
        }
        while sums && self.at_character('+') && !self.at_operator("+=") {
            self.skip(1);
            if !self.bound_follows() {
                break;
            }
            self.bound()?;
        }
        Ok(())
    }

    fn followed_by_path(&self) -> bool {
        self.second().is_some_and(|token| token.is_punct(':') || token.is_punct('<'))
    }

    /// `impl`, or `dyn` that is no name as it may be in the first edition.
    fn at_bounds_keyword(&self) -> bool {
        self.at_ident("impl") || self.at_ident("dyn") && !self.followed_by_path()
    }

    fn bound_follows(&self) -> bool {
        self.at_lifetime()
            || ['?', '~', '<', ':'].into_iter().any(|character| self.at_character(character))
            || self.at_group(Delimiter::Parenthesis)
            || self.at_group(Delimiter::Bracket)
            || self.at_group(Delimiter::None)
            || self
                .ident()
                .is_some_and(|ident| !is_reserved(ident) || matches!(ident, "for" | "async" | "const" | "use"))
    }

    fn bound(&mut self) -> Parsed {
        if self.eat_lifetime() || self.eat_group(Delimiter::Parenthesis) {
            return Ok(());
        }
        if self.eat_ident("use") {
            return self.generics();
        }
        while self.eat_character('?')
            || self.eat_character('~')
            || self.eat_ident("const")
            || self.eat_ident("async")
            || self.eat_group(Delimiter::Bracket)
        {}
        if self.eat_ident("for") {
            self.generics()?;
        }
        self.path(PathStyle::Type)
    }

    /// `-> type`, if it is there.
    pub(super) fn returned(&mut self) -> Parsed {
        if !self.eat_operator("->") {
            return Ok(());
        }
        self.nested(|cursor| cursor.type_(false))
    }

    /// `<…>`. What stands in it is not looked at, but for the end.
    pub(super) fn generics(&mut self) -> Parsed {
        let mut open = 0_usize;
        while let Some(token) = self.peek() {
            if self.at_operator("->") || self.at_operator("=>") {
                self.skip(2);
                continue;
            }
            if token.is_punct('<') {
                open += 1;
            } else if token.is_punct('>') {
                open = open.checked_sub(1).ok_or(Broken)?;
            } else if token.is_punct(';') {
                return Err(Broken);
            }
            if open == 0 && !token.is_punct('>') {
                return Err(Broken);
            }
            self.skip(1);
            if open == 0 {
                return Ok(());
            }
        }
        Err(Broken)
    }

    /// A path, `<T as Trait>::Name` among them.
    pub(in super::super) fn path(&mut self, style: PathStyle) -> Parsed {
        if self.at_character('<') && style != PathStyle::Module {
            self.generics()?;
            return if self.at_operator("::") { self.path_rest(style) } else { Err(Broken) };
        }
        if self.at_group(Delimiter::None) {
            self.skip(1);
            return self.path_rest(style);
        }
        if !self.eat_operator("::") && self.ident().is_none() {
            return Err(Broken);
        }
        self.segment(style)?;
        self.path_rest(style)
    }

    /// `::segment`, as often as it comes.
    fn path_rest(&mut self, style: PathStyle) -> Parsed {
        while self.at_operator("::") {
            let next = self.tokens.get(self.at + 2);
            let continues = next.is_some_and(|token| {
                token.ident().is_some() || token.is_punct('<') || token.group(Delimiter::None).is_some()
            });
            let arguments =
                style == PathStyle::Type && next.is_some_and(|token| token.group(Delimiter::Parenthesis).is_some());
            if !continues && !arguments {
                break;
            }
            self.skip(2);
            self.segment(style)?;
        }
        Ok(())
    }

    fn segment(&mut self, style: PathStyle) -> Parsed {
        match self.ident() {
            Some(ident) if is_reserved(ident) => return Err(Broken),
            Some(_) => self.skip(1),
            None if self.at_group(Delimiter::None) => self.skip(1),
            // What follows `::<` or `::(`.
            None if self.at_character('<') && style != PathStyle::Module => return self.generics(),
            None if self.at_group(Delimiter::Parenthesis) => {}
            None => return Err(Broken),
        }
        if style != PathStyle::Type {
            return Ok(());
        }
        if self.at_character('<') && !self.at_operator("<=") && !self.at_operator("<<=") {
            self.generics()
        } else if self.eat_group(Delimiter::Parenthesis) {
            self.returned()
        } else {
            Ok(())
        }
    }
}
