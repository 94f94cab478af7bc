//! Expressions as far as counting needs them: enough structure to fold a `parametrize` list, nothing more.

/// An expression of the audited program, detached from its tree. Never evaluated by running anything: `resolve::fold`
/// computes lengths from it or gives up.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// An integer literal that fits.
    Int(i64),
    /// A plain string literal (no interpolation), unescaped only as far as its quotes.
    Str(String),
    /// A bytes literal, by the text between its quotes.
    Bytes(String),
    /// `True` or `False`.
    Bool(bool),
    /// `None`.
    None,
    /// A list display.
    Sequence(Vec<Expr>),
    /// A tuple display.
    Tuple(Vec<Expr>),
    /// A set display.
    Set(Vec<Expr>),
    /// A dict display; a `**mapping` entry has no key.
    Mapping(Vec<(Option<Expr>, Expr)>),
    /// The item at this place of what a call returns: `b` of `a, b = pair()`.
    Element(Box<Expr>, u32),
    /// `*iterable` inside a display or a call.
    Starred(Box<Expr>),
    /// A name or attribute chain as written: `SIZES`, `common.SIZES`; of a function within a function its path,
    /// `:make.inner`.
    Name(String),
    /// A call.
    Call(Box<Call>),
    /// `left + right`.
    Sum(Box<Expr>, Box<Expr>),
    /// `left * right`.
    Product(Box<Expr>, Box<Expr>),
    /// A list, set or dict comprehension, or a generator expression.
    Comprehension(Box<Comprehension>),
    /// A function without a name, by its line.
    Lambda(u32),
    /// A name or attribute chain whose root is a parameter or a variable of a function, as written: `count`, `self.size`.
    Local(String),
    /// A name that a function imports, or something of what it imports, by its resolved dotted name.
    Dotted(String),
    /// `not operand`.
    Not(Box<Expr>),
    /// `left and right`, flattened.
    All(Vec<Expr>),
    /// `left or right`, flattened.
    Any(Vec<Expr>),
    /// A comparison of two operands.
    Compare(Box<Expr>, Comparison, Box<Expr>),
    /// `then if condition else otherwise`.
    Choice(Box<[Expr; 3]>),
    /// `object[key]`.
    Item(Box<Expr>, Box<Expr>),
    /// Anything else. Its value is unknown, that it is one value is not.
    Opaque,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    More,
    /// `>=`.
    AtLeast,
    /// `is`.
    Is,
    /// `is not`.
    IsNot,
    /// `in`.
    In,
    /// `not in`.
    NotIn,
}

impl Comparison {
    /// The comparison that holds where this one does not.
    pub fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::More,
            Self::More => Self::AtMost,
            Self::AtLeast => Self::Less,
            Self::Is => Self::IsNot,
            Self::IsNot => Self::Is,
            Self::In => Self::NotIn,
            Self::NotIn => Self::In,
        }
    }

    /// The comparison of the same operands the other way round; `None` for `in`, which has a direction.
    pub fn turned(self) -> Option<Self> {
        Some(match self {
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::More => Self::Less,
            Self::AtLeast => Self::AtMost,
            Self::In | Self::NotIn => return None,
            same => same,
        })
    }
}

/// A call with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The callee put through the file's imports and aliases: `itertools.product`, `builtins.range`.
    pub callee: String,
    /// The object of a method call whose class is not known: `SIZES` of `SIZES.items()`; the inner call of
    /// `make(1)(function)`; the expression that a condition of a `skipif` is, where that is a text.
    pub receiver: Option<Expr>,
    /// Positional arguments in order; `*args` as [`Expr::Starred`].
    pub arguments: Vec<Expr>,
    /// Keyword arguments in order; `**kwargs` with an empty name.
    pub keywords: Vec<(String, Expr)>,
    /// 1-based line of the call.
    pub line: u32,
}

impl Call {
    /// The argument of this name, or else at this position.
    pub fn argument(&self, position: usize, name: &str) -> Option<&Expr> {
        self.keyword(name).or_else(|| self.arguments.get(position))
    }

    /// The keyword argument of this name.
    pub fn keyword(&self, name: &str) -> Option<&Expr> {
        self.keywords.iter().find(|(keyword, _)| keyword == name).map(|(_, value)| value)
    }
}

/// A comprehension, as far as its length depends on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Comprehension {
    /// Whether duplicates are dropped: set and dict comprehensions.
    pub unique: bool,
    /// What each round yields.
    pub element: Expr,
    /// The iterables of its `for` clauses, outermost first.
    pub iterables: Vec<Expr>,
    /// The names that the `for` clauses bind: an iterable that uses one depends on an outer round.
    pub targets: Vec<String>,
    /// Whether an `if` clause drops some rounds.
    pub filtered: bool,
}

impl Expr {
    /// Whether it is none of what lists of cases are made of: what it was given, logic, or not kept.
    pub fn is_unknown_value(&self) -> bool {
        matches!(
            self,
            Self::Opaque
                | Self::Local(_)
                | Self::Dotted(_)
                | Self::Not(_)
                | Self::All(_)
                | Self::Any(_)
                | Self::Compare(..)
                | Self::Choice(_)
                | Self::Item(..)
        )
    }

    /// Whether `name` occurs in it as the root of a chain.
    pub fn mentions(&self, name: &str) -> bool {
        match self {
            Self::Name(chain) => chain.split(['.', '(', '[']).next() == Some(name),
            Self::Sequence(items) | Self::Tuple(items) | Self::Set(items) => {
                items.iter().any(|item| item.mentions(name))
            }
            Self::Mapping(entries) => entries
                .iter()
                .any(|(key, value)| key.as_ref().is_some_and(|key| key.mentions(name)) || value.mentions(name)),
            Self::Starred(inner) | Self::Element(inner, _) => inner.mentions(name),
            Self::Call(call) => {
                call.callee.split('.').next() == Some(name)
                    || call.receiver.as_ref().is_some_and(|receiver| receiver.mentions(name))
                    || call.arguments.iter().any(|argument| argument.mentions(name))
                    || call.keywords.iter().any(|(_, value)| value.mentions(name))
            }
            Self::Sum(left, right) | Self::Product(left, right) => left.mentions(name) || right.mentions(name),
            Self::Comprehension(comprehension) => {
                comprehension.element.mentions(name)
                    || comprehension.iterables.iter().any(|iterable| iterable.mentions(name))
            }
            // What was not kept might mention anything.
            Self::Lambda(_)
            | Self::Local(_)
            | Self::Dotted(_)
            | Self::Not(_)
            | Self::All(_)
            | Self::Any(_)
            | Self::Compare(..)
            | Self::Choice(_)
            | Self::Item(..)
            | Self::Opaque => true,
            Self::Int(_) | Self::Str(_) | Self::Bytes(_) | Self::Bool(_) | Self::None => false,
        }
    }
}
