//! A test that does nothing and passes.
//!
//! # Why
//!
//! It is counted among the tests that pass, so that what its name promises seems to be tested. Mostly it was meant to
//! be written later, or was emptied to make it pass.
//!
//! # Example
//!
//! ```python
//! def test_upload_fails_without_network():
//!     pass
//! ```
//!
//! # Better
//!
//! ```python
//! @pytest.mark.skip(reason="not written yet")
//! def test_upload_fails_without_network(): ...
//! ```
//!
//! # Limits
//!
//! Tests that are always skipped or expected to fail are left alone. The finding is less certain where something else
//! may do the work: set-up methods, fixtures, which are then tested themselves, or a decorator; and where the class is
//! a base of others, or overrides what it inherits. Of a body with any statement in it, nothing is said here.

use std::collections::HashSet;

use super::{
    Context, Group, Report, Rule,
    functions::{TestFunction, active_decorator, is_plain_base, of_tests},
};
use crate::model::{
    Confidence, DefinitionKind, Expr, Region, Severity, SignalKind, SkipStatus, Suite, Test, body::last_name,
    settings::Wanted,
};

pub(super) const RULE: Rule = Rule {
    name: "empty-test",
    group: Group::Tests,
    severity: Severity::Warning,
    needs: Wanted { bodies: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("empty_test.rs"),
    check,
};

/// Methods that run before the tests of a class.
const SET_UP: [&str; 9] = [
    "setUp",
    "setUpClass",
    "asyncSetUp",
    "tearDown",
    "setup_method",
    "setup_class",
    "teardown_method",
    "setUpTestData",
    "setup",
];

/// Parts of names of marks with which a plugin checks something by itself.
const CHECKING_MARKS: [&str; 6] = ["mypy", "mpl", "image", "regression", "benchmark", "snapshot"];

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let overridden = overridden(context.suite);
    for function in of_tests(context.suite) {
        if !function.body.is_empty || is_left_out(&function) {
            continue;
        }
        let confidence = confidence(&function, &overridden);
        let at = Region::name_of(&function.file.path, function.definition);
        let finding = report.add(confidence, at, format!("`{}` does nothing", function.definition.name));
        finding.help = Some("write it, skip it with a reason, or remove it".to_owned());
    }
}

fn is_left_out(function: &TestFunction<'_>) -> bool {
    let never_runs = function.tests.iter().all(|test| test.skip == SkipStatus::Always);
    let is_declared = |name: &str| {
        ["unittest.expectedFailure", "unittest.case.expectedFailure", "typing.overload"].contains(&name)
            || last_name(name).starts_with("abstract")
    };
    never_runs
        || function.is_marked("xfail")
        || function.definition.decorators.iter().any(|decorator| is_declared(&decorator.name))
}

fn confidence(function: &TestFunction<'_>, overridden: &HashSet<(&str, &str)>) -> Confidence {
    let definition = function.definition;
    let given = definition.decorators.iter().any(|decorator| decorator.name.starts_with("hypothesis.given"));
    let marks = function.tests.iter().flat_map(|test| &test.markers);
    let mut checking = marks.filter(|mark| CHECKING_MARKS.iter().any(|part| mark.contains(part)));
    if active_decorator(definition).is_some() || given || checking.next().is_some() {
        return Confidence::Low;
    }
    let class = function.class();
    if class.is_some_and(|class| overridden.contains(&(class.name.as_str(), definition.name.as_str()))) {
        return Confidence::Low;
    }
    let inherits = class.is_some_and(|class| class.bases.iter().any(|base| !is_plain_base(base)));
    let methods = function.file.facts.definitions.iter().filter(|own| own.parent == definition.parent);
    let is_set_up = class.is_some() && methods.into_iter().any(|own| SET_UP.contains(&own.name.as_str()));
    let parameters = parameters(function);
    let is_fixture = |name: &String| !parameters.contains(&name.as_str());
    let requests = |test: &Test| {
        let mut asked = definition.parameters.iter().map(|own| &own.name);
        asked.any(|name| is_fixture(name) && test.fixtures.contains(name))
    };
    if function.is_marked("usefixtures") || function.tests.iter().any(|test| requests(test)) {
        return Confidence::Low;
    }
    let gets_fixtures = function.tests.iter().any(|test| test.fixtures.iter().any(is_fixture));
    match inherits || is_set_up || gets_fixtures || definition.conditional {
        true => Confidence::Medium,
        false => Confidence::High,
    }
}

/// The names that lists of cases give values to: decorators of the function and of the classes around it, and marks of
/// the module.
fn parameters<'s>(function: &TestFunction<'s>) -> Vec<&'s str> {
    let facts = &function.file.facts;
    let around: Vec<_> = facts.ancestors(Some(function.id)).collect();
    let lists = facts.signals.iter().filter(|signal| {
        signal.kind == SignalKind::ParametrizeCases && signal.owner.is_none_or(|owner| around.contains(&owner))
    });
    let names = lists.filter_map(|signal| signal.call.as_ref()?.argument(0, "argnames"));
    let names = names.flat_map(|names| match names {
        Expr::Sequence(names) | Expr::Tuple(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    });
    let texts = names.filter_map(|name| if let Expr::Str(text) = name { Some(text) } else { None });
    texts.flat_map(|text| text.split(',').map(str::trim)).collect()
}

/// Methods, each with the name of a class, that some class with a base of that name defines again.
fn overridden(suite: &Suite) -> HashSet<(&str, &str)> {
    let mut found = HashSet::new();
    for facts in suite.files.iter().map(|file| &file.facts) {
        for method in facts.definitions.iter().filter(|definition| definition.kind == DefinitionKind::Function) {
            let class = method.parent.map(|parent| facts.definition(parent));
            let bases = class.into_iter().flat_map(|class| &class.bases);
            let bases = bases.filter(|base| !is_plain_base(base));
            found.extend(bases.map(|base| (last_name(base), method.name.as_str())));
        }
    }
    found
}
