//! The functions of tests, and functions by their names: what rules on the bodies of tests go through. Reports nothing.

use std::collections::{BTreeMap, HashMap};

use crate::model::{
    Body, Confidence, Definition, DefinitionId, DefinitionKind, FileRole, Suite, Test, TestFile,
    body::{Context, last_name},
    suite::Property,
};

/// A function that pytest collects, once, however many tests it is.
pub(super) struct TestFunction<'s> {
    /// The file where it stands.
    pub(super) file: &'s TestFile,
    pub(super) id: DefinitionId,
    pub(super) definition: &'s Definition,
    pub(super) body: &'s Body,
    /// The tests that it is.
    pub(super) tests: Vec<&'s Test>,
}

/// The functions of all tests, by file and place.
pub(super) fn of_tests(suite: &Suite) -> Vec<TestFunction<'_>> {
    let files: HashMap<&str, &TestFile> = suite.files.iter().map(|file| (file.path.as_str(), file)).collect();
    let mut found: BTreeMap<(&str, DefinitionId), Vec<&Test>> = BTreeMap::new();
    for (file, test) in suite.files.iter().flat_map(|file| file.tests.iter().map(move |test| (file, test))) {
        let path = test.defined_in.as_deref().unwrap_or(&file.path);
        if let Some(id) = test.function.filter(|_| !test.properties.contains(&Property::Doctest)) {
            found.entry((path, id)).or_default().push(test);
        }
    }
    let functions = found.into_iter().filter_map(|((path, id), tests)| {
        let file = *files.get(path)?;
        let definition = file.facts.definition(id);
        let body = definition.body.as_deref()?;
        Some(TestFunction { file, id, definition, body, tests })
    });
    functions.collect()
}

impl<'s> TestFunction<'s> {
    /// Whether every test that it is carries a mark.
    pub(super) fn is_marked(&self, marker: &str) -> bool {
        self.tests.iter().all(|test| test.markers.iter().any(|own| own == marker))
    }

    /// The class that it is a method of.
    pub(super) fn class(&self) -> Option<&'s Definition> {
        let parent = self.file.facts.definition(self.definition.parent?);
        (parent.kind == DefinitionKind::Class).then_some(parent)
    }
}

/// Whether a base adds nothing to a test.
pub(super) fn is_plain_base(base: &str) -> bool {
    ["unittest.TestCase", "unittest.case.TestCase", "unittest.IsolatedAsyncioTestCase", "builtins.object"]
        .contains(&base)
}

/// A file that pytest imports for tests or fixtures.
pub(super) fn is_of_tests(file: &TestFile) -> bool {
    matches!(file.role, FileRole::TestModule | FileRole::Conftest)
}

/// Decorators that call what they decorate as it is, and check nothing.
const PASSIVE: [&str; 13] = [
    "pytest.mark.",
    "unittest.skip",
    "unittest.mock.",
    "unittest.expectedFailure",
    "mock.patch",
    "hypothesis.",
    "builtins.staticmethod",
    "builtins.classmethod",
    "functools.wraps",
    "parameterized.",
    "absl.testing.parameterized.",
    "ddt.",
    "django.test.override_settings",
];

/// Beginnings of names of decorators that only decide whether a test runs.
const CONDITIONS: [&str; 11] =
    ["skip", "require", "need", "xfail", "only", "unless", "if_", "slow", "flaky", "unix", "not_"];

/// The first decorator that may do something else with the function than to run it: call it often, look at what it
/// returns, register it.
pub(super) fn active_decorator(definition: &Definition) -> Option<&str> {
    let names = definition.decorators.iter().map(|decorator| decorator.name.as_str());
    let mut active = names.filter(|name| {
        let last = last_name(name.trim_end_matches("()"));
        let last = last.split('(').next().unwrap_or(last).trim_start_matches('_').to_ascii_lowercase();
        !PASSIVE.iter().any(|passive| name.starts_with(passive))
            && !CONDITIONS.iter().any(|condition| last.starts_with(condition))
    });
    active.next()
}

/// The names of context managers in which something is expected to fail.
const EXPECTING: [&str; 10] = [
    "deprecated_call",
    "assertWarns",
    "raises",
    "RaisesGroup",
    "RaisesExc",
    "warns",
    "assertRaises",
    "assertRaisesRegex",
    "assertRaisesRegexp",
    "suppress",
];

/// Whether a range of a body stands where a failure is expected.
pub(super) fn is_expected_to_fail(body: &Body, start: u32, end: u32) -> bool {
    let expects = |context: &&Context| {
        let last = last_name(&context.name);
        EXPECTING.contains(&last) || last.to_ascii_lowercase().contains("raise")
    };
    body.contexts.iter().filter(expects).any(|context| context.start <= start && end <= context.end)
}

/// The functions of the suite by name.
pub(super) struct Functions<'s>(HashMap<&'s str, Vec<(&'s TestFile, DefinitionId)>>);

impl<'s> Functions<'s> {
    pub(super) fn new(suite: &'s Suite) -> Self {
        let mut functions: HashMap<&str, Vec<_>> = HashMap::new();
        for file in &suite.files {
            for (id, definition) in file.facts.enumerate().filter(|(_, definition)| definition.body.is_some()) {
                functions.entry(&definition.name).or_default().push((file, id));
            }
        }
        Self(functions)
    }

    /// What a resolved name may stand for: the function of the file where it leads to one there, else every function of
    /// its last name.
    pub(super) fn candidates(&self, file: &'s TestFile, name: &str) -> Vec<(&'s TestFile, DefinitionId)> {
        let own = name.strip_prefix(':').and_then(|path| find(file, path));
        if let Some(id) = own.filter(|id| file.facts.definition(*id).body.is_some()) {
            return vec![(file, id)];
        }
        self.0.get(last_name(name)).cloned().unwrap_or_default()
    }

    /// All functions of a name.
    pub(super) fn named(&self, name: &str) -> &[(&'s TestFile, DefinitionId)] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The last definition of this path in a file: `TestA.method`.
pub(super) fn find(file: &TestFile, path: &str) -> Option<DefinitionId> {
    let mut parts = path.rsplit('.');
    let last = parts.next()?;
    let is_here = |definition: &Definition| {
        let mut around = file.facts.ancestors(definition.parent).map(|id| file.facts.definition(id).name.as_str());
        parts.clone().all(|part| around.next() == Some(part)) && around.next().is_none()
    };
    file.facts.enumerate().filter(|(_, own)| own.name == last && is_here(own)).last().map(|(id, _)| id)
}

/// One step less certain.
pub(super) fn lower(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::High => Confidence::Medium,
        Confidence::Medium | Confidence::Low => Confidence::Low,
    }
}
