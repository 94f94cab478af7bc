//! The vocabulary that every stage shares: owned data, no I/O, no parser, no printing.
//!
//! Reading order: a [`source::SourceFile`] is read into a [`source::Source`]; extraction turns it into
//! [`fact::FileFacts`]; resolution joins those into a [`suite::Suite`]; what could not be judged is a
//! [`problem::Problem`] on the way; what a rule says of the suite is a [`finding::Finding`].

pub mod about;
pub mod body;
pub mod cargo;
pub mod change;
pub mod code;
pub mod collected;
pub mod command;
pub mod cookie;
pub mod coverage;
pub mod cpp;
pub mod evidence;
pub mod expr;
pub mod fact;
pub mod finding;
pub mod flow;
mod fnmatch;
pub mod gap;
pub mod gate;
pub mod graph;
pub mod header;
pub mod layout;
pub mod marker;
pub mod measured;
mod nearest;
pub mod option;
pub mod path;
pub mod problem;
pub mod project;
pub mod pytest;
pub mod requirement;
pub mod risk;
pub mod runs;
pub mod rust;
pub mod settings;
pub mod sight;
pub mod signal;
pub mod source;
pub mod suite;
pub mod target;

pub use body::Body;
pub use cargo::{
    CargoDependency, CargoDependencyKind, CargoFeature, CargoPackage, CargoTarget, CargoTargetKind, CargoTree,
    CargoWorkspace, Edition, FeatureSelection, LintLevel, UnexpectedCfgs,
};
pub use change::{FileChange, Overlay};
pub use code::Code;
pub use command::{CommandFacts, Invocation, MarkerInput, MarkerSelection, Program, Selection, Word};
pub use coverage::CoverageConfig;
pub use evidence::Evidence;
pub use expr::Expr;
pub use fact::{Binding, BindingValue, Definition, DefinitionId, DefinitionKind, FileFacts};
pub use finding::{Confidence, Finding, Fix, Region, Severity};
pub use flow::{Flow, FlowKind, Guard, GuardId, GuardKind};
pub use fnmatch::Fnmatch;
pub use gate::{Gate, GateKind};
pub use graph::CallGraph;
pub use header::HeaderTemplate;
pub use marker::{AddedMarker, Location, MarkerUse, Markers, Registrar, Registration};
pub use measured::Measured;
pub use nearest::nearest;
pub use option::IniOptions;
pub use problem::{Problem, ProblemKind};
pub use pytest::PytestConfig;
pub use requirement::{Requirement, Requirements};
pub use risk::{Around, AroundKind, BodyRisk, RetrySetting, RiskKind, RiskPart, RiskPlace, RiskSeverity, TestPart};
pub use settings::Settings;
pub use sight::Sight;
pub use signal::{Reason, Role, Signal, SignalKind};
pub use source::{FileRole, Language, Source, SourceFile, Span};
pub use suite::{SkipStatus, Suite, Test, TestFile};
pub use target::CoverageTarget;
