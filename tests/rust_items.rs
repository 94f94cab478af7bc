//! What a text of Rust says: token trees, items, attributes, imports, predicates; and that no text is too strange to read.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use testaudit::lang::rust::{MAX_DEPTH, TokenTrees, facts, file, items, statements, token_trees};
use testaudit::model::ProblemKind;
use testaudit::model::rust::{
    Attribute, Delimiter, Group, Import, Item, ItemKind, MacroCall, PrintedCfg, Token, TokenKind,
};

/// Items in one line: what each is, its name, and its items in braces.
fn outline(items: &[Item]) -> String {
    let all: Vec<String> = items.iter().map(outline_of).collect();
    all.join(", ")
}

fn outline_of(item: &Item) -> String {
    let public = if item.public { "pub " } else { "" };
    let braces = |items: &[Item]| if items.is_empty() { String::new() } else { format!(" {{{}}}", outline(items)) };
    let name = &item.name;
    let text = match &item.kind {
        ItemKind::Function(function) => {
            let is_async = if function.is_async { "async " } else { "" };
            let end = if function.has_body { "" } else { ";" };
            format!("{is_async}fn {name}/{}{end}{}", function.parameters.len(), braces(&function.items))
        }
        ItemKind::Module { items: None } => format!("mod {name};"),
        ItemKind::Module { items: Some(items) } => format!("mod {name}{}", braces(items)),
        ItemKind::Use(imports) => format!("use [{}]", leaves(imports)),
        ItemKind::ExternCrate { source } => format!("extern crate {source} as {name}"),
        ItemKind::MacroRules(tokens) => format!("macro_rules {name} [{}]", text_of(tokens)),
        ItemKind::MacroCall(MacroCall { path, tokens, .. }) => {
            format!("{}! {name}[{}]", path.join("::"), text_of(tokens))
        }
        ItemKind::Impl { self_type, of_trait, items } => {
            format!("impl [{}] for [{}]{}", text_of(of_trait), text_of(self_type), braces(items))
        }
        ItemKind::Trait(items) => format!("trait {name}{}", braces(items)),
        ItemKind::Type(items) => format!("type {name}{}", braces(items)),
        ItemKind::Variant(items) => format!("variant {name}{}", braces(items)),
        ItemKind::Field(_) => format!("field {name}"),
        ItemKind::Foreign(items) => format!("extern{}", braces(items)),
        ItemKind::Other => format!("other {name}"),
    };
    format!("{public}{text}")
}

fn leaves(imports: &[Import]) -> String {
    let leaves: Vec<String> =
        imports.iter().map(|import| format!("{} as {}", import.path.join("::"), import.name)).collect();
    leaves.join(", ")
}

/// Tokens with a blank between any two.
fn text_of(tokens: &[Token]) -> String {
    let all: Vec<String> = tokens.iter().map(text_of_one).collect();
    all.join(" ")
}

fn text_of_one(token: &Token) -> String {
    match &token.kind {
        TokenKind::Ident(text) | TokenKind::Lifetime(text) | TokenKind::Literal(text) => text.to_string(),
        TokenKind::Punct { character, .. } => character.to_string(),
        TokenKind::Doc(comment) => format!("doc{:?}", comment.text),
        TokenKind::Group(group) => {
            let (open, close) = match group.delimiter {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::None => ("«", "»"),
            };
            format!("{open}{}{close}", text_of(&group.tokens))
        }
    }
}

#[track_caller]
fn assert_items(text: &str, expected: &str) {
    assert_eq!(outline(&facts(text).items), expected, "{text}");
}

#[track_caller]
fn assert_cases(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_items(text, expected);
    }
}

fn attribute_texts(attributes: &[Attribute]) -> Vec<String> {
    let text = |attribute: &Attribute| {
        let inner = if attribute.inner { "!" } else { "" };
        match &attribute.doc {
            Some(doc) => format!("{inner}doc {:?} on {}", doc.text, attribute.line),
            None => format!("{inner}{}[{}] on {}", attribute.path, text_of(&attribute.tokens), attribute.line),
        }
    };
    attributes.iter().map(text).collect()
}

