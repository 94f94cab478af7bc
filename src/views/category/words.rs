//! Which words of markers, folders and files name a category: tables, and how a name is taken apart. Refuses to know what a
//! test does.

use super::Category;

/// A category and its words, in lower case with `_`.
struct Row {
    category: Category,
    /// Words that name it as a marker or as a folder.
    words: &'static [&'static str],
    /// Words that name it in the name of a file of tests, and where they stand.
    file: &'static [(&'static str, Position)],
}

/// Where in a file's name a word counts. What a file tests stands in its name too: `test_profiler.py` tests a profiler, and
/// `test_benchmark_utils.py` helpers of benchmarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// As any word.
    Any,
    /// As the last word, or the only one.
    Last,
    /// As the first or last word of a file whose name does not say that it is a test.
    Plain,
    /// As the first word of a file whose name does not say that it is a test.
    First,
}

use Position::{Any, First, Last, Plain};

/// In the order in which they are looked for: the more special kind comes first.
const ROWS: [Row; 11] = [
    Row {
        category: Category::Fuzz,
        words: &["fuzz", "fuzzing", "fuzzers", "fuzz_targets"],
        file: &[("fuzz", Any), ("fuzzing", Any)],
    },
    Row {
        category: Category::Property,
        words: &["property", "property_based", "properties", "hypothesis", "parametric"],
        file: &[("property_based", Any), ("hypothesis", Last)],
    },
    Row {
        category: Category::Benchmark,
        words: &[
            "bench",
            "benches",
            "benchmark",
            "benchmarks",
            "benchmarking",
            "microbenchmark",
            "microbenchmarks",
            "perf",
            "performance",
            "asv_bench",
        ],
        file: &[
            ("bench", Last),
            ("perf", Last),
            ("bench", First),
            ("perf", First),
            ("benchmark", Plain),
            ("benchmarks", Plain),
            ("microbenchmark", Plain),
        ],
    },
    Row {
        category: Category::Profiling,
        words: &["profile", "profiling"],
        file: &[("profile", First), ("profiling", First)],
    },
    Row {
        category: Category::Stress,
        words: &["stress", "load", "load_test", "load_tests", "soak"],
        file: &[("stress", Last), ("stress", First), ("soak", Last), ("load_test", Any)],
    },
    Row {
        category: Category::FaultTolerance,
        words: &["fault_tolerance", "ft", "chaos", "resilience", "resiliency", "fault_injection"],
        file: &[("fault_tolerance", Any), ("chaos", Any), ("fault_injection", Any), ("resilience", Last)],
    },
    Row { category: Category::Security, words: &["security"], file: &[("security", Last), ("security", First)] },
    Row {
        category: Category::EndToEnd,
        words: &["e2e", "end_to_end", "endtoend", "end2end", "acceptance", "system", "uat"],
        file: &[("e2e", Any), ("end_to_end", Any), ("end2end", Any), ("acceptance", Last)],
    },
    Row {
        category: Category::Integration,
        words: &["integration", "integrations", "integ", "functional", "interop", "integration_test"],
        file: &[("integration", Any), ("integ", Last)],
    },
    Row {
        category: Category::Unit,
        words: &["unit", "unittest", "unittests", "units", "ut", "unit_test", "unit_tests"],
        file: &[("unit", Last), ("unittest", Plain), ("unit_test", Any)],
    },
    Row {
        category: Category::Smoke,
        words: &["smoke", "sanity", "smoke_test", "smoke_tests"],
        file: &[("smoke", Any), ("sanity", Last), ("sanity", First)],
    },
];

/// Names of folders below which tests stand.
const ROOTS: [&str; 6] = ["test", "tests", "testing", "t", "spec", "specs"];

/// A marker's category.
pub(super) fn of_marker(marker: &str) -> Option<Category> {
    let name = normal(marker);
    // A list of marks names these for other ends: `load` distributes, `system` and `units` are subjects.
    let ambiguous = ["load", "system", "units", "ft", "t", "properties", "parametric", "profile", "integrations"];
    let row = ROWS.iter().find(|row| row.words.iter().any(|word| *word == name || without_test(&name) == *word))?;
    (!ambiguous.contains(&name.as_str())).then_some(row.category)
}

