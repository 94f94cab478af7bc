//! Documentation tests are found, classified, numbered and named as rustdoc 1.95 does.
//!
//! `UPDATE=1` asks rustdoc for all expectations again.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

use std::{fmt::Write, fs, path::Path, process::Command};

use ra_ap_rustc_lexer::{DocStyle, FrontmatterAllowed, TokenKind as Lexed, tokenize};
use serde_json::Value;
use testaudit::{
    lang::rust::doctests::{code_blocks, fragments, type_name},
    model::Edition,
    model::rust::{
        Attribute, Delimiter, DocFragment, Fragment, FragmentKind, Group, Token, TokenKind, token::DocComment,
    },
};

/// A part of a data file: a title with an edition behind it, a source, and what rustdoc says of it.
struct Case {
    title: String,
    source: String,
    expected: String,
}

impl Case {
    fn edition(&self) -> &str {
        self.title.rsplit(' ').next().unwrap()
    }
}

fn data_file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rust_doctests").join(name)
}

/// The parts of a data file. `␍` stands for a carriage return, `→` for a tab.
fn cases(name: &str) -> Vec<Case> {
    let text = fs::read_to_string(data_file(name)).unwrap();
    let parts = text.split("==== ").skip(1);
    let cases = parts.map(|part| {
        let (title, rest) = part.split_once('\n').unwrap();
        let (source, expected) = rest.split_once("----\n").unwrap();
        Case { title: title.to_owned(), source: source.to_owned(), expected: expected.to_owned() }
    });
    cases.collect()
}

/// Compares what we say of each case with what rustdoc said, or asks it again.
fn check(name: &str, ours: impl Fn(&Case) -> String, rustdoc: impl Fn(&Case) -> String) {
    let cases = cases(name);
    assert!(!cases.is_empty());
    if std::env::var_os("UPDATE").is_some() {
        let mut text = String::new();
        for case in &cases {
            write!(text, "==== {}\n{}----\n{}", case.title, case.source, rustdoc(case)).unwrap();
        }
        fs::write(data_file(name), text).unwrap();
        return check_all(&self::cases(name), ours);
    }
    check_all(&cases, ours);
}

fn check_all(cases: &[Case], ours: impl Fn(&Case) -> String) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let said = ours(case);
            let wrong = said != case.expected;
            wrong.then(|| format!("{}\n{}rustdoc:\n{}we:\n{said}", case.title, case.source, case.expected))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// What rustdoc extracts from a source.
fn extracted(source: &str, edition: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.rs"), source).unwrap();
    fs::write(folder.path().join("included.md"), INCLUDED).unwrap();
    let output = Command::new("rustdoc")
        .args(["--crate-type", "lib", "--edition", edition, "-Zunstable-options", "--output-format=doctest", "a.rs"])
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{source}\n{errors}"));
    said["doctests"].as_array().unwrap().clone()
}

const INCLUDED: &str = "Included.\n\n```\nincluded\n```\n";

#[test]
fn blocks_stand_on_rustdocs_lines_with_its_classes() {
    let rustdoc = |case: &Case| {
        let mut text = String::new();
        for block in extracted(&source(case), case.edition()) {
            let says = &block["doctest_attributes"];
            let flag = |name: &str| if says[name] == true { format!(" {name}") } else { String::new() };
            let ignore = match &says["ignore"]["Some"] {
                Value::Array(targets) => {
                    let targets: Vec<&str> = targets.iter().map(|target| target.as_str().unwrap()).collect();
                    format!(" on={}", targets.join(","))
                }
                _ => String::new(),
            };
            let mode = if says["ignore"] == "All" {
                "Ignore"
            } else if says["compile_fail"] == true {
                "CompileFail"
            } else if says["no_run"] == true {
                "NoRun"
            } else if says["should_panic"] == true {
                "ShouldPanic"
            } else {
                "Run"
            };
            let edition = says["edition"].as_str().map(|edition| format!(" {edition}")).unwrap_or_default();
            let file = if block["file"] == "a.rs" { "" } else { " included" };
            writeln!(
                text,
                "{} {mode}{edition}{}{}{ignore}{file} {:?}",
                block["line"],
                flag("test_harness"),
                flag("standalone_crate"),
                block["original_code"].as_str().unwrap()
            )
            .unwrap();
        }
        text
    };
    let ours = |case: &Case| {
        let documentation = documentation(&source(case));
        let edition = Edition::named(case.edition()).unwrap();
        let mut text = String::new();
        for block in code_blocks(&documentation, edition) {
            let edition = block.edition.map(|edition| format!(" {edition:?}").replace("Rust", ""));
            let flag = |holds, name: &str| if holds { format!(" {name}") } else { String::new() };
            let ignore =
                if block.ignored_on.is_empty() { String::new() } else { format!(" on={}", block.ignored_on.join(",")) };
            let is_included = edition_counts_values(case) && documentation[block.base].kind == FragmentKind::Included;
            writeln!(
                text,
                "{} {:?}{}{}{}{ignore}{} {:?}",
                block.line,
                block.mode,
                edition.unwrap_or_default().to_lowercase(),
                flag(block.test_harness, "test_harness"),
                flag(block.standalone_crate, "standalone_crate"),
                flag(is_included, "included"),
                block.text
            )
            .unwrap();
        }
        text
    };
    check("documentation.txt", ours, rustdoc);
}

