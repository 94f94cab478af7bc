//! What frameworks make of functions, against what `cargo test -- --list` said of the same sources.
//!
//! A data file is a source with the lines that libtest listed behind `==== listed`; ` ignored` stands behind those that
//! `--ignored` listed too, ` ignored?` where it depends on the machine. `//@` begins what else is known of the crate: `edition`, `lock`, `files`.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use proc_macro2::{Spacing, TokenStream, TokenTree};
use testaudit::model::Reason;
use testaudit::model::rust::token::{DocComment, Origin};
use testaudit::model::rust::{
    Attribute, Delimiter, Function, Group, Import, Item, ItemKind, MacroCall, Parameter, Predicate, Token, TokenKind,
    Truth,
};
use testaudit::resolve::rust::frameworks::{
    Context, Generated, applied_macro, dependencies, effective_attributes, is_template, path_segment, tests,
};
use trees::tokens_of;

/// proc_macro2's token trees as those of the model.
mod trees {
    use super::*;

    pub(super) fn tokens_of(stream: TokenStream) -> Vec<Token> {
        stream.into_iter().map(token).collect()
    }

    fn token(tree: TokenTree) -> Token {
        let kind = match tree {
            TokenTree::Ident(ident) => TokenKind::Ident(ident.to_string().into()),
            TokenTree::Literal(literal) => TokenKind::Literal(literal.to_string().into()),
            TokenTree::Punct(punct) => {
                TokenKind::Punct { character: punct.as_char(), joint: punct.spacing() == Spacing::Joint }
            }
            TokenTree::Group(group) => {
                let delimiter = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => Delimiter::Parenthesis,
                    proc_macro2::Delimiter::Brace => Delimiter::Brace,
                    proc_macro2::Delimiter::Bracket => Delimiter::Bracket,
                    proc_macro2::Delimiter::None => Delimiter::None,
                };
                let tokens = tokens_of(group.stream());
                TokenKind::Group(Box::new(Group { delimiter, tokens, end_line: 1, end: 0 }))
            }
        };
        Token { kind, line: 1, offset: 0, origin: None }
    }
}

/// Reads items from token trees: attributes, `fn`, `mod`, `use`, `static`, `macro!`. Other items are passed over.
struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn items(tokens: Vec<Token>) -> Vec<Item> {
        let mut reader = Self { tokens, at: 0 };
        let mut items = Vec::new();
        while reader.at < reader.tokens.len() {
            items.extend(reader.item());
        }
        items
    }

    fn item(&mut self) -> Option<Item> {
        let attributes = self.attributes();
        let mut is_async = false;
        loop {
            let token = self.next()?;
            match token.ident() {
                Some("async") => is_async = true,
                Some("const") if !self.tokens[self.at].is_ident("fn") => {
                    self.until(|token| token.is_punct(';'));
                    return None;
                }
                Some("pub" | "const" | "unsafe") => {}
                Some("fn") => {
                    let name = self.name();
                    let parameters = self.until(|token| token.group(Delimiter::Parenthesis).is_some());
                    self.until(|token| token.group(Delimiter::Brace).is_some());
                    let group = parameters.last()?.group(Delimiter::Parenthesis)?;
                    let parameters = split(&group.tokens).into_iter().map(parameter).collect();
                    let function = Function { is_async, parameters, has_body: true, ..Function::default() };
                    return Some(item(attributes, name, ItemKind::Function(Box::new(function))));
                }
                Some("mod") => {
                    let name = self.name();
                    let body = self.next()?;
                    let items = body.group(Delimiter::Brace).map(|group| Self::items(group.tokens.clone()));
                    return Some(item(attributes, name, ItemKind::Module { items }));
                }
                Some("use") => {
                    let tokens = self.until(|token| token.is_punct(';'));
                    let mut imports = Vec::new();
                    leaves(&tokens[..tokens.len() - 1], &[], &mut imports);
                    return Some(item(attributes, String::new(), ItemKind::Use(imports)));
                }
                Some("static" | "type") => {
                    let name = self.name();
                    self.until(|token| token.is_punct(';'));
                    return Some(item(attributes, name, ItemKind::Other));
                }
                Some("struct" | "impl" | "enum" | "union" | "trait" | "extern") => {
                    self.until(|token| token.group(Delimiter::Brace).is_some() || token.is_punct(';'));
                    return None;
                }
                Some("macro_rules") => {
                    self.until(|token| token.group(Delimiter::Brace).is_some());
                    return None;
                }
                Some(path) => {
                    let mut path = vec![Box::from(path)];
                    let before = self.until(|token| token.is_punct('!'));
                    path.extend(before.iter().filter_map(Token::ident).map(Box::from));
                    let TokenKind::Group(group) = self.next()?.kind else { return None };
                    let (delimiter, tokens) = (group.delimiter, group.tokens);
                    let call = MacroCall { path, delimiter, tokens };
                    return Some(item(attributes, String::new(), ItemKind::MacroCall(call)));
                }
                None => return None,
            }
        }
    }

    fn attributes(&mut self) -> Vec<Attribute> {
        let mut found = Vec::new();
        while self.tokens.get(self.at).is_some_and(|token| token.is_punct('#')) {
            self.at += 1;
            let token = self.next().unwrap();
            if token.is_punct('!') {
                self.next();
                continue;
            }
            found.push(attribute(&token.group(Delimiter::Bracket).unwrap().tokens));
        }
        found
    }

    fn name(&mut self) -> String {
        self.next().unwrap().ident().unwrap().trim_start_matches("r#").to_owned()
    }

    fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn until(&mut self, ends: impl Fn(&Token) -> bool) -> Vec<Token> {
        let mut found = Vec::new();
        while let Some(token) = self.next() {
            let last = ends(&token);
            found.push(token);
            if last {
                break;
            }
        }
        found
    }
}

