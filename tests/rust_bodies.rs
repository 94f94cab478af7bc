//! What the bodies of Rust functions do: read from their tokens, and what follows for tests.
//!
//! `rust_bodies/NAME.txt` is a tree: `# ` lines say why it exists, `!args` gives arguments, `=== path` begins a file. Behind
//! `==== expected` stand the tests that have a reason, random values or gates: `test | reasons | seeding | gates`. A test of the tree that is
//! not there has nothing of it. `UPDATE=1` writes them anew: read the diff.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use serde_json::Value;
use testaudit::lang::rust::facts;
use testaudit::model::rust::{Argument, ItemKind, RustBody, UseKind};

/// What the audit says of each test of a tree.
fn audited(files: &str, args: &[&str]) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    for file in files.split("=== ").filter(|file| !file.trim().is_empty()) {
        let (path, text) = file.split_once('\n').unwrap();
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_testaudit"));
    command.args(["audit", "--only", "inventory", "--format", "json", "--quiet"]).args(args).current_dir(folder.path());
    let output = command.output().unwrap();
    let audit: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    assert_eq!(audit["problems"], Value::Array(Vec::new()));
    let mut found = BTreeMap::new();
    for test in audit["sections"]["inventory"]["tests"].as_array().unwrap() {
        found.insert(test["id"].as_str().unwrap().to_owned(), line(test));
    }
    found
}

fn line(test: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let reasons = list(&test["reasons"])
        .iter()
        .map(|reason| {
            let via = reason["via"].as_str().map(|via| format!(" via {via}")).unwrap_or_default();
            format!("{} `{}` {}{via}", text(&reason["reason"]), text(&reason["what"]), reason["line"])
        })
        .collect::<Vec<_>>();
    let random = match &test["random"] {
        Value::Null => String::new(),
        random => format!("{}: {}", text(&random["seeding"]), text(&random["by"])),
    };
    let gates = list(&test["gates"])
        .iter()
        .map(|gate| {
            let devices = gate["min_devices"].as_u64().map(|least| format!(" {least}")).unwrap_or_default();
            format!("{}{devices}, {}, line {}", text(&gate["kind"]), text(&gate["condition"]), gate["line"])
        })
        .collect::<Vec<_>>();
    format!("{} | {random} | {}", reasons.join("; "), gates.join("; "))
}

