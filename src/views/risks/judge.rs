//! Whether a place is a risk at all, how bad and how sure: from what stands around it and from what takes part in its tests.

use super::{
    Reached, RiskFinding, Site, Verdict, finding,
    remedies::{Remedies, class_of, is_context_manager, is_mutation, relieved_classes},
};
use crate::model::{
    AroundKind, Confidence, DefinitionId, DefinitionKind, FileRole, Language, RiskKind, RiskSeverity, Role, Signal,
    SignalKind, SkipStatus, TestPart, body::Context,
};

/// Contexts that put back what is changed within them, by parts of their names.
const RESTORING: [&str; 24] = [
    "environ",
    "patch",
    "env_var",
    "set_env",
    "temp_env",
    "chdir",
    "cwd",
    "working_dir",
    "preserve",
    "restor",
    "isolat",
    "override",
    "catch_warnings",
    "set_grad_enabled",
    "no_grad",
    "errstate",
    "printoptions",
    "default_dtype",
    "option",
    "config",
    "MonkeyPatch",
    "context",
    "reset",
    "stash",
];
/// Contexts in which something is expected to fail or to be cut off.
const EXPECTING: [&str; 8] = ["raises", "Raises", "timeout", "fail_a", "move_on", "ancel", "Timeout", "assertWarns"];
/// Words of a line that puts something back.
const PUTTING_BACK: [&str; 15] = [
    "old", "orig", "prev", "saved", "save", "restore", "backup", "before", "initial", "_bak", "del ", ".pop(",
    "unsetenv", "cwd)", "sys.__",
];
/// Parts of names of base classes whose tests run in processes of their own.
const OWN_PROCESS: [&str; 8] = [
    "MultiProcess",
    "MultiProc",
    "DistributedTest",
    "FSDPTest",
    "DTensorTestBase",
    "DTensorContinuous",
    "SpawnedTest",
    "MultiThreaded",
];
/// Parameters of functions that run in processes of their own.
const OF_WORKERS: [&str; 4] = ["rank", "local_rank", "world_size", "proc_id"];

/// The finding at a place, if it is one.
pub(super) fn finding_at(site: &Site<'_>, remedies: &Remedies<'_>) -> Option<RiskFinding> {
    let kind = site.risk.kind;
    if kind == RiskKind::ModuleState || site.signal.kind != SignalKind::RiskSite {
        return None;
    }
    let severity = site.risk.severity?;
    let mut verdict = Verdict::new(severity, site.risk.certainty);
    if is_harmless(site, &mut verdict) {
        return None;
    }
    if is_of_product(site) {
        return None;
    }
    // A test that never runs risks nothing.
    let runs = |reached: &&Reached<'_>| reached.test.skip != SkipStatus::Always;
    let tests: Vec<Reached<'_>> = site
        .tests
        .iter()
        .filter(runs)
        .filter(|reached| !remedies.relieve(kind, reached.file, reached.test))
        .copied()
        .collect();
    if tests.is_empty() && (!site.tests.is_empty() || !counts_alone(site, &mut verdict)) {
        return None;
    }
    of_tests(site, &tests, remedies, &mut verdict)?;
    Some(finding(site, &tests, verdict))
}

/// Whether a place stands in the code under test, or in what is run for it: what that does is no fault of its tests.
pub(super) fn is_of_product(site: &Site<'_>) -> bool {
    let is_part = |part: &str| {
        let part = part.strip_suffix(".py").unwrap_or(part).to_ascii_lowercase();
        let mut words = part.split(['_', '-', '.']);
        part.starts_with("test") || part == "conftest" || words.any(|word| matches!(word, "test" | "tests" | "testing"))
    };
    site.file.role == FileRole::Other
        && site.file.language == Language::Python
        && !site.file.path.split('/').any(is_part)
}

