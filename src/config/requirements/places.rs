//! Where requirements are usually written, by the names of files and folders. Refuses to open a file.

use std::path::PathBuf;

use super::files::Files;
use super::tables::Prefix;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Pyproject,
    /// A TOML file that holds what a table of `pyproject.toml` may hold.
    Toml(Prefix),
    SetupCfg,
    ToxIni,
    /// A requirements file.
    Listed,
    /// A file that may be one by its name, and is if every line of it says so.
    PerhapsListed,
    SetupPy,
    Noxfile,
    /// An environment of conda.
    Conda,
    /// Anything in which command lines stand.
    Script,
}

/// A file to read.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// The folder that commands run in.
    pub(super) project: PathBuf,
    pub(super) kind: Kind,
}

/// Folders below a project's in which requirements are kept, and how many levels of folders in there are looked at.
const FOLDERS: [(&str, usize); 22] = [
    (".", 0),
    (".binder", 0),
    (".ci", 1),
    (".circleci", 0),
    (".github", 2),
    ("binder", 0),
    ("build_tools", 1),
    ("ci", 2),
    ("conda", 1),
    ("conda-envs", 0),
    ("continuous_integration", 1),
    ("dependencies", 1),
    ("docker", 1),
    ("etc", 0),
    ("reqs", 1),
    ("requirements", 2),
    ("requires", 1),
    ("scripts", 0),
    ("test", 0),
    ("testing", 0),
    ("tests", 0),
    ("tools", 0),
];

/// Folders in which every text file lists requirements.
const LISTING: [&str; 4] = ["requirements", "reqs", "requires", "dependencies"];

/// The most names of one folder, and the most folders.
const MAX_NAMES: usize = 5000;
const MAX_FOLDERS: usize = 200;

/// The files of a project and of the folders above it, each once.
pub(super) fn places(files: &Files) -> Vec<Place> {
    let mut places = Vec::new();
    for project in &files.folders {
        let mut folders: Vec<(PathBuf, &str, usize)> = FOLDERS
            .iter()
            .map(|(name, levels)| (if *name == "." { project.clone() } else { project.join(name) }, *name, *levels))
            .collect();
        let mut at = 0;
        while let Some((folder, area, levels)) = folders.get(at).cloned() {
            at += 1;
            for name in files.names(&folder, MAX_NAMES) {
                let path = folder.join(&name);
                if let Some(kind) = kind(&name, area)
                    && !path.is_dir()
                {
                    places.push(Place { path, project: project.clone(), kind });
                    continue;
                }
                let linked = path.is_symlink();
                if levels > 0 && folders.len() < MAX_FOLDERS && !linked && path.is_dir() {
                    // `ci/requirements`
                    let area = LISTING.into_iter().find(|listing| *listing == name).unwrap_or(area);
                    folders.push((path, area, levels - 1));
                }
            }
        }
    }
    places.sort_by(|a, b| a.path.cmp(&b.path));
    places.dedup_by(|later, earlier| later.path == earlier.path);
    places
}

/// What a file is by its name, in a folder of [`FOLDERS`].
fn kind(name: &str, area: &str) -> Option<Kind> {
    let lower = name.to_ascii_lowercase();
    let (stem, ending) = lower.rsplit_once('.').unwrap_or((&lower, ""));
    let lists = ["requirement", "requires", "reqs"].iter().any(|word| stem.contains(word));
    let workflow = matches!(ending, "yml" | "yaml");
    if area == "." {
        let whole = match &*lower {
            "pyproject.toml" => Some(Kind::Pyproject),
            "pipfile" => Some(Kind::Toml(Prefix::None)),
            "hatch.toml" => Some(Kind::Toml(Prefix::Hatch)),
            "tox.toml" => Some(Kind::Toml(Prefix::Tox)),
            "pixi.toml" => Some(Kind::Toml(Prefix::Pixi)),
            "setup.cfg" => Some(Kind::SetupCfg),
            "tox.ini" => Some(Kind::ToxIni),
            "setup.py" => Some(Kind::SetupPy),
            "noxfile.py" => Some(Kind::Noxfile),
            "makefile"
            | "justfile"
            | ".travis.yml"
            | ".gitlab-ci.yml"
            | ".cirrus.yml"
            | "azure-pipelines.yml"
            | "appveyor.yml"
            | ".appveyor.yml"
            | "bitbucket-pipelines.yml" => Some(Kind::Script),
            _ => None,
        };
        if whole.is_some() {
            return whole;
        }
    }
    if stem.contains("constraint") || lower == "manifest.in" {
        return None;
    }
    let environment = stem.contains("environment") || stem.contains("conda");
    match ending {
        "txt" | "in" | "pip" if lists || LISTING.contains(&area) => Some(Kind::Listed),
        "in" if !stem.contains('.') => Some(Kind::PerhapsListed),
        _ if workflow && matches!(area, ".github" | ".circleci") => Some(Kind::Script),
        _ if workflow && (environment || area != "." && lists) => Some(Kind::Conda),
        _ if workflow && area != "." => Some(Kind::Conda),
        "sh" | "bat" | "ps1" | "cmd" | "dockerfile" => Some(Kind::Script),
        _ if lower.starts_with("dockerfile") => Some(Kind::Script),
        "" if area == "scripts" => Some(Kind::Script),
        _ => None,
    }
}
