//! testaudit's own configuration: where it is looked for, which keys it has, what is wrong with it. Owns no defaults
//! (those are `Settings::default`); pytest's configuration is read in [`pytest`] and joined with it in [`join`].

pub mod cargo;
pub mod coverage;
mod files;
mod gaps;
mod join;
mod layout;
mod lint;
pub mod pytest;
pub mod requirements;
pub mod retries;
mod table;
mod targets;

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::settings::DetectorSettings;
use crate::model::{HeaderTemplate, Problem, ProblemKind, Settings};
pub use join::join;
pub use lint::UnknownRule;
use table::{Document, Table};

/// The keys of each table, by which unknown ones are told and corrected.
const KEYS: &[&str] = &[
    "exclude",
    "gitignore",
    "max-file-size",
    "pytest",
    "detectors",
    "lint",
    "rules",
    "overrides",
    "markers",
    "features",
    "layout",
    "annotate",
    "coverage",
    "gaps",
];
const PYTEST_KEYS: &[&str] =
    &["python_files", "python_classes", "python_functions", "norecursedirs", "testpaths", "test_case_classes"];
const DETECTOR_KEYS: &[&str] = &["name", "title", "query"];
const ANNOTATE_KEYS: &[&str] = &["template"];

/// Where a folder's configuration may stand, strongest first: the file, and the tables that lead to it.
const PLACES: [(&str, &[&str]); 5] = [
    ("testaudit.toml", &[]),
    (".testaudit.toml", &[]),
    ("pyproject.toml", &["tool", "testaudit"]),
    ("Cargo.toml", &["workspace", "metadata", "testaudit"]),
    ("Cargo.toml", &["package", "metadata", "testaudit"]),
];

/// A configuration as it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// The file it stands in; `None` where there is none.
    pub path: Option<PathBuf>,
    /// The defaults with what the file says put over them.
    pub settings: Settings,
    /// What the file says in place of pytest's own configuration; already part of `settings`, kept apart because
    /// pytest's configuration lies between it and the defaults.
    pub pytest: PytestOverrides,
    /// Files passed on the way that are not what their names say.
    pub problems: Vec<Problem>,
}

/// `[pytest]`: each is `None` where the file does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PytestOverrides {
    /// In place of pytest's `python_files`.
    pub python_files: Option<Vec<String>>,
    /// In place of pytest's `python_classes`.
    pub python_classes: Option<Vec<String>>,
    /// In place of pytest's `python_functions`.
    pub python_functions: Option<Vec<String>>,
    /// Dotted names of classes outside of the tree that are `unittest.TestCase`s, beside those that testaudit knows.
    pub test_case_classes: Option<Vec<String>>,
    /// In place of pytest's `norecursedirs`.
    pub norecursedirs: Option<Vec<String>>,
    /// In place of pytest's `testpaths`.
    pub testpaths: Option<Vec<String>>,
}

/// Why the configuration cannot be used.
#[derive(Debug)]
pub enum ConfigError {
    /// A file that must be read and cannot be.
    Read {
        /// The file, as messages name it.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Something in the file, at a place.
    Content {
        /// The file, as messages name it.
        path: String,
        /// 1-based.
        line: u32,
        /// 1-based, in characters.
        column: u32,
        /// What is wrong and what to do.
        message: String,
    },
    /// A file named as the configuration that holds none.
    NoTable {
        /// The file, as messages name it.
        path: String,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, source } => write!(formatter, "cannot read `{path}`: {}", reason(source)),
            Self::Content { path, line, column, message } => {
                write!(formatter, "`{path}`, line {line}, column {column}: {message}")
            }
            Self::NoTable { path } => write!(
                formatter,
                "`{path}` holds no configuration of testaudit; add `[tool.testaudit]` to a `pyproject.toml`, \
                 `[workspace.metadata.testaudit]` or `[package.metadata.testaudit]` to a `Cargo.toml`"
            ),
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { source, .. } => Some(source),
            Self::Content { .. } | Self::NoTable { .. } => None,
        }
    }
}

