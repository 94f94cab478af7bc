//! What the code of a function does, as far as an estimate of coverage needs it: the lines that llvm counts, in which branch
//! each stands, and what it calls on what. Refuses to know what a name means.

/// A word of the function, by its place in [`RustCode::words`].
pub type WordId = u32;

/// The code of a function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RustCode {
    /// 1-based line on which its signature ends.
    pub begin: u32,
    /// 1-based line of the `}`.
    pub end: u32,
    /// Its branches; the first is its body.
    pub branches: Box<[RustBranch]>,
    /// The lines of its body that llvm counts, with the branch of each, sorted.
    pub lines: Box<[(u32, u32)]>,
    /// What it calls and reads, in source order.
    pub uses: Box<[CodeUse]>,
    /// The words that the others name.
    pub words: Box<[Box<str>]>,
}

/// Code that runs together or not at all, as far as branches say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RustBranch {
    /// The branch around it; the first has none.
    pub parent: Option<u32>,
    /// What it is.
    pub kind: RustBranchKind,
    /// Whether it ends in a panic or gives up with an error.
    pub fails: bool,
}

/// What a branch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RustBranchKind {
    /// The body of the function.
    Body,
    /// A block that is always entered.
    Always,
    /// `if`.
    If,
    /// `else if`.
    ElseIf,
    /// `else`, written or not.
    Else,
    /// What follows an `if` that leaves the function or loop.
    After,
    /// `else` of a `let`.
    LetElse,
    /// An arm of a `match`.
    Arm,
    /// The only arm, or one of a name that matches everything.
    CatchAll,
    /// The body of a `for` or `while`.
    Loop,
    /// A closure.
    Closure,
    /// A closure that a method calls where something is wrong or absent: `unwrap_or_else`, `map_err`.
    Fallback,
    /// A block that the configuration decides about.
    Configured,
}

/// What a receiver is, as far as it says what type that has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// Nothing is known.
    Unknown,
    /// `self`.
    Own,
    /// A field of `self`.
    OwnField(WordId),
    /// A parameter, or something in one.
    Parameter(WordId),
    /// What an earlier call gives, or something in it.
    Result(u32),
    /// Something whose type consists of words: where they begin in [`RustCode::words`], and how many there are.
    Words(WordId, u32),
}

/// How something is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeUseKind {
    /// `path(…)`.
    Call,
    /// `.name(…)`.
    Method,
    /// `path!(…)`.
    Macro,
    /// A path that is not called, or a literal of a type.
    Value,
}

/// One use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeUse {
    /// The branch that it stands in.
    pub branch: u32,
    /// How.
    pub kind: CodeUseKind,
    /// The path with `::`, or the name of a method.
    pub name: WordId,
    /// Of a method: on what.
    pub receiver: Receiver,
}

impl RustCode {
    /// The text of a word.
    pub fn word(&self, word: WordId) -> &str {
        &self.words[word as usize]
    }
}
