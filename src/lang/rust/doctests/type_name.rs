//! How rustdoc writes the self type of an implementation in the names of tests: `print_type` of rustc_hir_pretty, without
//! blanks.
//!
//! Refuses to know what names mean: a macro in the place of a type is written as it stands, and so is a path whose
//! lifetimes edition 2015 allows to leave out.

mod bounds;
mod constants;
mod lines;
mod paths;

use self::lines::{Piece, laid_out};
use super::names::written;
use crate::model::Edition;
use crate::model::rust::{Delimiter, Group, Token, TokenKind};

/// How deep types may stand in each other; what is deeper is written token by token, and brackets there without contents.
const MAX_DEPTH: usize = 128;

/// The type as it stands in names: `&T` is `&'_T`, `dyn A + 'a` is `dynA+'a`. Types of more than 78 columns contain line
/// breaks, as rustc's printer makes them.
pub fn type_name(tokens: &[Token], edition: Edition) -> String {
    let mut printer = Printer { edition, pieces: Vec::new(), anonymous: false, is_function: false };
    printer.whole_type(tokens, MAX_DEPTH);
    laid_out(&printer.pieces)
}

/// What is printed so far.
struct Printer {
    edition: Edition,
    pieces: Vec<Piece>,
    /// Whether a lifetime without a name was printed since the innermost function type began.
    anonymous: bool,
    /// Whether the innermost bound is written like `Fn(A)`.
    is_function: bool,
}

/// Tokens that are still to be read.
type Rest<'t> = &'t [Token];

impl Printer {
    fn word(&mut self, text: impl Into<String>) {
        self.pieces.push(Piece::Text(text.into()));
    }

    fn open(&mut self, offset: usize) {
        self.pieces.push(Piece::Open(offset));
    }

    fn close(&mut self) {
        self.pieces.push(Piece::Close);
    }

    fn space(&mut self) {
        self.pieces.push(Piece::Break);
    }

    /// One type that these tokens are, with whatever follows it by mistake.
    fn whole_type(&mut self, tokens: Rest, depth: usize) {
        let rest = self.one_type(tokens, depth);
        self.tokens(rest, depth);
    }

