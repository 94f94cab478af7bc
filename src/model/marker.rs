//! Markers of pytest across the tree: where they are registered and where they are used. Judges neither.

use serde::Serialize;

use super::{
    Region,
    pytest::{ConfigSource, IgnoredConfig},
};

/// A line of a file of the tree, or of pytest's configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Location {
    /// Relative to the root.
    pub path: String,
    /// 1-based.
    pub line: u32,
}

/// Who registers a marker.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Registrar {
    /// `markers` in pytest's configuration.
    Configuration(Location),
    /// A call of `addinivalue_line` in a conftest file or a plugin of the tree.
    Call(Location),
    /// pytest itself or a known plugin, by the name of its distribution.
    Plugin(String),
}

/// One registration of a marker.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Registration {
    /// The marker's name.
    pub name: String,
    /// Who registers it.
    pub registrar: Registrar,
    /// What the registration says about it, as far as that is known.
    pub description: String,
}

/// One access to `pytest.mark.NAME`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MarkerUse {
    /// The marker's name.
    pub name: String,
    /// Where it stands.
    pub at: Region,
    /// Whether it is evaluated while pytest imports what it collects; otherwise it may run later, or never.
    pub at_import: bool,
}

/// A marker that a hook puts on tests while pytest collects.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddedMarker {
    /// The marker's name.
    pub name: String,
    /// Where.
    pub at: Location,
    /// Whether it is put on every test, under no condition.
    pub always: bool,
}

/// The markers of the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markers {
    /// Sorted by name.
    pub registered: Vec<Registration>,
    /// Calls that register something that the source does not tell, sorted.
    pub computed: Vec<Location>,
    /// Places where markers with computed names are put on tests, sorted.
    pub computed_uses: Vec<Location>,
    /// Sorted by name, then by place.
    pub uses: Vec<MarkerUse>,
    /// Markers that hooks of conftest files and plugins add, sorted.
    pub added: Vec<AddedMarker>,
    /// Markers that are used and that only a known plugin would register which the project does not name: with the
    /// plugin, sorted.
    pub not_required: Vec<(String, &'static str)>,
    /// Where pytest's configuration stands.
    pub config: Option<ConfigSource>,
    /// Whether pytest refuses markers that are not registered.
    pub strict: bool,
    /// What was meant for pytest's configuration and does not count, sorted.
    pub ignored: Vec<IgnoredConfig>,
}
