//! What coverage.py is told to measure: `.coveragerc`, `setup.cfg`, `tox.ini` and `pyproject.toml`, of which the first
//! that says anything about coverage counts (`coverage/config.py::config_files_to_try`). Where a file is broken, it says
//! nothing.

use std::path::Path;

use toml::{Table, Value};

use super::pytest::ini::{self, Section};
use crate::model::{CoverageConfig, Overlay};

/// The files, and what stands before the names of their sections; without one every section is coverage.py's.
const FILES: [(&str, Option<&str>); 4] =
    [(".coveragerc", None), ("setup.cfg", Some("coverage:")), ("tox.ini", Some("coverage:")), ("pyproject.toml", None)];

/// The configuration for a folder.
pub fn coverage(root: &Path) -> CoverageConfig {
    let read = |name: &str| super::pytest::file::read(&root.join(name), &Overlay::default()).ok();
    let mut found = FILES.iter().filter_map(|(name, prefix)| {
        let text = read(name)?;
        if name.ends_with(".toml") { of_toml(&text) } else { of_ini(&text, prefix.unwrap_or_default()) }
    });
    found.next().unwrap_or_default()
}

/// What the options say; each option is a list.
fn joined(option: impl Fn(&str, &str) -> Option<Vec<String>>) -> CoverageConfig {
    let mut config = CoverageConfig::default();
    if let Some(exclude) = option("report", "exclude_lines") {
        config.exclude = exclude;
    }
    config.exclude.extend(option("report", "exclude_also").unwrap_or_default());
    for name in ["source", "source_pkgs", "source_dirs"] {
        config.source.extend(option("run", name).unwrap_or_default());
    }
    for (section, include, omit) in [("run", "include", "omit"), ("report", "include", "omit")] {
        config.include.extend(option(section, include).unwrap_or_default());
        config.omit.extend(option(section, omit).unwrap_or_default());
    }
    config
}

fn of_ini(text: &str, prefix: &str) -> Option<CoverageConfig> {
    let ini = ini::parse(text);
    let section = |name: &str| ini.section(&format!("{prefix}{name}"));
    let is_ours = ["run", "report", "paths", "html", "xml"].iter().any(|name| section(name).is_some());
    is_ours.then(|| joined(|name, option| entries(section(name)?, option)))
}

/// The values of an option; where they are expressions, commas are part of them.
fn entries(section: &Section, option: &str) -> Option<Vec<String>> {
    let entry = section.entries.iter().find(|entry| entry.name == option)?;
    let lines = entry.lines.iter().map(|line| line.text.trim());
    let values: Vec<String> = match option.starts_with("exclude") {
        true => lines.map(str::to_owned).collect(),
        false => lines.flat_map(|line| line.split(',')).map(|value| value.trim().to_owned()).collect(),
    };
    Some(values.into_iter().filter(|value| !value.is_empty()).collect())
}

fn of_toml(text: &str) -> Option<CoverageConfig> {
    let table: Table = text.parse().ok()?;
    let own = table.get("tool")?.get("coverage")?;
    Some(joined(|section, option| {
        let values = match own.get(section)?.get(option)? {
            Value::Array(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Value::String(value) => vec![value.clone()],
            _ => return None,
        };
        Some(values)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_to_leave_out_are_replaced_by_one_option_and_extended_by_the_other() {
        let config = of_ini("[report]\nexclude_lines =\n    pragma: no cover\n    def __repr__\n", "").unwrap();
        assert_eq!(config.exclude, ["pragma: no cover", "def __repr__"]);
        let config = of_toml("[tool.coverage.report]\nexclude_also = ['a, b']\n").unwrap();
        assert_eq!(config.exclude[3..], ["a, b"]);
    }

    #[test]
    fn sections_of_shared_files_have_a_prefix() {
        let text = "[run]\nsource = x\n[coverage:run]\nsource = one, two\nomit =\n    */tests/*\n";
        let config = of_ini(text, "coverage:").unwrap();
        assert_eq!(config.source, ["one", "two"]);
        assert_eq!(config.omit, ["*/tests/*"]);
        assert_eq!(of_ini("[metadata]\nname = x\n", "coverage:"), None);
    }
}