    /// A type at the front of the tokens; returns what is behind it.
    fn one_type<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
        let Some(inner) = depth.checked_sub(1) else {
            self.tokens(tokens, 0);
            return &[];
        };
        self.open(0);
        let rest = self.type_in_box(tokens, inner);
        self.close();
        rest
    }

    fn type_in_box<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
        let Some((first, rest)) = tokens.split_first() else {
            return tokens;
        };
        match &first.kind {
            TokenKind::Group(group) => self.bracketed(group, rest, depth),
            TokenKind::Punct { character: '&', .. } => {
                self.word("&");
                let rest = self.reference_lifetime(rest);
                self.pointee("mut", rest, depth)
            }
            TokenKind::Punct { character: '*', .. } => {
                self.word("*");
                let rest = self.pointee("const", rest, depth);
                if tokens.len() - rest.len() > 1 { rest } else { self.pointee("mut", rest, depth) }
            }
            TokenKind::Punct { character: '!', .. } => {
                self.word("!");
                rest
            }
            TokenKind::Punct { character: '<', .. } => self.qualified_path(rest, depth),
            TokenKind::Punct { character: '?', .. } | TokenKind::Lifetime(_) => self.bounds(tokens, depth),
            TokenKind::Ident(name) => match &**name {
                "_" | "true" | "false" => {
                    self.word(&**name);
                    rest
                }
                "dyn" | "impl" if rest.first().is_some_and(begins_bound) => {
                    self.word(format!("{name} "));
                    self.bounds(rest, depth)
                }
                "fn" | "unsafe" | "extern" => self.function_pointer(tokens, "", depth),
                "for" => {
                    let (binder, rest) = self.binder(rest);
                    let is_function = rest.first().and_then(Token::ident);
                    if matches!(is_function, Some("fn" | "unsafe" | "extern")) {
                        self.function_pointer(rest, &binder, depth)
                    } else {
                        self.bounds(tokens, depth)
                    }
                }
                _ => self.path_or_bounds(tokens, depth),
            },
            TokenKind::Punct { character: ':', .. } => self.path_or_bounds(tokens, depth),
            _ => {
                self.tokens(std::slice::from_ref(first), depth);
                rest
            }
        }
    }

    /// Brackets as a type: what is put together with macros, a tuple, a slice or an array.
    fn bracketed<'t>(&mut self, group: &Group, rest: Rest<'t>, depth: usize) -> Rest<'t> {
        match group.delimiter {
            Delimiter::None => self.whole_type(&group.tokens, depth),
            Delimiter::Bracket => {
                self.word("[");
                let length = self.one_type(&group.tokens, depth);
                if let Some((semicolon, length)) = length.split_first()
                    && semicolon.is_punct(';')
                {
                    self.word("; ");
                    self.constant(length, depth);
                }
                self.word("]");
            }
            Delimiter::Parenthesis => {
                let mut types = Self { pieces: Vec::new(), ..*self };
                let (count, comma) = types.types(&group.tokens, depth);
                self.anonymous = types.anonymous;
                let is_tuple = count != 1 || comma;
                if is_tuple {
                    self.word("(");
                }
                self.pieces.append(&mut types.pieces);
                if is_tuple {
                    self.word(if count == 1 { ",)" } else { ")" });
                }
                // `(A) + B` without `dyn`.
                if rest.first().is_some_and(|token| token.is_punct('+')) {
                    return self.further_bounds(rest, Vec::new(), depth);
                }
            }
            Delimiter::Brace => {}
        }
        rest
    }

    /// Types between commas: how many, and whether a comma ends them.
    fn types(&mut self, tokens: Rest, depth: usize) -> (usize, bool) {
        self.open(0);
        let mut rest = tokens;
        let mut count = 0;
        let mut comma = false;
        while !rest.is_empty() {
            if count > 0 {
                self.word(",");
                self.space();
            }
            rest = self.parameter(rest, depth);
            count += 1;
            comma = rest.first().is_some_and(|token| token.is_punct(','));
            rest = rest.get(1..).unwrap_or_default();
        }
        self.close();
        (count, comma)
    }

    /// A type, or a parameter of a function type: with a name, attributes, or `...`.
    fn parameter<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
        let mut rest = tokens;
        while let [hash, attribute, behind @ ..] = rest
            && hash.is_punct('#')
            && attribute.group(Delimiter::Bracket).is_some()
        {
            rest = behind;
        }
        let unmutable = match rest {
            [keyword, behind @ ..] if keyword.is_ident("mut") => behind,
            _ => rest,
        };
        if let [name, colon, behind @ ..] = unmutable
            && let Some(name) = name.ident()
            && colon.is_punct(':')
            && !behind.first().is_some_and(|token| token.is_punct(':'))
        {
            self.word(written(name, self.edition));
            self.word(":");
            self.space();
            return self.one_type(behind, depth);
        }
        if rest.first().is_some_and(|token| token.is_punct('.')) {
            self.word("...");
            let end = rest.iter().position(|token| !token.is_punct('.')).unwrap_or(rest.len());
            return &rest[end..];
        }
        self.one_type(rest, depth)
    }

    fn reference_lifetime<'t>(&mut self, rest: Rest<'t>) -> Rest<'t> {
        if let Some((Token { kind: TokenKind::Lifetime(lifetime), .. }, behind)) = rest.split_first() {
            self.lifetime(lifetime);
            self.word(" ");
            return behind;
        }
        self.lifetime("'_");
        self.word(" ");
        rest
    }

    fn lifetime(&mut self, lifetime: &str) {
        self.anonymous |= lifetime == "'_";
        self.word(lifetime);
    }

    /// What a pointer points to, behind a keyword if that is there. Nothing, if it is another one.
    fn pointee<'t>(&mut self, keyword: &str, rest: Rest<'t>, depth: usize) -> Rest<'t> {
        match rest.split_first() {
            Some((first, behind)) if first.is_ident(keyword) => {
                self.word(format!("{keyword} "));
                self.one_type(behind, depth)
            }
            Some((first, _)) if keyword == "const" && first.is_ident("mut") => rest,
            _ => self.one_type(rest, depth),
        }
    }
}

/// Whether a bound may begin so: `dyn` before something else is a name of edition 2015.
fn begins_bound(token: &Token) -> bool {
    match &token.kind {
        TokenKind::Ident(_) | TokenKind::Lifetime(_) => true,
        TokenKind::Punct { character, .. } => matches!(character, '?' | ':'),
        TokenKind::Group(group) => group.delimiter == Delimiter::Parenthesis,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(kind: TokenKind) -> Token {
        Token { kind, line: 1, offset: 0, origin: None }
    }

    fn ident(name: &str) -> Token {
        token(TokenKind::Ident(name.into()))
    }

    fn punct(character: char) -> Token {
        token(TokenKind::Punct { character, joint: false })
    }

    /// `impl Tr for $crate::X<$t>` with `$t` being `&u8`: rustdoc prints `crate::X<&'_u8>`.
    #[test]
    fn what_macros_put_into_a_type_is_written_as_if_it_stood_there() {
        let pasted = Group { delimiter: Delimiter::None, tokens: vec![punct('&'), ident("u8")], end_line: 1, end: 0 };
        let pasted = token(TokenKind::Group(Box::new(pasted)));
        let tokens = [ident("$crate"), punct(':'), punct(':'), ident("X"), punct('<'), pasted.clone(), punct('>')];
        assert_eq!(type_name(&tokens, Edition::Rust2021), "crate::X<&'_u8>");
        let tokens =
            [punct('<'), pasted, ident("as"), ident("Iterator"), punct('>'), punct(':'), punct(':'), ident("Item")];
        assert_eq!(type_name(&tokens, Edition::Rust2021), "<&'_u8asIterator>::Item");
    }
}
