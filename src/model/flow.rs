//! What ends a function or an import early, and under which conditions: what gates of tests are made of. No syntax tree, no
//! judgement.

use super::{DefinitionId, Evidence, Expr, expr::Call};

/// Names a [`Guard`] within its file's facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GuardId(pub u32);

/// Something that decides whether what stands in it, or behind it, runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    /// The one around it.
    pub parent: Option<GuardId>,
    /// What decides.
    pub kind: GuardKind,
    /// 1-based line.
    pub line: u32,
}

/// What decides.
#[derive(Debug, Clone, PartialEq)]
pub enum GuardKind {
    /// A condition that holds in a branch.
    If(Expr),
    /// A condition that holds behind a branch which does not come back.
    Passed {
        /// The condition.
        condition: Expr,
        /// Whether the branch returns, rather than to raise or to skip.
        returns: bool,
    },
    /// The body of a `try`, with what is imported in it.
    Try(Vec<String>),
    /// A handler of a `try` in whose body this is imported, with the exceptions that it handles.
    Handler {
        /// Resolved dotted names of modules and of what is imported from them.
        imports: Vec<String>,
        /// Resolved names of exceptions; empty where it handles all.
        exceptions: Vec<String>,
    },
    /// A loop, which may run never.
    Loop,
}

/// A statement that may end what it stands in, or that may call what does.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The function or class that it stands in; `None` for the module.
    pub owner: Option<DefinitionId>,
    /// What decides whether it runs, innermost.
    pub guard: Option<GuardId>,
    /// Byte offset.
    pub offset: u32,
    /// Where it stands.
    pub evidence: Evidence,
    /// What it does.
    pub kind: FlowKind,
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq)]
pub enum FlowKind {
    /// `return`, with what is returned.
    Return(Option<Expr>),
    /// `raise`, with the resolved name.
    Raise(String),
    /// A call that stands alone, or whose value is bound, returned or entered.
    Call(Box<Call>),
    /// The first check of its owner.
    Check,
}
