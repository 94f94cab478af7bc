//! The vocabulary that every stage shares: owned data, no I/O, no parser, no printing.
//!
//! Reading order: a [`source::SourceFile`] is read into a [`source::Source`]; extraction turns it into
//! [`fact::FileFacts`]; resolution joins those into a [`suite::Suite`]; what could not be judged is a
//! [`problem::Problem`] on the way; what a rule says of the suite is a [`finding::Finding`].

pub mod body;
pub mod evidence;
pub mod expr;
pub mod fact;
pub mod finding;
mod fnmatch;
pub mod marker;
pub mod path;
pub mod problem;
pub mod pytest;
pub mod settings;
pub mod signal;
pub mod source;
pub mod suite;

pub use body::Body;
pub use evidence::Evidence;
pub use expr::Expr;
pub use fact::{Binding, BindingValue, Definition, DefinitionId, DefinitionKind, FileFacts};
pub use finding::{Confidence, Finding, Fix, Region, Severity};
pub use fnmatch::Fnmatch;
pub use marker::{Location, MarkerUse, Markers, Registrar, Registration};
pub use problem::{Problem, ProblemKind};
pub use pytest::PytestConfig;
pub use settings::Settings;
pub use signal::{Reason, Role, Signal, SignalKind};
pub use source::{FileRole, Language, Source, SourceFile, Span};
pub use suite::{SkipStatus, Suite, Test, TestFile};
