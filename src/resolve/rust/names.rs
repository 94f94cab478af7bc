//! What the path of an attribute leads to: through `use` of its module and of those around it, to the crate that defines
//! it. Owns imports; refuses to know any crate.

use crate::model::CargoPackage;
use crate::model::rust::{Import, Item, ItemKind};

/// How many imports are followed for one name.
const MAX_STEPS: u8 = 16;

/// What a module and those around it import.
pub(super) struct Names<'n> {
    /// Of the module itself, then of its parent, and so on.
    pub(super) imports: Vec<&'n [Import]>,
    pub(super) package: &'n CargoPackage,
}

/// The imports among the items of a module.
pub(super) fn imports(items: &[Item]) -> Vec<Import> {
    let mut found = Vec::new();
    for item in items {
        match &item.kind {
            ItemKind::Use(imports) => found.extend(imports.iter().cloned()),
            ItemKind::ExternCrate { source } => {
                found.push(Import { path: vec!["".into(), source.clone()], name: item.name.clone() });
            }
            _ => {}
        }
    }
    found
}

impl Names<'_> {
    /// The full paths that a path may lead to, `rstest::rstest`, the likeliest first; the path itself where nothing is known.
    pub(super) fn canonical(&self, path: &[Box<str>]) -> Vec<String> {
        let mut found = Vec::new();
        let path: Vec<&str> = path.iter().map(|segment| &**segment).collect();
        self.follow(0, &path, MAX_STEPS, &mut found);
        let itself = path.join("::");
        if !found.contains(&itself) {
            found.push(itself);
        }
        found
    }

    /// Follows a path from the module that is so many levels up.
    fn follow(&self, level: usize, path: &[&str], steps: u8, found: &mut Vec<String>) {
        let Some(steps) = steps.checked_sub(1) else { return };
        let [first, rest @ ..] = path else { return };
        match *first {
            "" => return self.of_crate(rest, found),
            "self" => return self.follow(level, rest, steps, found),
            "super" => return self.follow(level + 1, rest, steps, found),
            "crate" | "$crate" => {
                // The root imports most of what is used by such paths.
                let root = self.imports.len().saturating_sub(1);
                return if rest.len() == 1 {
                    self.follow(root, rest, steps, found)
                } else {
                    found.push(rest.join("::"))
                };
            }
            _ => {}
        }
        let imports = self.imports.get(level).copied().unwrap_or_default();
        let mut is_bound = false;
        for import in imports.iter().filter(|import| &*import.name == *first) {
            is_bound = true;
            let target = import.path.iter().map(|segment| &**segment).chain(rest.iter().copied());
            let target: Vec<&str> = target.collect();
            // `use rstest::rstest` binds the name that it begins with.
            if import.path.first().is_some_and(|own| **own == **first) || target == path {
                self.of_crate(&target, found);
            } else {
                self.follow(level, &target, steps, found);
            }
        }
        if is_bound {
            return;
        }
        if !rest.is_empty() {
            return self.of_crate(path, found);
        }
        for import in imports.iter().filter(|import| &*import.name == "*") {
            let segments: Vec<&str> = import.path.iter().map(|segment| &**segment).collect();
            match segments.as_slice() {
                ["super" | "self", ..] => {
                    let target: Vec<&str> = segments.iter().chain(path).copied().collect();
                    self.follow(level, &target, steps, found);
                }
                // What is re-exported there may come from any crate.
                ["crate", ..] => {
                    let dependencies = self.package.dependencies.iter();
                    found.extend(dependencies.map(|dependency| format!("{}::{first}", dependency.package)));
                }
                _ => {
                    let target: Vec<&str> = segments.iter().chain(path).copied().collect();
                    self.of_crate(&target, found);
                }
            }
        }
    }

    /// A path that begins with a crate, which a dependency may have renamed.
    fn of_crate(&self, path: &[&str], found: &mut Vec<String>) {
        let path = path.strip_prefix(&[""]).unwrap_or(path);
        let [first, rest @ ..] = path else { return };
        let renamed = self.package.dependencies.iter().find(|dependency| dependency.crate_name() == *first);
        let first = renamed.map_or_else(|| (*first).to_owned(), |dependency| dependency.package.replace('-', "_"));
        let full = rest.iter().fold(first, |full, segment| full + "::" + segment);
        if !found.contains(&full) {
            found.push(full);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CargoDependency;

    fn import(path: &str) -> Import {
        let (path, alias) = path.split_once(" as ").map_or((path, None), |(path, alias)| (path, Some(alias)));
        let path: Vec<Box<str>> = path.split("::").map(Into::into).collect();
        let name = alias.map_or_else(|| path.last().unwrap().clone(), Into::into);
        let glob = &*name == "*";
        let length = path.len() - usize::from(glob);
        Import { path: path[..length].to_vec(), name }
    }

    fn canonical(levels: &[&[&str]], path: &str) -> Vec<String> {
        let levels: Vec<Vec<Import>> =
            levels.iter().map(|level| level.iter().map(|text| import(text)).collect()).collect();
        let renamed =
            CargoDependency { name: "other".into(), package: "real-name".into(), ..CargoDependency::default() };
        let package = CargoPackage { dependencies: vec![renamed], ..CargoPackage::default() };
        let names = Names { imports: levels.iter().map(Vec::as_slice).collect(), package: &package };
        names.canonical(&path.split("::").map(Into::into).collect::<Vec<_>>())
    }

    #[test]
    fn names_are_followed_through_imports_and_modules() {
        type Case<'c> = (&'c [&'c [&'c str]], &'c str, &'c [&'c str]);
        let cases: [Case<'_>; 12] = [
            (&[&[]], "test", &["test"]),
            (&[&["rstest::rstest"]], "rstest", &["rstest::rstest", "rstest"]),
            (&[&["rstest::rstest as cases"]], "cases", &["rstest::rstest", "cases"]),
            (&[&["rstest::*"]], "rstest", &["rstest::rstest", "rstest"]),
            (&[&["super::*"], &["rstest::rstest"]], "rstest", &["rstest::rstest", "rstest"]),
            (&[&["super::rstest"], &["rstest::rstest"]], "rstest", &["rstest::rstest", "rstest"]),
            (&[&["super::super::*"], &[], &["a::b"]], "b", &["a::b", "b"]),
            (&[&[], &["rstest::rstest"]], "rstest", &["rstest"]),
            (&[&["tokio as runtime"]], "runtime::test", &["tokio::test", "runtime::test"]),
            (&[&[]], "other::test", &["real_name::test", "other::test"]),
            (&[&["crate::prelude::*"]], "case", &["real-name::case", "case"]),
            (&[&["a as b", "b as a"]], "a", &["a"]),
        ];
        for (levels, path, expected) in cases {
            assert_eq!(canonical(levels, path), expected, "{levels:?} {path}");
        }
    }
}
