//! Documentation as rustdoc tests it: the pieces that an item's documentation is made of, and the blocks of code in it.
//!
//! Owns the words for both; refuses to know Markdown.

use crate::model::Edition;

/// One documentation comment, or one `doc` attribute with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// What stands between `///` and the end of the line, between `/**` and `*/`, or the attribute's value.
    pub text: Box<str>,
    /// Which of these it is.
    pub kind: FragmentKind,
    /// 1-based line of the `///`, `/**` or `#`. Of a comment or attribute that a macro writes, or whose `#[…]` a macro
    /// writes around a `$m:meta`: the line of the outermost call.
    pub line: u32,
    /// 1-based line where the value of an attribute begins, in whatever file that is: 1 for what `include_str!` reads, the
    /// line within the definition of the macro that wrote it. Of a comment, the line where it really stands. Since edition
    /// 2024 this line counts.
    pub value_line: u32,
}

/// What a fragment of documentation is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FragmentKind {
    /// `///` or `//!`.
    Line,
    /// `/** */` or `/*! */`.
    Block,
    /// `#[doc = …]`.
    Attribute,
    /// `#[doc = include_str!(…)]`: an attribute whose value has a file of its own.
    Included,
}

/// A block of code that rustdoc lists as a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBlock {
    /// The 1-based line that rustdoc prints. It is not always the line where the block stands: attributes between comments,
    /// and the first line of a block comment, are not counted.
    pub line: u32,
    /// Which of the fragments the line counts from: the block's name begins with the path of the file that this fragment
    /// stands in; of an included one since edition 2024, the path of the file that it was read from.
    pub base: usize,
    /// What rustdoc does with it, but for `ignored_on`.
    pub mode: Mode,
    /// It is ignored where the target triple contains one of these, `x86_64` of `ignore-x86_64`.
    pub ignored_on: Vec<Box<str>>,
    /// Its own edition, where it names one.
    pub edition: Option<Edition>,
    /// `test_harness`: it is compiled with `--test`.
    pub test_harness: bool,
    /// `standalone_crate`: it is never merged with others.
    pub standalone_crate: bool,
    /// The code that is compiled, hidden lines among it.
    pub text: Box<str>,
}

/// What rustdoc does with a block of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// It is listed and nothing is done with it.
    Ignore,
    /// It must not compile.
    CompileFail,
    /// It must compile.
    NoRun,
    /// It must panic.
    ShouldPanic,
    /// It must run to its end.
    Run,
}
