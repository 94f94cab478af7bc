//! What coverage is expected of Rust: the lines that llvm counts, which functions tests enter, and measurements beside it.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/mod.rs"]
mod common;

use std::path::Path;

use common::tree;
use testaudit::model::rust::{Item, ItemKind, RustBranchKind, RustCode};
use testaudit::model::{CoverageTarget, Language, Settings, Suite};
use testaudit::views::Section;

/// The code of the first function.
fn code(text: &str) -> RustCode {
    let facts = testaudit::lang::rust::facts(text);
    let function = |item: &Item| match &item.kind {
        ItemKind::Function(function) => function.code.as_deref().cloned(),
        _ => None,
    };
    facts.items.iter().find_map(function).unwrap()
}

/// The lines of the body with their branches.
fn lines(text: &str) -> Vec<(u32, RustBranchKind)> {
    let code = code(text);
    code.lines.iter().map(|(line, branch)| (*line, code.branches[*branch as usize].kind)).collect()
}

fn suite(root: &Path, change: impl FnOnce(&mut Settings)) -> Suite {
    let wanted = Section::wanted(&[Section::from_name("coverage").unwrap()]);
    let mut settings = Settings { wanted, ..Settings::default() };
    change(&mut settings);
    testaudit::engine::suite(&[root.to_owned()], &settings, Vec::new(), &|_| {}).unwrap()
}

/// How likely each function is entered.
fn chances(files: &[(&str, &str)]) -> Vec<(String, f64)> {
    let mut all = vec![("Cargo.toml", "[package]\nname = \"own\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")];
    all.extend_from_slice(files);
    let folder = tree(&all);
    let coverage = suite(folder.path(), |_| {}).coverage.unwrap();
    coverage.functions.into_iter().map(|function| (function.name, function.chance)).collect()
}

