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
    /// Anything else. Its value is unknown, that it is one value is not.
    Opaque,
}

/// A call with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The callee put through the file's imports and aliases: `itertools.product`, `builtins.range`.
    pub callee: String,
    /// The object of a method call whose class is not known: `SIZES` of `SIZES.items()`.
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
            Self::Lambda(_) | Self::Opaque => true,
            Self::Int(_) | Self::Str(_) | Self::Bytes(_) | Self::Bool(_) | Self::None => false,
        }
    }
}
