//! Which features a selection enables.

use testaudit::model::FeatureSelection;
use testaudit::resolve::rust::features::enabled;

use super::packages;

/// The features enabled in the packages of a tree, `name: features` each, and the problems. A package is its folder, which
/// is its name, and what its manifest says behind `[package]`. The flags are those of cargo.
fn resolved(root: &str, members: &[(&str, &str)], flags: &str) -> (Vec<String>, Vec<String>) {
    let files: Vec<(String, String)> = members
        .iter()
        .map(|(name, text)| (format!("{name}/Cargo.toml"), format!("[package]\nname = '{name}'\n{text}")))
        .collect();
    let mut all = vec![("Cargo.toml", root)];
    all.extend(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let mut selection = FeatureSelection::default();
    for flag in flags.split_inclusive(';').map(|flag| flag.trim_end_matches(';')) {
        match flag {
            "" => {}
            "--all-features" => selection.all_features = true,
            "--no-default-features" => selection.no_default_features = true,
            named => selection.features.push(named.to_owned()),
        }
    }
    let packages = packages(&all);
    let (enabled, problems) = enabled(&packages, &selection);
    let shown = packages.iter().map(|package| {
        let features: Vec<_> = enabled[package.path.as_str()].iter().map(String::as_str).collect();
        format!("{}: {}", package.name, features.join(" "))
    });
    (shown.collect(), problems.into_iter().map(|problem| problem.message).collect())
}

#[track_caller]
fn check(root: &str, members: &[(&str, &str)], flags: &str, expected: &[&str]) {
    let (found, problems) = resolved(root, members, flags);
    assert_eq!(problems, [] as [String; 0], "{flags}");
    assert_eq!(found, expected, "{flags}");
}

const NEWER: &str = "[workspace]\nmembers = ['*']\nresolver = '2'";
const OLDER: &str = "[workspace]\nmembers = ['*']\nresolver = '1'";

#[test]
fn features_enable_features_from_the_default_ones_on() {
    let members = [("a", "[features]\ndefault = ['x']\nx = ['y', 'default']\ny = []\nz = []")];
    check(NEWER, &members, "", &["a: default x y"]);
    check(NEWER, &members, "--no-default-features", &["a: "]);
    check(NEWER, &members, "--no-default-features;y", &["a: y"]);
    check(NEWER, &members, "z", &["a: default x y z"]);
    check(NEWER, &members, "--all-features", &["a: default x y z"]);
    check(NEWER, &members, "--all-features;--no-default-features", &["a: default x y z"]);
}

#[test]
fn an_optional_dependency_is_a_feature_that_can_be_asked_for() {
    let members = [(
        "a",
        "[features]\nf = ['dep:y']\ng = ['x/std']\nh = ['x?/std']\n[dependencies]\nx = {version = '1', optional = \
                true}\ny = {version = '1', optional = true}",
    )];
    check(NEWER, &members, "x", &["a: x"]);
    check(NEWER, &members, "f", &["a: f"]);
    // A feature of a dependency brings it in, and turns its own feature on, unless it is weak.
    check(NEWER, &members, "g", &["a: g x"]);
    check(NEWER, &members, "h", &["a: h"]);
    check(NEWER, &members, "--all-features", &["a: f g h x"]);
}

#[test]
fn members_enable_features_of_each_other() {
    let members = [
        ("a", "[dependencies]\nb = {path = '../b', features = ['n'], default-features = false}"),
        ("b", "[features]\ndefault = ['d']\nd = []\nn = []\no = []"),
        ("c", "[dev-dependencies]\nb = {path = '../b', features = ['o']}"),
    ];
    check(NEWER, &members, "--no-default-features", &["a: ", "b: d default n o", "c: "]);
    check(NEWER, &members[..2], "--no-default-features", &["a: ", "b: n"]);
}

#[test]
fn features_of_a_member_are_enabled_through_optional_dependencies_weak_ones_in_any_order() {
    let more = "[dependencies]\nb = {path = '../b', optional = true, default-features = false}";
    let features = "[features]\nbring = ['dep:b']\nstrong = ['b/x']\nweak = ['b?/x']\n";
    let members = [("a", &*format!("{features}{more}")), ("b", "[features]\nx = []")];
    check(NEWER, &members, "weak", &["a: weak", "b: "]);
    check(NEWER, &members, "weak,bring", &["a: bring weak", "b: x"]);
    check(NEWER, &members, "bring weak", &["a: bring weak", "b: x"]);
    check(NEWER, &members, "strong", &["a: strong", "b: x"]);
    check(NEWER, &members, "bring", &["a: bring", "b: "]);
}

#[test]
fn what_the_compiler_runs_is_apart_from_the_second_resolver_on() {
    let members = [
        ("a", "[build-dependencies]\nb = {path = '../b', features = ['host']}\n[dependencies]\nm = {path = '../m'}"),
        ("b", "[features]\nhost = []"),
        ("m", "[lib]\nproc-macro = true\npath = 'm.rs'\n[features]\nf = []\n[dependencies]\nb = {path = '../b'}"),
        ("z", "[dependencies]\nm = {path = '../m', features = ['f']}"),
    ];
    check(NEWER, &members, "", &["a: ", "b: ", "m: f", "z: "]);
    check(OLDER, &members, "", &["a: ", "b: host", "m: f", "z: "]);
}

#[test]
fn dependencies_for_other_platforms_count_with_the_first_resolver_only() {
    let members = [
        (
            "a",
            "[target.'cfg(windows)'.dependencies]\nb = {path = '../b', features = ['w']}\n[target.'cfg(all(unix, \
             target_os = \"linux\"))'.dependencies]\nb = {path = '../b', features = ['u']}\n\
             [target.x86_64-pc-windows-msvc.dependencies]\nb = {path = '../b', features = ['t']}\n\
             [target.'cfg(broken'.dependencies]\nb = {path = '../b', features = ['x']}",
        ),
        ("b", "[features]\nt = []\nu = []\nw = []\nx = []"),
    ];
    check(NEWER, &members, "", &["a: ", "b: u x"]);
    check(OLDER, &members, "", &["a: ", "b: t u w x"]);
}

#[test]
fn a_feature_can_be_asked_of_one_member() {
    let members = [("a", "[features]\nf = []\ng = []"), ("b", "[features]\nf = []")];
    check(NEWER, &members, "f", &["a: f", "b: f"]);
    check(NEWER, &members, "b/f", &["a: ", "b: f"]);
    check(NEWER, &members, "b/f, g", &["a: g", "b: f"]);
}

#[test]
fn with_the_first_resolver_the_flags_are_those_of_the_package_at_the_root() {
    let root = "[package]\nname = 'r'\n[features]\ndefault = []\nf = []\n[workspace]\nmembers = ['*']";
    let members = [("a", "[features]\ndefault = []\nf = []\ng = []")];
    check(root, &members, "f", &["r: default f", "a: default"]);
    check(root, &members, "--no-default-features", &["r: ", "a: default"]);
    check(root, &members, "--all-features", &["r: default f", "a: default f g"]);
    check(root, &members, "a/g", &["r: default", "a: default g"]);
    let (_, problems) = resolved(root, &members, "g");
    assert_eq!(problems, ["no package has the feature `g` that `--features` asks for"]);
    let newer = root.replace("name = 'r'", "name = 'r'\nresolver = '2'");
    check(&newer, &members, "f", &["r: default f", "a: default f"]);
    check(&newer, &members, "--no-default-features", &["r: ", "a: "]);
}

#[test]
fn each_workspace_is_resolved_by_itself() {
    let root = "[workspace]\nmembers = ['a']\nexclude = ['b', 'c']\nresolver = '2'";
    let members = [
        ("a", "[dependencies]\nb = {path = '../b', features = ['f']}"),
        ("b", "[features]\nf = []\ng = []\n[dev-dependencies]\na = {path = '../a'}"),
        ("c", "[features]\ng = []"),
    ];
    // b's tests depend on a, which depends on b with a feature.
    check(root, &members, "g", &["a: ", "b: f g", "c: g"]);
    // The dependencies for development of a package of elsewhere do not count.
    let members = [
        ("a", "[dependencies]\nb = {path = '../b'}"),
        ("b", "[features]\nf = []\n[dev-dependencies]\nc = {path = '../c', features = ['g']}"),
        ("c", "[features]\ng = []"),
    ];
    check(root, &members, "", &["a: ", "b: ", "c: "]);
}

#[test]
fn a_feature_that_nobody_has_is_a_problem() {
    let members = [("a", "[features]\nf = []\n[dependencies]\nx = '1'")];
    let (found, problems) = resolved(NEWER, &members, "nope;f,dep:x;a/nope;x/std;x/y/z");
    assert_eq!(found, ["a: f"]);
    let expected = [
        "`dep:x` is no feature that `--features` can name",
        "`x/y/z` is no feature that `--features` can name",
        "no package has the feature `a/nope` that `--features` asks for",
        "no package has the feature `nope` that `--features` asks for",
    ];
    assert_eq!(problems, expected);
}

#[test]
fn circles_and_long_chains_of_features_end() {
    let chain: String = (0..20_000).map(|at| format!("x{at} = ['x{}', 'a?/x{at}']\n", (at + 1) % 20_000)).collect();
    let text = format!("[dependencies]\na = {{path = '.', optional = true}}\n[features]\n{chain}");
    let (found, problems) = resolved(NEWER, &[("a", &text)], "x7");
    assert_eq!((found[0].split(' ').count(), problems.len()), (20_001, 0));
    let deep = format!("cfg({}unix{})", "all(".repeat(100_000), ")".repeat(100_000));
    let text = format!("[target.'{deep}'.dependencies]\nb = {{path = '../b', features = ['f']}}");
    let (found, _) = resolved(NEWER, &[("a", &text), ("b", "[features]\nf = []")], "");
    assert_eq!(found, ["a: ", "b: f"]);
}
