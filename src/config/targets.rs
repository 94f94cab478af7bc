//! `[coverage]`: what coverage a project wants to have, by language and by path. Refuses to know what it has.

use ignore::gitignore::GitignoreBuilder;

use super::{ConfigError, table::Table};
use crate::model::{CoverageTarget, Language};

const KEYS: &[&str] = &["python", "rust", "targets"];
const TARGET_KEYS: &[&str] = &["paths", "lines"];

/// Reads the table: targets of languages first, then those of paths in their order.
pub(super) fn read(table: &Table<'_, '_>) -> Result<Vec<CoverageTarget>, ConfigError> {
    let Some(coverage) = table.table("coverage")? else { return Ok(Vec::new()) };
    coverage.only(KEYS)?;
    let mut targets = Vec::new();
    for (key, language) in [("python", Language::Python), ("rust", Language::Rust)] {
        if let Some(share) = coverage.share(key)? {
            targets.push(CoverageTarget { paths: Vec::new(), language: Some(language), share });
        }
    }
    for own in coverage.tables("targets")? {
        own.only(TARGET_KEYS)?;
        let Some(paths) = own.strings("paths")?.filter(|paths| !paths.is_empty()) else {
            return Err(own.error_at("paths", "`paths` is missing here: say for which files this holds"));
        };
        for glob in &paths {
            if let Err(error) = GitignoreBuilder::new("").add_line(None, glob) {
                return Err(own.error_at("paths", &format!("`{glob}` is no glob: {error}")));
            }
        }
        let Some(share) = own.share("lines")? else {
            return Err(own.error_at("lines", "`lines` is missing here: say which share of the lines, as 0.85"));
        };
        targets.push(CoverageTarget { paths, language: None, share });
    }
    Ok(targets)
}
