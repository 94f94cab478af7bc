//! Names that look alike: "did you mean". Owns the distance, for rules and for markers.

use super::{Group, Rule};

/// The name that a misspelt one was meant to be, when one is near enough for that.
pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let distance = |other: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase());
    let (distance, other) = names.into_iter().map(|other| (distance(other), other)).min()?;
    (distance <= other.chars().count().min(name.chars().count()).div_ceil(3)).then_some(other)
}

/// What is wrong with the name of a rule or group that does not exist.
pub fn unknown_name(name: &str) -> Option<String> {
    let groups = || Group::ALL.iter().map(|group| group.name());
    if name == ALL || groups().any(|group| group == name) || Rule::named(name).is_some() {
        return None;
    }
    Some(match nearest(name, Rule::all().map(|rule| rule.name).chain(groups())) {
        Some(near) => format!("unknown rule `{name}`, did you mean `{near}`?"),
        None => format!("unknown rule `{name}`, `testaudit explain` lists them"),
    })
}

/// Selects every rule.
pub(super) const ALL: &str = "all";

/// Whether a selector is a rule's name or stands for a group that it belongs to.
pub(super) fn selects(selector: &str, rule: &Rule) -> bool {
    selector == ALL || selector == rule.name || selector == rule.group.name()
}
