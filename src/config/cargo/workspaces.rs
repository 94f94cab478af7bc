//! Which workspace each package is in: "Workspaces" of the Cargo book, as `find_workspace_root_with_loader`,
//! `Workspace::find_members` and `WorkspaceRootConfig` of cargo find it. Asks no disk: a folder is what a known manifest
//! stands in.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;

use toml::de::DeTable;

use super::document::{Document, folder, join, manifest_in, string, strings, table};
use crate::model::path::is_below;
use crate::model::{Edition, Fnmatch, Problem, ProblemKind};

/// The most folders above a manifest in which its workspace is looked for.
const MAX_LEVELS: usize = 100;
/// The most comparisons of a folder with a glob, in all manifests together.
const MAX_COMPARISONS: usize = 1_000_000;

/// Manifests by their paths.
pub(super) type Documents<'t> = BTreeMap<&'t str, Document<'t>>;

/// Manifests that the workspace which they believe to be in has.
#[derive(Default)]
pub(super) struct Members {
    /// As members.
    pub(super) all: HashSet<String>,
    /// As those that count where no package is named.
    pub(super) default: HashSet<String>,
    pub(super) problems: Vec<Problem>,
}

/// What `[workspace]` says of folders.
struct Folders {
    /// `exclude`, as folders relative to the tree.
    excluded: HashSet<String>,
    /// `members` that are no globs, which weigh more than `exclude`.
    explicit: HashSet<String>,
}

impl Folders {
    fn new(document: &Document<'_>, workspace: &DeTable<'_>) -> Self {
        let folders = |key| {
            let listed = strings(workspace, key).unwrap_or_default();
            listed.iter().filter_map(|path| join(document.folder(), path)).collect()
        };
        Self { excluded: folders("exclude"), explicit: folders("members") }
    }

    /// `WorkspaceRootConfig::is_excluded`.
    fn excludes(&self, manifest: &str) -> bool {
        !self.excluded.is_empty() && below_one_of(manifest, &self.excluded) && !below_one_of(manifest, &self.explicit)
    }
}

fn below_one_of(manifest: &str, folders: &HashSet<String>) -> bool {
    above(manifest).any(|above| folders.contains(above))
}

/// The folder of a manifest and those above it, the nearest first, down to the root.
fn above(manifest: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(
        Some(folder(manifest)),
        |current| if current.is_empty() { None } else { Some(folder(current)) },
    )
    .take(MAX_LEVELS)
}

/// The manifest of the root of the workspace that each manifest believes to be in; itself where that is none.
pub(super) fn roots(documents: &Documents<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let workspaces = documents.values().filter_map(|document| Some((document, document.workspace()?)));
    let folders: HashMap<&str, Folders> =
        workspaces.map(|(document, workspace)| (document.path, Folders::new(document, workspace))).collect();
    let mut roots = BTreeMap::new();
    for (&path, document) in documents {
        let mut found = own_root(document);
        if let Some(root) = &found
            && documents.get(root.as_str()).is_none_or(|root| root.workspace().is_none())
        {
            let line = document.package().map_or(1, |package| document.line_of(package, "workspace"));
            let message = format!("`package.workspace` leads to `{root}`, which is the root of no workspace here");
            problems.push(Problem::at(path, line, ProblemKind::Config, message));
            found = Some(path.to_owned());
        }
        let found = found.or_else(|| {
            above(path).skip(1).find_map(|folder| {
                let above = documents.get(manifest_in(folder).as_str())?;
                match folders.get(above.path) {
                    Some(folders) => (!folders.excludes(path)).then(|| above.path.to_owned()),
                    None => own_root(above).filter(|root| folders.contains_key(root.as_str())),
                }
            })
        });
        roots.insert(path.to_owned(), found.unwrap_or_else(|| path.to_owned()));
    }
    roots
}

/// The root that a manifest itself names: it is one, or says `package.workspace`.
fn own_root(document: &Document<'_>) -> Option<String> {
    if document.workspace().is_some() {
        return Some(document.path.to_owned());
    }
    let path = string(document.package()?, "workspace")?;
    // One outside of the tree is no manifest that is known.
    Some(join(document.folder(), path).map_or_else(|| path.to_owned(), |folder| manifest_in(&folder)))
}

