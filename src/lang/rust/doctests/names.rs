//! Names of documentation tests: `FILE - path::of::item (line N)`.
//!
//! Refuses to know which items there are and where they stand.

use super::type_name::type_name;
use crate::model::rust::{Attribute, Edition, Item, ItemKind};

/// What an item adds to the names of the tests in its documentation, and in that of all within it: one element for each
/// item that rustc makes of it, each of which has the documentation and so lists its blocks once more. An empty element adds
/// nothing to the path. No elements: its documentation is never looked at.
///
/// Visited are, public or not, as `HirCollector` does:
///
/// - modules, functions, `const`, `static`, `type`, trait aliases, structs, enums, unions, variants and fields (an unnamed
///   field by its position), traits and what is in them, with or without a body;
/// - implementations by their self type, the trait plays no part; what is in them;
/// - blocks of `extern` add nothing to the path of what is in them, and have documentation of their own;
/// - `macro_rules!`, whether exported or not, by its name below the module that it stands in;
/// - each `use`: `use a::b` and `use a::b as c` by what they bind, `_` among it, a glob by nothing. A list is an item for
///   each of its braces, which adds nothing, and one for each leaf: all with the same documentation;
/// - `extern crate` by what it binds;
/// - items at any depth in bodies of functions, constants and statics, in lengths of arrays: below the name of what they
///   stand in, but not of blocks, closures or statements;
/// - not: calls of macros (what they expand to is), `global_asm!`, parameters, generic parameters, statements, arms.
///
/// A name is written with `r#` where it is a keyword of the edition, and without where that would not be needed.
pub fn name_components(item: &Item, edition: Edition) -> Vec<String> {
    match &item.kind {
        ItemKind::MacroCall(_) => Vec::new(),
        ItemKind::Foreign(_) => vec![String::new()],
        ItemKind::Impl { self_type, .. } => vec![type_name(self_type, edition)],
        ItemKind::Use(imports) => {
            let leaf = |name: &str| if name == "*" { String::new() } else { written(name, edition) };
            let list = (imports.len() != 1).then(String::new);
            list.into_iter().chain(imports.iter().map(|import| leaf(&import.name))).collect()
        }
        _ => vec![written(&item.name, edition)],
    }
}

/// The name of a documentation test. `file` is the path from where cargo runs, that is from the workspace's root; empty
/// components add nothing.
pub fn qualified_name<'c>(file: &str, components: impl IntoIterator<Item = &'c str>, line: u32) -> String {
    let mut path = String::new();
    for component in components.into_iter().filter(|component| !component.is_empty()) {
        if !path.is_empty() {
            path.push_str("::");
        }
        path.push_str(component);
    }
    if !path.is_empty() {
        path.push(' ');
    }
    format!("{file} - {path}(line {line})")
}

/// The features of processors that an item demands by `#[target_feature(enable = "…")]`. Where one is not enabled,
/// documentation tests of the item and of all in it are not listed: rustdoc takes them for a `cfg`.
pub fn target_features(attributes: &[Attribute]) -> Vec<String> {
    let of_features = attributes.iter().filter(|attribute| &*attribute.path == "target_feature");
    let values = of_features.flat_map(|attribute| attribute.arguments().iter().filter_map(|token| token.string()));
    values.flat_map(|value| value.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>()).collect()
}

/// A name as rustc prints it: `Ident`'s `Display`.
pub(super) fn written(name: &str, edition: Edition) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    if is_keyword(name, edition) { format!("r#{name}") } else { name.to_owned() }
}

/// Whether a name would have to be written with `r#`: "Keywords" of the Rust reference. What cannot be written so is none.
fn is_keyword(name: &str, edition: Edition) -> bool {
    match name {
        "as" | "break" | "const" | "continue" | "else" | "enum" | "extern" | "false" | "fn" | "for" | "if" | "impl"
        | "in" | "let" | "loop" | "match" | "mod" | "move" | "mut" | "pub" | "ref" | "return" | "static" | "struct"
        | "trait" | "true" | "type" | "unsafe" | "use" | "where" | "while" | "abstract" | "become" | "box" | "do"
        | "final" | "macro" | "override" | "priv" | "typeof" | "unsized" | "virtual" | "yield" => true,
        "async" | "await" | "dyn" | "try" => edition >= Edition::Edition2018,
        "gen" => edition >= Edition::Edition2024,
        _ => false,
    }
}
