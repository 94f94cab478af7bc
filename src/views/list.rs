//! Every test by its id, as `pytest --collect-only` lists them.

use serde::Serialize;

use crate::model::{Gate, Language, Problem, SkipStatus, Suite, Test, TestFile, suite::Property};

/// The list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct List {
    /// The root that paths are relative to, itself relative to the current directory.
    pub root: String,
    /// Every test: by path, then in pytest's order.
    pub tests: Vec<ListedTest>,
    /// What could not be judged.
    pub problems: Vec<Problem>,
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedTest {
    /// pytest's node id without the parameter suffix; of Rust, the binary and the name.
    pub id: String,
    /// The language.
    pub language: Language,
    /// The file that it is collected in, relative to the root.
    pub path: String,
    /// 1-based line of its first decorator, else of `def`; in `defined_in` where that is given.
    pub line: u32,
    /// The file of its definition, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defined_in: Option<String>,
    /// Of Rust, nextest's id of the binary that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binary: Option<String>,
    /// The enclosing classes or modules.
    pub suite: Option<String>,
    /// The function's name; of Rust, with its modules.
    pub name: String,
    /// Of Rust, whether a plain run leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored: Option<bool>,
    /// How many items pytest makes of it; `None` where that cannot be known from the source.
    pub cases: Option<u64>,
    /// Names of its marks, sorted.
    pub markers: Vec<String>,
    /// Names of the fixtures that it gets, sorted.
    pub fixtures: Vec<String>,
    /// What decides at run time whether it runs.
    pub gates: Vec<Gate>,
    /// Whether it is skipped.
    pub skip: SkipStatus,
    /// Of Rust, why, where its attribute says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_reason: Option<String>,
    /// What else is worth knowing.
    pub properties: Vec<Property>,
}

/// Lists the tests of a suite.
pub fn list(suite: &Suite) -> List {
    let tests = suite.files.iter().flat_map(|file| file.tests.iter().map(move |test| listed(file, test)));
    List { root: suite.root.clone(), tests: tests.collect(), problems: suite.problems.clone() }
}

fn listed(file: &TestFile, test: &Test) -> ListedTest {
    ListedTest {
        id: test.id.clone(),
        language: file.language,
        path: file.path.clone(),
        line: test.line,
        defined_in: test.defined_in.clone(),
        binary: test.binary.clone(),
        suite: test.suite.clone(),
        name: test.name.clone(),
        ignored: test.binary.as_ref().map(|_| test.skip == SkipStatus::Always),
        // Of an empty list pytest makes one item that it skips.
        cases: test.cases.map(|cases| cases.max(1)),
        markers: test.markers.clone(),
        fixtures: test.fixtures.clone(),
        gates: test.gates.clone(),
        skip: test.skip,
        skip_reason: test.skip_reason.clone(),
        properties: test.properties.clone(),
    }
}