#[test]
fn functions_have_all_their_modifiers_and_signatures() {
    assert_cases(&[
        ("fn f() {}", "fn f/0"),
        (
            "pub(in crate::a) default const async unsafe extern \"C\" fn r#f(a: u8, b: T) -> X where T: Y {}",
            "pub async fn f/2",
        ),
        ("extern fn f() {} extern r#\"C\"# fn g() {}", "fn f/0, fn g/0"),
        ("crate fn f() {} safe fn g(); gen fn h() {} async gen fn i() {}", "fn f/0, fn g/0;, fn h/0, async fn i/0"),
        (
            "fn f<F: Fn(u8) -> Vec<Vec<u8>>, const N: usize>(a: HashMap<K, V>, f: fn(A) -> B) -> [F; N] where [(); { N - 1 }]: A {} fn g() {}",
            "fn f/2, fn g/0",
        ),
        ("fn f() -> Foo<{ N + 1 }> where Assert<{ N > 2 }>: True { } fn g() -> ! {}", "fn f/0, fn g/0"),
        ("trait T { fn f(&self, u8); fn g(self: Rc<Self>) {} }", "trait T {fn f/2;, fn g/1}"),
        (
            "unsafe extern \"C\" { fn f(a: *const c_char, ...); pub static X: u8; type Y; m!(); }",
            "extern {fn f/2;, pub other X, other Y, m! []}",
        ),
    ]);
}

#[test]
fn parameters_are_taken_apart_at_the_first_single_colon() {
    let facts =
        facts("fn f(#[case] Foo::Bar(x): a::B<C, D>, &mut self, mut y: [u8; 2]) -> impl Fn(A) -> B where A: B {}");
    let ItemKind::Function(function) = &facts.items[0].kind else { panic!() };
    let parts: Vec<(usize, String, String)> = function
        .parameters
        .iter()
        .map(|parameter| (parameter.attributes.len(), text_of(&parameter.pattern), text_of(&parameter.kind)))
        .collect();
    let part = |attributes, pattern: &str, kind: &str| (attributes, pattern.to_owned(), kind.to_owned());
    assert_eq!(
        parts,
        [part(1, "Foo : : Bar (x)", "a : : B < C , D >"), part(0, "& mut self", ""), part(0, "mut y", "[u8 ; 2]")]
    );
    assert_eq!(text_of(&function.returns), "impl Fn (A) - > B");
}

#[test]
fn a_function_tells_the_line_of_its_name_as_libtest_does() {
    let item = &facts("\n#[test]\npub\nfn\nspread() {\n\n}\n").items[0];
    let ItemKind::Function(function) = &item.kind else { panic!() };
    assert_eq!((item.attributes[0].line, item.line, function.name_line, item.end_line), (2, 3, 5, 7));
}

#[test]
fn types_have_their_fields_and_variants() {
    assert_cases(&[
        ("struct A; struct B {} struct C();", "type A, type B, type C"),
        (
            "pub struct A<T>(pub u8, pub (u8, T), pub(crate) B<X, Y>) where T: Fn(u8); fn f() {}",
            "pub type A {pub field 0, pub field 1, pub field 2}, fn f/0",
        ),
        (
            "struct A<T> where T: Fn(u8) -> B<{ 1 }> { a: u8, pub r#type: HashMap<K, V> }",
            "type A {field a, pub field type}",
        ),
        (
            "enum E<T> { A = 1 << 3, B(u8, T), C { x: u8 }, D = X::<u8, u16>::Y as isize, #[cfg(a)] F, }",
            "type E {variant A, variant B {field 0, field 1}, variant C {field x}, variant D, variant F}",
        ),
        ("union U { a: u8, b: u16 } union!(); fn union() {}", "type U {field a, field b}, union! [], fn union/0"),
        ("struct A { a: u8 = 1 + 2, b: u8 }", "type A {field a, field b}"),
    ]);
}

