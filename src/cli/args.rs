//! Every flag with its help, once. Flags are turned into settings here and nowhere else.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::PossibleValue};

use crate::{
    model::{Confidence, FeatureSelection, Settings, Severity, settings::LintSettings},
    render::{DiffFormat, Format, Links, LintFormat, ListFormat},
    views::{ChangeKind, Section},
};

/// The version with the commit that it was built from, where that is known: by `build.rs`.
const VERSION: &str = env!("TESTAUDIT_VERSION");

/// What packages and shells need of the program, apart from what everyone uses.
const INSTALLATION: &str = "\
Installation:
  testaudit completions <SHELL>  Print completions for a shell
  testaudit man [COMMAND]        Print a page of the manual";

/// Audit the tests of Python and Rust repositories without running or importing them
#[derive(Debug, Parser)]
#[command(name = "testaudit", version, long_version = VERSION, max_term_width = 100, propagate_version = true, after_help = INSTALLATION)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) common: Common,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report on the tests of a tree
    Audit(AuditArgs),
    /// List every test, as `pytest --collect-only` would
    List(ListArgs),
    /// Judge tests, markers and configuration by rules
    Lint(LintArgs),
    /// Mark the test files that deserve fuzzing with a comment, and keep it true
    Annotate(AnnotateArgs),
    /// Tell what changed between two audits
    Diff(DiffArgs),
    /// Print the page of a rule, or the list of all rules
    Explain(ExplainArgs),
    /// Print completions for a shell
    #[command(hide = true)]
    Completions(CompletionsArgs),
    /// Print a page of the manual
    #[command(hide = true)]
    Man(ManArgs),
}

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    /// Files and folders to audit [default: `testpaths` of the configuration, else the current directory]
    pub(super) paths: Vec<PathBuf>,
    /// Print only these sections
    #[arg(long, value_name = "SECTION", value_delimiter = ',', help_heading = "Report")]
    pub(super) only: Vec<SectionArg>,
    /// Read times and outcomes of tests from this report: JUnit XML, or durations of pytest-split
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(super) junit: Vec<PathBuf>,
    /// Read measured coverage from this report: coverage.py JSON, Cobertura XML, lcov or llvm-cov JSON
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(super) coverage: Vec<PathBuf>,
    /// Print which tests reach the functions of this file, and by which way, instead of the report
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(super) explain_coverage: Option<PathBuf>,
    /// Print in this format [default: by the ending of `--output`, else md]
    #[arg(long, value_name = "FORMAT", help_heading = "Report")]
    pub(super) format: Option<FormatArg>,
    /// Link places in html and md to the sources below this address
    #[arg(long, value_name = "URL", value_parser = Links::to, help_heading = "Report")]
    pub(super) link_base: Option<Links>,
    /// Write the report to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Report")]
    pub(super) output: Option<PathBuf>,
}

/// Arguments of `list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Files and folders to list [default: `testpaths` of the configuration, else the current directory]
    pub(super) paths: Vec<PathBuf>,
    /// Print in this format
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Report")]
    pub(super) format: ListFormatArg,
    /// Write the list to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Report")]
    pub(super) output: Option<PathBuf>,
}

/// Arguments of `lint`.
#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// Files and folders to judge [default: `testpaths` of the configuration, else the current directory]
    pub(super) paths: Vec<PathBuf>,
    /// Run only these rules; a name of a rule, of a group, or `all`
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    pub(super) select: Vec<String>,
    /// Leave out these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    pub(super) ignore: Vec<String>,
    /// Show findings of at least this severity [default: warning]
    #[arg(long, value_name = "SEVERITY", help_heading = "Rules")]
    pub(super) severity: Option<SeverityArg>,
    /// Show findings of at least this confidence [default: high]
    #[arg(long, value_name = "CONFIDENCE", help_heading = "Rules")]
    pub(super) confidence: Option<ConfidenceArg>,
    /// Mend what can be mended without a decision, then show what is left
    #[arg(long, help_heading = "Fixes", conflicts_with_all = ["diff", "write_baseline"])]
    pub(super) fix: bool,
    /// Show as a diff what `--fix` would change, and change nothing
    #[arg(long, help_heading = "Fixes", conflicts_with = "write_baseline")]
    pub(super) diff: bool,
    /// Tolerate the findings that stand in this file
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    pub(super) baseline: Option<PathBuf>,
    /// Write all findings to this file [default: that of `--baseline`, else testaudit-baseline.json]
    #[arg(long, value_name = "FILE", num_args = 0..=1, help_heading = "Baseline")]
    pub(super) write_baseline: Option<Option<PathBuf>>,
    /// Print in this format
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Report")]
    pub(super) format: LintFormatArg,
    /// Write the findings to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Report")]
    pub(super) output: Option<PathBuf>,
}

