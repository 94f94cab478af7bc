//! What the `inventory` view counts.

use testaudit::model::suite::Seeding;
use testaudit::model::{Evidence, FileRole};
use testaudit::views::inventory::inventory;

use crate::build::{File, cases, draws, suite};

#[test]
fn totals_count_files_by_role_and_tests_by_kind() {
    let inventory = inventory(&suite([
        File::new("a/test_a.py")
            .test("test_one", |test| cases(test, Some(3)))
            .test("test_async", |test| draws(test, Seeding::Unseeded))
            .test("test_method", |test| {
                test.suite = Some("TestA".to_owned());
                cases(test, None);
            }),
        File::new("a/test_empty.py"),
        File::with_role("conftest.py", FileRole::Conftest),
        File::with_role("helpers.py", FileRole::Other).function("test_never_collected", 3, &[]),
        File::with_role("plain.py", FileRole::Other).function("helper", 3, &[]),
    ]));
    let totals = &inventory.totals;
    assert_eq!((totals.files, totals.test_modules, totals.test_modules_without_tests), (5, 2, 1));
    assert_eq!((totals.conftest_files, totals.other_files_with_test_functions), (1, 1));
    assert_eq!((totals.tests, totals.suites, totals.async_tests, totals.parametrized_tests), (3, 1, 1, 2));
    assert_eq!((totals.known_cases, totals.tests_with_unknown_cases, totals.lines), (4, 1, 200));
}

#[test]
fn a_folder_sums_only_the_test_modules_directly_in_it() {
    let inventory = inventory(&suite([
        File::new("test_root.py").test("test_a", |_| ()),
        File::new("a/test_a.py").test("test_a", |_| ()).test("test_b", |_| ()),
        File::new("a/b/test_b.py"),
        File::with_role("a/conftest.py", FileRole::Conftest),
    ]));
    let folders: Vec<_> =
        inventory.folders.iter().map(|row| (row.folder.as_str(), row.test_files, row.tests, row.lines)).collect();
    assert_eq!(folders, [("", 1, 1, 40), ("a", 1, 2, 40), ("a/b", 1, 0, 40)]);
}

#[test]
fn a_test_says_what_decides_its_random_values_and_where_its_sub_cases_are_made() {
    let file = File::new("test_a.py").test("test_a", |test| {
        draws(test, Seeding::SeededAtImport);
        test.runtime_subcases = Some(Evidence::new(12, "subTest", "with self.subTest():"));
    });
    let row = &inventory(&suite([file])).tests[0];
    let json = serde_json::to_value(row).unwrap();
    assert_eq!(json["random"], serde_json::json!({ "seeding": "seeded-at-import", "by": "torch.randn", "line": null }));
    assert_eq!(json["runtime_subcases"], 12);
    assert_eq!(json["async"], false);
}
