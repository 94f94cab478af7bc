//! The procedural macros that make tests: one row for each, and how a path finds its row. Knows names only.

use super::{Call, Context, Generated, files, listed, ntest, rstest, single, test_case};
use crate::model::Reason;
use crate::model::rust::Attribute;

/// What a macro does.
#[derive(Clone, Copy)]
pub(super) enum Effect {
    /// It makes one test of the function, at most.
    One(fn(&Call<'_, '_>) -> Vec<Generated>),
    /// It makes tests below the function's name, and hands the other attributes on to them.
    Several(fn(&Call<'_, '_>) -> Vec<Generated>),
    /// It stands for another attribute, or for none.
    Inner(fn(&Attribute) -> Option<Attribute>),
    /// It keeps a function for others to be merged with.
    Template,
    /// It passes the function to a declarative macro.
    Apply,
    /// It ignores the test, depending on the machine.
    IgnoredByMachine,
    /// It registers the function with another harness than libtest, although its name speaks of a test.
    Nothing,
}

/// A procedural macro.
pub(super) struct Row {
    /// The package that a manifest names; empty for what rustc has.
    pub(super) package: &'static str,
    /// The crates that it is exported by.
    crates: &'static [&'static str],
    /// Its names; none for all attributes of these crates.
    names: &'static [&'static str],
    pub(super) effect: Effect,
    /// Why its tests deserve fuzzing, whatever their arguments.
    pub(super) reasons: &'static [Reason],
    /// Whether the name says enough where nobody knows what it leads to.
    bare: bool,
}

const fn row(
    package: &'static str,
    crates: &'static [&'static str],
    names: &'static [&'static str],
    effect: Effect,
) -> Row {
    Row { package, crates, names, effect, reasons: &[], bare: true }
}

impl Row {
    const fn property(self) -> Self {
        Self { reasons: &[Reason::Property], ..self }
    }

    /// For names that others have too.
    const fn never_bare(self) -> Self {
        Self { bare: false, ..self }
    }
}

use Effect::{Apply, IgnoredByMachine, Inner, Nothing, One, Several, Template};

static ROWS: [Row; 28] = [
    row("", &["core", "std"], &["test"], One(single::test)),
    row("", &["core", "std"], &["bench"], One(single::bench)),
    row("rstest", &["rstest", "rstest_macros", "rstest_log"], &["rstest"], Several(rstest::tests)),
    row("rstest_reuse", &["rstest_reuse"], &["template"], Template).never_bare(),
    row("rstest_reuse", &["rstest_reuse"], &["apply"], Apply),
    row(
        "macro_rules_attribute",
        &["macro_rules_attribute", "macro_rules_attribute_proc_macro", "smol_macros"],
        &["apply", "macro_rules_attribute"],
        Apply,
    ),
    row("test-case", &["test_case", "test_case_macros"], &["test_case", "test_matrix"], Several(test_case::tests)),
    row("test-case", &["test_case", "test_case_macros"], &["case"], Several(test_case::tests)).never_bare(),
    row("ntest", &["ntest", "ntest_test_cases"], &["test_case"], Several(ntest::tests)),
    row("yare", &["yare", "yare_macro"], &["parameterized"], Several(listed::yare)),
    row("parameterized", &["parameterized", "parameterized_macro"], &["parameterized"], Several(listed::parameterized)),
    row("p-test", &["p_test"], &["p_test"], Several(listed::p_test)),
    row("test-casing", &["test_casing", "test_casing_macro"], &["test_casing"], Several(listed::test_casing)),
    row("dir-test", &["dir_test", "dir_test_macros"], &["dir_test"], Several(files::dir_test)),
    row("fixtures", &["fixtures", "fixtures_proc"], &["fixtures"], Several(files::fixtures)),
    row("test-strategy", &["test_strategy"], &["proptest"], One(single::test)).property(),
    row("proptest", &["proptest", "proptest_macro"], &["property_test"], One(single::test)).property(),
    row("quickcheck_macros", &["quickcheck_macros"], &["quickcheck"], One(single::test)).property(),
    row("hegeltest", &["hegel", "hegeltest", "hegeltest_macros"], &["test"], One(single::test)).property().never_bare(),
    row("googletest", &["googletest", "googletest_macro"], &["gtest", "test"], One(single::test)),
    row("sealed_test", &["sealed_test", "sealed_test_derive"], &["sealed_test"], One(single::test)),
    row("assay", &["assay", "assay_proc_macro"], &["assay"], One(single::assay)),
    row("pgrx-tests", &["pgrx", "pgrx_tests", "pgrx_macros"], &["pg_test"], One(single::postgres)),
    row("test-log", &["test_log", "test_log_macros", "test_env_log"], &["test"], Inner(single::logged)).never_bare(),
    row(
        "wasm-bindgen-test",
        &["wasm_bindgen_test", "wasm_bindgen_test_macro"],
        &["wasm_bindgen_test"],
        Inner(single::unsupported),
    ),
    row("test-with", &["test_with", "test_with_derive"], &[], IgnoredByMachine),
    row("libtest-mimic-collect", &["libtest_mimic_collect"], &["test"], Nothing).never_bare(),
    row("divan", &["divan", "divan_macros", "codspeed_divan_compat"], &["bench"], Nothing).never_bare(),
];

/// Any attribute that is called `test`: right 281 of 281 times where the framework was none of the above.
static UNKNOWN: Row = row("", &[], &["test"], One(single::test));

/// The packages that reveal a framework, by the name that a manifest gives them.
pub fn dependencies() -> impl Iterator<Item = &'static str> {
    let mut previous = "";
    ROWS.iter().map(|row| row.package).filter(move |package| {
        let new = *package != previous;
        previous = package;
        new && !package.is_empty()
    })
}

impl Context<'_> {
    /// The macro that an attribute's path leads to.
    pub(super) fn row(&self, path: &str) -> Option<&'static Row> {
        // Most attributes are rustc's own.
        if matches!(path, "doc" | "cfg" | "allow" | "ignore" | "should_panic" | "inline" | "must_use" | "expect") {
            return None;
        }
        let candidates = (self.canonical)(&super::segments(path));
        let known = candidates.iter().find_map(|path| self.row_of(path.trim_start_matches("::")));
        known.or_else(|| {
            let is_test = |path: &String| path.rsplit("::").next() == Some("test");
            candidates.iter().any(is_test).then_some(&UNKNOWN)
        })
    }

    fn row_of(&self, path: &str) -> Option<&'static Row> {
        let last = path.rsplit("::").next()?;
        let first = path.split("::").next()?;
        if first != path {
            let leads_to =
                |row: &&Row| row.crates.contains(&first) && (row.names.is_empty() || row.names.contains(&last));
            return ROWS.iter().find(leads_to);
        }
        let named = || ROWS.iter().filter(|row| row.names.contains(&last));
        let builtin = named().find(|row| row.package.is_empty());
        let required = || named().find(|row| (self.version)(row.package).is_some());
        builtin.or_else(required).or_else(|| named().find(|row| row.bare))
    }
}
