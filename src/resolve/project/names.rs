//! What each module of a project is there for, and under which dotted names it is imported. By paths alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::path::folder;
use crate::model::{FileRole, project::Part};

/// Folders that hold no code under test, whatever stands above them.
const SUPPORT: [&str; 22] = [
    "_vendor",
    "_vendored",
    "ci",
    "demo",
    "demos",
    "doc",
    "docs",
    "example",
    "examples",
    "extern",
    "externals",
    "notebooks",
    "packaging",
    "samples",
    "scripts",
    "third_party",
    "tools",
    "tutorials",
    "vendor",
    "vendored",
    "templates",
    "typing-examples",
];
/// The same, of benchmarks.
const BENCHMARKS: [&str; 6] = ["asv_bench", "bench", "benches", "benchmark", "benchmarks", "perf"];
/// The same, of fuzzing.
const FUZZING: [&str; 4] = ["fuzz", "fuzzers", "fuzzing", "oss-fuzz"];
/// The same, of tests; one within a package counts only if there are test modules in it.
const TESTS: [&str; 6] = ["test", "tests", "testing", "unit_tests", "integration_tests", "t"];
/// Folders of sources, which are part of no name.
const SOURCES: [&str; 3] = ["src", "lib", "python"];
/// Modules beside a package that build or configure it.
const SCRIPTS: [&str; 7] = ["setup", "noxfile", "conftest", "tasks", "fabfile", "dodo", "manage"];

/// The modules of a tree by their paths.
pub(super) struct Tree<'t> {
    packages: BTreeSet<&'t str>,
    /// Folders with test modules in them or below.
    tested: BTreeSet<&'t str>,
    /// Whether any package is code under test.
    has_packages: bool,
    /// Whether there is a package directly in `src`.
    has_src: bool,
    /// Whether a package of the root is code under test.
    has_root: bool,
    /// Folders with a `setup.py`.
    set_up: BTreeSet<&'t str>,
}

fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder(path)), |at| (!at.is_empty()).then(|| folder(at)))
}

fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".py").unwrap_or(name)
}

/// Whether the name of a file says that it holds tests, so that patterns that take every file do not.
fn says_test(path: &str) -> bool {
    let stem = file_stem(path).to_ascii_lowercase();
    stem.starts_with("test") || stem.ends_with("_test") || stem.ends_with("_tests") || stem == "conftest"
}