fn item(attributes: Vec<Attribute>, name: String, kind: ItemKind) -> Item {
    Item { attributes, public: false, name: name.into(), line: 1, end_line: 1, kind }
}

fn attribute(tokens: &[Token]) -> Attribute {
    let is_path = |token: &&Token| token.ident().is_some() || token.is_punct(':');
    let length = tokens.iter().take_while(is_path).count();
    let path: String = tokens[..length].iter().map(|token| token.ident().unwrap_or(":")).collect();
    Attribute { path: path.into(), tokens: tokens[length..].to_vec(), inner: false, line: 1, origin: None, doc: None }
}

fn split(tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut parts = vec![Vec::new()];
    let (mut depth, mut arrow) = (0, false);
    for token in tokens {
        depth += i32::from(token.is_punct('<')) - i32::from(token.is_punct('>') && !arrow);
        arrow = token.is_punct('-');
        match token.is_punct(',') && depth == 0 {
            true => parts.push(Vec::new()),
            false => parts.last_mut().unwrap().push(token.clone()),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn parameter(tokens: Vec<Token>) -> Parameter {
    let mut reader = Reader { tokens, at: 0 };
    let attributes = reader.attributes();
    let rest = &reader.tokens[reader.at..];
    let colon = rest.iter().position(|token| token.is_punct(':')).unwrap_or(rest.len());
    let kind = rest.get(colon + 1..).unwrap_or_default().to_vec();
    Parameter { attributes, pattern: rest[..colon].to_vec(), kind }
}

fn leaves(tokens: &[Token], before: &[Box<str>], imports: &mut Vec<Import>) {
    let mut path = before.to_vec();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        if let Some(group) = token.group(Delimiter::Brace) {
            split(&group.tokens).iter().for_each(|part| leaves(part, &path, imports));
            return;
        }
        if token.is_punct('*') {
            imports.push(Import { path, name: "*".into() });
            return;
        }
        if token.is_ident("as") {
            imports.push(Import { path, name: tokens[at].ident().unwrap().into() });
            return;
        }
        if let Some(word) = token.ident().filter(|word| *word != "self") {
            path.push(word.into());
        }
    }
    let name = path.last().unwrap().clone();
    imports.push(Import { path, name });
}

/// What a data file says besides the source.
struct Known {
    edition: u16,
    lock: BTreeMap<String, (u64, u64, u64)>,
    files: Vec<String>,
}

fn known(source: &str) -> Known {
    let mut known = Known { edition: 2024, lock: BTreeMap::new(), files: Vec::new() };
    for line in source.lines().filter_map(|line| line.strip_prefix("//@ ")) {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["edition", year] => known.edition = year.parse().unwrap(),
            ["lock", name, version] => {
                let numbers: Vec<u64> = version.split('.').map(|number| number.parse().unwrap()).collect();
                known.lock.insert(name.to_owned(), (numbers[0], numbers[1], numbers[2]));
            }
            ["files", ref files @ ..] => known.files = files.iter().map(|file| (*file).to_owned()).collect(),
            _ => panic!("unknown: {line}"),
        }
    }
    known
}

fn matches(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => matches(rest, path) || (!path.is_empty() && matches(pattern, &path[1..])),
        ([part, rest @ ..], [name, behind @ ..]) => {
            let fits = match part.split_once('*') {
                Some((start, end)) => {
                    name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
                }
                None => part == name,
            };
            fits && matches(rest, behind)
        }
        _ => false,
    }
}

