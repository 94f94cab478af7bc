//! What cargo can build of a package: "Cargo Targets" and "Target auto-discovery" of the Cargo book, as cargo's
//! `util/toml/targets.rs` does it. Owns which files are the roots of targets; opens none of them.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::document::{Document, boolean, string, strings, table};
use crate::model::path::{absolute, relative};
use crate::model::{CargoTarget, CargoTargetKind, Edition, Problem, ProblemKind};

/// The most entries of one folder that is looked for targets.
const MAX_ENTRIES: usize = 20_000;

/// The files of a tree, as far as they are asked for by name.
pub(super) struct Files<'p> {
    /// The root as all paths are told.
    pub(super) root: &'p Path,
    /// The root without links, which no link leads out of.
    pub(super) top: &'p Path,
}

impl Files<'_> {
    /// Whether a file stands there, and not outside of the tree.
    fn is_file(&self, path: &Path) -> bool {
        let Ok(real) = fs::canonicalize(path) else { return false };
        real.starts_with(self.top) && real.is_file()
    }

    /// The targets of a folder: its files, and folders with a `main.rs` (`infer_from_directory`), sorted by name.
    fn targets(&self, folder: &Path) -> Vec<Inferred> {
        let inside = fs::canonicalize(folder).is_ok_and(|real| real.starts_with(self.top));
        let entries = fs::read_dir(folder).ok().filter(|_| inside);
        let mut found = Vec::new();
        for entry in entries.into_iter().flatten().flatten().take(MAX_ENTRIES) {
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
            // What a link leads to is no folder to cargo.
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let (name, path) = if is_folder {
                (name, entry.path().join("main.rs"))
            } else {
                let Some(stem) = name.strip_suffix(".rs") else { continue };
                (stem, entry.path())
            };
            if self.is_file(&path) {
                found.push(Inferred { name: name.to_owned(), path });
            }
        }
        found.sort();
        found
    }
}

/// A target that cargo finds by itself.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Inferred {
    name: String,
    path: PathBuf,
}

/// A kind of targets that there may be several of.
struct Several {
    kind: CargoTargetKind,
    /// The key of its tables.
    key: &'static str,
    /// The key of `[package]` that turns the search off.
    automatic: &'static str,
    /// Where it is looked for.
    folder: &'static str,
}

const SEVERAL: [Several; 4] = [
    Several { kind: CargoTargetKind::Bin, key: "bin", automatic: "autobins", folder: "src/bin" },
    Several { kind: CargoTargetKind::Example, key: "example", automatic: "autoexamples", folder: "examples" },
    Several { kind: CargoTargetKind::Test, key: "test", automatic: "autotests", folder: "tests" },
    Several { kind: CargoTargetKind::Bench, key: "bench", automatic: "autobenches", folder: "benches" },
];

/// The package whose targets are looked for.
pub(super) struct Package<'p> {
    pub(super) document: &'p Document<'p>,
    /// Its `[package]`.
    pub(super) table: &'p DeTable<'p>,
    pub(super) name: &'p str,
    pub(super) edition: Edition,
    pub(super) files: &'p Files<'p>,
}

