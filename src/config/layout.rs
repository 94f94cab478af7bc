//! `[layout]`: where tests of each kind belong and what they may do there. Refuses to know what a kind means.

use ignore::gitignore::GitignoreBuilder;

use super::{ConfigError, table::Table};
use crate::model::layout::{CATEGORIES, Effect, LayoutRule};

const KEYS: &[&str] = &["paths", "inline", "forbid", "markers"];

/// Reads the table, in the order of the file.
pub(super) fn read(table: &Table<'_, '_>) -> Result<Vec<LayoutRule>, ConfigError> {
    let Some(layout) = table.table("layout")? else { return Ok(Vec::new()) };
    layout.only(&CATEGORIES)?;
    let mut rules = Vec::new();
    for category in layout.keys() {
        let Some(own) = layout.table(&category)? else { continue };
        own.only(KEYS)?;
        let paths = own.strings("paths")?.unwrap_or_default();
        for glob in &paths {
            if let Err(error) = GitignoreBuilder::new("").add_line(None, glob) {
                return Err(own.error_at("paths", &format!("`{glob}` is no glob: {error}")));
            }
        }
        let inline = own.boolean("inline")?.unwrap_or_default();
        if paths.is_empty() && !inline {
            let message = format!("`paths` is missing here: say where tests of the kind `{category}` belong");
            return Err(own.error_at("paths", &message));
        }
        let mut forbid = Vec::new();
        for name in own.strings("forbid")?.unwrap_or_default() {
            let Some(effect) = Effect::ALL.into_iter().find(|effect| effect.name() == name) else {
                let known = Effect::ALL.map(Effect::name).join("`, `");
                return Err(own.error_at("forbid", &format!("`forbid` holds `{known}`, not `{name}`")));
            };
            forbid.push(effect);
        }
        let markers = own.strings("markers")?.unwrap_or_default();
        rules.push(LayoutRule { category, paths, inline, forbid, markers });
    }
    Ok(rules)
}