/// The full paths that a path may have, by the imports of the module.
fn canonical(items: &[Item], path: &[Box<str>]) -> Vec<String> {
    let imports = items.iter().filter_map(|item| match &item.kind {
        ItemKind::Use(imports) => Some(imports),
        _ => None,
    });
    let imports: Vec<&Import> = imports.flatten().collect();
    let bound = imports.iter().find(|import| import.name == path[0]);
    let written = path.join("::");
    match bound {
        Some(import) => vec![import.path.iter().chain(&path[1..]).map(|part| &**part).collect::<Vec<_>>().join("::")],
        None if path.len() == 1 => {
            let globs = imports.iter().filter(|import| &*import.name == "*");
            let globs = globs.map(|import| format!("{}::{written}", import.path.join("::")));
            globs.chain([written.clone()]).collect()
        }
        None => vec![written],
    }
}

/// All tests of some items, with the path of their module.
fn generated(items: &[Item], module: &str, known: &Known, found: &mut Vec<(String, Generated)>) {
    let canonical = |path: &[Box<str>]| canonical(items, path);
    let version = |name: &str| known.lock.get(name).copied();
    let truth = |predicate: &Predicate| predicate.truth(&|name, _| Truth::from(name == "test"));
    let files = |pattern: &str| {
        let pattern: Vec<&str> = pattern.split('/').collect();
        let fits = |file: &&String| matches(&pattern, &file.split('/').collect::<Vec<_>>());
        Some(known.files.iter().filter(fits).cloned().collect())
    };
    let bare = |_: &[Box<str>]| None;
    let context = |template| Context {
        canonical: &canonical,
        version: &version,
        truth: &truth,
        template,
        workspace: "",
        edition: known.edition,
        files: &files,
    };
    let templates: Vec<&Item> = items.iter().filter(|item| is_template(item, &context(&bare))).collect();
    let template = |path: &[Box<str>]| templates.iter().find(|item| item.name == path[path.len() - 1]).copied();
    let context = Context {
        canonical: &canonical,
        version: &version,
        truth: &truth,
        template: &template,
        workspace: "",
        edition: known.edition,
        files: &files,
    };
    for item in items {
        if let ItemKind::Module { items: Some(inner) } = &item.kind {
            generated(inner, &format!("{module}{}::", path_segment(&item.name, known.edition)), known, found);
        } else if !templates.iter().any(|template| std::ptr::eq(*template, item)) {
            found.extend(tests(item, &context).into_iter().map(|test| (format!("{module}{}", test.name), test)));
        }
    }
}

