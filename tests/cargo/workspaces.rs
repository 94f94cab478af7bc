//! Which packages are in which workspace, and what they have from it.

use testaudit::model::LintLevel;

use super::{packages, read_files};

/// A manifest of a package, with more behind.
fn package(name: &str, more: &str) -> String {
    format!("[package]\nname = '{name}'\nversion = '0.1.0'\nedition = '2021'\n{more}\n")
}

/// The packages of a tree: `path < root`, with `!` behind an orphan and `*` behind one that is selected by default.
#[track_caller]
fn check(manifests: &[(&str, &str)], expected: &[&str]) {
    let files: Vec<(String, String)> = manifests
        .iter()
        .map(|(folder, text)| {
            let name = folder.rsplit('/').find(|name| !name.is_empty()).unwrap_or("root");
            let text = if text.starts_with("[workspace]\n") { (*text).to_owned() } else { package(name, text) };
            (format!("{folder}Cargo.toml"), text)
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let (tree, problems) = read_files(&files);
    assert_eq!(problems, [] as [String; 0]);
    let shown = tree.packages.iter().map(|package| {
        let marks = [(package.orphan, "!"), (package.default_member, "*")];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        let folder = |path: &str| path.trim_end_matches("Cargo.toml").to_owned();
        format!("{} < {}{marks}", folder(&package.path), folder(&package.workspace))
    });
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

#[test]
fn a_package_that_no_workspace_stands_above_is_one_of_its_own() {
    check(&[("a/", ""), ("b/", "[dependencies]\na = {path = '../a'}")], &["a/ < a/*", "b/ < b/*"]);
}

#[test]
fn members_are_named_by_globs_of_folders() {
    let files = [
        ("", "[workspace]\nmembers = ['crates/*', 'tools/**/x?', '[ab]c', './plain/', 'gone']\n"),
        ("ac/", ""),
        ("cc/", ""),
        ("crates/a/", ""),
        ("crates/a/deep/", ""),
        ("plain/", ""),
        ("tools/p/q/x1/", ""),
        ("tools/x2/", ""),
        ("tools/x22/", ""),
    ];
    let expected = [
        "ac/ < *",
        "cc/ < !",
        "crates/a/ < *",
        "crates/a/deep/ < !",
        "plain/ < *",
        "tools/p/q/x1/ < *",
        "tools/x2/ < *",
        "tools/x22/ < !",
    ];
    check(&files, &expected);
}

#[test]
fn what_is_excluded_stands_alone_unless_it_is_named() {
    let files = [
        ("", "[workspace]\nmembers = ['crates/*', 'x/in']\nexclude = ['crates/out', 'x']\n"),
        ("crates/a/", ""),
        ("crates/out/", ""),
        ("x/in/", ""),
        ("x/other/", ""),
    ];
    check(&files, &["crates/a/ < *", "crates/out/ < crates/out/*", "x/in/ < *", "x/other/ < x/other/*"]);
}

#[test]
fn path_dependencies_below_the_root_are_members() {
    let root = "[dependencies]\na = {path = 'sub/a'}\nno = {path = 'no'}\n[dev-dependencies]\nd = {path = 'd'}\n\
                [target.'cfg(windows)'.build-dependencies]\nt = {path = 't'}\n[workspace]\nexclude = ['no']";
    let files = [
        ("", root),
        ("d/", ""),
        ("lost/", ""),
        ("no/", ""),
        ("sub/a/", "[dependencies]\nb = {path = '../b'}"),
        ("sub/b/", ""),
        ("t/", ""),
    ];
    let expected = [" < *", "d/ < ", "lost/ < !", "no/ < no/*", "sub/a/ < ", "sub/b/ < ", "t/ < "];
    check(&files, &expected);
}

#[test]
fn a_path_dependency_beside_the_root_is_no_member() {
    let files =
        [("b/", ""), ("w/", "[workspace]\nmembers = ['a']\n"), ("w/a/", "[dependencies]\nb = {path = '../../b'}")];
    check(&files, &["b/ < b/*", "w/a/ < w/*"]);
}

#[test]
fn a_package_can_name_its_workspace_which_need_not_stand_above_it() {
    let mut manifest = package("m", "");
    manifest = manifest.replace("edition", "workspace = '../w'\nedition");
    let workspace = "[workspace]\nmembers = ['../m']\n";
    let (tree, problems) = read_files(&[("m/Cargo.toml", &manifest), ("w/Cargo.toml", workspace)]);
    assert_eq!(problems, [] as [String; 0]);
    assert_eq!((&*tree.packages[0].workspace, tree.packages[0].orphan), ("w/Cargo.toml", false));
    let (tree, problems) = read_files(&[("m/Cargo.toml", &manifest)]);
    assert_eq!((&*tree.packages[0].workspace, tree.packages[0].orphan), ("m/Cargo.toml", false));
    assert_eq!(
        problems,
        ["m/Cargo.toml:4 `package.workspace` leads to `w/Cargo.toml`, which is the root of no workspace here"]
    );
}

#[test]
fn a_workspace_outside_of_the_tree_is_not_known_and_none_above_takes_its_place() {
    let manifest = package("m", "").replace("edition", "workspace = '../../w'\nedition");
    let (tree, problems) = read_files(&[("Cargo.toml", "[workspace]\nmembers = ['*']"), ("m/Cargo.toml", &manifest)]);
    assert_eq!((&*tree.packages[0].workspace, tree.packages[0].orphan), ("m/Cargo.toml", false));
    assert_eq!(
        problems,
        ["m/Cargo.toml:4 `package.workspace` leads to `../../w`, which is the root of no workspace here"]
    );
}

#[test]
fn a_workspace_within_another_has_its_own_members() {
    let files = [
        ("", "\n[workspace]\nexclude = ['inner']"),
        ("fuzz/", "[workspace]"),
        ("inner/", "[workspace]\nmembers = ['p']\n"),
        ("inner/p/", ""),
    ];
    check(&files, &[" < *", "fuzz/ < fuzz/*", "inner/p/ < inner/*"]);
}

#[test]
fn default_members_are_those_that_are_named_or_the_root_or_all() {
    let members = [("a/", ""), ("b/", "")];
    for (root, expected) in [
        ("[workspace]\nmembers = ['a', 'b']\n", vec!["a/ < *", "b/ < *"]),
        ("[workspace]\nmembers = ['a', 'b']\ndefault-members = ['b']\n", vec!["a/ < ", "b/ < *"]),
        ("\n[workspace]\nmembers = ['*']", vec![" < *", "a/ < ", "b/ < "]),
        ("\n[workspace]\nmembers = ['*']\ndefault-members = ['.', 'a']", vec![" < *", "a/ < *", "b/ < "]),
    ] {
        let files: Vec<_> = std::iter::once(("", root)).chain(members).collect();
        check(&files, &expected);
    }
}

#[test]
fn the_resolver_is_the_one_of_the_root() {
    let resolver = |root: &str, edition: &str| {
        let member = package("m", "").replace("2021", edition);
        packages(&[("Cargo.toml", root), ("m/Cargo.toml", &member)]).last().unwrap().resolver
    };
    assert_eq!(resolver("[workspace]\nmembers = ['m']", "2024"), 1);
    assert_eq!(resolver("[workspace]\nmembers = ['m']\nresolver = '3'", "2015"), 3);
    assert_eq!(resolver("[package]\nname = 'r'\n[workspace]\nmembers = ['m']", "2024"), 1);
    assert_eq!(resolver("[package]\nname = 'r'\nedition = '2021'\n[workspace]\nmembers = ['m']", "2024"), 2);
    assert_eq!(
        resolver("[package]\nname = 'r'\nedition = '2024'\nresolver = '1'\n[workspace]\nmembers = ['m']", "2024"),
        1
    );
    assert_eq!(packages(&[("Cargo.toml", &package("p", ""))])[0].resolver, 2);
}

#[test]
fn a_member_inherits_what_it_says_and_nothing_else() {
    let root = "[workspace]\nmembers = ['*']\n[workspace.package]\nedition = '2018'\nversion = '3.1.0'\n\
                [workspace.lints.rust]\nunexpected_cfgs = {level = 'deny', check-cfg = ['cfg(x)']}";
    let own = package("b", "[lints.rust.unexpected_cfgs]\nlevel = 'allow'");
    let inheriting = "[package]\nname = 'a'\nedition.workspace = true\nversion = {workspace = true}\n[lints]\n\
                      workspace = true";
    let simple = package("c", "[lints.rust]\nunexpected_cfgs = 'forbid'");
    let files = [
        ("Cargo.toml", root),
        ("a/Cargo.toml", inheriting),
        ("b/Cargo.toml", &own),
        ("c/Cargo.toml", &simple),
        ("d/Cargo.toml", "[package]\nname = 'd'"),
    ];
    let found = packages(&files);
    let shown: Vec<_> = found
        .iter()
        .map(|package| {
            let lint = &package.unexpected_cfgs;
            let at = lint.at.as_ref().map(|(path, line)| format!("{path}:{line}"));
            (package.version.as_deref(), package.edition as u8, lint.level, lint.check_cfgs.len(), at)
        })
        .collect();
    let expected = [
        (Some("3.1.0"), 1, LintLevel::Deny, 1, Some("Cargo.toml:7".to_owned())),
        (Some("0.1.0"), 2, LintLevel::Allow, 0, Some("b/Cargo.toml:5".to_owned())),
        (Some("0.1.0"), 2, LintLevel::Forbid, 0, Some("c/Cargo.toml:6".to_owned())),
        (None, 0, LintLevel::Warn, 0, None),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn what_should_be_inherited_and_is_not_there_is_a_problem() {
    let manifest =
        "[package]\nname = 'a'\nedition.workspace = true\n[dependencies]\nx.workspace = true\ny.workspace = true";
    let (tree, problems) = read_files(&[("Cargo.toml", manifest)]);
    assert_eq!(tree.packages[0].dependencies.len(), 2);
    let expected = [
        "Cargo.toml:3 `package.edition` is not found, read as 2024",
        "Cargo.toml:5 dependencies are inherited from a workspace that is not part of the tree",
    ];
    assert_eq!(problems, expected);
    let root = "[workspace]\nmembers = ['a']\npackage.edition = '2021'\ndependencies.x = '1'";
    let (_, problems) = read_files(&[("Cargo.toml", root), ("a/Cargo.toml", manifest)]);
    assert_eq!(problems, ["a/Cargo.toml:6 the workspace does not declare the dependency `y` to inherit"]);
}

#[test]
fn the_lock_file_beside_the_root_pins_versions() {
    let lock = "version = 4\n[[package]]\nname = 'x'\nversion = '1.0.0'\n[[package]]\nname = 'x'\nversion = '2.0.0'\n\
                [[package]]\nname = 'broken'\n";
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = ['a']\nexclude = ['b', 'c']"),
        ("Cargo.lock", lock),
        ("a/Cargo.toml", &package("a", "")),
        ("a/Cargo.lock", "[[package]]\nname = 'x'\nversion = '9.0.0'"),
        ("b/Cargo.toml", &package("b", "")),
        ("c/Cargo.toml", &package("c", "")),
        ("c/Cargo.lock", "no toml"),
    ];
    let (tree, problems) = read_files(&files);
    let [a, b, c] = tree.packages.as_slice() else { panic!("{tree:?}") };
    assert_eq!(tree.locked(a, "x"), ["1.0.0", "2.0.0"]);
    assert!(tree.locked(a, "broken").is_empty() && tree.locked(b, "x").is_empty() && tree.locked(c, "x").is_empty());
    let locked: Vec<_> = tree.workspaces.iter().map(|workspace| workspace.locked.is_some()).collect();
    assert_eq!(locked, [true, false, false]);
    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with("c/Cargo.lock:1 not valid TOML"), "{problems:?}");
}