fn edition_counts_values(case: &Case) -> bool {
    case.edition() == "2024"
}

/// A case's source with what the data file cannot show.
fn source(case: &Case) -> String {
    case.source.replace('␍', "\r").replace('→', "\t")
}

/// All documentation in a source, as if it were one item's.
fn documentation(source: &str) -> Vec<Fragment> {
    let attributes = attributes(&tokens(source));
    fragments(&attributes, &|path| (path == "included.md").then(|| INCLUDED.to_owned()))
}

/// Attributes and documentation comments at any depth, in source order.
fn attributes(tokens: &[Token]) -> Vec<Attribute> {
    let mut found = Vec::new();
    for (position, token) in tokens.iter().enumerate() {
        match &token.kind {
            TokenKind::Doc(comment) => found.push(Attribute {
                path: "doc".into(),
                tokens: Vec::new(),
                inner: comment.inner,
                line: token.line,
                origin: None,
                doc: Some(DocFragment { block: comment.block, text: comment.text.clone() }),
            }),
            TokenKind::Group(group) => {
                let mut before = tokens[..position].iter().rev().skip_while(|token| token.is_punct('!'));
                let path = group.tokens.first().and_then(Token::ident);
                match (before.next(), path) {
                    (Some(hash), Some(path)) if hash.is_punct('#') => found.push(Attribute {
                        path: path.into(),
                        tokens: group.tokens[1..].to_vec(),
                        inner: tokens[position - 1].is_punct('!'),
                        line: hash.line,
                        origin: None,
                        doc: None,
                    }),
                    _ => found.extend(attributes(&group.tokens)),
                }
            }
            _ => {}
        }
    }
    found
}

/// Token trees of a source that is well formed.
fn tokens(source: &str) -> Vec<Token> {
    let mut open: Vec<(Delimiter, u32, Vec<Token>)> = vec![(Delimiter::None, 1, Vec::new())];
    let mut line = 1;
    let mut offset = 0;
    for lexed in tokenize(source, FrontmatterAllowed::No) {
        let text = &source[offset..offset + lexed.len as usize];
        let at = line;
        line += u32::try_from(text.matches('\n').count()).unwrap();
        offset += text.len();
        let comment = |style: DocStyle, block: bool| {
            let end = if block { text.len() - 2 } else { text.len() };
            let text = text[3..end].into();
            TokenKind::Doc(Box::new(DocComment { inner: style == DocStyle::Inner, block, text }))
        };
        let kind = match lexed.kind {
            Lexed::LineComment { doc_style: Some(style) } => comment(style, false),
            Lexed::BlockComment { doc_style: Some(style), .. } => comment(style, true),
            Lexed::LineComment { .. } | Lexed::BlockComment { .. } | Lexed::Whitespace => continue,
            Lexed::OpenParen | Lexed::OpenBracket | Lexed::OpenBrace => {
                let delimiter = match lexed.kind {
                    Lexed::OpenParen => Delimiter::Parenthesis,
                    Lexed::OpenBracket => Delimiter::Bracket,
                    _ => Delimiter::Brace,
                };
                open.push((delimiter, at, Vec::new()));
                continue;
            }
            Lexed::CloseParen | Lexed::CloseBracket | Lexed::CloseBrace => {
                let (delimiter, begin, tokens) = open.pop().unwrap();
                let group = Group { delimiter, tokens, end_line: at, end: 0 };
                open.last_mut().unwrap().2.push(Token {
                    kind: TokenKind::Group(Box::new(group)),
                    line: begin,
                    offset: 0,
                    origin: None,
                });
                continue;
            }
            Lexed::Ident | Lexed::RawIdent => TokenKind::Ident(text.into()),
            Lexed::Lifetime { .. } => TokenKind::Lifetime(text.into()),
            Lexed::Literal { .. } => TokenKind::Literal(text.into()),
            _ => TokenKind::Punct { character: text.chars().next().unwrap(), joint: false },
        };
        open.last_mut().unwrap().2.push(Token { kind, line: at, offset: 0, origin: None });
    }
    open.pop().unwrap().2
}

