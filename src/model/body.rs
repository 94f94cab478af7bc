//! What the body of a function does, as far as rules on tests and a graph of calls need it. No syntax tree, no
//! judgement.
//!
//! A body is what runs when the function does: functions and classes that are defined in it have bodies of their own,
//! but their decorators, defaults and bases belong to it, and so do lambdas.

use super::Sight;

/// The body of a function.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// Whether nothing stands in it but a docstring without examples, `pass` and `...`.
    pub is_empty: bool,
    /// `assert` statements, and calls of what is named like one (`self.assertEqual`), in source order.
    pub assertions: Vec<Assertion>,
    /// `return` statements in source order.
    pub returns: Vec<Return>,
    /// Whether it is a generator.
    pub yields: bool,
    /// `raise` statements in source order: the line, and what is raised, resolved; empty where it is no name.
    pub raises: Vec<(u32, String)>,
    /// What `with` statements enter, in source order.
    pub contexts: Vec<Context>,
    /// Attributes that stand alone as a statement: they are looked up and not called.
    pub lone_attributes: Vec<LoneAttribute>,
    /// What it calls, and names that it reads otherwise and may pass on, unless these are unknown or builtins; the
    /// first use of each.
    pub uses: Vec<Use>,
    /// Of a function within a function: whether its name stands anywhere else in the function around it.
    pub is_mentioned_around: bool,
    /// Who sees what the functions and fixtures of the file give it that draw random values.
    pub sees: Vec<(String, Sight)>,
}

/// A use of a name that means something outside of the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The resolved dotted name, one for each meaning: `numpy.testing.assert_allclose`, `:TestA.helper`, `?.method`.
    pub name: String,
    /// What is written where an unknown name begins, a parameter or a variable of the function: `self` of
    /// `self.assertEqual`, `check` of `check(1)`, which is called `?`.
    pub root: Option<String>,
    /// 1-based line of the first such use.
    pub line: u32,
    /// Byte offset of it.
    pub offset: u32,
    /// Whether it is called; otherwise it may be passed on, returned, or put on something as a decorator.
    pub called: bool,
}

/// An item of a `with` statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The resolved dotted name, of a call its callee: `pytest.raises`, `?.assertRaises`; empty where it is none.
    pub name: String,
    /// 1-based line.
    pub line: u32,
    /// Byte offset at which the statement begins.
    pub start: u32,
    /// Byte offset behind the statement.
    pub end: u32,
}

/// Something that is asserted.
#[derive(Debug, Clone, PartialEq)]
pub struct Assertion {
    /// `None` for the statement; otherwise the resolved callee, `?.assertEqual`.
    pub callee: Option<String>,
    /// 1-based line.
    pub line: u32,
    /// Byte offset of its first byte.
    pub start: u32,
    /// Byte offset behind it.
    pub end: u32,
    /// What is asserted: the condition of a statement, the positional arguments of a call. Of a call with a starred
    /// argument those before it.
    pub values: Vec<Value>,
    /// Whether the first two arguments of a call are written alike, and neither calls anything.
    pub compares_same: bool,
}

/// A `return` statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Return {
    /// 1-based line.
    pub line: u32,
    /// Byte offset of its first byte.
    pub start: u32,
    /// Byte offset behind it.
    pub end: u32,
    /// What is returned; `None` where nothing is.
    pub value: Option<Value>,
}

/// An attribute that is looked up for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoneAttribute {
    /// The resolved dotted name.
    pub name: String,
    /// 1-based line.
    pub line: u32,
    /// Byte offset of its first byte.
    pub start: u32,
    /// Byte offset behind it.
    pub end: u32,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// A number; whether it is zero.
    Number {
        /// `0`, `0.0`.
        zero: bool,
    },
    /// A string or bytes without interpolation.
    Text {
        /// `""`.
        empty: bool,
    },
    /// A tuple, with how many items it has.
    Tuple(usize),
    /// A list, dict or set display, or a comprehension.
    Display,
    /// A comparison of an expression, which calls nothing, with itself.
    SelfComparison {
        /// `==`, `is not`.
        operator: String,
        /// Whether both sides are literals.
        literal: bool,
    },
    /// Any other comparison.
    Comparison,
    /// `not`, `and`, `or`.
    Logic,
    /// A name or a chain of attributes, resolved; empty where it has several meanings.
    Name(String),
    /// A call with its resolved callee, which is empty where it has several meanings.
    Call(String),
    /// `await`, with the callee where a call is awaited.
    Await(Option<String>),
    /// Anything else.
    Other,
}

impl Value {
    /// Whether it counts as true, where its form alone says so.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::None => Some(false),
            Self::Bool(value) => Some(*value),
            Self::Number { zero } => Some(!zero),
            Self::Text { empty } => Some(!empty),
            Self::Tuple(items) => Some(*items > 0),
            _ => None,
        }
    }
}

impl Use {
    /// Its last name: `assertEqual` of `?.assertEqual`.
    pub fn last_name(&self) -> &str {
        last_name(&self.name)
    }
}

/// The last name of a dotted one.
pub fn last_name(dotted: &str) -> &str {
    dotted.rsplit(['.', ':']).next().unwrap_or(dotted)
}
