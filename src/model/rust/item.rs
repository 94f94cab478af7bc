//! Items of Rust, as far as tests, documentation and macros depend on them.

use std::sync::Arc;

use super::token::Origin;
use super::{Delimiter, RustBody, RustCode, Token};

/// An item, or a member of one that may carry attributes: a field, a variant, a method.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Outer attributes, then inner ones, each in source order; documentation comments among them.
    pub attributes: Vec<Attribute>,
    /// Whether it has any `pub`.
    pub public: bool,
    /// Its name, `r#` removed; empty where it has none (`impl`, `use`, an unnamed field).
    pub name: Box<str>,
    /// 1-based line of its first token behind the outer attributes.
    pub line: u32,
    /// 1-based line where it ends.
    pub end_line: u32,
    /// What it is.
    pub kind: ItemKind,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    /// `fn`, free or associated, with or without a body.
    Function(Box<Function>),
    /// `mod name { … }`, or `mod name;` where the items are in another file.
    Module {
        /// The items of an inline module.
        items: Option<Vec<Item>>,
    },
    /// `use`: one import for each leaf.
    Use(Vec<Import>),
    /// `extern crate name as alias`: the item's name is what it binds.
    ExternCrate {
        /// The crate.
        source: Box<str>,
    },
    /// `macro_rules! name { … }`: what stands in its brackets.
    MacroRules(Vec<Token>),
    /// `path!(…)` in the place of an item.
    MacroCall(MacroCall),
    /// `impl`.
    Impl {
        /// The type that it is for.
        self_type: Vec<Token>,
        /// The trait, empty for an inherent implementation; without a `!` before it.
        of_trait: Vec<Token>,
        /// Associated items.
        items: Vec<Item>,
    },
    /// `trait`, with its associated items.
    Trait(Vec<Item>),
    /// `struct`, `enum` or `union`, with its fields, or its variants with theirs. An unnamed field has its position as name.
    Type(Vec<Item>),
    /// A variant of an `enum`, with its fields.
    Variant(Vec<Item>),
    /// A field, with the names in its type.
    Field(Vec<Box<str>>),
    /// `extern "…" { … }` with its items.
    Foreign(Vec<Item>),
    /// `const`, `static`, `type`, a trait alias: what is left.
    Other,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Function {
    /// 1-based line of its name, which is what libtest says of a test: `get_location_info` of rustc_builtin_macros.
    pub name_line: u32,
    /// Where the definition of a macro has the name, if a macro wrote it: libtest says that instead.
    pub name_origin: Option<Origin>,
    /// Whether it is an `async fn`.
    pub is_async: bool,
    /// Parameters in order, a `self` among them.
    pub parameters: Vec<Parameter>,
    /// The tokens between `->` and the body or `where`; empty where there are none.
    pub returns: Vec<Token>,
    /// Whether it has a body.
    pub has_body: bool,
    /// What its body does; `None` where it has none, or does nothing that is kept.
    pub body: Option<Arc<RustBody>>,
    /// What its code does, for an estimate of coverage; `None` where it has no body.
    pub code: Option<Arc<RustCode>>,
    /// Items that stand in its body, at any depth, in source order.
    pub items: Vec<Item>,
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameter {
    /// Attributes: rstest and others write cases on parameters.
    pub attributes: Vec<Attribute>,
    /// The tokens before the `:`, or all of them where there is none (`self`; `x in strategy` of proptest).
    pub pattern: Vec<Token>,
    /// The tokens of its type.
    pub kind: Vec<Token>,
}

/// One leaf of a `use`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Segments of the path, `crate`, `self` and `super` among them; a leading `::` is an empty first segment. A trailing
    /// `self` is dropped.
    pub path: Vec<Box<str>>,
    /// What it binds: the alias, else the last segment; `*` for a glob, `_` where nothing is bound.
    pub name: Box<str>,
}

/// `path!(…)`, `path![…]` or `path! name {…}`.
#[derive(Debug, Clone, PartialEq)]
pub struct MacroCall {
    /// Segments of the macro's path.
    pub path: Vec<Box<str>>,
    /// Its brackets.
    pub delimiter: Delimiter,
    /// What stands in them.
    pub tokens: Vec<Token>,
}

/// `#[path tokens]` or `#![path tokens]`, or a documentation comment.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its path with `::`; `unsafe(…)` around it removed. `doc` for a documentation comment.
    pub path: Box<str>,
    /// What follows the path: `(…)` as one group, `= value`, or nothing.
    pub tokens: Vec<Token>,
    /// Whether it is `#![…]`, `//!` or `/*! */`.
    pub inner: bool,
    /// 1-based line of its `#`.
    pub line: u32,
    /// Where the definition of a macro has its `#`, if a macro wrote it.
    pub origin: Option<Origin>,
    /// What it says, where it is a documentation comment.
    pub doc: Option<DocFragment>,
}

/// What a documentation comment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocFragment {
    /// Whether it is `/** */`.
    pub block: bool,
    /// Its text, blanks kept.
    pub text: Box<str>,
}

impl Attribute {
    /// The last segment of its path: `test` of `tokio::test`.
    pub fn last_segment(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or(&self.path)
    }

    /// Whether it switches rustc's lint `unexpected_cfgs` off.
    pub fn allows_unexpected_cfgs(&self) -> bool {
        matches!(&*self.path, "allow" | "expect")
            && self.arguments().iter().any(|token| token.is_ident("unexpected_cfgs"))
    }

    /// The tokens in its parentheses; empty where it has none.
    pub fn arguments(&self) -> &[Token] {
        let group = self.tokens.first().and_then(|token| token.group(Delimiter::Parenthesis));
        group.map_or(&[], |group| &group.tokens)
    }
}
