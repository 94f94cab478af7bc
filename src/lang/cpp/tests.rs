//! What is found in small texts, and what is not.

use super::*;
use crate::model::cpp::CppKind;

fn found(text: &str) -> Vec<String> {
    let shown = |test: &CppTest| match &test.suite {
        Some(suite) => format!("{}:{} {suite}.{}", test.line, test.form, test.name),
        None => format!("{}:{} {}", test.line, test.form, test.name),
    };
    facts(text.as_bytes()).tests.iter().map(shown).collect()
}

fn counts(text: &str) -> Vec<Option<u64>> {
    facts(text.as_bytes()).instantiations.iter().map(|own| own.count).collect()
}

#[test]
fn each_form_of_googletest_is_a_test_wherever_it_stands() {
    let text = "TEST(A, One) {}\nnamespace n {\nTEST_F(B, Two)\n{ if (x) { y(); } }\n}\nTEST_P(C, Three) {}\n\
                TYPED_TEST(D, Four) {}\nTYPED_TEST_P(E, Five) {}  GTEST_TEST(F, Six) {}\n";
    let expected =
        ["1:TEST A.One", "3:TEST_F B.Two", "6:TEST_P C.Three", "7:TYPED_TEST D.Four", "8:TYPED_TEST_P E.Five"];
    assert_eq!(found(text)[..5], expected);
    assert_eq!(found(text)[5], "8:GTEST_TEST F.Six");
    let kinds: Vec<_> = facts(text.as_bytes()).tests.iter().map(|test| test.kind).collect();
    use CppKind::{Plain, TypePattern, Typed, Valued};
    assert_eq!(kinds, [Plain, Plain, Valued, Typed, TypePattern, Plain]);
}

