//! A fixture that no test gets.
//!
//! # Why
//!
//! It costs reading and upkeep, and often shows that the tests which used it are gone, or never ran.
//!
//! # Example
//!
//! ```python
//! @pytest.fixture
//! def old_server(): ...   # no test, fixture or mark asks for `old_server`
//! ```
//!
//! # Better
//!
//! Remove it.
//!
//! # Limits
//!
//! Judged only when the whole tree is read. A fixture is used if a test gets it by a parameter, through another fixture, by
//! `usefixtures` or because it is `autouse`, or if its name stands in a `getfixturevalue`, a list of parameters, or the parameters of
//! a function that a decorator registers (steps of pytest-bdd). Less certain where names of fixtures are computed, where a plugin
//! that is not known may ask for it, and where parts of the tree could not be read. Fixtures of plugins that the project publishes,
//! and those that replace a plugin's fixture, are left alone.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "unused-fixture",
    group: Group::Collection,
    severity: Severity::Warning,
    needs: Wanted { judged: true, requirements: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("unused_fixture.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    if !suite.whole {
        return;
    }
    // A fixture that overrides a used one may be asked for where it is seen; the other is told apart by its place.
    for fixture in suite.fixtures.iter().filter(|fixture| !fixture.used && !fixture.autouse && !fixture.overrides) {
        let certain = !fixture.computed && context.knows_all_plugins && context.is_wholly_read(&fixture.at.path);
        let confidence = if certain { Confidence::High } else { Confidence::Medium };
        let finding =
            report.add(confidence, fixture.at.clone(), format!("no test uses the fixture `{}`", fixture.name));
        finding.help = Some("remove it".to_owned());
        finding.unless_mentioned = vec![fixture.name.clone()];
    }
}