/// The category that a folder's name gives.
fn of_folder(folder: &str) -> Option<Category> {
    let name = normal(folder);
    let bare = without_test(&name);
    ROWS.iter().find(|row| row.words.iter().any(|word| *word == name || *word == bare)).map(|row| row.category)
}

/// The category of the nearest folder that names one, with that folder's path. Below a folder of tests only what is below it
/// counts: what is above names a part of the product.
pub(super) fn of_folders(path: &str) -> Option<(Category, &str)> {
    let (folders, _) = path.rsplit_once('/')?;
    let parts: Vec<&str> = folders.split('/').collect();
    let root = parts.iter().position(|part| is_root(part));
    let from = root.map_or(0, |root| if of_folder(parts[root]).is_some() { root } else { root + 1 });
    (from..parts.len()).rev().find_map(|at| {
        let category = of_folder(parts[at])?;
        let end: usize = parts[..=at].iter().map(|part| part.len() + 1).sum();
        Some((category, &folders[..end - 1]))
    })
}

/// The folders between that of the tests and the file, without those that name a category; `None` where there are none.
pub(super) fn below_tests(path: &str) -> Option<String> {
    let (folders, _) = path.rsplit_once('/')?;
    let parts: Vec<&str> = folders.split('/').collect();
    let root = parts.iter().position(|part| is_root(part)).map_or(0, |root| root + 1);
    let below: Vec<&str> = parts[root..].iter().copied().filter(|part| of_folder(part).is_none()).collect();
    (!below.is_empty()).then(|| below.join("/"))
}

/// Where a file's tests are counted: the folder of tests with the next one below it, else the first two folders.
pub fn location(path: &str) -> &str {
    let Some((folders, _)) = path.rsplit_once('/') else { return "." };
    let parts: Vec<&str> = folders.split('/').collect();
    let depth = parts.iter().position(|part| is_root(part)).map_or(2, |root| root + 2).min(parts.len());
    let end: usize = parts[..depth].iter().map(|part| part.len() + 1).sum();
    &folders[..end - 1]
}

/// Whether a folder is one of tests: `tests`, `unit-tests`, `tests_integration`.
pub fn is_root(folder: &str) -> bool {
    let name = normal(folder);
    ROOTS.contains(&name.as_str())
        || name.ends_with("_tests")
        || name.ends_with("_test")
        || name.starts_with("tests_")
        || name.starts_with("test_")
}

/// The category that a file's name gives, with the word.
pub(super) fn of_file(path: &str) -> Option<(Category, &'static str)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = normal(name.split_once('.').map_or(name, |(stem, _)| stem));
    let bare = without_test(&stem);
    let says_test = bare.len() < stem.len();
    let is_last = |word: &str| bare == word || bare.ends_with(&format!("_{word}"));
    let is_first = |word: &str| bare == word || bare.starts_with(&format!("{word}_"));
    let matches = |word: &str, position: Position| match position {
        Any => format!("_{bare}_").contains(&format!("_{word}_")),
        Last => is_last(word),
        First => !says_test && is_first(word),
        Plain => !says_test && (is_first(word) || is_last(word)),
    };
    let row = |row: &Row| {
        row.file.iter().find(|(word, position)| matches(word, *position)).map(|(word, _)| (row.category, *word))
    };
    ROWS.iter().find_map(row)
}

/// Lower case, with `_` between words.
fn normal(name: &str) -> String {
    name.chars().map(|letter| if letter == '-' || letter == ' ' { '_' } else { letter.to_ascii_lowercase() }).collect()
}

