//! A marker that nobody registers.
//!
//! # Why
//!
//! Under `--strict-markers` pytest refuses to collect the module. Without it, pytest only warns, and a misspelt marker silently
//! takes its tests out of every job that selects by the right name.
//!
//! # Example
//!
//! ```python
//! @pytest.mark.slwo
//! def test_upload(): ...
//! ```
//!
//! # Better
//!
//! ```python
//! @pytest.mark.slow
//! def test_upload(): ...
//! ```
//!
//! or register it where pytest's configuration stands: `markers = ["slwo: …"]`.
//!
//! # Limits
//!
//! Counts what pytest evaluates while it imports what it collects. Registrations are read from pytest's configuration, from
//! `addinivalue_line` in conftest files and plugins of the tree, and from a table of well-known plugins. The finding is less
//! certain where something registers markers under computed names, where the project depends on a plugin that is not known,
//! and where the marker is that of a known plugin that the project does not depend on. `[markers] allow` names markers of plugins that testaudit does not know.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Fix, Region, Severity, nearest, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "unregistered-marker",
    group: Group::Markers,
    severity: Severity::Error,
    needs: Wanted { markers: true, requirements: true, ..Wanted::NOTHING },
    applies: |_| true,
    source: include_str!("unregistered_marker.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let markers = &context.suite.markers;
    let registered: BTreeSet<&str> = markers.registered.iter().map(|own| own.name.as_str()).collect();
    let allowed = |name: &str| context.settings.allowed_markers.iter().any(|allowed| allowed == name);
    let mut places: BTreeMap<&str, Vec<Region>> = BTreeMap::new();
    for own in markers.uses.iter().filter(|own| own.at_import) {
        places.entry(&own.name).or_default().push(own.at.clone());
    }
    for (name, places) in places {
        if registered.contains(name) || allowed(name) {
            continue;
        }
        // A distribution that the project requires may bring that plugin along.
        let plugin = markers.not_required.iter().find(|(marker, _)| marker == name).map(|(_, plugin)| *plugin);
        let certain = markers.computed.is_empty() && plugin.is_none() && context.knows_all_plugins;
        let confidence = if certain { Confidence::High } else { Confidence::Medium };
        let near = nearest(name, registered.iter().copied());
        let help = match (near, &markers.config) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, _) if let Some(plugin) = plugin => {
                format!("`{plugin}` registers it, and the project does not require it")
            }
            (None, Some(config)) if config.section.is_empty() => {
                format!("register it under `markers` in `{}`, which has no section that pytest reads", config.path)
            }
            (None, Some(config)) => {
                format!("register it in `{}`, under `markers` of `[{}]`", config.path, config.section)
            }
            (None, None) => "register it under `markers` in pytest's configuration".to_owned(),
        };
        for at in places {
            let finding = report.add(confidence, at, format!("the marker `{name}` is not registered"));
            finding.help = Some(help.clone());
            // A near name is more likely meant.
            finding.fix = (near.is_none() && plugin.is_none()).then(|| Fix::RegisterMarker { name: name.to_owned() });
        }
    }
}
