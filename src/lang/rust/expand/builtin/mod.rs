//! Macros of well-known crates whose expansions contain what was passed: a table keyed by crate and name.
//!
//! Refuses to know which crate a bare name was imported from: whoever calls has looked for a definition first.

mod conditions;
mod definitions;
mod names;
mod pinned;
mod sequences;

use super::{MAX_DEPTH, NoExpansion, deeper_than, docs};
use crate::model::rust::{MacroCall, Token};

type Expander = fn(&[Token], u32) -> Result<Vec<Token>, NoExpansion>;

/// Crate, macro, and what makes items of a call.
const EXPANDERS: [(&str, &str, Expander); 9] = [
    ("paste", "paste", names::expand),
    ("paste", "item", names::expand),
    ("pastey", "paste", names::expand),
    ("pastey", "item", names::expand),
    ("cfg_if", "cfg_if", conditions::cfg_if),
    ("std", "cfg_select", conditions::cfg_select),
    ("pin_project_lite", "pin_project", pinned::expand),
    ("seq_macro", "seq", sequences::expand),
    ("duplicate", "duplicate", sequences::duplicate),
];

/// What a call of a well-known macro stands for; `None` where the macro is not known here. A path of one segment is known by
/// its name alone, a longer one by its crate too. What the macro wrote stands on `line`.
pub fn builtin(path: &[Box<str>], call: &MacroCall, line: u32) -> Option<Result<Vec<Token>, NoExpansion>> {
    let (name, before) = path.split_last()?;
    let root = before.iter().map(|segment| &**segment).find(|segment| !segment.is_empty());
    let is_meant = |known_crate: &str, known_name: &str| {
        *known_name == **name
            && match root {
                None | Some("$crate") => true,
                Some("core" | "alloc") => known_crate == "std",
                Some(root) => known_crate == root,
            }
    };
    let expander = EXPANDERS.iter().find(|(known_crate, known_name, _)| is_meant(known_crate, known_name));
    let definition = definitions::all().iter().find(|known| is_meant(&known.crate_name, &known.name));
    if expander.is_none() && definition.is_none() {
        return None;
    }
    if deeper_than(&call.tokens, MAX_DEPTH) {
        return Some(Err(NoExpansion::TooDeep));
    }
    if let Some((_, _, expander)) = expander {
        return Some(expander(&docs::as_attributes(&call.tokens), line));
    }
    definition.map(|known| definitions::expand(known, &call.tokens, line))
}
