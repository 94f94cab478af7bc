//! What every command begins with: testaudit's configuration, pytest's and the flags become settings.

use std::path::{Path, PathBuf};

use super::args::Common;
use crate::{
    config, discover,
    error::Error,
    model::{
        Overlay, Problem, Settings,
        path::{absolute, relative},
    },
    rules,
};

/// The settings of a run over these paths, and what is wrong with the files they come from, named as seen from the root
/// of the run.
pub(super) fn load(paths: &[PathBuf], common: &Common) -> Result<(Settings, Vec<Problem>), Error> {
    load_over(paths, common, Overlay::default())
}

/// [`load`], with other bytes in place of those of pytest's configuration files.
pub(super) fn load_over(
    paths: &[PathBuf],
    common: &Common,
    overlay: Overlay,
) -> Result<(Settings, Vec<Problem>), Error> {
    let current = discover::current_directory()?;
    let searched = discover::root(paths, &Settings::default().discovery)?;
    let mut config = config::load(&searched, common.config.as_deref(), rules::unknown_name)?;
    let own = std::mem::take(&mut config.problems);
    let (pytest, of_pytest) = config::pytest::load_over(&current, paths, &overlay);
    let rootdir = pytest.rootdir.clone();
    let mut settings = config::join(config, pytest, &current);
    common.apply(&mut settings);
    settings.overlay = overlay;
    if own.is_empty() && of_pytest.is_empty() {
        return Ok((settings, Vec::new()));
    }
    let root = discover::root(paths, &settings.discovery)?;
    let mut problems: Vec<_> = of_pytest.into_iter().map(|problem| seen_from(&root, &rootdir, problem)).collect();
    for problem in own {
        let problem = seen_from(&root, &searched, problem);
        // A `pyproject.toml` that does not parse is passed by both searches.
        if !problems.iter().any(|told| (&told.path, told.line) == (&problem.path, problem.line)) {
            problems.push(problem);
        }
    }
    Ok((settings, problems))
}

/// A problem whose path was relative to `folder`, told from `root`.
fn seen_from(root: &Path, folder: &Path, problem: Problem) -> Problem {
    Problem { path: relative(root, &absolute(folder, Path::new(&problem.path))), ..problem }
}
