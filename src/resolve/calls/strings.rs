//! What strings say: those of the product spell names that are looked up, those of tests what they ask for.

use rustc_hash::FxHashSet;

use super::{
    program::{File, Program},
    values::{Symbol, Tag, Value},
};
use crate::model::code::{CodeExpr, Word};

/// How many definitions whose names the product has as strings are kept.
const MAX_SPELLED: usize = 2000;

impl<'w> Program<'w> {
    /// Collects them.
    pub(super) fn link_strings(&mut self) {
        let strings = |file: &File<'w>| {
            let code = file.code;
            let string = |expression: &CodeExpr| match expression {
                CodeExpr::Str(word) => Some(*word),
                _ => None,
            };
            code.expressions.iter().filter_map(string).collect::<FxHashSet<Word>>()
        };
        let (mut spelled, mut said): (FxHashSet<Symbol>, FxHashSet<Symbol>) = Default::default();
        for (place, file) in self.files.iter().enumerate() {
            let is_measured = self.is_measured[place];
            for word in strings(file) {
                if is_measured {
                    spelled.insert(file.word(word));
                    continue;
                }
                let is_part = |letter: char| letter == '_' || letter.is_alphanumeric();
                let parts = file.code.word(word).split(|letter| !is_part(letter)).filter(|part| !part.is_empty());
                said.extend(parts.filter_map(|part| self.known(part)));
                said.insert(file.word(word));
            }
        }
        let measured = self.files.iter().zip(&self.is_measured).filter(|(_, is_measured)| **is_measured);
        for (file, _) in measured {
            let Some(module) = file.code.units.first() else { continue };
            for (_, value, _) in module.binds.iter().filter(|(name, ..)| spelled.contains(&file.word(*name))) {
                let value = match file.code.expression(*value) {
                    CodeExpr::Function(unit) => Value::Function(file.units + unit),
                    CodeExpr::Class(class) => Value::Class(file.classes + class, Tag::Exact),
                    _ => continue,
                };
                if self.spelled_definitions.len() < MAX_SPELLED {
                    self.spelled_definitions.push(value);
                }
            }
        }
        // Whatever is no name of a method says nothing of methods.
        spelled.retain(|symbol| self.methods.contains_key(symbol));
        (self.spelled, self.said) = (spelled, said);
    }
}
