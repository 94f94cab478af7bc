//! What one file of Rust says: its items with their attributes, and the token trees that macros need.
//!
//! Everything is owned, so that it may leave the thread that read it; nothing here knows a parser.

pub mod body;
pub mod cfg;
pub mod code;
pub mod doctest;
pub mod item;
pub mod token;
pub mod tree;

pub use body::{Argument, BodyUse, Guard, Hazard, RustBody, UseKind};
pub use cfg::{Predicate, Truth};
pub use code::{CodeUse, CodeUseKind, Receiver, RustBranch, RustBranchKind, RustCode};
pub use doctest::{CodeBlock, Fragment, FragmentKind, Mode};
pub use item::{Attribute, DocFragment, Function, Import, Item, ItemKind, MacroCall, Parameter};
pub use token::{Delimiter, Group, Token, TokenKind};
pub use tree::{OrphanFile, RustTree};

use super::ProblemKind;

/// Everything that one file of Rust says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RustFacts {
    /// Inner attributes of the file, `//!` among them.
    pub attributes: Vec<Attribute>,
    /// Its items in source order.
    pub items: Vec<Item>,
    /// Predicates that name a feature, wherever they stand, in the bodies of macros too.
    pub features: Vec<FeatureUse>,
    /// Words that `cargo::rustc-cfg=` and `cargo::rustc-check-cfg=` are followed by in its strings: what a build script
    /// may print. The predicate of the first sort, the whole text of the second.
    pub printed_cfgs: Vec<PrintedCfg>,
    /// What could not be read: a 1-based line, the kind, and a message.
    pub problems: Vec<(u32, ProblemKind, String)>,
}

/// A feature that a predicate names: `feature = "…"` within `cfg`, `cfg!`, `cfg_attr` or a macro's own form of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeatureUse {
    /// Its name.
    pub name: Box<str>,
    /// 1-based line of `feature`.
    pub line: u32,
    /// 1-based column of `feature`, in bytes.
    pub column: u32,
    /// 1-based column behind the string, where it ends on the same line.
    pub end_column: u32,
    /// Byte offset of `feature`.
    pub offset: u32,
    /// Byte offset behind the string.
    pub end: u32,
    /// The innermost macro that is called with it, or `macro_rules` where it stands in a definition: what becomes of it there
    /// is the macro's matter.
    pub macro_name: Option<Box<str>>,
}

/// What a build script prints to change the configuration of its package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrintedCfg {
    /// `cargo::rustc-cfg=`: this predicate may hold; cut before the first `{` of a format string.
    Set(Box<str>),
    /// `cargo::rustc-check-cfg=`: this is known, whether or not it holds.
    Known(Box<str>),
}
