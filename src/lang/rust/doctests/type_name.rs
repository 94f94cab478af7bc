//! How rustdoc writes the self type of an implementation in the names of tests: `print_type` of rustc_hir_pretty, without
//! blanks.
//!
//! Refuses to know what names mean: a macro in the place of a type is written as it stands, and so is a path whose
//! lifetimes edition 2015 allows to leave out.

mod lines;

use self::lines::{Piece, laid_out};
use super::names::written;
use crate::model::rust::{Delimiter, Edition, Group, Token, TokenKind};

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

    /// `<A as B>::C` behind its `<`.
    fn qualified_path<'t>(&mut self, rest: Rest<'t>, depth: usize) -> Rest<'t> {
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

    fn path_or_bounds<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
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
    fn path<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
        let mut rest = tokens;
        loop {
            match rest {
                [first, second, behind @ ..] if first.is_punct(':') && second.is_punct(':') => {
                    // The `::` of `Vec::<u8>` is for expressions.
                    if !behind.first().is_some_and(|token| token.is_punct('<')) {
                        self.word("::");
                    }
                    rest = behind;
                }
                [name, behind @ ..] if name.ident().is_some_and(|name| !matches!(name, "as" | "mut")) => {
                    self.word(written(name.ident().unwrap_or_default(), self.edition));
                    rest = behind;
                    if !continues_path(rest) {
                        return rest;
                    }
                }
                [angle, behind @ ..] if angle.is_punct('<') => rest = self.generics(behind, depth),
                [arguments, behind @ ..] if arguments.group(Delimiter::Parenthesis).is_some() => {
                    let group = arguments.group(Delimiter::Parenthesis);
                    return self.inputs_and_output(group.map_or(&[], |group| &group.tokens), behind, true, depth);
                }
                _ => return rest,
            }
            if !continues_path(rest) && !rest.first().is_some_and(|token| token.ident().is_some()) {
                return rest;
            }
            if rest.first().is_some_and(|token| token.is_ident("as") || token.is_ident("mut")) {
                return rest;
            }
        }
    }

    /// `A, B = C>` behind its `<`.
    fn generics<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
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
    fn generic_argument<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
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

    /// Bounds between `+`; lifetimes come last.
    fn bounds<'t>(&mut self, tokens: Rest<'t>, depth: usize) -> Rest<'t> {
        let mut lifetimes = Vec::new();
        let rest = self.bound(tokens, &mut lifetimes, true, depth);
        self.further_bounds(rest, lifetimes, depth)
    }

    fn further_bounds<'t>(&mut self, tokens: Rest<'t>, mut lifetimes: Vec<&'t str>, depth: usize) -> Rest<'t> {
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

    fn bound<'t>(&mut self, tokens: Rest<'t>, lifetimes: &mut Vec<&'t str>, is_first: bool, depth: usize) -> Rest<'t> {
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
    fn binder<'t>(&self, tokens: Rest<'t>) -> (String, Rest<'t>) {
        let end = tokens.iter().position(|token| token.is_punct('>')).map_or(tokens.len(), |position| position + 1);
        let mut printer = Self { edition: self.edition, pieces: Vec::new(), anonymous: false, is_function: false };
        printer.tokens(&tokens[..end], 0);
        (laid_out(&printer.pieces), &tokens[end..])
    }

    /// `unsafe extern "C" fn(…) -> …`.
    fn function_pointer<'t>(&mut self, tokens: Rest<'t>, binder: &str, depth: usize) -> Rest<'t> {
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
    fn inputs_and_output<'t>(&mut self, inputs: Rest, rest: Rest<'t>, is_sugar: bool, depth: usize) -> Rest<'t> {
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

    /// A constant: the braces around a single name, which is taken for a parameter of the implementation, and the
    /// parentheses around everything are gone.
    fn constant(&mut self, tokens: Rest, depth: usize) {
        if let [token] = tokens
            && let TokenKind::Group(group) = &token.kind
            && let Some(depth) = depth.checked_sub(1)
        {
            let is_name = matches!(&*group.tokens, [name] if name.ident().is_some());
            match group.delimiter {
                Delimiter::None | Delimiter::Parenthesis => return self.constant(&group.tokens, depth),
                Delimiter::Brace if is_name => return self.constant(&group.tokens, depth),
                _ => {}
            }
        }
        self.tokens(tokens, depth);
    }

    /// Tokens as they are, without blanks.
    fn tokens(&mut self, tokens: Rest, depth: usize) {
        for token in tokens {
            match &token.kind {
                TokenKind::Ident(name) => self.word(&**name),
                TokenKind::Lifetime(lifetime) => self.word(&**lifetime),
                TokenKind::Literal(text) => self.word(literal(text)),
                TokenKind::Punct { character, .. } => self.word(*character),
                TokenKind::Group(group) => {
                    let (open, close) = match group.delimiter {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::None => ("", ""),
                    };
                    self.word(open);
                    if let Some(depth) = depth.checked_sub(1) {
                        self.tokens(&group.tokens, depth);
                    }
                    self.word(close);
                }
                TokenKind::Doc(_) => {}
            }
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

/// Whether a path goes on behind one of its segments.
fn continues_path(rest: Rest) -> bool {
    match rest {
        [first, second, ..] if first.is_punct(':') => second.is_punct(':'),
        [first, ..] => first.is_punct('<') || first.group(Delimiter::Parenthesis).is_some(),
        [] => false,
    }
}

/// A literal as rustc prints its value: whole numbers in decimal.
fn literal(text: &str) -> String {
    let (radix, digits) = match text.get(..2) {
        Some("0x") => (16, &text[2..]),
        Some("0o") => (8, &text[2..]),
        Some("0b") => (2, &text[2..]),
        _ => (10, text),
    };
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return text.to_owned();
    }
    let end = digits.find(|digit: char| digit != '_' && !digit.is_digit(radix)).unwrap_or(digits.len());
    let (digits, suffix) = digits.split_at(end);
    let value = u128::from_str_radix(&digits.replace('_', ""), radix);
    let is_whole = suffix.is_empty() || suffix.starts_with(['u', 'i']);
    value.ok().filter(|_| is_whole).map_or_else(|| text.to_owned(), |value| format!("{value}{suffix}"))
}