/// What stands around a place decides.
fn is_harmless(site: &Site<'_>, verdict: &mut Verdict) -> bool {
    let risk = site.risk;
    let expected = || risk.contexts().any(|name| EXPECTING.iter().any(|part| name.contains(part)));
    match risk.kind {
        RiskKind::Sleep => {
            if risk.is_in(&[AroundKind::For, AroundKind::While, AroundKind::Forever]) || expected() {
                return true;
            }
            if risk.is_cut_off {
                verdict.at_most(Confidence::Low, "the test around it cancels something or bounds it in time");
            } else if is_nested(site) {
                verdict.at_most(Confidence::Medium, "it stands in a function within the test, which may run elsewhere");
            } else if is_last(site) {
                verdict.at_most(Confidence::Medium, "the test asserts nothing behind it");
            }
            false
        }
        RiskKind::FixedPort | RiskKind::Network => expected(),
        RiskKind::RetryLoop => {
            !risk.is_in(&[AroundKind::For, AroundKind::While, AroundKind::Forever])
                || risk.around.first().is_none_or(|first| first.kind == AroundKind::ExceptOnce)
        }
        // What is tried again within a test is what it tests.
        RiskKind::RetryMarker => !matches!(site.signal.role, Role::Decorator | Role::Pytestmark) || is_nested(site),
        RiskKind::JoinWithoutTimeout | RiskKind::SubprocessWithoutTimeout => {
            is_entered(site) && risk.kind == RiskKind::JoinWithoutTimeout
                || risk.contexts().any(|name| ["timeout", "fail_after"].iter().any(|part| name.contains(part)))
        }
        RiskKind::LeakedTempFile => class_of(&site.file.facts, site.signal.owner)
            .is_some_and(|class| relieved_classes(&site.file.facts, risk.kind).contains(&class)),
        kind if is_mutation(kind) => is_put_back(site, verdict),
        _ => false,
    }
}

/// Whether a change is undone where it stands, or is the undoing.
fn is_put_back(site: &Site<'_>, verdict: &mut Verdict) -> bool {
    let (risk, facts) = (site.risk, &site.file.facts);
    let restores = |name: &str| RESTORING.iter().any(|part| name.contains(part));
    if risk.yields
        || risk.finally_behind
        || risk.is_in(&[AroundKind::TryFinally, AroundKind::Finally])
        || risk.contexts().any(restores)
        || is_entered(site)
    {
        return true;
    }
    let Some(owner) = site.signal.owner else { return false };
    let definition = facts.definition(owner);
    let name = definition.name.to_ascii_lowercase();
    let undoes = ["teardown", "cleanup", "restore", "reset", "__exit__", "__del__", "undo", "finalize"];
    if undoes.iter().any(|part| name.contains(part)) {
        return true;
    }
    if class_of(facts, Some(owner)).is_some_and(|class| relieved_classes(facts, risk.kind).contains(&class)) {
        return true;
    }
    if definition.parameters.iter().any(|own| OF_WORKERS.contains(&own.name.as_str())) {
        verdict.at_most(Confidence::Low, "the function looks like one of a process of its own");
    }
    // Other places of the same function.
    let mut places = facts.signals.iter().filter(|signal| {
        signal.owner == Some(owner)
            && signal.kind == SignalKind::RiskSite
            && signal.risk.as_ref().is_some_and(|own| own.kind == risk.kind)
    });
    let text = &site.signal.evidence.text;
    let puts_back = |text: &str| PUTTING_BACK.iter().any(|word| text.contains(word));
    let own = target_of(risk.kind, site.signal);
    let is_same = |signal: &Signal| own.is_some() && target_of(risk.kind, signal) == own;
    if places.clone().any(|signal| is_same(signal) && signal.offset < site.signal.offset) {
        if !risk.is_in(&[AroundKind::Branch]) {
            return true;
        }
        verdict.at_most(Confidence::Medium, "it may put back what was changed before");
    }
    let first = places.clone().next().is_some_and(|first| first.offset == site.signal.offset);
    if !first && puts_back(text) {
        return true;
    }
    let taken_out = text.contains("pop(") || text.contains("del ");
    let later = places.any(|signal| {
        let other = &signal.evidence.text;
        signal.offset > site.signal.offset
            && (puts_back(other) || is_same(signal) || taken_out && other.contains("] = "))
    });
    if later {
        verdict.at_most(Confidence::Medium, "it is put back at the end of the function, unless the test fails before");
        verdict.milder(RiskSeverity::Medium, "so only a failure leaves it");
    }
    false
}

