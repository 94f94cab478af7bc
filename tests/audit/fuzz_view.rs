//! What the `fuzz` view decides.

use testaudit::model::suite::{Property, Seeding, TestReason};
use testaudit::model::{Evidence, FileRole, Language, Problem, ProblemKind, Reason, SignalKind, Suite, Test};
use testaudit::views::fuzz::fuzz;
use testaudit::views::{Candidate, Priority};

use crate::build::{File, cases, draws, reason, suite};

fn parametrized(path: &str) -> File {
    File::new(path).signal(SignalKind::ParametrizeCases, 3, "pytest.mark.parametrize", "@pytest.mark.parametrize(…)")
}

fn random(path: &str) -> File {
    File::new(path).signal(SignalKind::RandomGenerator, 4, "torch.randn", "x = torch.randn(2)")
}

fn only(file: File) -> Candidate {
    let mut fuzz = fuzz(&suite([file]));
    assert_eq!((fuzz.files.len(), fuzz.non_candidates.len()), (1, 0));
    fuzz.files.remove(0)
}

fn why_not(file: File) -> String {
    why_not_in(&suite([file]))
}

fn why_not_in(suite: &Suite) -> String {
    let mut fuzz = fuzz(suite);
    assert_eq!((fuzz.files.len(), fuzz.non_candidates.len()), (0, 1));
    fuzz.non_candidates.remove(0).why
}

#[test]
fn one_reason_is_medium_two_together_or_a_property_are_high() {
    let both = parametrized("a.py").signal(SignalKind::RandomInPlace, 9, "normal_", "x.normal_()");
    assert_eq!(only(parametrized("a.py")).priority, Priority::Medium);
    assert_eq!(only(random("a.py")).priority, Priority::Medium);
    assert_eq!(only(both).priority, Priority::High);
    let property = File::new("a.py").signal(SignalKind::PropertyTest, 1, "hypothesis.given", "@given(integers())");
    assert_eq!(only(property).priority, Priority::High);
}

#[test]
fn rank_goes_by_tests_with_all_reasons_then_any_then_places_then_path_and_files_stay_sorted_by_path() {
    let both = |test: &mut _| {
        cases(test, Some(2));
        draws(test, Seeding::Unseeded);
    };
    let one = |test: &mut _| draws(test, Seeding::Unseeded);
    let high = |path: &str| parametrized(path).signal(SignalKind::RandomGenerator, 4, "torch.randn", "torch.randn(2)");
    let places = |path: &str| high(path).signal(SignalKind::RandomGenerator, 5, "torch.rand", "torch.rand(2)");
    let fuzz = fuzz(&suite([
        random("a_medium_with_many.py").test("a", one).test("b", one).test("c", one),
        high("b_any.py").test("a", one).test("b", one),
        high("c_all.py").test("a", both),
        high("d_neither.py"),
        high("e_neither.py"),
        places("f_more_places.py"),
    ]));
    let ranks: Vec<_> = fuzz.files.iter().map(|file| (file.path.as_str(), file.rank)).collect();
    assert_eq!(
        ranks,
        [
            ("a_medium_with_many.py", 6),
            ("b_any.py", 2),
            ("c_all.py", 1),
            ("d_neither.py", 4),
            ("e_neither.py", 5),
            ("f_more_places.py", 3),
        ]
    );
}

#[test]
fn a_reason_that_only_a_fixture_brings_shows_the_evidence_of_its_tests() {
    let file = File::new("test_a.py").test("test_a", |test| {
        let evidence = Evidence::new(10, "numbers", "def test_a(numbers):");
        test.reasons.push(TestReason { reason: Reason::Random, evidence, via: Some("numbers".to_owned()) });
    });
    let candidate = only(file);
    assert_eq!(candidate.reasons, [Reason::Random]);
    assert_eq!(candidate.evidence[0].line, 10);
    assert_eq!(candidate.evidence[0].via.as_deref(), Some("numbers"));
    assert_eq!(candidate.tests_with[&Reason::Random], ["test_a.py::test_a"]);
}

#[test]
fn three_places_are_shown_for_each_reason_the_strongest_first_and_repeats_on_a_line_count_once() {
    let candidate = only(
        random("a.py")
            .signal(SignalKind::RandomInitialiser, 1, "torch.nn.init.normal_", "normal_(w)")
            .signal(SignalKind::RandomGenerator, 7, "torch.rand", "torch.rand(2) + torch.rand(2)")
            .signal(SignalKind::RandomGenerator, 7, "torch.rand", "torch.rand(2) + torch.rand(2)")
            .signal(SignalKind::RandomInPlace, 2, "uniform_", "x.uniform_()"),
    );
    let lines: Vec<_> = candidate.sites(Reason::Random).map(|site| site.line).collect();
    assert_eq!(lines, [4, 7, 2]);
    let total = candidate.evidence_totals[&Reason::Random];
    assert_eq!((total.total, total.more), (4, 1));
}

