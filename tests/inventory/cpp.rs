//! Tests of C++ over several files.

use crate::{column, inventory};

#[test]
fn suites_macros_and_instantiations_are_joined_over_files() {
    let inventory = inventory(
        &[
            (
                "test/helpers.h",
                "#define SUM_TEST(name) TEST(Sum, name)\n#define SUM_TESTS(name) SUM_TEST(name##_1) {} SUM_TEST(name##_2) {}\nusing Numbers = ::testing::Types<int, float, double>;\n",
            ),
            (
                "test/sum_test.cpp",
                "SUM_TESTS(Small)\nSUM_TEST(Big) { }\nFOR_ALL(SUM_TESTS)\nTEST_F(Sum, DISABLED_Slow) {}\n",
            ),
            (
                "test/typed_test.cc",
                "TYPED_TEST_SUITE(Typed, Numbers);\nTYPED_TEST(Typed, Works) {}\nTYPED_TEST(Typed, Skips) { GTEST_SKIP(); }\n",
            ),
            (
                "test/valued_test.cu",
                "TEST_P(Valued, A) {}\nTEST_P(Lost, A) {}\nTEST_P(Left, A) {}\nGTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Left);\n",
            ),
            (
                "test/values.cpp",
                "INSTANTIATE_TEST_SUITE_P(A, Valued, testing::Values(1, 2));\nINSTANTIATE_TEST_CASE_P(B, Valued, testing::Bool());\n",
            ),
            ("src/product.cpp", "int TEST_LEVEL = 1;\nint main() { return TEST(1); }\n"),
            ("README.md", "TEST(A, B) {}\n"),
        ],
        &[],
    );
    let cpp = &inventory["cpp"];
    assert_eq!(column(&cpp["files"], "path"), ["test/sum_test.cpp", "test/typed_test.cc", "test/valued_test.cu"]);
    let cases: Vec<_> = cpp["tests"].as_array().unwrap().iter().map(|test| test["cases"].as_u64()).collect();
    assert_eq!(cases, [Some(2), Some(1), None, Some(1), Some(3), Some(3), Some(4), Some(0), Some(0)]);
    assert_eq!(column(&cpp["macros"], "name"), ["SUM_TEST", "SUM_TESTS"]);
    assert_eq!((&cpp["macros"][1]["uses"], &cpp["macros"][1]["handed_on"]), (&1.into(), &1.into()));
    assert_eq!(cpp["uninstantiated"], serde_json::json!([{"path": "test/valued_test.cu", "line": 2, "name": "Lost"}]));
    let totals = &cpp["totals"];
    let [tests, unknown, disabled, skipping] =
        ["tests", "tests_with_unknown_cases", "disabled", "skipping"].map(|key| totals[key].as_u64().unwrap());
    assert_eq!((tests, unknown, disabled, skipping), (9, 1, 1, 1));
    assert_eq!(inventory["totals"]["tests"], 0, "those of pytest and cargo");
    assert_eq!(column(&inventory["categories"], "language"), ["cpp"]);
}

#[test]
fn without_tests_of_c_nothing_is_said_of_it() {
    let inventory = inventory(&[("a.cpp", "int main() {}\n"), ("test_a.py", "def test_a():\n    pass\n")], &[]);
    assert!(inventory.get("cpp").is_none());
    assert_eq!(column(&inventory["languages"], "language"), ["python"]);
}
