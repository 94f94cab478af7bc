//! Which features the manifests of a tree declare, and which manifests count.

use std::fs;
use std::path::Path;

use testaudit::config::cargo;
use testaudit::discover::cargo;
use testaudit::model::settings::DiscoverySettings;
use testaudit::model::{CargoPackage, Problem, ProblemKind};

use crate::common::tree;

fn read(root: &Path, settings: &DiscoverySettings) -> (Vec<CargoPackage>, Vec<Problem>) {
    let (tree, problems) = crate::read(root, settings);
    (tree.packages, problems)
}

/// The features of one manifest: `name:line`, with a `?` behind those that are implicit.
#[track_caller]
fn check(manifest: &str, expected: &[&str]) {
    let text = format!("{manifest}\n[package]\nname = 'p'\n");
    let (packages, problems) = read(tree(&[("Cargo.toml", &text)]).path(), &DiscoverySettings::default());
    assert_eq!(problems, [], "{manifest}");
    let [package] = packages.as_slice() else { panic!("{packages:?}") };
    let features = package.features.iter();
    let told: Vec<_> = features
        .map(|found| format!("{}:{}{}", found.name, found.line, if found.implicit { "?" } else { "" }))
        .collect();
    assert_eq!(told, expected, "{manifest}");
}

/// The paths of the packages of a tree.
fn paths(files: &[(&str, &str)], settings: &DiscoverySettings) -> Vec<String> {
    let (packages, problems) = read(tree(files).path(), settings);
    assert_eq!(problems, []);
    packages.into_iter().map(|package| package.path).collect()
}

const PACKAGE: &str = "[package]\nname = 'p'\n";

#[test]
fn keys_of_the_table_are_features() {
    check("[features]\ndefault = ['b']\nb = []\n'c-d' = ['x/y', 'z?/w']", &["b:3", "c-d:4", "default:2"]);
    check("features = {b = []}", &["b:1"]);
    check("", &[]);
    check("[package.metadata.features]\nb = []\n[dependencies]\nx = {version = '1', features = ['y']}", &[]);
}

#[test]
fn an_optional_dependency_is_a_feature_unless_one_names_it_with_dep() {
    check(
        "[dependencies]\nx = {version = '1', optional = true}\ny = {version = '1', optional = false}\nz = '1'",
        &["x:2?"],
    );
    check("[features]\nf = ['dep:x']\n[dependencies]\nx = {version = '1', optional = true}", &["f:2"]);
    check(
        "[features]\nf = ['x', 'x/std', 'x?/std']\n[dependencies]\nx = {version = '1', optional = true}",
        &["f:2", "x:4?"],
    );
    check("[features]\nx = ['dep:x']\n[dependencies]\nx = {version = '1', optional = true}", &["x:2"]);
    check("[dependencies.x]\nversion = '1'\noptional = true", &["x:1?"]);
    check("[dependencies]\nrenamed = {package = 'x', version = '1', optional = true}", &["renamed:2?"]);
    check(
        "[workspace.dependencies]\nx = '1'\ny = '1'\n[dependencies]\nx = {workspace = true, optional = true}\n\
         y.workspace = true\ny.optional = true",
        &["x:5?", "y:6?"],
    );
}

#[test]
fn dependencies_for_building_and_for_a_target_count_and_those_for_development_do_not() {
    check("[build-dependencies]\nx = {version = '1', optional = true}", &["x:2?"]);
    check("[dev-dependencies]\nx = {version = '1', optional = true}", &[]);
    let text = "[target.'cfg(unix)'.dependencies]\nx = {version = '1', optional = true}\n[target.a.build-dependencies]\n\
                y = {version = '1', optional = true}\n[target.a.dependencies]\nx = {version = '1', optional = true}";
    check(text, &["x:2?", "y:4?"]);
}

#[test]
fn each_package_of_the_tree_is_read_and_a_virtual_workspace_is_none() {
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = ['a', 'b']\n[workspace.dependencies]\nx = {version = '1'}"),
        ("a/Cargo.toml", "[package]\nname = 'one'\n[features]\nf = []"),
        ("b/c/Cargo.toml", "[package]\nname = 'two'"),
        ("old/Cargo.toml", "[project]\nname = 'three'"),
        ("build/Cargo.toml", PACKAGE),
    ];
    let (packages, problems) = read(tree(&files).path(), &DiscoverySettings::default());
    assert_eq!(problems, []);
    let told: Vec<_> = packages
        .iter()
        .map(|package| format!("{} {} {}", package.path, package.name, package.features.len()))
        .collect();
    assert_eq!(told, ["a/Cargo.toml one 1", "b/c/Cargo.toml two 0", "build/Cargo.toml p 0", "old/Cargo.toml three 0"]);
}