#[test]
fn cases_are_a_total_only_if_every_test_has_a_known_number() {
    let known = parametrized("a.py").test("a", |test| cases(test, Some(4))).test("b", |_| ());
    assert_eq!(only(known).cases, Some(5));
    let unknown = parametrized("a.py").test("a", |test| cases(test, Some(4))).test("b", |test| cases(test, None));
    assert_eq!(only(unknown).cases, None);
    let beyond = parametrized("a.py").test("a", |test| cases(test, Some(u64::MAX))).test("b", |_| ());
    assert_eq!(only(beyond).cases, None);
}

#[test]
fn advice_notices_lists_that_hold_a_single_case() {
    let single = parametrized("a.py").test("a", |test| cases(test, Some(1))).test("b", |test| cases(test, Some(1)));
    assert_eq!(only(single).advice, "every list has a single case: add cases before generating any");
    let mixed = parametrized("a.py").test("a", |test| cases(test, Some(1))).test("b", |test| cases(test, Some(3)));
    assert_eq!(only(mixed).advice, "generate values around the 4 cases that 2 parametrized tests add up to");
    let empty = parametrized("a.py").test("a", |test| cases(test, Some(0)));
    assert_eq!(only(empty).advice, "every list of cases is empty, so that none of its tests runs: fill it first");
}

#[test]
fn advice_says_how_many_tests_draw_without_a_fixed_seed_and_from_where() {
    let file = random("a.py")
        .signal(SignalKind::RandomGenerator, 5, "numpy.random.rand", "np.random.rand()")
        .test("a", |test| draws(test, Seeding::Unseeded))
        .test("b", |test| draws(test, Seeding::Unseeded))
        .test("c", |test| draws(test, Seeding::Seeded));
    assert_eq!(
        only(file).advice,
        "make failures repeatable first, since 2 of 3 tests draw from `numpy` and `torch` without a fixed seed"
    );
    let at_import = random("a.py").test("a", |test| draws(test, Seeding::SeededAtImport));
    assert_eq!(
        only(at_import).advice,
        "seed inside each test, since the values from `torch` of 1 test depend on which tests ran before"
    );
    let unreached = random("a.py").test("a", |_| ());
    assert_eq!(
        only(unreached).advice,
        "no test found here is known to reach the draws from `torch`: find out who calls them"
    );
}

#[test]
fn advice_has_a_clause_for_each_reason() {
    let file = parametrized("a.py").test("a", |test| {
        cases(test, None);
        reason(test, Reason::Property);
    });
    let advice = only(file).advice;
    assert_eq!(advice.matches("; ").count(), 1);
    assert!(advice.starts_with("see how the cases of 1 test are made"));
    assert!(advice.ends_with("widen the strategies of 1 property test and try more examples in a nightly run"));
}

#[test]
fn each_kind_of_near_miss_says_why_it_is_no_candidate() {
    let near = |kind, name: &str| why_not(File::new("a.py").test("a", |_| ()).signal(kind, 7, name, "text"));
    assert_eq!(why_not(File::new("a.py")), "no tests found");
    assert_eq!(why_not(File::new("a.py").test("a", |_| ())), "fixed cases only");
    assert_eq!(near(SignalKind::Seed, "random.seed"), "fixed cases only");
    assert_eq!(
        near(SignalKind::SubcasesCall, "unittest.TestCase.subTest"),
        "run-time sub-cases only (`subTest` at line 7)"
    );
    assert_eq!(
        near(SignalKind::RandomEmbedded, "torch.randn"),
        "random values only in source text that is run elsewhere (line 7)"
    );
    assert_eq!(
        near(SignalKind::ParametrizeInstantiate, "instantiate_device_type_tests"),
        "instantiates device or parametrized templates without any list of cases (line 7)"
    );
    assert_eq!(
        near(SignalKind::RandomIndirect, "common.make_tensor"),
        "draws only through imported helpers (`common.make_tensor`, line 7)"
    );
}

#[test]
fn several_near_misses_are_all_named_and_each_by_its_first_place() {
    let file = File::new("a.py")
        .test("a", |_| ())
        .signal(SignalKind::SubcasesCall, 9, "subTest", "text")
        .signal(SignalKind::SubcasesCall, 5, "subTest", "text")
        .signal(SignalKind::RandomEmbedded, 8, "random.random", "text");
    assert_eq!(
        why_not(file),
        "random values only in source text that is run elsewhere (line 8); run-time sub-cases only (`subTest` at line 5)"
    );
}

