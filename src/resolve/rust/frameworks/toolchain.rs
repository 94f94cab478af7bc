//! The attributes of `rustversion`, which ask for the compiler as `cfg` asks for other things. What is built with is taken to
//! be the newest stable compiler.

use super::text;
use crate::model::rust::{Attribute, Delimiter, Token, Truth};

/// How deep conditions are read within each other.
const MAX_DEPTH: u8 = 32;

/// What an attribute of rustversion asks for, and the attributes that it then stands for: `None` in place of the latter for
/// one that asks whether the item is there at all. `None` where it is no attribute of rustversion.
pub(super) fn condition(attribute: &Attribute) -> Option<(Truth, Option<&[Token]>)> {
    let name = attribute.path.strip_prefix("rustversion::").filter(|_| attribute.doc.is_none())?;
    if name != "attr" {
        return Some((truth(name, attribute.arguments(), MAX_DEPTH), None));
    }
    let arguments = attribute.arguments();
    let comma = arguments.iter().position(|token| token.is_punct(','))?;
    let (asked, attributes) = arguments.split_at(comma);
    Some((of_tokens(asked, MAX_DEPTH), Some(&attributes[1..])))
}

fn of_tokens(tokens: &[Token], depth: u8) -> Truth {
    let Some((name, rest)) = text::path(tokens) else { return Truth::Unknown };
    let arguments = rest.first().and_then(|token| token.group(Delimiter::Parenthesis));
    truth(&name, arguments.map_or(&[], |group| &group.tokens), depth)
}

fn truth(name: &str, arguments: &[Token], depth: u8) -> Truth {
    let Some(depth) = depth.checked_sub(1) else { return Truth::Unknown };
    let parts = || arguments.split(|token| token.is_punct(',')).filter(|part| !part.is_empty());
    match name {
        "stable" if arguments.is_empty() => Truth::True,
        // A version that is given is long known.
        "since" => Truth::True,
        "before" | "nightly" | "beta" => Truth::False,
        "not" => !of_tokens(arguments, depth),
        "all" => parts().map(|part| of_tokens(part, depth)).min().unwrap_or(Truth::True),
        "any" => parts().map(|part| of_tokens(part, depth)).max().unwrap_or(Truth::False),
        _ => Truth::Unknown,
    }
}
