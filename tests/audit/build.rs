//! Builds small suites. Knows neither views nor formats.

use testaudit::model::fact::{Decorator, Definition};
use testaudit::model::suite::{Property, Randomness, Seeding, TestReason};
use testaudit::model::{
    DefinitionId, DefinitionKind, Evidence, FileFacts, FileRole, Language, Reason, Role, Sight, Signal, SignalKind,
    Span, Suite, Test, TestFile,
};

/// A suite of these files.
pub(crate) fn suite(files: impl IntoIterator<Item = File>) -> Suite {
    let mut files: Vec<TestFile> = files.into_iter().map(|file| file.0).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Suite { root: "project/tests".to_owned(), files, ..Suite::default() }
}

/// A file in the making.
pub(crate) struct File(TestFile);

impl File {
    /// A test module.
    pub(crate) fn new(path: &str) -> Self {
        Self::with_role(path, FileRole::TestModule)
    }

    /// A file of any role.
    pub(crate) fn with_role(path: &str, role: FileRole) -> Self {
        let facts = FileFacts { lines: 40, parsed: true, ..FileFacts::default() };
        Self(TestFile { path: path.to_owned(), language: Language::Python, role, facts, tests: Vec::new() })
    }

    /// A signal at module level.
    pub(crate) fn signal(self, kind: SignalKind, line: u32, name: &str, text: &str) -> Self {
        self.detected("built-in", kind, line, name, text)
    }

    /// A match of a detector of the user's own.
    pub(crate) fn custom(self, detector: &str, line: u32, text: &str) -> Self {
        self.detected(detector, SignalKind::Custom, line, "own", text)
    }

    fn detected(mut self, detector: &str, kind: SignalKind, line: u32, name: &str, text: &str) -> Self {
        let library = (kind.reason() == Some(Reason::Random)).then(|| name.split('.').next().unwrap_or(name).into());
        self.0.facts.signals.push(Signal {
            kind,
            detector: detector.into(),
            name: name.to_owned(),
            library,
            cases: None,
            evidence: Evidence::new(line, name, text),
            offset: line * 100,
            end: line * 100 + 1,
            owner: None,
            role: Role::Body,
            conditional: false,
            branched: false,
            call: None,
            risk: None,
            sight: Sight::Asserted,
        });
        self
    }

    /// A function definition.
    pub(crate) fn function(mut self, name: &str, line: u32, decorators: &[&str]) -> Self {
        let decorator = |name: &&str| Decorator {
            name: (*name).to_owned(),
            call: None,
            evidence: Evidence::new(line, *name, &format!("@{name}")),
            start: line * 100,
            end: line * 100 + 1,
        };
        self.0.facts.definitions.push(Definition {
            body: None,
            body_start: None,
            doc: None,
            yields: false,
            kind: DefinitionKind::Function,
            name: name.to_owned(),
            parent: None,
            span: Span { start: line * 100, end: line * 100 + 99, line, column: 1 },
            line,
            name_start: line * 100 + 4,
            is_async: name.contains("async"),
            conditional: false,
            guard: None,
            parameters: Vec::new(),
            bases: Vec::new(),
            metaclass: String::new(),
            doctest: None,
            decorators: decorators.iter().map(decorator).collect(),
            returns: Vec::new(),
        });
        self
    }

    /// A plain test at ten times its position, with whatever `change` does to it.
    pub(crate) fn test(self, name: &str, change: impl FnOnce(&mut Test)) -> Self {
        let line = 10 * u32::try_from(self.0.tests.len() + 1).expect("a handful of tests");
        let mut file = self.function(name, line, &[]);
        let definition = DefinitionId(u32::try_from(file.0.facts.definitions.len() - 1).expect("a handful"));
        let mut test = Test::plain(format!("{}::{name}", file.0.path), name.to_owned(), line, Some(definition));
        if name.contains("async") {
            test.properties.push(Property::Async);
        }
        change(&mut test);
        file.0.tests.push(test);
        file
    }
}

/// Gives a test a reason of its own.
pub(crate) fn reason(test: &mut Test, reason: Reason) {
    let evidence = Evidence::new(test.line, reason.name(), &format!("{} evidence", reason.name()));
    test.reasons.push(TestReason { reason, evidence, via: None });
}

/// Puts markers on a test.
pub(crate) fn marked(test: &mut Test, markers: &[&str]) {
    test.markers = markers.iter().map(|name| (*name).to_owned()).collect();
}

/// Makes a test parametrized.
pub(crate) fn cases(test: &mut Test, cases: Option<u64>) {
    reason(test, Reason::Parametrized);
    test.cases = cases;
    test.declared_cases = cases;
}

/// Makes a test draw random values.
pub(crate) fn draws(test: &mut Test, seeding: Seeding) {
    reason(test, Reason::Random);
    test.randomness =
        Some(Randomness { seeding, by: "torch.randn".to_owned(), evidence: None, sight: Sight::Asserted });
}
