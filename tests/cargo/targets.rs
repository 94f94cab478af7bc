//! Which targets a package has.

use testaudit::model::Edition;

use super::{packages, read_files};

/// The targets of a package with empty files: `kind name path` and what is unusual of each. Names and the edition stand in
/// the manifest, unless that says `package` itself.
#[track_caller]
fn check(manifest: &str, paths: &[&str], expected: &[&str]) {
    let (targets, problems) = targets(manifest, paths);
    assert_eq!(problems, [] as [String; 0], "{manifest}");
    assert_eq!(targets, expected, "{manifest}");
}

fn targets(manifest: &str, paths: &[&str]) -> (Vec<String>, Vec<String>) {
    let mut files = vec![("Cargo.toml", manifest)];
    files.extend(paths.iter().map(|path| (*path, "")));
    let (tree, problems) = read_files(&files);
    let [package] = tree.packages.as_slice() else { panic!("{tree:?}") };
    let shown = package.targets.iter().map(|target| {
        let kind = serde_json::to_value(target.kind).unwrap();
        let mut text = format!("{} {} {}", kind.as_str().unwrap(), target.name, target.path);
        let unusual = [
            (!target.harness, " no-harness"),
            (target.test, " test"),
            (target.doctest, " doctest"),
            (target.edition != package.edition, " other-edition"),
        ];
        unusual.iter().filter(|(is, _)| *is).for_each(|(_, name)| text += name);
        if !target.required_features.is_empty() {
            text += &format!(" needs {}", target.required_features.join(","));
        }
        text
    });
    (shown.collect(), problems)
}

const PACKAGE: &str = "[package]\nname = 'my-p'\nversion = '0.1.0'\nedition = '2021'\n";

#[track_caller]
fn check_with(manifest: &str, paths: &[&str], expected: &[&str]) {
    check(&format!("{PACKAGE}{manifest}"), paths, expected);
}

#[test]
fn files_and_folders_at_the_usual_places_are_targets() {
    check_with(
        "",
        &[
            "src/lib.rs",
            "src/main.rs",
            "src/bin/one.rs",
            "src/bin/two/main.rs",
            "src/bin/three/lib.rs",
            "src/bin/.hidden.rs",
            "tests/a-b.rs",
            "tests/c/main.rs",
            "tests/d/mod.rs",
            "tests/d/main.rss",
            "tests/text.txt",
            "benches/speed.rs",
            "examples/show.rs",
            "tests.rs",
        ],
        &[
            "lib my_p src/lib.rs test doctest",
            "bin my-p src/main.rs test",
            "bin one src/bin/one.rs test",
            "bin two src/bin/two/main.rs test",
            "example show examples/show.rs",
            "test a-b tests/a-b.rs test",
            "test c tests/c/main.rs test",
            "bench speed benches/speed.rs",
        ],
    );
}

#[test]
fn paths_are_seen_from_the_root_of_the_tree() {
    let files = [("x/y/Cargo.toml", PACKAGE), ("x/y/src/lib.rs", ""), ("x/y/build.rs", "")];
    let package = packages(&files).remove(0);
    assert_eq!((package.folder(), &*package.library().unwrap().path), ("x/y", "x/y/src/lib.rs"));
    assert_eq!(package.build_scripts, ["x/y/build.rs"]);
}

#[test]
fn what_is_declared_comes_before_what_is_found() {
    check_with(
        "[[test]]\nname = 'renamed'\npath = 'tests/a.rs'\n[[test]]\nname = 'b'\ntest = false\nharness = false\n\
         [[test]]\nname = 'far'\npath = 'other/far.rs'\nedition = '2018'",
        &["src/lib.rs", "tests/a.rs", "tests/b/main.rs", "tests/c.rs", "other/far.rs"],
        &[
            "lib my_p src/lib.rs test doctest",
            "test b tests/b/main.rs no-harness",
            "test c tests/c.rs test",
            "test far other/far.rs test other-edition",
            "test renamed tests/a.rs test",
        ],
    );
}

#[test]
fn the_search_can_be_turned_off() {
    check(
        &PACKAGE.replace(
            "edition",
            "autolib = false\nautobins = false\nautotests = false\nautobenches = false\nautoexamples = false\nedition",
        ),
        &["src/lib.rs", "src/main.rs", "tests/a.rs", "benches/b.rs", "examples/c.rs"],
        &[],
    );
    check(
        &format!("{}[[test]]\nname = 'a'", PACKAGE.replace("edition", "autotests = false\nedition")),
        &["src/lib.rs", "tests/a.rs", "tests/b.rs"],
        &["lib my_p src/lib.rs test doctest", "test a tests/a.rs test"],
    );
}

#[test]
fn in_the_first_edition_a_declared_target_turns_the_search_of_its_kind_off() {
    let manifest = "[package]\nname = 'old'\n[lib]\nname = 'odd'\n[[test]]\nname = 'a'\n[[bin]]\nname = 'any'\n\
                    [[bench]]\nname = 'bench'";
    let paths =
        ["src/odd.rs", "src/main.rs", "src/bench.rs", "tests/a.rs", "tests/b.rs", "src/bin/other.rs", "examples/x.rs"];
    let expected = [
        "lib odd src/odd.rs test doctest",
        "bin any src/main.rs test",
        "example x examples/x.rs",
        "test a tests/a.rs test",
        "bench bench src/bench.rs",
    ];
    check(manifest, &paths, &expected);
    check(
        "[package]\nname = 'old'\nautotests = true\n[[test]]\nname = 'a'\n[[bin]]\nname = 'solo'",
        &["src/solo.rs", "tests/a.rs", "tests/b.rs"],
        &["bin solo src/solo.rs test", "test a tests/a.rs test", "test b tests/b.rs test"],
    );
}