/// Without what says that it is a test.
fn without_test(name: &str) -> &str {
    let name = ["test_", "tests_"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    ["_test", "_tests"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_name_categories_and_others_do_not() {
        use Category::{
            Benchmark, EndToEnd, FaultTolerance, Fuzz, Integration, Profiling, Property, Security, Smoke, Stress, Unit,
        };
        for (marker, expected) in [
            ("unit", Some(Unit)),
            ("unit_test", Some(Unit)),
            ("integration", Some(Integration)),
            ("functional", Some(Integration)),
            ("e2e", Some(EndToEnd)),
            ("end_to_end", Some(EndToEnd)),
            ("smoke", Some(Smoke)),
            ("sanity", Some(Smoke)),
            ("benchmark", Some(Benchmark)),
            ("performance", Some(Benchmark)),
            ("profiling", Some(Profiling)),
            ("stress", Some(Stress)),
            ("security", Some(Security)),
            ("fault_tolerance", Some(FaultTolerance)),
            ("fuzz", Some(Fuzz)),
            ("hypothesis", Some(Property)),
            ("slow", None),
            ("nightly", None),
            ("load", None),
            ("parametrize", None),
            ("units", None),
        ] {
            assert_eq!(of_marker(marker), expected, "{marker}");
        }
    }

    #[test]
    fn the_nearest_folder_below_the_tests_names_the_category() {
        use Category::{Benchmark, EndToEnd, FaultTolerance, Fuzz, Integration, Smoke, Stress, Unit};
        for (path, expected) in [
            ("tests/unit/test_a.py", Some((Unit, "tests/unit"))),
            ("tests/unit/ml/test_a.py", Some((Unit, "tests/unit"))),
            ("tests/integration/unit/test_a.py", Some((Unit, "tests/integration/unit"))),
            ("tests/unit-tests/test_a.py", Some((Unit, "tests/unit-tests"))),
            ("integration_tests/test_a.py", Some((Integration, "integration_tests"))),
            ("e2e/test_a.py", Some((EndToEnd, "e2e"))),
            ("benchmarks/test_a.py", Some((Benchmark, "benchmarks"))),
            ("tests/fault_tolerance/test_a.py", Some((FaultTolerance, "tests/fault_tolerance"))),
            ("tests/smoke/x/test_a.py", Some((Smoke, "tests/smoke"))),
            ("tests/stress/test_a.py", Some((Stress, "tests/stress"))),
            ("fuzz/test_a.py", Some((Fuzz, "fuzz"))),
            ("src/integrations/tests/test_a.py", None),
            ("torch/utils/benchmark/tests/test_a.py", None),
            ("tests/profiler/test_a.py", None),
            ("tests/distributed/test_a.py", None),
            ("test_a.py", None),
        ] {
            assert_eq!(of_folders(path), expected, "{path}");
        }
    }

    #[test]
    fn words_of_a_file_s_name_count_where_they_are_not_its_subject() {
        use Category::{
            Benchmark, EndToEnd, FaultTolerance, Fuzz, Integration, Profiling, Security, Smoke, Stress, Unit,
        };
        for (path, expected) in [
            ("tests/test_e2e_flow.py", Some(EndToEnd)),
            ("tests/test_checkpoint_integration.py", Some(Integration)),
            ("tests/test_sum_bench.py", Some(Benchmark)),
            ("tests/benchmark_sum.py", Some(Benchmark)),
            ("tests/profile_memory.py", Some(Profiling)),
            ("tests/test_smoke.py", Some(Smoke)),
            ("tests/test_fault_tolerance.py", Some(FaultTolerance)),
            ("tests/test_security.py", Some(Security)),
            ("tests/test_queue_stress.py", Some(Stress)),
            ("tests/test_fuzz_parser.py", Some(Fuzz)),
            ("tests/sum_unit_test.py", Some(Unit)),
            ("tests/sum_benchmark.py", Some(Benchmark)),
            ("tests/test_benchmark_utils.py", None),
            ("tests/test_throughput_benchmark.py", None),
            ("tests/test_jit_profiling.py", None),
            ("tests/test_functional.py", None),
            ("tests/test_unittest.py", None),
            ("tests/test_profiler.py", None),
            ("tests/test_profile_page.py", None),
            ("tests/test_stress_tensor.py", None),
            ("tests/test_unit_conversion.py", None),
            ("tests/test_properties.py", None),
            ("tests/test_security_groups.py", None),
            ("tests/test_integrations_of_x.py", None),
        ] {
            assert_eq!(of_file(path).map(|(category, _)| category), expected, "{path}");
        }
    }
}
