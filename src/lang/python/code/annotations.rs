//! Annotations, read from their text: names, subscripts, `|`, and what stands in strings.

use super::Walker;
use crate::model::code::{CodeExpr, ExprId, List, Primitive};

/// How deeply subscripts are read.
const MAX_DEPTH: u8 = 8;
/// How many arguments of a subscript are.
const MAX_ARGUMENTS: usize = 6;

impl<'t> Walker<'_, 't> {
    /// The annotation; `None` where it is nothing that is followed.
    pub(super) fn annotation(&mut self, text: &'t str) -> Option<ExprId> {
        if text.len() > 2000 {
            return None;
        }
        let mut reader = Reader { walker: self, rest: text };
        reader.union(0)
    }
}

struct Reader<'r, 'w, 't> {
    walker: &'r mut Walker<'w, 't>,
    rest: &'t str,
}

impl<'t> Reader<'_, '_, 't> {
    fn union(&mut self, depth: u8) -> Option<ExprId> {
        let mut left = self.atom(depth);
        while self.eat('|') {
            let right = self.atom(depth);
            left = match (left, right) {
                (Some(left), Some(right)) => Some(self.walker.push(CodeExpr::Union(left, right))),
                (left, right) => left.or(right),
            };
        }
        left
    }

    fn eat(&mut self, letter: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(letter) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn atom(&mut self, depth: u8) -> Option<ExprId> {
        self.rest = self.rest.trim_start();
        if depth > MAX_DEPTH {
            self.rest = "";
            return None;
        }
        if let Some(quote) = self.rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
            let inner = &self.rest[1..];
            let end = inner.find(quote)?;
            self.rest = &inner[end + 1..];
            let mut reader = Reader { walker: &mut *self.walker, rest: &inner[..end] };
            return reader.union(depth + 1);
        }
        if self.eat('(') {
            let value = self.union(depth + 1);
            self.eat(')');
            return value;
        }
        if self.eat('[') {
            self.arguments(depth);
            return None;
        }
        let mut value = None;
        loop {
            let end =
                self.rest.find(|letter: char| letter != '_' && !letter.is_alphanumeric()).unwrap_or(self.rest.len());
            let (name, rest) = self.rest.split_at(end);
            self.rest = rest;
            if name.is_empty() {
                // Nothing that a name begins with: step over it.
                self.rest = self.rest.get(1..).unwrap_or_default();
                return value;
            }
            if name == "None" && value.is_none() {
                return Some(self.walker.push(CodeExpr::Constant(Primitive::None)));
            }
            let word = self.walker.word(name);
            value = Some(self.walker.push(match value {
                Some(object) => CodeExpr::Attribute(object, word),
                None => CodeExpr::Name(word),
            }));
            if !self.rest.starts_with('.') {
                break;
            }
            self.rest = &self.rest[1..];
        }
        while self.eat('[') {
            let list = self.arguments(depth);
            value = value.map(|value| self.walker.push(CodeExpr::Generic(value, list)));
        }
        value
    }

    fn arguments(&mut self, depth: u8) -> List {
        let mut found = Vec::new();
        loop {
            if self.eat(']') || self.rest.trim_start().is_empty() {
                break;
            }
            let before = self.rest.len();
            let argument = self.union(depth + 1);
            if found.len() < MAX_ARGUMENTS {
                found.push(argument.unwrap_or_else(|| self.walker.push(CodeExpr::Unknown)).0);
            }
            if !self.eat(',') && self.rest.len() == before {
                self.rest = self.rest.get(1..).unwrap_or_default();
            }
        }
        self.walker.list(&found)
    }
}