impl<'t> Tree<'t> {
    /// The tree of these modules.
    pub(super) fn new(modules: impl Iterator<Item = (&'t str, FileRole)> + Clone) -> Self {
        let packages: BTreeSet<&str> =
            modules.clone().filter(|(path, _)| file_stem(path) == "__init__").map(|(path, _)| folder(path)).collect();
        let tests = modules.clone().filter(|(path, role)| *role == FileRole::TestModule && says_test(path));
        let tested = tests.flat_map(|(path, _)| above(path)).collect();
        let has_src =
            packages.iter().any(|package| folder(package) == "src" && !TESTS.contains(&package[4..].trim_matches('_')));
        let set_up =
            modules.clone().filter(|(path, _)| file_stem(path) == "setup").map(|(path, _)| folder(path)).collect();
        let mut tree = Self { packages, tested, has_packages: false, has_src, has_root: false, set_up };
        let mut product = modules
            .filter(|(path, role)| file_stem(path) == "__init__" && tree.part(path, *role) == Part::Product)
            .map(|(path, _)| folder(path))
            .peekable();
        let has_packages = product.peek().is_some();
        let has_root = product.any(|package| !package.is_empty() && !package.contains('/'));
        tree.has_packages = has_packages;
        tree.has_root = has_root;
        tree
    }

    /// What a module is there for.
    pub(super) fn part(&self, path: &str, role: FileRole) -> Part {
        let folders: Vec<&str> = folder(path).split('/').filter(|part| !part.is_empty()).collect();
        let is_package = |depth: usize| self.packages.contains(folders[..depth].join("/").as_str());
        // The first folder that is a package: what stands above it is a place, what stands below it a part of it.
        let top = (1..=folders.len()).find(|depth| is_package(*depth)).map_or(folders.len(), |depth| depth - 1);
        // Tests of scripts and tools are tests.
        if role == FileRole::Conftest || role == FileRole::TestModule && says_test(path) {
            return Part::Tests;
        }
        // Where sources have a folder of their own, packages beside it are for its tests.
        let in_src = |folders: &[&str]| folders.first() == Some(&"src");
        if self.has_src && !in_src(&folders) && top == 0 && !folders.is_empty() && !folders.contains(&"src") {
            let is_test = folders.iter().any(|name| TESTS.contains(&name.trim_matches('_')));
            return if is_test { Part::Tests } else { Part::Support };
        }
        for (depth, name) in folders.iter().enumerate() {
            let inside = depth > top;
            let lower = name.to_ascii_lowercase();
            // `_tests` are tests that are not offered.
            let bare = lower.trim_matches('_');
            let has = |names: &[&str]| names.contains(&lower.as_str());
            let path = folders[..=depth].join("/");
            let is_tested = self.tested.contains(path.as_str());
            let is_outside = !inside && (depth == 0 || lower == "tests");
            if TESTS.contains(&bare) && (is_tested || is_outside || inside && bare == "tests")
                || lower.starts_with("test_") && is_tested
            {
                return Part::Tests;
            }
            let plain = !inside || !is_package(depth + 1);
            // `benchmark` may be what a package offers; `benchmarks` are those of its authors.
            if has(&BENCHMARKS) && (plain || is_tested || lower == "benchmarks" && folders.len() > 1) {
                return Part::Benchmarks;
            }
            if has(&FUZZING) && plain {
                return Part::Fuzzing;
            }
            // Beside the package, `NAME_scripts` holds what its authors run.
            if !inside && (lower.ends_with("_scripts") || lower.ends_with("-scripts")) {
                return Part::Support;
            }
            if has(&SUPPORT) && (plain || lower.contains("vendor") || lower == "extern" || lower == "third_party") {
                return Part::Support;
            }
        }
        // Beside a package at the root, one in another folder is published elsewhere or run by hand, unless it has tests there.
        if self.has_root && (1..folders.len()).contains(&top) {
            let beside = folders[..top].join("/");
            let is_own = (1..=top).any(|depth| self.set_up.contains(folders[..depth].join("/").as_str()));
            if !SOURCES.contains(&folders[top - 1]) && !is_own && !self.tested.contains(beside.as_str()) {
                return Part::Support;
            }
        }
        let stem = file_stem(path);
        if stem.starts_with("fuzz_") && top >= folders.len() {
            return Part::Fuzzing;
        }
        match self.name(path) {
            Some(_) if self.is_shipped(path, &folders) => Part::Product,
            _ => Part::Support,
        }
    }

    /// Whether a module is part of a package, or stands where the modules stand that a project installs.
    fn is_shipped(&self, path: &str, folders: &[&str]) -> bool {
        let stem = file_stem(path);
        let in_package = self.packages.contains(folder(path));
        let in_sources = folders.first().is_some_and(|first| *first == "src");
        let below_package = above(path).any(|folder| !folder.is_empty() && self.packages.contains(folder));
        let alone = folders.is_empty() && !self.has_packages && !SCRIPTS.contains(&stem);
        stem != "conftest" && (in_package || in_sources) || below_package || alone
    }

    /// The dotted name under which a module is imported; `None` where its path makes none.
    pub(super) fn name(&self, path: &str) -> Option<String> {
        let mut base = folder(path);
        while !base.is_empty() && self.packages.contains(base) {
            base = folder(base);
        }
        // A folder without `__init__.py` can be a package all the same: then it is one up to the sources, or to the root.
        let is_source = |at: &&str| SOURCES.contains(&at.rsplit('/').next().unwrap_or(at));
        let sources = std::iter::once(base).chain(above(base)).find(is_source);
        let base = match sources {
            Some(sources) => sources,
            None if self.packages.contains(folder(path)) => base,
            None => "",
        };
        let inner = path.strip_prefix(base).unwrap_or(path).trim_start_matches('/');
        let inner = inner.strip_suffix(".py").unwrap_or(inner);
        let inner = inner.strip_suffix("/__init__").unwrap_or(inner);
        let is_name = |part: &str| {
            let mut letters = part.chars();
            letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
                && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
        };
        inner.split('/').all(is_name).then(|| inner.replace('/', "."))
    }
}

/// Modules by every dotted name under which they may be imported.
pub(super) struct Index(BTreeMap<String, Vec<usize>>);

impl Index {
    /// The index of these paths, in their order.
    pub(super) fn new<'p>(paths: impl Iterator<Item = &'p str>, tree: &Tree<'_>) -> Self {
        let mut index: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, path) in paths.enumerate() {
            let mut names = BTreeSet::new();
            names.extend(tree.name(path));
            let plain = path.strip_suffix(".py").unwrap_or(path);
            let plain = plain.strip_suffix("/__init__").unwrap_or(plain);
            // From the root, and from each folder above that holds sources.
            names.insert(plain.replace('/', "."));
            // Beside whoever asks.
            if tree.packages.contains(folder(path)) || file_stem(path) != "__init__" {
                names.insert(file_stem(path).to_owned());
            }
            for name in names {
                index.entry(name).or_default().push(place);
            }
        }
        Self(index)
    }

    /// The modules of a dotted name, seen from a folder: one beside or above it comes before others.
    pub(super) fn get(&self, name: &str) -> &[usize] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The folder that a relative import begins in: that of the module, then one up for each dot beyond the first.
