//! What collection meets besides tests: fixtures, hooks, and what it leaves out although it looks like tests.

use super::{Region, about::Prose};

/// A fixture that a test module, a conftest file or a plugin of the tree defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureDefinition {
    /// The name by which it is requested.
    pub name: String,
    /// The name of its function.
    pub at: Region,
    /// Whether tests get it unasked.
    pub autouse: bool,
    /// Whether some test gets it, or something asks for it by its name.
    pub used: bool,
    /// Whether names that are computed are asked for where it is seen.
    pub computed: bool,
    /// Whether a known plugin has a fixture of this name, which it may call itself.
    pub overrides: bool,
    /// How many tests get it.
    pub users: usize,
    /// Its scope; `None` where that is computed.
    pub scope: Option<String>,
    /// How often it makes each of its tests run; `Some(0)` where it is not parametrized, `None` where that is computed.
    pub params: Option<usize>,
    /// Whether it has something to do when a test is done; only where prose is asked for.
    pub teardown: bool,
    /// What its docstring says; only where prose is asked for.
    pub doc: Option<Prose>,
}

/// A fixture that a test asks for and that nobody is known to define.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingFixture {
    /// The name that is asked for.
    pub name: String,
    /// Where it is asked for.
    pub at: Region,
    /// The fixture that asks for it; `None`: the test does.
    pub by: Option<String>,
    /// Whether what is seen of the request is all of it: no decorator that is not known can have changed it.
    pub certain: bool,
    /// A known plugin that has a fixture of this name, and that the project does not name.
    pub provider: Option<&'static str>,
}

/// Something that looks like tests, and that pytest does not collect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncollected {
    /// Why not.
    pub reason: UncollectedReason,
    /// The class or file.
    pub name: String,
    /// The name of the class, or of the file's first test.
    pub at: Region,
    /// How many tests it seems to hold.
    pub tests: usize,
    /// Whether nothing else can be the use of it.
    pub certain: bool,
}

/// Why something is not collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UncollectedReason {
    /// The class has a constructor, given by the class of this name.
    Constructor(String),
    /// The name of the class is not one that `python_classes` asks for.
    ClassName,
    /// The name of the file is not one that `python_files` asks for.
    FileName,
}

/// A hook of pytest that a conftest file or a plugin of the tree implements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// `pytest_collection_modifyitems` and the like.
    pub name: String,
    /// The file that implements it.
    pub path: String,
}
