//! A test without a marker that the project's rules require.
//!
//! # Why
//!
//! Where jobs select tests by markers, a test that carries none of a group is in none of the jobs.
//!
//! # Example
//!
//! ```toml
//! # testaudit.toml
//! [markers.required]
//! hardware = ["gpu_0", "gpu_1", "gpu_2"]
//! ```
//!
//! ```python
//! def test_upload(): ...
//! ```
//!
//! # Better
//!
//! ```python
//! @pytest.mark.gpu_0
//! def test_upload(): ...
//! ```
//!
//! # Limits
//!
//! Markers count wherever they come from: a decorator, a class and its bases, `pytestmark`, an alias or a function that returns
//! marks, every set of a list of parameters, and `add_marker` for every item in a hook. Where a hook adds a marker of the group under
//! a condition, the finding is less certain. Doctests carry no markers and are left alone.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Region, Severity, settings::Wanted, suite::Property};

pub(super) const RULE: Rule = Rule {
    name: "missing-required-marker",
    group: Group::Markers,
    severity: Severity::Error,
    needs: Wanted { markers: true, ..Wanted::COLLECTION },
    applies: |settings| !settings.required_markers.is_empty(),
    source: include_str!("missing_required_marker.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    for (group, names) in &context.settings.required_markers {
        let of_group = |name: &str| names.iter().any(|own| own == name);
        let added = suite.markers.added.iter().filter(|own| of_group(&own.name));
        let (mut always, mut sometimes) = (false, false);
        for own in added {
            *(if own.always { &mut always } else { &mut sometimes }) = true;
        }
        if always {
            continue;
        }
        let confidence = if sometimes { Confidence::Medium } else { Confidence::High };
        for file in &suite.files {
            for test in &file.tests {
                let is_left_out =
                    test.properties.iter().any(|own| matches!(own, Property::Deselected | Property::Doctest));
                let carried = test.markers.iter().any(|name| of_group(name))
                    || test
                        .case_markers
                        .iter()
                        .any(|sets| sets.iter().all(|set| set.iter().any(|name| of_group(name))));
                if is_left_out || carried {
                    continue;
                }
                let at = match test.definition {
                    Some(id) => Region::name_of(&file.path, file.facts.definition(id)),
                    None => Region::line(test.defined_in.as_ref().unwrap_or(&file.path), test.line),
                };
                let message = format!("`{}` carries no marker of the group `{group}`", test.id);
                report.add(confidence, at, message).help = Some(format!("one of `{}`", names.join("`, `")));
            }
        }
    }
}
