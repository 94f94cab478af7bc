//! How far items reach, by their keywords and the first `;` or braces.

use super::expressions::Structs;
use super::types::PathStyle;
use super::{Broken, Cursor, Parsed, is_reserved};
use crate::model::rust::{Delimiter, Token, TokenKind};

/// The items that these tokens are, one slice each, with their attributes and, for a macro call, the `;` behind it. Inner
/// attributes belong to the first one. Where something is no item, the last slice is all that is left.
pub fn split(tokens: &[Token]) -> Vec<&[Token]> {
    let mut items = Vec::new();
    let mut rest = tokens;
    while !rest.is_empty() {
        let mut cursor = Cursor::new(rest);
        let mut length = match cursor.item() {
            Ok(()) => cursor.position(),
            Err(Broken) => rest.len(),
        };
        // Behind a macro call, or needless.
        while rest.get(length).is_some_and(|token| token.is_punct(';')) {
            length += 1;
        }
        let (item, behind) = rest.split_at(length.max(1));
        items.push(item);
        rest = behind;
    }
    items
}

/// Whether this group without brackets is a visibility.
pub(in super::super) fn is_visibility(token: &Token) -> bool {
    let group = token.group(Delimiter::None);
    group.is_some_and(|group| match &*group.tokens {
        [] => true,
        [first] => first.is_ident("pub") || is_visibility(first),
        [first, second] => first.is_ident("pub") && second.group(Delimiter::Parenthesis).is_some(),
        _ => false,
    })
}