/// What a change is made to: of a setter its name and the option that it names first, else what the line assigns to.
fn target_of(kind: RiskKind, signal: &Signal) -> Option<(&str, &str)> {
    let text = signal.evidence.text.as_str();
    if matches!(kind, RiskKind::LibraryStateMutation | RiskKind::ProcessStateMutation)
        && let Some((_, given)) = text.split_once('(')
    {
        let option = given.split([',', ')']).next().filter(|first| first.starts_with(['"', '\'']));
        return Some((&signal.name, option.unwrap_or_default()));
    }
    text.split_once(" = ").map(|(target, _)| (target.trim_start(), ""))
}

/// Whether the place is what a `with` enters, which undoes it.
fn is_entered(site: &Site<'_>) -> bool {
    let text = site.signal.evidence.text.trim_start();
    (text.starts_with("with ") || text.starts_with("async with ")) && !text.contains("= ")
}

/// Whether nothing is asserted behind a place in the test that it stands in.
fn is_last(site: &Site<'_>) -> bool {
    let body = site.signal.owner.and_then(|owner| site.file.facts.definition(owner).body.as_deref());
    let is_own = site.tests.iter().any(|reached| reached.part == TestPart::Own);
    is_own
        && body.is_some_and(|body| {
            let in_context = |context: &Context| context.start < site.signal.offset && site.signal.offset < context.end;
            !body.assertions.iter().any(|assertion| assertion.end > site.signal.offset)
                && !body.contexts.iter().any(in_context)
                && !body.uses.iter().any(|used| used.offset > site.signal.offset && may_check(used.last_name()))
        })
}

/// Whether a function may check something, by its name.
fn may_check(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["assert", "check", "verify", "expect", "fail", "raises", "test", "ensure"].iter().any(|part| name.contains(part))
}

/// Whether a place stands in a coroutine.
fn is_async(site: &Site<'_>) -> bool {
    site.signal.owner.is_some_and(|owner| site.file.facts.definition(owner).is_async)
}

/// Whether what decorates the function of a place may put something else in its place.
fn is_replaced(site: &Site<'_>) -> bool {
    site.signal.owner.is_some_and(|owner| {
        let definition = site.file.facts.definition(owner);
        let is_context = definition.decorators.iter().any(|decorator| decorator.name.starts_with("contextlib."));
        !definition.is_plain() && !is_context
    })
}

/// Whether the function of a place stands within another function.
fn is_nested(site: &Site<'_>) -> bool {
    let facts = &site.file.facts;
    let parent = site.signal.owner.and_then(|owner| facts.definition(owner).parent);
    parent.is_some_and(|parent| facts.definition(parent).kind == DefinitionKind::Function)
}

/// Whether a place counts that no test is known to have.
fn counts_alone(site: &Site<'_>, verdict: &mut Verdict) -> bool {
    let facts = &site.file.facts;
    if site.file.language == Language::Rust || !matches!(site.file.role, FileRole::TestModule | FileRole::Conftest) {
        return false;
    }
    let in_function =
        facts.ancestors(site.signal.owner).any(|id| facts.definition(id).kind == DefinitionKind::Function);
    if in_function {
        if is_mutation(site.risk.kind) || site.file.tests.is_empty() {
            return false;
        }
        verdict.at_most(Confidence::Low, "no test is seen to use the function that it stands in");
        return true;
    }
    // What is set for a whole folder is meant so; what runs as a script is no test.
    let of_script = facts.main_guard.is_some_and(|guard| site.signal.evidence.line > guard && site.signal.conditional);
    if of_script || site.file.role == FileRole::Conftest && is_mutation(site.risk.kind) || site.file.tests.is_empty() {
        return false;
    }
    let runs_at_import = is_mutation(site.risk.kind) || matches!(site.risk.kind, RiskKind::RandomParametrizeValues);
    if is_mutation(site.risk.kind) {
        let severity =
            if site.risk.kind == RiskKind::ImportStateMutation { RiskSeverity::Low } else { RiskSeverity::Medium };
        verdict.milder(severity, "it happens while the module is imported, for all tests of the run");
        verdict.confidence = verdict.confidence.max(Confidence::Medium);
    } else if !runs_at_import {
        verdict.at_most(Confidence::Medium, "it stands outside of any function");
    }
    true
}

