//! Which file of the tree a path in a report means.

use std::collections::BTreeMap;
use std::path::Path;

use testaudit::measured::{Tree, load};

/// For each path of a report in `/work/REPORT` the file of the tree that it means.
fn places(root: &str, paths: &[&str], files: &[&str], on_disk: &[&str]) -> BTreeMap<String, bool> {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("cov.info");
    let text: String = paths.iter().map(|path| format!("SF:{path}\nDA:1,1\nend_of_record\n")).collect();
    std::fs::write(&report, text).unwrap();
    let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
    let is_file = |path: &str| on_disk.contains(&path) || files.iter().any(|file| file == path);
    let root = Path::new(root);
    let measured = load(&[report], &Tree { root, current: root, files: &files, is_file: &is_file }).unwrap();
    let found = measured.files.into_iter().map(|file| (file.path, true));
    found.chain(measured.unmatched.into_iter().map(|path| (path, false))).collect()
}

fn found(paths: &[&str], files: &[&str]) -> Vec<String> {
    places("/work/tree", paths, files, &[]).into_iter().filter(|(_, found)| *found).map(|(path, _)| path).collect()
}

#[test]
fn paths_below_the_root_are_taken_as_they_are() {
    let paths = ["src/a.py", "/work/tree/src/b.py", "./src/c.py", "src/x/../d.py"];
    assert_eq!(found(&paths, &["src/a.py", "src/b.py", "src/c.py", "src/d.py"]).len(), 4);
}

#[test]
fn a_file_that_was_not_walked_is_found_on_the_disk() {
    let places = places("/work/tree", &["src/a.py", "/elsewhere/b.py"], &["tests/test_a.py"], &["src/a.py", "b.py"]);
    assert_eq!(places, BTreeMap::from([("src/a.py".to_owned(), true), ("/elsewhere/b.py".to_owned(), false)]));
}

#[test]
fn nothing_leads_out_of_the_root() {
    let places = places("/work/tree", &["../../etc/passwd", "/work/other/x.py"], &[], &["../../etc/passwd", "x.py"]);
    assert!(places.values().all(|found| !found), "{places:?}");
}

#[test]
fn absolute_paths_of_another_machine_are_known_by_their_ends() {
    let paths = ["/ci/build/src/shop/a.py", "/ci/build/src/shop/b.py", "C:\\build\\src\\shop\\c.py"];
    assert_eq!(found(&paths, &["src/shop/a.py", "src/shop/b.py", "src/shop/c.py"]).len(), 3);
}

#[test]
fn an_installed_copy_means_the_sources_that_it_was_made_of() {
    let installed = "/venv/lib/python3.11/site-packages";
    let paths = ["shop/__init__.py", "shop/a.py", "shop/deep/__init__.py", "other/__init__.py", "other/a.py"];
    let paths = paths.map(|path| format!("{installed}/{path}"));
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let files = ["src/shop/__init__.py", "src/shop/a.py", "src/shop/deep/__init__.py", "tests/a.py"];
    assert_eq!(found(&paths, &files), files[..3]);
}

#[test]
fn of_files_that_end_alike_the_one_counts_whose_neighbours_moved_the_same_way() {
    let files = ["one/src/lib.rs", "one/src/only.rs", "two/src/lib.rs"];
    assert_eq!(found(&["/ci/one/src/lib.rs"], &files), ["one/src/lib.rs"]);
    assert_eq!(found(&["/ci/src/lib.rs", "/ci/src/only.rs"], &files), ["one/src/lib.rs", "one/src/only.rs"]);
    // Nothing tells which of the two it is.
    assert_eq!(found(&["/ci/src/lib.rs"], &files), [""; 0]);
}

#[test]
fn a_name_alone_is_no_place() {
    assert_eq!(found(&["/usr/lib/python3/setup.py"], &["setup.py", "src/a.py"]), [""; 0]);
    assert_eq!(found(&["/usr/lib/other/utils.py"], &["src/shop/utils.py"]), [""; 0]);
    // Beside others that moved the same way it is.
    assert_eq!(found(&["/ci/setup.py", "/ci/src/a.py", "/ci/run.py"], &["setup.py", "src/a.py", "run.py"]).len(), 3);
}

#[test]
fn two_paths_that_would_be_one_file_are_none() {
    let paths = ["/one/src/shop/a.py", "/two/src/shop/a.py"];
    let places = places("/work/tree", &paths, &["src/shop/a.py"], &[]);
    assert!(places.values().all(|found| !found), "{places:?}");
}
