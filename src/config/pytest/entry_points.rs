//! The plugins that a project registers for itself: the entry points that pytest loads once the project is installed,
//! which is how its own tests run. Reads `pyproject.toml` and `setup.cfg`; what does not parse is somebody else's problem.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::ini;

/// The group of entry points that pytest loads (`Config._consider_importhook`, `Config.preparse`).
const GROUP: &str = "pytest11";

/// The modules, sorted.
pub(super) fn modules(rootdir: &Path) -> Vec<String> {
    let mut modules = of_pyproject(&rootdir.join("pyproject.toml")).unwrap_or_default();
    modules.extend(of_setup_cfg(&rootdir.join("setup.cfg")).unwrap_or_default());
    modules.sort();
    modules.dedup();
    modules
}

fn of_pyproject(path: &Path) -> Option<Vec<String>> {
    let text = crate::config::read(path).ok()?;
    let document = DeTable::parse(&text).ok()?;
    let at = |table: &DeTable<'_>, keys: &[&str]| -> Option<Vec<String>> {
        let mut table = table;
        for key in keys {
            table = super::file::get(table, key)?.get_ref().as_table()?;
        }
        let module = |value: &DeValue<'_>| value.as_str().map(module_of);
        Some(table.iter().filter_map(|(_, value)| module(value.get_ref())).collect())
    };
    let document = document.get_ref();
    at(document, &["project", "entry-points", GROUP]).or_else(|| at(document, &["tool", "poetry", "plugins", GROUP]))
}

fn of_setup_cfg(path: &Path) -> Option<Vec<String>> {
    let text = crate::config::read(path).ok()?;
    let ini = ini::parse(&text);
    let group = ini.section("options.entry_points")?.entries.iter().find(|entry| entry.name == GROUP)?;
    let value = |line: &ini::Line| line.text.split_once('=').map(|(_, value)| module_of(value));
    Some(group.lines.iter().filter_map(value).collect())
}

/// The module of `module:object`.
fn module_of(value: &str) -> String {
    value.split(':').next().unwrap_or(value).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_of_the_project_are_found_in_either_file() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(modules(folder.path()), [""; 0]);
        write("pyproject.toml", "[project.entry-points]\npytest11 = {one = \"one.plugin\", two = \"two:Plugin\"}\n");
        write(
            "setup.cfg",
            "[options.entry_points]\npytest11 =\n    three = three.plugin\nconsole_scripts =\n    x = y:z\n",
        );
        assert_eq!(modules(folder.path()), ["one.plugin", "three.plugin", "two"]);
        write("pyproject.toml", "[project.entry-points.other]\nx = \"y\"\n");
        write("setup.cfg", "not an ini file");
        assert_eq!(modules(folder.path()), [""; 0]);
    }
}
