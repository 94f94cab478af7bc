//! What one file says, by itself: the owned result of extraction.
//!
//! Facts depend on the file's bytes, its path and testaudit's version only, so they can be cached or made elsewhere.

use std::sync::Arc;

use super::about::{About, Prose};
use super::{
    Body, Code, Evidence, Expr, Flow, Guard, GuardId, Problem, Signal, Span, cpp::CppFacts, expr::Call,
    project::ModuleFacts, rust::RustFacts,
};

/// Names a [`Definition`] within its [`FileFacts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DefinitionId(pub u32);

/// A function or a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefinitionKind {
    /// `def` or `async def`.
    Function,
    /// `class`.
    Class,
}

/// A function, method or class with what its header says.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Function or class.
    pub kind: DefinitionKind,
    /// Its own name.
    pub name: String,
    /// The definition directly around it.
    pub parent: Option<DefinitionId>,
    /// From the first decorator to the end of the body.
    pub span: Span,
    /// Line of the `def` or `class` keyword.
    pub line: u32,
    /// Byte offset of the name.
    pub name_start: u32,
    /// Whether it is an `async def`.
    pub is_async: bool,
    /// Whether it stands in an `if`, `try`, loop or `with` of its scope.
    pub conditional: bool,
    /// What decides whether it is defined, innermost; only where flows are asked for.
    pub guard: Option<GuardId>,
    /// Parameters in order, without `*args` and `**kwargs`.
    pub parameters: Vec<Parameter>,
    /// The bases of a class, resolved: `unittest.TestCase`, `.common.Base`, `Local`.
    pub bases: Vec<String>,
    /// The `metaclass` of a class, resolved; empty where none is given.
    pub metaclass: String,
    /// Decorators in source order.
    pub decorators: Vec<Decorator>,
    /// 1-based line of the first example in its docstring; looked for only where pytest looks for doctests.
    pub doctest: Option<u32>,
    /// What a function of the module returns, where it may return a mark or a decorator that skips.
    pub returns: Vec<Expr>,
    /// What the body of a function does; only where that is asked for.
    pub body: Option<Box<Body>>,
    /// Byte offset and 1-based line of the first statement of its body.
    pub body_start: Option<(u32, u32)>,
    /// The first sentence of its docstring; only where that is asked for.
    pub doc: Option<Box<Prose>>,
    /// Of a fixture whether it yields; only where that is asked for.
    pub yields: bool,
}

impl Definition {
    /// The line that pytest reports for it: that of its first decorator (`inspect.getsourcelines`).
    pub fn first_line(&self) -> u32 {
        self.span.line
    }

    /// Whether nothing but what is known decorates it: anything else may call it, pass it arguments, or replace it.
    pub fn is_plain(&self) -> bool {
        const KNOWN: [&str; 6] = ["pytest.", "unittest.", "mock.", "hypothesis.", "builtins.", "functools.wraps"];
        self.decorators.iter().all(|decorator| KNOWN.iter().any(|prefix| decorator.name.starts_with(prefix)))
    }

    /// Whether it runs when its class is called.
    pub fn is_constructor(&self) -> bool {
        self.kind == DefinitionKind::Function
            && self.parent.is_some()
            && matches!(self.name.as_str(), "__init__" | "__post_init__" | "__new__")
    }
}

/// A parameter that an argument can be passed to by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether it has a default value (pytest then requests no fixture for it).
    pub has_default: bool,
    /// 1-based line of the name.
    pub line: u32,
    /// Byte offset of the name.
    pub start: u32,
}

/// One decorator.
#[derive(Debug, Clone, PartialEq)]
pub struct Decorator {
    /// The resolved dotted name; a call's result ends with `()`. Empty where it is no name.
    pub name: String,
    /// The call, of those decorators whose arguments say which fixtures a test asks for.
    pub call: Option<Call>,
    /// Where it stands.
    pub evidence: Evidence,
    /// Byte offset of its `@`.
    pub start: u32,
    /// Byte offset behind it.
    pub end: u32,
}

/// What a name of a module or class is bound to.
#[derive(Debug, Clone, PartialEq)]
pub enum BindingValue {
    /// An import: the dotted name, with leading dots where it is relative.
    Import(String),
    /// `from module import *`; the binding's name is `*`.
    Star(String),
    /// An assignment.
    Value(Expr),
    /// A `def` or `class`.
    Definition(DefinitionId),
    /// `del`.
    Deleted,
    /// Bound or changed in place in a way that is not followed.
    Unknown,
}

