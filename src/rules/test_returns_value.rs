//! A test that returns a value, which nobody looks at.
//!
//! # Why
//!
//! Who runs a test ignores what it returns. Where `assert` was meant, the test can never fail. pytest warns of it
//! (`PytestReturnNotNoneWarning`), and unittest since Python 3.11.
//!
//! # Example
//!
//! ```python
//! def test_sum():
//!     return sum([1, 2]) == 3
//! ```
//!
//! # Better
//!
//! ```python
//! def test_sum():
//!     assert sum([1, 2]) == 3
//! ```
//!
//! # Limits
//!
//! Whether a call returns anything is seen of functions of the tree: by what the name leads to in the file, else by the
//! name alone. Calls and names are less certain than values that are written out, and so are those in classes with
//! bases of the project's own, whose runner may wait for what a test returns. Confidence is low where a decorator may
//! use the value, and where the file uses the function by its name. Generators, tests of Twisted's trial and those with
//! the mark of a plugin that compares images are left alone.

use super::{
    Context, Group, Report, Rule,
    functions::{Functions, TestFunction, active_decorator, is_plain_base, lower, of_tests},
};
use crate::model::{
    BindingValue, Confidence, Expr, Region, Severity,
    body::{Body, Return, Value, last_name},
    settings::Wanted,
};

pub(super) const RULE: Rule = Rule {
    name: "test-returns-value",
    group: Group::Tests,
    severity: Severity::Warning,
    needs: Wanted { bodies: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("test_returns_value.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let functions = Functions::new(context.suite);
    for function in of_tests(context.suite) {
        if function.body.yields || is_used(&function) {
            continue;
        }
        let judged =
            function.body.returns.iter().filter_map(|own| Some((confidence(own, &function, &functions)?, own)));
        // The surest speaks for all.
        let Some((confidence, own)) = judged.min_by_key(|(confidence, own)| (*confidence, own.start)) else { continue };
        let definition = function.definition;
        let mut confidence = confidence;
        // A runner of its own may wait for what is returned.
        let is_plain = function.class().is_none_or(|class| class.bases.iter().all(|base| is_plain_base(base)));
        if !is_plain && confidence > Confidence::High {
            confidence = lower(confidence);
        }
        if active_decorator(definition).is_some() || is_mentioned(&function) {
            confidence = Confidence::Low;
        }
        let mut at = Region::range(&function.file.path, own.line, own.start, own.end);
        at.head = own.line;
        let message = format!("`{}` returns a value that nobody looks at", definition.name);
        let finding = report.add(confidence, at, message);
        finding.help = Some(match own.value {
            Some(Value::Bool(_) | Value::Comparison | Value::SelfComparison { .. } | Value::Logic) => {
                "write `assert` in place of `return`".to_owned()
            }
            _ => "remove `return`, or assert what is meant".to_owned(),
        });
    }
}

/// Whether something uses what a test returns: the runner of its class, a plugin.
fn is_used(function: &TestFunction<'_>) -> bool {
    let decorators = function.definition.decorators.iter().map(|decorator| decorator.name.as_str());
    let bases = function.class().into_iter().flat_map(|class| class.bases.iter().map(String::as_str));
    let waits = |name: &str| {
        name.starts_with("twisted.") || name.contains("inlineCallbacks") || name.contains("ynchronousDeferred")
    };
    let compares =
        |marker: &String| ["mpl", "image", "regression", "snapshot"].iter().any(|part| marker.contains(part));
    decorators.chain(bases).any(waits) || function.tests.iter().flat_map(|test| &test.markers).any(compares)
}

/// Whether its file uses a function of the module by its name: calls it, or keeps it in a list.
fn is_mentioned(function: &TestFunction<'_>) -> bool {
    let facts = &function.file.facts;
    let path = format!(":{}", function.definition.name);
    let mut bodies = facts.definitions.iter().filter_map(|own| own.body.as_deref());
    let mut values = facts.bindings.iter().filter_map(|binding| match &binding.value {
        BindingValue::Value(value) => Some(value),
        _ => None,
    });
    function.definition.parent.is_none()
        && (bodies.any(|body| body.uses.iter().any(|own| own.name == path))
            || values.any(|value| holds(value, &function.definition.name)))
}

/// Whether a display holds a name.
fn holds(value: &Expr, name: &str) -> bool {
    match value {
        Expr::Name(own) => own == name,
        Expr::Sequence(items) | Expr::Tuple(items) | Expr::Set(items) => items.iter().any(|item| holds(item, name)),
        Expr::Mapping(entries) => entries.iter().any(|(_, value)| holds(value, name)),
        _ => false,
    }
}

/// How sure it is that a value is returned.
fn confidence(own: &Return, function: &TestFunction<'_>, functions: &Functions<'_>) -> Option<Confidence> {
    match own.value.as_ref()? {
        Value::None => None,
        Value::Bool(_)
        | Value::Number { .. }
        | Value::Text { .. }
        | Value::Tuple(_)
        | Value::Display
        | Value::SelfComparison { .. }
        | Value::Comparison
        | Value::Logic => Some(Confidence::High),
        Value::Name(_) | Value::Other => Some(Confidence::Medium),
        Value::Call(callee) | Value::Await(Some(callee)) => of_call(callee, function, functions),
        Value::Await(None) => Some(Confidence::Low),
    }
}

fn of_call(callee: &str, function: &TestFunction<'_>, functions: &Functions<'_>) -> Option<Confidence> {
    // What asserts or skips returns nothing, or never.
    let last = last_name(callee).to_ascii_lowercase();
    if ["assert", "fail", "skip", "xfail", "exit"].iter().any(|start| last.starts_with(start)) {
        return None;
    }
    let mut candidates = functions.candidates(function.file, callee);
    // An override that calls what it overrides.
    candidates.retain(|(file, id)| (file.path.as_str(), *id) != (function.file.path.as_str(), function.id));
    let bodies: Vec<&Body> =
        candidates.iter().filter_map(|(file, id)| file.facts.definition(*id).body.as_deref()).collect();
    if bodies.is_empty() {
        return Some(Confidence::Low);
    }
    let returns =
        |body: &&Body| body.yields || body.returns.iter().any(|own| !matches!(own.value, None | Some(Value::None)));
    bodies.iter().any(returns).then_some(Confidence::Medium)
}