/// What the tests that have it say; `None` where it is no risk for them.
fn of_tests(site: &Site<'_>, tests: &[Reached<'_>], remedies: &Remedies<'_>, verdict: &mut Verdict) -> Option<()> {
    let kind = site.risk.kind;
    let all = |holds: &dyn Fn(&Reached<'_>) -> bool| !tests.is_empty() && tests.iter().all(holds);
    match kind {
        RiskKind::Sleep if is_async(site) && all(&|reached| reached.part == TestPart::Helper) => {
            verdict.at_most(Confidence::Medium, "the test uses the coroutine that it stands in, and may cancel it");
        }
        RiskKind::Sleep if is_replaced(site) && all(&|reached| reached.part == TestPart::Helper) => {
            verdict.at_most(Confidence::Medium, "what decorates the function may run it elsewhere, and cut it off");
        }
        RiskKind::JoinWithoutTimeout | RiskKind::SubprocessWithoutTimeout
            if remedies.bounded || all(&|reached| remedies.is_bounded(reached.test)) =>
        {
            verdict.milder(RiskSeverity::Low, "pytest-timeout bounds the test as a whole");
            verdict.confidence = verdict.confidence.max(Confidence::Medium);
        }
        RiskKind::Network if all(&|reached| Remedies::is_conditional(reached.test)) => {
            verdict.at_most(Confidence::Low, "a condition may skip the test where there is no network");
        }
        RiskKind::RetryMarker if site.signal.name == "pytest.mark.flaky" && !remedies.reruns => {
            verdict.at_most(Confidence::Medium, "no plugin that runs tests again is among what the project requires");
        }
        RiskKind::RetryMarker if !tests.is_empty() && all(&|reached| reached.part == TestPart::Helper) => {
            verdict.at_most(Confidence::Medium, "it decorates a function that the test uses");
        }
        _ if is_mutation(kind) => {
            // The environment is read by whatever runs next; of these it takes a test that depends on them.
            if matches!(
                kind,
                RiskKind::ProcessStateMutation | RiskKind::LibraryStateMutation | RiskKind::WorkingDirectoryMutation
            ) {
                verdict.at_most(Confidence::Medium, "no test is seen to depend on it");
            }
            if is_nested(site) {
                verdict.at_most(Confidence::Medium, "it stands in a function within the test, which may run elsewhere");
            }
            if all(&|reached| reached.part == TestPart::TearDown) {
                return None;
            }
            if all(&runs_in_own_process) {
                verdict.at_most(Confidence::Low, "the tests seem to run in processes of their own");
            }
            if all(&|reached| reached.part == TestPart::Fixture) && !is_of_fixture(site) {
                verdict.at_most(Confidence::Medium, "a function that a fixture uses does it, perhaps to put it back");
            }
            if all(&|reached| reached.part == TestPart::Helper) && !is_of_test(site) {
                verdict
                    .at_most(Confidence::Medium, "a function that the test uses does it, perhaps in another process");
            }
            if tests.iter().any(|reached| reached.part == TestPart::SetUp) && site.risk.certainty == Confidence::High {
                verdict.at_most(Confidence::Medium, "a base class may put it back");
            }
        }
        _ => {}
    }
    Some(())
}

/// Whether a place stands in a test function itself, or in one within it.
fn is_of_test(site: &Site<'_>) -> bool {
    site.tests.iter().any(|reached| reached.part == TestPart::Own)
}

/// Whether a place stands in a fixture itself.
fn is_of_fixture(site: &Site<'_>) -> bool {
    site.signal.owner.is_some_and(|owner| is_context_manager(&site.file.facts, owner))
}

fn runs_in_own_process(reached: &Reached<'_>) -> bool {
    let facts = &reached.file.facts;
    let mut classes: Vec<DefinitionId> = facts
        .ancestors(reached.test.definition)
        .filter(|id| facts.definition(*id).kind == DefinitionKind::Class)
        .collect();
    let mut next = 0;
    while let Some(class) = classes.get(next).copied().filter(|_| next < 32) {
        next += 1;
        for base in &facts.definition(class).bases {
            if OWN_PROCESS.iter().any(|part| base.contains(part)) {
                return true;
            }
            let local = base.strip_prefix(':');
            let found = facts.enumerate().find(|(_, own)| local == Some(own.name.as_str()));
            classes.extend(found.map(|(id, _)| id).filter(|id| !classes.contains(id)));
        }
    }
    false
}