fn of(source: &str) -> Vec<(String, Generated)> {
    let tokens = tokens_of(source.parse().unwrap());
    let mut found = Vec::new();
    generated(&Reader::items(tokens), "", &known(source), &mut found);
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn names(source: &str) -> Vec<String> {
    of(source).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn frameworks_make_the_tests_that_libtest_lists() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rust_frameworks");
    let (mut count, mut failures) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let (source, listed) = text.split_once("==== listed\n").unwrap();
        let found = of(source).into_iter().map(|(name, test)| {
            let ignored = match test.ignored {
                Truth::False => "",
                Truth::Unknown => " ignored?",
                Truth::True => " ignored",
            };
            format!("{name}{}{ignored}", if test.exact { "" } else { "…" })
        });
        let found: Vec<String> = found.collect();
        let mut listed: Vec<&str> = listed.lines().collect();
        listed.sort_unstable();
        let wrong: Vec<_> = found.iter().filter(|name| !listed.contains(&name.as_str())).collect();
        let missing: Vec<_> = listed.iter().filter(|name| !found.iter().any(|found| found == *name)).collect();
        if !wrong.is_empty() || !missing.is_empty() || found.len() != listed.len() {
            failures.push(format!("{}\nwrong {wrong:#?}\nmissing {missing:#?}", path.display()));
        }
        count += 1;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count >= 10, "the data files were not found");
}

#[test]
fn an_attribute_of_another_crate_makes_nothing() {
    for source in [
        "use other::test_case; #[test_case(1)] fn f(a: u32) {}",
        "use other::rstest; #[rstest] fn f() {}",
        "#[case(1)] #[case(2)] fn f(#[case] a: u32) {}",
        "#[test_with::env(HOME)] fn f() {}",
        "#[kani::proof] fn f() {}",
        "#[divan::bench] fn f() {}",
        "use divan::bench; #[bench] fn f() {}",
        "#[criterion] fn f() {}",
        "#[libtest_mimic_collect::test] fn f() {}",
        "#[apply(other_macro!)] fn f() {}",
        "#[serial_test::serial] fn f() {}",
        "#[tested] fn f() {}",
        "use rstest::rstest; #[rstest] #[test_attr(wasm_bindgen_test::wasm_bindgen_test)] #[case(1)] fn f(#[case] a: u32) {}",
        "use test_case::test_case; #[test_case(1)] async fn f(a: u32) {}",
    ] {
        assert_eq!(names(source), [""; 0], "{source}");
    }
}

#[test]
fn an_unknown_attribute_that_is_called_test_makes_one_test() {
    for path in ["sqlx::test", "gpui::test", "madsim::test", "a::b::c::test", "std::prelude::v1::test", "test"] {
        let source = format!("#[{path}(argument = 1)] async fn f(pool: Pool) {{}}");
        assert_eq!(names(&source), ["f"], "{path}");
    }
    assert_eq!(names("use tokio::test as case; #[case] async fn f() {}"), ["f"]);
}

#[test]
fn the_dependency_decides_what_a_name_means_that_no_import_binds() {
    let source = |lock: &str| format!("//@ lock {lock}\n#[test_case(1)] fn f(a: u32) {{}}");
    assert_eq!(names(&source("ntest 0.9.0")), ["f_1"]);
    assert_eq!(names(&source("test-case 3.4.0")), ["f::test_case_1_1_expects"]);
    assert_eq!(names(&source("test-case 3.1.0")), ["f::_1_expects"]);
    let case = |lock: &str| format!("//@ lock {lock}\n#[case(1)] fn f(a: u32) {{}}");
    assert_eq!(names(&case("test-case 3.4.0")), ["f::test_case_1_1_expects"]);
    assert_eq!(names(&case("rstest 0.20.0")), [""; 0]);
}

#[test]
fn what_panics_is_told_for_each_case() {
    let panics = |source: &str| -> Vec<(String, Truth)> {
        of(source).into_iter().map(|(name, test)| (name, test.should_panic)).collect()
    };
    assert_eq!(panics("#[test] #[should_panic(expected = \"x\")] fn f() {}"), [("f".into(), Truth::True)]);
    assert_eq!(panics("#[assay::assay(should_panic)] fn f() {}"), [("f".into(), Truth::True)]);
    assert_eq!(
        panics("#[rstest] #[case(1)] #[should_panic] #[case(2)] fn f(#[case] a: u32) {}"),
        [("f::case_1".into(), Truth::False), ("f::case_2".into(), Truth::True)]
    );
    assert_eq!(
        panics("#[test_case(1 => panics; \"a\")] #[test_case(2; \"b\")] fn f(a: u32) {}"),
        [("f::test_case_1_a".into(), Truth::True), ("f::test_case_2_b".into(), Truth::False)]
    );
}

