//! Names of documentation tests: `FILE - path::of::item (line N)`.
//!
//! Refuses to know which items there are and where they stand.

use super::type_name::type_name;
use crate::model::Edition;
use crate::model::rust::{Attribute, Item, ItemKind};

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

/// A name as rustc prints it: `Ident`'s `Display`. A macro's `$crate` is taken for the crate that uses it.
pub(super) fn written(name: &str, edition: Edition) -> String {
    let name = if name == "$crate" { "crate" } else { name };
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
        "async" | "await" | "dyn" | "try" => edition >= Edition::Rust2018,
        "gen" => edition >= Edition::Rust2024,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rust::{Delimiter, Function, Group, Import, Token, TokenKind};

    fn item(name: &str, kind: ItemKind) -> Item {
        Item { attributes: Vec::new(), public: false, name: name.into(), line: 1, end_line: 1, kind }
    }

    fn import(name: &str) -> Import {
        Import { path: Vec::new(), name: name.into() }
    }

    fn names(item: &Item) -> Vec<String> {
        name_components(item, Edition::Rust2021)
    }

    fn token(kind: TokenKind) -> Token {
        Token { kind, line: 1, offset: 0, origin: None }
    }

    #[test]
    fn a_keyword_is_written_raw_and_another_raw_name_is_not() {
        let function = || ItemKind::Function(Box::<Function>::default());
        assert_eq!(names(&item("type", function())), ["r#type"]);
        assert_eq!(names(&item("r#raw", function())), ["raw"]);
        assert_eq!(names(&item("union", function())), ["union"]);
        assert_eq!(names(&item("Self", function())), ["Self"]);
        assert_eq!(names(&item("gen", function())), ["gen"]);
        assert_eq!(name_components(&item("gen", function()), Edition::Rust2024), ["r#gen"]);
    }

    #[test]
    fn an_import_is_named_by_what_it_binds_and_a_list_is_one_item_more() {
        assert_eq!(names(&item("", ItemKind::Use(vec![import("V")]))), ["V"]);
        assert_eq!(names(&item("", ItemKind::Use(vec![import("*")]))), [""]);
        assert_eq!(names(&item("", ItemKind::Use(vec![import("fmt"), import("_")]))), ["", "fmt", "_"]);
    }

    #[test]
    fn calls_of_macros_are_not_looked_at_and_foreign_blocks_have_no_name() {
        let call = crate::model::rust::MacroCall {
            path: vec!["global_asm".into()],
            delimiter: Delimiter::Parenthesis,
            tokens: Vec::new(),
        };
        assert!(names(&item("", ItemKind::MacroCall(call))).is_empty());
        assert_eq!(names(&item("", ItemKind::Foreign(Vec::new()))), [""]);
    }

    #[test]
    fn implementations_are_named_by_their_type_alone() {
        let self_type =
            vec![token(TokenKind::Punct { character: '&', joint: false }), token(TokenKind::Ident("T".into()))];
        let of_trait = vec![token(TokenKind::Ident("Clone".into()))];
        let kind = ItemKind::Impl { self_type, of_trait, items: Vec::new() };
        assert_eq!(names(&item("", kind)), ["&'_T"]);
    }

    #[test]
    fn a_name_has_its_path_only_where_there_is_one() {
        assert_eq!(qualified_name("src/lib.rs", [], 3), "src/lib.rs - (line 3)");
        assert_eq!(qualified_name("src/lib.rs", ["a", "", "B<T>", "f"], 3), "src/lib.rs - a::B<T>::f (line 3)");
    }

    #[test]
    fn demanded_features_are_told_one_by_one() {
        let arguments = vec![
            token(TokenKind::Ident("enable".into())),
            token(TokenKind::Punct { character: '=', joint: false }),
            token(TokenKind::Literal("\"avx2,fma\"".into())),
        ];
        let group = Group { delimiter: Delimiter::Parenthesis, tokens: arguments, end_line: 1, end: 0 };
        let attribute = |path: &str| Attribute {
            path: path.into(),
            tokens: vec![token(TokenKind::Group(Box::new(group.clone())))],
            inner: false,
            line: 1,
            origin: None,
            doc: None,
        };
        assert_eq!(target_features(&[attribute("target_feature")]), ["avx2", "fma"]);
        assert!(target_features(&[attribute("inline")]).is_empty());
    }
}
