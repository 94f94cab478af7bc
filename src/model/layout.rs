//! Where a project says that its tests belong, and what they may do there. Refuses to judge a test by it.

use serde::Serialize;

/// What a place of tests may forbid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// To wait for a fixed time.
    Sleep,
    /// To talk to another machine.
    Network,
    /// To read or write files.
    Files,
    /// To start another process.
    Subprocess,
    /// To need a GPU or another device.
    Gpu,
}

impl Effect {
    /// All, in the order of every report.
    pub const ALL: [Self; 5] = [Self::Sleep, Self::Network, Self::Files, Self::Subprocess, Self::Gpu];

    /// The name in the configuration and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sleep => "sleep",
            Self::Network => "network",
            Self::Files => "files",
            Self::Subprocess => "subprocess",
            Self::Gpu => "gpu",
        }
    }
}

/// `[layout.CATEGORY]`: where tests of one kind belong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LayoutRule {
    /// The kind of tests: `unit`, `integration` and so on.
    pub category: String,
    /// Globs of paths in `.gitignore` syntax, relative to the root. Of several rules that match, the one stated last counts.
    pub paths: Vec<String>,
    /// Whether tests of Rust within the sources that they test belong to it.
    pub inline: bool,
    /// What its tests may not do.
    pub forbid: Vec<Effect>,
    /// Markers of which each of its tests in Python carries one.
    pub markers: Vec<String>,
}

/// The kinds of tests that a layout can name: those that the inventory tells apart.
pub const CATEGORIES: [&str; 13] = [
    "unit",
    "integration",
    "e2e",
    "smoke",
    "benchmark",
    "profiling",
    "stress",
    "security",
    "fault-tolerance",
    "doc",
    "example",
    "fuzz",
    "property",
];
