//! A test that checks nothing, but that what it calls raises nothing.
//!
//! # Why
//!
//! Whatever the code under test returns, the test passes: a wrong result is as good as a right one.
//!
//! # Example
//!
//! ```python
//! def test_sum():
//!     total([1, 2])
//! ```
//!
//! # Better
//!
//! ```python
//! def test_sum():
//!     assert total([1, 2]) == 3
//! ```
//!
//! # Limits
//!
//! A test that something "does not raise" is a test, and is what this rule finds: it is therefore a note, shown where
//! it is asked for. As a check counts an assertion, a `raise`, and the use of anything that is named like a check
//! (`assert_close`, `verify`, `expect`, `pytest.raises`), in the test or in what it uses of the tree's tests: helpers,
//! base classes, nested functions, fixtures. Where a name leads to is followed within the file, else by the name alone,
//! so that a helper of the same name elsewhere may hide a finding. Property-based tests, and those with a decorator or
//! mark that may check, are left alone. The finding is less certain where the test calls what a fixture gives it, or a
//! method that it inherits from outside of the tree. Tests that return a value are left to `test-returns-value`.

use std::collections::{HashMap, HashSet};

use super::{
    Context, Group, Report, Rule,
    functions::{Functions, TestFunction, active_decorator, find, is_of_tests, of_tests},
};
use crate::model::{
    Body, Confidence, DefinitionId, DefinitionKind, Region, Severity, SkipStatus, Suite, TestFile,
    body::{Use, last_name},
    settings::Wanted,
};

pub(super) const RULE: Rule = Rule {
    name: "assertion-free-test",
    group: Group::Tests,
    severity: Severity::Note,
    needs: Wanted { bodies: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("assertion_free_test.rs"),
    check,
};

/// How many functions are asked for one test.
const MAX_ASKED: usize = 2000;

/// Words in the names of what checks something.
const WORDS: [&str; 26] = [
    "assert",
    "asserts",
    "assertion",
    "assertions",
    "expect",
    "expects",
    "expected",
    "check",
    "checks",
    "checker",
    "verify",
    "validate",
    "fail",
    "should",
    "ensure",
    "must",
    "compare",
    "raises",
    "raise",
    "warns",
    "warn",
    "gradcheck",
    "gradgradcheck",
    "snapshot",
    "fnmatch",
    "testmod",
];

/// Names of what checks something without saying so.
const NAMES: [&str; 6] =
    ["deprecated_call", "reveal_type", "re_match_lines", "subprocess.run", "runner.invoke", "regression"];

/// Parts of names of marks and fixtures with which a plugin checks something.
const PLUGINS: [&str; 6] = ["mypy", "mpl", "image", "regression", "snapshot", "approv"];

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let checks = Checks::new(context.suite);
    for function in of_tests(context.suite) {
        if is_left_out(&function) || checks.any(&function) {
            continue;
        }
        let at = Region::name_of(&function.file.path, function.definition);
        let message = format!("`{}` checks nothing but that nothing is raised", function.definition.name);
        let finding = report.add(confidence(&function), at, message);
        finding.help = Some("assert what should come of it".to_owned());
    }
}

fn is_left_out(function: &TestFunction<'_>) -> bool {
    let is_plugged = |name: &str| PLUGINS.iter().any(|part| name.contains(part));
    function.body.is_empty
        || function.body.yields
        // Another rule finds these.
        || function.body.returns.iter().any(|own| own.value.is_some())
        || function.is_marked("xfail")
        || function.tests.iter().all(|test| test.skip == SkipStatus::Always)
        || active_decorator(function.definition).is_some()
        || function.definition.decorators.iter().any(|decorator| {
            decorator.name.starts_with("hypothesis.given") || last_name(&decorator.name) == "expectedFailure"
        })
        || function.tests.iter().any(|test| test.markers.iter().chain(&test.fixtures).any(|name| is_plugged(name)))
}

fn confidence(function: &TestFunction<'_>) -> Confidence {
    let is_receiver = |name: &str| function.class().is_some() && matches!(name, "self" | "cls");
    let parameters = || function.definition.parameters.iter().map(|parameter| parameter.name.as_str());
    let called = function.body.uses.iter().filter(|own| own.called);
    let given = called.filter_map(|own| parameters().find(|name| own.root.as_deref() == Some(*name)));
    // A method of a class outside of the tree is less known than what a fixture gives.
    let doubts = given.map(|name| if is_receiver(name) { Confidence::Low } else { Confidence::Medium });
    doubts.max().unwrap_or(Confidence::High)
}