#[test]
fn implementations_tell_their_type_and_trait() {
    assert_cases(&[
        ("impl A {}", "impl [] for [A]"),
        (
            "impl<T: Into<U>, const N: usize> a::B<T> for &'a [T; N] where T: X { fn f(); }",
            "impl [a : : B < T >] for [& 'a [T ; N]] {fn f/0;}",
        ),
        (
            "unsafe impl !Send for A {} impl<T> const Default for A {} impl const A {}",
            "impl [Send] for [A], impl [Default] for [A], impl [] for [A]",
        ),
        (
            "impl A for for<'a> fn(&'a u8) {} impl A for Box<dyn for<'a> Fn(&'a u8) -> u8> {}",
            "impl [A] for [for < 'a > fn (& 'a u8)], impl [A] for [Box < dyn for < 'a > Fn (& 'a u8) - > u8 >]",
        ),
        (
            "impl <A as B>::C {} impl<A> <A as B>::C {} impl A for <B as C>::D {}",
            "impl [] for [< A as B > : : C], impl [] for [< A as B > : : C], impl [A] for [< B as C > : : D]",
        ),
        (
            "impl A for ! {} impl A for Foo<{ N }> {} default impl<> A for B {}",
            "impl [A] for [!], impl [A] for [Foo < {N} >], impl [A] for [B]",
        ),
        (
            "impl A { type X = u8; const Y: u8 = 1; default fn f() {} m! {} pub async fn g(&self) {} }",
            "impl [] for [A] {other X, other Y, fn f/0, m! [], pub async fn g/1}",
        ),
    ]);
}

#[test]
fn everything_else_at_the_level_of_items_is_read() {
    assert_cases(&[
        ("mod a; pub mod b { mod c; } unsafe mod d {}", "mod a;, pub mod b {mod c;}, mod d"),
        (
            "extern crate a; extern crate b as c; extern crate self as d; extern {}",
            "extern crate a as a, extern crate b as c, extern crate self as d, extern",
        ),
        (
            "const _: () = { fn hidden() {} }; const A: u8 = 1; static mut B: u8 = 2; static C: u8 = 3;",
            "other _, other A, other B, other C",
        ),
        (
            "type A<T> where T: B = C<T>; trait D = E + F; auto trait G {} unsafe auto trait H {}",
            "other A, other D, trait G, trait H",
        ),
        (
            "trait A<T>: B<{ 1 }> + Fn(T) -> C where T: D { const E: u8; type F<'a>: G where Self: 'a; fn g() where Self: Sized; }",
            "trait A {other E, other F, fn g/0;}",
        ),
        (
            "const trait A {} impl B {} pub macro c($a:expr) { $a } macro d { () => {} } fn e() {}",
            "trait A, impl [] for [B], pub other c, other d, fn e/0",
        ),
        (
            "macro_rules! a { () => {} } macro_rules! b (() => {}); macro_rules! r#c [x]; fn d() {}",
            "macro_rules a [() = > {}], macro_rules b [() = > {}], macro_rules c [x], fn d/0",
        ),
        (
            "a! {} ::b::c!(x); $crate::d![y]; e! name { z } auto!(); default!(); macro_rules::f!(); fn g() {}",
            "a! [], ::b::c! [x], $crate::d! [y], e! name[z], auto! [], default! [], macro_rules::f! [], fn g/0",
        ),
    ]);
}

#[test]
fn imports_are_one_for_each_leaf() {
    assert_cases(&[
        ("use a;", "use [a as a]"),
        (
            "pub use ::a::{self, b::{c as d, *}, r#e as _};",
            "pub use [::a as a, ::a::b::c as d, ::a::b as *, ::a::e as _]",
        ),
        (
            "use {a, ::b, crate::c, self::d, super::super::*, self as e};",
            "use [a as a, ::b as b, crate::c as c, self::d as d, super::super as *, self as e]",
        ),
        ("use $crate::a::{self as b}; use a::{}; use *;", "use [$crate::a as b], use [], use [ as *]"),
    ]);
}

