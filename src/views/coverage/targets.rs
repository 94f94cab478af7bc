//! Targets of coverage: what each demands, what there is, and what is missing to reach it, in statements and in functions.

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Serialize;

use super::Share;
use crate::model::coverage::{FileCoverage, FunctionCoverage};
use crate::model::measured::MeasuredFile;
use crate::model::{CoverageTarget, Language, Suite};

/// How many functions are named for one target.
const MAX_FUNCTIONS: usize = 20;

/// One target with what there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetRow {
    /// The globs of its files; none of a language's.
    pub paths: Vec<String>,
    /// The language that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The share that is demanded.
    pub target: Share,
    /// The share that there is: measured where it was, else expected.
    pub coverage: Share,
    /// Whether it is reached.
    pub reached: bool,
    /// How many files it is for.
    pub files: usize,
    /// How many of them were measured.
    pub measured_files: usize,
    /// The statements of them.
    pub statements: u64,
    /// How many more of them must run.
    pub missing: u64,
    /// The functions with most statements that do not run, as many as suffice; at most twenty.
    pub functions: Vec<MissingFunction>,
}

/// A function that does not run as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingFunction {
    /// The file.
    pub path: String,
    /// 1-based line of its definition.
    pub line: u32,
    /// Its name, with those of what it stands in.
    pub name: String,
    /// How many of its statements do not run.
    pub missing: u64,
    /// Whether that was measured.
    pub measured: bool,
}

/// A file as targets see it.
struct Counted<'s> {
    file: &'s FileCoverage,
    measured: Option<&'s MeasuredFile>,
    statements: u64,
    covered: f64,
}

/// The files that count.
fn counted<'s>(files: &'s [FileCoverage], suite: &'s Suite) -> Vec<Counted<'s>> {
    files.iter().filter(|file| !file.is_omitted).map(|file| Counted::new(file, suite)).collect()
}

impl<'s> Counted<'s> {
    fn new(file: &'s FileCoverage, suite: &'s Suite) -> Self {
        let measured = suite.measured.file(&file.path);
        let (statements, covered) = match measured {
            Some(own) => (own.count.lines, own.count.covered as f64),
            None => (file.statements.into(), file.estimate * f64::from(file.statements)),
        };
        Self { file, measured, statements, covered }
    }
}

/// The targets of a suite, in the order of the configuration.
pub(super) fn targets(suite: &Suite) -> Vec<TargetRow> {
    let Some(expected) = &suite.coverage else { return Vec::new() };
    if suite.coverage_targets.is_empty() {
        return Vec::new();
    }
    let files: Vec<Counted<'_>> = counted(&expected.files, suite);
    suite.coverage_targets.iter().map(|target| row(target, &files, &expected.functions)).collect()
}

