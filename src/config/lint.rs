//! What the configuration says about rules: `[lint]`, `[rules]`, `[[overrides]]`, `[markers]` and `[features]`. Refuses to
//! know which rules there are: it is told how to judge a name.

use std::path::{Path, PathBuf};

use ignore::gitignore::GitignoreBuilder;

use super::{ConfigError, replace, table::Table};
use crate::model::{
    Confidence, Severity,
    settings::{Levels, LintSettings, PathOverride},
};

const LINT_KEYS: &[&str] = &["select", "ignore", "severity", "confidence", "baseline"];
const MARKERS_KEYS: &[&str] = &["allow", "required"];
const FEATURES_KEYS: &[&str] = &["pairs"];
const OVERRIDE_KEYS: &[&str] = &["paths", "rules"];

/// What is wrong with the name of a rule or group; `None` where there is one of that name.
pub type UnknownRule = fn(&str) -> Option<String>;

/// Reads the tables. `config` is the file they stand in.
pub(super) fn read(
    table: &Table<'_, '_>,
    config: &Path,
    unknown_rule: UnknownRule,
) -> Result<LintSettings, ConfigError> {
    let mut settings = LintSettings::default();
    if let Some(lint) = table.table("lint")? {
        lint.only(LINT_KEYS)?;
        for (key, setting) in [("select", &mut settings.select), ("ignore", &mut settings.ignore)] {
            let names = lint.strings(key)?.unwrap_or_default();
            if let Some(message) = names.iter().find_map(|name| unknown_rule(name)) {
                return Err(lint.error_at(key, &message));
            }
            *setting = names;
        }
        replace(&mut settings.severity, choice(&lint, "severity", Severity::ALL.map(|own| (own.name(), own)))?);
        replace(&mut settings.confidence, choice(&lint, "confidence", Confidence::ALL.map(|own| (own.name(), own)))?);
        let beside = |name: String| config.parent().unwrap_or(Path::new("")).join(PathBuf::from(name));
        settings.baseline = lint.string("baseline")?.map(beside);
    }
    if let Some(rules) = table.table("rules")? {
        settings.levels = levels(&rules, unknown_rule)?;
    }
    for own in table.tables("overrides")? {
        own.only(OVERRIDE_KEYS)?;
        let Some(paths) = own.strings("paths")?.filter(|paths| !paths.is_empty()) else {
            return Err(own.error_at("paths", "`paths` is missing here: say for which paths this holds"));
        };
        for glob in &paths {
            if let Err(error) = GitignoreBuilder::new("").add_line(None, glob) {
                return Err(own.error_at("paths", &format!("`{glob}` is no glob: {error}")));
            }
        }
        let levels = match own.table("rules")? {
            Some(rules) => levels(&rules, unknown_rule)?,
            None => return Err(own.error_at("rules", "`rules` is missing here: say which rules change")),
        };
        settings.overrides.push(PathOverride { paths, levels });
    }
    if let Some(markers) = table.table("markers")? {
        markers.only(MARKERS_KEYS)?;
        settings.allowed_markers = markers.strings("allow")?.unwrap_or_default();
        if let Some(required) = markers.table("required")? {
            for group in required.keys() {
                let names = required.strings(&group)?.unwrap_or_default();
                if names.is_empty() {
                    return Err(required.error_at(&group, &format!("`{group}` names no marker")));
                }
                settings.required_markers.push((group, names));
            }
        }
    }
    if let Some(features) = table.table("features")? {
        features.only(FEATURES_KEYS)?;
        if let Some(pairs) = features.table("pairs")? {
            for marker in pairs.keys() {
                let feature = pairs.required(&marker)?;
                settings.feature_pairs.push((marker, feature));
            }
        }
    }
    Ok(settings)
}

/// Rules with the severities that they are given.
fn levels(table: &Table<'_, '_>, unknown_rule: UnknownRule) -> Result<Levels, ConfigError> {
    let level = |name: String| {
        if let Some(message) = unknown_rule(&name) {
            return Err(table.error_at(&name, &message));
        }
        let known = [
            ("off", None),
            ("error", Some(Severity::Error)),
            ("warning", Some(Severity::Warning)),
            ("note", Some(Severity::Note)),
        ];
        let level = choice(table, &name, known)?.flatten();
        Ok((name, level))
    };
    table.keys().into_iter().map(level).collect()
}

/// One of these words.
fn choice<T: Copy, const N: usize>(
    table: &Table<'_, '_>,
    key: &str,
    known: [(&str, T); N],
) -> Result<Option<T>, ConfigError> {
    let Some(said) = table.string(key)? else { return Ok(None) };
    match known.iter().find(|(name, _)| *name == said) {
        Some((_, value)) => Ok(Some(*value)),
        None => {
            let names = known.map(|(name, _)| name).join("`, `");
            Err(table.error_at(key, &format!("`{key}` must be one of `{names}`, not `{said}`")))
        }
    }
}
