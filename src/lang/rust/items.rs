//! Items from tokens: of a file, of what a macro expands to, of broken syntax. Owns which item begins where; what does not
//! begin one is skipped. Refuses to know whether an item is compiled, and what a macro makes of its tokens.
//!
//! The grammar is that of `parse_item_` in rustc_parse, more lenient: what rustc would refuse with a message is read.

use super::attributes::attributes;
use super::bodies::{is_statement_call, may_precede_not};
use super::functions::function;
use super::imports::leaves;
use super::members::{fields, numbered_fields, variants};
use super::reader::{Reader, flat};
use crate::model::rust::{Attribute, Delimiter, Item, ItemKind, MacroCall, Token, TokenKind};

/// Items nested deeper than this are left out: reading them recurses.
const MAX_ITEM_DEPTH: usize = 64;

/// The inner attributes and the items of a file.
pub fn file(tokens: &[Token]) -> (Vec<Attribute>, Vec<Item>) {
    contents(tokens, 0)
}

/// The items among these tokens, where only items may stand: in a file or module, or in the body of `impl` or `trait`.
pub fn items(tokens: &[Token]) -> Vec<Item> {
    contents(tokens, 0).1
}

/// Where an item may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Among items.
    Items,
    /// Among statements, most of which are none.
    Statements,
    /// Among statements that a macro expands to.
    ExpandedStatements,
}

/// An item without what is common to all.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) name: Box<str>,
    pub(super) kind: Option<ItemKind>,
    /// Attributes that its body begins with.
    pub(super) inner: Vec<Attribute>,
}

impl Draft {
    pub(super) fn new(name: &str, kind: ItemKind) -> Self {
        Self { name: name.into(), kind: Some(kind), inner: Vec::new() }
    }
}

/// Inner attributes and items, at this depth of items.
pub(super) fn contents(tokens: &[Token], depth: usize) -> (Vec<Attribute>, Vec<Item>) {
    let (mut inner, mut items) = (Vec::new(), Vec::new());
    if depth > MAX_ITEM_DEPTH {
        return (inner, items);
    }
    let tokens = flat(tokens);
    let mut reader = Reader::new(&tokens);
    while reader.peek().is_some() {
        let attributes = attributes(&mut reader, &mut inner);
        let rest = reader.rest().len();
        match item(&mut reader, attributes, Place::Items, depth) {
            Some(item) => items.push(item),
            None if rest == reader.rest().len() => reader.advance(1),
            None => {}
        }
    }
    (inner, items)
}

/// The item that is next. If there is none, some tokens that cannot begin one may have been read, none of them brackets.
pub(super) fn item(
    reader: &mut Reader<'_>,
    mut attributes: Vec<Attribute>,
    place: Place,
    depth: usize,
) -> Option<Item> {
    let line = reader.line();
    let public = visibility(reader);
    let is_async = modifiers(reader);
    let draft = match reader.ident_at(0).unwrap_or_default() {
        "fn" if reader.ident_at(1).is_some() => function(reader, is_async, depth),
        "use" => import(reader),
        "mod" if reader.ident_at(1).is_some() => module(reader, depth),
        "struct" if reader.ident_at(1).is_some() => structure(reader),
        "union" if reader.ident_at(1).is_some() => structure(reader),
        "enum" if reader.ident_at(1).is_some() => enumeration(reader),
        "impl" => implementation(reader, depth),
        "trait" if reader.ident_at(1).is_some() => interface(reader, depth),
        "const" | "static" => constant(reader)?,
        "type" if reader.ident_at(1).is_some() => alias(reader),
        "extern" => foreign(reader, depth)?,
        "macro_rules" if reader.is_punct_at(1, '!') && reader.ident_at(2).is_some() => definition(reader)?,
        "macro" if reader.ident_at(1).is_some() => new_definition(reader),
        _ => call(reader, place)?,
    };
    attributes.extend(draft.inner);
    let (name, kind) = (draft.name, draft.kind?);
    Some(Item { attributes, public, name, line, end_line: reader.end_line(), kind })
}

/// Goes over a visibility; whether it has `pub`.
pub(super) fn visibility(reader: &mut Reader<'_>) -> bool {
    if !reader.eat_ident("pub") {
        if reader.is_ident("crate") && reader.ident_at(1).is_some() {
            reader.advance(1);
        }
        return false;
    }
    if let Some(group) = reader.peek().and_then(|token| token.group(Delimiter::Parenthesis)) {
        // Otherwise the parentheses are the type of a tuple's field.
        let restricted = match &*flat(&group.tokens) {
            [only] => matches!(only.ident(), Some("crate" | "self" | "super" | "$crate")),
            [first, ..] => first.is_ident("in"),
            [] => false,
        };
        reader.advance(usize::from(restricted));
    }
    true
}

