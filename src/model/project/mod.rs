//! A project as a whole: its modules, what of them tests reach, its texts, and what its commands say. What gaps are judged
//! by; refuses to say what is one.

mod facts;

pub use facts::{ImportTime, ModuleCall, ModuleFacts, ModuleImport, Noted, Symbol, SymbolKind, WordUse};

/// What a module is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Code under test: it is part of a package that the project ships.
    Product,
    /// Tests, and what stands among them.
    Tests,
    /// Benchmarks.
    Benchmarks,
    /// Programs that feed a fuzzer.
    Fuzzing,
    /// Documentation, examples, scripts, tools.
    Support,
}

/// How far tests reach a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModuleReach {
    /// It is imported when the tests are.
    Loaded,
    /// It is imported only when something that tests may call runs, or a test names it.
    Possible,
    /// Nothing that tests import leads to it.
    None,
}

/// A module of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectModule {
    /// Relative to the root.
    pub path: String,
    /// Its dotted name, as it is imported; empty where it cannot be.
    pub name: String,
    /// What it is there for.
    pub part: Part,
    /// What it says.
    pub facts: ModuleFacts,
    /// How many modules of the code under test import it.
    pub importers: u32,
    /// How far tests reach it.
    pub reach: ModuleReach,
    /// An import of a computed name that could lead to it all the same: the path and what stands there.
    pub perhaps_by: Option<(String, Noted)>,
    /// A string that names it where tests lead to: the path and the line. Whoever reads the string may import it.
    pub named_by: Option<(String, u32)>,
    /// Places of symbols that no name in a test leads to, through whatever else they lead to; of code under test alone.
    pub unreached: Vec<u32>,
}

/// A text with examples.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExampleText {
    /// Relative to the root.
    pub path: String,
    /// 1-based line of the first example that is not skipped.
    pub line: u32,
    /// How many lines begin one.
    pub examples: u32,
}

/// A line of a file that says what is run: of CI, a task runner, a script. Comments are none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommandLine {
    /// Relative to the root.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// The line.
    pub text: String,
}

/// The project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    /// Whether it was looked at.
    pub known: bool,
    /// Modules sorted by path.
    pub modules: Vec<ProjectModule>,
    /// Texts with examples, sorted.
    pub texts: Vec<ExampleText>,
    /// Other files of some meaning, sorted: schemas of messages, configurations of benchmarks, sources of fuzz targets.
    pub others: Vec<String>,
    /// Words in the names of data among the tests, sorted.
    pub test_data: Vec<String>,
    /// What is run, sorted.
    pub commands: Vec<CommandLine>,
    /// Whether a file of a CI system is among those that say what is run.
    pub has_ci: bool,
}

impl Project {
    /// The code under test.
    pub fn product(&self) -> impl Iterator<Item = &ProjectModule> {
        self.modules.iter().filter(|module| module.part == Part::Product)
    }

    /// Tests, and what stands among them.
    pub fn tests(&self) -> impl Iterator<Item = &ProjectModule> {
        self.modules.iter().filter(|module| module.part == Part::Tests)
    }
}

impl ProjectModule {
    /// Whether no part of its name begins with `_`.
    pub fn is_public(&self) -> bool {
        !self.name.is_empty() && self.name.split('.').all(|part| !part.starts_with('_'))
    }

    /// The last part of its name.
    pub fn stem(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }
}
