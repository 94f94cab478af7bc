//! What may make a test fail without a defect: the words for it, and what a place in the source says about it. Owns no
//! judgement: which places count for which test, the view of risks decides.

use std::sync::Arc;

use serde::Serialize;

use super::{Confidence, Evidence};

/// How bad it is if a risk is real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RiskSeverity {
    /// The test can fail on another machine, or in another order, or leave others broken.
    High,
    /// It can under load, or on one day of the year.
    Medium,
    /// It costs time, or hides what fails.
    Low,
}

impl RiskSeverity {
    /// All, the worst first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The severity of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal),* $(,)?) => {
        /// A named risk.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum RiskKind { $($(#[$doc])* $kind,)* }

        impl RiskKind {
            /// All, in the order of every report.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// Their names, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The name used in JSON and in detectors.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }
        }
    };
}

kinds! {
    /// Waits for a fixed time.
    Sleep = "sleep",
    /// Asserts that something took less than so long.
    ClockAssert = "clock-assert",
    /// Asserts something about the present date or time.
    WallClock = "wall-clock",
    /// Listens on a port that is always the same.
    FixedPort = "fixed-port",
    /// Draws random values that nothing seeds.
    UnseededRandom = "unseeded-random",
    /// The values of a parametrization differ from run to run.
    RandomParametrizeValues = "random-parametrize-values",
    /// Talks to another machine.
    Network = "network",
    /// Changes environment variables and leaves them changed.
    EnvironmentMutation = "environment-mutation",
    /// Changes the working directory and leaves it changed.
    WorkingDirectoryMutation = "working-directory-mutation",
    /// Changes what Python imports from, or has imported.
    ImportStateMutation = "import-state-mutation",
    /// Changes other state of the process: locale, signals, arguments, standard streams.
    ProcessStateMutation = "process-state-mutation",
    /// Changes global settings of a library.
    LibraryStateMutation = "library-state-mutation",
    /// Replaces an attribute of a module and leaves it replaced.
    ModuleAttributeMutation = "module-attribute-mutation",
    /// Uses a variable of the module that tests change.
    ModuleState = "module-state",
    /// Compares floating-point numbers exactly.
    FloatEquality = "float-equality",
    /// Compares something that has no order with something that has one.
    Unordered = "unordered",
    /// Is run again when it fails.
    RetryMarker = "retry-marker",
    /// The configuration runs tests again when they fail.
    RetrySetting = "retry-setting",
    /// Tries again within the test.
    RetryLoop = "retry-loop",
    /// Waits for a thread, process or event without a limit.
    JoinWithoutTimeout = "join-without-timeout",
    /// Runs a process without a limit of time.
    SubprocessWithoutTimeout = "subprocess-without-timeout",
    /// Starts a thread and does not wait for it.
    ThreadWithoutJoin = "thread-without-join",
    /// Leaves a temporary file or folder.
    LeakedTempFile = "leaked-temp-file",
}

impl RiskKind {
    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// What a detector says about a place, and what stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskPlace {
    /// `#set! risk`.
    pub kind: RiskKind,
    /// `#set! severity`; of something that makes a risk harmless, none.
    pub severity: Option<RiskSeverity>,
    /// `#set! certainty`: how sure the form of the source makes it.
    pub certainty: Confidence,
    /// The statements around it within its function, innermost first.
    pub around: Box<[Around]>,
    /// Whether its function is a generator: what stands behind a `yield` runs when its user is done.
    pub yields: bool,
    /// Whether a `finally` stands behind it in its function.
    pub finally_behind: bool,
    /// Whether its function stands within one that cancels something or bounds it in time.
    pub is_cut_off: bool,
    /// The name of the variable of the module that it changes or uses.
    pub variable: Option<Arc<str>>,
}

/// A compound statement around a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// What it is.
    pub kind: AroundKind,
    /// Of a `with` statement what it enters, resolved: `unittest.mock.patch`, `?.assertRaises`.
    pub names: Box<[String]>,
}

/// A kind of statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AroundKind {
    /// `for`.
    For,
    /// `while` with a condition or with a way out.
    While,
    /// `while True` without `break`, `return` or `raise`.
    Forever,
    /// `with`.
    With,
    /// A `try` with a `finally`.
    TryFinally,
    /// Another `try`.
    Try,
    /// An `except` clause.
    Except,
    /// An `except` clause that raises, or that stands in a `try` which does not leave the loop around it.
    ExceptOnce,
    /// A `finally` clause.
    Finally,
    /// Anything that decides: `if`, `match`.
    Branch,
}

/// A place that takes part in a test: a risk, or what makes one harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskPart {
    /// The file that it stands in, where that is not the test's.
    pub path: Option<String>,
    /// Which signal of that file it is.
    pub signal: usize,
    /// How it takes part.
    pub part: TestPart,
    /// The same in words; `None` for the test itself.
    pub via: Option<String>,
}

/// A risk that the body of a Rust test shows, or a function of its file that it reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyRisk {
    /// What it is.
    pub kind: RiskKind,
    /// How bad it is if it is real.
    pub severity: RiskSeverity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The call, by its full path.
    pub evidence: Evidence,
    /// The helper that it stands in.
    pub via: Option<String>,
}

/// A line of a configuration by which failing tests are run again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RetrySetting {
    /// Where it stands.
    pub path: String,
    /// The option, and what it is set to.
    pub evidence: Evidence,
    /// The plugin of pytest without which it does nothing.
    pub plugin: Option<&'static str>,
}

/// How something takes part in a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TestPart {
    /// It stands in the test.
    Own,
    /// In a function that the test uses.
    Helper,
    /// It says something about the test: a decorator, or a mark of its class or module.
    Around,
    /// In a fixture that it gets.
    Fixture,
    /// In what runs before it.
    SetUp,
    /// In what runs behind it.
    TearDown,
}

impl RiskPlace {
    /// Whether a statement of one of these kinds stands around it.
    pub fn is_in(&self, kinds: &[AroundKind]) -> bool {
        self.around.iter().any(|around| kinds.contains(&around.kind))
    }

    /// What the `with` statements around it enter.
    pub fn contexts(&self) -> impl Iterator<Item = &str> {
        self.around.iter().flat_map(|around| around.names.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_name_that_json_shows() {
        for kind in RiskKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(RiskKind::from_name(kind.name()), Some(*kind));
        }
        assert_eq!(RiskKind::from_name("flaky"), None);
        assert_eq!(RiskSeverity::from_name("low"), Some(RiskSeverity::Low));
    }
}