/// Goes over the words before the keyword that decides; whether `async` was among them.
fn modifiers(reader: &mut Reader<'_>) -> bool {
    let mut is_async = false;
    while let Some(word) = reader.ident_at(0) {
        let Some(next) = reader.ident_at(1) else {
            // The ABI of a function.
            if word == "extern" && reader.peek_at(1).is_some_and(is_abi) && is_function_word(reader.ident_at(2)) {
                reader.advance(2);
                continue;
            }
            return is_async;
        };
        let modifies = match word {
            "const" => is_function_word(Some(next)) || matches!(next, "trait" | "impl" | "auto"),
            "async" | "gen" => is_function_word(Some(next)),
            "extern" => is_function_word(Some(next)),
            "safe" => is_function_word(Some(next)) || matches!(next, "static" | "const" | "type"),
            "default" => is_function_word(Some(next)) || matches!(next, "impl" | "type" | "static" | "const"),
            "unsafe" => {
                is_function_word(Some(next))
                    || matches!(next, "impl" | "trait" | "auto" | "mod" | "static" | "const" | "type")
            }
            "auto" => next == "trait",
            _ => false,
        };
        if !modifies {
            return is_async;
        }
        is_async |= word == "async";
        reader.advance(1);
    }
    is_async
}

fn is_abi(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Literal(_))
}

/// Whether this may follow a modifier of a function.
fn is_function_word(word: Option<&str>) -> bool {
    matches!(word, Some("fn" | "const" | "async" | "gen" | "unsafe" | "safe" | "extern"))
}

fn import(reader: &mut Reader<'_>) -> Draft {
    reader.advance(1);
    let imports = leaves(reader.until(|_| false));
    reader.eat_punct(';');
    Draft::new("", ItemKind::Use(imports))
}

fn module(reader: &mut Reader<'_>, depth: usize) -> Draft {
    reader.advance(1);
    let name = reader.name().unwrap_or_default();
    let Some(tokens) = reader.group(Delimiter::Brace) else {
        reader.eat_punct(';');
        return Draft::new(name, ItemKind::Module { items: None });
    };
    let (inner, items) = contents(tokens, depth + 1);
    Draft { inner, ..Draft::new(name, ItemKind::Module { items: Some(items) }) }
}

fn is_brace(reader: &Reader<'_>) -> bool {
    reader.peek().is_some_and(|token| token.group(Delimiter::Brace).is_some())
}

fn structure(reader: &mut Reader<'_>) -> Draft {
    reader.advance(1);
    let name = reader.name().unwrap_or_default();
    reader.skip_generics();
    let members = match reader.group(Delimiter::Parenthesis) {
        Some(tokens) => {
            reader.skip_statement();
            numbered_fields(tokens)
        }
        None => {
            reader.until(is_brace);
            match reader.group(Delimiter::Brace) {
                Some(tokens) => fields(tokens),
                None => {
                    reader.eat_punct(';');
                    Vec::new()
                }
            }
        }
    };
    Draft::new(name, ItemKind::Type(members))
}

fn enumeration(reader: &mut Reader<'_>) -> Draft {
    reader.advance(1);
    let name = reader.name().unwrap_or_default();
    reader.until(is_brace);
    let members = reader.group(Delimiter::Brace).map(variants);
    Draft::new(name, ItemKind::Type(members.unwrap_or_default()))
}

fn implementation(reader: &mut Reader<'_>, depth: usize) -> Draft {
    reader.advance(1);
    if has_generics(reader) {
        reader.skip_generics();
    }
    if reader.is_ident("const") {
        reader.advance(1);
    }
    if reader.is_punct_at(0, '!') && !reader.is_punct_at(1, '=') && reader.peek_at(1).is_some_and(begins_path) {
        reader.advance(1);
    }
    let ends = |reader: &Reader<'_>| is_brace(reader) || reader.is_ident("where");
    let first = reader.until(|reader| ends(reader) || is_separating_for(reader));
    let (self_type, of_trait) = match reader.eat_ident("for") {
        true => (reader.until(ends), first),
        false => (first, &[][..]),
    };
    reader.until(is_brace);
    let (inner, items) = match reader.group(Delimiter::Brace) {
        Some(tokens) => contents(tokens, depth + 1),
        None => {
            reader.eat_punct(';');
            Default::default()
        }
    };
    let kind = ItemKind::Impl { self_type: self_type.to_vec(), of_trait: of_trait.to_vec(), items };
    Draft { inner, ..Draft::new("", kind) }
}

/// Whether the `<` behind `impl` begins generics and not a type: `choose_generics_over_qpath` of rustc_parse.
fn has_generics(reader: &Reader<'_>) -> bool {
    if !reader.is_punct_at(0, '<') {
        return false;
    }
    let Some(first) = reader.peek_at(1) else { return true };
    if first.is_punct('>') || first.is_punct('#') || first.is_ident("const") {
        return true;
    }
    let is_name = matches!(first.kind, TokenKind::Lifetime(_) | TokenKind::Ident(_));
    let is_path = reader.is_punct_at(2, ':')
        && matches!(reader.peek_at(2).map(|token| &token.kind), Some(TokenKind::Punct { joint: true, .. }))
        && reader.is_punct_at(3, ':');
    is_name && !is_path && [',', ':', '=', '>'].iter().any(|&character| reader.is_punct_at(2, character))
}