/// A name bound at module or class level, in source order.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    /// The bound name; of an assignment to an attribute both, `TestBase.__test__`.
    pub name: String,
    /// The class it is bound in; `None` for the module.
    pub scope: Option<DefinitionId>,
    /// Byte offset of the binding, to tell before from after.
    pub offset: u32,
    /// 1-based line.
    pub line: u32,
    /// Whether it stands in an `if`, `try`, loop or `with`.
    pub conditional: bool,
    /// What decides whether it is bound, innermost; only where flows are asked for.
    pub guard: Option<GuardId>,
    /// What it is bound to.
    pub value: BindingValue,
}

/// A use of a name that this file defines and that carries a signal: how a test reaches a helper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The definition that uses it; `None` at module level.
    pub owner: Option<DefinitionId>,
    /// The definition that is used.
    pub target: DefinitionId,
    /// 1-based line of the use.
    pub line: u32,
    /// Byte offset of the use.
    pub offset: u32,
}

/// A comment that tells testaudit to be silent about something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// 1-based.
    pub line: u32,
    /// Byte offset of the comment's first byte.
    pub start: u32,
    /// Byte offset behind the comment.
    pub end: u32,
    /// Whether nothing but the comment stands on its line: it then counts for the next line.
    pub alone: bool,
    /// What it says.
    pub kind: SuppressionKind,
}

/// What a comment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SuppressionKind {
    /// `testaudit: ignore[rule, …]`.
    Ignore(Vec<String>),
    /// `testaudit: skip-file`.
    SkipFile,
    /// Anything else behind `testaudit:`.
    Unknown,
}

/// Everything one file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileFacts {
    /// How many lines the file has.
    pub lines: u32,
    /// 1-based line of the first `if __name__ == "__main__"`.
    pub main_guard: Option<u32>,
    /// If it was asked for: what statements of the module call, by resolved names: what happens when the file is run as a script. Assignments
    /// are not among them.
    pub module_calls: Vec<String>,
    /// Whether it was parsed; a file without any wanted literal is not.
    pub parsed: bool,
    /// 1-based line of the first example in the module's docstring, or in a text; looked for only where pytest looks for
    /// doctests.
    pub doctest: Option<u32>,
    /// Functions and classes in source order: a parent precedes its children.
    pub definitions: Vec<Definition>,
    /// Names bound at module and class level in source order; of a file that was not parsed at most what it imports,
    /// without names.
    pub bindings: Vec<Binding>,
    /// What the detectors found, in source order.
    pub signals: Vec<Signal>,
    /// Uses of definitions that carry signals, in source order.
    pub references: Vec<Reference>,
    /// What decides whether statements run; only where flows are asked for.
    pub guards: Vec<Guard>,
    /// What may end a function or the import early, in source order; only where flows are asked for.
    pub flows: Vec<Flow>,
    /// What a file of Rust says instead of all this.
    pub rust: Option<Arc<RustFacts>>,
    /// What it says about itself; only where that is asked for.
    pub about: Option<Box<About>>,
    /// What the code does, where that is asked for.
    pub code: Option<Arc<Code>>,
    /// What it says as a part of its project, where that is asked for.
    pub module: Option<Box<ModuleFacts>>,
    /// What a file of C++ says instead of all this.
    pub cpp: Option<Arc<CppFacts>>,
    /// Comments for testaudit in source order.
    pub suppressions: Vec<Suppression>,
    /// What could not be judged.
    pub problems: Vec<Problem>,
}

impl FileFacts {
    /// The definition of this id.
    pub fn definition(&self, id: DefinitionId) -> &Definition {
        &self.definitions[id.0 as usize]
    }

    /// Ids and definitions in source order.
    pub fn enumerate(&self) -> impl Iterator<Item = (DefinitionId, &Definition)> {
        (0u32..).map(DefinitionId).zip(&self.definitions)
    }

    /// The definition itself and those around it, innermost first.
    pub fn ancestors(&self, id: Option<DefinitionId>) -> impl Iterator<Item = DefinitionId> {
        std::iter::successors(id, |id| self.definition(*id).parent)
    }
}
