//! An assertion that cannot fail.
//!
//! # Why
//!
//! It looks like a check and is none. A tuple in parentheses is always true, whatever stands in it; an assertion method
//! of a mock that is not called asserts nothing; the second argument of `assertTrue` is a message and not what is
//! expected.
//!
//! # Example
//!
//! ```python
//! def test_upload(self, server):
//!     assert (upload("a") == 200, "uploaded")
//!     server.put.assert_called_once
//!     self.assertTrue(len(server.files), 1)
//! ```
//!
//! # Better
//!
//! ```python
//! def test_upload(self, server):
//!     assert upload("a") == 200, "uploaded"
//!     server.put.assert_called_once()
//!     self.assertEqual(len(server.files), 1)
//! ```
//!
//! # Limits
//!
//! Judges assertions by their form. Confidence is low where a name is compared with itself, which mostly tests `__eq__`
//! or a cache, and in a function within a function, which may be an example for the code under test. An attribute such
//! as `called_once` may be one of the project's own, which is less certain too. Assertions that the tree defines itself
//! are left alone. Where a failure is expected, nothing is reported.

use super::{
    Context, Group, Report, Rule,
    functions::{Functions, find, is_expected_to_fail, is_of_tests},
};
use crate::model::{
    Confidence, DefinitionKind, Region, Severity, TestFile,
    body::{Assertion, Value, last_name},
    settings::Wanted,
};

pub(super) const RULE: Rule = Rule {
    name: "vacuous-assertion",
    group: Group::Tests,
    severity: Severity::Warning,
    needs: Wanted { bodies: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("vacuous_assertion.rs"),
    check,
};

/// What is wrong with an assertion, with what to do.
struct Fault {
    confidence: Confidence,
    message: String,
    help: &'static str,
}

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let functions = Functions::new(context.suite);
    for file in context.suite.files.iter().filter(|file| is_of_tests(file)) {
        for definition in &file.facts.definitions {
            let Some(body) = definition.body.as_deref() else { continue };
            let mut around = file.facts.ancestors(definition.parent).map(|id| file.facts.definition(id).kind);
            let is_nested = around.any(|kind| kind == DefinitionKind::Function);
            let mut add = |line: u32, start: u32, end: u32, fault: Fault| {
                if !is_expected_to_fail(body, start, end) {
                    let confidence = if is_nested { Confidence::Low } else { fault.confidence };
                    let at = Region::range(&file.path, line, start, end);
                    report.add(confidence, at, fault.message).help = Some(fault.help.to_owned());
                }
            };
            for own in &body.assertions {
                let fault = match &own.callee {
                    None => of_statement(file, own),
                    // An assertion of the tree can mean anything.
                    Some(callee) if !functions.named(last_name(callee)).is_empty() => None,
                    Some(callee) => of_call(callee, own),
                };
                if let Some(fault) = fault {
                    add(own.line, own.start, own.end, fault);
                }
            }
            for own in &body.lone_attributes {
                let last = last_name(&own.name);
                if is_checking(&own.name) && functions.named(last).is_empty() {
                    let message = format!("`{last}` is not called: nothing is checked");
                    add(own.line, own.start, own.end, Fault { confidence: Confidence::High, message, help: "call it" });
                }
            }
        }
    }
}

/// Methods of mocks that check something when they are called.
const OF_MOCKS: [&str; 14] = [
    "assert_any_await",
    "assert_any_call",
    "assert_awaited",
    "assert_awaited_once",
    "assert_awaited_once_with",
    "assert_awaited_with",
    "assert_called",
    "assert_called_once",
    "assert_called_once_with",
    "assert_called_with",
    "assert_has_awaits",
    "assert_has_calls",
    "assert_not_awaited",
    "assert_not_called",
];

/// Whether what has this name checks something, and only when it is called.
fn is_checking(name: &str) -> bool {
    let last = last_name(name);
    let of_unittest = || last.strip_prefix("assert").is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase()));
    OF_MOCKS.contains(&last) || last == "raise_for_status" || of_unittest()
}

/// Names that a mock has no check of, and makes an attribute of, which is true.
const OF_NO_MOCK: [&str; 7] =
    ["called_once", "called_once_with", "called_with", "not_called", "has_calls", "any_call", "called_once_with_args"];

