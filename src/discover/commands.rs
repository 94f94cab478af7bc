//! The files that say how a project runs its tests: those of CI systems, task runners and scripts, at the places where
//! these are looked for. Owns the places; refuses to know what the files say. A search of its own, because the walk for
//! sources enters no hidden folder.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use super::{DiscoverError, gitignore, paths, read};
use crate::model::settings::DiscoverySettings;
use crate::model::{FileRole, Language, Problem, ProblemKind, SourceFile};

/// Entries of one folder, and those below, beyond which the rest is left out.
const MAX_ENTRIES: usize = 10_000;

/// Folders that are entered, and how deep.
const FOLDERS: [(&str, usize); 17] = [
    ("", 1),
    (".azure", 4),
    (".azure-pipelines", 4),
    (".buildkite", 4),
    (".ci", 2),
    (".circleci", 2),
    (".github", 4),
    (".gitlab", 4),
    (".jenkins", 2),
    ("azure-pipelines", 4),
    ("build_tools", 2),
    ("ci", 2),
    ("continuous_integration", 2),
    ("docker", 2),
    ("script", 2),
    ("scripts", 2),
    ("tools", 2),
];

/// Folders of which every YAML file belongs to a CI system.
const YAML_FOLDERS: [&str; 8] =
    [".azure/", ".azure-pipelines/", ".buildkite/", ".ci/", ".circleci/", ".gitlab/", "azure-pipelines/", "ci/"];

/// Names that count in the root alone.
const ROOT_NAMES: [&str; 16] = [
    ".appveyor.yml",
    ".cirrus.yml",
    ".gitlab-ci.yaml",
    ".gitlab-ci.yml",
    ".travis.yml",
    "Taskfile.yaml",
    "Taskfile.yml",
    "appveyor.yml",
    "bitbucket-pipelines.yml",
    "hatch.toml",
    "noxfile.py",
    "pixi.toml",
    "pyproject.toml",
    "setup.cfg",
    "tox.ini",
    "tox.toml",
];

/// Names that count in the root and in the folders of scripts.
const NAMES: [&str; 6] = ["GNUmakefile", "Makefile", "makefile", ".justfile", "Justfile", "justfile"];

/// The files found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commands {
    /// Each file's path relative to the root and its text, sorted by path.
    pub files: Vec<(String, String)>,
    /// What could not be read or followed, sorted.
    pub problems: Vec<Problem>,
}

/// Finds and reads the files below the root. Hidden or ignored by git, they count all the same; `exclude` leaves them
/// out. A folder behind a link is not entered.
///
/// # Errors
/// When an `exclude` pattern is invalid.
pub fn commands(root: &Path, settings: &DiscoverySettings) -> Result<Commands, DiscoverError> {
    let exclude = gitignore::exclude(root, &settings.exclude)?;
    let mut found = Commands::default();
    let Ok(canonical) = fs::canonicalize(root) else { return Ok(found) };
    for (folder, depth) in FOLDERS {
        let start = root.join(folder);
        if !folder.is_empty() && !fs::symlink_metadata(&start).is_ok_and(|metadata| metadata.is_dir()) {
            continue;
        }
        let entries = WalkDir::new(&start).min_depth(1).max_depth(depth).sort_by_file_name();
        let mut entries = entries.into_iter().take(MAX_ENTRIES + 1);
        for entry in entries.by_ref().take(MAX_ENTRIES) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let shown = paths::relative(root, error.path().unwrap_or(&start));
                    let reason = error.io_error().map_or_else(|| "it cannot be listed".to_owned(), paths::reason);
                    found.problems.push(Problem::file(
                        shown,
                        ProblemKind::Unreadable,
                        format!("cannot read: {reason}"),
                    ));
                    continue;
                }
            };
            let shown = paths::relative(root, entry.path());
            let excluded = || exclude.matched_path_or_any_parents(entry.path(), false).is_ignore();
            if entry.file_type().is_dir() || !is_wanted(&shown) || excluded() {
                continue;
            }
            found.add(&canonical, entry.path(), shown, settings.max_file_size);
        }
        if entries.next().is_some() {
            let message = format!("more than {MAX_ENTRIES} entries, the rest is not searched for commands");
            found.problems.push(Problem::file(paths::relative(root, &start), ProblemKind::TooLarge, message));
        }
    }
    found.files.sort();
    found.problems.sort();
    Ok(found)
}

impl Commands {
    fn add(&mut self, root: &Path, path: &Path, shown: String, max_file_size: u64) {
        let problem = |kind, message: &str| Problem::file(&shown, kind, message);
        let absolute = match fs::canonicalize(path) {
            Ok(absolute) if absolute.starts_with(root) => absolute,
            Ok(_) => {
                return self.problems.push(problem(ProblemKind::Link, "the link leads out of the root, not followed"));
            }
            Err(error) => {
                let message = format!("the link leads nowhere: {}", paths::reason(&error));
                return self.problems.push(problem(ProblemKind::Link, &message));
            }
        };
        if absolute.is_dir() {
            return;
        }
        let file = SourceFile { path: shown, absolute, language: Language::Python, role: FileRole::Other };
        match read(&file, max_file_size) {
            Ok((source, problems)) => {
                self.problems.extend(problems);
                self.files.push((file.path, String::from_utf8_lossy(&source.text).into_owned()));
            }
            Err(problem) => self.problems.push(problem),
        }
    }
}

/// Whether the file at this path, relative to the root, may say how tests are run.
fn is_wanted(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let build = NAMES.contains(&name)
        || ["Dockerfile", "Jenkinsfile"].iter().any(|start| name.starts_with(start))
        || [".sh", ".mk", ".Dockerfile"].iter().any(|ending| name.ends_with(ending));
    if folder.is_empty() {
        return build || ROOT_NAMES.contains(&name) || yaml && name.starts_with("azure-pipelines");
    }
    // Scripts lie at most two levels deep, also where other files lie deeper.
    build && path.matches('/').count() <= 2
        || yaml && (folder == ".github/workflows" || YAML_FOLDERS.iter().any(|top| path.starts_with(top)))
        || yaml && path.starts_with(".github/actions/") && name.starts_with("action.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_ci_systems_and_task_runners_are_wanted_at_their_places_only() {
        for path in [
            "tox.ini",
            "Makefile",
            "run_tests.sh",
            "azure-pipelines-nightly.yml",
            ".github/workflows/ci.yml",
            ".github/actions/test/inner/action.yaml",
            ".gitlab/ci/jobs/test.yml",
            "ci/run.sh",
            "scripts/inner/run.sh",
            "docker/Dockerfile.gpu",
        ] {
            assert!(is_wanted(path), "{path}");
        }
        for path in [
            "src/tox.ini",
            "mkdocs.yml",
            ".github/dependabot.yml",
            ".github/workflows/old/ci.yml",
            ".github/actions/test/data.yml",
            "scripts/a/b/run.sh",
            "scripts/config.yml",
            "ci/tool.py",
        ] {
            assert!(!is_wanted(path), "{path}");
        }
    }
}
