//! Predicates of conditional compilation: "Conditional compilation" of the Rust reference. Owns their meaning; refuses to
//! know which names are set.

use super::{Delimiter, Token};

/// A predicate of `cfg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    /// `all(…)`.
    All(Vec<Predicate>),
    /// `any(…)`.
    Any(Vec<Predicate>),
    /// `not(…)`.
    Not(Box<Predicate>),
    /// `unix`, `test`.
    Name(Box<str>),
    /// `feature = "x"`.
    Value {
        /// The key.
        name: Box<str>,
        /// The value, unquoted.
        value: Box<str>,
    },
    /// `true` or `false`.
    Literal(bool),
    /// Something that is no predicate.
    Invalid,
}

/// What is known of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It depends on something that is not in the sources.
    Unknown,
    /// It holds.
    True,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl Predicate {
    /// Whether it holds, given what is known of a name alone or with a value.
    pub fn truth(&self, known: &dyn Fn(&str, Option<&str>) -> Truth) -> Truth {
        match self {
            // Kleene's logic: the weakest of all, the strongest of any.
            Self::All(parts) => parts.iter().map(|part| part.truth(known)).min().unwrap_or(Truth::True),
            Self::Any(parts) => parts.iter().map(|part| part.truth(known)).max().unwrap_or(Truth::False),
            Self::Not(part) => !part.truth(known),
            Self::Name(name) => known(name, None),
            Self::Value { name, value } => known(name, Some(value)),
            Self::Literal(value) => Truth::from(*value),
            Self::Invalid => Truth::Unknown,
        }
    }

    /// The predicate that these tokens are, as they stand in the parentheses of `cfg(…)`.
    pub fn from_tokens(tokens: &[Token]) -> Self {
        let mut parts = Self::list(tokens);
        if parts.len() == 1 { parts.remove(0) } else { Self::Invalid }
    }

    /// Predicates between commas.
    fn list(tokens: &[Token]) -> Vec<Self> {
        let parts = tokens.split(|token| token.is_punct(','));
        parts.filter(|part| !part.is_empty()).map(Self::one).collect()
    }

    fn one(tokens: &[Token]) -> Self {
        match tokens {
            [name] => match name.ident() {
                Some("true") => Self::Literal(true),
                Some("false") => Self::Literal(false),
                Some(name) => Self::Name(name.trim_start_matches("r#").into()),
                None => Self::Invalid,
            },
            [name, arguments] => {
                let (Some(name), Some(group)) = (name.ident(), arguments.group(Delimiter::Parenthesis)) else {
                    return Self::Invalid;
                };
                let mut parts = Self::list(&group.tokens);
                match name {
                    "all" => Self::All(parts),
                    "any" => Self::Any(parts),
                    "not" if parts.len() == 1 => Self::Not(Box::new(parts.remove(0))),
                    _ => Self::Invalid,
                }
            }
            [name, equals, value] if equals.is_punct('=') => match (name.ident(), value.string()) {
                (Some(name), Some(value)) => Self::Value { name: name.into(), value: value.into() },
                _ => Self::Invalid,
            },
            _ => Self::Invalid,
        }
    }
}
