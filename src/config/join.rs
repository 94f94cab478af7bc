//! testaudit's configuration joined with pytest's. Owns which of the two counts; reads neither.

use std::path::Path;

use super::{Config, PytestOverrides, replace};
use crate::model::path::absolute;
use crate::model::{PytestConfig, Settings};

/// The settings of a run in `current`: the defaults, pytest's configuration over them, testaudit's over that.
pub fn join(config: Config, pytest: PytestConfig, current: &Path) -> Settings {
    let Config { mut settings, pytest: overrides, .. } = config;
    let discovery = &mut settings.discovery;
    discovery.root = pytest.rootdir_found.then(|| pytest.rootdir.clone());
    discovery.python_files.clone_from(&pytest.python_files);
    discovery.norecursedirs.clone_from(&pytest.norecursedirs);
    discovery.testpaths.clone_from(&pytest.testpaths);
    let addopts = &pytest.addopts;
    // `pytest_ignore_collect` of `_pytest/main.py` makes both absolute from the current directory.
    discovery.ignore = addopts.ignore.iter().map(|path| absolute(current, Path::new(path))).collect();
    let glob = |glob: &String| absolute(current, Path::new(glob)).to_string_lossy().into_owned();
    discovery.ignore_glob = addopts.ignore_glob.iter().map(glob).collect();
    if !addopts.doctest_glob.is_empty() {
        discovery.doctest_glob.clone_from(&addopts.doctest_glob);
    }
    discovery.virtualenvs = addopts.collect_in_virtualenv;
    if !addopts.pyargs {
        discovery.default_paths.clone_from(&addopts.positional);
    }
    // `_set_initial_conftests`, with the default of `Config.parse`.
    discovery.confcutdir = match &addopts.confcutdir {
        _ if addopts.noconftest => None,
        Some(given) => Some(absolute(current, Path::new(given))),
        None => Some(pytest.rootdir.clone()),
    };
    settings.pytest = pytest;
    put_over(&mut settings, &overrides);
    // `Config._decide_args`
    if settings.pytest.rootdir != current {
        settings.discovery.testpaths.clear();
    }
    settings
}

/// Puts what testaudit's configuration says over what pytest's does.
pub(super) fn put_over(settings: &mut Settings, overrides: &PytestOverrides) {
    let Settings { discovery, pytest, .. } = settings;
    for (said, settings) in [
        (&overrides.python_files, [&mut discovery.python_files, &mut pytest.python_files]),
        (&overrides.norecursedirs, [&mut discovery.norecursedirs, &mut pytest.norecursedirs]),
        (&overrides.testpaths, [&mut discovery.testpaths, &mut pytest.testpaths]),
    ] {
        for setting in settings {
            replace(setting, said.clone());
        }
    }
    replace(&mut pytest.python_classes, overrides.python_classes.clone());
    replace(&mut pytest.python_functions, overrides.python_functions.clone());
    replace(&mut pytest.test_case_classes, overrides.test_case_classes.clone());
}
