//! What coverage.py is told, and what a suite is expected to cover.

/// What coverage.py leaves out without being told: `DEFAULT_EXCLUDE` of `coverage/config.py`.
pub const DEFAULT_EXCLUDE: [&str; 3] = [
    r"#\s*(pragma|PRAGMA)[:\s]?\s*(no|NO)\s*(cover|COVER)",
    r"^\s*(((async )?def .*?)?[\])]+(\s*->.*?)?:\s*)?\.\.\.\s*(#|$)",
    r"^\s*if (typing\.)?TYPE_CHECKING:",
];

/// The configuration of coverage.py, as far as it decides what is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageConfig {
    /// Regular expressions of lines that are left out.
    pub exclude: Vec<String>,
    /// Folders and packages that are measured; none: all.
    pub source: Vec<String>,
    /// Globs of files that are measured; none: all.
    pub include: Vec<String>,
    /// Globs of files that are not.
    pub omit: Vec<String>,
}

impl Default for CoverageConfig {
    fn default() -> Self {
        Self {
            exclude: DEFAULT_EXCLUDE.map(str::to_owned).to_vec(),
            source: Vec::new(),
            include: Vec::new(),
            omit: Vec::new(),
        }
    }
}

/// What the tests can be expected to run of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileCoverage {
    /// Relative to the root, with `/`.
    pub path: String,
    /// How many statements coverage.py counts in it.
    pub statements: u32,
    /// The share of them that is expected to run, between 0 and 1.
    pub estimate: f64,
    /// The lower end of the range that holds the truth for four files of five.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// How many tests reach it.
    pub tests: u32,
    /// Whether the configuration leaves it out: it is no part of any sum.
    pub is_omitted: bool,
}

/// What the tests can be expected to do with a function.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionCoverage {
    /// The file.
    pub path: String,
    /// 1-based line of its `def`.
    pub line: u32,
    /// 1-based line of its end.
    pub end: u32,
    /// Its name, with those of the classes and functions around it.
    pub name: String,
    /// How many statements it has.
    pub statements: u32,
    /// How likely some test enters it.
    pub chance: f64,
    /// How many tests are known to reach it.
    pub tests: u32,
}

/// What a suite is expected to cover.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coverage {
    /// Files that coverage.py would measure, sorted by path.
    pub files: Vec<FileCoverage>,
    /// Their functions, in the order of files and sources.
    pub functions: Vec<FunctionCoverage>,
    /// How many tests were taken into account.
    pub tests: u32,
}

/// Functions that are less likely entered than this count as reached by no test.
pub const UNREACHED: f64 = 0.1;

impl Coverage {
    /// Adds what is expected of other files.
    pub fn extend(&mut self, other: Self) {
        self.files.extend(other.files);
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.functions.extend(other.functions);
        self.functions.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        self.tests += other.tests;
    }

    /// The functions that no test is expected to enter, those with most statements first.
    pub fn unreached(&self) -> Vec<&FunctionCoverage> {
        let mut found: Vec<&FunctionCoverage> =
            self.functions.iter().filter(|function| function.chance < UNREACHED).collect();
        found.sort_by(|a, b| b.statements.cmp(&a.statements).then_with(|| (&a.path, a.line).cmp(&(&b.path, b.line))));
        found
    }
}
