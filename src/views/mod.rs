//! What each section of an audit says: reads the suite, yields plain data.
//!
//! Views decide everything that a report claims: which file is a candidate, how it ranks, what is advised. They know
//! nothing of Markdown, tables, terminals or escaping; their structs are at the same time the JSON contract.

pub mod category;
pub mod coverage;
pub mod diff;
pub mod fuzz;
pub mod gaps;
pub mod gates;
pub mod guide;
pub mod inventory;
pub mod layout;
pub mod lint;
pub mod list;
pub mod markers;
pub mod risks;
mod words;

use serde::Serialize;

use crate::model::{Problem, Suite, settings::Wanted};

pub use category::{Categorized, Category, CategoryEvidence, CategorySource, ComponentSource};
pub use coverage::{
    Comparison, Coverage, CoverageRow, Difference, MissingFunction, ReportRow, Share, TargetRow, UnreachedFunction,
};
pub use diff::{Change, ChangeKind, ChangeValue, Diff, DiffFigure, Missing, NotCompared, Snapshot, diff};
pub use fuzz::{Candidate, CustomMatch, CustomMatches, Fuzz, FuzzTotals, NonCandidate, Priority, Site, Strategy};
pub use gaps::{
    Factors, Gap, GapEvidence, GapPriority, GapRisk, GapTotals, Gaps, KindRow, Method, PasteFile, PriorityRow, gaps,
};
pub use gates::{
    CpuShare, DevicesTotal, GateEvidence, GateFolder, GateGroup, GatePlace, GateRow, GateTotals, Gates, KindTotal,
    LaunchedFile, Machine, MechanismTotal, ProcessRow, Verdict,
};
pub use guide::{
    Area, AreaFile, Change as GuideChange, Distributed, GatedFile, Guide, GuideCommand, GuideConfiguration,
    GuideMarker, GuidePackage, GuideTarget, GuideTotals, Need, NotInEffect, OptionalModule, Prerequisites,
    ProjectCommand, RequiredRunner, Script, SharedFixture, ShownCommand, TestPackage, Topic, TreeRow, UsedExpression,
    What, Workflow,
};
pub use inventory::{
    BinaryRow, CategoryRow, CppFileRow, CppFormRow, CppInventory, CppTestRow, CppTotals, DoctestFile, DoctestRun,
    Doctests, FileRow, FolderRow, Inventory, InventoryTotals, LanguageRow, MeasuredRuns, ScriptRow, TestRow, TimedTest,
};
pub use layout::{Departure, DepartureKind, Layout, LayoutPlace, LayoutSite};
pub use lint::{Lint, LintFinding, LintFix, LintPlace, LintRelated, LintRule, lint};
pub use list::{List, ListedTest, list};
pub use markers::{
    IgnoredSection, Markers, MarkersConfig, RegisteredMarker, UnregisteredMarker, UnusedMarker, UsedMarker,
};
pub use risks::{
    FindingRuns, FlakeRisk, FlakeRow, MeasuredFlakes, RiskFile, RiskFinding, RiskKindRow, RiskTotals, Risks,
};
pub use words::count;

/// A section of an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// What tests there are.
    Inventory,
    /// Which test files deserve fuzzing.
    Fuzz,
    /// Which markers are registered and used.
    Markers,
    /// What tests need to run.
    Gates,
    /// What may make tests fail without a defect.
    Risks,
    /// What is not tested.
    Gaps,
    /// How much of the code the tests can be expected to run.
    Coverage,
    /// How to find one's way in the tests, and how to run them.
    Guide,
    /// Where tests stand against where they belong.
    Layout,
}

/// One section with everything that depends on which one it is.
struct Row {
    section: Section,
    name: &'static str,
    title: &'static str,
    wanted: Wanted,
    fill: fn(&Suite, &mut Sections),
}