#[test]
fn reasons_to_ignore_are_kept() {
    let reasons =
        |source: &str| -> Vec<Option<String>> { of(source).into_iter().map(|(_, test)| test.ignore_reason).collect() };
    assert_eq!(reasons("#[test] #[ignore = \"slow\"] fn f() {}"), [Some("slow".into())]);
    assert_eq!(reasons("#[test] #[ignore] fn f() {}"), [None]);
    assert_eq!(reasons("#[test_case(1 => ignore[\"later\"] 2)] fn f(a: u32) -> u32 {}"), [Some("later".into())]);
}

#[test]
fn a_condition_that_is_not_known_is_kept_and_a_false_one_drops_the_test() {
    let conditions = |source: &str| -> Vec<(String, Truth)> {
        of(source).into_iter().map(|(name, test)| (name, test.condition)).collect()
    };
    assert_eq!(conditions("#[cfg(other)] #[test] fn f() {}"), []);
    assert_eq!(conditions("#[cfg(a = )] #[test] fn f() {}"), [("f".into(), Truth::Unknown)]);
    assert_eq!(conditions("#[cfg_attr(a = , test)] fn f() {}"), [("f".into(), Truth::Unknown)]);
    assert_eq!(
        conditions("#[rstest] #[case(1)] #[cfg_attr(a = , case(2))] fn f(#[case] a: u32) {}"),
        [("f::case_1".into(), Truth::True), ("f::case_2".into(), Truth::Unknown)]
    );
}

#[test]
fn tests_of_unknown_number_have_the_beginning_of_their_names() {
    let found = of("#[rstest] fn f(#[files(\"$FOLDER/*\")] path: PathBuf, #[values(1, 2)] a: u32) {}");
    let found: Vec<_> = found.iter().map(|(name, test)| (name.as_str(), test.exact)).collect();
    assert_eq!(found, [("f::a_1_1::path_", false), ("f::a_2_2::path_", false)]);
    let many = "#[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)] a: u32,".repeat(9);
    let found = of(&format!("#[rstest] fn f({many}) {{}}"));
    assert!(found.len() <= 1 << 14 && found.iter().all(|(_, test)| !test.exact));
}

#[test]
fn the_number_of_tests_of_a_function_is_bounded() {
    let matrices = "#[test_matrix(0..10000)]".repeat(50);
    assert!(of(&format!("{matrices} fn f(a: u32) {{}}")).len() < 1 << 15);
    let cases = "#[case(1)]".repeat(100);
    let values = "#[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)] a: u32,".repeat(4);
    let found = of(&format!("#[rstest] {cases} fn f({values}) {{}}"));
    assert!(found.len() < 1 << 15 && found.iter().all(|(_, test)| !test.exact));
    assert_eq!(of("#[test_casing(1000000, 0..)] fn f(a: u32) {}").len(), 1);
}

#[test]
fn a_template_is_no_test_and_an_unknown_one_makes_none() {
    assert_eq!(names("use rstest_reuse::*; #[template] #[rstest] #[case(1)] fn t(#[case] a: u32) {}"), [""; 0]);
    assert_eq!(names("use rstest_reuse::*; #[apply(elsewhere)] fn f(#[case] a: u32) {}"), [""; 0]);
}

#[test]
fn whatever_stands_in_the_arguments_nothing_fails() {
    for arguments in
        ["", "|", "<", "=>", ";", "=> ;", "::", "a::<", "case(", "=> is", "=> is not", "..", "1..", "=> matches"]
    {
        for name in ["rstest", "test_case", "test_matrix", "parameterized", "p_test", "dir_test", "fixtures", "gtest"] {
            let Ok(stream) = format!("#[{name}({arguments})] fn f(#[values({arguments})] a: u32) {{}}").parse() else {
                continue;
            };
            let mut found = Vec::new();
            generated(&Reader::items(tokens_of(stream)), "", &known(""), &mut found);
        }
    }
}