fn of_statement(file: &TestFile, own: &Assertion) -> Option<Fault> {
    let value = own.values.first()?;
    let always = |what: &str| format!("this assertion cannot fail: {what}");
    let high = |message: String, help| Some(Fault { confidence: Confidence::High, message, help });
    match value {
        Value::Tuple(items) if *items > 0 => {
            high(always("a tuple with something in it is true"), "remove the parentheses around condition and message")
        }
        Value::Text { empty: false } => {
            high(always("a string is true"), "assert a condition; a message stands behind it")
        }
        value if value.truth() == Some(true) => {
            high(always("the condition is constant"), "assert something, or remove it")
        }
        Value::SelfComparison { operator, literal } if matches!(operator.as_str(), "==" | "is" | "<=" | ">=") => {
            let confidence = if *literal { Confidence::High } else { Confidence::Low };
            let message = "both sides of this comparison are the same".to_owned();
            Some(Fault { confidence, message, help: "compare with what is expected" })
        }
        Value::Name(name) if is_function(file, name) => {
            high(always(&format!("the function `{}` is not called", last_name(name))), "call it")
        }
        Value::Name(name) if is_checking(name) && !name.starts_with(':') => {
            high(always(&format!("`{}` is not called", last_name(name))), "call it, without `assert`")
        }
        Value::Name(name) | Value::Call(name) if OF_NO_MOCK.contains(&last_name(name)) => {
            let is_mock = name.contains("mock.") || name.contains("Mock(");
            let confidence = if is_mock { Confidence::High } else { Confidence::Medium };
            let message =
                format!("a mock has no `{}`: what stands here is another mock, which is true", last_name(name));
            Some(Fault { confidence, message, help: "use the mock's method whose name begins with `assert_`" })
        }
        _ => None,
    }
}

/// Whether a name is that of a function of the file, as it is defined.
fn is_function(file: &TestFile, name: &str) -> bool {
    let definition = name.strip_prefix(':').and_then(|path| find(file, path)).map(|id| file.facts.definition(id));
    definition.is_some_and(|own| own.kind == DefinitionKind::Function && own.decorators.is_empty() && !own.conditional)
}

fn of_call(callee: &str, own: &Assertion) -> Option<Fault> {
    if callee.is_empty() || callee.starts_with([':', '.']) {
        return None;
    }
    let last = last_name(callee);
    let of_unittest = callee.starts_with('?') || callee.starts_with("unittest.");
    let (first, second) = (own.values.first(), own.values.get(1));
    let truth = first.and_then(Value::truth);
    let constant = |holds: bool| {
        let message = "this assertion cannot fail: the condition is constant".to_owned();
        holds.then_some(Fault { confidence: Confidence::High, message, help: "assert something, or remove it" })
    };
    match last {
        "assertTrue" | "assert_" if of_unittest && truth == Some(true) => constant(true),
        "assertTrue" | "assert_" if of_unittest => {
            let confidence = match (first?, second?) {
                // What is checked is said already.
                (Value::Comparison | Value::Logic | Value::SelfComparison { .. }, _) => return None,
                (_, Value::Number { .. } | Value::Bool(false)) => Confidence::High,
                (_, Value::Display) => Confidence::Medium,
                // A message, or what happens to be checked.
                _ => return None,
            };
            let message = format!("the second argument of `{last}` is a message: nothing is compared with it");
            Some(Fault { confidence, message, help: "use `assertEqual`" })
        }
        "assertFalse" => constant(of_unittest && truth == Some(false)),
        "assertIsNone" => constant(of_unittest && first == Some(&Value::None)),
        _ if own.compares_same && is_equality(last) => {
            let literal = !matches!(first, Some(Value::Name(_)));
            let confidence = if literal { Confidence::High } else { Confidence::Low };
            let message = format!("`{last}` gets the same twice");
            Some(Fault { confidence, message, help: "compare with what is expected" })
        }
        _ => None,
    }
}

/// Whether an assertion of this name compares its first two arguments for being alike.
fn is_equality(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let alike = ["equal", "close", "same"].iter().any(|word| lower.contains(word)) || lower == "assertis";
    alike && !lower.contains("not")
}