/// What the self types of `self_types.txt` may name.
const DEFINITIONS: &str = "
#![feature(never_type)]
pub mod m { pub struct X; pub const K: usize = 1; pub trait Tr {} pub trait Tr2 { type Item<T>; } }
pub struct T0; pub struct Foo<T>(T); pub struct Lt<'a>(&'a u8); pub struct Lt2<'a, T>(&'a T);
pub struct Cn<const N: usize>; pub const K1: usize = 3;
pub trait Tr {} pub trait Lt3<'a> {} pub trait Tr1<T> {}
pub trait It<T> { type Item; } pub trait It2 { type Item; } pub trait It3<T> { type Item; }
";

#[test]
fn self_types_are_written_as_rustdoc_does() {
    let rustdoc = |case: &Case| {
        let mut text = String::new();
        for self_type in case.source.lines() {
            let source = format!("{DEFINITIONS}\n/// ```\n/// ```\nimpl<'a, 'b, const N: usize> {self_type} {{}}\n");
            let found = extracted(&source, case.edition());
            let name = found[0]["name"].as_str().unwrap();
            let name = name.strip_prefix("a.rs - ").unwrap().rsplit_once(" (line").unwrap().0;
            writeln!(text, "{}", name.replace('\n', "↵")).unwrap();
        }
        text
    };
    let ours = |case: &Case| {
        let names = case.source.lines().map(|self_type| {
            let name = type_name(&tokens(self_type), Edition::named(case.edition()).unwrap());
            name.replace('\n', "↵") + "\n"
        });
        names.collect()
    };
    check("self_types.txt", ours, rustdoc);
}

/// rustdoc 1.95 reads Markdown with pulldown-cmark 0.11, which panics on some texts. There, a fence behind the box of a task
/// is one, on the first line; and a quote behind a tab at the start of a line is a quote.
#[test]
fn a_fence_behind_a_tasks_box_is_known_to_be_read_otherwise() {
    let blocks = |source: &str| code_blocks(&documentation(source), Edition::Rust2021);
    let task = blocks("/// - [x] ```\n///   a\n///   ```\nfn f() {}");
    assert_eq!(task[0].line, 3, "rustdoc: 1");
    let quote = blocks("///\t> ```\n///a\nfn f() {}");
    assert_eq!(&*quote[0].text, "> ```", "rustdoc: empty");
}

/// Whatever is passed to a macro may stand where a type should, and nothing limits how deep angles stand in each other.
#[test]
fn types_that_are_none_and_types_without_end_are_written_all_the_same() {
    let edition = Edition::Rust2021;
    let many = 20_000;
    for part in
        ["A<", "A<A=", "A<A:A<", "&", "*const ", "<", "fn->", "dyn A+", "for<", "A::", "A<A:?", "Fn->", "-", "=", "A+"]
    {
        let name = type_name(&tokens(&part.repeat(many)), edition);
        assert!(!name.is_empty(), "{part}");
    }
    for part in ["(", "[", "A(", "fn(", "dyn (", "{"] {
        let close = if part.ends_with('(') {
            ")"
        } else if part == "[" {
            "]"
        } else {
            "}"
        };
        let name = type_name(&tokens(&(part.repeat(400) + &close.repeat(400))), edition);
        assert!(!name.is_empty() || part == "{" || part == "dyn (", "{part}");
    }
    assert_eq!(type_name(&[], edition), "");
}

/// Documentation that a hostile author wrote costs no more than its length.
#[test]
fn documentation_of_any_size_is_read() {
    let fragment =
        |text: String| Fragment { text: text.into(), kind: FragmentKind::Line, line: u32::MAX, value_line: 1 };
    let edition = Edition::Rust2021;
    let many: Vec<Fragment> = (0..20_000).map(|_| fragment(" ```".into())).collect();
    assert_eq!(code_blocks(&many, edition).len(), 10_000);
    for part in ["> ", "- ", "```{", "[", "*", "`", "```\n", "(", "<", "\t", "[^1]: "] {
        code_blocks(&[fragment(part.repeat(5_000))], edition);
    }
}