impl LintArgs {
    /// Flags beat files.
    pub(super) fn apply(&self, settings: &mut LintSettings) {
        if !self.select.is_empty() {
            settings.select.clone_from(&self.select);
        }
        settings.ignore.extend(self.ignore.iter().cloned());
        settings.severity = self.severity.map_or(settings.severity, |severity| severity.0);
        if let Some(baseline) = &self.baseline {
            settings.baseline = Some(baseline.clone());
        }
        settings.confidence = self.confidence.map_or(settings.confidence, |confidence| confidence.0);
    }
}

/// Arguments of `annotate`.
#[derive(Debug, Args)]
pub(super) struct AnnotateArgs {
    /// Files and folders to mark [default: `testpaths` of the configuration, else the current directory]
    pub(super) paths: Vec<PathBuf>,
    /// List the files that would change, change nothing, and exit with code 1 if there are any
    #[arg(long, help_heading = "Headers", conflicts_with = "diff")]
    pub(super) check: bool,
    /// Show as a diff what would change, change nothing, and exit with code 1 if there is anything
    #[arg(long, help_heading = "Headers")]
    pub(super) diff: bool,
    /// Remove the headers of all files
    #[arg(long, help_heading = "Headers")]
    pub(super) remove: bool,
    /// Write headers like this one, with `{reasons}` for those of the file
    #[arg(long, value_name = "TEMPLATE", help_heading = "Headers")]
    pub(super) template: Option<String>,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The audit before, as `testaudit audit --format json` wrote it
    pub(super) old: PathBuf,
    /// The audit after
    pub(super) new: PathBuf,
    /// Exit with code 1 if there is a change of one of these kinds
    #[arg(long, value_name = "CONDITION", value_delimiter = ',', help_heading = "Conditions")]
    pub(super) fail_on: Vec<ConditionArg>,
    /// Print in this format [default: by the ending of `--output`, else md]
    #[arg(long, value_name = "FORMAT", help_heading = "Report")]
    pub(super) format: Option<DiffFormatArg>,
    /// Write what changed to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Report")]
    pub(super) output: Option<PathBuf>,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The rule; without one, all are listed
    pub(super) rule: Option<String>,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The command; without one, the page is that of the program
    pub(super) command: Option<String>,
}

/// Flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common")]
pub(super) struct Common {
    /// Read this configuration file instead of searching for one
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Leave out paths that match, written as in a `.gitignore` file; may be repeated
    #[arg(long, global = true, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    /// Use this many threads [default: one for each core]
    #[arg(short, long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
    /// Use colours: auto, always or never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub(super) color: ColorArg,
    /// Print nothing but the report and errors
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    #[command(flatten)]
    features: Features,
}

/// Which features of Rust's packages are enabled: cargo's own flags.
#[derive(Debug, Args)]
#[command(next_help_heading = "Features of Rust's packages")]
struct Features {
    /// Enable these features, separated by commas or blanks; may be repeated
    #[arg(short = 'F', long, global = true, value_name = "FEATURES")]
    features: Vec<String>,
    /// Enable all features
    #[arg(long, global = true)]
    all_features: bool,
    /// Do not enable the feature `default`
    #[arg(long, global = true)]
    no_default_features: bool,
}