pub(super) fn relative_folder(path: &str, dots: usize) -> Option<&str> {
    let mut at = folder(path);
    for _ in 1..dots {
        if at.is_empty() {
            return None;
        }
        at = folder(at);
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(paths: &[&str]) -> Vec<(Part, Option<String>)> {
        let role = |path: &&str| match says_test(path) {
            true if path.ends_with("conftest.py") => FileRole::Conftest,
            true => FileRole::TestModule,
            false => FileRole::Other,
        };
        let tree = Tree::new(paths.iter().map(|path| (*path, role(path))));
        paths.iter().map(|path| (tree.part(path, role(path)), tree.name(path))).collect()
    }

    #[test]
    fn packages_are_code_under_test_wherever_they_stand() {
        for path in ["pkg/__init__.py", "src/pkg/__init__.py", "packages/one/src/pkg/__init__.py"] {
            let (part, name) = parts(&[path, "tests/test_a.py"]).remove(0);
            assert_eq!((part, name.as_deref()), (Part::Product, Some("pkg")), "{path}");
        }
        let found = parts(&["src/space/pkg/a.py", "src/one.py"]);
        assert_eq!(found[0], (Part::Product, Some("space.pkg.a".to_owned())));
        assert_eq!(found[1], (Part::Product, Some("one".to_owned())));
    }

    #[test]
    fn a_single_module_is_code_under_test_where_there_is_no_package() {
        assert_eq!(
            parts(&["six.py", "setup.py", "test_six.py"]).iter().map(|own| own.0).collect::<Vec<_>>(),
            [Part::Product, Part::Support, Part::Tests]
        );
        assert_eq!(parts(&["helper.py", "pkg/__init__.py"])[0].0, Part::Support);
    }

    #[test]
    fn tests_of_tools_are_tests_and_packages_beside_sources_are_no_code_under_test() {
        let paths = ["src/pkg/__init__.py", "dummyserver/__init__.py", "tools/test/test_a.py", "test/helper.py"];
        let found: Vec<_> = parts(&paths).into_iter().map(|(part, _)| part).collect();
        assert_eq!(found, [Part::Product, Part::Support, Part::Tests, Part::Tests]);
    }

    #[test]
    fn folders_say_what_is_no_code_under_test() {
        for (path, part) in [
            ("tests/helpers.py", Part::Tests),
            ("pkg/tests/__init__.py", Part::Tests),
            ("docs/conf.py", Part::Support),
            ("benchmarks/run.py", Part::Benchmarks),
            ("pkg/benchmarks/__init__.py", Part::Benchmarks),
            ("pkg/benchmark/__init__.py", Part::Product),
            ("fuzz/fuzz_a.py", Part::Fuzzing),
            ("pkg/_vendor/x/__init__.py", Part::Support),
            ("tools/build/__init__.py", Part::Support),
            ("pkg_scripts/build.py", Part::Support),
            ("pkg_scripts/__init__.py", Part::Support),
            ("pkg/user_scripts/__init__.py", Part::Product),
        ] {
            assert_eq!(parts(&[path, "pkg/__init__.py"])[0].0, part, "{path}");
        }
    }

    #[test]
    fn a_package_that_is_named_like_tests_and_has_none_is_code_under_test() {
        let paths = ["pkg/__init__.py", "pkg/test/__init__.py", "pkg/test/client.py", "tests/test_a.py"];
        assert_eq!(parts(&paths)[2].0, Part::Product);
        let paths = ["pkg/__init__.py", "pkg/test/__init__.py", "pkg/test/test_a.py", "pkg/test/client.py"];
        assert_eq!(parts(&paths)[3].0, Part::Tests);
        // An underscore says that it is not offered, no more.
        let paths = ["pkg/__init__.py", "pkg/_tests/__init__.py", "pkg/_tests/typed/a.py", "pkg/_testing/__init__.py"];
        assert_eq!(parts(&paths)[2].0, Part::Tests);
        assert_eq!(parts(&paths)[3].0, Part::Product);
    }

    #[test]
    fn beside_a_package_at_the_root_others_are_code_under_test_where_they_are_tested_or_set_up() {
        let one = |more: &[&str]| {
            let paths = [&["apps/one/__init__.py", "pkg/__init__.py", "pkg/tests/test_a.py"], more].concat();
            parts(&paths)[0].0
        };
        assert_eq!(one(&[]), Part::Support);
        assert_eq!(one(&["apps/one/tests/test_b.py"]), Part::Product);
        assert_eq!(one(&["apps/setup.py"]), Part::Product);
        let alone = parts(&["apps/one/__init__.py", "tests/__init__.py", "tests/test_a.py"]);
        assert_eq!(alone[0].0, Part::Product);
        let sources = parts(&["lib/one/__init__.py", "pkg/__init__.py"]);
        assert_eq!(sources[0].0, Part::Product);
    }

    #[test]
    fn what_no_import_can_name_has_no_name() {
        assert_eq!(parts(&["pkg/{{name}}/a.py", "pkg/__init__.py"])[0].1, None);
        assert_eq!(parts(&["pkg/my-script.py", "pkg/__init__.py"])[0].1, None);
    }
}