#[test]
fn items_in_bodies_are_found_at_any_depth_but_not_in_the_arguments_of_macros() {
    assert_cases(&[
        (
            "fn f() { fn g() { struct A; } let x = || { mod m {} }; if !(a) { use b::c; } else { impl A {} } }",
            "fn f/0 {fn g/0 {type A}, mod m, use [b::c as c], impl [] for [A]}",
        ),
        (
            "fn f() { m!({ fn g() {} }); let x = n! { fn h() {} }; if !(o({ fn i() {} })) {} }",
            "fn f/0 {m! [{fn g () {}}], fn i/0}",
        ),
        (
            "fn f() { doc_comment! { x } a::b!(y); println!(\"\"); std::assert!(x); vec![1]; value!(z) }",
            "fn f/0 {doc_comment! [x], a::b! [y]}",
        ),
        ("fn f() { value! {}.method(); braces! {} }", "fn f/0 {braces! []}"),
        (
            "fn f() { let a = async { 1 }; unsafe { fn g() {} } const { 1 }; union.x(); type_name(); default = 3; static_(); async move {}; }",
            "fn f/0 {fn g/0}",
        ),
        (
            "fn f() { #[cfg(a)] const X: u8 = 1; static Y: u8 = 2; static || {}; const || {}; macro_rules! m { () => {} } }",
            "fn f/0 {other X, other Y, macro_rules m [() = > {}]}",
        ),
        (
            "fn f() { match x { A { b: [c, d] } => { enum E {} } _ => g(|| { trait T {} }), } }",
            "fn f/0 {type E, trait T}",
        ),
        ("fn f() { if !ready { return !x; } while !done {} }", "fn f/0"),
        (
            "impl A { fn f() { fn g() {} } } trait B { fn f() { fn g() {} } }",
            "impl [] for [A] {fn f/0 {fn g/0}}, trait B {fn f/0 {fn g/0}}",
        ),
    ]);
}

#[test]
fn the_last_call_of_an_expansion_is_a_statement_and_that_of_a_block_a_value() {
    let tokens = token_trees("let x = 1; fn f() {} inner!(y)").tokens;
    assert_eq!(outline(&statements(&tokens)), "fn f/0, inner! [y]");
    assert_items("fn g() { let x = 1; fn f() {} inner!(y) }", "fn g/0 {fn f/0}");
}

#[test]
fn attributes_and_documentation_belong_to_what_follows_or_encloses_them() {
    let text = "//! file\n#![a(b)]\n/// one\n#[x::y = 1]\n/** two */ // no\nfn f() {\n    //! inner\n    #![z]\n    { #![not_mine] }\n}\n#[unsafe(no_mangle)] #[r#cfg(a)]\nmod m {\n#![path = \"x\"]\n}";
    let facts = facts(text);
    assert_eq!(attribute_texts(&facts.attributes), ["!doc \" file\" on 1", "!a[(b)] on 2"]);
    assert_eq!(
        attribute_texts(&facts.items[0].attributes),
        ["doc \" one\" on 3", "x::y[= 1] on 4", "doc \" two \" on 5", "!doc \" inner\" on 7", "!z[] on 8"]
    );
    assert_eq!(
        attribute_texts(&facts.items[1].attributes),
        ["no_mangle[] on 11", "cfg[(a)] on 11", "!path[= \"x\"] on 13"]
    );
    assert!(facts.items[0].attributes[2].doc.as_ref().unwrap().block);
    assert!(!facts.items[0].attributes[0].doc.as_ref().unwrap().block);
}

#[test]
fn members_carry_documentation_and_attributes() {
    let facts = facts("enum E {\n/// a\n#[b]\nA(\n/// c\nu8),\n//// no\n/*** no */\nB\n}");
    let ItemKind::Type(variants) = &facts.items[0].kind else { panic!() };
    assert_eq!(attribute_texts(&variants[0].attributes), ["doc \" a\" on 2", "b[] on 3"]);
    let ItemKind::Variant(fields) = &variants[0].kind else { panic!() };
    assert_eq!(attribute_texts(&fields[0].attributes), ["doc \" c\" on 5"]);
    assert!(variants[1].attributes.is_empty());
}

#[test]
fn line_breaks_of_windows_are_line_breaks() {
    let facts = facts("/// a\r\n/** b\r\nc */\r\n#[d = \"e\r\nf\"]\r\nfn g() {}\r\n");
    assert_eq!(
        attribute_texts(&facts.items[0].attributes),
        ["doc \" a\" on 1", "doc \" b\\nc \" on 2", "d[= \"e\nf\"] on 4"]
    );
    assert_eq!(facts.items[0].line, 6);
}

