//! Whether a file is Rust, which syn decides. Owns what syn can be given: it recurses, and a file that it would end the
//! process on is not judged.

use crate::model::rust::{Token, TokenKind};

/// The stack that syn may need for what it is given.
pub const STACK: usize = 64 * 1024 * 1024;

/// How many tokens an expression may have at one level of brackets: syn goes deeper with every operator, prefix, closure and
/// generic argument, by less than 8 KiB each in a build without optimisation.
const MAX_RUN: usize = 4_000;
/// How deep brackets may be nested.
const MAX_DEPTH: usize = 200;

/// Where a text first is no Rust: the 1-based line and why. `tokens` are those of the text.
pub(super) fn error(text: &str, tokens: &[Token]) -> Option<(u32, String)> {
    if !is_flat(tokens) {
        return None;
    }
    let error = syn::parse_file(text).err();
    let found = error.map(|error| {
        let line = u32::try_from(error.span().start().line).unwrap_or(u32::MAX);
        (line, format!("syntax that is not understood here: {error}"))
    });
    // Every text that was parsed is kept for its places.
    proc_macro2::extra::invalidate_current_thread_spans();
    found
}

/// Whether nothing is nested or chained so far that syn would need more than [`STACK`].
fn is_flat(tokens: &[Token]) -> bool {
    let mut pending = vec![(tokens, 0)];
    while let Some((tokens, depth)) = pending.pop() {
        if depth > MAX_DEPTH {
            return false;
        }
        let mut run = 0;
        for (place, token) in tokens.iter().enumerate() {
            run += 1;
            let mut ends = token.is_punct(';') || token.is_punct(',');
            if let TokenKind::Group(group) = &token.kind {
                pending.push((&group.tokens, depth + 1));
                let next = tokens.get(place + 1);
                let goes_on = next.is_some_and(|next| {
                    next.is_ident("else")
                        || next.is_ident("as")
                        || matches!(next.kind, TokenKind::Punct { character, .. } if character != '#')
                });
                ends |= group.delimiter == crate::model::rust::Delimiter::Brace && !goes_on;
            }
            if ends {
                run = 0;
            } else if run > MAX_RUN {
                return false;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::token_trees;
    use super::*;

    fn checked(text: &str) -> Option<(u32, String)> {
        let text = text.to_owned();
        let check = move || error(&text, &token_trees(&text).tokens);
        std::thread::Builder::new().stack_size(STACK).spawn(check).unwrap().join().unwrap()
    }

    #[test]
    fn the_place_of_an_error_is_told() {
        assert_eq!(checked("fn a() {}\n\nfn b( -> {}\n").map(|(line, _)| line), Some(3));
        assert_eq!(checked("fn a() { let x = ; }").map(|(line, _)| line), Some(1));
        assert_eq!(checked("fn a() -> impl Fn(u8) + 'static { async move |x| x }"), None);
    }

    #[test]
    fn long_files_are_judged_and_long_chains_are_not() {
        let items: String = (0..5_000).map(|number| format!("fn f{number}() {{}} struct S{number} {{}}\n")).collect();
        assert_eq!(checked(&items), None);
        assert!(checked(&format!("{items} fn (")).is_some());
        assert!(!is_flat(&token_trees(&format!("const A: u8 = {}1;", "1 + ".repeat(100_000))).tokens));
        assert!(!is_flat(&token_trees(&format!("fn a() {{ {} {{}} }}", "if x {} else ".repeat(100_000))).tokens));
    }

    #[test]
    fn what_may_just_be_given_to_syn_does_not_overflow() {
        let half = MAX_RUN / 2 - 10;
        let chains = [
            format!("const A: u8 = {}1;", "1+".repeat(half)),
            format!("const A: u8 = {}1;", "!".repeat(2 * half)),
            format!("const A: u8 = {}1;", "&".repeat(2 * half)),
            format!("fn a() {{ {}1 }}", "|x|".repeat(half / 2)),
            format!("fn a() {{ {} {{}} }}", "if x {} else ".repeat(half / 3)),
            format!("type A = {}u8{};", "B<".repeat(half / 2), ">".repeat(half / 2)),
            format!("fn a() {{ {}1 }}", "x=".repeat(half)),
            format!("fn a() {{ x{} }}", ".y()".repeat(half / 2)),
            format!("fn a() {{ {}1{} }}", "(".repeat(MAX_DEPTH - 5), ")".repeat(MAX_DEPTH - 5)),
            format!("fn a() {{ {}1{} }}", "{".repeat(MAX_DEPTH - 5), "}".repeat(MAX_DEPTH - 5)),
            format!("{}{}", "mod a {".repeat(MAX_DEPTH - 5), "}".repeat(MAX_DEPTH - 5)),
        ];
        for chain in chains {
            assert!(is_flat(&token_trees(&chain).tokens), "{}", &chain[..40]);
            let _ = checked(&chain);
        }
    }
}