#[test]
fn copies_products_and_what_is_ignored_are_left_out() {
    let files = [
        (".gitignore", "/ignored\n"),
        ("a/.gitignore", "b\n"),
        ("Cargo.toml", PACKAGE),
        ("a/b/Cargo.toml", PACKAGE),
        ("a/Cargo.toml", PACKAGE),
        ("c/b/Cargo.toml", PACKAGE),
        ("ignored/Cargo.toml", PACKAGE),
        ("excluded/Cargo.toml", PACKAGE),
        ("target/package/Cargo.toml", PACKAGE),
        ("c/target/Cargo.toml", PACKAGE),
        ("cache/CACHEDIR.TAG", ""),
        ("cache/Cargo.toml", PACKAGE),
        ("vendor/x/.cargo-checksum.json", ""),
        ("vendor/x/Cargo.toml", PACKAGE),
        ("vendor/own/Cargo.toml", PACKAGE),
        (".hidden/Cargo.toml", PACKAGE),
        ("node_modules/x/Cargo.toml", PACKAGE),
        ("d/Cargo.toml.in", PACKAGE),
    ];
    let mut settings = DiscoverySettings { exclude: vec!["excluded".to_owned()], ..DiscoverySettings::default() };
    let expected = ["Cargo.toml", "a/Cargo.toml", "c/b/Cargo.toml", "c/target/Cargo.toml", "vendor/own/Cargo.toml"];
    assert_eq!(paths(&files, &settings), expected);
    settings.gitignore = false;
    settings.exclude.clear();
    assert_eq!(paths(&files, &settings).len(), expected.len() + 3);
    settings.exclude.push("a{".to_owned());
    assert!(cargo(tree(&files).path(), &settings).is_err());
}

#[test]
fn a_manifest_that_cannot_be_read_is_a_problem_and_the_others_are_read() {
    let large = format!("{PACKAGE}#{}", "x".repeat(5_000_000));
    let deep = format!("x = {}", "[".repeat(100_000));
    let files = [
        ("a/Cargo.toml", "[package]\nname = "),
        ("b/Cargo.toml", "[package]\nname = 1\n[features]\nx = 1"),
        ("c/Cargo.toml", "features = 1\ntarget = 2\ndependencies = 3\n[package]\nname = 'c'"),
        ("d/Cargo.toml", &large),
        ("e/Cargo.toml", &deep),
        (
            "f/Cargo.toml",
            "[features]\n'' = ['dep:', 1, ['dep:x']]\nq = 'dep:x'\n[target]\nx = 1\n[package]\nname = '\\u0000'",
        ),
    ];
    let folder = tree(&files);
    fs::create_dir_all(folder.path().join("g/Cargo.toml")).unwrap();
    fs::create_dir(folder.path().join("h")).unwrap();
    fs::write(folder.path().join("h/Cargo.toml"), b"[package]\nname = '\xff'\n").unwrap();
    let (packages, problems) = read(folder.path(), &DiscoverySettings::default());
    let read: Vec<_> = packages.iter().map(|package| package.path.as_str()).collect();
    assert_eq!(read, ["c/Cargo.toml", "f/Cargo.toml", "h/Cargo.toml"]);
    let problems: Vec<_> = problems.iter().map(|problem| (problem.path.as_str(), problem.line, problem.kind)).collect();
    let expected = [
        ("a/Cargo.toml", Some(2), ProblemKind::Config),
        ("b/Cargo.toml", Some(2), ProblemKind::Config),
        ("d/Cargo.toml", None, ProblemKind::TooLarge),
        ("e/Cargo.toml", Some(1), ProblemKind::Config),
    ];
    assert_eq!(problems, expected);
}

#[cfg(unix)]
#[test]
fn no_link_is_followed_and_no_fifo_is_opened() {
    use std::os::unix::fs::symlink;
    let outside = tree(&[("Cargo.toml", PACKAGE)]);
    let folder = tree(&[("a/Cargo.toml", PACKAGE)]);
    symlink(outside.path(), folder.path().join("link")).unwrap();
    symlink(outside.path().join("Cargo.toml"), folder.path().join("Cargo.toml")).unwrap();
    fs::create_dir(folder.path().join("fifo")).unwrap();
    let fifo = folder.path().join("fifo/Cargo.toml");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let (found, problems) = read(folder.path(), &DiscoverySettings::default());
    assert_eq!((found.len(), problems.len()), (1, 0));
    // Who asks for them by name is told.
    let (tree, problems) = cargo::read(folder.path(), &[fifo, folder.path().join("Cargo.toml")]);
    assert_eq!(tree.packages, []);
    let kinds: Vec<_> = problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::Link, ProblemKind::NotAFile]);
}
