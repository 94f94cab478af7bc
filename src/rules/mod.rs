//! What is wrong with the suite: reads it and yields findings. Never sees a syntax tree or the disk.
//!
//! A rule is a file here and a name in the table below. The comment at the top of its file is its page: `testaudit explain`
//! prints it, and `docs/rules.md` is made of all of them.

mod check;
mod decorators;
mod functions;
mod names;
mod page;
mod rust;

use crate::model::{
    Confidence, Finding, ProblemKind, Region, Severity, Suite,
    requirement::normalized,
    settings::{LintSettings, Wanted},
};

pub use check::{Checked, Comments, check, is_running, wanted};
pub use names::unknown_name;

/// What a group of rules is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Markers of pytest.
    Markers,
    /// The configuration of pytest and of cargo.
    Configuration,
    /// What is collected, and what is not.
    Collection,
    /// What tests ask for and what they do.
    Tests,
    /// testaudit's own comments.
    Suppressions,
}

impl Group {
    /// All, in the order of the list of rules.
    pub const ALL: [Self; 5] = [Self::Markers, Self::Configuration, Self::Collection, Self::Tests, Self::Suppressions];

    /// The name by which the group is selected.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markers => "markers",
            Self::Configuration => "configuration",
            Self::Collection => "collection",
            Self::Tests => "tests",
            Self::Suppressions => "suppressions",
        }
    }
}

/// One rule.
pub struct Rule {
    /// Kebab-case: the smell, not the cure.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// How bad its findings are.
    pub severity: Severity,
    /// What it reads of the suite.
    pub needs: Wanted,
    /// Whether there is anything to judge by, as far as the settings tell.
    applies: fn(&LintSettings) -> bool,
    /// The text of its file, for its page.
    source: &'static str,
    check: fn(&Context<'_>, &mut Report<'_>),
}

/// What rules read.
pub struct Context<'c> {
    /// The suite.
    pub suite: &'c Suite,
    /// What the configuration says about rules.
    pub settings: &'c LintSettings,
    /// Whether every plugin of pytest that may be loaded is known.
    knows_all_plugins: bool,
}

impl<'c> Context<'c> {
    fn new(suite: &'c Suite, settings: &'c LintSettings) -> Self {
        Self { suite, settings, knows_all_plugins: knows_all_plugins(suite) }
    }

    /// Whether everything beside and below a file could be read.
    fn is_wholly_read(&self, path: &str) -> bool {
        let folder = crate::model::path::folder(path);
        let is_below =
            |other: &str| folder.is_empty() || other.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        !self.suite.problems.iter().any(|problem| problem.kind != ProblemKind::Config && is_below(&problem.path))
    }
}

/// Whether every plugin of pytest that may be loaded is known: none of the project's requirements is another one. Where
/// some could not be read, those beside pytest itself are taken for all that its tests need.
fn knows_all_plugins(suite: &Suite) -> bool {
    let known = |name: &str| suite.known_plugins.iter().any(|own| normalized(own) == name);
    let is_plugin = |name: &str| name.starts_with("pytest-") && !HARMLESS.contains(&name);
    (suite.requirements.unread.is_empty() || suite.requirements.of("pytest").next().is_some())
        && suite.outside_plugins.is_empty()
        && suite.requirements.list.iter().all(|own| !is_plugin(&own.name) || known(&own.name))
}

/// Distributions that are called like a plugin and are none.
const HARMLESS: [&str; 1] = ["pytest-runner"];

/// Where a rule puts its findings.
pub struct Report<'r> {
    rule: &'r Rule,
    findings: Vec<Finding>,
}

impl Report<'_> {
    /// Adds a finding. There is none without a place.
    pub fn add(&mut self, confidence: Confidence, at: Region, message: impl Into<String>) -> &mut Finding {
        let Rule { name: rule, severity, .. } = *self.rule;
        let message = message.into();
        let finding = Finding {
            rule,
            severity,
            confidence,
            at,
            message,
            help: None,
            related: Vec::new(),
            fix: None,
            unless_mentioned: Vec::new(),
            unless_repeated: None,
        };
        self.findings.push(finding);
        self.findings.last_mut().expect("it was pushed just now")
    }
}

/// Every rule, by the name of its file.
macro_rules! rules {
    ($($file:ident),* $(,)?) => {
        $(mod $file;)*

        /// In the order of the list of rules.
        static RULES: &[&Rule] = &[$(&$file::RULE),*];
    };
}

rules! {
    assertion_free_test,
    async_test_without_plugin,
    duplicate_parametrize_id,
    empty_parametrize,
    empty_test,
    gated_without_marker,
    ignored_pytest_config,
    ignored_without_reason,
    mark_on_fixture,
    marker_feature_mismatch,
    markers_not_strict,
    missing_required_marker,
    nested_test_function,
    no_main_entry,
    non_strict_xfail,
    orphan_test_file,
    shadowed_test,
    skip_without_reason,
    skipif_without_reason,
    test_returns_value,
    uncollected_test_class,
    uncollected_test_file,
    unconditional_skip,
    undeclared_feature,
    unknown_fixture,
    unknown_marker_in_expression,
    unknown_pytest_option,
    unregistered_marker,
    unused_fixture,
    unused_marker_registration,
    unused_suppression,
    vacuous_assertion,
}

impl Rule {
    /// All rules, by group and name.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        let mut rules = RULES.to_vec();
        rules.sort_by_key(|rule| (rule.group, rule.name));
        rules.into_iter()
    }

    /// The rule of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.name == name)
    }

    /// One line that says what it finds.
    pub fn summary(&self) -> String {
        page::summary(self.source)
    }

    /// Its page in Markdown, below its heading.
    pub fn page(&self) -> String {
        page::page(self.source)
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_a_whole_page() {
        let mut seen = Vec::new();
        for rule in Rule::all() {
            assert!(!seen.contains(&rule.name), "`{}` twice", rule.name);
            seen.push(rule.name);
            assert!(rule.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.name);
            let (summary, page) = (rule.summary(), rule.page());
            assert!(summary.len() < 100 && !summary.ends_with('.'), "`{}`: {summary}", rule.name);
            for heading in ["## Why", "## Example", "## Better", "## Limits"] {
                assert!(page.contains(&format!("\n{heading}\n")), "`{}` has no `{heading}`", rule.name);
            }
            assert!(Group::ALL.iter().all(|group| group.name() != rule.name));
        }
    }
}
