//! Expansions of `macro_rules!` against rustc's own: the cases of `tests/rust_macros/*.txt`.
//!
//! A file holds cases: `=== sentence`, then definitions of the macro `case`, `--- call` with what is passed to it, `--- expected`
//! with what rustc makes of it (`error` where it refuses). `UPDATE=1` asks rustc anew, with `SHOW=1` its errors are printed.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::Command;

use testaudit::lang::rust::expand::convert::tokens_of_text;
use testaudit::lang::rust::expand::{
    Budget, Definition, NoExpansion, builtin, expand, split_items, string_value, visible,
};
use testaudit::model::rust::token::{DocComment, Origin};
use testaudit::model::rust::{Delimiter, MacroCall, Token, TokenKind};

struct Case {
    title: String,
    definition: String,
    call: String,
    expected: String,
}

fn cases(path: &Path) -> Vec<Case> {
    let text = fs::read_to_string(path).unwrap();
    let mut cases = Vec::new();
    for part in text.split("=== ").skip(1) {
        let (title, rest) = part.split_once('\n').unwrap();
        let (definition, rest) = rest.split_once("--- call\n").unwrap();
        let (call, expected) = rest.split_once("--- expected\n").unwrap_or((rest, ""));
        let [definition, call, expected] = [definition, call, expected].map(|text| text.trim().to_owned());
        cases.push(Case { title: title.trim().to_owned(), definition, call, expected });
    }
    cases
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rust_macros");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// What rustc prints for the call, or `error`.
fn ask_rustc(case: &Case) -> String {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("case.rs");
    let program = format!(
        "#![feature(macro_metavar_expr, macro_metavar_expr_concat)]\n#![allow(warnings)]\n{}\nmod expansion {{ case! {{ {} }} }}\n",
        case.definition, case.call
    );
    fs::write(&source, program).unwrap();
    let output = Command::new("rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["-Zunpretty=expanded", "--edition=2021", "--crate-type=lib"])
        .arg(&source)
        .output()
        .unwrap();
    if !output.status.success() {
        if std::env::var_os("SHOW").is_some() {
            println!("{}:\n{}", case.title, String::from_utf8_lossy(&output.stderr));
        }
        return "error".to_owned();
    }
    let text = String::from_utf8(output.stdout).unwrap();
    let start = text.rfind("mod expansion {").unwrap() + "mod expansion {".len();
    text[start..]
        .trim_end()
        .strip_suffix('}')
        .unwrap()
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .to_owned()
}

/// The definition named `case` applied to the call, and again to the calls of it that stand among the items.
fn expansion(case: &Case) -> Result<Vec<Token>, NoExpansion> {
    let tokens = tokens_of_text(&case.definition, 1).expect("the definition reads as tokens");
    let [.., name, body] = &*tokens else { panic!("{}: no definition", case.title) };
    assert!(name.is_ident("case"), "{}", case.title);
    let body = body.group(Delimiter::Brace).unwrap();
    let definition = Definition::read(&body.tokens).map_err(|_| NoExpansion::NoRule)?;
    let call = tokens_of_text(&case.call, 1).expect("the call reads as tokens");
    let mut budget = Budget::new(1_000_000);
    let mut pending = expand(&definition, &call, 1, &mut budget)?;
    for _ in 0..100 {
        let mut next = Vec::new();
        let mut expanded = false;
        for item in split_items(&pending) {
            match item {
                [name, bang, Token { kind: TokenKind::Group(group), .. }, ..]
                    if name.is_ident("case") && bang.is_punct('!') =>
                {
                    next.extend(expand(&definition, &group.tokens, 1, &mut budget)?);
                    expanded = true;
                }
                _ => next.extend_from_slice(item),
            }
        }
        pending = next;
        if !expanded {
            break;
        }
    }
    Ok(pending)
}

/// Tokens as words, string literals by what they mean.
fn words(tokens: &[Token], words: &mut Vec<String>) {
    for token in tokens {
        match &token.kind {
            TokenKind::Ident(text) if **text == *"$crate" => words.push("crate".to_owned()),
            TokenKind::Ident(text) | TokenKind::Lifetime(text) => words.push(text.to_string()),
            TokenKind::Literal(text) => {
                words.push(token.string().map_or(text.to_string(), |value| format!("{value:?}")));
            }
            TokenKind::Punct { character, .. } => words.push(character.to_string()),
            TokenKind::Doc(comment) => words.push(format!("#[doc = {:?}]", comment.text)),
            TokenKind::Group(group) => {
                let (open, close) = group.delimiter.brackets();
                words.push(open.to_owned());
                self::words(&group.tokens, words);
                words.push(close.to_owned());
            }
        }
    }
}

fn printed(tokens: &[Token]) -> String {
    let mut all = Vec::new();
    words(&visible(tokens), &mut all);
    all.join(" ")
}

#[test]
fn expansions_are_those_of_rustc() {
    let update = std::env::var_os("UPDATE").is_some();
    let (mut count, mut wrong) = (0, Vec::new());
    for path in files() {
        let mut cases = cases(&path);
        for case in &mut cases {
            count += 1;
            if update {
                case.expected = ask_rustc(case);
            }
            let found = expansion(case).map_or_else(|_| "error".to_owned(), |tokens| printed(&tokens));
            let expected = tokens_of_text(&case.expected, 1).map(|tokens| printed(&tokens)).unwrap();
            if found != expected {
                wrong.push(format!("{}:\n  expected {expected}\n  found    {found}", case.title));
            }
        }
        if update {
            let text: Vec<String> = cases
                .iter()
                .map(|case| {
                    let Case { title, definition, call, expected } = case;
                    format!("=== {title}\n{definition}\n--- call\n{call}\n--- expected\n{expected}\n")
                })
                .collect();
            fs::write(&path, text.join("\n")).unwrap();
        }
    }
    assert!(count >= 40, "the cases were not found");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn tokens(text: &str, line: u32) -> Vec<Token> {
    tokens_of_text(text, line).unwrap()
}

fn definition(rules: &str) -> Definition {
    Definition::read(&tokens(rules, 1)).unwrap()
}

/// What a well-known macro makes of a call, as text.
fn built_in(path: &str, call: &str) -> Option<String> {
    let path: Vec<Box<str>> = path.split("::").map(Into::into).collect();
    let call = MacroCall { path: path.clone(), delimiter: Delimiter::Brace, tokens: tokens(call, 7) };
    let result = builtin(&path, &call, 3)?;
    Some(result.map_or_else(|_| "error".to_owned(), |tokens| printed(&tokens)))
}

#[test]
fn well_known_macros_become_the_items_that_they_write() {
    for (path, call, expected) in [
        ("paste::paste", "fn [<test_ Foo:snake _ 1>]() {}", "fn test_foo_1() {}"),
        ("paste", "mod m { fn [<a_ some_name:camel>]() { [1, 2]; } }", "mod m { fn a_SomeName() { [1, 2]; } }"),
        ("paste::item", "fn [<ABC:lower \"-x\" y:upper>]() {}", "fn abc_xY() {}"),
        ("paste", "#[doc = \"a \" name \" b\"] struct A;", "#[doc = \"a name b\"] struct A;"),
        ("paste", "fn f() { a[<T as U>::V] }", "fn f() { a[<T as U>::V] }"),
        (
            "cfg_if::cfg_if",
            "if #[cfg(unix)] { mod a; pub fn b() {} } else if #[cfg(test)] { use c::d; } else { e! {} f!(); }",
            "#[cfg(unix)] mod a; #[cfg(unix)] pub fn b() {} #[cfg(all(test, not(any(unix))))] use c::d; \
             #[cfg(not(any(unix, test)))] e! {} #[cfg(not(any(unix, test)))] f!();",
        ),
        ("cfg_if", "if #[cfg(a)] {", "unbalanced"),
        ("cfg_if", "if cfg(a) { }", "error"),
        (
            "std::cfg_select",
            "unix => { fn a() {} } feature = \"x\" => { fn b() {} } _ => { fn c() {} }",
            "#[cfg(unix)] fn a() {} #[cfg(all(feature = \"x\", not(any(unix))))] fn b() {} \
             #[cfg(not(any(unix, feature = \"x\")))] fn c() {}",
        ),
        (
            "lazy_static",
            "/// one\npub(crate) static ref A: Vec<u8> = vec![1, 2]; static ref B: u8 = { 1 };",
            "#[doc = \" one\"] pub(crate) struct A { __private_field: () } struct B { __private_field: () }",
        ),
        (
            "thread_local",
            "/// one\nstatic A: u8 = const { 1 }; pub static B: u8 = f()",
            "#[doc = \" one\"] const A: crate::thread::LocalKey<u8> = { 1 }; \
             pub const B: crate::thread::LocalKey<u8> = f();",
        ),
        (
            "bitflags::bitflags",
            "/// one\npub struct A: u32 { /// two\nconst B = 1; const _ = !0; }",
            "#[doc = \" one\"] pub struct A(u32); impl A { #[doc = \" two\"] pub const B: Self = Self(1); \
             pub const _: Self = Self(!0); }",
        ),
        ("bitflags", "impl A: u8 { const B = 1 << 2; }", "impl A { pub const B: Self = Self(1 << 2); }"),
        ("doc_comment::doctest", "\"a.md\", readme", "#[doc = include_str!(\"a.md\")] mod readme {}"),
        ("doc_comment", "concat!(\"a\", \"b\"), struct A;", "#[doc = concat!(\"a\", \"b\")] struct A;"),
        (
            "pin_project_lite::pin_project",
            "/// one\n#[project = P] pub struct A<T> { /// two\n#[pin] a: T, b: u8 } impl<T> PinnedDrop for A<T> {}",
            "#[doc = \" one\"] pub struct A<T> { #[doc = \" two\"] a: T, b: u8 }",
        ),
        ("rusty_fork_test", "#![rusty_fork(timeout_ms = 1)] #[test] fn a() { b() }", "#[test] fn a() { b() }"),
        (
            "proptest::proptest",
            "#![proptest_config(C::d(1))] /// x\n#[test] fn a(b in 0..1, c: u8) { d }",
            "#[doc = \" x\"] #[test] fn a(b in 0..1, c: u8) { d }",
        ),
        ("proptest", "|(a in 0..1)| { b }", "error"),
        ("quickcheck", "fn a(b: u8) -> bool { c }", "#[quickcheck] fn a(b: u8) -> bool { c }"),
        ("quickcheck", "@as_items #[test] fn a() { b }", "#[test] fn a() { b }"),
        ("tokio::pin", "a", ""),
        ("static_assertions::const_assert", "1 < 2", ""),
        (
            "seq_macro::seq",
            "N in 1..=2 { #[test] fn f~N() { g(N) } }",
            "#[test] fn f1() { g(1) } #[test] fn f2() { g(2) }",
        ),
        ("seq", "N in 09..11 { enum A { #(B~N,)* } }", "enum A { B09, B10, }"),
        ("duplicate::duplicate", "[name; [a]; [b]] fn name() {}", "fn a() {} fn b() {}"),
        ("duplicate", "[n t; [a] [u8]; [b] [&str]] fn n(_: t) {}", "fn a(_: u8) {} fn b(_: &str) {}"),
    ] {
        if expected == "unbalanced" {
            assert!(tokens_of_text(call, 1).is_none());
            continue;
        }
        let expected = if expected == "error" { expected.to_owned() } else { printed(&tokens(expected, 1)) };
        assert_eq!(built_in(path, call).as_deref(), Some(&*expected), "{path}! {{ {call} }}");
    }
}

#[test]
fn other_macros_are_not_known() {
    for path in ["unheard_of", "other::paste", "tokio::paste", "vec", "include"] {
        assert_eq!(built_in(path, "a"), None, "{path}");
    }
}

#[test]
fn what_was_passed_keeps_its_line_and_the_rest_stands_on_that_of_the_call() {
    let definition = definition("($(#[$m:meta])* $n:ident) => { $(#[$m])* struct $n; }");
    let mut input = tokens("A", 9);
    let comment = DocComment { inner: false, block: false, text: " a \"quoted\"#".into() };
    input.insert(0, Token { kind: TokenKind::Doc(Box::new(comment)), line: 8, offset: 70, origin: None });
    let output = expand(&definition, &input, 5, &mut Budget::new(100)).unwrap();
    let output = visible(&output);
    let lines: Vec<u32> = output.iter().map(|token| token.line).collect();
    assert_eq!(lines, [5, 5, 5, 9, 5]);
    let TokenKind::Group(attribute) = &output[1].kind else { panic!("no attribute") };
    assert_eq!(attribute.tokens[2].literal(), Some("r##\" a \"quoted\"#\"##"));
    assert_eq!(attribute.tokens[2].line, 8);
}

#[test]
fn what_a_definition_writes_knows_where_the_definition_has_it() {
    let rules = tokens("($n:ident) => {\nfn first() {}\nfn $n() {}\n}", 20);
    let definition = Definition::read(&rules).unwrap();
    let file = NonZeroU32::new(7);
    let origins = |definition: &Definition| {
        let output = expand(definition, &tokens("passed", 9), 5, &mut Budget::new(100)).unwrap();
        [&output[1], &output[5]].map(|name| (name.line, name.origin.map(|origin| (origin.file.get(), origin.line))))
    };
    assert_eq!(origins(&definition.clone().in_file(file)), [(5, Some((7, 20))), (9, None)]);
    assert_eq!(origins(&definition.clone().in_file(Some(Origin::FOREIGN_FILE))), [(5, Some((u32::MAX, 5))), (9, None)]);
    assert_eq!(origins(&definition), [(5, None), (9, None)]);
    // A definition that a macro wrote keeps the place where that macro has it.
    let outer = tokens("() => { macro_rules! inner { () => { fn second() {} } } }", 30);
    let outer = Definition::read(&outer).unwrap().in_file(file);
    let written = expand(&outer, &[], 5, &mut Budget::new(100)).unwrap();
    let TokenKind::Group(rules) = &written[3].kind else { panic!("no rules") };
    let inner = Definition::read(&rules.tokens).unwrap().in_file(NonZeroU32::new(8));
    let output = expand(&inner, &[], 6, &mut Budget::new(100)).unwrap();
    assert_eq!(output[1].origin, file.map(|file| Origin { file, line: 30 }));
}

#[test]
fn what_expansions_write_is_bounded() {
    let definition = definition("($($a:tt)*) => { $($a $a)* }");
    let input = tokens("a b (c d)", 1);
    let mut budget = Budget::new(100);
    assert_eq!(expand(&definition, &input, 1, &mut budget).unwrap().len(), 6);
    assert!(budget.tokens < 100);
    assert_eq!(expand(&definition, &input, 1, &mut Budget::new(9)), Err(NoExpansion::TooLarge));
}

#[test]
fn nothing_in_the_input_takes_long_or_overflows_the_stack() {
    let nested = |open: &str, close: &str, depth: usize| format!("{}{}", open.repeat(depth), close.repeat(depth));
    let deep = tokens(&nested("(", ")", 250), 1);
    let any = definition("($($a:expr),*) => { $($a)* }");
    assert!(expand(&any, &deep, 1, &mut Budget::new(10_000)).is_ok());
    assert_eq!(
        expand(&any, &tokens(&nested("(", ")", 300), 1), 1, &mut Budget::new(10_000)),
        Err(NoExpansion::TooDeep)
    );
    for (rules, input) in [
        // Exponentially many ways, if each were followed.
        ("($($($a:literal)+)+) => {}", "1 ".repeat(2_000)),
        ("($($(a)+)+) => {} ; ($($t:tt)*) => {}", "a ".repeat(20_000)),
        ("($($e:expr),*) => { [$($e),*] }", "a + b, ".repeat(20_000) + "c"),
        ("($e:expr) => { $e }", "a - ".repeat(50_000) + "c"),
        ("($e:expr) => { $e }", "if ".repeat(20_000)),
        ("($e:expr) => { $e }", "- ".repeat(20_000) + "x"),
        ("($e:ty) => { $e }", "& ".repeat(20_000) + "x"),
        ("($e:ty) => { $e }", "fn() -> ".repeat(20_000) + "x"),
        ("($e:ty) => { $e }", "A<".repeat(20_000)),
        ("($($i:item)*) => { $($i)* }", "fn f() {} ".repeat(10_000)),
        ("($($k:ident = [$($v:literal)?]);*) => { $($k $($v)?)* }", "a = [1]; ".repeat(20_000) + "b = []"),
    ] {
        let start = std::time::Instant::now();
        let _ = expand(&definition(rules), &tokens(&input, 1), 1, &mut Budget::new(10_000_000));
        assert!(start.elapsed().as_secs() < 20, "{rules}");
    }
}

#[test]
fn broken_definitions_are_refused() {
    for rules in
        ["a", "(a)", "(a) = {}", "($a) => {}", "($a:thing) => {}", "($(a)) => {}", "(a) => {} (b) => {}", "($) => {}"]
    {
        assert!(Definition::read(&tokens(rules, 1)).is_err(), "{rules}");
    }
    for rules in ["", "($a:expr_2021) => {};", "($a:ident) { $a }", "(a) => {}, (b) => []", "attr() (a) => {}"] {
        assert!(Definition::read(&tokens(rules, 1)).is_ok(), "{rules}");
    }
}

#[test]
fn strings_are_computed_where_they_can_be() {
    for (text, expected) in [
        ("\"a\\n\"", Some("a\n")),
        ("r#\"a\"b\"#", Some("a\"b")),
        ("concat!(\"a\", 1, -2.5f32, true, 'c', 0x1Fu8, concat!(\"d\"),)", Some("a1-2.5truec31d")),
        ("std::concat!(stringify!(A), \" \", stringify!(b::c))", Some("A b::c")),
        ("stringify!(f(x))", Some("f(x)")),
        ("include_str!(\"a\")", None),
        ("concat!(\"a\", env!(\"B\"))", None),
        ("a", None),
        ("1", None),
        ("", None),
    ] {
        assert_eq!(string_value(&tokens(text, 1)).as_deref(), expected, "{text}");
    }
}
