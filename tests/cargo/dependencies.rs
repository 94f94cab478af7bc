//! What packages depend on.

use super::packages;

/// The dependencies of the package in `a/`: `kind name=package version path` and what else is said of each.
#[track_caller]
fn check(root: &str, manifest: &str, expected: &[&str]) {
    let manifest = format!("[package]\nname = 'a'\nversion = '0.1.0'\n{manifest}");
    let files = [
        ("Cargo.toml", root),
        ("a/Cargo.toml", &manifest),
        ("b/Cargo.toml", "[package]\nname = 'b'\nversion = '1.2.0'"),
    ];
    let found = packages(&files);
    let package = found.iter().find(|package| package.name == "a").unwrap();
    let shown = package.dependencies.iter().map(|dependency| {
        let kind = serde_json::to_value(dependency.kind).unwrap();
        let mut text = format!("{} {}={}", kind.as_str().unwrap(), dependency.name, dependency.package);
        for part in [&dependency.version, &dependency.path, &dependency.target].into_iter().flatten() {
            text += &format!(" {part}");
        }
        for (is, name) in [(dependency.optional, " optional"), (!dependency.default_features, " no-default")] {
            text += if is { name } else { "" };
        }
        if !dependency.features.is_empty() {
            text += &format!(" [{}]", dependency.features.join(","));
        }
        format!("{text} :{}", dependency.line)
    });
    assert_eq!(shown.collect::<Vec<_>>(), expected, "{root}\n{manifest}");
}

const ROOT: &str = "[workspace]\nmembers = ['*']\n";

#[test]
fn each_table_of_dependencies_is_read() {
    check(
        ROOT,
        "[dependencies]\nx = '1'\n'y-z' = {package = 'real', version = '2', optional = true, features = ['f']}\n\
         [dev-dependencies]\nx = {version = '1', default-features = false}\n[build_dependencies]\nw = {git = 'u'}\n\
         [target.'cfg(unix)'.dependencies.v]\nversion = '3'\n[dependency]\nno = '1'",
        &[
            "normal x=x 1 :5",
            "normal y-z=real 2 optional [f] :6",
            "build w=w :10",
            "dev x=x 1 no-default :8",
            "normal v=v 3 cfg(unix) :11",
        ],
    );
}

#[test]
fn a_path_leads_to_a_package_of_the_tree_or_to_nothing_known() {
    check(
        ROOT,
        "[dependencies]\nb = {path = '../b/'}\nc = {path = '../c'}\nd = {path = '../../../d'}\ne = {path = '/e'}",
        &["normal b=b b/Cargo.toml :5", "normal c=c :6", "normal d=d :7", "normal e=e :8"],
    );
}

#[test]
fn what_is_inherited_keeps_the_workspaces_place_and_adds_features() {
    let root = format!(
        "{ROOT}[workspace.dependencies]\nx = '1'\nb = {{path = 'b', default-features = false, features = ['g']}}\n\
         r = {{package = 'real', version = '3'}}"
    );
    check(
        &root,
        "[dependencies]\nx.workspace = true\nb = {workspace = true, features = ['h'], optional = true}\n\
         [dev-dependencies]\nb = {workspace = true, default-features = true}\nx = {workspace = true, default-features = \
         false}\nr = {workspace = true}",
        &[
            "normal b=b b/Cargo.toml optional no-default [g,h] :6",
            "normal x=x 1 :5",
            "dev b=b b/Cargo.toml [g] :8",
            "dev r=real 3 :10",
            "dev x=x 1 :9",
        ],
    );
}

#[test]
fn a_patch_of_the_root_puts_a_package_of_the_tree_in_place_of_one_that_it_is_a_version_of() {
    let manifest = "[dependencies]\nb = '1.1'\nc = {package = 'b', version = '2'}\nd = {package = 'b', git = 'https://b'}\n\
                    e = {package = 'b', version = '1', registry = 'other'}";
    let unpatched = ["normal b=b 1.1 :5", "normal c=b 2 :6", "normal d=b :7", "normal e=b 1 :8"];
    check(ROOT, manifest, &unpatched);
    check(
        &format!("{ROOT}[patch.crates-io]\nb = {{path = 'b'}}"),
        manifest,
        &["normal b=b 1.1 b/Cargo.toml :5", "normal c=b 2 :6", "normal d=b :7", "normal e=b 1 :8"],
    );
    check(
        &format!("{ROOT}[patch.'https://b']\nany = {{path = 'b', package = 'b'}}"),
        manifest,
        &["normal b=b 1.1 :5", "normal c=b 2 :6", "normal d=b b/Cargo.toml :7", "normal e=b 1 :8"],
    );
}
