//! What the configuration says about gaps: `[gaps]`, with tables of weights and hours by kind.

use super::{ConfigError, replace, table::Table};
use crate::model::gap::{GAP_KINDS, GapConstants, GapKind, GapSettings, Hundredths};

const KEYS: &[&str] = &[
    "ignore",
    "p0",
    "p1",
    "p2",
    "small-module",
    "max-gaps",
    "skipped-share",
    "quick-hours",
    "max-hours",
    "weight",
    "hours",
    "hours-per-item",
];

/// Reads the table.
pub(super) fn read(table: &Table<'_, '_>) -> Result<GapSettings, ConfigError> {
    let mut settings = GapSettings::default();
    let Some(gaps) = table.table("gaps")? else { return Ok(settings) };
    gaps.only(KEYS)?;
    for name in gaps.strings("ignore")?.unwrap_or_default() {
        let Some(kind) = GapKind::from_name(&name) else {
            let known: Vec<_> = GAP_KINDS.iter().map(|row| row.name).collect();
            let message = format!("`{name}` is no kind of gap, known are `{}`", known.join("`, `"));
            return Err(gaps.error_at("ignore", &message));
        };
        settings.ignore.push(kind);
    }
    for (key, threshold) in ["p0", "p1", "p2"].into_iter().zip(&mut settings.thresholds) {
        replace(threshold, share(&gaps, key)?);
    }
    if !settings.thresholds.is_sorted_by(|higher, lower| higher >= lower) {
        return Err(gaps.error_at("p0", "`p0` must not be below `p1`, nor `p1` below `p2`"));
    }
    replace(&mut settings.small_module, gaps.hundredths("small-module")?.map(|number| number / 100));
    replace(&mut settings.max_gaps, gaps.hundredths("max-gaps")?.map(|number| number / 100));
    replace(&mut settings.skipped_share, share(&gaps, "skipped-share")?);
    replace(&mut settings.quick_hours, gaps.hundredths("quick-hours")?.map(Hundredths));
    replace(&mut settings.max_hours, gaps.hundredths("max-hours")?.map(Hundredths));
    let names: Vec<&str> = GAP_KINDS.iter().map(|row| row.name).collect();
    type Field = fn(&mut GapConstants) -> &mut Hundredths;
    let fields: [(&str, Field); 3] = [
        ("weight", |row| &mut row.weight),
        ("hours", |row| &mut row.hours),
        ("hours-per-item", |row| &mut row.hours_per_item),
    ];
    for (key, field) in fields {
        let Some(own) = gaps.table(key)? else { continue };
        own.only(&names)?;
        for row in &mut settings.kinds {
            let said = if key == "weight" { share(&own, row.name)? } else { own.hundredths(row.name)?.map(Hundredths) };
            replace(field(row), said);
        }
    }
    Ok(settings)
}

/// A number from 0 to 1.
fn share(table: &Table<'_, '_>, key: &str) -> Result<Option<Hundredths>, ConfigError> {
    match table.hundredths(key)? {
        Some(number) if number > 100 => Err(table.error_at(key, &format!("`{key}` must be a number from 0 to 1"))),
        number => Ok(number.map(Hundredths)),
    }
}
