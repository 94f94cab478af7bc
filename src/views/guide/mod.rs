//! The `guide` section: how the tests of this tree are laid out, what each part tests, and how to run it, as a newcomer would
//! want to know. Every sentence follows from something that stands in the tree; what does not is left out.

mod areas;
mod commands;
mod configuration;
mod fixtures;
mod gated;
mod markers;
mod modules;
mod prerequisites;
mod rust;
mod scripts;
mod stdlib;
mod topics;
mod tree;
mod what;
mod workflows;

use serde::Serialize;

pub use areas::{Area, AreaFile};
pub use commands::{GuideCommand, ProjectCommand};
pub use configuration::{GuideConfiguration, NotInEffect};
pub use fixtures::SharedFixture;
pub use gated::{GatedFile, Need};
pub use markers::{GuideMarker, UsedExpression};
pub use modules::Change;
pub use prerequisites::{OptionalModule, Prerequisites, RequiredRunner, TestPackage};
pub use rust::{GuidePackage, GuideTarget};
pub use scripts::{Distributed, Script, ShownCommand};
pub(super) use scripts::{LAUNCHERS, shown};
pub use topics::Topic;
pub use tree::TreeRow;
pub use what::What;
pub use workflows::Workflow;

use crate::model::Suite;

/// The `guide` section.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Guide {
    /// How much there is.
    pub totals: GuideTotals,
    /// What has to be there before tests can run.
    pub prerequisites: Prerequisites,
    /// The commands that one needs first.
    pub quick: Vec<GuideCommand>,
    /// The commands that the project's own files use, those in most places first.
    pub project: Vec<ProjectCommand>,
    /// The folders of tests with what they hold.
    pub tree: Vec<TreeRow>,
    /// The markers of the project.
    pub markers: Vec<GuideMarker>,
    /// The mark expressions that the project uses.
    pub expressions: Vec<UsedExpression>,
    /// The tests of Python by folder.
    pub areas: Vec<Area>,
    /// The packages of Rust with tests.
    pub packages: Vec<GuidePackage>,
    /// What is started as several processes.
    pub distributed: Vec<Distributed>,
    /// Files with tests that need something which is not everywhere.
    pub gated: Vec<GatedFile>,
    /// Commands that run those files.
    pub with_devices: Vec<GuideCommand>,
    /// What is run by hand.
    pub scripts: Vec<Script>,
    /// The fixtures that tests share.
    pub fixtures: Vec<SharedFixture>,
    /// What to run when.
    pub workflows: Vec<Workflow>,
    /// What to run after a module of the product was changed.
    pub changes: Vec<Change>,
    /// What to run after anything in a folder of the product was changed.
    pub folder_changes: Vec<Change>,
    /// pytest's configuration.
    pub configuration: GuideConfiguration,
}

/// How much there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GuideTotals {
    /// Tests, each function once.
    pub tests: usize,
    /// Files that hold some.
    pub files: usize,
    /// Tests that something at run time decides about.
    pub gated: usize,
}

/// Views a suite as a guide.
pub fn guide(suite: &Suite) -> Guide {
    let imports = modules::Imports::new(suite);
    let configuration = configuration::configuration(suite);
    let (scripts, distributed) = scripts::scripts(suite);
    let gated = gated::gated(suite);
    let with_devices = gated::commands(&gated);
    let quick = commands::quick(suite, &commands::folders(suite));
    let project = commands::of_project(suite);
    let markers = markers::markers(suite, &configuration.not_in_effect);
    let holding = suite.files.iter().filter(|file| !file.tests.is_empty());
    Guide {
        totals: GuideTotals {
            tests: holding.clone().map(|file| file.tests.len()).sum(),
            files: holding.clone().count(),
            gated: holding.map(|file| gated::gated_tests(file).count()).sum(),
        },
        prerequisites: prerequisites::prerequisites(suite),
        workflows: workflows::workflows(&quick, &project, &markers, &with_devices, &distributed),
        quick,
        project,
        tree: tree::tree(suite),
        markers,
        expressions: markers::expressions(suite),
        areas: areas::areas(suite, &imports),
        packages: rust::packages(suite),
        distributed,
        with_devices,
        gated,
        scripts,
        fixtures: fixtures::fixtures(suite),
        changes: imports.changes(suite),
        folder_changes: imports.folder_changes(suite),
        configuration,
    }
}