impl Common {
    /// Flags beat files.
    pub(super) fn apply(&self, settings: &mut Settings) {
        settings.discovery.exclude.extend(self.exclude.iter().cloned());
        settings.jobs = self.jobs.map(usize::from).or(settings.jobs);
        settings.features = FeatureSelection {
            features: self.features.features.clone(),
            all_features: self.features.all_features,
            no_default_features: self.features.no_default_features,
        };
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorArg {
    /// On a terminal, unless `NO_COLOR` is set or this is CI.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A section by name, from the table of sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SectionArg(pub(super) Section);

/// A format by name, from the table of formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FormatArg(pub(super) Format);

impl clap::builder::ValueParserFactory for SectionArg {
    type Parser = TableParser<Self>;

    fn value_parser() -> Self::Parser {
        let rows = Section::all().map(|section| (section.name(), section.title(), Self(section)));
        TableParser { rows: rows.collect() }
    }
}

impl clap::builder::ValueParserFactory for FormatArg {
    type Parser = TableParser<Self>;

    fn value_parser() -> Self::Parser {
        TableParser { rows: Format::all().map(|format| (format.name(), format.help(), Self(format))).collect() }
    }
}

/// A format of lists by name, from the table of these formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListFormatArg(pub(super) ListFormat);

impl clap::builder::ValueParserFactory for ListFormatArg {
    type Parser = TableParser<Self>;

    fn value_parser() -> Self::Parser {
        TableParser { rows: ListFormat::ALL.map(|(format, name, help)| (name, help, Self(format))).into() }
    }
}

/// A format of findings by name, from the table of these formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LintFormatArg(pub(super) LintFormat);

impl clap::builder::ValueParserFactory for LintFormatArg {
    type Parser = TableParser<Self>;

    fn value_parser() -> Self::Parser {
        TableParser { rows: LintFormat::all().map(|(format, name, help)| (name, help, Self(format))).collect() }
    }
}

/// A format of differences by name, from the table of these formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DiffFormatArg(pub(super) DiffFormat);

impl clap::builder::ValueParserFactory for DiffFormatArg {
    type Parser = TableParser<Self>;

    fn value_parser() -> Self::Parser {
        TableParser { rows: DiffFormat::all().map(|(format, name, help)| (name, help, Self(format))).collect() }
    }
}

/// A kind of change by name, from the table of these kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConditionArg(pub(super) &'static ChangeKind);

impl clap::builder::ValueParserFactory for ConditionArg {
    type Parser = TableParser<Self>;

    fn value_parser() -> Self::Parser {
        TableParser { rows: ChangeKind::all().map(|kind| (kind.name, kind.help, Self(kind))).collect() }
    }
}

/// A severity by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SeverityArg(pub(super) Severity);

impl clap::builder::ValueParserFactory for SeverityArg {
    type Parser = TableParser<Self>;

    fn value_parser() -> Self::Parser {
        let help = |severity| match severity {
            Severity::Error => "something does not do what its author meant",
            Severity::Warning => "something is most likely not meant like this",
            Severity::Note => "a matter of taste or policy",
        };
        TableParser { rows: Severity::ALL.map(|own| (own.name(), help(own), Self(own))).into() }
    }
}

/// A confidence by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConfidenceArg(pub(super) Confidence);

impl clap::builder::ValueParserFactory for ConfidenceArg {
    type Parser = TableParser<Self>;

    fn value_parser() -> Self::Parser {
        let help = |confidence| match confidence {
            Confidence::High => "the source says so",
            Confidence::Medium => "something that was not seen could make it wrong",
            Confidence::Low => "worth a look",
        };
        TableParser { rows: Confidence::ALL.map(|own| (own.name(), help(own), Self(own))).into() }
    }
}

/// Values that are the names of a table's rows.
#[derive(Debug, Clone)]
pub(super) struct TableParser<T> {
    rows: Vec<(&'static str, &'static str, T)>,
}

impl<T: Copy + Send + Sync + 'static> clap::builder::TypedValueParser for TableParser<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<T, clap::Error> {
        // clap's own parser for lists of names makes the error, with its suggestion.
        let names = clap::builder::PossibleValuesParser::new(self.rows.iter().map(|(name, ..)| *name));
        let name = names.parse_ref(command, argument, value)?;
        let row = self.rows.iter().find(|(known, ..)| *known == name);
        Ok(row.map(|(.., value)| *value).expect("clap accepts the names of the rows only"))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.rows.iter().map(|(name, help, _)| PossibleValue::new(*name).help(*help))))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_speaks_with_one_voice() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                let name = argument.get_id();
                assert!(help.starts_with(|c: char| c.is_uppercase()), "{name}: begins with a capital: {help:?}");
                assert!(!help.ends_with('.'), "{name}: no full stop: {help:?}");
                assert!(help.len() < 100, "{name}: one line: {help:?}");
            }
            command.get_subcommands().for_each(check);
        }
        let mut command = Cli::command();
        command.build();
        check(&command);
    }
}