#[test]
fn reasons_random_values_and_gates_are_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rust_bodies");
    let mut wrong = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let case = fs::read_to_string(&path).unwrap();
        let (tree, expected) = case.split_once("==== expected\n").unwrap();
        let (head, files) = tree.split_at(tree.find("=== ").unwrap());
        let args = head.lines().find_map(|line| line.strip_prefix("!args ")).unwrap_or_default();
        let found = audited(files, &args.split_whitespace().collect::<Vec<_>>());
        assert!(found.values().any(|line| line == " |  | "), "{}: a test without any of it", path.display());
        let found: String = found
            .iter()
            .filter(|(_, line)| *line != " |  | ")
            .map(|(id, line)| format!("{id} | {line}").trim_end().to_owned() + "\n")
            .collect();
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, format!("{tree}==== expected\n{found}")).unwrap();
        } else if found != expected {
            wrong += &format!("{}:\n{found}\n", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn body(text: &str) -> RustBody {
    let facts = facts(&format!("fn f() {{ {text} }}"));
    let ItemKind::Function(function) = &facts.items[0].kind else { panic!("no function: {text}") };
    function.body.as_deref().cloned().unwrap_or_default()
}

#[test]
fn calls_are_read_by_their_paths_without_generics() {
    use UseKind::{Call, Macro, Method, Value};
    let cases: [(&str, &[(UseKind, &str)]); 24] = [
        ("a(); b::c(1); ::d::e()", &[(Call, "a"), (Call, "b::c"), (Call, "d::e")]),
        ("Vec::<u8>::new(); parse::<Vec<Vec<u8>>>(x)", &[(Call, "Vec::new"), (Call, "parse"), (Value, "x")]),
        ("<A as B>::c(); <A<T>>::d(); x < y", &[(Call, "A::c"), (Call, "A::d")]),
        ("x.a().b::<u8>(c).d", &[(Method, "a"), (Method, "b"), (Value, "c")]),
        ("0..a(); [0; N]", &[(Call, "a")]),
        ("assert!(a()); std::panic!(\"b()\")", &[(Macro, "assert"), (Call, "a"), (Macro, "std::panic")]),
        ("if !(a) {} if x != (b) {}", &[]),
        (
            "map(helper); v.for_each(check, 1)",
            &[(Call, "map"), (Value, "helper"), (Method, "for_each"), (Value, "check")],
        ),
        ("OsRng.next(); f(&mut OsRng)", &[(Value, "OsRng"), (Method, "next"), (Call, "f")]),
        ("Some(1); Ok(()); Err(e)", &[]),
        ("fn g() { h() } i()", &[(Call, "i")]),
        ("impl A { fn b() { c() } } d()", &[(Call, "d")]),
        ("#[cfg(a(b))] c()", &[(Call, "c")]),
        ("#![allow(unused)] c()", &[(Call, "c")]),
        ("match x { A::B(y) => r#try() }", &[(Call, "A::B"), (Value, "y"), (Call, "try")]),
        ("let x: Box<dyn Fn(u8)> = y;", &[]),
        ("// a()\n \"b()\"; /* c() */ r#\"d()\"#", &[]),
        ("a(b(c(d())))", &[(Call, "a"), (Call, "b"), (Call, "c"), (Call, "d")]),
        ("a::<", &[]),
        ("a::<(); b()", &[(Call, "b")]),
        ("<", &[]),
        ("x.", &[]),
        ("a!", &[]),
        (
            "self.a(); Self::b(); super::c(); crate::d::e()",
            &[(Method, "a"), (Call, "Self::b"), (Call, "super::c"), (Call, "crate::d::e")],
        ),
    ];
    for (text, expected) in cases {
        let body = body(text);
        let mut found: Vec<_> = body.uses().map(|used| (used.kind, used.name)).collect();
        let mut expected = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_name_is_kept_once_with_its_first_line_and_its_least_certain_argument() {
    let body = body("a(1);\n a(x);\n a(1)?;\n b.unwrap(); let c: &(dyn ?Sized) = d()??; seed(X, [7; 32])");
    let named = |name: &str| body.uses().find(|used| used.name == name).unwrap();
    assert_eq!((named("a").line, named("a").count, named("a").argument), (1, 3, Argument::Other));
    assert_eq!(named("d").argument, Argument::None);
    assert_eq!(named("seed").argument, Argument::Constant);
    assert_eq!((body.unwraps, body.questions), (1, 3));
}

#[test]
fn what_a_seed_is_made_of_is_known() {
    let body = body("let now = clock(); let other = timer(); Rng::seed_from_u64(now ^ mix(1)); f(other)");
    let of_seed: Vec<_> = body.uses().filter(|used| used.in_seed).map(|used| used.name).collect();
    assert_eq!(of_seed, ["clock", "mix"]);
}

#[test]
fn early_returns_are_read_from_the_statements_of_the_body() {
    let cases: [(&str, &[(&str, bool)]); 14] = [
        ("if !a() { return; }", &[("!a()", false)]),
        ("if a(b, \"c\") { x(); return Ok(()); } else { y() }", &[]),
        ("if a() { b() } else { return }", &[("a()", true)]),
        ("let Some(x) = a() else { return };", &[("a()", true)]),
        ("let Err(x) = a() else { return };", &[("a()", false)]),
        ("let x = match a() { Ok(x) => x, Err(_) => return };", &[("a()", true)]),
        ("match a() { Some(_) => return, None => {} }", &[("a()", false)]),
        ("if let Err(e) = a() { return }", &[("a()", true)]),
        ("x(); if a { b() } if c as u8 == 1 { return }", &[("c as u8==1", false)]),
        ("for x in y { if a() { return } }", &[]),
        ("run(|| { if a() { return } });", &[]),
        ("if a() { run(|| { return }) }", &[]),
        ("if a", &[]),
        ("let x = if", &[]),
    ];
    for (text, expected) in cases {
        let body = body(text);
        let found: Vec<_> = body.guards.iter().map(|guard| (&*guard.condition, guard.goes_on)).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn bodies_of_any_size_and_depth_are_read_within_bounds() {
    let many: String = (0..10_000).map(|number| format!("f{number}();")).collect();
    let large = body(&many);
    assert!(large.truncated && large.uses().count() < 5_000);
    let deep = format!("{}a(){}", "f(".repeat(100_000), ")".repeat(100_000));
    assert!(body(&deep).uses().count() <= 2);
    let nested = "fn g() { ".repeat(60) + &"if !a() { return; } ".repeat(2_000) + &"}".repeat(60);
    assert!(body(&nested).uses().count() == 0);
    let open = "<".repeat(50_000) + &"a::<".repeat(50_000);
    body(&open);
}

#[test]
fn files_of_rust_get_headers_that_are_comments_of_rust() {
    let folder = tempfile::tempdir().unwrap();
    let source = "#[test]\nfn draws() { rand::random::<u8>(); }\n";
    let manifest = "[package]\nname = \"x\"\nedition = \"2021\"\n[dependencies]\nrand = \"0.9\"\n";
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/lib.rs"), source).unwrap();
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    let run = |args: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_testaudit")).args(args).current_dir(folder.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let audit: Value = serde_json::from_str(&run(&["audit", "--only", "fuzz", "--format", "json"])).unwrap();
    let evidence = &audit["sections"]["fuzz"]["files"][0]["evidence"][0];
    assert_eq!(evidence["text"], "fn draws() { rand::random::<u8>(); }");
    run(&["annotate"]);
    let header = "// FUZZ_TESTING_CANDIDATE: This test uses random data generation and is suitable for fuzz testing\n";
    assert_eq!(fs::read_to_string(folder.path().join("src/lib.rs")).unwrap(), header.to_owned() + source);
    assert_eq!(run(&["annotate", "--check", "src/lib.rs"]), "");
    run(&["annotate", "--remove"]);
    assert_eq!(fs::read_to_string(folder.path().join("src/lib.rs")).unwrap(), source);
}
