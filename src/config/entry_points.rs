//! The entry points that a project publishes: what others, or it itself, find under a name once it is installed. Reads
//! `pyproject.toml` and `setup.cfg`; what does not parse is somebody else's problem.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::pytest::{file, ini};
use crate::model::EntryPoint;

/// All of them, sorted.
pub(super) fn entry_points(root: &Path) -> Vec<EntryPoint> {
    let mut found = of_pyproject(&root.join("pyproject.toml")).unwrap_or_default();
    found.extend(of_setup_cfg(&root.join("setup.cfg")).unwrap_or_default());
    found.sort();
    found.dedup();
    found
}

fn of_pyproject(path: &Path) -> Option<Vec<EntryPoint>> {
    let text = crate::config::read(path).ok()?;
    let document = DeTable::parse(&text).ok()?;
    let groups = |keys: &[&str]| {
        let mut table = document.get_ref();
        for key in keys {
            table = file::get(table, key)?.get_ref().as_table()?;
        }
        let mut found = Vec::new();
        for (group, entries) in table {
            for (name, target) in entries.get_ref().as_table().into_iter().flatten() {
                let target = DeValue::as_str(target.get_ref());
                found.extend(target.map(|target| entry(group.get_ref(), name.get_ref(), target)));
            }
        }
        Some(found)
    };
    groups(&["project", "entry-points"]).or_else(|| groups(&["tool", "poetry", "plugins"]))
}

fn of_setup_cfg(path: &Path) -> Option<Vec<EntryPoint>> {
    let text = crate::config::read(path).ok()?;
    let ini = ini::parse(&text);
    let groups = &ini.section("options.entry_points")?.entries;
    let lines = groups.iter().flat_map(|group| group.lines.iter().map(move |line| (&group.name, &line.text)));
    let one = |(group, line): (&String, &String)| {
        let (name, target) = line.split_once('=')?;
        Some(entry(group, name, target))
    };
    Some(lines.filter_map(one).collect())
}

fn entry(group: &str, name: &str, target: &str) -> EntryPoint {
    // `module:object [extra]`
    let target = target.split('[').next().unwrap_or(target);
    EntryPoint { group: group.to_owned(), name: name.trim().to_owned(), target: target.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_points_are_found_in_either_file() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let found = || {
            let of = |own: EntryPoint| format!("{} {} {}", own.group, own.name, own.target);
            entry_points(folder.path()).into_iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(found(), [""; 0]);
        write(
            "pyproject.toml",
            "[project.entry-points]\npytest11 = {one = \"one.plugin\", two = \"two:Plugin [cli]\"}\n",
        );
        write(
            "setup.cfg",
            "[options.entry_points]\npytest11 =\n    three = three.plugin\nconsole_scripts =\n    x = y:z\n",
        );
        let all = [
            "console_scripts x y:z",
            "pytest11 one one.plugin",
            "pytest11 three three.plugin",
            "pytest11 two two:Plugin",
        ];
        assert_eq!(found(), all);
        write("pyproject.toml", "[project.entry-points.other]\nx = \"y\"\n");
        write("setup.cfg", "not an ini file");
        assert_eq!(found(), ["other x y"]);
        write("pyproject.toml", "[tool.poetry.plugins.\"a.b\"]\nx = \"y\"\n");
        assert_eq!(found(), ["a.b x y"]);
    }
}