#[test]
fn branches_and_their_lines_are_those_of_llvm() {
    use RustBranchKind::{After, Arm, Body, CatchAll, Closure, Else, Fallback, If, LetElse, Loop};
    let text = "\
fn f(x: u32, names: &[String]) -> Result<u32, String> {
    // A comment.
    if x == 0 {
        return Err(format!(\"{x}\"));
    }
    let Some(first) = names.first() else {
        panic!(\"none\");
    };
    for name in names {
        match name.len() {
            0 => x,
            1 => {
                first.len()
            }
            other => other,
        };
    }
    let sum: usize = names.iter().map(|name| {
        name.len()
    }).sum();
    let parsed = first.parse().map_err(|error| {
        describe(error)
    })?;

    if sum > 3 {
        one()
    } else {
        two(parsed)
    }
}
";
    let expected = [
        (3, Body),
        (4, If),
        (5, Else),
        (6, After),
        (7, LetElse),
        (9, After),
        (10, Loop),
        (11, Arm),
        (13, Arm),
        (15, CatchAll),
        (18, After),
        (19, Closure),
        (20, After),
        (21, After),
        (22, Fallback),
        (23, Fallback),
        (25, After),
        (26, If),
        (28, Else),
        (30, Body),
    ];
    assert_eq!(lines(text), expected);
    let code = code(text);
    assert_eq!((code.begin, code.end), (1, 30));
    let fails: Vec<_> = code.branches.iter().filter(|own| own.fails).map(|own| own.kind).collect();
    assert_eq!(fails, [If, LetElse]);
}

#[test]
fn items_attributes_and_nested_functions_are_no_lines_of_the_function() {
    let text = "\
fn f()
where
    u8: Copy,
{
    use std::fmt;
    const LIMIT: u32 = 3;
    fn inner() {
        g();
    }
    #[allow(unused)]
    let x = inner();
}
";
    assert_eq!(lines(text), [(11, RustBranchKind::Body), (12, RustBranchKind::Body)]);
    assert_eq!(code(text).begin, 3);
}

#[test]
fn broken_and_hostile_bodies_end() {
    for body in [
        "if",
        "match x",
        "match x { a => ",
        "|a",
        "let",
        "let x: ",
        "for in",
        "a.b.",
        "x::<",
        "<T as",
        "#[",
        "else {",
        "if let = {}",
    ] {
        let text = format!("fn f() {{ {body} }} fn g() {{ {body}");
        let _ = testaudit::lang::rust::facts(&text);
    }
    let deep = format!("fn f() {{ {} }}", "{ if a { (".repeat(3000));
    let _ = testaudit::lang::rust::facts(&deep);
    let many = format!("fn f() {{ {} }}", "a.b(|x| x.c(if d { e } else { g }));".repeat(20_000));
    let _ = testaudit::lang::rust::facts(&many);
}

#[test]
fn what_tests_call_is_likely_entered_and_what_nobody_calls_is_not() {
    let library = "\
pub struct Cart { items: Vec<u32> }
impl Cart {
    pub fn new() -> Self { Cart { items: Vec::new() } }
    pub fn add(&mut self, price: u32) { self.check(price); self.items.push(price); }
    fn check(&self, price: u32) { assert!(price > 0); }
    pub fn forgotten(&self) -> usize { helper() }
}
fn helper() -> usize { 3 }
#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn adds() { let mut cart = Cart::new(); cart.add(3); }
}
";
    let found = chances(&[("src/lib.rs", library)]);
    let chance = |name: &str| found.iter().find(|(own, _)| own == name).unwrap().1;
    for name in ["Cart::new", "Cart::add", "Cart::check"] {
        assert!(chance(name) > 0.6, "{name}: {found:?}");
    }
    for name in ["Cart::forgotten", "helper"] {
        assert!(chance(name) < 0.45, "{name}: {found:?}");
    }
    // Tests are no functions of the product.
    assert!(found.iter().all(|(name, _)| name != "adds"));
}

#[test]
fn examples_in_documentation_are_tests_and_those_that_do_not_run_are_not() {
    let library = |fence: &str| {
        format!(
            "/// Doubles.\n///\n/// ```{fence}\n/// assert_eq!(own::double(2), 4);\n/// ```\npub fn double(x: u32) -> u32 {{\n    x * 2\n}}\n"
        )
    };
    let run = chances(&[("src/lib.rs", &library(""))]);
    let not_run = chances(&[("src/lib.rs", &library("no_run"))]);
    assert!(run[0].1 > not_run[0].1 + 0.3, "{run:?} {not_run:?}");
}

#[test]
fn traits_are_followed_to_what_implements_them() {
    let library = "\
pub trait Shape { fn area(&self) -> u32; fn twice(&self) -> u32 { self.area() * 2 } }
pub struct Square(pub u32);
impl Shape for Square { fn area(&self) -> u32 { self.0 * self.0 } }
pub fn total(shape: &dyn Shape) -> u32 { shape.twice() }
";
    let test = "use own::{Square, total};\n#[test]\nfn t() { assert_eq!(total(&Square(2)), 8); }\n";
    let found = chances(&[("src/lib.rs", library), ("tests/t.rs", test)]);
    for (name, chance) in &found {
        assert!(*chance > 0.5, "{name}: {found:?}");
    }
    assert_eq!(found.len(), 3);
}

#[test]
fn measured_lines_and_targets_stand_beside_what_is_expected() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/measured");
    let suite = suite(&fixtures.join("rust"), |settings| {
        settings.coverage = vec![fixtures.join("reports/rust.json")];
        let share = 8000;
        settings.coverage_targets = vec![CoverageTarget { paths: Vec::new(), language: Some(Language::Rust), share }];
    });
    let audit = testaudit::views::audit(&suite, &[Section::from_name("coverage").unwrap()]);
    let coverage = audit.sections.coverage.unwrap();
    let paths: Vec<_> =
        coverage.files.iter().map(|row| (row.path.as_str(), row.measured.map(|own| own.percent()))).collect();
    assert_eq!(paths, [("src/lib.rs", Some(60)), ("src/mail.rs", Some(36))]);
    let comparison = coverage.comparison.unwrap();
    assert_eq!((comparison.files, comparison.measured.percent()), (2, 53));
    let target = &coverage.targets[0];
    // 19 of 36 lines ran, and 29 are demanded.
    assert_eq!((target.missing, target.measured_files, target.statements), (10, 2, 36));
    let names: Vec<_> = target.functions.iter().map(|own| (own.name.as_str(), own.missing)).collect();
    assert_eq!(names, [("Cart::largest", 7), ("send", 3)]);
}

#[test]
fn a_file_is_explained_by_the_way_from_a_test_to_each_function() {
    let files = [
        ("Cargo.toml", "[package]\nname = \"own\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("src/lib.rs", "pub fn one() -> u32 { two() }\nfn two() -> u32 { 2 }\npub fn three() {}\n"),
        ("tests/it.rs", "#[test]\nfn t() { assert_eq!(own::one(), 2); }\n"),
    ];
    let folder = common::tree(&files);
    let explain = |file: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_testaudit"));
        command.args(["audit", "--explain-coverage", file]).current_dir(folder.path()).output().unwrap()
    };
    let told = String::from_utf8(explain("src/lib.rs").stdout).unwrap();
    let way = "own::it t\n    tests/it.rs:2 t\n    src/lib.rs:1 one\n    src/lib.rs:2 two\n";
    assert!(told.contains(way), "{told}");
    assert!(told.contains("three: 5 %, 0 tests\n    no way from a test is known\n"), "{told}");
    let refused = explain("tests/it.rs");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("cargo llvm-cov"));
}
