//! Names of rules and groups: which rule a selector means, and what is wrong with a name that means none.

use super::{Group, Rule};
use crate::model::nearest;

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