fn row(target: &CoverageTarget, files: &[Counted<'_>], functions: &[FunctionCoverage]) -> TargetRow {
    let globs = globs(&target.paths);
    let is_own = |path: &str| {
        let in_language = target.language.is_none_or(|language| path.ends_with(ending(language)));
        in_language && (target.paths.is_empty() || globs.matched_path_or_any_parents(path, false).is_ignore())
    };
    let own: Vec<&Counted<'_>> = files.iter().filter(|counted| is_own(&counted.file.path)).collect();
    let statements: u64 = own.iter().map(|counted| counted.statements).sum();
    let covered: f64 = own.iter().map(|counted| counted.covered).sum();
    let coverage = if statements == 0 { 1.0 } else { covered / statements as f64 };
    let target_share = f64::from(target.share) / 1e4;
    // What is expected is no whole number; the last statement that is missing counts as one.
    let missing = (target_share * statements as f64 - covered - 1e-6).max(0.0).ceil() as u64;
    TargetRow {
        paths: target.paths.clone(),
        language: target.language,
        target: Share::new(target_share),
        coverage: Share::new(coverage),
        reached: missing == 0,
        files: own.len(),
        measured_files: own.iter().filter(|counted| counted.measured.is_some()).count(),
        statements,
        missing,
        functions: if missing == 0 { Vec::new() } else { enough(missing, &own, functions) },
    }
}

/// The functions with most statements that do not run, until they are as many as are missing.
fn enough(missing: u64, files: &[&Counted<'_>], functions: &[FunctionCoverage]) -> Vec<MissingFunction> {
    let missing_of = |function: &FunctionCoverage| {
        let place = files.binary_search_by(|counted| counted.file.path.as_str().cmp(&function.path)).ok()?;
        let measured = files[place].measured.filter(|measured| measured.has_lines());
        let missing = match measured {
            Some(measured) => {
                let begin = measured.missing.partition_point(|line| *line < function.line);
                let end = measured.missing.partition_point(|line| *line <= function.end);
                (end - begin) as u64
            }
            None => ((1.0 - function.chance) * f64::from(function.statements)).round() as u64,
        };
        let (path, line, name) = (function.path.clone(), function.line, function.name.clone());
        (missing > 0).then_some(MissingFunction { path, line, name, missing, measured: measured.is_some() })
    };
    let mut found: Vec<MissingFunction> = functions.iter().filter_map(missing_of).collect();
    found.sort_by(|a, b| b.missing.cmp(&a.missing).then_with(|| (&a.path, a.line).cmp(&(&b.path, b.line))));
    let mut sum = 0;
    let needed = found.iter().take_while(|function| {
        let before = sum;
        sum += function.missing;
        before < missing
    });
    let needed = needed.count();
    found.truncate(needed.min(MAX_FUNCTIONS));
    found
}

fn ending(language: Language) -> &'static str {
    match language {
        Language::Python => ".py",
        Language::Rust => ".rs",
        Language::Cpp => ".cpp",
    }
}

fn globs(paths: &[String]) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    for glob in paths {
        // The configuration refused those that are none.
        let _ = builder.add_line(None, glob);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::coverage::Coverage;
    use crate::model::measured::{LineCount, Measured};

    fn target(paths: &[&str], language: Option<Language>, share: u32) -> CoverageTarget {
        CoverageTarget { paths: paths.iter().map(|path| (*path).to_owned()).collect(), language, share }
    }

    fn file(path: &str, statements: u32, estimate: f64) -> FileCoverage {
        let path = path.to_owned();
        FileCoverage { path, statements, estimate, low: 0.0, high: 1.0, tests: 0, ..FileCoverage::default() }
    }

    fn function(path: &str, lines: [u32; 2], statements: u32, chance: f64) -> FunctionCoverage {
        let (path, name) = (path.to_owned(), format!("f{}", lines[0]));
        FunctionCoverage { path, line: lines[0], end: lines[1], name, statements, chance, tests: 0 }
    }

    fn suite(targets: Vec<CoverageTarget>) -> Suite {
        let files = vec![file("a/x.py", 100, 0.5), file("a/y.py", 100, 0.9), file("b/z.rs", 50, 0.8)];
        let functions = vec![
            function("a/x.py", [1, 20], 20, 0.5),
            function("a/x.py", [21, 60], 40, 0.0),
            function("a/y.py", [1, 9], 9, 1.0),
        ];
        let coverage = Some(Coverage { files, functions, ..Coverage::default() });
        Suite { coverage, coverage_targets: targets, ..Suite::default() }
    }

    #[test]
    fn a_target_says_how_many_statements_and_which_functions_are_missing() {
        let rows = targets(&suite(vec![target(&["a/**"], None, 8000), target(&[], Some(Language::Rust), 8000)]));
        assert_eq!((rows[0].files, rows[0].statements, rows[0].coverage), (2, 200, Share::new(0.7)));
        assert_eq!((rows[0].missing, rows[0].reached), (20, false));
        // The largest one suffices.
        let names: Vec<_> = rows[0].functions.iter().map(|own| (own.name.as_str(), own.missing)).collect();
        assert_eq!(names, [("f21", 40)]);
        assert_eq!((rows[1].files, rows[1].reached, rows[1].functions.len()), (1, true, 0));
    }

    #[test]
    fn what_was_measured_counts_before_what_is_expected() {
        let mut suite = suite(vec![target(&[], Some(Language::Python), 9000)]);
        let measured = MeasuredFile {
            path: "a/x.py".to_owned(),
            executed: (21..=100).collect(),
            missing: (1..=20).collect(),
            count: LineCount { lines: 100, covered: 80 },
            branches: None,
        };
        suite.measured = Measured { files: vec![measured], ..Measured::default() };
        let row = &targets(&suite)[0];
        assert_eq!((row.coverage, row.missing, row.measured_files, row.files), (Share::new(0.85), 10, 1, 2));
        let names: Vec<_> = row.functions.iter().map(|own| (own.name.as_str(), own.missing, own.measured)).collect();
        assert_eq!(names, [("f1", 20, true)]);
    }

    #[test]
    fn a_target_without_files_is_reached() {
        let row = &targets(&suite(vec![target(&["nothing/**"], None, 10_000)]))[0];
        assert_eq!((row.files, row.missing, row.reached, row.coverage), (0, 0, true, Share::new(1.0)));
    }
}