#[test]
fn a_documented_value_is_named_by_its_comment() {
    let source = "#[rstest] fn f(#[values(first, second)] a: u32) {}";
    let mut items = Reader::items(tokens_of(source.parse().unwrap()));
    let ItemKind::Function(function) = &mut items[0].kind else { panic!() };
    let TokenKind::Group(values) = &mut function.parameters[0].attributes[0].tokens[0].kind else { panic!() };
    let text = " the first one ".into();
    let comment = TokenKind::Doc(Box::new(DocComment { inner: false, block: false, text }));
    values.tokens.insert(0, Token { kind: comment, line: 1, offset: 0, origin: None });
    let mut found = Vec::new();
    generated(&items, "", &known(""), &mut found);
    let found: Vec<_> = found.into_iter().map(|(name, _)| name).collect();
    assert_eq!(found, ["f::a_1_the_first_one", "f::a_2_second"]);
}

#[test]
fn what_a_macro_passed_on_is_named_like_what_is_written() {
    let source = "#[rstest] #[case(1)] fn f(#[values(1 + 2)] a: u32) {}";
    let mut items = Reader::items(tokens_of(source.parse().unwrap()));
    let ItemKind::Function(function) = &mut items[0].kind else { panic!() };
    let TokenKind::Group(values) = &mut function.parameters[0].attributes[0].tokens[0].kind else { panic!() };
    let passed = Group { delimiter: Delimiter::None, tokens: std::mem::take(&mut values.tokens), end_line: 1, end: 0 };
    values.tokens = vec![Token { kind: TokenKind::Group(Box::new(passed)), line: 1, offset: 0, origin: None }];
    let mut found = Vec::new();
    generated(&items, "", &known(""), &mut found);
    assert_eq!(found[0].0, "f::case_1::a_1_1_2");
}

#[test]
fn each_framework_gives_its_tests_the_line_of_another_token() {
    // Attributes stand on the lines from 3 on, their arguments on 6, the name on 9: rustc says so of crates like these.
    let cases: [(&str, &[u32]); 9] = [
        ("#[test] fn f() {}", &[9]),
        ("#[rstest] #[case(1)] #[case::b(2)] fn f(#[case] a: u32) {}", &[9, 9]),
        ("#[test_case(1)] #[test_case(2; \"b\")] fn f(a: u32) {}", &[3, 4]),
        ("#[test_matrix([1, 2])] fn f(a: u32) {}", &[3, 3]),
        ("#[ntest::test_case(1)] #[test_case(2)] fn f(a: u32) {}", &[3, 3]),
        ("#[yare::parameterized(a = { 1 }, b = { 2 })] fn f(a: u32) {}", &[6, 6]),
        ("#[parameterized::parameterized(a = { 1, 2 })] fn f(a: u32) {}", &[3, 3]),
        ("#[p_test(\"b\", (1, 2), (3, 4))] fn f(a: u32, b: u32) {}", &[6, 3]),
        ("#[test_casing(2, [1, 2])] fn f(a: u32) {}", &[3, 9, 9]),
    ];
    for (source, expected) in cases {
        let mut items = Reader::items(tokens_of(source.parse().unwrap()));
        for (line, attribute) in (3..).zip(&mut items[0].attributes) {
            attribute.line = line;
            at_line(6, &mut attribute.tokens);
        }
        let ItemKind::Function(function) = &mut items[0].kind else { panic!("no function") };
        function.name_line = 9;
        let mut found = Vec::new();
        generated(&items, "", &known(""), &mut found);
        let found: Vec<_> = found.iter().map(|(_, test)| (test.line, test.file)).collect();
        assert_eq!(found, expected.iter().map(|line| (*line, None)).collect::<Vec<_>>(), "{source}");
    }
}

#[test]
fn a_name_that_a_macro_wrote_stands_in_its_definition() {
    let mut items = Reader::items(tokens_of("#[test] fn f() {}".parse().unwrap()));
    let ItemKind::Function(function) = &mut items[0].kind else { panic!("no function") };
    let file = NonZeroU32::new(3).unwrap();
    (function.name_line, function.name_origin) = (9, Some(Origin { file, line: 40 }));
    let mut found = Vec::new();
    generated(&items, "", &known(""), &mut found);
    assert_eq!((found[0].1.line, found[0].1.file), (40, Some(file)));
}