impl Package<'_> {
    /// Its targets, sorted by kind and name. One that cargo would refuse the manifest for is a problem instead.
    pub(super) fn targets(&self, problems: &mut Vec<Problem>) -> Vec<CargoTarget> {
        let mut targets: Vec<CargoTarget> = self.library(problems).into_iter().collect();
        let has_library = !targets.is_empty();
        for several in &SEVERAL {
            self.several(several, has_library, &mut targets, problems);
        }
        targets.sort();
        targets
    }

    /// Its build scripts: `maybe_custom_build`.
    pub(super) fn build_scripts(&self) -> Vec<String> {
        let script = |path: &str| self.shown(&self.folder().join(path));
        match self.table.get("build").map(|value| value.get_ref()) {
            Some(DeValue::Boolean(false)) => Vec::new(),
            Some(DeValue::String(path)) => vec![script(path)],
            Some(DeValue::Array(paths)) => {
                paths.iter().filter_map(|path| path.get_ref().as_str()).map(script).collect()
            }
            Some(DeValue::Boolean(true)) => vec![script("build.rs")],
            _ if self.exists("build.rs") => vec![script("build.rs")],
            _ => Vec::new(),
        }
    }

    fn folder(&self) -> PathBuf {
        self.files.root.join(self.document.folder())
    }

    fn exists(&self, path: &str) -> bool {
        self.files.is_file(&self.folder().join(path))
    }

    /// A path relative to the root, by its names alone.
    fn shown(&self, path: &Path) -> String {
        relative(self.files.root, &absolute(self.files.root, path))
    }

    /// `to_lib_target`.
    fn library(&self, problems: &mut Vec<Problem>) -> Option<CargoTarget> {
        let empty = DeTable::new();
        let declared = table(self.document.root(), "lib");
        if declared.is_none() && boolean(self.table, "autolib") == Some(false) {
            return None;
        }
        let inferred = self.exists("src/lib.rs").then(|| self.folder().join("src/lib.rs"));
        if declared.is_none() {
            inferred.as_ref()?;
        }
        let lib = declared.unwrap_or(&empty);
        let name = string(lib, "name").map_or_else(|| self.name.replace('-', "_"), str::to_owned);
        let legacy = format!("src/{name}.rs");
        let path = match (string(lib, "path"), inferred) {
            (Some(path), _) => self.folder().join(path),
            (None, Some(path)) => path,
            (None, None) if self.edition == Edition::Rust2015 && self.exists(&legacy) => self.folder().join(legacy),
            (None, None) => {
                let message = format!("there is no `src/lib.rs` for the library `{name}`, and it has no `path`");
                problems.push(self.problem(self.document.line_of(self.document.root(), "lib"), message));
                return None;
            }
        };
        let types = strings(lib, "crate-type");
        let is = |name: &str| types.iter().flatten().any(|kind| kind == name);
        let is_macro = is("proc-macro") || types.is_none() && boolean(lib, "proc-macro") == Some(true);
        let kind = if is_macro { CargoTargetKind::ProcMacro } else { CargoTargetKind::Lib };
        // `Target::doctestable`: examples are linked against a library, which needs to be one of Rust.
        let plugin = types.is_none() && boolean(lib, "plugin") == Some(true);
        let has_doctests = is_macro || is("lib") || is("rlib") || types.is_none() && !plugin;
        let mut target = self.target(kind, &name, &path, lib);
        target.doctestable = has_doctests;
        target.doctest = has_doctests && boolean(lib, "doctest").unwrap_or(true);
        target.required_features.clear();
        Some(target)
    }

    /// `to_bin_targets` and its like: what the tables declare, then what is found beside it
    /// (`toml_targets_and_inferred`).
    fn several(
        &self,
        several: &Several,
        has_library: bool,
        targets: &mut Vec<CargoTarget>,
        problems: &mut Vec<Problem>,
    ) {
        let mut inferred = self.files.targets(&self.folder().join(several.folder));
        if several.kind == CargoTargetKind::Bin && self.exists("src/main.rs") {
            let path = self.folder().join("src/main.rs");
            inferred.insert(0, Inferred { name: self.name.to_owned(), path });
        }
        let declared = self.document.root().get(several.key).and_then(|value| value.get_ref().as_array());
        let mut names = HashSet::new();
        let mut paths = HashSet::new();
        for value in declared.into_iter().flatten() {
            let Some(own) = value.get_ref().as_table() else { continue };
            let line = self.document.line(value.span());
            let Some(name) = string(own, "name") else {
                problems.push(self.problem(line, format!("a `[[{}]]` without `name`", several.key)));
                continue;
            };
            let path = match string(own, "path") {
                Some(path) => Some(self.folder().join(path)),
                None => self.path_of(several.kind, name, &inferred, has_library),
            };
            paths.extend(path.clone());
            if !names.insert(name) {
                problems.push(self.problem(line, format!("a second `[[{}]]` of the name `{name}`", several.key)));
                continue;
            }
            match path {
                Some(path) => targets.push(self.target(several.kind, name, &path, own)),
                None => {
                    let message = format!("no one file is found for the `[[{}]]` `{name}` without `path`", several.key);
                    problems.push(self.problem(line, message));
                }
            }
        }
        let found_too = declared.is_none() || self.edition != Edition::Rust2015;
        if boolean(self.table, several.automatic).unwrap_or(found_too) {
            let empty = DeTable::new();
            let mut found_names = HashSet::new();
            for Inferred { name, path } in &inferred {
                // Paths are compared as they are written.
                if names.contains(name.as_str()) || paths.contains(path) {
                    continue;
                }
                if found_names.insert(name) {
                    targets.push(self.target(several.kind, name, path, &empty));
                } else {
                    let message = format!("two files are found for the {} target `{name}`", several.key);
                    problems.push(self.problem(1, message));
                }
            }
        }
    }

    /// The file of a declared target that says no path: `target_path`, with the places of old.
    fn path_of(&self, kind: CargoTargetKind, name: &str, inferred: &[Inferred], has_library: bool) -> Option<PathBuf> {
        let mut matching = inferred.iter().filter(|inferred| inferred.name == name);
        if let (Some(found), None) = (matching.next(), matching.next()) {
            return Some(found.path.clone());
        }
        if self.edition != Edition::Rust2015 {
            return None;
        }
        let mut places = Vec::new();
        match kind {
            CargoTargetKind::Bin => {
                places.extend((!has_library).then(|| format!("src/{name}.rs")));
                places.extend(["src/main.rs".to_owned(), "src/bin/main.rs".to_owned()]);
            }
            CargoTargetKind::Bench if name == "bench" => places.push("src/bench.rs".to_owned()),
            _ => {}
        }
        places.iter().find(|place| self.exists(place)).map(|place| self.folder().join(place))
    }

    /// A target with the defaults of its kind, and what its table says: `configure`.
    fn target(&self, kind: CargoTargetKind, name: &str, path: &Path, own: &DeTable<'_>) -> CargoTarget {
        let tested = !matches!(kind, CargoTargetKind::Example | CargoTargetKind::Bench);
        CargoTarget {
            kind,
            name: name.to_owned(),
            path: self.shown(path),
            edition: string(own, "edition").and_then(Edition::named).unwrap_or(self.edition),
            harness: boolean(own, "harness").unwrap_or(true),
            test: boolean(own, "test").unwrap_or(tested),
            doctestable: false,
            doctest: false,
            required_features: strings(own, "required-features").unwrap_or_default(),
        }
    }

    fn problem(&self, line: u32, message: String) -> Problem {
        Problem::at(self.document.path, line, ProblemKind::Config, message)
    }
}