#[test]
fn words_in_comments_strings_definitions_and_dead_parts_make_no_test() {
    for text in [
        "// TEST(A, B) {}\n",
        "/*\nTEST(A, B) {}\n*/",
        "const char* s = \"TEST(A, B) {}\";",
        "auto s = R\"(\nTEST(A, B) {}\n)\";",
        "#define MAKE(x) \\\n TEST(A, x) {}\n",
        "#if 0\nTEST(A, B) {}\n#endif\n",
        "friend class TEST(A, B);",
        "x = TEST(A, B);",
        "TEST(OnlyOne) {}",
        "TEST(A, B, C) {}",
        "FRIEND_TEST(A, B) {}",
        "MY_TEST(A, B) {}",
        "void TEST() {}",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn switched_off_and_skipping_tests_are_told() {
    let text = "TEST(A, DISABLED_B) {}\nTEST(DISABLED_C, D) {}\nTEST(E, F) {\n  if (x) {\n    GTEST_SKIP() << 1;\n  }\n}\n\
                TEST(G, H) { skip(); /* GTEST_SKIP() */ }\n";
    let facts = facts(text.as_bytes());
    let told: Vec<_> = facts.tests.iter().map(|test| (test.disabled, test.skip)).collect();
    assert_eq!(told, [(true, None), (true, None), (false, Some(5)), (false, None)]);
}

#[test]
fn a_name_that_a_macro_decides_about_is_the_name_within() {
    assert_eq!(found("TEST(A, DISABLED_ON_WINDOWS(B)) {}\nTEST(A, MAKE(B, C)) {}\n"), ["1:TEST A.B"]);
}

#[test]
fn a_body_that_an_if_gives_two_beginnings_hides_no_test() {
    let text = "TEST(A, B) {\n#ifdef X\n  if (a) {\n#else\n  if (b) {\n#endif\n  }\n}\nTEST(A, C) {}\nTEST(A, D) {}\n";
    assert_eq!(found(text), ["1:TEST A.B", "9:TEST A.C", "10:TEST A.D"]);
}

#[test]
fn generators_are_counted_only_where_all_is_listed() {
    let count = |generator: &str| counts(&format!("INSTANTIATE_TEST_SUITE_P(P, S, {generator});"))[0];
    for (generator, expected) in [
        ("::testing::Values(1, 2, 3)", Some(3)),
        ("Values(std::make_pair(1, 2), f(3, 4))", Some(2)),
        ("testing::Values(std::pair<int, int>{1, 2})", Some(1)),
        ("testing::Bool()", Some(2)),
        ("testing::Range(0, 10)", Some(10)),
        ("testing::Range(-1, 10, 3)", Some(4)),
        ("testing::Range(a, 10)", None),
        ("testing::Combine(testing::Bool(), testing::Values(1, 2, 3)), Name()", Some(6)),
        ("testing::Combine(testing::Bool(), all())", None),
        ("testing::ValuesIn({1, 2})", Some(2)),
        ("testing::ValuesIn(all)", None),
        ("::testing::ValuesIn(std::vector<int>{1, 2})", None),
        ("testing::Values(1, 2) + more", None),
        ("ConvertGenerator<T>(testing::Values(1))", None),
    ] {
        assert_eq!(count(generator), expected, "{generator}");
    }
}

#[test]
fn lists_of_types_are_counted_in_place_and_by_name() {
    let text = "using List = ::testing::Types<int, std::pair<int, char>, f(*)(int)>;\n\
                typedef testing::Types<int> Short;\n\
                TYPED_TEST_SUITE(A, List);\nTYPED_TEST_CASE(B, ::testing::Types<int>);\n\
                INSTANTIATE_TYPED_TEST_SUITE_P(P, C, Short);\nTYPED_TEST_SUITE(D, Make<int>::Types);\n";
    let facts = facts(text.as_bytes());
    assert_eq!(facts.type_lists[1], ("Short".to_owned(), Some(1)));
    assert_eq!(facts.type_lists[0].0, "List");
    let told: Vec<_> =
        facts.instantiations.iter().map(|own| (own.suite.as_str(), own.count, own.list.as_deref())).collect();
    let expected = [("A", None, Some("List")), ("B", Some(1), None), ("C", None, Some("Short")), ("D", None, None)];
    assert_eq!(told, expected);
}

#[test]
fn macros_of_the_file_and_their_calls_are_facts() {
    let text = "#define MAKE(x) TEST(A, x##_1) {} TEST(A, x##_2) {}\n#define OTHER(x) f(x)\nMAKE(One)\nALL(MAKE)\n#define ALL_1x4_TESTS(a) ALL_TESTS(a)\nALL_1x4_TESTS(1)\n\
                TEST(A, B) { MAKE_NOT(1); }\n";
    let facts = facts(text.as_bytes());
    let macros: Vec<_> = facts.macros.iter().map(|own| (own.name.as_str(), own.calls.join(" "))).collect();
    let expected = [("MAKE", "TEST TEST".to_owned()), ("ALL_1x4_TESTS", "ALL_TESTS".to_owned())];
    assert_eq!(macros, expected);
    let uses: Vec<_> =
        facts.uses.iter().map(|used| (used.line, used.name.as_str(), used.arguments.as_deref())).collect();
    assert_eq!(
        uses,
        [(3, "MAKE", Some("One")), (4, "ALL", Some("MAKE")), (4, "MAKE", None), (6, "ALL_1x4_TESTS", Some("1"))]
    );
}

#[test]
fn other_frameworks_have_rows_too() {
    let text = "#include <catch2/catch.hpp>\nTEST_CASE(\"adds\", \"[math]\") { SECTION(\"a\") {} SECTION(\"b\") {} }\n\
                TEST_CASE(\"slow\", \"[.][slow]\") {}\nTEMPLATE_TEST_CASE(\"t\", \"[x]\", int, float) {}\n\
                BOOST_AUTO_TEST_CASE(one) {}\nBENCHMARK(BM_sum)->Range(1, 8);\n\
                extern \"C\" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) { return 0; }\n";
    let facts = facts(text.as_bytes());
    let told: Vec<_> = facts
        .tests
        .iter()
        .map(|test| (test.framework.unwrap(), test.name.as_str(), test.own_cases, test.sections, test.disabled))
        .collect();
    assert_eq!(
        told,
        [
            (CppFramework::Catch2, "adds", Some(1), 2, false),
            (CppFramework::Catch2, "slow", Some(1), 0, true),
            (CppFramework::Catch2, "t", Some(2), 0, false),
            (CppFramework::Boost, "one", Some(1), 0, false),
            (CppFramework::Benchmark, "BM_sum", Some(1), 0, false),
            (CppFramework::Fuzz, "LLVMFuzzerTestOneInput", Some(1), 0, false),
        ]
    );
    let doctest = super::facts(b"#include \"doctest.h\"\nTEST_CASE(\"a\" * doctest::skip()) {}");
    assert_eq!((doctest.tests[0].framework, doctest.tests[0].disabled), (Some(CppFramework::Doctest), true));
    assert_eq!(found("int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);"), [""; 0], "a declaration");
}

#[test]
fn hostile_texts_take_linear_time() {
    let unit = [
        "TEST(",
        "TEST(A, B) {",
        "Values<",
        "A<b,",
        "X(X(",
        "#if 0\n",
        "#define A(\\\n",
        "using T = Types<",
        "\"",
        "R\"(",
    ];
    let begin = std::time::Instant::now();
    for unit in unit {
        let text = unit.repeat(20_000);
        facts(text.as_bytes());
        facts(format!("INSTANTIATE_TEST_SUITE_P(P, S, {text}").as_bytes());
        facts(format!("INSTANTIATE_TEST_SUITE_P(P, S, {});", unit.repeat(2_000)).as_bytes());
    }
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}
