//! The Rust files of a tree by their paths, and where `mod`, `include!` and others lead. Refuses to know what is in them.

use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) use crate::model::path::folder;
use crate::model::rust::RustFacts;

/// The files of a tree with what they say.
pub struct Sources<'s> {
    /// By path, relative to the root, with `/`.
    pub files: &'s BTreeMap<String, Arc<RustFacts>>,
    /// A file that was not walked; `None` where there is none below the root.
    pub load: &'s (dyn Fn(&str) -> Option<Arc<RustFacts>> + Sync),
    /// The text of any file below the root.
    pub text: &'s (dyn Fn(&str) -> Option<String> + Sync),
}

/// Where the items of a module stand, and where `mod` looks from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The file, relative to the root.
    pub(super) file: Arc<str>,
    /// The same as rustc opens it, which is what it prints: the `.` and `..` of a `#[path]` stay.
    pub(super) opened: Arc<str>,
    /// The folder in which modules of other files are looked for, as rustc opens it.
    pub(super) folder: String,
    /// Whether the module is inline: then `#[path]` counts from `folder`, else from the file's folder.
    pub(super) inline: bool,
}

impl Sources<'_> {
    /// What a file says.
    pub(super) fn facts(&self, path: &str) -> Option<Arc<RustFacts>> {
        self.files.get(path).cloned().or_else(|| (self.load)(path))
    }

    /// Names of files that stand in a folder itself.
    pub(super) fn names_in<'p>(&'p self, folder: &'p str) -> impl Iterator<Item = &'p str> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let below = self.files.range(prefix.clone()..).map(|(path, _)| path.as_str());
        let below = below.map_while(move |path| path.strip_prefix(prefix.as_str()));
        below.filter(|rest| !rest.contains('/'))
    }

    /// The file of `mod name;`: "Module source filenames" of the Rust reference.
    pub(super) fn module(&self, place: &Place, name: &str, path: Option<&str>) -> Option<(Place, Arc<RustFacts>)> {
        let at = |folder: &str, path: &str| {
            let file = joined(folder, path)?;
            let facts = self.facts(&file)?;
            Some((Place { file: file.into(), ..Place::root(&opened(folder, path)) }, facts))
        };
        if let Some(path) = path {
            return at(if place.inline { &place.folder } else { folder(&place.opened) }, path);
        }
        if let Some((beside, facts)) = at(&place.folder, &format!("{name}.rs")) {
            return Some((Place { folder: opened(&place.folder, name), ..beside }, facts));
        }
        at(&place.folder, &format!("{name}/mod.rs"))
    }
}

impl Place {
    /// The root file of a target.
    pub(super) fn root(path: &str) -> Self {
        Self { file: path.into(), opened: path.into(), folder: folder(path).to_owned(), inline: false }
    }

    /// An inline module, which may have a `#[path]`.
    pub(super) fn inline(&self, name: &str, path: Option<&str>) -> Self {
        let folder = match path {
            Some(path) => opened(if self.inline { &self.folder } else { folder(&self.opened) }, path),
            None => opened(&self.folder, name),
        };
        Self { folder, inline: true, ..self.clone() }
    }
}

/// A path seen from a folder, as rustc opens it (`resolve_path` of rustc_expand).
pub(super) fn opened(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// A path seen from a folder, without `.` and `..`; `None` where it leads out of the root.
pub(super) fn joined(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(files: &[&str], place: &Place, name: &str, path: Option<&str>) -> Option<(String, String)> {
        let files = files.iter().map(|path| ((*path).to_owned(), Arc::default())).collect();
        let sources = Sources { files: &files, load: &|_| None, text: &|_| None };
        let (place, _) = sources.module(place, name, path)?;
        Some((place.file.to_string(), place.folder))
    }

    #[test]
    fn modules_stand_beside_a_root_and_below_others() {
        let found = |path: &str, folder: &str| Some((path.to_owned(), folder.to_owned()));
        let root = Place::root("src/lib.rs");
        let files = ["src/a.rs", "src/b/mod.rs", "src/a/c.rs", "src/inner/d.rs", "src/e.rs", "src/x/e.rs", "f.rs"];
        assert_eq!(module(&files, &root, "a", None), found("src/a.rs", "src/a"));
        assert_eq!(module(&files, &root, "b", None), found("src/b/mod.rs", "src/b"));
        assert_eq!(module(&files, &root, "c", None), None);
        let a = Place { folder: "src/a".to_owned(), ..Place::root("src/a.rs") };
        assert_eq!(module(&files, &a, "c", None), found("src/a/c.rs", "src/a/c"));
        let inner = root.inline("inner", None);
        assert_eq!(module(&files, &inner, "d", None), found("src/inner/d.rs", "src/inner/d"));
        assert_eq!(module(&files, &a, "e", Some("e.rs")), found("src/e.rs", "src"));
        assert_eq!(module(&files, &root.inline("x", None), "e", Some("e.rs")), found("src/x/e.rs", "src/x"));
        assert_eq!(module(&files, &root, "f", Some("../f.rs")), found("f.rs", "src/.."));
        assert_eq!(module(&files, &root, "f", Some("../../f.rs")), None);
    }
}
