//! How far expressions and statements reach: operands with what is before and behind them, and operators between.

use super::types::PathStyle;
use super::{Broken, Cursor, Parsed, is_reserved};
use crate::model::rust::Delimiter;

/// Whether `name { … }` may be a literal of a struct: not where a block follows, as in `if name { … }`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Structs {
    Allowed,
    Refused,
}

/// What an operand was.
#[derive(PartialEq, Eq)]
enum Operand {
    /// Whole; operators may follow.
    Whole,
    /// Only its beginning: another operand follows.
    Prefix,
    /// Only its beginning, if an expression follows; whole by itself otherwise.
    Optional,
}

impl Cursor<'_> {
    /// An expression.
    pub(in super::super) fn expression(&mut self, structs: Structs) -> Parsed {
        loop {
            match self.operand(structs)? {
                Operand::Prefix => continue,
                Operand::Optional if self.expression_follows(structs) => continue,
                Operand::Optional | Operand::Whole => {}
            }
            self.postfixes()?;
            match self.operator() {
                Some(".." | "..=" | "...") => {
                    self.skip(self.operator().map_or(0, str::len));
                    if !self.expression_follows(structs) {
                        return Ok(());
                    }
                }
                Some(operator) if is_binary(operator) => self.skip(operator.len()),
                _ => return Ok(()),
            }
        }
    }

    /// rustc: `Token::can_begin_expr`.
    pub(in super::super) fn expression_follows(&self, structs: Structs) -> bool {
        if let Some(operator) = self.operator() {
            return matches!(
                operator,
                "!" | "-" | "*" | "|" | "||" | "&" | "&&" | ".." | "..." | "..=" | "<" | "<<" | "::" | "#"
            );
        }
        if let Some(ident) = self.ident() {
            return !is_reserved(ident)
                || matches!(
                    ident,
                    "async"
                        | "do"
                        | "box"
                        | "break"
                        | "const"
                        | "continue"
                        | "false"
                        | "for"
                        | "if"
                        | "let"
                        | "loop"
                        | "match"
                        | "move"
                        | "return"
                        | "true"
                        | "try"
                        | "unsafe"
                        | "while"
                        | "yield"
                        | "static"
                        | "become"
                        | "_"
                );
        }
        if self.at_group(Delimiter::Brace) {
            return structs == Structs::Allowed;
        }
        self.peek().is_some()
    }

    fn operand(&mut self, structs: Structs) -> Result<Operand, Broken> {
        self.attributes();
        match self.operator() {
            Some("-" | "!" | "*") => {
                self.skip(1);
                return Ok(Operand::Prefix);
            }
            Some(operator @ ("&" | "&&")) => {
                self.skip(operator.len());
                let raw = self.at_ident("raw")
                    && self.second().is_some_and(|token| token.is_ident("const") || token.is_ident("mut"));
                self.skip(if raw { 2 } else { usize::from(self.at_ident("mut")) });
                return Ok(Operand::Prefix);
            }
            Some(operator @ (".." | "..=" | "...")) => {
                self.skip(operator.len());
                return Ok(Operand::Optional);
            }
            Some("|" | "||") => return self.closure(),
            Some("<" | "<<" | "::") => return self.path_operand(structs),
            Some(_) => return Err(Broken),
            None => {}
        }
        if self.eat_literal() || self.eat_brackets() {
            return Ok(Operand::Whole);
        }
        if self.eat_lifetime() {
            return if self.eat_operator(":") { Ok(Operand::Prefix) } else { Err(Broken) };
        }
        match self.ident() {
            Some(keyword) if is_reserved(keyword) => self.keyword(keyword),
            Some(_) => self.path_operand(structs),
            None if self.at_group(Delimiter::None) => self.path_operand(structs),
            None => Err(Broken),
        }
    }

    /// `|parameters|`, with the block where a type is returned.
    fn closure(&mut self) -> Result<Operand, Broken> {
        if !self.eat_operator("||") {
            self.skip(1);
            while !self.at_character('|') {
                if self.peek().is_none() {
                    return Err(Broken);
                }
                self.skip(1);
            }
            self.skip(1);
        }
        if !self.at_operator("->") {
            return Ok(Operand::Prefix);
        }
        self.returned()?;
        let found = self.eat_group(Delimiter::Brace) || self.eat_group(Delimiter::None);
        self.expect(found)?;
        Ok(Operand::Whole)
    }

    fn path_operand(&mut self, structs: Structs) -> Result<Operand, Broken> {
        self.path(PathStyle::Expression)?;
        if self.at_operator("!") {
            self.skip(1);
            let found = self.eat_brackets();
            self.expect(found)?;
        } else if structs == Structs::Allowed {
            self.eat_group(Delimiter::Brace);
        }
        Ok(Operand::Whole)
    }

    fn keyword(&mut self, keyword: &str) -> Result<Operand, Broken> {
        self.skip(1);
        match keyword {
            "true" | "false" | "_" => Ok(Operand::Whole),
            "move" | "static" | "box" | "do" => Ok(Operand::Prefix),
            "async" | "unsafe" | "const" | "try" | "loop" => Ok(Operand::Prefix),
            "return" | "yield" | "become" => Ok(Operand::Optional),
            "break" | "continue" => {
                // A label may also be that of a loop which is the value.
                if self.at_lifetime() && !self.second().is_some_and(|token| token.is_punct(':')) {
                    self.skip(1);
                }
                Ok(if keyword == "break" { Operand::Optional } else { Operand::Whole })
            }
            "let" => {
                self.pattern(true)?;
                let found = self.eat_operator("=");
                self.expect(found)?;
                Ok(Operand::Prefix)
            }
            "if" => {
                loop {
                    self.condition_and_block()?;
                    if !self.eat_ident("else") {
                        break;
                    }
                    if !self.eat_ident("if") {
                        let found = self.eat_block();
                        self.expect(found)?;
                        break;
                    }
                }
                Ok(Operand::Whole)
            }
            "match" | "while" => {
                self.condition_and_block()?;
                Ok(Operand::Whole)
            }
            // `for<'a> |x| …`
            "for" if self.at_character('<') => {
                self.generics()?;
                Ok(Operand::Prefix)
            }
            "for" => {
                self.pattern_before("in")?;
                self.condition_and_block()?;
                Ok(Operand::Whole)
            }
            _ => Err(Broken),
        }
    }

    fn eat_block(&mut self) -> bool {
        self.eat_group(Delimiter::Brace) || self.eat_group(Delimiter::None)
    }

    fn condition_and_block(&mut self) -> Parsed {
        self.nested(|cursor| cursor.expression(Structs::Refused))?;
        let found = self.eat_block();
        self.expect(found)
    }

    /// Calls, fields, indices, `?` and `as`.
    fn postfixes(&mut self) -> Parsed {
        loop {
            if self.eat_operator("?") || self.eat_group(Delimiter::Parenthesis) || self.eat_group(Delimiter::Bracket) {
                continue;
            }
            if self.eat_operator(".") {
                if self.eat_literal() {
                    continue;
                }
                let found = self.ident().is_some() || self.at_group(Delimiter::None);
                self.expect(found)?;
                self.skip(1);
                if self.at_operator("::") {
                    self.skip(2);
                    self.generics()?;
                }
                continue;
            }
            if self.eat_ident("as") {
                self.type_(false)?;
                continue;
            }
            return Ok(());
        }
    }

    /// A statement without the `;` behind it.
    pub(in super::super) fn statement(&mut self) -> Parsed {
        if self.at_group(Delimiter::None) && self.rest().len() == 1 {
            self.skip(1);
            return Ok(());
        }
        let mut ahead = *self;
        ahead.attributes();
        if ahead.at_ident("let") {
            *self = ahead;
            self.skip(1);
            self.pattern(true)?;
            if self.eat_operator(":") {
                self.type_(true)?;
            }
            if self.eat_operator("=") {
                self.expression(Structs::Allowed)?;
            }
            if self.eat_ident("else") {
                let found = self.eat_group(Delimiter::Brace);
                self.expect(found)?;
            }
            return Ok(());
        }
        if ahead.item_begins() && !ahead.call_begins() {
            return self.item();
        }
        self.expression(Structs::Allowed)
    }
}

fn is_binary(operator: &str) -> bool {
    matches!(
        operator,
        "+" | "-"
            | "*"
            | "/"
            | "%"
            | "^"
            | "&"
            | "|"
            | "&&"
            | "||"
            | "<<"
            | ">>"
            | "=="
            | "!="
            | "<"
            | ">"
            | "<="
            | ">="
            | "="
            | "+="
            | "-="
            | "*="
            | "/="
            | "%="
            | "^="
            | "&="
            | "|="
            | "<<="
            | ">>="
    )
}
