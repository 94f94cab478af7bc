//! Words for the figures of each section, shared by the formats for people.

use crate::model::{Language, Reason};
use crate::views::{BinaryRow, FuzzTotals, Inventory, InventoryTotals, LanguageRow, Markers};

/// A figure: what is counted, how many there are, and what it is a share of.
pub(super) struct Figure {
    /// What is counted.
    pub(super) label: &'static str,
    /// How many.
    pub(super) value: u64,
    /// Of how many, where a share says something.
    pub(super) whole: Option<u64>,
}

impl Figure {
    /// The number, with its percentage where it is a share.
    pub(super) fn text(&self) -> String {
        match self.whole {
            Some(whole) if whole > 0 => format!("{} ({})", self.value, percent(self.value, whole)),
            _ => self.value.to_string(),
        }
    }
}

/// With one decimal, rounded half up, computed in integers.
fn percent(part: u64, whole: u64) -> String {
    let tenths = (u128::from(part) * 2000 + u128::from(whole)) / (u128::from(whole) * 2);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// How a report names a reason.
pub(super) fn reason_label(reason: Reason) -> &'static str {
    match reason {
        Reason::Parametrized => "Parametrized tests",
        Reason::Random => "Random data generation",
        Reason::Property => "Property-based testing",
    }
}

/// The figures of the `fuzz` section.
pub(super) fn fuzz(totals: &FuzzTotals) -> Vec<Figure> {
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let files = Some(number(totals.files));
    let candidates = Some(number(totals.candidates));
    let row = |label, value, whole| Figure { label, value: number(value), whole };
    vec![
        row("Total test files", totals.files, None),
        row("Fuzz testing candidates", totals.candidates, files),
        row("Non-candidates", totals.non_candidates, files),
        row("Candidates with parametrized tests", totals.parametrized, candidates),
        row("Candidates with random data generation", totals.random, candidates),
        row("Candidates with both", totals.both, candidates),
        row("Candidates with property-based testing", totals.property, candidates),
        row("High priority", totals.high, candidates),
        row("Medium priority", totals.medium, candidates),
    ]
}

/// The figures of the `inventory` section.
pub(super) fn inventory(totals: &InventoryTotals) -> Vec<Figure> {
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let tests = Some(number(totals.tests));
    let row = |label, value, whole| Figure { label, value: number(value), whole };
    vec![
        row("Files", totals.files, None),
        row("Test modules", totals.test_modules, None),
        row("Test modules without tests", totals.test_modules_without_tests, Some(number(totals.test_modules))),
        row("conftest files", totals.conftest_files, None),
        row("Other files with test functions", totals.other_files_with_test_functions, None),
        Figure { label: "Lines", value: totals.lines, whole: None },
        row("Tests", totals.tests, None),
        row("Classes with tests", totals.suites, None),
        row("Async tests", totals.async_tests, tests),
        row("Parametrized tests", totals.parametrized_tests, tests),
        row("Tests with random data", totals.random_tests, tests),
        row("Property-based tests", totals.property_tests, tests),
        Figure { label: "Known cases", value: totals.known_cases, whole: None },
        row("Tests with an unknown number of cases", totals.tests_with_unknown_cases, tests),
        row("Tests multiplied by a framework", totals.multiplied_tests, tests),
        row("Tests with run-time sub-cases", totals.tests_with_runtime_subcases, tests),
    ]
}

/// The figures of the `markers` section.
pub(super) fn markers(markers: &Markers) -> Vec<Figure> {
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let row = |label, value, whole| Figure { label, value: number(value), whole };
    vec![
        row("Registered markers", markers.registered.len(), None),
        row("Used markers", markers.used.len(), None),
        row("Unregistered markers", markers.unregistered.len(), Some(number(markers.used.len()))),
        row("Unused markers", markers.unused.len(), None),
    ]
}

/// The number of a binary's tests.
pub(super) fn tests(row: &BinaryRow) -> String {
    row.tests.map_or_else(|| "own harness".to_owned(), |tests| tests.to_string())
}

/// The columns of [`languages`].
pub(super) const LANGUAGES: [&str; 6] = ["Language", "Files", "Test files", "Lines", "Tests", "Always skipped"];

/// The figures of each language; nothing where Python is the only one, of which the totals say as much.
pub(super) fn languages(inventory: &Inventory) -> Vec<Vec<String>> {
    if inventory.languages.iter().all(|row| row.language == Language::Python) {
        return Vec::new();
    }
    let row = |row: &LanguageRow| {
        let numbers = [row.files, row.test_files].map(|number| number.to_string());
        let behind = [row.tests, row.skipped].map(|number| number.to_string());
        let cells = std::iter::once(row.language.title().to_owned())
            .chain(numbers)
            .chain([row.lines.to_string()])
            .chain(behind);
        cells.collect()
    };
    inventory.languages.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_round_to_one_decimal() {
        assert_eq!(percent(180, 241), "74.7%");
        assert_eq!(percent(1, 3), "33.3%");
        assert_eq!(percent(2, 3), "66.7%");
        assert_eq!(percent(1, 2000), "0.1%");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.0%");
    }

    #[test]
    fn a_share_of_nothing_has_no_percentage() {
        assert_eq!(Figure { label: "Non-candidates", value: 0, whole: Some(0) }.text(), "0");
    }
}