#[test]
fn invisible_brackets_do_not_hide_items() {
    fn invisible(text: &str) -> Token {
        let tokens = token_trees(text).tokens;
        let group = Group { delimiter: Delimiter::None, tokens, end_line: 1, end: 0 };
        Token { kind: TokenKind::Group(Box::new(group)), line: 1, offset: 0, origin: None }
    }
    fn in_braces(tokens: Vec<Token>) -> Token {
        let group = Group { delimiter: Delimiter::Brace, tokens, end_line: 1, end: 0 };
        Token { kind: TokenKind::Group(Box::new(group)), line: 1, offset: 0, origin: None }
    }
    let mut tokens = token_trees("#[test]").tokens;
    tokens.extend([invisible("pub(crate)"), invisible(""), invisible("fn"), invisible("name"), invisible("()")]);
    tokens.push(in_braces(vec![
        invisible("struct A;"),
        in_braces(vec![invisible("fn"), invisible("g(a: u8, b: u8) {}")]),
    ]));
    tokens.push(invisible("impl T for"));
    tokens.extend([invisible("a::B<C>"), invisible("{}")]);
    assert_eq!(outline(&items(&tokens)), "pub fn name/0 {type A, fn g/2}, impl [T] for [a : : B < C >]");
    assert_eq!(file(&tokens).1[0].attributes.len(), 1);
}

#[test]
fn broken_syntax_costs_what_is_broken_and_nothing_else() {
    assert_cases(&[
        ("mod m { fn a( { } } fn b() {}", "mod m {fn a/1;}, fn b/0"),
        ("fn a() -> struct B; fn c() {}", "fn a/0;, type B, fn c/0"),
        ("const A: u8 = 1 fn b() {} mod c {}", "other A, fn b/0, mod c"),
        ("use a::b mod c; fn d() {}", "use [a::b as b], mod c;, fn d/0"),
        ("? ] fn a() {} } ) fn b() {} let x = 3; \u{2603} fn c() {}", "fn a/0, fn b/0, fn c/0"),
        ("pub fn pub unsafe impl trait T {} #[a] struct", "pub fn pub/0;, trait T"),
        ("mod a { fn b() {} struct C { x: u8, = , y: u8 ", "mod a {fn b/0, type C {field x, field y}}"),
    ]);
}

#[test]
fn what_precedes_the_first_token_is_skipped() {
    for text in [
        "\u{feff}#!/usr/bin/env cargo\nfn a() {}",
        "---\n[package]\n---\nfn a() {}\n",
        "#!/bin/x\n---\nfn\n---\nfn a() {}",
    ] {
        assert_items(text, "fn a/0");
        assert!(facts(text).problems.is_empty(), "{text}");
    }
    assert_eq!(facts("#!/usr/bin/env cargo\nfn a() {}").items[0].line, 2);
    assert_eq!(facts("#![a]\nfn a() {}").attributes.len(), 1);
    assert_eq!(facts("#!\n[a]\nfn a() {}").attributes.len(), 1);
}

#[test]
fn brackets_that_do_not_match_are_recovered_and_told() {
    let trees = |text: &str| {
        let TokenTrees { tokens, problems, .. } = token_trees(text);
        let problems: Vec<String> = problems.iter().map(|(line, message)| format!("{line} {message}")).collect();
        format!("{} | {}", text_of(&tokens), problems.join(", "))
    };
    assert_eq!(trees("(a [b]) {c}"), "(a [b]) {c} | ");
    assert_eq!(trees("{ (a\n}\nb"), "{(a)} b | 1 unclosed `(`");
    assert_eq!(trees("a )\n] b"), "a b | 1 unexpected closing `)`, 2 unexpected closing `]`");
    assert_eq!(trees("(\n[ a"), "([a]) | 2 unclosed `[`, 1 unclosed `(`");
    assert_eq!(trees("a \"b\n"), "a | 1 unterminated literal");
    assert_eq!(trees("a\n/* b /* */"), "a | 2 unterminated block comment");
    assert_eq!(trees("r#\"a\"# b'c' 'd 1.5e3_f32 r#e 'r#g"), "r#\"a\"# b'c' 'd 1.5e3_f32 r#e 'r#g | ");
}