#[test]
fn a_library_has_the_examples_in_its_documentation_tested_unless_nothing_can_be_linked_against_it() {
    for (said, expected) in [
        ("", "lib my_p src/lib.rs test doctest"),
        ("doctest = false", "lib my_p src/lib.rs test"),
        ("test = false", "lib my_p src/lib.rs doctest"),
        ("harness = false", "lib my_p src/lib.rs no-harness test doctest"),
        ("crate-type = ['cdylib']", "lib my_p src/lib.rs test"),
        ("crate-type = ['staticlib']\ndoctest = true", "lib my_p src/lib.rs test"),
        ("crate-type = ['cdylib', 'rlib']", "lib my_p src/lib.rs test doctest"),
        ("proc-macro = true", "proc-macro my_p src/lib.rs test doctest"),
        ("proc_macro = true", "proc-macro my_p src/lib.rs test doctest"),
        ("crate-type = ['proc-macro']", "proc-macro my_p src/lib.rs test doctest"),
        ("name = 'other'\npath = 'code/l.rs'\nedition = '2018'", "lib other code/l.rs test doctest other-edition"),
    ] {
        check_with(&format!("[lib]\n{said}"), &["src/lib.rs", "code/l.rs"], &[expected]);
    }
}

#[test]
fn a_target_may_need_features_and_a_library_does_not() {
    check_with(
        "[features]\nf = []\n[lib]\nrequired-features = ['f']\n[[bin]]\nname = 'b'\npath = 'src/main.rs'\n\
         required-features = ['f', 'g']",
        &["src/lib.rs", "src/main.rs"],
        &["lib my_p src/lib.rs test doctest", "bin b src/main.rs test needs f,g"],
    );
}

#[test]
fn a_target_without_one_file_is_a_problem_and_the_others_are_read() {
    let manifest = format!("{PACKAGE}[[test]]\nname = 'gone'\n[[test]]\npath = 'tests/a.rs'\n[[bin]]\nname = 'my-p'");
    let (targets, problems) = targets(&manifest, &["src/main.rs", "src/bin/my-p.rs", "tests/b.rs", "tests/c.rs"]);
    assert_eq!(targets, ["test b tests/b.rs test", "test c tests/c.rs test"]);
    assert_eq!(
        problems,
        [
            "Cargo.toml:5 no one file is found for the `[[test]]` `gone` without `path`",
            "Cargo.toml:7 a `[[test]]` without `name`",
            "Cargo.toml:9 no one file is found for the `[[bin]]` `my-p` without `path`",
        ]
    );
    let (targets, problems) = self::targets(&format!("{PACKAGE}[lib]\n"), &["tests/a.rs", "tests/a/main.rs"]);
    assert_eq!(targets.len(), 1);
    assert_eq!(
        problems,
        [
            "Cargo.toml:1 two files are found for the test target `a`",
            "Cargo.toml:5 there is no `src/lib.rs` for the library `my_p`, and it has no `path`",
        ]
    );
}

#[test]
fn a_build_script_is_one_that_is_there_or_that_the_manifest_names() {
    for (said, expected) in [
        ("", vec!["build.rs"]),
        ("build = true\n", vec!["build.rs"]),
        ("build = false\n", vec![]),
        ("build = 'tools/b.rs'\n", vec!["tools/b.rs"]),
        ("build = ['a.rs', 'b.rs']\n", vec!["a.rs", "b.rs"]),
    ] {
        let manifest = PACKAGE.replace("edition", &format!("{said}edition"));
        let found = packages(&[("Cargo.toml", &manifest), ("src/lib.rs", ""), ("build.rs", "")]);
        assert_eq!(found[0].build_scripts, expected, "{said}");
    }
    assert!(packages(&[("Cargo.toml", PACKAGE), ("src/lib.rs", "")])[0].build_scripts.is_empty());
}

#[test]
fn an_edition_that_is_not_known_is_a_problem_and_counts_as_the_newest() {
    let manifest = "[package]\nname = 'p'\nedition = '2090'";
    let (tree, problems) = read_files(&[("Cargo.toml", manifest)]);
    assert_eq!(tree.packages[0].edition, Edition::Rust2024);
    assert_eq!(problems, ["Cargo.toml:3 the edition `2090` is not known, read as 2024"]);
    assert_eq!(packages(&[("Cargo.toml", "[package]\nname = 'p'")])[0].edition, Edition::Rust2015);
}

#[cfg(unix)]
#[test]
fn a_link_within_the_tree_is_a_file_and_one_that_leads_out_is_nothing() {
    use std::os::unix::fs::symlink;

    use testaudit::model::settings::DiscoverySettings;
    let outside = crate::common::tree(&[("t.rs", ""), ("main.rs", "")]);
    let folder =
        crate::common::tree(&[("Cargo.toml", PACKAGE), ("src/lib.rs", ""), ("real/main.rs", ""), ("tests/a.rs", "")]);
    let tests = folder.path().join("tests");
    symlink(outside.path().join("t.rs"), tests.join("out.rs")).unwrap();
    symlink(outside.path(), folder.path().join("examples")).unwrap();
    symlink("../real/main.rs", tests.join("in.rs")).unwrap();
    // To cargo a link to a folder is no folder.
    symlink("../real", tests.join("linked")).unwrap();
    let (tree, problems) = crate::read(folder.path(), &DiscoverySettings::default());
    assert_eq!(problems, []);
    let paths: Vec<_> = tree.packages[0].targets.iter().map(|target| target.path.as_str()).collect();
    assert_eq!(paths, ["src/lib.rs", "tests/a.rs", "tests/in.rs"]);
}
