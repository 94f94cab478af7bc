//! An `async def` test that nothing runs.
//!
//! # Why
//!
//! pytest does not run coroutines by itself: it fails such a test ("async def functions are not natively supported"), and before 8.4
//! it skipped it with a warning. unittest calls a coroutine of a plain `TestCase` and never awaits it: that test always passes.
//!
//! # Example
//!
//! ```python
//! async def test_upload():    # pytest-asyncio in its strict mode, and no mark
//!     assert await upload()
//! ```
//!
//! # Better
//!
//! ```python
//! @pytest.mark.asyncio
//! async def test_upload():
//!     assert await upload()
//! ```
//!
//! or `asyncio_mode = "auto"`.
//!
//! # Limits
//!
//! Marks of pytest-asyncio, anyio, pytest-trio, pytest-twisted, pytest-tornado and others, and the options by which these run every
//! coroutine, are known. Less certain where a conftest file implements hooks that may run or mark the test, where a
//! decorator that is not known stands on it, or where the project depends on a plugin that is not known.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Definition, Region, Severity, settings::Wanted, suite::Property};

pub(super) const RULE: Rule = Rule {
    name: "async-test-without-plugin",
    group: Group::Collection,
    severity: Severity::Error,
    needs: Wanted { judged: true, requirements: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("async_test_without_plugin.rs"),
    check,
};

/// Marks by which a plugin runs a coroutine.
const MARKS: [&str; 9] =
    ["asyncio", "anyio", "trio", "gen_test", "tornado", "twisted", "curio", "asyncio_cooperative", "inlineCallbacks"];

/// Options by which a plugin runs every coroutine.
const OPTIONS: [(&str, &str); 3] = [("asyncio_mode", "auto"), ("anyio_mode", "auto"), ("trio_mode", "true")];

/// Distributions whose plugins run every coroutine without being asked.
const DISTRIBUTIONS: [&str; 5] =
    ["pytest-aiohttp", "pytest-tornasync", "alt-pytest-asyncio", "pytest-sanic", "pytest-asyncio-cooperative"];

/// Hooks that can run a test, or mark it.
const HOOKS: [&str; 6] = [
    "pytest_pyfunc_call",
    "pytest_pycollect_makeitem",
    "pytest_collection_modifyitems",
    "pytest_itemcollected",
    "pytest_runtest_call",
    "pytest_generate_tests",
];

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    let options = &suite.pytest.plugin_options;
    let is_on = OPTIONS.iter().any(|(name, value)| options.iter().any(|(own, said)| own == name && said == value));
    if is_on || DISTRIBUTIONS.iter().any(|name| suite.requirements.depends_on(name)) {
        return;
    }
    let hooked = suite.hooks.iter().any(|hook| HOOKS.contains(&hook.name.as_str()));
    for file in &suite.files {
        for test in file.tests.iter().filter(|test| test.properties.contains(&Property::Async)) {
            let Some(definition) = test.definition.map(|id| file.facts.definition(id)) else { continue };
            let never_awaited = test.properties.contains(&Property::NeverAwaited);
            let unittest = test.properties.contains(&Property::Unittest);
            if unittest && !never_awaited || test.markers.iter().any(|name| MARKS.contains(&name.as_str())) {
                continue;
            }
            let around = file.facts.ancestors(test.definition).map(|id| file.facts.definition(id));
            let plain = around.into_iter().all(Definition::is_plain);
            let confidence = match plain && !hooked {
                true if context.knows_all_plugins || never_awaited => Confidence::High,
                true => Confidence::Medium,
                false => Confidence::Low,
            };
            let message = match never_awaited {
                true => format!("nobody awaits the coroutine `{}`: it always passes", test.name),
                false => format!("nothing runs the coroutine `{}`", test.name),
            };
            let finding = report.add(confidence, Region::name_of(&file.path, definition), message);
            finding.help = Some(match never_awaited {
                true => "inherit from `unittest.IsolatedAsyncioTestCase`".to_owned(),
                false => "mark it with the marker of your plugin, as `pytest.mark.asyncio`".to_owned(),
            });
        }
    }
}
