//! The options that pytest's configuration names: who registers them, and which nobody does. Judges neither.

use super::Location;
use super::pytest::IniOption;

/// The options of the configuration, each under one of the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IniOptions {
    /// Registered by pytest, a known plugin or the tree; by line and name.
    pub known: Vec<KnownOption>,
    /// Registered by none of them; by line and name. A plugin that is not known here may register it.
    pub unknown: Vec<UnknownOption>,
    /// Calls in the tree that register something that the source does not tell, sorted: any option that is not known may
    /// be theirs.
    pub computed: Vec<Location>,
}

/// An option that somebody registers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownOption {
    /// Where the configuration names it.
    pub option: IniOption,
    /// Who registers it.
    pub registrar: OptionRegistrar,
}

/// Who registers an option.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum OptionRegistrar {
    /// pytest itself.
    Pytest {
        /// The first minor release that does; `None` for 7.0 and before.
        since: Option<&'static str>,
        /// The first that does no longer; `None` where the newest does.
        removed: Option<&'static str>,
    },
    /// A known plugin, by the name of its distribution. Whether it is installed is not known.
    Plugin(&'static str),
    /// A call of `addini` in a conftest file or a plugin of the tree.
    Call(Location),
}

/// An option that nobody registers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownOption {
    /// Where the configuration names it.
    pub option: IniOption,
    /// The registered option that it was meant to be, where one is near enough for that.
    pub suggestion: Option<String>,
}