/// In the order of every report.
const ROWS: [Row; 9] = [
    Row {
        section: Section::Inventory,
        name: "inventory",
        title: "Test Inventory",
        wanted: Wanted {
            fuzz: true,
            why_not: true,
            rust: true,
            cpp: true,
            kinds: true,
            commands: true,
            ..Wanted::COLLECTION
        },
        fill: |suite, sections| sections.inventory = Some(inventory::inventory(suite)),
    },
    Row {
        section: Section::Fuzz,
        name: "fuzz",
        title: "Fuzz Testing Candidates",
        wanted: Wanted { fuzz: true, why_not: true, rust: true, ..Wanted::COLLECTION },
        fill: |suite, sections| sections.fuzz = Some(fuzz::fuzz(suite)),
    },
    Row {
        section: Section::Markers,
        name: "markers",
        title: "Markers",
        wanted: Wanted { markers: true, ..Wanted::COLLECTION },
        fill: |suite, sections| sections.markers = Some(markers::markers(suite)),
    },
    Row {
        section: Section::Gates,
        name: "gates",
        title: "What Tests Need to Run",
        wanted: Wanted { gates: true, launched: true, rust: true, ..Wanted::COLLECTION },
        fill: |suite, sections| sections.gates = Some(gates::gates(suite)),
    },
    Row {
        section: Section::Gaps,
        name: "gaps",
        title: "Testing Gaps",
        wanted: Wanted {
            fuzz: true,
            bodies: true,
            rust: true,
            commands: true,
            requirements: true,
            gaps: true,
            coverage: true,
            ..Wanted::COLLECTION
        },
        fill: |suite, sections| sections.gaps = Some(gaps::gaps(suite)),
    },
    Row {
        section: Section::Coverage,
        name: "coverage",
        title: "Coverage Estimate",
        wanted: Wanted { coverage: true, rust: true, ..Wanted::COLLECTION },
        fill: |suite, sections| sections.coverage = Some(coverage::coverage(suite)),
    },
    Row {
        section: Section::Risks,
        name: "risks",
        title: "Risks of Failing Without a Defect",
        wanted: Wanted { fuzz: true, risks: true, bodies: true, requirements: true, rust: true, ..Wanted::COLLECTION },
        fill: |suite, sections| sections.risks = Some(risks::risks(suite)),
    },
    Row {
        section: Section::Guide,
        name: "guide",
        title: "Testing Guide",
        wanted: Wanted {
            markers: true,
            judged: true,
            requirements: true,
            commands: true,
            features: true,
            rust: true,
            prose: true,
            kinds: true,
            gates: true,
            ..Wanted::COLLECTION
        },
        fill: |suite, sections| sections.guide = Some(guide::guide(suite)),
    },
    Row {
        section: Section::Layout,
        name: "layout",
        title: "Test Layout",
        wanted: Wanted {
            layout: true,
            risks: true,
            bodies: true,
            requirements: true,
            kinds: true,
            judged: true,
            features: true,
            rust: true,
            gates: true,
            ..Wanted::COLLECTION
        },
        fill: |suite, sections| sections.layout = Some(layout::layout(suite)),
    },
];

impl Section {
    /// All sections in the order of every report.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.section)
    }

    /// What these sections ask for.
    pub fn wanted(sections: &[Self]) -> Wanted {
        sections.iter().map(|section| section.row().wanted).fold(Wanted::NOTHING, Wanted::or)
    }

    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The heading in a report.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// The section of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.section)
    }

    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.section == self).expect("every section has a row: a test walks the table")
    }
}

/// The sections that were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sections {
    /// What tests there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inventory: Option<Inventory>,
    /// Which test files deserve fuzzing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuzz: Option<Fuzz>,
    /// Which markers are registered and used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markers: Option<Markers>,
    /// What tests need to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gates: Option<Gates>,
    /// What may make tests fail without a defect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risks: Option<Risks>,
    /// What is not tested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gaps: Option<Gaps>,
    /// How much of the code the tests can be expected to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
    /// How to find one's way in the tests, and how to run them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guide: Option<Guide>,
    /// Where tests stand against where they belong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
}

/// A whole audit, ready to be rendered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// The root that all paths are relative to, itself relative to the current directory.
    pub root: String,
    /// The root's own name, for titles.
    #[serde(skip)]
    pub name: String,
    /// The sections that were asked for.
    pub sections: Sections,
    /// Everything that could not be judged.
    pub problems: Vec<Problem>,
}

/// Views a suite through the wanted sections.
pub fn audit(suite: &Suite, sections: &[Section]) -> Audit {
    let mut audit = Audit {
        root: suite.root.clone(),
        name: suite.name.clone(),
        problems: suite.problems.clone(),
        ..Audit::default()
    };
    for section in sections {
        (section.row().fill)(suite, &mut audit.sections);
    }
    audit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_has_a_row_and_fills_the_json_key_of_its_name() {
        for section in Section::all() {
            let audit = audit(&Suite::default(), &[section]);
            let json = serde_json::to_value(&audit.sections).unwrap();
            let keys: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys, [section.name()]);
            assert_eq!(Section::from_name(section.name()), Some(section));
        }
        assert_eq!(Section::from_name("Fuzz"), None);
    }
}
