//! A marker and a cargo feature that should both exist, and of which one does not.
//!
//! # Why
//!
//! Where a project's Python and Rust tests are selected by the same words, a job that selects by a word which one half does not
//! know runs nothing there.
//!
//! # Example
//!
//! ```toml
//! # testaudit.toml
//! [features.pairs]
//! vllm = "vllm"         # registered with pytest; no Cargo.toml declares it
//! ```
//!
//! # Better
//!
//! Declare the feature, register the marker, or remove the pair.
//!
//! # Limits
//!
//! Only the pairs in `[features.pairs]` are compared. Whether tests use them is the matter of other rules.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Region, Registrar, Severity, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "marker-feature-mismatch",
    group: Group::Markers,
    severity: Severity::Error,
    needs: Wanted { markers: true, features: true, ..Wanted::NOTHING },
    applies: |settings| !settings.feature_pairs.is_empty(),
    source: include_str!("marker_feature_mismatch.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    let registered = |name: &str| suite.markers.registered.iter().find(|own| own.name == name);
    let features = || suite.packages.iter().flat_map(|package| package.features.iter().map(move |own| (package, own)));
    for (marker, feature) in &context.settings.feature_pairs {
        let declared = features().find(|(_, own)| own.name == *feature);
        match (registered(marker), declared) {
            (Some(_), Some(_)) => {}
            (Some(own), None) => {
                let at = match &own.registrar {
                    Registrar::Configuration(at) | Registrar::Call(at) => Region::line(&at.path, at.line),
                    Registrar::Plugin(_) => home(context),
                };
                let message =
                    format!("no package declares the feature `{feature}`, which the marker `{marker}` stands for");
                report.add(Confidence::High, at, message);
            }
            (None, Some((package, own))) => {
                let at = Region::line(&package.path, own.line);
                let message =
                    format!("nobody registers the marker `{marker}`, which the feature `{feature}` stands for");
                report.add(Confidence::High, at, message);
            }
            (None, None) => {
                let message = format!("there is neither a marker `{marker}` nor a feature `{feature}`");
                report.add(Confidence::High, home(context), message);
            }
        }
    }
}

/// Where pytest's configuration stands, or should.
fn home(context: &Context<'_>) -> Region {
    let source = context.suite.pytest.source.as_ref();
    let path = source.map_or("pyproject.toml", |source| source.path.as_str());
    Region::line(path, source.and_then(|source| source.line).unwrap_or(1))
}