/// Makes the tokens stand on this line.
fn at_line(line: u32, tokens: &mut [Token]) {
    for token in tokens {
        token.line = line;
        if let TokenKind::Group(group) = &mut token.kind {
            at_line(line, &mut group.tokens);
        }
    }
}

#[test]
fn attributes_behind_a_condition_are_there_as_far_as_it_holds() {
    let items = Reader::items(tokens_of(
        "#[cfg_attr(yes, a, b(1), unsafe(no_mangle), cfg_attr(maybe, c = \"x\"))] #[cfg_attr(no, d)] #[e] fn f() {}"
            .parse()
            .unwrap(),
    ));
    let truth = |predicate: &Predicate| {
        predicate.truth(&|name, _| match name {
            "yes" => Truth::True,
            "no" => Truth::False,
            _ => Truth::Unknown,
        })
    };
    let found = effective_attributes(&items[0].attributes, &truth);
    let found: Vec<_> =
        found.iter().map(|(attribute, there)| (&*attribute.path, attribute.tokens.len(), *there)).collect();
    let expected = [
        ("a", 0, Truth::True),
        ("b", 1, Truth::True),
        ("no_mangle", 0, Truth::True),
        ("c", 2, Truth::Unknown),
        ("e", 0, Truth::True),
    ];
    assert_eq!(found, expected);
}

#[test]
fn property_tests_and_cases_say_why_they_deserve_fuzzing() {
    let reasons = |source: &str| of(source).into_iter().next().unwrap().1.reasons;
    assert_eq!(reasons("#[test_strategy::proptest] fn f(a: u32) {}"), [Reason::Property]);
    assert_eq!(reasons("#[hegel::test] fn f(tc: TestCase) {}"), [Reason::Property]);
    assert_eq!(reasons("#[quickcheck_macros::quickcheck] static F: fn(u32) -> bool = g;"), [Reason::Property]);
    assert_eq!(reasons("#[rstest] #[case(1)] fn f(#[case] a: u32) {}"), [Reason::Parametrized]);
    assert_eq!(reasons("#[rstest] fn f(fixture: u32) {}"), []);
    assert_eq!(reasons("#[test] fn f() {}"), []);
}

#[test]
fn benchmarks_are_told_from_tests() {
    let found = of("#[bench] fn f(b: &mut Bencher) {} #[test] fn g() {}");
    let found: Vec<_> = found.iter().map(|(name, test)| (name.as_str(), test.benchmark)).collect();
    assert_eq!(found, [("f", true), ("g", false)]);
}

#[test]
fn a_declarative_macro_that_a_function_is_passed_to_is_named() {
    let applied = |source: &str| {
        let items = Reader::items(tokens_of(source.parse().unwrap()));
        let canonical = |path: &[Box<str>]| vec![path.join("::")];
        let context = Context {
            canonical: &canonical,
            version: &|_| None,
            truth: &|_| Truth::Unknown,
            template: &|_| None,
            workspace: "",
            edition: 2024,
            files: &|_| None,
        };
        applied_macro(&items[0], &context).map(|path| path.join("::"))
    };
    assert_eq!(applied("#[apply(crate::mine!)] fn f() {}"), Some("crate::mine".into()));
    assert_eq!(applied("#[macro_rules_attribute::macro_rules_attribute(mine!)] fn f() {}"), Some("mine".into()));
    assert_eq!(applied("#[apply(test!)] async fn f() {}"), None);
    assert_eq!(applied("#[apply(template)] fn f() {}"), None);
    assert_eq!(applied("#[other::apply(mine!)] fn f() {}"), None);
}

#[test]
fn postgres_calls_a_test_beside_the_function() {
    assert_eq!(names("use pgrx_tests::pg_test; #[pg_test(error = \"x\")] fn f() {}"), ["pg_f"]);
}

#[test]
fn each_framework_is_revealed_by_a_dependency() {
    let packages: Vec<_> = dependencies().collect();
    assert!(packages.contains(&"test-case") && packages.contains(&"rstest") && !packages.contains(&""));
    let mut unique = packages.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), packages.len());
}