/// Reads `explicit`, else the nearest configuration from `root` upwards to the folder that holds `.git`. `unknown_rule`
/// judges names of rules.
///
/// # Errors
/// When the configuration cannot be read, is no TOML, or says something that has no meaning. A `pyproject.toml` or
/// `Cargo.toml` that is merely passed and does not parse is a problem in the result instead.
pub fn load(root: &Path, explicit: Option<&Path>, unknown_rule: UnknownRule) -> Result<Config, ConfigError> {
    if let Some(path) = explicit {
        return named(path, unknown_rule);
    }
    let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let mut problems = Vec::new();
    for (up, folder) in root.ancestors().enumerate() {
        if let Some(config) = in_folder(folder, &"../".repeat(up), &mut problems, unknown_rule)? {
            return Ok(Config { problems, ..config });
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    Ok(Config { problems, ..Config::default() })
}

/// The file given by `--config`: its name decides which tables lead to the configuration.
fn named(path: &Path, unknown_rule: UnknownRule) -> Result<Config, ConfigError> {
    let shown = path.to_string_lossy().into_owned();
    let text = read(path).map_err(|source| ConfigError::Read { path: shown.clone(), source })?;
    let document = Document { path: &shown, text: &text };
    let parsed = document.parse()?;
    let name = path.file_name().unwrap_or_default();
    let mut places = PLACES.iter().filter(|(file, _)| name == *file).peekable();
    if places.peek().is_none() {
        return settings(&document.table(&parsed), path, unknown_rule);
    }
    match places.find_map(|(_, keys)| descend(&parsed, keys)) {
        Some(value) => settings(&document.table_of(value, "testaudit")?, path, unknown_rule),
        None if name == "pyproject.toml" || name == "Cargo.toml" => Err(ConfigError::NoTable { path: shown }),
        None => settings(&document.table(&parsed), path, unknown_rule),
    }
}

/// The configuration of one folder; `up` is how its files are named seen from the root.
fn in_folder(
    folder: &Path,
    up: &str,
    problems: &mut Vec<Problem>,
    unknown_rule: UnknownRule,
) -> Result<Option<Config>, ConfigError> {
    for (name, keys) in PLACES {
        let path = folder.join(name);
        // Something else under such a name is not meant for us; opening a FIFO would wait for ever.
        if !fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            continue;
        }
        let shown = format!("{up}{name}");
        let own = keys.is_empty();
        let text = match read(&path) {
            Ok(text) => text,
            Err(source) if own => return Err(ConfigError::Read { path: shown, source }),
            Err(source) => {
                let message = format!("cannot read: {}, searched on without it", reason(&source));
                passed(problems, Problem::file(shown, ProblemKind::Config, message));
                continue;
            }
        };
        let document = Document { path: &shown, text: &text };
        let parsed = match document.parse() {
            Ok(parsed) => parsed,
            Err(ConfigError::Content { line, message, .. }) if !own => {
                let message = format!("not valid TOML: {message}, searched on without it");
                passed(problems, Problem::at(shown, line, ProblemKind::Config, message));
                continue;
            }
            Err(error) => return Err(error),
        };
        if own {
            return settings(&document.table(&parsed), &path, unknown_rule).map(Some);
        }
        if let Some(value) = descend(&parsed, keys) {
            return settings(&document.table_of(value, "testaudit")?, &path, unknown_rule).map(Some);
        }
    }
    Ok(None)
}

/// A `Cargo.toml` is looked at for each of its two tables and reported once.
fn passed(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.contains(&problem) {
        problems.push(problem);
    }
}

/// The value that these keys lead to; `None` too where something on the way is no table, which is not our business.
fn descend<'t, 'i>(table: &'t DeTable<'i>, keys: &[&str]) -> Option<&'t Spanned<DeValue<'i>>> {
    let (first, rest) = keys.split_first()?;
    let value = table.iter().find(|(key, _)| key.get_ref() == first)?.1;
    if rest.is_empty() { Some(value) } else { descend(value.get_ref().as_table()?, rest) }
}

/// What the table of a configuration says, over the defaults.
fn settings(table: &Table<'_, '_>, path: &Path, unknown_rule: UnknownRule) -> Result<Config, ConfigError> {
    table.only(KEYS)?;
    let mut settings = Settings::default();
    let discovery = &mut settings.discovery;
    replace(&mut discovery.exclude, table.strings("exclude")?);
    replace(&mut discovery.gitignore, table.boolean("gitignore")?);
    replace(&mut discovery.max_file_size, table.size("max-file-size")?);
    let mut pytest = PytestOverrides::default();
    if let Some(table) = table.table("pytest")? {
        table.only(PYTEST_KEYS)?;
        pytest.python_files = table.strings("python_files")?;
        pytest.python_classes = table.strings("python_classes")?;
        pytest.python_functions = table.strings("python_functions")?;
        pytest.test_case_classes = table.strings("test_case_classes")?;
        pytest.norecursedirs = table.strings("norecursedirs")?;
        pytest.testpaths = table.strings("testpaths")?;
    }
    join::put_over(&mut settings, &pytest);
    for detector in table.tables("detectors")? {
        let detector = detector_settings(&detector, path, &settings.detectors)?;
        settings.detectors.push(detector);
    }
    settings.coverage_targets = targets::read(table)?;
    settings.lint = lint::read(table, path, unknown_rule)?;
    settings.gaps = gaps::read(table)?;
    settings.layout = layout::read(table)?;
    if let Some(annotate) = table.table("annotate")? {
        annotate.only(ANNOTATE_KEYS)?;
        let template = annotate.string("template")?.map(|text| HeaderTemplate::new(&text));
        let template = template.transpose().map_err(|message| annotate.error_at("template", &message))?;
        replace(&mut settings.header, template);
    }
    Ok(Config { path: Some(path.to_owned()), settings, pytest, problems: Vec::new() })
}

fn replace<T>(setting: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *setting = said;
    }
}

/// One `[[detectors]]`, with the text of its query.
fn detector_settings(
    table: &Table<'_, '_>,
    config: &Path,
    earlier: &[DetectorSettings],
) -> Result<DetectorSettings, ConfigError> {
    table.only(DETECTOR_KEYS)?;
    let name = table.required("name")?;
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if name.is_empty() {
        return Err(table.error_at("name", "the name of a detector is empty, choose one from `a-z`, `0-9` and `-`"));
    }
    if !name.chars().all(plain) {
        let message = format!("`{name}` is not a detector name, use only `a-z`, `0-9` and `-`");
        return Err(table.error_at("name", &message));
    }
    if earlier.iter().any(|detector| detector.name == name) {
        return Err(table.error_at("name", &format!("a second detector named `{name}`, rename one of them")));
    }
    let title = table.required("title")?;
    let query = table.required("query")?;
    let text = read(&config.parent().unwrap_or(Path::new("")).join(&query)).map_err(|error| {
        let reason = reason(&error);
        table.error_at("query", &format!("cannot read `{query}`: {reason}; it is looked for beside this file"))
    })?;
    Ok(DetectorSettings { name, title, path: PathBuf::from(query), text })
}

/// A regular file's text, which must be UTF-8. A mark at its beginning is no part of it.
fn read(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let text = fs::read_to_string(path)?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
        io::ErrorKind::InvalidInput => "not a regular file".to_owned(),
        kind => kind.to_string(),
    }
}