#[test]
fn a_file_that_could_not_be_read_whole_is_not_called_free_of_tests_without_saying_so() {
    let mut suite = suite([File::new("a.py")]);
    suite.problems.push(Problem::file("a.py", ProblemKind::TooLarge, "`a.py` is too large"));
    assert_eq!(why_not_in(&suite), "no tests found; not all of it could be judged (`too-large`)");
}

#[test]
fn only_test_modules_count() {
    let helper =
        File::with_role("common.py", FileRole::Other).signal(SignalKind::RandomGenerator, 1, "random.random", "");
    let conftest = File::with_role("conftest.py", FileRole::Conftest);
    let totals = fuzz(&suite([helper, conftest, random("test_a.py")])).totals;
    assert_eq!((totals.files, totals.candidates, totals.random), (1, 1, 1));
}

#[test]
fn every_own_detector_is_listed_with_its_matches_in_any_file() {
    let mut suite = suite([
        File::with_role("common.py", FileRole::Other).custom("sleeps", 3, "time.sleep(1)"),
        File::new("test_a.py").custom("sleeps", 5, "time.sleep(2)").custom("unannounced", 6, "x"),
    ]);
    suite.custom_detectors =
        vec![("sockets".to_owned(), "Opens sockets".to_owned()), ("sleeps".to_owned(), "Sleeps".to_owned())];
    let custom = fuzz(&suite).custom;
    let found: Vec<_> = custom.iter().map(|own| (own.title.as_str(), own.matches.len())).collect();
    assert_eq!(found, [("Opens sockets", 0), ("Sleeps", 2), ("unannounced", 1)]);
}

#[test]
fn strategies_appear_only_for_reasons_that_occur() {
    let reasons: Vec<_> = fuzz(&suite([random("a.py")])).strategies.iter().map(|strategy| strategy.reason).collect();
    assert_eq!(reasons, [Reason::Random]);
}

/// A suite of one file of Rust.
fn of_rust(file: File) -> Suite {
    let mut suite = suite([file]);
    (suite.files[0].language, suite.files[0].role) = (Language::Rust, FileRole::Other);
    suite
}

#[test]
fn a_file_of_rust_with_tests_is_judged_by_what_its_tests_carry() {
    let property = |test: &mut Test| {
        let evidence = Evidence::new(7, "proptest::proptest", "fn holds(x in 0..9) {");
        test.reasons = vec![TestReason { reason: Reason::Property, evidence, via: None }];
    };
    let found = fuzz(&of_rust(File::new("src/lib.rs").test("a", property).test("b", |_| {})));
    assert_eq!((found.totals.files, found.totals.tests, found.totals.property_tests), (1, 2, 1));
    let candidate = &found.files[0];
    assert_eq!((candidate.priority, candidate.tests_with_any, candidate.evidence[0].line), (Priority::High, 1, 7));
    assert!(candidate.advice.contains("`cargo-fuzz`"), "{}", candidate.advice);
    assert!(found.strategies[0].steps.iter().any(|step| step.contains("`bolero`")));
    assert!(found.strategies[0].steps.iter().all(|step| !step.contains("hypothesis")));
}

#[test]
fn a_file_of_rust_without_tests_or_with_examples_alone_is_no_test_module() {
    let example = |test: &mut Test| test.properties = vec![Property::Doctest];
    for file in [File::new("src/lib.rs"), File::new("src/lib.rs").test("src/lib.rs - f (line 3)", example)] {
        let found = fuzz(&of_rust(file));
        assert_eq!((found.totals.files, found.files.len(), found.non_candidates.len()), (0, 0, 0));
    }
}

#[test]
fn cases_of_rust_are_tests_of_one_function() {
    let case = |line: u32| {
        move |test: &mut Test| {
            cases(test, Some(1));
            test.line = line;
        }
    };
    let several = of_rust(File::new("a.rs").test("f::case_1", case(3)).test("f::case_2", case(3)));
    let found = fuzz(&several);
    assert_eq!((found.totals.parametrized_tests, found.totals.single_case_tests), (2, 0));
    assert!(found.files[0].advice.starts_with("generate values"), "{}", found.files[0].advice);
    assert!(found.strategies[0].steps.iter().any(|step| step.contains("`proptest`")));
    let single = of_rust(File::new("a.rs").test("f::case_1", case(3)).test("g::case_1", case(9)));
    assert_eq!(fuzz(&single).totals.single_case_tests, 2);
}