impl Cursor<'_> {
    /// `pub`, `pub(crate)` and alike, or nothing. rustc: `parse_visibility`.
    pub(in super::super) fn visibility(&mut self) {
        if self.peek().is_some_and(is_visibility) {
            self.skip(1);
        } else if self.eat_ident("pub") {
            let Some(group) = self.peek().and_then(|token| token.group(Delimiter::Parenthesis)) else { return };
            let restricted = match &*group.tokens {
                [word] => ["crate", "self", "super"].into_iter().any(|expected| word.is_ident(expected)),
                [word, ..] => word.is_ident("in"),
                [] => false,
            };
            self.skip(usize::from(restricted));
        }
    }

    /// An item with its attributes; a macro call with the `;` behind it, where it has no braces.
    pub(in super::super) fn item(&mut self) -> Parsed {
        self.attributes();
        self.visibility();
        if let Some(Token { kind: TokenKind::Group(group), .. }) = self.peek()
            && group.delimiter == Delimiter::None
            && Cursor::new(&group.tokens).item_begins()
        {
            self.skip(1);
            return Ok(());
        }
        if !self.item_begins() {
            return Err(Broken);
        }
        let name_at = self.at;
        while ["default", "const", "async", "unsafe", "safe", "extern", "auto", "gen"]
            .into_iter()
            .any(|modifier| self.at_ident(modifier))
            && !self.at_call()
        {
            let external = self.at_ident("extern");
            // A constant has a name; a function's keyword may follow otherwise.
            if self.at_ident("const") && !self.second_is(&["fn", "async", "unsafe", "extern", "trait", "impl", "gen"]) {
                break;
            }
            self.skip(1);
            if external {
                self.eat_literal();
                self.eat_group(Delimiter::None);
            }
        }
        match self.ident() {
            Some("use" | "type" | "const" | "static" | "crate") if !self.at_call() => self.until_semicolon(),
            Some("fn" | "mod" | "struct" | "enum" | "union" | "trait" | "impl") if !self.at_call() => self.until_body(),
            Some("macro") => {
                self.skip(2);
                self.eat_group(Delimiter::Parenthesis);
                let found = self.eat_group(Delimiter::Brace);
                self.expect(found)
            }
            None if self.at_group(Delimiter::Brace) && self.at > name_at => {
                // `extern "C" { … }`
                self.skip(1);
                Ok(())
            }
            _ => {
                self.path(PathStyle::Module)?;
                let found = self.eat_operator("!");
                self.expect(found)?;
                if self.ident().is_some() {
                    self.skip(1);
                }
                let braces = self.at_group(Delimiter::Brace);
                let found = self.eat_brackets();
                self.expect(found)?;
                // rustc: `eat_semi_for_macro_if_needed`.
                if !braces {
                    self.eat_operator(";");
                }
                Ok(())
            }
        }
    }

    /// Whether a macro call is next, and not the definition of one.
    pub(super) fn call_begins(&self) -> bool {
        let mut cursor = *self;
        cursor.path(PathStyle::Module).is_ok() && cursor.eat_operator("!") && cursor.ident().is_none()
    }

    fn second_is(&self, words: &[&str]) -> bool {
        self.second().is_some_and(|token| words.iter().any(|word| token.is_ident(word)))
    }

    /// Whether `name!` or `name::` is next, so that a word is no keyword here.
    fn at_call(&self) -> bool {
        self.second().is_some_and(|token| token.is_punct('!') || token.is_punct(':'))
            && !self.second_is(&["fn"])
            && !self.at_ident("impl")
    }

    /// Whether an item is next, attributes and visibility passed.
    pub(super) fn item_begins(&self) -> bool {
        let mut cursor = *self;
        cursor.attributes();
        cursor.visibility();
        let Some(word) = cursor.ident() else {
            return cursor.peek().is_some_and(|token| {
                token.group(Delimiter::None).is_some_and(|group| Cursor::new(&group.tokens).item_begins())
                    || token.is_punct(':')
            }) || cursor.at_group(Delimiter::None) && cursor.second().is_some_and(|token| token.is_punct('!'));
        };
        match word {
            "fn" | "mod" | "struct" | "enum" | "trait" | "impl" | "use" | "type" | "macro" => true,
            "extern" => true,
            "const" => !cursor.second().is_some_and(|token| {
                token.group(Delimiter::Brace).is_some()
                    || token.is_punct('|')
                    || token.is_ident("move")
                    || token.is_ident("async")
                        && cursor.tokens.get(cursor.at + 2).is_none_or(|token| !token.is_ident("fn"))
            }),
            "static" => !cursor.second().is_some_and(|token| token.is_punct('|') || token.is_ident("move")),
            "unsafe" => cursor.second_is(&["fn", "impl", "trait", "extern", "auto", "mod", "static", "const"]),
            "async" => cursor.second_is(&["fn", "unsafe", "extern", "gen"]),
            "union" | "auto" | "default" | "safe" | "gen" => cursor
                .second()
                .is_some_and(|token| token.ident().is_some() || token.is_punct('!') || token.is_punct(':')),
            _ if is_reserved(word) => false,
            // A macro call, whatever comes before it.
            _ => cursor.path(PathStyle::Module).is_ok() && cursor.at_operator("!"),
        }
    }

    /// What stands in the brackets of an attribute. rustc: `parse_attr_item`.
    pub(in super::super) fn meta(&mut self) -> Parsed {
        if self.at_ident("unsafe") {
            self.skip(1);
            let found = self.eat_group(Delimiter::Parenthesis);
            return self.expect(found);
        }
        // Several names are keywords: `#[path]`, `#[crate::macro]`.
        if self.at_group(Delimiter::None) {
            self.skip(1);
        } else {
            self.eat_operator("::");
            loop {
                let found = self.ident().is_some();
                self.expect(found)?;
                self.skip(1);
                if !self.eat_operator("::") {
                    break;
                }
            }
        }
        if self.eat_brackets() {
            return Ok(());
        }
        if self.eat_operator("=") {
            return self.expression(Structs::Allowed);
        }
        Ok(())
    }

    fn until_semicolon(&mut self) -> Parsed {
        while let Some(token) = self.peek() {
            self.skip(1);
            if token.is_punct(';') {
                return Ok(());
            }
        }
        Err(Broken)
    }

    /// Up to `;`, or to braces that are not an argument between `<` and `>`.
    fn until_body(&mut self) -> Parsed {
        let mut open = 0_usize;
        while let Some(token) = self.peek() {
            if self.at_operator("->") || self.at_operator("=>") {
                self.skip(2);
                continue;
            }
            if token.is_punct('<') {
                open += 1;
            } else if token.is_punct('>') {
                open = open.saturating_sub(1);
            }
            // A body that a variable of a macro stands for, not a type.
            let body = |token: &Token| match token.group(Delimiter::None) {
                Some(group) => matches!(&*group.tokens, [only] if only.group(Delimiter::Brace).is_some()),
                None => token.group(Delimiter::Brace).is_some(),
            };
            self.skip(1);
            if open == 0 && (body(token) || token.is_punct(';')) {
                return Ok(());
            }
        }
        Err(Broken)
    }
}
