//! A test asks for a fixture that nobody defines.
//!
//! # Why
//!
//! pytest ends the test with the error "fixture 'name' not found". Where the test is skipped or seldom selected, nobody notices.
//!
//! # Example
//!
//! ```python
//! @pytest.fixture
//! def database(): ...
//!
//! def test_query(databse): ...
//! ```
//!
//! # Better
//!
//! ```python
//! def test_query(database): ...
//! ```
//!
//! # Limits
//!
//! Fixtures are looked for as pytest does: in the class, the module, conftest files, plugins of the tree and a table of well-known
//! plugins, of which the less common count only where the project requires them. The finding is less certain where the project
//! depends on a plugin of pytest that the table does not have, or does not depend on one of the table that has such a fixture,
//! where a decorator that is not known stands on the test, where the test is always skipped, and in a file that can be run as a script and
//! then calls its own functions. Names that a hook or a
//! parametrization supplies count as known.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Severity, SkipStatus, nearest, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "unknown-fixture",
    group: Group::Collection,
    severity: Severity::Error,
    needs: Wanted { judged: true, requirements: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("unknown_fixture.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    let names: Vec<&str> = suite.fixtures.iter().map(|fixture| fixture.name.as_str()).collect();
    for (file, test) in suite.files.iter().flat_map(|file| file.tests.iter().map(move |test| (file, test))) {
        // The functions of a script that calls its own may be called by it, with arguments.
        let is_script =
            file.facts.main_guard.is_some() && file.facts.module_calls.iter().any(|name| name.starts_with(':'));
        for missing in &test.missing_fixtures {
            // A distribution that the project requires may bring that plugin along.
            let known = context.knows_all_plugins && missing.provider.is_none();
            let confidence = match (missing.certain && !is_script, known && test.skip != SkipStatus::Always) {
                (true, true) => Confidence::High,
                (true, false) => Confidence::Medium,
                (false, _) => Confidence::Low,
            };
            let message = match &missing.by {
                Some(fixture) => format!("the fixture `{fixture}` asks for `{}`, which is not defined", missing.name),
                None => format!("the fixture `{}` is not defined", missing.name),
            };
            let finding = report.add(confidence, missing.at.clone(), message);
            finding.help = match (nearest(&missing.name, names.iter().copied()), missing.provider) {
                (Some(near), _) => Some(format!("did you mean `{near}`?")),
                (None, Some(plugin)) => Some(format!("`{plugin}` has one, and the project does not require it")),
                (None, None) => None,
            };
        }
    }
}
