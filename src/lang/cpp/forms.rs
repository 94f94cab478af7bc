//! The macros by which frameworks of C++ make tests: a table. Owns what a macro's name says; refuses to read any text.

use crate::model::cpp::{CppFramework, CppKind};

/// How the arguments of a macro name a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// `(Suite, Name)`.
    SuiteAndName,
    /// `("name", "[tags]", …)`; what follows are types, where it is so.
    Text,
    /// `(Fixture, "name", …)`.
    FixtureAndText,
    /// `("name", Type, Type…)`.
    TextAndTypes,
    /// `("name", T, Type, Type…)`.
    TextVariableAndTypes,
    /// `(name, …)`.
    Name,
    /// A function of this name.
    Function,
}

/// A macro.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) framework: CppFramework,
    pub(super) kind: CppKind,
    pub(super) naming: Naming,
    /// Whether a body follows.
    pub(super) has_body: bool,
}

const fn form(name: &'static str, framework: CppFramework, kind: CppKind, naming: Naming, has_body: bool) -> Form {
    Form { name, framework, kind, naming, has_body }
}

use CppFramework::{Benchmark, Boost, Catch2, Fuzz, Gtest};
use CppKind::{Open, Plain, TypePattern, Typed, Valued};

/// All of them. doctest has names of Catch2; which of the two it is, the file tells.
pub(super) const FORMS: [Form; 30] = [
    form("TEST", Gtest, Plain, Naming::SuiteAndName, true),
    form("TEST_F", Gtest, Plain, Naming::SuiteAndName, true),
    form("GTEST_TEST", Gtest, Plain, Naming::SuiteAndName, true),
    form("GTEST_TEST_F", Gtest, Plain, Naming::SuiteAndName, true),
    form("TEST_P", Gtest, Valued, Naming::SuiteAndName, true),
    form("TYPED_TEST", Gtest, Typed, Naming::SuiteAndName, true),
    form("TYPED_TEST_P", Gtest, TypePattern, Naming::SuiteAndName, true),
    form("FUZZ_TEST", Fuzz, Open, Naming::SuiteAndName, false),
    form("FUZZ_TEST_F", Fuzz, Open, Naming::SuiteAndName, false),
    form("LLVMFuzzerTestOneInput", Fuzz, Open, Naming::Function, true),
    form("TEST_CASE", Catch2, Plain, Naming::Text, true),
    form("CATCH_TEST_CASE", Catch2, Plain, Naming::Text, true),
    form("DOCTEST_TEST_CASE", CppFramework::Doctest, Plain, Naming::Text, true),
    form("SCENARIO", Catch2, Plain, Naming::Text, true),
    form("TEST_CASE_METHOD", Catch2, Plain, Naming::FixtureAndText, true),
    form("TEST_CASE_FIXTURE", CppFramework::Doctest, Plain, Naming::FixtureAndText, true),
    form("TEST_CASE_PERSISTENT_FIXTURE", Catch2, Plain, Naming::FixtureAndText, true),
    form("TEMPLATE_TEST_CASE", Catch2, Plain, Naming::TextAndTypes, true),
    form("TEMPLATE_TEST_CASE_SIG", Catch2, Open, Naming::Text, true),
    form("TEMPLATE_LIST_TEST_CASE", Catch2, Open, Naming::Text, true),
    form("TEMPLATE_PRODUCT_TEST_CASE", Catch2, Open, Naming::Text, true),
    form("TEST_CASE_TEMPLATE", CppFramework::Doctest, Plain, Naming::TextVariableAndTypes, true),
    form("BOOST_AUTO_TEST_CASE", Boost, Plain, Naming::Name, true),
    form("BOOST_FIXTURE_TEST_CASE", Boost, Plain, Naming::Name, true),
    form("BOOST_AUTO_TEST_CASE_TEMPLATE", Boost, Open, Naming::Name, true),
    form("BOOST_DATA_TEST_CASE", Boost, Open, Naming::Name, true),
    form("BENCHMARK", Benchmark, Open, Naming::Name, false),
    form("BENCHMARK_CAPTURE", Benchmark, Open, Naming::Name, false),
    form("BENCHMARK_TEMPLATE", Benchmark, Open, Naming::Name, false),
    form("BENCHMARK_F", Benchmark, Open, Naming::SuiteAndName, false),
];

/// The macro of this name.
pub(super) fn named(name: &[u8]) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.name.as_bytes() == name)
}

/// Words of which every file has one that makes tests, or calls a macro that does.
pub(super) const WORDS: [&[u8]; 4] = [b"TEST", b"SCENARIO", b"BENCHMARK", b"LLVMFuzzerTestOneInput"];

/// Macros that give values or types to a suite: the name, and whether they give types.
pub(super) const INSTANTIATIONS: [(&str, Instantiates); 8] = [
    ("INSTANTIATE_TEST_SUITE_P", Instantiates::Values),
    ("INSTANTIATE_TEST_CASE_P", Instantiates::Values),
    ("TYPED_TEST_SUITE", Instantiates::Types),
    ("TYPED_TEST_CASE", Instantiates::Types),
    ("INSTANTIATE_TYPED_TEST_SUITE_P", Instantiates::Pattern),
    ("INSTANTIATE_TYPED_TEST_CASE_P", Instantiates::Pattern),
    ("GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST", Instantiates::Nothing),
    ("GTEST_ALLOW_UNINSTANTIATED_TYPE_PARAMETERIZED_TEST", Instantiates::Nothing),
];

/// What an instantiation gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instantiates {
    /// `(prefix, Suite, generator)`.
    Values,
    /// `(Suite, Types)`.
    Types,
    /// `(prefix, Suite, Types)`.
    Pattern,
    /// `(Suite)`: it says that nobody has to.
    Nothing,
}