fn begins_path(token: &Token) -> bool {
    token.ident().is_some_and(|name| name != "for" && name != "where") || token.is_punct(':') || token.is_punct('<')
}

/// Whether a `for` is next that does not bind lifetimes.
fn is_separating_for(reader: &Reader<'_>) -> bool {
    let binds = reader.is_punct_at(1, '<')
        && reader.peek_at(2).is_some_and(|token| matches!(token.kind, TokenKind::Lifetime(_)) || token.is_punct('>'));
    reader.is_ident("for") && !binds
}

fn interface(reader: &mut Reader<'_>, depth: usize) -> Draft {
    reader.advance(1);
    let name = reader.name().unwrap_or_default();
    reader.skip_generics();
    reader.until(|reader| is_brace(reader) || reader.is_punct_at(0, '='));
    let Some(tokens) = reader.group(Delimiter::Brace) else {
        reader.skip_statement();
        return Draft::new(name, ItemKind::Other);
    };
    let (inner, items) = contents(tokens, depth + 1);
    Draft { inner, ..Draft::new(name, ItemKind::Trait(items)) }
}

/// `const` and `static`, if a name follows.
fn constant(reader: &mut Reader<'_>) -> Option<Draft> {
    let mutable = usize::from(reader.ident_at(1) == Some("mut"));
    reader.ident_at(1 + mutable)?;
    let declares = [':', '=', ';', '<'].iter().any(|&character| reader.is_punct_at(2 + mutable, character));
    if !declares {
        return None;
    }
    reader.advance(1 + mutable);
    Some(alias_of(reader))
}

fn alias(reader: &mut Reader<'_>) -> Draft {
    reader.advance(1);
    alias_of(reader)
}

/// A name and what follows it up to a `;`.
fn alias_of(reader: &mut Reader<'_>) -> Draft {
    let name = reader.name().unwrap_or_default();
    reader.skip_statement();
    Draft::new(name, ItemKind::Other)
}

/// `extern crate` or a block of foreign items.
fn foreign(reader: &mut Reader<'_>, depth: usize) -> Option<Draft> {
    if reader.ident_at(1) == Some("crate") {
        reader.advance(2);
        let source = reader.name()?;
        let alias = if reader.eat_ident("as") { reader.name() } else { None };
        reader.eat_punct(';');
        return Some(Draft::new(alias.unwrap_or(source), ItemKind::ExternCrate { source: source.into() }));
    }
    reader.advance(1 + usize::from(reader.peek_at(1).is_some_and(is_abi)));
    let (inner, items) = contents(reader.group(Delimiter::Brace)?, depth + 1);
    Some(Draft { inner, ..Draft::new("", ItemKind::Foreign(items)) })
}

/// The brackets that are next, other than invisible ones.
fn brackets<'t>(reader: &mut Reader<'t>) -> Option<(Delimiter, &'t [Token])> {
    let TokenKind::Group(group) = &reader.peek()?.kind else { return None };
    reader.advance(1);
    Some((group.delimiter, &group.tokens))
}

/// `macro_rules! name { … }`.
fn definition(reader: &mut Reader<'_>) -> Option<Draft> {
    reader.advance(2);
    let name = reader.name()?;
    let (delimiter, tokens) = brackets(reader)?;
    if delimiter != Delimiter::Brace {
        reader.eat_punct(';');
    }
    Some(Draft::new(name, ItemKind::MacroRules(tokens.to_vec())))
}

/// `macro name(…) { … }` or `macro name { … }`.
fn new_definition(reader: &mut Reader<'_>) -> Draft {
    reader.advance(1);
    let name = reader.name().unwrap_or_default();
    reader.group(Delimiter::Parenthesis);
    reader.group(Delimiter::Brace);
    Draft::new(name, ItemKind::Other)
}

/// `path!(…)`, `path! name {…}`.
fn call(reader: &mut Reader<'_>, place: Place) -> Option<Draft> {
    if reader.ident_at(0).is_some_and(may_precede_not) {
        return None;
    }
    let path = reader.path();
    if path.is_empty() || !reader.is_punct_at(0, '!') {
        return None;
    }
    let name = reader.ident_at(1);
    let TokenKind::Group(group) = &reader.peek_at(1 + usize::from(name.is_some()))?.kind else { return None };
    let next = reader.peek_at(2 + usize::from(name.is_some()));
    if place != Place::Items && !is_statement_call(&path, group, next, place) {
        return None;
    }
    reader.advance(2 + usize::from(name.is_some()));
    if group.delimiter != Delimiter::Brace {
        reader.eat_punct(';');
    }
    let call = MacroCall { path, delimiter: group.delimiter, tokens: group.tokens.clone() };
    Some(Draft::new(super::reader::plain(name.unwrap_or_default()), ItemKind::MacroCall(call)))
}
