//! A test that another definition of the same name replaces.
//!
//! # Why
//!
//! Of two functions or classes with one name in one scope Python keeps the last. The first test is never collected; most often it
//! was copied and not renamed.
//!
//! # Example
//!
//! ```python
//! def test_upload():
//!     assert upload(b"")
//!
//! def test_upload():
//!     assert not upload(None)
//! ```
//!
//! # Better
//!
//! Give each a name of its own.
//!
//! # Limits
//!
//! Definitions in branches (`if`, `try`) are left alone: they may exclude each other. So are those between which the name is
//! deleted. Less certain where a decorator that is not known may keep the first function.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Group, Report, Rule};
use crate::model::{
    Binding, BindingValue, Confidence, DefinitionId, Region, Severity, fact::Decorator, settings::Wanted,
};

pub(super) const RULE: Rule = Rule {
    name: "shadowed-test",
    group: Group::Collection,
    severity: Severity::Error,
    needs: Wanted::COLLECTION,
    applies: |_| true,
    source: include_str!("shadowed_test.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    for file in &context.suite.files {
        let facts = &file.facts;
        // Tests with the classes around them: all of these are collected under their names.
        let collected: BTreeSet<DefinitionId> =
            file.tests.iter().flat_map(|test| facts.ancestors(test.definition)).collect();
        let mut last: BTreeMap<(Option<DefinitionId>, &str), &Binding> = BTreeMap::new();
        for binding in &facts.bindings {
            let previous = last.insert((binding.scope, &binding.name), binding);
            let Some(previous) = previous.filter(|previous| !previous.conditional && !binding.conditional) else {
                continue;
            };
            let (BindingValue::Definition(before), BindingValue::Definition(now)) = (&previous.value, &binding.value)
            else {
                continue;
            };
            let (before, now) = (facts.definition(*before), (*now, facts.definition(*now)));
            // `@test_upload.variant` is made of the first one.
            let built_on = |decorator: &Decorator| {
                let name = decorator.evidence.text.trim_start_matches('@');
                name.split(['.', '(']).next() == Some(&binding.name)
            };
            if !collected.contains(&now.0) || before.kind != now.1.kind || now.1.decorators.iter().any(built_on) {
                continue;
            }
            let confidence = if before.is_plain() { Confidence::High } else { Confidence::Medium };
            let message = format!("`{}` is defined again in line {}: this one never runs", before.name, now.1.line);
            let finding = report.add(confidence, Region::name_of(&file.path, before), message);
            finding.help = Some("give each a name of its own".to_owned());
            finding.related.push((Region::name_of(&file.path, now.1), "this one counts".to_owned()));
        }
    }
}
