//! Mends what rules found: texts with fixes applied, and the writing of files. Besides `-o` and baselines, nothing else
//! writes what belongs to the user. Refuses to know why something is a finding.

mod document;
mod ini;
mod rounds;
mod text;
mod toml;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{FileChange, Fix, pytest::ConfigSource};
use text::Text;

pub use rounds::{Judged, Mended, until_stable};
pub use write::{inside, read, replace};

/// What a set of fixes amounts to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The files that change, sorted by path.
    pub changes: Vec<FileChange>,
    /// Fixes that cannot be applied, each with its file and why.
    pub refused: BTreeMap<Fix, Refusal>,
}

/// Why a fix cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The file, as fixes name it.
    pub path: String,
    /// Lower case, no full stop.
    pub message: String,
}

/// What these fixes make of files. `config` is where pytest's configuration stands, `read` gives the bytes of a file or
/// says why there are none.
///
/// Where a section can be renamed, nothing else is done: it may register what is missing.
pub fn plan(
    fixes: &BTreeSet<Fix>,
    config: Option<&ConfigSource>,
    read: &dyn Fn(&str) -> Result<Vec<u8>, String>,
) -> Plan {
    let mut plan = Plan::default();
    for fix in fixes {
        if let Fix::RenameSection { path, line, from, to } = fix {
            let rivals = fixes.iter().filter(|other| {
                matches!(other, Fix::RenameSection { path: other_path, to: other_to, .. } if (other_path, other_to) == (path, to))
            });
            if rivals.count() > 1 {
                let message = format!("several sections could become `[{to}]`; join them");
                plan.refused.insert(fix.clone(), Refusal { path: path.clone(), message });
                continue;
            }
            let rename = |text: &Text<'_>| match is_toml(path) {
                true => toml::rename(text, *line, from, to),
                false => ini::rename(text, *line, from, to),
            };
            plan.add(path, &[fix], read, rename);
        }
    }
    if !plan.changes.is_empty() {
        return plan;
    }
    let registrations = fixes.iter().filter(|fix| matches!(fix, Fix::RegisterMarker { .. }));
    let Some(ConfigSource { path, section, .. }) = config.filter(|config| !config.section.is_empty()) else {
        let path = config.map_or_else(String::new, |config| config.path.clone());
        let message = "there is no section of pytest's configuration to register markers in".to_owned();
        plan.refused
            .extend(registrations.map(|fix| (fix.clone(), Refusal { path: path.clone(), message: message.clone() })));
        return plan;
    };
    let (mut names, mut own) = (BTreeSet::new(), Vec::new());
    for fix in registrations {
        let Fix::RegisterMarker { name } = fix else { continue };
        if name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') && !name.is_empty() {
            names.insert(name.as_str());
            own.push(fix);
        } else {
            let message = "the marker has a name that cannot be registered".to_owned();
            plan.refused.insert(fix.clone(), Refusal { path: path.clone(), message });
        }
    }
    if !names.is_empty() {
        plan.add(path, &own, read, |text| match is_toml(path) {
            true => toml::register(text, section, &names, section != "tool.pytest.ini_options"),
            false => ini::register(text, section, &names),
        });
    }
    plan
}

fn is_toml(path: &str) -> bool {
    path.ends_with(".toml")
}

impl Plan {
    /// Adds what `edit` makes of a file; else that these fixes cannot be applied.
    fn add(
        &mut self,
        path: &str,
        fixes: &[&Fix],
        read: &dyn Fn(&str) -> Result<Vec<u8>, String>,
        edit: impl FnOnce(&Text<'_>) -> Result<Vec<u8>, String>,
    ) {
        let edited = read(path).and_then(|before| {
            let after = edit(&Text::new(&before)?)?;
            Ok((before, after))
        });
        match edited {
            Ok((before, after)) => {
                let fixed = fixes.iter().map(|fix| (*fix).clone()).collect();
                self.changes.push(FileChange { path: path.to_owned(), before, after, fixed });
            }
            Err(message) => {
                let refusal = Refusal { path: path.to_owned(), message };
                self.refused.extend(fixes.iter().map(|fix| ((*fix).clone(), refusal.clone())));
            }
        }
    }
}
