//! What decides how strict pytest is: options, the names they also have, and the one that stands for all. Refuses to know
//! what any of them does.

use std::collections::BTreeMap;

use super::value::Values;
use crate::model::pytest::{Origin, Strictness, Switch};

/// The switches of a configuration. `written` tells of those options that stand in `addopts` how they are written there.
///
/// Each is read as `getini` does, and `strict` holds where it is not set (`_pytest/main.py`, `_pytest/skipping.py`,
/// `_pytest/python.py`). A value that is no truth value switches nothing.
pub(super) fn read(values: &Values, written: &BTreeMap<String, (String, Origin)>) -> Strictness {
    let switch = |name: &str| {
        let value = values.get(name)?;
        let (option, origin) = written.get(name).cloned().unwrap_or_else(|| (name.to_owned(), Origin::File));
        Some(Switch { on: value.boolean(name).ok()?, option, line: value.line, origin })
    };
    // `Config._getini`: what stands in `addopts` counts first, and then the name before its alias.
    let first = |names: &[&str]| {
        let found: Vec<_> = names.iter().filter_map(|name| switch(name)).collect();
        let in_addopts = found.iter().find(|switch| switch.origin != Origin::File);
        in_addopts.or(found.first()).cloned().or_else(|| switch("strict"))
    };
    Strictness {
        markers: first(&["strict_markers"]),
        config: first(&["strict_config"]),
        xfail: first(&["strict_xfail", "xfail_strict"]),
        parametrization_ids: first(&["strict_parametrization_ids"]),
    }
}
