//! Macros that are given as definitions: `definitions.rs.txt` says which.

use std::sync::LazyLock;

use super::super::convert::tokens_of_text;
use super::super::{Budget, Definition, NoExpansion, count, expand as expand_definition};
use crate::model::rust::token::Origin;
use crate::model::rust::{Delimiter, Token};

/// A definition in the place of a published one.
pub(super) struct Known {
    /// The crate that publishes it, as it is written in paths.
    pub(super) crate_name: Box<str>,
    /// The macro.
    pub(super) name: Box<str>,
    definition: Definition,
}

static DEFINITIONS: LazyLock<Vec<Known>> = LazyLock::new(|| read(include_str!("definitions.rs.txt")));

/// All of them.
pub(super) fn all() -> &'static [Known] {
    &DEFINITIONS
}

/// What the call stands for. These definitions write in proportion to what they are given.
pub(super) fn expand(known: &Known, tokens: &[Token], line: u32) -> Result<Vec<Token>, NoExpansion> {
    let mut budget = Budget::new(16 * count(tokens) + 1024);
    expand_definition(&known.definition, tokens, line, &mut budget)
}

fn read(text: &str) -> Vec<Known> {
    let tokens = tokens_of_text(text, 1).expect("a unit test reads the same text");
    let rows = tokens.chunks(3).map(|row| {
        let [crate_name, name, rules] = row else { return None };
        let rules = rules.group(Delimiter::Brace)?;
        let definition = Definition::read(&rules.tokens).ok()?.in_file(Some(Origin::FOREIGN_FILE));
        Some(Known { crate_name: crate_name.ident()?.into(), name: name.ident()?.into(), definition })
    });
    rows.collect::<Option<Vec<Known>>>().expect("a unit test reads the same text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_definitions_are_read() {
        assert!(all().len() > 20);
    }
}