#[test]
fn operators_are_characters_that_know_their_neighbour() {
    let joints: Vec<(String, bool)> = token_trees("a::b - > -> >>= #\"x\"# ##")
        .tokens
        .iter()
        .filter_map(|token| match token.kind {
            TokenKind::Punct { character, joint } => Some((character.to_string(), joint)),
            _ => None,
        })
        .collect();
    let text: String =
        joints.iter().map(|(character, joint)| format!("{character}{}", if *joint { "" } else { " " })).collect();
    assert_eq!(text, ":: - > -> >>= # # ## ");
}

#[test]
fn the_crate_of_a_macro_is_one_name() {
    assert_eq!(token_trees("$crate::a $ crate $a").tokens.len(), 8);
    assert!(token_trees("$crate").tokens[0].is_ident("$crate"));
}

#[test]
fn groups_know_where_they_end() {
    let tokens = token_trees("(\n a\n) b").tokens;
    let group = tokens[0].group(Delimiter::Parenthesis).unwrap();
    assert_eq!((tokens[0].line, tokens[0].offset, group.end_line, group.end), (1, 0, 3, 6));
    assert_eq!((tokens[1].line, tokens[1].offset), (3, 7));
}

#[test]
fn features_are_those_of_the_predicates_of_rustc() {
    let text = r##"#![cfg_attr(not(feature = "a"), no_std, cfg_attr(feature = "b", doc(cfg(feature = "no1"))))]
#[cfg(any(test, all(feature = "c", not(feature = r"d"))))] mod m;
macro_rules! n { () => { #[cfg(feature = "e")] fn f() { if cfg!(feature = "f") {} } } }
cfg_if! { if #[cfg(feature = "g")] {} }
#[doc(cfg(feature = "no2"))] #[other(feature = "no3")] fn f(#[cfg(feature = "h")] x: u8) {
    let feature = "no4"; cfg_select! { feature = "i" => { feature = "no5" } not(feature = "j") => x, _ => {} }
}
// #[cfg(feature = "no6")]
#[unsafe(cfg_attr(feature = "k", no_mangle))] #[cfg(feature = x)] #[cfg(feature)] struct A;
"##;
    let facts = facts(text);
    let names: Vec<&str> = facts.features.iter().map(|feature| &*feature.name).collect();
    assert_eq!(names, ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"]);
    let lines: Vec<&str> = text.lines().collect();
    for feature in &facts.features {
        let line = lines[feature.line as usize - 1];
        let written = &line[feature.column as usize - 1..feature.end_column as usize - 1];
        assert!(written.starts_with("feature = ") && written.ends_with('"'), "{written}");
    }
}

#[test]
fn what_a_build_script_prints_is_read_from_its_strings() {
    let text = r##"fn main() {
    println!("cargo:rustc-cfg=a");
    println!("cargo::rustc-cfg=b=\"{}\"", x);
    println!(r#"cargo::rustc-check-cfg=cfg(c, values("d", none()))"#);
    writeln!(out, "cargo:rustc-check-cfg=cfg(e)\ncargo:rustc-cfg=f").unwrap();
    // cargo:rustc-cfg=no
    println!("cargo:rustc-env=X=rustc-cfg=no");
}"##;
    let set = |text: &str| PrintedCfg::Set(text.into());
    let known = |text: &str| PrintedCfg::Known(text.into());
    assert_eq!(
        facts(text).printed_cfgs,
        [set("a"), set("b=\""), known(r#"cfg(c, values("d", none()))"#), known("cfg(e)"), set("f")]
    );
}

#[test]
fn brackets_beyond_the_limit_are_empty_and_told() {
    for (depth, too_deep) in [(MAX_DEPTH, false), (MAX_DEPTH + 1, true)] {
        let text = format!("mod m {{}}\n{}a{}\nfn f() {{}}", "(".repeat(depth), ")".repeat(depth));
        let facts = facts(&text);
        assert_eq!(outline(&facts.items), "mod m, fn f/0");
        let kinds: Vec<(u32, ProblemKind)> = facts.problems.iter().map(|problem| (problem.0, problem.1)).collect();
        assert_eq!(kinds, if too_deep { vec![(2, ProblemKind::TooDeep)] } else { vec![] });
        let mut tokens = token_trees(&text).tokens;
        let mut seen = 0;
        while let Some(group) = tokens.iter().find_map(|token| token.group(Delimiter::Parenthesis)) {
            tokens = group.tokens.clone();
            seen += 1;
        }
        assert_eq!((seen, tokens.is_empty()), (depth, too_deep));
    }
}

/// Texts that are large in one respect.
fn extreme_texts() -> Vec<(&'static str, String)> {
    let repeated = |text: &str| text.repeat(400_000 / text.len());
    vec![
        ("balanced", format!("{}{}", "(".repeat(100_000), ")".repeat(100_000))),
        ("mixed", format!("{}{}", "{[(".repeat(100_000), ")]}".repeat(100_000))),
        ("modules", format!("{}{}", "mod a {".repeat(50_000), "}".repeat(50_000))),
        ("functions", format!("{}{}", "fn a() {".repeat(50_000), "}".repeat(50_000))),
        ("closures", format!("fn f() {{ {}{} }}", "a(|| { ".repeat(50_000), "})".repeat(50_000))),
        ("imports", format!("use {}{};", "a::{b,".repeat(50_000), "}".repeat(50_000))),
        ("long path", format!("use {}{{{}}};", "a::".repeat(100_000), "b,".repeat(100_000))),
        ("predicates", format!("#[cfg({}{})] mod a;", "not(".repeat(50_000), ")".repeat(50_000))),
        ("one line of features", "#[cfg(feature = \"a\")] fn f() {} ".repeat(20_000)),
        ("open", repeated("(")),
        ("closed", repeated(")")),
        ("crossed", repeated("[(] ")),
        ("attributes", repeated("#[a]")),
        ("pounds", repeated("#")),
        ("generics", repeated("fn a<")),
        ("nested generics", format!("fn f(a: {}) {{}}", repeated("A<"))),
        ("implementations", repeated("impl ")),
        ("modifiers", repeated("unsafe const async extern ")),
        ("paths", repeated("a::")),
        ("statements", format!("fn f() {{ {} }}", repeated("a::b! "))),
        ("exclamations", repeated("a!")),
        ("variants", format!("enum E {{ {} }}", repeated("A = a::<,"))),
        ("parameters", format!("fn f({}) {{}}", repeated("a:<,"))),
        ("quotes", repeated("'")),
        ("strings", repeated("r#\"")),
        ("comments", repeated("/*")),
        ("macros", repeated("macro_rules! a ")),
        ("types", repeated("struct A<T> where ")),
        ("arms", format!("cfg_select! {{ {} }}", repeated("a => b, "))),
    ]
}

/// Runs on a stack no larger than that of a thread of a pool.
fn on_a_usual_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work).expect("a thread can be started");
    thread.join().expect("nothing panics");
}

#[test]
fn no_text_is_too_deep_or_too_long() {
    on_a_usual_stack(|| {
        for (name, text) in extreme_texts() {
            let begin = Instant::now();
            drop(facts(&text));
            // Quadratic work on so many characters would take minutes.
            assert!(begin.elapsed() < Duration::from_secs(10), "{name}: {:?}", begin.elapsed());
        }
    });
}

#[test]
fn ten_megabytes_of_one_thing_are_read() {
    on_a_usual_stack(|| {
        for text in ["(", "#[a]"] {
            let begin = Instant::now();
            drop(facts(&text.repeat(10_000_000 / text.len())));
            assert!(begin.elapsed() < Duration::from_secs(60), "{text}: {:?}", begin.elapsed());
        }
    });
}

/// A small generator of numbers, the same ones on each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % limit.max(1)
    }
}

#[test]
fn cut_and_mutated_sources_are_read_without_a_panic() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let pieces = [
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        "\"",
        "'",
        "/*",
        "*/",
        "r#\"",
        "#",
        "#[",
        "!",
        "::",
        ";",
        ",",
        "=",
        "fn ",
        "impl ",
        "mod ",
        "use ",
        "macro_rules! ",
        "pub ",
        "unsafe ",
        "for ",
        "where ",
        "\u{2603}",
        "\n",
        "'a",
        "///",
        "$",
        "",
    ];
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut files = 0;
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.path().extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        files += 1;
        let text = fs::read_to_string(entry.path()).unwrap();
        let characters: Vec<char> = text.chars().take(4_000).collect();
        for _ in 0..6 {
            let mut changed = characters.clone();
            for _ in 0..1 + numbers.below(12) {
                let at = numbers.below(changed.len());
                let end = (at + numbers.below(4)).min(changed.len());
                changed.splice(at..end, pieces[numbers.below(pieces.len())].chars());
            }
            changed.truncate(1 + numbers.below(changed.len()));
            let text: String = changed.into_iter().collect();
            let read = facts(&text);
            assert_eq!(read, facts(&text));
            let lines = u32::try_from(text.matches('\n').count() + 1).unwrap();
            assert!(read.items.iter().all(|item| item.line <= item.end_line && item.end_line <= lines), "{text}");
            drop(statements(&token_trees(&text).tokens));
        }
    }
    assert!(files > 100);
}

