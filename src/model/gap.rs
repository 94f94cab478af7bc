//! Kinds of gaps in what is tested, and the constants by which they are weighed: `[gaps]` of the configuration. Owns the
//! numbers; refuses to know how a gap is found.

/// A kind of gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GapKind {
    /// A module that no test imports, directly or through others.
    UnreachedModule,
    /// Public functions and classes of a module that no test leads to.
    UnreachedSymbol,
    /// Public modules that are not imported when the tests are.
    ImportSmoke,
    /// Messages that programs exchange, without a test of their versions.
    ProtocolVersion,
    /// State that is saved, without a test of its keys.
    StateKeys,
    /// Readers and writers without a property-based test or a fuzz target.
    Properties,
    /// Random numbers without a test that the same seed gives the same.
    Determinism,
    /// Examples that nothing runs.
    Doctests,
    /// Tests that check nothing.
    WeakTests,
    /// Fuzz targets that nothing builds.
    FuzzTargets,
    /// Benchmarks that nothing compares.
    BenchmarkGate,
    /// Tests that never run.
    SkippedTests,
}

/// A number with two decimals: of hours, of a weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(pub u32);

impl serde::Serialize for Hundredths {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

impl Hundredths {
    /// As a fraction.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// What is known of a kind before anything is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapConstants {
    /// The kind.
    pub kind: GapKind,
    /// Its name in the configuration and in JSON.
    pub name: &'static str,
    /// How bad it is when such a gap is hit, from 0 to 1.
    pub weight: Hundredths,
    /// Hours to close one, whatever its size.
    pub hours: Hundredths,
    /// Hours for each of its items.
    pub hours_per_item: Hundredths,
}

const fn row(kind: GapKind, name: &'static str, weight: u32, hours: u32, hours_per_item: u32) -> GapConstants {
    GapConstants {
        kind,
        name,
        weight: Hundredths(weight),
        hours: Hundredths(hours),
        hours_per_item: Hundredths(hours_per_item),
    }
}

/// Every kind with its defaults.
pub const GAP_KINDS: [GapConstants; 12] = [
    row(GapKind::UnreachedModule, "unreached-module", 85, 100, 50),
    row(GapKind::UnreachedSymbol, "unreached-symbol", 65, 50, 50),
    row(GapKind::ImportSmoke, "import-smoke", 80, 100, 0),
    row(GapKind::ProtocolVersion, "protocol-version", 95, 800, 200),
    row(GapKind::StateKeys, "state-keys", 90, 200, 100),
    row(GapKind::Properties, "properties", 75, 100, 100),
    row(GapKind::Determinism, "determinism", 60, 200, 50),
    row(GapKind::Doctests, "doctests", 35, 100, 10),
    row(GapKind::WeakTests, "weak-tests", 60, 0, 25),
    row(GapKind::FuzzTargets, "fuzz-targets", 60, 200, 25),
    row(GapKind::BenchmarkGate, "benchmark-gate", 45, 800, 0),
    row(GapKind::SkippedTests, "skipped-tests", 55, 0, 25),
];

/// How gaps are weighed: the defaults with what the configuration puts over them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapSettings {
    /// Each kind with its constants.
    pub kinds: Vec<GapConstants>,
    /// Kinds that are not looked for.
    pub ignore: Vec<GapKind>,
    /// Scores from which on a gap is P0, P1 and P2.
    pub thresholds: [Hundredths; 3],
    /// Statements below which a module that nothing reaches is told together with others.
    pub small_module: u32,
    /// The share of tests that never run from which on that is a gap.
    pub skipped_share: Hundredths,
    /// How many gaps of one kind are told one by one; the smallest of more are told together.
    pub max_gaps: u32,
    /// Hours up to which a gap of P0 or P1 is a quick win.
    pub quick_hours: Hundredths,
    /// Hours beyond which no single gap is estimated.
    pub max_hours: Hundredths,
}

impl Default for GapSettings {
    fn default() -> Self {
        Self {
            kinds: GAP_KINDS.to_vec(),
            ignore: Vec::new(),
            thresholds: [Hundredths(70), Hundredths(50), Hundredths(30)],
            small_module: 25,
            skipped_share: Hundredths(10),
            max_gaps: 25,
            quick_hours: Hundredths(400),
            max_hours: Hundredths(4000),
        }
    }
}

impl GapKind {
    /// The kind's name.
    pub fn name(self) -> &'static str {
        GAP_KINDS.iter().find(|row| row.kind == self).map_or("", |row| row.name)
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        GAP_KINDS.iter().find(|row| row.name == name).map(|row| row.kind)
    }
}

impl GapSettings {
    /// The constants of a kind.
    pub fn of(&self, kind: GapKind) -> GapConstants {
        let own = self.kinds.iter().find(|row| row.kind == kind);
        own.copied().unwrap_or(row(kind, kind.name(), 50, 100, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_constants_and_a_name_of_its_own() {
        for (place, own) in GAP_KINDS.iter().enumerate() {
            assert_eq!(GapKind::from_name(own.name), Some(own.kind));
            assert!(GAP_KINDS[..place].iter().all(|other| other.kind != own.kind && other.name != own.name));
            assert!(own.weight.0 <= 100);
        }
    }
}
