//! A marker on a fixture, where it has no effect.
//!
//! pytest applies marks to tests. On a fixture a mark does nothing before pytest 9, which refuses it: "Marks applied to
//! fixtures have no effect" (`_pytest/fixtures.py`, `FixtureFunctionMarker.__call__`).
//!
//! # Why
//!
//! `usefixtures` on a fixture requests nothing, `skipif` skips nothing, and a whole module fails to be collected after an
//! upgrade of pytest.
//!
//! # Example
//!
//! ```python
//! @pytest.fixture
//! @pytest.mark.usefixtures("database")
//! def user(): ...
//! ```
//!
//! # Better
//!
//! ```python
//! @pytest.fixture
//! def user(database): ...
//! ```
//!
//! # Limits
//!
//! A mark that a decorator of the project applies is not seen.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, DefinitionKind, Region, Severity, fact::Decorator, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "mark-on-fixture",
    group: Group::Markers,
    severity: Severity::Error,
    needs: Wanted { markers: true, ..Wanted::NOTHING },
    applies: |_| true,
    source: include_str!("mark_on_fixture.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    for file in &context.suite.files {
        let fixtures =
            file.facts.definitions.iter().filter(|definition| definition.decorators.iter().any(makes_fixture));
        for definition in fixtures {
            // One within a function is not what pytest meets when it imports the module.
            let mut around = file.facts.ancestors(definition.parent).map(|id| file.facts.definition(id));
            if around.any(|definition| definition.kind == DefinitionKind::Function) {
                continue;
            }
            for decorator in &definition.decorators {
                let Some(mark) = decorator.name.strip_prefix("pytest.mark.") else { continue };
                let mark = mark.split(['.', '(']).next().unwrap_or(mark);
                let mut at = Region::range(&file.path, decorator.evidence.line, decorator.start, decorator.end);
                at.head = definition.first_line();
                let message = format!("`{mark}` has no effect on the fixture `{}`", definition.name);
                let finding = report.add(Confidence::High, at, message);
                finding.help = Some(match mark {
                    "usefixtures" => "request the fixtures as parameters".to_owned(),
                    "parametrize" => "give the fixture `params`".to_owned(),
                    _ => "mark the tests that use it; pytest 9 refuses this".to_owned(),
                });
            }
        }
    }
}

/// Whether a decorator makes a fixture of a function.
fn makes_fixture(decorator: &Decorator) -> bool {
    let name = decorator.name.trim_end_matches("()");
    name.starts_with("pytest") && (name.ends_with(".fixture") || name.ends_with(".yield_fixture"))
}