/// What syn says of items: the kind and name of each, how many attributes it has, and what is in it.
fn items_by_syn(items: &[syn::Item]) -> Vec<String> {
    let line = |kind: &str, name: String, attributes: &[syn::Attribute]| {
        format!("{kind} {} {}", name.trim_start_matches("r#"), attributes.len())
    };
    let mut found = Vec::new();
    for item in items {
        match item {
            syn::Item::Fn(item) => found.push(line("fn", item.sig.ident.to_string(), &item.attrs)),
            syn::Item::Mod(item) => {
                found.push(line("mod", item.ident.to_string(), &item.attrs));
                found.extend(item.content.iter().flat_map(|content| items_by_syn(&content.1)));
            }
            syn::Item::Struct(item) => found.push(line("type", item.ident.to_string(), &item.attrs)),
            syn::Item::Enum(item) => {
                found.push(line("type", item.ident.to_string(), &item.attrs));
                let variants = item.variants.iter();
                found.extend(variants.map(|variant| line("variant", variant.ident.to_string(), &variant.attrs)));
            }
            syn::Item::Trait(item) => found.push(line("trait", item.ident.to_string(), &item.attrs)),
            syn::Item::Impl(item) => {
                found.push(line("impl", String::new(), &item.attrs));
                for member in &item.items {
                    if let syn::ImplItem::Fn(member) = member {
                        found.push(line("fn", member.sig.ident.to_string(), &member.attrs));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The same of our items.
fn items_as_syn(items: &[Item]) -> Vec<String> {
    let mut found = Vec::new();
    for item in items {
        let (kind, inner): (&str, Vec<String>) = match &item.kind {
            ItemKind::Function(_) => ("fn", Vec::new()),
            ItemKind::Module { items } => ("mod", items_as_syn(items.as_deref().unwrap_or_default())),
            ItemKind::Type(members) => ("type", items_as_syn(members)),
            ItemKind::Variant(_) => ("variant", Vec::new()),
            ItemKind::Trait(_) => ("trait", Vec::new()),
            ItemKind::Impl { items, .. } => ("impl", items_as_syn(items)),
            _ => continue,
        };
        found.push(format!("{kind} {} {}", item.name, item.attributes.len()));
        found.extend(inner);
    }
    found
}

/// The sources of this crate, or those below the folder that `TESTAUDIT_RUST_SOURCES` names.
#[test]
fn items_are_those_that_syn_finds() {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folder = std::env::var_os("TESTAUDIT_RUST_SOURCES").map_or_else(own, Into::into);
    let mut compared = 0;
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() || entry.path().extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let Ok(text) = fs::read_to_string(entry.path()) else { continue };
        let Ok(syntax) = syn::parse_file(&text) else { continue };
        let facts = facts(&text);
        assert_eq!(items_as_syn(&facts.items), items_by_syn(&syntax.items), "{}", entry.path().display());
        assert_eq!(facts.attributes.len(), syntax.attrs.len(), "{}", entry.path().display());
        assert_eq!(facts.problems, [], "{}", entry.path().display());
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}
