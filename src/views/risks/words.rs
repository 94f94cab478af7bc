//! What a report says of each kind of risk.

use crate::model::RiskKind;

/// Why it is a risk, and what to do about it.
fn row(kind: RiskKind) -> (&'static str, &'static str) {
    match kind {
        RiskKind::Sleep => (
            "waits for a fixed time: too short on a slow machine, too long on every other",
            "wait for the condition itself with a deadline, or replace the clock",
        ),
        RiskKind::ClockAssert => (
            "asserts that something took less than so long: a busy machine is slower",
            "measure in a benchmark, assert on counted work, or leave a bound that only a hang exceeds",
        ),
        RiskKind::WallClock => (
            "asserts something about the present date or time, which changes between two readings and over the year",
            "freeze the time (freezegun, time-machine), or pass it in",
        ),
        RiskKind::FixedPort => (
            "listens on a port that is always the same: another test, worker or program may have it",
            "bind port 0 and ask for the port that was given",
        ),
        RiskKind::UnseededRandom => (
            "draws random values that nothing seeds: a failure cannot be repeated",
            "fix a seed in a fixture for each test, and print it on failure",
        ),
        RiskKind::RandomParametrizeValues => (
            "the cases differ from run to run: their ids cannot be asked for again, and workers of xdist disagree on them",
            "write the values down, sort them, or give the cases fixed ids and seeds",
        ),
        RiskKind::Network => (
            "talks to another machine, which may be slow, changed or away",
            "answer in its place, or put the test behind a marker that a run without network leaves out",
        ),
        RiskKind::EnvironmentMutation => (
            "changes environment variables of the process, and what runs behind it sees them",
            "use `monkeypatch.setenv` or `mock.patch.dict(os.environ, …)`; in Rust pass the value, or run serially",
        ),
        RiskKind::WorkingDirectoryMutation => (
            "changes the working directory of the process, and what runs behind it starts there",
            "use `monkeypatch.chdir` or `contextlib.chdir`, or pass the folder",
        ),
        RiskKind::ImportStateMutation => (
            "changes what Python imports from or has imported, and what runs behind it imports something else",
            "use `monkeypatch.syspath_prepend`, `monkeypatch.setitem(sys.modules, …)` or `mock.patch.dict(sys.modules)`",
        ),
        RiskKind::ProcessStateMutation => (
            "changes state of the whole process (locale, signals, arguments, streams)",
            "put it back in a fixture behind `yield`, or use `monkeypatch.setattr`",
        ),
        RiskKind::LibraryStateMutation => (
            "changes a global setting of a library, and what runs behind it computes differently",
            "put it back in a fixture behind `yield`, or use the library's context manager",
        ),
        RiskKind::ModuleAttributeMutation => (
            "assigns an attribute of something imported, and leaves it so",
            "use `monkeypatch.setattr` or `mock.patch.object`, which put it back",
        ),
        RiskKind::ModuleState => (
            "uses a variable of the module that tests change: the result depends on which of them ran before",
            "make the value in a fixture, for each test anew",
        ),
        RiskKind::FloatEquality => (
            "compares floating-point numbers exactly, although the number has no exact binary form",
            "compare with a tolerance: `pytest.approx`, `math.isclose`, `assertAlmostEqual`",
        ),
        RiskKind::Unordered => (
            "compares something without an order with a list: the order differs from process to process or machine to machine",
            "compare sets, or sort first",
        ),
        RiskKind::RetryMarker => (
            "is run again when it fails: a defect that shows now and then goes unnoticed",
            "find what makes it fail, and record how often it is run again until then",
        ),
        RiskKind::RetrySetting => (
            "runs failing tests again: a defect that shows now and then goes unnoticed in all of them",
            "run again only those that are known to be unsteady, and record how often it happens",
        ),
        RiskKind::RetryLoop => (
            "tries its assertion again: what fails at first goes unnoticed, and the wait depends on the machine",
            "wait for an event, or poll one condition with a deadline and assert once",
        ),
        RiskKind::JoinWithoutTimeout => (
            "waits without a limit: if it hangs, the whole run hangs, and nobody sees which test it was",
            "pass a timeout and assert that it was enough",
        ),
        RiskKind::SubprocessWithoutTimeout => {
            ("runs a process without a limit of time: if that hangs, the whole run hangs", "pass `timeout=`")
        }
        RiskKind::ThreadWithoutJoin => (
            "starts a thread and does not wait for it: it may fail unseen, or run on into the next test",
            "keep the handle and join it",
        ),
        RiskKind::LeakedTempFile => (
            "leaves a temporary file or folder behind on every run",
            "use `tmp_path`, or a context manager that deletes it",
        ),
    }
}

/// Why, with what was seen besides.
pub(super) fn why(kind: RiskKind, notes: &[&str]) -> String {
    let mut why = row(kind).0.to_owned();
    for note in notes {
        why.push_str("; ");
        why.push_str(note);
    }
    why
}

/// What to do.
pub(super) fn mitigation(kind: RiskKind) -> &'static str {
    row(kind).1
}

/// The kind in words, for a heading.
pub(super) fn title(kind: RiskKind) -> &'static str {
    match kind {
        RiskKind::Sleep => "Sleeps",
        RiskKind::ClockAssert => "Assertions on elapsed time",
        RiskKind::WallClock => "Assertions on the present time",
        RiskKind::FixedPort => "Fixed ports",
        RiskKind::UnseededRandom => "Random values without a seed",
        RiskKind::RandomParametrizeValues => "Cases that differ from run to run",
        RiskKind::Network => "Network",
        RiskKind::EnvironmentMutation => "Environment variables left changed",
        RiskKind::WorkingDirectoryMutation => "Working directory left changed",
        RiskKind::ImportStateMutation => "Import state left changed",
        RiskKind::ProcessStateMutation => "State of the process left changed",
        RiskKind::LibraryStateMutation => "Settings of libraries left changed",
        RiskKind::ModuleAttributeMutation => "Attributes of imported objects left changed",
        RiskKind::ModuleState => "Variables of the module that tests change",
        RiskKind::FloatEquality => "Exact comparison of floating-point numbers",
        RiskKind::Unordered => "Order that is not given",
        RiskKind::RetryMarker => "Tests that are run again",
        RiskKind::RetrySetting => "Configurations that run tests again",
        RiskKind::RetryLoop => "Assertions that are tried again",
        RiskKind::JoinWithoutTimeout => "Waits without a limit",
        RiskKind::SubprocessWithoutTimeout => "Processes without a limit of time",
        RiskKind::ThreadWithoutJoin => "Threads that nobody waits for",
        RiskKind::LeakedTempFile => "Temporary files left behind",
    }
}
