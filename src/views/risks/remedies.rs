//! What makes a risk harmless for one test: something that takes part in it and puts things back, answers in the place of a
//! server, or stops the clock; and what does so for all tests.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{DefinitionId, FileFacts, RiskKind, SignalKind, SkipStatus, Suite, Test, TestFile, TestPart};

/// Fixtures of plugins that stop or replace what a risk depends on.
const FIXTURES: [(RiskKind, &[&str]); 7] = [
    // These go to a folder of their own and come back, and put back what was imported.
    (RiskKind::WorkingDirectoryMutation, &["pytester", "testdir", "fs"]),
    (RiskKind::LeakedTempFile, &["fs"]),
    (RiskKind::ImportStateMutation, &["pytester", "testdir"]),
    (
        RiskKind::Network,
        &[
            "requests_mock",
            "responses",
            "httpx_mock",
            "respx_mock",
            "aioresponses",
            "mock_aioresponse",
            "vcr",
            "mocked_responses",
            "socket_disabled",
            "pook",
            "httpretty",
            "betamax_session",
        ],
    ),
    (RiskKind::WallClock, &["freezer", "time_machine", "frozen_time", "freeze_time"]),
    (RiskKind::ClockAssert, &["freezer", "time_machine", "frozen_time", "looptime"]),
    (RiskKind::Sleep, &["autojump_clock", "looptime", "mock_clock"]),
];

/// Markers that say so, by parts of their names.
const MARKERS: [(RiskKind, &[&str]); 3] = [
    (
        RiskKind::Network,
        &[
            "network",
            "internet",
            "online",
            "remote",
            "external",
            "download",
            "vcr",
            "integration",
            "e2e",
            "live",
            "slow",
            "nightly",
            "hub",
            "cassette",
            "web",
        ],
    ),
    (RiskKind::WallClock, &["freeze_time", "time_machine"]),
    (RiskKind::Sleep, &["looptime"]),
];

/// Changes that something may undo.
pub(super) fn is_mutation(kind: RiskKind) -> bool {
    matches!(
        kind,
        RiskKind::EnvironmentMutation
            | RiskKind::WorkingDirectoryMutation
            | RiskKind::ImportStateMutation
            | RiskKind::ProcessStateMutation
            | RiskKind::LibraryStateMutation
            | RiskKind::ModuleAttributeMutation
    )
}

/// What was found for all tests.
pub(super) struct Remedies<'s> {
    by_path: FxHashMap<&'s str, &'s TestFile>,
    /// Whether pytest-timeout bounds every test.
    pub(super) bounded: bool,
    /// Whether a plugin that runs tests again is required.
    pub(super) reruns: bool,
}

impl<'s> Remedies<'s> {
    pub(super) fn new(suite: &'s Suite) -> Self {
        let pytest = &suite.pytest;
        let by_option = pytest
            .options
            .iter()
            .any(|option| matches!(option.name.as_str(), "timeout" | "faulthandler_exit_on_timeout"));
        let required = |name: &&str| suite.requirements.depends_on(name);
        Self {
            by_path: suite.files.iter().map(|file| (file.path.as_str(), file)).collect(),
            bounded: by_option,
            reruns: suite.requirements.list.is_empty()
                || ["pytest-rerunfailures", "flaky", "pytest-retry"].iter().any(required),
        }
    }

    /// Whether something in a test makes a risk of this kind harmless.
    pub(super) fn relieve(&self, kind: RiskKind, file: &TestFile, test: &Test) -> bool {
        let has = |table: &[(RiskKind, &[&str])], holds: &dyn Fn(&str) -> bool| {
            table.iter().filter(|(own, _)| *own == kind).any(|(_, names)| names.iter().any(|name| holds(name)))
        };
        has(&FIXTURES, &|name| test.fixtures.iter().any(|own| own == name))
            || has(&MARKERS, &|part| test.markers.iter().any(|own| own.contains(part)))
            || matches!(kind, RiskKind::WorkingDirectoryMutation | RiskKind::LeakedTempFile)
                && has_own_files(file, test)
            || is_mutation(kind) && test.markers.iter().any(|own| own.contains("forked") || own.contains("subprocess"))
            || self.takes_part(kind, file, test)
    }

    /// Whether a wait in a test is bounded from outside.
    pub(super) fn is_bounded(&self, test: &Test) -> bool {
        self.bounded || test.markers.iter().any(|own| own == "timeout")
    }

    /// Whether a test may be left out where there is no network.
    pub(super) fn is_conditional(test: &Test) -> bool {
        test.skip == SkipStatus::Conditional
    }

    fn takes_part(&self, kind: RiskKind, file: &TestFile, test: &Test) -> bool {
        test.risks.iter().any(|part| {
            let of = part.path.as_ref().map_or(Some(&file.facts), |path| Some(&self.by_path.get(path.as_str())?.facts));
            let Some((of, signal)) = of.and_then(|of| Some((of, of.signals.get(part.signal)?))) else { return false };
            let Some(risk) = signal.risk.as_deref().filter(|risk| risk.kind == kind) else { return false };
            match signal.kind {
                SignalKind::RiskRelief => true,
                // What is changed behind the test, or in a fixture behind its `yield`, is put back.
                SignalKind::RiskSite if is_mutation(kind) => {
                    part.part == TestPart::TearDown
                        || risk.yields && matches!(part.part, TestPart::Fixture | TestPart::Around)
                        || risk.yields && signal.owner.is_some_and(|owner| is_context_manager(of, owner))
                }
                _ => false,
            }
        })
    }
}

/// Whether a class of a test gives it files that are none, as pyfakefs does.
fn has_own_files(file: &TestFile, test: &Test) -> bool {
    file.facts
        .ancestors(test.definition)
        .any(|id| file.facts.definition(id).bases.iter().any(|base| base.contains("fake_filesystem_unittest")))
}

/// Whether a function is a fixture or a context manager, by what decorates it.
pub(super) fn is_context_manager(facts: &FileFacts, id: DefinitionId) -> bool {
    facts.definition(id).decorators.iter().any(|decorator| {
        let name = decorator.name.as_str();
        name.contains("contextmanager") || name.contains("fixture")
    })
}

/// The class around a definition.
pub(super) fn class_of(facts: &FileFacts, owner: Option<DefinitionId>) -> Option<DefinitionId> {
    use crate::model::DefinitionKind;
    facts.ancestors(owner).find(|id| facts.definition(*id).kind == DefinitionKind::Class)
}

/// The classes in whose methods something of this kind is put right.
pub(super) fn relieved_classes(facts: &FileFacts, kind: RiskKind) -> FxHashSet<DefinitionId> {
    let signals = facts.signals.iter().filter(|signal| {
        let of_kind = signal.risk.as_ref().is_some_and(|risk| risk.kind == kind);
        let in_tear_down = || {
            let owner = signal.owner.map(|owner| facts.definition(owner).name.to_ascii_lowercase());
            owner.is_some_and(|name| name.contains("teardown"))
        };
        of_kind && (signal.kind == SignalKind::RiskRelief || signal.kind == SignalKind::RiskSite && in_tear_down())
    });
    signals.filter_map(|signal| class_of(facts, signal.owner)).collect()
}