/// What checks something, in the files that stand among tests.
struct Checks<'s> {
    functions: Functions<'s>,
    /// Methods of classes by the class's name.
    methods: HashMap<&'s str, Vec<(&'s TestFile, DefinitionId)>>,
}

impl<'s> Checks<'s> {
    fn new(suite: &'s Suite) -> Self {
        let mut methods: HashMap<&str, Vec<_>> = HashMap::new();
        for file in suite.files.iter().filter(|file| is_among_tests(file)) {
            for (id, definition) in file.facts.enumerate().filter(|(_, definition)| definition.body.is_some()) {
                let class = definition.parent.map(|parent| file.facts.definition(parent));
                if let Some(class) = class.filter(|class| class.kind == DefinitionKind::Class) {
                    methods.entry(&class.name).or_default().push((file, id));
                }
            }
        }
        Self { functions: Functions::new(suite), methods }
    }

    /// Whether a test, what it uses, or a fixture that it gets checks something.
    fn any(&self, function: &TestFunction<'s>) -> bool {
        let mut pending = vec![(function.file, function.id)];
        // What is defined in a test and named again may be called by anyone; so may the methods of a class.
        let facts = &function.file.facts;
        let inside = facts.enumerate().filter(|(_, own)| facts.ancestors(own.parent).any(|id| id == function.id));
        let used = inside.filter(|(id, own)| {
            is_method(function.file, *id) || own.body.as_ref().is_some_and(|body| body.is_mentioned_around)
        });
        pending.extend(used.map(|(id, _)| (function.file, id)));
        let fixtures = function.tests.iter().flat_map(|test| &test.fixtures);
        pending.extend(fixtures.flat_map(|name| self.functions.named(name)).filter(|(file, _)| is_among_tests(file)));
        if let Some(class) = function.class() {
            let around = ["setUp", "tearDown", "setup_method", "teardown_method", "asyncSetUp", "asyncTearDown"];
            pending.extend(around.iter().filter_map(|name| {
                find(function.file, &format!("{}.{name}", class.name)).map(|id| (function.file, id))
            }));
        }
        let mut seen: HashSet<(&str, DefinitionId)> = HashSet::new();
        while let Some((file, id)) = pending.pop() {
            if !seen.insert((&file.path, id)) {
                continue;
            }
            if seen.len() > MAX_ASKED {
                return true;
            }
            let Some(body) = file.facts.definition(id).body.as_deref() else { continue };
            if checks_itself(body) {
                return true;
            }
            for own in &body.uses {
                let mut leads = self.functions.candidates(file, &own.name);
                // A method can be overridden, so its name counts wherever it is known to lead.
                if leads.iter().any(|(file, id)| is_method(file, *id)) {
                    leads.extend(self.functions.named(last_name(&own.name)));
                }
                leads.retain(|(file, _)| is_among_tests(file));
                pending.extend(leads);
                let stem = own.name.split('(').next().unwrap_or(&own.name);
                pending.extend(self.methods.get(last_name(stem)).into_iter().flatten());
            }
        }
        false
    }
}

fn is_method(file: &TestFile, id: DefinitionId) -> bool {
    let parent = file.facts.definition(id).parent;
    parent.is_some_and(|parent| file.facts.definition(parent).kind == DefinitionKind::Class)
}

/// Whether functions of a file can be helpers of tests.
fn is_among_tests(file: &TestFile) -> bool {
    is_of_tests(file) || file.path.to_ascii_lowercase().contains("test")
}

fn checks_itself(body: &Body) -> bool {
    !body.assertions.is_empty()
        || !body.raises.is_empty()
        || body.contexts.iter().any(|own| sounds_like_check(&own.name))
        || body.uses.iter().any(may_be_check)
}

/// Whether a use says that it checks something, or is of a function that is made by another and not known.
fn may_be_check(own: &Use) -> bool {
    let is_made = own.name.starts_with("functools.partial(") || own.name.starts_with("builtins.staticmethod(");
    let is_test = own.called && last_name(&own.name).starts_with("test_");
    sounds_like_check(&own.name)
        || is_made
        || is_test
        || own.name == "?" && own.root.as_deref().is_some_and(sounds_like_check)
}

/// Whether a name says that it checks something.
fn sounds_like_check(name: &str) -> bool {
    if NAMES.iter().any(|known| name.ends_with(known)) {
        return true;
    }
    let last = last_name(name.trim_end_matches("()"));
    let mut word = String::new();
    let is_word = |word: &mut String| WORDS.contains(&std::mem::take(word).as_str());
    for next in last.chars() {
        if (next == '_' || next.is_ascii_uppercase()) && is_word(&mut word) {
            return true;
        }
        word.extend(next.to_lowercase().filter(|next| *next != '_'));
    }
    is_word(&mut word)
}