/// The members of all workspaces. `by_path` are the manifests that each manifest's dependencies lead to by a path of
/// their own.
pub(super) fn members(
    documents: &Documents<'_>,
    roots: &BTreeMap<String, String>,
    by_path: &BTreeMap<String, Vec<String>>,
) -> Members {
    let mut members = Members::default();
    let mut globs = Globs { documents, comparisons: 0 };
    for document in documents.values() {
        let Some(workspace) = document.workspace() else { continue };
        let folders = Folders::new(document, workspace);
        let root = document.path;
        let listed = |key, globs: &mut Globs<'_, '_>| {
            let patterns = strings(workspace, key)?;
            Some(patterns.iter().flat_map(|pattern| globs.expand(document.folder(), pattern)).collect::<BTreeSet<_>>())
        };
        let mut found: HashSet<String> = HashSet::new();
        let mut pending: Vec<(String, bool)> = vec![(root.to_owned(), false)];
        pending.extend(listed("members", &mut globs).unwrap_or_default().into_iter().map(|path| (path, false)));
        while let Some((path, is_dependency)) = pending.pop() {
            let Some(reached) = documents.get(path.as_str()) else { continue };
            let outside = !is_below(&path, document.folder());
            let elsewhere = is_dependency && outside && roots.get(&path).is_none_or(|found| found != root);
            if elsewhere || folders.excludes(&path) || !found.insert(path.clone()) {
                continue;
            }
            if reached.package().is_some() {
                let candidates = by_path.get(&path).into_iter().flatten();
                pending.extend(candidates.map(|candidate| (candidate.clone(), true)));
            }
        }
        found.retain(|path| roots.get(path).is_some_and(|of| of == root));
        let default = match listed("default-members", &mut globs) {
            Some(default) => default.into_iter().filter(|path| found.contains(path)).collect(),
            None if document.package().is_some() => HashSet::from([root.to_owned()]),
            None => found.clone(),
        };
        members.all.extend(found);
        members.default.extend(default);
    }
    if globs.comparisons > MAX_COMPARISONS {
        let message = "the globs of the workspaces are too many, some members are not found";
        members.problems.push(Problem::file(".", ProblemKind::TooLarge, message));
    }
    members
}

/// Globs of members, held against the folders of manifests.
struct Globs<'d, 't> {
    documents: &'d Documents<'t>,
    comparisons: usize,
}

impl Globs<'_, '_> {
    /// The manifests that a pattern of `members` means, seen from a folder.
    fn expand(&mut self, from: &str, pattern: &str) -> Vec<String> {
        let is_glob = |name: &str| name.contains(['*', '?', '[']);
        let names: Vec<&str> = pattern.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
        let literal = names.iter().position(|name| is_glob(name)).unwrap_or(names.len());
        let Some(start) = join(from, &names[..literal].join("/")) else { return Vec::new() };
        let globs = &names[literal..];
        if globs.is_empty() {
            return vec![manifest_in(&start)];
        }
        let globs: Vec<Glob> = globs.iter().map(|name| Glob::new(name)).collect();
        let mut found = Vec::new();
        let first = if start.is_empty() { String::new() } else { format!("{start}/") };
        for &path in self.documents.range(first.as_str()..).map(|(path, _)| path) {
            if !path.starts_with(&first) || self.comparisons > MAX_COMPARISONS {
                break;
            }
            let rest: Vec<&str> = path[first.len()..].split('/').collect();
            let folders = &rest[..rest.len() - 1];
            self.comparisons += 1 + folders.len();
            if matches(&globs, folders) {
                found.push(path.to_owned());
            }
        }
        found
    }
}

/// One name of a glob.
enum Glob {
    /// `**`: any number of folders.
    Folders,
    Name(Fnmatch),
}

impl Glob {
    fn new(name: &str) -> Self {
        if name == "**" { Self::Folders } else { Self::Name(Fnmatch::new(name)) }
    }
}

/// Whether the folders match, one name each but for `**`. The last `**` is the only one that is gone back to.
fn matches(globs: &[Glob], folders: &[&str]) -> bool {
    let (mut glob, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (globs.get(glob), folders.get(at)) {
            (Some(Glob::Folders), _) => {
                glob += 1;
                retry = Some((glob, at));
                continue;
            }
            (Some(Glob::Name(name)), Some(folder)) if name.matches(OsStr::new(folder)) => {
                glob += 1;
                at += 1;
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        match retry {
            Some((behind, taken)) if taken < folders.len() => {
                (glob, at) = (behind, taken + 1);
                retry = Some((behind, taken + 1));
            }
            _ => return false,
        }
    }
}

/// The version of the resolver that a workspace uses: `resolver`, else what the edition of its root's package implies;
/// a root without a package has the first.
pub(super) fn resolver(root: &Document<'_>, edition: Edition) -> u8 {
    let said = [root.workspace(), root.package()].into_iter().flatten().find_map(|table| string(table, "resolver"));
    match said {
        Some("1") => 1,
        Some("2") => 2,
        Some("3") => 3,
        _ if root.package().is_none() => 1,
        _ => match edition {
            Edition::Rust2015 | Edition::Rust2018 => 1,
            Edition::Rust2021 => 2,
            Edition::Rust2024 | Edition::Future => 3,
        },
    }
}

/// `[workspace.NAME]` of a workspace's root.
pub(super) fn shared<'v, 't>(root: Option<&'v Document<'t>>, name: &str) -> Option<&'v DeTable<'t>> {
    table(root?.workspace()?, name)
}
