//! What a file's tokens say of the configuration: features that predicates name, in the bodies of macros too, and what a
//! build script prints. Refuses to know what is set.

use crate::model::rust::{Delimiter, FeatureUse, Group, PrintedCfg, Token, TokenKind};

/// The features that rustc's own predicates name: in `#[cfg(…)]`, `#[cfg_attr(…, …)]`, `cfg!(…)` and the arms of
/// `cfg_select!`. `doc(cfg(…))` is rustdoc's.
pub(super) fn features(tokens: &[Token], text: &str) -> Vec<FeatureUse> {
    let mut search = Search::default();
    if memchr::memmem::find(text.as_bytes(), b"feature").is_some() {
        search.tokens(tokens);
    }
    search.found.sort();
    search.found.dedup();
    let mut columns = Columns { text: text.as_bytes(), read: 0, line_start: 0 };
    let feature = |Use { offset, end, line, name, macro_name }| FeatureUse {
        name,
        line,
        column: columns.column(offset),
        end_column: columns.column(end),
        offset,
        end,
        macro_name,
    };
    search.found.into_iter().map(feature).collect()
}

/// A feature by its byte offsets.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    offset: u32,
    end: u32,
    line: u32,
    name: Box<str>,
    macro_name: Option<Box<str>>,
}

/// Columns of offsets that are asked for in order.
struct Columns<'t> {
    text: &'t [u8],
    read: usize,
    line_start: usize,
}

impl Columns<'_> {
    /// 1-based, in bytes.
    fn column(&mut self, offset: u32) -> u32 {
        let offset = (offset as usize).clamp(self.read, self.text.len());
        if let Some(position) = memchr::memrchr(b'\n', &self.text[self.read..offset]) {
            self.line_start = self.read + position + 1;
        }
        self.read = offset;
        u32::try_from(offset - self.line_start + 1).unwrap_or(u32::MAX)
    }
}

#[derive(Default)]
struct Search<'t> {
    found: Vec<Use>,
    /// The innermost macro around what is looked at.
    macro_name: Option<&'t str>,
}

impl<'t> Search<'t> {
    /// Recurses over brackets, whose depth is limited where the text is read.
    fn tokens(&mut self, tokens: &'t [Token]) {
        for (position, token) in tokens.iter().enumerate() {
            let TokenKind::Group(group) = &token.kind else { continue };
            match &tokens[..position] {
                [.., pound] if pound.is_punct('#') && group.delimiter == Delimiter::Bracket => {
                    self.attribute(&group.tokens);
                }
                [.., pound, bang] if pound.is_punct('#') && bang.is_punct('!') => self.attribute(&group.tokens),
                [.., name, bang] if bang.is_punct('!') && name.is_ident("cfg") => self.predicate(&group.tokens),
                [.., name, bang] if bang.is_punct('!') && name.is_ident("cfg_select") => self.arms(group),
                _ => {}
            }
            let around = self.macro_name;
            self.macro_name = called(&tokens[..position]).or(around);
            self.tokens(&group.tokens);
            self.macro_name = around;
        }
    }

    /// What stands in an attribute's brackets.
    fn attribute(&mut self, tokens: &[Token]) {
        let [name, arguments, ..] = tokens else { return };
        let Some(group) = arguments.group(Delimiter::Parenthesis) else { return };
        match name.ident() {
            Some("cfg") => self.predicate(&group.tokens),
            Some("cfg_attr") => {
                let mut parts = group.tokens.split(|token| token.is_punct(','));
                self.predicate(parts.next().unwrap_or_default());
                parts.for_each(|part| self.attribute(part));
            }
            Some("unsafe") => self.attribute(&group.tokens),
            _ => {}
        }
    }

    fn predicate(&mut self, tokens: &[Token]) {
        for (position, token) in tokens.iter().enumerate() {
            if let TokenKind::Group(group) = &token.kind {
                self.predicate(&group.tokens);
            }
            if !token.is_ident("feature") {
                continue;
            }
            if let [equals, value, ..] = &tokens[position + 1..]
                && equals.is_punct('=')
                && let Some(name) = value.string()
            {
                self.feature(token, value, name);
            }
        }
    }

    /// `predicate => { … }`, one behind the other.
    fn arms(&mut self, group: &Group) {
        let mut rest = &group.tokens[..];
        let is_arrow = |pair: &[Token]| pair[0].is_punct('=') && pair[1].is_punct('>');
        while let Some(arrow) = rest.windows(2).position(is_arrow) {
            self.predicate(&rest[..arrow]);
            rest = &rest[arrow + 2..];
            // The body, if it is in braces; otherwise an expression up to a comma.
            let in_braces = rest.first().is_some_and(|token| token.group(Delimiter::Brace).is_some());
            let body = if in_braces { Some(0) } else { rest.iter().position(|token| token.is_punct(',')) };
            rest = body.map_or(&[], |end| &rest[end + 1..]);
        }
    }

    fn feature(&mut self, name_token: &Token, value: &Token, name: String) {
        let length = u32::try_from(value.literal().map_or(0, str::len)).unwrap_or(0);
        let end = value.offset.saturating_add(length);
        let macro_name = self.macro_name.map(Into::into);
        self.found.push(Use { offset: name_token.offset, end, line: name_token.line, name: name.into(), macro_name });
    }
}

/// The macro that is called with the brackets behind these tokens.
fn called(before: &[Token]) -> Option<&str> {
    let name = match before {
        [.., name, bang] if bang.is_punct('!') => name,
        [.., name, bang, defined] if bang.is_punct('!') && defined.ident().is_some() => name,
        _ => return None,
    };
    // `if !name {` is none.
    name.ident().filter(|name| !matches!(*name, "if" | "while" | "match" | "in" | "return" | "else"))
}

/// What the strings of a build script tell cargo to pass to rustc.
pub(super) fn printed_cfgs(tokens: &[Token], text: &str) -> Vec<PrintedCfg> {
    let mut found = Vec::new();
    let says = |words: &str| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    if says("rustc-cfg=") || says("rustc-check-cfg=") {
        print(tokens, &mut found);
    }
    found
}

/// Recurses over brackets, whose depth is limited where the text is read.
fn print(tokens: &[Token], found: &mut Vec<PrintedCfg>) {
    for token in tokens {
        match &token.kind {
            TokenKind::Group(group) => print(&group.tokens, found),
            TokenKind::Literal(text) if text.contains("cfg=") => {
                let value = token.string();
                found.extend(value.iter().flat_map(|value| value.lines()).filter_map(instruction));
            }
            _ => {}
        }
    }
}

/// `cargo::rustc-cfg=…` with one colon or two, as in "Build Scripts" of the cargo book.
fn instruction(line: &str) -> Option<PrintedCfg> {
    let (_, after) = line.split_once("cargo:")?;
    let after = after.strip_prefix(':').unwrap_or(after);
    if let Some(known) = after.strip_prefix("rustc-check-cfg=") {
        return Some(PrintedCfg::Known(known.trim().into()));
    }
    let set = after.strip_prefix("rustc-cfg=")?;
    Some(PrintedCfg::Set(set.split('{').next().unwrap_or_default().trim().into()))
}
